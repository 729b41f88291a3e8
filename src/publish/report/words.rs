//! Words that several pages use: how verdicts, reasons, tables and jobs are called.

use crate::contract;
use crate::model::{Mechanism, Reason, Verdict};

/// What stands beside a table of people.
pub(super) const EACH_ONCE: &str = "全部规则（每人只计一次）";

/// A verdict about an institution or an area, which is asked, never accused.
pub(super) fn of_a_provider(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Correct => "未见异常",
        Verdict::Fault => "待核查",
        Verdict::NotApplicable => "不适用",
        Verdict::CannotBeTold => "无法判断",
    }
}

/// The Chinese title of a delivered table; its own name, where the contract has none such.
pub(super) fn table(name: &str) -> String {
    let known = contract::tables().iter().find(|table| table.table == name);
    known.map_or_else(|| name.to_owned(), |table| format!("{} {name}", table.title))
}

/// A kind of job, as clerks know it.
pub(super) fn job(kind: &str) -> String {
    let mechanism = Mechanism::ALL.into_iter().find(|mechanism| mechanism.name() == kind);
    match (kind, mechanism) {
        ("nightly", _) => "夜间预警".to_owned(),
        ("monthly", _) => "每月核查".to_owned(),
        ("conduct", _) => "诊疗行为".to_owned(),
        (_, Some(mechanism)) => mechanism.term().to_owned(),
        (other, None) => other.to_owned(),
    }
}

/// Why a row was set aside.
pub(super) fn reason(reason: Reason) -> &'static str {
    match reason {
        Reason::BadCertno => "证件号码缺失或格式不对",
        Reason::NoSetlId => "没有结算编号",
        Reason::NoPaymentId => "没有赔付编号",
        Reason::NoCardId => "没有慢病卡编号",
        Reason::BadSetlTime => "结算时间缺失或无法读取",
        Reason::BadDate => "日期缺失或无法读取",
        Reason::BadYear => "年度缺失或无法读取",
        Reason::BadArea => "区划代码不是六位数字",
        Reason::BadSeries => "收入口径不认识",
        Reason::BadAmount => "金额缺失、无法读取或超出范围",
        Reason::NegativeCost => "金额为负，但没有注明冲销哪一笔",
        Reason::Duplicate => "重复上传，数字相同",
        Reason::Correction => "后来有更正，以最新的为准",
        Reason::Void => "已作废或删除",
        Reason::ReversesVoid => "冲销的是已作废的结算",
        Reason::OutOfWindow => "不在统计期内",
        Reason::ReversesOutOfWindow => "冲销的结算不在统计期内",
        Reason::OrphanNotDelivered => "冲销的原结算没有收到",
        Reason::OrphanRejected => "冲销的原结算数据有误",
    }
}
