//! A funnel plot: rates against the size of places, with the limit above which a rate is looked at. The smaller a
//! place, the wider the limit, so that no small place is named for what is chance.

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
/// Into how many pieces the limit between two places is drawn.
const STEPS: u64 = 8;

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
    let limit = limit(&of.points).into_iter().map(|(enrolled, limit)| (across.at(enrolled.into()), up.at(limit)));
    chart.path("limit", joined(limit));
    for point in &of.points {
        one(&mut chart, point, at(point.enrolled, point.rate));
    }
    chart.text("tick middle", ((LEFT + RIGHT) / 2, BOTTOM + 34), "参保人数；纵轴：每千人住院次数；虚线：上限");
    chart.drawn().map(Some)
}

fn one(chart: &mut Chart, point: &FunnelPoint, (x, y): (i64, i64)) {
    let name = point.place.name.as_deref().or(point.place.code.as_deref()).unwrap_or_default();
    let told = format!(
        "{name}：参保 {} 人，每千人 {} 次，上限 {}",
        point.enrolled,
        point.rate.round_dp(2),
        point.limit.round_dp(2)
    );
    let to_review = point.verdict == Verdict::Fault;
    chart.dot(if to_review { "asked" } else { "peer" }, (x, y), told);
    if to_review {
        let (class, x) = if x > (LEFT + RIGHT) / 2 { ("count end strong", x - 8) } else { ("count strong", x + 8) };
        chart.text(class, (x, y + 4), name);
    }
}

/// The limit through every point's own, in hundredths: between two of them it falls with the root of the size.
fn limit(points: &[FunnelPoint]) -> Vec<(u64, i128)> {
    let mut line = Vec::new();
    for pair in points.windows(2) {
        let ((from, high), (to, low)) = (sized(&pair[0]), sized(&pair[1]));
        let fall = root_below(from) - root_below(to);
        for step in 0..STEPS {
            let enrolled = from + (to - from) * step / STEPS;
            let way = root_below(from) - root_below(enrolled);
            line.push((enrolled, high - (high - low) * way / fall.max(1)));
        }
    }
    line.extend(points.last().map(sized));
    line
}

fn sized(point: &FunnelPoint) -> (u64, i128) {
    (point.enrolled.max(1), hundredths(point.limit))
}

/// 1 / √`size`, in millionths of a millionth.
fn root_below(size: u64) -> i128 {
    let root = (u128::from(size) * 1_000_000_000_000).isqrt();
    i128::try_from(1_000_000_000_000_000_000 / root.max(1)).unwrap_or_default()
}

/// For drawing alone: down to a hundredth.
fn hundredths(rate: Decimal) -> i128 {
    rate.checked_mul(Decimal::ONE_HUNDRED).and_then(|rate| rate.floor().to_i128()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::{FunnelPoint, limit};
    use crate::model::Verdict;
    use crate::model::board::Locality;
    use rust_decimal::Decimal;

    #[test]
    fn the_limit_falls_with_the_root_of_the_size() {
        // 150 + 1000 / √n: 250 at 100, 200 at 400. Half way in size, at 250, it is 150 + 63.24.
        let point = |enrolled, limit: i64| FunnelPoint {
            place: Locality { code: None, name: None },
            enrolled,
            rate: Decimal::ZERO,
            limit: Decimal::from(limit),
            z: None,
            verdict: Verdict::Correct,
        };
        let line = limit(&[point(100, 250), point(400, 200)]);
        assert_eq!((line.first(), line.last()), (Some(&(100, 25_000)), Some(&(400, 20_000))));
        assert_eq!(line[4], (250, 21_325));
    }
}
