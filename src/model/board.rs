//! What the board (调度看板) shows of one night: the whole area, its counties, and how the data and the jobs stand.
//!
//! Plain values, ready to be drawn. Nobody is in them: people are counted, and a count that would give somebody away
//! is withheld before it comes here. A page adds nothing up, as a sum over a withheld cell would be a wrong one: what
//! is to be shown stands here as a value of its own.

use chrono::NaiveDate;

use super::{Category, ControlTotals, Fen, Mechanism, ProblemState, Reason};

/// A count or an amount of people, as it may be shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cell<T> {
    /// This much.
    Told(T),
    /// Fewer than five people, or what would give such a cell away by subtraction.
    Withheld,
}

impl<T: Copy> Cell<T> {
    /// The value, where it may be shown.
    pub fn told(self) -> Option<T> {
        match self {
            Cell::Told(value) => Some(value),
            Cell::Withheld => None,
        }
    }
}

/// One night, as the board shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Board {
    /// The day assessed.
    pub as_of: NaiveDate,
    /// What names the night: the beginning of its manifest's hash.
    pub night: String,
    /// The whole area.
    pub whole: Standing,
    /// Each county (县区), sorted by code; each has a page of its own.
    pub counties: Vec<Standing>,
    /// The counties in the order in which they are to be looked after (调度), most urgent first.
    pub dispatch: Vec<Dispatch>,
    /// What became of the rows of each table.
    pub quality: Vec<TableQuality>,
    /// The jobs whose folders were read, late ones among them.
    pub jobs: Vec<JobState>,
    /// What somebody should look at, one line each, as the nights have it.
    pub warnings: Vec<String>,
    /// Every rule that a figure of the board rests on.
    pub rules: Vec<RuleText>,
}

/// A place: the whole area, a county or a township.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Locality {
    /// Its code; `None` for people whose place is not known.
    pub code: Option<String>,
    /// Its name, where the policy or the job gives one.
    pub name: Option<String>,
}

/// How one place stands. What was not delivered, or is not worked out for such a place, is empty.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing {
    /// Which place, and all of it in one row.
    pub total: PartStanding,
    /// Each rule in force, in the policy's order.
    pub rules: Vec<RuleStanding>,
    /// Counties of the whole area, townships (乡镇) of a county, sorted by code.
    pub parts: Vec<PartStanding>,
    /// The nights until this one, oldest first; a night that does not stand is left out.
    pub trend: Vec<TrendNight>,
    /// From medical cost to burden.
    pub cascade: Option<Cascade>,
    /// How burdens lie about the threshold, by rule.
    pub distributions: Vec<Distribution>,
    /// How the offices answer, by rule and office.
    pub replies: Vec<ReplyStanding>,
    /// What each audit said of how many.
    pub audits: Vec<AuditStanding>,
    /// The problems by audit.
    pub problems: Vec<ProblemStanding>,
    /// The problems of institutions and areas, which may be named, one each.
    pub named: Vec<NamedProblem>,
}

/// People under a rule, and what was left to them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Warned {
    /// Whom the rule covers (监测人数).
    pub people: Cell<u64>,
    /// Whom it flags (预警人数).
    pub flagged: Cell<u64>,
    /// The medical cost of all whom it covers.
    pub total_cost: Cell<Fen>,
    /// What was left to all whom it covers.
    pub burden_total: Cell<Fen>,
}

/// What one night made of warnings.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Moved {
    /// Standing tonight.
    pub standing: Cell<u64>,
    /// 新增.
    pub opened: Cell<u64>,
    /// 再次预警.
    pub reopened: Cell<u64>,
    /// 提高.
    pub raised: Cell<u64>,
    /// 降低.
    pub lowered: Cell<u64>,
    /// 解除.
    pub cleared: Cell<u64>,
}

/// One rule at one place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RuleStanding {
    /// Its id.
    pub rule: String,
    /// The title that clerks know.
    pub title: String,
    /// All categories together.
    pub all: Warned,
    /// What tonight made of its warnings.
    pub moved: Moved,
    /// By category, in the order of categories.
    pub by_category: Vec<(Category, Warned)>,
}

/// A place in one row of a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PartStanding {
    /// Which.
    pub place: Locality,
    /// All rules together: how many people they cover and flag, each once.
    pub all: Warned,
    /// How many each rule flags, in the order of [`Standing::rules`].
    pub by_rule: Vec<Cell<u64>>,
    /// What tonight made of its warnings.
    pub moved: Moved,
    /// Warnings that no office has answered in time.
    pub overdue_answers: Cell<u64>,
    /// Problems to be solved, in time or not.
    pub open_problems: Cell<u64>,
    /// Those of them that are overdue.
    pub overdue_problems: Cell<u64>,
}

/// One night of the trend.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TrendNight {
    /// Its day.
    pub night: NaiveDate,
    /// Warnings standing.
    pub standing: Cell<u64>,
    /// Warnings opened or reopened.
    pub opened: Cell<u64>,
    /// Warnings cleared.
    pub cleared: Cell<u64>,
}

/// How medical cost becomes burden, of people together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cascade {
    /// Of whom, in a few words: 全部预警人员.
    pub whose: String,
    /// How many they are.
    pub people: Cell<u64>,
    /// The cost that it begins with.
    pub total_cost: Fen,
    /// What each payer took off, in the policy's order, by the payer's term.
    pub taken: Vec<(String, Fen)>,
    /// What was left.
    pub burden_total: Fen,
}

/// How the burdens that one rule tests lie about its threshold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Distribution {
    /// The rule's title.
    pub title: String,
    /// The deciding word: 超过 or 达到.
    pub comparison: String,
    /// Next to each other, lowest first. One of them begins at 100.
    pub bins: Vec<Bin>,
}

/// People whose burden lies in one range.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bin {
    /// From how many percent of the threshold.
    pub from: u32,
    /// Below how many; `None` for the last, without an end.
    pub until: Option<u32>,
    /// How many people.
    pub people: Cell<u64>,
}

/// How one office answers the warnings of one rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReplyStanding {
    /// The rule's title.
    pub title: String,
    /// The office's name; `None` where none alone receives the warning.
    pub office: Option<String>,
    /// Warnings sent.
    pub sent: Cell<u64>,
    /// Answered, of those sent.
    pub answered: Cell<u64>,
    /// Confirmed, of those answered.
    pub confirmed: Cell<u64>,
    /// Looked at and not confirmed, of those answered.
    pub not_confirmed: Cell<u64>,
    /// Any other answer.
    pub other: Cell<u64>,
    /// Not answered in time.
    pub overdue: Cell<u64>,
}

/// What one audit said on its latest night.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditStanding {
    /// Which audit.
    pub mechanism: Mechanism,
    /// Its latest night.
    pub as_of: NaiveDate,
    /// Those whom it looked at.
    pub subjects: Cell<u64>,
    /// As it should be.
    pub correct: Cell<u64>,
    /// To be looked at.
    pub fault: Cell<u64>,
    /// Nothing is asked for.
    pub not_applicable: Cell<u64>,
    /// The data does not say.
    pub cannot_be_told: Cell<u64>,
}

/// The problems of one audit at one place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProblemStanding {
    /// Which audit.
    pub mechanism: Mechanism,
    /// Who is to solve them.
    pub owner: String,
    /// To be solved, in time (待整改).
    pub open: Cell<u64>,
    /// To be solved, and late (逾期).
    pub overdue: Cell<u64>,
    /// Said to be solved, not shown yet (已报整改).
    pub claimed: Cell<u64>,
    /// 暂不处理.
    pub dismissed: Cell<u64>,
    /// 已销号.
    pub solved: Cell<u64>,
    /// The next day by which one is to be solved; `None` where there is none, or it may not be told.
    pub next_due: Option<NaiveDate>,
    /// The earliest day by which one should have been solved that is not; `None` where there is none, or it may not be
    /// told.
    pub overdue_since: Option<NaiveDate>,
}

/// A problem whose subject is no person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NamedProblem {
    /// Which audit.
    pub mechanism: Mechanism,
    /// The institution's code, or the area's, and its category where it is about one.
    pub subject: String,
    /// What was found, in Chinese; it holds no count of people that may not be shown.
    pub detail: String,
    /// Who is to solve it.
    pub owner: String,
    /// How it stands.
    pub state: ProblemState,
    /// By when it is to be solved.
    pub due: Option<NaiveDate>,
}

/// One county in the order of dispatch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dispatch {
    /// Which county.
    pub place: Locality,
    /// Problems to be solved, in time or not.
    pub open: Cell<u64>,
    /// Those of them that are overdue.
    pub overdue: Cell<u64>,
    /// Solved since the month began.
    pub solved: Cell<u64>,
    /// Days from the night that found a problem to the one that showed it solved, the median of those solved this year;
    /// `None` where too few were.
    pub days_to_close: Option<u32>,
    /// How many more stand than at the end of last month; below 0, fewer. `None` where last month is not known.
    pub change: Option<Cell<i64>>,
}

/// What became of the rows of one table of one job.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TableQuality {
    /// The kind of job.
    pub job: String,
    /// The table.
    pub table: String,
    /// Its account.
    pub totals: ControlTotals,
    /// What was set aside, by reason.
    pub set_aside: Vec<(Reason, u64)>,
}

/// How one job's folder stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JobState {
    /// The kind of job.
    pub kind: String,
    /// How often it runs, in Chinese: 每日, 每周, 每月.
    pub cadence: String,
    /// Its latest night; `None` where there is none.
    pub latest: Option<NaiveDate>,
    /// The night that should stand by now.
    pub expected: NaiveDate,
}

impl JobState {
    /// By how many days it is late; 0 where it is not. A job that never ran is late by an unknown time.
    pub fn days_late(&self) -> Option<i64> {
        let latest = self.latest?;
        Some((self.expected - latest).num_days().max(0))
    }
}

/// A rule with its citation, as the page of method shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RuleText {
    /// What the rule serves, the heading under which it stands: 因病返贫致贫监测, 分解住院 ...
    pub subject: String,
    /// The title that clerks know.
    pub title: String,
    /// What it asks for, in Chinese.
    pub condition: String,
    /// The document.
    pub document: String,
    /// The article in it.
    pub article: String,
    /// What the article says, word for word, where the policy file has it.
    pub words: Option<String>,
    /// The first day it holds.
    pub from: NaiveDate,
    /// The first day on which it no longer holds, where one is known.
    pub until: Option<NaiveDate>,
}
