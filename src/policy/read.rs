//! The text of a policy file becomes a [`Policy`]: every key checked, every fault found at once, nothing opened.

use std::path::Path;

use rust_decimal::Decimal;

use super::entry::{self, Cited, Span, categories, percentage, whole};
use super::{
    Case, Comparison, Dated, IncomePolicy, Measure, Policy, Rule, Series, assistance, benefits, case, chronic_cards,
    conduct, enrolment, five_checks, fund, out_of_catalogue, subsidy,
};
use crate::config::{Section, Value};
use crate::model::{AreaLevel, BurdenKind, Payer, YearBy};

/// Above this a percentage is a slip of the pen.
const PERCENT_MAX: Decimal = Decimal::ONE_THOUSAND;

const AREA_LEVELS: [(&str, AreaLevel); 3] =
    [("county", AreaLevel::County), ("prefecture", AreaLevel::Prefecture), ("province", AreaLevel::Province)];

const YEARS_BY: [(&str, YearBy); 2] =
    [("settlement_date", YearBy::SettlementDate), ("benefit_year", YearBy::BenefitYear)];

const BURDENS: [(&str, BurdenKind); 2] =
    [("burden_total", BurdenKind::BurdenTotal), ("burden_in_scope", BurdenKind::BurdenInScope)];

/// The policy that the file at `path` holds; `None` when a fault was noted.
pub(super) fn policy(root: &Section<'_, '_>, path: &Path, sha256: String) -> Option<Policy> {
    let place = root.need("place", Value::text);
    let area = root.need("area", Value::area);
    let document = root.may("document", None, |value| value.text().map(Some));
    let sections = root.tables("rule").unwrap_or_default();
    let rules: Vec<Option<Rule>> = sections.iter().map(rule).collect();
    different_ids(&sections);
    let (year_by, payers) = burden(root, !sections.is_empty()).unzip();
    let income = income(root, &rules);
    let series = income.as_ref().map_or(Series::All, |income| income.series);
    let ids: Vec<&str> = sections.iter().filter_map(|section| section.peek("id")).collect();
    let assistance = assistance::every(root);
    let enrolments = enrolment::every(root);
    let subsidies = subsidy::every(root);
    let five_questions = five_checks::every(root);
    let card_reviews = chronic_cards::every(root);
    let funds = fund::every(root);
    let out_of_catalogue = out_of_catalogue::every(root);
    let conduct = conduct::every(root);
    let benefits = benefits::read(root);
    let cases = root.tables("case").unwrap_or_default();
    let cases: Vec<Option<Case>> = cases.iter().map(|section| case::read(section, series, &ids)).collect();
    root.end();
    Some(Policy {
        path: path.to_path_buf(),
        sha256,
        place: place?,
        area: area?,
        document: document?,
        payers: payers?,
        year_by: year_by?,
        income: income?,
        rules: whole(rules)?,
        assistance: assistance?,
        enrolments: enrolments?,
        subsidies: subsidies?,
        five_questions: five_questions?,
        card_reviews: card_reviews?,
        funds: funds?,
        out_of_catalogue: out_of_catalogue?,
        conduct: conduct?,
        benefits: benefits?,
        cases: whole(cases)?,
    })
}

/// `[burden]`, which only a file without a rule may leave out.
fn burden(root: &Section<'_, '_>, needed: bool) -> Option<(YearBy, Vec<Payer>)> {
    let read = |value: &Value<'_, '_>| {
        let section = value.table()?;
        let year_by = section.need("year_by", |value| value.choice(&YEARS_BY));
        let payers = section.need("payers", |value| value.choices(&Payer::ALL.map(|payer| (payer.name(), payer))));
        section.end();
        Some((year_by?, payers?))
    };
    if needed { root.need("burden", read) } else { root.may("burden", (YearBy::SettlementDate, Vec::new()), read) }
}

/// `[income]`, which a file may leave out when no rule holds a burden against an income.
fn income(root: &Section<'_, '_>, rules: &[Option<Rule>]) -> Option<IncomePolicy> {
    let by_income = |value: &Dated| matches!(value.measure, Measure::PercentOfIncome(_));
    let needs = |rule: &&Rule| rule.in_force.iter().any(by_income);
    if !root.has("income")
        && let Some(rule) = rules.iter().flatten().find(needs)
    {
        root.fault(format!(
            "the file needs [income], which is missing: rule `{}` holds the burden against a percentage of income",
            rule.id
        ));
    }
    let none = IncomePolicy { series: Series::All, area_levels: Vec::new(), older_years: 0, reference: None };
    root.may("income", none, |value| {
        let section = value.table()?;
        let series = section.need("series", entry::series);
        let area_levels = section.need("area_levels", |value| value.choices(&AREA_LEVELS));
        let older_years = section.need("older_years", Value::count);
        let reference = section.may("reference", None, |value| entry::reference(value).map(Some));
        section.end();
        Some(IncomePolicy {
            series: series?,
            area_levels: area_levels?,
            older_years: older_years?,
            reference: reference?,
        })
    })
}

fn different_ids(rules: &[Section<'_, '_>]) {
    for (index, rule) in rules.iter().enumerate() {
        let Some(id) = rule.peek("id") else { continue };
        if let Some(first) = rules[..index].iter().find(|other| other.peek("id") == Some(id)) {
            rule.fault(format!("rule `{id}` stands on line {} already; give each rule its own `id`", first.line));
        }
    }
}

fn rule(section: &Section<'_, '_>) -> Option<Rule> {
    let id = section.need("id", Value::text);
    let title = section.need("title", Value::text);
    let categories = section.need("categories", categories);
    let tests = section.need("tests", |value| value.choice(&BURDENS));
    let name = id.as_deref().unwrap_or("?");
    let in_force = section.tables("in_force").and_then(|values| {
        if values.is_empty() {
            section.fault(format!("rule `{name}` has no [[rule.in_force]], expected at least one dated value"));
        }
        let mut values = whole(values.iter().map(dated).collect())?;
        values.sort_by_key(|value| value.cited.from);
        without_gap_or_overlap(section, name, &values);
        Some(values)
    });
    section.end();
    let line = section.line;
    Some(Rule { id: id?, title: title?, categories: categories?, tests: tests?, in_force: in_force?, line })
}

/// Each value begins on the day on which the one before ends.
fn without_gap_or_overlap(section: &Section<'_, '_>, rule: &str, values: &[Dated]) {
    for pair in values.windows(2) {
        let [Dated { cited: before, repealed, .. }, Dated { cited: after, .. }] = pair else { continue };
        let (from, line) = (after.from, before.line);
        match before.until {
            None => section.fault_on(
                after.line,
                format!(
                    "rule `{rule}` has two values from {from} on: the one of line {line} has no end; give that one \
                     `until = {from}`"
                ),
            ),
            Some(until) if until > from => section.fault_on(
                after.line,
                format!(
                    "rule `{rule}` has two values from {from} until {until}: the one of line {line} ends later than \
                     this one begins; let one begin where the other ends"
                ),
            ),
            Some(until) if until < from => section.fault_on(
                after.line,
                format!(
                    "rule `{rule}` has no value from {until} until {from}: the one of line {line} ends before this one \
                     begins; add what held between, with its citation"
                ),
            ),
            Some(_) => {}
        }
        if repealed.is_some() {
            section.fault_on(
                before.line,
                format!("rule `{rule}` is `repealed` but goes on from {from}; only its last value can be repealed"),
            );
        }
    }
}

fn dated(section: &Section<'_, '_>) -> Option<Dated> {
    let span = Span::read(section);
    let above = section.may("above", None, |value| measure(value).map(Some));
    let at_least = section.may("at_least", None, |value| measure(value).map(Some));
    let condition = condition(section, above, at_least);
    let cited = Cited::read(section, span);
    let repealed = section.may("repealed", None, |value| {
        if !section.has("until") {
            value.fault("`repealed` needs `until`, the first day on which the rule no longer holds");
        }
        entry::reference(value).map(Some)
    });
    section.end();
    let (comparison, measure) = condition?;
    Some(Dated { cited: cited?, comparison, measure, repealed: repealed? })
}

/// Exactly one of `above` and `at_least`. A condition that is there but wrong was noted already.
fn condition(
    section: &Section<'_, '_>,
    above: Option<Option<Measure>>,
    at_least: Option<Option<Measure>>,
) -> Option<(Comparison, Measure)> {
    match (section.has("above"), section.has("at_least")) {
        (true, false) => Some((Comparison::Above, above??)),
        (false, true) => Some((Comparison::AtLeast, at_least??)),
        (both, _) => {
            let found = if both { "both" } else { "neither" };
            section.fault(format!(
                "{} has {found} of `above` and `at_least`, expected one: `above` where the text says 超过, \
                 `at_least` where it says 达到",
                section.named()
            ));
            None
        }
    }
}

/// Exactly one of `percent_of_income` and `amount`.
fn measure(value: &Value<'_, '_>) -> Option<Measure> {
    let section = value.table()?;
    let percent = section.get("percent_of_income");
    let amount = section.get("amount");
    section.end();
    match (percent, amount) {
        (Some(percent), None) => percent_of_income(&percent),
        (None, Some(amount)) => amount.amount_above_zero().map(Measure::Amount),
        (percent, _) => {
            let found = if percent.is_some() { "both" } else { "neither" };
            section.fault(format!(
                "the threshold has {found} of `percent_of_income` and `amount`, expected one, such as {{ \
                 percent_of_income = \"50\" }}"
            ));
            None
        }
    }
}

fn percent_of_income(value: &Value<'_, '_>) -> Option<Measure> {
    percentage(value, PERCENT_MAX).map(Measure::PercentOfIncome)
}
