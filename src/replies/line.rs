//! What is read alike on the lines of every returned list, and how lines with an answer become replies: each is held
//! against what it answers, and those that contradict each other are refused.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use super::cell::Cell;
use super::file::Returned;
use super::table::{Form, Line, Table};
use crate::model::{Column, PersonId, ReplyCounts, ReplyFault, ReplyLine};

/// What to do where a row no longer belongs together.
const MEND: &str = "; was the sheet sorted in part? answer in the list as it was sent";

/// What is known of a reply besides its file.
#[derive(Debug, Clone, Copy)]
pub struct Given<'a> {
    /// The office that answers.
    pub office: &'a str,
    /// The day on which it was received.
    pub received: NaiveDate,
    /// The night whose list it is held against.
    pub night: NaiveDate,
}

/// What became of a returned list: `I` names what was answered, `A` is what was said.
#[derive(Debug)]
pub struct Taken<I, A> {
    /// The usable lines, one a number, in the order of numbers.
    pub replies: Vec<ReplyLine<I, A>>,
    /// The others, in the file's order.
    pub faults: Vec<ReplyFault>,
    /// How many.
    pub counts: ReplyCounts,
}

/// A line with an answer, as it was read.
pub(super) struct Read<I, A> {
    /// Its number, where it can be read.
    pub(super) number: Option<I>,
    /// What it says, or what is wrong with it.
    pub(super) answer: Result<A, Vec<ReplyFault>>,
}

struct Answered<'a, I, A> {
    read: Read<I, A>,
    table: &'a Table,
    line: &'a Line,
}

/// Reads each line with an answer by `read`. Lines that contradict each other are refused, all of them: nobody knows
/// which is meant.
pub(super) fn taken<I: Ord + Clone, A: PartialEq>(
    returned: &Returned,
    read: impl Fn(&Table, &Line) -> Read<I, A>,
) -> Taken<I, A> {
    let form = returned.form;
    let mut counts = ReplyCounts::default();
    let mut answered = Vec::new();
    for table in &returned.tables {
        for line in &table.lines {
            if !is_answer(line, form) {
                counts.unanswered += u64::from(line.cell(form.number()).is_some());
                continue;
            }
            answered.push(Answered { read: read(table, line), table, line });
        }
    }
    counts.lines = counts.unanswered + answered.len() as u64;
    refuse_contradictions(&mut answered, form);
    let mut taken = Taken { replies: Vec::new(), faults: returned.faults.clone(), counts };
    let mut replies: BTreeMap<I, ReplyLine<I, A>> = BTreeMap::new();
    for Answered { read, line, .. } in answered {
        match (read.number, read.answer) {
            (Some(number), Ok(_)) if replies.contains_key(&number) => taken.counts.repeated += 1,
            (Some(number), Ok(answer)) => {
                let reply = ReplyLine { number: number.clone(), answer, place: line.place.clone() };
                replies.insert(number, reply);
            }
            (_, answer) => {
                taken.counts.refused += 1;
                taken.faults.extend(answer.err().into_iter().flatten());
            }
        }
    }
    taken.counts.taken = replies.len() as u64;
    taken.replies = replies.into_values().collect();
    taken
}

/// Whether somebody answered on the line. Notes beside no number are none.
fn is_answer(line: &Line, form: Form) -> bool {
    let numbered = line.cell(form.number()).is_some();
    let more = || form.besides().into_iter().any(|column| line.cell(column).is_some());
    line.cell(form.outcome()).is_some() || numbered && more()
}

fn refuse_contradictions<I: Ord + Clone, A: PartialEq>(answered: &mut [Answered<'_, I, A>], form: Form) {
    let mut by_number: BTreeMap<I, Vec<usize>> = BTreeMap::new();
    for (index, one) in answered.iter().enumerate() {
        if let Some(number) = &one.read.number {
            by_number.entry(number.clone()).or_default().push(index);
        }
    }
    for same in by_number.into_values().filter(|same| same.len() > 1) {
        let said = |index: &usize| answered[*index].read.answer.as_ref().ok();
        let first = said(&same[0]);
        if first.is_some() && same.iter().all(|index| said(index) == first) {
            continue;
        }
        let places: Vec<String> = same.iter().map(|index| answered[*index].line.place.to_string()).collect();
        for (index, place) in same.into_iter().zip(&places) {
            let others: Vec<&str> = places.iter().filter(|other| *other != place).map(String::as_str).collect();
            let one = &mut answered[index];
            let message =
                format!("answers the same {} as {}, but not in the same way; keep one", form.noun(), others.join(", "));
            let fault = one.table.fault(one.line, form.number(), message);
            match &mut one.read.answer {
                Ok(_) => one.read.answer = Err(vec![fault]),
                Err(faults) => faults.push(fault),
            }
        }
    }
}

/// The number of what the line answers, read by `of`.
pub(super) fn number<I>(
    line: &Line,
    form: Form,
    of: fn(&str) -> Option<I>,
    wrong: &mut impl FnMut(Column, String),
) -> Option<I> {
    let (column, noun) = (form.number(), form.noun());
    let Some(cell) = line.cell(column) else {
        wrong(column, format!("is blank beside an answer, expected the {noun}'s number as it was sent"));
        return None;
    };
    let number = cell.text().and_then(|text| of(&text));
    if number.is_none() {
        let sort = cell.sort();
        wrong(column, format!("holds {sort} that is no {noun}'s number, expected it as it was sent"));
    }
    number
}

/// Says that the list of the night has nothing of the number on the line.
pub(super) fn unknown(given: &Given<'_>, form: Form, wrong: &mut impl FnMut(Column, String)) {
    let (noun, night) = (form.noun(), given.night);
    wrong(form.number(), format!("no {noun} of the night of {night} has this number, expected one as it was sent"));
}

/// The outcome that the office chose: one of `all`, by its term.
pub(super) fn chosen<T: Copy>(
    line: &Line,
    form: Form,
    all: &[T],
    term: fn(T) -> &'static str,
    wrong: &mut impl FnMut(Column, String),
) -> Option<T> {
    let words = || all.iter().map(|one| term(*one)).collect::<Vec<_>>().join(", ");
    let Some(cell) = line.cell(form.outcome()) else {
        wrong(form.outcome(), format!("is blank beside a date or a remark, expected one of {}", words()));
        return None;
    };
    let text: String = cell.text().unwrap_or_default().chars().filter(|c| !c.is_whitespace()).collect();
    let chosen = all.iter().copied().find(|one| term(*one) == text);
    if chosen.is_none() {
        wrong(form.outcome(), format!("holds {} that is none of {}", cell.sort(), words()));
    }
    chosen
}

/// Holds the certificate number on the line to that of what it answers: where only some columns of a sheet were sorted,
/// an answer stands beside somebody else.
pub(super) fn person(line: &Line, meant: &PersonId, form: Form, wrong: &mut impl FnMut(Column, String)) {
    let noun = form.noun();
    let Some(cell) = line.cell(Column::Person) else {
        return wrong(Column::Person, format!("is blank, expected that of the {noun} on this row{MEND}"));
    };
    if cell.has_lost_digits() {
        let message =
            "has become a number, whose last digits are lost, expected text; answer in the list as it was sent";
        return wrong(Column::Person, message.to_owned());
    }
    let text = cell.text().unwrap_or_default();
    let same = |person: Option<PersonId>| person.is_some_and(|person| person == *meant);
    if !same(PersonId::other(&text)) && !same(PersonId::resident(text.as_bytes())) {
        wrong(Column::Person, format!("is not that of the {noun} on this row{MEND}"));
    }
}

/// Holds the institution's code against that of the problem on its row.
pub(super) fn institution(line: &Line, meant: &str, wrong: &mut impl FnMut(Column, String)) {
    let given = line.cell(Column::Institution).and_then(|cell| cell.text());
    if given.is_none_or(|given| given.trim() != meant) {
        wrong(Column::Institution, format!("is not that of the problem on this row, {meant}{MEND}"));
    }
}

/// The day that the office gives, else that of the receipt. `from` is the first on which there was something to answer.
pub(super) fn handled_on(
    line: &Line,
    column: Column,
    given: &Given<'_>,
    (from, form): (Option<NaiveDate>, Form),
    wrong: &mut impl FnMut(Column, String),
) -> Option<NaiveDate> {
    let Some(cell) = line.cell(column) else { return Some(given.received) };
    let day = day(cell, column, wrong)?;
    if day > given.received {
        wrong(column, format!("is after the day of receipt, {}, expected a day up to it", given.received));
    }
    if let Some(from) = from.filter(|from| day < *from) {
        wrong(column, format!("is before the {} was there, expected a day from {from} on", form.noun()));
    }
    Some(day)
}

/// A day until which something holds: one after the receipt.
pub(super) fn later_day(
    cell: &Cell,
    column: Column,
    given: &Given<'_>,
    wrong: &mut impl FnMut(Column, String),
) -> Option<NaiveDate> {
    let day = day(cell, column, wrong)?;
    if day <= given.received {
        wrong(column, format!("is not after the day of receipt, {}, expected a later day", given.received));
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
pub(super) fn remark(cell: &Cell) -> Option<String> {
    let text = cell.text()?.replace(char::is_control, " ");
    Some(text.trim().to_owned()).filter(|text| !text.is_empty())
}
