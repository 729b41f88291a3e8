//! The picture of how cost becomes burden: where each bar stands, in whole pixels. Amounts are scaled in wide integers,
//! so the same figures give the same picture everywhere.

use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;
use serde::Serialize;

use super::words::{exact, yuan};
use super::{Explained, Step};

/// Where the bars begin, and how wide the longest is.
const LEFT: i128 = 190;
const WIDTH: i128 = 400;
/// Where the first bar stands, and how far the next.
const TOP: i64 = 46;
const STEP: i64 = 34;
const BAR: i64 = 20;

/// The picture.
#[derive(Debug, Serialize)]
pub(super) struct Waterfall {
    width: i64,
    height: i64,
    right: i64,
    zero: i64,
    bars: Vec<Bar>,
    /// Where the threshold stands, and its words.
    line: i64,
    line_top: i64,
    line_end: i64,
    line_words: String,
    words_y: i64,
}

#[derive(Debug, Serialize)]
struct Bar {
    label: String,
    amount: String,
    /// `cost`, `paid` or `burden`.
    sort: &'static str,
    x: i64,
    y: i64,
    width: i64,
    height: i64,
    text_y: i64,
    /// Where the thin line to the next bar stands.
    left_at: i64,
    link_end: i64,
}

/// The picture of one finding.
pub(super) fn of(steps: &[Step], one: &Explained) -> Waterfall {
    let threshold = in_fen(one.finding.threshold);
    let levels = steps.iter().map(|step| i128::from(step.left.0)).chain([0, threshold]);
    let lowest = levels.clone().min().unwrap_or_default();
    let span = (levels.max().unwrap_or_default() - lowest).max(1);
    let at = |fen: i128| i64::try_from(LEFT + (fen - lowest) * WIDTH / span).unwrap_or_default();
    let last = steps.len() - 1;
    let mut before = 0;
    let mut bars = Vec::new();
    for (index, step) in steps.iter().enumerate() {
        let left = i128::from(step.left.0);
        let (sort, from, to) = match index {
            0 => ("cost", at(0), at(left)),
            _ if index == last => ("burden", at(0), at(left)),
            _ => ("paid", at(before), at(left)),
        };
        let y = TOP + STEP * i64::try_from(index).unwrap_or_default();
        let sign = match sort {
            "paid" if step.amount.0 > 0 => "− ",
            "burden" => "= ",
            _ => "",
        };
        bars.push(Bar {
            label: step.label.clone(),
            amount: format!("{sign}{}", yuan(step.amount)),
            sort,
            x: from.min(to),
            y,
            width: (from - to).abs().max(1),
            height: BAR,
            text_y: y + BAR - 5,
            left_at: to,
            link_end: if index == last { y + BAR } else { y + STEP },
        });
        before = left;
    }
    let bottom = TOP + STEP * i64::try_from(steps.len()).unwrap_or_default();
    let line = at(threshold);
    Waterfall {
        width: 740,
        height: bottom + 34,
        right: 724,
        zero: at(0),
        bars,
        line,
        line_top: TOP - 8,
        line_end: bottom + 2,
        line_words: format!("预警线 {} 元", exact(one.finding.threshold)),
        words_y: bottom + 18,
    }
}

/// A threshold in fen, down to the next whole one: for drawing alone.
fn in_fen(threshold: Decimal) -> i128 {
    threshold.checked_mul(Decimal::ONE_HUNDRED).and_then(|fen| fen.floor().to_i128()).unwrap_or_default()
}
