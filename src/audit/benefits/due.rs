//! What critical-illness insurance and medical assistance owed one person over a year: plain arithmetic on their visits
//! in the order of settlement.
//!
//! Each settlement is judged by the person's categories and the rules of its own day, and nothing earlier is opened
//! again. What counts towards a yearly figure (deductible, cap, limit, line) is what has come together over the whole
//! year, whichever category held; the figure itself is the one of the day:
//!
//! 1. Left in scope: cost within the policy scope less basic insurance and other funds, never below 0.
//! 2. Critical-illness insurance pays its ratio of the part of this settlement that lies above the deductible, when
//!    everything left in scope this year by care that it covers, this settlement included, is laid end to end. Care
//!    that no rule on it in force on the day lists uses up no deductible, and nothing is due for it; on a day without
//!    any such rule the documents do not say what is due. A deductible that was used up partly under another category
//!    stays used so far, and what a higher one did not let through is not paid later. Together with what was due this
//!    year, it never comes to more than the cap.
//! 3. Medical assistance pays its ratio of what then remains, and over the year never more than the limit, which
//!    in-patient and chronic care share.
//! 4. The further tilt pays its ratio of the part that lies above its line, when everything that the three steps before
//!    left this year, of care that either layer covers, is laid end to end; over the year never more than its own
//!    limit.
//!
//! Each of the last three ends in whole fen. Of several rules that the person may claim, each step takes the one that
//! gives most on this settlement. What was due before counts as paid: one layer's fault is not made another's.

use chrono::NaiveDate;

use crate::delivery::{IdentitySpell, categories_on, day_since_1970};
use crate::model::{Fen, Visit};
use crate::policy::{Benefits, Lacks, Limit, Occasion, Reference, Tilt};

/// What was due to one person over a year, and what was paid.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct YearDue<'p> {
    /// Settlements for which a benefit could be due.
    pub visits: u32,
    /// What they left in scope after basic insurance and the other funds.
    pub left_in_scope: i128,
    /// Critical-illness insurance.
    pub critical_illness: Layer,
    /// Medical assistance, its tilt included.
    pub medical_assistance: Layer,
    /// Of what was due as medical assistance, the tilt.
    pub tilt: i128,
    /// What both layers paid on care that neither covers.
    pub outside: i128,
    /// The first day on which a settlement's payments are not what was due on it, by more than the tolerance.
    pub parted_on: Option<NaiveDate>,
    /// Why it cannot be told what was due, and the day of the first settlement of which that holds.
    pub cannot_tell: Option<(Untold, NaiveDate)>,
    /// Where the rules applied are written, in the order in which they first did.
    pub references: Vec<&'p Reference>,
}

/// One layer over the year.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Layer {
    /// What was due, as far as the documents say.
    pub due: i128,
    /// What was paid.
    pub paid: i128,
    /// What the documents do not say, and would have to.
    pub lacks: Option<Lacks>,
}

/// Why nobody can tell from the data what was due.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Untold {
    /// A settlement does not say what kind of care it was for, or by an unknown code.
    Care,
    /// A settlement does not say what of its cost lies within the policy scope.
    InScope,
    /// The register has the person under an unknown code on the day of a settlement.
    Category,
}

impl Layer {
    /// Paid less due.
    pub fn difference(&self) -> i128 {
        self.paid - self.due
    }
}

/// What has come together over the year so far.
#[derive(Default)]
struct SoFar {
    /// Left in scope by care that critical-illness insurance covers, before it pays.
    left: i128,
    /// Due as medical assistance, without its tilt.
    assistance: i128,
    /// Left in scope by basic insurance, critical-illness insurance and assistance.
    remaining: i128,
}

/// Adds up one person's year. `visits` are in the order of settlement.
pub fn year_due<'p>(benefits: &'p Benefits, spells: &[IdentitySpell], visits: &[Visit]) -> YearDue<'p> {
    let mut year = YearDue::default();
    let mut so_far = SoFar::default();
    for visit in visits {
        year.settle(benefits, spells, visit, &mut so_far);
    }
    year
}

impl<'p> YearDue<'p> {
    fn settle(&mut self, benefits: &'p Benefits, spells: &[IdentitySpell], visit: &Visit, so_far: &mut SoFar) {
        let (critical, assistance) = (i128::from(visit.critical_illness.0), i128::from(visit.medical_assistance.0));
        self.critical_illness.paid += critical;
        self.medical_assistance.paid += assistance;
        let day = day_since_1970(visit.day.into()).unwrap_or_default();
        let at_stake = visit.left_in_scope != Some(Fen::ZERO) || critical != 0 || assistance != 0;
        let due = match visit.care {
            None if at_stake => return self.cannot_tell(Untold::Care, day),
            None => (0, 0),
            Some(care) if !benefits.covers(care) => {
                self.outside += critical + assistance;
                (0, 0)
            }
            Some(care) => {
                self.visits += 1;
                let Some(left) = visit.left_in_scope else { return self.cannot_tell(Untold::InScope, day) };
                if left > Fen::ZERO && spells.iter().any(|spell| spell.category.is_none() && spell.holds_on(visit.day))
                {
                    return self.cannot_tell(Untold::Category, day);
                }
                let on = Occasion { day, categories: categories_on(spells, visit.day), care };
                self.pay(benefits, on, i128::from(left.0.max(0)), so_far)
            }
        };
        let off = |paid: i128, due: i128| (paid - due).abs() > i128::from(benefits.tolerance.0);
        if self.parted_on.is_none() && (off(critical, due.0) || off(assistance, due.1)) {
            self.parted_on = Some(day);
        }
    }

    /// What both layers owe on a settlement that left so much in scope.
    fn pay(&mut self, benefits: &'p Benefits, on: Occasion, left: i128, so_far: &mut SoFar) -> (i128, i128) {
        self.left_in_scope += left;
        if benefits.insures(on) {
            so_far.left += left;
        }
        let critical = self.critical_illness(benefits, on, left, so_far);
        let remaining = left - critical;
        let assistance = self.medical_assistance(benefits, on, remaining, so_far);
        so_far.remaining += remaining - assistance;
        let tilt = self.tilt(benefits, on, remaining - assistance, so_far);
        self.critical_illness.due += critical;
        self.medical_assistance.due += assistance + tilt;
        self.tilt += tilt;
        so_far.assistance += assistance;
        (critical, assistance + tilt)
    }

    fn critical_illness(&mut self, benefits: &'p Benefits, on: Occasion, left: i128, so_far: &SoFar) -> i128 {
        let mut best: Option<(i128, &Reference)> = None;
        let mut found = false;
        for terms in benefits.critical_illness_for(on).filter(|_| left > 0) {
            found = true;
            match terms {
                Ok(terms) => {
                    let above = left.min((so_far.left - i128::from(terms.deductible.0)).max(0));
                    let due = terms.ratio.of(above, benefits.rounding);
                    let due = within(due, terms.cap, self.critical_illness.due);
                    if best.is_none_or(|(most, _)| due > most) {
                        best = Some((due, &terms.rule.scope.cited.reference));
                    }
                }
                Err(lacks) => self.lacks_critical(lacks),
            }
        }
        let covered = benefits.insures(on) || !benefits.insures_on(on.day);
        if left > 0 && !found && covered {
            self.lacks_critical(Lacks::CriticalIllness);
        }
        self.best(best)
    }

    fn medical_assistance(&mut self, benefits: &'p Benefits, on: Occasion, remaining: i128, so_far: &SoFar) -> i128 {
        let mut best: Option<(i128, &Reference)> = None;
        for terms in benefits.medical_assistance_for(on).filter(|_| remaining > 0) {
            match terms {
                Ok(terms) => {
                    let due = terms.ratio.of(remaining, benefits.rounding);
                    let due = within(due, terms.limit, so_far.assistance);
                    if best.is_none_or(|(most, _)| due > most) {
                        best = Some((due, &terms.rule.scope.cited.reference));
                    }
                }
                Err(lacks) => self.lacks_assistance(lacks),
            }
        }
        if remaining > 0 && !benefits.assists_on(on.day) {
            self.lacks_assistance(Lacks::MedicalAssistance);
        }
        self.best(best)
    }

    fn tilt(&mut self, benefits: &'p Benefits, on: Occasion, remaining: i128, so_far: &SoFar) -> i128 {
        let tilts = benefits.medical_assistance_for(on).flatten().filter_map(|terms| match terms.tilt {
            Tilt::Without => None,
            Tilt::Above { ratio, line, limit } => {
                let above = remaining.min((so_far.remaining - i128::from(line.0)).max(0));
                Some(within(ratio.of(above, benefits.rounding), limit, self.tilt))
            }
        });
        tilts.max().unwrap_or(0)
    }

    fn best(&mut self, best: Option<(i128, &'p Reference)>) -> i128 {
        let Some((due, reference)) = best else { return 0 };
        if !self.references.contains(&reference) {
            self.references.push(reference);
        }
        due
    }

    /// What critical-illness insurance leaves is what assistance is reckoned on: one cannot be told without the other.
    fn lacks_critical(&mut self, lacks: Lacks) {
        self.critical_illness.lacks.get_or_insert(lacks);
        self.lacks_assistance(lacks);
    }

    fn lacks_assistance(&mut self, lacks: Lacks) {
        self.medical_assistance.lacks.get_or_insert(lacks);
    }

    fn cannot_tell(&mut self, why: Untold, day: NaiveDate) {
        self.cannot_tell.get_or_insert((why, day));
    }
}

/// So much, or what is left of a year's limit of which so much is used.
fn within(amount: i128, limit: Limit, used: i128) -> i128 {
    match limit {
        Limit::Amount(limit) => amount.min((i128::from(limit.0) - used).max(0)),
        Limit::Without => amount,
    }
}
