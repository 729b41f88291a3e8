//! A batch's columns as plain typed values, however the file stores them.
//!
//! Amounts, times and days are slices of integers with one value that means "nothing there": a loop over a hundred
//! million rows has no room for more.

use std::collections::HashSet;
use std::sync::Arc;

use arrow_array::cast::AsArray;
use arrow_array::types::{
    ArrowPrimitiveType, Date32Type, Decimal64Type, Decimal128Type, Int8Type, Int16Type, Int32Type, Int64Type,
    TimestampMicrosecondType, TimestampMillisecondType, TimestampNanosecondType, TimestampSecondType, UInt8Type,
    UInt16Type, UInt32Type, UInt64Type,
};
use arrow_array::{Array, ArrayRef, PrimitiveArray, StringViewArray};
use arrow_buffer::ScalarBuffer;
use arrow_schema::{DataType, TimeUnit};

use super::texts::{self, MICROSECONDS_A_DAY};

/// Stands for a value that is missing or cannot be read.
pub const ABSENT: i64 = i64::MIN;

/// Stands for an amount that does not fit: beyond what any row may carry.
pub(crate) const BEYOND: i64 = i64::MAX;

/// Amounts in fen; [`ABSENT`] where there is none.
pub type Amounts = ScalarBuffer<i64>;

/// Local times in microseconds since 1970-01-01T00:00:00; [`ABSENT`] where there is none.
pub type Times = ScalarBuffer<i64>;

/// Days since 1970-01-01; [`ABSENT`] where there is none.
pub type Days = ScalarBuffer<i64>;

/// China Standard Time is eight hours ahead of UTC, all year and everywhere.
const CHINA_STANDARD_TIME: i64 = 8 * 3600 * 1_000_000;

/// Texts and codes.
#[derive(Debug)]
pub enum Texts {
    /// As text, blanks around it or not.
    Text(StringViewArray),
    /// As whole numbers.
    Number(Vec<Option<i64>>),
    /// The column is absent or all null.
    Nothing,
}

impl Texts {
    /// The text of a row, trimmed; `None` when there is none or it is blank. Numbers have no text: see [`Texts::code`].
    #[inline]
    pub fn text(&self, row: usize) -> Option<&str> {
        match self {
            Texts::Text(values) if values.is_valid(row) => {
                let text = trimmed(values.value(row));
                (!text.is_empty()).then_some(text)
            }
            _ => None,
        }
    }

    /// The bytes of a row's text, untrimmed; empty when there is none.
    #[inline]
    pub fn bytes(&self, row: usize) -> &[u8] {
        match self {
            Texts::Text(values) if values.is_valid(row) => values.value(row).as_bytes(),
            _ => &[],
        }
    }

    /// The code of a row, as text, trimmed; `None` when there is none.
    pub fn code(&self, row: usize) -> Option<std::borrow::Cow<'_, str>> {
        match self {
            Texts::Number(values) => values[row].map(|value| value.to_string().into()),
            _ => self.text(row).map(Into::into),
        }
    }

    /// The code of a row as a whole number; `None` when there is none or it is not one. `"01"` is 1.
    #[inline]
    pub fn number(&self, row: usize) -> Option<i64> {
        match self {
            Texts::Nothing => None,
            Texts::Number(values) => values[row],
            Texts::Text(_) => {
                let bytes = self.bytes(row);
                if let [digit @ b'0'..=b'9'] = bytes {
                    return Some(i64::from(digit - b'0'));
                }
                trimmed(std::str::from_utf8(bytes).ok()?).parse().ok()
            }
        }
    }
}

/// Names that few have and many rows bear, each held once.
#[derive(Debug, Default)]
pub(crate) struct Names(HashSet<Arc<str>>);

impl Names {
    /// The one that all rows with this name share.
    pub(crate) fn shared(&mut self, name: &str) -> Arc<str> {
        if let Some(known) = self.0.get(name) {
            return Arc::clone(known);
        }
        let name: Arc<str> = name.into();
        self.0.insert(Arc::clone(&name));
        name
    }
}

/// Without the blanks around it: ASCII ones quickly, the ideographic blank too.
#[inline]
pub(crate) fn trimmed(text: &str) -> &str {
    match (text.as_bytes().first(), text.as_bytes().last()) {
        (Some(b'!'..=b'~'), Some(b'!'..=b'~')) => text,
        _ => text.trim(),
    }
}

/// Reads a column of amounts. Amounts beyond the range of an `i64` in fen are [`BEYOND`].
pub(crate) fn amounts(array: &ArrayRef) -> Amounts {
    let scaled = |scale: i8| {
        if scale == 0 {
            100
        } else if scale == 1 {
            10
        } else {
            1
        }
    };
    match array.data_type() {
        DataType::Decimal64(_, 2) => as_stored(array.as_primitive::<Decimal64Type>()),
        DataType::Decimal64(_, scale) => {
            let factor = scaled(*scale);
            converted(array.as_primitive::<Decimal64Type>(), |value| value.checked_mul(factor).unwrap_or(BEYOND))
        }
        DataType::Decimal128(_, scale) => {
            let factor = i128::from(scaled(*scale));
            let fen = |value: i128| value.checked_mul(factor).and_then(|fen| i64::try_from(fen).ok()).unwrap_or(BEYOND);
            converted(array.as_primitive::<Decimal128Type>(), fen)
        }
        _ => nothing(array.len()),
    }
}

/// Reads a column of amounts in which a null is 0.
pub(crate) fn amounts_or_zero(array: &ArrayRef) -> Amounts {
    let amounts = amounts(array);
    if array.null_count() == 0 {
        return amounts;
    }
    amounts.iter().enumerate().map(|(row, fen)| if array.is_null(row) { 0 } else { *fen }).collect()
}

/// Reads a column of times. A TIMESTAMP that is marked as UTC is an instant and becomes local time.
pub(crate) fn times(array: &ArrayRef) -> Times {
    let shift = match array.data_type() {
        DataType::Timestamp(_, Some(_)) => CHINA_STANDARD_TIME,
        _ => 0,
    };
    let scaled = move |factor: i64| {
        move |value: i64| value.checked_mul(factor).and_then(|at| at.checked_add(shift)).unwrap_or(ABSENT)
    };
    match array.data_type() {
        DataType::Timestamp(TimeUnit::Microsecond, None) => as_stored(array.as_primitive::<TimestampMicrosecondType>()),
        DataType::Timestamp(TimeUnit::Microsecond, _) => {
            converted(array.as_primitive::<TimestampMicrosecondType>(), scaled(1))
        }
        DataType::Timestamp(TimeUnit::Millisecond, _) => {
            converted(array.as_primitive::<TimestampMillisecondType>(), scaled(1_000))
        }
        DataType::Timestamp(TimeUnit::Second, _) => {
            converted(array.as_primitive::<TimestampSecondType>(), scaled(1_000_000))
        }
        DataType::Timestamp(TimeUnit::Nanosecond, _) => {
            converted(array.as_primitive::<TimestampNanosecondType>(), move |value| value.div_euclid(1_000) + shift)
        }
        DataType::Date32 => converted(array.as_primitive::<Date32Type>(), |day| {
            i64::from(day).checked_mul(MICROSECONDS_A_DAY).unwrap_or(ABSENT)
        }),
        DataType::Utf8View => from_text(array, texts::time),
        _ => nothing(array.len()),
    }
}

/// Reads a column of days; the time of day of a timestamp is left out.
pub(crate) fn days(array: &ArrayRef) -> Days {
    match array.data_type() {
        DataType::Date32 => converted(array.as_primitive::<Date32Type>(), i64::from),
        DataType::Utf8View => from_text(array, texts::day),
        _ => times(array).iter().map(|at| day_of(*at)).collect(),
    }
}

/// The day of a time; [`ABSENT`] stays.
pub(crate) fn day_of(time: i64) -> i64 {
    if time == ABSENT { ABSENT } else { time.div_euclid(MICROSECONDS_A_DAY) }
}

/// Reads a column of texts or codes.
pub(crate) fn texts(array: &ArrayRef) -> Texts {
    macro_rules! numbers {
        ($type:ty) => {
            // No code is that large: one that does not fit is still another than any that is looked for.
            Texts::Number(
                array
                    .as_primitive::<$type>()
                    .iter()
                    .map(|value| Some(i64::try_from(value?).unwrap_or(i64::MAX)))
                    .collect(),
            )
        };
    }
    match array.data_type() {
        DataType::Utf8View => Texts::Text(array.as_string_view().clone()),
        DataType::Int8 => numbers!(Int8Type),
        DataType::Int16 => numbers!(Int16Type),
        DataType::Int32 => numbers!(Int32Type),
        DataType::Int64 => numbers!(Int64Type),
        DataType::UInt8 => numbers!(UInt8Type),
        DataType::UInt16 => numbers!(UInt16Type),
        DataType::UInt32 => numbers!(UInt32Type),
        DataType::UInt64 => numbers!(UInt64Type),
        _ => Texts::Nothing,
    }
}

/// A column that has nothing in any of its `rows`.
pub(crate) fn nothing(rows: usize) -> ScalarBuffer<i64> {
    vec![ABSENT; rows].into()
}

/// The values as they are stored: no copy unless some are null.
fn as_stored<T: ArrowPrimitiveType<Native = i64>>(array: &PrimitiveArray<T>) -> ScalarBuffer<i64> {
    if array.null_count() == 0 { array.values().clone() } else { converted(array, |value| value) }
}

fn converted<T: ArrowPrimitiveType>(array: &PrimitiveArray<T>, read: impl Fn(T::Native) -> i64) -> ScalarBuffer<i64> {
    array.iter().map(|value| value.map_or(ABSENT, &read)).collect()
}

fn from_text(array: &ArrayRef, read: impl Fn(&str) -> Option<i64>) -> ScalarBuffer<i64> {
    array.as_string_view().iter().map(|text| text.and_then(|text| read(trimmed(text))).unwrap_or(ABSENT)).collect()
}
