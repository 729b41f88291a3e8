//! What an office has been told of a warning.

use chrono::NaiveDate;
use rust_decimal::Decimal;

use super::{AreaCode, WarningId};

/// A warning as one office knows it. There is none while the office has not been told of the warning, and none any more
/// once it has been told that the warning ended, or went to another office.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Told {
    /// The office, by its id in the job.
    pub office: String,
    /// The warning.
    pub warning: WarningId,
    /// The first night told, since the warning was opened or reopened.
    pub told_on: NaiveDate,
    /// The last night on which it stood in a list; `None` while it was only counted as monitored already.
    pub last_on: Option<NaiveDate>,
    /// The rule, as last told.
    pub rule: String,
    /// The threshold in yuan, as last told, with four decimals.
    pub threshold: Decimal,
    /// The band, as last told.
    pub band: u32,
    /// Where the person belonged, as last told.
    pub area: AreaCode,
    /// The township, as last told.
    pub town_code: Option<String>,
    /// The day by which the office is to answer; `None` where it is not asked to.
    pub answer_due: Option<NaiveDate>,
}
