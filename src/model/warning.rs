//! A warning (预警), followed from the night that opened it to its end.

use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::fmt;

use chrono::NaiveDate;
use rust_decimal::Decimal;

use super::{AreaCode, Burden, BurdenKind, Categories, Category, Fen, PersonId, ReferenceIncome};

/// What names one warning in lists, replies and ledgers (预警编号): the policy year, and sixty bits of a hash of the
/// person and the burden that is tested. The same night run again gives the same number.
///
/// `Debug` shows nothing of it: whoever knows the hash can try out certificate numbers.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct WarningId(String);

/// The digits of a warning's number: no `I`, `L`, `O` and `U`, which are misread.
const DIGITS: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
/// How many of them it has.
const DIGITS_OF_A_NUMBER: usize = 12;

impl WarningId {
    /// The number of the warning about one person's burden of one kind in one policy year.
    pub fn of(person: &PersonId, tests: BurdenKind, year: i32) -> WarningId {
        let digits = short_number(&format!("fangpin warning 1\n{person}\n{}\n{year}", tests.name()));
        WarningId(format!("{year}-{digits}"))
    }

    /// Reads a number as a clerk may have typed it: blanks around it and small letters do not matter.
    pub fn from_text(text: &str) -> Option<WarningId> {
        numbered(text).map(WarningId)
    }
}

/// Twelve digits of a hash of `text`.
pub(crate) fn short_number(text: &str) -> String {
    let hash = blake3::hash(text.as_bytes());
    let mut bits = hash.as_bytes().iter().take(8).fold(0, |bits: u64, byte| bits << 8 | u64::from(*byte));
    let mut digits = String::new();
    for _ in 0..DIGITS_OF_A_NUMBER {
        digits.push(char::from(DIGITS[(bits & 31) as usize]));
        bits >>= 5;
    }
    digits
}

/// A year and such digits, as a clerk may have typed them; `None` when they are anything else.
pub(super) fn numbered(text: &str) -> Option<String> {
    let text = text.trim().to_ascii_uppercase();
    let (year, digits) = text.split_once('-')?;
    let sound = year.len() == 4
        && year.bytes().all(|byte| byte.is_ascii_digit())
        && digits.len() == DIGITS_OF_A_NUMBER
        && digits.bytes().all(|byte| DIGITS.contains(&byte));
    sound.then_some(text)
}

impl fmt::Display for WarningId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for WarningId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("WarningId(..)")
    }
}

/// What one night made of a warning.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum State {
    /// There for the first time (新增).
    Opened,
    /// There as it was (持续).
    Continued,
    /// In a higher band, or under a rule with a higher threshold (提高).
    Raised,
    /// In a lower band, or under a rule with a lower threshold (降低).
    Lowered,
    /// No longer there (解除).
    Cleared,
    /// There again after it was cleared (再次预警).
    Reopened,
}

/// Why a warning was cleared. Where several hold, the first in this order is given.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Clearing {
    /// Its policy year is over.
    YearEnded,
    /// The person has no identity in force any more.
    RegisterLeft,
    /// The person has other categories, which the rule does not cover.
    CategoryChanged,
    /// The rule is no longer in force, or says something else.
    PolicyChanged,
    /// The person belongs to another area, whose income is another.
    AreaChanged,
    /// Another figure is published for the income.
    IncomeChanged,
    /// Settlements were reversed, voided or corrected: there is less medical cost.
    SettlementReversed,
    /// A payer paid afterwards: the cost stands, less of it is left to the person.
    LatePayment,
}

/// What an office answered (反馈结果).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Outcome {
    /// 已纳入监测: taken into monitoring.
    Monitored,
    /// 已救助: assisted.
    Assisted,
    /// 未通过核实: looked at and not confirmed.
    NotConfirmed,
    /// 已在保障: covered already.
    AlreadyCovered,
    /// 查无此人: nobody of that name and number.
    NobodyFound,
    /// 其他: something else, which the remark says.
    Other,
}

/// The newest answer to a warning.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// What was found.
    pub outcome: Outcome,
    /// The day that the office gives for it.
    pub on: NaiveDate,
    /// The office, by its id in the job.
    pub office: String,
    /// Until when the office asked not to be sent this warning again.
    pub quiet_until: Option<NaiveDate>,
    /// Why it asked so, or what else it wrote.
    pub remark: Option<String>,
    /// Whether an office took the person into monitoring, by this answer or an earlier one, and none has since found
    /// that there is nothing to monitor.
    pub monitored: bool,
    /// By office, until when its own newest answer asked not to be sent the warning; an office that did not ask is not
    /// there.
    pub quiet: BTreeMap<String, NaiveDate>,
}

/// The figures on which a warning stands on one night.
#[derive(Debug, Clone, PartialEq)]
pub struct Standing {
    /// The rule's id.
    pub rule: String,
    /// The rule's citation.
    pub rule_reference: String,
    /// The category that selected the rule.
    pub category: Category,
    /// Every category of the person.
    pub categories: Categories,
    /// Where the person belongs.
    pub area: Option<AreaCode>,
    /// The township, where the register gives one.
    pub town_code: Option<String>,
    /// The sums.
    pub burden: Burden,
    /// The burden that the rule tests.
    pub burden_tested: Fen,
    /// The income held against; `None` for a rule with a fixed amount.
    pub income: Option<ReferenceIncome>,
    /// The rule's percentage of it; `None` for a rule with a fixed amount.
    pub percent: Option<Decimal>,
    /// The threshold in yuan, exact.
    pub threshold: Decimal,
    /// How many of the job's bands the burden has reached: 0 below the first.
    pub band: u32,
}

/// One warning as the ledger (台账) has it on one night.
#[derive(Debug, Clone, PartialEq)]
pub struct Warning {
    /// Its number.
    pub id: WarningId,
    /// Who.
    pub person: PersonId,
    /// Name as the register had it last.
    pub name: Option<String>,
    /// The policy year.
    pub year: i32,
    /// Which burden is tested.
    pub tests: BurdenKind,
    /// What tonight made of it. A warning cleared on an earlier night stays [`State::Cleared`].
    pub state: State,
    /// Why it was cleared; given exactly while it is.
    pub clearing: Option<Clearing>,
    /// The night that opened it.
    pub first_seen: NaiveDate,
    /// The night that opened it or reopened it last.
    pub since: NaiveDate,
    /// The last night on which it stood.
    pub last_seen: NaiveDate,
    /// The night that cleared it; given exactly while it is cleared.
    pub cleared_on: Option<NaiveDate>,
    /// The first day at whose end the burden met the rule, where evidence was collected.
    pub first_exceeded_on: Option<NaiveDate>,
    /// The tested burden on the night that opened it.
    pub opened_burden: Fen,
    /// The threshold on the night that opened it, in yuan.
    pub opened_threshold: Decimal,
    /// The tested burden on the last night before this one on which it stood; that of tonight when there was none.
    pub previous_burden: Fen,
    /// The figures: of tonight while it stands, of the last night on which it stood when it is cleared.
    pub standing: Standing,
    /// The night whose list first told any office of it, since it was opened or reopened.
    pub sent_on: Option<NaiveDate>,
    /// The day by which an answer is due: the earliest of the days of the offices that were told.
    pub answer_due: Option<NaiveDate>,
    /// The newest answer.
    pub answer: Option<Answer>,
}

impl State {
    /// Every state.
    pub const ALL: [State; 6] =
        [State::Opened, State::Continued, State::Raised, State::Lowered, State::Cleared, State::Reopened];

    /// The name in published tables.
    pub fn name(self) -> &'static str {
        match self {
            State::Opened => "opened",
            State::Continued => "continued",
            State::Raised => "raised",
            State::Lowered => "lowered",
            State::Cleared => "cleared",
            State::Reopened => "reopened",
        }
    }

    /// The name that clerks know.
    pub fn term(self) -> &'static str {
        match self {
            State::Opened => "新增",
            State::Continued => "持续",
            State::Raised => "提高",
            State::Lowered => "降低",
            State::Cleared => "解除",
            State::Reopened => "再次预警",
        }
    }
}

impl Clearing {
    /// Every reason, in order.
    pub const ALL: [Clearing; 8] = [
        Clearing::YearEnded,
        Clearing::RegisterLeft,
        Clearing::CategoryChanged,
        Clearing::PolicyChanged,
        Clearing::AreaChanged,
        Clearing::IncomeChanged,
        Clearing::SettlementReversed,
        Clearing::LatePayment,
    ];

    /// The name in published tables.
    pub fn name(self) -> &'static str {
        match self {
            Clearing::YearEnded => "year_ended",
            Clearing::RegisterLeft => "register_left",
            Clearing::CategoryChanged => "category_changed",
            Clearing::PolicyChanged => "policy_changed",
            Clearing::AreaChanged => "area_changed",
            Clearing::IncomeChanged => "income_changed",
            Clearing::SettlementReversed => "settlement_reversed",
            Clearing::LatePayment => "late_payment",
        }
    }

    /// The words that clerks read.
    pub fn term(self) -> &'static str {
        match self {
            Clearing::YearEnded => "监测年度结束",
            Clearing::RegisterLeft => "身份终止，不在名册",
            Clearing::CategoryChanged => "人员类别变化",
            Clearing::PolicyChanged => "政策调整",
            Clearing::AreaChanged => "所属区划变化",
            Clearing::IncomeChanged => "收入标准调整",
            Clearing::SettlementReversed => "结算冲正、作废或更正",
            Clearing::LatePayment => "支付方补付，个人负担降低",
        }
    }
}

impl Outcome {
    /// Every outcome, in the order of the list's drop-down.
    pub const ALL: [Outcome; 6] = [
        Outcome::Monitored,
        Outcome::Assisted,
        Outcome::NotConfirmed,
        Outcome::AlreadyCovered,
        Outcome::NobodyFound,
        Outcome::Other,
    ];

    /// The name in published tables.
    pub fn name(self) -> &'static str {
        match self {
            Outcome::Monitored => "monitored",
            Outcome::Assisted => "assisted",
            Outcome::NotConfirmed => "not_confirmed",
            Outcome::AlreadyCovered => "already_covered",
            Outcome::NobodyFound => "nobody_found",
            Outcome::Other => "other",
        }
    }

    /// The word that clerks choose.
    pub fn term(self) -> &'static str {
        match self {
            Outcome::Monitored => "已纳入监测",
            Outcome::Assisted => "已救助",
            Outcome::NotConfirmed => "未通过核实",
            Outcome::AlreadyCovered => "已在保障",
            Outcome::NobodyFound => "查无此人",
            Outcome::Other => "其他",
        }
    }
}

impl Answer {
    /// An answer by itself, before which there was none.
    pub fn first(
        outcome: Outcome,
        on: NaiveDate,
        office: String,
        quiet_until: Option<NaiveDate>,
        remark: Option<String>,
    ) -> Answer {
        let quiet = quiet_until.map(|until| (office.clone(), until)).into_iter().collect();
        Answer { outcome, on, office, quiet_until, remark, monitored: outcome == Outcome::Monitored, quiet }
    }

    /// This answer, with what stays of those before it: whoever was monitored is so until somebody finds otherwise, and
    /// each office is left in quiet as it asked itself.
    pub fn after(mut self, before: Option<&Answer>) -> Answer {
        let Some(before) = before else { return self };
        self.monitored |= before.monitored && !matches!(self.outcome, Outcome::NotConfirmed | Outcome::NobodyFound);
        let others = before.quiet.iter().filter(|(office, _)| **office != self.office);
        self.quiet.extend(others.map(|(office, until)| (office.clone(), *until)));
        self
    }
}

/// How serious a warning is beside how serious it was, each by rule, threshold and band. Another rule comes first, by
/// its threshold: bands of two thresholds are not compared.
pub(crate) fn compared(is: (&str, Decimal, u32), was: (&str, Decimal, u32)) -> Ordering {
    let rules = if is.0 == was.0 { Ordering::Equal } else { is.1.cmp(&was.1) };
    rules.then(is.2.cmp(&was.2))
}

impl Warning {
    /// Whether it stands tonight.
    pub fn stands(&self) -> bool {
        self.state != State::Cleared
    }
}
