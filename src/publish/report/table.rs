//! A table of a page: its columns, and fields that are sorted and read alike wherever they stand.

use chrono::NaiveDate;
use rust_decimal::prelude::ToPrimitive;
use rust_decimal::{Decimal, RoundingStrategy};
use serde::Serialize;

use crate::model::Fen;
use crate::model::board::{Cell, Locality};
use crate::publish::terminal::{grouped, yuan};

/// What stands for a figure that is withheld; the foot of each page says why.
pub(super) const WITHHELD: &str = "*";
/// What stands where there is nothing to say.
const NOTHING: &str = "–";
/// From how many rows on a table can be filtered.
const FILTERED_FROM: usize = 8;

/// A table.
#[derive(Debug, Serialize)]
pub(super) struct Table {
    caption: &'static str,
    columns: Vec<Column>,
    rows: Vec<Vec<Field>>,
    /// The last row, which is not sorted with the others.
    total: Option<Vec<Field>>,
    filtered: bool,
    /// Which columns are numbers, the first and the last of them: they stand next to each other, and the style sheet
    /// has each alignment, so that no field needs to say it.
    numbers: Option<(usize, usize)>,
}

#[derive(Debug, Serialize)]
struct Column {
    heading: String,
    number: bool,
}

/// One field.
#[derive(Debug, Serialize)]
pub(super) struct Field {
    text: String,
    /// How it looks: `late` for what somebody should look at, `all` for the sum of rows, `whole` for one line.
    class: &'static str,
    link: Option<String>,
}

impl Table {
    /// Without rows. A heading that ends in `#` is that of numbers.
    pub(super) fn new<H: AsRef<str>>(caption: &'static str, headings: impl IntoIterator<Item = H>) -> Table {
        let column = |heading: H| {
            let heading = heading.as_ref();
            let number = heading.strip_suffix('#');
            Column { heading: number.unwrap_or(heading).to_owned(), number: number.is_some() }
        };
        let columns: Vec<Column> = headings.into_iter().map(column).collect();
        let first = columns.iter().position(|column| column.number);
        let last = columns.iter().rposition(|column| column.number);
        let numbers = first.zip(last).map(|(first, last)| (first + 1, last + 1));
        Table { caption, columns, rows: Vec::new(), total: None, filtered: false, numbers }
    }

    /// With these rows.
    pub(super) fn rows(mut self, rows: impl IntoIterator<Item = Vec<Field>>) -> Table {
        self.rows = rows.into_iter().collect();
        self.filtered = self.rows.len() >= FILTERED_FROM;
        self
    }

    /// With a last row.
    pub(super) fn total(mut self, total: Vec<Field>) -> Table {
        self.total = Some(total);
        self
    }

    /// The table, unless it has no row.
    pub(super) fn if_any(self) -> Option<Table> {
        (!self.rows.is_empty()).then_some(self)
    }
}

impl Field {
    pub(super) fn text(text: impl Into<String>) -> Field {
        Field { text: text.into(), class: "", link: None }
    }

    /// A whole number that counts nobody.
    pub(super) fn number(number: impl Into<i128>) -> Field {
        Field::text(grouped(number.into()))
    }

    /// A count of people.
    pub(super) fn count(count: Cell<u64>) -> Field {
        Field::text(shown(count))
    }

    /// A count that somebody should look at when it is above 0, or withheld.
    pub(super) fn late(count: Cell<u64>) -> Field {
        let class = if count == Cell::Told(0) { "" } else { "late" };
        Field { class, ..Field::count(count) }
    }

    /// Words that somebody should look at.
    pub(super) fn marked(text: impl Into<String>) -> Field {
        Field { class: "late", ..Field::text(text) }
    }

    /// By how many more; below 0, fewer.
    pub(super) fn change(change: Option<Cell<i64>>) -> Field {
        Field::text(match change {
            None => NOTHING.to_owned(),
            Some(Cell::Withheld) => WITHHELD.to_owned(),
            Some(Cell::Told(more)) if more > 0 => format!("+{}", grouped(more.into())),
            Some(Cell::Told(fewer)) => grouped(fewer.into()),
        })
    }

    /// An amount of people.
    pub(super) fn amount(amount: Cell<Fen>) -> Field {
        Field::text(match amount {
            Cell::Told(amount) => yuan(amount.0.into()),
            Cell::Withheld => WITHHELD.to_owned(),
        })
    }

    /// An exact decimal, two places of it at least, with a unit behind it.
    pub(super) fn decimal(number: Option<Decimal>, unit: &str) -> Field {
        let text = |number: Decimal| {
            let mut number = number.normalize();
            if number.scale() < 2 {
                number.rescale(2);
            }
            format!("{number}{unit}")
        };
        Field::text(number.map_or_else(|| NOTHING.to_owned(), text))
    }

    /// A decimal to two places.
    pub(super) fn rounded(number: Option<Decimal>, unit: &str) -> Field {
        let rounded = |number: Decimal| number.round_dp_with_strategy(2, RoundingStrategy::MidpointAwayFromZero);
        Field::decimal(number.map(rounded), unit)
    }

    /// By how much more, to two places; below 0, less.
    pub(super) fn more(change: Option<Decimal>, unit: &str) -> Field {
        let Field { text, .. } = Field::rounded(change, unit);
        Field::text(if change.is_some_and(|change| change > Decimal::ZERO) { format!("+{text}") } else { text })
    }

    /// An amount that is nobody's, in yuan.
    pub(super) fn yuan(amount: Option<Decimal>) -> Field {
        let fen = amount.and_then(|amount| amount.checked_mul(Decimal::ONE_HUNDRED)).and_then(|fen| fen.to_i128());
        Field::text(fen.map_or_else(|| NOTHING.to_owned(), yuan))
    }

    /// What may not be told.
    pub(super) fn withheld() -> Field {
        Field::text(WITHHELD)
    }

    /// One count as a share of another, in percent, where both may be told.
    pub(super) fn share(part: Cell<u64>, whole: Cell<u64>) -> Field {
        Field::text(match (part, whole) {
            (Cell::Told(_), Cell::Told(0)) => NOTHING.to_owned(),
            (Cell::Told(part), Cell::Told(whole)) => percent(part, whole),
            _ => WITHHELD.to_owned(),
        })
    }

    /// What is not broken over lines: a code.
    pub(super) fn code(text: impl Into<String>) -> Field {
        Field { class: "whole", ..Field::text(text) }
    }

    pub(super) fn day(day: Option<NaiveDate>) -> Field {
        day.map_or_else(|| Field::text(NOTHING), |day| Field::code(day.to_string()))
    }

    /// A place, with the page that is about it.
    pub(super) fn place(place: &Locality, link: Option<String>) -> Field {
        Field { link, ..Field::text(name_of(place)) }
    }

    /// In bold: what sums up others.
    pub(super) fn all(text: impl Into<String>) -> Field {
        Field { class: "all", ..Field::text(text) }
    }
}

/// A count as it is shown.
pub(super) fn shown(count: Cell<u64>) -> String {
    count.told().map_or_else(|| WITHHELD.to_owned(), |count| grouped(count.into()))
}

/// A place as it is called: its name and its code, as far as they are known.
pub(super) fn name_of(place: &Locality) -> String {
    match (&place.name, &place.code) {
        (Some(name), Some(code)) => format!("{name} {code}"),
        (Some(one), None) | (None, Some(one)) => one.clone(),
        (None, None) => "区划不明".to_owned(),
    }
}

/// To two decimals, halves up.
fn percent(part: u64, whole: u64) -> String {
    let hundredths = (u128::from(part) * 20_000 + u128::from(whole)) / (2 * u128::from(whole));
    format!("{}.{:02}%", hundredths / 100, hundredths % 100)
}

#[cfg(test)]
mod tests {
    use rust_decimal::Decimal;

    use super::{Field, WITHHELD, percent};
    use crate::model::board::Cell;

    #[test]
    fn a_share_is_rounded_half_up() {
        assert_eq!(percent(1, 3), "33.33%");
        assert_eq!(percent(2, 3), "66.67%");
        assert_eq!(percent(1, 800), "0.13%");
        assert_eq!(percent(7, 7), "100.00%");
    }

    #[test]
    fn a_decimal_is_exact_unless_it_is_rounded() {
        let shown = |field: Field| field.text;
        assert_eq!(shown(Field::decimal(Some(Decimal::new(20_000, 4)), "%")), "2.00%");
        assert_eq!(shown(Field::decimal(Some(Decimal::new(20_004, 4)), "%")), "2.0004%");
        assert_eq!(shown(Field::rounded(Some(Decimal::new(1_482_050, 4)), "")), "148.21");
    }

    #[test]
    fn a_share_of_what_is_withheld_is_withheld() {
        assert_eq!(Field::share(Cell::Told(5), Cell::Withheld).text, WITHHELD);
        assert_eq!(Field::share(Cell::Withheld, Cell::Told(5)).text, WITHHELD);
        assert_eq!(Field::share(Cell::Told(0), Cell::Told(0)).text, "–");
    }
}
