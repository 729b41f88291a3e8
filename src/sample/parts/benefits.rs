//! Benefits (查待遇): each layer paid too little and too much, and what looks odd and is right. Figures by hand; those
//! found and expected are of both layers together.

use super::{Plan, Stay};
use crate::model::{Matter, Mechanism, Verdict};
use crate::sample::calendar::Calendar;
use crate::sample::roll::Spell;

const BENEFITS: Mechanism = Mechanism::Benefits;

pub(super) fn plans(calendar: &Calendar) -> Vec<Plan> {
    let mut plans = critical_illness(calendar);
    plans.extend(assistance(calendar));
    plans.extend(odd(calendar));
    plans
}

/// Critical-illness insurance alone: nobody here is assisted. 20000 yuan remain: (20000 − 12000) × 60 % = 4800.
fn critical_illness(calendar: &Calendar) -> Vec<Plan> {
    let lifted = |case, stays| Plan::sound(case, "9", calendar).treated(stays);
    let right = |plan: Plan| plan.says(BENEFITS, Verdict::Correct, Matter::BenefitsRight);
    vec![
        lifted("critical_a_yuan_less", vec![Stay::leaving(20_000).critical(-100)])
            .fault(BENEFITS, Matter::Underpaid)
            .sums(479_900, 480_000),
        lifted("critical_two_fen_less", vec![Stay::leaving(20_000).critical(-2)])
            .fault(BENEFITS, Matter::Underpaid)
            .sums(479_998, 480_000),
        right(lifted("critical_a_fen_less", vec![Stay::leaving(20_000).critical(-1)])),
        right(lifted("critical_a_fen_more", vec![Stay::leaving(20_000).critical(1)])),
        lifted("critical_two_fen_more", vec![Stay::leaving(20_000).critical(2)])
            .fault(BENEFITS, Matter::Overpaid)
            .sums(480_002, 480_000),
        // 3000 × 60 % = 1800, then all of 9000 × 60 % = 5400, of which nothing was paid.
        lifted("deductible_twice", vec![Stay::leaving(15_000), Stay::leaving(9_000).critical(-540_000)])
            .fault(BENEFITS, Matter::Underpaid)
            .sums(180_000, 720_000),
        right(lifted("deductible_once", vec![Stay::leaving(15_000), Stay::leaving(9_000)])),
        // (400000 − 12000) × 60 % = 232800, of which 200000 are paid.
        right(lifted("at_the_cap", vec![Stay::leaving(400_000)])),
        lifted("beyond_the_cap", vec![Stay::leaving(400_000).critical(3_280_000)])
            .fault(BENEFITS, Matter::Overpaid)
            .sums(23_280_000, 20_000_000),
    ]
}

fn assistance(calendar: &Calendar) -> Vec<Plan> {
    let of = |case, code, stays| Plan::sound(case, code, calendar).treated(stays);
    // 120000: critical (120000 − 6000) × 65 % = 74100, assistance 45900. 20000 more: 13000, and 4100 of 7000.
    // Together 87100 and 50000.
    let to_the_limit = |off| vec![Stay::leaving(120_000), Stay::chronic(20_000).assistance(off)];
    vec![
        // 5000 × 70 % = 3500.
        of("assistance_too_little", "2", vec![Stay::leaving(5_000).assistance(-50_000)])
            .fault(BENEFITS, Matter::Underpaid)
            .sums(300_000, 350_000),
        // 20000: 14000 × 65 % = 9100, and 70 % of 10900 = 7630.
        of("basic_insurance_only", "2", vec![Stay::leaving(20_000).critical(-910_000).assistance(-763_000)])
            .fault(BENEFITS, Matter::Underpaid)
            .sums(0, 1_673_000),
        // 30000: 24000 × 65 % = 15600, and all of 14400.
        of("assistance_not_paid", "1", vec![Stay::leaving(30_000).assistance(-1_440_000)])
            .fault(BENEFITS, Matter::Underpaid)
            .sums(1_560_000, 3_000_000),
        // 5000 × 60 % = 3000, paid at 70 %.
        of("assistance_too_much", "4", vec![Stay::leaving(5_000).assistance(50_000)])
            .fault(BENEFITS, Matter::Overpaid)
            .sums(350_000, 300_000),
        of("assistance_for_none_due", "9", vec![Stay::leaving(5_000).assistance(350_000)])
            .fault(BENEFITS, Matter::Overpaid)
            .sums(350_000, 0),
        of("beyond_the_limit", "1", to_the_limit(290_000))
            .fault(BENEFITS, Matter::Overpaid)
            .sums(14_000_000, 13_710_000),
        of("limit_shared", "1", to_the_limit(0)).says(BENEFITS, Verdict::Correct, Matter::BenefitsRight),
        // 50000: critical 22800, assistance 16320 of 27200; 10880 remain, of which 880 × 50 % = 440.
        of("tilt_not_paid", "5", vec![Stay::leaving(50_000).assistance(-44_000)])
            .fault(BENEFITS, Matter::Underpaid)
            .sums(3_912_000, 3_956_000),
        of("tilt_paid", "5", vec![Stay::leaving(50_000)]).says(BENEFITS, Verdict::Correct, Matter::BenefitsRight),
    ]
}

/// Visits that do not say enough, and a category since June only.
fn odd(calendar: &Calendar) -> Vec<Plan> {
    let untold = |case, stay| {
        let plan = Plan::sound(case, "2", calendar).treated(vec![stay]);
        plan.says(BENEFITS, Verdict::CannotBeTold, Matter::NoData)
    };
    let mut plans = vec![
        untold("kind_of_visit_not_said", Stay::leaving(3_000).of_no_kind()),
        untold("stay_cannot_be_used", Stay::leaving(3_000).without_assistance()),
        untold("scope_not_said", Stay::leaving(3_000).without_scope()),
    ];
    if calendar.has(7) {
        // Ordinary in March: nothing below 12000. From June on 1000 beyond 6000 at 65 %, and 70 % of the rest.
        let spell = Spell { code: "2", begins: calendar.year_day(0, 6, 1), ends: None };
        let plan = Plan::sound("category_since_june", "9", calendar)
            .treated(vec![Stay::leaving(4_000).month(3), Stay::leaving(3_000).month(7)])
            .says(BENEFITS, Verdict::Correct, Matter::BenefitsRight)
            .says(Mechanism::Subsidy, Verdict::Correct, Matter::NoSubsidyDue);
        plans.push(Plan { identities: vec![spell], ..plan });
    }
    plans
}
