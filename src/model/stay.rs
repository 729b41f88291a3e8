//! Stays in hospital as the audits of providers see them.

use std::sync::Arc;

use super::{AreaCode, Care, Fen};

/// One stay (住院), from admission to discharge: every settlement of one person at one institution with one `mdtrt_id`,
/// interim ones and those after a transfer among them. A settlement without `mdtrt_id` is a stay by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stay {
    /// Whose: the person's place among the people who were read.
    pub person: u32,
    /// Where: the institution's place among those that were read; `None` where the settlements do not say.
    pub institution: Option<u32>,
    /// For what: the disease code's place among those that were read; that of the last settlement that gives one.
    pub disease: Option<u32>,
    /// Where the person was insured, by the last settlement that says.
    pub area: Option<AreaCode>,
    /// From when until when; `None` where a settlement does not say, or says something that no stay can be: a discharge
    /// before the admission, or after the day looked at.
    pub days: Option<StayDays>,
    /// The day of its last settlement, as days since 1970.
    pub settled: i32,
    /// Medical cost.
    pub cost: Fen,
    /// Where its first settlement was delivered.
    pub row: RowPlace,
    /// Whether it is a settlement without `mdtrt_id`: perhaps but an interim bill of another stay, and no stay more.
    pub alone: bool,
    /// Whether something that was set aside may change it: it is evidence of nothing.
    pub in_doubt: bool,
}

/// The days of a stay, as days since 1970.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct StayDays {
    /// The day of admission.
    pub begin: i32,
    /// The day of discharge, never before that of admission.
    pub end: i32,
}

impl StayDays {
    /// How many nights it has; 0 where somebody left on the day of admission.
    pub fn nights(self) -> i32 {
        self.end.saturating_sub(self.begin)
    }

    /// Whether all of `other` lies strictly between admission and discharge: neither of these two days is within.
    pub fn strictly_hold(self, other: StayDays) -> bool {
        self.begin < other.begin && other.end < self.end
    }
}

/// Where a row was delivered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RowPlace {
    /// The extract, as its index among all files of the delivery.
    pub file: u32,
    /// The row within the file, from 1.
    pub row: u32,
}

/// A settlement of somebody in hospital for care outside the stay: its days lie strictly within it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PaidDuring {
    /// The stay, by its place.
    pub stay: u32,
    /// What kind of care it was.
    pub care: Care,
    /// Its days.
    pub days: StayDays,
    /// Where.
    pub institution: Option<Arc<str>>,
    /// For what.
    pub disease: Option<Arc<str>>,
    /// Medical cost, less what was reversed.
    pub cost: Fen,
    /// Where it was delivered.
    pub row: RowPlace,
}

/// A medical institution (定点医药机构) that a settlement of a stay names, or one that may be of a stay.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Institution {
    /// Its code (定点医药机构编号).
    pub code: Arc<str>,
    /// Rows of a stay there that cannot be used, as far as they can be laid to it.
    pub unusable: u64,
    /// Rows of it, used or not, that do not say for what care they are.
    pub unclear: u64,
}

impl Institution {
    /// The area of an institution: the six digits after the letter of a code of the national form (a letter, six digits
    /// of area, five or more further digits); `None` for any other code.
    pub fn area_of(code: &str) -> Option<AreaCode> {
        let (letter, digits) = code.as_bytes().split_first()?;
        let national = letter.is_ascii_alphabetic() && digits.len() >= 11 && digits.iter().all(u8::is_ascii_digit);
        if national { AreaCode::from_text(digits.get(..6)?) } else { None }
    }
}
