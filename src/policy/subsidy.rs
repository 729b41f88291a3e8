//! What is paid towards somebody's premium (资助参保): in full, a fixed amount or a share of it, for whom and for which
//! years.
//!
//! A premium is paid for a year, and often before that year begins. So a rule is asked for by the year that the premium
//! is for, never by the day of payment: it is the one in force on 1 January of that year.

use std::fmt;

use chrono::{Months, NaiveDate};
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;

use super::Policy;
use super::entry::{self, Cited, Span, categories, percentage, shared};
use crate::config::{Section, Value};
use crate::model::{Categories, Fen};

/// The subsidy of some categories over a span of days, with where that is written.
#[derive(Debug, Clone, PartialEq)]
pub struct Subsidy {
    /// Whose.
    pub categories: Categories,
    /// How much.
    pub measure: SubsidyMeasure,
    /// For how many months from the day on which the person was recognised as of the category; `None` when the text
    /// sets no such limit.
    pub months_from_recognition: Option<u32>,
    /// On which days, and where it is written.
    pub cited: Cited,
}

/// How much of the premium (个人缴费) is subsidised.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum SubsidyMeasure {
    /// 全额资助: all of it.
    Full,
    /// 定额资助: a fixed amount a year, above 0.
    Amount(Fen),
    /// From so many to so many percent of it, both above 0 and at most 100.
    PercentOfPremium {
        /// The least.
        from: Decimal,
        /// The most.
        to: Decimal,
    },
    /// 不再享受: the text says that they receive none.
    Nothing,
    /// The text orders a subsidy and gives no figure, so that no payment can be held against it.
    NotGiven,
}

/// `180.00 yuan`, or `80% to 90% of the premium`.
impl fmt::Display for SubsidyMeasure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            SubsidyMeasure::Full => f.write_str("the whole premium"),
            SubsidyMeasure::Amount(amount) => write!(f, "{amount} yuan a year"),
            SubsidyMeasure::PercentOfPremium { from, to } if from == to => write!(f, "{from}% of the premium"),
            SubsidyMeasure::PercentOfPremium { from, to } => write!(f, "{from}% to {to}% of the premium"),
            SubsidyMeasure::Nothing => f.write_str("none"),
            SubsidyMeasure::NotGiven => f.write_str("an amount that the document does not give"),
        }
    }
}

impl SubsidyMeasure {
    /// The least and the most that may be paid towards a premium, in whole fen: an amount is right exactly when it
    /// lies between them. `None` where the text gives no figure, or asks for a share of a premium that is not known.
    pub fn due(self, premium: Option<Fen>) -> Option<(Fen, Fen)> {
        match self {
            SubsidyMeasure::Full => premium.map(|premium| (premium, premium)),
            SubsidyMeasure::Amount(amount) => Some((amount, amount)),
            SubsidyMeasure::PercentOfPremium { from, to } => {
                let share = |percent: Decimal| Decimal::from(premium?.0).checked_mul(percent)?.checked_div(100.into());
                Some((Fen(share(from)?.ceil().to_i64()?), Fen(share(to)?.floor().to_i64()?)))
            }
            SubsidyMeasure::Nothing => Some((Fen::ZERO, Fen::ZERO)),
            SubsidyMeasure::NotGiven => None,
        }
    }
}

impl Subsidy {
    /// Whether it holds for the premium of `year`.
    pub fn holds_for(&self, year: i32) -> bool {
        NaiveDate::from_ymd_opt(year, 1, 1).is_some_and(|day| self.cited.holds(day))
    }

    /// Whether, on `day`, its time is over for somebody recognised on `recognised`.
    pub fn is_over(&self, recognised: NaiveDate, day: NaiveDate) -> bool {
        self.end_for(recognised).is_some_and(|end| day >= end)
    }

    /// The first day on which its time is over for somebody recognised on `recognised`; `None` where it has no limit.
    pub fn end_for(&self, recognised: NaiveDate) -> Option<NaiveDate> {
        recognised.checked_add_months(Months::new(self.months_from_recognition?))
    }
}

impl Policy {
    /// The subsidies of the premium of `year`, in the file's order.
    pub fn subsidies_for(&self, year: i32) -> impl Iterator<Item = &Subsidy> {
        self.subsidies.iter().filter(move |subsidy| subsidy.holds_for(year))
    }

    /// One line a subsidy of `year` that has no end and was last reviewed more than 366 days before `as_of`.
    pub fn subsidies_to_review(&self, year: i32, as_of: NaiveDate) -> Vec<String> {
        self.subsidies_for(year).filter_map(|of| of.cited.to_review(&self.path, "the subsidy", as_of)).collect()
    }
}

/// What a `[[subsidy]]` holds; `None` when a fault was noted.
fn read(section: &Section<'_, '_>) -> Option<Subsidy> {
    let categories = section.need("categories", categories);
    let measure = measure(section);
    let months_from_recognition = section.may("months_from_recognition", None, |value| match value.count()? {
        0 => value.wrong("a number of months above 0"),
        months => Some(Some(months)),
    });
    if section.has("months_from_recognition") && measure == Some(SubsidyMeasure::Nothing) {
        section.fault("a subsidy of nothing has no time; take `months_from_recognition` out");
    }
    let cited = Cited::read(section, Span::read(section));
    section.end();
    Some(Subsidy {
        categories: categories?,
        measure: measure?,
        months_from_recognition: months_from_recognition?,
        cited: cited?,
    })
}

const MEASURES: [&str; 5] = ["full", "amount", "percent_of_premium", "nothing", "not_given"];

/// Exactly one of the measures.
fn measure(section: &Section<'_, '_>) -> Option<SubsidyMeasure> {
    let yes =
        |measure| move |value: &Value<'_, '_>| if value.flag()? { Some(Some(measure)) } else { value.wrong("true") };
    let amount = |value: &Value<'_, '_>| value.amount_above_zero().map(|amount| Some(SubsidyMeasure::Amount(amount)));
    let read = [
        section.may("full", None, yes(SubsidyMeasure::Full)),
        section.may("amount", None, amount),
        section.may("percent_of_premium", None, |value| percents(value).map(Some)),
        section.may("nothing", None, yes(SubsidyMeasure::Nothing)),
        section.may("not_given", None, yes(SubsidyMeasure::NotGiven)),
    ];
    let there: Vec<String> = MEASURES.iter().filter(|key| section.has(key)).map(|key| format!("`{key}`")).collect();
    if there.len() != 1 {
        let found = if there.is_empty() { "no measure".to_owned() } else { there.join(" and ") };
        section.fault(format!("{} has {found}, expected exactly one of {}", section.named(), MEASURES.join(", ")));
        return None;
    }
    read.into_iter().flatten().flatten().next()
}

/// `{ from = "80", to = "90" }`.
fn percents(value: &Value<'_, '_>) -> Option<SubsidyMeasure> {
    let section = value.table()?;
    let percent = |value: &Value<'_, '_>| percentage(value, Decimal::ONE_HUNDRED);
    let from = section.need("from", percent);
    let to = section.need("to", percent);
    section.end();
    let (from, to) = (from?, to?);
    if from > to {
        section.fault(format!("`from` is {from}, expected a percentage of at most `to`, {to}"));
        return None;
    }
    Some(SubsidyMeasure::PercentOfPremium { from, to })
}

/// Every `[[subsidy]]`. Refuses two for one category on one day.
pub(super) fn every(root: &Section<'_, '_>) -> Option<Vec<Subsidy>> {
    let place = |entry: &Subsidy| entry.cited.place();
    let twice = |earlier: &Subsidy, later: &Subsidy| {
        let category = shared(later.categories, earlier.categories)?;
        Some(format!("`{category}` has two subsidies"))
    };
    entry::every(root, "subsidy", read, place, twice)
}
