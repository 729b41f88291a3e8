//! Enrolment spells (参保信息) of the people of a roster.
//!
//! The table holds everybody insured, ten times as many as the register: what is kept is sorted out while it is read.
//! Among that, of rows that tell of one enrolment (the same person, scheme, area and first day) the last sent stands: a
//! bureau sends an enrolment again when it ends.

use std::borrow::Cow;
use std::collections::BTreeSet;

use chrono::NaiveDate;
use rayon::prelude::*;

use super::columns::ABSENT;
use super::identities::{Ends, area_of};
use super::roster::of_person;
use super::unknown::{add_unknown, known};
use super::{Account, Batch, Days, Delivery, Extract, Roster, Texts, UnknownCodes, certificates, epoch_day, narrow};
use crate::error::Error;
use crate::model::{AreaCode, EnrolmentStatus, Figures, InsuranceType, Reason, Reject};

/// One enrolment over the days on which it holds. The order is by person, then in time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct EnrolmentSpell {
    /// Whose, by number in the roster.
    pub person: u32,
    /// The first day (参保日期), as days since 1970.
    pub begin: i32,
    /// The first day on which it no longer holds (暂停参保日期); [`OPEN`](super::OPEN) when none is known.
    pub end: i32,
    /// In which scheme; `None` for a code that the mapping lacks.
    pub insurance: Option<InsuranceType>,
    /// Where; `None` where the row gives no well-formed area.
    pub area: Option<AreaCode>,
    /// How it stands; `None` for a code that the mapping lacks.
    pub status: Option<EnrolmentStatus>,
}

impl EnrolmentSpell {
    /// Whether its days include this one. A spell that is suspended has its days too.
    pub fn holds_on(&self, day: i32) -> bool {
        self.begin <= day && day < self.end
    }

    /// What makes it one enrolment, however often it is sent. Where nobody knows the scheme or the area, only a row
    /// that says the same in everything is of the same one.
    fn enrolment(&self) -> impl Ord + use<> {
        let known = self.insurance.is_some() && self.area.is_some();
        let rest = (!known).then_some((self.end, self.status));
        (self.person, self.begin, self.insurance, self.area, rest)
    }
}

/// Every enrolment, until the day looked at, of everyone in the roster.
#[derive(Debug, Default)]
pub struct Enrolments {
    /// Sorted; none stands there twice.
    pub spells: Vec<EnrolmentSpell>,
    /// Who has a row that could not be used, by number: what they lack may have stood there.
    pub unusable: BTreeSet<u32>,
    /// Rows of people outside the roster: counted, and looked at no further.
    pub outside: u64,
    /// Scheme codes that the mapping lacks, with the number of rows kept that bear each.
    pub unknown_types: UnknownCodes,
    /// Status codes that the mapping lacks, likewise.
    pub unknown_statuses: UnknownCodes,
    /// What was read and set aside.
    pub account: Account,
}

/// What is read of an enrolment.
pub(super) const COLUMNS: [&str; 7] =
    ["psn_cert_type", "certno", "insutype", "insu_admdvs", "psn_insu_stas", "psn_insu_date", "paus_insu_date"];

/// What the rows of a batch say, but for whose they are.
pub(super) struct Told {
    types: Texts,
    statuses: Texts,
    areas: Texts,
    begins: Days,
    ends: Ends,
}

impl Told {
    pub(super) fn of(batch: &Batch<'_>) -> Told {
        Told {
            types: batch.texts("insutype"),
            statuses: batch.texts("psn_insu_stas"),
            areas: batch.texts("insu_admdvs"),
            begins: batch.days("psn_insu_date"),
            ends: Ends::of(batch, "paus_insu_date"),
        }
    }

    /// The first day, and the first on which it no longer holds; `None` where either cannot be read, or the first is
    /// missing.
    pub(super) fn days(&self, row: usize) -> Option<(i32, i32)> {
        let begin = self.begins[row];
        let end = self.ends.get(row).filter(|_| begin != ABSENT)?;
        Some((narrow(begin), narrow(end)))
    }

    /// Where, as far as the row says.
    pub(super) fn area(&self, row: usize) -> Option<AreaCode> {
        area_of(&self.areas, row)
    }

    /// The codes of scheme and standing, empty where there is none.
    pub(super) fn codes(&self, row: usize) -> [Cow<'_, str>; 2] {
        [&self.types, &self.statuses].map(|codes| codes.code(row).unwrap_or_default())
    }
}

impl Delivery {
    /// Reads the enrolments, begun until `as_of`, of everyone in `roster`, and turns local codes into their meanings.
    /// Of rows of one enrolment the later file's counts, then the later row; another is a duplicate when it says the
    /// same, a correction when not. `None` when the table was not delivered, or without a row.
    ///
    /// # Errors
    /// A file that cannot be read to its end.
    pub fn enrolments(
        &self,
        roster: &Roster,
        as_of: NaiveDate,
        type_of: impl Fn(&str) -> Option<InsuranceType> + Sync,
        status_of: impl Fn(&str) -> Option<EnrolmentStatus> + Sync,
    ) -> Result<Option<Enrolments>, Error> {
        if !self.holds_rows_of("insured") {
            return Ok(None);
        }
        let reading = Reading { roster, as_of: epoch_day(as_of), type_of, status_of };
        let take = |part: &mut Part, extract: &Extract, batch: &Batch<'_>| reading.take(part, extract, batch);
        let mut enrolments = Enrolments::default();
        let parts = self.read_table("insured", &COLUMNS, take)?;
        let mut rows = Vec::with_capacity(parts.iter().map(|part| part.rows.len()).sum());
        for part in parts {
            rows.extend(part.rows);
            enrolments.append(part.found);
        }
        rows.par_sort_unstable_by_key(|(spell, file, row)| (spell.enrolment(), *file, *row));
        enrolments.spells.reserve_exact(rows.len());
        for sent in rows.chunk_by(|(one, ..), (other, ..)| one.enrolment() == other.enrolment()) {
            enrolments.spells.extend(enrolments.account.last_sent(sent));
        }
        // They are in the order of people already.
        let people = enrolments.spells.chunk_by_mut(|one, other| one.person == other.person);
        people.for_each(<[EnrolmentSpell]>::sort_unstable);
        enrolments.account.rejects.par_sort();
        Ok(Some(enrolments))
    }
}

impl Enrolments {
    /// The spells of one person, in the order in which they began.
    pub fn of(&self, person: u32) -> &[EnrolmentSpell] {
        of_person(&self.spells, person, |spell| spell.person)
    }

    fn append(&mut self, part: Enrolments) {
        self.outside += part.outside;
        self.unusable.extend(part.unusable);
        self.account.append(part.account);
        add_unknown(&mut self.unknown_types, part.unknown_types);
        add_unknown(&mut self.unknown_statuses, part.unknown_statuses);
    }
}

#[derive(Default)]
struct Part {
    /// With file and row, so that of one enrolment the last sent stays.
    rows: Vec<(EnrolmentSpell, u32, u32)>,
    found: Enrolments,
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
        let Part { rows, found } = part;
        found.account.read_rows(batch.rows());
        for index in 0..batch.rows() {
            let reject = |reason| Reject::of(extract, batch.first_row, index, reason, Figures::default());
            if people[index].is_none() {
                found.account.set_aside(reject(Reason::BadCertno));
                continue;
            }
            let Some(person) = numbers[index] else {
                found.outside += 1;
                found.account.count(0);
                continue;
            };
            let Some((begin, end)) = told.days(index) else {
                found.unusable.insert(person);
                found.account.set_aside(reject(Reason::BadDate));
                continue;
            };
            if begin > self.as_of {
                found.account.set_aside(reject(Reason::OutOfWindow));
            } else {
                let [kind, status] = told.codes(index);
                let spell = EnrolmentSpell {
                    person,
                    begin,
                    end,
                    insurance: known(&kind, (self.type_of)(&kind), &mut found.unknown_types),
                    area: told.area(index),
                    status: known(&status, (self.status_of)(&status), &mut found.unknown_statuses),
                };
                let Reject { file, row, .. } = reject(Reason::Duplicate);
                rows.push((spell, file, row));
            }
        }
    }
}
