//! The ledger (台账) of one night, what the night changed in it, and the sums that have to close.

use std::collections::BTreeMap;

use rust_decimal::Decimal;

use super::{AreaCode, BurdenKind, Category, Clearing, Fen, PersonId, State, Warning, WarningId};

/// The warnings of one night.
#[derive(Debug, Default, Clone, PartialEq)]
pub struct Ledger {
    /// Every warning, by number: those that stand, and those that were cleared this policy year or in the last.
    pub warnings: Vec<Warning>,
    /// What the night changed, by number.
    pub movements: Vec<Movement>,
    /// How many there were and are.
    pub balance: Balance,
}

/// One warning that a night opened, raised, lowered, cleared or reopened.
#[derive(Debug, Clone, PartialEq)]
pub struct Movement {
    /// The warning's number.
    pub id: WarningId,
    /// Who.
    pub person: PersonId,
    /// The policy year.
    pub year: i32,
    /// Which burden is tested.
    pub tests: BurdenKind,
    /// The state in the opening ledger; `None` for a warning that it does not have.
    pub state_before: Option<State>,
    /// The state now.
    pub state: State,
    /// Why it was cleared; given exactly where it was.
    pub clearing: Option<Clearing>,
    /// Where it stood on the last night on which it did; `None` for a warning opened tonight.
    pub before: Option<Place>,
    /// The rule that holds for the person tonight; `None` where none does.
    pub rule: Option<String>,
    /// The tested burden tonight; `None` where the policy year is over.
    pub burden: Option<Fen>,
    /// The threshold tonight, in yuan; `None` where no rule holds.
    pub threshold: Option<Decimal>,
    /// The band tonight; `None` where it was cleared.
    pub band: Option<u32>,
}

/// Where a warning stood on one night.
#[derive(Debug, Clone, PartialEq)]
pub struct Place {
    /// The rule's id.
    pub rule: String,
    /// The tested burden.
    pub burden: Fen,
    /// The threshold, in yuan.
    pub threshold: Decimal,
    /// How many of the job's bands the burden had reached.
    pub band: u32,
}

/// How many warnings of one area, township, category and rule one night left in one state: those that stand, and those
/// that it cleared.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct LedgerCount {
    /// Where the people belong.
    pub area: Option<AreaCode>,
    /// Their township, where the register gives one.
    pub town_code: Option<String>,
    /// The category that selected the rule.
    pub category: Category,
    /// The rule under which they stand, or stood last.
    pub rule: String,
    /// What the night made of them.
    pub state: State,
    /// How many.
    pub warnings: u64,
}

/// How many warnings there were, and how many there are.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Balance {
    /// Standing in the opening ledger.
    pub opening: u64,
    /// Opened tonight.
    pub opened: u64,
    /// Reopened tonight.
    pub reopened: u64,
    /// Cleared tonight.
    pub cleared: u64,
    /// Standing in tonight's ledger.
    pub closing: u64,
    /// By rule and state, what tonight made of them: a cleared warning counts under the rule it stood under, and one
    /// cleared on an earlier night nowhere.
    pub by_rule: BTreeMap<String, BTreeMap<State, u64>>,
    /// By reason, those cleared tonight.
    pub by_clearing: BTreeMap<Clearing, u64>,
}

impl Balance {
    /// Whether what was there and what tonight did give what is there.
    pub fn closes(&self) -> bool {
        let by_rule = |state: State| self.by_rule.values().filter_map(|states| states.get(&state)).sum::<u64>();
        self.opening + self.opened + self.reopened == self.closing + self.cleared
            && by_rule(State::Opened) == self.opened
            && by_rule(State::Reopened) == self.reopened
            && by_rule(State::Cleared) == self.cleared
            && State::ALL.into_iter().filter(|state| *state != State::Cleared).map(by_rule).sum::<u64>() == self.closing
            && self.by_clearing.values().sum::<u64>() == self.cleared
    }
}
