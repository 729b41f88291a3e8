//! Whether a published night, and the delivery it was made from, are still what the manifest says. Reads only.

use std::fmt;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use rayon::prelude::*;

use super::head::Head;
use super::named::{InputFile, MANIFEST, Written};
use super::sha256::sha256_of_file;
use crate::delivery::content_hash;
use crate::error::Error;

/// One thing that is not as the manifest says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// The file.
    pub place: PathBuf,
    /// What was found, and what was expected.
    pub message: String,
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.place.display(), self.message)
    }
}

/// What was looked at and what was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verified {
    /// Everything that differs, the night's files first.
    pub differences: Vec<Difference>,
    /// How many files of the night the manifest names.
    pub outputs: usize,
    /// How many extracts were looked at, those of a delivery it was held against among them; `None` when its own
    /// delivery could not be reached and was left out.
    pub inputs: Option<usize>,
}

/// Hashes again every file of the night in the folder `night`, and every extract it was made from: in `delivery`, or
/// where the manifest says when that folder is still there; and those of the delivery that it was held against.
///
/// # Errors
/// When the manifest cannot be used, and when a file that is there cannot be read.
pub fn verify(night: &Path, delivery: Option<&Path>) -> Result<Verified, Error> {
    let manifest = Head::read(&night.join(MANIFEST))?;
    let mut differences = outputs_differ(night, &manifest)?;
    let own = delivery.unwrap_or(Path::new(&manifest.delivery));
    let other = manifest.against.as_ref().map(|other| (Path::new(&other.delivery), other.inputs.as_slice()));
    let mut looked_at = None;
    for (delivery, inputs) in [(own, manifest.inputs.as_slice())].into_iter().chain(other) {
        if delivery.is_dir() {
            let held = inputs.par_iter().map(|input| input_differs(delivery, input));
            for difference in held.collect::<Vec<_>>() {
                differences.extend(difference?);
            }
            looked_at = Some(looked_at.unwrap_or_default() + inputs.len());
        }
    }
    let inputs = looked_at.filter(|_| own.is_dir());
    Ok(Verified { differences, outputs: manifest.outputs.len(), inputs })
}

/// What differs in the files of a night.
pub(super) fn outputs_differ(night: &Path, manifest: &Head) -> Result<Vec<Difference>, Error> {
    let mut differences = Vec::new();
    for output in &manifest.outputs {
        differences.extend(output_differs(night, output)?);
    }
    differences.extend(unnamed(night, manifest)?);
    Ok(differences)
}

fn output_differs(night: &Path, output: &Written) -> Result<Option<Difference>, Error> {
    let path = night.join(&output.file);
    hashed(&path, sha256_of_file(&path), "SHA-256", (&output.sha256, output.bytes))
}

fn input_differs(delivery: &Path, input: &InputFile) -> Result<Option<Difference>, Error> {
    let path = delivery.join(&input.table).join(&input.file);
    let found = content_hash(&path).map(|found| (found.blake3, found.bytes));
    hashed(&path, found, "BLAKE3", (&input.blake3, input.bytes))
}

fn hashed(
    path: &Path,
    found: io::Result<(String, u64)>,
    algorithm: &str,
    expected: (&str, u64),
) -> Result<Option<Difference>, Error> {
    let differs = |message| Ok(Some(Difference { place: path.to_path_buf(), message }));
    match found {
        Ok((_, bytes)) if bytes != expected.1 => {
            differs(format!("has {bytes} bytes, but the manifest names {}", expected.1))
        }
        Ok((hash, _)) if hash != expected.0 => {
            differs(format!("has {algorithm} {hash}, but the manifest names {}", expected.0))
        }
        Ok(_) => Ok(None),
        Err(cause) if cause.kind() == io::ErrorKind::NotFound => {
            differs("is missing, but the manifest names it".to_owned())
        }
        Err(cause) => Err(Error::read(path, cause)),
    }
}

/// The files of the night that the manifest does not name, and folders with nothing in them.
fn unnamed(night: &Path, manifest: &Head) -> Result<Vec<Difference>, Error> {
    let mut found = Vec::new();
    let mut folders = vec![PathBuf::new()];
    while let Some(below) = folders.pop() {
        let folder = night.join(&below);
        let read = || {
            let entries = fs::read_dir(&folder)?.map(|entry| {
                let entry = entry?;
                Ok((below.join(entry.file_name()), entry.file_type()?.is_dir()))
            });
            entries.collect::<io::Result<Vec<_>>>()
        };
        let entries = read().map_err(|cause| Error::read(&folder, cause))?;
        if entries.is_empty() {
            found.push(below);
        }
        for (path, is_folder) in entries {
            if is_folder { folders.push(path) } else { found.push(path) }
        }
    }
    found.sort();
    let named = |path: &Path| manifest.outputs.iter().any(|output| path == Path::new(&output.file));
    found.retain(|path| path != Path::new(MANIFEST) && !named(path));
    let message = "is there, but the manifest does not name it";
    Ok(found.iter().map(|path| Difference { place: night.join(path), message: message.to_owned() }).collect())
}
