//! Subsidies (资助参保): a fen too little and a fen too much, at both ends of a band, twice, for nobody enrolled.

use chrono::Datelike;

use super::Plan;
use crate::model::{Matter, Mechanism, Verdict};
use crate::sample::calendar::Calendar;
use crate::sample::enrolments::Enrolment;
use crate::sample::premiums::Premium;

const SUBSIDY: Mechanism = Mechanism::Subsidy;

pub(super) fn plans(calendar: &Calendar) -> Vec<Plan> {
    let mut plans = differences(calendar);
    plans.extend(times(calendar));
    plans.extend(without(calendar));
    plans
}

/// Amounts that are off, and those beside them that are right.
fn differences(calendar: &Calendar) -> Vec<Plan> {
    let cases: [(&str, &str, i64, (i64, i64)); 13] = [
        ("fixed_180_paid_179", "4", 17_900, (18_000, 18_000)),
        ("fixed_180_paid_181", "4", 18_100, (18_000, 18_000)),
        ("fixed_180_a_fen_less", "5", 17_999, (18_000, 18_000)),
        ("fixed_180_a_fen_more", "5", 18_001, (18_000, 18_000)),
        ("fixed_180", "5", 18_000, (18_000, 18_000)),
        ("fixed_200_a_fen_less", "2", 19_999, (20_000, 20_000)),
        ("fixed_200_nothing_paid", "3", 0, (20_000, 20_000)),
        ("full_a_fen_less", "1", 39_999, (40_000, 40_000)),
        ("band_lower_edge", "6", 32_000, (32_000, 36_000)),
        ("band_upper_edge", "6", 36_000, (32_000, 36_000)),
        ("band_a_fen_below", "6", 31_999, (32_000, 36_000)),
        ("band_a_fen_above", "6", 36_001, (32_000, 36_000)),
        ("lifted_and_paid", "9", 20_000, (0, 0)),
    ];
    let plan = |(case, code, paid, due): (&'static str, &'static str, i64, (i64, i64))| {
        judged(Plan::sound(case, code, calendar).paid(vec![Premium::of(calendar, paid)]), paid, due)
    };
    cases.into_iter().map(plan).collect()
}

/// What an audit says of an amount that was paid, where one between two others is due.
fn judged(plan: Plan, paid: i64, (least, most): (i64, i64)) -> Plan {
    if paid < least {
        plan.fault(SUBSIDY, Matter::SubsidyTooLittle).sums(paid, least)
    } else if paid > most {
        plan.fault(SUBSIDY, Matter::SubsidyTooMuch).sums(paid, most)
    } else {
        plan.says(SUBSIDY, Verdict::Correct, Matter::SubsidyRight)
    }
}

/// A limited time that is over and one that is not, and people recognised after the window.
fn times(calendar: &Calendar) -> Vec<Plan> {
    let mut plans = vec![
        judged(
            Plan::sound("limited_time_over", "4", calendar)
                .since(calendar.year_day(5, 7, 1))
                .paid(vec![Premium::of(calendar, 18_000)]),
            18_000,
            (0, 0),
        ),
        judged(
            Plan::sound("limited_time_runs", "5", calendar).since(calendar.year_day(3, 7, 1)),
            18_000,
            (18_000, 18_000),
        ),
    ];
    let recognised = calendar.days_ago(40);
    if recognised.year() == calendar.year() {
        let premium = Premium { paid_on: calendar.days_ago(30), ..Premium::of(calendar, 20_000) };
        let plan = Plan::sound("recognised_late", "2", calendar).since(recognised).paid(vec![premium]);
        plans.push(judged(plan.enrolled(vec![Enrolment::resident(calendar.days_ago(30))]), 20_000, (20_000, 20_000)));
    }
    plans
}

/// Paid twice, paid for nobody enrolled, enrolled with nothing of their own paid, and people of a category that no
/// mapping names.
fn without(calendar: &Calendar) -> Vec<Plan> {
    let again = |paid_on| Premium { paid_on, ..Premium::of(calendar, 20_000) };
    let twice = vec![again(calendar.year_day(1, 10, 15)), again(calendar.year_day(1, 11, 20))];
    let mut plans = vec![
        Plan::sound("paid_twice", "2", calendar).paid(twice).fault(SUBSIDY, Matter::SubsidyTwice).sums(40_000, 20_000),
        Plan::sound("no_premium", "2", calendar)
            .paid(Vec::new())
            .fault(SUBSIDY, Matter::PremiumNotPaid)
            .sums(0, 20_000),
        // Of a premium of 400 yuan, 200 are the person's own; all of it was paid for them.
        Plan::sound("own_part_not_paid", "2", calendar)
            .paid(vec![Premium::of(calendar, 40_000)])
            .fault(SUBSIDY, Matter::PremiumNotPaid)
            .sums(40_000, 20_000),
    ];
    for (case, code) in [("unknown_category", "77"), ("another_unknown_category", "88")] {
        plans.push(Plan::sound(case, code, calendar).says(SUBSIDY, Verdict::CannotBeTold, Matter::NoData));
    }
    // Left the register in this year, so that only the subsidy is looked at.
    let left = calendar.days_ago(10);
    if left.year() == calendar.year() && left.ordinal() > 1 {
        let plan = Plan::sound("paid_and_not_enrolled", "2", calendar).until(left).enrolled(Vec::new());
        plans.push(plan.fault(SUBSIDY, Matter::SubsidyNotEnrolled).sums(20_000, 0));
    }
    plans
}
