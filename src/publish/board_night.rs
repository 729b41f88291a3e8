//! A night of the board: the site's files, and the manifest that names the nights it was made from.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::folder::{Staged, Staging};
use super::manifest::json;
use super::named::{HashedFile, INPUT_HASH, InputFile, MANIFEST, Predecessor, Program, Written};
use super::report::SiteFile;
use crate::error::Error;

/// The manifest of a night of the board. [`Head`](super::Head) reads what it has in common with those of other nights:
/// it has no delivery and no extracts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct BoardManifest {
    /// What wrote it.
    pub program: Program,
    /// The kind of job.
    pub kind: String,
    /// The day of the board.
    pub as_of: NaiveDate,
    /// The job file.
    pub job: HashedFile,
    /// The policy file.
    pub policy: HashedFile,
    /// The board before this one.
    pub predecessor: Option<Predecessor>,
    /// Always empty: nothing delivered is read.
    pub delivery: String,
    /// The algorithm of the inputs' hashes, of which there are none.
    pub input_hash: String,
    /// Always empty.
    pub inputs: Vec<InputFile>,
    /// The nights that it was made from; those of the past are vouched for by the latest of each kind.
    pub nights: Vec<BoardNight>,
    /// Every file of the night but this one, in the order written.
    pub outputs: Vec<Written>,
}

/// A night that the board was made from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BoardNight {
    /// The kind of job.
    pub kind: String,
    /// Its day.
    pub night: NaiveDate,
    /// SHA-256 of its manifest, in hexadecimal.
    pub sha256: String,
}

/// Writes a night of the board: every file of the site, then the manifest. Only its place is missing then.
///
/// # Errors
/// [`Error::CannotWrite`].
pub fn staged_board(mut staging: Staging, files: &[SiteFile], manifest: BoardManifest) -> Result<Staged, Error> {
    for file in files {
        staging.write_file(&file.name, |out| {
            let written = std::io::Write::write_all(out, file.text.as_bytes());
            written.map(|()| 0).map_err(|cause| Error::Internal(format!("{}: {cause}", file.name)))
        })?;
    }
    staging.finish(|outputs| json(MANIFEST, &BoardManifest { outputs, ..manifest }))
}

impl BoardManifest {
    /// But for the outputs: those are known when they are written.
    pub fn of(
        as_of: NaiveDate,
        (job, policy): (HashedFile, HashedFile),
        predecessor: Option<Predecessor>,
        nights: Vec<BoardNight>,
    ) -> BoardManifest {
        BoardManifest {
            program: Program::this(),
            kind: "report".to_owned(),
            as_of,
            job,
            policy,
            predecessor,
            delivery: String::new(),
            input_hash: INPUT_HASH.to_owned(),
            inputs: Vec::new(),
            nights,
            outputs: Vec::new(),
        }
    }
}
