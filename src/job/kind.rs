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
    /// The board, from the nights of other jobs.
    Report,
}

/// The audits of a month.
const MONTHLY: [Mechanism; 3] = [Mechanism::Subsidy, Mechanism::Benefits, Mechanism::FiveChecks];

impl Kind {
    /// Every kind, in order.
    pub(super) const ALL: [Kind; 7] = [
        Kind::Nightly,
        Kind::Audit(Mechanism::Coverage),
        Kind::Audit(Mechanism::Subsidy),
        Kind::Audit(Mechanism::Benefits),
        Kind::Audit(Mechanism::FiveChecks),
        Kind::Monthly,
        Kind::Report,
    ];

    /// The name in job files and manifests.
    pub fn name(self) -> &'static str {
        match self {
            Kind::Nightly => "nightly",
            Kind::Audit(mechanism) => mechanism.name(),
            Kind::Monthly => "monthly",
            Kind::Report => "report",
        }
    }

    /// The audits that it runs, in order; none for the nightly warning and the board.
    pub fn mechanisms(self) -> Vec<Mechanism> {
        match self {
            Kind::Nightly | Kind::Report => Vec::new(),
            Kind::Audit(mechanism) => vec![mechanism],
            Kind::Monthly => MONTHLY.to_vec(),
        }
    }
}
