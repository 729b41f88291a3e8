//! The audit of funds, with the structure of care beside it.

use super::audit_inputs::Inputs;
use super::audit_rules::Rules;
use super::last_year::{self, Nights};
use super::settled::Settled;
use crate::audit::coverage::Moment;
use crate::audit::fund;
use crate::error::Error;
use crate::model::Audited;
use crate::publish::audits::Own;

/// Said where the settlements did not come.
const WITHOUT_SETTLEMENTS: &str = "fund: no settlements were delivered, so there is no care_structure.parquet";

/// What is said of each area by its funds; and how many areas the table names. `nights` are those before tonight, all
/// of one `kind`.
pub(super) fn funds(
    inputs: &Inputs,
    rules: &Rules,
    moment: Moment,
    (kind, nights): (&str, &Nights),
    own: &mut Own,
) -> Result<(Audited, u64), Error> {
    let delivered = inputs.funds.as_ref();
    let areas = delivered.map_or(0, |funds| funds.areas.len() as u64);
    let (mut audited, mut funds) = fund::audit(&rules.policy, moment.as_of, delivered);
    let settled = inputs.settled.as_ref();
    let stays = settled.and_then(|settled| settled.stays.as_ref());
    let sums = settled.and_then(|settled| settled.care.as_ref());
    funds.care = sums.map(|sums| fund::structure(sums, stays, inputs.enrolled.as_ref()));
    if settled.is_none() {
        audited.warnings.push(WITHOUT_SETTLEMENTS.to_owned());
    }
    // The audit of benefits says it already, in a night that has both.
    if own.benefits.is_none() {
        audited.warnings.extend(settled.and_then(Settled::warning));
    }
    if let (Some(care), Some(through)) = (&funds.care, last_year::through(moment.as_of)) {
        let delivered = settled.and_then(|settled| settled.care_last_year.as_deref());
        let found = last_year::found(delivered, (moment.as_of, kind), nights)?;
        funds.compared = fund::compared(care, &found.last_year, through);
        audited.warnings.extend(found.warning);
        own.last_year = found.night;
    }
    own.funds = Some(funds);
    Ok((audited, areas))
}
