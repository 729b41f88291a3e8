//! Prints what a night is as Spark SQL, for an auditor to read. Runs nothing.

use std::io;
use std::path::{Component, Path, PathBuf, absolute};

use chrono::NaiveDate;

use super::found::also_needed;
use crate::delivery::{self, NIGHTLY};
use crate::error::Error;
use crate::job::{Job, is_elsewhere};
use crate::policy::{Codes, Policy};
use crate::spark::{self, Delivered, Input, Wanted};

/// The statements of the night of `as_of`, as text. A delivery on this machine has its footers read, so that every
/// column is read as it is stored; of any other, each file is taken to have the contract's columns by their first
/// names.
///
/// # Errors
/// A faulty policy or mapping file, a day that the policy does not cover, and every fault of the delivery's files.
pub fn plan(job: &Job, as_of: NaiveDate) -> Result<String, Error> {
    let (policy, codes) = (Policy::load(&job.policy)?.in_force_on(as_of)?, Codes::load(&job.codes)?);
    let also_needed = also_needed(&policy);
    let root = uri_of(&job.delivery)?;
    let delivered = match is_elsewhere(&job.delivery) {
        true => Delivered::assumed(&root, &NIGHTLY),
        false => Delivered::local(&delivery::open(&job.delivery, &NIGHTLY, &also_needed)?, &root, &NIGHTLY),
    };
    let wanted = wanted(job, None);
    let input = Input { policy: &policy, codes: &codes, delivered: &delivered, also_needed: &also_needed, wanted };
    Ok(spark::plan(&input)?.to_string())
}

/// What the job asks of a night.
pub(super) fn wanted<'a>(job: &Job, asked: Option<&'a str>) -> Wanted<'a> {
    Wanted { evidence: job.outputs.evidence, burden: job.outputs.burden, watch: job.watches(), asked }
}

/// A delivery as a cluster names it.
pub(super) fn uri_of(delivery: &Path) -> Result<String, Error> {
    if is_elsewhere(delivery) {
        return Ok(delivery.display().to_string());
    }
    let root = whole(delivery).map_err(|cause| Error::read(delivery, cause))?;
    Ok(format!("file://{}", root.display()))
}

/// A path from the root, without the detours that Spark does not keep either.
fn whole(path: &Path) -> io::Result<PathBuf> {
    let mut whole = PathBuf::new();
    for part in absolute(path)?.components() {
        match part {
            Component::ParentDir => drop(whole.pop()),
            part => whole.push(part),
        }
    }
    Ok(whole)
}
