//! Money: whole fen (分), a hundredth of a yuan.

use std::fmt;

use rust_decimal::{Decimal, RoundingStrategy};

/// The decimals of a published exact number.
pub(crate) const PUBLISHED_DECIMALS: u32 = 4;

/// An exact number as it is published: rounded to four decimals, halves away from 0.
pub(crate) fn as_published(number: Decimal) -> Decimal {
    number.round_dp_with_strategy(PUBLISHED_DECIMALS, RoundingStrategy::MidpointAwayFromZero)
}

/// An amount in whole fen. Sums are checked; no amount ever passes through a float.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Fen(pub i64);

impl Fen {
    /// The largest amount that one row may carry, either sign: 10^12 fen, ten billion yuan (contract, section 3 step
    /// 1).
    pub const ROW_MAX: i64 = 1_000_000_000_000;

    /// Nothing.
    pub const ZERO: Fen = Fen(0);

    /// Whether one row may carry it.
    #[inline]
    pub fn fits_a_row(self) -> bool {
        self.0.unsigned_abs() <= Fen::ROW_MAX.unsigned_abs()
    }

    /// A sum in fen. One beyond the range of an `i64` is the end of it, which has more digits than can be published,
    /// and is refused there.
    pub fn of_sum(sum: i128) -> Fen {
        Fen(i64::try_from(sum).unwrap_or(if sum < 0 { i64::MIN } else { i64::MAX }))
    }

    /// The sum, or `None` when it leaves the range of an `i64`.
    pub fn checked_add(self, other: Fen) -> Option<Fen> {
        self.0.checked_add(other.0).map(Fen)
    }

    /// The difference, or `None` when it leaves the range of an `i64`.
    pub fn checked_sub(self, other: Fen) -> Option<Fen> {
        self.0.checked_sub(other.0).map(Fen)
    }

    /// Reads yuan as written in text, `1234.5` or `-0.07`: exact, at most two decimals, no exponent.
    /// `None` for anything else, and for amounts beyond the range of an `i64`.
    pub fn from_yuan_text(text: &str) -> Option<Fen> {
        let (negative, digits) = match text.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, text),
        };
        let (yuan, decimals) = digits.split_once('.').unwrap_or((digits, "0"));
        let all_digits = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
        if !all_digits(yuan) || !all_digits(decimals) || decimals.len() > 2 {
            return None;
        }
        let scale = if decimals.len() == 1 { 10 } else { 1 };
        let fen = yuan.parse::<i64>().ok()?.checked_mul(100)?;
        let fen = fen.checked_add(decimals.parse::<i64>().ok()? * scale)?;
        Some(Fen(if negative { -fen } else { fen }))
    }
}

/// Yuan with two decimals: `Fen(-5)` is `-0.05`.
impl fmt::Display for Fen {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.0 < 0 { "-" } else { "" };
        let fen = self.0.unsigned_abs();
        f.pad(&format!("{sign}{}.{:02}", fen / 100, fen % 100))
    }
}
