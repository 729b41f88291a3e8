//! Rules: what each sets as the threshold, and whether a burden meets it.

use rust_decimal::Decimal;

use crate::model::{Fen, ReferenceIncome};
use crate::policy::{Comparison, Measure};

/// The threshold in yuan, exact: percent × income, or the fixed amount. `None` when the rule needs an income and there
/// is none.
pub fn threshold(measure: &Measure, income: Option<&ReferenceIncome>) -> Option<Decimal> {
    match measure {
        Measure::Amount(amount) => Some(yuan(*amount)),
        Measure::PercentOfIncome(percent) => {
            // Percent × fen, moved by two places for the percent and two for the fen: no division, nothing to round.
            yuan(income?.amount).checked_mul(*percent)?.checked_mul(Decimal::new(1, 2))
        }
    }
}

/// Whether a burden meets a rule: 超过, strictly above, or 达到, at least.
pub fn meets(burden: Fen, comparison: Comparison, threshold: Decimal) -> bool {
    match comparison {
        Comparison::Above => yuan(burden) > threshold,
        Comparison::AtLeast => yuan(burden) >= threshold,
    }
}

fn yuan(amount: Fen) -> Decimal {
    Decimal::new(amount.0, 2)
}
