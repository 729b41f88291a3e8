//! The attack on what the board withholds of audits and problems, and on what the month's report says of cards and
//! stays.
//!
//! A small world is made of single verdicts, each with the problem that it opened, if it did. Atoms are verdicts alike,
//! whether there are any or not.

use std::collections::BTreeMap;
use std::fmt;

use chrono::NaiveDate;
use fangpin::board::Figured;
use fangpin::board::nights::{AuditNight, MonthTables, Nights, RateRow, ShareRow};
use fangpin::model::board::{Board, Cell, PartStanding, Standing};
use fangpin::model::{
    AreaCode, Category, Fen, Mechanism, PersonId, Problem, ProblemState, Solution, SolvedBy, Subject, Verdict,
    VerdictCounts,
};
use proptest::prelude::*;
use rust_decimal::Decimal;

use crate::attack::{Atoms, Attack, Attacked, people, seeded};
use crate::report::{self, open_problem};

const COUNTIES: [u32; 3] = [150_721, 150_722, 150_723];
const TOWNS: [&str; 2] = ["001", "002"];
const AUDITS: [Mechanism; 2] = [Mechanism::Coverage, Mechanism::FiveChecks];

/// Verdicts alike: by which audit, about people of which place, what tonight's data says, and how the problem stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Atom {
    county: usize,
    town: usize,
    audit: usize,
    /// Of those without a problem; nobody asks where they are.
    verdict: Option<Verdict>,
    state: Option<ProblemState>,
    /// Tonight's data shows it, and does not only not say.
    shown: bool,
    /// Solved in this month.
    this_month: bool,
    /// To be solved when last month ended.
    before: bool,
}

impl Atom {
    fn is_to_solve(&self) -> bool {
        matches!(self.state, Some(ProblemState::Open | ProblemState::Overdue))
    }

    fn is_unsolved(&self) -> bool {
        self.state.is_some_and(|state| state != ProblemState::Solved)
    }
}

fn atoms() -> Vec<Atom> {
    let none = Atom {
        county: 0,
        town: 0,
        audit: 0,
        verdict: None,
        state: None,
        shown: false,
        this_month: false,
        before: false,
    };
    let mut problems = vec![Atom { before: true, ..none }, Atom { state: Some(ProblemState::Solved), ..none }];
    for before in [false, true] {
        problems.push(Atom { state: Some(ProblemState::Solved), this_month: true, before, ..none });
        let unsolved = ProblemState::ALL.into_iter().filter(|state| *state != ProblemState::Solved);
        problems.extend(
            unsolved.flat_map(|state| [true, false].map(|shown| Atom { state: Some(state), shown, before, ..none })),
        );
    }
    let mut atoms = Vec::new();
    for audit in 0..AUDITS.len() {
        let others = Verdict::ALL.into_iter().filter(|verdict| *verdict != Verdict::Fault);
        atoms.extend(others.map(|verdict| Atom { audit, verdict: Some(verdict), ..none }));
        for county in 0..COUNTIES.len() {
            for town in 0..TOWNS.len() {
                atoms.extend(problems.iter().map(|problem| Atom { audit, county, town, ..*problem }));
            }
        }
    }
    atoms
}

struct World {
    atoms: Atoms<Atom>,
    /// By county, problems of institutions that are to be solved, overdue or not: they are told one by one.
    institutions: [(u64, bool); COUNTIES.len()],
}

/// Those whom there are.
impl fmt::Debug for World {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(self.atoms.iter().filter(|(_, people)| **people > 0)).finish()
    }
}

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn area(county: usize) -> AreaCode {
    AreaCode::new(COUNTIES[county]).unwrap()
}

fn problem(subject: Subject, mechanism: Mechanism, (county, town): (usize, usize), state: ProblemState) -> Problem {
    let town_code = Some(TOWNS[town].to_owned());
    Problem { town_code, state, ..open_problem(mechanism, subject, area(county)) }
}

/// A night of a month's audits on which nothing was said.
fn audited() -> AuditNight {
    AuditNight { kind: "monthly".to_owned(), ..report::audited(Vec::new(), Some(Vec::new())) }
}

fn nights(audits: Vec<AuditNight>) -> Nights {
    Nights { audits, ..report::quiet() }
}

impl World {
    fn nights(&self) -> Nights {
        let mut night = audited();
        let mut before = Vec::new();
        for ((atom, people), number) in self.atoms.iter().zip(0..) {
            let mechanism = AUDITS[atom.audit];
            let counts = night.verdicts.entry(mechanism).or_default();
            let verdict = if atom.shown { Some(Verdict::Fault) } else { atom.verdict };
            if let Some(verdict) = verdict {
                counts.subjects += people;
                counts.by_verdict[verdict as usize] += people;
            }
            for index in 0..*people {
                let subject = Subject::Person(PersonId::other(&format!("P{number}.{index}")).unwrap());
                let place = (atom.county, atom.town);
                if atom.before {
                    before.push(problem(subject.clone(), mechanism, place, ProblemState::Open));
                }
                if let Some(state) = atom.state {
                    let mut problem = problem(subject, mechanism, place, state);
                    let on = day(if atom.this_month { "2025-11-30" } else { "2025-10-30" });
                    problem.solution = (state == ProblemState::Solved).then_some(Solution {
                        on,
                        by: SolvedBy::FoundCorrect,
                        matter: None,
                        detail: None,
                    });
                    night.problems.push(problem);
                }
            }
        }
        for (county, (count, overdue)) in self.institutions.into_iter().enumerate() {
            let state = if overdue { ProblemState::Overdue } else { ProblemState::Open };
            night.problems.extend((0..count).map(|index| {
                let subject = Subject::Institution(format!("H{county}{index}").into());
                problem(subject, Mechanism::ShortStays, (county, 0), state)
            }));
        }
        night.before = Some(before);
        nights(vec![night])
    }

    fn attacked(&self) -> Attacked {
        let nights = self.nights();
        let figured = Figured::of(&nights);
        let (board, month) = (figured.board(), figured.month(day("2025-11-01")));
        // What the month's report says of them is what the board says.
        assert_eq!(month.audits, board.whole.audits);
        assert_eq!((&month.problems, &month.named), (&board.whole.problems, &board.whole.named));
        assert_eq!(month.dispatch, board.dispatch);
        let mut read = Read { attack: Attack::on(&self.atoms), world: self };
        read.board(&board);
        read.attack.in_vain()
    }
}

/// Every figure of a board that is about audits and problems.
struct Read<'w> {
    attack: Attack<'w, Atom>,
    world: &'w World,
}

/// The atoms of a place.
type Within<'f> = &'f dyn Fn(&Atom) -> bool;

fn less(cell: Cell<u64>, institutions: u64) -> Cell<u64> {
    cell.told().map_or(Cell::Withheld, |told| Cell::Told(told - institutions))
}

impl Read<'_> {
    /// Problems of institutions at a place, all of them or those overdue. They lie in the first township of a county.
    fn institutions(&self, within: Within, overdue: bool) -> u64 {
        let here = self.world.atoms.keys().filter(|atom| atom.town == 0 && within(atom)).map(|atom| atom.county);
        let counties: std::collections::BTreeSet<usize> = here.collect();
        let of = counties.into_iter().map(|county| self.world.institutions[county]);
        of.filter(|(_, late)| *late || !overdue).map(|(count, _)| count).sum()
    }

    fn part(&mut self, name: &str, within: Within, (open, overdue): (Cell<u64>, Cell<u64>)) {
        let (all, late) = (self.institutions(within, false), self.institutions(within, true));
        let to_solve = |atom: &Atom| i64::from(within(atom) && atom.is_to_solve());
        self.attack.figure(format!("{name} to solve"), to_solve, less(open, all));
        let is = |atom: &Atom, state| i64::from(within(atom) && atom.state == Some(state));
        self.attack.figure(format!("{name} late"), |atom| is(atom, ProblemState::Overdue), less(overdue, late));
        self.attack.nowhere(format!("{name} in time"), |atom| is(atom, ProblemState::Open));
        self.attack.nowhere(format!("{name} before"), |atom| i64::from(within(atom) && atom.before));
    }

    fn parts(&mut self, name: &str, within: Within, part: &PartStanding) {
        self.part(name, within, (part.open_problems, part.overdue_problems));
    }

    fn standing(&mut self, name: &str, within: Within, standing: &Standing) {
        self.parts(name, within, &standing.total);
        for (index, audit) in AUDITS.into_iter().enumerate() {
            let here = |atom: &Atom| atom.audit == index && within(atom);
            let row = standing.problems.iter().find(|row| row.mechanism == audit);
            for state in ProblemState::ALL {
                // Where an audit has no row, it has no problem.
                let told = row.map_or(Cell::Told(0), |row| match state {
                    ProblemState::Open => row.open,
                    ProblemState::Overdue => row.overdue,
                    ProblemState::Claimed => row.claimed,
                    ProblemState::Dismissed => row.dismissed,
                    ProblemState::Solved => row.solved,
                });
                let is = |atom: &Atom| i64::from(here(atom) && atom.state == Some(state));
                self.attack.figure(format!("{name} {} {}", audit.name(), state.name()), is, told);
            }
            let solved = |atom: &Atom| here(atom) && atom.state == Some(ProblemState::Solved);
            for (what, this_month) in [("earlier", false), ("this month", true)] {
                let is = |atom: &Atom| i64::from(solved(atom) && atom.this_month == this_month);
                self.attack.nowhere(format!("{name} {} solved {what}", audit.name()), is);
            }
        }
        for audit in &standing.audits {
            let Some(index) = AUDITS.iter().position(|of| *of == audit.mechanism) else { continue };
            let told = [audit.correct, audit.fault, audit.not_applicable, audit.cannot_be_told];
            let of = |atom: &Atom, verdict: Verdict| match verdict {
                Verdict::Fault => atom.audit == index && atom.shown,
                other => atom.audit == index && atom.verdict == Some(other),
            };
            for (verdict, told) in Verdict::ALL.into_iter().zip(told) {
                self.attack.figure(format!("{index} {}", verdict.name()), |atom| i64::from(of(atom, verdict)), told);
            }
            let looked_at = |atom: &Atom| atom.audit == index && (atom.shown || atom.verdict.is_some());
            self.attack.figure(format!("{index} subjects"), |atom| i64::from(looked_at(atom)), audit.subjects);
            let kept = |atom: &Atom| i64::from(atom.audit == index && atom.is_unsolved() && !atom.shown);
            self.attack.nowhere(format!("{index} kept"), kept);
        }
    }

    fn board(&mut self, board: &Board) {
        self.standing("whole", &|_| true, &board.whole);
        for (at, standing) in board.counties.iter().enumerate() {
            let county = |code: &Option<String>| {
                COUNTIES.iter().position(|county| code.as_ref() == Some(&county.to_string())).unwrap()
            };
            let county = county(&standing.total.place.code);
            let within = |atom: &Atom| atom.county == county && atom.verdict.is_none();
            assert_eq!(standing.total.place, board.whole.parts[at].place);
            self.parts(&format!("part {county}"), &within, &board.whole.parts[at]);
            self.standing(&format!("county {county}"), &within, standing);
            for part in &standing.parts {
                let town = TOWNS.iter().position(|town| part.place.code.as_deref() == Some(town)).unwrap();
                let within = |atom: &Atom| within(atom) && atom.town == town;
                self.parts(&format!("town {county} {town}"), &within, part);
            }
            let row = board.dispatch.iter().find(|row| row.place == standing.total.place).unwrap();
            self.part(&format!("dispatch {county}"), &within, (row.open, row.overdue));
            let solved = |atom: &Atom| i64::from(within(atom) && atom.this_month);
            self.attack.figure(format!("dispatch {county} solved"), solved, row.solved);
            let times = |holds: bool| i64::from(holds);
            self.attack.change(
                format!("dispatch {county} change"),
                |atom| times(within(atom) && atom.is_to_solve()) - times(within(atom) && atom.before),
                row.change.and_then(Cell::told),
            );
        }
    }
}

fn world() -> impl Strategy<Value = World> {
    let institutions = prop::array::uniform3((0_u64..3, any::<bool>()));
    (people(atoms().len()), institutions)
        .prop_map(|(counts, institutions)| World { atoms: atoms().into_iter().zip(counts).collect(), institutions })
}

/// However many settlements they are of.
#[test]
fn amounts_of_few_people_at_an_institution_are_withheld() {
    let share = |people| ShareRow {
        institution: format!("H{people}"),
        level: Some("2".to_owned()),
        people,
        total_cost: Fen(1_000_000),
        outside: Fen(30_000),
        share: Some(Decimal::from(3)),
        limit: Some(Decimal::from(2)),
        verdict: Verdict::Fault,
    };
    let tables = MonthTables { shares: [5, 4, 1].map(share).into(), ..MonthTables::default() };
    let month = november(&nights(vec![AuditNight { tables, ..audited() }]));
    let told = |of: &fangpin::model::monthly::ProviderShare| {
        (of.institution.clone(), [of.total_cost.told().is_some(), of.outside.told().is_some(), of.share.is_some()])
    };
    let told: BTreeMap<String, [bool; 3]> = month.shares.iter().map(told).collect();
    assert_eq!(told, [("H5", true), ("H4", false), ("H1", false)].map(|(of, all)| (of.to_owned(), [all; 3])).into());
}

proptest! {
    #![proptest_config(seeded(24))]

    #[test]
    fn neither_audits_nor_problems_give_a_small_figure_away(world in world()) {
        let attacked = world.attacked();
        prop_assert!(attacked.small > 0 && attacked.told > 0, "nothing was attacked");
    }
}

/// A year's stays and the people enrolled, by area.
fn rates(areas: &[(u64, u64)]) -> Nights {
    let rate = |(area, (stays, enrolled)): (u32, &(u64, u64))| RateRow {
        category: Category::Marginal,
        area: AreaCode::new(150_721 + area).unwrap(),
        stays: *stays,
        enrolled: *enrolled,
        rate: Some(Decimal::from(*stays)),
        overall: Some(Decimal::ONE_HUNDRED),
        limit: Some(Decimal::ONE_HUNDRED),
        z: None,
        verdict: Verdict::Correct,
    };
    let mut night = audited();
    night.tables.rates = (0..).zip(areas).map(rate).collect();
    nights(vec![night])
}

/// New cards by institution, each in turn drawn or not.
fn drawn(groups: &[usize]) -> Nights {
    let cards = groups
        .iter()
        .enumerate()
        .flat_map(|(group, new)| (0..*new).map(move |card| (format!("H{group}"), card % 10 == 0)));
    let mut night = audited();
    night.tables.draw = Some(("fangpin|150700|2025-11".to_owned(), "random".to_owned()));
    night.tables.cards = cards.collect();
    nights(vec![night])
}

/// What the registers say of one another by disease, each of whom has one fault, which is an open problem.
fn registers(counts: &[[u64; 3]]) -> Nights {
    let mut night = audited();
    night.tables.draw = Some((String::new(), "random".to_owned()));
    night.tables.registers = counts.iter().enumerate().map(|(at, counts)| (format!("disease {at}"), *counts)).collect();
    let people: u64 = counts.iter().flatten().sum();
    night.verdicts.insert(Mechanism::Cards, VerdictCounts { subjects: 100 + people, by_verdict: [100, people, 0, 0] });
    night.problems.extend((0..people).map(|index| {
        let subject = Subject::Person(PersonId::other(&format!("C{index}")).unwrap());
        problem(subject, Mechanism::Cards, (0, 0), ProblemState::Open)
    }));
    nights(vec![night])
}

fn november(nights: &Nights) -> fangpin::model::monthly::Month {
    Figured::of(nights).month(day("2025-11-01"))
}

proptest! {
    #![proptest_config(seeded(64))]

    /// The rate of all areas tells the sum of those that are left out.
    #[test]
    fn areas_left_out_of_a_funnel_are_not_told_by_the_others(
        areas in prop::collection::vec((0_u64..9, prop_oneof![Just(3_u64), 5..90_u64]), 1..9),
    ) {
        let month = november(&rates(&areas));
        let points: Vec<String> =
            month.funnels.iter().flat_map(|funnel| &funnel.points).filter_map(|point| point.place.code.clone()).collect();
        for of in [|area: &(u64, u64)| area.0, |area: &(u64, u64)| area.1] {
            let atoms: Atoms<usize> = areas.iter().map(of).enumerate().collect();
            let all: u64 = atoms.values().sum();
            let mut attack = Attack::on(&atoms);
            let told = |told: bool, people: u64| if told { Cell::Told(people) } else { Cell::Withheld };
            attack.figure("all", |_| 1, told(all >= 5 && !points.is_empty(), all));
            for (area, people) in &atoms {
                let shown = points.contains(&(150_721 + area).to_string());
                // Nought is nobody's: an area without stays may be left out for what it has enrolled.
                if shown || *people > 0 {
                    attack.figure(format!("area {area}"), |of| i64::from(of == area), told(shown, *people));
                }
            }
            attack.in_vain();
        }
    }

    /// The seed tells how many cards are new.
    #[test]
    fn groups_of_few_new_cards_are_told_by_neither_the_others_nor_the_seed(
        groups in prop::collection::vec(0_usize..9, 1..9),
    ) {
        let cards = november(&drawn(&groups)).cards.unwrap();
        let all: usize = groups.iter().sum();
        prop_assert_eq!(cards.seed.is_none(), (1..5).contains(&all));
        let told: u64 = cards.drawn.iter().map(|(_, new, _)| new).sum();
        prop_assert!(cards.drawn.iter().all(|(_, new, _)| *new >= 5));
        prop_assert!(cards.seed.is_none() || told == all as u64, "{} of {} are told", told, all);
    }

    #[test]
    fn registers_audits_and_problems_do_not_give_each_other_away(
        counts in prop::collection::vec([0_u64..9, 0..3_u64, 0..30_u64], 1..4),
    ) {
        let nights = registers(&counts);
        let month = november(&nights);
        let atoms: Atoms<(usize, usize)> =
            counts.iter().enumerate().flat_map(|(at, of)| (0..3).map(move |found| ((at, found), of[found]))).collect();
        let mut attack = Attack::on(&atoms);
        for ((_, found, told), at) in month.cards.unwrap().registers.iter().zip(0..) {
            attack.figure(found.as_str(), |atom| i64::from(*atom == (at / 3, at % 3)), *told);
        }
        attack.figure("fault", |_| 1, month.audits[0].fault);
        attack.figure("open", |_| 1, month.problems.first().map_or(Cell::Told(0), |row| row.open));
        attack.in_vain();
    }
}
