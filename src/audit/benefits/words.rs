//! What the audit of benefits says, in words: of one person in Chinese, of all of them as warnings. No name and no
//! number of anybody.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use chrono::NaiveDate;

use super::{Layer, Untold, Why, YearDue};
use crate::burden::Visits;
use crate::delivery::codes_in_words;
use crate::model::{BenefitLayer, Fate, Fen};
use crate::policy::{Lacks, Policy};

/// Said of whoever has nothing on which a benefit could be due.
pub(super) const NOTHING_SETTLED: &str = "本年度无住院、门诊慢特病结算，也无大病保险、医疗救助支付";

/// What one person's year came to.
pub(super) fn detail(due: &YearDue<'_>, parted: impl Fn(&Layer) -> bool) -> String {
    let mut text =
        format!("结算{}次，基本医保和其他基金支付后政策范围内余额{}元", due.visits, Fen::of_sum(due.left_in_scope));
    let layers = [
        (BenefitLayer::CriticalIllness, &due.critical_illness, 0),
        (BenefitLayer::MedicalAssistance, &due.medical_assistance, due.tilt),
    ];
    for (of, layer, tilt) in layers {
        let term = of.term();
        if let Some(lacks) = layer.lacks {
            let _ = write!(text, "；{term}：文件未规定{}，实付{}元", lacks.term(), Fen::of_sum(layer.paid));
            continue;
        }
        let _ = write!(text, "；{term}应付{}元", Fen::of_sum(layer.due));
        if tilt > 0 {
            let _ = write!(text, "（其中倾斜救助{}元）", Fen::of_sum(tilt));
        }
        let _ = write!(text, "，实付{}元", Fen::of_sum(layer.paid));
        if parted(layer) {
            let word = if layer.difference() < 0 { "少付" } else { "多付" };
            let _ = write!(text, "，{word}{}元", Fen::of_sum(layer.difference().abs()));
        }
    }
    if due.outside != 0 {
        let _ = write!(text, "；其中不在支付范围内的门诊列支{}元", Fen::of_sum(due.outside));
    }
    if let Some(day) = due.parted_on {
        let _ = write!(text, "；首次不符：{day}结算");
    }
    text
}

/// Why there is nothing to say of a person's payments.
pub(super) fn why(why: Why, policy: &Policy) -> String {
    match why {
        Why::NoSettlements => "未报送结算数据".to_owned(),
        Why::NoRule => format!("{}未规定大病保险、医疗救助的支付标准", document(policy)),
        Why::Unusable(reason) if reason.fate() == Fate::Orphan => "有冲销记录找不到所冲销的结算".to_owned(),
        Why::Unusable(_) => "有结算记录残缺，无法使用".to_owned(),
        Why::Untold(Untold::Care, day) => format!("{day}结算的医疗类别未注明，或其代码不在对照表中"),
        Why::Untold(Untold::InScope, day) => format!("{day}结算未注明符合政策范围金额"),
        Why::Untold(Untold::Category, day) => format!("{day}结算时的人员身份代码不在对照表中"),
        Why::Lacks(lacks) => format!("{}未规定{}", document(policy), lacks.term()),
    }
}

/// The document, as the policy file names it.
fn document(policy: &Policy) -> &str {
    policy.document.as_deref().unwrap_or("文件")
}

/// What somebody should look at, one line each.
pub(super) fn warnings(
    policy: &Policy,
    as_of: NaiveDate,
    visits: Option<&Visits>,
    whys: &BTreeMap<Why, u64>,
) -> Vec<String> {
    let place = format!("{} ({})", policy.place, policy.area);
    let documents = policy.document.as_ref().map_or_else(|| place.clone(), |document| format!("{place}: {document}"));
    let mut counts: BTreeMap<String, u64> = BTreeMap::new();
    for (why, people) in whys {
        let line = match why {
            Why::NoSettlements => "no settlements were delivered, so nothing can be told".to_owned(),
            Why::NoRule => format!(
                "{documents} gives no rule on critical-illness insurance or medical assistance, so the audit is not \
                 applicable"
            ),
            Why::Unusable(reason) => format!("a settlement of theirs was set aside ({})", reason.detail()),
            Why::Untold(untold, _) => untold_in_words(*untold).to_owned(),
            Why::Lacks(lacks) => lacking(&documents, *lacks),
        };
        *counts.entry(line).or_default() += people;
    }
    let mut warnings = policy.benefits_to_review(as_of);
    warnings.extend(counts.into_iter().map(|(line, people)| format!("benefits: {line} (people: {people})")));
    if let Some(visits) = visits.filter(|visits| !visits.unknown.is_empty()) {
        let codes = codes_in_words(&visits.unknown);
        warnings.push(format!("settlements: codes of `med_type` that the mapping lacks: {codes}"));
    }
    warnings
}

fn lacking(documents: &str, lacks: Lacks) -> String {
    format!("{documents} does not give {}, so the audit is not applicable", lacks.name())
}

fn untold_in_words(untold: Untold) -> &'static str {
    match untold {
        Untold::Care => "a settlement does not say for what care it was, or by a code that the mapping lacks",
        Untold::InScope => "a settlement does not say what lies within the policy scope",
        Untold::Category => "a local category code that the mapping lacks is in force on the day of a settlement",
    }
}
