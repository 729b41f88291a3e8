//! The register over a year: everyone with an identity in force on any of its days until the day looked at, with all
//! their identities until then, numbered by their place in order.
//!
//! What the audits look at. [`Register`](super::Register) is the same table on one day, for the nightly warning.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use chrono::{Datelike, NaiveDate};
use foldhash::fast::FixedState;
use rayon::prelude::*;

use super::columns::Names;
use super::identities::{COLUMNS, Identities, Span};
use super::{Account, Batch, Delivery, Extract, UnknownCodes, epoch_day, narrow};
use crate::error::Error;
use crate::model::{AreaCode, Categories, Category, Figures, PersonId, Reason, Reject};

/// Everyone of the register in a year.
#[derive(Debug, Default)]
pub struct Roster {
    /// Sorted by person. A person's place is their number, wherever rows are kept by person.
    pub people: Vec<Listed>,
    /// Who has an identity that could not be used: whoever is not in the roster may have been meant to be.
    pub unusable: HashSet<PersonId>,
    /// Codes that the mapping lacks, with the number of identities in force in the year that bear each.
    pub unknown: UnknownCodes,
    /// What was read and set aside.
    pub account: Account,
    residents: HashMap<u64, u32, FixedState>,
    others: HashMap<PersonId, u32, FixedState>,
    sieve: Sieve,
}

/// Lets through everybody of a roster, and few others: the first look at the rows of a table that holds ten times as
/// many people, small enough to stay in a processor's cache.
#[derive(Debug, Default)]
struct Sieve {
    bits: Vec<u64>,
    shift: u32,
}

impl Sieve {
    /// Bits for each person: of fifteen others, one comes through at most.
    const BITS: usize = 8;

    fn of(people: &[Listed]) -> Sieve {
        let bits = (people.len() * Sieve::BITS).next_power_of_two().max(64);
        let mut sieve = Sieve { bits: vec![0; bits / 64], shift: 64 - bits.trailing_zeros() };
        for listed in people {
            let (word, bit) = sieve.place(&listed.person);
            sieve.bits[word] |= bit;
        }
        sieve
    }

    #[inline]
    fn lets_through(&self, person: &PersonId) -> bool {
        let (word, bit) = self.place(person);
        self.bits.get(word).is_some_and(|bits| bits & bit != 0)
    }

    #[inline]
    fn place(&self, person: &PersonId) -> (usize, u64) {
        let place = person.mixed() >> self.shift.min(63);
        ((place / 64) as usize, 1 << (place % 64))
    }
}

/// One person of the roster. Of several identities, the one that began last gives the name, and the one that began last
/// among those that give it each of the others.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// By certificate.
    pub person: PersonId,
    /// Name.
    pub name: Option<Box<str>>,
    /// Where the person belongs.
    pub area: Option<AreaCode>,
    /// Township.
    pub town_code: Option<Arc<str>>,
    /// Village.
    pub village: Option<Arc<str>>,
    /// Household.
    pub household: Option<Box<str>>,
    /// Every identity that began until the day looked at, in the order in which they began.
    pub spells: Box<[IdentitySpell]>,
}

/// One identity over the days on which it holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct IdentitySpell {
    /// The first day, as days since 1970.
    pub begin: i32,
    /// The first day on which it no longer holds; [`OPEN`](super::OPEN) when no end is known.
    pub end: i32,
    /// As what; `None` for a code that the mapping lacks.
    pub category: Option<Category>,
}

impl IdentitySpell {
    /// Whether it holds on a day.
    pub fn holds_on(&self, day: i32) -> bool {
        self.begin <= day && day < self.end
    }
}

/// Every known category of one person's identities on a day.
pub(crate) fn categories_on(spells: &[IdentitySpell], day: i32) -> Categories {
    spells.iter().filter(|spell| spell.holds_on(day)).filter_map(|spell| spell.category).collect()
}

impl Listed {
    /// Whether any identity holds on a day, one of an unknown category too.
    pub fn in_force_on(&self, day: i32) -> bool {
        self.spells.iter().any(|spell| spell.holds_on(day))
    }

    /// Every known category on a day.
    pub fn categories_on(&self, day: i32) -> Categories {
        categories_on(&self.spells, day)
    }

    /// The day of recognition (认定日期): the first day of the first identity of a category.
    pub fn recognised_on(&self, category: Category) -> Option<i32> {
        self.spells.iter().find(|spell| spell.category == Some(category)).map(|spell| spell.begin)
    }

    /// The first day of the first identity of any category.
    pub fn registered_on(&self) -> Option<i32> {
        self.spells.first().map(|spell| spell.begin)
    }
}

impl Roster {
    /// The number of a person; `None` for whoever is not in the roster.
    #[inline]
    pub fn number(&self, person: &PersonId) -> Option<u32> {
        self.sieve.lets_through(person).then(|| self.looked_up(person)).flatten()
    }

    /// The number of somebody whom the sieve let through.
    #[inline]
    fn looked_up(&self, person: &PersonId) -> Option<u32> {
        match person.resident_number() {
            Some(resident) => self.residents.get(&resident).copied(),
            None => self.others.get(person).copied(),
        }
    }

    /// The number of each of some people. All are sieved before the first is looked up, so that a processor need not
    /// wait for one before it asks for the next.
    pub(super) fn numbers(&self, people: &[Option<PersonId>]) -> Vec<Option<u32>> {
        let through: Vec<bool> =
            people.iter().map(|person| person.as_ref().is_some_and(|person| self.sieve.lets_through(person))).collect();
        let looked_up = people.iter().zip(through).map(|(person, through)| match (person, through) {
            (Some(person), true) => self.looked_up(person),
            _ => None,
        });
        looked_up.collect()
    }

    /// Takes everybody out: nobody has a number any more.
    pub fn take_people(&mut self) -> Vec<Listed> {
        self.residents = HashMap::default();
        self.others = HashMap::default();
        self.sieve = Sieve::default();
        std::mem::take(&mut self.people)
    }

    /// Makes room for so many people at once: a register of millions is not to be moved as it grows.
    fn make_room(&mut self, people: usize) {
        self.people.reserve_exact(people);
        self.residents.reserve(people);
    }

    fn enter(&mut self, listed: Listed) {
        let number = u32::try_from(self.people.len()).unwrap_or(u32::MAX);
        match listed.person.resident_number() {
            Some(resident) => self.residents.insert(resident, number),
            None => self.others.insert(listed.person.clone(), number),
        };
        self.people.push(listed);
    }
}

/// The rows of one person among some that are sorted by the number of whose they are.
pub(crate) fn of_person<T>(rows: &[T], person: u32, whose: impl Fn(&T) -> u32) -> &[T] {
    let theirs = &rows[rows.partition_point(|row| whose(row) < person)..];
    &theirs[..theirs.partition_point(|row| whose(row) == person)]
}

/// One identity as it was read. The order is that in which a person's identities are taken in.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Row {
    person: PersonId,
    begin: i32,
    end: i32,
    area: Option<AreaCode>,
    name: Option<Box<str>>,
    town_code: Option<Arc<str>>,
    village: Option<Arc<str>>,
    household: Option<Box<str>>,
    category: Result<Category, Box<str>>,
    file: u32,
    row: u32,
}

/// The days looked at: from the first of the year until the day itself.
#[derive(Clone, Copy)]
struct Year {
    first: i32,
    as_of: i32,
}

impl Year {
    fn touches(self, row: &Row) -> bool {
        row.begin <= self.as_of && row.begin.max(self.first) < row.end
    }
}

impl Delivery {
    /// Reads everyone with an identity in force on any day from 1 January of the year of `as_of` until `as_of`, and
    /// turns their local codes into categories with `category_of`. An identity that begins later is not known yet.
    ///
    /// # Errors
    /// A file that cannot be read to its end.
    pub fn roster(
        &self,
        as_of: NaiveDate,
        category_of: impl Fn(&str) -> Option<Category> + Sync,
    ) -> Result<Roster, Error> {
        let first = NaiveDate::from_ymd_opt(as_of.year(), 1, 1).unwrap_or(as_of);
        let year = Year { first: epoch_day(first), as_of: epoch_day(as_of) };
        let columns: Vec<&str> = COLUMNS.into_iter().chain(["village", "household_id"]).collect();
        let take =
            |part: &mut Part, extract: &Extract, batch: &Batch<'_>| part.take(extract, batch, year, &category_of);
        let parts: Vec<Part> = self.read_table("identities", &columns, take)?;
        let mut roster = Roster::default();
        let mut rows = Vec::with_capacity(parts.iter().map(|part| part.rows.len()).sum());
        for part in parts {
            roster.account.append(part.account);
            roster.unusable.extend(part.unusable);
            rows.extend(part.rows);
        }
        rows.par_sort_unstable();
        roster.make_room(rows.chunk_by(|one, other| one.person == other.person).count());
        let mut theirs: Vec<Row> = Vec::new();
        for row in rows {
            if theirs.last().is_some_and(|last| last.person != row.person) {
                roster.assemble(&mut theirs, year);
            }
            theirs.push(row);
        }
        roster.assemble(&mut theirs, year);
        roster.sieve = Sieve::of(&roster.people);
        roster.account.rejects.par_sort();
        Ok(roster)
    }
}

impl Roster {
    /// Takes in one person from all their identities, or sets those aside.
    fn assemble(&mut self, theirs: &mut Vec<Row>, year: Year) {
        if !theirs.iter().any(|row| year.touches(row)) {
            for Row { file, row, .. } in theirs.drain(..) {
                let (reason, figures) = (Reason::OutOfWindow, Figures::default());
                self.account.set_aside(Reject { file, row, reason, figures });
            }
            return;
        }
        let Some(last) = theirs.last() else { return };
        let person = last.person.clone();
        let spell =
            |row: &Row| IdentitySpell { begin: row.begin, end: row.end, category: row.category.as_ref().ok().copied() };
        let spells = theirs.iter().map(spell).collect();
        let mut listed =
            Listed { person, name: None, area: None, town_code: None, village: None, household: None, spells };
        for row in theirs.drain(..) {
            self.account.count(0);
            if let (true, Err(code)) = (year.touches(&row), &row.category) {
                *self.unknown.entry(code.to_string()).or_default() += 1;
            }
            listed.name = row.name.or(listed.name);
            listed.area = row.area.or(listed.area);
            listed.town_code = row.town_code.or(listed.town_code);
            listed.village = row.village.or(listed.village);
            listed.household = row.household.or(listed.household);
        }
        self.enter(listed);
    }
}

#[derive(Default)]
struct Part {
    rows: Vec<Row>,
    unusable: Vec<PersonId>,
    account: Account,
    /// Townships and villages.
    places: Names,
}

impl Part {
    fn take(
        &mut self,
        extract: &Extract,
        batch: &Batch<'_>,
        year: Year,
        category_of: &impl Fn(&str) -> Option<Category>,
    ) {
        let identities = Identities::of(batch);
        let (villages, households) = (batch.texts("village"), batch.texts("household_id"));
        self.account.read_rows(batch.rows());
        for index in 0..batch.rows() {
            let reject = |reason| Reject::of(extract, batch.first_row, index, reason, Figures::default());
            let Reject { file, row, .. } = reject(Reason::OutOfWindow);
            match identities.span(index) {
                Err(reason) => {
                    self.unusable.extend(identities.whose(index));
                    self.account.set_aside(reject(reason));
                }
                Ok(span) if narrow(span.begin) > year.as_of => self.account.set_aside(reject(Reason::OutOfWindow)),
                Ok(Span { person, begin, end }) => {
                    let row = Row {
                        person,
                        begin: narrow(begin),
                        end: narrow(end),
                        area: identities.area(index),
                        name: identities.names.text(index).map(Into::into),
                        town_code: identities.towns.code(index).map(|town| self.places.shared(&town)),
                        village: villages.text(index).map(|village| self.places.shared(village)),
                        household: households.text(index).map(Into::into),
                        category: identities.category(index, category_of).map_err(String::into_boxed_str),
                        file,
                        row,
                    };
                    self.rows.push(row);
                }
            }
        }
    }
}
