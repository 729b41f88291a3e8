//! From burdens to findings (contract, section 4): each person's category selects the rules, each rule's threshold is
//! held against the burden that it tests. Pure, and parallel by person. It knows nothing of yesterday.

mod facts;
mod income;
mod rules;
mod watch;

use std::collections::{BTreeMap, BTreeSet};

use rayon::prelude::*;
use rust_decimal::Decimal;

pub use facts::{Facts, RuleTonight, facts};
pub use income::reference_income;
pub use rules::{meets, threshold};
pub use watch::watched;

use crate::burden::{PersonSums, Sums};
use crate::delivery::{Incomes, Person, Register};
use crate::error::Error;
use crate::model::{
    AreaCode, Burden, BurdenKind, Categories, Category, Fault, Fen, Finding, PersonId, ReferenceIncome, SummaryRow,
    Tally,
};
use crate::policy::{InForce, IncomePolicy, Measure, RuleInForce};

/// What was found in everybody.
#[derive(Debug, Default)]
pub struct Assessed {
    /// Every finding, by rule and person.
    pub findings: Vec<Finding>,
    /// What it adds up to.
    pub summary: Vec<SummaryRow>,
    /// People for whom neither register nor settlements give an area, with their medical cost.
    pub no_area: Tally,
    /// People in the register.
    pub in_register: u64,
    /// Of these, with a counted settlement.
    pub in_register_with_settlements: u64,
}

/// One person, ready to be assessed.
#[derive(Debug, Clone, Copy)]
pub struct Subject<'a> {
    /// Who.
    pub id: &'a PersonId,
    /// What the register says.
    pub person: &'a Person,
    /// The person's area: the register's, else that of the newest settlement.
    pub area: Option<AreaCode>,
    /// The sums.
    pub burden: &'a Burden,
}

/// A rule that covers a person, with what it holds the burden against.
struct Applied<'a> {
    rule: &'a RuleInForce,
    category: Category,
    income: Option<ReferenceIncome>,
    threshold: Option<Decimal>,
}

/// What assessing one person, or several, gave.
#[derive(Default)]
struct Part {
    assessed: Assessed,
    summary: BTreeMap<(Option<AreaCode>, Category, String), SummaryRow>,
    missing: BTreeSet<AreaCode>,
    overflowed: bool,
}

/// Assesses everyone in the register, and, where a rule covers ordinary insured people, everyone else with settlements.
///
/// # Errors
/// Every area for which no reference income is published that the policy allows.
pub fn everyone(policy: &InForce, register: &Register, incomes: &Incomes, sums: &Sums) -> Result<Assessed, Error> {
    let none = Burden::default();
    let people: Vec<(&PersonId, &Person)> = register.people.iter().collect();
    let in_register = people.par_iter().fold(Part::default, |mut part, (id, person)| {
        let found = sums.of(id);
        let burden = found.as_ref().map_or(&none, |sums| &sums.burden);
        let area = person.area.or(found.as_ref().and_then(|sums| sums.area));
        part.assessed.in_register += 1;
        part.assessed.in_register_with_settlements += u64::from(burden.settlements > 0);
        part.take(policy, incomes, &Subject { id, person, area, burden });
        part
    });
    let mut whole = in_register.reduce(Part::default, Part::and);
    if covers_the_ordinary(policy) {
        let person = Person { categories: Categories::NONE.with(Category::OrdinaryInsured), ..Person::default() };
        let outside = |people: &[PersonSums]| {
            let mut part = Part::default();
            for sums in people.iter().filter(|sums| !register.people.contains_key(&sums.person)) {
                let subject = Subject { id: &sums.person, person: &person, area: sums.area, burden: &sums.burden };
                part.take(policy, incomes, &subject);
            }
            part
        };
        whole = sums.look(outside).into_iter().fold(whole, Part::and);
    }
    whole.finished(policy, incomes)
}

/// Whether a rule in force covers people who are in no register.
pub fn covers_the_ordinary(policy: &InForce) -> bool {
    policy.rules.iter().any(|rule| rule.categories.contains(Category::OrdinaryInsured))
}

/// The findings of one person: of the rules that cover one of the person's categories and test the same burden, the one
/// with the lowest threshold is used.
///
/// # Errors
/// The area, when a rule needs a reference income that is not published for it.
pub fn person(policy: &InForce, incomes: &Incomes, subject: &Subject<'_>) -> Result<Vec<Finding>, AreaCode> {
    let mut findings = Vec::new();
    for applied in applied(policy, incomes, subject) {
        let threshold = applied.threshold.ok_or(area_held_against(policy, subject))?;
        findings.extend(finding(policy, subject, &applied, threshold));
    }
    Ok(findings)
}

fn area_held_against(policy: &InForce, subject: &Subject<'_>) -> AreaCode {
    subject.area.unwrap_or(policy.area)
}

/// One rule for each kind of burden that is tested, in the order of the policy's rules.
fn applied<'a>(policy: &'a InForce, incomes: &Incomes, subject: &Subject<'_>) -> Vec<Applied<'a>> {
    let mut chosen: Vec<Applied<'a>> = Vec::new();
    for rule in &policy.rules {
        let Some(category) = subject.person.categories.iter().find(|category| rule.categories.contains(*category))
        else {
            continue;
        };
        let income = match rule.measure {
            Measure::Amount(_) => None,
            Measure::PercentOfIncome(_) => {
                reference_income(incomes, &policy.income, area_held_against(policy, subject), policy.window().year())
            }
        };
        let threshold = threshold(&rule.measure, income.as_ref());
        let new = Applied { rule, category, income, threshold };
        match chosen.iter_mut().find(|applied| applied.rule.tests == rule.tests) {
            None => chosen.push(new),
            Some(known) if lower(new.threshold, known.threshold) => *known = new,
            Some(_) => {}
        }
    }
    chosen
}

/// A threshold that is not known is higher than any that is.
fn lower(new: Option<Decimal>, known: Option<Decimal>) -> bool {
    match (new, known) {
        (Some(new), Some(known)) => new < known,
        (new, None) => new.is_some(),
        (None, Some(_)) => false,
    }
}

fn finding(policy: &InForce, subject: &Subject<'_>, applied: &Applied<'_>, threshold: Decimal) -> Option<Finding> {
    let Applied { rule, category, income, .. } = applied;
    let burden_total = subject.burden.total(&policy.payers)?;
    let burden_in_scope = subject.burden.in_scope(&policy.payers)?;
    let tested = match rule.tests {
        BurdenKind::BurdenTotal => burden_total,
        BurdenKind::BurdenInScope => burden_in_scope,
    };
    meets(tested, rule.comparison, threshold).then(|| Finding {
        person: subject.id.clone(),
        name: subject.person.name.clone(),
        category: *category,
        categories: subject.person.categories,
        area: subject.area,
        town_code: subject.person.town_code.clone(),
        rule: rule.id.clone(),
        rule_reference: rule.reference.to_string(),
        burden: *subject.burden,
        burden_total,
        burden_in_scope,
        tests: rule.tests,
        income: *income,
        percent: match rule.measure {
            Measure::PercentOfIncome(percent) => Some(percent),
            Measure::Amount(_) => None,
        },
        threshold,
        first_exceeded_on: None,
    })
}

impl Part {
    fn take(&mut self, policy: &InForce, incomes: &Incomes, subject: &Subject<'_>) {
        if subject.area.is_none() {
            self.assessed.no_area.add(subject.burden.sums.total_cost.0);
        }
        let has_settlements = subject.burden.settlements > 0;
        let Some(burden_total) = subject.burden.total(&policy.payers) else {
            self.overflowed = true;
            return;
        };
        for applied in applied(policy, incomes, subject) {
            let finding = match applied.threshold {
                Some(threshold) => finding(policy, subject, &applied, threshold).filter(|_| has_settlements),
                None => {
                    if has_settlements {
                        self.missing.insert(area_held_against(policy, subject));
                    }
                    None
                }
            };
            self.summarise(subject, &applied, burden_total, finding.is_some());
            self.assessed.findings.extend(finding);
        }
    }

    fn summarise(&mut self, subject: &Subject<'_>, applied: &Applied<'_>, burden_total: Fen, flagged: bool) {
        let (area, category, rule) = (subject.area, applied.category, applied.rule.id.clone());
        let row = self.summary.entry((area, category, rule.clone())).or_insert_with(|| SummaryRow {
            area,
            category,
            rule,
            people: 0,
            flagged: 0,
            burden_total: Fen::ZERO,
            total_cost: Fen::ZERO,
        });
        row.people += 1;
        row.flagged += u64::from(flagged);
        self.overflowed |= !added(&mut row.burden_total, burden_total);
        self.overflowed |= !added(&mut row.total_cost, subject.burden.sums.total_cost);
    }

    fn and(mut self, other: Part) -> Part {
        self.assessed.findings.extend(other.assessed.findings);
        self.assessed.no_area += other.assessed.no_area;
        self.assessed.in_register += other.assessed.in_register;
        self.assessed.in_register_with_settlements += other.assessed.in_register_with_settlements;
        self.missing.extend(other.missing);
        self.overflowed |= other.overflowed;
        for (key, row) in other.summary {
            match self.summary.get_mut(&key) {
                None => {
                    self.summary.insert(key, row);
                }
                Some(sum) => {
                    sum.people += row.people;
                    sum.flagged += row.flagged;
                    self.overflowed |= !added(&mut sum.burden_total, row.burden_total);
                    self.overflowed |= !added(&mut sum.total_cost, row.total_cost);
                }
            }
        }
        self
    }

    fn finished(self, policy: &InForce, incomes: &Incomes) -> Result<Assessed, Error> {
        if self.overflowed {
            let message =
                "burdens leave the range of 64 bits, expected amounts that a year can hold; look for absurd amounts";
            return Err(Fault::data("settlements", message).into());
        }
        if !self.missing.is_empty() {
            return Err(unpublished(policy, incomes, self.missing));
        }
        let mut assessed = self.assessed;
        assessed.summary = self.summary.into_values().collect();
        assessed.findings.par_sort_unstable_by(|a, b| (&a.rule, &a.person).cmp(&(&b.rule, &b.person)));
        Ok(assessed)
    }
}

/// The refusal of a night for areas without the reference income that somebody is to be held against.
pub fn unpublished(policy: &InForce, incomes: &Incomes, areas: impl IntoIterator<Item = AreaCode>) -> Error {
    Error::Refused(areas.into_iter().map(|area| no_income(policy, incomes, area)).collect())
}

fn no_income(policy: &InForce, incomes: &Incomes, area: AreaCode) -> Fault {
    let IncomePolicy { series, area_levels, older_years, .. } = &policy.income;
    let year = policy.window().year() - 1;
    let levels: Vec<&str> = area_levels.iter().map(|level| level.name()).collect();
    let in_reach = area_levels.iter().filter_map(|level| area.at(*level));
    let older = in_reach.filter_map(|area| Some((incomes.last_year_before(year, series.name(), area)?, area))).max();
    let latest = older.map_or_else(
        || "nor for any year before".to_owned(),
        |(year, area)| format!("the latest is {area} for {year}"),
    );
    let mend = match older_years {
        0 => "add it to the income table or allow an older year (`older_years` in the policy)".to_owned(),
        years => format!("the policy allows no more than {years} years older; add it to the income table"),
    };
    let (series, levels) = (series.name(), levels.join(", "));
    Fault::data(
        "income",
        format!(
            "no reference income for {area} in {year} (series {series}, looked for at level {levels}), {latest}; {mend}"
        ),
    )
}

fn added(sum: &mut Fen, amount: Fen) -> bool {
    sum.checked_add(amount).map(|more| *sum = more).is_some()
}
