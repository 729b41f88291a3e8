//! One problem, from one night to the next.

use chrono::NaiveDate;

use super::Tonight;
use crate::model::{
    Examined, Handling, Matter, Mechanism, Problem, ProblemChange, ProblemId, ProblemState, Shown, Solution, SolvedBy,
    Verdict,
};

/// What tonight's data says of a problem.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Says {
    /// It is there.
    Fault,
    /// It is there no more.
    Solved(SolvedBy),
    /// Nothing.
    Nothing,
}

impl Says {
    fn of(examined: &Examined) -> Says {
        match examined.verdict {
            Verdict::Fault => Says::Fault,
            Verdict::Correct => Says::Solved(SolvedBy::FoundCorrect),
            // Where no document gives the rule any more, nobody looked: that solves nothing.
            Verdict::NotApplicable if examined.matter == Matter::NoRule => Says::Nothing,
            Verdict::NotApplicable => Says::Solved(SolvedBy::NothingDue),
            Verdict::CannotBeTold => Says::Nothing,
        }
    }
}

/// A problem that tonight found first.
pub(super) fn found(
    (mechanism, owner): (Mechanism, &str),
    examined: &Examined,
    as_of: NaiveDate,
    due: impl Fn(NaiveDate) -> Option<NaiveDate>,
) -> Problem {
    Problem {
        id: ProblemId::of(mechanism, &examined.subject, examined.year),
        mechanism,
        subject: examined.subject.clone(),
        year: examined.year,
        name: examined.name.clone(),
        categories: examined.categories,
        area: examined.area,
        town_code: examined.town_code.as_deref().map(str::to_owned),
        shown: shown(examined),
        owner: owner.to_owned(),
        state: ProblemState::Open,
        change: ProblemChange::New,
        first_seen: as_of,
        since: as_of,
        last_seen: as_of,
        due: due(as_of),
        reopened: 0,
        claim: None,
        dismissal: None,
        solution: None,
    }
}

/// A problem of the opening list whose subject tonight's audit looked at.
pub(super) fn seen(
    before: &Problem,
    examined: &Examined,
    tonight: &Tonight<'_>,
    due: impl Fn(NaiveDate) -> Option<NaiveDate>,
) -> Problem {
    let says = Says::of(examined);
    let mut problem = Problem {
        name: examined.name.clone().or_else(|| before.name.clone()),
        categories: examined.categories,
        area: examined.area.or(before.area),
        town_code: examined.town_code.as_deref().or(before.town_code.as_deref()).map(str::to_owned),
        ..before.clone()
    };
    if says == Says::Fault {
        problem.shown = shown(examined);
        problem.last_seen = tonight.as_of;
    }
    next(problem, says, Some(examined), tonight, due)
}

/// A problem of the opening list whose subject tonight's audit did not look at. Unless the person `has_left` the
/// register by what it shows, nothing is known.
pub(super) fn unseen(
    before: &Problem,
    has_left: bool,
    tonight: &Tonight<'_>,
    due: impl Fn(NaiveDate) -> Option<NaiveDate>,
) -> Problem {
    let says = if has_left { Says::Solved(SolvedBy::RegisterLeft) } else { Says::Nothing };
    next(before.clone(), says, None, tonight, due)
}

/// The states and what leads from one to the next.
fn next(
    before: Problem,
    says: Says,
    examined: Option<&Examined>,
    tonight: &Tonight<'_>,
    due: impl Fn(NaiveDate) -> Option<NaiveDate>,
) -> Problem {
    let mut problem = Problem { change: ProblemChange::Kept, ..before };
    let as_of = tonight.as_of;
    let was = problem.state;
    // What is solved or dismissed is answered no more.
    let answer = tonight.answers.get(&problem.id).filter(|_| was.stands());
    let said = answer.map(|answer| answer.handling);
    match said {
        Some(Handling::Solved) => problem.claim = answer.cloned(),
        Some(Handling::Dismissed) => problem.dismissal = answer.cloned(),
        None => {}
    }
    if was.stands() {
        problem.due = problem.due.or_else(|| due(problem.since));
    }
    let until = problem.dismissal.as_ref().and_then(|dismissal| dismissal.until);
    let holds = until.is_some_and(|until| as_of <= until);
    match (was, says) {
        (ProblemState::Solved, Says::Fault) => reopen(&mut problem, as_of, due),
        (ProblemState::Solved, _) => {}
        (_, Says::Solved(by)) => solve(&mut problem, as_of, by, examined),
        // Whatever the data says or does not: the office was given until then.
        (ProblemState::Dismissed, _) if !holds => reopen(&mut problem, as_of, due),
        (ProblemState::Dismissed, _) => {}
        _ if said == Some(Handling::Dismissed) && holds => {
            (problem.state, problem.change) = (ProblemState::Dismissed, ProblemChange::Dismissed);
        }
        // The data had a night's time to show what the office said. A wrong word buys no time.
        (ProblemState::Claimed, Says::Fault) => {
            age(&mut problem, as_of);
            problem.change = ProblemChange::Reopened;
            problem.reopened += 1;
        }
        // The word holds as long as the problem could have been open.
        (ProblemState::Claimed, _) if !is_late(&problem, as_of) => {}
        _ if said == Some(Handling::Solved) => {
            (problem.state, problem.change) = (ProblemState::Claimed, ProblemChange::Claimed);
        }
        _ => age(&mut problem, as_of),
    }
    problem
}

fn is_late(problem: &Problem, as_of: NaiveDate) -> bool {
    problem.due.is_some_and(|due| due < as_of)
}

/// Open or overdue, by the day by which it is to be solved.
fn age(problem: &mut Problem, as_of: NaiveDate) {
    problem.state = if is_late(problem, as_of) { ProblemState::Overdue } else { ProblemState::Open };
}

/// What was solved or dismissed is to be solved by a new day.
fn reopen(problem: &mut Problem, as_of: NaiveDate, due: impl Fn(NaiveDate) -> Option<NaiveDate>) {
    (problem.state, problem.change) = (ProblemState::Open, ProblemChange::Reopened);
    (problem.since, problem.due, problem.solution) = (as_of, due(as_of), None);
    problem.reopened += 1;
}

fn solve(problem: &mut Problem, on: NaiveDate, by: SolvedBy, examined: Option<&Examined>) {
    (problem.state, problem.change) = (ProblemState::Solved, ProblemChange::Solved);
    let (matter, detail) = examined.map(|examined| (examined.matter, examined.detail.clone())).unzip();
    problem.solution = Some(Solution { on, by, matter, detail });
}

fn shown(examined: &Examined) -> Shown {
    Shown {
        matter: examined.matter,
        found: examined.found,
        expected: examined.expected,
        detail: examined.detail.clone(),
        reference: examined.reference.as_deref().map(str::to_owned),
    }
}
