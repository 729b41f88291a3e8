//! `kind`: what a run does.

use crate::model::Mechanism;

/// What a run does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// The nightly warning: settlements in, flagged people out.
    Nightly,
    /// The audit of one mechanism.
    Audit(Mechanism),
    /// Subsidies, benefits and the five checks in one night.
    Monthly,
}

/// The audits of a month.
const MONTHLY: [Mechanism; 3] = [Mechanism::Subsidy, Mechanism::Benefits, Mechanism::FiveChecks];

/// Every kind by its name in job files.
pub(super) const KINDS: [(&str, Kind); 6] = [
    ("nightly", Kind::Nightly),
    ("coverage", Kind::Audit(Mechanism::Coverage)),
    ("subsidy", Kind::Audit(Mechanism::Subsidy)),
    ("benefits", Kind::Audit(Mechanism::Benefits)),
    ("five_checks", Kind::Audit(Mechanism::FiveChecks)),
    ("monthly", Kind::Monthly),
];

impl Kind {
    /// The name in job files and manifests.
    pub fn name(self) -> &'static str {
        match self {
            Kind::Nightly => "nightly",
            Kind::Audit(mechanism) => mechanism.name(),
            Kind::Monthly => "monthly",
        }
    }

    /// The audits that it runs, in order; none for the nightly warning.
    pub fn mechanisms(self) -> Vec<Mechanism> {
        match self {
            Kind::Nightly => Vec::new(),
            Kind::Audit(mechanism) => vec![mechanism],
            Kind::Monthly => MONTHLY.to_vec(),
        }
    }
}
