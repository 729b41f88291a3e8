//! What a night sends: the lists that are due, under one number; and what offices have been told by them.

use tracing::info;

use super::answers;
use super::rules::Rules;
use crate::job::Job;
use crate::lists::{self, Before};
use crate::model::{Ledger, Told, Warning};
use crate::policy::InForce;
use crate::publish::{MadeFrom, Opening, Sent};

/// What offices have been told once tonight's lists are out, which is noted on the warnings; and what stands in the way
/// of knowing by when they are to answer.
pub(super) fn told(
    job: &Job,
    rules: &Rules,
    policy: &InForce,
    opening: &Opening,
    warnings: &mut [Warning],
) -> (Vec<Told>, Option<String>) {
    let night = opening.predecessor.as_ref().map(|before| before.night);
    let before = Before { night, told: &opening.told };
    let mut told = lists::told(&job.offices, policy, before, warnings);
    let lacking = answers::set_due(job, rules.workdays.as_ref(), &mut told, warnings);
    lists::note(&told, policy.as_of, warnings);
    (told, lacking)
}

/// The lists that are due, where the job names offices; what they had been told before tonight, and once these are out.
pub(super) fn lists_of<'a>(
    job: &'a Job,
    (rules, policy): (&'a Rules, &'a InForce),
    made_from: &MadeFrom,
    warnings: &'a [Warning],
    (before, told): (&[Told], &'a [Told]),
) -> Option<Sent<'a>> {
    if job.offices.is_empty() {
        return None;
    }
    let before = Before { night: made_from.predecessor.as_ref().map(|before| before.night), told: before };
    let lists = lists::tonight(&job.offices, policy, before, told, warnings);
    info!(lists = lists.len(), offices = job.offices.len(), "made the lists that are due");
    let list_id = made_from.list_id(policy.as_of);
    Some(Sent { lists, told, policy, titles: lists::titles(&rules.policy), list_id, passwords: &rules.passwords })
}

/// Whether somebody stands in no office's lists, whatever the day.
pub(super) fn without_office(job: &Job, policy: &InForce, ledger: &Ledger) -> Option<String> {
    let count = lists::without_office(&job.offices, policy, &ledger.warnings);
    (!job.offices.is_empty() && count > 0).then(|| {
        format!("lists: {count} warnings go to no office: none serves their area, rule, category and way of assistance")
    })
}
