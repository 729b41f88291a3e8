//! What one institution's year came to, and what is said of it.

use std::collections::BTreeSet;

use crate::burden::InPatient;
use crate::model::{Fen, HospitalLevel, Matter, Verdict};
use crate::policy::OutOfCatalogue;

/// The settlements that are added up, and what may be.
#[derive(Debug, Default)]
pub(super) struct Year {
    pub(super) settlements: u64,
    pub(super) cost: Fen,
    pub(super) self_paid: Fen,
    pub(super) over_limit: Fen,
    /// Rows in doubt.
    pub(super) doubtful: u64,
    /// The cost of those of which it is known.
    doubtful_cost: Fen,
    /// What those take back of which that is known, above 0.
    doubtful_back: Fen,
    /// Whether one of them has a cost that is not known.
    unbounded: bool,
    levels: BTreeSet<HospitalLevel>,
    /// Whether a row gives a level by a code that the mapping lacks.
    of_unknown_level: bool,
}

/// What is said.
#[derive(Debug)]
pub(super) struct Judged {
    pub(super) verdict: Verdict,
    pub(super) matter: Matter,
    /// The one level that all rows give.
    pub(super) level: Option<HospitalLevel>,
    /// The most that the cost may have outside the catalogue.
    pub(super) most: Option<Fen>,
    /// Why it cannot be told.
    pub(super) lacks: Option<Lacks>,
}

/// Why nothing can be told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Lacks {
    /// No row gives the level by a known code.
    Level,
    /// Rows give different levels, and it depends on which is right.
    OneLevel,
    /// Rows in doubt could change it.
    Rows,
    /// What is left of the cost is nothing, or less.
    Cost,
}

impl Year {
    /// Adds a settlement of which all is known.
    pub(super) fn add(&mut self, row: &InPatient, (self_paid, over_limit): (Fen, Fen)) {
        self.settlements += 1;
        grow(&mut self.cost, row.cost);
        grow(&mut self.self_paid, self_paid);
        grow(&mut self.over_limit, over_limit);
        self.level(row);
    }

    /// Adds a row in doubt.
    pub(super) fn doubt(&mut self, cost: Option<Fen>) {
        self.doubtful += 1;
        match cost {
            Some(cost) if cost.0 < 0 => grow(&mut self.doubtful_back, Fen(cost.0.saturating_abs())),
            Some(cost) => grow(&mut self.doubtful_cost, cost),
            None => self.unbounded = true,
        }
    }

    /// Takes in what a row says of the hospital.
    pub(super) fn level(&mut self, row: &InPatient) {
        self.levels.extend(row.level);
        self.of_unknown_level |= row.of_unknown_level;
    }

    /// What lies outside the catalogue.
    pub(super) fn outside(&self) -> Fen {
        Fen(self.self_paid.0.saturating_add(self.over_limit.0))
    }

    /// Whether there is a sum at all.
    pub(super) fn is_told(&self) -> bool {
        self.settlements > 0
    }

    /// Holds the year against the rule.
    pub(super) fn judged(&self, rule: Option<&OutOfCatalogue>) -> Judged {
        let levels = self.may_be_of();
        let level = levels.first().copied().filter(|_| levels.len() == 1);
        let Some(rule) = rule else {
            return Judged { most: None, ..Judged::of(Verdict::NotApplicable, Matter::NoRule, level) };
        };
        let most = level.and_then(|level| rule.most(level, self.cost)).filter(|_| self.is_told());
        let said = |(verdict, matter)| Judged { most, ..Judged::of(verdict, matter, level) };
        let cannot = |lacks| Judged { most, ..Judged::lacking(lacks, level) };
        let minimum = rule.minimum_stays.unwrap_or(0);
        if self.settlements + self.doubtful < minimum {
            return said((Verdict::NotApplicable, Matter::TooFewStays));
        }
        if self.settlements < minimum {
            return cannot(Lacks::Rows);
        }
        let each: BTreeSet<Option<(Verdict, Matter)>> =
            levels.iter().map(|level| self.at_level(rule, *level)).collect();
        match each.first() {
            None => cannot(Lacks::Level),
            _ if self.cost.0 <= 0 => cannot(Lacks::Cost),
            Some(_) if each.len() > 1 => cannot(Lacks::OneLevel),
            Some(Some(said_at_all)) => said(*said_at_all),
            Some(None) => cannot(Lacks::Rows),
        }
    }

    /// Every level that the hospital may be of: where a row gives a code without a meaning beside levels that are
    /// known, none of all is ruled out.
    fn may_be_of(&self) -> BTreeSet<HospitalLevel> {
        if self.of_unknown_level && !self.levels.is_empty() {
            return HospitalLevel::ALL.into();
        }
        self.levels.clone()
    }

    /// What is said if the hospital is of this level; `None` where rows in doubt could change it.
    fn at_level(&self, rule: &OutOfCatalogue, level: HospitalLevel) -> Option<(Verdict, Matter)> {
        let sum = |one: Fen, other: Fen| Fen(one.0.saturating_add(other.0));
        let less = |one: Fen, other: Fen| Fen(one.0.saturating_sub(other.0));
        let (outside, doubtful, back) = (self.outside(), self.doubtful_cost, self.doubtful_back);
        let cost = less(sum(self.cost, doubtful), back);
        // None of the cost in doubt lies outside the catalogue, and all that may be taken back does; or the other way
        // round. A row that never came lies between the two, as no limit is above 100 %.
        let (Some(at_best), Some(at_worst)) =
            (rule.exceeds(level, less(outside, back), cost), rule.exceeds(level, sum(outside, doubtful), cost))
        else {
            return Some((Verdict::NotApplicable, Matter::NoLevel));
        };
        match (at_best, at_worst) {
            _ if self.unbounded => None,
            (true, _) => Some((Verdict::Fault, Matter::ShareAboveLimit)),
            (false, false) => Some((Verdict::Correct, Matter::ShareWithinLimit)),
            (false, true) => None,
        }
    }
}

impl Judged {
    fn of(verdict: Verdict, matter: Matter, level: Option<HospitalLevel>) -> Judged {
        Judged { verdict, matter, level, most: None, lacks: None }
    }

    fn lacking(lacks: Lacks, level: Option<HospitalLevel>) -> Judged {
        Judged { lacks: Some(lacks), ..Judged::of(Verdict::CannotBeTold, Matter::NoData, level) }
    }
}

/// A sum beyond the range has more digits than can be published, and is refused there.
fn grow(sum: &mut Fen, by: Fen) {
    sum.0 = sum.0.saturating_add(by.0);
}
