//! How many people's burdens lie where, with the threshold as the cut.

use super::Chart;
use super::axis::{self, Axis};
use crate::error::Error;
use crate::model::board::{Bin, Cell, Distribution};

const LEFT: i64 = 44;
const RIGHT: i64 = 470;
const TOP: i64 = 34;
const BOTTOM: i64 = 190;
/// How high a hatched bar stands: it says only that its figure is withheld.
const WITHHELD: i64 = 10;
/// Where the threshold stands, in percent of itself.
const CUT: u32 = 100;

/// The picture.
pub(in crate::publish::report) fn distribution(of: &Distribution) -> Result<String, Error> {
    let highest = of.bins.iter().filter_map(|bin| bin.people.told()).max().unwrap_or(0);
    let axis = Axis::round((0, highest.max(1).into()), (BOTTOM, TOP));
    let mut chart = Chart::new(format!("{}：个人负担与预警线之比的分布", of.title), BOTTOM + 42);
    axis::grid(&mut chart, &axis, (LEFT, RIGHT), 1);
    let count = i64::try_from(of.bins.len()).unwrap_or(1).max(1);
    for (index, bin) in (0..).zip(&of.bins) {
        let (from, to) = (LEFT + (RIGHT - LEFT) * index / count, LEFT + (RIGHT - LEFT) * (index + 1) / count);
        one(&mut chart, &axis, bin, (from, to));
        if bin.from == CUT {
            chart.line("cut", (from, TOP - 12), (from, BOTTOM + 4));
            chart.text("cutwords middle", (from, TOP - 18), format!("预警线（{}即预警）", of.comparison));
        }
    }
    chart.text("tick middle", ((LEFT + RIGHT) / 2, BOTTOM + 36), "个人负担为预警线的百分之几；纵轴：人数");
    chart.drawn()
}

/// One range: its bar, how many people, and where it begins.
fn one(chart: &mut Chart, axis: &Axis, bin: &Bin, (from, to): (i64, i64)) {
    let above = bin.from >= CUT;
    let (left, right, middle) = (from + 2, to - 2, (from + to) / 2);
    let range = match bin.until {
        Some(until) => format!("{}%–{until}%", bin.from),
        None => format!("{}% 以上", bin.from),
    };
    match bin.people {
        Cell::Told(people) => {
            // One person among thousands is still to be seen.
            let top = axis.at(people.into()).min(BOTTOM - i64::from(people > 0));
            let class = if above { "burden" } else { "cost" };
            chart.bar(class, (left, top), (right, BOTTOM), Some(format!("{range}：{people} 人")));
            chart.text("count middle", (middle, top - 4), people.to_string());
        }
        Cell::Withheld => {
            chart.bar("withheld", (left, BOTTOM - WITHHELD), (right, BOTTOM), Some(format!("{range}：隐去")));
            chart.text("count middle", (middle, BOTTOM - WITHHELD - 4), "*");
        }
    }
    chart.text("tick middle", (from, BOTTOM + 17), bin.from.to_string());
}
