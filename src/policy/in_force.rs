//! A policy on one day: which value of each rule holds, or why none does.

use std::path::PathBuf;

use chrono::NaiveDate;

use super::{Assistance, Cited, Comparison, Dated, IncomePolicy, Measure, Policy, Reference, Rule};
use crate::error::Error;
use crate::model::{AreaCode, BurdenKind, Categories, Category, Fault, Payer, Window, YearBy};

/// The policy of a place on one day.
#[derive(Debug, Clone, PartialEq)]
pub struct InForce {
    /// The policy file.
    pub path: PathBuf,
    /// The place.
    pub place: String,
    /// Its division code.
    pub area: AreaCode,
    /// The day.
    pub as_of: NaiveDate,
    /// Who pays before the person does.
    pub payers: Vec<Payer>,
    /// What decides the policy year of a settlement.
    pub year_by: YearBy,
    /// The income that burdens are held against.
    pub income: IncomePolicy,
    /// The rules in force, at least one, in the file's order.
    pub rules: Vec<RuleInForce>,
    /// By which way assistance reaches whom, in the file's order: of every day, see [`InForce::assistance_for`].
    pub assistance: Vec<Assistance>,
}

/// A rule as it holds on one day.
#[derive(Debug, Clone, PartialEq)]
pub struct RuleInForce {
    /// The id in published tables.
    pub id: String,
    /// The title that clerks know.
    pub title: String,
    /// Whom it covers.
    pub categories: Categories,
    /// Which burden it tests.
    pub tests: BurdenKind,
    /// How the burden is compared.
    pub comparison: Comparison,
    /// What it is compared with.
    pub measure: Measure,
    /// Where it is written.
    pub reference: Reference,
    /// The first day it holds.
    pub from: NaiveDate,
    /// The first day on which it no longer holds; `None` when no end is known.
    pub until: Option<NaiveDate>,
    /// When somebody last held it against the document.
    pub reviewed: NaiveDate,
}

impl InForce {
    /// The days that a night on this day looks at.
    pub fn window(&self) -> Window {
        Window::policy_year(self.as_of, self.year_by)
    }

    /// How assistance reaches people of `category`; `None` where the policy does not say.
    pub fn assistance_for(&self, category: Category) -> Option<&Assistance> {
        self.assistance.iter().find(|entry| entry.holds(category, self.as_of))
    }
}

/// How a rule stands on a day.
enum Standing<'p> {
    Holds(&'p Dated),
    Repealed(NaiveDate, &'p Reference),
    Uncovered(String),
}

impl Policy {
    /// The rules in force on `as_of`.
    ///
    /// # Errors
    /// Every rule that has no value on the day and was not repealed; a file without a rule; a day on which every rule
    /// was repealed.
    pub fn in_force_on(&self, as_of: NaiveDate) -> Result<InForce, Error> {
        let mut rules = Vec::new();
        let mut repeals = Vec::new();
        let mut faults = Vec::new();
        for rule in &self.rules {
            match rule.on(as_of) {
                Standing::Holds(value) => rules.push(rule.with(value)),
                Standing::Repealed(day, by) => repeals.push(format!("`{}` was repealed on {day} by {by}", rule.id)),
                Standing::Uncovered(why) => faults.push(Fault::config(self.line(rule.line), why)),
            }
        }
        if rules.is_empty() && faults.is_empty() {
            faults.push(self.without_rule(as_of, &repeals));
        }
        if !faults.is_empty() {
            return Err(Error::Refused(faults));
        }
        Ok(InForce {
            path: self.path.clone(),
            place: self.place.clone(),
            area: self.area,
            as_of,
            payers: self.payers.clone(),
            year_by: self.year_by,
            income: self.income.clone(),
            rules,
            assistance: self.assistance.clone(),
        })
    }

    /// One line a rule whose value in force on `as_of` has no end and was last reviewed more than 366 days before.
    pub fn needs_review(&self, as_of: NaiveDate) -> Vec<String> {
        let due = |rule: &Rule| match rule.on(as_of) {
            Standing::Holds(value) => value.cited.to_review(&self.path, &format!("rule `{}`", rule.id), as_of),
            _ => None,
        };
        self.rules.iter().filter_map(due).collect()
    }

    fn line(&self, line: usize) -> String {
        format!("{} line {line}", self.path.display())
    }

    fn without_rule(&self, as_of: NaiveDate, repeals: &[String]) -> Fault {
        let place = format!("{} ({})", self.place, self.area);
        let lacks = match (&self.document, repeals) {
            (Some(document), []) => format!("{place} has no warning rule: its document ({document}) gives no ratio"),
            (None, []) => format!("{place} has no warning rule"),
            (_, repeals) => format!("{place} has no warning rule in force on {as_of}: {}", repeals.join(", ")),
        };
        Fault::config(
            self.path.display().to_string(),
            format!("{lacks}; a nightly job needs a [[rule]] with its citation"),
        )
    }
}

impl Rule {
    fn on(&self, day: NaiveDate) -> Standing<'_> {
        if let Some(value) = self.in_force.iter().find(|value| value.cited.holds(day)) {
            return Standing::Holds(value);
        }
        let id = &self.id;
        match (self.in_force.first(), self.in_force.last()) {
            (Some(Dated { cited: Cited { from, .. }, .. }), _) if day < *from => Standing::Uncovered(format!(
                "rule `{id}` has no value on {day}: its first begins on {from}; add the one that held before, with its \
                 citation, or assess a later day"
            )),
            (_, Some(Dated { cited: Cited { until: Some(until), .. }, repealed: Some(by), .. })) => {
                Standing::Repealed(*until, by)
            }
            (_, Some(Dated { cited: Cited { until: Some(until), .. }, .. })) => Standing::Uncovered(format!(
                "rule `{id}` has no value on {day}: its last ended on {until}; add the one that follows, or \
                 `repealed` with what ended the rule"
            )),
            _ => Standing::Uncovered(format!("rule `{id}` has no value on {day}; add one with its citation")),
        }
    }

    fn with(&self, value: &Dated) -> RuleInForce {
        let Cited { from, until, reference, reviewed, .. } = value.cited.clone();
        RuleInForce {
            id: self.id.clone(),
            title: self.title.clone(),
            categories: self.categories,
            tests: self.tests,
            comparison: value.comparison,
            measure: value.measure,
            reference,
            from,
            until,
            reviewed,
        }
    }
}
