//! One fund held against what the place's documents ask of it: each threshold that they give, and no other.

use std::fmt::Write as _;

use rust_decimal::{Decimal, RoundingStrategy};

use super::forecast::ForecastRow;
use super::series::{Flow, Series, cover_months};
use crate::model::{Fen, Matter, Month, PUBLISHED_DECIMALS};
use crate::policy::{FundRule, RunOut};

const TWELVE: Decimal = Decimal::from_parts(12, 0, 0, false, 0);

/// What one threshold says of a fund.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Warned {
    pub(super) matter: Matter,
    pub(super) found: Fen,
    pub(super) expected: Fen,
}

/// What the rule says of a fund, or that there is too little to go by.
#[derive(Debug, Default)]
pub(super) struct Judged {
    /// The thresholds that are passed, the gravest first.
    pub(super) warned: Vec<Warned>,
    /// Whether a threshold could not be held against anything.
    pub(super) untold: bool,
    /// Figures and thresholds, in Chinese.
    pub(super) words: String,
}

impl Judged {
    /// The gravest of what is found.
    pub(super) fn matter(&self) -> Matter {
        match self.warned.first() {
            Some(warned) => warned.matter,
            None if self.untold => Matter::NoData,
            None => Matter::FundSound,
        }
    }

    fn cannot_tell(&mut self, words: &str) {
        self.untold = true;
        self.words += words;
    }

    fn holds(&mut self, passed: bool, warned: Warned) {
        if passed {
            self.words += "，待核查";
            self.warned.push(warned);
        }
    }
}

/// What must be left at the year's end: so many months' average spending, rounded up; `None` where a month is missing,
/// unless it is nothing whatever was spent.
pub(super) fn allowance(series: &Series<'_>, rule: &FundRule) -> Option<Fen> {
    if rule.allowance_months.is_zero() {
        return Some(Fen::ZERO);
    }
    let spent = series.twelve_months(Flow::Spending, series.latest.month)?;
    Some(up(rule.allowance_months * decimal(spent) / TWELVE))
}

/// Holds a fund against the rule at the end of `month`; `forecast` is its year's.
pub(super) fn judged(series: &Series<'_>, rule: &FundRule, month: Month, forecast: Option<&[ForecastRow]>) -> Judged {
    let latest = series.latest;
    let mut judged =
        Judged { words: format!("{}截至{}", latest.fund.term(), in_words(latest.month)), ..Judged::default() };
    let _ = write!(judged.words, "累计结余{}元", latest.balance);
    let behind = month.since(latest.month);
    if u32::try_from(behind).is_ok_and(|behind| behind > rule.lag_months) {
        let words = format!("，数据较{}滞后{behind}个月（最多{}个月），无法判断", in_words(month), rule.lag_months);
        judged.cannot_tell(&words);
        return judged;
    }
    if let Some(way) = rule.run_out {
        runs_out(&mut judged, series, (rule, way), forecast);
    }
    if let Some(least) = rule.cover_months {
        covers(&mut judged, series, least);
    }
    if let Some(most) = rule.spent_percent {
        spends(&mut judged, series, most);
    }
    judged
}

/// 可支付月数 below the least.
fn covers(judged: &mut Judged, series: &Series<'_>, least: Decimal) {
    let latest = series.latest;
    let spent = series.twelve_months(Flow::Spending, latest.month).map(decimal);
    let Some(spent) = spent else {
        return judged.cannot_tell("；近12个月数据不全，可支付月数无法判断");
    };
    if let Some(months) = cover_months(latest.balance, spent) {
        // Never rounded up to the line: a fen below it is below it.
        let shown = months.round_dp_with_strategy(PUBLISHED_DECIMALS, RoundingStrategy::ToNegativeInfinity);
        let _ = write!(judged.words, "；可支付{}个月（预警线{least}个月）", shown.normalize());
    }
    let expected = least * spent;
    let warned = Warned { matter: Matter::FundLowCover, found: latest.balance, expected: up(expected / TWELVE) };
    judged.holds(Decimal::from(latest.balance.0) * TWELVE < expected, warned);
}

/// Spending of twelve months above so many percent of their income.
fn spends(judged: &mut Judged, series: &Series<'_>, most: Decimal) {
    let [income, spending] = Flow::ALL.map(|flow| series.twelve_months(flow, series.latest.month));
    let Some((income, spending)) = income.zip(spending) else {
        return judged.cannot_tell("；近12个月数据不全，收支比无法判断");
    };
    let (income, spending) = (Fen::of_sum(income), Fen::of_sum(spending));
    let expected = Decimal::from(income.0) * most / Decimal::ONE_HUNDRED;
    let _ = write!(judged.words, "；近12个月收入{income}元，支出{spending}元（预警线为收入的{most}%）");
    let warned = Warned { matter: Matter::FundOverspent, found: spending, expected: down(expected) };
    judged.holds(Decimal::from(spending.0) > expected, warned);
}

/// The balance, now or at the end of a month that is forecast, below what must be left.
fn runs_out(
    judged: &mut Judged,
    series: &Series<'_>,
    (rule, way): (&FundRule, RunOut),
    forecast: Option<&[ForecastRow]>,
) {
    let Some(kept) = allowance(series, rule) else {
        return judged.cannot_tell("；近12个月数据不全，年末预测无法判断");
    };
    // What is left now can be told without a forecast.
    let rows = forecast.unwrap_or_default();
    let latest = (series.latest.month, Some(series.latest.balance));
    let lowest = |row: &ForecastRow| row.interval.map(|(low, _)| low);
    let months = rows.iter().map(|row| match way {
        RunOut::Forecast => (row.month, Some(row.balance)),
        RunOut::Worst => (row.month, lowest(row)),
    });
    let mut months = std::iter::once(latest).chain(months);
    if let Some(last) = rows.last() {
        let _ = write!(judged.words, "；预测{}末结余{}元", in_words(last.month), last.balance);
        if let Some((low, high)) = last.interval {
            let _ = write!(judged.words, "（{low}至{high}元，回测{}年）", last.tested_years);
        }
    }
    if kept > Fen::ZERO {
        let _ = write!(judged.words, "，应留未决费用{kept}元");
    }
    if let Some((month, Some(left))) = months.clone().find(|(_, left)| left.is_some_and(|left| left < kept)) {
        let _ = write!(judged.words, "，{}末起不足", in_words(month));
        judged.holds(true, Warned { matter: Matter::FundRunsOut, found: left, expected: kept });
    } else if forecast.is_none() {
        judged.cannot_tell("；无完整的往年数据，年末预测无法判断");
    } else if months.any(|(_, left)| left.is_none()) {
        judged.cannot_tell("，尚无可回测年份，预测区间无法判断");
    }
}

/// A sum in fen, of which no twelve months have so many digits as this holds.
fn decimal(sum: i128) -> Decimal {
    Decimal::from(Fen::of_sum(sum).0)
}

fn up(amount: Decimal) -> Fen {
    whole(amount.round_dp_with_strategy(0, RoundingStrategy::ToPositiveInfinity))
}

fn down(amount: Decimal) -> Fen {
    whole(amount.round_dp_with_strategy(0, RoundingStrategy::ToNegativeInfinity))
}

fn whole(amount: Decimal) -> Fen {
    Fen::of_sum(amount.trunc().mantissa())
}

/// `2025年11月`.
fn in_words(month: Month) -> String {
    format!("{}年{}月", month.year(), month.number())
}
