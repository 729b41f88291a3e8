//! Plain values and their invariants: money, people, areas, categories, burdens, findings, faults.
//!
//! Nothing here opens a file, reads a clock or knows a policy.

mod account;
mod area;
mod audit;
mod benefit;
pub mod board;
mod burden;
mod cadence;
mod category;
mod chronic;
mod coverage;
mod digits;
mod enrolment;
mod evidence;
mod fault;
mod fen;
mod finding;
mod fund;
mod hospital;
mod ledger;
mod list;
mod matter;
mod month;
pub mod monthly;
mod person;
mod problem;
mod reply;
mod stay;
mod subject;
mod summary;
mod told;
mod visit;
mod warning;
mod watched;
mod window;

pub use account::{Check, ControlTotals, Fate, Reason, Reject, Tally};
pub use area::{AreaCode, AreaLevel};
pub use audit::{Audited, Examined, Mechanism, Verdict};
pub use benefit::{BenefitLayer, BenefitTotal, LayerYear, PersonBenefits};
pub use burden::{Burden, BurdenKind, Figures, Payer};
pub use cadence::Cadence;
pub use category::{Categories, Category};
pub use chronic::ChronicDisease;
pub use coverage::{Coverage, CoverageRate, CoverageRow, Difference, DifferenceKind, HeldSpell, RateArea};
pub(crate) use digits::EightDigits;
pub use enrolment::{EnrolmentStatus, InsuranceType};
pub use evidence::EvidenceRow;
pub use fault::{Fault, FaultKind};
pub use fen::Fen;
pub(crate) use fen::{PUBLISHED_DECIMALS, as_published};
pub use finding::{Finding, ReferenceIncome};
pub use fund::{Fund, FundMonth};
pub use hospital::HospitalLevel;
pub use ledger::{Balance, Ledger, LedgerCount, Movement, Place};
pub use list::{Column, ProblemSheet, Sheet, Way};
pub use matter::Matter;
pub use month::Month;
pub(crate) use person::{CERTIFICATE_WEIGHTS, mix};
pub use person::{PersonId, check_digit};
pub use problem::{
    Handled, Handling, Problem, ProblemBalance, ProblemChange, ProblemId, ProblemList, ProblemState, Shown, Solution,
    SolvedBy, VerdictCounts,
};
pub use reply::{
    ProblemReply, Reply, ReplyCounts, ReplyFault, ReplyLine, ReplyName, ReplyPlace, ResponseKey, Responses,
};
pub use stay::{Institution, PaidDuring, RowPlace, Stay, StayDays};
pub use subject::Subject;
pub use summary::SummaryRow;
pub use told::Told;
pub use visit::{Care, Visit};
pub use warning::{Answer, Clearing, Outcome, Standing, State, Warning, WarningId};
pub(crate) use warning::{compared, short_number};
pub use watched::{Watch, WatchKind, Watched};
pub use window::{Window, YearBy};
