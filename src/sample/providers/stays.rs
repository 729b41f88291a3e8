//! How institutions treat people (诊疗行为): split, repeated, and short stays, what is settled during them, and beside
//! each what looks like it and is none.

use super::{Bout, Case, Who};
use crate::model::{Matter, Mechanism, Verdict};
use crate::sample::calendar::Calendar;
use crate::sample::institutions::LEVELS;
use crate::sample::settlement::Kind;

pub(super) fn cases(calendar: &Calendar) -> Vec<Case> {
    let mut cases = split();
    cases.extend(repeated(calendar));
    cases.extend(during());
    cases.extend(short());
    cases
}

fn case(name: &'static str, mechanism: Mechanism, verdict: Verdict, bouts: Vec<Bout>) -> Case {
    let found = match mechanism {
        Mechanism::SplitStays => Matter::SplitStays,
        Mechanism::RepeatedStays => Matter::RepeatedStays,
        Mechanism::PaidDuringStay => Matter::PaidDuringStay,
        _ => Matter::ShortStays,
    };
    let matter = if verdict == Verdict::Fault { found } else { Matter::NothingToReview };
    Case::of(name, LEVELS[1], bouts).says(mechanism, verdict, matter)
}

/// Discharged 50 days ago and admitted again for the same disease, up to ten days later.
fn split() -> Vec<Case> {
    let first = Bout::stay(56, 50);
    let of = |name, verdict, bouts| case(name, Mechanism::SplitStays, verdict, bouts);
    vec![
        of("split_ten_days_later", Verdict::Fault, vec![first, Bout::stay(40, 35)]),
        of("split_on_the_day_of_discharge", Verdict::Fault, vec![first, Bout::stay(50, 45)]),
        of("again_eleven_days_later", Verdict::Correct, vec![first, Bout::stay(39, 35)]),
        of("again_for_another_disease", Verdict::Correct, vec![first, Bout::stay(47, 42).disease("S72")]),
        of("again_elsewhere", Verdict::Correct, vec![first, Bout::stay(49, 42).elsewhere()]),
        of("somebody_else_soon_after", Verdict::Correct, vec![first, Bout::stay(48, 42).by(Who::Other(1))]),
        of("again_and_reversed", Verdict::Correct, vec![first, Bout::stay(46, 41).reversed()]),
        // Settled three times, on the same days on which a new stay would be a split one.
        of(
            "interim_settlements",
            Verdict::Correct,
            vec![Bout::stay(56, 50).of_visit(1), Bout::stay(50, 46).of_visit(1), Bout::stay(46, 40).of_visit(1)],
        ),
    ]
}

/// Stays too far apart to be split ones.
fn apart(count: i64) -> Vec<Bout> {
    (0..count).map(|index| Bout::stay(6 + 16 * index, 3 + 16 * index)).collect()
}

/// Five stays of one person in the calendar year.
fn repeated(calendar: &Calendar) -> Vec<Case> {
    let of = |name, verdict, bouts| case(name, Mechanism::RepeatedStays, verdict, bouts);
    let mut interim = apart(4);
    interim[1] = interim[1].of_visit(1);
    interim.push(Bout::stay(19, 18).of_visit(1));
    let mut two_places = apart(5);
    two_places[2] = two_places[2].elsewhere();
    // Discharged on the last day of the year before.
    let new_year = (calendar.as_of - calendar.new_year(0)).num_days();
    let mut last_year = apart(4);
    last_year.push(Bout::stay(new_year + 5, new_year + 1));
    vec![
        of("repeated_five_times", Verdict::Fault, apart(5)),
        of("four_times", Verdict::Correct, apart(4)),
        of("four_times_with_an_interim_settlement", Verdict::Correct, interim),
        of("five_times_at_two_places", Verdict::Correct, two_places),
        of("five_times_in_two_years", Verdict::Correct, last_year),
    ]
}

/// In hospital from 40 to 30 days ago.
fn during() -> Vec<Case> {
    let stay = Bout::stay(40, 30);
    let of = |name, verdict, visits: Vec<Bout>| {
        let bouts = [stay].into_iter().chain(visits).collect();
        case(name, Mechanism::PaidDuringStay, verdict, bouts)
    };
    let on = |kind, day| vec![Bout::visit(kind, day)];
    vec![
        of("out_patient_the_day_after_admission", Verdict::Fault, on(Kind::OutPatient, 39)),
        of("chronic_the_day_before_discharge", Verdict::Fault, on(Kind::Chronic, 31)),
        of("pharmacy_during_a_stay", Verdict::Fault, on(Kind::Pharmacy, 35)),
        of(
            "on_the_days_of_admission_and_discharge",
            Verdict::Correct,
            vec![Bout::visit(Kind::OutPatient, 40), Bout::visit(Kind::Pharmacy, 30)],
        ),
        of(
            "before_admission_and_after_discharge",
            Verdict::Correct,
            vec![Bout::visit(Kind::OutPatient, 41), Bout::visit(Kind::Chronic, 29)],
        ),
        of("during_a_stay_and_reversed", Verdict::Correct, vec![Bout::visit(Kind::OutPatient, 35).reversed()]),
        of("somebody_elses_visit", Verdict::Correct, vec![Bout::visit(Kind::Pharmacy, 35).by(Who::Other(1))]),
    ]
}

/// Two nights, 1500 yuan and a minor diagnosis, three times.
fn short() -> Vec<Case> {
    let minor = |index: usize| {
        let disease = ["J06.9", "J00", "K29.7", "R51"][index % 4];
        Bout::stay(22 + index as i64, 20 + index as i64).by(Who::Other(index)).disease(disease).costing(150_000, 0, 0)
    };
    let of = |name, verdict, bouts| case(name, Mechanism::ShortStays, verdict, bouts);
    let two_and = |third: Bout| vec![minor(0), minor(1), third];
    vec![
        of("short_three_times", Verdict::Fault, vec![minor(0), minor(1), minor(2)]),
        of("short_twice", Verdict::Correct, vec![minor(0), minor(1)]),
        of("short_twice_and_a_night_longer", Verdict::Correct, two_and(Bout { days: (30, 27), ..minor(2) })),
        of("short_twice_and_a_fen_dearer", Verdict::Correct, two_and(minor(2).costing(150_001, 0, 0))),
        of("short_twice_and_not_minor", Verdict::Correct, two_and(minor(2).disease("K35"))),
        of("short_twice_and_reversed", Verdict::Correct, two_and(minor(2).reversed())),
    ]
}
