//! What the audit of cards says, in words: of one person in Chinese, of all of them as warnings. No name and no number
//! of anybody.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use chrono::NaiveDate;

use super::Tables;
use super::draw::Draw;
use super::paid::Paid;
use super::reconciled::{Records, Standing};
use crate::audit::day_in_words;
use crate::delivery::codes_in_words;
use crate::model::Month;
use crate::policy::{CardReview, DrawMode, Policy};

/// Said of whoever has neither a card nor a registration.
const NOTHING: &str = "无基本公卫慢病登记，也无有效慢病卡";

/// How one person stands, disease by disease.
pub(super) fn detail(standings: &[Standing], records: &Records<'_>, review: &CardReview) -> String {
    let mut parts: Vec<String> = standings.iter().map(|standing| of_disease(standing, review)).collect();
    if records.lacks_a_card {
        parts.push("有慢病卡记录不能使用".to_owned());
    }
    if records.lacks_a_registration {
        parts.push("有公卫登记记录不能使用".to_owned());
    }
    if parts.is_empty() { NOTHING.to_owned() } else { parts.join("；") }
}

fn of_disease(standing: &Standing, review: &CardReview) -> String {
    let registered =
        standing.registered.map_or("无公卫登记".to_owned(), |day| format!("{}公卫登记", day_in_words(day)));
    let card = match (standing.card, standing.ended) {
        (Some(begin), _) => format!("慢病卡{}起有效", day_in_words(begin)),
        (None, Some(end)) => format!("无有效慢病卡（原卡{}止）", day_in_words(end)),
        (None, None) => "无慢病卡".to_owned(),
    };
    let mut said = format!("{}：{registered}，{card}", standing.disease.term());
    if let (Some(months), Some(_)) = (review.unused_months, standing.card) {
        let _ = match (standing.visits, standing.unused) {
            (0, true) => write!(said, "，近{months}个月无门诊慢特病结算"),
            (0, false) if standing.untold => write!(said, "，近{months}个月有无门诊慢特病结算不能判断"),
            (0, false) => write!(said, "，持卡未满{months}个月"),
            (visits, true) => {
                write!(said, "，近{months}个月门诊慢特病结算{visits}次，另有同病种慢病卡无结算")
            }
            (visits, _) => write!(said, "，近{months}个月门诊慢特病结算{visits}次"),
        };
    }
    said
}

/// No document of the place asks for anything: what is said of everybody, and once.
pub(super) fn no_rule(policy: &Policy, as_of: NaiveDate) -> (String, String) {
    let document = policy.document.as_deref();
    let named = document.map(|document| format!(": its document ({document}) asks for none")).unwrap_or_default();
    let warning = format!(
        "cards: {} ({}) has no [[chronic_cards]] on {as_of}{named}; the audit is not applicable",
        policy.place, policy.area
    );
    (format!("{}没有规定慢病卡的核对和抽审", document.unwrap_or("本地政策文件")), warning)
}

/// What is said of everybody where a table is missing.
pub(super) fn no_table(tables: &Tables<'_>) -> Option<&'static str> {
    match (tables.cards, tables.register) {
        (None, None) => Some("未提供慢病卡和基本公卫慢病登记数据"),
        (None, Some(_)) => Some("未提供慢病卡数据"),
        (Some(_), None) => Some("未提供基本公卫慢病登记数据"),
        (Some(_), Some(_)) => None,
    }
}

/// What somebody should look at, one line each.
pub(super) fn warnings(tables: &Tables<'_>, review: Option<&CardReview>) -> Vec<String> {
    let mut warnings = Vec::new();
    let missing = [("chronic_cards", tables.cards.is_none()), ("public_health", tables.register.is_none())];
    for (table, _) in missing.iter().filter(|(_, missing)| review.is_some() && *missing) {
        warnings
            .push(format!("cards: `{table}` was not delivered, or has no row, so that nobody can be told anything"));
    }
    let asks = review.is_some_and(|review| review.unused_months.is_some() || review.mode != DrawMode::Random);
    if asks && tables.cards.is_some() && tables.paid.is_none() {
        let said = "so that what cards paid cannot be told";
        warnings.push(format!("cards: `settlements` was not delivered, or has no row, {said}"));
    }
    if let Some(cards) = tables.cards.filter(|cards| !cards.unlisted.is_empty()) {
        let codes = codes_in_words(&cards.unlisted);
        warnings.push(format!(
            "chronic_cards: codes of `opsp_dise_code` that the mapping does not list, each taken for another disease \
             than those of the public-health register: {codes}; list them under [chronic_disease], as \"other\" where \
             that is right"
        ));
    }
    if let Some(paid) = tables.paid.filter(|paid| !paid.visits.unknown.is_empty()) {
        let codes = codes_in_words(&paid.visits.unknown);
        warnings.push(format!(
            "cards: codes of `med_type` that the mapping lacks, so that they may be visits for chronic diseases: {codes}"
        ));
    }
    if let Some(register) = tables.register.filter(|register| !register.unknown.is_empty()) {
        let names = codes_in_words(&register.unknown);
        warnings.push(format!("public_health: names of `disease` that the contract does not have: {names}"));
    }
    warnings
}

/// What somebody should know of the month's draw.
pub(super) fn of_draw(month: Month, draw: Option<&Draw>, review: Option<&CardReview>) -> Option<String> {
    match (draw, review) {
        (Some(draw), _) if draw.cards.is_empty() => {
            Some(format!("cards: no card was issued in {month}, so that none is drawn for review"))
        }
        (None, Some(review)) if review.mode != DrawMode::Random => {
            Some(format!("cards: none of {month} is drawn, as what they paid is not known"))
        }
        (Some(draw), _) if draw.unclear > 0 => Some(format!(
            "cards: {} of the new cards of {month} are measured without a settlement that could not be used",
            draw.unclear
        )),
        _ => None,
    }
}

/// What somebody should know of months that are asked about and of which nothing was delivered: first those in which a
/// card is to have been used, then those over which cards are measured.
pub(super) fn of_months(
    paid: Paid<'_>,
    used_in: Option<(Month, Month)>,
    measured_in: Option<(Month, Month)>,
) -> Option<String> {
    let lacking = |span: Option<(Month, Month)>| -> BTreeSet<Month> {
        span.into_iter().flat_map(|(first, last)| paid.lacking(first, last)).collect()
    };
    let (used, measured) = (lacking(used_in), lacking(measured_in));
    let told = [
        (!used.is_empty()).then_some("whether a card without a visit was used cannot be told"),
        (!measured.is_empty()).then_some("the new cards are measured without them"),
    ];
    let told = told.into_iter().flatten().collect::<Vec<_>>().join(", and ");
    let months = used.union(&measured).map(ToString::to_string).collect::<Vec<_>>().join(", ");
    (!paid.holders.is_empty() && !told.is_empty())
        .then(|| format!("cards: `settlements` has none that counts of {months}, so that {told}; deliver them too"))
}
