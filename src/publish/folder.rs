//! Where nights are written: a night is staged beside its place, synced, and renamed into it, all of it or nothing.
//!
//! In the folder of published nights stand, besides the nights themselves (`2025-06-30`):
//!
//! - `.lock`: locked by the one run that may write; the system frees it when the run ends, however it ends;
//! - `.staging-2025-06-30`: a night being written; left by a killed run, and removed by the next one;
//! - `.replacing-2025-06-30`: a night for the moment in which a new one takes its place. Left by a killed run; the next
//!   one puts it back when the new night did not arrive, and keeps it under its other name when it did;
//! - `.replacing`: the days of several nights that are replaced together, one a line. It arrives when all new ones are
//!   whole in their staging folders; a run that finds it puts them in their places, and removes it last;
//! - `2025-06-30.replaced-1`: a night that another one has replaced;
//! - `replies`: what offices returned, a folder each.
//!
//! So at every moment either the old night or the new one is whole, and whatever else there is, the next run tidies. A
//! night rests on the one before it: none is put before, or in the place of one before, those that stand.

use std::collections::BTreeSet;
use std::fs::{self, DirBuilder, File, TryLockError};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::head::Head;
use super::named::{MANIFEST, Written};
use super::opening::nights;
use super::output::{self, OutputFile, private_file};
use crate::error::Error;
use chrono::NaiveDate;

const LOCK: &str = ".lock";
pub(super) const STAGING: &str = ".staging-";
const REPLACING: &str = ".replacing-";
const JOURNAL: &str = ".replacing";

/// A night being written. Dropped before it is committed, it leaves nothing behind.
#[derive(Debug)]
pub struct Staging {
    published: PathBuf,
    as_of: NaiveDate,
    folder: PathBuf,
    replace: bool,
    written: Vec<Written>,
    /// The folders made in it.
    folders: BTreeSet<PathBuf>,
    committed: bool,
    /// Holds the lock until the staging folder is gone.
    _lock: Arc<File>,
}

/// A night that is whole and has its manifest, but not its place yet. Dropped, it leaves nothing behind.
#[derive(Debug)]
pub struct Staged(Staging);

impl Staging {
    /// Takes the lock, tidies what killed runs left, and begins the night of `as_of` in the folder `published`, which
    /// is made when there is none.
    ///
    /// # Errors
    /// [`Error::Locked`] beside another run; [`Error::Published`] when the night stands already and is not to be
    /// replaced; [`Error::Followed`] when later ones stand; [`Error::CannotWrite`].
    pub fn begin(published: &Path, as_of: NaiveDate, replace: bool) -> Result<Staging, Error> {
        let lock = begun(published)?;
        let night = published.join(as_of.to_string());
        if exists(&night)? && !replace {
            return Err(Error::Published(night));
        }
        let later = days_after(published, as_of)?;
        if !later.is_empty() {
            return Err(Error::Followed { night, later });
        }
        Staging::of(published, as_of, replace, &lock)
    }

    /// As [`Staging::begin`], for the night of `as_of` and all later ones that stand, of which `through` is the last,
    /// all to be replaced together.
    ///
    /// # Errors
    /// [`Error::Arguments`] when `through` is not the last night; [`Error::Locked`]; [`Error::CannotWrite`].
    pub fn begin_through(published: &Path, as_of: NaiveDate, through: NaiveDate) -> Result<Vec<Staging>, Error> {
        let lock = begun(published)?;
        let mut days = vec![as_of];
        days.extend(days_after(published, as_of)?);
        match days.last() {
            Some(last) if *last != through => {
                let message = format!("--through {through}: the last night to run again is {last}; name that one");
                Err(Error::Arguments(message))
            }
            _ => days.into_iter().map(|day| Staging::of(published, day, true, &lock)).collect(),
        }
    }

    fn of(published: &Path, as_of: NaiveDate, replace: bool, lock: &Arc<File>) -> Result<Staging, Error> {
        let folder = published.join(format!("{STAGING}{as_of}"));
        make_folder(&folder).map_err(|cause| Error::cannot_write(&folder, cause))?;
        let (published, lock) = (published.to_path_buf(), lock.clone());
        let (written, folders) = (Vec::new(), BTreeSet::new());
        Ok(Staging { published, as_of, folder, replace, written, folders, committed: false, _lock: lock })
    }

    /// Holds the night that is to be replaced to be one of a `kind`: no job takes the place of another's nights. One
    /// whose manifest cannot be used is replaced like any other, as that mends it.
    ///
    /// # Errors
    /// [`Error::Refused`] when a night of another kind stands there.
    pub fn of_kind(self, kind: &str) -> Result<Staging, Error> {
        let manifest = self.published.join(self.as_of.to_string()).join(MANIFEST);
        if let Ok(head) = Head::read(&manifest) {
            head.expect_neighbour(&manifest, kind)?;
        }
        Ok(self)
    }

    /// The day of the night.
    pub fn as_of(&self) -> NaiveDate {
        self.as_of
    }

    /// Where it is being written.
    pub(super) fn folder(&self) -> &Path {
        &self.folder
    }

    /// Writes one file: `render` writes its bytes and gives back how many rows they hold. The file is synced, and named
    /// with size and hash in the manifest. `name` is its path in the night; folders in it are made.
    ///
    /// # Errors
    /// What `render` refuses. When a write failed, that is the error, whatever `render` made of it.
    pub fn write_file(
        &mut self,
        name: &str,
        render: impl FnOnce(&mut OutputFile) -> Result<u64, Error>,
    ) -> Result<&Written, Error> {
        self.make_folders(name)?;
        self.written.push(output::written(&self.folder.join(name), name, render)?);
        self.written.last().ok_or_else(|| Error::Internal(format!("{name}: was written and forgotten")))
    }

    /// Makes the folders that the path `name` leads through.
    fn make_folders(&mut self, name: &str) -> Result<(), Error> {
        let Some(parent) = Path::new(name).parent().filter(|parent| !parent.as_os_str().is_empty()) else {
            return Ok(());
        };
        let folder = self.folder.join(parent);
        private_folder().recursive(true).create(&folder).map_err(|cause| Error::cannot_write(&folder, cause))?;
        let made = parent.ancestors().filter(|folder| !folder.as_os_str().is_empty());
        self.folders.extend(made.map(|folder| self.folder.join(folder)));
        Ok(())
    }

    /// Writes the manifest, last: its text, made with the files written so far as its outputs.
    ///
    /// # Errors
    /// [`Error::CannotWrite`]; those of `manifest`.
    pub fn finish(mut self, manifest: impl FnOnce(Vec<Written>) -> Result<String, Error>) -> Result<Staged, Error> {
        let text = manifest(self.written.clone())?;
        self.write_file(MANIFEST, |out| write_all(out, text.as_bytes()))?;
        for folder in self.folders.iter().chain([&self.folder]) {
            sync_folder(folder).map_err(|cause| Error::cannot_write(folder, cause))?;
        }
        Ok(Staged(self))
    }

    /// Three renames. A run killed before the first leaves the old night, between the first two a night that the next
    /// run puts back, and after the second the new night.
    fn replace(&mut self, night: &Path) -> Result<(), Error> {
        let aside = self.published.join(format!("{REPLACING}{}", self.as_of));
        rename(night, &aside)?;
        if let Err(error) = rename(&self.folder, night) {
            rename(&aside, night)?;
            return Err(error);
        }
        self.committed = true;
        sync_folder(&self.published).map_err(|cause| Error::cannot_write(&self.published, cause))?;
        keep_replaced(&self.published, &aside, night)
    }
}

impl Staged {
    /// The day of the night.
    pub fn as_of(&self) -> NaiveDate {
        self.0.as_of
    }

    /// Where it is as long as it has no place: the next night can begin with it.
    pub fn folder(&self) -> &Path {
        &self.0.folder
    }

    /// Where it will stand.
    pub fn place(&self) -> PathBuf {
        self.0.published.join(self.0.as_of.to_string())
    }

    /// Puts the night in its place. Gives back where it stands.
    ///
    /// # Errors
    /// [`Error::CannotWrite`]; the published folder is then as it was, unless all that failed was the last sync: then
    /// the night stands, but may not outlast a power failure.
    pub fn commit(self) -> Result<PathBuf, Error> {
        let night = self.place();
        let Staged(mut staging) = self;
        match exists(&night)? {
            true if staging.replace => staging.replace(&night)?,
            true => return Err(Error::Published(night)),
            false => {
                rename(&staging.folder, &night)?;
                staging.committed = true;
            }
        }
        sync_folder(&staging.published).map_err(|cause| Error::cannot_write(&staging.published, cause))?;
        Ok(night)
    }

    /// Puts several nights in the places of those that stand there, all or none: before the journal has its name the
    /// old ones stand, and once it has, whatever happens, this run or the next one brings the new ones to their places.
    ///
    /// # Errors
    /// [`Error::CannotWrite`].
    pub fn commit_all(mut nights: Vec<Staged>) -> Result<Vec<PathBuf>, Error> {
        let Some(Staged(first)) = nights.first() else {
            return Ok(Vec::new());
        };
        let published = first.published.clone();
        let days: String = nights.iter().map(|night| format!("{}\n", night.as_of())).collect();
        write_journal(&published, &days)?;
        // From here on the staged nights belong to the journal, whatever fails.
        nights.iter_mut().for_each(|Staged(staging)| staging.committed = true);
        sync_folder(&published).map_err(|cause| Error::cannot_write(&published, cause))?;
        finish_journal(&published)?;
        Ok(nights.iter().map(Staged::place).collect())
    }
}

impl Drop for Staging {
    fn drop(&mut self) {
        if !self.committed {
            // What cannot be removed now is removed by the next run.
            let _ = fs::remove_dir_all(&self.folder);
        }
    }
}

/// Writes bytes that hold no rows of a table.
fn write_all(out: &mut OutputFile, bytes: &[u8]) -> Result<u64, Error> {
    out.write_all(bytes).map(|()| 0).map_err(|cause| Error::cannot_write(Path::new(MANIFEST), cause))
}

/// Makes the folder where there is none, takes its lock and tidies it.
pub(super) fn begun(published: &Path) -> Result<Arc<File>, Error> {
    make_published(published)?;
    let lock = take_lock(published)?;
    tidy(published)?;
    Ok(Arc::new(lock))
}

fn days_after(published: &Path, day: NaiveDate) -> Result<Vec<NaiveDate>, Error> {
    Ok(nights(published)?.into_iter().map(|(night, _)| night).filter(|night| *night > day).collect())
}

fn make_published(published: &Path) -> Result<(), Error> {
    if published.is_dir() {
        return Ok(());
    }
    let made = private_folder().recursive(true).create(published);
    made.map_err(|cause| Error::cannot_write(published, cause))?;
    match published.parent().filter(|parent| !parent.as_os_str().is_empty()) {
        Some(parent) => sync_folder(parent).map_err(|cause| Error::cannot_write(parent, cause)),
        None => Ok(()),
    }
}

fn take_lock(published: &Path) -> Result<File, Error> {
    let path = published.join(LOCK);
    let opened = private_file().write(true).create(true).truncate(false).open(&path);
    let file = opened.map_err(|cause| Error::cannot_write(&path, cause))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(Error::Locked(published.to_path_buf())),
        Err(TryLockError::Error(cause)) => Err(Error::cannot_write(&path, cause)),
    }
}

/// Undoes or finishes what killed runs left. Only called under the lock.
fn tidy(published: &Path) -> Result<(), Error> {
    finish_journal(published)?;
    for name in names(published)? {
        let path = published.join(&name);
        if name.starts_with(STAGING) {
            let remove = if name.ends_with("journal") { fs::remove_file } else { fs::remove_dir_all };
            remove(&path).map_err(|cause| Error::cannot_write(&path, cause))?;
        } else if let Some(day) = name.strip_prefix(REPLACING) {
            let night = published.join(day);
            if exists(&night)? {
                keep_replaced(published, &path, &night)?;
            } else {
                rename(&path, &night)?;
            }
        }
    }
    Ok(())
}

fn write_journal(published: &Path, days: &str) -> Result<(), Error> {
    let staged = published.join(format!("{STAGING}journal"));
    let write = || {
        let mut file = private_file().write(true).create_new(true).open(&staged)?;
        file.write_all(days.as_bytes())?;
        file.sync_all()?;
        fs::rename(&staged, published.join(JOURNAL))
    };
    write().map_err(|cause| {
        // The staged journal is rubbish now; the next run removes it.
        let _ = fs::remove_file(&staged);
        Error::cannot_write(&published.join(JOURNAL), cause)
    })
}

/// Brings every night that the journal names to its place. Each step looks at what was done already, so that a run that
/// is killed leaves the rest to the next.
fn finish_journal(published: &Path) -> Result<(), Error> {
    let journal = published.join(JOURNAL);
    let days = match fs::read_to_string(&journal) {
        Err(cause) if cause.kind() == io::ErrorKind::NotFound => return Ok(()),
        days => days.map_err(|cause| Error::read(&journal, cause))?,
    };
    for day in days.lines() {
        let (staged, night) = (published.join(format!("{STAGING}{day}")), published.join(day));
        let aside = published.join(format!("{REPLACING}{day}"));
        if exists(&staged)? {
            if exists(&night)? {
                rename(&night, &aside)?;
            }
            rename(&staged, &night)?;
        }
        sync_folder(published).map_err(|cause| Error::cannot_write(published, cause))?;
        if exists(&aside)? {
            keep_replaced(published, &aside, &night)?;
        }
    }
    fs::remove_file(&journal).map_err(|cause| Error::cannot_write(&journal, cause))?;
    sync_folder(published).map_err(|cause| Error::cannot_write(published, cause))
}

/// Gives the night at `aside` the name under which a replaced one is kept: the lowest free number.
fn keep_replaced(published: &Path, aside: &Path, night: &Path) -> Result<(), Error> {
    let mut number = 1_u64;
    loop {
        let mut kept = night.as_os_str().to_owned();
        kept.push(format!(".replaced-{number}"));
        let kept = PathBuf::from(kept);
        if !exists(&kept)? {
            rename(aside, &kept)?;
            return sync_folder(published).map_err(|cause| Error::cannot_write(published, cause));
        }
        number += 1;
    }
}

/// The names in a folder that are text, in order; the others are none of ours.
fn names(folder: &Path) -> Result<Vec<String>, Error> {
    let read = || {
        let entries = fs::read_dir(folder)?.map(|entry| Ok(entry?.file_name().into_string().ok()));
        entries.collect::<io::Result<Vec<_>>>()
    };
    let mut names: Vec<String> = read().map_err(|cause| Error::read(folder, cause))?.into_iter().flatten().collect();
    names.sort();
    Ok(names)
}

/// Whether there is anything at `path`, a broken link included.
fn exists(path: &Path) -> Result<bool, Error> {
    match fs::symlink_metadata(path) {
        Ok(_) => Ok(true),
        Err(cause) if cause.kind() == io::ErrorKind::NotFound => Ok(false),
        Err(cause) => Err(Error::read(path, cause)),
    }
}

pub(super) fn rename(from: &Path, to: &Path) -> Result<(), Error> {
    fs::rename(from, to).map_err(|cause| Error::cannot_write(to, cause))
}

pub(super) fn make_folder(path: &Path) -> io::Result<()> {
    private_folder().create(path)
}

/// Makes the names in a folder last. Only Unix syncs folders.
pub(super) fn sync_folder(path: &Path) -> io::Result<()> {
    if cfg!(unix) { File::open(path)?.sync_all() } else { Ok(()) }
}

/// Folders that only the user who runs this can enter.
pub(super) fn private_folder() -> DirBuilder {
    let mut builder = DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder
}
