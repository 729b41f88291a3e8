//! What a night adds up to, by area, category and rule.

use super::{AreaCode, Category, Fen};

/// One area, category and rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SummaryRow {
    /// The area of the people, as published with each of them.
    pub area: Option<AreaCode>,
    /// The category that selects the rule for them.
    pub category: Category,
    /// The rule's id.
    pub rule: String,
    /// How many people of the area and category the rule covers.
    pub people: u64,
    /// How many of them are flagged.
    pub flagged: u64,
    /// What was left to all of `people`.
    pub burden_total: Fen,
    /// The medical cost of all of `people`.
    pub total_cost: Fen,
}
