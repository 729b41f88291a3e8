//! Who of a roster's people stands on the public-health register of chronic diseases (基本公卫慢病登记), and for what.

use std::collections::BTreeSet;

use chrono::NaiveDate;

use super::columns::ABSENT;
use super::roster::of_person;
use super::unknown::add_unknown;
use super::{Account, Batch, Delivery, Extract, Roster, UnknownCodes, certificates, epoch_day, narrow};
use crate::error::Error;
use crate::model::{ChronicDisease, Figures, Reason, Reject};

/// One registration. The order is by person, then by disease.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Registration {
    /// Whose, by number in the roster.
    pub person: u32,
    /// For what.
    pub disease: ChronicDisease,
    /// Since when (登记日期), as days since 1970.
    pub registered_on: i32,
}

/// Every registration, until the day looked at, of everyone in the roster.
#[derive(Debug, Default)]
pub struct PublicHealth {
    /// Sorted; one a person and disease.
    pub registrations: Vec<Registration>,
    /// Who has a row that could not be used, or that names a disease which the contract has not, by number:
    /// what they lack may have stood there.
    pub unusable: BTreeSet<u32>,
    /// Names of diseases that the contract has not, with the number of rows that bear each.
    pub unknown: UnknownCodes,
    /// Rows of people outside the roster: counted, and looked at no further.
    pub outside: u64,
    /// What was read and set aside.
    pub account: Account,
}

const COLUMNS: [&str; 4] = ["psn_cert_type", "certno", "disease", "registered_on"];

impl Delivery {
    /// Reads who in `roster` was registered until `as_of`. Of rows of one person and disease the later file's counts,
    /// then the later row; another is a duplicate when it says the same, a correction when not. `None` when the table
    /// was not delivered, or without a row.
    ///
    /// # Errors
    /// A file that cannot be read to its end.
    pub fn public_health(&self, roster: &Roster, as_of: NaiveDate) -> Result<Option<PublicHealth>, Error> {
        if !self.holds_rows_of("public_health") {
            return Ok(None);
        }
        let last = epoch_day(as_of);
        let take = |part: &mut Part, extract: &Extract, batch: &Batch<'_>| part.take(extract, batch, roster, last);
        let mut found = PublicHealth::default();
        let mut rows = Vec::new();
        for part in self.read_table("public_health", &COLUMNS, take)? {
            rows.extend(part.rows);
            found.append(part.found);
        }
        rows.sort_unstable_by_key(|(of, file, row)| (of.person, of.disease, *file, *row));
        for sent in rows.chunk_by(|(one, ..), (other, ..)| (one.person, one.disease) == (other.person, other.disease)) {
            found.registrations.extend(found.account.last_sent(sent));
        }
        found.account.rejects.sort_unstable();
        Ok(Some(found))
    }
}

impl PublicHealth {
    /// For what one person is registered.
    pub fn of(&self, person: u32) -> &[Registration] {
        of_person(&self.registrations, person, |of| of.person)
    }

    fn append(&mut self, part: PublicHealth) {
        self.outside += part.outside;
        self.unusable.extend(part.unusable);
        self.account.append(part.account);
        add_unknown(&mut self.unknown, part.unknown);
    }
}

#[derive(Default)]
struct Part {
    /// With file and row, so that the last sent stays.
    rows: Vec<(Registration, u32, u32)>,
    found: PublicHealth,
}

impl Part {
    fn take(&mut self, extract: &Extract, batch: &Batch<'_>, roster: &Roster, as_of: i32) {
        let people = certificates(batch).all(batch.rows());
        let numbers = roster.numbers(&people);
        let (diseases, days) = (batch.texts("disease"), batch.days("registered_on"));
        let Part { rows, found } = self;
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
            let name = diseases.text(index).unwrap_or_default();
            let disease = ChronicDisease::REGISTERED.into_iter().find(|disease| disease.name() == name);
            if days[index] == ABSENT {
                found.unusable.insert(person);
                found.account.set_aside(reject(Reason::BadDate));
            } else if narrow(days[index]) > as_of {
                found.account.set_aside(reject(Reason::OutOfWindow));
            } else if let Some(disease) = disease {
                let Reject { file, row, .. } = reject(Reason::Duplicate);
                rows.push((Registration { person, disease, registered_on: narrow(days[index]) }, file, row));
            } else {
                found.unusable.insert(person);
                *found.unknown.entry(name.to_owned()).or_default() += 1;
                found.account.count(0);
            }
        }
    }
}
