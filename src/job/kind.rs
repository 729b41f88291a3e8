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

/// The audits of a month, those of one family side by side.
const MONTHLY: [Mechanism; 11] = [
    Mechanism::Subsidy,
    Mechanism::Benefits,
    Mechanism::FiveChecks,
    Mechanism::OutOfCatalogue,
    Mechanism::SplitStays,
    Mechanism::RepeatedStays,
    Mechanism::PaidDuringStay,
    Mechanism::ShortStays,
    Mechanism::AdmissionRate,
    Mechanism::Cards,
    Mechanism::Fund,
];

/// How institutions treat people, pattern by pattern.
const CONDUCT: [Mechanism; 5] = [
    Mechanism::SplitStays,
    Mechanism::RepeatedStays,
    Mechanism::PaidDuringStay,
    Mechanism::ShortStays,
    Mechanism::AdmissionRate,
];

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
            Kind::Conduct => CONDUCT.to_vec(),
            Kind::Monthly => MONTHLY.to_vec(),
        }
    }
}
