//! A settlement as the benefits above basic insurance see it.

use super::Fen;

/// What kind of care was settled (医疗类别).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Care {
    /// 普通门诊: an out-patient visit for no listed disease.
    OutPatient,
    /// 门诊慢特病: an out-patient visit for a listed chronic or special disease.
    Chronic,
    /// 住院: a stay in hospital.
    InPatient,
    /// 药店购药: medicine bought at a pharmacy, outside any visit.
    Pharmacy,
}

impl Care {
    /// Every kind, in order.
    pub const ALL: [Care; 4] = [Care::OutPatient, Care::Chronic, Care::InPatient, Care::Pharmacy];

    /// Whether no layer above basic insurance is asked about it: neither a stay nor a visit for a listed disease.
    pub fn is_ordinary(self) -> bool {
        matches!(self, Care::OutPatient | Care::Pharmacy)
    }

    /// The name in policy files and mappings.
    pub fn name(self) -> &'static str {
        match self {
            Care::OutPatient => "out_patient",
            Care::Chronic => "chronic",
            Care::InPatient => "in_patient",
            Care::Pharmacy => "pharmacy",
        }
    }

    /// The name that clerks know.
    pub fn term(self) -> &'static str {
        match self {
            Care::OutPatient => "普通门诊",
            Care::Chronic => "门诊慢特病",
            Care::InPatient => "住院",
            Care::Pharmacy => "药店购药",
        }
    }
}

/// One settlement that counts, together with whatever reversed a part of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Visit {
    /// Whose, by a number that whoever asked for the visits gave.
    pub person: u32,
    /// Days since 1970.
    pub day: i32,
    /// What kind of care; `None` where the settlement does not say, or says it by a code that the mapping lacks.
    pub care: Option<Care>,
    /// What basic insurance and the other funds left of the cost within the policy scope; `None` where the settlement
    /// does not say what lies within it.
    pub left_in_scope: Option<Fen>,
    /// What critical-illness insurance paid.
    pub critical_illness: Fen,
    /// What medical assistance paid.
    pub medical_assistance: Fen,
}
