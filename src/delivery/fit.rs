//! Whether a column as stored can be read as the contract's kind, and as which Arrow type it is decoded.

use arrow_schema::{DataType, TimeUnit};

use crate::contract::Kind;

/// The most digits that fit an `i64` whatever they are.
const I64_DIGITS: u8 = 18;

/// The Arrow type to decode a column of type `stored` with, so that its values are cheap to take, or `None` when the
/// contract's kind cannot be read from it. `narrow` says whether decimals may be decoded as 64-bit integers.
pub(crate) fn decoded_as(kind: Kind, stored: &DataType, narrow: bool) -> Option<DataType> {
    use DataType::{Binary, Date32, Decimal64, Decimal128, Null, Timestamp, Utf8, Utf8View};
    let text = matches!(stored, Utf8 | Binary).then_some(Utf8View);
    let time = match stored {
        Timestamp(TimeUnit::Nanosecond, None) => Some(stored.clone()),
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

/// What a kind may be stored as, in words.
pub(crate) fn expected(kind: Kind) -> &'static str {
    match kind {
        Kind::Text => "text",
        Kind::Code => "text, a dictionary or an integer",
        Kind::Amount => "a decimal with at most two decimals",
        Kind::Time => "a timestamp, INT96, or text yyyy-MM-dd HH:mm:ss",
        Kind::Day => "a date, a timestamp, or text yyyy-MM-dd",
        Kind::Integer => "an integer",
        Kind::Decimal => "a decimal",
        Kind::Flag => "a boolean",
    }
}

/// A stored type in words.
pub(crate) fn found(stored: &DataType) -> String {
    match stored {
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
