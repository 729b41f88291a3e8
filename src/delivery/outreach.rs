//! Acts of making the policy known (政策宣传) to the people of a roster.

use std::sync::Arc;

use chrono::NaiveDate;
use rayon::prelude::*;

use super::columns::{ABSENT, Names};
use super::roster::of_person;
use super::{Account, Batch, Delivery, Extract, Roster, certificates, epoch_day, narrow};
use crate::error::Error;
use crate::model::{Figures, Reason, Reject};

/// One act. The order is by person, then in time.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Act {
    /// To whom, by number in the roster.
    pub person: u32,
    /// When, as days since 1970.
    pub done_on: i32,
    /// By which channel, where the row says.
    pub channel: Option<Arc<str>>,
}

/// Every act from one day until another.
#[derive(Debug, Default)]
pub struct Outreach {
    /// Sorted.
    pub acts: Vec<Act>,
    /// Rows of people outside the roster: counted, and looked at no further.
    pub outside: u64,
    /// What was read and set aside.
    pub account: Account,
}

const COLUMNS: [&str; 4] = ["psn_cert_type", "certno", "done_on", "channel"];

impl Delivery {
    /// Reads what was made known to whom in `roster` from `since` until `as_of`. `None` when the table was not
    /// delivered, or without a row.
    ///
    /// # Errors
    /// A file that cannot be read to its end.
    pub fn outreach(&self, roster: &Roster, since: NaiveDate, as_of: NaiveDate) -> Result<Option<Outreach>, Error> {
        if !self.holds_rows_of("outreach") {
            return Ok(None);
        }
        let days = (epoch_day(since), epoch_day(as_of));
        let take = |part: &mut Part, extract: &Extract, batch: &Batch<'_>| part.take(extract, batch, roster, days);
        let mut outreach = Outreach::default();
        for Part { found, .. } in self.read_table("outreach", &COLUMNS, take)? {
            outreach.acts.extend(found.acts);
            outreach.outside += found.outside;
            outreach.account.append(found.account);
        }
        outreach.acts.par_sort_unstable();
        Ok(Some(outreach))
    }
}

impl Outreach {
    /// What was made known to one person, in order of time.
    pub fn of(&self, person: u32) -> &[Act] {
        of_person(&self.acts, person, |act| act.person)
    }
}

#[derive(Default)]
struct Part {
    found: Outreach,
    channels: Names,
}

impl Part {
    fn take(&mut self, extract: &Extract, batch: &Batch<'_>, roster: &Roster, (since, as_of): (i32, i32)) {
        let people = certificates(batch).all(batch.rows());
        let numbers = roster.numbers(&people);
        let (days, channels) = (batch.days("done_on"), batch.texts("channel"));
        self.found.account.read_rows(batch.rows());
        for row in 0..batch.rows() {
            let reject = |reason| Reject::of(extract, batch.first_row, row, reason, Figures::default());
            if people[row].is_none() {
                self.found.account.set_aside(reject(Reason::BadCertno));
                continue;
            }
            let Some(person) = numbers[row] else {
                self.found.outside += 1;
                self.found.account.count(0);
                continue;
            };
            let done_on = narrow(days[row]);
            if days[row] == ABSENT {
                self.found.account.set_aside(reject(Reason::BadDate));
            } else if done_on < since || done_on > as_of {
                self.found.account.set_aside(reject(Reason::OutOfWindow));
            } else {
                let channel = channels.code(row).map(|channel| self.channels.shared(&channel));
                self.found.account.count(0);
                self.found.acts.push(Act { person, done_on, channel });
            }
        }
    }
}
