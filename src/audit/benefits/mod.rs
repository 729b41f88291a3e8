//! Benefits (查待遇): what critical-illness insurance and medical assistance owed each person over the year, by the
//! documents of the place, against what they paid.
//!
//! The sums are made in [`due`](year_due); here each becomes a verdict. A layer is as it should be when what it paid
//! over the year is within the policy's tolerance of what was due. Under- or overpaid, a person is by both layers
//! together; where one layer paid what the other owed, by the first that is wrong. Whoever has a settlement that cannot
//! be used, or that does not say enough, has a year of which nothing can be told.

mod due;
mod totals;
mod words;

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::NaiveDate;
use rayon::prelude::*;

use crate::audit::unexamined;
use crate::burden::Visits;
use crate::delivery::{Listed, Roster, epoch_day};
use crate::model::{
    Audited, BenefitTotal, Category, Examined, Fen, LayerYear, Matter, Mechanism, PersonBenefits, Reason, Verdict,
    Window,
};
use crate::policy::{Lacks, Policy};

pub use due::{Layer, Untold, YearDue, year_due};

/// What the audit says, and the figures that it rests on.
#[derive(Debug)]
pub struct BenefitsAudit {
    /// One a person of the roster.
    pub audited: Audited,
    /// Those of the people with something settled, in the order of the subjects.
    pub people: Vec<PersonBenefits>,
    /// By area, category and layer.
    pub totals: Vec<BenefitTotal>,
}

/// Audits everybody of the roster. `visits` is `None` when no settlements were delivered.
pub fn audit(policy: &Policy, roster: &Roster, window: &Window, visits: Option<&Visits>) -> BenefitsAudit {
    let looked_at = |number: usize, listed: &Listed| {
        let subject = Subject { policy, listed, window };
        let year = visits.zip(policy.benefits.as_ref()).map(|(visits, benefits)| {
            let number = u32::try_from(number).unwrap_or(u32::MAX);
            let due = year_due(benefits, &listed.spells, visits.of(number));
            Year { due, unusable: visits.unusable.get(&number).copied() }
        });
        let found = subject.found(year.as_ref());
        let figures = year.filter(|_| found.matter != Matter::NothingSettled);
        let figures = figures.map(|year| subject.figures(number, &year));
        (subject.examined(&found), figures, found.why)
    };
    let looked_at: Vec<(Examined, Option<PersonBenefits>, Option<Why>)> =
        roster.people.par_iter().enumerate().map(|(number, listed)| looked_at(number, listed)).collect();
    let (mut examined, mut people) = (Vec::with_capacity(looked_at.len()), Vec::new());
    let mut whys: BTreeMap<Why, u64> = BTreeMap::new();
    for (of, figures, why) in looked_at {
        examined.push(of);
        people.extend(figures);
        why.into_iter().for_each(|why| *whys.entry(why).or_default() += 1);
    }
    let warnings = words::warnings(policy, window.as_of, visits, &whys);
    let totals = totals::of(&people, &examined);
    BenefitsAudit { audited: Audited { mechanism: Mechanism::Benefits, examined, warnings }, people, totals }
}

/// Why there is no verdict on the payments.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Why {
    /// No settlements were delivered.
    NoSettlements,
    /// The policy has no rule of either layer.
    NoRule,
    /// A settlement was set aside for this reason.
    Unusable(Reason),
    /// A settlement does not say enough.
    Untold(Untold, NaiveDate),
    /// The documents do not say enough.
    Lacks(Lacks),
}

/// One person to look at.
struct Subject<'a> {
    policy: &'a Policy,
    listed: &'a Listed,
    window: &'a Window,
}

/// What one person's year came to.
struct Year<'p> {
    due: YearDue<'p>,
    /// Why one of the settlements was set aside.
    unusable: Option<Reason>,
}

/// A verdict, and what it rests on.
struct Found {
    verdict: Verdict,
    matter: Matter,
    /// What was paid and what was due, by both layers.
    amounts: Option<(Fen, Fen)>,
    detail: String,
    reference: Option<Arc<str>>,
    why: Option<Why>,
}

impl Found {
    fn without(verdict: Verdict, matter: Matter, why: Why, policy: &Policy) -> Found {
        let detail = words::why(why, policy);
        Found { verdict, matter, amounts: None, detail, reference: None, why: Some(why) }
    }
}

impl Subject<'_> {
    fn found(&self, year: Option<&Year<'_>>) -> Found {
        let cannot_tell = |why| Found::without(Verdict::CannotBeTold, Matter::NoData, why, self.policy);
        let no_rule = |why| Found::without(Verdict::NotApplicable, Matter::NoRule, why, self.policy);
        let Some(Year { due, unusable, .. }) = year else {
            let rules = self.policy.benefits.is_some();
            return if rules { cannot_tell(Why::NoSettlements) } else { no_rule(Why::NoRule) };
        };
        if let Some(reason) = unusable {
            return cannot_tell(Why::Unusable(*reason));
        }
        if let Some((untold, day)) = due.cannot_tell {
            return cannot_tell(Why::Untold(untold, day));
        }
        let (critical, assistance) = (&due.critical_illness, &due.medical_assistance);
        if due.visits == 0 && critical.paid == 0 && assistance.paid == 0 {
            let detail = words::NOTHING_SETTLED.to_owned();
            let (verdict, matter) = (Verdict::NotApplicable, Matter::NothingSettled);
            return Found { verdict, matter, amounts: None, detail, reference: None, why: None };
        }
        let parted = self.parted(critical) || self.parted(assistance);
        match critical.lacks.or(assistance.lacks) {
            Some(lacks) if !parted => no_rule(Why::Lacks(lacks)),
            _ => self.judged(due, parted),
        }
    }

    /// Whether a layer, of which the documents say enough, paid what it did not owe or owed what it did not pay.
    fn parted(&self, layer: &Layer) -> bool {
        let tolerance = self.policy.benefits.as_ref().map_or(0, |benefits| benefits.tolerance.0);
        layer.lacks.is_none() && layer.difference().abs() > i128::from(tolerance)
    }

    fn judged(&self, due: &YearDue<'_>, parted: bool) -> Found {
        let layers = [&due.critical_illness, &due.medical_assistance];
        let told = || layers.iter().filter(|layer| layer.lacks.is_none());
        let (paid, owed) = (told().map(|layer| layer.paid).sum(), told().map(|layer| layer.due).sum());
        let first = told().find(|layer| self.parted(layer)).map_or(0, |layer| layer.difference());
        let difference = if paid == owed { first } else { paid - owed };
        let (verdict, matter) = match (parted, difference < 0) {
            (false, _) => (Verdict::Correct, Matter::BenefitsRight),
            (true, true) => (Verdict::Fault, Matter::Underpaid),
            (true, false) => (Verdict::Fault, Matter::Overpaid),
        };
        let references: Vec<String> = due.references.iter().map(ToString::to_string).collect();
        Found {
            verdict,
            matter,
            amounts: Some((Fen::of_sum(paid), Fen::of_sum(owed))),
            detail: words::detail(due, |layer| self.parted(layer)),
            reference: (!references.is_empty()).then(|| references.join("；").into()),
            why: None,
        }
    }

    fn figures(&self, subject: usize, year: &Year<'_>) -> PersonBenefits {
        let Year { due, unusable, .. } = year;
        let told = unusable.is_none() && due.cannot_tell.is_none();
        let layer = |layer: &Layer| LayerYear {
            due: (told && layer.lacks.is_none()).then(|| Fen::of_sum(layer.due)),
            paid: Fen::of_sum(layer.paid),
            parted: told && self.parted(layer),
        };
        let medical_assistance = layer(&due.medical_assistance);
        PersonBenefits {
            subject,
            category: self.category(),
            visits: due.visits,
            left_in_scope: told.then(|| Fen::of_sum(due.left_in_scope)),
            critical_illness: layer(&due.critical_illness),
            medical_assistance,
            tilt_due: medical_assistance.due.map(|_| Fen::of_sum(due.tilt)),
            paid_outside: Fen::of_sum(due.outside),
            parted_on: due.parted_on.filter(|_| told && due.medical_assistance.lacks.is_none()),
        }
    }

    /// The first of the categories on the day, else that of the identity which began last.
    fn category(&self) -> Category {
        let on_the_day = self.listed.categories_on(epoch_day(self.window.as_of));
        let last = || self.listed.spells.iter().rev().find_map(|spell| spell.category);
        on_the_day.iter().next().or_else(last).unwrap_or(Category::OrdinaryInsured)
    }

    fn examined(&self, found: &Found) -> Examined {
        Examined {
            verdict: found.verdict,
            matter: found.matter,
            found: found.amounts.map(|(paid, _)| paid),
            expected: found.amounts.map(|(_, due)| due),
            detail: found.detail.clone(),
            reference: found.reference.clone(),
            ..unexamined(self.listed, self.window.year(), epoch_day(self.window.as_of))
        }
    }
}
