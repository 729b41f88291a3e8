//! What the audit says, in words: of one institution in Chinese, of all of them as warnings. An institution is no
//! person, and its code may stand anywhere; nobody's name or number does.

use std::fmt::Write as _;

use rust_decimal::Decimal;

use super::judged::{Judged, Lacks, Year};
use crate::burden::InPatients;
use crate::delivery::{UnknownCodes, codes_in_words};
use crate::model::{Examined, Fen, Matter, Verdict, Window, as_published};
use crate::policy::{OutOfCatalogue, Policy};

/// What one institution's year came to.
pub(super) fn detail(year: &Year, judged: &Judged, rule: Option<&OutOfCatalogue>, window: &Window) -> String {
    let mut text = format!("{}至{}，监测对象住院结算{}笔", window.first_day, window.as_of, year.settlements);
    if year.is_told() {
        let (own, over) = (year.self_paid, year.over_limit);
        let _ =
            write!(text, "，医疗总费用{}元，目录外{}元（全自费{own}元、超限价{over}元）", year.cost, year.outside());
        if let Some(share) = share(year.outside(), year.cost) {
            let _ = write!(text, "，占{share}%");
        }
    }
    if let Some((level, rule)) = judged.level.zip(rule) {
        match (rule.limit(level), judged.most) {
            (Some(limit), Some(most)) => {
                let _ = write!(text, "；{}医疗机构限额{limit}%，即{most}元", level.term());
            }
            (Some(limit), None) => {
                let _ = write!(text, "；{}医疗机构限额{limit}%", level.term());
            }
            (None, _) => {}
        }
    }
    if year.doubtful > 0 {
        let _ = write!(text, "；另有{}笔结算不能使用或不能确定是否计入", year.doubtful);
    }
    text += &said(judged, rule);
    text
}

fn said(judged: &Judged, rule: Option<&OutOfCatalogue>) -> String {
    match judged.matter {
        Matter::ShareAboveLimit => "；超出限额，待核查".to_owned(),
        Matter::TooFewStays => {
            let minimum = rule.and_then(|rule| rule.minimum_stays).unwrap_or(0);
            format!("；不足{minimum}笔，不作判断")
        }
        Matter::NoLevel => "；机构无等级，无对应限额".to_owned(),
        Matter::NoRule => "；文件未规定目录外费用占比限额".to_owned(),
        _ => match judged.lacks {
            Some(Lacks::Level) => "；医院等级未注明，或其代码不在对照表中，无法判断".to_owned(),
            Some(Lacks::OneLevel) => "；各笔结算所注医院等级不一致，无法判断".to_owned(),
            Some(Lacks::Rows) => "；上述结算可能改变结论，无法判断".to_owned(),
            Some(Lacks::Cost) => "；医疗总费用不为正数，无法判断".to_owned(),
            None => String::new(),
        },
    }
}

/// In percent, to four decimals; `None` where there is no cost.
fn share(outside: Fen, cost: Fen) -> Option<Decimal> {
    let percent = Decimal::from(outside.0).checked_mul(Decimal::ONE_HUNDRED)?.checked_div(Decimal::from(cost.0))?;
    Some(as_published(percent).normalize())
}

/// What somebody should look at, one line each.
pub(super) fn warnings(
    policy: &Policy,
    rule: Option<&OutOfCatalogue>,
    patients: Option<&InPatients>,
    examined: &[Examined],
) -> Vec<String> {
    let mut lines = Vec::new();
    let name = "out_of_catalogue";
    if rule.is_none() {
        let place = format!("{} ({})", policy.place, policy.area);
        let documents = policy.document.as_ref().map_or_else(|| place.clone(), |of| format!("{place}: {of}"));
        lines.push(format!(
            "{name}: {documents} gives no limit on cost outside the catalogue, so the audit is not applicable"
        ));
    }
    let Some(patients) = patients else {
        lines.push(format!("{name}: no settlements were delivered, so there is no institution to look at"));
        return lines;
    };
    let untold = examined.iter().filter(|one| one.verdict == Verdict::CannotBeTold).count();
    if untold > 0 {
        lines.push(format!(
            "{name}: rows that cannot be used, or levels that are missing or differ, leave it open whether the limit \
             was kept (institutions: {untold})"
        ));
    }
    if patients.nowhere > 0 {
        lines.push(format!(
            "{name}: in-patient settlements of the register name no institution (rows: {})",
            patients.nowhere
        ));
    }
    if !patients.nobodys.is_empty() {
        let institutions = patients.nobodys.keys().flatten().count();
        lines.push(format!(
            "{name}: settlements that are or may be of in-patients have a certificate that cannot be read, so that they \
             are in nobody's share (rows: {}; institutions: {institutions})",
            patients.nobodys.values().sum::<u64>()
        ));
    }
    lines.extend(unknown("med_type", &patients.unknown_care));
    lines.extend(unknown("hosp_lv", &patients.unknown_levels));
    lines
}

fn unknown(column: &str, codes: &UnknownCodes) -> Option<String> {
    let each = codes_in_words(codes);
    (!codes.is_empty())
        .then(|| format!("settlements: codes of `{column}` of in-patients that the mapping lacks: {each}"))
}
