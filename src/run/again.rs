//! An old night run again with every later one, each beginning with the one before it: all are replaced, or none.

use std::path::PathBuf;

use chrono::NaiveDate;

use super::audit_rules;
use super::audits::{self, Before, nights_before};
use super::nightly::{Order, Tonight, staged, write_metrics};
use super::rules::Rules;
use crate::delivery::{self, Progress};
use crate::error::Error;
use crate::job::Job;
use crate::model::Fault;
use crate::policy::InForce;
use crate::publish::{self, Head, MANIFEST, Staged, Staging};

/// Runs the night of the order and every later one up to `through`, the last that stands. The later ones read the
/// delivery that their manifest names, unless the job's was `given` for all of them. Gives back what there is to tell.
///
/// # Errors
/// Whatever stands in the way of any of them; what was published before is left as it was.
pub fn nightly_through(
    job: &Job,
    order: &Order,
    through: (NaiveDate, bool),
    progress: &Progress,
) -> Result<String, Error> {
    let rules = Rules::load(job)?;
    let night = |job: &Job, policy: &InForce, staging: Staging, before: &[Tonight]| {
        let opening = match before.last().map(|before| &before.staged) {
            Some(before) => publish::opening_with(before.as_of(), before.folder())?,
            None => publish::opening(&job.published, staging.as_of())?,
        };
        staged(job, (&rules, policy), staging, opening, progress)
    };
    all_again(job, order, through, |day| rules.policy.in_force_on(day), night)
}

/// The same for a job of audits.
///
/// # Errors
/// As [`nightly_through`].
pub fn audits_through(
    job: &Job,
    order: &Order,
    through: (NaiveDate, bool),
    progress: &Progress,
) -> Result<String, Error> {
    let (rules, kind) = (audit_rules::Rules::load(job)?, job.kind.name());
    let night = |job: &Job, (): &(), staging: Staging, before: &[Tonight]| {
        let opening = match before.last().map(|before| &before.staged) {
            Some(before) => publish::opening_problems_with(before.as_of(), before.folder(), kind)?,
            None => publish::opening_problems(&job.published, staging.as_of(), kind)?,
        };
        // Of a night that is run again, this is what the later ones look back on.
        let again = before.iter().map(|before| (before.staged.as_of(), before.staged.folder().to_path_buf()));
        let mut nights = nights_before(job, order.as_of)?;
        nights.extend(again);
        audits::staged(job, &rules, staging, Before { opening, nights }, (order.against.as_deref(), progress))
    };
    all_again(job, order, through, |_| Ok(()), night)
}

/// Runs the nights one after the other, each by `night` with what `of_day` gives for its day and those before it, and
/// puts all of them in place.
fn all_again<T>(
    job: &Job,
    order: &Order,
    (through, given): (NaiveDate, bool),
    of_day: impl Fn(NaiveDate) -> Result<T, Error>,
    night: impl Fn(&Job, &T, Staging, &[Tonight]) -> Result<Tonight, Error>,
) -> Result<String, Error> {
    let stagings = Staging::begin_through(&job.published, order.as_of, through)?;
    let of_kind = |staging: Staging| staging.of_kind(job.kind.name());
    let stagings = stagings.into_iter().map(of_kind).collect::<Result<Vec<_>, _>>()?;
    let days: Vec<NaiveDate> = stagings.iter().map(Staging::as_of).collect();
    compared_again(job, order, &days)?;
    let prepared = prepared(job, &days, given, of_day)?;

    let mut nights: Vec<Tonight> = Vec::new();
    for (staging, (job, of_day)) in stagings.into_iter().zip(&prepared) {
        let tonight = night(job, of_day, staging, &nights)?;
        nights.push(tonight);
    }
    let (metrics, summary) = nights.last().map(|last| (last.metrics.clone(), last.summary.clone())).unwrap_or_default();
    let folders = Staged::commit_all(nights.into_iter().map(|night| night.staged).collect())?;
    write_metrics(order, &metrics)?;
    let earlier = folders.iter().take(folders.len().saturating_sub(1));
    let told: String = earlier.map(|folder| format!("published {}\n", folder.display())).collect();
    Ok(if told.is_empty() { summary } else { format!("{told}\n{summary}") })
}

/// By night, the job with the night's own delivery, and what `of_day` gives for its day: all that can be known to be
/// wrong before anything is read.
fn prepared<T>(
    job: &Job,
    days: &[NaiveDate],
    given: bool,
    of_day: impl Fn(NaiveDate) -> Result<T, Error>,
) -> Result<Vec<(Job, T)>, Error> {
    let (mut prepared, mut faults) = (Vec::new(), Vec::new());
    for (index, day) in days.iter().enumerate() {
        let mut job = job.clone();
        let named = match given || index == 0 {
            true => Ok(job.delivery.clone()),
            false => delivery_of(&job, *day),
        };
        match (named, of_day(*day)) {
            (Ok(delivery), Ok(of_day)) => {
                faults.extend(delivery::is_there(&delivery).err());
                job.delivery = delivery;
                prepared.push((job, of_day));
            }
            (delivery, of_day) => {
                for error in [delivery.err(), of_day.err()].into_iter().flatten() {
                    match error {
                        Error::Refused(more) => faults.extend(more),
                        other => return Err(other),
                    }
                }
            }
        }
    }
    faults.dedup();
    if faults.is_empty() { Ok(prepared) } else { Err(Error::Refused(faults)) }
}

/// Refuses to leave out a comparison that the nights to be replaced have: which delivery each was held against is said
/// with `--against`, for all of them.
fn compared_again(job: &Job, order: &Order, days: &[NaiveDate]) -> Result<(), Error> {
    if order.against.is_some() {
        return Ok(());
    }
    let mut faults = Vec::new();
    for day in days {
        let manifest = job.published.join(day.to_string()).join(MANIFEST);
        // Of a night that is not there, or cannot be read, nothing is left out.
        if let Ok(Head { against: Some(against), .. }) = Head::read(&manifest) {
            let message = format!("was held against {}; name it, or another, with --against", against.delivery);
            faults.push(Fault::data(manifest.display().to_string(), message));
        }
    }
    if faults.is_empty() { Ok(()) } else { Err(Error::Refused(faults)) }
}

/// The delivery that the night of `day` was made from.
fn delivery_of(job: &Job, day: NaiveDate) -> Result<PathBuf, Error> {
    let manifest = job.published.join(day.to_string()).join(MANIFEST);
    Ok(PathBuf::from(Head::read(&manifest)?.delivery))
}
