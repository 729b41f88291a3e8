//! The problem list (问题清单): last night's problems and tonight's verdicts become tonight's problems. Pure: it knows
//! neither files nor the clock, nor how an audit came to its verdict.
//!
//! A problem is about one person, one year and one audit. Only the data solves it; an office can say that it did
//! (claimed), or that nothing is to be done about it until a day (dismissed), and is believed no longer than the data
//! lets it.
//!
//! # What counts as what
//!
//! A problem *stands* while it is open, overdue or claimed. Of each audit,
//! `opening + new + reopened − solved − dismissed = closing`, where *opening* and *closing* are those that stand before
//! and after, *new* were never there, *reopened* did not stand and do again, *solved* and *dismissed* stood and do no
//! more. A problem that goes from claimed to open has stood all the time: it is *reopened* in the list, and *refuted*
//! in the balance. A dismissed one that the data shows solved did not stand either way, and enters no term.
//!
//! # Whom nobody looks at
//!
//! Where an audit looks at a year, and no more at a person who had a problem in it, the register no longer has the
//! person: the problem counts as solved, by `register_left` and by no evidence. Where it looks at another year, as it
//! does from January on, or at nobody at all, nothing is known, and the problem stands as it stood until an office
//! dismisses it: what was not paid last year is still owed.

mod next;

use std::collections::{BTreeMap, HashMap, HashSet};

use chrono::{Datelike, NaiveDate};

use crate::error::Error;
use crate::model::{
    Audited, Handled, Mechanism, PersonId, Problem, ProblemBalance, ProblemChange, ProblemId, ProblemList,
    ProblemState, Verdict,
};

/// What a night brings to the list.
#[derive(Debug, Clone, Copy)]
pub struct Tonight<'a> {
    /// The night.
    pub as_of: NaiveDate,
    /// What its audits say. Problems of other audits stay as they are.
    pub audits: &'a [Audited],
    /// The office that owns the problems of each audit.
    pub owners: &'a BTreeMap<Mechanism, &'a str>,
    /// By problem, the newest answer that came in since the night before.
    pub answers: &'a BTreeMap<ProblemId, Handled>,
}

/// Carries the opening list over to tonight. `due` gives the day by which a problem of an audit is to be solved that
/// tonight found or reopened, counted from a day; `None` where the file of holidays lacks the year.
///
/// # Errors
/// [`Error::Internal`] when two problems have one number, and when the balance does not close.
pub fn carry_forward(
    opening: &[Problem],
    tonight: &Tonight<'_>,
    due: impl Fn(Mechanism, NaiveDate) -> Option<NaiveDate>,
) -> Result<ProblemList, Error> {
    let mut list = ProblemList::default();
    let tonights: HashSet<Mechanism> = tonight.audits.iter().map(|audited| audited.mechanism).collect();
    list.problems.extend(opening.iter().filter(|before| !tonights.contains(&before.mechanism)).cloned());
    for audited in tonight.audits {
        let mut balance = ProblemBalance::default();
        for (before, problem) in of_one_audit(opening, audited, tonight, &due) {
            enter(&mut balance, before, &problem);
            if !is_past(&problem, tonight.as_of) {
                list.problems.push(problem);
            }
        }
        list.balance.insert(audited.mechanism, balance);
    }
    finished(list)
}

/// Tonight's problems of one audit, each with what it was before.
fn of_one_audit<'a>(
    opening: &'a [Problem],
    audited: &Audited,
    tonight: &Tonight<'_>,
    due: impl Fn(Mechanism, NaiveDate) -> Option<NaiveDate>,
) -> Vec<(Option<&'a Problem>, Problem)> {
    let mechanism = audited.mechanism;
    let due = |since| due(mechanism, since);
    let owner = tonight.owners.get(&mechanism).copied().unwrap_or_default();
    let own = opening.iter().filter(|before| before.mechanism == mechanism);
    let mut left: HashMap<(&PersonId, i32), &Problem> =
        own.map(|before| ((&before.person, before.year), before)).collect();
    let mut problems = Vec::new();
    for examined in &audited.examined {
        match left.remove(&(&examined.person, examined.year)) {
            Some(before) => problems.push((Some(before), next::seen(before, examined, tonight, due))),
            None if examined.verdict == Verdict::Fault => {
                problems.push((None, next::found((mechanism, owner), examined, tonight.as_of, due)));
            }
            None => {}
        }
    }
    let years: HashSet<i32> = audited.examined.iter().map(|examined| examined.year).collect();
    for before in left.into_values() {
        problems.push((Some(before), next::unseen(before, years.contains(&before.year), tonight, due)));
    }
    // The job may name another office from one night to the next: it takes over what stands.
    for (_, problem) in problems.iter_mut().filter(|(_, problem)| problem.stands()) {
        owner.clone_into(&mut problem.owner);
    }
    problems
}

/// Whether a problem is left out of the list for good: solved on an earlier night, of a year before the last.
fn is_past(problem: &Problem, as_of: NaiveDate) -> bool {
    let long_solved = problem.state == ProblemState::Solved && problem.change == ProblemChange::Kept;
    long_solved && problem.year < as_of.year() - 1
}

/// Enters tonight's problem into the balance.
fn enter(balance: &mut ProblemBalance, before: Option<&Problem>, problem: &Problem) {
    *balance.by_state.entry(problem.state).or_default() += 1;
    let stood = before.is_some_and(Problem::stands);
    balance.opening += u64::from(stood);
    match (before, stood, problem.stands()) {
        (None, ..) => balance.new += 1,
        (Some(_), false, true) => balance.reopened += 1,
        (Some(_), true, true) => balance.refuted += u64::from(problem.change == ProblemChange::Reopened),
        (Some(_), true, false) if problem.state == ProblemState::Dismissed => balance.dismissed += 1,
        (Some(_), true, false) => balance.solved += 1,
        (Some(_), false, false) => {}
    }
    if let Some(solution) = problem.solution.as_ref().filter(|_| problem.change == ProblemChange::Solved) {
        *balance.by_solution.entry(solution.by).or_default() += 1;
    }
}

fn finished(mut list: ProblemList) -> Result<ProblemList, Error> {
    list.problems.sort_by(|a, b| {
        let person = || a.person.cmp(&b.person).then(a.year.cmp(&b.year));
        a.mechanism.cmp(&b.mechanism).then_with(person)
    });
    let numbers: HashSet<&ProblemId> = list.problems.iter().map(|problem| &problem.id).collect();
    if numbers.len() != list.problems.len() {
        return Err(Error::Internal("two problems of the list have one number".to_owned()));
    }
    for (mechanism, balance) in &mut list.balance {
        let standing = |problem: &&Problem| problem.mechanism == *mechanism && problem.stands();
        balance.closing = list.problems.iter().filter(standing).count() as u64;
        if !balance.closes() {
            return Err(Error::Internal(format!("the problems of {} do not close: {balance:?}", mechanism.name())));
        }
    }
    Ok(list)
}
