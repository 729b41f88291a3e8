//! What is asked of providers, cards and funds, rule by rule, in Chinese. Of a provider it says "to be reviewed"
//! (待核查), no more.

use chrono::NaiveDate;

use super::{terms, text};
use crate::model::board::RuleText;
use crate::model::{HospitalLevel, Mechanism};
use crate::policy::{
    AdmissionRate, CardReview, Conduct, FundRule, OutOfCatalogue, Patients, Pattern, Policy, RunOut, ShortStays,
};

/// Every rule in force on a day.
pub(super) fn of(policy: &Policy, as_of: NaiveDate) -> Vec<RuleText> {
    let mut texts = Vec::new();
    texts.extend(policy.out_of_catalogue_on(as_of).map(out_of_catalogue));
    texts.extend(Pattern::NAMES.into_iter().filter_map(|name| policy.conduct_on(name, as_of)).map(conduct));
    texts.extend(policy.card_review_on(as_of).map(cards));
    texts.extend(policy.funds_on(as_of).map(fund));
    texts
}

fn out_of_catalogue(rule: &OutOfCatalogue) -> RuleText {
    let patients = match rule.patients {
        Patients::Register => "在册监测对象".to_owned(),
        Patients::Named(categories) => terms(categories),
    };
    let limit = |level: HospitalLevel| Some(format!("{}不超过 {}%", level.term(), rule.limit(level)?));
    let limits: Vec<String> = HospitalLevel::ALL.into_iter().filter_map(limit).collect();
    let volume = rule.minimum_stays.map(|stays| format!("；年度住院结算不足 {stays} 笔的机构不适用（本地设定）"));
    let condition = format!(
        "{patients}的住院费用按机构、按年度合计，目录外费用所占比例：{}，不按人、不按次{}",
        limits.join("、"),
        volume.unwrap_or_default()
    );
    text("目录外占比", Mechanism::OutOfCatalogue.term(), condition, &rule.cited)
}

fn conduct(rule: &Conduct) -> RuleText {
    let pattern = match &rule.pattern {
        Pattern::SplitStays { days } => format!("出院后 {days} 日内因同一病种再次入住同一机构"),
        Pattern::RepeatedStays { stays } => format!("同一人一个自然年度内在同一机构住院 {stays} 次及以上"),
        Pattern::PaidDuringStay => "住院期间（不含入院、出院当日）发生门诊、门诊慢特病或药店结算".to_owned(),
        Pattern::ShortStays(ShortStays { nights, cost, diagnoses, stays }) => format!(
            "因病种 {} 住院不超过 {nights} 夜且医疗费用不超过 {cost} 元，同一机构年度内达到 {stays} 次",
            diagnoses.join("、")
        ),
        Pattern::AdmissionRate(AdmissionRate { robust_z, minimum_peers, funnel_sigmas }) => format!(
            "每千名参保人的住院次数与同类人员的各区划相比，稳健 z 值达到 {robust_z} 且超过漏斗图上限（{funnel_sigmas} 倍标准差）；\
             可比区划不足 {minimum_peers} 个的不作比较"
        ),
    };
    let whose = rule.categories.map(|categories| format!("{}：", terms(categories))).unwrap_or_default();
    let mechanism = Mechanism::ALL.into_iter().find(|mechanism| mechanism.name() == rule.pattern.name());
    let title = mechanism.map_or(rule.pattern.name(), |mechanism| mechanism.term());
    text("诊疗行为", title, format!("{whose}{pattern}，列为待核查"), &rule.cited)
}

fn cards(rule: &CardReview) -> RuleText {
    let unused = rule.unused_months.map(|months| format!("；持有效卡满 {months} 个月没有用药结算的，待核查"));
    let condition = format!(
        "每月每个{}新办的卡（{}）{}，抽查 {}%，不足一张的按一张；慢病卡与公卫登记逐人核对{}",
        rule.per.term(),
        rule.among.term(),
        rule.mode.term(),
        rule.percent,
        unused.unwrap_or_default()
    );
    text("慢病卡", "慢病卡抽查和核对", condition, &rule.cited)
}

fn fund(rule: &FundRule) -> RuleText {
    let funds: Vec<&str> = rule.funds.iter().map(|fund| fund.term()).collect();
    let cover = rule.cover_months.map(|months| format!("可支付月数低于 {months} 个月"));
    let spent = rule.spent_percent.map(|percent| format!("近 12 个月支出超过收入的 {percent}%"));
    let run_out = rule.run_out.map(|way| {
        let forecast = match way {
            RunOut::Forecast => "预测结余",
            RunOut::Worst => "预测结余的最低值",
        };
        format!("年末前{forecast}少于 {} 个月平均支出的未决费用", rule.allowance_months)
    });
    let any: Vec<String> = [cover, spent, run_out].into_iter().flatten().collect();
    let condition = format!(
        "{}：{}的，待核查；账目比核查月份最多晚 {} 个月（本地设定）",
        funds.join("、"),
        any.join("，或者"),
        rule.lag_months
    );
    text("基金运行", "基金预警", condition, &rule.cited)
}
