//! Plain values and their invariants: money, people, areas, categories, burdens, findings, faults.
//!
//! Nothing here opens a file, reads a clock or knows a policy.

mod account;
mod area;
mod burden;
mod category;
mod evidence;
mod fault;
mod fen;
mod finding;
mod ledger;
mod person;
mod summary;
mod warning;
mod watched;
mod window;

pub use account::{Check, ControlTotals, Fate, Reason, Reject, Tally};
pub use area::{AreaCode, AreaLevel};
pub use burden::{Burden, BurdenKind, Figures, Payer};
pub use category::{Categories, Category};
pub use evidence::EvidenceRow;
pub use fault::{Fault, FaultKind};
pub use fen::Fen;
pub use finding::{Finding, ReferenceIncome};
pub use ledger::{Balance, Ledger, Movement, Place};
pub(crate) use person::mix;
pub use person::{PersonId, check_digit};
pub use summary::SummaryRow;
pub use warning::{Answer, Clearing, Outcome, Standing, State, Warning, WarningId};
pub use watched::{Watch, WatchKind, Watched};
pub use window::{Window, YearBy};
