//! Eight digits read side by side, in the arithmetic of one 64-bit number: ids are read hundreds of millions of times.

/// Eight decimal digits, one a byte, the first in the lowest.
#[derive(Debug, Clone, Copy)]
pub(crate) struct EightDigits(u64);

/// Weights of the digits at even and at odd places, in the order in which [`EightDigits::weighted`] multiplies them.
#[derive(Debug, Clone, Copy)]
pub(crate) struct EightWeights([u64; 2]);

const EVERY_OTHER_BYTE: u64 = 0x00ff_00ff_00ff_00ff;

impl EightDigits {
    /// From text; `None` when one of its bytes is no digit.
    #[inline]
    pub(crate) fn of(text: [u8; 8]) -> Option<EightDigits> {
        let text = u64::from_le_bytes(text);
        let digits = text.wrapping_sub(0x3030_3030_3030_3030);
        let strange = (digits | digits.wrapping_add(0x7676_7676_7676_7676) | text) & 0x8080_8080_8080_8080;
        (strange == 0).then_some(EightDigits(digits))
    }

    /// The number that the digits are: pairs are put together, then fours, then all.
    #[inline]
    pub(crate) fn value(self) -> u64 {
        let pairs = self.0.wrapping_mul(10).wrapping_add(self.0 >> 8) & EVERY_OTHER_BYTE;
        let fours = pairs.wrapping_mul(100).wrapping_add(pairs >> 16) & 0x0000_ffff_0000_ffff;
        fours.wrapping_mul(10_000).wrapping_add(fours >> 32) & 0xffff_ffff
    }

    /// The sum of the digits, each times its weight: the highest sixteen bits of a product, for either half of them.
    #[inline]
    pub(crate) fn weighted(self, EightWeights([even, odd]): EightWeights) -> u64 {
        let of = |digits: u64, weights: u64| (digits & EVERY_OTHER_BYTE).wrapping_mul(weights) >> 48;
        of(self.0, even) + of(self.0 >> 8, odd)
    }
}

impl EightWeights {
    /// From the weights in the order of the digits, none above 900: the sums then stay within sixteen bits.
    pub(crate) const fn of(weights: [u64; 8]) -> EightWeights {
        let [a, b, c, d, e, f, g, h] = weights;
        EightWeights([a << 48 | c << 32 | e << 16 | g, b << 48 | d << 32 | f << 16 | h])
    }
}

#[cfg(test)]
mod tests {
    use super::{EightDigits, EightWeights};

    #[test]
    fn eight_digits_are_their_number_and_nothing_else_is_one() {
        for text in ["00000000", "12345678", "99999999", "10000000", "00000001"] {
            let eight = text.as_bytes().try_into().ok();
            assert_eq!(eight.and_then(EightDigits::of).map(EightDigits::value), text.parse().ok());
        }
        for place in 0..8 {
            for byte in (0..=255).filter(|byte: &u8| !byte.is_ascii_digit()) {
                let mut text = *b"12345678";
                text[place] = byte;
                assert!(EightDigits::of(text).is_none(), "byte {byte} at {place}");
            }
        }
    }

    #[test]
    fn each_digit_has_its_own_weight() {
        let weights = [7, 9, 10, 5, 8, 4, 2, 900];
        for (place, weight) in weights.into_iter().enumerate() {
            let mut text = *b"00000000";
            text[place] = b'9';
            let sum = EightDigits::of(text).map(|digits| digits.weighted(EightWeights::of(weights)));
            assert_eq!(sum, Some(9 * weight), "place {place}");
        }
        let all = EightDigits::of(*b"99999999").map(|digits| digits.weighted(EightWeights::of(weights)));
        assert_eq!(all, Some(9 * weights.iter().sum::<u64>()));
    }
}
