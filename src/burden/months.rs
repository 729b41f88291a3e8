//! The months in which something was settled that counts, whoever's it was: how far back a delivery reaches.

use std::collections::BTreeSet;

use crate::delivery::{MICROSECONDS_A_DAY, day_since_1970};
use crate::model::Month;

/// The days of settlements, a bit each since 1970: cheap enough for every row of a province.
#[derive(Debug, Default)]
pub(super) struct DaysSeen(Vec<u64>);

impl DaysSeen {
    /// Enters a row that counts, by its time in microseconds since 1970.
    #[inline]
    pub(super) fn see(&mut self, at: i64) {
        let Ok(day) = usize::try_from(at.div_euclid(MICROSECONDS_A_DAY)) else { return };
        if day / 64 >= self.0.len() {
            self.0.resize(day / 64 + 1, 0);
        }
        self.0[day / 64] |= 1 << (day % 64);
    }

    pub(super) fn append(&mut self, later: &DaysSeen) {
        self.0.resize(self.0.len().max(later.0.len()), 0);
        self.0.iter_mut().zip(&later.0).for_each(|(all, more)| *all |= more);
    }

    pub(super) fn months(&self) -> BTreeSet<Month> {
        let days = self
            .0
            .iter()
            .zip(0_i64..)
            .flat_map(|(word, at)| (0..64).filter(move |bit| word >> bit & 1 == 1).map(move |bit| at * 64 + bit));
        days.filter_map(day_since_1970).filter_map(Month::of).collect()
    }
}
