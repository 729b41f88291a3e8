//! One cell of a returned list, whatever the program that saved it made of its value.

use chrono::{Days, NaiveDate};

/// The days that a spreadsheet's number may stand for: what lies outside is no day that an office would mean.
const YEARS: std::ops::RangeInclusive<i32> = 2000..=2099;
/// More digits than these are not kept by a spreadsheet's number.
const EXACT_DIGITS: usize = 15;

/// The value of a cell that is not blank.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Cell {
    /// Text, without the blanks around it.
    Text(String),
    /// A number, written out.
    Number(String),
    /// A number that is shown as a day.
    Day(NaiveDate),
    /// A truth value, an error, or a number shown as a time that is no day.
    Strange,
}

impl Cell {
    /// Text of a cell; `None` when it is blank.
    pub(super) fn of_text(text: &str) -> Option<Cell> {
        let text = plain(text);
        (!text.is_empty()).then(|| Cell::Text(text.to_owned()))
    }

    /// What sort of value it is, for messages.
    pub(super) fn sort(&self) -> &'static str {
        match self {
            Cell::Text(_) => "text",
            Cell::Number(_) => "a number",
            Cell::Day(_) => "a date",
            Cell::Strange => "an error or a truth value",
        }
    }

    /// The value as text: a number's digits, a day as 2025-12-03.
    pub(super) fn text(&self) -> Option<String> {
        match self {
            Cell::Text(text) | Cell::Number(text) => Some(text.clone()),
            Cell::Day(day) => Some(day.to_string()),
            Cell::Strange => None,
        }
    }

    /// Whether it is a number that may have lost digits.
    pub(super) fn has_lost_digits(&self) -> bool {
        matches!(self, Cell::Number(text) if text.len() > EXACT_DIGITS)
    }

    /// The day that it means; `None` when it is none.
    pub(super) fn day(&self) -> Option<NaiveDate> {
        let day = match self {
            Cell::Day(day) => Some(*day),
            Cell::Text(text) => day_of_text(text),
            Cell::Number(text) if text.len() == 8 => day_of_text(text),
            Cell::Number(text) => day_of_serial(text.parse().ok()?),
            Cell::Strange => None,
        };
        day.filter(|day| YEARS.contains(&chrono::Datelike::year(day)))
    }
}

/// What a field of a list says: without blanks around it, and without the apostrophe that a list puts before a text, so
/// that it is neither run as a formula nor taken for a number.
pub fn plain(field: &str) -> &str {
    let text = trimmed(field);
    text.strip_prefix('\'').map_or(text, trimmed)
}

/// A text without blanks around it, the invisible ones included.
fn trimmed(text: &str) -> &str {
    text.trim_matches(|c: char| c.is_whitespace() || matches!(c, '\u{feff}' | '\u{200b}'))
}

/// `2025-12-03`, `2025/12/3`, `2025.12.3`, `2025年12月3日` or `20251203`, and a time of day after it.
fn day_of_text(text: &str) -> Option<NaiveDate> {
    let narrow = |c: char| match c {
        '０'..='９' => char::from_u32(u32::from(c) - u32::from('０') + u32::from('0')).unwrap_or(c),
        '年' | '月' | '/' | '.' | '－' | '／' | '．' => '-',
        c => c,
    };
    let text: String = text.chars().map(narrow).collect();
    let text = text.split(['T', ' ']).next()?.trim_end_matches(['日', '号']);
    if text.len() == 8 && text.bytes().all(|byte| byte.is_ascii_digit()) {
        return day_of_parts(&text[..4], &text[4..6], &text[6..]);
    }
    let mut parts = text.split('-').map(str::trim);
    let (year, month, day) = (parts.next()?, parts.next()?, parts.next()?);
    if parts.next().is_some() { None } else { day_of_parts(year, month, day) }
}

fn day_of_parts(year: &str, month: &str, day: &str) -> Option<NaiveDate> {
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let sound = year.len() == 4 && month.len() <= 2 && day.len() <= 2 && [year, month, day].into_iter().all(digits);
    if !sound {
        return None;
    }
    NaiveDate::from_ymd_opt(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?)
}

/// The day that a spreadsheet counts so, where the cell has lost its format: day 1 is the first of 1900, and the 29th
/// of February of that year is counted though there was none.
fn day_of_serial(serial: u64) -> Option<NaiveDate> {
    NaiveDate::from_ymd_opt(1899, 12, 30)?.checked_add_days(Days::new(serial))
}
