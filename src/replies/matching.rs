//! Lines and the ledger become answers to warnings, and a fault for each line that cannot be used. Pure.

use std::collections::HashMap;

use chrono::NaiveDate;

use super::file::Returned;
use super::line::{Given, Read, Taken, chosen, handled_on, later_day, number, person, remark, taken, unknown};
use super::table::{Form, Line, Table};
use crate::model::{Answer, Column, Outcome, Told, Warning, WarningId};

/// The warnings of a night by their numbers, each with the offices that know of it.
struct Known<'a> {
    warnings: HashMap<&'a WarningId, &'a Warning>,
    offices: HashMap<&'a WarningId, Vec<&'a str>>,
}

impl Known<'_> {
    /// Whether lists have told of the warning, and none has told the office.
    fn is_others(&self, warning: &WarningId, office: &str) -> bool {
        self.offices.get(warning).is_some_and(|offices| !offices.contains(&office))
    }
}

/// Holds each line with an answer against the warning that it names, and against what the office was `told`.
pub fn matched(
    returned: &Returned,
    (ledger, told): (&[Warning], &[Told]),
    given: &Given<'_>,
) -> Taken<WarningId, Answer> {
    let warnings = ledger.iter().map(|warning| (&warning.id, warning)).collect();
    let mut known = Known { warnings, offices: HashMap::new() };
    for of in told {
        known.offices.entry(&of.warning).or_default().push(&of.office);
    }
    taken(returned, |table, line| answer(table, line, &known, given))
}

fn answer(table: &Table, line: &Line, known: &Known<'_>, given: &Given<'_>) -> Read<WarningId, Answer> {
    let mut faults = Vec::new();
    let mut wrong = |column, message: String| faults.push(table.fault(line, column, message));
    let warning = number(line, Form::Warnings, WarningId::from_text, &mut wrong);
    let meant = warning.as_ref().and_then(|warning| known.warnings.get(warning).copied());
    match (&warning, meant) {
        (Some(warning), Some(_)) if known.is_others(warning, given.office) => wrong(
            Column::Warning,
            format!("is that of a warning of which lists told other offices, not {}; say who answers", given.office),
        ),
        (Some(_), None) => unknown(given, Form::Warnings, &mut wrong),
        (_, Some(meant)) if table.has(Column::Person) => person(line, &meant.person, Form::Warnings, &mut wrong),
        _ => {}
    }
    let outcome = chosen(line, Form::Warnings, &Outcome::ALL, Outcome::term, &mut wrong);
    let from = meant.map(|meant| answerable_from(meant, outcome, &mut wrong));
    let on = handled_on(line, Column::OutcomeOn, given, (from, Form::Warnings), &mut wrong);
    let remark = line.cell(Column::Remark).and_then(remark);
    if outcome == Some(Outcome::Other) && remark.is_none() {
        let message = format!("is blank, but {} needs it: write what was found", Outcome::Other.term());
        wrong(Column::Remark, message);
    }
    let quiet_until = quiet_until(line, given, remark.is_some(), &mut wrong);
    let answer = match (&warning, outcome, on) {
        (Some(_), Some(outcome), Some(on)) if faults.is_empty() => {
            Ok(Answer::first(outcome, on, given.office.to_owned(), quiet_until, remark))
        }
        _ => Err(faults),
    };
    Read { number: warning, answer }
}

/// From which day on the warning can have been answered: since it was opened, or opened again, as what was found before
/// counts no more. That a person was taken into monitoring counts whenever it was.
fn answerable_from(meant: &Warning, outcome: Option<Outcome>, wrong: &mut impl FnMut(Column, String)) -> NaiveDate {
    let always = outcome == Some(Outcome::Monitored) && meant.since > meant.first_seen;
    if meant.sent_on.is_none() && !always {
        let message = "is that of a warning of which no list has told yet, or none since it was opened again; answer \
                       it in the list that will";
        wrong(Column::Warning, message.to_owned());
    }
    if always { meant.first_seen } else { meant.since }
}

fn quiet_until(
    line: &Line,
    given: &Given<'_>,
    has_reason: bool,
    wrong: &mut impl FnMut(Column, String),
) -> Option<NaiveDate> {
    let day = later_day(line.cell(Column::QuietUntil)?, Column::QuietUntil, given, wrong)?;
    if !has_reason {
        let message = format!("is blank, but {} needs it: write the reason", Column::QuietUntil.heading());
        wrong(Column::Remark, message);
    }
    Some(day)
}
