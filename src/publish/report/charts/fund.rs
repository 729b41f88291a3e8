//! What a fund held month by month, and until the year's end what it may hold, at worst and at best.

use chrono::NaiveDate;

use super::axis::{self, Axis, number_of};
use super::{Chart, joined};
use crate::error::Error;
use crate::model::Fen;
use crate::model::monthly::FundStanding;

const LEFT: i64 = 62;
const RIGHT: i64 = 470;
const TOP: i64 = 14;
const BOTTOM: i64 = 170;
/// Amounts stand in ten thousands of yuan (万元).
const TEN_THOUSAND_YUAN: i128 = 1_000_000;

/// The picture; `None` where no month is known.
pub(in crate::publish::report) fn fund(of: &FundStanding) -> Result<Option<String>, Error> {
    let (Some(first), Some(latest)) = (of.months.first(), of.months.last()) else { return Ok(None) };
    let last = of.forecast.last().map_or(latest.month, |month| month.month);
    let known = of.months.iter().map(|month| month.balance.0);
    let expected = of.forecast.iter().flat_map(|month| [month.low.0, month.middle.0, month.high.0]);
    let levels = || known.clone().chain(expected.clone()).map(i128::from);
    let days = Axis::exact((number_of(first.month), number_of(last)), (LEFT, RIGHT));
    let up = Axis::round((levels().min().unwrap_or(0), levels().max().unwrap_or(0).max(1)), (BOTTOM, TOP));
    let at = |month: NaiveDate, held: Fen| (days.at(number_of(month)), up.at(held.0.into()));

    let mut chart = Chart::new(format!("{}：月末结余和到年末的预测", of.fund), BOTTOM + 42);
    axis::grid(&mut chart, &up, (LEFT, RIGHT), TEN_THOUSAND_YUAN);
    let now = at(latest.month, latest.balance);
    let upper = of.forecast.iter().map(|month| at(month.month, month.high));
    let lower = of.forecast.iter().rev().map(|month| at(month.month, month.low));
    if !of.forecast.is_empty() {
        chart.path("band", joined([now].into_iter().chain(upper).chain(lower)) + "Z");
        let expected = of.forecast.iter().map(|month| at(month.month, month.middle));
        chart.path("expected", joined([now].into_iter().chain(expected)));
    }
    chart.path("standing", joined(of.months.iter().map(|month| at(month.month, month.balance))));
    chart.dot("now", now, format!("{} 月末结余", latest.month.format("%Y-%m")));
    axis::days(&mut chart, &days, (first.month, last), BOTTOM + 17);
    chart.text("tick middle", ((LEFT + RIGHT) / 2, BOTTOM + 36), "月末结余（万元）；虚线和阴影：预测及其区间");
    chart.drawn().map(Some)
}
