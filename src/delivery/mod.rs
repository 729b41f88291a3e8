//! What the bureaus sent: the files of each table, held to the contract before a row is read, and their columns as
//! plain typed values.
//!
//! Nothing here knows a policy or a burden.

mod chronic_cards;
mod columns;
mod commercial;
mod damage;
mod discover;
mod enrolled;
mod enrolments;
mod extract;
mod fingerprint;
mod fit;
mod fund;
mod identities;
mod income;
mod outreach;
mod pieces;
mod premiums;
mod progress;
mod public_health;
mod register;
mod roster;
mod scan;
mod texts;
mod unknown;

use std::path::{Path, PathBuf};

use chrono::{NaiveDate, TimeDelta};
use rayon::prelude::*;

use crate::contract;
use crate::error::Error;
use crate::model::{ControlTotals, Fault, Fen, Figures, PersonId, Reason, Reject, Tally};

pub use chronic_cards::{ChronicCard, ChronicCards};
pub use columns::{ABSENT, Amounts, Days, Texts, Times};
pub use commercial::{Payment, Payments};
pub(crate) use damage::decode;
pub use enrolled::{Enrolled, EnrolledAt, Heads};
pub use enrolments::{EnrolmentSpell, Enrolments};
pub use extract::Extract;
pub use fingerprint::{ContentHash, content_hash};
pub(crate) use fit::{expected, place_of};
pub use fund::FundMonths;
pub(crate) use identities::area_of;
pub use income::{IncomeFigure, Incomes, contradiction, series_named};
pub use outreach::{Act, Outreach};
pub use premiums::{Premium, Premiums};
pub use progress::{Progress, Step};
pub use public_health::{PublicHealth, Registration};
pub use register::{Person, Register};
pub use roster::{IdentitySpell, Listed, Roster};
pub(crate) use roster::{categories_on, of_person};
pub use scan::{Batch, read_rows};
pub(crate) use texts::MICROSECONDS_A_DAY;
pub use unknown::UnknownCodes;
pub(crate) use unknown::{add_unknown, codes_in_words};

/// Where a spell has no end: later than every day.
pub const OPEN: i32 = i32::MAX;

/// 31 December 2099, which the bureaus write for "no end".
const NO_END: i64 = 47_481;

/// The tables that a nightly job reads, in the order in which their files are numbered.
pub const NIGHTLY: [&str; 4] = ["settlements", "identities", "income", "commercial"];

/// A delivery that keeps the contract: every file found, opened and understood, no row read yet.
#[derive(Debug)]
pub struct Delivery {
    /// The folder.
    pub root: PathBuf,
    /// Every file of every table asked for, in the order of the tables and then of the files' paths. A file's index
    /// here is its number wherever a row is referred to.
    pub extracts: Vec<Extract>,
}

/// What was set aside of one table while it was read, and the totals to show for it.
#[derive(Debug, Default)]
pub struct Account {
    /// What was read and what became of it.
    pub totals: ControlTotals,
    /// The rows set aside.
    pub rejects: Vec<Reject>,
}

impl Account {
    /// Enters rows as they were read, by the column of their amounts. What became of each is entered apart, so that the
    /// two can be held against each other.
    pub(crate) fn read(&mut self, amounts: &[i64]) {
        let readable = amounts.iter().filter(|fen| Fen(**fen).fits_a_row());
        let fen = readable.map(|fen| i128::from(*fen)).sum();
        self.totals.read += Tally { rows: amounts.len() as u64, fen };
    }

    /// Enters rows of a table without amounts as they were read.
    pub(crate) fn read_rows(&mut self, rows: usize) {
        self.totals.read += Tally { rows: rows as u64, fen: 0 };
    }

    /// Sets one row aside, under its reason.
    pub(crate) fn set_aside(&mut self, reject: Reject) {
        self.totals.of_mut(reject.reason.fate()).add(reject.figures.total_cost.0);
        self.rejects.push(reject);
    }

    /// Takes in what another part of the table came to.
    pub(crate) fn append(&mut self, part: Account) {
        self.totals += part.totals;
        self.rejects.extend(part.rejects);
    }

    /// Of rows that tell of one thing, in the order in which they were sent, counts the last, which is given back, and
    /// sets the others aside: a duplicate where it says the same, a correction where not.
    pub(crate) fn last_sent<T: Copy + PartialEq>(&mut self, sent: &[(T, u32, u32)]) -> Option<T> {
        let ((stands, ..), earlier) = sent.split_last()?;
        for (one, file, row) in earlier {
            let reason = if one == stands { Reason::Duplicate } else { Reason::Correction };
            self.set_aside(Reject { file: *file, row: *row, reason, figures: Figures::default() });
        }
        self.count(0);
        Some(*stands)
    }

    /// Counts one row.
    pub(crate) fn count(&mut self, fen: i64) {
        self.totals.counted.add(fen);
    }
}

/// Refuses a delivery that is not there.
///
/// # Errors
/// [`FaultKind::Missing`](crate::model::FaultKind::Missing).
pub fn is_there(root: &Path) -> Result<(), Fault> {
    if root.is_dir() {
        return Ok(());
    }
    let message = "no such folder; name the delivery with `delivery` in the job or with --delivery";
    Err(Fault::missing(root.display().to_string(), message))
}

/// Finds the files of `tables` below `root` and holds each to the contract. Columns in `also_needed`, as
/// `(table, column)`, are needed here although the contract leaves them open.
///
/// # Errors
/// Every fault of every file, at once.
pub fn open(root: &Path, tables: &[&str], also_needed: &[(&str, &str)]) -> Result<Delivery, Error> {
    let needed: Vec<&str> = tables.iter().copied().filter(|table| contract::table(table).needed).collect();
    open_needing(root, tables, &needed, also_needed)
}

/// As [`open`], of `tables` of which only some are `needed`, whatever the contract says for the nightly job.
///
/// # Errors
/// Every fault of every file, at once.
pub fn open_needing(
    root: &Path,
    tables: &[&str],
    needed: &[&str],
    also_needed: &[(&str, &str)],
) -> Result<Delivery, Error> {
    let mut faults = Vec::new();
    is_there(root)?;
    let mut found = Vec::new();
    for name in tables {
        match discover::files(root, contract::table(name), needed.contains(name)) {
            Ok(files) => found.extend(files),
            Err(fault) => faults.push(fault),
        }
    }
    let opened: Vec<Result<Extract, Vec<Fault>>> =
        found.into_par_iter().map(|file| Extract::open(file, also_needed)).collect();
    let mut extracts = Vec::new();
    for result in opened {
        match result {
            Ok(extract) => extracts.push(extract),
            Err(wrong) => faults.extend(wrong),
        }
    }
    if !faults.is_empty() {
        return Err(Error::Refused(faults));
    }
    for (number, extract) in extracts.iter_mut().enumerate() {
        extract.number = u32::try_from(number).unwrap_or(u32::MAX);
    }
    Ok(Delivery { root: root.to_path_buf(), extracts })
}

impl Reject {
    /// The row at `index` of a batch that begins after `first_row` rows of `extract`.
    pub(crate) fn of(extract: &Extract, first_row: u64, index: usize, reason: Reason, figures: Figures) -> Reject {
        let row = u32::try_from(first_row + index as u64 + 1).unwrap_or(u32::MAX);
        Reject { file: extract.number, row, reason, figures }
    }
}

impl Delivery {
    /// Every row group of one table, in order.
    pub fn row_groups<'a>(&'a self, table: &'a str) -> impl Iterator<Item = (&'a Extract, usize)> + 'a {
        self.table(table).flat_map(|extract| (0..extract.row_groups()).map(move |group| (extract, group)))
    }

    /// The files of one table.
    pub fn table<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a Extract> + 'a {
        self.extracts.iter().filter(move |extract| extract.table.table == name)
    }

    /// Whether the table was delivered at all: a file without a row is one that says that there is none.
    pub fn holds(&self, table: &str) -> bool {
        self.table(table).next().is_some()
    }

    /// Whether the table was delivered with any row. One that is empty says nothing of anybody: it is no evidence that
    /// nobody is insured.
    pub fn holds_rows_of(&self, table: &str) -> bool {
        self.row_groups(table).any(|(extract, group)| extract.rows_of(group) > 0)
    }

    /// Reads `columns` of every row group of one table, side by side: what `take` made of each, in order.
    pub(crate) fn read_table<P: Default + Send>(
        &self,
        table: &str,
        columns: &[&str],
        take: impl Fn(&mut P, &Extract, &Batch<'_>) + Sync,
    ) -> Result<Vec<P>, Error> {
        let groups: Vec<(&Extract, usize)> = self.row_groups(table).collect();
        let read = |(extract, group): (&Extract, usize)| {
            let mut part = P::default();
            read_rows(extract, group, columns, None, |batch| {
                take(&mut part, extract, batch);
                Ok(())
            })?;
            Ok(part)
        };
        let parts: Vec<Result<P, Fault>> = groups.into_par_iter().map(read).collect();
        Ok(parts.into_iter().collect::<Result<Vec<P>, Fault>>()?)
    }

    /// Reads every column that the contract names, in every row of every file, and keeps nothing.
    ///
    /// # Errors
    /// Every file that cannot be read to its end.
    pub fn read_to_the_end(&self) -> Result<(), Error> {
        let read = |extract: &Extract| {
            let columns: Vec<&str> = extract.columns().collect();
            let groups = (0..extract.row_groups()).into_par_iter();
            groups.try_for_each(|group| read_rows(extract, group, &columns, None, |_| Ok(())))
        };
        let faults: Vec<Fault> = self.extracts.par_iter().filter_map(|extract| read(extract).err()).collect();
        if faults.is_empty() { Ok(()) } else { Err(Error::Refused(faults)) }
    }

    /// A refusal, with every other file that cannot be read to its end: whoever sends the delivery again should hear of
    /// all of them at once.
    pub fn refused_as_a_whole(&self, error: Error) -> Error {
        let Error::Refused(mut faults) = error else { return error };
        if let Err(Error::Refused(unreadable)) = self.read_to_the_end() {
            faults.retain(|fault| unreadable.iter().all(|other| other.place != fault.place));
            faults.extend(unreadable);
        }
        Error::Refused(faults)
    }

    /// The content hash of every file, in order.
    ///
    /// # Errors
    /// A file that cannot be read.
    pub fn content_hashes(&self) -> Result<Vec<ContentHash>, Error> {
        let hash = |extract: &Extract| content_hash(&extract.path).map_err(|cause| Error::read(&extract.path, cause));
        self.extracts.par_iter().map(hash).collect()
    }

    /// Holds every file to the size and time of change that it was opened with.
    ///
    /// # Errors
    /// Every file that changed while it was read.
    pub fn still_the_same(&self) -> Result<(), Error> {
        let faults: Vec<Fault> = self.extracts.iter().filter_map(Extract::changed).collect();
        if faults.is_empty() { Ok(()) } else { Err(Error::Refused(faults)) }
    }
}

/// The certificates of a batch's rows.
pub struct Certificates {
    numbers: Texts,
    types: Texts,
}

/// The certificates of a batch that was read with `certno` and, where the file has it, `psn_cert_type`.
pub fn certificates(batch: &Batch<'_>) -> Certificates {
    Certificates { numbers: batch.texts("certno"), types: batch.texts("psn_cert_type") }
}

impl Certificates {
    /// Whose row it is; `None` when the number is missing or malformed.
    #[inline]
    pub fn get(&self, row: usize) -> Option<PersonId> {
        if self.is_resident_id(row) {
            PersonId::resident(self.numbers.text(row)?.as_bytes())
        } else {
            PersonId::other(self.numbers.text(row)?)
        }
    }

    /// Whose each of the batch's rows is.
    pub(crate) fn all(&self, rows: usize) -> Vec<Option<PersonId>> {
        (0..rows).map(|row| self.get(row)).collect()
    }

    /// A resident id unless the row gives another type (01 is the resident id).
    fn is_resident_id(&self, row: usize) -> bool {
        matches!(self.types, Texts::Nothing) || self.types.number(row) == Some(1) || self.types.code(row).is_none()
    }
}

/// A day as days since 1970.
pub fn days_since_1970(day: NaiveDate) -> i64 {
    day.signed_duration_since(NaiveDate::default()).num_days()
}

/// The day that many days after the first of 1970; `None` for [`ABSENT`] and beyond what a calendar has.
pub fn day_since_1970(days: i64) -> Option<NaiveDate> {
    (days != ABSENT).then(|| NaiveDate::default().checked_add_signed(TimeDelta::try_days(days)?)).flatten()
}

/// Days since 1970 as one of a spell's ends, which are narrower: [`OPEN`] for what is later than any calendar.
pub(crate) fn narrow(days: i64) -> i32 {
    if days >= NO_END { OPEN } else { i32::try_from(days).unwrap_or(i32::MIN) }
}

/// A day as one of a spell's ends.
pub fn epoch_day(day: NaiveDate) -> i32 {
    narrow(days_since_1970(day))
}
