//! The tests, by subject.

/// What a night becomes: tables, manifest, folder, metrics, terminal.
mod publish;
