//! The parts of a table together: codes numbered anew, every reversal taken from what it reverses, and what is in doubt
//! because something else was set aside.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

use foldhash::fast::FixedState;

use super::read::{Part, Reversal, Row, Unusable};
use crate::burden::interned::{renumbered, sorted};
use crate::burden::key::SettlementKey;
use crate::burden::reversals::Reversals;
use crate::delivery::{UnknownCodes, add_unknown};
use crate::model::PersonId;

type Ids = HashSet<SettlementKey, FixedState>;

/// Every row of a stay that counts, each less what reversed it, and what is known besides.
#[derive(Debug, Default)]
pub(super) struct Netted {
    pub(super) rows: Vec<Row>,
    pub(super) unusable: Vec<Unusable>,
    /// By institution, rows that count and do not say for what care.
    pub(super) of_unknown_care: BTreeMap<u32, u64>,
    pub(super) unknown: UnknownCodes,
    pub(super) institutions: Vec<Arc<str>>,
    pub(super) diseases: Vec<Arc<str>>,
    pub(super) taken: Taken,
}

/// What was taken back of which settlement.
#[derive(Debug, Default)]
pub(super) struct Taken {
    back: HashMap<SettlementKey, TakenBack, FixedState>,
    /// Settlements that a row which cannot be used may have reversed.
    in_doubt: Ids,
}

/// What all reversals of one settlement take back.
#[derive(Debug)]
struct TakenBack {
    person: PersonId,
    cost: i64,
    /// Whether two reversals of it are of two people.
    of_two: bool,
}

/// What reversals leave of a settlement.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Left {
    /// All of it.
    Whole,
    /// It was reversed in part: how much of the cost was taken back, below 0.
    Part(i64),
    /// Nothing: as if neither came.
    Nothing,
    /// Nobody can say.
    InDoubt,
}

impl Taken {
    fn of(reversals: Vec<(SettlementKey, Reversal)>, unusable: &[Unusable]) -> Taken {
        let by_id: Reversals = reversals.iter().map(|(id, reversal)| (*id, reversal.reverses)).collect();
        let mut taken = Taken::default();
        for (_, reversal) in reversals {
            taken.back.entry(by_id.root(reversal.reverses)).and_modify(|back| back.add(&reversal)).or_insert_with(
                || {
                    let Reversal { person, cost, .. } = reversal.clone();
                    TakenBack { person, cost, of_two: false }
                },
            );
        }
        taken.in_doubt = unusable.iter().filter_map(|row| row.reverses).map(|id| by_id.root(id)).collect();
        taken
    }

    /// What is left of the settlement `id` of `person` over `cost`.
    pub(super) fn leaves(&self, id: SettlementKey, person: &PersonId, cost: i64) -> Left {
        let back = self.back.get(&id);
        match back {
            _ if self.in_doubt.contains(&id) => Left::InDoubt,
            None => Left::Whole,
            // Somebody else's settlement, by a number that one of the two has wrong.
            Some(back) if back.of_two || back.person != *person => Left::InDoubt,
            Some(back) if cost.saturating_add(back.cost) <= 0 => Left::Nothing,
            Some(back) => Left::Part(back.cost),
        }
    }

    /// Takes from a row what reversed it; false when nothing is left.
    fn net(&self, row: &mut Row) -> bool {
        match self.leaves(row.id, &row.person, row.cost) {
            Left::Whole => {}
            Left::Nothing => return false,
            Left::InDoubt => row.in_doubt = true,
            Left::Part(cost) => row.cost = row.cost.saturating_add(cost),
        }
        true
    }
}

impl TakenBack {
    fn add(&mut self, reversal: &Reversal) {
        self.cost = self.cost.saturating_add(reversal.cost);
        self.of_two |= self.person != reversal.person;
    }
}

impl Netted {
    pub(super) fn of(parts: Vec<Part>) -> Netted {
        let mut all = Netted {
            institutions: sorted(parts.iter().map(|part| &part.institutions)),
            diseases: sorted(parts.iter().map(|part| &part.diseases)),
            ..Netted::default()
        };
        let mut reversals = Vec::new();
        for part in parts {
            let institutions = renumbered(&part.institutions, &all.institutions);
            let diseases = renumbered(&part.diseases, &all.diseases);
            let anew = |of: Option<u32>, among: &[u32]| of.and_then(|number| among.get(number as usize).copied());
            all.rows.extend(part.rows.into_iter().map(|row| Row {
                institution: anew(row.institution, &institutions),
                disease: anew(row.disease, &diseases),
                ..row
            }));
            let of_institution = |row: Unusable| Unusable { institution: anew(row.institution, &institutions), ..row };
            all.unusable.extend(part.unusable.into_iter().map(of_institution));
            for (institution, rows) in part.of_unknown_care {
                if let Some(institution) = anew(Some(institution), &institutions) {
                    *all.of_unknown_care.entry(institution).or_default() += rows;
                }
            }
            reversals.extend(part.reversals);
            add_unknown(&mut all.unknown, part.unknown);
        }
        all.without_the_sound(&reversals);
        all.taken = Taken::of(reversals, &all.unusable);
        let taken = &all.taken;
        all.rows.retain_mut(|row| taken.net(row));
        all
    }

    /// Lets go of unusable rows of which another version came that counts.
    fn without_the_sound(&mut self, reversals: &[(SettlementKey, Reversal)]) {
        let asked: Ids = self.unusable.iter().filter_map(|row| row.id).collect();
        if asked.is_empty() {
            return;
        }
        let counted = self.rows.iter().map(|row| row.id).chain(reversals.iter().map(|(id, _)| *id));
        let sound: Ids = counted.filter(|id| asked.contains(id)).collect();
        self.unusable.retain(|row| row.id.is_none_or(|id| !sound.contains(&id)));
    }
}
