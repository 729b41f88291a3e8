//! One person's five answers, each with what it rests on.

use std::borrow::Cow;
use std::collections::HashMap;

use foldhash::fast::FixedState;

use super::Evidence;
use crate::audit::day_in_words;
use crate::delivery::Listed;
use crate::model::{Care, Examined, Fen, Matter, PersonBenefits, Verdict, Visit};

/// An answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Answer {
    /// 是.
    Yes,
    /// 否.
    No,
    /// The data does not say.
    CannotBeTold,
    /// There is nothing that the question could be about.
    NotAsked,
}

impl Answer {
    /// The name in published tables.
    pub fn name(self) -> &'static str {
        match self {
            Answer::Yes => "yes",
            Answer::No => "no",
            Answer::CannotBeTold => "cannot_be_told",
            Answer::NotAsked => "not_asked",
        }
    }

    /// The word that clerks read.
    pub fn term(self) -> &'static str {
        match self {
            Answer::Yes => "是",
            Answer::No => "否",
            Answer::CannotBeTold => "无法判断",
            Answer::NotAsked => "不涉及",
        }
    }
}

/// An answer with its evidence, in Chinese: days and figures; no name and no number of anybody.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answered {
    /// The answer.
    pub answer: Answer,
    /// What it rests on.
    pub evidence: Cow<'static, str>,
}

fn answered(answer: Answer, evidence: impl Into<Cow<'static, str>>) -> Answered {
    Answered { answer, evidence: evidence.into() }
}

/// The evidence, and where each person's stands in it.
pub(super) struct Asked<'a> {
    evidence: &'a Evidence<'a>,
    /// Of the people with settlements, by number.
    benefits: HashMap<u32, &'a PersonBenefits, FixedState>,
}

impl<'a> Asked<'a> {
    pub(super) fn of(evidence: &'a Evidence<'a>) -> Asked<'a> {
        let number = |of: &PersonBenefits| u32::try_from(of.subject).unwrap_or(u32::MAX);
        Asked { evidence, benefits: evidence.benefits.1.iter().map(|of| (number(of), of)).collect() }
    }

    /// The tables that were not delivered and answer a question, one line each.
    pub(super) fn lacking(&self) -> Vec<String> {
        let Evidence { enrolments, premiums, visits, outreach, .. } = self.evidence;
        [
            ("settlements", visits.is_none()),
            ("insured", enrolments.is_none()),
            ("contributions", premiums.is_none()),
            ("outreach", outreach.is_none()),
        ]
        .into_iter()
        .filter(|(_, lacks)| *lacks)
        .map(|(table, _)| {
            format!("five_checks: `{table}` was not delivered, or has no row, so that its question cannot be answered")
        })
        .collect()
    }

    /// The five answers about the person of that number, of whom the audit of coverage says this.
    pub(super) fn about(&self, number: u32, listed: &Listed, coverage: (Matter, String)) -> [Answered; 5] {
        let benefits = self.evidence.benefits.0.get(number as usize);
        [
            enrolled(coverage),
            self.subsidised(listed),
            self.one_stop(number, benefits),
            paid(benefits),
            self.told(number),
        ]
    }

    fn subsidised(&self, listed: &Listed) -> Answered {
        let (examined, own) = self.evidence.subsidies;
        let found = examined.binary_search_by(|one| one.subject.person().cmp(&Some(&listed.person))).ok();
        let Some((one, row)) = found.and_then(|at| Some((examined.get(at)?, own.rows.get(at)?))) else {
            return answered(Answer::CannotBeTold, "没有核查结果");
        };
        let paid = row.subsidy > Fen::ZERO;
        let nothing_due = one.reference.is_none() || row.due == Some((Fen::ZERO, Fen::ZERO));
        let answer = match (one.verdict, one.matter) {
            (_, Matter::NoSubsidyDue) | (Verdict::NotApplicable, _) => Answer::NotAsked,
            (_, Matter::SubsidyTooLittle | Matter::SubsidyNotEnrolled) => Answer::No,
            (_, Matter::SubsidyRight | Matter::SubsidyTooMuch | Matter::SubsidyTwice) => Answer::Yes,
            (_, Matter::PremiumNotPaid) if paid => Answer::Yes,
            (_, Matter::PremiumNotPaid) if nothing_due => Answer::NotAsked,
            (_, Matter::PremiumNotPaid) => Answer::No,
            // The document orders a subsidy and gives no figure: that one was paid is all that can be told.
            (_, Matter::NoRule) if paid => Answer::Yes,
            _ => Answer::CannotBeTold,
        };
        answered(answer, one.detail.clone())
    }

    fn one_stop(&self, number: u32, benefits: Option<&Examined>) -> Answered {
        let Some(visits) = self.evidence.visits else { return answered(Answer::CannotBeTold, "未提供结算数据") };
        if visits.unusable.contains_key(&number) {
            return answered(Answer::CannotBeTold, "有不能使用的结算记录");
        }
        let visits: Vec<&Visit> =
            visits.of(number).iter().filter(|visit| visit.care != Some(Care::OutPatient)).collect();
        if visits.is_empty() {
            return answered(Answer::NotAsked, "本年度无住院和门诊慢特病结算");
        }
        let paid: Vec<&Visit> = visits.iter().copied().filter(|visit| above_basic(visit) > Fen::ZERO).collect();
        if paid.is_empty() {
            return match benefits.map(|one| one.matter) {
                Some(Matter::BenefitsRight) => answered(Answer::NotAsked, "无应付的大病保险和医疗救助"),
                _ => answered(Answer::CannotBeTold, "大病保险和医疗救助均未支付"),
            };
        }
        let afterwards = |visit: &&&Visit| visit.left_in_scope.is_some_and(|left| left <= Fen::ZERO);
        if let Some(first) = paid.iter().find(afterwards) {
            let count = paid.iter().filter(afterwards).count();
            return answered(
                Answer::No,
                format!("{count}笔待遇在没有费用的结算中补付，首笔{}", day_in_words(first.day)),
            );
        }
        if paid.iter().any(|visit| visit.left_in_scope.is_none_or(|left| above_basic(visit) > left)) {
            return answered(Answer::CannotBeTold, "有结算看不出待遇付在哪一笔费用上");
        }
        let parted = self.benefits.get(&number).and_then(|of| of.parted_on);
        match (benefits.map(|one| one.matter), parted) {
            (Some(Matter::BenefitsRight), Some(day)) => {
                answered(Answer::No, format!("全年合计无误，自{day}起有结算未当场付足"))
            }
            _ => answered(Answer::Yes, format!("{}笔结算当场支付大病保险或医疗救助", paid.len())),
        }
    }

    fn told(&self, number: u32) -> Answered {
        let Some(outreach) = self.evidence.outreach else {
            return answered(Answer::CannotBeTold, "未提供宣传记录");
        };
        match outreach.of(number) {
            [] => answered(Answer::No, "本年度无宣传记录"),
            [.., last] => {
                let channel = last.channel.as_ref().map(|channel| format!("（方式{channel}）")).unwrap_or_default();
                answered(Answer::Yes, format!("{}宣传{channel}", day_in_words(last.done_on)))
            }
        }
    }
}

/// By what the audit of coverage says.
fn enrolled((matter, detail): (Matter, String)) -> Answered {
    let answer = match matter {
        Matter::Enrolled | Matter::EnrolledTwice => Answer::Yes,
        Matter::NeverEnrolled | Matter::Lapsed | Matter::Suspended | Matter::EntitledLate => Answer::No,
        Matter::Newborn | Matter::NewlyRegistered | Matter::DeadOrMoved => Answer::NotAsked,
        // Proof is wanted of who is enrolled elsewhere.
        _ => Answer::CannotBeTold,
    };
    answered(answer, format!("{}：{detail}", matter.term()))
}

/// By what the audit of benefits says.
fn paid(benefits: Option<&Examined>) -> Answered {
    let Some(one) = benefits else { return answered(Answer::CannotBeTold, "没有核查结果") };
    let answer = match (one.verdict, one.matter) {
        (_, Matter::NothingSettled) | (Verdict::NotApplicable, _) => Answer::NotAsked,
        (_, Matter::BenefitsRight | Matter::Overpaid) => Answer::Yes,
        (_, Matter::Underpaid) => Answer::No,
        _ => Answer::CannotBeTold,
    };
    answered(answer, one.detail.clone())
}

fn above_basic(visit: &Visit) -> Fen {
    visit.critical_illness.checked_add(visit.medical_assistance).unwrap_or_default()
}
