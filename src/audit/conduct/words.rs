//! What is said of an institution in Chinese, and of all of them as warnings. An institution is nobody: its code may
//! stand anywhere. What is found is to be reviewed, never a violation.

use std::fmt::Write as _;

use chrono::NaiveDate;
use rust_decimal::{Decimal, RoundingStrategy};

use super::Tally;
use crate::burden::Stays;
use crate::delivery::codes_in_words;
use crate::model::{Categories, Category, Institution, Mechanism, Stay, Verdict};
use crate::policy::{Conduct, Pattern, Policy};

/// Said where there is nothing to look at.
pub(super) const WITHOUT_SETTLEMENTS: &str =
    "conduct: no settlements were delivered, so nothing can be told of any institution";

/// What an institution's stays come to, beside the median of all.
pub(super) fn detail(
    rule: &Conduct,
    (tally, institution): (&Tally, &Institution),
    verdict: Verdict,
    (per_thousand, median): (Option<Decimal>, Option<Decimal>),
) -> String {
    let terms = |categories: Categories| categories.iter().map(Category::term).collect::<Vec<_>>().join("、");
    let whose = rule.categories.map(terms).unwrap_or_default();
    let Tally { stays, people, count, .. } = tally;
    if verdict == Verdict::NotApplicable {
        return format!("本年度无{whose}住院");
    }
    let mut text = format!("本年度{whose}住院{stays}次");
    let found = match &rule.pattern {
        Pattern::SplitStays { days } => format!("出院后{days}日内因同一病种再次入住本机构{count}次，涉及{people}人"),
        Pattern::RepeatedStays { stays } => format!("年内在本机构住院{stays}次及以上{people}人"),
        Pattern::PaidDuringStay => {
            format!("入院次日至出院前一日另有门诊、门诊慢特病或药店结算的住院{count}次，涉及{people}人")
        }
        Pattern::ShortStays(short) => {
            let (nights, cost) = (short.nights, short.cost);
            format!("因规定的轻症住院不超过{nights}夜且费用不超过{cost}元{count}次，涉及{people}人")
        }
        Pattern::AdmissionRate(_) => String::new(),
    };
    let _ = write!(text, "；{found}");
    if let (Some(rate), Some(median)) = (per_thousand, median) {
        let _ = write!(text, "；每千次住院{}，各机构中位数{}", shown(rate), shown(median));
    }
    match verdict {
        Verdict::Fault => text += "；待核查",
        Verdict::CannotBeTold => {
            let Institution { unusable, unclear, .. } = institution;
            let doubt = tally.at_most.saturating_sub(tally.level);
            let _ = write!(text, "；有无法使用的住院结算{unusable}条、未注明医疗类别的结算{unclear}条");
            let _ = write!(text, "、情况不明的住院{doubt}次，无法判断");
        }
        _ => {}
    }
    text
}

/// To one decimal, as a reader compares.
fn shown(rate: Decimal) -> Decimal {
    rate.round_dp_with_strategy(1, RoundingStrategy::MidpointAwayFromZero)
}

/// Said of an institution where no document gives the pattern.
pub(super) fn no_rule(policy: &Policy, mechanism: Mechanism) -> String {
    let document = policy.document.as_deref().unwrap_or("本地政策文件");
    format!("{document}没有规定{}的核查标准", mechanism.term())
}

/// The same for whoever runs the job.
pub(super) fn warning_without_a_rule(policy: &Policy, mechanism: Mechanism, as_of: NaiveDate) -> String {
    let document = policy.document.as_deref();
    let named = document.map(|document| format!(": its document ({document}) gives none")).unwrap_or_default();
    let name = mechanism.name();
    format!(
        "{name}: {} ({}) has no [[conduct]] of `{name}` on {as_of}{named}; the audit is not applicable",
        policy.place, policy.area
    )
}

/// What somebody should look at in the stays themselves; said once, beside the first of the patterns.
pub(super) fn warnings(mechanism: Mechanism, stays: &Stays) -> Vec<String> {
    if mechanism != Mechanism::SplitStays {
        return Vec::new();
    }
    let count = |of: fn(&Stay) -> bool| stays.all.iter().filter(|stay| of(stay)).count();
    let lines = [
        (count(|stay| stay.days.is_none()), "do not say from when until when they were, or say what cannot be"),
        (count(|stay| stay.institution.is_none()), "name no institution, so that nobody can be asked about them"),
        (count(|stay| stay.in_doubt), "are in doubt, as a row that cannot be used may be part of them"),
    ];
    let mut warnings: Vec<String> = lines
        .into_iter()
        .filter(|(stays, _)| *stays > 0)
        .map(|(stays, what)| format!("conduct: stays that {what}: {stays}; they are no evidence"))
        .collect();
    let alone = count(|stay| stay.alone);
    if alone > 0 {
        warnings.push(format!("conduct: stays without `mdtrt_id`, each settlement taken for a stay: {alone}"));
    }
    if !stays.unknown.is_empty() {
        let codes = codes_in_words(&stays.unknown);
        warnings
            .push(format!("conduct: codes of `med_type` that the mapping lacks, so that they may be stays: {codes}"));
    }
    warnings
}
