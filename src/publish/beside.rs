//! What is kept beside the nights: a folder of whole files, added all of it or nothing, under the lock of the nights.

use std::fs::{self, File};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::folder::{STAGING, begun, make_folder, private_folder, rename, sync_folder};
use super::output::private_file;
use crate::error::Error;
use crate::model::Fault;

/// The folder of published nights, locked for a command that adds something beside the nights.
#[derive(Debug)]
pub struct Beside {
    published: PathBuf,
    _lock: Arc<File>,
}

impl Beside {
    /// Takes the lock and tidies what killed runs left.
    ///
    /// # Errors
    /// [`Error::Locked`] beside another run; a folder that is not there.
    pub fn begin(published: &Path) -> Result<Beside, Error> {
        if !published.is_dir() {
            let message = "is not there; name the folder of the published nights";
            return Err(Fault::missing(published.display().to_string(), message).into());
        }
        let lock = begun(published)?;
        Ok(Beside { published: published.to_path_buf(), _lock: lock })
    }

    /// The folder.
    pub fn published(&self) -> &Path {
        &self.published
    }

    /// Adds a folder of whole files below the folder `shelf`, all of it or nothing. Gives back where it stands.
    ///
    /// # Errors
    /// [`Error::CannotWrite`].
    pub fn add(&self, shelf: &str, name: &str, files: &[(&str, &[u8])]) -> Result<PathBuf, Error> {
        let staged = self.published.join(format!("{STAGING}{shelf}-{name}"));
        let write = || {
            make_folder(&staged)?;
            for (name, bytes) in files {
                let mut file = private_file().write(true).create_new(true).open(staged.join(name))?;
                file.write_all(bytes)?;
                file.sync_all()?;
            }
            sync_folder(&staged)
        };
        write().map_err(|cause| {
            // What cannot be removed now is removed by the next run.
            let _ = fs::remove_dir_all(&staged);
            Error::cannot_write(&staged, cause)
        })?;
        let shelf = self.published.join(shelf);
        private_folder().recursive(true).create(&shelf).map_err(|cause| Error::cannot_write(&shelf, cause))?;
        let folder = shelf.join(name);
        rename(&staged, &folder)?;
        sync_folder(&shelf).map_err(|cause| Error::cannot_write(&shelf, cause))?;
        sync_folder(&self.published).map_err(|cause| Error::cannot_write(&self.published, cause))?;
        Ok(folder)
    }
}
