//! A list as a workbook that a clerk works with: a sheet for each sort of change, and one that says what the list is.
//!
//! Every cell is written as what it is: text as text, whatever it begins with, so that nothing in it is ever a formula,
//! and certificate numbers keep their digits. The bytes follow from the list alone: the workbook's date is that of the
//! data. Rows wait in a file without a name, so that a list of a hundred thousand takes little more memory than its
//! texts. It knows neither offices' passwords nor the list's file.

use std::io::{self, Write};
use std::path::Path;

use chrono::NaiveDate;
use rust_decimal::Decimal;
use rust_xlsxwriter::{
    DataValidation, DataValidationErrorStyle, DataValidationRule, DocProperties, ExcelDateTime, Format, FormatAlign,
    FormatBorder, Workbook, Worksheet, XlsxError,
};
use unicode_width::UnicodeWidthStr;

use super::password::Password;
use crate::error::{Error, contained};
use crate::lists::{Cell, Note};
use crate::model::{Column, Fault, Fen, Handling, Outcome};

/// The name of the sheet with the notes.
const NOTES: &str = "说明";
/// A4.
const PAPER: u8 = 9;
/// Longer texts do not fit into a cell.
const LONGEST_TEXT: usize = 32_000;
/// The widths of the two columns of the notes.
const NOTE_WIDTHS: (u8, u8) = (26, 100);
/// A line of text, in points.
const LINE_HEIGHT: u16 = 14;
/// Excel makes no row higher.
const MOST_LINES: usize = 29;

/// What a workbook is made of.
pub(super) struct Book<'b> {
    /// What messages call it.
    pub(super) name: String,
    /// Its title.
    pub(super) title: &'b str,
    /// Who receives it.
    pub(super) recipient: &'b str,
    /// Its sheets, before that of the notes.
    pub(super) pages: Vec<Page<'b>>,
    /// What the list says about itself.
    pub(super) notes: &'b [Note],
    /// The number of the list.
    pub(super) list_id: &'b str,
    /// The day of the data.
    pub(super) as_of: NaiveDate,
    /// The folder on whose disk rows wait, in files that have no name and leave nothing behind.
    pub(super) beside: &'b Path,
}

/// One sheet.
pub(super) struct Page<'b> {
    /// Its name.
    pub(super) name: &'b str,
    /// Its columns, in order.
    pub(super) columns: Vec<Column>,
    /// How many rows it has.
    pub(super) rows: usize,
    /// The cells of one of them, a column each.
    pub(super) cells: Box<dyn Fn(usize) -> Vec<Cell<'b>> + 'b>,
}

/// Writes the workbook.
///
/// # Errors
/// More rows than a sheet holds; [`Error::CannotWrite`] when rows cannot wait; else only a fault of the program, or a
/// failed write, of which `out` knows the cause.
pub(super) fn write(out: &mut (dyn Write + Send), book: &Book<'_>) -> Result<(), Error> {
    // The library panics when a nameless file takes no more.
    let no_room = || Error::cannot_write(book.beside, io::Error::other("the rows of a list do not fit beside it"));
    contained(|| render(out, book)).ok_or_else(no_room)?.map_err(|error| match error {
        XlsxError::RowColumnLimitError => Fault::data(
            &book.name,
            "the list has more rows than a sheet holds (1048575); let `split_by` of its office, or of [problems], make more \
             files of it",
        )
        .into(),
        XlsxError::TempFileError(_, cause) => Error::cannot_write(book.beside, cause),
        error => Error::Internal(format!("{}: {error}", book.name)),
    })
}

/// The same behind the password, where there is one.
///
/// # Errors
/// See [`write()`].
pub(super) fn write_sealed(
    out: &mut (dyn Write + Send),
    book: &Book<'_>,
    password: Option<&Password>,
) -> Result<(), Error> {
    let Some(password) = password else { return write(out, book) };
    let mut plain = Vec::new();
    write(&mut plain, book)?;
    let failed = |error| Error::Internal(format!("a list was not written: {error}"));
    out.write_all(&password.seal(&plain)?).map_err(failed)
}

fn render(out: &mut (dyn Write + Send), book: &Book<'_>) -> Result<(), XlsxError> {
    let mut workbook = Workbook::new();
    workbook.set_tempdir(book.beside)?;
    let made = ExcelDateTime::parse_from_str(&book.as_of.to_string())?;
    let title = format!("{} {}", book.title, book.list_id);
    workbook.set_properties(&DocProperties::new().set_title(title).set_creation_datetime(&made));
    let formats = Formats::new();
    for page in &book.pages {
        let worksheet = workbook.add_worksheet_with_low_memory()?;
        worksheet.set_name(page.name)?;
        frame(worksheet, &page.columns, page.rows, &formats)?;
        printed(worksheet, book);
        for index in 0..page.rows {
            let mut lines = 1;
            for ((at, column), cell) in (0..).zip(&page.columns).zip((page.cells)(index)) {
                lines = lines.max(lines_of(&cell, width(*column)));
                put(worksheet, (line(index)?, at), &cell, formats.of(*column))?;
            }
            heighten(worksheet, line(index)?, lines)?;
        }
    }
    notes(workbook.add_worksheet(), book, &formats)?;
    workbook.save_to_writer(out)
}

/// How many lines a text takes in a column so wide.
fn lines_of(cell: &Cell<'_>, width: u8) -> usize {
    match cell {
        Cell::Text(text) => text.width().div_ceil(usize::from(width).saturating_sub(1)).max(1),
        _ => 1,
    }
}

/// Makes room for a second line: Excel would do so by itself, others show half of it.
fn heighten(sheet: &mut Worksheet, row: u32, lines: usize) -> Result<(), XlsxError> {
    if lines > 1 {
        let lines = u16::try_from(lines.min(MOST_LINES)).unwrap_or_default();
        sheet.set_row_height(row, lines * LINE_HEIGHT + 4)?;
    }
    Ok(())
}

/// The line of a row below the heading.
fn line(index: usize) -> Result<u32, XlsxError> {
    u32::try_from(index + 1).map_err(|_| XlsxError::RowColumnLimitError)
}

/// Headings, widths, filter, and what may be filled in.
fn frame(sheet: &mut Worksheet, columns: &[Column], rows: usize, formats: &Formats) -> Result<(), XlsxError> {
    let last_row = line(rows.saturating_sub(1))?;
    for (at, column) in (0..).zip(columns) {
        sheet.set_column_format(at, formats.of(*column))?;
        let asked = Column::ANSWER.contains(column) || Column::HANDLING.contains(column);
        let heading = if asked { &formats.answer_heading } else { &formats.heading };
        sheet.write_string_with_format(0, at, column.heading(), heading)?;
        sheet.set_column_width(at, width(*column))?;
        let allowed = match column {
            Column::Outcome => Some(choice(*column, &Outcome::ALL.map(Outcome::term))?),
            Column::Handling => Some(choice(*column, &Handling::ALL.map(Handling::term))?),
            Column::OutcomeOn | Column::QuietUntil | Column::HandledOn | Column::DismissedUntil => Some(days()?),
            _ => None,
        };
        if let Some(allowed) = allowed {
            sheet.add_data_validation(1, at, last_row, at, &allowed)?;
        }
    }
    sheet.set_default_row_height(LINE_HEIGHT + 4).set_row_height(0, 2 * LINE_HEIGHT + 8)?;
    sheet.set_freeze_panes(1, 1)?;
    let last = u16::try_from(columns.len()).map_err(|_| XlsxError::RowColumnLimitError)?.saturating_sub(1);
    sheet.autofilter(0, 0, last_row, last)?;
    sheet.set_repeat_rows(0, 0)?;
    sheet.set_print_gridlines(true);
    Ok(())
}

/// A4 across, as wide as the page, with the list's number and the pages counted.
fn printed(sheet: &mut Worksheet, book: &Book<'_>) {
    // An ampersand begins a code there.
    let office = book.recipient.replace('&', "&&");
    sheet.set_paper_size(PAPER).set_landscape().set_print_fit_to_pages(1, 0);
    // In inches: left, right, top, bottom, heading, foot.
    sheet.set_margins(0.3, 0.3, 0.7, 0.6, 0.3, 0.3);
    sheet.set_header(format!("&L{office}&C&A&R{}", book.list_id));
    sheet.set_footer("&L内部资料，注意保密&R第 &P 页，共 &N 页");
}

fn choice(column: Column, terms: &[&str]) -> Result<DataValidation, XlsxError> {
    DataValidation::new()
        .allow_list_strings(terms)?
        .set_error_title(column.heading())?
        .set_error_message("请从下拉选项中选择")
}

fn days() -> Result<DataValidation, XlsxError> {
    // A warning and no ban: a day written as text is read all the same.
    DataValidation::new()
        .allow_date(DataValidationRule::GreaterThanOrEqualTo(ExcelDateTime::from_ymd(2020, 1, 1)?))
        .set_error_style(DataValidationErrorStyle::Warning)
        .set_error_title("日期")?
        .set_error_message("请按 2025-01-31 的样式填写日期")
}

fn put(sheet: &mut Worksheet, at: (u32, u16), cell: &Cell<'_>, format: &Format) -> Result<(), XlsxError> {
    let (row, column) = at;
    match cell {
        // A blank cell costs as much as a full one, and the column's own format stands in for it.
        Cell::Blank => sheet,
        Cell::Text(text) => sheet.write_string_with_format(row, column, cut(text), format)?,
        Cell::Code(code) => sheet.write_string_with_format(row, column, cut(code), format)?,
        Cell::Amount(amount) => sheet.write_with_format(row, column, yuan(*amount), format)?,
        Cell::Yuan(number) => sheet.write_with_format(row, column, *number, format)?,
        Cell::Count(count) => sheet.write_with_format(row, column, Decimal::from(*count), format)?,
        Cell::Day(day) => sheet.write_datetime_with_format(row, column, day, format)?,
    };
    Ok(())
}

/// A number in a workbook is a binary fraction, whatever is written: the library makes the nearest one of the exact
/// yuan, and writes the shortest decimal that means it, which up to 2^53 fen is the amount itself.
fn yuan(amount: Fen) -> Decimal {
    Decimal::new(amount.0, 2)
}

/// The text, or as much of it as a cell holds.
fn cut(text: &str) -> &str {
    text.char_indices().nth(LONGEST_TEXT).map_or(text, |(end, _)| &text[..end])
}

/// How cells look.
struct Formats {
    heading: Format,
    answer_heading: Format,
    text: Format,
    code: Format,
    amount: Format,
    yuan: Format,
    count: Format,
    day: Format,
    about: Format,
    said: Format,
}

impl Formats {
    fn new() -> Formats {
        // Edges in the heading alone: the grid is printed, which also frames what is to be filled in.
        let cell = || Format::new().set_font_name("宋体").set_font_size(10).set_align(FormatAlign::VerticalCenter);
        let framed = || cell().set_text_wrap().set_border(FormatBorder::Thin).set_border_color(0xBF_BF_BF);
        let heading = || framed().set_bold().set_align(FormatAlign::Center);
        Formats {
            heading: heading().set_background_color(0xDD_EB_F7),
            answer_heading: heading().set_background_color(0xFF_F2_CC),
            text: cell().set_text_wrap(),
            code: cell().set_num_format("@"),
            amount: cell().set_num_format("#,##0.00"),
            yuan: cell().set_num_format("#,##0.00##"),
            count: cell().set_num_format("0"),
            day: cell().set_num_format("yyyy-mm-dd"),
            about: framed().set_bold(),
            said: framed(),
        }
    }

    fn of(&self, column: Column) -> &Format {
        match column {
            Column::Warning
            | Column::Problem
            | Column::Person
            | Column::Area
            | Column::Town
            | Column::ListId
            | Column::Household
            | Column::Institution
            | Column::Card => &self.code,
            Column::Burden
            | Column::PreviousBurden
            | Column::Income
            | Column::TotalCost
            | Column::BasicInsurance
            | Column::CriticalIllness
            | Column::MedicalAssistance
            | Column::OtherFunds
            | Column::HospitalPart
            | Column::Commercial
            | Column::Found
            | Column::Expected => &self.amount,
            Column::Threshold | Column::Excess => &self.yuan,
            Column::IncomeYear | Column::Settlements | Column::Year | Column::DaysLeft => &self.count,
            Column::FirstExceeded
            | Column::FirstSeen
            | Column::Since
            | Column::EndedOn
            | Column::AnswerDue
            | Column::OutcomeOn
            | Column::QuietUntil
            | Column::Deadline
            | Column::HandledOn
            | Column::DismissedUntil
            | Column::DataDay
            | Column::IssuedOn => &self.day,
            _ => &self.text,
        }
    }
}

/// In characters of a digit's width; a Chinese one takes two. Longer texts are wrapped.
fn width(column: Column) -> u8 {
    match column {
        Column::Person => 20,
        Column::Warning | Column::Problem => 19,
        Column::State | Column::Area => 9,
        Column::Settlements | Column::IncomeYear | Column::Year | Column::DaysLeft => 8,
        Column::Name | Column::Town => 11,
        Column::Category | Column::Rule => 18,
        Column::Categories | Column::EndedBy | Column::RuleReference | Column::WayReference => 24,
        Column::Remark | Column::HandledHow | Column::Standing | Column::Handling => 20,
        Column::Matter | Column::Owner => 18,
        Column::Basis => 24,
        Column::Detail => 40,
        Column::Missing => 60,
        Column::Household | Column::Institution | Column::Card => 16,
        Column::Disease => 24,
        Column::Answered | Column::QuietUntil | Column::Income => 13,
        _ => 12,
    }
}

fn notes(sheet: &mut Worksheet, book: &Book<'_>, formats: &Formats) -> Result<(), XlsxError> {
    sheet.set_name(NOTES)?.set_default_row_height(LINE_HEIGHT + 4);
    sheet.set_column_width(0, NOTE_WIDTHS.0)?.set_column_width(1, NOTE_WIDTHS.1)?;
    for (row, (about, text)) in (0..).zip(book.notes) {
        let lines = |text: &str, width| lines_of(&Cell::Text(text.into()), width);
        heighten(sheet, row, lines(about, NOTE_WIDTHS.0).max(lines(text, NOTE_WIDTHS.1)))?;
        sheet.write_string_with_format(row, 0, cut(about), &formats.about)?;
        sheet.write_string_with_format(row, 1, cut(text), &formats.said)?;
    }
    printed(sheet, book);
    Ok(())
}
