//! What a person of some categories is entitled to on a day: the benefit rules that hold, with their values worked out,
//! or what the documents do not say.

use chrono::NaiveDate;

use super::Policy;
use super::benefits::{
    Benefits, CriticalIllness, Deductible, Limit, MedicalAssistance, Ratio, Scope, Share, Tilt, Whom,
};
use crate::model::{Care, Categories, Fen};

/// When something was settled, for whom and what.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Occasion {
    /// The day.
    pub day: NaiveDate,
    /// Every category of the person on that day.
    pub categories: Categories,
    /// What care.
    pub care: Care,
}

/// What critical-illness insurance pays by one rule.
#[derive(Debug, Clone, Copy)]
pub struct CriticalTerms<'p> {
    /// The rule.
    pub rule: &'p CriticalIllness,
    /// What stays with the person each year.
    pub deductible: Fen,
    /// The part it pays of what lies above.
    pub ratio: Share,
    /// The most it pays in a year.
    pub cap: Limit,
}

/// What medical assistance pays by one rule.
#[derive(Debug, Clone, Copy)]
pub struct AssistanceTerms<'p> {
    /// The rule.
    pub rule: &'p MedicalAssistance,
    /// The part it pays.
    pub ratio: Share,
    /// The most it pays in a year, for all care.
    pub limit: Limit,
    /// What it pays beyond.
    pub tilt: Tilt,
}

/// What a document would have to say, and does not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Lacks {
    /// Anything about critical-illness insurance for such a person.
    CriticalIllness,
    /// Its deductible.
    Deductible,
    /// Its ratio.
    CriticalRatio,
    /// Its cap.
    Cap,
    /// Anything about medical assistance.
    MedicalAssistance,
    /// Its ratio.
    AssistanceRatio,
    /// Its annual limit.
    AssistanceLimit,
    /// Whether and how it pays more to those still heavily burdened.
    Tilt,
}

impl Lacks {
    /// What is lacking, as clerks call it.
    pub fn term(self) -> &'static str {
        match self {
            Lacks::CriticalIllness => "大病保险的支付规定",
            Lacks::Deductible => "大病保险起付标准",
            Lacks::CriticalRatio => "大病保险支付比例",
            Lacks::Cap => "大病保险最高支付限额",
            Lacks::MedicalAssistance => "医疗救助的支付规定",
            Lacks::AssistanceRatio => "医疗救助比例",
            Lacks::AssistanceLimit => "年度救助限额",
            Lacks::Tilt => "倾斜救助标准",
        }
    }

    /// The same in English, for messages.
    pub fn name(self) -> &'static str {
        match self {
            Lacks::CriticalIllness => "a rule on critical-illness insurance",
            Lacks::Deductible => "the deductible of critical-illness insurance",
            Lacks::CriticalRatio => "the ratio of critical-illness insurance",
            Lacks::Cap => "the cap of critical-illness insurance",
            Lacks::MedicalAssistance => "a rule on medical assistance",
            Lacks::AssistanceRatio => "the ratio of medical assistance",
            Lacks::AssistanceLimit => "the annual limit of medical assistance",
            Lacks::Tilt => "the tilt of medical assistance",
        }
    }
}

impl Scope {
    /// Whether it holds for that care on that day, whoever it is for.
    fn holds(&self, on: &Occasion) -> bool {
        self.cited.holds(on.day) && self.care.contains(&on.care)
    }

    /// Whether it names one of the person's categories.
    fn names(&self, on: &Occasion) -> bool {
        matches!(self.whom, Whom::Named(named) if named.any_of(on.categories))
    }
}

impl Benefits {
    /// What critical-illness insurance pays, by each rule that the person may claim; the best is the person's.
    ///
    /// # Errors
    /// What the documents do not say.
    pub fn critical_illness_for(&self, on: Occasion) -> impl Iterator<Item = Result<CriticalTerms<'_>, Lacks>> {
        let rules = applying(&self.critical_illness, |rule| &rule.scope, on);
        rules.map(move |rule| {
            let other = || self.everyone_elses(on);
            let deductible = match rule.deductible {
                Some(Deductible::Amount(amount)) => Some(amount),
                Some(Deductible::LoweredBy(part)) => match other().and_then(|other| other.deductible) {
                    Some(Deductible::Amount(amount)) => Some(part.taken_from(amount)),
                    _ => None,
                },
                None => None,
            };
            let ratio = match rule.ratio {
                Some(Ratio::Of(ratio)) => Some(ratio),
                Some(Ratio::RaisedBy(points)) => match other().and_then(|other| other.ratio) {
                    Some(Ratio::Of(ratio)) => Some(ratio.and(points)),
                    _ => None,
                },
                None => None,
            };
            Ok(CriticalTerms {
                rule,
                deductible: deductible.ok_or(Lacks::Deductible)?,
                ratio: ratio.ok_or(Lacks::CriticalRatio)?,
                cap: rule.cap.ok_or(Lacks::Cap)?,
            })
        })
    }

    /// What medical assistance pays, by each rule that the person may claim; the best is the person's.
    ///
    /// # Errors
    /// What the documents do not say.
    pub fn medical_assistance_for(&self, on: Occasion) -> impl Iterator<Item = Result<AssistanceTerms<'_>, Lacks>> {
        let rules = applying(&self.medical_assistance, |rule| &rule.scope, on);
        rules.map(|rule| {
            Ok(AssistanceTerms {
                rule,
                ratio: rule.ratio.ok_or(Lacks::AssistanceRatio)?,
                limit: rule.limit.ok_or(Lacks::AssistanceLimit)?,
                tilt: rule.tilt.ok_or(Lacks::Tilt)?,
            })
        })
    }

    /// Whether some rule on critical-illness insurance is in force on a day. Care that none of them lists it does not
    /// pay for; where there is none at all, nobody can say.
    pub fn insures_on(&self, day: NaiveDate) -> bool {
        self.critical_illness.iter().any(|rule| rule.scope.cited.holds(day))
    }

    /// Whether some rule on critical-illness insurance lists such care on that day, whoever it is for.
    pub fn insures(&self, on: Occasion) -> bool {
        self.critical_illness.iter().any(|rule| rule.scope.holds(&on))
    }

    /// Whether some rule on medical assistance is in force on a day. Whom none of them names is not assisted; where
    /// there is none at all, nobody can say.
    pub fn assists_on(&self, day: NaiveDate) -> bool {
        self.medical_assistance.iter().any(|rule| rule.scope.cited.holds(day))
    }

    /// Whether any rule of either layer covers such care. What none covers takes no part.
    pub fn covers(&self, care: Care) -> bool {
        let critical = self.critical_illness.iter().map(|rule| &rule.scope);
        critical.chain(self.medical_assistance.iter().map(|rule| &rule.scope)).any(|scope| scope.care.contains(&care))
    }

    /// The rule that those of no named category have.
    fn everyone_elses(&self, on: Occasion) -> Option<&CriticalIllness> {
        let mut rules = self.critical_illness.iter();
        rules.find(|rule| rule.scope.whom == Whom::EveryoneElse && rule.scope.holds(&on))
    }
}

impl Policy {
    /// One line a benefit rule in force on `as_of` that has no end and was last reviewed more than 366 days before.
    pub fn benefits_to_review(&self, as_of: NaiveDate) -> Vec<String> {
        let Some(Benefits { critical_illness, medical_assistance, .. }) = &self.benefits else { return Vec::new() };
        let critical = critical_illness.iter().map(|rule| ("critical_illness", &rule.scope));
        let assistance = medical_assistance.iter().map(|rule| ("medical_assistance", &rule.scope));
        let in_force = critical.chain(assistance).filter(|(_, scope)| scope.cited.holds(as_of));
        let due = |(kind, of): (&str, &Scope)| of.cited.to_review(&self.path, &format!("[[{kind}]]"), as_of);
        in_force.filter_map(due).collect()
    }
}

/// The rules that name the person, or else the one for everyone else.
fn applying<R>(rules: &[R], scope: fn(&R) -> &Scope, on: Occasion) -> impl Iterator<Item = &R> {
    let named = rules.iter().any(|rule| scope(rule).names(&on) && scope(rule).holds(&on));
    rules.iter().filter(move |rule| {
        let scope = scope(rule);
        let theirs = if named { scope.names(&on) } else { scope.whom == Whom::EveryoneElse };
        theirs && scope.holds(&on)
    })
}
