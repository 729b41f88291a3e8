//! Lines and the problem list become what offices say was done about problems, and a fault for each line that cannot be
//! used. Pure.

use std::collections::HashMap;

use chrono::NaiveDate;

use super::file::Returned;
use super::line::{
    Given, Read, Taken, chosen, handled_on, institution, later_day, number, person, remark, taken, unknown,
};
use super::table::{Form, Line, Table};
use crate::model::{Column, Handled, Handling, Problem, ProblemId, Subject};

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
    let number = number(line, Form::Problems, ProblemId::from_text, &mut wrong);
    let meant = number.as_ref().and_then(|number| problems.get(number).copied());
    match (&number, meant) {
        (Some(_), None) => unknown(given, Form::Problems, &mut wrong),
        (_, Some(meant)) => {
            if !meant.stands() {
                let message = "is that of a problem that is solved or dismissed already; there is nothing to answer";
                wrong(Column::Problem, message.to_owned());
            }
            if meant.owner != given.office {
                wrong(Column::Problem, format!("is that of a problem of another office than {}", given.office));
            }
            match &meant.subject {
                Subject::Person(whose) if table.has(Column::Person) => {
                    person(line, whose, Form::Problems, &mut wrong);
                }
                Subject::Institution(whose) if table.has(Column::Institution) => {
                    institution(line, whose, &mut wrong);
                }
                _ => {}
            }
        }
        _ => {}
    }
    let handling = chosen(line, Form::Problems, &Handling::ALL, Handling::term, &mut wrong);
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
    later_day(cell, Column::DismissedUntil, given, wrong)
}
