//! The policy as data: dated, cited rules, and the rules in force on a day.
//!
//! A policy file becomes a [`Policy`], a policy and a day become [`InForce`]; a mapping file becomes [`Codes`]. Pure:
//! no clock, no file opened but in `load.rs`. It knows neither people nor settlements.

mod assistance;
mod benefits;
mod case;
mod chronic_cards;
mod codes;
mod conduct;
mod enrolment;
mod entitlement;
mod entry;
mod five_checks;
mod fund;
mod in_force;
mod load;
mod out_of_catalogue;
mod read;
mod subsidy;
mod workdays;

use std::fmt;
use std::path::PathBuf;

use rust_decimal::Decimal;

use crate::model::{AreaCode, AreaLevel, BurdenKind, Categories, Fen, Payer, YearBy};

pub use assistance::Assistance;
pub use benefits::{
    Benefits, CriticalIllness, Deductible, Limit, MedicalAssistance, Ratio, Rounding, Scope, Share, Tilt, Whom,
};
pub use case::{Case, CaseIncome, ExpectedFinding};
pub use chronic_cards::{CardGroup, CardHolders, CardReview, DrawMode};
pub use codes::Codes;
pub use conduct::{AdmissionRate, Conduct, Pattern, ShortStays};
pub use enrolment::{Enrolment, EnrolmentWindow, Term};
pub use entitlement::{AssistanceTerms, CriticalTerms, Lacks, Occasion};
pub use entry::Cited;
pub use fund::{FundRule, RunOut};
pub use in_force::{InForce, RuleInForce};
pub use out_of_catalogue::{OutOfCatalogue, Patients};
pub use subsidy::{Subsidy, SubsidyMeasure};
pub use workdays::Workdays;

/// What a place's documents ask for, over time.
#[derive(Debug, Clone, PartialEq)]
pub struct Policy {
    /// The policy file.
    pub path: PathBuf,
    /// SHA-256 of the file's bytes, in hexadecimal.
    pub sha256: String,
    /// The place, as its documents call it.
    pub place: String,
    /// Its division code.
    pub area: AreaCode,
    /// The document that the file was written from, where one is named for the file as a whole.
    pub document: Option<String>,
    /// Who pays before the person does. Empty only in a file without a rule.
    pub payers: Vec<Payer>,
    /// What decides the policy year of a settlement.
    pub year_by: YearBy,
    /// The income that burdens are held against.
    pub income: IncomePolicy,
    /// The warning rules, in the file's order.
    pub rules: Vec<Rule>,
    /// By which way assistance reaches whom, in the file's order.
    pub assistance: Vec<Assistance>,
    /// What is asked of enrolment, in the file's order.
    pub enrolments: Vec<Enrolment>,
    /// What is paid towards whose premium, in the file's order.
    pub subsidies: Vec<Subsidy>,
    /// What critical-illness insurance and medical assistance are to pay; `None` when the file has no rule of either.
    pub benefits: Option<Benefits>,
    /// The orders to ask the five questions, in the file's order.
    pub five_questions: Vec<Cited>,
    /// What is asked of chronic-disease cards, in the file's order.
    pub card_reviews: Vec<CardReview>,
    /// When a fund is to be looked at, in the file's order.
    pub funds: Vec<FundRule>,
    /// How much in-patient cost may lie outside the catalogue, in the file's order.
    pub out_of_catalogue: Vec<OutOfCatalogue>,
    /// What is looked for in the conduct of providers, in the file's order.
    pub conduct: Vec<Conduct>,
    /// The cases that show what the rules mean, in the file's order.
    pub cases: Vec<Case>,
}

/// Which published per-capita disposable income (人均可支配收入) burdens are held against.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IncomePolicy {
    /// Whose income.
    pub series: Series,
    /// Where the figure is looked for, in this order. Empty where no rule holds a burden against an income.
    pub area_levels: Vec<AreaLevel>,
    /// How many years older than last year's a figure may be; an older one makes the result provisional.
    pub older_years: u32,
    /// Where the choice of series is written, when apart from the rules.
    pub reference: Option<Reference>,
}

/// Whose per-capita disposable income (居民人均可支配收入口径).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Series {
    /// 农村常住居民.
    Rural,
    /// 牧区常住居民.
    Pastoral,
    /// 全体居民.
    All,
}

impl Series {
    /// Every series.
    pub const ALL: [Series; 3] = [Series::Rural, Series::Pastoral, Series::All];

    /// The name in policy files and in the income table.
    pub fn name(self) -> &'static str {
        match self {
            Series::Rural => "rural",
            Series::Pastoral => "pastoral",
            Series::All => "all",
        }
    }

    /// Whose income it is, as documents call them.
    pub fn term(self) -> &'static str {
        match self {
            Series::Rural => "农村常住居民",
            Series::Pastoral => "牧区常住居民",
            Series::All => "全体居民",
        }
    }
}

/// One warning rule with its history.
#[derive(Debug, Clone, PartialEq)]
pub struct Rule {
    /// The id in published tables.
    pub id: String,
    /// The title that clerks know.
    pub title: String,
    /// Whom it covers.
    pub categories: Categories,
    /// Which burden it tests.
    pub tests: BurdenKind,
    /// Its values, by day: each begins where the one before ends.
    pub in_force: Vec<Dated>,
    /// Where it begins in the file.
    pub line: usize,
}

/// What a rule says over a span of days, with where that is written.
#[derive(Debug, Clone, PartialEq)]
pub struct Dated {
    /// On which days, and where it is written.
    pub cited: Cited,
    /// How the burden is compared.
    pub comparison: Comparison,
    /// What it is compared with.
    pub measure: Measure,
    /// What ended the rule, when nothing follows.
    pub repealed: Option<Reference>,
}

/// How a burden is held against a threshold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Comparison {
    /// 超过: a burden equal to the threshold does not meet the rule.
    Above,
    /// 达到: a burden equal to the threshold meets the rule.
    AtLeast,
}

impl Comparison {
    /// The key in policy files.
    pub fn name(self) -> &'static str {
        match self {
            Comparison::Above => "above",
            Comparison::AtLeast => "at_least",
        }
    }

    /// The deciding word of the documents.
    pub fn term(self) -> &'static str {
        match self {
            Comparison::Above => "超过",
            Comparison::AtLeast => "达到",
        }
    }
}

/// What a threshold is made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Measure {
    /// So many percent of the reference income: above 0, at most 1000, with at most four decimals.
    PercentOfIncome(Decimal),
    /// A fixed amount, above 0.
    Amount(Fen),
}

/// `50% of income`, or `10000.00 yuan`.
impl fmt::Display for Measure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Measure::PercentOfIncome(percent) => write!(f, "{percent}% of income"),
            Measure::Amount(amount) => write!(f, "{amount} yuan"),
        }
    }
}

/// A citation: where something is written.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Reference {
    /// The document.
    pub title: String,
    /// The article in it.
    pub article: String,
    /// What the article says, word for word.
    pub words: Option<String>,
}

/// Document and article.
impl fmt::Display for Reference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.title, self.article)
    }
}
