//! The structure of care (就医结构): what each kind of care cost in an area and month, which layer paid how much of it,
//! what a stay cost, and how many stays there were per thousand people enrolled.
//!
//! Sums go by the month of settlement, stays by the month in which they end: what of a month's stays was settled only
//! after it is shown beside them, for that is what an allowance at the year's end has to cover.

use std::collections::{BTreeMap, BTreeSet};

use rust_decimal::Decimal;

use crate::burden::{CareSum, CareSums, Stays};
use crate::delivery::{Enrolled, day_since_1970};
use crate::model::{AreaCode, Care, Fen, Month};

/// One kind of care in one area and month.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CareRow {
    /// Where people are insured; `None` where the settlements do not say.
    pub area: Option<AreaCode>,
    /// The month.
    pub month: Month,
    /// What kind of care; `None` where the settlements do not say.
    pub care: Option<Care>,
    /// What it came to.
    pub came_to: CareFigures,
}

/// What care came to, in whatever area and months.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub struct CareFigures {
    /// What it cost, and who paid.
    pub sum: CareSum,
    /// The stays that ended then, of in-patient care.
    pub stays: Option<StaySum>,
    /// How many people are enrolled there on the day looked at, beside the stays.
    pub enrolled: Option<u64>,
}

/// Stays together.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub struct StaySum {
    /// How many.
    pub stays: u64,
    /// What they cost.
    pub cost: i128,
    /// What those cost of which the last settlement came in a later month.
    pub settled_later: i128,
}

impl CareFigures {
    /// Takes in what other care came to; of people enrolled it says nothing.
    pub(super) fn add(&mut self, other: &CareFigures) {
        self.sum.add(&other.sum);
        if let Some(StaySum { stays, cost, settled_later }) = other.stays {
            let all = self.stays.get_or_insert_default();
            all.stays += stays;
            all.cost += cost;
            all.settled_later += settled_later;
        }
    }

    /// What was left of the cost by every payer of a settlement.
    pub fn person(&self) -> i128 {
        let CareSum { cost, basic_insurance, critical_illness, medical_assistance, other_funds, hospital_part, .. } =
            self.sum;
        cost - basic_insurance - critical_illness - medical_assistance - other_funds - hospital_part
    }

    /// So many fen in percent of the cost; `None` where nothing was left of it.
    pub fn percent(&self, part: i128) -> Option<Decimal> {
        let cost = Decimal::from(Fen::of_sum(self.sum.cost).0);
        (cost > Decimal::ZERO).then(|| Decimal::from(Fen::of_sum(part).0) * Decimal::ONE_HUNDRED / cost)
    }

    /// What a stay cost, to the fen.
    pub fn cost_per_stay(&self) -> Option<Fen> {
        let StaySum { stays, cost, .. } = self.stays.filter(|sum| sum.stays > 0)?;
        let stays = i128::from(stays);
        Some(Fen::of_sum((2 * cost + stays).div_euclid(2 * stays)))
    }

    /// 住院率: stays per thousand people enrolled.
    pub fn stays_per_thousand(&self) -> Option<Decimal> {
        let (stays, enrolled) = (self.stays?.stays, self.enrolled?);
        (Decimal::from(stays) * Decimal::ONE_THOUSAND).checked_div(Decimal::from(enrolled))
    }
}

/// Every kind of care by area and month. `stays` and `enrolled` stay out where their tables did not come.
pub fn structure(sums: &CareSums, stays: Option<&Stays>, enrolled: Option<&Enrolled>) -> Vec<CareRow> {
    let (ended, heads) = (stays.map(ended), enrolled.map(heads));
    let mut all: BTreeMap<(Option<AreaCode>, Month, Option<Care>), CareSum> = sums.clone();
    for (area, month) in ended.iter().flat_map(BTreeMap::keys) {
        all.entry((*area, *month, Some(Care::InPatient))).or_default();
    }
    // Where people are enrolled and nobody lay in hospital, the rate is nought, and they count for that of all areas.
    let months: BTreeSet<Month> = sums.keys().map(|(_, month, _)| *month).collect();
    for area in heads.iter().flat_map(BTreeMap::keys).filter(|_| ended.is_some()) {
        for month in &months {
            all.entry((Some(*area), *month, Some(Care::InPatient))).or_default();
        }
    }
    let row = |((area, month, care), sum)| {
        let in_hospital = care == Some(Care::InPatient);
        let stays = ended.as_ref().filter(|_| in_hospital);
        let people = heads.as_ref().filter(|_| in_hospital);
        let came_to = CareFigures {
            sum,
            stays: stays.map(|ended| ended.get(&(area, month)).copied().unwrap_or_default()),
            enrolled: people.zip(area).map(|(heads, area)| heads.get(&area).copied().unwrap_or_default()),
        };
        CareRow { area, month, care, came_to }
    };
    all.into_iter().map(row).collect()
}

/// The stays by area and the month in which they end: that of the last settlement where the days are not known.
fn ended(stays: &Stays) -> BTreeMap<(Option<AreaCode>, Month), StaySum> {
    let month = |day: i32| day_since_1970(day.into()).and_then(Month::of);
    let mut sums: BTreeMap<(Option<AreaCode>, Month), StaySum> = BTreeMap::new();
    for stay in &stays.all {
        let end = stay.days.map_or(stay.settled, |days| days.end);
        let (Some(end), Some(settled)) = (month(end), month(stay.settled)) else { continue };
        let sum = sums.entry((stay.area, end)).or_default();
        sum.stays += 1;
        sum.cost += i128::from(stay.cost.0);
        if settled > end {
            sum.settled_later += i128::from(stay.cost.0);
        }
    }
    sums
}

/// How many people are certainly enrolled, by area.
fn heads(enrolled: &Enrolled) -> BTreeMap<AreaCode, u64> {
    let mut heads: BTreeMap<AreaCode, u64> =
        enrolled.others.iter().map(|(area, heads)| (*area, heads.enrolled)).collect();
    for listed in enrolled.listed.iter().filter(|listed| listed.certain) {
        *heads.entry(listed.area).or_default() += 1;
    }
    heads
}
