//! A night's figures for a collector of metrics, in the Prometheus text format. Pure: `folder.rs` writes it.
//!
//! The format is four lines long, so it is written here: a registry of gauges gives its series in the order of a hash
//! map, and the same night would not give the same bytes.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use chrono::{NaiveDate, NaiveTime};

use super::night::Night;
use super::responses::ResponseTotals;
use crate::model::{Check, Fate, State};

/// The text of a metrics file for the night of `as_of`.
pub fn text(as_of: NaiveDate, night: &Night<'_>) -> String {
    let mut text = String::new();
    let seconds = as_of.and_time(NaiveTime::MIN).and_utc().timestamp();
    gauge(&mut text, "fangpin_night_as_of", "The day of the latest night, in seconds since 1970.", [(vec![], seconds)]);
    gauge(&mut text, "fangpin_rows_read", "Rows read.", rows_read(night));
    gauge(
        &mut text,
        "fangpin_rows",
        "Rows by what became of them; a table's fates add up to its rows read.",
        rows(night),
    );
    gauge(&mut text, "fangpin_flagged", "People flagged by a rule.", flagged(night));
    gauge(&mut text, "fangpin_warnings", "Warnings by what the night made of them.", warnings(night));
    gauge(&mut text, "fangpin_people", "People in the register and in the settlements.", people(night));
    gauge(
        &mut text,
        "fangpin_checks_rows",
        "Rows that a check reported and that were used all the same.",
        checks(night),
    );
    let responses = ResponseTotals::of(night.responses);
    gauge(&mut text, "fangpin_answers", "Warnings sent to offices, by what came back.", answers(&responses));
    gauge(
        &mut text,
        "fangpin_answers_overdue",
        "Warnings without an answer on the day after it was due, by office as far as it is known.",
        overdue(&responses),
    );
    text
}

/// The labels of one series, and its value.
pub(super) type Series<'a, V> = (Vec<(&'static str, &'a str)>, V);

fn rows_read<'a>(night: &'a Night<'_>) -> impl Iterator<Item = Series<'a, u64>> {
    night.control_totals.iter().map(|(table, totals)| (vec![("table", *table)], totals.read.rows))
}

fn rows<'a>(night: &'a Night<'_>) -> impl Iterator<Item = Series<'a, u64>> {
    night.control_totals.iter().flat_map(|(table, totals)| {
        Fate::ALL.map(|fate| (vec![("table", *table), ("fate", fate.name())], totals.of(fate).rows))
    })
}

/// Every rule in force is named, whether it flags somebody or not.
fn flagged<'a>(night: &'a Night<'_>) -> BTreeMap<Vec<(&'static str, &'a str)>, u64> {
    let mut flagged: BTreeMap<_, u64> = night.titles.keys().map(|rule| (vec![("rule", rule.as_str())], 0)).collect();
    for finding in night.findings {
        *flagged.entry(vec![("rule", finding.rule.as_str())]).or_default() += 1;
    }
    flagged
}

/// Every rule in force is named with every state; a warning cleared on an earlier night counts no more.
fn warnings<'a>(night: &'a Night<'_>) -> BTreeMap<Vec<(&'static str, &'a str)>, u64> {
    let labels = |rule: &'a str, state: State| vec![("rule", rule), ("state", state.name())];
    let rules = night.titles.keys().flat_map(|rule| State::ALL.map(|state| (labels(rule, state), 0)));
    let mut warnings: BTreeMap<_, u64> = rules.collect();
    for (rule, states) in &night.ledger.balance.by_rule {
        warnings.extend(states.iter().map(|(state, count)| (labels(rule, *state), *count)));
    }
    warnings
}

fn people(night: &Night<'_>) -> [Series<'static, u64>; 5] {
    let people = &night.people;
    [
        ("in_register", people.in_register),
        ("in_register_without_settlements", people.in_register_without_settlements),
        ("with_settlements", people.with_settlements),
        ("with_settlements_outside_register", people.with_settlements_outside_register),
        ("flagged", people.flagged),
    ]
    .map(|(who, count)| (vec![("who", who)], count))
}

fn checks(night: &Night<'_>) -> [Series<'static, u64>; Check::ALL.len()] {
    let rows = |check| night.checks.get(&check).map_or(0, |tally| tally.rows);
    Check::ALL.map(|check| (vec![("check", check.id())], rows(check)))
}

fn answers(responses: &ResponseTotals) -> impl Iterator<Item = Series<'_, u64>> {
    responses.by_rule.iter().flat_map(|(rule, of)| {
        [
            ("sent", of.sent),
            ("answered", of.answered),
            ("confirmed", of.confirmed),
            ("not_confirmed", of.not_confirmed),
            ("overdue", of.overdue),
        ]
        .map(|(what, count)| (vec![("rule", rule.as_str()), ("what", what)], count))
    })
}

/// All of them without a label, then by office.
fn overdue(responses: &ResponseTotals) -> impl Iterator<Item = Series<'_, u64>> {
    let by_office = responses.by_office.iter().map(|(office, of)| (vec![("office", office.as_str())], of.overdue));
    std::iter::once((vec![], responses.all.overdue)).chain(by_office)
}

pub(super) fn gauge<'a, V: std::fmt::Display>(
    text: &mut String,
    name: &str,
    help: &str,
    series: impl IntoIterator<Item = Series<'a, V>>,
) {
    // Writing to a string cannot fail.
    let _ = write!(text, "# HELP {name} {help}\n# TYPE {name} gauge\n");
    for (labels, value) in series {
        let labels: Vec<String> = labels.iter().map(|(key, label)| format!("{key}=\"{}\"", escaped(label))).collect();
        let _ = match labels.is_empty() {
            true => writeln!(text, "{name} {value}"),
            false => writeln!(text, "{name}{{{}}} {value}", labels.join(",")),
        };
    }
}

fn escaped(label: &str) -> String {
    label.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n")
}
