//! What reversals come from: a reversal may itself be reversed.

use std::collections::HashMap;

use foldhash::fast::FixedState;

use super::key::SettlementKey;

/// What each reversal that counts reverses. Those that reverse each other in a ring name no settlement, and none of
/// them counts.
#[derive(Debug, Default)]
pub(super) struct Reversals(HashMap<SettlementKey, SettlementKey, FixedState>);

impl Reversals {
    /// What the reversal of this id reverses; `None` of what is none.
    pub(super) fn of(&self, id: SettlementKey) -> Option<SettlementKey> {
        self.0.get(&id).copied()
    }

    /// What it all comes from that is reversed: itself, where it is no reversal.
    pub(super) fn root(&self, reversed: SettlementKey) -> SettlementKey {
        let mut root = reversed;
        for _ in 0..self.0.len() {
            let Some(earlier) = self.of(root) else { break };
            root = earlier;
        }
        root
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(super) fn append(&mut self, part: Reversals) {
        self.0.extend(part.0);
    }
}

impl Extend<(SettlementKey, SettlementKey)> for Reversals {
    fn extend<T: IntoIterator<Item = (SettlementKey, SettlementKey)>>(&mut self, more: T) {
        self.0.extend(more);
    }
}

impl FromIterator<(SettlementKey, SettlementKey)> for Reversals {
    fn from_iter<T: IntoIterator<Item = (SettlementKey, SettlementKey)>>(all: T) -> Reversals {
        Reversals(all.into_iter().collect())
    }
}
