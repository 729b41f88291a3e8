//! What a night sends: the lists that are due, under one number.

use tracing::info;

use super::nightly::Rules;
use crate::job::Job;
use crate::lists;
use crate::model::Ledger;
use crate::policy::InForce;
use crate::publish::{self, Night, Sent};

/// The lists that are due, where the job names offices.
pub(super) fn lists_of<'a>(job: &'a Job, rules: &'a Rules, policy: &'a InForce, night: &Night<'a>) -> Option<Sent<'a>> {
    if job.offices.is_empty() {
        return None;
    }
    let before = night.predecessor.iter().map(|night| night.sha256.as_str());
    let written = [&night.job, &night.policy, &night.codes].map(|file| file.sha256.as_str());
    let read = night.inputs.iter().flat_map(|input| [&input.table, &input.file, &input.blake3].map(String::as_str));
    let answered = night.replies.iter().map(|reply| reply.record_sha256.as_str());
    let made_from: Vec<&str> = before.chain(written).chain(read).chain(answered).collect();
    let lists = lists::tonight(&job.offices, policy, &night.ledger.warnings);
    info!(lists = lists.len(), offices = job.offices.len(), "made the lists that are due");
    let list_id = publish::list_id(policy.as_of, &made_from);
    Some(Sent { lists, policy, titles: lists::titles(&rules.policy), list_id, passwords: &rules.passwords })
}

/// Whether somebody stands in no office's lists, whatever the day.
pub(super) fn without_office(job: &Job, policy: &InForce, ledger: &Ledger) -> Option<String> {
    let count = lists::without_office(&job.offices, policy, &ledger.warnings);
    (!job.offices.is_empty() && count > 0).then(|| {
        format!("lists: {count} warnings go to no office: none serves their area, rule, category and way of assistance")
    })
}
