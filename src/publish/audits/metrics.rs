//! The figures of a night of audits for a collector of metrics, in the Prometheus text format. Pure.

use chrono::{NaiveDate, NaiveTime};

use super::AuditNight;
use crate::model::{Fate, Mechanism, ProblemState, Verdict};
use crate::publish::metrics::{Series, gauge};

/// The text of a metrics file for the night of `as_of`. Every series bears the kind of job, as the files of several
/// jobs are collected side by side.
pub fn text(as_of: NaiveDate, night: &AuditNight<'_>) -> String {
    let mut text = String::new();
    let seconds = as_of.and_time(NaiveTime::MIN).and_utc().timestamp();
    let day = [(vec![("job", night.made_from.kind)], seconds)];
    gauge(&mut text, "fangpin_audit_as_of", "The day of the latest night of audits, in seconds since 1970.", day);
    gauge(
        &mut text,
        "fangpin_audit_rows",
        "Rows by what became of them; a table's fates add up to its rows read.",
        rows(night),
    );
    gauge(
        &mut text,
        "fangpin_audit_verdicts",
        "Subjects of each audit by verdict; the four add up to the subjects.",
        verdicts(night),
    );
    gauge(&mut text, "fangpin_problems", "Problems of each audit by how they stand.", problems(night));
    gauge(
        &mut text,
        "fangpin_problem_changes",
        "Problems of each audit by what the night made of them.",
        changes(night),
    );
    text
}

fn rows<'a>(night: &'a AuditNight<'_>) -> impl Iterator<Item = Series<'a, u64>> {
    night.control_totals.iter().flat_map(|(table, totals)| {
        Fate::ALL.map(|fate| {
            (vec![("job", night.made_from.kind), ("table", *table), ("fate", fate.name())], totals.of(fate).rows)
        })
    })
}

fn verdicts(night: &AuditNight<'_>) -> impl Iterator<Item = Series<'static, u64>> {
    night.counts.iter().flat_map(|(audit, counts)| {
        Verdict::ALL.map(|verdict| of_audit(night, *audit, ("verdict", verdict.name()), counts.of(verdict)))
    })
}

fn problems(night: &AuditNight<'_>) -> impl Iterator<Item = Series<'static, u64>> {
    night.problems.balance.iter().flat_map(|(audit, balance)| {
        ProblemState::ALL.map(|state| of_audit(night, *audit, ("state", state.name()), balance.of(state)))
    })
}

fn changes(night: &AuditNight<'_>) -> impl Iterator<Item = Series<'static, u64>> {
    night.problems.balance.iter().flat_map(|(audit, balance)| {
        [
            ("opening", balance.opening),
            ("new", balance.new),
            ("reopened", balance.reopened),
            ("solved", balance.solved),
            ("dismissed", balance.dismissed),
            ("closing", balance.closing),
            ("refuted", balance.refuted),
        ]
        .map(|(change, count)| of_audit(night, *audit, ("change", change), count))
    })
}

/// How many of one audit have a label.
fn of_audit(
    night: &AuditNight<'_>,
    audit: Mechanism,
    label: (&'static str, &'static str),
    count: u64,
) -> Series<'static, u64> {
    (vec![("job", night.made_from.kind), ("audit", audit.name()), label], count)
}
