//! Shares outside the catalogue (目录外占比): exactly at each limit and a fen above, too few stays to say, and what does
//! not count.
//!
//! Unless a case says otherwise, an institution has ten stays of the register's people, of 5000 yuan each, so that a
//! percent of them all is 500 yuan.

use super::{Bout, Case, Who};
use crate::model::{Matter, Mechanism, Verdict};
use crate::sample::institutions::{LEVELS, NO_LEVEL};
use crate::sample::settlement::Kind;

/// One stay, in fen.
const COST: i64 = 500_000;
/// How many stays an institution has, and has to have.
const STAYS: usize = 10;
const WITHIN: (Verdict, Matter) = (Verdict::Correct, Matter::ShareWithinLimit);
const ABOVE: (Verdict, Matter) = (Verdict::Fault, Matter::ShareAboveLimit);

pub(super) fn cases() -> Vec<Case> {
    let [three, two, one] = LEVELS;
    let [too_few, no_level] = [Matter::TooFewStays, Matter::NoLevel].map(|matter| (Verdict::NotApplicable, matter));
    let mut cases = vec![
        judged("share_at_the_limit_of_level_1", one, stays(STAYS, 5_000), WITHIN).sums(50_000, 50_000),
        judged("share_a_fen_above_level_1", one, a_fen_more(5_000), ABOVE).sums(50_001, 50_000),
        judged("share_at_the_limit_of_level_2", two, stays(STAYS, 10_000), WITHIN).sums(100_000, 100_000),
        judged("share_a_fen_above_level_2", two, a_fen_more(10_000), ABOVE).sums(100_001, 100_000),
        judged("share_at_the_limit_of_level_3", three, stays(STAYS, 15_000), WITHIN).sums(150_000, 150_000),
        judged("share_a_fen_above_level_3", three, a_fen_more(15_000), ABOVE).sums(150_001, 150_000),
        judged("share_far_above_and_a_stay_too_few", two, stays(STAYS - 1, 250_000), too_few),
        judged("share_far_above_and_no_level", NO_LEVEL, stays(STAYS, 250_000), no_level),
    ];
    cases.extend(within(two));
    cases
}

/// Within the limit of two percent, for all that other figures lie above it.
fn within(level: &'static str) -> Vec<Case> {
    let mut one_stay = stays(STAYS, 0);
    one_stay[3] = one_stay[3].costing(COST, 60_000, 40_000);
    let mut one_month = stays(STAYS, 0);
    one_month.iter_mut().take(2).for_each(|bout| *bout = Bout { days: (84, 81), ..bout.costing(COST, 50_000, 0) });

    let mut reversed = stays(STAYS, 1_000);
    reversed.push(stay(STAYS, 70).costing(COST, 400_000, 0).reversed());
    let mut out_patients = stays(STAYS, 1_000);
    let mut others = stays(STAYS, 1_000);
    for index in 0..4 {
        let visit = Bout { elsewhere: false, ..Bout::visit(Kind::OutPatient, 60) };
        out_patients.push(visit.by(Who::Registered(index)).costing(COST, 450_000, 0));
        others.push(Bout::stay(30, 25).by(Who::Other(index)).costing(COST, 250_000, 50_000));
    }
    [
        ("share_of_one_stay_far_above", one_stay),
        ("share_of_one_month_far_above", one_month),
        ("share_reversed", reversed),
        ("share_of_out_patients_far_above", out_patients),
        ("share_of_others_far_above", others),
    ]
    .into_iter()
    .map(|(name, bouts)| judged(name, level, bouts, WITHIN))
    .collect()
}

fn judged(name: &'static str, level: &'static str, bouts: Vec<Bout>, (verdict, matter): (Verdict, Matter)) -> Case {
    Case::of(name, level, bouts).says(Mechanism::OutOfCatalogue, verdict, matter)
}

/// The stay of one of the register's people, discharged so many days ago.
fn stay(index: usize, discharged: i64) -> Bout {
    Bout::stay(discharged + 6, discharged).by(Who::Registered(index)).costing(COST, 0, 0)
}

/// Stays of as many people, each with so many fen outside the catalogue, two fifths of them above its prices.
fn stays(count: usize, outside: i64) -> Vec<Bout> {
    let over_limit = outside * 2 / 5;
    let of = |index: usize| stay(index, 5 + 5 * index as i64).costing(COST, outside - over_limit, over_limit);
    (0..count).map(of).collect()
}

fn a_fen_more(outside: i64) -> Vec<Bout> {
    let mut stays = stays(STAYS, outside);
    stays[7].cost.1 += 1;
    stays
}
