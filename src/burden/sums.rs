//! A sum a person, in shards that threads fill side by side.
//!
//! Everyone's sums together are far larger than any cache, so rows are not added as they come: a thread holds some
//! hundreds for each shard and hands them over in one go, to be added while its part of the table is at hand. Of those
//! who are only counted, nearly everybody, a shard takes in some thousands before it looks any of them up.

use std::collections::HashMap;
use std::mem::take;
use std::sync::Mutex;

use hashbrown::HashTable;
use rayon::prelude::*;

use super::lock;
use super::marks::Marks;
use crate::delivery::{Payment, Register};
use crate::model::{AreaCode, Burden, Fault, Fen, Figures, PersonId, Tally, mix};

const SHARDS: usize = 256;
/// Rows that a thread holds for one shard before it hands them over.
const HELD: usize = 256;
/// Rows of people who are only counted that a shard holds before it looks them up.
const OTHERS_HELD: usize = 8192;

/// Whose sums are wanted in full.
#[derive(Debug, Clone, Copy)]
pub enum Wanted<'a> {
    /// Everybody's.
    Everyone,
    /// Those of the people in the register; of the others, only that they have settlements.
    Only(&'a Register),
}

/// A row that counts.
#[derive(Debug)]
pub(crate) struct Counted {
    pub(crate) person: PersonId,
    pub(crate) figures: Figures,
    /// When it was settled, in microseconds since 1970.
    pub(crate) at: i64,
    pub(crate) area: Option<AreaCode>,
}

/// A person's sums.
#[derive(Debug, Clone)]
pub struct PersonSums {
    /// Who.
    pub person: PersonId,
    /// What it adds up to.
    pub burden: Burden,
    /// The area of the newest counted settlement that gives one.
    pub area: Option<AreaCode>,
    newest: i64,
}

/// Everyone's sums.
#[derive(Debug)]
pub struct Sums {
    shards: Vec<Mutex<Shard>>,
    /// Marks of those whose sums are wanted; `None` when everybody's are.
    wanted: Option<Marks>,
}

#[derive(Debug, Default)]
struct Shard {
    index: HashTable<u32>,
    people: Vec<PersonSums>,
    /// Whether people may join who are not there yet.
    closed: bool,
    /// Those who may not: residents by their number, and the few with another certificate.
    others: HashTable<Other>,
    strangers: HashMap<PersonId, i64>,
    /// Rows that are not in `others` yet.
    arrived: Vec<Other>,
    overflowed: bool,
}

/// A resident whose sums are not wanted, with the medical cost so far.
#[derive(Debug)]
struct Other {
    number: u64,
    cost: i64,
}

impl Sums {
    pub(crate) fn new(wanted: Wanted<'_>) -> Sums {
        let mut shards: Vec<Shard> = one_a_shard();
        let mut marks = None;
        if let Wanted::Only(register) = wanted {
            let marks = marks.insert(Marks::with_room_for(register.people.len()));
            shards.iter_mut().for_each(|shard| shard.make_room(register.people.len() / SHARDS * 9 / 8));
            for person in register.people.keys() {
                let mixed = person.mixed();
                marks.set(mixed);
                shards[shard_of(mixed)].join(mixed, person);
            }
            shards.iter_mut().for_each(|shard| shard.closed = true);
        }
        Sums { shards: shards.into_iter().map(Mutex::new).collect(), wanted: marks }
    }

    /// Sums that were added up elsewhere, each with the area of the person's newest settlement that gives one.
    pub fn of_people(people: impl IntoIterator<Item = (PersonId, Burden, Option<AreaCode>)>) -> Sums {
        let sums = Sums::new(Wanted::Everyone);
        for (person, burden, area) in people {
            let mixed = person.mixed();
            let mut shard = lock(&sums.shards[shard_of(mixed)]);
            let place = shard.join(mixed, &person);
            (shard.people[place].burden, shard.people[place].area) = (burden, area);
        }
        sums
    }

    /// A hand of rows for one thread to fill.
    pub(crate) fn hand(&self) -> Hand<'_> {
        Hand { sums: self, rows: one_a_shard(), others: one_a_shard() }
    }

    /// Adds commercial payments to what every hand has handed over.
    pub(crate) fn finish(&self, payments: &[Payment]) -> Result<(), Fault> {
        self.shards.par_iter().for_each(|shard| lock(shard).add_others());
        for payment in payments {
            let mixed = payment.person.mixed();
            lock(&self.shards[shard_of(mixed)]).pay(mixed, payment);
        }
        if self.shards.iter().any(|shard| lock(shard).overflowed) {
            let message = "the sums of a person leave the range of 64 bits, expected amounts that a year can hold; \
                           look for rows sent under many ids";
            return Err(Fault::data("settlements", message));
        }
        Ok(())
    }

    /// The sums of one person, if they are wanted.
    pub fn of(&self, person: &PersonId) -> Option<PersonSums> {
        let mixed = person.mixed();
        let shard = lock(&self.shards[shard_of(mixed)]);
        shard.place_of(mixed, person).map(|place| shard.people[place].clone())
    }

    /// Looks at everyone whose sums are wanted, in no order, a shard at a time.
    pub fn look<T: Send>(&self, look: impl Fn(&[PersonSums]) -> T + Sync) -> Vec<T> {
        self.shards.par_iter().map(|shard| look(&lock(shard).people)).collect()
    }

    /// The number of people with a counted settlement.
    pub fn people_with_settlements(&self) -> u64 {
        let count = |shard: &Mutex<Shard>| {
            let shard = lock(shard);
            let wanted = shard.people.iter().filter(|person| person.burden.settlements > 0).count();
            (wanted + shard.others.len() + shard.strangers.len()) as u64
        };
        self.shards.par_iter().map(count).sum()
    }

    /// The people whose medical cost over the year is below 0.
    pub(crate) fn below_zero(&self) -> Tally {
        let mut tally = Tally::default();
        for shard in &self.shards {
            let shard = lock(shard);
            let wanted = shard.people.iter().map(|person| person.burden.sums.total_cost.0);
            let costs =
                wanted.chain(shard.others.iter().map(|other| other.cost)).chain(shard.strangers.values().copied());
            costs.filter(|cost| *cost < 0).for_each(|cost| tally.add(cost));
        }
        tally
    }
}

/// The rows that one thread has judged and not handed over yet.
pub(crate) struct Hand<'a> {
    sums: &'a Sums,
    rows: Vec<Vec<(u64, Counted)>>,
    others: Vec<Vec<Other>>,
}

impl Hand<'_> {
    /// The number of a resident whose sums are certainly not wanted; `None` for everybody else. Asked for a whole batch
    /// at once, the questions do not wait for one another.
    #[inline]
    pub(crate) fn not_wanted(&self, person: Option<&PersonId>) -> Option<u64> {
        let (wanted, number) = (self.sums.wanted.as_ref()?, person?.resident_number()?);
        (!wanted.may_have(mix(number))).then_some(number)
    }

    /// Takes a row of a person whose sums may be wanted.
    #[inline]
    pub(crate) fn add(&mut self, row: Counted) {
        let mixed = row.person.mixed();
        let shard = shard_of(mixed);
        let rows = &mut self.rows[shard];
        rows.push((mixed, row));
        if rows.len() == HELD {
            lock(&self.sums.shards[shard]).add_rows(rows);
        }
    }

    /// Takes the medical cost of a row whose person's sums are certainly not wanted.
    #[inline]
    pub(crate) fn add_other(&mut self, number: u64, cost: Fen) {
        let shard = shard_of(mix(number));
        let others = &mut self.others[shard];
        others.push(Other { number, cost: cost.0 });
        if others.len() == HELD {
            lock(&self.sums.shards[shard]).hold(others);
        }
    }

    /// Hands what is still held to the shards. The order in which threads do so makes no difference to any sum.
    pub(crate) fn hand_over(mut self) {
        for ((rows, others), shard) in self.rows.iter_mut().zip(&mut self.others).zip(&self.sums.shards) {
            let mut shard = lock(shard);
            shard.add_rows(rows);
            shard.hold(others);
        }
    }
}

fn one_a_shard<T: Default>() -> Vec<T> {
    (0..SHARDS).map(|_| T::default()).collect()
}

fn shard_of(mixed: u64) -> usize {
    (mixed >> 56) as usize
}

impl Shard {
    /// Makes room for so many people at once: nobody has to be moved as the shard grows.
    fn make_room(&mut self, people: usize) {
        self.people.reserve_exact(people);
        let known = &self.people;
        self.index.reserve(people, |at| known[*at as usize].person.mixed());
    }

    /// First everyone is looked up, then everything is added: look-ups that do not wait for one another share the time
    /// it takes to reach memory.
    fn add_rows(&mut self, rows: &mut Vec<(u64, Counted)>) {
        let places: Vec<Option<usize>> = rows.iter().map(|(mixed, row)| self.place_of(*mixed, &row.person)).collect();
        for ((mixed, row), place) in rows.drain(..).zip(places) {
            match place {
                None if self.closed => self.add_unwanted(row),
                None => {
                    let place = self.join(mixed, &row.person);
                    self.add(place, &row);
                }
                Some(place) => self.add(place, &row),
            }
        }
    }

    fn hold(&mut self, others: &mut Vec<Other>) {
        self.arrived.append(others);
        if self.arrived.len() >= OTHERS_HELD {
            self.add_others();
        }
    }

    fn add_others(&mut self) {
        let mut arrived = take(&mut self.arrived);
        arrived.drain(..).for_each(|other| self.add_other(other));
        self.arrived = arrived;
    }

    #[inline]
    fn add(&mut self, place: usize, row: &Counted) {
        let sums = &mut self.people[place];
        if row.area.is_some() && (row.at, row.area) > (sums.newest, sums.area) {
            (sums.newest, sums.area) = (row.at, row.area);
        }
        sums.burden.settlements += 1;
        match sums.burden.sums.checked_add(&row.figures) {
            Some(sum) => sums.burden.sums = sum,
            None => self.overflowed = true,
        }
    }

    #[inline]
    fn add_other(&mut self, other: Other) {
        let mixed = mix(other.number);
        match self.others.find_mut(mixed, |known| known.number == other.number) {
            Some(known) => match known.cost.checked_add(other.cost) {
                Some(more) => known.cost = more,
                None => self.overflowed = true,
            },
            None => {
                self.others.insert_unique(mixed, other, |other| mix(other.number));
            }
        }
    }

    /// A row that looked wanted and is not.
    fn add_unwanted(&mut self, row: Counted) {
        let cost = row.figures.total_cost.0;
        match row.person.resident_number() {
            Some(number) => self.add_other(Other { number, cost }),
            None => {
                let sum = self.strangers.entry(row.person).or_default();
                match sum.checked_add(cost) {
                    Some(more) => *sum = more,
                    None => self.overflowed = true,
                }
            }
        }
    }

    fn pay(&mut self, mixed: u64, payment: &Payment) {
        let place = match self.place_of(mixed, &payment.person) {
            None if self.closed => return,
            None => self.join(mixed, &payment.person),
            Some(place) => place,
        };
        let commercial = &mut self.people[place].burden.commercial;
        match commercial.checked_add(payment.amount) {
            Some(sum) => *commercial = sum,
            None => self.overflowed = true,
        }
    }

    #[inline]
    fn place_of(&self, mixed: u64, person: &PersonId) -> Option<usize> {
        self.index.find(mixed, |at| self.people[*at as usize].person == *person).map(|at| *at as usize)
    }

    /// Makes room for a person who is not there yet; an earlier row of the same batch may just have done so.
    fn join(&mut self, mixed: u64, person: &PersonId) -> usize {
        if let Some(place) = self.place_of(mixed, person) {
            return place;
        }
        let people = &mut self.people;
        let place = people.len();
        self.index.insert_unique(mixed, place as u32, |at| people[*at as usize].person.mixed());
        if place == people.capacity() {
            people.reserve_exact(place / 4 + 64);
        }
        people.push(PersonSums { person: person.clone(), burden: Burden::default(), area: None, newest: i64::MIN });
        place
    }
}
