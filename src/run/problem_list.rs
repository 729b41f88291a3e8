//! Tonight's problem list: last night's, what the audits say, and what offices answered in between.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::path::Path;

use chrono::NaiveDate;

use super::answers::lacking_years;
use super::audit_rules::Rules;
use crate::error::Error;
use crate::job::Job;
use crate::model::{Audited, Handled, Mechanism, PersonId, Problem, ProblemId, ProblemList};
use crate::problems;
use crate::publish::{self, UsedReply};

/// What offices answered, as far as tonight is the first night to know of it.
pub(super) struct Answers {
    /// By problem, the newest.
    by_problem: BTreeMap<ProblemId, Handled>,
    /// Every reply that was ever given.
    pub(super) used: Vec<UsedReply>,
}

impl Answers {
    /// Those of every reply that the night of `as_of` uses and the one before it did not, whose list has them already.
    pub(super) fn since(published: &Path, as_of: NaiveDate, before: &[UsedReply]) -> Result<Answers, Error> {
        let kept = publish::problem_replies_until(published, as_of)?;
        let new = kept.iter().filter(|kept| !before.contains(&kept.used));
        let lines = new.flat_map(|kept| &kept.replies);
        let by_problem = lines.map(|line| (line.number.clone(), line.answer.clone())).collect();
        Ok(Answers { by_problem, used: kept.into_iter().map(|kept| kept.used).collect() })
    }
}

/// Tonight's problem list, and what somebody should look at: the years that the file of holidays lacks, and dismissals
/// that no night could heed.
pub(super) fn tonights_problems(
    job: &Job,
    rules: &Rules,
    (as_of, audits, left): (NaiveDate, &[Audited], &HashSet<PersonId>),
    opening: &[Problem],
    answers: &Answers,
) -> Result<(ProblemList, Vec<String>), Error> {
    let owners = job.problems.owners.iter().map(|(mechanism, owner)| (*mechanism, owner.name.as_str())).collect();
    let lacking = RefCell::new(BTreeSet::new());
    let due = |mechanism: Mechanism, day| {
        let days = job.problems.owners.get(&mechanism)?.days;
        let due = rules.workdays.after(day, days);
        due.map_err(|year| lacking.borrow_mut().insert(year)).ok()
    };
    let tonight = problems::Tonight { as_of, audits, owners: &owners, answers: &answers.by_problem, left };
    let list = problems::carry_forward(opening, &tonight, due)?;
    let without = "some problems have no day by which they are to be solved";
    let lacking = lacking_years(&rules.workdays, &lacking.into_inner(), without);
    Ok((list, lacking.into_iter().chain(ended(as_of, opening, answers)).collect()))
}

/// Says how many problems were dismissed until a day before tonight: too short for any night to heed.
fn ended(as_of: NaiveDate, opening: &[Problem], answers: &Answers) -> Option<String> {
    let answered = opening.iter().filter(|problem| problem.stands());
    let untils = answered.filter_map(|problem| answers.by_problem.get(&problem.id)?.until);
    let count = untils.filter(|until| *until < as_of).count();
    (count > 0).then(|| {
        format!(
            "problems: {count} dismissed by an office until a day before {as_of}, the first run since, go on standing; \
             the day has to reach to the next run"
        )
    })
}
