//! The level of a hospital (医院等级), on which some limits depend.

/// The level that a hospital was accredited at, grades within it left out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum HospitalLevel {
    /// 一级.
    One,
    /// 二级.
    Two,
    /// 三级.
    Three,
    /// 无等级: of no level, by its own code.
    Unrated,
}

impl HospitalLevel {
    /// Every level, in order.
    pub const ALL: [HospitalLevel; 4] =
        [HospitalLevel::One, HospitalLevel::Two, HospitalLevel::Three, HospitalLevel::Unrated];

    /// The name in mappings and published tables.
    pub fn name(self) -> &'static str {
        match self {
            HospitalLevel::One => "1",
            HospitalLevel::Two => "2",
            HospitalLevel::Three => "3",
            HospitalLevel::Unrated => "none",
        }
    }

    /// The name that clerks know.
    pub fn term(self) -> &'static str {
        match self {
            HospitalLevel::One => "一级",
            HospitalLevel::Two => "二级",
            HospitalLevel::Three => "三级",
            HospitalLevel::Unrated => "无等级",
        }
    }
}
