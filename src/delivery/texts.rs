//! Days and times written as text.

use chrono::{Datelike, NaiveDate};

pub(crate) const MICROSECONDS_A_DAY: i64 = 86_400 * 1_000_000;
/// Days from year 1 to 1970.
const EPOCH: i32 = 719_163;

/// `yyyy-MM-dd`, a time after it or not, as days since 1970. `None` when it is no such day.
pub(crate) fn day(text: &str) -> Option<i64> {
    let (day, rest) = split_day(text)?;
    (rest.is_empty() || time_of_day(rest).is_some()).then_some(day)
}

/// `yyyy-MM-dd HH:mm:ss`, with `T` for the blank and a fraction of a second or not, as microseconds since 1970; a day
/// alone is its midnight. `None` when it is no such time.
pub(crate) fn time(text: &str) -> Option<i64> {
    let (day, rest) = split_day(text)?;
    let within = if rest.is_empty() { 0 } else { time_of_day(rest)? };
    Some(day * MICROSECONDS_A_DAY + within)
}

fn split_day(text: &str) -> Option<(i64, &str)> {
    let (date, rest) = (text.get(..10)?, text.get(10..)?);
    let parts = (number(date.get(..4)?)?, number(date.get(5..7)?)?, number(date.get(8..)?)?);
    let dashes = date.as_bytes()[4] == b'-' && date.as_bytes()[7] == b'-';
    let (year, month, day) = dashes.then_some(parts)?;
    let date = NaiveDate::from_ymd_opt(i32::try_from(year).ok()?, month, day)?;
    Some((i64::from(date.num_days_from_ce() - EPOCH), rest))
}

/// ` HH:mm:ss` or `THH:mm:ss`, a fraction of up to nine digits after it or not, as microseconds.
fn time_of_day(text: &str) -> Option<i64> {
    let clock = text.strip_prefix([' ', 'T'])?;
    let (clock, fraction) = clock.split_once('.').unwrap_or((clock, ""));
    let mut parts = clock.split(':');
    let (hours, minutes, seconds) =
        (two_digits(parts.next()?)?, two_digits(parts.next()?)?, two_digits(parts.next()?)?);
    if parts.next().is_some() || hours > 23 || minutes > 59 || seconds > 59 || fraction.len() > 9 {
        return None;
    }
    let nanoseconds = if fraction.is_empty() { 0 } else { number(&format!("{fraction:0<9}"))? };
    let microseconds = nanoseconds / 1000;
    Some((i64::from(hours) * 3600 + i64::from(minutes) * 60 + i64::from(seconds)) * 1_000_000 + i64::from(microseconds))
}

fn two_digits(text: &str) -> Option<u32> {
    (text.len() == 2).then(|| number(text)).flatten()
}

fn number(text: &str) -> Option<u32> {
    text.bytes().all(|byte| byte.is_ascii_digit()).then(|| text.parse().ok()).flatten()
}
