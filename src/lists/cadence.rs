//! On which days an office receives what.

use chrono::{Datelike, NaiveDate};

use crate::job::{Full, Office};

/// How much a list holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
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

/// What the office receives on the night of `day`, which follows that of `before`: the list of each day in between that
/// had no night is made up for, the one of everything before that of changes.
pub(super) fn due_since(office: &Office, before: Option<NaiveDate>, day: NaiveDate) -> Option<Extent> {
    // No two lists of an office lie further apart than a month, so that the days of one tell all.
    let days =
        day.iter_days().rev().take(31).take_while(|earlier| before.map_or(*earlier == day, |night| *earlier > night));
    days.filter_map(|earlier| due(office, earlier)).max()
}

fn falls_on(full: Full, day: NaiveDate) -> bool {
    let ends_month = day.succ_opt().is_none_or(|next| next.month() != day.month());
    match full {
        Full::EveryTenDays => ends_month || matches!(day.day(), 10 | 20),
        Full::MonthEnd => ends_month,
        Full::Weekly(weekday) => day.weekday() == weekday,
    }
}
