//! Which of a file's columns is a column of the contract, whether it can be read as the contract's kind, and as which
//! Arrow type it is decoded.

use arrow_schema::{DataType, TimeUnit};
use parquet::basic::{ConvertedType, Type as Physical};
use parquet::schema::types::Type;

use crate::contract::{Column, Kind};

/// The most digits that fit an `i64` whatever they are.
const I64_DIGITS: u8 = 18;

/// The Arrow type to decode a column of type `stored` with, so that its values are cheap to take, or `None` when the
/// contract's kind cannot be read from it. `root` is the column as the file itself describes it.
///
/// - Decimals of up to 18 digits become 64-bit integers, which the decoder cannot make of BYTE_ARRAY.
/// - INT96 holds any day: nanoseconds would wrap around outside 1677 to 2262, and a null written as year 1 or 9999
///   could become a day of this year.
/// - The decoder checks text that is marked as UTF-8, and only that; bytes without the mark stay bytes until
///   [`super::scan`] has checked them.
pub(crate) fn decoded_as(kind: Kind, stored: &DataType, root: &Type) -> Option<DataType> {
    use DataType::{Binary, BinaryView, Date32, Decimal64, Decimal128, Null, Timestamp, Utf8, Utf8View};
    let physical = root.is_primitive().then(|| root.get_physical_type());
    let narrow = physical != Some(Physical::BYTE_ARRAY);
    let text = match stored {
        Utf8 if is_marked_as_text(root) => Some(Utf8View),
        Binary => Some(BinaryView),
        _ => None,
    };
    let time = match stored {
        Timestamp(..) if physical == Some(Physical::INT96) => Some(Timestamp(TimeUnit::Microsecond, None)),
        Timestamp(..) | Date32 => Some(stored.clone()),
        _ => None,
    };
    let integer = stored.is_integer().then(|| stored.clone());
    match (kind, stored) {
        (_, Null) => Some(Null),
        (Kind::Amount, Decimal128(precision, scale @ 0..=2)) if *precision <= I64_DIGITS && narrow => {
            Some(Decimal64(*precision, *scale))
        }
        (Kind::Amount, Decimal128(_, 0..=2)) => Some(stored.clone()),
        (Kind::Time | Kind::Day, _) => time.or(text),
        (Kind::Text, _) => text,
        (Kind::Code | Kind::Integer, _) => text.or(integer),
        _ => None,
    }
}

fn is_marked_as_text(root: &Type) -> bool {
    root.get_basic_info().converted_type() == ConvertedType::UTF8
}

/// Where among the columns called `stored` the one stands that bears an accepted name.
///
/// # Errors
/// None where it is needed, and more than one.
pub(crate) fn place_of(column: &Column, stored: &[&str], needed: bool) -> Result<Option<usize>, String> {
    let names: Vec<&str> = std::iter::once(&column.name).chain(&column.also).map(String::as_str).collect();
    let bearing: Vec<usize> = (0..stored.len()).filter(|index| names.contains(&stored[*index])).collect();
    match bearing.as_slice() {
        [] if needed => {
            let also = match column.also.as_slice() {
                [] => String::new(),
                also => format!(", also named `{}`", also.join("`, `")),
            };
            Err(format!("column `{}` ({}{also}) is missing", column.name, column.term))
        }
        [] => Ok(None),
        [index] => Ok(Some(*index)),
        [first, second, ..] if stored[*first] == stored[*second] => {
            Err(format!("column `{}` stands there twice, expected it once", stored[*first]))
        }
        [first, second, ..] => Err(format!(
            "columns `{}` and `{}` are two names of one column ({}), expected one of them",
            stored[*first], stored[*second], column.term
        )),
    }
}

/// What a kind may be stored as, in words.
pub(crate) fn expected(kind: Kind) -> &'static str {
    match kind {
        Kind::Text => "text",
        Kind::Code => "text, a dictionary or an integer",
        Kind::Amount => "a decimal with at most two decimals and 38 digits",
        Kind::Time => "a timestamp, INT96, or text yyyy-MM-dd HH:mm:ss",
        Kind::Day => "a date, a timestamp, or text yyyy-MM-dd",
        Kind::Integer => "an integer",
        Kind::Decimal => "a decimal",
        Kind::Flag => "a boolean",
    }
}

/// A stored type in words.
pub(crate) fn found(stored: &DataType, root: &Type) -> String {
    match stored {
        DataType::Utf8 if !is_marked_as_text(root) => "JSON".to_owned(),
        DataType::Utf8 | DataType::Utf8View | DataType::LargeUtf8 => "text".to_owned(),
        DataType::Float16 | DataType::Float32 | DataType::Float64 => "a floating-point number".to_owned(),
        DataType::Boolean => "a boolean".to_owned(),
        DataType::Date32 => "a date".to_owned(),
        DataType::Timestamp(..) => "a timestamp".to_owned(),
        DataType::Decimal128(precision, scale) | DataType::Decimal256(precision, scale) => {
            format!("decimal({precision},{scale})")
        }
        DataType::Struct(_) | DataType::List(_) | DataType::LargeList(_) | DataType::Map(..) => {
            "a nested column".to_owned()
        }
        integer if integer.is_integer() => format!("an integer ({integer})"),
        other => other.to_string(),
    }
}
