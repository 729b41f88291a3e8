//! What the statements are filled in with: the window, the rules in force, the meaning of codes.

use std::collections::BTreeMap;

use chrono::{Datelike, Days, NaiveDate};
use rust_decimal::Decimal;
use serde::Serialize;

use super::columns::{self, TableRead};
use super::{Input, quote};
use crate::model::{AreaLevel, CERTIFICATE_WEIGHTS, Category, Fate, Payer, Reason, Watch, YearBy};
use crate::policy::{InForce, Measure, RuleInForce};

/// The figures of a settlement that enter a sum.
const FIGURES: [&str; 7] = [
    "total_cost",
    "basic_insurance",
    "critical_illness",
    "medical_assistance",
    "other_funds",
    "hospital_part",
    "in_scope_cost",
];

/// Everything that is filled in.
#[derive(Debug, Serialize)]
pub(super) struct Values {
    weights: [u64; 17],
    tables: Vec<TableRead>,
    fates: Vec<(String, String)>,
    window: Window,
    amounts: Vec<&'static str>,
    each_figure: [&'static str; 7],
    figures: String,
    codes: BTreeMap<String, String>,
    payers: Payers,
    covers_ordinary: bool,
    place_area: String,
    income: Income,
    rules: Vec<Rule>,
    wanted: Wanted,
    asked: Option<String>,
    watch: Option<Near>,
}

#[derive(Debug, Serialize)]
struct Window {
    from_day: String,
    until_day: String,
    from_time: String,
    until_time: String,
    benefit_year: Option<i32>,
}

/// What is taken off for the payers, as an expression.
#[derive(Debug, Serialize)]
struct Payers {
    total: String,
    in_scope: String,
}

#[derive(Debug, Serialize)]
struct Income {
    series: String,
    years: Vec<i32>,
    levels: Vec<&'static str>,
}

#[derive(Debug, Serialize)]
struct Rule {
    id: String,
    reference: String,
    number: usize,
    rule: String,
    tests: String,
    comparison: String,
    percent: String,
    amount: String,
    categories: Vec<Numbered>,
}

#[derive(Debug, Serialize)]
struct Numbered {
    number: usize,
    name: String,
}

#[derive(Debug, Serialize)]
struct Wanted {
    burden: bool,
    evidence: bool,
}

#[derive(Debug, Serialize)]
struct Near {
    share: Decimal,
    share_literal: String,
    pace: bool,
    day_of_year: String,
    days_of_year: String,
}

/// The values of one night.
pub(super) fn of(input: &Input<'_>, tables: Vec<TableRead>) -> Values {
    let Input { policy, codes, wanted, .. } = input;
    let ordinary = policy.rules.iter().any(|rule| rule.categories.contains(Category::OrdinaryInsured));
    let last = policy.window().year() - 1;
    let oldest = last.saturating_sub_unsigned(policy.income.older_years);
    Values {
        weights: CERTIFICATE_WEIGHTS,
        tables,
        fates: fates(),
        window: window(policy),
        amounts: columns::amounts_of_settlements(),
        each_figure: FIGURES,
        figures: FIGURES.join(", "),
        codes: codes.categories().map(|(code, of)| (quote::text(code), quote::text(of.name()))).collect(),
        payers: payers(&policy.payers),
        covers_ordinary: ordinary,
        place_area: quote::text(&policy.area.to_string()),
        income: Income {
            series: quote::text(policy.income.series.name()),
            years: (oldest..=last).rev().collect(),
            levels: policy.income.area_levels.iter().map(|level| above(*level)).collect(),
        },
        rules: policy.rules.iter().enumerate().map(|(index, held)| rule(index + 1, held)).collect(),
        wanted: Wanted { burden: wanted.burden, evidence: wanted.evidence },
        asked: wanted.asked.map(|uri| quote::files(uri, &[])),
        watch: wanted.watch.map(|watch| near(&watch, policy.as_of)),
    }
}

/// What becomes of a row for which reasons.
fn fates() -> Vec<(String, String)> {
    let reasons = |fate: Fate| {
        let of: Vec<String> =
            Reason::ALL.into_iter().filter(|of| of.fate() == fate).map(|of| quote::text(of.id())).collect();
        (!of.is_empty()).then(|| (quote::text(fate.name()), of.join(", ")))
    };
    Fate::ALL.into_iter().filter_map(reasons).collect()
}

/// The days looked at, both as days and as times: from the first until the day after the last.
fn window(policy: &InForce) -> Window {
    let window = policy.window();
    let until = window.as_of.checked_add_days(Days::new(1)).unwrap_or(NaiveDate::MAX);
    Window {
        from_day: quote::day(window.first_day),
        until_day: quote::day(until),
        from_time: quote::midnight(window.first_day),
        until_time: quote::midnight(until),
        benefit_year: (window.year_by == YearBy::BenefitYear).then(|| window.year()),
    }
}

fn payers(payers: &[Payer]) -> Payers {
    let less = |payers: &mut dyn Iterator<Item = &Payer>| payers.map(|payer| format!(" - {}", payer.name())).collect();
    Payers {
        total: less(&mut payers.iter()),
        in_scope: less(&mut payers.iter().filter(|payer| **payer != Payer::Commercial)),
    }
}

/// The area at a level above an area, or itself: null where it stands above that level.
fn above(level: AreaLevel) -> &'static str {
    match level {
        AreaLevel::County => "CASE WHEN SUBSTR(area_code, 5, 2) NOT IN ('00', '99') THEN area_code END",
        AreaLevel::Prefecture => {
            "CASE WHEN SUBSTR(area_code, 3, 2) <> '00' THEN CONCAT(SUBSTR(area_code, 1, 4), '00') END"
        }
        AreaLevel::Province => "CONCAT(SUBSTR(area_code, 1, 2), '0000')",
    }
}

fn rule(number: usize, rule: &RuleInForce) -> Rule {
    let (percent, amount) = match rule.measure {
        Measure::PercentOfIncome(percent) => (quote::decimal(percent, 8, 4), "NULL".to_owned()),
        Measure::Amount(amount) => ("NULL".to_owned(), quote::decimal(Decimal::new(amount.0, 2), 18, 2)),
    };
    let covers = Category::ALL.into_iter().enumerate().filter(|(_, category)| rule.categories.contains(*category));
    Rule {
        id: rule.id.clone(),
        reference: rule.reference.to_string(),
        number,
        rule: quote::text(&rule.id),
        tests: quote::text(rule.tests.name()),
        comparison: quote::text(rule.comparison.name()),
        percent,
        amount,
        categories: covers.map(|(number, of)| Numbered { number: number + 1, name: quote::text(of.name()) }).collect(),
    }
}

/// Who comes near: a little wider than the watch itself, which is kept in exact numbers over those whom this names.
fn near(watch: &Watch, as_of: NaiveDate) -> Near {
    let days = if as_of.leap_year() { 366 } else { 365 };
    Near {
        share: watch.share,
        share_literal: quote::decimal(watch.share.trunc_with_scale(4), 6, 4),
        pace: watch.pace,
        day_of_year: quote::decimal(as_of.ordinal().into(), 3, 0),
        days_of_year: quote::decimal(days.into(), 3, 0),
    }
}
