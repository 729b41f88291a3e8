//! Months of the calendar.

use std::fmt;

use chrono::{Datelike, Days, NaiveDate};

/// A month of a year. Months are counted through from the year 0, so that twelve months before one is the same month of
/// the year before.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Month(i32);

impl Month {
    /// The month of a year, 1 to 12; `None` for any other.
    pub fn new(year: i32, month: u32) -> Option<Month> {
        let month = i32::try_from(month).ok().filter(|month| (1..=12).contains(month))?;
        (1..=9999).contains(&year).then(|| Month(year * 12 + month - 1))
    }

    /// The month in which a day lies; `None` where the calendar has no such year.
    pub fn of(day: NaiveDate) -> Option<Month> {
        Month::new(day.year(), day.month())
    }

    /// The last month that is over on `day`: its own on the month's last day, else the one before.
    pub fn over_on(day: NaiveDate) -> Option<Month> {
        let tomorrow = day.checked_add_days(Days::new(1))?;
        Month::of(tomorrow).map(|month| month.plus(-1))
    }

    /// So many months later, or earlier.
    pub fn plus(self, months: i32) -> Month {
        Month(self.0 + months)
    }

    /// How many months after `earlier`.
    pub fn since(self, earlier: Month) -> i32 {
        self.0 - earlier.0
    }

    /// Its year.
    pub fn year(self) -> i32 {
        self.0.div_euclid(12)
    }

    /// Its number in the year, from 1.
    pub fn number(self) -> u32 {
        self.0.rem_euclid(12).unsigned_abs() + 1
    }

    /// January of its year.
    pub fn january(self) -> Month {
        Month(self.year() * 12)
    }

    /// December of its year.
    pub fn december(self) -> Month {
        self.january().plus(11)
    }

    /// Its first day: how a month is published.
    pub fn first_day(self) -> Option<NaiveDate> {
        NaiveDate::from_ymd_opt(self.year(), self.number(), 1)
    }

    /// Every month from this one to `last`.
    pub fn until(self, last: Month) -> impl Iterator<Item = Month> + Clone {
        (self.0..=last.0).map(Month)
    }
}

/// `2025-11`.
impl fmt::Display for Month {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}", self.year(), self.number())
    }
}
