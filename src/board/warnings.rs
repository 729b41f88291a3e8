//! The warnings of one night, by place, rule and category: counted, and told as far as they may be.
//!
//! A warning stands exactly for a finding, so how many people a rule flags and how many of its warnings stand is one
//! figure. Its sums over places, rules, categories and the night's movements are one system, settled at once; what the
//! [`super::trend`] tells is settled before. By township only those that stand are counted: what one night opens
//! in a township is a handful of people.

use std::collections::BTreeMap;

use super::grid::{Grid, Told};
use super::nights::{Nights, PastNight, RuleRead, Tonight};
use super::place::{Place, Places};
use super::trend::{self, Trend};
use crate::model::board::{Cell, Moved};
use crate::model::{Category, LedgerCount, PersonId, State};

/// What is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Of {
    /// Warnings that stand.
    Standing,
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
pub(super) struct Warnings(Told<Key>);

impl Warnings {
    /// `ranges` are the people of each rule in each range above the threshold.
    pub(super) fn of(nights: &Nights, places: &Places, ranges: &[Vec<u64>]) -> Warnings {
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
        let settled = settled_by_the_trend(nights, &mut counts);
        let mut grid = Grid::of(&counts, &settled);
        add_up(&mut grid, &counts, &tonight.rules, places);
        follow(&mut grid, &nights.past, places);
        follow_rules(&mut grid, &counts, &nights.past, places);
        once_each(&mut grid, &counts, &tonight.rules);
        for (rule, people) in ranges.iter().enumerate() {
            let ranges = (0..people.len()).map(|range| key(&Place::Whole, Some(rule), None, Of::Range(range)));
            grid.sum(&key(&Place::Whole, Some(rule), None, Of::Standing), ranges);
        }
        Warnings(grid.settle())
    }

    pub(super) fn cell(&self, place: &Place, rule: Option<usize>, category: Option<Category>, of: Of) -> Cell<u64> {
        self.0.of(&key(place, rule, category, of))
    }

    /// What the night made of the warnings of a place, of one rule or of all.
    pub(super) fn moved(&self, place: &Place, rule: Option<usize>) -> Moved {
        let of = |of: Of| match (place, of) {
            (Place::Town(..), of) if of != Of::Standing => Cell::Withheld,
            _ => self.cell(place, rule, None, of),
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
            let moves = MOVES.iter().filter(|_| !is_town);
            counts.extend(moves.map(|of| (key(&place, rule, None, *of), 0)));
            let categories = rule.filter(|_| !is_town).map_or(&[][..], |rule| &rules[rule].categories);
            counts.extend(categories.iter().map(|of| (key(&place, rule, Some(*of), Of::Standing), 0)));
        }
    }
    counts
}

/// Adds a row to every cell that it belongs to.
fn add(counts: &mut BTreeMap<Key, u64>, rules: &[RuleRead], row: &LedgerCount) {
    let moved = match row.state {
        State::Opened => Some(Of::Opened),
        State::Reopened => Some(Of::Reopened),
        State::Raised => Some(Of::Raised),
        State::Lowered => Some(Of::Lowered),
        State::Cleared => Some(Of::Cleared),
        State::Continued => None,
    };
    let standing = (row.state != State::Cleared).then_some(Of::Standing);
    let in_all = matches!(row.state, State::Opened | State::Reopened).then_some(Of::OpenedInAll);
    // A warning may be cleared as its rule is in force no more: it counts among all rules alone.
    let rule = rules.iter().position(|rule| rule.id == row.rule);
    for place in Place::around(row.area, row.town_code.as_deref()) {
        for of in standing.into_iter().chain(moved).chain(in_all) {
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
fn settled_by_the_trend(nights: &Nights, counts: &mut BTreeMap<Key, u64>) -> BTreeMap<Key, Cell<u64>> {
    let mut settled = BTreeMap::new();
    let (Some(tonight), Some(last)) = (nights.past.last(), Trend::of(&nights.past).whole.pop()) else {
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
    }
}

/// What stood the night before, and what this one opened, reopened and cleared, give what stands.
fn follow(grid: &mut Grid<Key>, past: &[PastNight], places: &Places) {
    for (place, cell, people) in stood(past, places) {
        let ids = [Of::Standing, Of::Cleared, Of::Opened, Of::Reopened].map(|of| grid.id(&key(&place, None, None, of)));
        if let [Some(standing), Some(cleared), Some(opened), Some(reopened)] = ids {
            let stood = grid.figures().settled(cell, people);
            grid.figures().balance([standing, cleared], [stood, opened, reopened]);
        }
    }
}

/// How many stood in each place the night before, as that night told it.
fn stood(past: &[PastNight], places: &Places) -> Vec<(Place, Cell<u64>, u64)> {
    let Some(before) = past.len().checked_sub(2).and_then(|at| past.get(at)) else { return Vec::new() };
    let in_all = if super::withhold::too_few(before.standing) { Cell::Withheld } else { Cell::Told(before.standing) };
    let mut stood = vec![(Place::Whole, in_all, before.standing)];
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
    for (standing, stands) in counts.iter().filter(|(of, _)| of.of == Of::Standing && of.category.is_none()) {
        if standing.rule.is_some() && !matches!(standing.place, Place::Town(..)) {
            let count = |of| counts.get(&Key { of, ..standing.clone() }).copied().unwrap_or_default();
            let stood = (stands + count(Of::Cleared)).saturating_sub(count(Of::Opened) + count(Of::Reopened));
            people.insert((standing.place.clone(), standing.rule), stood);
        }
    }
    let mut before: Grid<Stood> = Grid::of(&people, &cells);
    for (place, rule) in people.keys() {
        let total = (place.clone(), *rule);
        before.sum(&total, places.parts(place).into_iter().map(|part| (part, *rule)));
        if rule.is_none() {
            before.sum(&total, people.keys().filter(|(at, of)| at == place && of.is_some()).cloned());
        }
    }
    let told = before.settle();
    for ((place, rule), people) in people.iter().filter(|((_, rule), _)| rule.is_some()) {
        let ids = [Of::Standing, Of::Cleared, Of::Opened, Of::Reopened].map(|of| grid.id(&key(place, *rule, None, of)));
        if let [Some(standing), Some(cleared), Some(opened), Some(reopened)] = ids {
            let stood = grid.figures().settled(told.of(&(place.clone(), *rule)), *people);
            grid.figures().balance([standing, cleared], [stood, opened, reopened]);
        }
    }
}

/// People with several warnings stand between warnings and people. Where all rules test one burden there are none, and
/// everybody knows it.
fn once_each(grid: &mut Grid<Key>, counts: &BTreeMap<Key, u64>, rules: &[RuleRead]) {
    let one_burden = rules.windows(2).all(|pair| pair[0].tests == pair[1].tests);
    for (of_people, people) in counts.iter().filter(|(key, _)| key.of == Of::Flagged) {
        let standing = Key { of: Of::Standing, ..of_people.clone() };
        let (Some(flagged), Some(warnings)) = (grid.id(of_people), grid.id(&standing)) else { continue };
        let several = counts.get(&standing).copied().unwrap_or_default().saturating_sub(*people);
        if one_burden {
            grid.figures().balance([warnings], [flagged]);
        } else {
            let several = grid.figures().nowhere(several);
            grid.figures().sum(warnings, [flagged, several]);
        }
    }
}
