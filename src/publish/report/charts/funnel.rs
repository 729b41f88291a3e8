//! A funnel plot: rates against the size of places, with the limit above which a rate is looked at. The smaller a place,
//! the wider the limit, so that no small place is named for what is chance.

use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;

use super::axis::{self, Axis};
use super::{Chart, joined};
use crate::error::Error;
use crate::model::Verdict;
use crate::model::monthly::{Funnel, FunnelPoint};

const LEFT: i64 = 44;
const RIGHT: i64 = 462;
const TOP: i64 = 14;
const BOTTOM: i64 = 210;

/// The picture; `None` where there is no area to draw.
pub(in crate::publish::report) fn funnel(of: &Funnel) -> Result<Option<String>, Error> {
    let Some(largest) = of.points.iter().map(|point| point.enrolled).max() else { return Ok(None) };
    let heights = of.points.iter().flat_map(|point| [point.rate, point.limit]).map(hundredths);
    let highest = heights.max().unwrap_or(0).max(hundredths(of.middle)).max(100);
    let across = Axis::round((0, largest.max(1).into()), (LEFT, RIGHT));
    let up = Axis::round((0, highest), (BOTTOM, TOP));
    let at = |enrolled: u64, rate: Decimal| (across.at(enrolled.into()), up.at(hundredths(rate)));

    let mut chart = Chart::new(format!("{}：各区划住院率漏斗图", of.category), BOTTOM + 40);
    axis::grid(&mut chart, &up, (LEFT, RIGHT), 100);
    axis::below(&mut chart, &across, BOTTOM + 17);
    let y = up.at(hundredths(of.middle));
    chart.line("middle", (LEFT, y), (RIGHT, y));
    let limit = of.points.iter().map(|point| at(point.enrolled, point.limit));
    chart.path("limit", joined(limit));
    for point in &of.points {
        one(&mut chart, point, at(point.enrolled, point.rate));
    }
    chart.text("tick middle", ((LEFT + RIGHT) / 2, BOTTOM + 34), "参保人数；纵轴：每千人住院次数；虚线：上限");
    chart.drawn().map(Some)
}

fn one(chart: &mut Chart, point: &FunnelPoint, (x, y): (i64, i64)) {
    let name = point.place.name.as_deref().or(point.place.code.as_deref()).unwrap_or_default();
    let told = format!("{name}：参保 {} 人，每千人 {} 次，上限 {}", point.enrolled, point.rate, point.limit);
    let to_review = point.verdict == Verdict::Fault;
    chart.dot(if to_review { "asked" } else { "peer" }, (x, y), told);
    if to_review {
        let (class, x) = if x > (LEFT + RIGHT) / 2 { ("count end strong", x - 8) } else { ("count strong", x + 8) };
        chart.text(class, (x, y + 4), name);
    }
}

/// For drawing alone: down to a hundredth.
fn hundredths(rate: Decimal) -> i128 {
    rate.checked_mul(Decimal::ONE_HUNDRED).and_then(|rate| rate.floor().to_i128()).unwrap_or_default()
}
