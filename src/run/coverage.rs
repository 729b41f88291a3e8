//! The audit of enrolment in a night, and the other delivery that it may be held against.

use std::path::Path;

use tracing::info;

use super::audit_inputs::Inputs;
use super::audits::{Rules, tables};
use crate::audit::coverage::{self, Compared, Moment, Side};
use crate::delivery::{self, Progress};
use crate::error::Error;
use crate::job::Kind;
use crate::model::{Audited, Coverage, Mechanism};

/// Judges everybody, and lists in what `against` says otherwise. Takes the people out of the roster.
pub(super) fn coverage(
    inputs: &mut Inputs,
    rules: &Rules,
    moment: Moment,
    against: Option<&Path>,
) -> Result<(Audited, Coverage), Error> {
    let compared = against.map(|other| compared(inputs, rules, moment, other)).transpose()?;
    let (mut audited, mut own) =
        coverage::coverage(&mut inputs.roster, inputs.enrolments.as_ref(), &rules.policy, moment)?;
    if let Some(Compared { differences, summary }) = compared {
        let other = against.unwrap_or(Path::new("")).display();
        audited.warnings.push(format!("against {other}: {summary}"));
        own.differences = Some(differences);
    }
    Ok((audited, own))
}

/// Reads the other delivery as this one was read, and compares.
fn compared(inputs: &Inputs, rules: &Rules, moment: Moment, other: &Path) -> Result<Compared, Error> {
    let kind = Kind::Audit(Mechanism::Coverage);
    let delivery = delivery::open_needing(other, &tables(kind), &["identities"], &[])?;
    let read = || Inputs::read(kind, rules, moment.as_of, &delivery, &Progress::new(false));
    let theirs = read().map_err(|error| delivery.refused_as_a_whole(error))?;
    delivery.still_the_same()?;
    info!(people = theirs.roster.people.len(), "read the other delivery");
    let here = Side { roster: &inputs.roster, enrolments: inputs.enrolments.as_ref() };
    let there = Side { roster: &theirs.roster, enrolments: theirs.enrolments.as_ref() };
    coverage::differences(here, there, &rules.policy, moment)
}
