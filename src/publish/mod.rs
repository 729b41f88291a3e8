//! Finished values become bytes: the tables of a night, its manifest, the metrics and the summary on the terminal.
//!
//! The renderers are pure; `folder.rs` alone writes: stage, sync, rename. The same values give the same bytes: rows are
//! sorted, the writers' settings fixed, and no clock is read.

mod chain;
pub mod explain;
mod folder;
mod ledger;
mod manifest;
pub mod metrics;
mod night;
mod opening;
pub mod parquet;
mod published;
mod sha256;
mod tables;
pub mod terminal;
mod verify;
mod watch;

pub use chain::{Chain, chain};
pub use folder::{OutputFile, Staged, Staging, replace_file, replace_private_file};
pub use manifest::{
    Amount, Cited, CitedIncome, CitedRule, HashedFile, INPUT_HASH, InputFile, LedgerCounts, MANIFEST, Manifest,
    Options, Outputs, People, Predecessor, Program, Tolerance, Totals, WatchOptions, Written,
};
pub use night::{Night, night, staged};
pub use opening::{LEDGER, Opening, ledger_of, night_before, nights, opening, opening_with};
pub use published::{PublishedNight, PublishedRow};
pub use sha256::{sha256_of, sha256_of_file};
pub use tables::BurdenRow;
pub use verify::{Difference, Verified, verify};
