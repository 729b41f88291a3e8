//! The benefit rules of a policy file in force on a day, in words.

use std::fmt::Write as _;

use chrono::NaiveDate;

use super::words::{cited, whom};
use crate::policy::{
    Benefits, CriticalIllness, Deductible, Limit, MedicalAssistance, Policy, Ratio, Rounding, Scope, Tilt, Whom,
};

/// What critical-illness insurance and medical assistance are to pay on settlements of the day; nothing where the file
/// has no rule of either.
pub(super) fn in_words(policy: &Policy, day: NaiveDate) -> String {
    let Some(benefits) = &policy.benefits else { return String::new() };
    let rounding = match benefits.rounding {
        Rounding::HalfUp => "half up",
    };
    let mut text = format!(
        "\nbenefits (查待遇), settlements of {day}: {rounding} to the fen at the end of each layer, tolerance {} yuan a \
         layer and year\n",
        benefits.tolerance
    );
    let Benefits { critical_illness, medical_assistance, .. } = benefits;
    let none = text.len();
    for rule in critical_illness.iter().filter(|rule| rule.scope.cited.holds(day)) {
        text += &critical_illness_in_words(rule);
    }
    for rule in medical_assistance.iter().filter(|rule| rule.scope.cited.holds(day)) {
        text += &medical_assistance_in_words(rule);
    }
    if text.len() == none {
        text += "  none in force\n";
    }
    text
}

fn critical_illness_in_words(rule: &CriticalIllness) -> String {
    let CriticalIllness { scope, deductible, ratio, cap } = rule;
    let deductible = given(*deductible, |deductible| match deductible {
        Deductible::Amount(amount) => format!("{amount} yuan a year"),
        Deductible::LoweredBy(share) => format!("everyone else's, less {}%", share.percent()),
    });
    let ratio = given(*ratio, |ratio| match ratio {
        Ratio::Of(share) => format!("{}%", share.percent()),
        Ratio::RaisedBy(share) => format!("everyone else's, plus {} points", share.percent()),
    });
    let rows = [("deductible", deductible), ("ratio", ratio), ("cap", given(*cap, limit))];
    in_lines("critical_illness 大病保险", scope, &rows)
}

fn medical_assistance_in_words(rule: &MedicalAssistance) -> String {
    let MedicalAssistance { scope, ratio, limit: most, tilt } = rule;
    let ratio = given(*ratio, |ratio| format!("{}%", ratio.percent()));
    let tilt = given(*tilt, |tilt| match tilt {
        Tilt::Without => "none".to_owned(),
        Tilt::Above { ratio, line, limit: most } => {
            format!("{}% of what remains above {line} yuan a year; limit: {}", ratio.percent(), limit(most))
        }
    });
    in_lines("medical_assistance 医疗救助", scope, &[("ratio", ratio), ("limit", given(*most, limit)), ("tilt", tilt)])
}

fn in_lines(kind: &str, scope: &Scope, rows: &[(&str, String)]) -> String {
    let people = match scope.whom {
        Whom::Named(categories) => whom(categories),
        Whom::EveryoneElse => "everyone else".to_owned(),
    };
    let care: Vec<&str> = scope.care.iter().map(|care| care.term()).collect();
    let mut text = format!("\n{kind}\n  whom       {people}\n  care       {}\n", care.join(", "));
    for (name, value) in rows {
        let _ = writeln!(text, "  {name:<10} {value}");
    }
    text + &cited(&scope.cited)
}

fn given<T>(value: Option<T>, in_words: impl FnOnce(T) -> String) -> String {
    value.map_or_else(|| "not given by the document".to_owned(), in_words)
}

fn limit(limit: Limit) -> String {
    match limit {
        Limit::Amount(amount) => format!("{amount} yuan a year"),
        Limit::Without => "none".to_owned(),
    }
}
