//! Settlement ids as fixed-size keys.

use crate::model::EightDigits;

/// A settlement id (结算ID) in sixteen bytes. An id of up to 32 digits, as the national platform gives them, is held
/// exactly; any other is held as 127 bits of its BLAKE3 hash, of which no two ids ever seen are alike.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct SettlementKey(u128);

/// Set in the keys of ids that are not plain digits, so that they never meet those that are.
const HASHED: u128 = 1 << 127;
/// Set in the keys of settlements that belong to no visit, so that they never meet the ids of visits.
const ALONE: u128 = 1 << 126;
/// Digits that fit an `u64` with a 1 before them, in whole eights.
const HALF: usize = 16;

impl SettlementKey {
    /// The key of an id that is trimmed and not empty.
    #[inline]
    pub(crate) fn of(id: &[u8]) -> SettlementKey {
        SettlementKey(exact(id).unwrap_or_else(|| hashed(id)))
    }

    /// The visit of a settlement that names none: itself, apart from every visit that bears the same id.
    pub(crate) fn alone(self) -> SettlementKey {
        SettlementKey(self.0 ^ ALONE)
    }

    /// Sixty-four well-mixed bits.
    #[inline]
    pub(crate) fn mixed(self) -> u64 {
        let folded = (self.0 as u64) ^ ((self.0 >> 64) as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        let mixed = (folded ^ (folded >> 32)).wrapping_mul(0xd6e8_feb8_6659_fd93);
        mixed ^ (mixed >> 32)
    }
}

/// The digits after a 1, which keeps leading zeros apart: `07` is 107, `7` is 17.
#[inline]
fn exact(id: &[u8]) -> Option<u128> {
    if id.len() > 2 * HALF {
        return None;
    }
    let (high, low) = id.split_at(id.len().min(HALF));
    let scale = 10u64.pow(low.len() as u32);
    Some(u128::from(appended(1, high)?) * u128::from(scale) + u128::from(appended(0, low)?))
}

/// `value` with `digits` written after it; `None` when one of them is no digit.
#[inline]
fn appended(mut value: u64, digits: &[u8]) -> Option<u64> {
    let mut eights = digits.chunks_exact(8);
    for eight in &mut eights {
        value = value * 100_000_000 + EightDigits::of(eight.try_into().ok()?)?.value();
    }
    eights.remainder().iter().try_fold(value, |value, digit| {
        let digit = digit.wrapping_sub(b'0');
        (digit <= 9).then_some(value * 10 + u64::from(digit))
    })
}

#[cold]
fn hashed(id: &[u8]) -> u128 {
    let mut first = [0; 16];
    first.copy_from_slice(&blake3::hash(id).as_bytes()[..16]);
    u128::from_le_bytes(first) | HASHED
}

#[cfg(test)]
mod tests {
    use super::SettlementKey;

    #[test]
    fn ids_that_differ_have_keys_that_differ() {
        let ids = ["0", "00", "7", "07", "17", "1000000000000000", "01000000000000000", "a", "A", "0000000000000000"];
        for (at, one) in ids.iter().enumerate() {
            for other in &ids[at + 1..] {
                assert_ne!(SettlementKey::of(one.as_bytes()), SettlementKey::of(other.as_bytes()), "{one} {other}");
            }
        }
        let long = "9".repeat(32);
        assert_ne!(SettlementKey::of(long.as_bytes()), SettlementKey::of(format!("{long}9").as_bytes()));
    }
}
