//! What offices write back (反馈): the file that they return becomes lines; lines and the ledger become answers to
//! warnings, lines and the problem list answers to problems.
//!
//! A list comes back as people leave it: its sheets and columns moved, sorted, saved by another program. What can be
//! read is read; what cannot is told by its place. Nothing of a cell's text reaches a message. It knows nothing of
//! where replies are kept.

mod archive;
mod cell;
mod file;
mod handling;
mod line;
mod matching;
mod responses;
mod sheet;
mod table;

use std::collections::BTreeMap;

use crate::model::{Answer, Reply, WarningId};

pub use cell::plain;
pub use file::{Key, Returned, open};
pub use handling::matched as matched_problems;
pub use line::{Given, Taken};
pub use matching::matched;
pub use responses::responses;
pub use table::Form;

/// Of each warning its answers, in the order in which `replies` come: the newest last. Which is the newest is a matter
/// of when it came in, not of the day that it gives: an office may correct that day to an earlier one.
pub fn by_warning<'a>(replies: impl Iterator<Item = &'a Reply>) -> BTreeMap<WarningId, Vec<Answer>> {
    let mut answers: BTreeMap<WarningId, Vec<Answer>> = BTreeMap::new();
    for reply in replies {
        answers.entry(reply.number.clone()).or_default().push(reply.answer.clone());
    }
    answers
}
