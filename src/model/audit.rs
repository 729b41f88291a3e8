//! What an audit says of whom it looked at: a verdict each, so that nothing unexamined passes as good.

use std::sync::Arc;

use super::{AreaCode, Categories, Fen, Matter, PersonId};

/// An audit beside the nightly warning, each by what the documents call it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Mechanism {
    /// 应保尽保: everyone of the register is enrolled.
    Coverage,
    /// 资助参保: the premium is subsidised as it is due.
    Subsidy,
    /// 查待遇: critical-illness insurance and assistance paid what was due.
    Benefits,
    /// 五查: the five questions asked about each person of the register.
    FiveChecks,
}

impl Mechanism {
    /// Every mechanism, in order.
    pub const ALL: [Mechanism; 4] =
        [Mechanism::Coverage, Mechanism::Subsidy, Mechanism::Benefits, Mechanism::FiveChecks];

    /// The name in job files and published tables.
    pub fn name(self) -> &'static str {
        match self {
            Mechanism::Coverage => "coverage",
            Mechanism::Subsidy => "subsidy",
            Mechanism::Benefits => "benefits",
            Mechanism::FiveChecks => "five_checks",
        }
    }

    /// Whether it asks how somebody stands on the day, not what was paid in a year.
    pub fn is_of_the_day(self) -> bool {
        matches!(self, Mechanism::Coverage | Mechanism::FiveChecks)
    }

    /// The name that clerks know.
    pub fn term(self) -> &'static str {
        match self {
            Mechanism::Coverage => "应保尽保",
            Mechanism::Subsidy => "资助参保",
            Mechanism::Benefits => "待遇落实",
            Mechanism::FiveChecks => "五查",
        }
    }
}

/// What an audit says of one subject. Every subject has exactly one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Verdict {
    /// As it should be.
    Correct,
    /// Not as it should be: a problem.
    Fault,
    /// No document of the place asks for anything here.
    NotApplicable,
    /// The data does not say.
    CannotBeTold,
}

impl Verdict {
    /// Every verdict, in order.
    pub const ALL: [Verdict; 4] = [Verdict::Correct, Verdict::Fault, Verdict::NotApplicable, Verdict::CannotBeTold];

    /// The name in published tables.
    pub fn name(self) -> &'static str {
        match self {
            Verdict::Correct => "correct",
            Verdict::Fault => "fault",
            Verdict::NotApplicable => "not_applicable",
            Verdict::CannotBeTold => "cannot_be_told",
        }
    }
}

/// What one audit says of one person in one year.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Examined {
    /// Who.
    pub person: PersonId,
    /// Name as the register has it.
    pub name: Option<String>,
    /// Every category on the day.
    pub categories: Categories,
    /// Where the person belongs.
    pub area: Option<AreaCode>,
    /// The township, where the register gives one.
    pub town_code: Option<Arc<str>>,
    /// The year looked at.
    pub year: i32,
    /// What is said.
    pub verdict: Verdict,
    /// What was found, in a word.
    pub matter: Matter,
    /// The amount found, where the matter is one of money.
    pub found: Option<Fen>,
    /// The amount expected, where the matter is one of money.
    pub expected: Option<Fen>,
    /// What it rests on, in Chinese: days, spells, figures; no name and no number of anybody.
    pub detail: String,
    /// Document and article that ask for it, where one does. Few say it of many.
    pub reference: Option<Arc<str>>,
}

/// What one audit says of everybody it looked at, once each.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Audited {
    /// Which audit.
    pub mechanism: Mechanism,
    /// Sorted by person; one a person and year.
    pub examined: Vec<Examined>,
    /// What somebody should look at, one line each: a table that was not delivered, a rule that no document gives.
    pub warnings: Vec<String>,
}
