//! The nightly warning: settlements in, flagged people out.

use std::collections::{BTreeMap, HashSet};
use std::path::PathBuf;

use chrono::NaiveDate;
use rust_decimal::Decimal;
use tracing::info;

use super::answers::{self, Answers};
use super::cited::cited;
use super::made_from::{files, made_from, options};
use super::sending;
use crate::assess::{self, Assessed};
use crate::burden::{self, Burdens, Wanted};
use crate::delivery::{self, Delivery, Incomes, Payments, Progress, Register, UnknownCodes, codes_in_words};
use crate::error::Error;
use crate::job::Job;
use crate::ledger;
use crate::lists;
use crate::model::{
    Answer, BurdenKind, Check, ControlTotals, EvidenceRow, Fault, Finding, Ledger, PersonId, Reason, Reject, Tally,
    Warning, WarningId, Window, YearBy,
};
use crate::policy::{Codes, InForce, Policy, RuleInForce, Workdays};
use crate::publish::{self, BurdenRow, Night, Opening, Passwords, People, Staged, Staging};
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

/// Everything that a night reads, apart from the settlements.
pub(super) struct Inputs {
    pub(super) register: Register,
    pub(super) incomes: Incomes,
    pub(super) payments: Payments,
}

/// A delivery, read and assessed.
struct Found {
    delivery: Delivery,
    inputs: Inputs,
    burdens: Burdens,
    totals: BTreeMap<&'static str, ControlTotals>,
    assessed: Assessed,
    evidence: Option<Vec<EvidenceRow>>,
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

/// The policy and the mapping of a job, and the passwords of its offices.
pub(super) struct Rules {
    pub(super) policy: Policy,
    codes: Codes,
    pub(super) workdays: Option<Workdays>,
    pub(super) passwords: Passwords,
}

impl Rules {
    pub(super) fn load(job: &Job) -> Result<Rules, Error> {
        let (policy, codes) = both(Policy::load(&job.policy), Codes::load(&job.codes))?;
        let (workdays, passwords) = (answers::workdays(job)?, publish::passwords(job)?);
        Ok(Rules { policy, codes, workdays, passwords })
    }
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
    let mut found = found(job, policy, &rules.codes, progress)?;
    let answers = Answers::until(&job.published, policy.as_of)?;
    let mut ledger = tonights_ledger(job, policy, &found, &opening.warnings, &answers.by_warning)?;
    let (told, lacking) = sending::told(job, rules, policy, &opening, &mut ledger.warnings);
    let with = |warning| lists::only_office(&job.offices, policy, warning);
    let responses = replies::responses(&ledger.warnings, policy.as_of, with);
    let watched = job.watches().map(|watch| {
        assess::watched(policy, &found.inputs.register, &found.inputs.incomes, &found.burdens.sums, &watch)
    });
    let rows = job.outputs.burden.then(|| burden_rows(policy, &found.inputs.register, &found.burdens));
    let hashes = found.delivery.content_hashes()?;
    found.delivery.still_the_same()?;

    let rejects = rejects(&mut found.inputs, &mut found.burdens);
    let Found { delivery, inputs, burdens, totals, assessed, evidence } = &found;
    let files = files(delivery);
    let read = (&rules.policy, &rules.codes, rules.workdays.as_ref());
    let made_from = made_from(job, read, (delivery, &hashes), opening.predecessor, answers.used)?;
    let mut warnings = warnings(&rules.policy, policy, inputs, burdens, assessed);
    warnings.extend(lacking.into_iter().chain(sending::without_office(job, policy, &ledger)));
    let night = Night {
        options: options(job),
        files: &files,
        titles: policy.rules.iter().map(|rule| (rule.id.clone(), rule.title.clone())).collect(),
        findings: &assessed.findings,
        burdens: rows.as_deref(),
        evidence: evidence.as_deref(),
        set_aside: set_aside(&rejects, delivery),
        rejects: &rejects,
        summary: &assessed.summary,
        watched: watched.as_deref(),
        ledger: &ledger,
        responses: &responses,
        lists: sending::lists_of(job, (rules, policy), &made_from, &ledger.warnings, (&opening.told, &told)),
        control_totals: totals.clone(),
        checks: checks(burdens, &inputs.register, assessed),
        people: people(burdens, assessed),
        cited: cited(policy, &inputs.incomes, &assessed.findings),
        warnings,
        made_from,
    };
    let staged = publish::staged(staging, &night)?;
    let metrics = publish::metrics::text(policy.as_of, &night);
    let summary = publish::terminal::summary(&night, &staged.place());
    Ok(Tonight { staged, metrics, summary })
}

/// Writes the metrics file, where one is wanted.
pub(super) fn write_metrics(order: &Order, metrics: &str) -> Result<(), Error> {
    let Some(path) = &order.metrics else { return Ok(()) };
    publish::replace_file(path, metrics).map_err(only_metrics_are_missing)
}

/// Reads the delivery and assesses everybody.
fn found(job: &Job, policy: &InForce, codes: &Codes, progress: &Progress) -> Result<Found, Error> {
    let window = policy.window();
    let delivery = delivery::open(&job.delivery, &delivery::NIGHTLY, &also_needed(policy))?;
    info!(files = delivery.extracts.len(), "the delivery keeps the contract");
    let (inputs, burdens) = summed(&delivery, policy, codes, job.outputs.burden, progress)?;
    let totals = totals(&inputs, &burdens);
    tolerated(job, &inputs.register.unknown, &totals)?;
    info!(
        rows = burdens.account.totals.read.rows,
        counted = burdens.account.totals.counted.rows,
        "added up settlements"
    );

    let mut assessed = assess::everyone(policy, &inputs.register, &inputs.incomes, &burdens.sums)?;
    info!(findings = assessed.findings.len(), people = assessed.in_register, "assessed the register");
    let evidence = match job.outputs.evidence {
        true => {
            Some(evidence(&delivery, &window, policy, (&inputs.payments, &burdens), &mut assessed.findings, progress)?)
        }
        false => None,
    };
    Ok(Found { delivery, inputs, burdens, totals, assessed, evidence })
}

/// Reads everything that the policy's day asks for and adds up the settlements: everybody's where `all` asks for it,
/// else those of the people whom a rule can cover.
pub(super) fn summed(
    delivery: &Delivery,
    policy: &InForce,
    codes: &Codes,
    all: bool,
    progress: &Progress,
) -> Result<(Inputs, Burdens), Error> {
    let window = policy.window();
    let read = || {
        let tables = both(delivery.incomes(), delivery.payments(&window));
        let register = delivery.register(policy.as_of, |code| codes.category(code));
        let (register, (incomes, payments)) = both(register, tables)?;
        let inputs = Inputs { register, incomes, payments };
        let all = all || assess::covers_the_ordinary(policy);
        let wanted = if all { Wanted::Everyone } else { Wanted::Only(&inputs.register) };
        let burdens = burden::of_everyone(delivery, &window, &inputs.payments, wanted, progress)?;
        Ok((inputs, burdens))
    };
    read().map_err(|error| delivery.refused_as_a_whole(error))
}

/// Tonight's warnings, from those of the opening ledger.
fn tonights_ledger(
    job: &Job,
    policy: &InForce,
    found: &Found,
    opening: &[Warning],
    answers: &BTreeMap<WarningId, Vec<Answer>>,
) -> Result<Ledger, Error> {
    let Found { inputs, burdens, assessed, .. } = found;
    let (as_of, year) = (policy.as_of, policy.window().year());
    let tonight = ledger::Tonight { as_of, year, bands: &job.bands, findings: &assessed.findings, answers };
    let known = (&inputs.register, &inputs.incomes, &burdens.sums);
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

/// Two results, or the faults of both.
pub(super) fn both<A, B>(a: Result<A, Error>, b: Result<B, Error>) -> Result<(A, B), Error> {
    match (a, b) {
        (Ok(a), Ok(b)) => Ok((a, b)),
        (Err(Error::Refused(mut a)), Err(Error::Refused(b))) => {
            a.extend(b);
            Err(Error::Refused(a))
        }
        (Err(error), _) | (_, Err(error)) => Err(error),
    }
}

/// Columns that the contract leaves open and this policy cannot do without.
pub(super) fn also_needed(policy: &InForce) -> Vec<(&'static str, &'static str)> {
    let mut needed = Vec::new();
    if policy.rules.iter().any(|rule| rule.tests == BurdenKind::BurdenInScope) {
        needed.push(("settlements", "inscp_amt"));
    }
    if policy.year_by == YearBy::BenefitYear {
        needed.push(("settlements", "year"));
    }
    needed
}

/// By table, what became of its rows.
fn totals(inputs: &Inputs, burdens: &Burdens) -> BTreeMap<&'static str, ControlTotals> {
    BTreeMap::from([
        ("settlements", burdens.account.totals),
        ("identities", inputs.register.account.totals),
        ("income", inputs.incomes.account.totals),
        ("commercial", inputs.payments.account.totals),
    ])
}

/// Holds what could not be used to what the job bears.
pub(super) fn tolerated(
    job: &Job,
    unknown: &UnknownCodes,
    totals: &BTreeMap<&str, ControlTotals>,
) -> Result<(), Error> {
    let mut faults = Vec::new();
    for (table, totals) in totals {
        let (rejected, read) = (totals.rejected.rows, totals.read.rows);
        if Decimal::from(rejected) * Decimal::ONE_HUNDRED > job.tolerance.reject_percent * Decimal::from(read) {
            let bound = job.tolerance.reject_percent;
            let message = format!(
                "{rejected} of {read} rows cannot be used, more than the {bound} % that the job bears \
                 (`reject_percent`); see `fangpin check` for what is wrong with them"
            );
            faults.push(Fault::data(*table, message));
        }
    }
    let count: u64 = unknown.values().sum();
    if count > job.tolerance.unknown_codes {
        let bound = job.tolerance.unknown_codes;
        let message = format!(
            "{count} identities in force bear a local code that {} lacks, more than the {bound} that the job bears \
             (`unknown_codes`): {}; add the codes to the mapping",
            job.codes.display(),
            codes_in_words(unknown)
        );
        faults.push(Fault::data("identities", message));
    }
    if faults.is_empty() { Ok(()) } else { Err(Error::Refused(faults)) }
}

/// Collects what the findings rest on, and from it the day on which each burden first met its rule.
fn evidence(
    delivery: &Delivery,
    window: &Window,
    policy: &InForce,
    found: (&Payments, &Burdens),
    findings: &mut [Finding],
    progress: &Progress,
) -> Result<Vec<EvidenceRow>, Error> {
    let flagged: HashSet<PersonId> = findings.iter().map(|finding| finding.person.clone()).collect();
    let evidence = burden::of_people(&flagged, delivery, window, found, progress)?;
    for finding in findings {
        let from = evidence.partition_point(|row| row.person < finding.person);
        let until = evidence.partition_point(|row| row.person <= finding.person);
        if let Some(rule) = policy.rules.iter().find(|rule| rule.id == finding.rule) {
            finding.first_exceeded_on = first_exceeded_on(policy, rule, finding, &evidence[from..until]);
        }
    }
    Ok(evidence)
}

fn first_exceeded_on(
    policy: &InForce,
    rule: &RuleInForce,
    finding: &Finding,
    theirs: &[EvidenceRow],
) -> Option<NaiveDate> {
    burden::first_day(theirs, |so_far| {
        let tested = so_far.of(rule.tests, &policy.payers);
        tested.is_some_and(|tested| assess::meets(tested, rule.comparison, finding.threshold))
    })
}

fn burden_rows(policy: &InForce, register: &Register, burdens: &Burdens) -> Vec<BurdenRow> {
    let parts = burdens.sums.look(|people| {
        let with_settlements = people.iter().filter(|sums| sums.burden.settlements > 0);
        let row = |sums: &burden::PersonSums| {
            Some(BurdenRow {
                person: sums.person.clone(),
                area: register.people.get(&sums.person).and_then(|person| person.area).or(sums.area),
                burden: sums.burden,
                total: sums.burden.total(&policy.payers)?,
                in_scope: sums.burden.in_scope(&policy.payers)?,
            })
        };
        with_settlements.filter_map(row).collect::<Vec<_>>()
    });
    parts.into_iter().flatten().collect()
}

/// Every row set aside, of every table: taken from their accounts, which have nothing to show for them any more.
fn rejects(inputs: &mut Inputs, burdens: &mut Burdens) -> Vec<Reject> {
    let mut rejects = std::mem::take(&mut burdens.account.rejects);
    let Inputs { register, incomes, payments } = inputs;
    for account in [&mut register.account, &mut incomes.account, &mut payments.account] {
        rejects.append(&mut account.rejects);
    }
    rejects
}

pub(super) fn set_aside(rejects: &[Reject], delivery: &Delivery) -> BTreeMap<&'static str, BTreeMap<Reason, Tally>> {
    let mut by_table: BTreeMap<&str, BTreeMap<Reason, Tally>> = BTreeMap::new();
    for reject in rejects {
        let table = delivery.extracts[reject.file as usize].table.table.as_str();
        by_table.entry(table).or_default().entry(reject.reason).or_default().add(reject.figures.total_cost.0);
    }
    by_table
}

fn checks(burdens: &Burdens, register: &Register, assessed: &Assessed) -> BTreeMap<Check, Tally> {
    let mut checks = burdens.checks.clone();
    checks.insert(Check::UnknownCode, Tally { rows: register.unknown.values().sum(), fen: 0 });
    checks.insert(Check::NoArea, assessed.no_area);
    checks
}

fn people(burdens: &Burdens, assessed: &Assessed) -> People {
    let with_settlements = burdens.sums.people_with_settlements();
    let flagged: HashSet<&PersonId> = assessed.findings.iter().map(|finding| &finding.person).collect();
    People {
        in_register: assessed.in_register,
        in_register_without_settlements: assessed.in_register - assessed.in_register_with_settlements,
        with_settlements,
        with_settlements_outside_register: with_settlements - assessed.in_register_with_settlements,
        flagged: flagged.len() as u64,
    }
}

/// Local codes of categories that the mapping lacks, where there are any.
pub(super) fn unknown_codes(unknown: &UnknownCodes) -> Option<String> {
    let codes = codes_in_words(unknown);
    (!unknown.is_empty())
        .then(|| format!("identities: local codes that the mapping lacks: {codes}; their people have no category"))
}

/// What somebody should look at, though the night stands.
fn warnings(rules: &Policy, policy: &InForce, inputs: &Inputs, burdens: &Burdens, assessed: &Assessed) -> Vec<String> {
    let mut warnings = rules.needs_review(policy.as_of);
    warnings.extend(unknown_codes(&inputs.register.unknown));
    let provisional =
        assessed.findings.iter().filter(|finding| finding.income.is_some_and(|income| income.provisional));
    match provisional.count() {
        0 => {}
        count => warnings.push(format!("income: {count} findings rest on an older year's figure and are provisional")),
    }
    if burdens.account.totals.counted.rows == 0 {
        warnings.push(format!("settlements: not one row counts on {}; is this the right delivery?", policy.as_of));
    }
    warnings
}
