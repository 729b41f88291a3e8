//! Who somebody is: the certificate number (证件号码), read once and then carried as a small exact key.

use std::cmp::Ordering;
use std::fmt;

use chrono::NaiveDate;

use super::digits::{EightDigits, EightWeights};

/// Weights of the seventeen leading digits of a resident id (GB 11643, ISO 7064 MOD 11-2).
pub(crate) const CERTIFICATE_WEIGHTS: [u64; 17] = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
/// Those of the first eight, and of the second.
const FIRST: EightWeights = EightWeights::of([7, 9, 10, 5, 8, 4, 2, 1]);
const SECOND: EightWeights = EightWeights::of([6, 3, 7, 9, 10, 5, 8, 4]);
/// The check digit for each remainder of the weighted sum by 11.
const CHECK_DIGITS: [u8; 11] = *b"10X98765432";

/// A person, by certificate number. A resident id is held as its seventeen leading digits (the check digit follows from
/// them), any other certificate as its text; both are 16 bytes and exact. Ordered as their text is.
///
/// `Debug` shows nothing of the number, so that none can reach a log.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct PersonId(Certificate);

#[derive(Clone, PartialEq, Eq, Hash)]
enum Certificate {
    Resident(u64),
    Other(Box<str>),
}

impl PersonId {
    /// Reads a resident id (居民身份证, certificate type 01): 18 characters with a right check digit, `x` as `X`, or 15
    /// digits, which are converted. Surrounding blanks and tabs are trimmed. `None` when malformed.
    #[inline]
    pub fn resident(text: &[u8]) -> Option<PersonId> {
        resident_digits(text.trim_ascii()).map(|digits| PersonId(Certificate::Resident(digits)))
    }

    /// Reads a certificate of another type as it stands, trimmed and in capitals. `None` when blank. One that reads as
    /// a resident id is that resident: what is published is the text, and one text is one person.
    pub fn other(text: &str) -> Option<PersonId> {
        let text = text.trim();
        if text.is_empty() {
            return None;
        }
        PersonId::resident(text.as_bytes())
            .filter(|_| text.len() == 18)
            .or_else(|| Some(PersonId(Certificate::Other(text.to_uppercase().into_boxed_str()))))
    }

    /// The seventeen leading digits of a resident id; `None` for another certificate. Two residents have two numbers.
    #[inline]
    pub(crate) fn resident_number(&self) -> Option<u64> {
        match self.0 {
            Certificate::Resident(digits) => Some(digits),
            Certificate::Other(_) => None,
        }
    }

    /// The day of birth that a resident id bears; `None` for another certificate, and for a number whose digits are no
    /// day.
    pub fn born_on(&self) -> Option<NaiveDate> {
        let day = self.resident_number()? / 1_000 % 100_000_000;
        let part = |of: u64| u32::try_from(of).ok();
        NaiveDate::from_ymd_opt(i32::try_from(day / 10_000).ok()?, part(day / 100 % 100)?, part(day % 100)?)
    }

    /// Sixty-four well-mixed bits of the identity, the same on every machine and in every run.
    #[inline]
    pub(crate) fn mixed(&self) -> u64 {
        match &self.0 {
            Certificate::Resident(digits) => mix(*digits),
            Certificate::Other(text) => {
                text.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| mix(hash ^ u64::from(byte)))
            }
        }
    }
}

/// Spreads a number's entropy over all its bits (the finaliser of SplitMix64).
#[inline]
pub(crate) fn mix(value: u64) -> u64 {
    let value = (value ^ (value >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let value = (value ^ (value >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    value ^ (value >> 31)
}

/// The seventeen leading digits of a well-formed resident id.
#[inline]
fn resident_digits(text: &[u8]) -> Option<u64> {
    if let Ok(text) = <&[u8; 18]>::try_from(text) {
        let (first, rest) = text.split_first_chunk()?;
        let (second, &[last, check]) = rest.split_first_chunk()? else { return None };
        let (first, second, last) = (EightDigits::of(*first)?, EightDigits::of(*second)?, last.wrapping_sub(b'0'));
        let sum = first.weighted(FIRST) + second.weighted(SECOND) + CERTIFICATE_WEIGHTS[16] * u64::from(last);
        let right = last <= 9 && CHECK_DIGITS[(sum % 11) as usize] == check.to_ascii_uppercase();
        return right.then(|| (first.value() * 100_000_000 + second.value()) * 10 + u64::from(last));
    }
    if text.len() != 15 {
        return None;
    }
    let (area, rest) = (digits(&text[..6])?, digits(&text[6..])?);
    Some(area * 100_000_000_000 + 19_000_000_000 + rest)
}

fn digits(text: &[u8]) -> Option<u64> {
    text.iter().try_fold(0u64, |value, byte| byte.is_ascii_digit().then(|| value * 10 + u64::from(byte - b'0')))
}

/// The check digit of seventeen leading digits (GB 11643-1999, section 4.2.2).
pub fn check_digit(mut leading: u64) -> u8 {
    let mut sum = 0;
    for weight in CERTIFICATE_WEIGHTS.iter().rev() {
        sum += weight * (leading % 10);
        leading /= 10;
    }
    CHECK_DIGITS[(sum % 11) as usize]
}

impl fmt::Display for PersonId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Certificate::Resident(digits) => write!(f, "{digits:017}{}", char::from(check_digit(*digits))),
            Certificate::Other(text) => f.write_str(text),
        }
    }
}

impl fmt::Debug for PersonId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PersonId(..)")
    }
}

impl Ord for PersonId {
    fn cmp(&self, other: &PersonId) -> Ordering {
        match (&self.0, &other.0) {
            (Certificate::Resident(a), Certificate::Resident(b)) => a.cmp(b),
            _ => self.to_string().cmp(&other.to_string()),
        }
    }
}

impl PartialOrd for PersonId {
    fn partial_cmp(&self, other: &PersonId) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}
