//! The tests, one module a subject: the table of contents of the one test binary.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

/// The crontab and the systemd units: their very command lines publish a night.
#[cfg(unix)]
mod jobs;
/// Job, policy and code mapping files: what loads, what is refused and how, which rules hold on which day.
mod policy;
/// What a night becomes: tables, manifest, folder, metrics, terminal.
mod publish;
/// The README: what it prints, and what it points to.
mod readme;
/// The synthetic delivery: its bytes, its balance, and every fault that its list says it holds.
mod sample;
/// The contract files, and the published tables held to them.
mod schemas;
/// The house: imports, clocks, floats, files, lengths.
mod tidy;
