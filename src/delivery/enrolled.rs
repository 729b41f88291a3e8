//! How many people are enrolled on a day (参保人数), by the area of their enrolment: everybody of the table, not only the
//! register, each person once.
//!
//! Nothing of anybody is kept but a number that tells people apart, and of the roster's people who they are. Of rows
//! that tell of one enrolment the last sent stands, as for the register's own ([`Enrolments`](super::Enrolments)). Of
//! several enrolments on the day, the one that began last says where.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use rayon::prelude::*;

use super::enrolments::{COLUMNS, Told};
use super::unknown::{add_unknown, known};
use super::{Account, Batch, Delivery, Extract, Roster, UnknownCodes, certificates, epoch_day};
use crate::error::Error;
use crate::model::{AreaCode, EnrolmentStatus, Figures, InsuranceType, PersonId, Reason, Reject, mix};

/// So many people: certainly, and perhaps besides.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub struct Heads {
    /// Enrolled on the day: an enrolment of a known scheme whose days include it and that stands as normal.
    pub enrolled: u64,
    /// Not among those, but with a row there that cannot be used, or whose scheme or status is a code that the mapping
    /// lacks.
    pub perhaps: u64,
}

/// Where somebody of the roster is enrolled.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct EnrolledAt {
    /// Whose, by number in the roster.
    pub person: u32,
    /// Where.
    pub area: AreaCode,
    /// Whether it is certain.
    pub certain: bool,
}

/// Everybody enrolled on a day.
#[derive(Debug, Default)]
pub struct Enrolled {
    /// Those of the roster, sorted.
    pub listed: Vec<EnrolledAt>,
    /// How many others there are, by area.
    pub others: BTreeMap<AreaCode, Heads>,
    /// People enrolled by a row without a well-formed area: counted nowhere.
    pub nowhere: u64,
    /// Scheme codes that the mapping lacks, with the number of rows that bear each.
    pub unknown_types: UnknownCodes,
    /// Status codes that the mapping lacks, likewise.
    pub unknown_statuses: UnknownCodes,
    /// What was read and set aside.
    pub account: Account,
}

impl Delivery {
    /// Counts who is enrolled on `as_of`. `None` when the table was not delivered, or without a row.
    ///
    /// # Errors
    /// A file that cannot be read to its end.
    pub fn enrolled(
        &self,
        roster: &Roster,
        as_of: NaiveDate,
        type_of: impl Fn(&str) -> Option<InsuranceType> + Sync,
        status_of: impl Fn(&str) -> Option<EnrolmentStatus> + Sync,
    ) -> Result<Option<Enrolled>, Error> {
        if !self.holds_rows_of("insured") {
            return Ok(None);
        }
        let reading = Reading { roster, as_of: epoch_day(as_of), type_of, status_of };
        let take = |part: &mut Part, extract: &Extract, batch: &Batch<'_>| reading.take(part, extract, batch);
        let parts = self.read_table("insured", &COLUMNS, take)?;
        let mut enrolled = Enrolled::default();
        let mut rows = Vec::with_capacity(parts.iter().map(|part| part.rows.len()).sum());
        for part in parts {
            for row in part.rows {
                let sent = u32::try_from(rows.len()).unwrap_or(u32::MAX);
                rows.push(Row { sent, ..row });
            }
            enrolled.account.append(part.account);
            add_unknown(&mut enrolled.unknown_types, part.unknown_types);
            add_unknown(&mut enrolled.unknown_statuses, part.unknown_statuses);
        }
        rows.par_sort_unstable_by_key(|row| (row.person, row.begin, row.place.enrolment(), row.sent));
        for theirs in rows.chunk_by(|one, other| one.person == other.person) {
            enrolled.enter(theirs, epoch_day(as_of));
        }
        enrolled.listed.par_sort_unstable();
        enrolled.account.rejects.par_sort();
        Ok(Some(enrolled))
    }
}

impl Enrolled {
    /// Takes in one person by all their rows.
    fn enter(&mut self, theirs: &[Row], day: i32) {
        let one_enrolment = |one: &Row, other: &Row| {
            one.begin == other.begin && one.place.enrolment() == other.place.enrolment() && one.place.is_usable()
        };
        // The last sent of each, in the order in which they began.
        let standing = theirs.chunk_by(one_enrolment).filter_map(<[Row]>::last);
        let on_the_day = || standing.clone().filter(|row| row.holds_on(day));
        let certain = on_the_day().rfind(|row| row.place.is_certain());
        let perhaps = || on_the_day().rfind(|row| row.place.is_perhaps());
        let Some(row) = certain.or_else(perhaps) else { return };
        let Some(area) = row.place.area() else {
            self.nowhere += u64::from(certain.is_some());
            return;
        };
        match row.listed() {
            Some(person) => self.listed.push(EnrolledAt { person, area, certain: certain.is_some() }),
            None => {
                let heads = self.others.entry(area).or_default();
                match certain {
                    Some(_) => heads.enrolled += 1,
                    None => heads.perhaps += 1,
                }
            }
        }
    }
}

/// One enrolment of somebody, in 24 bytes: there may be tens of millions.
#[derive(Debug, Clone, Copy)]
struct Row {
    /// Tells people apart: the number in the roster, or what is unique of the certificate.
    person: u64,
    begin: i32,
    end: i32,
    place: Place,
    /// Its place among all rows.
    sent: u32,
}

/// Marks those of the roster: no certificate's number is so large.
const LISTED: u64 = 1 << 63;
/// Marks certificates that are no resident id, of which a hash is kept: of 2^62 values no two people share one.
const OTHER: u64 = 1 << 62;

impl Row {
    fn holds_on(&self, day: i32) -> bool {
        self.begin <= day && day < self.end
    }

    fn listed(&self) -> Option<u32> {
        (self.person & LISTED != 0).then_some(self.person as u32)
    }
}

/// Area, scheme and standing in one number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Place(u32);

impl Place {
    /// Twenty bits of area, 0 for none; then the scheme, 0 for none; then how it stands.
    fn of(area: Option<AreaCode>, scheme: Option<InsuranceType>, standing: u32) -> Place {
        let area = area.map_or(0, |area| u32::try_from(area.number()).unwrap_or(0));
        let scheme = scheme.map_or(0, |scheme| scheme as u32 + 1);
        Place(area | scheme << 20 | standing << 24)
    }

    fn enrolment(self) -> u32 {
        self.0 & 0x00ff_ffff
    }

    fn area(self) -> Option<AreaCode> {
        AreaCode::new(self.0 & 0x000f_ffff)
    }

    fn standing(self) -> u32 {
        self.0 >> 24
    }

    fn has_scheme(self) -> bool {
        self.0 >> 20 & 0xf != 0
    }

    fn is_usable(self) -> bool {
        self.standing() != UNUSABLE && self.has_scheme() && self.area().is_some()
    }

    fn is_certain(self) -> bool {
        self.standing() == NORMAL && self.has_scheme()
    }

    fn is_perhaps(self) -> bool {
        [UNKNOWN, UNUSABLE].contains(&self.standing()) || self.standing() == NORMAL && !self.has_scheme()
    }
}

/// How an enrolment stands, as far as it matters here.
const NORMAL: u32 = 0;
const NOT_NORMAL: u32 = 1;
const UNKNOWN: u32 = 2;
/// The row has no date, or an unreadable one.
const UNUSABLE: u32 = 3;

#[derive(Default)]
struct Part {
    rows: Vec<Row>,
    unknown_types: UnknownCodes,
    unknown_statuses: UnknownCodes,
    account: Account,
}

struct Reading<'a, T, S> {
    roster: &'a Roster,
    as_of: i32,
    type_of: T,
    status_of: S,
}

impl<T, S> Reading<'_, T, S>
where
    T: Fn(&str) -> Option<InsuranceType>,
    S: Fn(&str) -> Option<EnrolmentStatus>,
{
    fn take(&self, part: &mut Part, extract: &Extract, batch: &Batch<'_>) {
        let people = certificates(batch).all(batch.rows());
        let numbers = self.roster.numbers(&people);
        let told = Told::of(batch);
        part.account.read_rows(batch.rows());
        for index in 0..batch.rows() {
            let reject = |reason| Reject::of(extract, batch.first_row, index, reason, Figures::default());
            let Some(person) = &people[index] else {
                part.account.set_aside(reject(Reason::BadCertno));
                continue;
            };
            let person = numbers[index].map_or_else(|| apart(person), |number| LISTED | u64::from(number));
            let area = told.area(index);
            let Some((begin, end)) = told.days(index) else {
                part.account.set_aside(reject(Reason::BadDate));
                let place = Place::of(area, None, UNUSABLE);
                part.rows.push(Row { person, begin: i32::MIN, end: i32::MAX, place, sent: 0 });
                continue;
            };
            if begin > self.as_of {
                part.account.set_aside(reject(Reason::OutOfWindow));
                continue;
            }
            part.account.count(0);
            let [kind, status] = told.codes(index);
            let scheme = known(&kind, (self.type_of)(&kind), &mut part.unknown_types);
            let standing = match known(&status, (self.status_of)(&status), &mut part.unknown_statuses) {
                Some(EnrolmentStatus::Normal) => NORMAL,
                Some(_) => NOT_NORMAL,
                None => UNKNOWN,
            };
            let place = Place::of(area, scheme, standing);
            part.rows.push(Row { person, begin, end, place, sent: 0 });
        }
    }
}

/// What tells somebody outside the roster apart.
fn apart(person: &PersonId) -> u64 {
    person.resident_number().unwrap_or_else(|| OTHER | (mix(person.mixed()) >> 2))
}
