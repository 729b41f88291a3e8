//! A further pass over the settlements, after they were added up: the rows that somebody asks about, chosen by a few
//! columns and then read in full, each judged as the account of the burdens judged it.

use std::ops::Range;

use rayon::prelude::*;

use super::rows::{self, Days1970, Rows};
use super::scan::barred;
use super::{Burdens, Group};
use crate::delivery::{ABSENT, Batch, Step, read_rows};
use crate::model::{Fate, Fault, Reason, Window};

/// What `read` finds in each row group, in the order of the groups.
///
/// # Errors
/// What `read` returns.
pub(super) fn over<T: Send>(
    groups: &[Group<'_>],
    step: &Step,
    read: impl Fn(&Group<'_>) -> Result<T, Fault> + Sync,
) -> Result<Vec<T>, Fault> {
    let each = groups.par_iter().map(|group| {
        let found = read(group)?;
        step.done(group.extract.rows_of(group.index));
        Ok(found)
    });
    each.collect()
}

/// The rows within a row group that `pick` names in each batch of `columns`, in order.
pub(super) fn chosen(
    group: &Group<'_>,
    columns: &[&str],
    pick: impl Fn(&Batch<'_>) -> Vec<usize>,
) -> Result<Vec<usize>, Fault> {
    let mut chosen = Vec::new();
    read_rows(group.extract, group.index, columns, None, |batch| {
        let before = (batch.first_row - group.before) as usize;
        chosen.extend(pick(batch).into_iter().map(|row| before + row));
        Ok(())
    })?;
    Ok(chosen)
}

/// Reads the `chosen` rows of a group: the columns that judge them, and `more`. `take` gets each batch with the places
/// of its rows within the group.
pub(super) fn read_chosen(
    group: &Group<'_>,
    window: &Window,
    more: impl IntoIterator<Item = &'static str>,
    chosen: &[usize],
    mut take: impl FnMut(&Rows, &Batch<'_>, &[usize]),
) -> Result<(), Fault> {
    if chosen.is_empty() {
        return Ok(());
    }
    let mut columns = rows::columns(group.extract, window);
    columns.extend(more);
    let mut rest = chosen;
    read_rows(group.extract, group.index, &columns, Some(ranges(chosen)), |batch| {
        let (these, later) = rest.split_at(batch.rows().min(rest.len()));
        rest = later;
        take(&Rows::of(batch, group.extract), batch, these);
        Ok(())
    })
}

/// Sorted row numbers as ranges.
fn ranges(rows: &[usize]) -> Vec<Range<usize>> {
    rows.chunk_by(|a, b| a + 1 == *b).map(|run| run[0]..run[run.len() - 1] + 1).collect()
}

/// What a row is to whoever asks what somebody was settled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Judged {
    /// It counts.
    Counts,
    /// It cannot be used, and is missed: something was settled that nobody knows.
    Missed(Reason),
    /// It is missed by nobody: void, outside the days looked at by its own time, or of which another version counts.
    Gone,
}

/// Judges rows once more.
pub(super) struct Judge<'a> {
    burdens: &'a Burdens,
    days: Days1970,
}

impl Judge<'_> {
    pub(super) fn of<'a>(window: &Window, burdens: &'a Burdens) -> Judge<'a> {
        Judge { burdens, days: Days1970::of(window) }
    }

    /// Why a row was set aside; `None` when it counts. `number` is its number among all rows of the table.
    pub(super) fn reason(
        &self,
        rows: &Rows,
        (row, number): (usize, u32),
        (has_id, reverses): (bool, bool),
    ) -> Option<Reason> {
        match rows.rejected(row, has_id, reverses) {
            Err(reason) => Some(reason),
            Ok(_) => self.burdens.tied.get(&number).copied().unwrap_or_else(|| barred(rows, row, &self.days)),
        }
    }

    /// What a row is, by the same.
    pub(super) fn judged(&self, rows: &Rows, at: (usize, u32), named: (bool, bool)) -> Judged {
        match self.reason(rows, at, named) {
            None => Judged::Counts,
            // Whatever else it says, it would not have counted.
            Some(reason) if reason.fate() == Fate::Rejected && self.is_elsewhere(rows, at.0) => Judged::Gone,
            Some(reason) if [Fate::Rejected, Fate::Orphan].contains(&reason.fate()) => Judged::Missed(reason),
            Some(_) => Judged::Gone,
        }
    }

    /// Whether a rejected row is void, or says of itself that it lies outside the days looked at.
    pub(super) fn is_elsewhere(&self, rows: &Rows, row: usize) -> bool {
        match barred(rows, row, &self.days) {
            Some(Reason::OutOfWindow) => rows.at(row) != ABSENT,
            barred => barred.is_some(),
        }
    }
}
