//! Policy and mapping files are opened here, and nowhere else in the policy.

use std::path::Path;

use sha2::{Digest, Sha256};

use super::{Codes, Policy, Workdays, codes, read, workdays};
use crate::config::{self, Reading};
use crate::error::Error;

impl Policy {
    /// Reads the policy file at `path`.
    ///
    /// # Errors
    /// A missing file, or every fault of the file with its line.
    pub fn load(path: &Path) -> Result<Policy, Error> {
        let text = config::read(path, "policy file")?;
        let reading = Reading::new(path, &text);
        let tree = reading.parse()?;
        let policy = read::policy(&reading.root(&tree), path, sha256(&text));
        reading.finish(policy)
    }
}

impl Codes {
    /// Reads the mapping from local codes to categories at `path`.
    ///
    /// # Errors
    /// A missing file, or every fault of the file with its line.
    pub fn load(path: &Path) -> Result<Codes, Error> {
        let text = config::read(path, "code mapping file")?;
        let reading = Reading::new(path, &text);
        let tree = reading.parse()?;
        let codes = codes::read(&reading.root(&tree), path, sha256(&text));
        reading.finish(codes)
    }
}

impl Workdays {
    /// Reads the file of holidays at `path`.
    ///
    /// # Errors
    /// A missing file, or every fault of the file with its line.
    pub fn load(path: &Path) -> Result<Workdays, Error> {
        let text = config::read(path, "file of holidays")?;
        let reading = Reading::new(path, &text);
        let tree = reading.parse()?;
        let workdays = workdays::read(&reading.root(&tree), path, sha256(&text));
        reading.finish(workdays)
    }
}

/// SHA-256 of a file's bytes, in hexadecimal: what `sha256sum` prints.
fn sha256(text: &str) -> String {
    Sha256::digest(text.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect()
}
