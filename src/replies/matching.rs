//! Lines and the ledger become answers, and a fault for each line that cannot be used. Pure.

use std::collections::{BTreeMap, HashMap};

use chrono::NaiveDate;

use super::cell::Cell;
use super::file::Returned;
use super::table::{Line, Table};
use crate::model::{Answer, Column, Outcome, PersonId, Reply, ReplyCounts, ReplyFault, Warning, WarningId};

/// What is known of a reply besides its file.
#[derive(Debug, Clone, Copy)]
pub struct Given<'a> {
    /// The office that answers.
    pub office: &'a str,
    /// The day on which it was received.
    pub received: NaiveDate,
    /// The night whose ledger it is held against.
    pub night: NaiveDate,
}

/// What became of a returned list.
#[derive(Debug)]
pub struct Taken {
    /// The usable lines, one a warning, by its number.
    pub replies: Vec<Reply>,
    /// The others, in the file's order.
    pub faults: Vec<ReplyFault>,
    /// How many.
    pub counts: ReplyCounts,
}

/// A line with an answer.
struct Answered<'a> {
    /// Its number, where it can be read.
    warning: Option<WarningId>,
    read: Result<Reply, Vec<ReplyFault>>,
    table: &'a Table,
    line: &'a Line,
}

/// Holds each line with an answer against the warning that it names. Lines that contradict each other are refused, all
/// of them: nobody knows which is meant.
pub fn matched(returned: &Returned, ledger: &[Warning], given: &Given<'_>) -> Taken {
    let by_number: HashMap<&WarningId, &Warning> = ledger.iter().map(|warning| (&warning.id, warning)).collect();
    let mut counts = ReplyCounts::default();
    let mut answered = Vec::new();
    for table in &returned.tables {
        for line in &table.lines {
            if !is_answer(line) {
                counts.unanswered += u64::from(line.cell(Column::Warning).is_some());
                continue;
            }
            answered.push(answer(table, line, &by_number, given));
        }
    }
    counts.lines = counts.unanswered + answered.len() as u64;
    refuse_contradictions(&mut answered);
    let mut taken = Taken { replies: Vec::new(), faults: returned.faults.clone(), counts };
    let mut replies: BTreeMap<WarningId, Reply> = BTreeMap::new();
    for answered in answered {
        match answered.read {
            Ok(reply) if replies.contains_key(&reply.warning) => taken.counts.repeated += 1,
            Ok(reply) => drop(replies.insert(reply.warning.clone(), reply)),
            Err(faults) => {
                taken.counts.refused += 1;
                taken.faults.extend(faults);
            }
        }
    }
    taken.counts.taken = replies.len() as u64;
    taken.replies = replies.into_values().collect();
    taken
}

/// Whether somebody answered on the line. Notes beside no warning are none.
fn is_answer(line: &Line) -> bool {
    let more = [Column::OutcomeOn, Column::Remark, Column::QuietUntil];
    let numbered = line.cell(Column::Warning).is_some();
    line.cell(Column::Outcome).is_some() || numbered && more.iter().any(|column| line.cell(*column).is_some())
}

fn refuse_contradictions(answered: &mut [Answered<'_>]) {
    let mut by_number: BTreeMap<WarningId, Vec<usize>> = BTreeMap::new();
    for (index, one) in answered.iter().enumerate() {
        if let Some(warning) = &one.warning {
            by_number.entry(warning.clone()).or_default().push(index);
        }
    }
    for same in by_number.into_values().filter(|same| same.len() > 1) {
        let said = |index: &usize| answered[*index].read.as_ref().ok().map(|reply| &reply.answer);
        let first = said(&same[0]);
        if first.is_some() && same.iter().all(|index| said(index) == first) {
            continue;
        }
        let places: Vec<String> = same.iter().map(|index| answered[*index].line.place.to_string()).collect();
        for (index, place) in same.into_iter().zip(&places) {
            let others: Vec<&str> = places.iter().filter(|other| *other != place).map(String::as_str).collect();
            let one = &mut answered[index];
            let message =
                format!("answers the same warning as {}, but not in the same way; keep one", others.join(", "));
            let fault = one.table.fault(one.line, Column::Warning, message);
            match &mut one.read {
                Ok(_) => one.read = Err(vec![fault]),
                Err(faults) => faults.push(fault),
            }
        }
    }
}

fn answer<'a>(
    table: &'a Table,
    line: &'a Line,
    ledger: &HashMap<&WarningId, &Warning>,
    given: &Given<'_>,
) -> Answered<'a> {
    let mut faults = Vec::new();
    let mut wrong = |column, message: String| faults.push(table.fault(line, column, message));
    let warning = number(line, &mut wrong);
    let meant = warning.as_ref().and_then(|warning| ledger.get(warning).copied());
    match (&warning, meant) {
        (Some(_), None) => wrong(
            Column::Warning,
            format!("no warning of the night of {} has this number, expected one as it was sent", given.night),
        ),
        (_, Some(meant)) if table.has(Column::Person) => person(line, &meant.person, &mut wrong),
        _ => {}
    }
    let outcome = outcome(line, &mut wrong);
    let from = meant.map(|meant| answerable_from(meant, outcome, &mut wrong));
    let on = handled_on(line, given, from, &mut wrong);
    let remark = line.cell(Column::Remark).and_then(remark);
    if outcome == Some(Outcome::Other) && remark.is_none() {
        let message = format!("is blank, but {} needs it: write what was found", Outcome::Other.term());
        wrong(Column::Remark, message);
    }
    let quiet_until = quiet_until(line, given, remark.is_some(), &mut wrong);
    let reply = match (warning.clone(), outcome, on) {
        (Some(warning), Some(outcome), Some(on)) if faults.is_empty() => {
            let answer = Answer::first(outcome, on, given.office.to_owned(), quiet_until, remark);
            Ok(Reply { warning, answer, place: line.place.clone() })
        }
        _ => Err(faults),
    };
    Answered { warning, read: reply, table, line }
}

fn number(line: &Line, wrong: &mut impl FnMut(Column, String)) -> Option<WarningId> {
    let Some(cell) = line.cell(Column::Warning) else {
        wrong(Column::Warning, "is blank beside an answer, expected the warning's number as it was sent".to_owned());
        return None;
    };
    let number = cell.text().and_then(|text| WarningId::from_text(&text));
    if number.is_none() {
        let sort = cell.sort();
        wrong(Column::Warning, format!("holds {sort} that is no warning's number, expected it as it was sent"));
    }
    number
}

/// Holds the certificate number on the line to that of the warning: where only some columns of a sheet were sorted, an
/// answer stands beside somebody else.
fn person(line: &Line, meant: &PersonId, wrong: &mut impl FnMut(Column, String)) {
    let mend = "; was the sheet sorted in part? answer in the list as it was sent";
    let Some(cell) = line.cell(Column::Person) else {
        return wrong(Column::Person, format!("is blank, expected that of the warning on this row{mend}"));
    };
    if cell.has_lost_digits() {
        let message =
            "has become a number, whose last digits are lost, expected text; answer in the list as it was sent";
        return wrong(Column::Person, message.to_owned());
    }
    let text = cell.text().unwrap_or_default();
    let same = |person: Option<PersonId>| person.is_some_and(|person| person == *meant);
    if !same(PersonId::other(&text)) && !same(PersonId::resident(text.as_bytes())) {
        wrong(Column::Person, format!("is not that of the warning on this row{mend}"));
    }
}

fn outcome(line: &Line, wrong: &mut impl FnMut(Column, String)) -> Option<Outcome> {
    let words = || Outcome::ALL.map(Outcome::term).join(", ");
    let Some(cell) = line.cell(Column::Outcome) else {
        wrong(Column::Outcome, format!("is blank beside a date or a remark, expected one of {}", words()));
        return None;
    };
    let text: String = cell.text().unwrap_or_default().chars().filter(|c| !c.is_whitespace()).collect();
    let outcome = Outcome::ALL.into_iter().find(|outcome| outcome.term() == text);
    if outcome.is_none() {
        wrong(Column::Outcome, format!("holds {} that is none of {}", cell.sort(), words()));
    }
    outcome
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

/// The day that the office gives, else that of the receipt.
fn handled_on(
    line: &Line,
    given: &Given<'_>,
    from: Option<NaiveDate>,
    wrong: &mut impl FnMut(Column, String),
) -> Option<NaiveDate> {
    let Some(cell) = line.cell(Column::OutcomeOn) else { return Some(given.received) };
    let day = day(cell, Column::OutcomeOn, wrong)?;
    if day > given.received {
        wrong(Column::OutcomeOn, format!("is after the day of receipt, {}, expected a day up to it", given.received));
    }
    if let Some(from) = from.filter(|from| day < *from) {
        wrong(Column::OutcomeOn, format!("is before the warning was there, expected a day from {from} on"));
    }
    Some(day)
}

fn quiet_until(
    line: &Line,
    given: &Given<'_>,
    has_reason: bool,
    wrong: &mut impl FnMut(Column, String),
) -> Option<NaiveDate> {
    let day = day(line.cell(Column::QuietUntil)?, Column::QuietUntil, wrong)?;
    if day <= given.received {
        wrong(Column::QuietUntil, format!("is not after the day of receipt, {}, expected a later day", given.received));
    }
    if !has_reason {
        let message = format!("is blank, but {} needs it: write the reason", Column::QuietUntil.heading());
        wrong(Column::Remark, message);
    }
    Some(day)
}

fn day(cell: &Cell, column: Column, wrong: &mut impl FnMut(Column, String)) -> Option<NaiveDate> {
    let day = cell.day();
    if day.is_none() {
        wrong(column, format!("holds {} that is no day of this century, expected one such as 2025-12-03", cell.sort()));
    }
    day
}

/// What the office wrote, on one line.
fn remark(cell: &Cell) -> Option<String> {
    let text = cell.text()?.replace(char::is_control, " ");
    Some(text.trim().to_owned()).filter(|text| !text.is_empty())
}
