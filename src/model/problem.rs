//! A problem (问题) that an audit found, followed from the night that found it until the data shows that it is solved.

use std::collections::BTreeMap;
use std::fmt;

use chrono::NaiveDate;

use super::{AreaCode, Categories, Fen, Matter, Mechanism, Subject, Verdict, short_number};

/// What names one problem in lists and replies (问题编号): the year, and sixty bits of a hash of the subject and the
/// mechanism. The same night run again gives the same number.
///
/// `Debug` shows nothing of it: whoever knows the hash can try out certificate numbers.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ProblemId(String);

impl ProblemId {
    /// The number of the problem that one mechanism has with one subject in one year.
    pub fn of(mechanism: Mechanism, subject: &Subject, year: i32) -> ProblemId {
        let subject = match (subject.person(), subject.code()) {
            (Some(person), _) => person.to_string(),
            (None, code) => format!("{} {}", subject.kind(), code.unwrap_or_default()),
        };
        let digits = short_number(&format!("fangpin problem 1\n{subject}\n{}\n{year}", mechanism.name()));
        ProblemId(format!("{year}-{digits}"))
    }

    /// Reads a number as a clerk may have typed it: blanks around it and small letters do not matter.
    pub fn from_text(text: &str) -> Option<ProblemId> {
        super::warning::numbered(text).map(ProblemId)
    }
}

impl fmt::Display for ProblemId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for ProblemId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ProblemId(..)")
    }
}

/// How a problem stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ProblemState {
    /// To be solved (待整改).
    Open,
    /// To be solved, and the day by which it should have been is past (逾期未整改).
    Overdue,
    /// An office says that it is solved; the data has not said so yet (已报整改，待核对).
    Claimed,
    /// An office says that it is none, or that nothing is done about it until a day (暂不处理).
    Dismissed,
    /// The data shows that it is no problem any more (已销号).
    Solved,
}

/// What one night made of a problem.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ProblemChange {
    /// Found for the first time.
    New,
    /// As it was: the data shows it still, or does not say.
    Kept,
    /// The data shows it again, or still, though it was claimed, dismissed or solved; or its dismissal is over.
    Reopened,
    /// The data shows it no more.
    Solved,
    /// An office says that it is solved.
    Claimed,
    /// An office says that it is none, or that nothing is done about it until a day.
    Dismissed,
}

/// By what a problem counts as solved. No office's word is among them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SolvedBy {
    /// The audit says that all is as it should be.
    FoundCorrect,
    /// The audit says that nothing is due any more.
    NothingDue,
    /// The audit looks at the person no more: every identity that the register has of them has ended.
    RegisterLeft,
}

/// What an office answered about a problem (处理结果).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Handling {
    /// 已整改: it is solved.
    Solved,
    /// 不属实或不予处理: it is none, or nothing is done about it until a day.
    Dismissed,
}

/// An office's answer to a problem.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Handled {
    /// What it says.
    pub handling: Handling,
    /// The day that the office gives for it.
    pub on: NaiveDate,
    /// What the office wrote: the reason, where it dismisses the problem.
    pub remark: Option<String>,
    /// The last day on which a dismissal holds; given exactly for one.
    pub until: Option<NaiveDate>,
}

/// What an audit last found at fault.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shown {
    /// What was found, in a word.
    pub matter: Matter,
    /// The amount found, where the matter is one of money.
    pub found: Option<Fen>,
    /// The amount expected, where the matter is one of money.
    pub expected: Option<Fen>,
    /// What it rests on, in Chinese.
    pub detail: String,
    /// Document and article that ask for it.
    pub reference: Option<String>,
}

/// How a problem was solved, and what shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Solution {
    /// The night that found it solved.
    pub on: NaiveDate,
    /// By what.
    pub by: SolvedBy,
    /// What that night's audit found, in a word; `None` where it looked at the person no more.
    pub matter: Option<Matter>,
    /// What that rests on, in Chinese.
    pub detail: Option<String>,
}

/// One problem as the list (问题清单) has it on one night.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// Its number.
    pub id: ProblemId,
    /// Which audit found it.
    pub mechanism: Mechanism,
    /// Who or what.
    pub subject: Subject,
    /// The year looked at.
    pub year: i32,
    /// Name as the register had it last; nobody else has one.
    pub name: Option<String>,
    /// Every category, as the register had it last.
    pub categories: Categories,
    /// Where it belongs.
    pub area: Option<AreaCode>,
    /// The township, where the register gives one.
    pub town_code: Option<String>,
    /// What was found, on the last night that the data showed it.
    pub shown: Shown,
    /// The office that is to solve it.
    pub owner: String,
    /// How it stands.
    pub state: ProblemState,
    /// What tonight made of it.
    pub change: ProblemChange,
    /// The night that found it first.
    pub first_seen: NaiveDate,
    /// The night that found it first, or last reopened it after it was solved or dismissed. A claim that the data
    /// refutes changes neither this nor `due`.
    pub since: NaiveDate,
    /// The last night whose data showed it.
    pub last_seen: NaiveDate,
    /// The day by which it is to be solved; `None` while the file of holidays lacks the year.
    pub due: Option<NaiveDate>,
    /// How often it was reopened, refuted claims among them.
    pub reopened: u32,
    /// The last time that an office said it was solved.
    pub claim: Option<Handled>,
    /// The last time that an office dismissed it.
    pub dismissal: Option<Handled>,
    /// How it was solved; given exactly while it is.
    pub solution: Option<Solution>,
}

/// How many problems of one mechanism there were and are: `opening + new + reopened − solved − dismissed = closing`,
/// where only those count that stand, see [`Problem::stands`].
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct ProblemBalance {
    /// Standing in the opening list.
    pub opening: u64,
    /// Found for the first time tonight.
    pub new: u64,
    /// Standing tonight, though not in the opening list, where they were solved or dismissed.
    pub reopened: u64,
    /// Solved tonight, of those that stood.
    pub solved: u64,
    /// Dismissed tonight, of those that stood.
    pub dismissed: u64,
    /// Standing in tonight's list.
    pub closing: u64,
    /// Standing before and after, and reopened in between: an office said that they were solved, and the data shows
    /// them still.
    pub refuted: u64,
    /// By state, those of tonight's list.
    pub by_state: BTreeMap<ProblemState, u64>,
    /// By what, those solved tonight, dismissed ones among them.
    pub by_solution: BTreeMap<SolvedBy, u64>,
}

/// Tonight's problems, and how they came about.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct ProblemList {
    /// Sorted by mechanism, subject and year.
    pub problems: Vec<Problem>,
    /// By mechanism, how many.
    pub balance: BTreeMap<Mechanism, ProblemBalance>,
}

/// How many subjects of one audit have which verdict. They add up to the subjects.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct VerdictCounts {
    /// Those whom the audit had to look at.
    pub subjects: u64,
    /// By verdict, in the order of [`Verdict::ALL`].
    pub by_verdict: [u64; Verdict::ALL.len()],
}

impl ProblemState {
    /// Every state, in order.
    pub const ALL: [ProblemState; 5] = [
        ProblemState::Open,
        ProblemState::Overdue,
        ProblemState::Claimed,
        ProblemState::Dismissed,
        ProblemState::Solved,
    ];

    /// The name in published tables.
    pub fn name(self) -> &'static str {
        match self {
            ProblemState::Open => "open",
            ProblemState::Overdue => "overdue",
            ProblemState::Claimed => "claimed",
            ProblemState::Dismissed => "dismissed",
            ProblemState::Solved => "solved",
        }
    }

    /// The words that clerks read.
    pub fn term(self) -> &'static str {
        match self {
            ProblemState::Open => "待整改",
            ProblemState::Overdue => "逾期未整改",
            ProblemState::Claimed => "已报整改，待数据核对",
            ProblemState::Dismissed => "暂不处理",
            ProblemState::Solved => "已销号",
        }
    }

    /// Whether somebody still has to do something about it.
    pub fn stands(self) -> bool {
        matches!(self, ProblemState::Open | ProblemState::Overdue | ProblemState::Claimed)
    }
}

impl ProblemChange {
    /// Every change, in order.
    pub const ALL: [ProblemChange; 6] = [
        ProblemChange::New,
        ProblemChange::Kept,
        ProblemChange::Reopened,
        ProblemChange::Solved,
        ProblemChange::Claimed,
        ProblemChange::Dismissed,
    ];

    /// The name in published tables.
    pub fn name(self) -> &'static str {
        match self {
            ProblemChange::New => "new",
            ProblemChange::Kept => "kept",
            ProblemChange::Reopened => "reopened",
            ProblemChange::Solved => "solved",
            ProblemChange::Claimed => "claimed",
            ProblemChange::Dismissed => "dismissed",
        }
    }
}

impl SolvedBy {
    /// Each of them, in order.
    pub const ALL: [SolvedBy; 3] = [SolvedBy::FoundCorrect, SolvedBy::NothingDue, SolvedBy::RegisterLeft];

    /// The name in published tables.
    pub fn name(self) -> &'static str {
        match self {
            SolvedBy::FoundCorrect => "found_correct",
            SolvedBy::NothingDue => "nothing_due",
            SolvedBy::RegisterLeft => "register_left",
        }
    }

    /// The words that clerks read.
    pub fn term(self) -> &'static str {
        match self {
            SolvedBy::FoundCorrect => "数据显示已解决",
            SolvedBy::NothingDue => "数据显示已不适用",
            SolvedBy::RegisterLeft => "当事人已不在核查名册",
        }
    }
}

impl Handling {
    /// Each of them, in the order of the list's drop-down.
    pub const ALL: [Handling; 2] = [Handling::Solved, Handling::Dismissed];

    /// The name in published tables.
    pub fn name(self) -> &'static str {
        match self {
            Handling::Solved => "solved",
            Handling::Dismissed => "dismissed",
        }
    }

    /// The words that clerks choose.
    pub fn term(self) -> &'static str {
        match self {
            Handling::Solved => "已整改",
            Handling::Dismissed => "不属实或不予处理",
        }
    }
}

impl Problem {
    /// Whether somebody still has to do something about it: open, overdue or claimed.
    pub fn stands(&self) -> bool {
        self.state.stands()
    }
}

impl VerdictCounts {
    /// How many have this verdict.
    pub fn of(&self, verdict: Verdict) -> u64 {
        self.by_verdict[verdict as usize]
    }

    /// Whether the verdicts add up to the subjects.
    pub fn add_up(&self) -> bool {
        self.by_verdict.iter().sum::<u64>() == self.subjects
    }
}

impl ProblemBalance {
    /// How many of tonight's list are in this state.
    pub fn of(&self, state: ProblemState) -> u64 {
        self.by_state.get(&state).copied().unwrap_or_default()
    }

    /// Whether `opening + new + reopened − solved − dismissed = closing`.
    pub fn closes(&self) -> bool {
        self.opening + self.new + self.reopened == self.closing + self.solved + self.dismissed
    }
}
