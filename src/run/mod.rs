//! What can be asked for, one file each: every one calls the stages in order and gives back what there is to tell.
//!
//! Here alone, and in `cli`, may a clock be read.

mod again;
mod answers;
mod audit_inputs;
mod audit_rules;
mod audits;
mod backtest;
mod cards;
mod check;
mod cited;
mod conduct;
mod coverage;
mod explain;
mod found;
mod fund;
mod last_year;
mod made_from;
mod monthly;
mod nightly;
mod on_cluster;
mod plan;
mod policy;
mod problem_list;
mod providers;
mod reply;
mod report;
mod rule_texts;
mod rules;
mod sending;
mod settled;
mod source;
mod verify;

pub use again::{audits_through, nightly_through};
pub use audits::audits;
pub use backtest::{Span, backtest};
pub use check::check;
pub use explain::explain;
pub use nightly::{Order, Outcome, nightly};
pub use plan::plan;
pub use policy::policy;
pub use reply::{ReplyOrder, reply};
pub use report::{board_of, month, report};
pub use verify::{verify, verify_chain};
