//! Lines and the problem list become what offices say was done about problems, and a fault for each line that cannot be
//! used. Pure.

use std::collections::HashMap;

use chrono::NaiveDate;

use super::file::Returned;
use super::line::{Given, Read, Taken, day, handled_on, person, remark, taken};
use super::table::{Form, Line, Table};
use crate::model::{Column, Handled, Handling, Problem, ProblemId};

/// Holds each line with an answer against the problem that it names, which has to stand.
pub fn matched(returned: &Returned, problems: &[Problem], given: &Given<'_>) -> Taken<ProblemId, Handled> {
    let by_number: HashMap<&ProblemId, &Problem> = problems.iter().map(|problem| (&problem.id, problem)).collect();
    taken(returned, |table, line| answer(table, line, &by_number, given))
}

fn answer(
    table: &Table,
    line: &Line,
    problems: &HashMap<&ProblemId, &Problem>,
    given: &Given<'_>,
) -> Read<ProblemId, Handled> {
    let mut faults = Vec::new();
    let mut wrong = |column, message: String| faults.push(table.fault(line, column, message));
    let number = number(line, &mut wrong);
    let meant = number.as_ref().and_then(|number| problems.get(number).copied());
    match (&number, meant) {
        (Some(_), None) => wrong(
            Column::Problem,
            format!("no problem of the night of {} has this number, expected one as it was sent", given.night),
        ),
        (_, Some(meant)) => {
            if !meant.stands() {
                let message = "is that of a problem that is solved or dismissed already; there is nothing to answer";
                wrong(Column::Problem, message.to_owned());
            }
            if meant.owner != given.office {
                wrong(Column::Problem, format!("is that of a problem of another office than {}", given.office));
            }
            if table.has(Column::Person) {
                person(line, &meant.person, Form::Problems, &mut wrong);
            }
        }
        _ => {}
    }
    let handling = handling(line, &mut wrong);
    let since = (meant.map(|meant| meant.since), Form::Problems);
    let on = handled_on(line, Column::HandledOn, given, since, &mut wrong);
    let remark = line.cell(Column::HandledHow).and_then(remark);
    if handling == Some(Handling::Dismissed) && remark.is_none() {
        let term = Handling::Dismissed.term();
        wrong(Column::HandledHow, format!("is blank, but {term} needs it: write the reason"));
    }
    let until = until(line, handling, given, &mut wrong);
    let answer = match (handling, on) {
        (Some(handling), Some(on)) if faults.is_empty() => Ok(Handled { handling, on, remark, until }),
        _ => Err(faults),
    };
    Read { number, answer }
}

fn number(line: &Line, wrong: &mut impl FnMut(Column, String)) -> Option<ProblemId> {
    let Some(cell) = line.cell(Column::Problem) else {
        wrong(Column::Problem, "is blank beside an answer, expected the problem's number as it was sent".to_owned());
        return None;
    };
    let number = cell.text().and_then(|text| ProblemId::from_text(&text));
    if number.is_none() {
        let sort = cell.sort();
        wrong(Column::Problem, format!("holds {sort} that is no problem's number, expected it as it was sent"));
    }
    number
}

fn handling(line: &Line, wrong: &mut impl FnMut(Column, String)) -> Option<Handling> {
    let words = || Handling::ALL.map(Handling::term).join(", ");
    let Some(cell) = line.cell(Column::Handling) else {
        let message = format!("is blank beside a date or a remark, expected one of {}", words());
        wrong(Column::Handling, message);
        return None;
    };
    let text: String = cell.text().unwrap_or_default().chars().filter(|c| !c.is_whitespace()).collect();
    let handling = Handling::ALL.into_iter().find(|handling| handling.term() == text);
    if handling.is_none() {
        wrong(Column::Handling, format!("holds {} that is none of {}", cell.sort(), words()));
    }
    handling
}

/// The last day of a dismissal, which alone has one.
fn until(
    line: &Line,
    handling: Option<Handling>,
    given: &Given<'_>,
    wrong: &mut impl FnMut(Column, String),
) -> Option<NaiveDate> {
    let (term, cell) = (Handling::Dismissed.term(), line.cell(Column::DismissedUntil));
    let Some(cell) = cell else {
        if handling == Some(Handling::Dismissed) {
            let message = format!("is blank, but {term} needs it: write the day until which nothing is done");
            wrong(Column::DismissedUntil, message);
        }
        return None;
    };
    if handling == Some(Handling::Solved) {
        wrong(Column::DismissedUntil, format!("is filled in, but only {term} has such a day; take one of them out"));
    }
    let day = day(cell, Column::DismissedUntil, wrong)?;
    if day <= given.received {
        let message = format!("is not after the day of receipt, {}, expected a later day", given.received);
        wrong(Column::DismissedUntil, message);
    }
    Some(day)
}
