//! The problem list (问题清单): last night's problems and tonight's verdicts become tonight's problems. Pure: it knows
//! neither files nor the clock, nor how an audit came to its verdict.
//!
//! A problem is about one subject, one year and one audit. Only the data solves it; an office can say that it did
//! (claimed), or that nothing is to be done about it until a day (dismissed), and is believed no longer than the data
//! lets it.
//!
//! # What counts as what
//!
//! A problem *stands* while it is open, overdue or claimed. Of each audit,
//! `opening + new + reopened − solved − dismissed = closing`, where *opening* and *closing* are those that stand before
//! and after, *new* were never there, *reopened* did not stand and do again, *solved* and *dismissed* stood and do no
//! more. A problem that was claimed and that the data shows still has stood all the time: it is *reopened* in the
//! list, with the day by which it was to be solved all along, and *refuted* in the balance. A dismissed one that the
//! data shows solved did not stand either way, and enters no term.
//!
//! # Whom nobody looks at
//!
//! Somebody has left the register where the register itself shows it: it has the person still, and every identity has
//! ended. Then a problem that the audit looks at no more counts as solved, by `register_left`. Whoever is absent from
//! the register altogether may be missing from the delivery, and nothing is known. Nor is it where nobody could be
//! judged, or where the audit looks at another year: what was not paid last year is still owed. Of what nothing is
//! known stands until an office dismisses it, and ages: a claim holds until the day by which the problem was to be
//! solved, a dismissal until its own.
//!
//! # When the year turns
//!
//! Money (subsidies, benefits) is owed by the year: each year has a problem of its own. Enrolment and the five checks
//! are about how somebody stands on the day ([`Mechanism::is_of_the_day`]), so the verdict of a new year speaks for
//! what an earlier one left unsolved: it solves that, or shows it still, and then nothing is opened beside it. What was
//! solved in an earlier year stays solved; what is found again is a problem of the new year.

mod next;

use std::collections::{BTreeMap, HashMap, HashSet};

use chrono::{Datelike, NaiveDate};

use crate::error::Error;
use crate::model::{
    Audited, Examined, Handled, Mechanism, PersonId, Problem, ProblemBalance, ProblemChange, ProblemId, ProblemList,
    ProblemState, Subject, Verdict,
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
    /// Whom the register shows to have left: it has them, with identities that have all ended.
    pub left: &'a HashSet<PersonId>,
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
    let mut unseen: HashMap<&Subject, Vec<&Problem>> = HashMap::new();
    for before in opening.iter().filter(|before| before.mechanism == mechanism) {
        unseen.entry(&before.subject).or_default().push(before);
    }
    let mut problems = Vec::new();
    for examined in &audited.examined {
        let theirs = unseen.remove(&examined.subject).unwrap_or_default();
        let (seen, others): (Vec<_>, Vec<_>) =
            theirs.into_iter().partition(|before| speaks_for(mechanism, examined, before));
        if seen.is_empty() && examined.verdict == Verdict::Fault {
            problems.push((None, next::found((mechanism, owner), examined, tonight.as_of, due)));
        }
        problems.extend(seen.into_iter().map(|before| (Some(before), next::seen(before, examined, tonight, due))));
        if !others.is_empty() {
            unseen.insert(&examined.subject, others);
        }
    }
    let judged = || audited.examined.iter().filter(|examined| examined.verdict != Verdict::CannotBeTold);
    let years: HashSet<i32> = judged().map(|examined| examined.year).collect();
    for before in unseen.into_values().flatten() {
        let looked = years.contains(&before.year) || mechanism.is_of_the_day() && !years.is_empty();
        let has_left = looked && before.subject.person().is_some_and(|person| tonight.left.contains(person));
        problems.push((Some(before), next::unseen(before, has_left, tonight, due)));
    }
    // The job may name another office from one night to the next: it takes over what stands.
    for (_, problem) in problems.iter_mut().filter(|(_, problem)| problem.stands()) {
        owner.clone_into(&mut problem.owner);
    }
    problems
}

/// Whether what tonight says of a subject is about this problem of theirs.
fn speaks_for(mechanism: Mechanism, examined: &Examined, before: &Problem) -> bool {
    let unsolved_earlier = before.year < examined.year && before.state != ProblemState::Solved;
    before.year == examined.year || mechanism.is_of_the_day() && unsolved_earlier
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
        let subject = || a.subject.cmp(&b.subject).then(a.year.cmp(&b.year));
        a.mechanism.cmp(&b.mechanism).then_with(subject)
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
