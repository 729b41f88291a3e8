//! Somebody whom a rule may come to flag.

use std::fmt;

use chrono::NaiveDate;
use rust_decimal::Decimal;

use super::{AreaCode, BurdenKind, Category, Fen, PersonId};

/// What is looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Watch {
    /// The share of the threshold from which a burden is near it, in percent: above 0, below 100.
    pub share: Decimal,
    /// Whether the pace is looked at, too.
    pub pace: bool,
}

impl Default for Watch {
    fn default() -> Watch {
        Watch { share: Decimal::from(80), pace: true }
    }
}

/// A person of the register whose burden has not met a rule, but is near it, or on the way to it. For the bureau's own
/// use: it is no warning, and stands in no list.
#[derive(Debug, Clone, PartialEq)]
pub struct Watched {
    /// Who.
    pub person: PersonId,
    /// Name as the register has it.
    pub name: Option<String>,
    /// The category that selected the rule.
    pub category: Category,
    /// Where the person belongs.
    pub area: Option<AreaCode>,
    /// The township, where the register gives one.
    pub town_code: Option<String>,
    /// The rule's id.
    pub rule: String,
    /// Which burden the rule tests.
    pub tests: BurdenKind,
    /// That burden.
    pub burden: Fen,
    /// The threshold in yuan, exact.
    pub threshold: Decimal,
    /// Why the person is watched.
    pub kind: WatchKind,
    /// The day on which the pace so far would meet the rule; given exactly where the pace is a reason.
    pub expected_on: Option<NaiveDate>,
    /// Counted rows, reversals included.
    pub settlements: u32,
}

/// Why somebody is watched.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum WatchKind {
    /// The burden has reached the set share of the threshold.
    Near,
    /// The pace so far would meet the rule before the policy year is over.
    Pace,
    /// Both.
    Both,
}

impl WatchKind {
    /// The name in published tables.
    pub fn name(self) -> &'static str {
        match self {
            WatchKind::Near => "near",
            WatchKind::Pace => "pace",
            WatchKind::Both => "both",
        }
    }

    /// Whether the share of the threshold is a reason.
    pub fn is_near(self) -> bool {
        self != WatchKind::Pace
    }

    /// Whether the pace is a reason.
    pub fn is_pace(self) -> bool {
        self != WatchKind::Near
    }
}

impl fmt::Display for WatchKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
