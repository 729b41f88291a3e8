//! The audits of a month whose subjects are institutions and areas: cost outside the catalogue, and rates of admission.

use super::audit_inputs::Inputs;
use super::audit_rules::Rules;
use super::settled::Settled;
use crate::audit::conduct::admission_rate::{self, Rates};
use crate::audit::coverage::Moment;
use crate::audit::out_of_catalogue::{self, Shares};
use crate::model::{Audited, HospitalLevel, Window};
use crate::publish::audits::{Own, OwnShares};

/// Each institution's cost outside the catalogue; and how many institutions there were to look at.
pub(super) fn out_of_catalogue(inputs: &Inputs, rules: &Rules, moment: Moment, own: &mut Own) -> (Audited, u64) {
    let window = Window::policy_year(moment.as_of, rules.policy.year_by);
    let patients = inputs.settled.as_ref().and_then(|settled| settled.in_patients.as_ref());
    let Shares { mut audited, institutions, rows, heaviest } =
        out_of_catalogue::audit(&rules.policy, &inputs.roster, &window, patients);
    // The audit of benefits says it already, in a night that has both.
    if own.benefits.is_none() {
        audited.warnings.extend(inputs.settled.as_ref().and_then(Settled::warning));
    }
    let rule = rules.policy.out_of_catalogue_on(moment.as_of);
    let limits = HospitalLevel::ALL.map(|level| rule.and_then(|rule| rule.limit(level)));
    own.shares = Some(OwnShares { rows, heaviest, limits });
    (audited, institutions)
}

/// Each area's rates of admission, category by category; and how many of both there were to look at.
pub(super) fn admission_rate(inputs: &Inputs, rules: &Rules, moment: Moment, own: &mut Own) -> (Audited, u64) {
    let stays = inputs.settled.as_ref().and_then(|settled| settled.stays.as_ref());
    let known = (stays, inputs.enrolled.as_ref());
    let Rates { audited, subjects, rows } = admission_rate::audit(&rules.policy, &inputs.roster, moment.as_of, known);
    own.admission_rates = Some(rows);
    (audited, subjects)
}
