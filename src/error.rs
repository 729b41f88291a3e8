//! How a command ends when it does not succeed, and the exit code of each ending (contract, section 6).

use std::cell::Cell;
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};

use chrono::NaiveDate;

use crate::model::{Fault, FaultKind};

/// Why a command did not do what was asked.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The command line does not say something that can be done.
    #[error("{0}")]
    Arguments(String),
    /// Something given is wrong: every fault found, one line each.
    #[error("{}", lines(.0))]
    Refused(Vec<Fault>),
    /// A file or folder cannot be written: a full disk, no permission, a folder that is in the way.
    #[error("{path}: cannot be written: {cause}; {mend}", path = .path.display())]
    CannotWrite {
        /// Which one.
        path: PathBuf,
        /// What the system said.
        cause: io::Error,
        /// What to do.
        mend: &'static str,
    },
    /// The night stands already.
    #[error("{}: is published already and was left as it is; run with --replace to put this one in its place (the old one is kept)", .0.display())]
    Published(PathBuf),
    /// Later nights rest on the night.
    #[error("{}: {}", .night.display(), rest_on_it(.later))]
    Followed {
        /// The night.
        night: PathBuf,
        /// The days of those that stand after it.
        later: Vec<NaiveDate>,
    },
    /// A read failed that should not have.
    #[error("{path}: cannot be read: {cause}", path = .path.display())]
    Read {
        /// Which file.
        path: PathBuf,
        /// What the system said.
        cause: io::Error,
    },
    /// Another run is at work on the same published folder.
    #[error("{}: another run holds the lock; nothing was done, try again when it has ended", .0.display())]
    Locked(PathBuf),
    /// A cluster does not answer, or gave up what it was asked.
    #[error("{remote}: {what}; nothing was published, try again when the cluster stands")]
    Cluster {
        /// Its address.
        remote: String,
        /// What became of it.
        what: String,
    },
    /// The program itself is at fault.
    #[error("{0}; this is a fault of the program, nothing was published: please report it")]
    Internal(String),
}

impl Error {
    /// The exit code, as in `sysexits.h`.
    pub fn exit_code(&self) -> u8 {
        match self {
            Error::Arguments(_) => 64,
            Error::Refused(faults) => match faults.iter().map(|fault| fault.kind).min() {
                Some(FaultKind::Missing) => 66,
                Some(FaultKind::Config) => 78,
                Some(FaultKind::Data) | None => 65,
            },
            Error::Internal(_) => 70,
            Error::CannotWrite { .. } | Error::Published(_) | Error::Followed { .. } => 73,
            Error::Read { .. } => 74,
            Error::Locked(_) | Error::Cluster { .. } => 75,
        }
    }

    /// A failed read of `path`.
    pub fn read(path: &Path, cause: io::Error) -> Error {
        Error::Read { path: path.to_path_buf(), cause }
    }

    /// A failed write of `path`.
    pub fn cannot_write(path: &Path, cause: io::Error) -> Error {
        let mend = match cause.kind() {
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => "free some space and run again",
            io::ErrorKind::PermissionDenied => "let the user who runs this write there",
            _ => "see that the folder exists and can be written",
        };
        Error::CannotWrite { path: path.to_path_buf(), cause, mend }
    }
}

impl From<Fault> for Error {
    fn from(fault: Fault) -> Error {
        Error::Refused(vec![fault])
    }
}

fn lines(faults: &[Fault]) -> String {
    faults.iter().map(Fault::to_string).collect::<Vec<_>>().join("\n")
}

fn rest_on_it(later: &[NaiveDate]) -> String {
    let named = later.iter().map(NaiveDate::to_string).collect::<Vec<_>>().join(", ");
    let last = later.last().map(NaiveDate::to_string).unwrap_or_default();
    format!(
        "later nights stand that rest on what is before them: {named}; nothing was done: run this one into a copy of \
         the folder as it stood before it, replies and all (--published), or together with them (--replace --through \
         {last}; the old ones are kept)"
    )
}

thread_local! {
    static CONTAINED: Cell<bool> = const { Cell::new(false) };
}

/// Whether a panic of this thread ends in [`contained`], so that it is no fault of the program.
pub fn is_contained() -> bool {
    CONTAINED.get()
}

/// Does work in which a library panics where it should fail: on damaged bytes, on a full disk. `None` when it did;
/// nothing that the work held may be used after that.
pub(crate) fn contained<T>(work: impl FnOnce() -> T) -> Option<T> {
    CONTAINED.set(true);
    let done = catch_unwind(AssertUnwindSafe(work));
    CONTAINED.set(false);
    done.ok()
}

/// Two results, or the faults of both.
pub(crate) fn both<A, B>(a: Result<A, Error>, b: Result<B, Error>) -> Result<(A, B), Error> {
    match (a, b) {
        (Ok(a), Ok(b)) => Ok((a, b)),
        (Err(Error::Refused(mut a)), Err(Error::Refused(b))) => {
            a.extend(b);
            Err(Error::Refused(a))
        }
        (Err(error), _) | (_, Err(error)) => Err(error),
    }
}
