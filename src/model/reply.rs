//! What comes back (反馈): what the lines of a returned list say, and how the warnings that were sent are answered.

use std::fmt;

use chrono::NaiveDate;

use super::{Answer, Handled, ProblemId, WarningId};

/// Where a line stands in a returned list.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ReplyPlace {
    /// The sheet: its name when a list of ours has one of that name, else its number; none in a CSV.
    pub sheet: Option<String>,
    /// The row, as a spreadsheet counts it.
    pub row: u32,
}

impl fmt::Display for ReplyPlace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(sheet) = &self.sheet {
            write!(f, "sheet {sheet} ")?;
        }
        write!(f, "row {}", self.row)
    }
}

/// One usable line of a returned list of warnings.
pub type Reply = ReplyLine<WarningId, Answer>;

/// One usable line of a returned list of problems.
pub type ProblemReply = ReplyLine<ProblemId, Handled>;

/// One usable line of a returned list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReplyLine<I, A> {
    /// The number of what it answers.
    pub number: I,
    /// What it says.
    pub answer: A,
    /// Where it stands.
    pub place: ReplyPlace,
}

/// Why a line of a returned list cannot be used: what is there is told by its sort, never by its text.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct ReplyFault {
    /// Which line.
    pub place: ReplyPlace,
    /// The column at fault, by letter and header, where it is one.
    pub column: Option<String>,
    /// What was found, what was expected, what to do.
    pub message: String,
}

impl fmt::Display for ReplyFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.place)?;
        if let Some(column) = &self.column {
            write!(f, " column {column}")?;
        }
        write!(f, ": {}", self.message)
    }
}

/// How many lines of a returned list became what; they add up to `lines`.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub struct ReplyCounts {
    /// Lines with a number, of a warning or a problem.
    pub lines: u64,
    /// Taken as answers.
    pub taken: u64,
    /// The same answer to the same number once more.
    pub repeated: u64,
    /// Without an answer.
    pub unanswered: u64,
    /// With an answer that cannot be used.
    pub refused: u64,
}

/// How the warnings sent under one rule were answered, by who answered and where the person belongs.
#[derive(Debug, Default, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct ResponseKey {
    /// The rule.
    pub rule: String,
    /// The office that answered, by its id; while none has, the one that it is with, where that is one.
    pub office: Option<String>,
    /// The person's area.
    pub area_code: Option<String>,
    /// The person's township.
    pub town_code: Option<String>,
}

/// How many warnings were sent and what came back, each an exact count.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub struct Responses {
    /// Sent to an office.
    pub sent: u64,
    /// Of these, answered.
    pub answered: u64,
    /// Of these, confirmed: monitored, assisted or covered already.
    pub confirmed: u64,
    /// Looked at and not confirmed.
    pub not_confirmed: u64,
    /// Nobody of that name and number.
    pub nobody_found: u64,
    /// Answered otherwise.
    pub other: u64,
    /// Standing, without an answer, and past the day by which one was due.
    pub overdue: u64,
}

impl Responses {
    /// Adds those of another group.
    pub fn add(&mut self, more: Responses) {
        self.sent += more.sent;
        self.answered += more.answered;
        self.confirmed += more.confirmed;
        self.not_confirmed += more.not_confirmed;
        self.nobody_found += more.nobody_found;
        self.other += more.other;
        self.overdue += more.overdue;
    }
}

/// What tells a reply from every other: the day it was received, and the hash of the file.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct ReplyName {
    /// The day on which it was received.
    pub received: NaiveDate,
    /// SHA-256 of the file as it came, in hexadecimal.
    pub sha256: String,
}

impl ReplyName {
    /// How many digits of the hash the folder's name has.
    pub const DIGITS: usize = 16;

    /// The name of its folder.
    pub fn folder(&self) -> String {
        format!("{}-{}", self.received, self.sha256.chars().take(Self::DIGITS).collect::<String>())
    }
}
