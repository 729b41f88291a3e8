//! Whom the rules cover, by place, rule and category, with their medical cost and what was left to them. An amount is
//! told where the people whose it is are: both add up alike, so what gives no people away gives no amount away.

use std::collections::BTreeMap;

use super::grid::{Cells, Grid};
use super::nights::{RuleRead, Tonight};
use super::place::{Place, Places};
use super::warnings::{self, Of, Warnings};
use super::withhold::{Figures, Settled};
use crate::model::board::{Cell, Warned};
use crate::model::{Category, Fen};

/// What one cell is about; no rule stands for all that test the burden which most people are covered for, so that
/// nobody counts twice.
type Key = (Place, Option<usize>, Option<Category>);

/// People, their cost, their burden.
#[derive(Debug, Default, Clone, Copy)]
struct Sums {
    people: u64,
    total_cost: i64,
    burden_total: i64,
}

/// The people covered tonight.
#[derive(Debug)]
pub(super) struct Covered {
    cells: Cells<Key>,
    sums: BTreeMap<Key, Sums>,
}

impl Covered {
    pub(super) fn of(figures: &mut Figures, tonight: &Tonight, places: &Places, warnings: &Warnings) -> Covered {
        let rules = &tonight.rules;
        let once = counted_once(tonight);
        let mut sums: BTreeMap<Key, Sums> = BTreeMap::new();
        for place in std::iter::once(Place::Whole).chain(places.counties()) {
            sums.insert((place.clone(), None, None), Sums::default());
            for (index, rule) in rules.iter().enumerate() {
                sums.insert((place.clone(), Some(index), None), Sums::default());
                let categories = rule.categories.iter();
                sums.extend(categories.map(|of| ((place.clone(), Some(index), Some(*of)), Sums::default())));
            }
        }
        for row in &tonight.summary {
            let Some(rule) = rules.iter().position(|rule| rule.id == row.rule) else { continue };
            for place in [Place::Whole, Place::County(row.area)] {
                let all = once.contains(&rule).then(|| (place.clone(), None, None));
                let own = [(place.clone(), Some(rule), None), (place, Some(rule), Some(row.category))];
                for key in own.into_iter().chain(all) {
                    let sum = sums.entry(key).or_default();
                    sum.people += row.people;
                    sum.total_cost = sum.total_cost.saturating_add(row.total_cost.0);
                    sum.burden_total = sum.burden_total.saturating_add(row.burden_total.0);
                }
            }
        }
        Covered { cells: cells(figures, &sums, (rules, &once), places, warnings), sums }
    }

    /// A cell, with those of them that are flagged.
    pub(super) fn warned(
        &self,
        settled: &Settled,
        place: &Place,
        rule: Option<usize>,
        category: Option<Category>,
        flagged: Cell<u64>,
    ) -> Warned {
        let key = (place.clone(), rule, category);
        let (people, sums) = match self.sums.get(&key) {
            Some(sums) => (self.cells.of(settled, &key), *sums),
            // By township nobody counts whom a rule covers.
            None => (Cell::Withheld, Sums::default()),
        };
        let amount = |fen: i64| if people == Cell::Withheld { Cell::Withheld } else { Cell::Told(Fen(fen)) };
        Warned { people, flagged, total_cost: amount(sums.total_cost), burden_total: amount(sums.burden_total) }
    }
}

/// The rules that test the burden for which most people are covered. A person is covered by one of them at most.
fn counted_once(tonight: &Tonight) -> Vec<usize> {
    let mut by_burden: BTreeMap<&str, (u64, Vec<usize>)> = BTreeMap::new();
    for (index, rule) in tonight.rules.iter().enumerate() {
        let rows = tonight.summary.iter().filter(|row| row.rule == rule.id);
        let of_burden = by_burden.entry(&rule.tests).or_default();
        of_burden.0 += rows.map(|row| row.people).sum::<u64>();
        of_burden.1.push(index);
    }
    by_burden.into_values().rev().max_by_key(|(people, _)| *people).map(|(_, rules)| rules).unwrap_or_default()
}

fn cells(
    figures: &mut Figures,
    sums: &BTreeMap<Key, Sums>,
    (rules, once): (&[RuleRead], &[usize]),
    places: &Places,
    warnings: &Warnings,
) -> Cells<Key> {
    let counts: BTreeMap<Key, u64> = sums.iter().map(|(key, sums)| (key.clone(), sums.people)).collect();
    let mut grid = Grid::of(figures, &counts, &BTreeMap::new(), |_| false);
    for (place, rule, category) in counts.keys() {
        let total = (place.clone(), *rule, *category);
        if *place == Place::Whole {
            grid.sum(&total, places.counties().into_iter().map(|county| (county, *rule, *category)));
        }
        match rule {
            None => grid.sum(&total, once.iter().map(|rule| (place.clone(), Some(*rule), None))),
            Some(index) if category.is_none() => {
                let categories = rules[*index].categories.iter();
                grid.sum(&total, categories.map(|category| (place.clone(), *rule, Some(*category))));
            }
            Some(_) => {}
        }
        // Of whom a rule covers, those whom it does not flag may be few as well.
        let flagged: &[Of] = match rule {
            Some(_) => &[Of::Standing],
            None if once.len() == rules.len() => &[Of::Standing, Of::Flagged],
            None => &[],
        };
        for of in flagged {
            if let Some(covered) = grid.id(&total) {
                let flagged = warnings.id(&warnings::key(place, *rule, *category, *of));
                grid.figures().within([covered], flagged);
            }
        }
    }
    grid.cells()
}
