//! What the manifests of every kind of night say alike: read by whoever looks at a night without regard to its kind.

use std::io;
use std::path::Path;

use chrono::NaiveDate;
use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::named::{Against, INPUT_HASH, InputFile, MANIFEST, Predecessor, UsedReply, Written};
use crate::error::Error;
use crate::model::Fault;

/// The part of a manifest that nights of every kind have.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Head {
    /// The kind of job.
    pub kind: String,
    /// The day assessed.
    pub as_of: NaiveDate,
    /// The night that this one began with; `None` for the first.
    pub predecessor: Option<Predecessor>,
    /// The folder of the delivery, as the job resolved it.
    pub delivery: String,
    /// The algorithm of the inputs' hashes: [`INPUT_HASH`].
    pub input_hash: String,
    /// Every extract that was read.
    pub inputs: Vec<InputFile>,
    /// The other delivery that the night was held against; `None` where none was named.
    #[serde(default)]
    pub against: Option<Against>,
    /// Every file of the night but this one, in the order written.
    pub outputs: Vec<Written>,
    /// The replies from which the night has its answers, in the order in which they count.
    #[serde(default)]
    pub replies: Vec<UsedReply>,
}

impl Head {
    /// Reads a `manifest.json`.
    ///
    /// # Errors
    /// When there is none, when it cannot be read, and when it is no manifest of this program.
    pub fn read(path: &Path) -> Result<Head, Error> {
        Head::of(path, &bytes(path)?)
    }

    /// What the `bytes` of the manifest at `path` say.
    pub(super) fn of(path: &Path, bytes: &[u8]) -> Result<Head, Error> {
        let head: Head = parsed(path, bytes)?;
        if head.input_hash != INPUT_HASH {
            let message = format!("`input_hash` is {:?}, expected {INPUT_HASH:?}", head.input_hash);
            return Err(Fault::data(path.display().to_string(), message).into());
        }
        Ok(head)
    }

    /// Reads the manifest of the night in `folder`, which has to be of one `kind`: nights of several kinds in one
    /// folder would begin with one another.
    ///
    /// # Errors
    /// As [`Head::read`]; a night of another kind.
    pub fn of_kind(folder: &Path, kind: &str) -> Result<Head, Error> {
        let path = folder.join(MANIFEST);
        let head = Head::read(&path)?;
        head.expect_neighbour(&path, kind)?;
        Ok(head)
    }

    /// Holds the manifest at `path` to be that of a night of one `kind`, as all nights of its folder are.
    pub(super) fn expect_neighbour(&self, path: &Path, kind: &str) -> Result<(), Fault> {
        self.expect_kind(path, kind, "; give each job a folder of its own (`published`)")
    }

    /// Holds the manifest at `path` to be that of a night of one `kind`.
    pub(super) fn expect_kind(&self, path: &Path, kind: &str, mend: &str) -> Result<(), Fault> {
        if self.kind == kind {
            return Ok(());
        }
        let message = format!("is that of a night of kind {}, expected {kind}{mend}", self.kind);
        Err(Fault::data(path.display().to_string(), message))
    }
}

/// The bytes of the manifest at `path`.
pub(super) fn bytes(path: &Path) -> Result<Vec<u8>, Error> {
    std::fs::read(path).map_err(|cause| match cause.kind() {
        io::ErrorKind::NotFound => {
            let message = "is not there; name the folder of a published night";
            Error::from(Fault::missing(path.display().to_string(), message))
        }
        _ => Error::read(path, cause),
    })
}

/// What the `bytes` of the manifest at `path` say, as far as `T` asks for it.
pub(super) fn parsed<T: DeserializeOwned>(path: &Path, bytes: &[u8]) -> Result<T, Error> {
    let refused = |error| Fault::data(path.display().to_string(), format!("is not the manifest of a night: {error}"));
    Ok(serde_json::from_slice(bytes).map_err(refused)?)
}
