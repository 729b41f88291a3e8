//! Passwords of lists, and the token of a cluster: read from a file or the environment, never shown. A password is put
//! on a workbook (ECMA-376 agile encryption, [MS-OFFCRYPTO] 2.3.4.10, which Excel, WPS and LibreOffice open).
//!
//! # Same inputs, same bytes
//!
//! The file's key and salts are drawn from a stream whose seed is BLAKE3, keyed by the password, over the plain bytes:
//! not from the system's randomness, so that a night run again gives the same file. That is sound:
//!
//! - The seed is a pseudo-random function of the content under a key that only a holder of the password has; nobody
//!   else can tell the key and salts from random ones. Two different contents never share key and salts, so no block is
//!   encrypted twice under them. Equal files show that they are equal, and nothing more.
//! - The password is stretched before it becomes that key, as often as the format itself stretches it (100,000 rounds
//!   of SHA-512). Whoever knows the plain bytes of a list and guesses at the password from the salts, which stand in
//!   the open, has no cheaper guess than the one that the format's own verifier allows.

use std::collections::BTreeMap;
use std::env;
use std::fmt;
use std::fs::File;
use std::io::{self, Cursor, Read, Write};
use std::path::Path;

use ms_offcrypto_writer::Ecma376AgileWriter;
use rand_chacha::ChaCha20Rng;
use rand_chacha::rand_core::SeedableRng;
use sha2::{Digest, Sha512};

use crate::error::Error;
use crate::job::{Job, Office, Protection, Spark};
use crate::model::Fault;

/// The longest password that Excel takes.
const LONGEST: usize = 255;
/// How often the password is hashed before it becomes a key: as often as the format itself does.
const ROUNDS: u32 = 100_000;
/// What the key is for, so that the same password elsewhere gives another one.
const CONTEXT: &str = "fangpin 2025 warning lists: seed of a workbook's key and salts";

/// A password, stretched once. `Debug` shows nothing of it.
pub struct Password {
    text: String,
    key: [u8; 32],
}

impl fmt::Debug for Password {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Password(..)")
    }
}

/// The passwords of the offices that have one, by the office's id.
pub type Passwords = BTreeMap<String, Password>;

/// Reads the password of every office: also of those that receive nothing tonight, so that a missing one is found on
/// the first night and not at the month's end.
///
/// # Errors
/// A file that is missing or that others can read, a variable that is not set, a password that nobody could type.
pub fn passwords(job: &Job) -> Result<Passwords, Error> {
    let mut passwords = Passwords::new();
    let mut faults = Vec::new();
    for office in &job.offices {
        match password(&office.protection) {
            Ok(Some(text)) => drop(passwords.insert(office.id.clone(), Password::of(text))),
            Ok(None) => {}
            Err(secret) => faults.push(secret.of(job, office)),
        }
    }
    if faults.is_empty() { Ok(passwords) } else { Err(Error::Refused(faults)) }
}

/// The password of one office's lists as text; `None` where they have none.
///
/// # Errors
/// See [`passwords`].
pub fn password_of(job: &Job, office: &str) -> Result<Option<String>, Error> {
    let Some(office) = job.offices.iter().find(|one| one.id == office) else { return Ok(None) };
    password(&office.protection).map_err(|secret| secret.of(job, office).into())
}

/// The password of the lists of problems; `None` where they have none.
///
/// # Errors
/// See [`passwords`].
pub fn problems_password(job: &Job) -> Result<Option<Password>, Error> {
    Ok(problems_password_text(job)?.map(Password::of))
}

/// The same as text.
///
/// # Errors
/// See [`passwords`].
pub fn problems_password_text(job: &Job) -> Result<Option<String>, Error> {
    let problems = &job.problems;
    password(&problems.protection).map_err(|secret| secret.at(job, problems.line, "[problems]").into())
}

/// The password that a file named on the command line holds, as text.
///
/// # Errors
/// See [`passwords`].
pub fn password_in(path: &Path) -> Result<Option<String>, Error> {
    password(&Protection::File(path.to_path_buf())).map_err(|secret| match secret {
        Secret::Wrong(message) => Fault::config("--password-file", message).into(),
        Secret::Missing(fault) => fault.into(),
    })
}

/// What the Connect server of a cluster asks for; `None` where the job names nothing.
///
/// # Errors
/// As [`passwords`].
pub fn token(job: &Job, spark: &Spark) -> Result<Option<String>, Error> {
    secret(&spark.token, "token").map_err(|secret| secret.at(job, spark.line, "[engine]").into())
}

/// Why there is no password.
enum Secret {
    Wrong(String),
    Missing(Fault),
}

impl Secret {
    /// The fault, at the office's place in the job.
    fn of(self, job: &Job, office: &Office) -> Fault {
        self.at(job, office.line, &format!("office `{}`", office.id))
    }

    /// The fault, on a line of the job, of `whose` password it is.
    fn at(self, job: &Job, line: usize, whose: &str) -> Fault {
        match self {
            Secret::Wrong(message) => {
                Fault::config(format!("{} line {line}", job.path.display()), format!("{whose}: {message}"))
            }
            Secret::Missing(fault) => fault,
        }
    }
}

fn password(protection: &Protection) -> Result<Option<String>, Secret> {
    let text = secret(protection, "password")?;
    match &text {
        Some(text) if text.chars().count() > LONGEST => Err(Secret::Wrong(format!(
            "{} holds more than 255 characters, which Excel does not take as a password",
            place(protection, "password")
        ))),
        _ => Ok(text),
    }
}

/// Where a secret is kept, `what` it is.
fn place(protection: &Protection, what: &str) -> String {
    match protection {
        Protection::Plain => format!("no {what}"),
        Protection::File(path) => format!("the {what} file {}", path.display()),
        Protection::Variable(name) => format!("the variable {name} of the environment"),
    }
}

/// The one line that is kept in a file or a variable; `None` where there is nothing to keep.
fn secret(protection: &Protection, what: &str) -> Result<Option<String>, Secret> {
    let text = match protection {
        Protection::Plain => return Ok(None),
        Protection::File(path) => from_file(path, what)?,
        Protection::Variable(name) => from_variable(name)?,
    };
    let wrong = |how: &str| Err(Secret::Wrong(format!("{} {how}", place(protection, what))));
    match text.as_str() {
        "" => wrong(&format!("is empty, expected a {what}")),
        text if text.chars().any(char::is_control) => {
            wrong(&format!("holds more than one line, expected the {what} alone"))
        }
        _ => Ok(Some(text)),
    }
}

/// The one line of a file that its owner alone can read.
fn from_file(path: &Path, what: &str) -> Result<String, Secret> {
    let place = path.display();
    let failed = |cause: io::Error| match cause.kind() {
        io::ErrorKind::NotFound => {
            let message = format!("no such {what} file; see that the path is right");
            Secret::Missing(Fault::missing(place.to_string(), message))
        }
        _ => Secret::Wrong(format!("the {what} file {place} cannot be read: {cause}")),
    };
    let mut file = File::open(path).map_err(failed)?;
    if let Some(mode) = others_can_read(&file).map_err(failed)? {
        return Err(Secret::Wrong(format!(
            "the {what} file {place} has mode {mode:o}, so that others can reach it; let its owner alone read it: \
             chmod 600"
        )));
    }
    let mut text = String::new();
    let mut start = Read::by_ref(&mut file).take(4096);
    start.read_to_string(&mut text).map_err(failed)?;
    // Editors end the line, and some begin the file with a mark.
    let line = text.strip_suffix('\n').map_or(text.as_str(), |line| line.strip_suffix('\r').unwrap_or(line));
    Ok(line.trim_start_matches('\u{feff}').to_owned())
}

/// The file's mode, where anybody but the owner can do something with it.
#[cfg(unix)]
fn others_can_read(file: &File) -> io::Result<Option<u32>> {
    let mode = std::os::unix::fs::MetadataExt::mode(&file.metadata()?) & 0o777;
    Ok((mode & 0o077 != 0).then_some(mode))
}

/// Other systems have no such mode.
#[cfg(not(unix))]
fn others_can_read(_: &File) -> io::Result<Option<u32>> {
    Ok(None)
}

fn from_variable(name: &str) -> Result<String, Secret> {
    env::var(name).map_err(|error| match error {
        env::VarError::NotPresent => Secret::Wrong(format!("the variable {name} of the environment is not set")),
        env::VarError::NotUnicode(_) => Secret::Wrong(format!("the variable {name} of the environment is not UTF-8")),
    })
}

impl Password {
    fn of(text: String) -> Password {
        let mut hash = Sha512::digest(text.as_bytes());
        for round in 0..ROUNDS {
            hash = Sha512::new().chain_update(round.to_le_bytes()).chain_update(hash).finalize();
        }
        let key = blake3::derive_key(CONTEXT, &hash);
        Password { text, key }
    }

    /// The workbook behind the password.
    ///
    /// # Errors
    /// Only a fault of the program.
    pub(super) fn seal(&self, plain: &[u8]) -> Result<Vec<u8>, Error> {
        let seed = blake3::keyed_hash(&self.key, plain);
        let mut random = ChaCha20Rng::from_seed(*seed.as_bytes());
        let sealed = || {
            let mut writer = Ecma376AgileWriter::create(&mut random, self.text.as_str(), Cursor::new(Vec::new()))?;
            writer.write_all(plain)?;
            writer.into_inner().map(Cursor::into_inner)
        };
        let mut sealed = { sealed }()
            .map_err(|error: io::Error| Error::Internal(format!("a workbook was not encrypted: {error}")))?;
        forget_the_hour(&mut sealed)?;
        Ok(sealed)
    }
}

/// The sector of a compound file of version 3, and an entry of its directory ([MS-CFB] 2.2, 2.6.1).
const SECTOR: usize = 512;
const ENTRY: usize = 128;

/// The storages of a compound file carry the hour at which they were made, and the package writes that of the moment.
/// They all stand in the first two sectors of the directory, which are made before there is any content.
fn forget_the_hour(file: &mut [u8]) -> Result<(), Error> {
    let strange = || Error::Internal("an encrypted workbook is not laid out as expected".to_owned());
    let number = |file: &[u8], at: usize| {
        let bytes = file.get(at..at + 4).and_then(|bytes| <[u8; 4]>::try_from(bytes).ok());
        bytes.map(|bytes| u32::from_le_bytes(bytes) as usize)
    };
    let first = number(file, 0x30).ok_or_else(strange)?;
    let table = number(file, 0x4c).ok_or_else(strange)?;
    let second = number(file, (table + 1) * SECTOR + first * 4).ok_or_else(strange)?;
    for sector in [first, second] {
        let at = (sector + 1) * SECTOR;
        let entries = file.get_mut(at..at + SECTOR).ok_or_else(strange)?;
        for entry in entries.chunks_exact_mut(ENTRY) {
            entry[100..116].fill(0);
        }
    }
    Ok(())
}
