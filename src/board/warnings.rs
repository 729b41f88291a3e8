//! The warnings of one night, by place, rule and category: counted, and told as far as they may be.
//!
//! A warning stands exactly for a finding, so how many people a rule flags and how many of its warnings stand is one
//! figure. Its sums over places, rules, categories and the night's movements are settled with those of whom the rules
//! cover and of the answers; what the [`super::trend`] tells is settled before. By township only those that stand are
//! counted: what one night opens in a township is a handful of people.

use std::collections::{BTreeMap, BTreeSet};

use super::few::alone;
use super::grid::{Cells, Grid};
use super::nights::{Nights, PastNight, RuleRead, Tonight};
use super::place::{Place, Places};
use super::trend::{self, Trend};
use super::withhold::{CellId, Figures, Settled};
use crate::model::board::{Cell, Moved};
use crate::model::{Category, LedgerCount, PersonId, State};

/// What is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Of {
    /// Warnings that stand.
    Standing,
    /// Standing as they were; told nowhere, and left by what moved.
    Continued,
    /// Standing as they were, raised or lowered: what stood and was not cleared. Told nowhere either.
    Stayed,
    Opened,
    Reopened,
    Raised,
    Lowered,
    Cleared,
    /// People with a warning, each once.
    Flagged,
    /// Opened or reopened, as the trend tells it.
    OpenedInAll,
    /// People whose burden lies in one range above the threshold, by the range's place.
    Range(usize),
}

/// What one cell is about. No rule stands for all of them together, no category likewise.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Key {
    pub(super) place: Place,
    pub(super) rule: Option<usize>,
    pub(super) category: Option<Category>,
    pub(super) of: Of,
}

const MOVES: [Of; 5] = [Of::Opened, Of::Reopened, Of::Raised, Of::Lowered, Of::Cleared];

pub(super) fn key(place: &Place, rule: Option<usize>, category: Option<Category>, of: Of) -> Key {
    Key { place: place.clone(), rule, category, of }
}

/// The counts of tonight.
#[derive(Debug)]
pub(super) struct Warnings(Cells<Key>);

impl Warnings {
    /// `ranges` are the people of each rule in each range above the threshold.
    pub(super) fn of(
        figures: &mut Figures,
        nights: &Nights,
        places: &Places,
        trend: &Trend,
        ranges: &[Vec<u64>],
    ) -> Warnings {
        let tonight = &nights.tonight;
        let mut counts = zeros(&tonight.rules, places);
        for row in &tonight.counts {
            add(&mut counts, &tonight.rules, row);
        }
        add_people(&mut counts, tonight);
        for (rule, people) in ranges.iter().enumerate() {
            for (range, people) in people.iter().enumerate() {
                counts.insert(key(&Place::Whole, Some(rule), None, Of::Range(range)), *people);
            }
        }
        let settled = settled_by_the_trend(&mut counts, nights, trend);
        let mut grid = Grid::of(figures, &counts, &settled, |key| matches!(key.of, Of::Continued | Of::Stayed));
        add_up(&mut grid, &counts, &tonight.rules, places);
        follow(&mut grid, &nights.past, places);
        follow_rules(&mut grid, &counts, &nights.past, places);
        once_each(&mut grid, &counts, &tonight.rules);
        for (rule, people) in ranges.iter().enumerate() {
            let ranges = (0..people.len()).map(|range| key(&Place::Whole, Some(rule), None, Of::Range(range)));
            grid.sum(&key(&Place::Whole, Some(rule), None, Of::Standing), ranges);
        }
        Warnings(grid.cells())
    }

    pub(super) fn id(&self, of: &Key) -> Option<CellId> {
        self.0.id(of)
    }

    pub(super) fn cell(&self, settled: &Settled, of: &Key) -> Cell<u64> {
        self.0.of(settled, of)
    }

    /// What the night made of the warnings of a place, of one rule or of all.
    pub(super) fn moved(&self, settled: &Settled, place: &Place, rule: Option<usize>) -> Moved {
        let of = |of: Of| match (place, of) {
            (Place::Town(..), of) if of != Of::Standing => Cell::Withheld,
            _ => self.cell(settled, &key(place, rule, None, of)),
        };
        Moved {
            standing: of(Of::Standing),
            opened: of(Of::Opened),
            reopened: of(Of::Reopened),
            raised: of(Of::Raised),
            lowered: of(Of::Lowered),
            cleared: of(Of::Cleared),
        }
    }
}

/// Every cell that a page shows, counting nobody yet.
fn zeros(rules: &[RuleRead], places: &Places) -> BTreeMap<Key, u64> {
    let mut counts = BTreeMap::new();
    for place in places.all() {
        let is_town = matches!(place, Place::Town(..));
        counts.insert(key(&place, None, None, Of::Flagged), 0);
        if !is_town {
            counts.insert(key(&place, None, None, Of::OpenedInAll), 0);
        }
        for rule in std::iter::once(None).chain((0..rules.len()).map(Some)) {
            counts.insert(key(&place, rule, None, Of::Standing), 0);
            let moves = MOVES.into_iter().chain([Of::Continued, Of::Stayed]).filter(|_| !is_town);
            counts.extend(moves.map(|of| (key(&place, rule, None, of), 0)));
            let categories = rule.filter(|_| !is_town).map_or(&[][..], |rule| &rules[rule].categories);
            counts.extend(categories.iter().map(|of| (key(&place, rule, Some(*of), Of::Standing), 0)));
        }
    }
    counts
}

/// Adds a row to every cell that it belongs to.
fn add(counts: &mut BTreeMap<Key, u64>, rules: &[RuleRead], row: &LedgerCount) {
    let of: &[Of] = match row.state {
        State::Opened => &[Of::Standing, Of::Opened, Of::OpenedInAll],
        State::Reopened => &[Of::Standing, Of::Reopened, Of::OpenedInAll],
        State::Raised => &[Of::Standing, Of::Raised, Of::Stayed],
        State::Lowered => &[Of::Standing, Of::Lowered, Of::Stayed],
        State::Continued => &[Of::Standing, Of::Continued, Of::Stayed],
        State::Cleared => &[Of::Cleared],
    };
    // A warning may be cleared as its rule is in force no more: it counts among all rules alone.
    let rule = rules.iter().position(|rule| rule.id == row.rule);
    for place in Place::around(row.area, row.town_code.as_deref()) {
        for of in of.iter().copied() {
            for rule in std::iter::once(None).chain(rule.map(Some)) {
                let categories = std::iter::once(None).chain(rule.map(|_| Some(row.category)));
                for category in categories {
                    if let Some(people) = counts.get_mut(&key(&place, rule, category, of)) {
                        *people += row.warnings;
                    }
                }
            }
        }
    }
}

/// Counts the people who are flagged, each once at every place.
fn add_people(counts: &mut BTreeMap<Key, u64>, tonight: &Tonight) {
    let mut seen: std::collections::HashSet<&PersonId> = std::collections::HashSet::new();
    for row in tonight.flagged.iter().filter(|row| seen.insert(&row.person)) {
        for place in Place::around(row.area, row.town_code.as_deref()) {
            if let Some(people) = counts.get_mut(&key(&place, None, None, Of::Flagged)) {
                *people += 1;
            }
        }
    }
}

/// The cells that the trend tells, or withholds.
fn settled_by_the_trend(counts: &mut BTreeMap<Key, u64>, nights: &Nights, trend: &Trend) -> BTreeMap<Key, Cell<u64>> {
    let mut settled = BTreeMap::new();
    let (Some(tonight), Some(last)) = (nights.past.last(), trend.whole.last()) else {
        return settled;
    };
    let whole = |of| key(&Place::Whole, None, None, of);
    counts.insert(whole(Of::OpenedInAll), tonight.opened);
    settled.insert(whole(Of::Standing), last.standing);
    settled.insert(whole(Of::OpenedInAll), last.opened);
    settled.insert(whole(Of::Cleared), last.cleared);
    for (area, standing) in trend::by_area(tonight) {
        settled.insert(key(&Place::County(area), None, None, Of::Standing), standing);
    }
    settled
}

/// Places into their parts, all rules into each, a rule into its categories.
fn add_up(grid: &mut Grid<Key>, counts: &BTreeMap<Key, u64>, rules: &[RuleRead], places: &Places) {
    let parts: BTreeMap<Place, Vec<Place>> =
        places.all().into_iter().map(|place| (place.clone(), places.parts(&place))).collect();
    for total in counts.keys() {
        let of_parts = parts.get(&total.place).into_iter().flatten();
        grid.sum(total, of_parts.map(|part| Key { place: part.clone(), ..total.clone() }));
        match total.rule {
            None if total.of == Of::Cleared => {
                grid.within(total, (0..rules.len()).map(|rule| Key { rule: Some(rule), ..total.clone() }));
            }
            None => grid.sum(total, (0..rules.len()).map(|rule| Key { rule: Some(rule), ..total.clone() })),
            Some(rule) if total.category.is_none() => {
                let categories = rules[rule].categories.iter();
                grid.sum(total, categories.map(|category| Key { category: Some(*category), ..total.clone() }));
            }
            Some(_) => {}
        }
    }
    for place in std::iter::once(Place::Whole).chain(places.counties()) {
        let of = |of| key(&place, None, None, of);
        grid.sum(&of(Of::OpenedInAll), [of(Of::Opened), of(Of::Reopened)]);
        for rule in std::iter::once(None).chain((0..rules.len()).map(Some)) {
            let of = |of| key(&place, rule, None, of);
            grid.sum(&of(Of::Standing), [Of::Opened, Of::Reopened, Of::Stayed].map(of));
            grid.sum(&of(Of::Stayed), [Of::Raised, Of::Lowered, Of::Continued].map(of));
        }
    }
}

/// What stood the night before was cleared or stayed; and it stood already as long as nobody came.
fn follow(grid: &mut Grid<Key>, past: &[PastNight], places: &Places) {
    let mut stands: BTreeMap<Place, CellId> = BTreeMap::new();
    for (place, cell, people) in stood(past, places) {
        stands.extend(follow_one(grid, (&place, None), cell, people).map(|stood| (place, stood)));
    }
    let Some((_, mut past)) = past.split_last() else { return };
    while let Some((_, before)) = past.split_last().filter(|(night, _)| night.opened == 0) {
        for (place, cell, people) in stood(past, places) {
            let earlier = grid.figures().settled(cell, people);
            let later = stands.insert(place, earlier);
            grid.figures().within([earlier], later);
        }
        past = before;
    }
}

fn follow_one(
    grid: &mut Grid<Key>,
    (place, rule): (&Place, Option<usize>),
    stood: Cell<u64>,
    people: u64,
) -> Option<CellId> {
    let [cleared, stayed] = [Of::Cleared, Of::Stayed].map(|of| grid.id(&key(place, rule, None, of)));
    let stood = grid.figures().settled(stood, people);
    grid.figures().sum(stood, [cleared?, stayed?]);
    Some(stood)
}

/// How many stood in each place the night before, as that night told it.
fn stood(past: &[PastNight], places: &Places) -> Vec<(Place, Cell<u64>, u64)> {
    let Some(before) = past.len().checked_sub(2).and_then(|at| past.get(at)) else { return Vec::new() };
    let mut stood = vec![(Place::Whole, alone(before.standing), before.standing)];
    let told = trend::by_area(before);
    for place in places.counties() {
        let Place::County(area) = place else { continue };
        let people = before.by_area.as_ref().and_then(|by_area| by_area.get(&area)).copied().unwrap_or_default();
        stood.push((place, told.get(&area).copied().unwrap_or(Cell::Told(0)), people));
    }
    stood
}

/// The same of each rule. What stood of it is worked out from tonight, and settled as the board of the night before
/// settled it among places and rules: what that told is known, and what it withheld is not to be told now.
fn follow_rules(grid: &mut Grid<Key>, counts: &BTreeMap<Key, u64>, past: &[PastNight], places: &Places) {
    type Stood = (Place, Option<usize>);
    let in_all = stood(past, places);
    let mut people: BTreeMap<Stood, u64> = in_all.iter().map(|(at, _, people)| ((at.clone(), None), *people)).collect();
    let cells = in_all.into_iter().map(|(at, cell, _)| ((at, None), cell)).collect();
    for standing in counts.keys().filter(|of| of.of == Of::Standing && of.category.is_none()) {
        if standing.rule.is_some() && !matches!(standing.place, Place::Town(..)) {
            let count = |of| counts.get(&Key { of, ..standing.clone() }).copied().unwrap_or_default();
            people.insert((standing.place.clone(), standing.rule), count(Of::Stayed) + count(Of::Cleared));
        }
    }
    let mut figures = Figures::default();
    let mut before: Grid<Stood> = Grid::of(&mut figures, &people, &cells, |_| false);
    for (place, rule) in people.keys() {
        let total = (place.clone(), *rule);
        before.sum(&total, places.parts(place).into_iter().map(|part| (part, *rule)));
        if rule.is_none() {
            before.sum(&total, people.keys().filter(|(at, of)| at == place && of.is_some()).cloned());
        }
    }
    let (cells, settled) = (before.cells(), figures.settle());
    for ((place, rule), people) in people.iter().filter(|((_, rule), _)| rule.is_some()) {
        follow_one(grid, (place, *rule), cells.of(&settled, &(place.clone(), *rule)), *people);
    }
}

/// People with several warnings stand between warnings and people, and may be few; and so may those whom no rule flags
/// that tests one burden. Of such rules one at most flags a person: where all rules test one burden nobody has several
/// warnings, and everybody knows it.
fn once_each(grid: &mut Grid<Key>, counts: &BTreeMap<Key, u64>, rules: &[RuleRead]) {
    let burdens: BTreeSet<&str> = rules.iter().map(|rule| rule.tests.as_str()).collect();
    for flagged in counts.keys().filter(|key| key.of == Of::Flagged) {
        let standing = |rule| Key { rule, of: Of::Standing, ..flagged.clone() };
        grid.within(&standing(None), [flagged.clone()]);
        for burden in &burdens {
            let of_burden = (0..rules.len()).filter(|rule| rules[*rule].tests == *burden);
            grid.within(flagged, of_burden.map(|rule| standing(Some(rule))));
        }
    }
}
