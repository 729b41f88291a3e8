//! The rules of a policy in force on a day as the board's page of method shows them: what each asks for, in Chinese,
//! and where that is written.

use chrono::{Datelike, NaiveDate};

use crate::model::board::RuleText;
use crate::model::{BurdenKind, Categories};
use crate::policy::{Cited, Measure, Policy, SubsidyMeasure};

/// Every rule, warnings first.
pub(super) fn of(policy: &Policy, as_of: NaiveDate) -> Vec<RuleText> {
    let mut texts = Vec::new();
    for rule in &policy.rules {
        let of_the_day = rule.in_force.iter().filter(|dated| dated.cited.holds(as_of));
        texts.extend(of_the_day.map(|dated| {
            let measure = match dated.measure {
                Measure::PercentOfIncome(percent) => format!("上年居民人均可支配收入的 {percent}%"),
                Measure::Amount(amount) => format!("{amount} 元"),
            };
            let burden = match rule.tests {
                BurdenKind::BurdenTotal => "个人负担",
                BurdenKind::BurdenInScope => "政策范围内个人负担",
            };
            let condition = format!("{}：{burden}{}{measure}", terms(rule.categories), dated.comparison.term());
            text("因病返贫致贫监测", &rule.title, condition, &dated.cited)
        }));
    }
    if let Some(rule) = policy.enrolment_on(as_of) {
        texts.push(text("应保尽保", "参保核查", "名册人员当期参保，无断保、停保、重复参保".to_owned(), &rule.cited));
    }
    for subsidy in policy.subsidies_for(as_of.year()) {
        let condition = format!("{}：{}", terms(subsidy.categories), subsidised(&subsidy.measure));
        texts.push(text("资助参保", "参保资助", condition, &subsidy.cited));
    }
    if let Some(rule) = policy.five_questions_on(as_of) {
        texts.push(text("五查", "五查", "逐人核查参保、资助、一站式结算、三重保障、政策知晓".to_owned(), rule));
    }
    texts
}

fn text(subject: &str, title: &str, condition: String, cited: &Cited) -> RuleText {
    let reference = &cited.reference;
    RuleText {
        subject: subject.to_owned(),
        title: title.to_owned(),
        condition,
        document: reference.title.clone(),
        article: reference.article.clone(),
        words: reference.words.clone(),
        from: cited.from,
        until: cited.until,
    }
}

fn terms(categories: Categories) -> String {
    categories.iter().map(|category| category.term()).collect::<Vec<_>>().join("、")
}

/// What is paid towards the premium.
fn subsidised(measure: &SubsidyMeasure) -> String {
    match measure {
        SubsidyMeasure::Full => "全额资助".to_owned(),
        SubsidyMeasure::Amount(amount) => format!("每年资助 {amount} 元"),
        SubsidyMeasure::PercentOfPremium { from, to } if from == to => format!("资助个人缴费的 {from}%"),
        SubsidyMeasure::PercentOfPremium { from, to } => format!("资助个人缴费的 {from}% 至 {to}%"),
        SubsidyMeasure::Nothing => "不资助".to_owned(),
        SubsidyMeasure::NotGiven => "文件未写明资助额".to_owned(),
    }
}
