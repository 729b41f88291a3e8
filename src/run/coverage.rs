//! The audit of enrolment in a night, and the other delivery that it may be held against.

use std::path::Path;

use tracing::info;

use super::audit_inputs::Inputs;
use super::audit_rules::{Rules, opened};
use super::made_from::input_files;
use crate::audit::coverage::{self, Compared, Moment, Side};
use crate::delivery::Progress;
use crate::error::Error;
use crate::job::Kind;
use crate::model::{Audited, Mechanism};
use crate::publish::Against;
use crate::publish::audits::Own;

/// Judges everybody, and lists in what `against` says otherwise. Takes the people out of the roster.
pub(super) fn coverage(
    inputs: &mut Inputs,
    rules: &Rules,
    (moment, against): (Moment, Option<&Path>),
    own: &mut Own,
) -> Result<Audited, Error> {
    let compared = against.map(|other| compared(inputs, rules, moment, other)).transpose()?;
    let (mut audited, mut tables) =
        coverage::coverage(&mut inputs.roster, inputs.enrolments.as_ref(), &rules.policy, moment)?;
    if let Some((Compared { differences, summary }, other)) = compared {
        audited.warnings.push(format!("against {}: {summary}", other.delivery));
        tables.differences = Some(differences);
        own.against = Some(other);
    }
    own.coverage = Some(tables);
    Ok(audited)
}

/// Reads the other delivery as this one was read, and compares.
fn compared(inputs: &Inputs, rules: &Rules, moment: Moment, other: &Path) -> Result<(Compared, Against), Error> {
    let kind = Kind::Audit(Mechanism::Coverage);
    let delivery = opened(other, kind)?;
    let read = || Inputs::read(kind, rules, moment.as_of, &delivery, &Progress::new(false));
    let theirs = read().map_err(|error| delivery.refused_as_a_whole(error))?;
    let hashes = delivery.content_hashes()?;
    delivery.still_the_same()?;
    info!(people = theirs.roster.people.len(), "read the other delivery");
    let here = Side { roster: &inputs.roster, enrolments: inputs.enrolments.as_ref() };
    let there = Side { roster: &theirs.roster, enrolments: theirs.enrolments.as_ref() };
    let compared = coverage::differences(here, there, &rules.policy, moment)?;
    Ok((compared, Against { delivery: other.display().to_string(), inputs: input_files(&delivery, &hashes) }))
}
