//! Finished values become bytes: the tables of a night, its manifest, the metrics and the summary on the terminal.
//!
//! The renderers are pure; `folder.rs` alone writes, with `output.rs` for single files and `beside.rs` for what is kept
//! beside the nights: stage, sync, rename. The same values give the same bytes: rows are sorted, the writers' settings
//! fixed, and no clock is read.

mod answers;
pub mod audits;
mod beside;
mod board_night;
mod care_before;
mod chain;
pub mod csv;
pub mod explain;
mod folder;
mod handlings;
mod head;
mod ledger;
mod ledger_counts;
mod lists;
mod made_from;
mod manifest;
pub mod metrics;
mod named;
mod night;
mod opening;
mod output;
pub mod parquet;
mod password;
mod past;
mod past_month;
mod problem_lists;
mod problems;
mod published;
mod replies;
pub mod report;
mod responses;
mod rows;
mod sha256;
mod tables;
pub mod terminal;
mod told;
mod verify;
mod watch;
mod workbook;

pub use audits::AuditNight;
pub use beside::Beside;
pub use board_night::{BoardManifest, BoardNight, staged_board};
pub use care_before::care_of_last_year;
pub use chain::{Chain, chain};
pub use folder::{Staged, Staging};
pub use head::Head;
pub use lists::Sent;
pub use made_from::MadeFrom;
pub use manifest::{
    Amount, Cited, CitedIncome, CitedRule, LedgerCounts, Manifest, Options, Outputs, People, Tolerance, Totals,
    WatchOptions,
};
pub use named::{Against, HashedFile, INPUT_HASH, InputFile, MANIFEST, Predecessor, Program, UsedReply, Written};
pub use night::{Night, night, staged};
pub use opening::{LEDGER, Opening, ledger_of, nights, opening, opening_with, predecessor_of};
pub use output::{OutputFile, replace_file, replace_private_file};
pub use password::{
    Password, Passwords, password_in, password_of, passwords, problems_password, problems_password_text, token,
};
pub use past::{audit_night, counts_its_ledger, nights_until, past, tonight};
pub use problem_lists::SentProblems;
pub use problems::{OpeningProblems, opening_problems, opening_problems_with, problems_of};
pub use published::{PublishedNight, PublishedRow};
pub use replies::{
    KeptReply, NewReply, REPLIES, ReplyLines, keep_reply, problem_replies_until, replies_until, reply_given_before,
};
pub use responses::{ResponseCounts, ResponseTotals};
pub(crate) use rows::{Read, Rows, rows_left};
pub use sha256::{sha256_of, sha256_of_file};
pub use tables::BurdenRow;
pub use verify::{Difference, Verified, verify};
