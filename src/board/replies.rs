//! How the offices answer, by place, rule and office, told as far as it may be.
//!
//! Nearly every warning that stands was sent, and few that were sent stand no more: what the offices were sent and what
//! stands give the difference.

use std::collections::{BTreeMap, BTreeSet};

use super::grid::{Cells, Grid};
use super::nights::{RuleRead, Tonight};
use super::place::{Place, Places};
use super::warnings::{self, Warnings};
use super::withhold::{CellId, Figures, Settled};
use crate::model::AreaCode;
use crate::model::board::{Cell, ReplyStanding};

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Of {
    Sent,
    Answered,
    Confirmed,
    NotConfirmed,
    Other,
    Overdue,
    /// Shown nowhere; what was sent and what was answered give it.
    Unanswered,
    /// Unanswered and not overdue yet; shown nowhere either.
    InTime,
}

const ALL: [Of; 8] =
    [Of::Sent, Of::Answered, Of::Confirmed, Of::NotConfirmed, Of::Other, Of::Overdue, Of::Unanswered, Of::InTime];

/// A rule by its place among those in force, and the office that a warning is with.
type With = (usize, Option<String>);

/// No rule and office stands for all of them, by which only those overdue are counted.
type Key = (Place, Option<With>, Of);

/// The answers of tonight.
#[derive(Debug)]
pub(super) struct Replies {
    cells: Cells<Key>,
    with: Vec<With>,
}

impl Replies {
    pub(super) fn of(figures: &mut Figures, tonight: &Tonight, places: &Places, warnings: &Warnings) -> Replies {
        let mut counts: BTreeMap<Key, u64> = BTreeMap::new();
        let mut seen: BTreeSet<With> = BTreeSet::new();
        for (key, answers) in &tonight.responses {
            let Some(rule) = tonight.rules.iter().position(|rule| rule.id == key.rule) else { continue };
            let with = (rule, key.office.clone());
            let area = key.area_code.as_deref().and_then(|code| AreaCode::from_text(code.as_bytes()));
            let [whole, county, town] = Place::around(area, key.town_code.as_deref());
            for place in [&whole, &county] {
                for of in ALL {
                    let people = match of {
                        Of::Sent => answers.sent,
                        Of::Answered => answers.answered,
                        Of::Confirmed => answers.confirmed,
                        Of::NotConfirmed => answers.not_confirmed,
                        Of::Other => answers.other + answers.nobody_found,
                        Of::Overdue => answers.overdue,
                        Of::Unanswered => answers.sent.saturating_sub(answers.answered),
                        Of::InTime => answers.sent.saturating_sub(answers.answered + answers.overdue),
                    };
                    *counts.entry((place.clone(), Some(with.clone()), of)).or_default() += people;
                }
            }
            // By township nobody counts them by rule and office.
            *counts.entry((town.clone(), Some(with.clone()), Of::Overdue)).or_default() += answers.overdue;
            for place in [whole, county, town] {
                *counts.entry((place, None, Of::Overdue)).or_default() += answers.overdue;
            }
            seen.insert(with);
        }
        let with: Vec<With> = seen.into_iter().collect();
        Replies { cells: cells(figures, &counts, &with, places, warnings), with }
    }

    /// Warnings that no office has answered in time.
    pub(super) fn overdue(&self, settled: &Settled, place: &Place) -> Cell<u64> {
        self.cells.of(settled, &(place.clone(), None, Of::Overdue))
    }

    /// By rule and office, those of a place that were sent at all or may not be told of.
    pub(super) fn standing(
        &self,
        settled: &Settled,
        place: &Place,
        rules: &[RuleRead],
        names: &BTreeMap<String, String>,
    ) -> Vec<ReplyStanding> {
        let one = |with: &With| {
            let of = |of: Of| self.cells.of(settled, &(place.clone(), Some(with.clone()), of));
            let office = with.1.as_ref().map(|id| names.get(id).unwrap_or(id).clone());
            ReplyStanding {
                title: rules[with.0].title.clone(),
                office,
                sent: of(Of::Sent),
                answered: of(Of::Answered),
                confirmed: of(Of::Confirmed),
                not_confirmed: of(Of::NotConfirmed),
                other: of(Of::Other),
                overdue: of(Of::Overdue),
            }
        };
        self.with.iter().map(one).filter(|standing| standing.sent != Cell::Told(0)).collect()
    }
}

fn cells(
    figures: &mut Figures,
    counts: &BTreeMap<Key, u64>,
    with: &[With],
    places: &Places,
    warnings: &Warnings,
) -> Cells<Key> {
    let nowhere = |(place, with, of): &Key| {
        matches!(of, Of::Unanswered | Of::InTime) || with.is_some() && matches!(place, Place::Town(..))
    };
    let mut grid = Grid::of(figures, counts, &BTreeMap::new(), nowhere);
    for (place, of_with, of) in counts.keys() {
        let here = |of: Of| (place.clone(), of_with.clone(), of);
        let total = here(*of);
        grid.sum(&total, places.parts(place).into_iter().map(|part| (part, of_with.clone(), *of)));
        if of_with.is_none() {
            grid.sum(&total, with.iter().map(|with| (place.clone(), Some(with.clone()), *of)));
        }
        match of {
            Of::Answered => grid.sum(&total, [Of::Confirmed, Of::NotConfirmed, Of::Other].map(here)),
            Of::Sent => grid.sum(&total, [Of::Answered, Of::Unanswered].map(here)),
            Of::Unanswered => grid.sum(&total, [Of::Overdue, Of::InTime].map(here)),
            _ => {}
        }
    }
    let rules: BTreeSet<usize> = with.iter().map(|(rule, _)| *rule).collect();
    let warned = |place: &Place, rule, of| warnings.id(&warnings::key(place, rule, None, of));
    // Those overdue stand, and stood already: what came tonight was sent to nobody yet.
    let of_those_who_stay = |figures: &mut Figures, place: &Place, rule, late| {
        for of in [warnings::Of::Standing, warnings::Of::Stayed] {
            if let Some(total) = warned(place, rule, of) {
                figures.among([total], [late]);
            }
        }
    };
    for place in places.all() {
        let mut late_by_rule = Vec::new();
        for rule in &rules {
            let of_offices = |grid: &Grid<Key>, of: Of| -> Vec<CellId> {
                let with = with.iter().filter(|(with, _)| with == rule);
                with.filter_map(|with| grid.id(&(place.clone(), Some(with.clone()), of))).collect()
            };
            let (sent, overdue) = (of_offices(&grid, Of::Sent), of_offices(&grid, Of::Overdue));
            if !overdue.is_empty() {
                let late = grid.figures().together(overdue);
                of_those_who_stay(grid.figures(), &place, Some(*rule), late);
                late_by_rule.push(late);
            }
            if !sent.is_empty() {
                grid.figures().beside(sent, warned(&place, Some(*rule), warnings::Of::Standing));
            }
        }
        if let Some(overdue) = grid.id(&(place.clone(), None, Of::Overdue)) {
            grid.figures().sum(overdue, late_by_rule);
            of_those_who_stay(grid.figures(), &place, None, overdue);
        }
    }
    grid.cells()
}
