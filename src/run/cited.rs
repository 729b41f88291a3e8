//! What a night's manifest says of the policy: the rules in force, in the documents' own words, and the published
//! incomes that findings were held against. Nobody is named.

use std::collections::BTreeSet;

use crate::delivery::Incomes;
use crate::model::Finding;
use crate::policy::{InForce, Measure, RuleInForce};
use crate::publish::{Cited, CitedIncome, CitedRule};

/// What explanations of tonight's findings cite.
pub(super) fn cited(policy: &InForce, incomes: &Incomes, findings: &[Finding]) -> Cited {
    let series = policy.income.series.name();
    let used = findings.iter().filter_map(|finding| finding.income);
    let incomes: BTreeSet<CitedIncome> = used
        .map(|income| {
            let figure = incomes.figure(series, income.area, income.year);
            CitedIncome {
                area: income.area.to_string(),
                year: income.year,
                series: series.to_owned(),
                amount: income.amount.to_string(),
                published_on: figure.and_then(|figure| figure.published_on),
                source: figure.and_then(|figure| figure.source.clone()),
            }
        })
        .collect();
    Cited {
        place: policy.place.clone(),
        payers: policy.payers.iter().map(|payer| payer.name().to_owned()).collect(),
        rules: policy.rules.iter().map(rule).collect(),
        incomes: incomes.into_iter().collect(),
    }
}

fn rule(rule: &RuleInForce) -> CitedRule {
    let (percent, amount) = match rule.measure {
        Measure::PercentOfIncome(percent) => (Some(percent.to_string()), None),
        Measure::Amount(amount) => (None, Some(amount.to_string())),
    };
    CitedRule {
        id: rule.id.clone(),
        title: rule.title.clone(),
        categories: rule.categories.iter().map(|category| category.name().to_owned()).collect(),
        tests: rule.tests.name().to_owned(),
        comparison: rule.comparison.name().to_owned(),
        percent_of_income: percent,
        amount,
        document: rule.reference.title.clone(),
        article: rule.reference.article.clone(),
        words: rule.reference.words.clone(),
        from: rule.from,
        until: rule.until,
    }
}
