//! What the two layers above basic insurance owed and paid: one person's year, and everybody's together.

use chrono::NaiveDate;

use super::{AreaCode, Category, Fen};

/// One person's year, beside what the audit says of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PersonBenefits {
    /// Of whom: the place among the audit's subjects.
    pub subject: usize,
    /// The category under which the totals count the person.
    pub category: Category,
    /// Settlements on which a benefit could be due.
    pub visits: u32,
    /// What they left in scope after basic insurance and the other funds; `None` when it cannot be told.
    pub left_in_scope: Option<Fen>,
    /// Critical-illness insurance.
    pub critical_illness: LayerYear,
    /// Medical assistance, its tilt included: both are paid as one amount.
    pub medical_assistance: LayerYear,
    /// Of what was due as medical assistance, the tilt.
    pub tilt_due: Option<Fen>,
    /// What both layers paid on care that no rule covers.
    pub paid_outside: Fen,
    /// The first day on which a settlement's payments are not what was due on it.
    pub parted_on: Option<NaiveDate>,
}

/// One layer over one person's year.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LayerYear {
    /// What was due; `None` when the documents or the data do not say.
    pub due: Option<Fen>,
    /// What was paid.
    pub paid: Fen,
    /// Whether the two are further apart than the policy bears.
    pub parted: bool,
}

/// A layer above basic insurance.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum BenefitLayer {
    /// 大病保险.
    CriticalIllness,
    /// 医疗救助, its tilt included.
    MedicalAssistance,
}

impl BenefitLayer {
    /// Both, in the order in which they pay.
    pub const ALL: [BenefitLayer; 2] = [BenefitLayer::CriticalIllness, BenefitLayer::MedicalAssistance];

    /// The name in published tables.
    pub fn name(self) -> &'static str {
        match self {
            BenefitLayer::CriticalIllness => "critical_illness",
            BenefitLayer::MedicalAssistance => "medical_assistance",
        }
    }

    /// The name that clerks know.
    pub fn term(self) -> &'static str {
        match self {
            BenefitLayer::CriticalIllness => "大病保险",
            BenefitLayer::MedicalAssistance => "医疗救助",
        }
    }
}

/// One layer over everybody of one area and category.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BenefitTotal {
    /// The area; `None` where the register gives none.
    pub area: Option<AreaCode>,
    /// The category.
    pub category: Category,
    /// The layer.
    pub layer: BenefitLayer,
    /// People of whom it can be told what was due. The amounts are theirs.
    pub people: u64,
    /// What was due.
    pub due: Fen,
    /// What was paid.
    pub paid: Fen,
    /// People to whom less was paid than was due, by more than the policy bears.
    pub underpaid_people: u64,
    /// How much less.
    pub underpaid: Fen,
    /// People to whom more was paid.
    pub overpaid_people: u64,
    /// How much more.
    pub overpaid: Fen,
    /// People with settlements of whom it cannot be told, or of whom the documents do not say it.
    pub untold_people: u64,
}
