//! From rows to burdens (contract, section 3): every settlement gets exactly one fate, and those that count are summed
//! to one burden a person. The hot path. It knows no threshold.
//!
//! Two passes over the settlements. The first ([`links`]) reads the ids alone and finds the few rows that hang on
//! others. The second ([`scan`]) judges every row: most by themselves, straight into the sums; the tied ones are kept
//! until all are known and then settled together ([`settle`]). Memory grows with people and ids, not with the width of
//! rows.

mod amounts;
mod care;
mod chronic;
mod evidence;
mod in_patients;
mod interned;
mod key;
mod links;
mod marks;
mod months;
mod pass;
mod reversals;
mod rows;
mod scan;
mod settle;
mod stays;
mod sums;
mod visits;

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::delivery::{Account, Batch, Delivery, Extract, Payments, Progress};
use crate::error::Error;
use crate::model::{Check, Fault, Month, Reason, Tally, Window};

pub use care::{CareSum, CareSums, care_sums};
pub use chronic::{ChronicVisit, ChronicVisits, chronic_visits};
pub use evidence::{first_day, of_people};
pub use in_patients::{Doubtful, InPatient, InPatients, in_patients};
pub use stays::{Stays, stays};
pub use sums::{PersonSums, Sums, Wanted};
pub use visits::{Visits, visits};

/// One burden a person, and the account of every row.
#[derive(Debug)]
pub struct Burdens {
    /// Everyone's sums.
    pub sums: Sums,
    /// What was read of the settlements and what was set aside.
    pub account: Account,
    /// What the checks found in rows that count, and in people.
    pub checks: BTreeMap<Check, Tally>,
    /// The months in which something was settled that counts, whoever's it was.
    pub months: BTreeSet<Month>,
    /// What became of each row that hung on others; `None` when it counts.
    tied: HashMap<u32, Option<Reason>, foldhash::fast::FixedState>,
}

impl Burdens {
    /// Lets go of the sums, most of what is held, where only what became of each row is still asked for.
    pub fn without_sums(self) -> Burdens {
        Burdens { sums: Sums::new(Wanted::Everyone), ..self }
    }
}

/// A row group, and the rows of the table before it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Group<'a> {
    extract: &'a Extract,
    index: usize,
    /// The number of its first row among all rows of the table.
    first: u32,
    /// The rows of its file before it.
    before: u64,
}

impl Group<'_> {
    /// The number among all rows of the table of one that stands at `within` in the group.
    fn number(&self, within: usize) -> u32 {
        self.first + within as u32
    }

    /// The number of a batch's first row among all rows of the table.
    fn number_of(&self, batch: &Batch<'_>) -> u32 {
        self.first + (batch.first_row - self.before) as u32
    }
}

/// Sums the settlements and commercial payments in `window`: in full for those `wanted`.
///
/// # Errors
/// A file that cannot be read to its end, sums beyond 64 bits, more rows than 32 bits can number, and totals that do
/// not close.
pub fn of_everyone(
    delivery: &Delivery,
    window: &Window,
    payments: &Payments,
    wanted: Wanted<'_>,
    progress: &Progress,
) -> Result<Burdens, Error> {
    let (groups, rows) = numbered(delivery)?;
    let links = links::find(&groups, rows, &progress.step("reading ids", rows))?;
    let step = progress.step("adding up settlements", rows);
    let burdens = scan::judge_and_sum(&groups, window, &links, (wanted, payments), &step)?;
    burdens.account.totals.close("settlements")?;
    Ok(burdens)
}

/// Every row group of the settlements, with its rows numbered through.
fn numbered(delivery: &Delivery) -> Result<(Vec<Group<'_>>, u64), Fault> {
    let mut rows = 0;
    let mut groups = Vec::new();
    for (extract, index) in delivery.row_groups("settlements") {
        let Ok(first) = u32::try_from(rows) else { break };
        groups.push(Group { extract, index, first, before: extract.first_row(index) });
        rows += extract.rows_of(index);
    }
    if rows >= u64::from(u32::MAX) {
        let message = "more than 4,294,967,294 rows; deliver the province's prefectures apart";
        return Err(Fault::data("settlements", message));
    }
    Ok((groups, rows))
}

/// Locks; a thread that panicked has ended the run already.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
