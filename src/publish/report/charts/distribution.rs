//! How many people's burdens lie where, with the threshold as the cut.

use super::Chart;
use super::axis::{self, Axis};
use crate::error::Error;
use crate::model::board::{Cell, Distribution};
use crate::publish::terminal::grouped;

const LEFT: i64 = 44;
const RIGHT: i64 = 470;
/// Half of what the words at the threshold take, and a little more.
const HALF_OF_WORDS: i64 = 72;
const TOP: i64 = 44;
const BOTTOM: i64 = 200;
/// How high a hatched bar stands, which says only that its figure is withheld.
const WITHHELD: i64 = 10;
/// Where the threshold stands, in percent of itself.
const CUT: u32 = 100;

/// From how many ranges on only every other one is named.
const MANY: usize = 8;

/// The picture.
pub(in crate::publish::report) fn distribution(of: &Distribution) -> Result<String, Error> {
    let highest = of.bins.iter().filter_map(|bin| bin.people.told()).max().unwrap_or(0);
    let axis = Axis::round((0, highest.max(1).into()), (BOTTOM, TOP));
    let mut chart = Chart::new(format!("{}：个人负担与预警线之比的分布", of.title), BOTTOM + 42);
    axis::grid(&mut chart, &axis, (LEFT, RIGHT), 1);
    let count = i64::try_from(of.bins.len()).unwrap_or(1).max(1);
    let begins = |index: i64| LEFT + (RIGHT - LEFT) * index / count;
    let cut = of.bins.iter().position(|bin| bin.from == CUT);
    let named = |at: usize| of.bins.len() <= MANY || at % 2 == cut.unwrap_or_default() % 2;
    let (mut below, mut above, mut withheld) = (String::new(), String::new(), String::new());
    for (at, (index, bin)) in (0..).zip(&of.bins).enumerate() {
        let (from, to) = (begins(index), begins(index + 1));
        let (top, count) = match bin.people {
            // One person among thousands is still to be seen.
            Cell::Told(people) => (axis.at(people.into()).min(BOTTOM - i64::from(people > 0)), grouped(people.into())),
            Cell::Withheld => (BOTTOM - WITHHELD, "*".to_owned()),
        };
        let bars = match bin.people {
            Cell::Withheld => &mut withheld,
            _ if bin.from >= CUT => &mut above,
            _ => &mut below,
        };
        bars.push_str(&format!("M{} {BOTTOM}V{top}H{}V{BOTTOM}z", from + 2, to - 2));
        chart.text("count middle", ((from + to) / 2, top - 4), count);
        if named(at) {
            chart.text("tick middle", (from, BOTTOM + 17), bin.from.to_string());
        }
    }
    chart.path("cost", below);
    chart.path("burden", above);
    chart.path("withheld", withheld);
    if let Some(index) = cut.and_then(|cut| i64::try_from(cut).ok()) {
        let x = begins(index);
        chart.line("cut", (x, TOP - 12), (x, BOTTOM + 4));
        // Where nobody is watched below it, the line stands at the edge; its words do not go beyond.
        chart.text("cutwords middle", (x.max(HALF_OF_WORDS), TOP - 18), format!("预警线（{}即预警）", of.comparison));
    }
    chart.text("tick middle", ((LEFT + RIGHT) / 2, BOTTOM + 36), "个人负担为预警线的百分之几；纵轴：人数");
    chart.drawn()
}
