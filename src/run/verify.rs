//! Holds a published night, and the delivery it was made from, to its manifest; and a folder of nights to one another.

use std::path::Path;

use chrono::NaiveDate;

use crate::error::Error;
use crate::model::Fault;
use crate::publish;

/// Says that nothing differs.
///
/// # Errors
/// Everything that differs, one line each; a manifest that cannot be used.
pub fn verify(night: &Path, delivery: Option<&Path>) -> Result<String, Error> {
    let verified = publish::verify(night, delivery)?;
    if !verified.differences.is_empty() {
        let fault = |difference: &publish::Difference| {
            Fault::data(difference.place.display().to_string(), difference.message.clone())
        };
        return Err(Error::Refused(verified.differences.iter().map(fault).collect()));
    }
    let outputs = verified.outputs;
    Ok(match verified.inputs {
        Some(inputs) => format!("{}: {outputs} files and {inputs} extracts are as published\n", night.display()),
        None => format!(
            "{}: {outputs} files are as published; the delivery is out of reach and was not looked at (--delivery)\n",
            night.display()
        ),
    })
}

/// Says that every night of the folder `published` is as it was published and rests on the one before it.
///
/// # Errors
/// Everything that is wrong, one line each.
pub fn verify_chain(published: &Path) -> Result<String, Error> {
    let chain = publish::chain(published)?;
    if !chain.faults.is_empty() {
        return Err(Error::Refused(chain.faults));
    }
    let (count, outputs) = (chain.nights.len(), chain.outputs);
    let days = [chain.nights.first(), chain.nights.last()].map(|day| day.map(NaiveDate::to_string).unwrap_or_default());
    Ok(format!(
        "{}: {count} nights from {} to {}, {outputs} files: all as published, each resting on the one before it\n\
         SHA-256 of the last manifest, to be kept elsewhere: {}\n",
        published.display(),
        days[0],
        days[1],
        chain.last
    ))
}
