//! The register (身份信息): who belongs to which category on the day, and where.

use std::collections::{BTreeMap, HashMap};

use chrono::NaiveDate;
use foldhash::fast::FixedState;
use rayon::prelude::*;

use super::columns::{ABSENT, Days, Texts};
use super::{Account, Batch, Delivery, Extract, certificates, days_since_1970, read_rows};
use crate::error::Error;
use crate::model::{AreaCode, Categories, Category, Fault, Figures, PersonId, Reason, Reject};

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

/// Local category codes that the mapping lacks, with the number of identities in force that bear each.
pub type UnknownCodes = BTreeMap<String, u64>;

/// Everyone with an identity in force on the day.
#[derive(Debug, Default)]
pub struct Register {
    /// By certificate.
    pub people: HashMap<PersonId, Person, FixedState>,
    /// Codes that the mapping lacks.
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

const COLUMNS: [&str; 8] =
    ["psn_cert_type", "certno", "psn_name", "psn_idet_type", "insu_admdvs", "begndate", "enddate", "town_code"];

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
        let groups: Vec<(&Extract, usize)> = self.row_groups("identities").collect();
        let parts: Vec<Result<Part, Fault>> =
            groups.into_par_iter().map(|(extract, group)| Part::read(extract, group, day, &category_of)).collect();
        let mut register = Register::default();
        let mut identities = Vec::new();
        for part in parts {
            let mut part = part?;
            register.account.totals += part.account.totals;
            register.account.rejects.append(&mut part.account.rejects);
            identities.append(&mut part.identities);
        }
        identities.par_sort_unstable();
        register.people.reserve(identities.len());
        for held in identities.chunk_by(|(one, _), (other, _)| one == other) {
            let person = assembled(held, &mut register.unknown);
            register.people.insert(held[0].0.clone(), person);
        }
        Ok(register)
    }
}

/// One person from all identities in force, in the order in which they began.
fn assembled(held: &[(PersonId, Identity)], unknown: &mut UnknownCodes) -> Person {
    let mut person = Person::default();
    for (_, identity) in held {
        person.name = identity.name.clone().or(person.name);
        person.area = identity.area.or(person.area);
        person.town_code = identity.town_code.clone().or(person.town_code);
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
    fn read(
        extract: &Extract,
        group: usize,
        day: i64,
        category_of: &impl Fn(&str) -> Option<Category>,
    ) -> Result<Part, Fault> {
        let mut part = Part::default();
        read_rows(extract, group, &COLUMNS, None, |batch| {
            part.take(extract, batch, day, category_of);
            Ok(())
        })?;
        Ok(part)
    }

    fn take(
        &mut self,
        extract: &Extract,
        batch: &Batch<'_>,
        day: i64,
        category_of: &impl Fn(&str) -> Option<Category>,
    ) {
        let people = certificates(batch);
        let (names, towns) = (batch.texts("psn_name"), batch.texts("town_code"));
        let (codes, areas) = (batch.texts("psn_idet_type"), batch.texts("insu_admdvs"));
        let (begins, ends) = (batch.days("begndate"), Ends::of(batch));
        self.account.read_rows(batch.rows());
        for row in 0..batch.rows() {
            let reject = |reason| Reject::of(extract, batch.first_row, row, reason, Figures::default());
            let Some(person) = people.get(row) else {
                self.account.set_aside(reject(Reason::BadCertno));
                continue;
            };
            let (begin, Some(end)) = (begins[row], ends.get(row)) else {
                self.account.set_aside(reject(Reason::BadDate));
                continue;
            };
            if begin == ABSENT {
                self.account.set_aside(reject(Reason::BadDate));
            } else if begin > day || end <= day {
                self.account.set_aside(reject(Reason::OutOfWindow));
            } else {
                self.account.count(0);
                let identity = Identity {
                    begin,
                    area: area_of(&areas, row),
                    name: names.text(row).map(str::to_owned),
                    town_code: towns.code(row).map(Into::into),
                    category: categorised(&codes, row, category_of),
                };
                self.identities.push((person, identity));
            }
        }
    }
}

/// The category of a row's local code, or the code; blank where there is none.
fn categorised(codes: &Texts, row: usize, category_of: &impl Fn(&str) -> Option<Category>) -> Result<Category, String> {
    let code = codes.code(row).unwrap_or_default();
    category_of(&code).ok_or_else(|| code.into_owned())
}

/// The ends of identities: open where nothing is written, unreadable where something is that is no day.
struct Ends {
    days: Days,
    texts: Texts,
}

impl Ends {
    fn of(batch: &Batch<'_>) -> Ends {
        Ends { days: batch.days("enddate"), texts: batch.texts("enddate") }
    }

    /// The first day on which the identity no longer holds, `i64::MAX` when it is open; `None` when unreadable.
    fn get(&self, row: usize) -> Option<i64> {
        match self.days[row] {
            ABSENT if self.texts.text(row).is_some() => None,
            ABSENT => Some(i64::MAX),
            end => Some(end),
        }
    }
}

/// The area of a row, where it gives a well-formed one.
pub(crate) fn area_of(areas: &Texts, row: usize) -> Option<AreaCode> {
    match areas {
        Texts::Number(values) => AreaCode::new(u32::try_from(values[row]?).ok()?),
        _ => AreaCode::from_text(areas.bytes(row)),
    }
}
