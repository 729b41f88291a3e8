//! The attack on what the board withholds: whoever has every figure of a board tries every sum and difference of them.
//!
//! A small world is made of single warnings. Each figure of its board is a sum of atoms, the warnings of one place,
//! rule, category and state, whether anybody is in them or not. What can be worked out from the figures told is exactly
//! what lies in the space that their sums span: so each figure withheld is held against that space, by elimination of
//! this test's own. It knows nothing of how the board decides.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{Days, NaiveDate};
use fangpin::board::nights::{Flagged, Nights, PastNight, Quality, RuleRead, Tonight};
use fangpin::board::{Figured, withhold};
use fangpin::model::board::{Board, Cell, Moved, PartStanding, Standing};
use fangpin::model::{
    AreaCode, Burden, Category, Fen, LedgerCount, PersonId, ResponseKey, Responses, State, SummaryRow,
};
use proptest::prelude::*;
use rust_decimal::Decimal;

fn board(nights: &Nights) -> Board {
    Figured::of(nights).board()
}

/// Counties, the townships of each, and the categories of the two rules.
const COUNTIES: [u32; 3] = [150_721, 150_722, 150_723];
const TOWNS: [&str; 2] = ["001", "002"];
const CATEGORIES: [[Category; 2]; 2] =
    [[Category::ExtremePoverty, Category::SubsistenceAllowance], [Category::UnstableLifted, Category::Marginal]];

/// Warnings of one county, township, rule, category and state, each by its place in the lists above.
type Atom = (usize, usize, usize, usize, usize);

fn atoms() -> Vec<Atom> {
    let mut atoms = Vec::new();
    for county in 0..COUNTIES.len() {
        for town in 0..TOWNS.len() {
            for rule in 0..2 {
                for category in 0..2 {
                    atoms.extend((0..State::ALL.len()).map(|state| (county, town, rule, category, state)));
                }
            }
        }
    }
    atoms
}

/// A world: how many warnings each atom has, and whom each rule covers in each county.
struct World {
    warnings: BTreeMap<Atom, u64>,
    covered: BTreeMap<(usize, usize, usize), u64>,
}

fn day(back: u64) -> NaiveDate {
    "2025-11-30".parse::<NaiveDate>().unwrap().checked_sub_days(Days::new(back)).unwrap()
}

fn area(county: usize) -> AreaCode {
    AreaCode::new(COUNTIES[county]).unwrap()
}

impl World {
    fn sum(&self, of: impl Fn(&Atom) -> bool) -> u64 {
        self.warnings.iter().filter(|(atom, _)| of(atom)).map(|(_, warnings)| warnings).sum()
    }

    fn nights(&self) -> Nights {
        let is = |atom: &Atom, state: State| State::ALL[atom.4] == state;
        let stands = |atom: &Atom| !is(atom, State::Cleared);
        let came = |atom: &Atom| is(atom, State::Opened) || is(atom, State::Reopened);
        let stood = |atom: &Atom| !came(atom);
        let tonight = self.past_night(0, &stands, self.sum(came), self.sum(|atom| is(atom, State::Cleared)));
        let before = self.past_night(1, &stood, 0, 0);
        Nights {
            as_of: day(0),
            place: "一个地方".to_owned(),
            area: AreaCode::new(150_700).unwrap(),
            names: BTreeMap::new(),
            tonight: self.tonight(),
            past: vec![before, tonight],
            audits: Vec::new(),
            folders: Vec::new(),
            warnings: Vec::new(),
            rules: Vec::new(),
        }
    }

    fn past_night(&self, back: u64, stands: &dyn Fn(&Atom) -> bool, opened: u64, cleared: u64) -> PastNight {
        let by_area =
            (0..COUNTIES.len()).map(|county| (Some(area(county)), self.sum(|atom| atom.0 == county && stands(atom))));
        PastNight {
            night: day(back),
            standing: self.sum(stands),
            opened,
            cleared,
            by_rule: BTreeMap::new(),
            by_area: Some(by_area.collect()),
        }
    }

    fn tonight(&self) -> Tonight {
        let rule = |index: usize| RuleRead {
            id: format!("rule_{index}"),
            title: format!("规则 {index}"),
            comparison: "超过",
            tests: "burden_total".to_owned(),
            categories: CATEGORIES[index].to_vec(),
        };
        let count = |(atom, warnings): (&Atom, &u64)| LedgerCount {
            area: Some(area(atom.0)),
            town_code: Some(TOWNS[atom.1].to_owned()),
            category: CATEGORIES[atom.2][atom.3],
            rule: format!("rule_{}", atom.2),
            state: State::ALL[atom.4],
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
            night: day(0),
            sha256: "0".repeat(64),
            payers: Vec::new(),
            rules: vec![rule(0), rule(1)],
            summary: self.covered.iter().map(summary).collect(),
            counts: self.warnings.iter().filter(|(_, warnings)| **warnings > 0).map(count).collect(),
            flagged: self.flagged(),
            near: None,
            responses: BTreeMap::new(),
            quality: Quality::default(),
            warnings: Vec::new(),
        }
    }

    fn flagged(&self) -> Vec<Flagged> {
        let standing = self.warnings.iter().filter(|(atom, _)| State::ALL[atom.4] != State::Cleared);
        let people = standing.flat_map(|(atom, warnings)| (0..*warnings).map(move |index| (atom, index)));
        people
            .map(|(atom, index)| Flagged {
                person: PersonId::other(&format!("P{atom:?}{index}")).unwrap(),
                rule: format!("rule_{}", atom.2),
                area: Some(area(atom.0)),
                town_code: Some(TOWNS[atom.1].to_owned()),
                burden: Burden::default(),
                burden_total: Fen(0),
                // From one range to the next, so that some of them are small.
                ratio: Decimal::new(100 + 45 * (index as i64 % 7), 2),
            })
            .collect()
    }
}

/// A figure of a board: which atoms it is the sum of, each so many times, and what the board tells.
struct Figure {
    name: String,
    sum: BTreeMap<Atom, i64>,
    told: Cell<u64>,
}

/// Every figure of a board that is about warnings.
struct Read<'w> {
    world: &'w World,
    figures: Vec<Figure>,
}

impl Read<'_> {
    fn figure(&mut self, name: String, times: impl Fn(&Atom) -> i64, told: Cell<u64>) {
        let sum: BTreeMap<Atom, i64> =
            atoms().into_iter().map(|atom| (atom, times(&atom))).filter(|(_, times)| *times != 0).collect();
        let truth: i64 = sum.iter().map(|(atom, times)| times * self.world.warnings[atom] as i64).sum();
        if let Cell::Told(told) = told {
            assert_eq!(told as i64, truth, "{name}");
        }
        self.figures.push(Figure { name, sum, told });
    }

    fn moved(&mut self, name: &str, within: &dyn Fn(&Atom) -> bool, moved: &Moved) {
        let state = |atom: &Atom| State::ALL[atom.4];
        self.figure(
            format!("{name} standing"),
            |atom| i64::from(within(atom) && state(atom) != State::Cleared),
            moved.standing,
        );
        for (of, told) in [
            (State::Opened, moved.opened),
            (State::Reopened, moved.reopened),
            (State::Raised, moved.raised),
            (State::Lowered, moved.lowered),
            (State::Cleared, moved.cleared),
        ] {
            self.figure(format!("{name} {}", of.name()), |atom| i64::from(within(atom) && state(atom) == of), told);
        }
    }

    fn part(&mut self, name: &str, within: &dyn Fn(&Atom) -> bool, part: &PartStanding) {
        self.moved(name, within, &part.moved);
        let stands = |atom: &Atom| within(atom) && State::ALL[atom.4] != State::Cleared;
        self.figure(format!("{name} flagged"), |atom| i64::from(stands(atom)), part.all.flagged);
        for (rule, told) in part.by_rule.iter().enumerate() {
            self.figure(format!("{name} rule {rule}"), |atom| i64::from(stands(atom) && atom.2 == rule), *told);
        }
    }

    fn standing(&mut self, name: &str, within: &dyn Fn(&Atom) -> bool, standing: &Standing) {
        self.part(name, within, &standing.total);
        let stands = |atom: &Atom| within(atom) && State::ALL[atom.4] != State::Cleared;
        for (index, rule) in standing.rules.iter().enumerate() {
            let name = format!("{name} rule {index}");
            self.moved(&name, &|atom| within(atom) && atom.2 == index, &rule.moved);
            let before = |atom: &Atom| {
                let came = [State::Opened, State::Reopened].contains(&State::ALL[atom.4]);
                i64::from(within(atom) && atom.2 == index && !came)
            };
            // Told nowhere: what tonight tells may not give it away where it was few.
            self.figure(format!("{name} stood"), before, Cell::Withheld);
            self.figure(format!("{name} all"), |atom| i64::from(stands(atom) && atom.2 == index), rule.all.flagged);
            for (category, warned) in &rule.by_category {
                let of = |atom: &Atom| i64::from(stands(atom) && CATEGORIES[atom.2][atom.3] == *category);
                self.figure(format!("{name} {category}"), |atom| of(atom) * i64::from(atom.2 == index), warned.flagged);
            }
        }
        let [before, tonight] = standing.trend.as_slice() else { panic!("two nights") };
        let of = |atom: &Atom, states: &[State]| within(atom) && states.contains(&State::ALL[atom.4]);
        let came = [State::Opened, State::Reopened];
        self.figure(format!("{name} stood"), |atom| i64::from(within(atom) && !of(atom, &came)), before.standing);
        self.figure(format!("{name} stands"), |atom| i64::from(stands(atom)), tonight.standing);
        self.figure(format!("{name} came"), |atom| i64::from(of(atom, &came)), tonight.opened);
        self.figure(format!("{name} went"), |atom| i64::from(of(atom, &[State::Cleared])), tonight.cleared);
    }

    fn board(&mut self, board: &Board) {
        self.standing("whole", &|_| true, &board.whole);
        for (county, standing) in board.counties.iter().enumerate() {
            assert_eq!(standing.total.place, board.whole.parts[county].place);
            self.part(&format!("part {county}"), &|atom| atom.0 == county, &board.whole.parts[county]);
            self.standing(&format!("county {county}"), &|atom| atom.0 == county, standing);
            for part in &standing.parts {
                let town = TOWNS.iter().position(|town| part.place.code.as_deref() == Some(town)).unwrap();
                let within = move |atom: &Atom| (atom.0, atom.1) == (county, town);
                self.part(&format!("town {county} {town}"), &within, part);
            }
        }
    }
}

/// The space that sums span, by elimination.
#[derive(Default)]
struct Space {
    rows: Vec<(Atom, BTreeMap<Atom, u64>)>,
}

const PRIME: u64 = 1_000_000_007;

impl Space {
    /// What of the sum is not in the space.
    fn rest(&self, sum: &BTreeMap<Atom, i64>) -> BTreeMap<Atom, u64> {
        let mut rest: BTreeMap<Atom, u64> =
            sum.iter().map(|(atom, times)| (*atom, times.rem_euclid(PRIME as i64) as u64)).collect();
        for (pivot, row) in &self.rows {
            let Some(times) = rest.get(pivot).copied() else { continue };
            for (atom, of_row) in row {
                let left = (rest.get(atom).copied().unwrap_or(0) + PRIME - times * of_row % PRIME) % PRIME;
                if left == 0 {
                    rest.remove(atom);
                } else {
                    rest.insert(*atom, left);
                }
            }
        }
        rest
    }

    fn add(&mut self, sum: &BTreeMap<Atom, i64>) {
        let mut rest = self.rest(sum);
        let Some((pivot, factor)) = rest.iter().next().map(|(atom, factor)| (*atom, *factor)) else { return };
        let inverse = (0..30).fold((1, factor), |(so_far, power), bit| {
            let so_far = if (PRIME - 2) >> bit & 1 == 1 { so_far * power % PRIME } else { so_far };
            (so_far, power * power % PRIME)
        });
        rest.values_mut().for_each(|of| *of = *of * inverse.0 % PRIME);
        self.rows.push((pivot, rest));
    }
}

/// Attacks the board of a world. Gives back how many small figures were withheld, and how many told.
fn attacked(world: &World) -> (usize, usize) {
    let board = board(&world.nights());
    let mut read = Read { world, figures: Vec::new() };
    read.board(&board);
    let mut space = Space::default();
    let (told, withheld): (Vec<&Figure>, Vec<&Figure>) =
        read.figures.iter().partition(|figure| figure.told != Cell::Withheld);
    told.iter().for_each(|figure| space.add(&figure.sum));
    let truth = |sum: &BTreeMap<Atom, i64>| -> i64 {
        sum.iter().map(|(atom, times)| times * world.warnings[atom] as i64).sum()
    };
    for figure in &told {
        assert!(!withhold::too_few(truth(&figure.sum) as u64), "{} is told", figure.name);
    }
    let mut small = 0;
    for figure in &withheld {
        let people = truth(&figure.sum);
        if (1..5).contains(&people) {
            small += 1;
            assert!(!space.rest(&figure.sum).is_empty(), "{} can be worked out: {people}", figure.name);
        }
    }
    (small, told.len())
}

fn world(warnings: Vec<u64>, covered: Vec<u64>) -> World {
    let places = (0..COUNTIES.len()).flat_map(|county| (0..4).map(move |of| (county, of / 2, of % 2)));
    World { warnings: atoms().into_iter().zip(warnings).collect(), covered: places.zip(covered).collect() }
}

/// Mostly nobody, often few, sometimes many.
fn people() -> impl Strategy<Value = u64> {
    prop_oneof![6 => Just(0_u64), 3 => 1_u64..5, 1 => 5_u64..40]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_sum_or_difference_gives_a_small_figure_away(
        warnings in prop::collection::vec(people(), atoms().len()),
        covered in prop::collection::vec(people(), COUNTIES.len() * 4),
    ) {
        let (small, told) = attacked(&world(warnings, covered));
        prop_assert!(small > 0 && told > 0, "nothing was attacked");
    }

    /// Of people a rule covers, those of a line that are withheld are never few, so that their sum gives no cell away.
    #[test]
    fn what_a_sum_leaves_is_no_small_cell(parts in prop::collection::vec(people(), 1..12)) {
        let mut figures = withhold::Figures::default();
        let total = figures.cell(parts.iter().sum());
        let cells: Vec<_> = parts.iter().map(|people| figures.cell(*people)).collect();
        figures.sum(total, cells.iter().copied());
        let settled = figures.settle();
        let told = cells.iter().filter_map(|cell| settled.of(*cell).told());
        if let Some(total) = settled.of(total).told() {
            let left = total - told.sum::<u64>();
            prop_assert!(!withhold::too_few(left), "{left} are left of {parts:?}");
        }
        for (cell, people) in cells.iter().zip(&parts) {
            prop_assert!(settled.of(*cell) == Cell::Withheld || !withhold::too_few(*people));
        }
    }
}

/// The attack itself finds what can be found: of a board that withholds small figures alone, it works some out.
#[test]
fn the_attack_works_out_what_is_withheld_alone() {
    let (a, b) = ((0, 0, 0, 0, 0), (1, 0, 0, 0, 0));
    let (total, part) = (BTreeMap::from([(a, 1), (b, 1)]), BTreeMap::from([(a, 1)]));
    let mut space = Space::default();
    space.add(&total);
    space.add(&part);
    assert!(space.rest(&BTreeMap::from([(b, 1)])).is_empty());
    let mut without = Space::default();
    without.add(&total);
    assert!(!without.rest(&BTreeMap::from([(b, 1)])).is_empty());
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

/// Answers add up too: those of a county are withheld where the others and the total would give them away.
#[test]
fn answers_that_are_few_are_withheld_with_those_that_would_tell() {
    let mut nights = world(vec![10; atoms().len()], vec![50; COUNTIES.len() * 4]).nights();
    for (county, answered) in [(0, 3), (1, 9), (2, 20)] {
        let key = ResponseKey {
            rule: "rule_0".to_owned(),
            office: Some("civil_affairs".to_owned()),
            area_code: Some(COUNTIES[county].to_string()),
            town_code: Some(TOWNS[0].to_owned()),
        };
        let counts = Responses { sent: 40, answered, confirmed: answered, ..Responses::default() };
        nights.tonight.responses.insert(key, counts);
    }
    let board = board(&nights);
    let answered: Vec<Cell<u64>> = board.counties.iter().map(|county| county.replies[0].answered).collect();
    assert_eq!(answered, [Cell::Withheld, Cell::Withheld, Cell::Told(20)]);
    assert_eq!(board.whole.replies[0].answered, Cell::Told(32));
    let sent: Vec<Cell<u64>> = board.counties.iter().map(|county| county.replies[0].sent).collect();
    assert_eq!(sent, [Cell::Told(40); 3]);
}

/// By hand: nineteen of twenty are answered, so one is not; and where three warnings stand, nothing is told of what was
/// sent and answered, at one office or several.
#[test]
fn answers_tell_neither_who_is_silent_nor_what_the_warnings_withhold() {
    let mut warnings: BTreeMap<Atom, u64> = atoms().into_iter().map(|atom| (atom, 0)).collect();
    for (county, standing) in [(0, 3), (1, 20), (2, 30)] {
        warnings.insert((county, 0, 0, 0, State::ALL.iter().position(|of| *of == State::Continued).unwrap()), standing);
    }
    let covered = (0..COUNTIES.len()).flat_map(|county| (0..4).map(move |of| ((county, of / 2, of % 2), 50)));
    let mut nights = World { warnings, covered: covered.collect() }.nights();
    for (county, sent, answered) in [(0, 3, 0), (1, 20, 19), (2, 30, 10)] {
        let key = ResponseKey {
            rule: "rule_0".to_owned(),
            office: Some("civil_affairs".to_owned()),
            area_code: Some(COUNTIES[county].to_string()),
            town_code: Some(TOWNS[0].to_owned()),
        };
        let overdue = sent - answered;
        let counts = Responses { sent, answered, confirmed: answered, overdue, ..Responses::default() };
        nights.tonight.responses.insert(key, counts);
    }
    let board = board(&nights);
    let replies = |county: usize| &board.counties[county].replies[0];
    assert_eq!([replies(0).sent, replies(0).answered, replies(0).overdue], [Cell::Withheld; 3]);
    assert!(replies(1).sent == Cell::Withheld || replies(1).answered == Cell::Withheld);
    // The fifty-three of the whole area are told, so a second county's are withheld, as the warnings' are.
    assert_eq!((board.whole.replies[0].sent, replies(1).sent), (Cell::Told(53), Cell::Withheld));
}
