//! How often a pattern is found at an institution, beside how often at the others. What is compared is cross-multiplied;
//! what is shown is rounded as it is published.

use rust_decimal::Decimal;

/// The rates of all institutions together.
pub(super) struct Compared {
    /// The median of the institutions' cases a thousand stays; of an even number, the mean of the two in the middle.
    pub(super) median: Option<Decimal>,
}

impl Compared {
    /// Of each institution, its cases and its stays. Those without a stay are left out.
    pub(super) fn of(each: impl Iterator<Item = (u64, u64)>) -> Compared {
        let mut rates: Vec<(u64, u64)> = each.filter(|(_, stays)| *stays > 0).collect();
        let product = |cases: u64, stays: u64| u128::from(cases) * u128::from(stays);
        rates.sort_by(|a, b| product(a.0, b.1).cmp(&product(b.0, a.1)));
        let at = |place: usize| rates.get(place).and_then(|(cases, stays)| per_thousand(*cases, *stays));
        let half = rates.len() / 2;
        let median = match rates.len() % 2 {
            1 => at(half),
            _ => half.checked_sub(1).and_then(|before| Some((at(before)? + at(half)?) / Decimal::TWO)),
        };
        Compared { median }
    }
}

/// Cases a thousand stays; `None` without a stay.
pub(super) fn per_thousand(cases: u64, stays: u64) -> Option<Decimal> {
    (Decimal::from(cases) * Decimal::ONE_THOUSAND).checked_div(Decimal::from(stays))
}
