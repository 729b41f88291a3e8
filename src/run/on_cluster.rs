//! A night of which a Spark cluster does the heavy part: it sums and assesses, and leaves in staging what is small
//! enough for one machine. What is exact in both engines is found in both: the findings of the few people who come
//! back are found here once more, and a night on which the two differ is not published.

use tracing::info;

use super::found::{Found, also_needed, date, people, tolerated};
use super::plan::wanted;
use super::source::Source;
use crate::assess::{self, Assessed};
use crate::cluster::{Cluster, Flagged, Left, Staging};
use crate::delivery::NIGHTLY;
use crate::error::Error;
use crate::job::{Job, Spark};
use crate::model::{Check, Finding, Warning};
use crate::policy::{Codes, InForce};
use crate::publish;
use crate::spark::{self, Input, Plan};

/// Has the delivery read and everybody assessed by the cluster.
///
/// # Errors
/// A cluster that cannot be used or is lost, and what [`here`](super::found::here) refuses.
pub(super) fn there(
    (job, spark): (&Job, &Spark),
    policy: &InForce,
    codes: &Codes,
    opening: &[Warning],
) -> Result<Found, Error> {
    let token = publish::token(job, spark)?;
    let mut cluster = Cluster::connect(&spark.remote, token.as_deref())?;
    let staging = Staging::begin(&spark.staging)?;
    let also_needed = also_needed(policy);
    let source = Source::of(&mut cluster, &staging, job, &also_needed)?;
    info!(files = source.files.len(), "the delivery keeps the contract");
    let asked = asked(&staging, policy, opening)?;
    let wanted = wanted(job, asked.as_deref());
    let plan = spark::plan(&Input { policy, codes, delivered: &source.delivered, also_needed: &also_needed, wanted })?;
    let left = Left::of(&staging, &source.files);
    run(&mut cluster, &plan, &staging, |folder| refused(job, policy, &left, folder))?;
    let inputs = source.inputs(&mut cluster, &staging)?;
    Ok(Found { inputs, ..found(job, policy, &left, source.files.clone())? })
}

/// Whom the night may have to speak of although no rule flags them: those with a warning that stands.
fn asked(staging: &Staging, policy: &InForce, opening: &[Warning]) -> Result<Option<String>, Error> {
    let year = policy.window().year();
    let standing = opening.iter().filter(|warning| warning.stands() && warning.year == year);
    let mut people: Vec<_> = standing.map(|warning| &warning.person).collect();
    people.sort();
    people.dedup();
    if people.is_empty() { Ok(None) } else { staging.ask(&people).map(Some) }
}

/// Runs every statement, writes every output, and asks `refused` about each.
fn run(
    cluster: &mut Cluster,
    plan: &Plan,
    staging: &Staging,
    refused: impl Fn(&str) -> Result<(), Error>,
) -> Result<(), Error> {
    for step in &plan.steps {
        cluster.run(&step.name, &step.sql)?;
        if step.kept {
            let kept = format!("kept/{}", step.name);
            write(cluster, staging, &step.name, &kept)?;
            let kept = staging.uri(&kept);
            let again = format!("CREATE OR REPLACE TEMPORARY VIEW {} AS SELECT * FROM parquet.`{kept}`", step.name);
            cluster.run(&step.name, &again)?;
        }
    }
    for output in &plan.outputs {
        write(cluster, staging, output.view, output.folder)?;
        refused(output.folder)?;
    }
    Ok(())
}

/// Has the rows of a view written as Parquet.
fn write(cluster: &mut Cluster, staging: &Staging, view: &str, folder: &str) -> Result<(), Error> {
    cluster.run(view, &staging.written(folder, &format!("SELECT * FROM {view}")))?;
    info!(view, "the cluster has written it");
    Ok(())
}

/// Refuses the night as soon as an output says that it is to be.
fn refused(job: &Job, policy: &InForce, left: &Left<'_>, folder: &str) -> Result<(), Error> {
    match folder {
        "contradictions" => left.no_contradictions(),
        "incomes" => match left.unpublished()?.as_slice() {
            [] => Ok(()),
            areas => Err(assess::unpublished(policy, &left.incomes()?, areas.iter().copied())),
        },
        "unknown_codes" => tolerated(job, &left.unknown_codes()?, &left.totals(&NIGHTLY)?),
        _ => Ok(()),
    }
}

/// What the cluster left, as if it had been found here.
fn found(job: &Job, policy: &InForce, left: &Left<'_>, files: Vec<(&'static str, String)>) -> Result<Found, Error> {
    let (mut register, sums) = left.people()?;
    register.unknown = left.unknown_codes()?;
    let (incomes, counts, checks) = (left.incomes()?, left.counts()?, left.checks()?);
    let mut assessed = Assessed {
        findings: assess::everyone(policy, &register, &incomes, &sums)?.findings,
        summary: left.summary()?,
        no_area: checks.get(&Check::NoArea).copied().unwrap_or_default(),
        in_register: counts.in_register,
        in_register_with_settlements: counts.in_register_with_settlements,
    };
    agreed(&assessed.findings, &left.flagged()?)?;
    info!(findings = assessed.findings.len(), people = assessed.in_register, "the cluster assessed the register");
    let evidence = job.outputs.evidence.then(|| left.evidence()).transpose()?;
    if let Some(evidence) = &evidence {
        date(policy, &mut assessed.findings, evidence);
    }
    Ok(Found {
        files,
        inputs: Vec::new(),
        burdens: job.outputs.burden.then(|| left.burdens()).transpose()?,
        totals: left.totals(&NIGHTLY)?,
        rejects: left.rejects()?,
        checks,
        people: people(counts),
        register,
        sums,
        incomes,
        assessed,
        evidence,
    })
}

/// Holds what was found here of the people who came back to what the cluster found of everybody.
fn agreed(findings: &[Finding], flagged: &[Flagged]) -> Result<(), Error> {
    let mut here: Vec<Flagged> = findings.iter().map(as_flagged).collect();
    here.sort();
    if here == flagged {
        return Ok(());
    }
    let alone = here.iter().filter(|one| flagged.binary_search(one).is_err()).count();
    let (here, there) = (here.len(), flagged.len());
    Err(Error::Internal(format!("the cluster found {there} findings, this program {here}, {alone} of them otherwise")))
}

fn as_flagged(finding: &Finding) -> Flagged {
    Flagged {
        rule: finding.rule.clone(),
        person: finding.person.clone(),
        category: finding.category,
        area: finding.area,
        burden_total: finding.burden_total,
        burden_in_scope: finding.burden_in_scope,
    }
}
