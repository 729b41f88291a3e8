//! A night of audits: its values, and the one call that publishes them. Each audit has tables of its own besides those
//! that all of them share; their writers stand beside this file, one an audit.

mod admission_rates;
mod benefits;
mod cards;
mod care;
mod conduct;
mod coverage;
mod five_checks;
mod fund;
mod manifest;
pub mod metrics;
mod out_of_catalogue;
mod subsidy;
pub mod terminal;
mod verdicts;

use std::collections::BTreeMap;

use chrono::{Datelike, NaiveDate};

use crate::audit::conduct::admission_rate::RateRow;
use crate::audit::five_checks::FiveAnswers;
use crate::audit::fund::Funds;
use crate::audit::subsidy::Subsidies;
use crate::error::Error;
use crate::model::{
    Audited, ControlTotals, Coverage, Examined, Mechanism, ProblemList, Reason, Reject, Tally, VerdictCounts,
};
use crate::publish::folder::{Staged, Staging};
use crate::publish::made_from::MadeFrom;
use crate::publish::manifest::{Tolerance, by_reason, closed};
use crate::publish::named::{Against, INPUT_HASH, Predecessor, Program};
use crate::publish::problem_lists::{self, SentProblems};
use crate::publish::{problems, tables};

pub use benefits::OwnBenefits;
pub use cards::{DrawMade, OwnCards};
pub use conduct::OwnConduct;
pub use manifest::{AuditManifest, ProblemCounts, Verdicts};
pub use out_of_catalogue::OwnShares;

/// Everything that a night of audits publishes. What an audit publishes of its own stands in the order of its verdicts.
#[derive(Debug)]
pub struct AuditNight<'a> {
    /// What it was made from.
    pub made_from: MadeFrom,
    /// How much may be wrong before a night is refused.
    pub tolerance: Tolerance,
    /// Table and path below the table's folder of each extract: what `Reject::file` counts.
    pub files: &'a [(&'static str, String)],
    /// `verdicts.parquet`: what each audit says of everybody, in the order of the audits.
    pub audits: &'a [Audited],
    /// By audit, how many subjects have which verdict.
    pub counts: &'a BTreeMap<Mechanism, VerdictCounts>,
    /// What each audit publishes of its own.
    pub own: &'a Own,
    /// `problems.parquet`.
    pub problems: &'a ProblemList,
    /// The lists of problems that go out, and `problem_lists.parquet`.
    pub sent: SentProblems<'a>,
    /// `rejects.parquet`.
    pub rejects: &'a [Reject],
    /// By table, what became of its rows.
    pub control_totals: &'a BTreeMap<&'static str, ControlTotals>,
    /// By table and reason, what was set aside.
    pub set_aside: BTreeMap<&'static str, BTreeMap<Reason, Tally>>,
    /// What somebody should look at, one line each.
    pub warnings: Vec<String>,
}

/// What each audit publishes besides its verdicts, in tables of its own; nothing of those that the job does not run.
#[derive(Debug, Default)]
pub struct Own {
    /// `coverage.parquet`, `coverage_rates.parquet` and, where another delivery was named, `differences.parquet`.
    pub coverage: Option<Coverage>,
    /// What `differences.parquet` was made from, besides the delivery; it stands in the manifest.
    pub against: Option<Against>,
    /// `subsidy.parquet`, `subsidy_totals.parquet`.
    pub subsidies: Option<Subsidies>,
    /// `five_checks.parquet` and its workbooks; nothing where no document asks the five questions.
    pub five_checks: Vec<FiveAnswers>,
    /// What the layers above basic insurance owed and paid.
    pub benefits: Option<OwnBenefits>,
    /// `cards.parquet`, `card_draw.parquet`, and the workbooks of the cards drawn.
    pub cards: Option<OwnCards>,
    /// Institutions' cost outside the catalogue.
    pub shares: Option<OwnShares>,
    /// `admission_rates.parquet`.
    pub admission_rates: Option<Vec<RateRow>>,
    /// `conduct.parquet`, `conduct_rates.parquet`.
    pub conduct: Option<OwnConduct>,
    /// How the funds go: `fund_months.parquet`, `fund_forecast.parquet`, `fund_backtest.parquet`,
    /// `care_structure.parquet`, `care_compared.parquet`.
    pub funds: Option<Funds>,
    /// The night of last year that the last of these was held against; it stands in the manifest.
    pub last_year: Option<Predecessor>,
}

/// Writes a night of audits: every file, then the manifest. Only its place is missing then.
///
/// # Errors
/// [`Error::Refused`] when control totals do not close; [`Error::CannotWrite`].
pub fn staged(mut staging: Staging, night: &AuditNight<'_>) -> Result<Staged, Error> {
    let as_of = staging.as_of();
    let manifest = manifest(as_of, night)?;
    let Own { coverage, subsidies, benefits, conduct, cards, funds, five_checks: answers, .. } = night.own;
    if let Some(own) = coverage {
        let examined = examined(night, Mechanism::Coverage);
        staging.write_file("coverage.parquet", |out| coverage::people(out, as_of, examined, &own.rows))?;
        staging.write_file("coverage_rates.parquet", |out| coverage::rates(out, as_of, &own.rates))?;
        if let Some(differences) = &own.differences {
            staging.write_file("differences.parquet", |out| coverage::differences(out, as_of, differences))?;
        }
    }
    if let Some(subsidies) = subsidies {
        let examined = examined(night, Mechanism::Subsidy);
        let Subsidies { rows, totals, .. } = subsidies;
        staging.write_file("subsidy.parquet", |out| subsidy::subsidies(out, as_of, examined, rows))?;
        staging.write_file("subsidy_totals.parquet", |out| subsidy::totals(out, as_of, as_of.year(), totals))?;
    }
    staging.write_file("verdicts.parquet", |out| verdicts::verdicts(out, as_of, night.audits))?;
    staging.write_file(problems::FILE, |out| problems::problems(out, as_of, &night.problems.problems))?;
    problem_lists::write(&mut staging, &night.sent)?;
    staging.write_file("rejects.parquet", |out| tables::rejects(out, night.files, night.rejects))?;
    if let Some(OwnBenefits { people, totals }) = benefits {
        let examined = examined(night, Mechanism::Benefits);
        staging.write_file("benefits.parquet", |out| benefits::benefits(out, as_of, people, examined))?;
        staging.write_file("benefit_totals.parquet", |out| benefits::totals(out, as_of, as_of.year(), totals))?;
    }
    if let Some(OwnConduct { evidence, rates }) = conduct {
        staging.write_file("conduct.parquet", |out| conduct::evidence(out, as_of, night.files, evidence))?;
        staging.write_file("conduct_rates.parquet", |out| conduct::rates(out, as_of, rates))?;
    }
    if night.counts.contains_key(&Mechanism::FiveChecks) {
        let examined = examined(night, Mechanism::FiveChecks);
        staging.write_file("five_checks.parquet", |out| five_checks::people(out, as_of, examined, answers))?;
        five_checks::workbooks(&mut staging, examined, answers, &night.sent)?;
    }
    if let Some(own) = cards {
        cards::write(&mut staging, own, &night.sent)?;
    }
    providers(&mut staging, night)?;
    if let Some(funds) = funds {
        staging.write_file("fund_months.parquet", |out| fund::months(out, as_of, &funds.months))?;
        staging.write_file("fund_forecast.parquet", |out| fund::forecast(out, as_of, &funds.forecast))?;
        staging.write_file("fund_backtest.parquet", |out| fund::tested(out, as_of, &funds.tested))?;
        if let Some(care) = &funds.care {
            staging.write_file("care_structure.parquet", |out| care::structure(out, as_of, care))?;
            staging.write_file("care_compared.parquet", |out| care::compared(out, as_of, &funds.compared))?;
        }
    }
    staging.finish(|outputs| AuditManifest { outputs, ..manifest }.to_json())
}

/// What the audits of institutions and areas publish of their own.
fn providers(staging: &mut Staging, night: &AuditNight<'_>) -> Result<(), Error> {
    let as_of = staging.as_of();
    if let Some(own) = &night.own.shares {
        let examined = examined(night, Mechanism::OutOfCatalogue);
        staging.write_file("out_of_catalogue.parquet", |out| out_of_catalogue::shares(out, as_of, own, examined))?;
        staging.write_file("out_of_catalogue_settlements.parquet", |out| {
            out_of_catalogue::heaviest(out, as_of, own, examined)
        })?;
    }
    if let Some(rows) = &night.own.admission_rates {
        let examined = examined(night, Mechanism::AdmissionRate);
        staging.write_file("admission_rates.parquet", |out| admission_rates::rates(out, as_of, examined, rows))?;
    }
    Ok(())
}

/// Each verdict of an audit with what it rests on, which has to be given for every one.
fn beside<'r, T>(of: Mechanism, examined: &'r [Examined], rows: &'r [T]) -> Result<Vec<(&'r Examined, &'r T)>, Error> {
    if examined.len() != rows.len() {
        return Err(Error::Internal(format!("{}: a verdict without what it rests on", of.name())));
    }
    Ok(examined.iter().zip(rows).collect())
}

/// The verdicts of one audit.
fn examined<'n>(night: &AuditNight<'n>, mechanism: Mechanism) -> &'n [Examined] {
    let audited = night.audits.iter().find(|audited| audited.mechanism == mechanism);
    audited.map_or(&[], |audited| &audited.examined)
}

/// The manifest, but for the outputs: those are known when they are written.
fn manifest(as_of: NaiveDate, night: &AuditNight<'_>) -> Result<AuditManifest, Error> {
    let named = |mechanism: &Mechanism| mechanism.name().to_owned();
    let (from, balance) = (&night.made_from, &night.problems.balance);
    Ok(AuditManifest {
        program: Program::this(),
        kind: from.kind.to_owned(),
        as_of,
        job: from.job.clone(),
        policy: from.policy.clone(),
        codes: from.codes.clone(),
        holidays: from.holidays.clone(),
        tolerance: night.tolerance.clone(),
        predecessor: from.predecessor.clone(),
        last_year: night.own.last_year.clone(),
        delivery: from.delivery.clone(),
        input_hash: INPUT_HASH.to_owned(),
        inputs: from.inputs.clone(),
        against: night.own.against.clone(),
        outputs: Vec::new(),
        control_totals: closed(night.control_totals)?,
        set_aside: by_reason(&night.set_aside)?,
        verdicts: night.counts.iter().map(|(of, counts)| (named(of), counts.into())).collect(),
        card_draw: night.own.cards.as_ref().and_then(|own| own.draw.as_ref()).map(DrawMade::of),
        problems: balance.iter().map(|(of, balance)| (named(of), balance.into())).collect(),
        replies: from.replies.clone(),
        warnings: night.warnings.clone(),
    })
}
