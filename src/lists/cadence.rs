//! On which days an office receives what.

use chrono::{Datelike, Days, NaiveDate};

use crate::job::{Full, Office};

/// How much a list holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Extent {
    /// What changed: new, raised and ended.
    Changes,
    /// Everything that stands besides.
    Everything,
}

impl Extent {
    /// The name in published tables.
    pub fn name(self) -> &'static str {
        match self {
            Extent::Changes => "changes",
            Extent::Everything => "full",
        }
    }

    /// The words that clerks read.
    pub fn term(self) -> &'static str {
        match self {
            Extent::Changes => "变动名单",
            Extent::Everything => "全量名单",
        }
    }
}

/// What the office receives on `day`. The list of everything holds the changes too, and takes their place.
pub fn due(office: &Office, day: NaiveDate) -> Option<Extent> {
    if office.full.is_some_and(|full| falls_on(full, day)) {
        return Some(Extent::Everything);
    }
    office.changes.then_some(Extent::Changes)
}

/// The newest day before `day` on which the office was to receive a list.
pub(super) fn last_before(office: &Office, day: NaiveDate) -> NaiveDate {
    // No two lists of an office lie further apart than a month.
    let mut earlier = (1..=31).filter_map(|days| day.checked_sub_days(Days::new(days)));
    earlier.find(|earlier| due(office, *earlier).is_some()).unwrap_or(day)
}

fn falls_on(full: Full, day: NaiveDate) -> bool {
    let ends_month = day.succ_opt().is_none_or(|next| next.month() != day.month());
    match full {
        Full::EveryTenDays => ends_month || matches!(day.day(), 10 | 20),
        Full::MonthEnd => ends_month,
        Full::Weekly(weekday) => day.weekday() == weekday,
    }
}
