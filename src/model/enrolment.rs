//! Enrolment in basic insurance (基本医保参保): in which scheme, and how it stands.

/// A scheme of basic insurance (险种).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum InsuranceType {
    /// 职工基本医疗保险.
    Employee,
    /// 城乡居民基本医疗保险.
    Resident,
}

impl InsuranceType {
    /// Every scheme, in order.
    pub const ALL: [InsuranceType; 2] = [InsuranceType::Employee, InsuranceType::Resident];

    /// The name in mappings and published tables.
    pub fn name(self) -> &'static str {
        match self {
            InsuranceType::Employee => "employee",
            InsuranceType::Resident => "resident",
        }
    }

    /// The word that clerks know.
    pub fn term(self) -> &'static str {
        match self {
            InsuranceType::Employee => "职工医保",
            InsuranceType::Resident => "居民医保",
        }
    }
}

/// How an enrolment stands (人员参保状态).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum EnrolmentStatus {
    /// 正常参保.
    Normal,
    /// 暂停参保.
    Suspended,
    /// 终止参保.
    Ended,
    /// The person is dead (死亡).
    Dead,
    /// The person has moved away (迁出).
    Moved,
}

impl EnrolmentStatus {
    /// Every status, in order.
    pub const ALL: [EnrolmentStatus; 5] = [
        EnrolmentStatus::Normal,
        EnrolmentStatus::Suspended,
        EnrolmentStatus::Ended,
        EnrolmentStatus::Dead,
        EnrolmentStatus::Moved,
    ];

    /// The name in mappings and published tables.
    pub fn name(self) -> &'static str {
        match self {
            EnrolmentStatus::Normal => "normal",
            EnrolmentStatus::Suspended => "suspended",
            EnrolmentStatus::Ended => "ended",
            EnrolmentStatus::Dead => "dead",
            EnrolmentStatus::Moved => "moved",
        }
    }

    /// The word that clerks know.
    pub fn term(self) -> &'static str {
        match self {
            EnrolmentStatus::Normal => "正常参保",
            EnrolmentStatus::Suspended => "暂停参保",
            EnrolmentStatus::Ended => "终止参保",
            EnrolmentStatus::Dead => "死亡",
            EnrolmentStatus::Moved => "迁出",
        }
    }
}
