//! The rows whose fate hangs on others: which of those with one id counts, and which reversals follow what they
//! reverse.

use std::collections::{HashMap, HashSet};

use foldhash::fast::FixedState;

use super::key::SettlementKey;
use super::links::Link;
use super::rows::Seen;
use super::sums::Counted;
use crate::model::Reason;

/// A row that was not rejected but hangs on others.
#[derive(Debug)]
pub(crate) struct Tied {
    /// Its number among all rows; a later file's rows have higher ones.
    pub(crate) number: u32,
    pub(crate) id: SettlementKey,
    pub(crate) reverses: Option<SettlementKey>,
    /// When it was last changed.
    pub(crate) updated: i64,
    /// Why it would be set aside even if it were the newest: void, or out of the window.
    pub(crate) barred: Option<Reason>,
    /// What it adds when it counts.
    pub(crate) row: Counted,
    pub(crate) seen: Seen,
}

/// What becomes of the tied rows.
pub(crate) struct Settled {
    /// For each tied row, in the order given: `None` when it counts.
    pub(crate) reasons: Vec<Option<Reason>>,
    /// For each tied row: whether a counted row reverses it.
    pub(crate) reversed: Vec<bool>,
}

/// Supersedes, then nets reversals. `rejected` are the links of rows that were rejected.
pub(crate) fn settle(tied: &[Tied], rejected: &[Link]) -> Settled {
    let winners = winners(tied);
    let rejected: HashSet<SettlementKey, FixedState> = rejected.iter().filter_map(|link| link.id).collect();
    let mut reversals = Reversals { tied, winners: &winners, rejected: &rejected, known: vec![None; tied.len()] };
    let reasons: Vec<Option<Reason>> = (0..tied.len())
        .map(|at| {
            let winner = winners[&tied[at].id];
            if winner != at { Some(superseded(&tied[at], &tied[winner])) } else { reversals.reason(at) }
        })
        .collect();
    let mut reversed = vec![false; tied.len()];
    for (row, _) in tied.iter().zip(&reasons).filter(|(_, reason)| reason.is_none()) {
        if let Some(at) = row.reverses.and_then(|id| winners.get(&id)) {
            reversed[*at] = true;
        }
    }
    Settled { reasons, reversed }
}

/// Of rows with one id, the newest: by time of change, then the later file, then the later row.
fn winners(tied: &[Tied]) -> HashMap<SettlementKey, usize, FixedState> {
    let mut winners: HashMap<SettlementKey, usize, FixedState> = HashMap::default();
    for (at, row) in tied.iter().enumerate() {
        let winner = winners.entry(row.id).or_insert(at);
        if (row.updated, row.number) > (tied[*winner].updated, tied[*winner].number) {
            *winner = at;
        }
    }
    winners
}

fn superseded(row: &Tied, by: &Tied) -> Reason {
    if row.row.figures == by.row.figures { Reason::Duplicate } else { Reason::Correction }
}

/// Follows reversals to what they reverse. A reversal may itself be reversed.
struct Reversals<'a> {
    tied: &'a [Tied],
    winners: &'a HashMap<SettlementKey, usize, FixedState>,
    rejected: &'a HashSet<SettlementKey, FixedState>,
    /// For each tied row, once it was looked at: why it is set aside, or that it counts.
    known: Vec<Option<Option<Reason>>>,
}

impl Reversals<'_> {
    /// Why the winner at `at` is set aside, or `None` when it counts.
    fn reason(&mut self, at: usize) -> Option<Reason> {
        let mut chain = Vec::new();
        let mut last = at;
        let mut reason = loop {
            if let Some(known) = self.known[last] {
                break known;
            }
            // Until the end of the chain is known: rows that reverse each other in a ring name no settlement at all.
            self.known[last] = Some(Some(Reason::OrphanNotDelivered));
            chain.push(last);
            let row = &self.tied[last];
            let Some(reverses) = row.reverses.filter(|_| row.barred.is_none()) else { break row.barred };
            match self.winners.get(&reverses) {
                Some(next) => last = *next,
                None if self.rejected.contains(&reverses) => break Some(Reason::OrphanRejected),
                None => break Some(Reason::OrphanNotDelivered),
            }
        };
        while let Some(last) = chain.pop() {
            let row = &self.tied[last];
            if row.reverses.is_some() && row.barred.is_none() {
                reason = reason.map(following);
            }
            self.known[last] = Some(reason);
        }
        reason
    }
}

/// Why a reversal is set aside when what it reverses was set aside for `reason`.
fn following(reason: Reason) -> Reason {
    match reason {
        Reason::Void => Reason::ReversesVoid,
        Reason::OutOfWindow => Reason::ReversesOutOfWindow,
        other => other,
    }
}
