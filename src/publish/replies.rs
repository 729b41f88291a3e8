//! Replies, kept beside the nights: `replies/RECEIVED-HASH/` holds the file as it came, its answers, and what was made
//! of it. A night reads them all again, so that there is no other state; a byte that has changed refuses the night.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::answers;
use super::beside::Beside;
use super::handlings;
use super::head::Head;
use super::manifest::json;
use super::named::{MANIFEST, NIGHTLY, Program, UsedReply, Written};
use super::opening::night_before;
use super::sha256::{sha256_of, sha256_of_file};
use crate::error::Error;
use crate::model::{Fault, ProblemReply, Reply, ReplyCounts, ReplyFault, ReplyName};

/// The folder of the replies, beside the nights.
pub const REPLIES: &str = "replies";
const RECORD: &str = "reply.json";
const ANSWERS: &str = "answers.parquet";
const HANDLINGS: &str = "handlings.parquet";
const ORIGINAL: &str = "original";

/// A reply to be kept.
#[derive(Debug)]
pub struct NewReply<'a> {
    /// The day of its receipt, and its hash.
    pub name: ReplyName,
    /// The office, by its id.
    pub office: &'a str,
    /// The night whose ledger it was held against.
    pub night: NaiveDate,
    /// The file as it came.
    pub bytes: &'a [u8],
    /// How the file's name ends.
    pub extension: &'a str,
    /// The usable lines, as the file that is kept of them.
    pub lines: ReplyLines,
    /// The others.
    pub faults: &'a [ReplyFault],
    /// How many.
    pub counts: ReplyCounts,
}

/// The usable lines of a reply, written.
#[derive(Debug)]
pub struct ReplyLines {
    /// What the file is called.
    file: &'static str,
    bytes: Vec<u8>,
    rows: u64,
}

impl ReplyLines {
    /// Those that answer warnings.
    ///
    /// # Errors
    /// Only a fault of the program.
    pub fn of_warnings(replies: &[Reply]) -> Result<ReplyLines, Error> {
        let mut bytes = Vec::new();
        let rows = answers::write(&mut bytes, replies)?;
        Ok(ReplyLines { file: ANSWERS, bytes, rows })
    }

    /// Those that answer problems.
    ///
    /// # Errors
    /// Only a fault of the program.
    pub fn of_problems(replies: &[ProblemReply]) -> Result<ReplyLines, Error> {
        let mut bytes = Vec::new();
        let rows = handlings::write(&mut bytes, replies)?;
        Ok(ReplyLines { file: HANDLINGS, bytes, rows })
    }
}

/// A reply read again.
#[derive(Debug)]
pub struct KeptReply<R = Reply> {
    /// What the manifest says of it.
    pub used: UsedReply,
    /// The day of its receipt.
    pub received: NaiveDate,
    /// How many were kept before it, and one: of two received on one day, the one that was given later counts.
    pub number: u64,
    /// Its answers.
    pub replies: Vec<R>,
}

/// `reply.json`.
#[derive(Debug, Serialize, Deserialize)]
struct Record {
    program: Program,
    received: NaiveDate,
    /// How many were kept before it, and one.
    number: u64,
    office: String,
    /// The night whose ledger it was held against: only later ones use it.
    night: NaiveDate,
    original: Original,
    answers: Written,
    counts: Counts,
    faults: Vec<RecordedFault>,
}

#[derive(Debug, Serialize, Deserialize)]
struct Original {
    file: String,
    bytes: u64,
    sha256: String,
}

#[derive(Debug, Serialize, Deserialize)]
struct Counts {
    lines: u64,
    taken: u64,
    repeated: u64,
    unanswered: u64,
    refused: u64,
}

#[derive(Debug, Serialize, Deserialize)]
struct RecordedFault {
    sheet: Option<String>,
    row: u32,
    column: Option<String>,
    message: String,
}

/// The folder of the reply with this hash, if it was given before, whenever that was.
///
/// # Errors
/// When the folder of the replies cannot be read.
pub fn reply_given_before(published: &Path, sha256: &str) -> Result<Option<PathBuf>, Error> {
    let digits = &sha256[..sha256.len().min(ReplyName::DIGITS)];
    let found = folders(published)?.into_iter().find(|(_, hash, _)| hash == digits);
    Ok(found.map(|(_, _, path)| path))
}

/// Keeps a reply: all of it, or nothing. Gives back where it stands.
///
/// # Errors
/// [`Error::CannotWrite`].
pub fn keep_reply(beside: &Beside, reply: &NewReply<'_>) -> Result<PathBuf, Error> {
    let ReplyLines { file, bytes: answers, rows } = &reply.lines;
    let original = format!("{ORIGINAL}.{}", reply.extension);
    let ReplyCounts { lines, taken, repeated, unanswered, refused } = reply.counts;
    let fault = |fault: &ReplyFault| RecordedFault {
        sheet: fault.place.sheet.clone(),
        row: fault.place.row,
        column: fault.column.clone(),
        message: fault.message.clone(),
    };
    // Nobody else keeps one meanwhile: the nights are locked.
    let number = folders(beside.published())?.len() as u64 + 1;
    let record = Record {
        program: Program::this(),
        received: reply.name.received,
        number,
        office: reply.office.to_owned(),
        night: reply.night,
        original: Original {
            file: original.clone(),
            bytes: reply.bytes.len() as u64,
            sha256: reply.name.sha256.clone(),
        },
        answers: Written {
            file: (*file).to_owned(),
            bytes: answers.len() as u64,
            rows: *rows,
            sha256: sha256_of(answers),
        },
        counts: Counts { lines, taken, repeated, unanswered, refused },
        faults: reply.faults.iter().map(fault).collect(),
    };
    let text = json(RECORD, &record)?;
    let files = [(original.as_str(), reply.bytes), (*file, answers.as_slice()), (RECORD, text.as_bytes())];
    beside.add(REPLIES, &reply.name.folder(), &files)
}

/// Every reply to warnings that a night of `as_of` uses: received by then, and held against an earlier night, so that a
/// night that is run again uses what it used the first time. In the order in which they count: by day of receipt, those
/// of one day as they were given.
///
/// # Errors
/// A reply that is not what it was when it was kept, or that the night before used and that is gone.
pub fn replies_until(published: &Path, as_of: NaiveDate) -> Result<Vec<KeptReply>, Error> {
    kept_until(published, as_of, ANSWERS, answers::read)
}

/// Every reply to problems that a night of audits of `as_of` uses, as [`replies_until`].
///
/// # Errors
/// See [`replies_until`].
pub fn problem_replies_until(published: &Path, as_of: NaiveDate) -> Result<Vec<KeptReply<ProblemReply>>, Error> {
    kept_until(published, as_of, HANDLINGS, handlings::read)
}

/// Holds the replies that a night of `as_of` and of this `kind` would use to what they were when they were kept.
///
/// # Errors
/// See [`replies_until`].
pub(super) fn replies_hold(published: &Path, as_of: NaiveDate, kind: &str) -> Result<(), Error> {
    match kind {
        NIGHTLY => replies_until(published, as_of).map(drop),
        _ => problem_replies_until(published, as_of).map(drop),
    }
}

fn kept_until<R>(
    published: &Path,
    as_of: NaiveDate,
    lines: &str,
    read: impl Fn(File) -> Option<Vec<R>>,
) -> Result<Vec<KeptReply<R>>, Error> {
    let mut replies = Vec::new();
    for (received, hash, folder) in folders(published)? {
        if received <= as_of {
            replies.extend(kept(&folder, (received, &hash), as_of, (lines, &read))?);
        }
    }
    replies.sort_by(|a, b| (a.received, a.number, &a.used.sha256).cmp(&(b.received, b.number, &b.used.sha256)));
    let used: Vec<&UsedReply> = replies.iter().map(|reply| &reply.used).collect();
    still_has_those_of_the_night_before(published, as_of, &used)?;
    Ok(replies)
}

fn still_has_those_of_the_night_before(published: &Path, as_of: NaiveDate, kept: &[&UsedReply]) -> Result<(), Error> {
    let Some((_, night)) = night_before(published, as_of)? else { return Ok(()) };
    let used = Head::read(&night.join(MANIFEST))?.replies;
    let gone = used.iter().filter(|used| kept.iter().all(|kept| kept != used));
    let fault = |used: &UsedReply| {
        let message = format!(
            "is not what the night at {} was made from; put the reply back as it was kept, from a copy",
            night.display()
        );
        Fault::data(published.join(&used.folder).display().to_string(), message)
    };
    let faults: Vec<Fault> = gone.map(fault).collect();
    if faults.is_empty() { Ok(()) } else { Err(Error::Refused(faults)) }
}

fn kept<R>(
    folder: &Path,
    (received, hash): (NaiveDate, &str),
    as_of: NaiveDate,
    (lines, read): (&str, &impl Fn(File) -> Option<Vec<R>>),
) -> Result<Option<KeptReply<R>>, Error> {
    let path = folder.join(RECORD);
    let text = fs::read(&path).map_err(|cause| missing_or(&path, cause))?;
    let record: Record = serde_json::from_slice(&text).map_err(|_| changed(&path, "is not what was written"))?;
    let sha256 = &record.original.sha256;
    if record.received != received || !sha256.starts_with(hash) {
        return Err(changed(folder, "does not bear the name that its reply.json gives it"));
    }
    if record.night >= as_of {
        return Ok(None);
    }
    holds(folder, &record.original.file, sha256)?;
    holds(folder, &record.answers.file, &record.answers.sha256)?;
    let path = folder.join(lines);
    let file = File::open(&path).map_err(|cause| missing_or(&path, cause))?;
    let replies = read(file).ok_or_else(|| changed(&path, "is not what was written"))?;
    if replies.len() as u64 != record.answers.rows {
        return Err(changed(folder, "holds another number of answers than its reply.json gives"));
    }
    let name = ReplyName { received, sha256: sha256.clone() }.folder();
    let used =
        UsedReply { folder: format!("{REPLIES}/{name}"), sha256: sha256.clone(), record_sha256: sha256_of(&text) };
    Ok(Some(KeptReply { used, received, number: record.number, replies }))
}

fn holds(folder: &Path, file: &str, expected: &str) -> Result<(), Error> {
    let path = folder.join(file);
    let (found, _) = sha256_of_file(&path).map_err(|cause| missing_or(&path, cause))?;
    if found == expected {
        return Ok(());
    }
    Err(changed(&path, &format!("has SHA-256 {found}, but its reply.json names {expected}")))
}

fn missing_or(path: &Path, cause: io::Error) -> Error {
    match cause.kind() {
        io::ErrorKind::NotFound => changed(path, "is missing"),
        _ => Error::read(path, cause),
    }
}

fn changed(path: &Path, what: &str) -> Error {
    let message = format!("{what}; put the reply back as it was kept, from a copy");
    Fault::data(path.display().to_string(), message).into()
}

/// The folders of replies: the day, the first digits of the hash, and where each stands. Sorted.
fn folders(published: &Path) -> Result<Vec<(NaiveDate, String, PathBuf)>, Error> {
    let shelf = published.join(REPLIES);
    let entries = match fs::read_dir(&shelf) {
        Ok(entries) => entries,
        Err(cause) if cause.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(cause) => return Err(Error::read(&shelf, cause)),
    };
    let mut folders = Vec::new();
    for entry in entries {
        let path = entry.map_err(|cause| Error::read(&shelf, cause))?.path();
        let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        let Some((day, hash)) = name.split_at_checked("2025-12-03".len()) else {
            return Err(stranger(&path));
        };
        match (day.parse(), hash.strip_prefix('-')) {
            (Ok(day), Some(hash)) if hash.len() == ReplyName::DIGITS => folders.push((day, hash.to_owned(), path)),
            _ => return Err(stranger(&path)),
        }
    }
    folders.sort();
    Ok(folders)
}

fn stranger(path: &Path) -> Error {
    let message = "is no reply, though it stands among them; move it elsewhere";
    Fault::data(path.display().to_string(), message).into()
}
