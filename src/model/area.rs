//! Where somebody is insured: administrative division codes (医保区划, GB/T 2260).

use std::fmt;

/// A six-digit division code: province `xx0000`, prefecture `xxyy00`, county otherwise. The insurance bureaus' own
/// `xxyy99`, the city itself, is kept as sent and stands at the prefecture's level.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AreaCode(u32);

/// A level of the administrative hierarchy at which a figure can be published.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum AreaLevel {
    /// 县, 旗, 区: the code as it stands.
    County,
    /// 地, 市, 州, 盟: `xxyy00`.
    Prefecture,
    /// 省, 自治区, 直辖市: `xx0000`.
    Province,
}

impl AreaLevel {
    /// The name in policy files.
    pub fn name(self) -> &'static str {
        match self {
            AreaLevel::County => "county",
            AreaLevel::Prefecture => "prefecture",
            AreaLevel::Province => "province",
        }
    }
}

impl AreaCode {
    /// Six digits that start with a province; `None` otherwise.
    pub fn new(code: u32) -> Option<AreaCode> {
        (110_000..=829_999).contains(&code).then_some(AreaCode(code))
    }

    /// Six digits as text; surrounding blanks are trimmed. `None` when it is anything else.
    pub fn from_text(text: &[u8]) -> Option<AreaCode> {
        let text = text.trim_ascii();
        if text.len() != 6 {
            return None;
        }
        let value = text
            .iter()
            .try_fold(0u32, |value, byte| byte.is_ascii_digit().then(|| value * 10 + u32::from(byte - b'0')));
        AreaCode::new(value?)
    }

    /// The code as a number, for tables of integers.
    pub fn number(self) -> i32 {
        i32::try_from(self.0).unwrap_or(i32::MAX)
    }

    /// The code of that number; `None` for a number that is none.
    pub fn from_number(number: i32) -> Option<AreaCode> {
        AreaCode::new(u32::try_from(number).ok()?)
    }

    /// The code of the area at `level` in which this one lies, or `None` when this one stands above that level
    /// (a prefecture has no county of its own; its city itself, `xxyy99`, has none either).
    pub fn at(self, level: AreaLevel) -> Option<AreaCode> {
        let prefecture = self.0 / 100 * 100;
        let province = self.0 / 10_000 * 10_000;
        match level {
            AreaLevel::County => (self.0 != prefecture && self.0 % 100 != 99).then_some(self),
            AreaLevel::Prefecture => (prefecture != province).then_some(AreaCode(prefecture)),
            AreaLevel::Province => Some(AreaCode(province)),
        }
    }
}

impl fmt::Display for AreaCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:06}", self.0)
    }
}

impl fmt::Debug for AreaCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "AreaCode({self})")
    }
}
