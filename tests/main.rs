//! The table of contents of the one test binary.

/// Job, policy and code mapping files: what loads, what is refused and how, which rules hold on which day.
mod policy;
//! The tests, by subject.

/// What a night becomes: tables, manifest, folder, metrics, terminal.
mod publish;
//! The tests, one module a subject.

mod sample;
