//! How often a job runs.

use chrono::{Datelike, Days, NaiveDate};

/// How often a job runs, and so how often its folder has a new night.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Cadence {
    /// Every day.
    Daily,
    /// At least once in seven days.
    Weekly,
    /// For the last day of each month.
    Monthly,
}

impl Cadence {
    /// The word that clerks know.
    pub fn term(self) -> &'static str {
        match self {
            Cadence::Daily => "每日",
            Cadence::Weekly => "每周",
            Cadence::Monthly => "每月",
        }
    }

    /// The earliest day of which a night has to stand on `as_of`: the day itself, one of the seven that end with it, or
    /// the last end of a month.
    pub fn expected(self, as_of: NaiveDate) -> NaiveDate {
        let before = match self {
            Cadence::Daily => Some(as_of),
            Cadence::Weekly => as_of.checked_sub_days(Days::new(6)),
            Cadence::Monthly => last_month_end(as_of),
        };
        before.unwrap_or(as_of)
    }
}

/// The last day of a month until `as_of`.
fn last_month_end(as_of: NaiveDate) -> Option<NaiveDate> {
    let next = as_of.succ_opt()?;
    if next.day() == 1 { Some(as_of) } else { as_of.with_day(1)?.pred_opt() }
}
