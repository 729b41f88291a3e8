//! The sheets of a workbook, or the one of a CSV, cell by cell as they lie in the file. Knows no column.

use std::collections::BTreeMap;
use std::io::Cursor;

use calamine::{DataRef, Reader, SheetType, Xlsx, XlsxError};
use chrono::NaiveDate;
use encoding_rs::GB18030;

use super::archive;
use super::cell::Cell;
use crate::delivery;
use crate::model::{self, ReplyFault, ReplyPlace};

/// A sheet: its rows by number, and in each the cells that are not blank, by column.
#[derive(Debug, Clone)]
pub(super) struct Sheet {
    /// How messages name it; none for a CSV.
    pub(super) label: Option<String>,
    /// Rows by number, as a spreadsheet counts them; columns from 0.
    pub(super) rows: BTreeMap<u32, BTreeMap<u32, Cell>>,
}

/// What a file has: its sheets, and a fault for each that does not open.
pub(super) type Sheets = (Vec<Sheet>, Vec<ReplyFault>);

/// The sheets of an xlsx; `None` when it cannot be read as one. The words of the decoder are not passed on, as they
/// may hold what it read.
pub(super) fn of_workbook(bytes: &[u8]) -> Option<Sheets> {
    if !archive::is_sound(bytes) {
        return None;
    }
    delivery::decode(|| -> Result<Sheets, XlsxError> {
        let mut workbook = Xlsx::new(Cursor::new(bytes))?;
        // Sheets of another type hold a chart or a macro, and no lines.
        let lined = |sheet: &calamine::Sheet| sheet.typ == SheetType::WorkSheet;
        let named = workbook.sheets_metadata().iter().enumerate();
        let names: Vec<(usize, String)> =
            named.filter(|(_, sheet)| lined(sheet)).map(|(index, sheet)| (index, sheet.name.clone())).collect();
        let (mut sheets, mut faults) = (Vec::new(), Vec::new());
        for (index, name) in &names {
            // Cells are read one by one: a stray one in the last corner would make a full grid of billions.
            let Ok(mut cells) = workbook.worksheet_cells_reader(name) else {
                faults.push(unopened(label(name, *index)));
                continue;
            };
            let mut rows: BTreeMap<u32, BTreeMap<u32, Cell>> = BTreeMap::new();
            while let Some(cell) = cells.next_cell()? {
                let (row, column) = cell.get_position();
                if let Some(value) = value(cell.get_value()) {
                    rows.entry(row.saturating_add(1)).or_default().insert(column, value);
                }
            }
            sheets.push(Sheet { label: Some(label(name, *index)), rows });
        }
        Ok((sheets, faults))
    })
    .ok()
}

fn unopened(label: String) -> ReplyFault {
    let message = "the sheet does not open, and nothing on it was read; open the list, save it again as .xlsx and give \
                   it once more";
    ReplyFault { place: ReplyPlace { sheet: Some(label), row: 1 }, column: None, message: message.to_owned() }
}

/// A sheet's name where our lists have one so called, else its number: a name may say anything.
fn label(name: &str, index: usize) -> String {
    let name = name.trim();
    let of_warnings = model::Sheet::ALL.iter().any(|sheet| sheet.term() == name);
    let ours = of_warnings || model::ProblemSheet::ALL.iter().any(|sheet| sheet.term() == name);
    if ours { name.to_owned() } else { (index + 1).to_string() }
}

fn value(value: &DataRef<'_>) -> Option<Cell> {
    match value {
        DataRef::Empty => None,
        DataRef::String(text) => Cell::of_text(text),
        DataRef::SharedString(text) => Cell::of_text(text),
        DataRef::DateTimeIso(text) => Cell::of_text(text),
        DataRef::Int(number) => Some(Cell::Number(number.to_string())),
        DataRef::Float(number) => Some(Cell::Number(number.to_string())),
        DataRef::DateTime(time) => {
            let (year, month, day, ..) = time.to_ymd_hms_milli();
            let day = NaiveDate::from_ymd_opt(year.into(), month.into(), day.into()).filter(|_| time.is_datetime());
            Some(day.map_or(Cell::Strange, Cell::Day))
        }
        DataRef::Bool(_) | DataRef::DurationIso(_) | DataRef::Error(_) => Some(Cell::Strange),
    }
}

/// The sheet of a CSV; `None` when its bytes are no text in UTF-8 or GB18030.
pub(super) fn of_csv(bytes: &[u8]) -> Option<Sheet> {
    let text = match std::str::from_utf8(bytes) {
        Ok(text) => text.trim_start_matches('\u{feff}').to_owned(),
        Err(_) => GB18030.decode_without_bom_handling_and_without_replacement(bytes)?.into_owned(),
    };
    if text.contains('\0') {
        return None;
    }
    let bytes = text.as_bytes();
    let mut reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(bytes);
    let mut record = csv::StringRecord::new();
    let mut rows = BTreeMap::new();
    let mut row = 0;
    while reader.read_record(&mut record).ok()? {
        let begin = record.position().map_or(0, |position| position.byte());
        row += 1 + blank_lines(bytes, usize::try_from(begin).ok()?);
        let cells = (0..).zip(record.iter()).filter_map(|(column, text)| Some((column, Cell::of_text(text)?)));
        rows.insert(row, cells.collect());
    }
    Some(Sheet { label: None, rows })
}

/// How many lines without anything stand at `begin`: the reader passes over them, a spreadsheet counts them.
fn blank_lines(bytes: &[u8], begin: usize) -> u32 {
    let mut rest = bytes.get(begin..).unwrap_or_default();
    if begin > 0 && bytes[begin - 1] == b'\r' {
        rest = rest.strip_prefix(b"\n").unwrap_or(rest);
    }
    let mut lines = 0;
    while let Some(after) = [b"\r\n".as_slice(), b"\n", b"\r"].iter().find_map(|end| rest.strip_prefix(*end)) {
        rest = after;
        lines += 1;
    }
    lines
}
