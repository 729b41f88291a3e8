//! The rules of a policy in force on a day as the board's page of method shows them: what each asks for, in Chinese,
//! and where that is written. The rules of warnings and of people's insurance stand here; those of what is paid to
//! them, and of providers, cards and funds, beside it.

mod benefits;
mod monthly;

use chrono::{Datelike, NaiveDate};

use crate::model::board::RuleText;
use crate::model::{BurdenKind, Categories, Way};
use crate::policy::{Cited, Enrolment, Measure, Policy, Reference, SubsidyMeasure, Term};

/// Every rule, warnings first.
pub(super) fn of(policy: &Policy, as_of: NaiveDate) -> Vec<RuleText> {
    let mut texts = warnings(policy, as_of);
    texts.extend(assistance(policy, as_of));
    if let Some(rule) = policy.enrolment_on(as_of) {
        texts.push(text("应保尽保", "参保核查", enrolled(rule, as_of.year()), &rule.cited));
    }
    for subsidy in policy.subsidies_for(as_of.year()) {
        let months = subsidy.months_from_recognition.map(|months| format!("，自认定之日起 {months} 个月内"));
        let condition =
            format!("{}：{}{}", terms(subsidy.categories), subsidised(&subsidy.measure), months.unwrap_or_default());
        texts.push(text("资助参保", "参保资助", condition, &subsidy.cited));
    }
    texts.extend(benefits::of(policy, as_of));
    if let Some(rule) = policy.five_questions_on(as_of) {
        texts.push(text("五查", "五查", "逐人核查参保、资助、一站式结算、三重保障、政策知晓".to_owned(), rule));
    }
    texts.extend(monthly::of(policy, as_of));
    texts
}

fn warnings(policy: &Policy, as_of: NaiveDate) -> Vec<RuleText> {
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
    texts
}

/// By which way assistance reaches whom.
fn assistance(policy: &Policy, as_of: NaiveDate) -> impl Iterator<Item = RuleText> {
    let of_the_day = policy
        .assistance
        .iter()
        .filter(move |entry| entry.from <= as_of && entry.until.is_none_or(|until| as_of < until));
    of_the_day.map(|entry| {
        let how = match entry.way {
            Way::Direct => "无须申请，直接救助",
            Way::OnApplication => "身份核实后依申请救助",
        };
        let condition = format!("{}：{how}", terms(entry.categories));
        written("救助方式", entry.way.term(), condition, (&entry.reference, entry.from, entry.until))
    })
}

/// What is asked of enrolment, and who may enrol late without waiting.
fn enrolled(rule: &Enrolment, year: i32) -> String {
    let days = rule.window.and_then(|window| Some((window.first_for(year)?, window.last_for(year)?)));
    let window = days.map(|(first, last)| format!("{year} 年度集中参保期为 {first} 至 {last}"));
    let newborn = rule.newborn_days.map(|days| format!("新生儿出生 {days} 日内参保的，自出生起享受待遇"));
    let after_employee = rule.after_employee.map(|term| {
        let term = match term {
            Term::Days(days) => format!("{days} 日"),
            Term::Months(months) => format!("{months} 个月"),
        };
        format!("中断职工医保 {term}内参保的，不设等待期")
    });
    let never =
        (!rule.without_waiting.is_empty()).then(|| format!("{}随时参保，不设等待期", terms(rule.without_waiting)));
    let first = Some("名册人员当期参保，无断保、停保、重复参保".to_owned());
    [first, window, newborn, after_employee, never].into_iter().flatten().collect::<Vec<_>>().join("；")
}

fn text(subject: &str, title: &str, condition: String, cited: &Cited) -> RuleText {
    written(subject, title, condition, (&cited.reference, cited.from, cited.until))
}

fn written(
    subject: &str,
    title: &str,
    condition: String,
    (reference, from, until): (&Reference, NaiveDate, Option<NaiveDate>),
) -> RuleText {
    RuleText {
        subject: subject.to_owned(),
        title: title.to_owned(),
        condition,
        document: reference.title.clone(),
        article: reference.article.clone(),
        words: reference.words.clone(),
        from,
        until,
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
