//! The ledger (台账): last night's warnings and tonight's findings become tonight's warnings, and what changed. Pure: it
//! knows neither files nor the clock, nor how a finding came about.
//!
//! A warning is about one person's burden of one kind in one policy year; its rule is the one that applies tonight. So
//! the ledger has one row at most for a person, rule and policy year.

mod clearing;

use std::cmp::Ordering;
use std::collections::{BTreeMap, HashMap};

use chrono::NaiveDate;
use rust_decimal::Decimal;

use crate::assess::Facts;
use crate::error::Error;
use crate::model::{
    Answer, Clearing, Fen, Finding, Ledger, Movement, Place, Standing, State, Warning, WarningId, compared,
};

/// What a night brings to the ledger.
#[derive(Debug, Clone, Copy)]
pub struct Tonight<'a> {
    /// The night.
    pub as_of: NaiveDate,
    /// Its policy year.
    pub year: i32,
    /// Percentages of the threshold, rising: a burden that reaches a higher one raises its warning.
    pub bands: &'a [Decimal],
    /// What was found: at most one finding for a person and burden.
    pub findings: &'a [Finding],
    /// By warning, every answer that an office gave, the newest last.
    pub answers: &'a BTreeMap<WarningId, Vec<Answer>>,
}

/// Carries the opening ledger over to tonight. `facts` is asked about each warning of the policy year that stood and of
/// which nothing was found.
///
/// # Errors
/// [`Error::Internal`] when two people share a number, and when the balance does not close.
pub fn carry_forward(
    opening: &[Warning],
    tonight: &Tonight<'_>,
    facts: impl Fn(&Warning) -> Facts,
) -> Result<Ledger, Error> {
    let mut known: HashMap<&WarningId, &Warning> = opening.iter().map(|warning| (&warning.id, warning)).collect();
    let mut ledger = Ledger::default();
    ledger.balance.opening = opening.iter().filter(|warning| warning.stands()).count() as u64;
    for finding in tonight.findings {
        let id = WarningId::of(&finding.person, finding.tests, tonight.year);
        let before = known.remove(&id);
        if before.is_some_and(|before| before.person != finding.person) {
            return Err(two_share_a_number());
        }
        let warning = found(id, before, finding, tonight)?;
        enter(&mut ledger, before, warning, None);
    }
    for before in known.into_values() {
        if before.stands() {
            let facts = (before.year == tonight.year).then(|| facts(before));
            enter(&mut ledger, Some(before), cleared(before, facts.as_ref(), tonight), facts.as_ref());
        } else if before.year >= tonight.year - 1 {
            ledger.warnings.push(before.clone());
        }
    }
    ledger.warnings.iter_mut().for_each(|warning| take_answer(warning, tonight.answers));
    finished(ledger)
}

fn two_share_a_number() -> Error {
    Error::Internal("two warnings of the ledger have one number".to_owned())
}

/// The warning of a finding.
fn found(id: WarningId, before: Option<&Warning>, finding: &Finding, tonight: &Tonight<'_>) -> Result<Warning, Error> {
    let standing = standing(finding, tonight.bands)?;
    let Some(before) = before else {
        return Ok(opened(id, finding, standing, tonight));
    };
    let state = match before.stands() {
        true => risen_or_fallen(&before.standing, &standing),
        false => State::Reopened,
    };
    Ok(Warning {
        name: finding.name.clone().or_else(|| before.name.clone()),
        state,
        clearing: None,
        since: if state == State::Reopened { tonight.as_of } else { before.since },
        last_seen: tonight.as_of,
        cleared_on: None,
        first_exceeded_on: finding.first_exceeded_on.or(before.first_exceeded_on),
        previous_burden: before.standing.burden_tested,
        standing,
        ..before.clone()
    })
}

fn opened(id: WarningId, finding: &Finding, standing: Standing, tonight: &Tonight<'_>) -> Warning {
    Warning {
        id,
        person: finding.person.clone(),
        name: finding.name.clone(),
        year: tonight.year,
        tests: finding.tests,
        state: State::Opened,
        clearing: None,
        first_seen: tonight.as_of,
        since: tonight.as_of,
        last_seen: tonight.as_of,
        cleared_on: None,
        first_exceeded_on: finding.first_exceeded_on,
        opened_burden: standing.burden_tested,
        opened_threshold: standing.threshold,
        previous_burden: standing.burden_tested,
        standing,
        sent_on: None,
        answer_due: None,
        answer: None,
    }
}

/// What became of a warning that stood and stands.
fn risen_or_fallen(was: &Standing, is: &Standing) -> State {
    match compared((&is.rule, is.threshold, is.band), (&was.rule, was.threshold, was.band)) {
        Ordering::Greater => State::Raised,
        Ordering::Equal => State::Continued,
        Ordering::Less => State::Lowered,
    }
}

fn standing(finding: &Finding, bands: &[Decimal]) -> Result<Standing, Error> {
    let burden_tested = finding.burden_tested();
    Ok(Standing {
        rule: finding.rule.clone(),
        rule_reference: finding.rule_reference.clone(),
        category: finding.category,
        categories: finding.categories,
        area: finding.area,
        town_code: finding.town_code.clone(),
        burden: finding.burden,
        burden_tested,
        income: finding.income,
        percent: finding.percent,
        threshold: finding.threshold,
        band: band(burden_tested, finding.threshold, bands)?,
    })
}

/// How many bands a burden has reached: it is at least (达到) so many percent of the threshold.
fn band(burden: Fen, threshold: Decimal, bands: &[Decimal]) -> Result<u32, Error> {
    let mut reached = 0;
    for band in bands {
        // The burden in fen is a hundred times the burden in yuan, as the band is a hundred times the share.
        let line =
            threshold.checked_mul(*band).ok_or_else(|| Error::Internal("a band leaves the decimals".to_owned()))?;
        reached += u32::from(Decimal::from(burden.0) >= line);
    }
    Ok(reached)
}

/// A warning that stood and of which nothing was found.
fn cleared(before: &Warning, facts: Option<&Facts>, tonight: &Tonight<'_>) -> Warning {
    Warning {
        state: State::Cleared,
        clearing: Some(facts.map_or(Clearing::YearEnded, |facts| clearing::reason(before, facts))),
        cleared_on: Some(tonight.as_of),
        previous_burden: before.standing.burden_tested,
        ..before.clone()
    }
}

/// Sets the newest answer, with what stays of those before it. Of a warning that was cleared in between, what was
/// answered before counts only while it leaves the person monitored; else it is to be sent again.
fn take_answer(warning: &mut Warning, answers: &BTreeMap<WarningId, Vec<Answer>>) {
    let reopened = warning.since > warning.first_seen;
    let counts = |answer: &Answer| !reopened || answer.on >= warning.since || answer.monitored;
    let next = |before: Option<Answer>, answer: &Answer| Some(answer.clone().after(before.as_ref())).filter(counts);
    warning.answer = match answers.get(&warning.id) {
        Some(answers) => answers.iter().fold(None, next),
        None => warning.answer.take().filter(counts),
    };
    let monitored = warning.answer.as_ref().is_some_and(|answer| answer.monitored);
    if warning.state == State::Reopened && !monitored {
        (warning.sent_on, warning.answer_due) = (None, None);
    }
}

fn enter(ledger: &mut Ledger, before: Option<&Warning>, warning: Warning, facts: Option<&Facts>) {
    let (state, balance) = (warning.state, &mut ledger.balance);
    *balance.by_rule.entry(warning.standing.rule.clone()).or_default().entry(state).or_default() += 1;
    match state {
        State::Opened => balance.opened += 1,
        State::Reopened => balance.reopened += 1,
        State::Cleared => balance.cleared += 1,
        State::Continued | State::Raised | State::Lowered => {}
    }
    if let Some(clearing) = warning.clearing {
        *balance.by_clearing.entry(clearing).or_default() += 1;
    }
    if state != State::Continued {
        ledger.movements.push(movement(before, &warning, facts));
    }
    ledger.warnings.push(warning);
}

fn finished(mut ledger: Ledger) -> Result<Ledger, Error> {
    ledger.warnings.sort_by(|a, b| a.id.cmp(&b.id));
    ledger.movements.sort_by(|a, b| a.id.cmp(&b.id));
    if ledger.warnings.windows(2).any(|pair| pair[0].id == pair[1].id) {
        return Err(two_share_a_number());
    }
    ledger.balance.closing = ledger.warnings.iter().filter(|warning| warning.stands()).count() as u64;
    match ledger.balance.closes() {
        true => Ok(ledger),
        false => Err(Error::Internal(format!("the ledger does not close: {:?}", ledger.balance))),
    }
}

fn movement(before: Option<&Warning>, warning: &Warning, facts: Option<&Facts>) -> Movement {
    let (was, is) = (before.map(|before| &before.standing), &warning.standing);
    let stands = warning.stands();
    let applied = facts.and_then(|facts| facts.applied.clone());
    let tested = |facts: &Facts| facts.burden?.of(warning.tests, &facts.payers);
    Movement {
        id: warning.id.clone(),
        person: warning.person.clone(),
        year: warning.year,
        tests: warning.tests,
        state_before: before.map(|before| before.state),
        state: warning.state,
        clearing: warning.clearing,
        before: was.map(|was| Place {
            rule: was.rule.clone(),
            burden: was.burden_tested,
            threshold: was.threshold,
            band: was.band,
        }),
        rule: if stands { Some(is.rule.clone()) } else { applied.as_ref().map(|(rule, _)| rule.clone()) },
        burden: if stands { Some(is.burden_tested) } else { facts.and_then(tested) },
        threshold: if stands { Some(is.threshold) } else { applied.and_then(|(_, threshold)| threshold) },
        band: stands.then_some(is.band),
    }
}
