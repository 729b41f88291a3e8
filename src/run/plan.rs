//! Prints what a night is as Spark SQL, for an auditor to read. Runs nothing.

use std::io;
use std::path::{Component, Path, PathBuf, absolute};

use chrono::NaiveDate;

use super::nightly::also_needed;
use crate::delivery::{self, NIGHTLY};
use crate::error::Error;
use crate::job::Job;
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
    let delivered = match elsewhere(&job.delivery) {
        Some(uri) => Delivered::assumed(uri, &NIGHTLY),
        None => {
            let delivery = delivery::open(&job.delivery, &NIGHTLY, &also_needed)?;
            let root = whole(&job.delivery).map_err(|cause| Error::read(&job.delivery, cause))?;
            Delivered::local(&delivery, &format!("file://{}", root.display()), &NIGHTLY)
        }
    };
    let wanted =
        Wanted { evidence: job.outputs.evidence, burden: job.outputs.burden, watch: job.watches(), asked: None };
    let input = Input { policy: &policy, codes: &codes, delivered: &delivered, also_needed: &also_needed, wanted };
    Ok(spark::plan(&input)?.to_string())
}

/// The URI of a delivery that is not on this machine.
fn elsewhere(delivery: &Path) -> Option<&str> {
    delivery.to_str().filter(|uri| uri.contains("://"))
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
