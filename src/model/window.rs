//! The span of days that a night looks at.

use chrono::{Datelike, NaiveDate};
use serde::Deserialize;

/// What decides the policy year of a settlement.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum YearBy {
    /// The day of the settlement (结算时间).
    SettlementDate,
    /// The row's own benefit year (年度).
    BenefitYear,
}

/// The policy year of `as_of`, up to and including `as_of`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Window {
    /// The day assessed: the last day looked at.
    pub as_of: NaiveDate,
    /// What decides a settlement's policy year.
    pub year_by: YearBy,
}

impl Window {
    /// The policy year: the calendar year of `as_of`.
    pub fn year(&self) -> i32 {
        self.as_of.year()
    }

    /// The first day of the policy year.
    pub fn first_day(&self) -> NaiveDate {
        NaiveDate::from_ymd_opt(self.year(), 1, 1).unwrap_or(NaiveDate::MIN)
    }
}
