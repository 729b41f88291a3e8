//! The audits of a month: subsidies, benefits, and the five checks, which the other two answer in part. A night of the
//! five checks alone makes those two for them.

use super::audit_inputs::Inputs;
use super::audit_rules::Rules;
use super::settled::Settled;
use crate::audit::benefits::{self, BenefitsAudit};
use crate::audit::coverage::Moment;
use crate::audit::five_checks::{self, Evidence, FiveAnswers};
use crate::audit::subsidy::{self, Subsidies};
use crate::error::Error;
use crate::model::{Audited, Mechanism, Window};
use crate::publish::audits::Own;

/// The audit of subsidies.
pub(super) fn subsidies(inputs: &Inputs, rules: &Rules, moment: Moment) -> Result<(Audited, Subsidies), Error> {
    let Inputs { roster, before, premiums, enrolments, .. } = inputs;
    let (before, premiums, enrolments) = (before.as_ref(), premiums.as_ref(), enrolments.as_ref());
    let tables = subsidy::Tables { roster, before, premiums, enrolments };
    subsidy::subsidies(&rules.policy, moment.as_of, &tables)
}

/// The audit of benefits.
pub(super) fn benefits(inputs: &Inputs, rules: &Rules, moment: Moment) -> BenefitsAudit {
    let window = Window::policy_year(moment.as_of, rules.policy.year_by);
    let mut made = benefits::audit(&rules.policy, &inputs.roster, &window, inputs.visits());
    made.audited.warnings.extend(inputs.settled.as_ref().and_then(Settled::warning));
    made
}

/// Asks the five questions about everyone in force, by what the `audits` before it found and published of their own.
pub(super) fn five_checks(
    inputs: &Inputs,
    rules: &Rules,
    moment: Moment,
    (audits, own): (&[Audited], &Own),
) -> Result<(Audited, Vec<FiveAnswers>), Error> {
    let made = |mechanism| audits.iter().find(|audited| audited.mechanism == mechanism);
    let (for_subsidies, for_benefits);
    let subsidies = match (made(Mechanism::Subsidy), &own.subsidies) {
        (Some(audited), Some(own)) => (audited.examined.as_slice(), own),
        _ => {
            for_subsidies = subsidies(inputs, rules, moment)?;
            (for_subsidies.0.examined.as_slice(), &for_subsidies.1)
        }
    };
    let benefits = match (made(Mechanism::Benefits), &own.benefits) {
        (Some(audited), Some(own)) => (audited.examined.as_slice(), own.people.as_slice()),
        _ => {
            for_benefits = benefits(inputs, rules, moment);
            (for_benefits.audited.examined.as_slice(), for_benefits.people.as_slice())
        }
    };
    let evidence = Evidence {
        roster: &inputs.roster,
        enrolments: inputs.enrolments.as_ref(),
        premiums: inputs.premiums.as_ref(),
        subsidies,
        benefits,
        visits: inputs.visits(),
        outreach: inputs.outreach.as_ref(),
    };
    let (mut audited, answers) = five_checks::five_checks(&rules.policy, moment, &evidence);
    if made(Mechanism::Benefits).is_none() {
        audited.warnings.extend(inputs.settled.as_ref().and_then(Settled::warning));
    }
    Ok((audited, answers))
}
