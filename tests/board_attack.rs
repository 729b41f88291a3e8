//! The attack on what the board withholds of warnings and their answers: whoever has the sites of several nights, and
//! the report of their month, tries every sum and difference of their figures.
//!
//! A small world is made of single warnings, each with what every night made of it. Atoms are warnings alike, whether
//! there are any or not.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use chrono::{Days, NaiveDate};
use fangpin::board::few::too_few;
use fangpin::board::nights::{Flagged, Nights, PastNight, Quality, RuleRead, Tonight};
use fangpin::board::{Figured, withhold};
use fangpin::model::board::{Board, Cell, Moved, PartStanding, ReplyStanding, Standing, Warned};
use fangpin::model::{
    AreaCode, Burden, Category, Fen, LedgerCount, PersonId, ResponseKey, Responses, State, SummaryRow,
};
use proptest::prelude::*;
use rust_decimal::Decimal;

use crate::attack::{Atoms, Attack, Attacked, people, seeded};

/// Counties, the townships of each, and the categories of the two rules.
const COUNTIES: [u32; 3] = [150_721, 150_722, 150_723];
const TOWNS: [&str; 2] = ["001", "002"];
const CATEGORIES: [[Category; 2]; 2] =
    [[Category::ExtremePoverty, Category::SubsistenceAllowance], [Category::UnstableLifted, Category::Marginal]];
/// Who is warned by both rules.
const BOTH: usize = 2;
const OFFICES: [&str; 2] = ["civil_affairs", "rural_revitalisation"];

/// What became of a warning that was sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Answer {
    InTime,
    Overdue,
    Confirmed,
    NotConfirmed,
    Other,
}

use Answer::{Confirmed, InTime, NotConfirmed, Other, Overdue};

/// People alike: where they belong, whom they belong to, what each night made of their warnings, if there are any, and
/// what became of these at which office, if they were sent.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Atom {
    county: usize,
    town: usize,
    rule: usize,
    category: usize,
    path: Vec<Option<State>>,
    range: usize,
    answer: Option<(usize, Answer)>,
}

impl Atom {
    fn is_of(&self, rule: usize) -> bool {
        self.rule == rule || self.rule == BOTH
    }

    /// How many rules warn of each of them.
    fn rules(&self) -> i64 {
        if self.rule == BOTH { 2 } else { 1 }
    }

    fn stands(&self, night: usize) -> bool {
        self.path[night].is_some_and(|state| state != State::Cleared)
    }

    fn came(&self, night: usize) -> bool {
        matches!(self.path[night], Some(State::Opened | State::Reopened))
    }

    /// Nobody ever warned of them.
    fn is_safe(&self) -> bool {
        self.answer.is_none() && self.path.iter().all(Option::is_none)
    }

    fn is_covered(&self, night: usize) -> bool {
        self.stands(night) || self.is_safe()
    }

    fn stood(&self, night: usize) -> bool {
        self.path[night].is_some() && !self.came(night)
    }
}

/// A world, after so many nights.
struct World {
    atoms: Atoms<Atom>,
    nights: usize,
    /// The day of the last of them.
    last: &'static str,
}

/// Those whom there are.
impl fmt::Debug for World {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(self.atoms.iter().filter(|(_, people)| **people > 0)).finish()
    }
}

fn area(county: usize) -> AreaCode {
    AreaCode::new(COUNTIES[county]).unwrap()
}

impl World {
    fn day(&self, night: usize) -> NaiveDate {
        let last: NaiveDate = self.last.parse().unwrap();
        last.checked_sub_days(Days::new((self.nights - 1 - night) as u64)).unwrap()
    }

    fn sum(&self, of: impl Fn(&Atom) -> i64) -> u64 {
        self.atoms.iter().map(|(atom, people)| of(atom) as u64 * people).sum()
    }

    /// What the site of one night is made from.
    fn nights(&self, night: usize) -> Nights {
        Nights {
            as_of: self.day(night),
            place: "一个地方".to_owned(),
            area: AreaCode::new(150_700).unwrap(),
            names: BTreeMap::new(),
            tonight: self.tonight(night),
            past: (0..=night).map(|night| self.past_night(night)).collect(),
            audits: Vec::new(),
            folders: Vec::new(),
            warnings: Vec::new(),
            rules: Vec::new(),
        }
    }

    fn past_night(&self, night: usize) -> PastNight {
        let rules = |atom: &Atom, holds: bool| if holds { atom.rules() } else { 0 };
        let by_area = (0..COUNTIES.len()).map(|county| {
            (Some(area(county)), self.sum(|atom| rules(atom, atom.county == county && atom.stands(night))))
        });
        let states = |rule: usize| {
            let of = |state| self.sum(|atom| i64::from(atom.is_of(rule) && atom.path[night] == Some(state)));
            State::ALL.into_iter().map(|state| (state, of(state))).filter(|(_, warnings)| *warnings > 0).collect()
        };
        PastNight {
            night: self.day(night),
            standing: self.sum(|atom| rules(atom, atom.stands(night))),
            opened: self.sum(|atom| rules(atom, atom.came(night))),
            cleared: self.sum(|atom| rules(atom, atom.path[night] == Some(State::Cleared))),
            by_rule: (0..2).map(|rule| (format!("rule_{rule}"), states(rule))).collect(),
            by_area: Some(by_area.collect()),
        }
    }

    /// Each atom under each of its rules.
    fn by_rule(&self) -> impl Iterator<Item = (&Atom, usize, u64)> {
        let rules = |atom: &Atom| (0..2).filter(|rule| atom.is_of(*rule)).collect::<Vec<_>>();
        self.atoms.iter().flat_map(move |(atom, people)| rules(atom).into_iter().map(move |rule| (atom, rule, *people)))
    }

    fn tonight(&self, night: usize) -> Tonight {
        let two_burdens = self.atoms.keys().any(|atom| atom.rule == BOTH);
        let rule = |index: usize| RuleRead {
            id: format!("rule_{index}"),
            title: format!("规则 {index}"),
            comparison: "超过",
            tests: if two_burdens && index == 1 { "burden_in_scope" } else { "burden_total" }.to_owned(),
            categories: CATEGORIES[index].to_vec(),
        };
        let mut counts: BTreeMap<(usize, usize, usize, usize, State), u64> = BTreeMap::new();
        let mut covered: BTreeMap<(usize, usize, usize), u64> = BTreeMap::new();
        for (atom, rule, people) in self.by_rule() {
            let covers = atom.is_covered(night);
            *covered.entry((atom.county, rule, atom.category)).or_default() += if covers { people } else { 0 };
            if let Some(state) = atom.path[night] {
                *counts.entry((atom.county, atom.town, rule, atom.category, state)).or_default() += people;
            }
        }
        let count = |(of, warnings): (&(usize, usize, usize, usize, State), &u64)| LedgerCount {
            area: Some(area(of.0)),
            town_code: Some(TOWNS[of.1].to_owned()),
            category: CATEGORIES[of.2][of.3],
            rule: format!("rule_{}", of.2),
            state: of.4,
            warnings: *warnings,
        };
        let summary = |(of, people): (&(usize, usize, usize), &u64)| SummaryRow {
            area: Some(area(of.0)),
            category: CATEGORIES[of.1][of.2],
            rule: format!("rule_{}", of.1),
            people: *people,
            flagged: 0,
            burden_total: Fen(100),
            total_cost: Fen(200),
        };
        Tonight {
            night: self.day(night),
            sha256: "0".repeat(64),
            payers: Vec::new(),
            rules: vec![rule(0), rule(1)],
            summary: covered.iter().map(summary).collect(),
            counts: counts.iter().filter(|(_, warnings)| **warnings > 0).map(count).collect(),
            flagged: self.flagged(night),
            near: None,
            responses: self.responses(night),
            quality: Quality::default(),
            warnings: Vec::new(),
        }
    }

    fn flagged(&self, night: usize) -> Vec<Flagged> {
        let standing = self.by_rule().filter(|(atom, ..)| atom.stands(night));
        let number: BTreeMap<&Atom, usize> = self.atoms.keys().zip(0..).collect();
        let people = standing.flat_map(|(atom, rule, people)| (0..people).map(move |index| (atom, rule, index)));
        people
            .map(|(atom, rule, index)| Flagged {
                person: PersonId::other(&format!("P{}.{index}", number[atom])).unwrap(),
                rule: format!("rule_{rule}"),
                area: Some(area(atom.county)),
                town_code: Some(TOWNS[atom.town].to_owned()),
                burden: Burden::default(),
                burden_total: Fen(0),
                ratio: Decimal::new(100 + 20 * atom.range as i64, 2),
            })
            .collect()
    }

    fn responses(&self, night: usize) -> BTreeMap<ResponseKey, Responses> {
        let mut responses: BTreeMap<ResponseKey, Responses> = BTreeMap::new();
        for (atom, rule, people) in self.by_rule() {
            let Some((office, answer)) = atom.answer.filter(|_| people > 0) else { continue };
            let key = ResponseKey {
                rule: format!("rule_{rule}"),
                office: Some(OFFICES[office].to_owned()),
                area_code: Some(COUNTIES[atom.county].to_string()),
                town_code: Some(TOWNS[atom.town].to_owned()),
            };
            let is = |of: Answer| if of == answer { people } else { 0 };
            responses.entry(key).or_default().add(Responses {
                sent: people,
                answered: is(Confirmed) + is(NotConfirmed) + is(Other),
                confirmed: is(Confirmed),
                not_confirmed: is(NotConfirmed),
                nobody_found: 0,
                other: is(Other),
                overdue: if atom.stands(night) { is(Overdue) } else { 0 },
            });
        }
        responses
    }

    /// Attacks the sites of these nights, and the report of November as it stands after one, by somebody who has them
    /// all.
    fn attack(&self, nights: &[usize], month: usize) -> Attack<'_, Atom> {
        let mut read = Read { attack: Attack::on(&self.atoms), night: 0, counted: None };
        for night in nights {
            let nights = self.nights(*night);
            read.night = *night;
            let covered = [0, 1].map(|rule| self.sum(|atom| i64::from(atom.is_of(rule) && atom.is_covered(*night))));
            let two_burdens = nights.tonight.rules[0].tests != nights.tonight.rules[1].tests;
            read.counted = two_burdens.then_some(usize::from(covered[1] >= covered[0]));
            read.board(&Figured::of(&nights).board());
        }
        read.night = month;
        let report = Figured::of(&self.nights(month)).month("2025-11-01".parse().unwrap());
        report.warnings.iter().enumerate().for_each(|(rule, (_, moved))| read.month(rule, moved));
        read.attack
    }

    /// Attacks the site of the last night, with its month's report.
    fn attacked(&self) -> Attacked {
        self.attack(&[self.nights - 1], self.nights - 1).in_vain()
    }
}

/// What a figure of warnings says of each movement.
fn movements(moved: &Moved) -> [(State, Cell<u64>); 5] {
    [
        (State::Opened, moved.opened),
        (State::Reopened, moved.reopened),
        (State::Raised, moved.raised),
        (State::Lowered, moved.lowered),
        (State::Cleared, moved.cleared),
    ]
}

/// Every figure of a board that is about warnings.
struct Read<'w> {
    attack: Attack<'w, Atom>,
    night: usize,
    /// The rule whose people are counted beside all rules, where it alone tests the burden that most are covered for.
    counted: Option<usize>,
}

/// The atoms of a place.
type Within<'f> = &'f dyn Fn(&Atom) -> bool;

impl Read<'_> {
    /// What the night made of warnings; of one rule, or of all, where somebody counts with each rule.
    fn moved(&mut self, name: &str, within: Within, rule: Option<usize>, moved: &Moved) {
        let night = self.night;
        let of = |atom: &Atom, holds: bool| match rule {
            _ if !holds || !within(atom) => 0,
            Some(rule) => i64::from(atom.is_of(rule)),
            None => atom.rules(),
        };
        self.attack.figure(format!("{name} standing"), |atom| of(atom, atom.stands(night)), moved.standing);
        for (state, told) in movements(moved) {
            let is = |atom: &Atom| atom.path[night] == Some(state);
            self.attack.figure(format!("{name} {}", state.name()), |atom| of(atom, is(atom)), told);
        }
        let continued = |atom: &Atom| atom.path[night] == Some(State::Continued);
        self.attack.nowhere(format!("{name} continued"), |atom| of(atom, continued(atom)));
        self.attack.nowhere(format!("{name} stayed"), |atom| of(atom, atom.stands(night) && atom.stood(night)));
        self.attack.nowhere(format!("{name} stood"), |atom| of(atom, atom.stood(night)));
    }

    /// Whom a rule covers, or all of them together, and whom it flags of them.
    fn warned(&mut self, name: &str, within: Within, of: Option<(usize, Option<Category>)>, warned: &Warned) {
        let night = self.night;
        let rule = of.map(|(rule, _)| rule).or(self.counted);
        let here = |atom: &Atom, rule: Option<usize>| {
            let category = |of| rule.is_some_and(|rule| CATEGORIES[rule][atom.category] == of);
            within(atom)
                && rule.is_none_or(|rule| atom.is_of(rule))
                && of.and_then(|(_, category)| category).is_none_or(category)
        };
        self.attack.figure(
            format!("{name} covered"),
            |atom| i64::from(here(atom, rule) && atom.is_covered(night)),
            warned.people,
        );
        let flagged = |atom: &Atom| i64::from(here(atom, of.map(|(rule, _)| rule)) && atom.stands(night));
        self.attack.figure(format!("{name} flagged"), flagged, warned.flagged);
        self.attack.nowhere(format!("{name} safe"), |atom| i64::from(here(atom, rule) && atom.is_safe()));
        assert_eq!(warned.people == Cell::Withheld, warned.total_cost == Cell::Withheld, "{name}");
        assert_eq!(warned.people == Cell::Withheld, warned.burden_total == Cell::Withheld, "{name}");
    }

    fn part(&mut self, name: &str, within: Within, part: &PartStanding) {
        let night = self.night;
        self.moved(name, within, None, &part.moved);
        // By township nobody counts whom a rule covers.
        match part.all.people {
            Cell::Withheld => {
                let flagged = |atom: &Atom| i64::from(within(atom) && atom.stands(night));
                self.attack.figure(format!("{name} flagged"), flagged, part.all.flagged);
            }
            Cell::Told(_) => self.warned(name, within, None, &part.all),
        }
        for (rule, told) in part.by_rule.iter().enumerate() {
            let stands = |atom: &Atom| i64::from(within(atom) && atom.stands(night) && atom.is_of(rule));
            self.attack.figure(format!("{name} rule {rule}"), stands, *told);
        }
        let twice = |atom: &Atom| i64::from(within(atom) && atom.stands(night) && atom.rule == BOTH);
        self.attack.nowhere(format!("{name} twice"), twice);
        let stands = |atom: &Atom| if within(atom) && atom.stands(night) { atom.rules() } else { 0 };
        let overdue = |atom: &Atom| atom.answer.is_some_and(|(_, answer)| answer == Overdue);
        self.attack.figure(
            format!("{name} overdue"),
            |atom| if overdue(atom) { stands(atom) } else { 0 },
            part.overdue_answers,
        );
        self.attack.nowhere(format!("{name} not overdue"), |atom| if overdue(atom) { 0 } else { stands(atom) });
    }

    fn standing(&mut self, name: &str, within: Within, standing: &Standing) {
        let night = self.night;
        self.part(name, within, &standing.total);
        // The sums of the flagged are told where their number is, and add up over places as they do.
        let flagged = standing.total.all.flagged.told().filter(|people| *people > 0).map(Cell::Told);
        assert_eq!(standing.cascade.as_ref().map(|of| of.people), flagged, "{name}");
        for (index, rule) in standing.rules.iter().enumerate() {
            let name = format!("{name} rule {index}");
            self.moved(&name, within, Some(index), &rule.moved);
            self.warned(&name, within, Some((index, None)), &rule.all);
            for (category, warned) in &rule.by_category {
                self.warned(&format!("{name} {category}"), within, Some((index, Some(*category))), warned);
            }
            let stands = |atom: &Atom| i64::from(within(atom) && atom.is_of(index) && atom.stands(night));
            let ended = |atom: &Atom| within(atom) && atom.is_of(index) && !atom.stands(night);
            self.attack.nowhere(format!("{name} unsent"), |atom| if atom.answer.is_none() { stands(atom) } else { 0 });
            self.attack.nowhere(format!("{name} ended"), |atom| i64::from(ended(atom) && atom.answer.is_some()));
        }
        for reply in &standing.replies {
            self.reply(name, within, reply);
        }
        for (at, past) in standing.trend.iter().enumerate() {
            let of = |atom: &Atom, holds: bool| if holds && within(atom) { atom.rules() } else { 0 };
            self.attack.figure(format!("{name} at {at}"), |atom| of(atom, atom.stands(at)), past.standing);
            self.attack.figure(format!("{name} came at {at}"), |atom| of(atom, atom.came(at)), past.opened);
            let went = |atom: &Atom| atom.path[at] == Some(State::Cleared);
            self.attack.figure(format!("{name} went at {at}"), |atom| of(atom, went(atom)), past.cleared);
        }
        for (rule, distribution) in standing.distributions.iter().enumerate() {
            for (at, bin) in distribution.bins.iter().enumerate() {
                let within = |atom: &Atom| {
                    let percent = 100 + 20 * atom.range as u32;
                    atom.is_of(rule) && percent >= bin.from && bin.until.is_none_or(|until| percent < until)
                };
                self.attack.figure(
                    format!("{name} rule {rule} range {at}"),
                    |atom| i64::from(atom.stands(night) && within(atom)),
                    bin.people,
                );
            }
        }
    }

    fn reply(&mut self, name: &str, within: Within, reply: &ReplyStanding) {
        let night = self.night;
        let rule = (0..2).find(|rule| reply.title == format!("规则 {rule}")).unwrap();
        let office = OFFICES.iter().position(|office| reply.office.as_deref() == Some(office)).unwrap();
        let name = format!("{name} rule {rule} office {office}");
        let times = |answers: &'static [Answer]| {
            move |atom: &Atom| {
                let answered = atom.answer.is_some_and(|(of, answer)| of == office && answers.contains(&answer));
                i64::from(within(atom) && atom.is_of(rule) && answered)
            }
        };
        let overdue = |atom: &Atom| if atom.stands(night) { times(&[Overdue])(atom) } else { 0 };
        let unanswered = times(&[InTime, Overdue]);
        let figures = [("sent", reply.sent, times(&[InTime, Overdue, Confirmed, NotConfirmed, Other]))];
        for (what, told, times) in figures {
            self.attack.figure(format!("{name} {what}"), times, told);
        }
        self.attack.figure(format!("{name} answered"), times(&[Confirmed, NotConfirmed, Other]), reply.answered);
        self.attack.figure(format!("{name} confirmed"), times(&[Confirmed]), reply.confirmed);
        self.attack.figure(format!("{name} not confirmed"), times(&[NotConfirmed]), reply.not_confirmed);
        self.attack.figure(format!("{name} other"), times(&[Other]), reply.other);
        self.attack.figure(format!("{name} overdue"), overdue, reply.overdue);
        self.attack.nowhere(format!("{name} unanswered"), unanswered);
        self.attack.nowhere(format!("{name} in time"), |atom| unanswered(atom) - overdue(atom));
    }

    fn board(&mut self, board: &Board) {
        let night = self.night;
        self.standing(&format!("night {night} whole"), &|_| true, &board.whole);
        for (county, standing) in board.counties.iter().enumerate() {
            assert_eq!(standing.total.place, board.whole.parts[county].place);
            let within =
                move |atom: &Atom| COUNTIES[atom.county].to_string() == *standing.total.place.code.as_ref().unwrap();
            self.part(&format!("night {night} part {county}"), &within, &board.whole.parts[county]);
            self.standing(&format!("night {night} county {county}"), &within, standing);
            for part in &standing.parts {
                let town = TOWNS.iter().position(|town| part.place.code.as_deref() == Some(town)).unwrap();
                let within = |atom: &Atom| within(atom) && atom.town == town;
                self.part(&format!("night {night} town {county} {town}"), &within, part);
            }
        }
    }

    /// What the month made of the warnings of a rule, all its nights added up.
    fn month(&mut self, rule: usize, moved: &Moved) {
        let last = self.night;
        let stands = |atom: &Atom| i64::from(atom.is_of(rule) && atom.stands(last));
        self.attack.figure(format!("month rule {rule} standing"), stands, moved.standing);
        for (state, told) in movements(moved) {
            let times = |atom: &Atom| atom.path[..=last].iter().filter(|of| **of == Some(state)).count() as i64;
            let sum = |atom: &Atom| if atom.is_of(rule) { times(atom) } else { 0 };
            self.attack.figure(format!("month rule {rule} {}", state.name()), sum, told);
        }
    }
}

/// What every night made of somebody's warning, and what became of it at which office.
type Life = (Vec<Option<State>>, Option<(usize, Answer)>);

/// Every atom of so many counties and townships, of these rules, categories and ranges, with these paths and answers.
fn atoms([counties, towns, rules, categories, ranges]: [usize; 5], lives: &[Life]) -> Vec<Atom> {
    let mut atoms = Vec::new();
    for county in 0..counties {
        for town in 0..towns {
            for rule in 0..rules {
                for category in 0..categories {
                    for range in 0..ranges {
                        atoms.extend(lives.iter().map(|(path, answer)| {
                            let (path, answer) = (path.clone(), *answer);
                            Atom { county, town, rule, category, path, range, answer }
                        }));
                    }
                }
            }
        }
    }
    // Nobody who is not warned has a range, or a township that is counted.
    atoms.retain(|atom| !atom.is_safe() || (atom.town, atom.range) == (0, 0));
    atoms
}

/// Two nights, of which the second is told in all detail.
fn detailed(rules: usize) -> Vec<Atom> {
    let mut lives = vec![(vec![None, None], None)];
    for state in State::ALL {
        let stood = !matches!(state, State::Opened | State::Reopened);
        lives.push((vec![stood.then_some(State::Continued), Some(state)], None));
    }
    atoms([COUNTIES.len(), TOWNS.len(), rules, 2, 2], &lives)
}

/// Three nights, and everything that they can make of a warning.
fn followed() -> Vec<Atom> {
    use State::{Cleared, Continued, Lowered, Opened, Raised, Reopened};
    let next = |state: Option<State>| match state {
        None => vec![None, Some(Opened), Some(Reopened)],
        Some(Cleared) => vec![None, Some(Reopened)],
        Some(_) => [Continued, Raised, Lowered, Cleared].map(Some).to_vec(),
    };
    let mut paths: Vec<Vec<Option<State>>> = [None, Some(Continued), Some(Opened)].map(|state| vec![state]).to_vec();
    for _ in 0..2 {
        let longer = |path: Vec<Option<State>>| {
            next(*path.last().unwrap()).into_iter().map(move |state| [path.clone(), vec![state]].concat())
        };
        paths = paths.into_iter().flat_map(longer).collect();
    }
    paths.retain(|path| path.iter().any(Option::is_some));
    atoms([2, 1, 2, 1, 1], &paths.into_iter().map(|path| (path, None)).collect::<Vec<_>>())
}

/// Two nights, and every answer: to warnings that stand, to those that tonight cleared, and to those cleared earlier.
fn answered() -> Vec<Atom> {
    let mut lives = Vec::new();
    for office in 0..OFFICES.len() {
        for answer in [InTime, Overdue, Confirmed, NotConfirmed, Other] {
            lives.push((vec![Some(State::Continued); 2], Some((office, answer))));
            if answer != Overdue {
                lives.push((vec![Some(State::Continued), Some(State::Cleared)], Some((office, answer))));
                lives.push((vec![Some(State::Cleared), None], Some((office, answer))));
                // What an office was sent reaches further back than any trend.
                lives.push((vec![None, None], Some((office, answer))));
            }
        }
    }
    // Not sent, or never.
    let (stood, opened, cleared) = (Some(State::Continued), Some(State::Opened), Some(State::Cleared));
    lives.extend([[None, opened], [stood, stood], [stood, cleared], [cleared, None]].map(|path| (path.to_vec(), None)));
    lives.push((vec![None, None], None));
    atoms([2, TOWNS.len(), 2, 1, 1], &lives)
}

fn world(atoms: Vec<Atom>) -> impl Strategy<Value = World> {
    let nights = atoms[0].path.len();
    people(atoms.len()).prop_map(move |counts| World {
        atoms: atoms.iter().cloned().zip(counts).collect(),
        nights,
        last: "2025-11-30",
    })
}

proptest! {
    #![proptest_config(seeded(16))]

    #[test]
    fn no_night_gives_a_small_figure_away(world in world(detailed(2))) {
        let attacked = world.attacked();
        prop_assert!(attacked.small > 0 && attacked.told > 0, "nothing was attacked");
    }

    #[test]
    fn people_with_several_warnings_are_not_given_away(world in world(detailed(3))) {
        world.attacked();
    }

    #[test]
    fn answers_do_not_give_warnings_away_nor_warnings_answers(world in world(answered())) {
        world.attacked();
    }

    #[test]
    fn a_month_of_nights_does_not_give_its_last_away(world in world(followed())) {
        world.attacked();
    }

    /// The site of the first night of a month has the report of the month that ended the day before.
    #[test]
    fn the_report_of_last_month_does_not_give_tonight_away(world in world(followed())) {
        let world = World { last: "2025-12-01", ..world };
        world.attack(&[2], 1).in_vain();
    }

    /// Of people a rule covers, those of a line that are withheld are never few, so that their sum gives no cell away.
    #[test]
    fn what_a_sum_leaves_is_no_small_cell(parts in prop::collection::vec(0_u64..12, 1..12)) {
        let mut figures = withhold::Figures::default();
        let total = figures.cell(parts.iter().sum());
        let cells: Vec<_> = parts.iter().map(|people| figures.cell(*people)).collect();
        figures.sum(total, cells.iter().copied());
        let settled = figures.settle();
        let told = cells.iter().filter_map(|cell| settled.of(*cell).told());
        if let Some(total) = settled.of(total).told() {
            let left = total - told.sum::<u64>();
            prop_assert!(!too_few(left), "{left} are left of {parts:?}");
        }
        for (cell, people) in cells.iter().zip(&parts) {
            prop_assert!(settled.of(*cell) == Cell::Withheld || !too_few(*people));
        }
    }
}

/// By hand: 3 + 8 + 20 = 31. The three are withheld, and the eight with them; told alone, the total would give them away.
#[test]
fn the_smallest_other_part_is_withheld_beside_a_small_one() {
    let mut figures = withhold::Figures::default();
    let total = figures.cell(31);
    let parts = [3, 8, 20].map(|people| figures.cell(people));
    figures.sum(total, parts);
    let settled = figures.settle();
    assert_eq!(settled.of(total), Cell::Told(31));
    assert_eq!(parts.map(|part| settled.of(part)), [Cell::Withheld, Cell::Withheld, Cell::Told(20)]);
}

/// By hand: 2 + 1 = 3 are too few as well, though they are two: the nought beside them adds nobody, so the 9 goes too.
#[test]
fn two_small_parts_that_are_few_together_need_a_third() {
    let mut figures = withhold::Figures::default();
    let total = figures.cell(12);
    let parts = [2, 1, 9, 0].map(|people| figures.cell(people));
    figures.sum(total, parts);
    let settled = figures.settle();
    let told = parts.map(|part| settled.of(part));
    assert_eq!(told, [Cell::Withheld, Cell::Withheld, Cell::Withheld, Cell::Told(0)]);
    assert_eq!(settled.of(total), Cell::Told(12));
}

/// By hand, a square whose corners hold each other: rows and columns of 10 and 20, one corner of 2.
#[test]
fn a_corner_of_a_table_needs_three_others() {
    let mut figures = withhold::Figures::default();
    let cells = [[2, 8, 30], [8, 12, 30], [40, 40, 40]].map(|row| row.map(|people| figures.cell(people)));
    let sums = |figures: &mut withhold::Figures, of: [withhold::CellId; 3], people: u64| {
        let total = figures.settled(Cell::Told(people), people);
        figures.sum(total, of);
    };
    for (row, people) in cells.iter().zip([40, 50, 120]) {
        sums(&mut figures, *row, people);
    }
    for (column, people) in [50, 60, 100].into_iter().enumerate() {
        sums(&mut figures, [cells[0][column], cells[1][column], cells[2][column]], people);
    }
    let settled = figures.settle();
    let withheld: BTreeSet<(usize, usize)> = (0..9)
        .map(|index| (index / 3, index % 3))
        .filter(|(row, column)| settled.of(cells[*row][*column]) == Cell::Withheld)
        .collect();
    assert_eq!(withheld, BTreeSet::from([(0, 0), (0, 1), (1, 0), (1, 1)]));
}
