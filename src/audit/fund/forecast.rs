//! A fund's year forecast to its end, and the same forecast made for years that are over.
//!
//! Premiums come in at the year's end and spending is monthly, so a month is never taken for a twelfth: what the year
//! came to so far is taken to be the same share of it as the same months were of earlier years,
//! `rest(m) = so far × Σ earlier years' m ÷ Σ earlier years' so far`. Where the earlier years had next to nothing by
//! then, that says nothing, and last year's months stand for this year's.
//!
//! How far off it may be is what it was off by before. Each year that is over is forecast from the same month, by the
//! years before it alone; of the errors of a fund's own years, or, where these are fewer than three, of those of all
//! areas' funds of the kind, the largest is taken and widened by `(n + 1) ÷ n`, where `n` is the number of years: of an
//! error up to some unknown bound, the largest of `n` seen falls short of it by that much on the average. Areas of one
//! year are not counted apart, for what made one's year unlike the others made its neighbours' so too.

use std::collections::{BTreeMap, BTreeSet};

use super::series::{Flow, Series};
use crate::model::{AreaCode, Fen, Fund, Month};

/// How many earlier years are gone by, at most: what was long ago says little.
const YEARS: usize = 5;
/// Where what came later was more than so many times what earlier years had by then, the share says next to nothing.
const SHARE_AT_LEAST: i128 = 100;
/// With so many years of its own a fund is measured by them alone.
const OWN_YEARS: usize = 3;

/// What a forecast rests on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Basis {
    /// The share of the year that the same months were of earlier years.
    Share,
    /// The same months of last year, for the earlier years had nothing by then.
    LastYear,
}

impl Basis {
    /// The name in published tables.
    pub fn name(self) -> &'static str {
        match self {
            Basis::Share => "share",
            Basis::LastYear => "last_year",
        }
    }
}

/// One flow of the months after the last one known, until December, each together with those before it.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Rest {
    basis: Basis,
    years: usize,
    /// By month, from the one after the last known.
    together: Vec<i128>,
}

/// Forecasts the rest of the year after `through`, by the complete years before it alone.
fn rest(series: &Series<'_>, flow: Flow, through: Month) -> Option<Rest> {
    let so_far = series.sum(flow, through.january(), through)?;
    let years = complete(series, flow, through.year());
    let last = *years.first()?;
    let months = || through.plus(1).until(through.december());
    let in_year = |month: Month, year: i32| month.plus((year - through.year()) * 12);
    let over_years = |first: Month, last: Month| -> Option<i128> {
        years.iter().map(|year| series.sum(flow, in_year(first, *year), in_year(last, *year))).sum()
    };
    let earlier = over_years(through.january(), through)?;
    let later: i128 = months().map(|month| over_years(month, month).map(i128::abs)).sum::<Option<i128>>()?;
    let telling = earlier > 0 && earlier * SHARE_AT_LEAST >= later && so_far >= 0;
    let basis = if telling { Basis::Share } else { Basis::LastYear };
    let of_month = |month: Month| match basis {
        Basis::Share => Some(divided(so_far * over_years(month, month)?, earlier)),
        Basis::LastYear => series.flow(flow, in_year(month, last)).map(|fen| fen.0.into()),
    };
    let mut sum = 0;
    let together = months().map(|month| {
        of_month(month).map(|of| {
            sum += of;
            sum
        })
    });
    Some(Rest { basis, years: years.len(), together: together.collect::<Option<Vec<i128>>>()? })
}

/// The latest years before `year` of which every month is there, the last first.
fn complete(series: &Series<'_>, flow: Flow, year: i32) -> Vec<i32> {
    let whole = |year: &i32| {
        Month::new(*year, 1).is_some_and(|january| series.sum(flow, january, january.december()).is_some())
    };
    series.years_before().filter(|before| *before < year).rev().filter(whole).take(YEARS).collect()
}

/// Rounded half up, away from 0; `by` is above 0.
fn divided(number: i128, by: i128) -> i128 {
    let half = if number < 0 { -by / 2 } else { by / 2 };
    (number + half) / by
}

/// One month of the rest of a year that is over: what was forecast from the same month, and what came.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TestedRow {
    /// Whose fund.
    pub area: AreaCode,
    /// Which fund.
    pub fund: Fund,
    /// The last month that the forecast knew.
    pub through: Month,
    /// The month forecast.
    pub month: Month,
    /// By how many complete years before.
    pub years: usize,
    /// Income from the month after `through` to the month: forecast, and what came.
    pub income: Tested,
    /// Spending, likewise.
    pub spending: Tested,
}

/// What was forecast, and what came.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tested {
    /// Forecast.
    pub forecast: Fen,
    /// What came.
    pub actual: Fen,
}

impl TestedRow {
    fn of(&self, flow: Flow) -> Tested {
        match flow {
            Flow::Income => self.income,
            Flow::Spending => self.spending,
        }
    }
}

/// The forecasts of the years of a series that are over, each from the same month as the latest year's.
pub(super) fn tested(series: &Series<'_>) -> Vec<TestedRow> {
    let through = series.latest.month;
    let years = complete(series, Flow::Spending, through.year());
    years
        .into_iter()
        .rev()
        .filter_map(|year| tested_year(series, through.plus((year - through.year()) * 12)))
        .flatten()
        .collect()
}

fn tested_year(series: &Series<'_>, through: Month) -> Option<Vec<TestedRow>> {
    let income = rest(series, Flow::Income, through)?;
    let spending = rest(series, Flow::Spending, through)?;
    let rows = through.plus(1).until(through.december()).enumerate().map(|(index, month)| {
        let tested = |rest: &Rest, flow| {
            let actual = series.sum(flow, through.plus(1), month)?;
            Some(Tested { forecast: Fen::of_sum(rest.together[index]), actual: Fen::of_sum(actual) })
        };
        Some(TestedRow {
            area: series.area(),
            fund: series.fund(),
            through,
            month,
            years: income.years.min(spending.years),
            income: tested(&income, Flow::Income)?,
            spending: tested(&spending, Flow::Spending)?,
        })
    });
    rows.collect()
}

/// By how much forecasts were off, as a share of what was forecast.
#[derive(Debug, Clone, Copy)]
struct Off {
    area: AreaCode,
    year: i32,
    /// Without its sign.
    off: i128,
    /// Above 0.
    forecast: i128,
}

/// Which errors can be held against each other: the fund, the month forecast from, the month forecast, and the flow.
type Alike = (Fund, u32, u32, Flow);

/// The errors of every year that is over.
#[derive(Debug, Default)]
pub(super) struct Errors(BTreeMap<Alike, Vec<Off>>);

impl Errors {
    pub(super) fn of(tested: &[TestedRow]) -> Errors {
        let mut errors = Errors::default();
        for row in tested {
            for flow in Flow::ALL {
                let Tested { forecast, actual } = row.of(flow);
                let off = (i128::from(actual.0) - i128::from(forecast.0)).abs();
                // Nothing forecast, and nothing come: right, whatever it is a share of.
                let share_of = if off == 0 { forecast.0.max(1) } else { forecast.0 };
                if share_of > 0 {
                    let alike = (row.fund, row.through.number(), row.month.number(), flow);
                    let error = Off { area: row.area, year: row.month.year(), off, forecast: share_of.into() };
                    errors.0.entry(alike).or_default().push(error);
                }
            }
        }
        errors
    }

    /// How far a forecast may be off.
    fn margin(&self, series: &Series<'_>, month: Month, flow: Flow) -> Option<Margin> {
        let alike = (series.fund(), series.latest.month.number(), month.number(), flow);
        let all = self.0.get(&alike)?;
        let own: Vec<Off> = all.iter().filter(|error| error.area == series.area()).copied().collect();
        let asked = if own.len() < OWN_YEARS { all } else { &own };
        let largest = asked.iter().max_by(|a, b| (a.off * b.forecast).cmp(&(b.off * a.forecast)))?;
        let years = asked.iter().map(|error| error.year).collect::<BTreeSet<i32>>().len();
        Some(Margin { off: largest.off, forecast: largest.forecast, years })
    }
}

/// The largest error seen, in so many years.
#[derive(Debug, Clone, Copy)]
struct Margin {
    off: i128,
    forecast: i128,
    years: usize,
}

impl Margin {
    /// So much more or less than `amount` it may be: rounded up.
    fn around(self, amount: i128) -> i128 {
        let years = self.years as i128;
        let (number, by) = (amount.abs() * self.off, self.forecast * years);
        (number * (years + 1) + by - 1) / by
    }
}

/// One month forecast.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ForecastRow {
    /// Whose fund.
    pub area: AreaCode,
    /// Which fund.
    pub fund: Fund,
    /// The last month known.
    pub through: Month,
    /// The month forecast.
    pub month: Month,
    /// Income from January to the month, what is known and what is forecast.
    pub income: Forecast,
    /// Spending, likewise.
    pub spending: Forecast,
    /// The balance at the month's end.
    pub balance: Fen,
    /// Its lowest and its highest; `None` where no year that is over could be forecast.
    pub interval: Option<(Fen, Fen)>,
    /// In how many years that are over the forecast was tried.
    pub tested_years: usize,
}

/// One flow from January to a month.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Forecast {
    /// What it comes to.
    pub to_date: Fen,
    /// What may be missing to it or come on top of it.
    pub margin: Option<Fen>,
    /// What it rests on.
    pub basis: Basis,
    /// By how many earlier years.
    pub years: usize,
}

/// The months until December, none when that is the latest month; `None` when there is no complete year before, or a
/// month of this one is missing.
pub(super) fn forecast(series: &Series<'_>, errors: &Errors) -> Option<Vec<ForecastRow>> {
    let through = series.latest.month;
    if through == through.december() {
        return Some(Vec::new());
    }
    let rests = [rest(series, Flow::Income, through)?, rest(series, Flow::Spending, through)?];
    let known = [Flow::Income, Flow::Spending].map(|flow| series.sum(flow, through.january(), through));
    let [income_known, spending_known] = [known[0]?, known[1]?];
    let [income, spending] = &rests;
    let row = |(index, month): (usize, Month)| {
        let margins = Flow::ALL.map(|flow| errors.margin(series, month, flow));
        let (coming, going) = (income.together[index], spending.together[index]);
        let off = |at: usize, amount| margins[at].map(|margin| margin.around(amount));
        let (income_off, spending_off) = (off(0, coming), off(1, going));
        let balance = i128::from(series.latest.balance.0) + coming - going;
        let flow = |rest: &Rest, known: i128, amount: i128, off: Option<i128>| Forecast {
            to_date: Fen::of_sum(known + amount),
            margin: off.map(Fen::of_sum),
            basis: rest.basis,
            years: rest.years,
        };
        // Both at their worst: nothing says that one makes up for the other.
        let off = income_off.zip(spending_off).map(|(income, spending)| income + spending);
        ForecastRow {
            area: series.area(),
            fund: series.fund(),
            through,
            month,
            income: flow(income, income_known, coming, income_off),
            spending: flow(spending, spending_known, going, spending_off),
            balance: Fen::of_sum(balance),
            interval: off.map(|off| (Fen::of_sum(balance - off), Fen::of_sum(balance + off))),
            tested_years: margins.iter().map(|margin| margin.map_or(0, |of| of.years)).min().unwrap_or_default(),
        }
    };
    Some(through.plus(1).until(through.december()).enumerate().map(row).collect())
}
