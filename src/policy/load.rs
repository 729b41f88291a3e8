//! Policy and mapping files are opened here, and nowhere else in the policy.

use std::path::Path;

use sha2::{Digest, Sha256};

use super::{Codes, Policy, codes, read};
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

/// SHA-256 of a file's bytes, in hexadecimal: what `sha256sum` prints.
fn sha256(text: &str) -> String {
    Sha256::digest(text.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect()
}
