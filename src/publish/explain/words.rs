//! What the page says, in words: sentences that text and HTML share.

use rust_decimal::Decimal;

use super::{Explained, ExplainedRow, Explanation, Followed, Step};
use crate::model::{BurdenKind, Fate, Fen, Payer, Reason};

/// What the page is no more than.
pub(super) const CLOSING: &str = "预警只表示需要有人来了解情况，不是救助决定，也不是对本人的评价。对其中任何一笔有疑问的，请带上结算单到医保经办窗口核对。";

/// Yuan with thousands separators.
pub(super) fn yuan(amount: Fen) -> String {
    exact(Decimal::new(amount.0, 2))
}

/// Yuan with thousands separators and as many decimals as there are, two at least.
pub(super) fn exact(amount: Decimal) -> String {
    let mut amount = amount.normalize();
    if amount.scale() < 2 {
        amount.rescale(2);
    }
    let text = amount.abs().to_string();
    let (whole, decimals) = text.split_once('.').unwrap_or((&text, "00"));
    let sign = if amount.is_sign_negative() && !amount.is_zero() { "-" } else { "" };
    let mut grouped = String::new();
    for (at, digit) in whole.chars().enumerate() {
        if at > 0 && (whole.len() - at).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    format!("{sign}{grouped}.{decimals}")
}

/// From medical cost, or the cost within the policy scope, to what is left: every payer that the policy takes off.
pub(super) fn steps(page: &Explanation, tests: BurdenKind) -> Vec<Step> {
    let (burden, sums) = (&page.burden, &page.burden.sums);
    let (cost, from) = match tests {
        BurdenKind::BurdenTotal => ("医疗费总额", sums.total_cost),
        BurdenKind::BurdenInScope => ("政策范围内费用", sums.in_scope_cost),
    };
    let mut steps = vec![Step { label: cost.to_owned(), amount: from, left: from }];
    let payers = page.payers.iter().filter(|payer| **payer != Payer::Commercial);
    let mut taken: Vec<(&str, Fen)> = payers.map(|payer| (payer.term(), burden.paid_by(*payer))).collect();
    if tests == BurdenKind::BurdenTotal {
        taken.push(("医院负担", sums.hospital_part));
        if page.payers.contains(&Payer::Commercial) {
            taken.push((Payer::Commercial.term(), burden.commercial));
        }
    }
    let mut left = from;
    for (label, amount) in taken {
        left = left.checked_sub(amount).unwrap_or(left);
        steps.push(Step { label: label.to_owned(), amount, left });
    }
    steps.push(Step { label: burden_term(tests).to_owned(), amount: left, left });
    steps
}

/// The name that clerks know for a burden.
pub(super) fn burden_term(tests: BurdenKind) -> &'static str {
    match tests {
        BurdenKind::BurdenTotal => "个人负担",
        BurdenKind::BurdenInScope => "政策范围内个人负担",
    }
}

/// Which payers paid something that the policy does not take off.
pub(super) fn not_taken_off(page: &Explanation) -> Option<String> {
    let paid = Payer::ALL.into_iter().filter(|payer| !page.payers.contains(payer));
    let each: Vec<String> = paid
        .filter(|payer| page.burden.paid_by(*payer) != Fen::ZERO)
        .map(|payer| format!("{}支付的 {} 元", payer.term(), yuan(page.burden.paid_by(payer))))
        .collect();
    (!each.is_empty()).then(|| format!("{}，按本地政策不从个人负担中扣除。", each.join("、")))
}

/// The category on the day, and why the rule is the one that is used.
pub(super) fn why(page: &Explanation, one: &Explained) -> String {
    let finding = &one.finding;
    let terms: Vec<&str> = finding.categories.iter().map(|category| category.term()).collect();
    let held = format!("{} 当日的人员类别是{}。", page.as_of, terms.join("、"));
    let term = finding.category.term();
    if one.candidates.len() < 2 {
        return format!("{held}{term}适用“{}”。", one.title);
    }
    let rule = |(title, threshold): &(String, Option<Decimal>)| match threshold {
        Some(threshold) => format!("“{title}”（预警线 {} 元）", exact(*threshold)),
        None => format!("“{title}”"),
    };
    let rules: Vec<String> = one.candidates.iter().map(rule).collect();
    format!("{held}适用的规则有{}，按预警线最低的一条办理：{term}适用“{}”。", rules.join("、"), one.title)
}

/// What the rule asks for.
pub(super) fn condition(one: &Explained) -> String {
    let (finding, burden) = (&one.finding, burden_term(one.finding.tests));
    match (finding.percent, &one.income) {
        (Some(percent), Some(income)) => {
            let percent = percent.normalize();
            format!("年度{burden}{}上年{}人均可支配收入的 {percent}%", one.comparison, income.whose)
        }
        _ => format!("年度{burden}{} {} 元", one.comparison, exact(finding.threshold)),
    }
}

/// The income that is held against, and whether it is provisional; `None` for a rule with a fixed amount.
pub(super) fn income(one: &Explained) -> Option<String> {
    let (held, from) = (one.finding.income?, one.income.as_ref()?);
    let mut text = format!("{} {} 年{}人均可支配收入 {} 元", held.area, held.year, from.whose, yuan(held.amount));
    let source = from.source.as_ref().map(|source| format!("来源：{source}"));
    let published = from.published_on.map(|day| format!("{day} 公布"));
    match [source, published].into_iter().flatten().collect::<Vec<_>>() {
        known if known.is_empty() => text.push_str("（数据中没有注明来源）"),
        known => text.push_str(&format!("（{}）", known.join("，"))),
    }
    if held.provisional {
        text.push_str("。上一年的数尚未公布，这是暂用的较早年度的数，公布后重新计算");
    }
    Some(text + "。")
}

/// How the threshold comes about.
pub(super) fn threshold(one: &Explained) -> String {
    let threshold = exact(one.finding.threshold);
    match (one.finding.income, one.finding.percent) {
        (Some(income), Some(percent)) => {
            format!("{} × {}% = {threshold} 元", yuan(income.amount), percent.normalize())
        }
        _ => format!("{threshold} 元（固定数额）"),
    }
}

/// How far the burden is from the threshold.
pub(super) fn verdict(one: &Explained) -> String {
    let burden = burden_term(one.finding.tests);
    let (tested, line) = (yuan(one.finding.burden_tested()), exact(one.finding.threshold));
    match one.excess.is_zero() {
        true => format!("{burden} {tested} 元，恰好{}预警线 {line} 元。", one.comparison),
        false => format!("{burden} {tested} 元，{}预警线 {line} 元，高出 {} 元。", one.comparison, exact(one.excess)),
    }
}

/// On which day the burden first met the rule.
pub(super) fn first_day(one: &Explained) -> String {
    match one.finding.first_exceeded_on {
        Some(day) => format!("{day}：到这一天结束时，累计数第一次{}预警线。", one.comparison),
        None => "没有记录。".to_owned(),
    }
}

/// Since when the ledger has it, and what the office answered.
pub(super) fn followed(one: &Explained) -> String {
    let Some(Followed { state, first_seen, since, sent_on, answer }) = &one.followed else {
        return "当日的结果中没有台账。".to_owned();
    };
    let mut text = format!("{first_seen} 首次列入，状态：{}", state.term());
    if since != first_seen {
        text.push_str(&format!("，{since} 起再次预警"));
    }
    match (sent_on, answer) {
        (_, Some(answer)) => text.push_str(&format!("；{} 反馈：{}", answer.on, answer.outcome.term())),
        (Some(day), None) => text.push_str(&format!("；{day} 已发送名单，尚无反馈")),
        (None, None) => text.push_str("；尚无反馈"),
    }
    text + "。"
}

/// What a row is, and what was paid in it by whom: parts that are 0 are left out.
pub(super) fn amounts(of: &ExplainedRow) -> Vec<(&'static str, Fen)> {
    let figures = &of.row.figures;
    if of.is_payment {
        return vec![("赔付", of.row.commercial)];
    }
    let mut parts = vec![("医疗费", figures.total_cost)];
    let others = [
        ("基本医保", figures.basic_insurance),
        ("大病保险", figures.critical_illness),
        ("医疗救助", figures.medical_assistance),
        ("其他基金", figures.other_funds),
        ("医院负担", figures.hospital_part),
        ("其中政策范围内", figures.in_scope_cost),
    ];
    parts.extend(others.into_iter().filter(|(_, amount)| *amount != Fen::ZERO));
    parts
}

/// What a row is.
pub(super) fn sort(of: &ExplainedRow) -> &'static str {
    match (of.is_payment, &of.row.init_setl_id) {
        (true, _) => "商业保险赔付",
        (false, Some(_)) => "冲销",
        (false, None) => "结算",
    }
}

/// What became of a row.
pub(super) fn fate(page: &Explanation, of: &ExplainedRow) -> String {
    let row = &of.row;
    let Some(reason) = row.reason else {
        return match (&row.init_setl_id, of.reversed_by.as_slice()) {
            (Some(reversed), _) => format!("计入（冲销结算 {reversed}，金额相抵）"),
            (None, []) => "计入".to_owned(),
            (None, by) => format!("计入，已由 {} 冲销，金额相抵", by.join("、")),
        };
    };
    let said = match reason {
        Reason::Duplicate => "同一笔重复上传，只计一次",
        Reason::Correction => "同一笔后来有更正，以最新的为准",
        Reason::Void => "已作废或删除",
        Reason::ReversesVoid => "冲销的是已作废的结算，一并不计",
        Reason::OutOfWindow if row.at.is_some_and(|at| at.date() > page.as_of) => "在监测日之后",
        Reason::OutOfWindow => "不属于本年度",
        Reason::ReversesOutOfWindow => "冲销的结算不属于本年度，一并不计",
        Reason::OrphanNotDelivered => "冲销的原结算没有收到，暂不相抵",
        Reason::OrphanRejected => "冲销的原结算数据有误，暂不相抵",
        Reason::BadAmount => "金额缺失或无法读取，需核对",
        Reason::NegativeCost => "金额为负但没有注明冲销哪一笔，需核对",
        _ if reason.fate() == Fate::Rejected => "数据缺失或有误，需核对",
        _ => "不计",
    };
    format!("未计入：{said}")
}
