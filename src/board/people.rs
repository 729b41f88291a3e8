//! What the flagged people of one night add up to: from medical cost to burden, and how their burdens lie about the
//! threshold.

use std::collections::HashSet;

use rust_decimal::Decimal;

use super::few::alone;
use super::nights::Tonight;
use super::place::Place;
use crate::model::board::{Bin, Cascade, Cell, Distribution};
use crate::model::{Fen, PersonId};

/// Where the ranges above the threshold begin, in percent of it; the last has no end.
const ABOVE: [u32; 7] = [100, 110, 125, 150, 200, 300, 500];

/// How wide the ranges below it are.
const STEP: u32 = 5;

/// People by range.
#[derive(Debug)]
pub(super) struct Ranges {
    /// By rule and range above the threshold.
    pub(super) above: Vec<Vec<u64>>,
    /// By rule, those below: where each begins, and its people.
    below: Vec<Vec<(u32, u64)>>,
}

impl Ranges {
    pub(super) fn of(tonight: &Tonight) -> Ranges {
        let mut above = vec![vec![0; ABOVE.len()]; tonight.rules.len()];
        for row in &tonight.flagged {
            let percent = row.ratio.checked_mul(Decimal::ONE_HUNDRED).unwrap_or(Decimal::MAX);
            let rule = tonight.rules.iter().position(|rule| rule.id == row.rule);
            let range = ABOVE.iter().rposition(|from| percent >= Decimal::from(*from)).unwrap_or_default();
            if let Some(people) = rule.and_then(|rule| above[rule].get_mut(range)) {
                *people += 1;
            }
        }
        let below = tonight.rules.iter().map(|rule| below(tonight, &rule.id)).collect();
        Ranges { above, below }
    }

    /// Each rule's ranges, those below the threshold where people were watched. Those above it are given by rule and
    /// range, as they may be told.
    pub(super) fn distributions(
        &self,
        tonight: &Tonight,
        above: impl Fn(usize, usize) -> Cell<u64>,
    ) -> Vec<Distribution> {
        let one = |(index, rule): (usize, &super::nights::RuleRead)| {
            let until = |from: u32, next: Option<&u32>| next.copied().or((from < 100).then_some(100));
            let starts: Vec<u32> = self.below[index].iter().map(|(from, _)| *from).chain(ABOVE).collect();
            let below = self.below[index].len();
            let bins = starts.iter().enumerate().map(|(at, from)| Bin {
                from: *from,
                until: until(*from, starts.get(at + 1)),
                people: match at.checked_sub(below) {
                    Some(range) => above(index, range),
                    // No part of any sum.
                    None => alone(self.below[index][at].1),
                },
            });
            let comparison = rule.comparison.to_owned();
            Distribution { title: rule.title.clone(), comparison, bins: bins.collect() }
        };
        tonight.rules.iter().enumerate().map(one).collect()
    }
}

/// The ranges from the share that people were watched from up to the threshold.
fn below(tonight: &Tonight, rule: &str) -> Vec<(u32, u64)> {
    let Some(near) = &tonight.near else { return Vec::new() };
    let percents: Vec<Decimal> =
        near.percents.iter().filter(|(of, _)| of == rule).map(|(_, percent)| *percent).collect();
    let first = (0..100).step_by(STEP as usize).find(|from| Decimal::from(*from) >= near.share).unwrap_or(100);
    let people = |from: u32| {
        let within = |percent: &&Decimal| {
            let last = from + STEP == 100;
            // Exactly the threshold is not above it: it belongs below where the rule says 超过.
            **percent >= Decimal::from(from) && (last || **percent < Decimal::from(from + STEP))
        };
        percents.iter().filter(within).count() as u64
    };
    (first..100).step_by(STEP as usize).map(|from| (from, people(from))).collect()
}

/// From medical cost to burden, of the flagged people of a place, each once; nothing where they may not be told, or are
/// nobody.
pub(super) fn cascade(tonight: &Tonight, place: &Place, people: Cell<u64>) -> Option<Cascade> {
    people.told().filter(|people| *people > 0)?;
    let (mut total_cost, mut burden_total, mut hospital) = (Fen::ZERO, Fen::ZERO, Fen::ZERO);
    let mut taken: Vec<Fen> = vec![Fen::ZERO; tonight.payers.len()];
    let mut seen: HashSet<&PersonId> = HashSet::new();
    for row in &tonight.flagged {
        let here = place.holds(row.area, row.town_code.as_deref());
        if !here || !seen.insert(&row.person) {
            continue;
        }
        total_cost = total_cost.checked_add(row.burden.sums.total_cost)?;
        burden_total = burden_total.checked_add(row.burden_total)?;
        hospital = hospital.checked_add(row.burden.sums.hospital_part)?;
        for (sum, payer) in taken.iter_mut().zip(&tonight.payers) {
            *sum = sum.checked_add(row.burden.paid_by(*payer))?;
        }
    }
    let mut taken: Vec<(String, Fen)> = tonight.payers.iter().map(|payer| payer.term().to_owned()).zip(taken).collect();
    if hospital != Fen::ZERO {
        taken.push(("医院负担".to_owned(), hospital));
    }
    Some(Cascade { whose: "全部预警人员".to_owned(), people, total_cost, taken, burden_total })
}
