//! What a finding rests on, row by row.

use chrono::NaiveDateTime;

use super::{AreaCode, Fate, Fen, Figures, PersonId, Reason};

/// A delivered row of a flagged person, with what became of it: a settlement, or a commercial payment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EvidenceRow {
    /// Whose.
    pub person: PersonId,
    /// The extract, as its index among all files of the delivery.
    pub file: u32,
    /// The row within the file, from 1.
    pub row: u32,
    /// The settlement, or the settlement that a payment belongs to.
    pub setl_id: Option<String>,
    /// The settlement that this row reverses.
    pub init_setl_id: Option<String>,
    /// The settlement's local time; a payment's day at 00:00.
    pub at: NaiveDateTime,
    /// Where the person was insured then.
    pub area: Option<AreaCode>,
    /// Where the care was given.
    pub fixmedins_code: Option<String>,
    /// The kind of care (医疗类别).
    pub med_type: Option<String>,
    /// What became of it.
    pub fate: Fate,
    /// Why it was set aside; `None` for a counted row.
    pub reason: Option<Reason>,
    /// A settlement's figures.
    pub figures: Figures,
    /// A payment's amount.
    pub commercial: Fen,
}
