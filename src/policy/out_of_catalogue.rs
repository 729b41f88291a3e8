//! How much of an institution's in-patient cost may lie outside the catalogue (目录外医疗费用占比), by the level of the
//! hospital: of a year together, expressly never of one person or one stay.
//!
//! The volume below which an institution is not looked at is the bureau's own setting, as no document gives one: a
//! file without `minimum_stays` looks at every institution with a settlement.

use chrono::NaiveDate;
use rust_decimal::Decimal;

use super::Policy;
use super::entry::{self, Cited, Span, categories, percentage};
use crate::config::{Section, Value};
use crate::model::{Categories, Fen, HospitalLevel};

/// What the limits are over a span of days, with where that is written.
#[derive(Debug, Clone, PartialEq)]
pub struct OutOfCatalogue {
    /// Of whom the cost is added up.
    pub patients: Patients,
    /// The most that may lie outside the catalogue, in percent of the medical cost, at levels 1, 2 and 3.
    limits: [Decimal; 3],
    /// With fewer in-patient settlements in the year, an institution is not looked at; `None` where that is not set.
    pub minimum_stays: Option<u64>,
    /// On which days, and where it is written.
    pub cited: Cited,
}

/// Whose in-patient settlements are added up, by their identities on the day of settlement.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Patients {
    /// Everybody in the register, of whatever category.
    Register,
    /// People of these categories.
    Named(Categories),
}

impl OutOfCatalogue {
    /// The limit at a level, in percent; `None` for a hospital without one.
    pub fn limit(&self, level: HospitalLevel) -> Option<Decimal> {
        match level {
            HospitalLevel::One => Some(self.limits[0]),
            HospitalLevel::Two => Some(self.limits[1]),
            HospitalLevel::Three => Some(self.limits[2]),
            HospitalLevel::Unrated => None,
        }
    }

    /// Whether a cost outside the catalogue is more than the limit at a level allows (超出): at the limit is within it.
    /// `None` where the level has no limit.
    pub fn exceeds(&self, level: HospitalLevel, outside: Fen, cost: Fen) -> Option<bool> {
        // Percentages have at most four decimals, so both sides are whole: 100 times fen, in ten-thousandths.
        let mut limit = self.limit(level)?;
        limit.rescale(4);
        Some(i128::from(outside.0) * 1_000_000 > limit.mantissa() * i128::from(cost.0))
    }

    /// The most that a cost may have outside the catalogue, in whole fen.
    pub fn most(&self, level: HospitalLevel, cost: Fen) -> Option<Fen> {
        let mut limit = self.limit(level)?;
        limit.rescale(4);
        let most = (limit.mantissa() * i128::from(cost.0)).div_euclid(1_000_000);
        i64::try_from(most).ok().map(Fen)
    }
}

impl Policy {
    /// The limits in force on `day`; `None` where the policy has none.
    pub fn out_of_catalogue_on(&self, day: NaiveDate) -> Option<&OutOfCatalogue> {
        self.out_of_catalogue.iter().find(|entry| entry.cited.holds(day))
    }

    /// A line, when the limits of `as_of` have no end and were last reviewed more than 366 days before.
    pub fn out_of_catalogue_to_review(&self, as_of: NaiveDate) -> Option<String> {
        self.out_of_catalogue_on(as_of)?.cited.to_review(&self.path, "[[out_of_catalogue]]", as_of)
    }
}

/// What an `[[out_of_catalogue]]` holds; `None` when a fault was noted.
fn read(section: &Section<'_, '_>) -> Option<OutOfCatalogue> {
    let patients = section.need("patients", |value| match value.says("register") {
        true => Some(Patients::Register),
        false => categories(value).map(Patients::Named),
    });
    let limits = section.need("limits", |value| limits(&value.table()?));
    let minimum_stays = section.may("minimum_stays", None, |value| value.count().map(Some));
    let cited = Cited::read(section, Span::read(section));
    section.end();
    Some(OutOfCatalogue { patients: patients?, limits: limits?, minimum_stays: minimum_stays?, cited: cited? })
}

/// `{ level_1 = "1", level_2 = "2", level_3 = "3" }`.
fn limits(section: &Section<'_, '_>) -> Option<[Decimal; 3]> {
    let percent = |value: &Value<'_, '_>| percentage(value, Decimal::ONE_HUNDRED);
    let limits = ["level_1", "level_2", "level_3"].map(|level| section.need(level, percent));
    section.end();
    let [one, two, three] = limits;
    Some([one?, two?, three?])
}

/// Every `[[out_of_catalogue]]`. Refuses two on one day.
pub(super) fn every(root: &Section<'_, '_>) -> Option<Vec<OutOfCatalogue>> {
    let place = |entry: &OutOfCatalogue| entry.cited.place();
    entry::every(root, "out_of_catalogue", read, place, |_, _| Some("[[out_of_catalogue]] stands twice".to_owned()))
}
