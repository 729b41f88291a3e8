//! Holds a published night, and the delivery it was made from, to its manifest.

use std::path::Path;

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
