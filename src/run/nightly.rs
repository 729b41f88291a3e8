//! The nightly warning: settlements in, flagged people out.

use std::collections::BTreeMap;
use std::path::PathBuf;

use chrono::NaiveDate;

use super::answers::Answers;
use super::cited::cited;
use super::found::{self, Found};
use super::made_from::{made_from, options};
use super::on_cluster;
use super::rules::Rules;
use super::sending;
use crate::assess;
use crate::delivery::{Progress, UnknownCodes, codes_in_words};
use crate::error::Error;
use crate::job::{Engine, Job};
use crate::ledger;
use crate::lists;
use crate::model::{Answer, Ledger, Reason, Reject, Tally, Warning, WarningId};
use crate::policy::{Codes, InForce, Policy};
use crate::publish::{self, Night, Opening, Staged, Staging};
use crate::replies;

/// What one night is asked to do, beyond its job.
#[derive(Debug, Clone)]
pub struct Order {
    /// The day assessed.
    pub as_of: NaiveDate,
    /// Whether a night that stands already is to be replaced.
    pub replace: bool,
    /// Where a metrics file is wanted.
    pub metrics: Option<PathBuf>,
    /// Another delivery of the same day to hold the audit of enrolment against.
    pub against: Option<PathBuf>,
}

/// A night that was published.
#[derive(Debug)]
pub struct Outcome {
    /// Where it stands.
    pub folder: PathBuf,
    /// The summary for the terminal.
    pub summary: String,
}

/// A night that only needs its place, and what there is to tell of it.
pub(super) struct Tonight {
    pub(super) staged: Staged,
    pub(super) metrics: String,
    pub(super) summary: String,
}

impl Tonight {
    /// Puts the night in its place, and writes the metrics of it that the order asks for.
    pub(super) fn published(self, order: &Order) -> Result<Outcome, Error> {
        let folder = self.staged.commit()?;
        write_metrics(order, &self.metrics)?;
        Ok(Outcome { folder, summary: self.summary })
    }
}

/// Runs one night: all of it is published, or nothing.
///
/// # Errors
/// Whatever stands in the way; what was published before is left as it was.
pub fn nightly(job: &Job, order: &Order, progress: &Progress) -> Result<Outcome, Error> {
    let rules = Rules::load(job)?;
    let policy = rules.policy.in_force_on(order.as_of)?;
    let staging = Staging::begin(&job.published, order.as_of, order.replace)?.of_kind(job.kind.name())?;
    let opening = publish::opening(&job.published, order.as_of)?;
    staged(job, (&rules, &policy), staging, opening, progress)?.published(order)
}

/// Everything of a night but its place.
pub(super) fn staged(
    job: &Job,
    (rules, policy): (&Rules, &InForce),
    staging: Staging,
    opening: Opening,
    progress: &Progress,
) -> Result<Tonight, Error> {
    lists::fit(job, &rules.policy, policy)?;
    let found = found(job, policy, &rules.codes, &opening, progress)?;
    let answers = Answers::until(&job.published, policy.as_of)?;
    let mut ledger = tonights_ledger(job, policy, &found, &opening.warnings, &answers.by_warning)?;
    let (told, lacking) = sending::told(job, rules, policy, &opening, &mut ledger.warnings);
    let with = |warning| lists::only_office(&job.offices, policy, warning);
    let responses = replies::responses(&ledger.warnings, policy.as_of, with);
    let Found { register, incomes, sums, assessed, .. } = &found;
    let watched = job.watches().map(|watch| assess::watched(policy, register, incomes, sums, &watch));
    let read = (&rules.policy, &rules.codes, rules.workdays.as_ref());
    let made_from = made_from(job, read, found.inputs.clone(), opening.predecessor, answers.used)?;
    let mut warnings = warnings(&rules.policy, policy, &found);
    warnings.extend(lacking.into_iter().chain(sending::without_office(job, policy, &ledger)));
    let night = Night {
        options: options(job),
        files: &found.files,
        titles: policy.rules.iter().map(|rule| (rule.id.clone(), rule.title.clone())).collect(),
        findings: &assessed.findings,
        burdens: found.burdens.as_deref(),
        evidence: found.evidence.as_deref(),
        set_aside: set_aside(&found.rejects, &found.files),
        rejects: &found.rejects,
        summary: &assessed.summary,
        watched: watched.as_deref(),
        ledger: &ledger,
        responses: &responses,
        lists: sending::lists_of(job, (rules, policy), &made_from, &ledger.warnings, (&opening.told, &told)),
        control_totals: found.totals.clone(),
        checks: found.checks.clone(),
        people: found.people,
        cited: cited(policy, incomes, &assessed.findings),
        warnings,
        made_from,
    };
    let staged = publish::staged(staging, &night)?;
    let metrics = publish::metrics::text(policy.as_of, &night);
    let summary = publish::terminal::summary(&night, &staged.place());
    Ok(Tonight { staged, metrics, summary })
}

/// Reads the delivery and assesses everybody, where the job has it done.
fn found(job: &Job, policy: &InForce, codes: &Codes, opening: &Opening, progress: &Progress) -> Result<Found, Error> {
    match &job.engine {
        Engine::Local => found::here(job, policy, codes, progress),
        Engine::Spark(spark) => on_cluster::there((job, spark), policy, codes, &opening.warnings),
    }
}

/// Writes the metrics file, where one is wanted.
pub(super) fn write_metrics(order: &Order, metrics: &str) -> Result<(), Error> {
    let Some(path) = &order.metrics else { return Ok(()) };
    publish::replace_file(path, metrics).map_err(only_metrics_are_missing)
}

/// Tonight's warnings, from those of the opening ledger.
fn tonights_ledger(
    job: &Job,
    policy: &InForce,
    found: &Found,
    opening: &[Warning],
    answers: &BTreeMap<WarningId, Vec<Answer>>,
) -> Result<Ledger, Error> {
    let Found { register, incomes, sums, assessed, .. } = found;
    let (as_of, year) = (policy.as_of, policy.window().year());
    let tonight = ledger::Tonight { as_of, year, bands: &job.bands, findings: &assessed.findings, answers };
    let known = (register, incomes, sums);
    ledger::carry_forward(opening, &tonight, |warning| {
        assess::facts(policy, known, (&warning.person, warning.tests, &warning.standing.rule))
    })
}

/// A failure that came after the night was published says so: running again would only find that the day stands.
fn only_metrics_are_missing(error: Error) -> Error {
    let mend = "the night itself was published; see that the folder of the metrics exists and can be written";
    match error {
        Error::CannotWrite { path, cause, .. } => Error::CannotWrite { path, cause, mend },
        other => other,
    }
}

pub(super) fn set_aside(
    rejects: &[Reject],
    files: &[(&'static str, String)],
) -> BTreeMap<&'static str, BTreeMap<Reason, Tally>> {
    let mut by_table: BTreeMap<&str, BTreeMap<Reason, Tally>> = BTreeMap::new();
    for reject in rejects {
        let (table, _) = files[reject.file as usize];
        by_table.entry(table).or_default().entry(reject.reason).or_default().add(reject.figures.total_cost.0);
    }
    by_table
}

/// Local codes of categories that the mapping lacks, where there are any.
pub(super) fn unknown_codes(unknown: &UnknownCodes) -> Option<String> {
    let codes = codes_in_words(unknown);
    (!unknown.is_empty())
        .then(|| format!("identities: local codes that the mapping lacks: {codes}; their people have no category"))
}

/// What somebody should look at, though the night stands.
fn warnings(rules: &Policy, policy: &InForce, found: &Found) -> Vec<String> {
    let mut warnings = rules.needs_review(policy.as_of);
    warnings.extend(unknown_codes(&found.register.unknown));
    let provisional =
        found.assessed.findings.iter().filter(|finding| finding.income.is_some_and(|income| income.provisional));
    match provisional.count() {
        0 => {}
        count => warnings.push(format!("income: {count} findings rest on an older year's figure and are provisional")),
    }
    if found.totals.get("settlements").is_none_or(|totals| totals.counted.rows == 0) {
        warnings.push(format!("settlements: not one row counts on {}; is this the right delivery?", policy.as_of));
    }
    warnings
}
