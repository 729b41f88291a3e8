//! Where a value stands on an axis, and at which round values an axis is marked.

use chrono::{Datelike, NaiveDate};

use super::Chart;
use crate::publish::terminal::grouped;

/// At how many steps an axis is marked at most.
const STEPS: i128 = 5;
/// How many days are named below a time axis.
const DAYS: i64 = 4;
/// Beyond so many days, days are named by their month alone.
const BY_MONTH: i64 = 120;

/// Values from `low` to `high`, between two places of the picture.
#[derive(Debug, Clone, Copy)]
pub(super) struct Axis {
    low: i128,
    high: i128,
    from: i64,
    to: i64,
}

impl Axis {
    /// From exactly `low` to exactly `high`.
    pub(super) fn exact((low, high): (i128, i128), (from, to): (i64, i64)) -> Axis {
        Axis { low, high: high.max(low + 1), from, to }
    }

    /// Widened to round values; 0 is among them.
    pub(super) fn round((low, high): (i128, i128), between: (i64, i64)) -> Axis {
        let (low, high) = (low.min(0), high.max(0));
        let step = step(high - low);
        Axis::exact((low.div_euclid(step) * step, -(-high).div_euclid(step) * step), between)
    }

    /// Where `value` stands, to the nearest pixel.
    pub(super) fn at(&self, value: i128) -> i64 {
        let (span, length) = (self.high - self.low, i128::from(self.to - self.from));
        let way = (2 * (value - self.low) * length + span).div_euclid(2 * span);
        self.from + i64::try_from(way).unwrap_or_default()
    }

    /// The round values from end to end.
    fn marks(&self) -> Vec<i128> {
        let step = step(self.high - self.low);
        let first = -(-self.low).div_euclid(step);
        let last = self.high.div_euclid(step);
        (first..=last).map(|mark| mark * step).collect()
    }
}

/// 1, 2 or 5 times a power of ten, so that `span` has at most [`STEPS`] of them.
fn step(span: i128) -> i128 {
    let mut step = 1;
    loop {
        for times in [1, 2, 5] {
            if span <= step * times * STEPS {
                return step * times;
            }
        }
        step *= 10;
    }
}

/// Lines across the picture from `left` to `right`, each with its value, by the `unit` that a value has so many of.
pub(super) fn grid(chart: &mut Chart, axis: &Axis, (left, right): (i64, i64), unit: i128) {
    for mark in axis.marks() {
        let y = axis.at(mark);
        chart.line(if mark == 0 { "base" } else { "grid" }, (left, y), (right, y));
        chart.text("tick end", (left - 5, y + 4), in_units(mark, unit));
    }
}

/// A round value in units: with decimals only where the unit is larger than it.
fn in_units(mark: i128, unit: i128) -> String {
    if mark % unit == 0 {
        return grouped(mark / unit);
    }
    let tenths = mark * 100 / unit;
    let sign = if mark < 0 { "-" } else { "" };
    format!("{sign}{}.{:02}", tenths.abs() / 100, tenths.abs() % 100).trim_end_matches('0').to_owned()
}

/// A few values below the picture.
pub(super) fn below(chart: &mut Chart, axis: &Axis, y: i64) {
    for mark in axis.marks() {
        chart.text("tick middle", (axis.at(mark), y), grouped(mark));
    }
}

/// A few days below the picture, the first and the last among them.
pub(super) fn days(chart: &mut Chart, axis: &Axis, (first, last): (NaiveDate, NaiveDate), y: i64) {
    let span = (last - first).num_days();
    let steps = DAYS.min(span).max(1);
    for index in 0..=steps {
        let Some(day) = first.checked_add_signed(chrono::TimeDelta::days(span * index / steps)) else { continue };
        let text = match span > BY_MONTH {
            true => format!("{}-{:02}", day.year(), day.month()),
            false => format!("{:02}-{:02}", day.month(), day.day()),
        };
        let class = match index {
            0 => "tick",
            last if last == steps => "tick end",
            _ => "tick middle",
        };
        chart.text(class, (axis.at(number_of(day)), y), text);
        if span == 0 {
            break;
        }
    }
}

/// A day as a number, so that it can stand on an axis.
pub(super) fn number_of(day: NaiveDate) -> i128 {
    i128::from(day.num_days_from_ce())
}

#[cfg(test)]
mod tests {
    use super::{Axis, in_units, step};

    #[test]
    fn an_axis_has_at_most_five_round_steps() {
        assert_eq!([0, 1, 5, 6, 26, 51, 1_000].map(step), [1, 1, 1, 2, 10, 20, 200]);
    }

    #[test]
    fn a_round_axis_holds_nought_and_both_ends() {
        assert_eq!(Axis::round((3, 47), (0, 100)).marks(), [0, 10, 20, 30, 40, 50]);
        assert_eq!(Axis::round((-7, 12), (0, 100)).marks(), [-10, -5, 0, 5, 10, 15]);
    }

    #[test]
    fn a_value_stands_in_proportion() {
        let axis = Axis::exact((0, 200), (40, 440));
        assert_eq!([0, 50, 200].map(|value| axis.at(value)), [40, 140, 440]);
        let upside_down = Axis::exact((0, 10), (180, 20));
        assert_eq!([0, 5, 10].map(|value| upside_down.at(value)), [180, 100, 20]);
    }

    #[test]
    fn marks_below_the_unit_have_decimals() {
        assert_eq!([0, 1_000_000, 250_000, -50_000].map(|fen| in_units(fen, 1_000_000)), ["0", "1", "0.25", "-0.05"]);
    }
}
