//! What a job of audits goes by: the policy, the mapping and the working days, and which tables and codes its audits
//! need.

use std::collections::BTreeSet;
use std::path::Path;

use crate::contract;
use crate::delivery::{self, Delivery};
use crate::error::{Error, both};
use crate::job::{Job, Kind};
use crate::model::Mechanism;
use crate::policy::{Codes, Policy, Workdays};
use crate::publish::{self, Password};

/// What a job of audits was told to go by.
pub(super) struct Rules {
    pub(super) policy: Policy,
    pub(super) codes: Codes,
    pub(super) workdays: Workdays,
    pub(super) password: Option<Password>,
}

impl Rules {
    pub(super) fn load(job: &Job) -> Result<Rules, Error> {
        let (policy, codes) = both(Policy::load(&job.policy), Codes::load(&job.codes))?;
        let needed: BTreeSet<&str> = job.kind.mechanisms().into_iter().flat_map(codes_of).copied().collect();
        let lacking = codes.lacking(&Vec::from_iter(needed));
        if !lacking.is_empty() {
            return Err(Error::Refused(lacking));
        }
        let holidays = job.holidays.as_deref();
        let missing = || Error::Internal("a job of audits without a file of holidays".to_owned());
        let workdays = Workdays::load(holidays.ok_or_else(missing)?)?;
        Ok(Rules { policy, codes, workdays, password: publish::problems_password(job)? })
    }
}

/// The tables without which there is nobody to look at.
const NEEDED: [&str; 1] = ["identities"];

/// Opens the delivery in `folder` for the audits of a kind.
pub(super) fn opened(folder: &Path, kind: Kind) -> Result<Delivery, Error> {
    delivery::open_needing(folder, &tables(kind), &NEEDED, &[])
}

/// The tables that the audits of a kind read, in the order in which their files are numbered.
pub(super) fn tables(kind: Kind) -> Vec<&'static str> {
    let read: BTreeSet<&&str> = kind.mechanisms().into_iter().flat_map(|of| tables_of(of)).collect();
    contract::tables().iter().map(|table| table.table.as_str()).filter(|table| read.contains(table)).collect()
}

fn tables_of(mechanism: Mechanism) -> &'static [&'static str] {
    match mechanism {
        Mechanism::Coverage => &["identities", "insured"],
        Mechanism::Subsidy => &["identities", "insured", "contributions"],
        Mechanism::Benefits => &["settlements", "identities"],
        Mechanism::FiveChecks => &["settlements", "identities", "insured", "contributions", "outreach"],
        Mechanism::OutOfCatalogue => &["settlements", "identities"],
        Mechanism::SplitStays | Mechanism::RepeatedStays | Mechanism::PaidDuringStay | Mechanism::ShortStays => {
            &["settlements", "identities"]
        }
        Mechanism::AdmissionRate => &["settlements", "identities", "insured"],
        Mechanism::Cards => &["settlements", "identities", "chronic_cards", "public_health"],
        Mechanism::Fund => &["settlements", "identities", "insured", "fund"],
    }
}

/// Whether an audit asks about the stays of everybody.
pub(super) fn asks_about_stays(mechanism: Mechanism) -> bool {
    mechanism.family() == "conduct" || mechanism == Mechanism::Fund
}

/// The tables of the mapping that an audit needs, besides that of categories.
fn codes_of(mechanism: Mechanism) -> &'static [&'static str] {
    match mechanism {
        Mechanism::Coverage | Mechanism::Subsidy => &["insutype", "psn_insu_stas"],
        Mechanism::Benefits => &["med_type"],
        Mechanism::FiveChecks => &["insutype", "psn_insu_stas", "med_type"],
        Mechanism::OutOfCatalogue => &["med_type", "hosp_lv"],
        Mechanism::SplitStays | Mechanism::RepeatedStays | Mechanism::PaidDuringStay | Mechanism::ShortStays => {
            &["med_type"]
        }
        Mechanism::Cards => &["med_type", "chronic_disease"],
        Mechanism::AdmissionRate => &["insutype", "psn_insu_stas", "med_type"],
        Mechanism::Fund => &["insutype", "psn_insu_stas", "med_type", "fund"],
    }
}
