//! What offices write back (反馈): the file that they return becomes lines, and lines and the ledger become answers.
//!
//! A list comes back as people leave it: its sheets and columns moved, sorted, saved by another program. What can be
//! read is read; what cannot is told by its place. Nothing of a cell's text reaches a message. It knows nothing of
//! where replies are kept.

mod cell;
mod file;
mod matching;
mod responses;
mod sheet;
mod table;

use std::collections::BTreeMap;

use chrono::NaiveDate;

use crate::model::{Answer, Reply, WarningId};

pub use file::{Returned, open};
pub use matching::{Given, Taken, matched};
pub use responses::responses;

/// Of each warning the newest answer: the one received last, and among those of one day the one that was made last.
/// `replies` come with the day of their receipt, sorted by it.
pub fn newest<'a>(replies: impl Iterator<Item = (NaiveDate, &'a Reply)>) -> BTreeMap<WarningId, Answer> {
    let mut newest: BTreeMap<WarningId, (NaiveDate, &Answer)> = BTreeMap::new();
    for (received, reply) in replies {
        let older = |(other, answer): &(NaiveDate, &Answer)| (*other, answer.on) <= (received, reply.answer.on);
        if newest.get(&reply.warning).is_none_or(older) {
            newest.insert(reply.warning.clone(), (received, &reply.answer));
        }
    }
    newest.into_iter().map(|(warning, (_, answer))| (warning, answer.clone())).collect()
}
