//! The five checks (五查): people whom nobody told, or who were paid afterwards; and what the checks say of those whom
//! something else was planted about.

use chrono::Days;

use super::{Plan, Stay};
use crate::model::{Matter, Mechanism, Verdict};
use crate::sample::calendar::Calendar;

pub(super) fn plans(calendar: &Calendar) -> Vec<Plan> {
    let told = |case, outreach| {
        let plan = Plan { outreach, ..Plan::sound(case, "2", calendar) };
        plan.fault(Mechanism::FiveChecks, Matter::SomeOfFive)
    };
    // 5000 × 70 % = 3500, which was paid in a settlement of its own.
    let afterwards = vec![Stay::leaving(5_000).assistance(-350_000), Stay::leaving(0).assistance(350_000)];
    vec![
        told("never_told", None),
        told("told_last_year", Some(calendar.new_year(0) - Days::new(1))),
        Plan::sound("paid_afterwards", "2", calendar)
            .treated(afterwards)
            .says(Mechanism::Benefits, Verdict::Correct, Matter::BenefitsRight)
            .fault(Mechanism::FiveChecks, Matter::SomeOfFive),
    ]
}

/// Adds what the five checks say of somebody in the register on the day, where something else was planted: a question
/// that is answered with no is a fault, and one that cannot be answered leaves the person untold.
pub(super) fn complete(plan: Plan, calendar: &Calendar) -> Plan {
    let in_force = plan.identities.iter().any(|spell| spell.holds_on(calendar.as_of));
    if !in_force || plan.expected.iter().any(|one| one.mechanism == Mechanism::FiveChecks) {
        return plan;
    }
    let answers: Vec<Option<bool>> = plan.expected.iter().map(|one| answer(one.matter, one.found)).collect();
    if answers.contains(&Some(false)) {
        plan.fault(Mechanism::FiveChecks, Matter::SomeOfFive)
    } else if answers.contains(&None) {
        plan.says(Mechanism::FiveChecks, Verdict::CannotBeTold, Matter::NoData)
    } else {
        plan
    }
}

/// Whether a matter lets its question be answered with yes; `None` where nobody can tell. More than was due is paid all
/// the same, and of somebody who is enrolled elsewhere proof is wanted first.
fn answer(matter: Matter, found: Option<i64>) -> Option<bool> {
    match matter {
        Matter::NeverEnrolled | Matter::Lapsed | Matter::Suspended | Matter::EntitledLate => Some(false),
        Matter::SubsidyTooLittle | Matter::SubsidyNotEnrolled | Matter::Underpaid => Some(false),
        Matter::PremiumNotPaid => Some(found.is_some_and(|fen| fen > 0)),
        Matter::EnrolledElsewhere | Matter::NoData => None,
        _ => Some(true),
    }
}
