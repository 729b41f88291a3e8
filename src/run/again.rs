//! An old night run again with every later one, each beginning with the one before it: all are replaced, or none.

use std::path::PathBuf;

use chrono::NaiveDate;

use super::nightly::{Order, Rules, Tonight, staged, write_metrics};
use crate::delivery::{self, Progress};
use crate::error::Error;
use crate::job::Job;
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
    (through, given): (NaiveDate, bool),
    progress: &Progress,
) -> Result<String, Error> {
    let rules = Rules::load(job)?;
    let stagings = Staging::begin_through(&job.published, order.as_of, through)?;
    let days: Vec<NaiveDate> = stagings.iter().map(Staging::as_of).collect();
    let prepared = prepared(job, &rules, &days, given)?;

    let mut nights: Vec<Tonight> = Vec::new();
    for (staging, (job, policy)) in stagings.into_iter().zip(&prepared) {
        let opening = match nights.last() {
            Some(before) => publish::opening_with(before.staged.as_of(), before.staged.folder())?,
            None => publish::opening(&job.published, order.as_of)?,
        };
        nights.push(staged(job, (&rules, policy), staging, opening, progress)?);
    }
    let (metrics, summary) = nights.last().map(|last| (last.metrics.clone(), last.summary.clone())).unwrap_or_default();
    let folders = Staged::commit_all(nights.into_iter().map(|night| night.staged).collect())?;
    write_metrics(order, &metrics)?;
    let earlier = folders.iter().take(folders.len().saturating_sub(1));
    let told: String = earlier.map(|folder| format!("published {}\n", folder.display())).collect();
    Ok(if told.is_empty() { summary } else { format!("{told}\n{summary}") })
}

/// By night, the job with the night's own delivery, and the rules of its day: all that can be known to be wrong before
/// anything is read.
fn prepared(job: &Job, rules: &Rules, days: &[NaiveDate], given: bool) -> Result<Vec<(Job, InForce)>, Error> {
    let (mut prepared, mut faults) = (Vec::new(), Vec::new());
    for (index, day) in days.iter().enumerate() {
        let mut job = job.clone();
        let named = match given || index == 0 {
            true => Ok(job.delivery.clone()),
            false => delivery_of(&job, *day),
        };
        match (named, rules.policy.in_force_on(*day)) {
            (Ok(delivery), Ok(policy)) => {
                faults.extend(delivery::is_there(&delivery).err());
                job.delivery = delivery;
                prepared.push((job, policy));
            }
            (delivery, policy) => {
                for error in [delivery.err(), policy.err()].into_iter().flatten() {
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

/// The delivery that the night of `day` was made from.
fn delivery_of(job: &Job, day: NaiveDate) -> Result<PathBuf, Error> {
    let manifest = job.published.join(day.to_string()).join(MANIFEST);
    Ok(PathBuf::from(Head::read(&manifest)?.delivery))
}
