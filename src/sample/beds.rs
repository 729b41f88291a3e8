//! Who is in hospital by chance, and when: so evenly spread, and so well apart, that no audit asks about any of it.

use std::collections::VecDeque;

use chrono::NaiveDate;

use super::institutions::Institution;
use super::people::Person;
use super::random::Random;
use super::roll::Roll;
use super::settlement::{DISEASES, Kind, Settlement};

/// Everybody who may come, in an order in which those of one category and area stand together.
///
/// Each next one is the golden section of the whole further on: whichever stretch of the order one looks at, as many
/// have come as its length lets one expect, or one more or less.
#[derive(Debug)]
pub(super) struct Beds {
    order: Vec<u32>,
    at: u64,
    /// Who is to come once more, and how many of the order come once more at all.
    again: VecDeque<usize>,
    often: usize,
}

/// Of a thousand of those who may come once more, how many do.
const AGAIN: u64 = 600;
/// How many are waiting before the first of them comes once more.
const WAITING: usize = 40;
/// From so many people on there are enough of each of these categories in each area, that nobody who comes twice makes
/// the area look as if it were.
const MANY: usize = 3_000;
const CODES: [&str; 4] = ["", "2", "5", "9"];

/// 2^64 over the golden ratio.
const STEP: u64 = 0x9e37_79b9_7f4a_7c15;

impl Beds {
    /// For these people.
    pub(super) fn of(people: &[Person], roll: &Roll, random: &mut Random) -> Beds {
        let code = |index: &u32| roll.codes(&people[*index as usize]).min().unwrap_or_default();
        let often = |index: &u32| people.len() >= MANY && CODES.contains(&code(index));
        let mut order: Vec<u32> = (0..people.len() as u32).collect();
        // Those who may come once more stand first.
        order.sort_by_cached_key(|index| (!often(index), code(index), people[*index as usize].area));
        let often = order.partition_point(often);
        Beds { order, at: random.below(u64::MAX), again: VecDeque::new(), often }
    }

    /// The position of the next one.
    pub(super) fn next(&mut self, random: &mut Random) -> usize {
        if self.again.len() > WAITING
            && let Some(person) = self.again.pop_front()
        {
            return person;
        }
        self.at = self.at.wrapping_add(STEP);
        let index = ((u128::from(self.at) * self.order.len() as u128) >> 64) as usize;
        let person = self.order[index] as usize;
        if index < self.often && random.per_mille(AGAIN) {
            self.again.push_back(person);
        }
        person
    }
}

/// What is known of one person's year so far.
#[derive(Debug, Clone, Copy, Default)]
struct Past {
    /// The last day on which anything was settled.
    last: Option<NaiveDate>,
    stays: u32,
}

/// Everybody's year so far, by number.
#[derive(Debug)]
pub(super) struct Pasts(Vec<Past>);

impl Pasts {
    /// For a sample of so many people.
    pub(super) fn of(people: u32) -> Pasts {
        Pasts(vec![Past::default(); people as usize])
    }

    /// Puts the stays of a month where nothing else of the person lies within them, each in another hospital and for
    /// another disease than the one before it. Months are to come in order; rows that stand apart stay as they are.
    pub(super) fn part(&mut self, rows: &mut [Settlement]) {
        let mut order: Vec<&mut Settlement> = rows.iter_mut().collect();
        // Of one day the stays first: what is settled on the day of discharge lies within none of them.
        order.sort_by_key(|row| (row.ends, row.med_type != Some(Kind::Stay)));
        for row in order.into_iter().filter(|row| !row.apart) {
            let past = &mut self.0[row.person.number as usize];
            if row.med_type == Some(Kind::Stay) {
                row.begins = past.last.map_or(row.begins, |last| last.clamp(row.begins, row.ends));
                row.institution = Institution::of_stay(&row.person, past.stays);
                row.disease = DISEASES[(row.person.number + past.stays) as usize % DISEASES.len()];
                past.stays += 1;
            }
            past.last = past.last.max(Some(row.ends));
        }
    }
}
