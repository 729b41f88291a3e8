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
    /// The first day looked at.
    pub first_day: NaiveDate,
    /// The day assessed: the last day looked at.
    pub as_of: NaiveDate,
    /// What decides a settlement's policy year.
    pub year_by: YearBy,
}

impl Window {
    /// The calendar year of `as_of` until that day.
    pub fn policy_year(as_of: NaiveDate, year_by: YearBy) -> Window {
        let first_day = NaiveDate::from_ymd_opt(as_of.year(), 1, 1).unwrap_or(NaiveDate::MIN);
        Window { first_day, as_of, year_by }
    }

    /// Every day that a delivery can hold: for looking at rows without assessing anybody.
    pub fn all_time() -> Window {
        Window { first_day: NaiveDate::MIN, as_of: NaiveDate::MAX, year_by: YearBy::SettlementDate }
    }

    /// The policy year.
    pub fn year(&self) -> i32 {
        self.as_of.year()
    }
}
