//! When a fund is to be looked at (基金运行预警): how many months it can still pay for, what it spends of what it takes
//! in, and whether it lasts until the year's end.
//!
//! Each threshold may be left out, not all of them: what a document does not give is tested on nobody's fund.

use chrono::NaiveDate;
use rust_decimal::Decimal;

use super::Policy;
use super::entry::{self, Cited, Span, percentage};
use crate::config::{Section, Value};
use crate::model::Fund;

/// Above these a number is a slip of the pen.
const PERCENT_MAX: Decimal = Decimal::ONE_THOUSAND;
const MONTHS_MAX: Decimal = Decimal::ONE_HUNDRED;

/// What is asked of some funds over a span of days, with where that is written.
#[derive(Debug, Clone, PartialEq)]
pub struct FundRule {
    /// Which funds.
    pub funds: Vec<Fund>,
    /// 可支付月数: fewer months of cover than these are an early warning.
    pub cover_months: Option<Decimal>,
    /// Spending of twelve months above so many percent of their income is an early warning.
    pub spent_percent: Option<Decimal>,
    /// Whether, and by which forecast, a balance that does not last until the year's end is one.
    pub run_out: Option<RunOut>,
    /// How many months' average spending must be left for care that was given and is not settled yet (未决费用), before
    /// a forecast balance counts as lasting.
    pub allowance_months: Decimal,
    /// How many months the accounts may be behind the month looked at; further behind, they say nothing.
    pub lag_months: u32,
    /// On which days, and where it is written.
    pub cited: Cited,
}

/// Which forecast is held against what must be left.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RunOut {
    /// The forecast itself.
    Forecast,
    /// The lower end of its interval.
    Worst,
}

impl FundRule {
    /// Whether it asks anything of this fund.
    pub fn covers(&self, fund: Fund) -> bool {
        self.funds.contains(&fund)
    }
}

impl Policy {
    /// What is asked of funds on `day`, in the file's order.
    pub fn funds_on(&self, day: NaiveDate) -> impl Iterator<Item = &FundRule> {
        self.funds.iter().filter(move |rule| rule.cited.holds(day))
    }

    /// A line for each rule of `as_of` that has no end and was last reviewed more than 366 days before.
    pub fn funds_to_review(&self, as_of: NaiveDate) -> Vec<String> {
        self.funds_on(as_of).filter_map(|rule| rule.cited.to_review(&self.path, "[[fund]]", as_of)).collect()
    }
}

/// What a `[[fund]]` holds; `None` when a fault was noted.
fn read(section: &Section<'_, '_>) -> Option<FundRule> {
    let span = Span::read(section);
    let funds = section.need("funds", |value| value.choices(&Fund::ALL.map(|fund| (fund.name(), fund))));
    let cover_months = section.may("cover_months", None, |value| months(value).map(Some));
    let spent_percent = section.may("spent_percent", None, |value| percentage(value, PERCENT_MAX).map(Some));
    let ways = [("forecast", RunOut::Forecast), ("worst", RunOut::Worst)];
    let run_out = section.may("run_out", None, |value| value.choice(&ways).map(Some));
    let allowance_months = section.may("allowance_months", Decimal::ZERO, |value| {
        if !section.has("run_out") {
            value.fault("`allowance_months` needs `run_out`: it is held against nothing else");
        }
        months(value)
    });
    let lag_months = section.need("lag_months", Value::count);
    if !["cover_months", "spent_percent", "run_out"].iter().any(|key| section.has(key)) {
        section.fault(
            "[[fund]] has none of `cover_months`, `spent_percent` and `run_out`, expected at least one; where the \
             document gives no threshold, leave the entry out",
        );
    }
    let cited = Cited::read(section, span);
    section.end();
    Some(FundRule {
        funds: funds?,
        cover_months: cover_months?,
        spent_percent: spent_percent?,
        run_out: run_out?,
        allowance_months: allowance_months?,
        lag_months: lag_months?,
        cited: cited?,
    })
}

/// A number of months above 0.
fn months(value: &Value<'_, '_>) -> Option<Decimal> {
    let months = value.decimal()?;
    if months <= Decimal::ZERO || months > MONTHS_MAX || months.scale() > 2 {
        return value.wrong(format!("a number of months above 0 and at most {MONTHS_MAX}, with at most two decimals"));
    }
    Some(months)
}

/// Every `[[fund]]`. Refuses two of one fund on one day.
pub(super) fn every(root: &Section<'_, '_>) -> Option<Vec<FundRule>> {
    let both = |one: &FundRule, other: &FundRule| one.funds.iter().copied().find(|fund| other.covers(*fund));
    entry::every(
        root,
        "fund",
        read,
        |rule| rule.cited.place(),
        |one, other| both(one, other).map(|fund| format!("`{}` has two [[fund]] rules", fund.name())),
    )
}
