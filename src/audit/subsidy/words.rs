//! What is said of subsidies in words: Chinese for those who look into each case, and a line in English for whoever
//! runs the night. No name and no number of anybody.

use super::due::{Due, Owed};
use super::frames::{Enrolled, Sums};
use super::judged::{Said, Unusable};
use crate::delivery::{Premiums, codes_in_words, day_since_1970};
use crate::model::{Category, Examined, Fen, Matter};
use crate::policy::{Policy, Subsidy, SubsidyMeasure};

/// What one verdict rests on.
pub(super) fn detail(year: i32, due: &Due<'_>, sums: &Sums, said: &Said, unusable: Unusable) -> String {
    let conclusion = if said.matter == Matter::NoData && unusable != Unusable::default() {
        Some(unusable_rows(unusable))
    } else {
        conclusion(due, sums, said)
    };
    let parts = [collected(year, sums), owed(due), conclusion];
    parts.into_iter().flatten().collect::<Vec<_>>().join("；")
}

fn unusable_rows(unusable: Unusable) -> String {
    let tables = [(unusable.premium, "缴费"), (unusable.enrolment, "参保"), (unusable.identity, "身份")];
    let tables: Vec<&str> = tables.into_iter().filter_map(|(lacks, table)| lacks.then_some(table)).collect();
    format!("有{}记录不能使用，无法判断", tables.join("、"))
}

fn collected(year: i32, sums: &Sums) -> Option<String> {
    let Some(collected) = &sums.collected else {
        return Some(match sums.unknown_schemes {
            0 => format!("{year}年度居民医保无缴费记录"),
            rows => format!("{year}年度有{rows}笔缴费的险种代码不明"),
        });
    };
    let day = day_since_1970(collected.first_paid.into()).map(|day| format!("，首笔{day}")).unwrap_or_default();
    Some(format!(
        "{year}年度居民医保应缴{}元，个人缴{}元，资助{}元（{}笔{day}）",
        collected.premium, collected.own, collected.subsidy, collected.rows
    ))
}

fn owed(due: &Due<'_>) -> Option<String> {
    let day = due.decided.day()?;
    let by = due.decided.by.term();
    let who = due.category.map_or("不在册", Category::term);
    let what = match (due.owed, due.rule.map(|rule| rule.measure)) {
        (Owed::UnknownCategory, _) => return Some(format!("{by}{day}身份类别代码不明")),
        (Owed::NoRule, _) => "文件未规定资助".to_owned(),
        (Owed::NotGiven, _) => "文件规定资助而未载明数额".to_owned(),
        (Owed::OfUnknownPremium, Some(SubsidyMeasure::PercentOfPremium { from, to })) => {
            format!("应资助个人缴费的{from}%至{to}%")
        }
        (Owed::OfUnknownPremium, _) => "应全额资助".to_owned(),
        (Owed::Between(_, most), Some(_)) if most == Fen::ZERO => match due.over_since {
            Some(since) => format!("资助期限至{since}已满"),
            None => "按规定不再资助".to_owned(),
        },
        (Owed::Between(_, most), None) if most == Fen::ZERO => "无应资助额".to_owned(),
        (Owed::Between(least, most), _) if least == most => format!("应资助{least}元"),
        (Owed::Between(least, most), _) => format!("应资助{least}元至{most}元"),
    };
    Some(format!("{by}{day}为{who}，{what}"))
}

fn conclusion(due: &Due<'_>, sums: &Sums, said: &Said) -> Option<String> {
    let between = |a: Option<Fen>, b: Option<Fen>| Some(a?.checked_sub(b?)?.to_string());
    match said.matter {
        Matter::SubsidyNotEnrolled if sums.enrolled == Enrolled::NoDay => {
            Some("居民医保已停保或终止而无止期，视同未参保而有资助".to_owned())
        }
        Matter::SubsidyNotEnrolled => Some("本年度无居民医保参保记录而有资助".to_owned()),
        Matter::SubsidyTwice => Some(format!("多次资助，多{}元", between(said.found, said.expected)?)),
        Matter::SubsidyTooMuch => Some(format!("多资助{}元", between(said.found, said.expected)?)),
        Matter::SubsidyTooLittle => Some(format!("少资助{}元", between(said.expected, said.found)?)),
        Matter::PremiumNotPaid => Some(match &sums.collected {
            None => "已参保而无人缴费".to_owned(),
            Some(collected) if collected.subsidy > Fen::ZERO => "个人应缴部分未缴（参保不缴费）".to_owned(),
            Some(_) => "已有缴费记录而金额合计为零".to_owned(),
        }),
        _ => enrolment(due, sums).map(str::to_owned),
    }
}

/// What enrolment adds, where it is why nothing more is said.
fn enrolment(due: &Due<'_>, sums: &Sums) -> Option<&'static str> {
    match sums.enrolled {
        _ if sums.collected.as_ref().is_some_and(|of| !of.comes_to_nothing())
            && sums.enrolled != Enrolled::UnknownScheme =>
        {
            None
        }
        _ if due.owed == Owed::NoRule => None,
        Enrolled::Nowhere => Some("未参加居民医保，无应资助的保费"),
        Enrolled::Interrupted | Enrolled::NoDay => Some("居民医保已停保或终止，无应资助的保费"),
        Enrolled::UnknownScheme => Some("参保险种代码不明"),
        Enrolled::UnknownStatus => Some("参保状态代码不明"),
        Enrolled::Elsewhere => Some("在外地参保，缴费不在本地数据之内"),
        Enrolled::Here => None,
    }
}

/// That the place has no rule for the year: for everybody's verdict, and for whoever runs the night.
pub(super) fn no_rule(policy: &Policy, year: i32) -> (String, String) {
    let document = policy.document.as_deref();
    let named = document.map(|document| format!(": its document ({document}) gives none")).unwrap_or_default();
    let place = format!("{} ({})", policy.place, policy.area);
    let detail = format!("{}没有规定{year}年度参保资助", document.unwrap_or("本地政策文件"));
    (detail, format!("subsidy: {place} has no enrolment subsidy for {year}{named}; the audit is not applicable"))
}

/// That a table was not delivered, or without a row.
pub(super) fn no_table(lacking: &[&str]) -> (String, String) {
    let terms: Vec<&str> =
        lacking.iter().map(|table| if *table == "insured" { "参保信息" } else { "缴费信息" }).collect();
    let tables: Vec<String> = lacking.iter().map(|table| format!("`{table}`")).collect();
    let warning = format!(
        "subsidy: {} was not delivered, or has no row, so that nothing can be told of anybody",
        tables.join(" and ")
    );
    (format!("未提供{}", terms.join("、")), warning)
}

/// What somebody should look at, one line each.
pub(super) fn warnings(
    policy: &Policy,
    rules: &[&Subsidy],
    premiums: &Premiums,
    examined: &[Examined],
    outside: u64,
) -> Vec<String> {
    let mut lines = Vec::new();
    for rule in rules.iter().filter(|rule| rule.measure == SubsidyMeasure::NotGiven) {
        let (path, line) = (policy.path.display(), rule.cited.line);
        lines.push(format!(
            "{path} line {line}: {} orders a subsidy and gives no figure, so that nobody can be told whether it was \
             paid right; write the amount there when somebody has set it",
            rule.cited.reference
        ));
    }
    let unjudged = |one: &&Examined| one.matter == Matter::NoRule && one.found.is_some_and(|paid| paid > Fen::ZERO);
    let of_no_rule = examined.iter().filter(unjudged).count();
    if of_no_rule > 0 {
        lines.push(format!("subsidy: {of_no_rule} people were subsidised without a figure to hold it against"));
    }
    if outside > 0 {
        lines.push(format!("subsidy: {outside} people were subsidised who are not in the register of the year"));
    }
    if !premiums.unknown_types.is_empty() {
        let codes = codes_in_words(&premiums.unknown_types);
        lines.push(format!("contributions: codes of `insutype` that the mapping lacks: {codes}"));
    }
    lines
}
