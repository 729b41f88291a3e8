//! Shows the rules of a policy file in force on a day, with their citations, and runs the cases beside them.

mod benefits;
mod cards;
mod conduct;
mod fund;
mod out_of_catalogue;
mod words;

use std::fmt::Write as _;
use std::path::Path;

use chrono::{Datelike, NaiveDate};

use self::words::{cited, end, whom};
use crate::assess::{self, Subject};
use crate::delivery::{Incomes, Person};
use crate::error::Error;
use crate::model::{Fault, PersonId};
use crate::policy::{Case, ExpectedFinding, InForce, Pattern, Policy, Subsidy};

/// The rules in force on `as_of` and the outcome of every case, as text; then what holds for its year beside them.
///
/// # Errors
/// A faulty policy file, one without any rule, a day that it does not cover, and every case whose finding is not the
/// one expected.
pub fn policy(path: &Path, as_of: NaiveDate) -> Result<String, Error> {
    let policy = Policy::load(path)?;
    let mut faults = Vec::new();
    for case in &policy.cases {
        let found = policy.in_force_on(case.day).and_then(|rules| Ok(run(case, &rules)?));
        match found {
            Ok(()) => {}
            Err(Error::Refused(wrong)) => faults.extend(wrong),
            Err(other) => return Err(other),
        }
    }
    if !faults.is_empty() {
        return Err(Error::Refused(faults));
    }
    let mut text = match policy.in_force_on(as_of) {
        Ok(rules) => rules_in_words(&rules) + &format!("\n{} cases, all as expected\n", policy.cases.len()),
        Err(_) if policy.rules.is_empty() && asks_for_audits(&policy) => without_warnings(&policy, as_of),
        Err(refused) => return Err(refused),
    };
    text += &enrolment_in_words(&policy, as_of);
    text += &subsidies_in_words(&policy, as_of.year());
    text += &benefits::in_words(&policy, as_of);
    text += &five_questions_in_words(&policy, as_of);
    text += &out_of_catalogue::in_words(&policy, as_of);
    text += &conduct::in_words(&policy, as_of);
    text += &cards::in_words(&policy, as_of);
    text += &fund::in_words(&policy, as_of);
    let beside = policy.subsidies_to_review(as_of.year(), as_of).into_iter().chain(policy.benefits_to_review(as_of));
    let beside = beside.chain(policy.five_questions_to_review(as_of)).chain(policy.out_of_catalogue_to_review(as_of));
    let beside = beside.chain(policy.card_review_to_review(as_of));
    let beside = beside.chain(Pattern::NAMES.into_iter().filter_map(|name| policy.conduct_to_review(name, as_of)));
    let beside = beside.chain(policy.funds_to_review(as_of));
    for warning in policy.needs_review(as_of).into_iter().chain(policy.enrolment_to_review(as_of)).chain(beside) {
        let _ = writeln!(text, "warning: {warning}");
    }
    Ok(text)
}

/// Assesses the person of a case and compares.
fn run(case: &Case, rules: &InForce) -> Result<(), Fault> {
    let place = format!("{} line {}", rules.path.display(), case.line);
    let incomes = case.incomes.iter().map(|income| (income.series.name(), income.area, income.year, income.amount));
    let person = Person { categories: case.categories, area: Some(case.area), ..Person::default() };
    let id = PersonId::other("case").ok_or_else(|| Fault::config(&place, "a case needs somebody to be about"))?;
    let subject = Subject { id: &id, person: &person, area: person.area, burden: &case.sums };
    let found = assess::person(rules, &Incomes::of(incomes), &subject).map_err(|area| {
        let year = rules.window().year() - 1;
        let message = format!("case {:?} has no income for {area} in {year}; add it to `incomes`", case.title);
        Fault::config(&place, message)
    })?;
    let found: Vec<ExpectedFinding> = found
        .into_iter()
        .map(|finding| ExpectedFinding {
            burden: finding.burden_tested(),
            rule: finding.rule,
            threshold: finding.threshold.normalize(),
        })
        .collect();
    let expected: Vec<ExpectedFinding> = case
        .findings
        .iter()
        .map(|one| ExpectedFinding { threshold: one.threshold.normalize(), ..one.clone() })
        .collect();
    if found == expected {
        return Ok(());
    }
    let message = format!("case {:?}: found {}, expected {}", case.title, in_words(&found), in_words(&expected));
    Err(Fault::config(place, message))
}

fn in_words(findings: &[ExpectedFinding]) -> String {
    let one = |finding: &ExpectedFinding| {
        format!("{} with burden {} and threshold {}", finding.rule, finding.burden, finding.threshold)
    };
    match findings {
        [] => "none".to_owned(),
        some => some.iter().map(one).collect::<Vec<_>>().join(", "),
    }
}

fn rules_in_words(policy: &InForce) -> String {
    let mut text = format!("{} ({}), rules in force on {}\n", policy.place, policy.area, policy.as_of);
    for rule in &policy.rules {
        let _ = write!(
            text,
            "\n{} {}\n  whom       {}\n  condition  {} {} {}\n  reference  {}\n  in force   from {}, {}, reviewed {}\n",
            rule.id,
            rule.title,
            whom(rule.categories),
            rule.tests.name(),
            rule.comparison.term(),
            rule.measure,
            rule.reference,
            rule.from,
            end(rule.until),
            rule.reviewed,
        );
    }
    text
}

/// Whether the file holds rules of another sort than warnings.
fn asks_for_audits(policy: &Policy) -> bool {
    !policy.subsidies.is_empty()
        || !policy.enrolments.is_empty()
        || policy.benefits.is_some()
        || !policy.five_questions.is_empty()
        || !policy.card_reviews.is_empty()
        || !policy.out_of_catalogue.is_empty()
        || !policy.conduct.is_empty()
        || !policy.funds.is_empty()
}

fn without_warnings(policy: &Policy, as_of: NaiveDate) -> String {
    format!("{} ({}), rules in force on {as_of}\n\nno warning rule\n", policy.place, policy.area)
}

/// What is asked of enrolment on the day, where the file says anything of it.
fn enrolment_in_words(policy: &Policy, as_of: NaiveDate) -> String {
    let Some(rule) = policy.enrolment_on(as_of) else { return String::new() };
    let window = rule.window.and_then(|window| {
        let (first, last) = (window.first_for(as_of.year())?, window.last_for(as_of.year())?);
        Some(format!("\n  window     {first} to {last}, for {}", as_of.year()))
    });
    let newborn = rule.newborn_days.map(|days| format!("\n  new-born   within {days} days of birth"));
    let employee =
        rule.after_employee.map(|term| format!("\n  no waiting within {term} of leaving employee insurance"));
    let never = (!rule.without_waiting.is_empty()).then(|| format!("\n  no waiting {}", whom(rule.without_waiting)));
    let given: String = [window, newborn, employee, never].into_iter().flatten().collect();
    format!("\nenrolment (应保尽保){given}\n{}", cited(&rule.cited))
}

/// The subsidies of the year's premium, where the file holds any.
fn subsidies_in_words(policy: &Policy, year: i32) -> String {
    let mut text = String::new();
    if policy.subsidies.is_empty() {
        return text;
    }
    let _ = writeln!(text, "\nenrolment subsidy (资助参保), premium of {year}");
    let of_the_year: Vec<&Subsidy> = policy.subsidies_for(year).collect();
    if of_the_year.is_empty() {
        text += "  none in force\n";
    }
    for subsidy in of_the_year {
        let months = subsidy.months_from_recognition.map(|months| format!(", for {months} months from recognition"));
        let _ = write!(
            text,
            "\n  whom       {}\n  subsidy    {}{}\n{}",
            whom(subsidy.categories),
            subsidy.measure,
            months.unwrap_or_default(),
            cited(&subsidy.cited),
        );
    }
    text
}

/// The order to ask the five questions on the day, where the file holds one.
fn five_questions_in_words(policy: &Policy, as_of: NaiveDate) -> String {
    let Some(rule) = policy.five_questions_on(as_of) else { return String::new() };
    format!("\nfive checks (五查)\n{}", cited(rule))
}
