//! The tests, one module a subject: the table of contents of the one test binary.

/// The vocabulary of the whole-program tests.
mod harness;
/// From rows to flags by example, each answer worked out by hand (contract, sections 3 and 4).
mod night;
/// Job, policy and code mapping files: what loads, what is refused and how, which rules hold on which day.
mod policy;
/// What a night becomes: tables, manifest, folder, metrics, terminal.
mod publish;
/// The synthetic delivery: its bytes, its balance, and every fault that its list says it holds.
mod sample;
