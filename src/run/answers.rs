//! What offices answered, brought to a night's ledger; and the day by which they are to answer.

use std::collections::BTreeMap;
use std::path::Path;

use chrono::NaiveDate;

use crate::error::Error;
use crate::job::Job;
use crate::model::{Answer, Warning, WarningId};
use crate::policy::Workdays;
use crate::publish::{self, UsedReply};
use crate::replies;

/// The answers that a night knows of.
pub(super) struct Answers {
    /// By warning, the newest last.
    pub(super) by_warning: BTreeMap<WarningId, Vec<Answer>>,
    /// The replies that they were taken from.
    pub(super) used: Vec<UsedReply>,
}

impl Answers {
    /// Those of every reply that the night of `as_of` uses.
    pub(super) fn until(published: &Path, as_of: NaiveDate) -> Result<Answers, Error> {
        let kept = publish::replies_until(published, as_of)?;
        let by_warning = replies::by_warning(kept.iter().flat_map(|kept| &kept.replies));
        Ok(Answers { by_warning, used: kept.into_iter().map(|kept| kept.used).collect() })
    }
}

/// The working days by which the job's terms are counted; none where it has no term.
pub(super) fn workdays(job: &Job) -> Result<Option<Workdays>, Error> {
    match (&job.holidays, job.replies.answer_within) {
        (Some(holidays), Some(_)) => Workdays::load(holidays).map(Some),
        _ => Ok(None),
    }
}

/// Sets the day by which an answer is due, so many working days after the warning was sent, where it has none yet.
pub(super) fn set_due(job: &Job, workdays: Option<&Workdays>, warnings: &mut [Warning]) -> Result<(), Error> {
    let (Some(workdays), Some(within)) = (workdays, job.replies.answer_within) else { return Ok(()) };
    let mut due: BTreeMap<NaiveDate, NaiveDate> = BTreeMap::new();
    for warning in warnings.iter_mut().filter(|warning| warning.answer_due.is_none()) {
        let Some(sent_on) = warning.sent_on else { continue };
        let day = match due.get(&sent_on) {
            Some(day) => *day,
            None => workdays.after(sent_on, within)?,
        };
        due.insert(sent_on, day);
        warning.answer_due = Some(day);
    }
    Ok(())
}
