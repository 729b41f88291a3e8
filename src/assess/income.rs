//! The reference income: which published figure a person's burden is held against.

use crate::delivery::Incomes;
use crate::model::{AreaCode, ReferenceIncome};
use crate::policy::IncomePolicy;

/// The figure for `area` in the year before `policy_year`: the area's own, else that of the area above it, as far up as
/// the policy allows. Where no area has one for that year, an older year's is taken, as many years back as the policy
/// allows, and marked provisional.
pub fn reference_income(
    incomes: &Incomes,
    policy: &IncomePolicy,
    area: AreaCode,
    policy_year: i32,
) -> Option<ReferenceIncome> {
    let last = policy_year - 1;
    let oldest = last - i32::try_from(policy.older_years).ok()?;
    (oldest..=last).rev().find_map(|year| {
        let in_reach = policy.area_levels.iter().filter_map(|level| area.at(*level));
        let mut published = in_reach.filter_map(|area| Some((area, incomes.get(policy.series.name(), area, year)?)));
        let (area, amount) = published.next()?;
        Some(ReferenceIncome { amount, year, area, provisional: year != last })
    })
}
