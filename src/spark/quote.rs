//! Values as Spark SQL writes them: the one place where anything is quoted.

use chrono::NaiveDate;
use rust_decimal::Decimal;

/// A text.
pub(super) fn text(value: &str) -> String {
    let mut quoted = String::from("'");
    for sign in value.chars() {
        match sign {
            '\'' | '\\' => quoted.extend(['\\', sign]),
            sign if sign.is_control() => quoted.push_str(&format!("\\u{:04X}", u32::from(sign))),
            sign => quoted.push(sign),
        }
    }
    quoted.push('\'');
    quoted
}

/// A name of a column, as a file gives it.
pub(super) fn column(name: &str) -> String {
    let plain = name.starts_with(|sign: char| sign.is_ascii_lowercase())
        && name.chars().all(|sign| sign.is_ascii_lowercase() || sign.is_ascii_digit() || sign == '_');
    if plain { name.to_owned() } else { in_backticks(name) }
}

/// Files that are read by their path: all below `root`, or those of `names` alone.
pub(super) fn files(root: &str, names: &[&str]) -> String {
    let names: Vec<String> = names.iter().map(|name| as_it_stands(name)).collect();
    let root = as_it_stands(root);
    match names.as_slice() {
        [] => in_backticks(&root),
        [name] => in_backticks(&format!("{root}/{name}")),
        names => in_backticks(&format!("{root}/{{{}}}", names.join(","))),
    }
}

/// Signs that mean more than themselves in a path, as themselves.
fn as_it_stands(path: &str) -> String {
    let mut plain = String::new();
    for sign in path.chars() {
        if "\\{}[]*?,^!".contains(sign) {
            plain.push('\\');
        }
        plain.push(sign);
    }
    plain
}

fn in_backticks(name: &str) -> String {
    format!("`{}`", name.replace('`', "``"))
}

/// A day.
pub(super) fn day(day: NaiveDate) -> String {
    format!("DATE '{}'", day.format("%Y-%m-%d"))
}

/// The beginning of a day.
pub(super) fn midnight(day: NaiveDate) -> String {
    format!("TIMESTAMP_NTZ '{} 00:00:00'", day.format("%Y-%m-%d"))
}

/// An exact number of so many digits, so many of them behind the point.
pub(super) fn decimal(value: Decimal, digits: u32, behind: u32) -> String {
    format!("CAST('{value}' AS DECIMAL({digits},{behind}))")
}
