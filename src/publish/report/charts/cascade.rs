//! How medical cost becomes burden, payer by payer.

use super::Chart;
use super::axis::Axis;
use crate::error::Error;
use crate::model::Fen;
use crate::model::board::Cascade;
use crate::publish::terminal::yuan;

/// Where the bars begin and end; labels stand before them, amounts behind.
const BARS: (i64, i64) = (118, 352);
const RIGHT: i64 = 474;
const TOP: i64 = 8;
const STEP: i64 = 30;
const BAR: i64 = 18;

/// The picture.
pub(in crate::publish::report) fn cascade(of: &Cascade) -> Result<String, Error> {
    let mut steps = vec![("医疗费总额", "cost", Fen::ZERO, of.total_cost)];
    let mut left = of.total_cost;
    for (payer, amount) in &of.taken {
        let after = left.checked_sub(*amount).unwrap_or(left);
        steps.push((payer, "paid", left, after));
        left = after;
    }
    steps.push(("个人负担", "burden", Fen::ZERO, of.burden_total));

    let levels = || steps.iter().flat_map(|(_, _, from, to)| [from.0, to.0]).map(i128::from);
    let axis = Axis::exact((levels().min().unwrap_or(0), levels().max().unwrap_or(0)), BARS);
    let height = TOP + STEP * i64::try_from(steps.len()).unwrap_or_default();
    let mut chart = Chart::new("从医疗费到个人负担", height);
    let zero = axis.at(0);
    chart.line("base", (zero, 0), (zero, height));
    for (index, (label, sort, from, to)) in steps.iter().enumerate() {
        let y = TOP + STEP * i64::try_from(index).unwrap_or_default();
        let ends = (axis.at(from.0.into()), axis.at(to.0.into()));
        if index + 2 < steps.len() || index + 1 < steps.len() && *sort == "paid" {
            chart.line("link", (ends.1, y), (ends.1, y + STEP));
        }
        // A bar of nothing is still to be seen.
        let end = if ends.0 == ends.1 { ends.1 + 1 } else { ends.1 };
        chart.bar(sort, (ends.0, y), (end, y + BAR));
        let heavy = if *sort == "paid" { ("label", "label end") } else { ("label strong", "label end strong") };
        chart.text(heavy.0, (0, y + BAR - 4), *label);
        let amount = i128::from(to.0) - i128::from(from.0);
        let sign = if amount < 0 { "− " } else { "" };
        chart.text(heavy.1, (RIGHT, y + BAR - 4), format!("{sign}{}", yuan(amount.abs())));
    }
    chart.drawn()
}
