//! A delivery, read and assessed: what a night needs of it, whichever engine it comes from; and the engine that is this
//! program.

use std::collections::{BTreeMap, HashSet};

use chrono::NaiveDate;
use rust_decimal::Decimal;
use tracing::info;

use super::made_from::{files, input_files};
use crate::assess::{self, Assessed};
use crate::burden::{self, Burdens, Sums, Wanted};
use crate::cluster::Counts;
use crate::delivery::{self, Delivery, Incomes, Payments, Progress, Register, UnknownCodes, codes_in_words};
use crate::error::{Error, both};
use crate::job::Job;
use crate::model::{BurdenKind, Check, ControlTotals, EvidenceRow, Fault, Finding, PersonId, Reject, Tally, YearBy};
use crate::policy::{Codes, InForce, RuleInForce};
use crate::publish::{BurdenRow, InputFile, People};

/// Everything that a night reads, apart from the settlements.
pub(super) struct Inputs {
    pub(super) register: Register,
    pub(super) incomes: Incomes,
    pub(super) payments: Payments,
}

/// A delivery, read and assessed.
pub(super) struct Found {
    /// Table and path of each extract: what rejects and evidence count.
    pub(super) files: Vec<(&'static str, String)>,
    /// The extracts as they were read.
    pub(super) inputs: Vec<InputFile>,
    /// Whom the night may have to speak of: everybody in the register, or those of them that a cluster was asked for.
    pub(super) register: Register,
    /// Their sums.
    pub(super) sums: Sums,
    pub(super) incomes: Incomes,
    /// The sums of everybody with a settlement, where the job wants them.
    pub(super) burdens: Option<Vec<BurdenRow>>,
    pub(super) totals: BTreeMap<&'static str, ControlTotals>,
    pub(super) rejects: Vec<Reject>,
    pub(super) checks: BTreeMap<Check, Tally>,
    pub(super) people: People,
    pub(super) assessed: Assessed,
    pub(super) evidence: Option<Vec<EvidenceRow>>,
}

/// Reads the delivery and assesses everybody, here.
///
/// # Errors
/// A delivery that cannot be used, and one that changed while it was read.
pub(super) fn here(job: &Job, policy: &InForce, codes: &Codes, progress: &Progress) -> Result<Found, Error> {
    let delivery = delivery::open(&job.delivery, &delivery::NIGHTLY, &also_needed(policy))?;
    info!(files = delivery.extracts.len(), "the delivery keeps the contract");
    let (mut inputs, mut burdens) = summed(&delivery, policy, codes, job.outputs.burden, progress)?;
    let totals = totals(&inputs, &burdens);
    tolerated(job, &inputs.register.unknown, &totals)?;
    let Burdens { account, .. } = &burdens;
    info!(rows = account.totals.read.rows, counted = account.totals.counted.rows, "added up settlements");

    let mut assessed = assess::everyone(policy, &inputs.register, &inputs.incomes, &burdens.sums)?;
    info!(findings = assessed.findings.len(), people = assessed.in_register, "assessed the register");
    let evidence = match job.outputs.evidence {
        true => Some(evidence(&delivery, policy, (&inputs.payments, &burdens), progress, &mut assessed.findings)?),
        false => None,
    };
    let rows = job.outputs.burden.then(|| burden_rows(policy, &inputs.register, &burdens));
    let hashes = delivery.content_hashes()?;
    delivery.still_the_same()?;
    let rejects = rejects(&mut inputs, &mut burdens);
    Ok(Found {
        files: files(&delivery),
        inputs: input_files(&delivery, &hashes),
        burdens: rows,
        totals,
        rejects,
        checks: checks(&burdens, &inputs.register, &assessed),
        people: people(counts(&burdens, &assessed)),
        register: inputs.register,
        sums: burdens.sums,
        incomes: inputs.incomes,
        assessed,
        evidence,
    })
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
    policy: &InForce,
    found: (&Payments, &Burdens),
    progress: &Progress,
    findings: &mut [Finding],
) -> Result<Vec<EvidenceRow>, Error> {
    let flagged: HashSet<PersonId> = findings.iter().map(|finding| finding.person.clone()).collect();
    let evidence = burden::of_people(&flagged, delivery, &policy.window(), found, progress)?;
    date(policy, findings, &evidence);
    Ok(evidence)
}

/// Sets the day on which each burden first met its rule, from evidence in the order of people and times.
pub(super) fn date(policy: &InForce, findings: &mut [Finding], evidence: &[EvidenceRow]) {
    for finding in findings {
        let from = evidence.partition_point(|row| row.person < finding.person);
        let until = evidence.partition_point(|row| row.person <= finding.person);
        if let Some(rule) = policy.rules.iter().find(|rule| rule.id == finding.rule) {
            finding.first_exceeded_on = first_exceeded_on(policy, rule, finding, &evidence[from..until]);
        }
    }
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

fn checks(burdens: &Burdens, register: &Register, assessed: &Assessed) -> BTreeMap<Check, Tally> {
    let mut checks = burdens.checks.clone();
    checks.insert(Check::UnknownCode, Tally { rows: register.unknown.values().sum(), fen: 0 });
    checks.insert(Check::NoArea, assessed.no_area);
    checks
}

fn counts(burdens: &Burdens, assessed: &Assessed) -> Counts {
    let flagged: HashSet<&PersonId> = assessed.findings.iter().map(|finding| &finding.person).collect();
    Counts {
        in_register: assessed.in_register,
        in_register_with_settlements: assessed.in_register_with_settlements,
        with_settlements: burdens.sums.people_with_settlements(),
        flagged: flagged.len() as u64,
    }
}

pub(super) fn people(counts: Counts) -> People {
    let Counts { in_register, in_register_with_settlements, with_settlements, flagged } = counts;
    People {
        in_register,
        in_register_without_settlements: in_register.saturating_sub(in_register_with_settlements),
        with_settlements,
        with_settlements_outside_register: with_settlements.saturating_sub(in_register_with_settlements),
        flagged,
    }
}
