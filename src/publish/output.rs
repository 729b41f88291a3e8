//! One file being written: hashed as it passes, or put whole in the place of another.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::Path;

use sha2::{Digest, Sha256};

use super::named::Written;
use super::sha256::hexadecimal;
use crate::error::Error;

/// A file of a night being written: counts and hashes what passes, and remembers why a write failed.
#[derive(Debug)]
pub struct OutputFile {
    file: File,
    hash: Sha256,
    bytes: u64,
    failure: Option<io::Error>,
}

impl OutputFile {
    fn create(path: &Path) -> io::Result<OutputFile> {
        let file = private_file().write(true).create_new(true).open(path)?;
        Ok(OutputFile { file, hash: Sha256::new(), bytes: 0, failure: None })
    }
}

impl Write for OutputFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self.file.write(bytes) {
            Ok(taken) => {
                self.hash.update(&bytes[..taken]);
                self.bytes += taken as u64;
                Ok(taken)
            }
            Err(error) if error.kind() == io::ErrorKind::Interrupted => Err(error),
            Err(error) => {
                let again = error.raw_os_error().map_or_else(|| error.kind().into(), io::Error::from_raw_os_error);
                self.failure.get_or_insert(error);
                Err(again)
            }
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

/// Files that only the user who runs this can read: they name people.
pub(super) fn private_file() -> OpenOptions {
    let mut options = OpenOptions::new();
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
}

/// Writes the file at `path`, which is called `name` in the manifest: `render` writes its bytes and gives back how many
/// rows they hold. The file is synced.
pub(super) fn written(
    path: &Path,
    name: &str,
    render: impl FnOnce(&mut OutputFile) -> Result<u64, Error>,
) -> Result<Written, Error> {
    let cannot_write = |cause| Error::cannot_write(path, cause);
    let mut out = OutputFile::create(path).map_err(cannot_write)?;
    let rendered = render(&mut out);
    if let Some(cause) = out.failure {
        return Err(cannot_write(cause));
    }
    let rows = rendered?;
    out.file.sync_all().map_err(cannot_write)?;
    Ok(Written { file: name.to_owned(), bytes: out.bytes, rows, sha256: hexadecimal(out.hash) })
}

/// Puts `text` in the place of the file `path`, whole or not at all, readable by everybody: for figures that another
/// program collects and that name nobody.
///
/// # Errors
/// [`Error::CannotWrite`]; the file is then as it was.
pub fn replace_file(path: &Path, text: &str) -> Result<(), Error> {
    replace(path, text, OpenOptions::new())
}

/// The same, readable by the user who runs this alone: for a page that names somebody.
///
/// # Errors
/// [`Error::CannotWrite`]; the file is then as it was.
pub fn replace_private_file(path: &Path, text: &str) -> Result<(), Error> {
    replace(path, text, private_file())
}

fn replace(path: &Path, text: &str, mut options: OpenOptions) -> Result<(), Error> {
    let cannot_write = |cause| Error::cannot_write(path, cause);
    let name = path.file_name().ok_or_else(|| cannot_write(io::ErrorKind::InvalidFilename.into()))?;
    let staged = path.with_file_name(format!(".{}.staging", name.display()));
    let mut write = || {
        let mut file = options.write(true).create(true).truncate(true).open(&staged)?;
        file.write_all(text.as_bytes())?;
        file.sync_all().and_then(|()| fs::rename(&staged, path))
    };
    write().map_err(|cause| {
        // The staged file is rubbish now; it is overwritten next time where it cannot be removed.
        let _ = fs::remove_file(&staged);
        cannot_write(cause)
    })
}
