//! Enrolment (应保尽保): every way in which somebody of the register may not be enrolled, or not as is meant.
//!
//! Nobody here is of a category whose premium is subsidised, unless the case is about it.

use chrono::Days;

use super::Plan;
use crate::model::{Matter, Mechanism, Verdict};
use crate::sample::calendar::Calendar;
use crate::sample::enrolments::Enrolment;

const COVERAGE: Mechanism = Mechanism::Coverage;
/// In another province.
const ELSEWHERE: u32 = 230_103;

pub(super) fn plans(calendar: &Calendar) -> Vec<Plan> {
    let lifted = |case| Plan::sound(case, "9", calendar);
    let resident = || Enrolment::resident(calendar.new_year(3));
    let unpaid = |plan: Plan| plan.paid(Vec::new());
    let ago = |days| calendar.days_ago(days);
    vec![
        unpaid(lifted("never_enrolled").enrolled(Vec::new())).fault(COVERAGE, Matter::NeverEnrolled),
        unpaid(lifted("lapsed").enrolled(vec![resident().until(calendar.new_year(0), "4")]))
            .fault(COVERAGE, Matter::Lapsed),
        lifted("suspended").enrolled(vec![resident().until(ago(60), "2")]).fault(COVERAGE, Matter::Suspended),
        lifted("employee_and_resident")
            .enrolled(vec![resident(), Enrolment::employee(calendar.new_year(1))])
            .fault(COVERAGE, Matter::EnrolledTwice),
        lifted("employee_then_resident")
            .enrolled(vec![
                Enrolment::employee(calendar.new_year(3)).until(calendar.new_year(1), "4"),
                Enrolment::resident(calendar.new_year(1)),
            ])
            .says(COVERAGE, Verdict::Correct, Matter::Enrolled),
        lifted("elsewhere")
            .enrolled(vec![Enrolment { area: Some(ELSEWHERE), ..resident() }])
            .fault(COVERAGE, Matter::EnrolledElsewhere),
        unpaid(Plan::sound("entitled_by_category", "2", calendar).enrolled(Vec::new()))
            .fault(COVERAGE, Matter::EntitledLate),
        unpaid(
            lifted("entitled_after_employment")
                .enrolled(vec![Enrolment::employee(calendar.new_year(3)).until(ago(40), "4")]),
        )
        .fault(COVERAGE, Matter::EntitledLate),
        newborn("newborn", 30, calendar).says(COVERAGE, Verdict::NotApplicable, Matter::Newborn),
        newborn("infant", 120, calendar).fault(COVERAGE, Matter::NeverEnrolled),
        unpaid(lifted("newly_registered").since(ago(5)).enrolled(Vec::new())).says(
            COVERAGE,
            Verdict::NotApplicable,
            Matter::NewlyRegistered,
        ),
        lifted("dead").enrolled(vec![resident().until(ago(100), "5")]).fault(COVERAGE, Matter::DeadOrMoved),
        lifted("moved").enrolled(vec![resident().until(ago(80), "6")]).fault(COVERAGE, Matter::DeadOrMoved),
    ]
}

/// Born so many days ago, of the register since ten days later, and not enrolled.
fn newborn(case: &'static str, days: i64, calendar: &Calendar) -> Plan {
    let born = calendar.days_ago(days);
    let plan = Plan::sound(case, "9", calendar).since(born + Days::new(10));
    Plan { born: Some(born), ..plan }.enrolled(Vec::new()).paid(Vec::new())
}
