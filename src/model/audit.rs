//! What an audit says of whom it looked at: a verdict each, so that nothing unexamined passes as good.

use std::sync::Arc;

use super::{AreaCode, Categories, Fen, Matter, Subject};

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
    /// 目录外占比: the share of the cost outside the catalogue, by institution and year.
    OutOfCatalogue,
    /// 分解住院: one stay split into several.
    SplitStays,
    /// 重复住院: somebody admitted again and again.
    RepeatedStays,
    /// 住院期间院外结算: settled elsewhere while in hospital.
    PaidDuringStay,
    /// 小病大治: short and cheap stays for minor diagnoses.
    ShortStays,
    /// 住院率: stays per thousand enrolled, held against peers.
    AdmissionRate,
    /// 慢病管理: the register of chronic diseases, the cards, and the care that they pay.
    Cards,
    /// 基金运行: income, spending and balance of the fund.
    Fund,
}

impl Mechanism {
    /// Every mechanism, in order.
    pub const ALL: [Mechanism; 12] = [
        Mechanism::Coverage,
        Mechanism::Subsidy,
        Mechanism::Benefits,
        Mechanism::FiveChecks,
        Mechanism::OutOfCatalogue,
        Mechanism::SplitStays,
        Mechanism::RepeatedStays,
        Mechanism::PaidDuringStay,
        Mechanism::ShortStays,
        Mechanism::AdmissionRate,
        Mechanism::Cards,
        Mechanism::Fund,
    ];

    /// How institutions treat people, and how often people are admitted: looked for, and owned, together.
    pub const CONDUCT: [Mechanism; 5] = [
        Mechanism::SplitStays,
        Mechanism::RepeatedStays,
        Mechanism::PaidDuringStay,
        Mechanism::ShortStays,
        Mechanism::AdmissionRate,
    ];

    /// The name in published tables and, but for those of [`Mechanism::family`], in job files.
    pub fn name(self) -> &'static str {
        match self {
            Mechanism::Coverage => "coverage",
            Mechanism::Subsidy => "subsidy",
            Mechanism::Benefits => "benefits",
            Mechanism::FiveChecks => "five_checks",
            Mechanism::OutOfCatalogue => "out_of_catalogue",
            Mechanism::SplitStays => "split_stays",
            Mechanism::RepeatedStays => "repeated_stays",
            Mechanism::PaidDuringStay => "paid_during_stay",
            Mechanism::ShortStays => "short_stays",
            Mechanism::AdmissionRate => "admission_rate",
            Mechanism::Cards => "cards",
            Mechanism::Fund => "fund",
        }
    }

    /// The name in job files: one for all of [`Mechanism::CONDUCT`].
    pub fn family(self) -> &'static str {
        if Mechanism::CONDUCT.contains(&self) { "conduct" } else { self.name() }
    }

    /// Whether it asks how somebody stands on the day, not what was paid or done in a year.
    pub fn is_of_the_day(self) -> bool {
        matches!(self, Mechanism::Coverage | Mechanism::FiveChecks | Mechanism::Cards | Mechanism::Fund)
    }

    /// The name that clerks know.
    pub fn term(self) -> &'static str {
        match self {
            Mechanism::Coverage => "应保尽保",
            Mechanism::Subsidy => "资助参保",
            Mechanism::Benefits => "待遇落实",
            Mechanism::FiveChecks => "五查",
            Mechanism::OutOfCatalogue => "目录外费用占比",
            Mechanism::SplitStays => "疑似分解住院",
            Mechanism::RepeatedStays => "疑似重复住院",
            Mechanism::PaidDuringStay => "住院期间院外结算",
            Mechanism::ShortStays => "疑似小病大治",
            Mechanism::AdmissionRate => "住院率",
            Mechanism::Cards => "慢病管理",
            Mechanism::Fund => "基金运行",
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

/// What one audit says of one subject in one year.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Examined {
    /// Who or what.
    pub subject: Subject,
    /// Name as the register has it; nobody else has one.
    pub name: Option<String>,
    /// Every category on the day; of an area, the one looked at.
    pub categories: Categories,
    /// Where it belongs.
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
    /// Sorted by subject; one a subject and year.
    pub examined: Vec<Examined>,
    /// What somebody should look at, one line each: a table that was not delivered, a rule that no document gives.
    pub warnings: Vec<String>,
}
