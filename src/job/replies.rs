//! `[replies]`: within which term offices answer what they are sent.

use crate::config::Section;

/// What the job says of answers.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub struct Replies {
    /// Within how many working days after a warning was sent an answer is due; without it, none is ever overdue.
    pub answer_within: Option<u32>,
}

/// The section `[replies]`; `None` when a fault was noted. `holidays` is whether the job names a file of holidays.
pub(super) fn read(root: &Section<'_, '_>, holidays: bool) -> Option<Replies> {
    root.may("replies", Replies::default(), |value| {
        let section = value.table()?;
        let answer_within = section.may("answer_within_working_days", None, |value| match value.count()? {
            0 => value.wrong("a number of working days above 0"),
            _ if !holidays => {
                value.fault("working days are counted with a file of holidays; name it with `holidays`");
                None
            }
            days => Some(Some(days)),
        });
        section.end();
        Some(Replies { answer_within: answer_within? })
    })
}
