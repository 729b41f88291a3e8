//! What a card paid: the visits for chronic diseases of its holder, but for those that name the disease of another card
//! of theirs.

use std::collections::HashMap;
use std::sync::Arc;

use foldhash::fast::FixedState;
use rust_decimal::Decimal;

use crate::burden::{ChronicVisit, ChronicVisits};
use crate::delivery::{ChronicCard, day_since_1970, epoch_day};
use crate::model::{Fen, Month, PersonId};

/// The months over which a card is measured.
pub(super) const MONTHS: i32 = 12;

/// The people whose visits are asked for, numbered, each with the codes of all their cards.
#[derive(Debug, Default)]
pub struct Holders {
    numbers: HashMap<PersonId, u32, FixedState>,
    codes: Vec<Vec<Arc<str>>>,
}

impl Holders {
    /// Those of the cards of which `asked` holds. `cards` are all that there are.
    pub(super) fn of(cards: &[ChronicCard], asked: impl Fn(&ChronicCard) -> bool) -> Holders {
        let mut holders = Holders::default();
        for card in cards.iter().filter(|card| asked(card)) {
            let next = u32::try_from(holders.numbers.len()).unwrap_or(u32::MAX);
            holders.numbers.entry(card.person.clone()).or_insert(next);
        }
        holders.codes = vec![Vec::new(); holders.numbers.len()];
        for card in cards {
            let number = holders.numbers.get(&card.person).map(|number| *number as usize);
            if let (Some(codes), Some(code)) = (number.and_then(|at| holders.codes.get_mut(at)), &card.code) {
                codes.push(Arc::clone(code));
            }
        }
        holders
    }

    /// Whether nobody is asked about.
    pub fn is_empty(&self) -> bool {
        self.numbers.is_empty()
    }

    /// The number of somebody whose visits are asked for.
    pub fn number(&self, person: &PersonId) -> Option<u32> {
        self.numbers.get(person).copied()
    }
}

/// Holders and their visits.
#[derive(Debug, Clone, Copy)]
pub struct Paid<'a> {
    /// Whose visits were asked for.
    pub holders: &'a Holders,
    /// The visits, by the numbers of the holders.
    pub visits: &'a ChronicVisits,
}

impl<'a> Paid<'a> {
    /// What a card paid.
    pub(super) fn by(self, card: &'a ChronicCard) -> impl Iterator<Item = &'a ChronicVisit> {
        let number = self.holders.number(&card.person);
        let codes = number.and_then(|number| self.holders.codes.get(number as usize)).map_or(&[][..], Vec::as_slice);
        let visits = number.map_or(&[][..], |number| self.visits.of(number));
        let own = move |visit: &&ChronicVisit| match (&visit.disease, &card.code) {
            (Some(named), Some(own)) => named == own || !codes.contains(named),
            _ => true,
        };
        visits.iter().filter(own)
    }

    /// Whether a visit of the holder may be missing here.
    pub(super) fn lacks_a_visit_of(self, person: &PersonId) -> bool {
        self.holders.number(person).is_none_or(|number| self.visits.untold.contains(&number))
    }

    /// Whether settlements came of every month from the day after `since` to the last that is over on `day`.
    pub(super) fn reaches(self, since: i32, day: i32) -> bool {
        let months = day_since_1970(i64::from(since) + 1).and_then(Month::of);
        let months = months.zip(day_since_1970(day.into()).and_then(Month::over_on));
        months.is_some_and(|(first, last)| self.lacking(first, last).next().is_none())
    }

    /// The months from `first` to `last` in which nobody has a settlement.
    pub(super) fn lacking(self, first: Month, last: Month) -> impl Iterator<Item = Month> {
        first.until(last).filter(|month| !self.visits.months.contains(month))
    }
}

/// What a card paid over twelve months.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub struct Measured {
    /// Medical cost.
    pub cost: Fen,
    /// 144 times the variance of the months' sums, in fen squared: twelve times the sum of their squares, less the
    /// square of their sum. Whole, so that any two cards can be held against each other.
    pub spread: i128,
}

impl Measured {
    /// By the sums of twelve months.
    pub fn of(months: &[i64; MONTHS as usize]) -> Measured {
        let sum: i128 = months.iter().map(|fen| i128::from(*fen)).sum();
        let squares = months.iter().map(|fen| i128::from(*fen).saturating_mul(i128::from(*fen)));
        let squares = squares.fold(0, i128::saturating_add);
        let spread = squares.saturating_mul(i128::from(MONTHS)).saturating_sub(sum.saturating_mul(sum));
        Measured { cost: Fen(i64::try_from(sum).unwrap_or(i64::MAX)), spread }
    }

    /// The variance in yuan squared; `None` where it has more digits than an exact number can.
    pub fn variance(self) -> Option<Decimal> {
        Decimal::try_from_i128_with_scale(self.spread, 4).ok()?.checked_div(Decimal::from(MONTHS * MONTHS))
    }
}

/// A card measured over the twelve months until `last`.
pub(super) fn measured(card: &ChronicCard, paid: Paid<'_>, last: Month) -> Measured {
    let mut months = [0_i64; MONTHS as usize];
    let begins: Vec<i32> =
        last.plus(1 - MONTHS).until(last.plus(1)).map(|month| month.first_day().map_or(i32::MAX, epoch_day)).collect();
    for visit in paid.by(card) {
        let place = begins.partition_point(|begin| *begin <= visit.day).checked_sub(1);
        if let Some(sum) = place.and_then(|at| months.get_mut(at)) {
            *sum = sum.saturating_add(visit.cost.0);
        }
    }
    Measured::of(&months)
}
