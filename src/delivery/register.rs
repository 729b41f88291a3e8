//! The register (身份信息): who belongs to which category on the day, and where.

use std::collections::HashMap;

use chrono::NaiveDate;
use foldhash::fast::FixedState;
use rayon::prelude::*;

use super::identities::{COLUMNS, Identities, Span};
use super::{Account, Batch, Delivery, Extract, UnknownCodes, days_since_1970};
use crate::error::Error;
use crate::model::{AreaCode, Categories, Category, Figures, PersonId, Reason, Reject};

/// A person in the register on the day.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Person {
    /// Name, of the identity that began last.
    pub name: Option<String>,
    /// Every category that the mapping gives.
    pub categories: Categories,
    /// Area, of the identity that began last among those that give one.
    pub area: Option<AreaCode>,
    /// Township, likewise.
    pub town_code: Option<String>,
}

/// Everyone with an identity in force on the day.
#[derive(Debug, Default)]
pub struct Register {
    /// By certificate.
    pub people: HashMap<PersonId, Person, FixedState>,
    /// Codes that the mapping lacks, with the number of identities in force that bear each.
    pub unknown: UnknownCodes,
    /// What was read and set aside.
    pub account: Account,
}

/// One identity in force.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Identity {
    begin: i64,
    area: Option<AreaCode>,
    name: Option<String>,
    town_code: Option<String>,
    /// The category, or the local code that the mapping lacks.
    category: Result<Category, String>,
}

impl Delivery {
    /// Reads the identities in force on `as_of` (`begndate` ≤ `as_of` < `enddate`) and turns their local codes into
    /// categories with `category_of`.
    ///
    /// # Errors
    /// A file that cannot be read to its end.
    pub fn register(
        &self,
        as_of: NaiveDate,
        category_of: impl Fn(&str) -> Option<Category> + Sync,
    ) -> Result<Register, Error> {
        let day = days_since_1970(as_of);
        let take = |part: &mut Part, extract: &Extract, batch: &Batch<'_>| part.take(extract, batch, day, &category_of);
        let parts: Vec<Part> = self.read_table("identities", &COLUMNS, take)?;
        let mut register = Register::default();
        let mut identities = Vec::new();
        for part in parts {
            register.account.append(part.account);
            identities.extend(part.identities);
        }
        identities.par_sort_unstable();
        register.people.reserve(identities.len());
        for held in identities.chunk_by_mut(|(one, _), (other, _)| one == other) {
            let person = assembled(held, &mut register.unknown);
            register.people.insert(held[0].0.clone(), person);
        }
        Ok(register)
    }
}

/// One person from all identities in force, in the order in which they began.
fn assembled(held: &mut [(PersonId, Identity)], unknown: &mut UnknownCodes) -> Person {
    let mut person = Person::default();
    for (_, identity) in held {
        person.name = identity.name.take().or(person.name);
        person.area = identity.area.or(person.area);
        person.town_code = identity.town_code.take().or(person.town_code);
        match &identity.category {
            Ok(category) => person.categories = person.categories.with(*category),
            Err(code) => *unknown.entry(code.clone()).or_default() += 1,
        }
    }
    person
}

#[derive(Default)]
struct Part {
    identities: Vec<(PersonId, Identity)>,
    account: Account,
}

impl Part {
    fn take(
        &mut self,
        extract: &Extract,
        batch: &Batch<'_>,
        day: i64,
        category_of: &impl Fn(&str) -> Option<Category>,
    ) {
        let identities = Identities::of(batch);
        self.account.read_rows(batch.rows());
        for row in 0..batch.rows() {
            let reject = |reason| Reject::of(extract, batch.first_row, row, reason, Figures::default());
            let Span { person, begin, end } = match identities.span(row) {
                Ok(span) => span,
                Err(reason) => {
                    self.account.set_aside(reject(reason));
                    continue;
                }
            };
            if begin > day || end <= day {
                self.account.set_aside(reject(Reason::OutOfWindow));
            } else {
                self.account.count(0);
                let identity = Identity {
                    begin,
                    area: identities.area(row),
                    name: identities.names.text(row).map(str::to_owned),
                    town_code: identities.towns.code(row).map(Into::into),
                    category: identities.category(row, category_of),
                };
                self.identities.push((person, identity));
            }
        }
    }
}
