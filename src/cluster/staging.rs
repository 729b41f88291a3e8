//! The folder that the cluster writes to and this program reads. It names people: it is emptied before a night and
//! after it, so that a night that was cut short leaves nothing longer than until the next.

use std::fs::{self, DirBuilder, File};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use arrow_array::{ArrayRef, RecordBatch, StringArray};
use parquet::arrow::ArrowWriter;

use crate::error::Error;
use crate::model::{Fault, PersonId};

/// What is ours in the staging folder.
const OWN: &str = "fangpin_night";
/// What a cluster leaves beside the files of a folder that it has written to its end.
const WRITTEN: &str = "_SUCCESS";

/// A night's own folder in staging; it goes when this is dropped.
#[derive(Debug)]
pub struct Staging {
    root: PathBuf,
}

impl Staging {
    /// An empty folder below `staging`.
    ///
    /// # Errors
    /// A folder that is missing, or in which nothing can be written or removed.
    pub fn begin(staging: &Path) -> Result<Staging, Error> {
        if !staging.is_dir() {
            let message = "no such folder; name with `staging` in [engine] one that this program and the cluster reach";
            return Err(Fault::missing(staging.display().to_string(), message).into());
        }
        let root = std::path::absolute(staging).map_err(|cause| Error::read(staging, cause))?.join(OWN);
        clear(&root).map_err(|cause| Error::cannot_write(&root, cause))?;
        DirBuilder::new().create(&root).map_err(|cause| Error::cannot_write(&root, cause))?;
        Ok(Staging { root })
    }

    /// A folder in it, as the cluster names it.
    pub fn uri(&self, folder: &str) -> String {
        format!("file://{}", self.root.join(folder).display())
    }

    /// The statement that has the rows of `query` written to a folder in it.
    pub fn written(&self, folder: &str, query: &str) -> String {
        format!("INSERT OVERWRITE DIRECTORY '{}' USING parquet {query}", self.uri(folder))
    }

    /// Writes the numbers of `people` for the cluster to read, and gives back where.
    ///
    /// # Errors
    /// A folder that cannot be written.
    pub fn ask(&self, people: &[&PersonId]) -> Result<String, Error> {
        let numbers: StringArray = people.iter().map(|person| Some(person.to_string())).collect();
        let batch = RecordBatch::try_from_iter([("person_id", Arc::new(numbers) as ArrayRef)]);
        let strange = |cause: &dyn std::fmt::Display| Error::Internal(format!("whom to ask for: {cause}"));
        let batch = batch.map_err(|cause| strange(&cause))?;
        let path = self.root.join("asked.parquet");
        let file = File::create(&path).map_err(|cause| Error::cannot_write(&path, cause))?;
        let mut writer = ArrowWriter::try_new(file, batch.schema(), None).map_err(|cause| strange(&cause))?;
        let full = |cause| Error::cannot_write(&path, io::Error::other(cause));
        writer.write(&batch).and_then(|()| writer.close().map(drop)).map_err(full)?;
        Ok(self.uri("asked.parquet"))
    }

    /// The Parquet files of a folder that the cluster has written.
    ///
    /// # Errors
    /// A folder that is not there, although the cluster says that it is written.
    pub(super) fn files(&self, folder: &str) -> Result<Vec<PathBuf>, Error> {
        let path = self.root.join(folder);
        if !path.join(WRITTEN).exists() {
            let message = "the cluster has written it, but not here; is it one and the same folder for this program \
                           and for every worker?";
            return Err(Fault::missing(path.display().to_string(), message).into());
        }
        let entries = fs::read_dir(&path).map_err(|cause| Error::read(&path, cause))?;
        let paths = entries.map(|entry| entry.map(|entry| entry.path())).collect::<Result<Vec<_>, _>>();
        let mut paths = paths.map_err(|cause| Error::read(&path, cause))?;
        paths.retain(|path| path.extension().is_some_and(|extension| extension == "parquet"));
        paths.sort();
        Ok(paths)
    }
}

impl Drop for Staging {
    fn drop(&mut self) {
        // What cannot be removed now is removed, or refused, by the next night.
        drop(clear(&self.root));
    }
}

fn clear(root: &Path) -> io::Result<()> {
    match fs::remove_dir_all(root) {
        Err(cause) if cause.kind() != io::ErrorKind::NotFound => Err(cause),
        _ => Ok(()),
    }
}
