//! The audit of funds.

use super::audit_inputs::Inputs;
use super::audit_rules::Rules;
use crate::audit::coverage::Moment;
use crate::audit::fund::{self, Funds};
use crate::model::Audited;

/// What is said of each area by its funds, and how many areas the table names.
pub(super) fn funds(inputs: &Inputs, rules: &Rules, moment: Moment) -> (Audited, u64, Funds) {
    let delivered = inputs.funds.as_ref();
    let areas = delivered.map_or(0, |funds| funds.areas.len() as u64);
    let (audited, own) = fund::audit(&rules.policy, moment.as_of, delivered);
    (audited, areas, own)
}
