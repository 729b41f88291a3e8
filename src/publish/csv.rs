//! A list as text in one table, for offices that load it elsewhere.
//!
//! # Apostrophes
//!
//! A spreadsheet that opens such a file guesses at each field: a text that begins with `=`, `+`, `-` or `@` becomes a
//! formula, and a certificate number a quantity of which three digits are lost. So a field that names something, and
//! every other text that begins with such a sign, with a blank before one, or with an apostrophe, is written behind one
//! apostrophe, and is then text everywhere. What reads a returned list takes it away again: no text is written
//! otherwise than it can be read. Amounts, days and counts are written bare; they begin with a digit or a minus sign
//! and hold digits alone.
//!
//! The encoding GB 18030 holds every character but one, U+E5E5 of the private area, for which its number is written.

use std::borrow::Cow;
use std::io::Write;

use csv::{Terminator, WriterBuilder};
use encoding_rs::GB18030;
use rust_decimal::Decimal;

use crate::error::Error;
use crate::job::Encoding;
use crate::lists::{self, Cell, List, Row};

/// What a spreadsheet takes for the beginning of a formula, in either width, and the apostrophe itself.
const SIGNS: [char; 9] = ['=', '+', '-', '@', '＝', '＋', '－', '＠', '\''];

/// The mark without which Excel takes UTF-8 for something else.
const MARK: &str = "\u{feff}";

/// Writes a list; `rows` are those of every sheet, in order. Gives back how many.
pub(super) fn write<'a>(
    out: &mut (dyn Write + Send),
    encoding: Encoding,
    list: &List<'_>,
    rows: impl Iterator<Item = Row<'a>>,
) -> Result<u64, Error> {
    let failed = |error: csv::Error| Error::Internal(format!("a list was not written: {error}"));
    let encoded = |text: &str| -> Vec<u8> {
        match encoding {
            Encoding::Utf8 => text.as_bytes().to_vec(),
            // Neither a comma nor a quotation mark is ever a part of a longer character, so fields can be quoted after.
            Encoding::Gb18030 => GB18030.encode(text).0.into_owned(),
        }
    };
    if encoding == Encoding::Utf8 {
        out.write_all(MARK.as_bytes()).map_err(|error| failed(error.into()))?;
    }
    let mut writer = WriterBuilder::new().terminator(Terminator::CRLF).from_writer(out);
    let columns = lists::columns(list, None);
    writer.write_record(columns.iter().map(|column| encoded(column.heading()))).map_err(failed)?;
    let mut count = 0;
    for row in rows {
        writer.write_record(columns.iter().map(|column| encoded(&field(&row.cell(*column))))).map_err(failed)?;
        count += 1;
    }
    writer.flush().map_err(|error| failed(error.into()))?;
    Ok(count)
}

fn field<'c>(cell: &'c Cell<'_>) -> Cow<'c, str> {
    match cell {
        Cell::Blank => "".into(),
        Cell::Text(text) if is_plain(text) => text.as_ref().into(),
        Cell::Text(text) => format!("'{text}").into(),
        Cell::Code(code) => format!("'{code}").into(),
        Cell::Amount(amount) => amount.to_string().into(),
        Cell::Yuan(number) => yuan(*number).into(),
        Cell::Count(count) => count.to_string().into(),
        Cell::Day(day) => day.to_string().into(),
    }
}

/// A number of yuan with two decimals, and as many more as it needs.
fn yuan(number: Decimal) -> String {
    let mut number = number.normalize();
    number.rescale(number.scale().max(2));
    number.to_string()
}

/// Whether a text can stand as it is.
fn is_plain(text: &str) -> bool {
    let controls = text.starts_with(char::is_control);
    !controls && !text.trim_start().starts_with(SIGNS)
}
