//! fangpin (防贫) keeps people from falling, or falling back, into poverty through illness: every night it adds up what
//! each insured person was left to pay, to the fen, and flags those above the policy's threshold.
//!
//! # Bird's-eye view
//!
//! A night, as a sentence: a [`Job`](job::Job) names a delivery, a policy and a folder to publish in; the
//! [`Delivery`](delivery::Delivery) is held to the [contract] before a row is read; its settlements become one
//! [burden] a person, with rejects and control totals; the burdens and the rules in force become
//! [`Finding`](model::Finding)s; these and last night's [ledger] become tonight's
//! [`Warning`](model::Warning)s; and all of it becomes one published [`Night`](publish::Night), or nothing does.
//! [`run::nightly`] is that sentence in code: begin there. Beside it run the audits of a week and of a month
//! ([`run::audits`]): the same delivery, held against what the documents ask for, becomes one verdict a person, and the
//! verdicts become the list of [problems] that the next night carries on.
//!
//! # Code map
//!
//! Data flows one way. A module imports what stands above it in the list below, never what stands below it; each says
//! in its first lines what it does and what it must not know. Beside the code: `schemas/` is the contract, one file a
//! table, and is read by the program; `data/policy/` and `data/codes/` hold a place's rules and the meaning of its
//! codes, so that a new place needs no code; `jobs/` holds one file a job; `tests/main.rs` is the table of contents
//! of the tests.
//!
//! # Invariants
//!
//! `tests/tidy.rs` reads the sources and holds them to the first.
//!
//! 1. No clock below `run` and `cli`: the day is an argument. No float anywhere: amounts are whole fen or exact
//!    decimals. Files are read in `config`, `delivery`, `replies` and `publish`, and written in `publish/folder.rs`,
//!    with `output.rs` and `beside.rs`, and in `sample` alone.
//! 2. Same inputs, same bytes: sorted outputs, fixed writer settings, any number of threads.
//! 3. A published night is never changed. No other state exists: tonight begins with the ledger, or the problem list,
//!    of the latest night before it, so a crash leaves the last night whole, and any night can be run again with all
//!    later ones.
//! 4. A bad row is data: it is set aside, with its reason. A bad file, contract or policy refuses the night, and the
//!    refusal names every fault at once.
//! 5. Every row, every fen and every warning is accounted for: the control totals and the ledger close, or nothing is
//!    published.
//! 6. No name and no certificate number stands in a message or a log.
//!
//! # What is deliberately absent
//!
//! No database, no server and no state but the published nights. No default for what a policy does not say: a missing
//! rule or income is a refusal that names it. No judgement of a person: flagged means "to be looked at". No locality
//! in code. No trait with one implementation, no unsafe code, no async.

// In reading order: each imports only what stands above it. Comments, as each module has documentation of its own,
// whose links would not be found from here.

// Plain values and what always holds of them: fen, persons, areas, categories, burdens, findings, reasons.
pub mod model;

// How a command ends when it does not succeed, and its exit code.
pub mod error;

// The contract as data: every table in and out, from `schemas/`.
pub mod contract;

// A configuration file read key by key, every fault of it with its line.
mod config;

// A job file becomes a checked job; nothing is opened.
pub mod job;

// Dated, cited rules, and those in force on a day.
pub mod policy;

// What the bureaus sent: files found, held to the contract, read as typed columns. Knows no policy.
pub mod delivery;

// Settlement rows become one burden a person. The hot path. Knows no threshold.
pub mod burden;

// Burdens and rules become findings. Pure.
pub mod assess;

// The same burdens and findings as Spark SQL, for whoever has the data in a cluster. Pure.
pub mod spark;

// Last night's warnings and tonight's findings become tonight's warnings, and what changed. Pure.
pub mod ledger;

// What was delivered and what the documents ask for become one verdict a person: the audits beside the nightly warning.
pub mod audit;

// Yesterday's problems and tonight's verdicts become tonight's problems. Pure.
pub mod problems;

// Warnings and offices become the lists that are due. Pure.
pub mod lists;

// The lists that offices return become answers to warnings, line by line.
pub mod replies;

// Published nights become what the board shows, nobody given away. Pure.
pub mod board;

// Finished values become bytes in a folder that is whole or absent; and a night is verified.
pub mod publish;

// A session with a Spark cluster, and what it left behind as values. Knows nothing of what its statements mean.
pub mod cluster;

// What can be asked for, one file each: the stages in order.
pub mod run;

// A synthetic delivery of any size, faults included.
pub mod sample;

// What was typed becomes a command.
pub mod cli;
