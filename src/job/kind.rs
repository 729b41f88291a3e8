//! `kind`: what a run does.

use crate::model::Mechanism;

/// What a run does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// The nightly warning: settlements in, flagged people out.
    Nightly,
    /// The audit of one mechanism; none of those of `Conduct`.
    Audit(Mechanism),
    /// How institutions treat people, and how often people are admitted.
    Conduct,
    /// All of these audits but that of enrolment in one night.
    Monthly,
    /// The board, from the nights of other jobs.
    Report,
}

impl Kind {
    /// Every kind, in order.
    pub(super) const ALL: [Kind; 11] = [
        Kind::Nightly,
        Kind::Audit(Mechanism::Coverage),
        Kind::Audit(Mechanism::Subsidy),
        Kind::Audit(Mechanism::Benefits),
        Kind::Audit(Mechanism::FiveChecks),
        Kind::Audit(Mechanism::OutOfCatalogue),
        Kind::Conduct,
        Kind::Audit(Mechanism::Cards),
        Kind::Audit(Mechanism::Fund),
        Kind::Monthly,
        Kind::Report,
    ];

    /// The name in job files and manifests.
    pub fn name(self) -> &'static str {
        match self {
            Kind::Nightly => "nightly",
            Kind::Audit(mechanism) => mechanism.name(),
            Kind::Conduct => "conduct",
            Kind::Monthly => "monthly",
            Kind::Report => "report",
        }
    }

    /// The audits that it runs, in order; none for the nightly warning and the board.
    pub fn mechanisms(self) -> Vec<Mechanism> {
        match self {
            Kind::Nightly | Kind::Report => Vec::new(),
            Kind::Audit(mechanism) => vec![mechanism],
            Kind::Conduct => Mechanism::CONDUCT.to_vec(),
            Kind::Monthly => Mechanism::ALL.into_iter().filter(|of| *of != Mechanism::Coverage).collect(),
        }
    }
}
