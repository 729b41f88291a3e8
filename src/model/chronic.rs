//! Chronic diseases (慢病) as the public-health register (基本公卫) and cards (慢病卡) know them.

/// What a card is for, or for what somebody is registered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ChronicDisease {
    /// 高血压.
    Hypertension,
    /// 糖尿病.
    Diabetes,
    /// 严重精神障碍, which older documents call 重性精神病.
    SevereMental,
    /// 肺结核.
    Tuberculosis,
    /// One for which the public-health register keeps nobody.
    Other,
}

impl ChronicDisease {
    /// Every disease, in order.
    pub const ALL: [ChronicDisease; 5] = [
        ChronicDisease::Hypertension,
        ChronicDisease::Diabetes,
        ChronicDisease::SevereMental,
        ChronicDisease::Tuberculosis,
        ChronicDisease::Other,
    ];

    /// Those of the public-health register.
    pub const REGISTERED: [ChronicDisease; 4] = [
        ChronicDisease::Hypertension,
        ChronicDisease::Diabetes,
        ChronicDisease::SevereMental,
        ChronicDisease::Tuberculosis,
    ];

    /// The name in the public-health register, in mappings and in published tables.
    pub fn name(self) -> &'static str {
        match self {
            ChronicDisease::Hypertension => "hypertension",
            ChronicDisease::Diabetes => "diabetes",
            ChronicDisease::SevereMental => "severe_mental",
            ChronicDisease::Tuberculosis => "tuberculosis",
            ChronicDisease::Other => "other",
        }
    }

    /// The name that clerks know.
    pub fn term(self) -> &'static str {
        match self {
            ChronicDisease::Hypertension => "高血压",
            ChronicDisease::Diabetes => "糖尿病",
            ChronicDisease::SevereMental => "严重精神障碍",
            ChronicDisease::Tuberculosis => "肺结核",
            ChronicDisease::Other => "其他病种",
        }
    }
}
