//! How warnings are answered: what was sent, what came back and what is overdue, as exact counts. Pure.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use crate::model::{Outcome, ResponseKey, Responses, Warning};

/// Counts the warnings that were sent to an office, by rule, office, area and township. The office is the one that
/// answered; while none has, the one that `with` knows it to be with. A warning that was cleared needs no answer any
/// more and is not overdue.
pub fn responses<'a>(
    ledger: &'a [Warning],
    as_of: NaiveDate,
    with: impl Fn(&'a Warning) -> Option<&'a str>,
) -> BTreeMap<ResponseKey, Responses> {
    let mut responses: BTreeMap<ResponseKey, Responses> = BTreeMap::new();
    for warning in ledger.iter().filter(|warning| warning.sent_on.is_some()) {
        let key = ResponseKey {
            rule: warning.standing.rule.clone(),
            office: answered_by(warning).or_else(|| with(warning)).map(str::to_owned),
            area_code: warning.standing.area.map(|area| area.to_string()),
            town_code: warning.standing.town_code.clone(),
        };
        responses.entry(key).or_default().add(one(warning, as_of));
    }
    responses
}

fn answered_by(warning: &Warning) -> Option<&str> {
    warning.answer.as_ref().map(|answer| answer.office.as_str())
}

fn one(warning: &Warning, as_of: NaiveDate) -> Responses {
    let outcome = warning.answer.as_ref().map(|answer| answer.outcome);
    let is = |outcomes: &[Outcome]| u64::from(outcome.is_some_and(|outcome| outcomes.contains(&outcome)));
    let late = warning.answer_due.is_some_and(|due| due < as_of);
    Responses {
        sent: 1,
        answered: u64::from(outcome.is_some()),
        confirmed: is(&[Outcome::Monitored, Outcome::Assisted, Outcome::AlreadyCovered]),
        not_confirmed: is(&[Outcome::NotConfirmed]),
        nobody_found: is(&[Outcome::NobodyFound]),
        other: is(&[Outcome::Other]),
        overdue: u64::from(outcome.is_none() && warning.stands() && late),
    }
}
