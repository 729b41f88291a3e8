//! Warnings over the nights: how many stand, and below it how many came and went. A night whose figure is withheld
//! leaves a gap.

use super::Chart;
use super::axis::{self, Axis, number_of};
use crate::error::Error;
use crate::model::board::{Cell, TrendNight};
use crate::publish::terminal::grouped;

const LEFT: i64 = 44;
const RIGHT: i64 = 470;
/// Where the standing warnings are drawn, from the top down.
const STANDING: (i64, i64) = (20, 132);
/// Where those that came and went are: the line between them, and how far bars reach from it.
const BETWEEN: i64 = 184;
const REACH: i64 = 28;

/// The picture; `None` where there is no night to draw.
pub(in crate::publish::report) fn trend(nights: &[TrendNight]) -> Result<Option<String>, Error> {
    let (Some(first), Some(last)) = (nights.first(), nights.last()) else { return Ok(None) };
    let days = Axis::exact((number_of(first.night), number_of(last.night)), (LEFT, RIGHT));
    let mut chart = Chart::new("台账预警数逐夜变化", BETWEEN + REACH + 26);
    standing(&mut chart, &days, nights);
    came_and_went(&mut chart, &days, nights);
    axis::days(&mut chart, &days, (first.night, last.night), BETWEEN + REACH + 20);
    chart.drawn().map(Some)
}

fn standing(chart: &mut Chart, days: &Axis, nights: &[TrendNight]) {
    let highest = nights.iter().filter_map(|night| night.standing.told()).max().unwrap_or(0);
    let axis = Axis::round((0, highest.max(1).into()), (STANDING.1, STANDING.0));
    axis::grid(chart, &axis, (LEFT, RIGHT), 1);
    // The last place drawn to, and the height at which the line goes on: as long as nothing changes nothing is written,
    // so that a year of nights stays small.
    let (mut steps, mut drawn) = (String::new(), None);
    for night in nights {
        let x = days.at(number_of(night.night));
        let y = night.standing.told().map(|standing| axis.at(standing.into()));
        match (drawn, y) {
            (None, Some(y)) => steps.push_str(&format!("M{x} {y}h1")),
            (Some((before, height)), Some(y)) if y != height => {
                steps.push_str(&format!("L{before} {height}L{x} {y}"));
            }
            (Some((before, height)), None) => steps.push_str(&format!("L{before} {height}")),
            _ => {}
        }
        drawn = y.map(|y| (x, y));
    }
    if let Some((before, height)) = drawn {
        steps.push_str(&format!("L{before} {height}"));
    }
    chart.path("standing", steps);
    let told = nights.iter().rev().find_map(|night| Some((night.night, night.standing.told()?)));
    if let Some((night, standing)) = told {
        let (x, y) = (days.at(number_of(night)), axis.at(standing.into()));
        chart.dot("now", (x, y), format!("{night}：{} 条", grouped(standing.into())));
        chart.text("count end strong", (x - 7, y - 7), grouped(standing.into()));
    }
}

/// Bars up for those that came, down for those that went.
fn came_and_went(chart: &mut Chart, days: &Axis, nights: &[TrendNight]) {
    let counts = nights.iter().flat_map(|night| [night.opened, night.cleared]);
    let highest: i128 = counts.filter_map(Cell::told).max().unwrap_or(0).max(1).into();
    let reach = Axis::exact((0, highest), (0, REACH));
    let bars = |count: fn(&TrendNight) -> Cell<u64>, sign: &str| {
        let mut steps = String::new();
        for night in nights {
            let Some(count) = count(night).told().filter(|count| *count > 0) else { continue };
            let (x, length) = (days.at(number_of(night.night)), reach.at(count.into()).max(1));
            steps.push_str(&format!("M{x} {BETWEEN}v{sign}{length}"));
        }
        steps
    };
    let (opened, cleared) = (bars(|night| night.opened, "-"), bars(|night| night.cleared, ""));
    chart.line("base", (LEFT, BETWEEN), (RIGHT, BETWEEN));
    chart.path("opened", opened);
    chart.path("cleared", cleared);
    chart.text("tick end", (LEFT - 5, BETWEEN - REACH / 2 + 4), "新增");
    chart.text("tick end", (LEFT - 5, BETWEEN + REACH / 2 + 4), "解除");
    chart.text("tick", (LEFT, BETWEEN - REACH - 5), format!("新增和解除，一夜最多 {} 条", grouped(highest)));
}
