//! On which sheet of an office's list a warning stands.

use std::cmp::Ordering;

use chrono::NaiveDate;

use super::Extent;
use crate::job::Office;
use crate::model::{Sheet, Told, Warning, as_published, compared};

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

/// A warning as it is for one office tonight.
#[derive(Debug, Clone, Copy)]
pub(super) struct Seen<'a> {
    pub(super) warning: &'a Warning,
    /// What the office has been told of it.
    pub(super) told: Option<&'a Told>,
    /// Whether the office receives it.
    pub(super) received: bool,
    /// Whether the person is in monitoring already.
    pub(super) monitored: bool,
}

/// The place of a warning in a list of the office. Silence that the office asked for holds back what is new and what
/// continues, never that a warning rose or ended.
pub(super) fn of(office: &Office, extent: Extent, as_of: NaiveDate, seen: &Seen<'_>) -> Place {
    let quiet = || is_quiet(office, as_of, seen.warning);
    match sheet(seen) {
        None => Place::Nowhere,
        Some(sheet @ (Sheet::Raised | Sheet::Ended)) => Place::On(sheet),
        Some(Sheet::New) if !seen.monitored => {
            if quiet() {
                Place::Quiet
            } else {
                Place::On(Sheet::New)
            }
        }
        Some(sheet) => match extent {
            Extent::Everything if quiet() => Place::Quiet,
            Extent::Everything => Place::On(Sheet::Continuing),
            Extent::Changes if sheet == Sheet::New => Place::Monitored,
            Extent::Changes => Place::Nowhere,
        },
    }
}

/// The sheet by itself.
fn sheet(seen: &Seen<'_>) -> Option<Sheet> {
    let warning = seen.warning;
    if !warning.stands() || !seen.received {
        return seen.told.map(|_| Sheet::Ended);
    }
    // What was told of it before it was cleared and opened again counts no more.
    match seen.told.filter(|told| told.told_on >= warning.since) {
        None => Some(Sheet::New),
        Some(told) if is_higher(warning, told) => Some(Sheet::Raised),
        Some(_) => Some(Sheet::Continuing),
    }
}

/// Whether it is more serious than as last told.
fn is_higher(warning: &Warning, told: &Told) -> bool {
    let is = &warning.standing;
    let now = (is.rule.as_str(), as_published(is.threshold), is.band);
    compared(now, (&told.rule, told.threshold, told.band)) == Ordering::Greater
}

/// Whether the office's own newest answer asks for silence on the day.
fn is_quiet(office: &Office, as_of: NaiveDate, warning: &Warning) -> bool {
    warning.answer.as_ref().and_then(|answer| answer.quiet.get(&office.id)).is_some_and(|until| *until >= as_of)
}
