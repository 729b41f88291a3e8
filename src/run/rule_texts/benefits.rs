//! What critical-illness insurance and medical assistance are to pay, rule by rule, in Chinese.

use chrono::NaiveDate;

use super::{terms, text};
use crate::model::board::RuleText;
use crate::policy::{CriticalIllness, Deductible, Limit, MedicalAssistance, Policy, Ratio, Scope, Tilt, Whom};

/// Every rule in force on a day, critical-illness insurance first.
pub(super) fn of(policy: &Policy, as_of: NaiveDate) -> Vec<RuleText> {
    let Some(benefits) = &policy.benefits else { return Vec::new() };
    let critical = benefits.critical_illness.iter().filter(|rule| rule.scope.cited.holds(as_of));
    let assistance = benefits.medical_assistance.iter().filter(|rule| rule.scope.cited.holds(as_of));
    critical.map(critical_illness).chain(assistance.map(medical_assistance)).collect()
}

fn critical_illness(rule: &CriticalIllness) -> RuleText {
    let deductible = match rule.deductible {
        Some(Deductible::Amount(amount)) => format!("起付标准每年 {amount} 元"),
        Some(Deductible::LoweredBy(share)) => format!("起付标准比其他参保人员降低 {}%", share.percent()),
        None => "文件未写明起付标准".to_owned(),
    };
    let ratio = match rule.ratio {
        Some(Ratio::Of(share)) => format!("支付比例 {}%", share.percent()),
        Some(Ratio::RaisedBy(share)) => format!("支付比例比其他参保人员提高 {} 个百分点", share.percent()),
        None => "文件未写明支付比例".to_owned(),
    };
    let condition = format!("{}：{deductible}，{ratio}，{}", scope(&rule.scope), limit("年度最高支付限额", rule.cap));
    text("查待遇", "大病保险", condition, &rule.scope.cited)
}

fn medical_assistance(rule: &MedicalAssistance) -> RuleText {
    let ratio = match rule.ratio {
        Some(share) => format!("救助比例 {}%", share.percent()),
        None => "文件未写明救助比例".to_owned(),
    };
    let tilt = match rule.tilt {
        Some(Tilt::Above { ratio, line, limit: most }) => format!(
            "倾斜救助：救助后年度政策范围内个人负担超过 {line} 元的部分按 {}%，{}",
            ratio.percent(),
            limit("年度限额", Some(most))
        ),
        Some(Tilt::Without) => "没有倾斜救助".to_owned(),
        None => "文件未写明倾斜救助标准".to_owned(),
    };
    let condition = format!("{}：{ratio}，{}；{tilt}", scope(&rule.scope), limit("年度救助限额", rule.limit));
    text("查待遇", "医疗救助", condition, &rule.scope.cited)
}

/// For whom, and for what care.
fn scope(scope: &Scope) -> String {
    let people = match scope.whom {
        Whom::Named(categories) => terms(categories),
        Whom::EveryoneElse => "其他参保人员".to_owned(),
    };
    let care: Vec<&str> = scope.care.iter().map(|care| care.term()).collect();
    format!("{people}，{}的政策范围内费用", care.join("、"))
}

fn limit(what: &str, limit: Option<Limit>) -> String {
    match limit {
        Some(Limit::Amount(amount)) => format!("{what} {amount} 元"),
        Some(Limit::Without) => format!("不设{what}"),
        None => format!("文件未写明{what}"),
    }
}
