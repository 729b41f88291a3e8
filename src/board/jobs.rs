//! Which jobs are late: what the cadence of each asks for, held against its latest night.

use chrono::NaiveDate;

use super::nights::Folder;
use crate::model::board::JobState;

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
