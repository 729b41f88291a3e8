//! The months that a sample covers, and the extract that holds each.

use chrono::{Datelike, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta};

use super::random::Random;

/// A day as an extract has it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Day {
    /// It can be read.
    Known(NaiveDate),
    /// Null.
    Missing,
    /// Text that is no day.
    Unreadable,
}

impl Day {
    /// What is no day: none, or text that is none, by turns.
    pub(super) fn unusable(turn: usize) -> Day {
        if turn.is_multiple_of(2) { Day::Missing } else { Day::Unreadable }
    }

    /// The day; what is no day has none.
    pub(super) fn known(self) -> Option<NaiveDate> {
        match self {
            Day::Known(day) => Some(day),
            Day::Missing | Day::Unreadable => None,
        }
    }

    /// The day as an older export has it: a time as text.
    pub(super) fn text(self) -> Option<String> {
        match self {
            Day::Known(day) => Some(time_text(day.and_time(NaiveTime::MIN))),
            Day::Missing => None,
            Day::Unreadable => Some("待核实".to_owned()),
        }
    }
}

/// The month of `as_of` and those before it in the policy year, after December of the year before (index 0).
#[derive(Debug)]
pub(super) struct Calendar {
    /// The day assessed.
    pub(super) as_of: NaiveDate,
}

impl Calendar {
    /// The policy year.
    pub(super) fn year(&self) -> i32 {
        self.as_of.year()
    }

    /// How many months of the policy year are covered: months 1 to this one have an extract each.
    pub(super) fn months(&self) -> usize {
        self.as_of.month() as usize
    }

    /// Whether the policy year has got as far as `month`.
    pub(super) fn has(&self, month: usize) -> bool {
        month <= self.months()
    }

    /// `month` where the policy year has got that far, else the newest month that there is.
    pub(super) fn month_or_newest(&self, month: usize) -> usize {
        month.min(self.months())
    }

    /// The first day of a month; month 0 is December of the year before.
    pub(super) fn first_day(&self, month: usize) -> NaiveDate {
        let (year, month) = if month == 0 { (self.year() - 1, 12) } else { (self.year(), month as u32) };
        NaiveDate::from_ymd_opt(year, month, 1).unwrap_or(self.as_of)
    }

    /// 1 January of the policy year, or of one `years` before it.
    pub(super) fn new_year(&self, years: i32) -> NaiveDate {
        self.year_day(years, 1, 1)
    }

    /// A day of the policy year, or of one `years` before it.
    pub(super) fn year_day(&self, years: i32, month: u32, day: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(self.year() - years, month, day).unwrap_or(self.as_of)
    }

    /// So many days before `as_of`.
    pub(super) fn days_ago(&self, days: i64) -> NaiveDate {
        self.as_of - TimeDelta::days(days)
    }

    /// A day of the month, no later than `as_of`.
    pub(super) fn day(&self, month: usize, random: &mut Random) -> NaiveDate {
        let first = self.first_day(month);
        let days = (self.as_of - first).num_days() + 1;
        let days = days.min(i64::from(first.num_days_in_month()));
        first + TimeDelta::days(random.signed_below(days))
    }

    /// A moment of the month within a hospital's opening hours, no later than `as_of`.
    pub(super) fn moment(&self, month: usize, random: &mut Random) -> NaiveDateTime {
        let day = self.day(month, random);
        day.and_time(NaiveTime::MIN) + TimeDelta::seconds(25_200 + random.signed_below(46_800))
    }

    /// The extract of a month, as a path below the delivery. One month lies in a Hive folder, so that the order of
    /// paths is not the order of months.
    pub(super) fn extract(&self, month: usize) -> String {
        let first = self.first_day(month);
        let folder = if month == HIVE_MONTH { format!("year={}/", first.year()) } else { String::new() };
        format!("settlements/{folder}setl_{}-{:02}.parquet", first.year(), first.month())
    }
}

/// The month whose extract lies in a Hive folder.
pub(super) const HIVE_MONTH: usize = 5;

/// A moment as text extracts have it.
pub(super) fn time_text(time: NaiveDateTime) -> String {
    time.format("%Y-%m-%d %H:%M:%S").to_string()
}
