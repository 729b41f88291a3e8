//! The audits of providers' conduct, one pattern at a time.

use chrono::NaiveDate;

use super::audit_inputs::Inputs;
use super::audit_rules::Rules;
use crate::audit::conduct::{self, ConductAudit};
use crate::error::Error;
use crate::model::{Audited, Mechanism};
use crate::publish::audits::OwnConduct;

/// Asks every institution about one pattern: the verdicts, and how many there have to be.
pub(super) fn conduct(
    inputs: &Inputs,
    rules: &Rules,
    (mechanism, as_of): (Mechanism, NaiveDate),
    own: &mut Option<OwnConduct>,
) -> Result<(Audited, u64), Error> {
    let own = own.get_or_insert_default();
    let Some(stays) = inputs.stays() else {
        return Ok((conduct::without_settlements(mechanism), 0));
    };
    let asked = conduct::institutions(stays, as_of).len() as u64;
    let ConductAudit { audited, evidence, rates } =
        conduct::conduct(&rules.policy, mechanism, as_of, (stays, &inputs.roster));
    own.evidence.extend(evidence);
    own.rates.extend(rates);
    Ok((audited, asked))
}
