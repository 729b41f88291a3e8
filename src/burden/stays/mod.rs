//! Everyone's stays in hospital, by the account that the burdens rest on, and what they were settled for other care
//! while they lay there: what the audits of providers look at.
//!
//! * **A stay** is the settlements of one person at one institution with one `mdtrt_id`; a settlement without one is a
//!   stay by itself, of which nobody knows whether it is but a part of another: [`Stay::alone`].
//! * **Its days** run from the earliest `begndate` to the latest `enddate`. They are unknown where a settlement lacks
//!   either, and where they cannot be: a discharge before the admission, or after the day looked at.
//! * **Its disease and its area** are those of its last settlement that gives one.
//! * **A reversal** is taken from what it reverses, on that one's days: a settlement with its full reversal is as if
//!   neither came.
//!
//! **In doubt.** A row that cannot be used says nothing, and must not change what is said of others unseen. So whoever
//! has such a row of a stay has only stays in doubt at that institution, or anywhere where the row does not say at
//! which; so has every stay with that row's `mdtrt_id`; and so has the stay that such a row may have reversed. A stay
//! of which another settlement with its `mdtrt_id` names no institution is in doubt too: it may be but a part. They are
//! no evidence, and while they stand the institution is not found to be as it should be.
//!
//! Two passes more over the settlements. The first keeps the rows that may be of a stay, each with keys of a fixed size
//! and codes as numbers; the second, of the people who lay in hospital, only what falls within their days there.

mod during;
mod grouped;
mod netted;
mod read;

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::burden::pass::{self, Judge};
use crate::burden::{Burdens, numbered};
use crate::delivery::{Delivery, Progress, UnknownCodes, days_since_1970};
use crate::error::Error;
use crate::model::{Care, Institution, PaidDuring, PersonId, Stay, Window};

use self::netted::Netted;
use self::read::Part;

/// Everyone's stays among the settlements that count.
#[derive(Debug, Default)]
pub struct Stays {
    /// Everyone with a stay, sorted. A person's place is their number.
    pub people: Vec<PersonId>,
    /// Sorted by code. An institution's place is its number.
    pub institutions: Vec<Institution>,
    /// Disease codes (病种编号), sorted; a code's place is its number.
    pub diseases: Vec<Arc<str>>,
    /// By person, and of one person in the order of their days; those whose days are not known come first.
    pub all: Vec<Stay>,
    /// What was settled within the days of a stay, by stay and day.
    pub during: Vec<PaidDuring>,
    /// The stays within whose days something was settled of which nothing can be told.
    pub during_untold: BTreeSet<u32>,
    /// Local codes of care that the mapping lacks, with the number of settlements that bear each.
    pub unknown: UnknownCodes,
}

impl Stays {
    /// What was settled within the days of the stay at this place, each with its own place.
    pub fn paid_during(&self, stay: u32) -> impl Iterator<Item = (u32, &PaidDuring)> {
        let first = self.during.partition_point(|paid| paid.stay < stay);
        let theirs = self.during[first..].iter().take_while(move |paid| paid.stay == stay);
        theirs.zip(u32::try_from(first).unwrap_or(u32::MAX)..).map(|(paid, place)| (place, paid))
    }
}

/// Collects them. `care_of` gives the meaning of a local code of care.
///
/// # Errors
/// A file that cannot be read to its end.
pub fn stays(
    delivery: &Delivery,
    window: &Window,
    burdens: &Burdens,
    care_of: impl Fn(&str) -> Option<Care> + Sync,
    progress: &Progress,
) -> Result<Stays, Error> {
    let (groups, rows) = numbered(delivery)?;
    let step = progress.step("collecting stays", rows);
    let judge = Judge::of(window, burdens);
    let parts: Vec<Part> = pass::over(&groups, &step, |group| Part::of(group, (window, &judge), &care_of))?;
    let mut netted = Netted::of(parts);
    let last = i32::try_from(days_since_1970(window.as_of)).unwrap_or(i32::MAX);
    let mut stays = grouped::grouped(&mut netted, last);
    let step = progress.step("looking into stays", rows);
    let known = (window, &judge, &netted.taken);
    let (during, untold) = during::find(&stays, &groups, known, &care_of, &step)?;
    (stays.during, stays.during_untold) = (during, untold);
    Ok(stays)
}
