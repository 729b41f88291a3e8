//! The audits beside the nightly warning: what was delivered, held against what the place's documents ask for, person by
//! person; and the problems followed from night to night.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use chrono::NaiveDate;
use tracing::info;

use super::made_from::{files, hashed, holidays, input_files, tolerance};
use super::nightly::{Order, Outcome, Tonight, both, set_aside, tolerated, write_metrics};
use crate::audit;
use crate::delivery::{self, Account, Delivery, Progress};
use crate::error::Error;
use crate::job::{Job, Kind};
use crate::model::{Audited, ControlTotals, Mechanism, Problem, ProblemList, Reject, VerdictCounts};
use crate::policy::{Codes, Policy, Workdays};
use crate::problems;
use crate::publish::audits::{self, AuditNight, Own};
use crate::publish::{self, HashedFile, OpeningProblems, Staging};

/// What a job of audits was told to go by.
struct Rules {
    policy: Policy,
    codes: Codes,
    workdays: Workdays,
}

/// What the audits of a night say, and what there is to show for the rows that they read.
#[derive(Default)]
struct Found {
    audits: Vec<Audited>,
    counts: BTreeMap<Mechanism, VerdictCounts>,
    own: Own,
    totals: BTreeMap<&'static str, ControlTotals>,
    rejects: Vec<Reject>,
}

/// Runs one night of audits: all of it is published, or nothing.
///
/// # Errors
/// Whatever stands in the way; what was published before is left as it was.
pub fn audits(job: &Job, order: &Order, progress: &Progress) -> Result<Outcome, Error> {
    let rules = Rules::load(job)?;
    let staging = Staging::begin(&job.published, order.as_of, order.replace)?;
    let opening = publish::opening_problems(&job.published, order.as_of, job.kind.name())?;
    let tonight = staged(job, &rules, staging, opening, progress)?;
    let folder = tonight.staged.commit()?;
    write_metrics(order, &tonight.metrics)?;
    Ok(Outcome { folder, summary: tonight.summary })
}

/// Everything of a night but its place.
fn staged(
    job: &Job,
    rules: &Rules,
    staging: Staging,
    opening: OpeningProblems,
    progress: &Progress,
) -> Result<Tonight, Error> {
    let as_of = staging.as_of();
    let delivery = delivery::open_needing(&job.delivery, &tables(job.kind), &NEEDED, &[])?;
    info!(files = delivery.extracts.len(), "the delivery keeps the contract");
    let mut found =
        found(job, rules, as_of, &delivery, progress).map_err(|error| delivery.refused_as_a_whole(error))?;
    tolerated(job, &found.totals)?;
    let (list, lacking) = tonights_problems(job, rules, as_of, &found.audits, &opening.problems)?;
    let hashes = delivery.content_hashes()?;
    delivery.still_the_same()?;

    let files = files(&delivery);
    let mut warnings = std::mem::take(&mut found.warnings);
    warnings.extend(found.audits.iter().flat_map(|audited| audited.warnings.clone()).chain(lacking));
    let night = AuditNight {
        kind: job.kind.name(),
        job: hashed(&job.path)?,
        policy: HashedFile { file: job.policy.display().to_string(), sha256: rules.policy.sha256.clone() },
        codes: HashedFile { file: job.codes.display().to_string(), sha256: rules.codes.sha256.clone() },
        holidays: holidays(&rules.workdays),
        tolerance: tolerance(job),
        predecessor: opening.predecessor,
        delivery: job.delivery.display().to_string(),
        inputs: input_files(&delivery, &hashes),
        files: &files,
        audits: &found.audits,
        counts: &found.counts,
        own: &found.own,
        problems: &list,
        replies: Vec::new(),
        rejects: &found.rejects,
        control_totals: &found.totals,
        set_aside: set_aside(&found.rejects, &delivery),
        warnings,
    };
    let metrics = audits::metrics::text(as_of, &night);
    let summary = audits::terminal::summary(&night, &staging.place());
    Ok(Tonight { staged: audits::staged(staging, &night)?, metrics, summary })
}
