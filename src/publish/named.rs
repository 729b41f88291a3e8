//! What the manifests of every kind of night name: programs, files, replies, and the night before.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

/// The manifest's name in the folder of a night.
pub const MANIFEST: &str = "manifest.json";

/// The hash that inputs are named by.
pub const INPUT_HASH: &str = "blake3";

/// The kind of the nights that have a ledger.
pub(super) const NIGHTLY: &str = "nightly";

/// A program, by name and version.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Program {
    /// Its name.
    pub name: String,
    /// Its version.
    pub version: String,
}

impl Program {
    /// This one.
    pub fn this() -> Program {
        Program { name: env!("CARGO_PKG_NAME").to_owned(), version: env!("CARGO_PKG_VERSION").to_owned() }
    }
}

/// A file that a person wrote: job, policy or mapping.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HashedFile {
    /// Its path, as given or resolved by the job.
    pub file: String,
    /// SHA-256, in hexadecimal.
    pub sha256: String,
}

/// A night that another one began with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Predecessor {
    /// Its day.
    pub night: NaiveDate,
    /// SHA-256 of its manifest, in hexadecimal.
    pub sha256: String,
}

/// An extract that was read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct InputFile {
    /// Its table.
    pub table: String,
    /// Its path below the table's folder.
    pub file: String,
    /// Its size.
    pub bytes: u64,
    /// Its rows.
    pub rows: u64,
    /// BLAKE3 of its content, in hexadecimal; of a file that a cluster alone reached, `sha256:` and that.
    pub blake3: String,
}

/// Another delivery of the same day, and every extract of it that was read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Against {
    /// Its folder, as it was named.
    pub delivery: String,
    /// Every extract that was read.
    pub inputs: Vec<InputFile>,
}

/// A file of the night.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Written {
    /// Its name.
    pub file: String,
    /// Its size.
    pub bytes: u64,
    /// Its rows.
    pub rows: u64,
    /// SHA-256, in hexadecimal.
    pub sha256: String,
}

/// A reply that a night has used, as the manifest names it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct UsedReply {
    /// Its folder, below that of the nights.
    pub folder: String,
    /// SHA-256 of the file as it came, in hexadecimal.
    pub sha256: String,
    /// SHA-256 of its `reply.json`, which names that of the answers.
    pub record_sha256: String,
}
