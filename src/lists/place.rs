//! On which sheet of an office's list a warning stands.

use std::collections::HashSet;

use chrono::NaiveDate;

use super::Extent;
use super::cadence::last_before;
use crate::job::Office;
use crate::model::{PersonId, Sheet, State, Warning};

/// What becomes of a warning in one list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    /// It stands on this sheet.
    On(Sheet),
    /// The office asked not to be sent it for now.
    Quiet,
    /// It would be new, but the person is in monitoring already, and this list holds changes alone.
    Monitored,
    /// There is nothing to tell.
    Nowhere,
}

/// The place of a warning that the office receives.
pub(super) fn of(
    office: &Office,
    extent: Extent,
    as_of: NaiveDate,
    warning: &Warning,
    monitored: &HashSet<PersonId>,
) -> Place {
    let Some(sheet) = sheet(last_before(office, as_of), as_of, warning) else { return Place::Nowhere };
    let known = sheet == Sheet::New && monitored.contains(&warning.person);
    let sheet = if known { Sheet::Continuing } else { sheet };
    let told = extent == Extent::Everything || sheet != Sheet::Continuing;
    match (told, known) {
        (true, _) if is_quiet(office, as_of, warning) => Place::Quiet,
        (true, _) => Place::On(sheet),
        (false, true) => Place::Monitored,
        (false, false) => Place::Nowhere,
    }
}

/// The sheet by itself; `before` is the day of the office's last list.
fn sheet(before: NaiveDate, as_of: NaiveDate, warning: &Warning) -> Option<Sheet> {
    let told_before = warning.sent_on.is_some_and(|day| day < as_of);
    if let Some(day) = warning.cleared_on {
        return (told_before && day > before).then_some(Sheet::Ended);
    }
    if !told_before || warning.since > before {
        return Some(Sheet::New);
    }
    // A rise is told on its night: an office that receives no changes sees it among what continues, with both figures.
    Some(if warning.state == State::Raised { Sheet::Raised } else { Sheet::Continuing })
}

/// Whether the office's own newest answer asks for silence on the day.
fn is_quiet(office: &Office, as_of: NaiveDate, warning: &Warning) -> bool {
    warning.answer.as_ref().and_then(|answer| answer.quiet.get(&office.id)).is_some_and(|until| *until >= as_of)
}
