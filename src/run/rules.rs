//! What a nightly warning goes by, besides its job.

use super::answers;
use crate::error::{Error, both};
use crate::job::Job;
use crate::policy::{Codes, Policy, Workdays};
use crate::publish::{self, Passwords};

/// The policy, the mapping and the working days of a job, and the passwords of its offices.
pub(super) struct Rules {
    pub(super) policy: Policy,
    pub(super) codes: Codes,
    pub(super) workdays: Option<Workdays>,
    pub(super) passwords: Passwords,
}

impl Rules {
    pub(super) fn load(job: &Job) -> Result<Rules, Error> {
        let (policy, codes) = both(Policy::load(&job.policy), Codes::load(&job.codes))?;
        let (workdays, passwords) = (answers::workdays(job)?, publish::passwords(job)?);
        Ok(Rules { policy, codes, workdays, passwords })
    }
}
