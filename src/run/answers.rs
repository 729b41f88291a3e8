//! What offices answered, brought to a night's ledger; and the day by which they are to answer.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use chrono::NaiveDate;

use crate::error::Error;
use crate::job::Job;
use crate::lists;
use crate::model::{Answer, Told, Warning, WarningId};
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

/// Sets the day by which each office is to answer, so many working days after it was told, where it has none yet. Says
/// which years stand in the way: the days are set on a later night, whose file has them.
pub(super) fn set_due(
    job: &Job,
    workdays: Option<&Workdays>,
    told: &mut [Told],
    warnings: &[Warning],
) -> Option<String> {
    let (workdays, within) = (workdays?, job.replies.answer_within?);
    let lacking = lists::set_due(told, warnings, |day| workdays.after(day, within));
    let without = format!("{} answers have no day by which they are due", lacking.len());
    lacking_years(workdays, &BTreeSet::from_iter(lacking), &without)
}

/// Says which years the file of holidays lacks, where it lacks any, and what is `without` a day for it.
pub(super) fn lacking_years(workdays: &Workdays, years: &BTreeSet<i32>, without: &str) -> Option<String> {
    let named: Vec<String> = years.iter().map(i32::to_string).collect();
    (!named.is_empty()).then(|| {
        format!(
            "holidays: {} lacks {}, so that {without}; add its holidays and the days worked in their stead, from the \
             notice of the State Council's General Office",
            workdays.path.display(),
            named.join(", ")
        )
    })
}
