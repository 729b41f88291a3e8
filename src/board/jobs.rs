//! Which jobs are late: what the cadence of each asks for, held against its latest night.

use chrono::{Datelike, Days, NaiveDate};

use super::nights::{Cadence, Folder};
use crate::model::board::JobState;

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
pub fn last_month_end(as_of: NaiveDate) -> Option<NaiveDate> {
    let next = as_of.succ_opt()?;
    if next.day() == 1 { Some(as_of) } else { as_of.with_day(1)?.pred_opt() }
}

/// Each folder as the board shows it.
pub(super) fn states(as_of: NaiveDate, folders: &[Folder]) -> Vec<JobState> {
    let state = |folder: &Folder| JobState {
        kind: folder.kind.clone(),
        cadence: folder.cadence.term().to_owned(),
        latest: folder.latest,
        expected: folder.cadence.expected(as_of),
    };
    folders.iter().map(state).collect()
}
