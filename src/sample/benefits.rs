//! What critical-illness insurance and medical assistance owe on a visit, by the policy of the sample
//! (`data/policy/sample.toml`), reckoned once more apart from the audit: it is the answer that the audit is held to.
//!
//! A year's visits are taken in order of time. Each layer rounds half a fen up, at its end.

use std::collections::HashMap;

use super::roll::Roll;
use super::settlement::{ASSISTANCE, BASIC, CRITICAL, IN_SCOPE, OTHER, OTHER_END, Settlement, settle};

/// Up to which critical-illness insurance pays nothing in a year, in fen.
const DEDUCTIBLE: i64 = 1_200_000;
/// And for those favoured.
const DEDUCTIBLE_FAVOURED: i64 = 600_000;
/// What it pays in a year at most, except to those favoured.
const CAP: i64 = 20_000_000;
/// What assistance pays in a year at most, in-patient and chronic together.
const LIMIT: i64 = 5_000_000;
/// What may remain of a year's burden before the further tilt pays half of the rest.
const TILT_ABOVE: i64 = 1_000_000;
/// What the further tilt pays in a year at most.
const TILT_LIMIT: i64 = 2_000_000;

/// What two layers owe on one visit, in fen.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub(super) struct Due {
    /// Critical-illness insurance.
    pub(super) critical: i64,
    /// Medical assistance, with its further tilt.
    pub(super) assistance: i64,
}

/// What has come together of one person's year.
#[derive(Debug, Default, Clone, Copy)]
struct Year {
    burden: i64,
    critical: i64,
    assistance: i64,
    left: i64,
    tilt: i64,
}

impl Year {
    /// What is due on a visit that leaves `remains` within the scope after basic insurance and other funds.
    fn take(&mut self, remains: i64, codes: &[&str]) -> Due {
        let has = |code: &str| codes.contains(&code);
        let favoured = ["1", "2", "3"].into_iter().any(has);
        let ratio = match () {
            () if has("1") => 100,
            () if favoured => 70,
            () if ["4", "5", "6"].into_iter().any(has) => 60,
            () => 0,
        };
        let (deductible, percent) = if favoured { (DEDUCTIBLE_FAVOURED, 65) } else { (DEDUCTIBLE, 60) };
        let beyond = (self.burden + remains - deductible).max(0) - (self.burden - deductible).max(0);
        self.burden += remains;
        let room = if favoured { i64::MAX } else { (CAP - self.critical).max(0) };
        let critical = part(beyond, percent).min(room);
        self.critical += critical;

        let remains = remains - critical;
        let assistance = part(remains, ratio).min(LIMIT - self.assistance);
        self.assistance += assistance;

        let remains = remains - assistance;
        let beyond = (self.left + remains - TILT_ABOVE).max(0) - (self.left - TILT_ABOVE).max(0);
        self.left += remains;
        let tilt = if ratio > 0 { part(beyond, 50).min(TILT_LIMIT - self.tilt) } else { 0 };
        self.tilt += tilt;
        Due { critical, assistance: assistance + tilt }
    }
}

/// A percentage of an amount that is not negative, half a fen up.
fn part(fen: i64, percent: i64) -> i64 {
    (fen * percent + 50) / 100
}

/// Everybody's year so far.
#[derive(Debug, Default)]
pub(super) struct Years(HashMap<u32, Year>);

impl Years {
    /// Has the two layers pay what is due on a stay or chronic visit that is later than all before it, and by how much
    /// they are to be off it.
    pub(super) fn pay(&mut self, row: &mut Settlement, roll: &Roll) {
        let amounts = &mut row.amounts;
        let remains = amounts[IN_SCOPE] - amounts[BASIC] - amounts[OTHER..OTHER_END].iter().sum::<i64>();
        let codes: Vec<&str> = roll.codes_on(&row.person, row.ends).collect();
        let year = self.0.entry(row.person.number).or_default();
        let due = if remains > 0 { year.take(remains, &codes) } else { Due::default() };
        amounts[CRITICAL] = due.critical + row.off.critical;
        amounts[ASSISTANCE] = due.assistance + row.off.assistance;
        settle(amounts);
    }
}
