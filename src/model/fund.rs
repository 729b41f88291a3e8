//! The funds that pay for care (医保基金), and one month of one of them.

use super::{AreaCode, Fen, Month};

/// A fund, by whom or what it pays for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Fund {
    /// 城乡居民基本医疗保险基金.
    Resident,
    /// 职工基本医疗保险基金.
    Employee,
    /// 大病保险资金.
    CriticalIllness,
    /// 医疗救助资金.
    Assistance,
}

impl Fund {
    /// Every fund, in order.
    pub const ALL: [Fund; 4] = [Fund::Resident, Fund::Employee, Fund::CriticalIllness, Fund::Assistance];

    /// The name in mappings, policy files and published tables.
    pub fn name(self) -> &'static str {
        match self {
            Fund::Resident => "resident",
            Fund::Employee => "employee",
            Fund::CriticalIllness => "critical_illness",
            Fund::Assistance => "assistance",
        }
    }

    /// The name that clerks know.
    pub fn term(self) -> &'static str {
        match self {
            Fund::Resident => "居民基本医保基金",
            Fund::Employee => "职工基本医保基金",
            Fund::CriticalIllness => "大病保险资金",
            Fund::Assistance => "医疗救助资金",
        }
    }
}

/// What one fund of one area took in, paid and had left at the end of one month. The order is by area, fund and month.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct FundMonth {
    /// Whose fund.
    pub area: AreaCode,
    /// Which fund.
    pub fund: Fund,
    /// Which month.
    pub month: Month,
    /// 收入.
    pub income: Fen,
    /// 支出.
    pub spending: Fen,
    /// 累计结余 at the month's end.
    pub balance: Fen,
}

impl FundMonth {
    /// The largest amount that one month may carry, either sign: 10^15 fen, ten trillion yuan. A province's fund has
    /// more than a settlement may.
    pub const MOST: i64 = 1_000_000_000_000_000;
}
