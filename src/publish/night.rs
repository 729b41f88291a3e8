//! A night's values, and the one call that publishes them.

use std::collections::BTreeMap;
use std::path::PathBuf;

use chrono::NaiveDate;

use super::folder::{Staged, Staging};
use super::ledger;
use super::ledger_counts;
use super::lists::{self, Sent};
use super::made_from::MadeFrom;
use super::manifest::{Amount, Cited, Manifest, Options, People, by_reason, closed};
use super::named::{INPUT_HASH, Program};
use super::opening::LEDGER;
use super::responses::{self, ResponseTotals};
use super::tables::{self, BurdenRow};
use super::watch;
use crate::error::Error;
use crate::model::{
    Check, ControlTotals, EvidenceRow, Fault, Finding, Ledger, Reason, Reject, ResponseKey, Responses, SummaryRow,
    Tally, Watched,
};

/// Everything that a night publishes. Rows need no order.
#[derive(Debug)]
pub struct Night<'a> {
    /// What it was made from.
    pub made_from: MadeFrom,
    /// What else shaped the result.
    pub options: Options,
    /// Table and path below the table's folder of each extract: what `Reject::file` and `EvidenceRow::file` count.
    pub files: &'a [(&'static str, String)],
    /// The title of each rule in force, by id.
    pub titles: BTreeMap<String, String>,
    /// `flagged.parquet`.
    pub findings: &'a [Finding],
    /// `burden.parquet`, where asked for.
    pub burdens: Option<&'a [BurdenRow]>,
    /// `evidence.parquet`, where asked for.
    pub evidence: Option<&'a [EvidenceRow]>,
    /// `rejects.parquet`.
    pub rejects: &'a [Reject],
    /// `summary.parquet`.
    pub summary: &'a [SummaryRow],
    /// `exports.parquet` and the lists themselves, where the job names offices.
    pub lists: Option<Sent<'a>>,
    /// `watch.parquet`, where asked for.
    pub watched: Option<&'a [Watched]>,
    /// `ledger.parquet` and `movements.parquet`.
    pub ledger: &'a Ledger,
    /// `responses.parquet`.
    pub responses: &'a BTreeMap<ResponseKey, Responses>,
    /// By table, what became of its rows.
    pub control_totals: BTreeMap<&'static str, ControlTotals>,
    /// By table and reason, what was set aside.
    pub set_aside: BTreeMap<&'static str, BTreeMap<Reason, Tally>>,
    /// By check, what was reported; a check that is not named here found nothing.
    pub checks: BTreeMap<Check, Tally>,
    /// How many people.
    pub people: People,
    /// What the policy said on the day.
    pub cited: Cited,
    /// What somebody should look at, one line each.
    pub warnings: Vec<String>,
}

/// Publishes a night: every file, then the manifest, then its name. Gives back where it stands.
///
/// # Errors
/// [`Error::Refused`] when control totals do not close; [`Error::CannotWrite`]. Nothing is published then.
pub fn night(staging: Staging, night: &Night<'_>) -> Result<PathBuf, Error> {
    staged(staging, night)?.commit()
}

/// Writes a night: every file, then the manifest. Only its place is missing then.
///
/// # Errors
/// As [`night`].
pub fn staged(mut staging: Staging, night: &Night<'_>) -> Result<Staged, Error> {
    let as_of = staging.as_of();
    let manifest = manifest(as_of, night)?;
    staging.write_file("flagged.parquet", |out| tables::flagged(out, as_of, night.findings))?;
    if let Some(burdens) = night.burdens {
        staging.write_file("burden.parquet", |out| tables::burden(out, as_of, burdens))?;
    }
    if let Some(evidence) = night.evidence {
        staging.write_file("evidence.parquet", |out| tables::evidence(out, as_of, night.files, evidence))?;
    }
    staging.write_file("rejects.parquet", |out| tables::rejects(out, night.files, night.rejects))?;
    staging.write_file("summary.parquet", |out| tables::summary(out, as_of, night.summary))?;
    staging.write_file(LEDGER, |out| ledger::ledger(out, as_of, &night.ledger.warnings))?;
    staging.write_file("movements.parquet", |out| ledger::movements(out, as_of, &night.ledger.movements))?;
    staging.write_file(ledger_counts::FILE, |out| ledger_counts::table(out, as_of, &night.ledger.warnings))?;
    if let Some(sent) = &night.lists {
        lists::write(&mut staging, sent)?;
    }
    staging.write_file("responses.parquet", |out| responses::table(out, as_of, night.responses))?;
    if let Some(watched) = night.watched {
        staging.write_file("watch.parquet", |out| watch::watch(out, as_of, watched))?;
    }
    staging.finish(|outputs| Manifest { outputs, ..manifest }.to_json())
}

/// The manifest, but for the outputs: those are known when they are written.
fn manifest(as_of: NaiveDate, night: &Night<'_>) -> Result<Manifest, Error> {
    let from = &night.made_from;
    let check = |check: Check| {
        let tally = night.checks.get(&check).copied().unwrap_or_default();
        Ok((check.id().to_owned(), Amount::try_from(tally)?))
    };
    Ok(Manifest {
        program: Program::this(),
        kind: from.kind.to_owned(),
        as_of,
        job: from.job.clone(),
        policy: from.policy.clone(),
        codes: from.codes.clone(),
        holidays: from.holidays.clone(),
        options: night.options.clone(),
        predecessor: from.predecessor.clone(),
        delivery: from.delivery.clone(),
        input_hash: INPUT_HASH.to_owned(),
        inputs: from.inputs.clone(),
        outputs: Vec::new(),
        control_totals: closed(&night.control_totals)?,
        set_aside: by_reason(&night.set_aside)?,
        checks: Check::ALL.into_iter().map(check).collect::<Result<_, Fault>>()?,
        people: night.people,
        ledger: (&night.ledger.balance).into(),
        replies: from.replies.clone(),
        responses: ResponseTotals::of(night.responses),
        cited: night.cited.clone(),
        warnings: night.warnings.clone(),
    })
}
