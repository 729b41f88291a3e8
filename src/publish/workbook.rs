//! A list as a workbook that a clerk works with: a sheet for each sort of change, and one that says what the list is.
//!
//! Every cell is written as what it is: text as text, whatever it begins with, so that nothing in it is ever a formula,
//! and certificate numbers keep their digits. The bytes follow from the list alone: the workbook's date is that of the
//! data. It knows neither offices' passwords nor the file.

use std::io::Write;

use rust_decimal::Decimal;
use rust_xlsxwriter::{
    DataValidation, DataValidationErrorStyle, DataValidationRule, DocProperties, ExcelDateTime, Format, FormatAlign,
    FormatBorder, Workbook, Worksheet, XlsxError,
};

use crate::error::Error;
use crate::lists::{self, Cell, List, Note, Row};
use crate::model::{Column, Fault, Fen, Outcome, Sheet};

/// The name of the sheet with the notes.
const NOTES: &str = "说明";
/// A4.
const PAPER: u8 = 9;
/// Longer texts do not fit into a cell.
const LONGEST_TEXT: usize = 32_000;
/// Two lines of a heading, in points.
const HEADING_HEIGHT: u8 = 36;

/// What a workbook is made of.
pub(super) struct Book<'b, 'a> {
    /// The list.
    pub(super) list: &'b List<'a>,
    /// Makes a row of a warning on a sheet.
    pub(super) row: &'b dyn Fn(Sheet, &'a crate::model::Warning) -> Row<'a>,
    /// What the list says about itself.
    pub(super) notes: &'b [Note],
    /// The number of the list.
    pub(super) list_id: &'b str,
    /// The day of the data.
    pub(super) as_of: chrono::NaiveDate,
}

/// Writes the workbook.
///
/// # Errors
/// More rows than a sheet holds; else only a fault of the program, or a failed write, of which `out` knows the cause.
pub(super) fn write(out: &mut (dyn Write + Send), book: &Book<'_, '_>) -> Result<(), Error> {
    let name = book.list.name(book.as_of);
    render(out, book).map_err(|error| match error {
        XlsxError::RowColumnLimitError => Fault::data(
            name,
            "the list has more rows than a sheet holds (1048575); let `split_by` of its office make more files of it",
        )
        .into(),
        error => Error::Internal(format!("{name}: {error}")),
    })
}

fn render(out: &mut (dyn Write + Send), book: &Book<'_, '_>) -> Result<(), XlsxError> {
    let mut workbook = Workbook::new();
    let made = ExcelDateTime::parse_from_str(&book.as_of.to_string())?;
    let title = format!("因病返贫致贫预警名单 {}", book.list_id);
    workbook.set_properties(&DocProperties::new().set_title(title).set_creation_datetime(&made));
    let formats = Formats::new();
    for (sheet, warnings) in &book.list.sheets {
        let worksheet = workbook.add_worksheet();
        worksheet.set_name(sheet.term())?;
        let columns = lists::columns(book.list, Some(*sheet));
        frame(worksheet, &columns, warnings.len(), &formats)?;
        printed(worksheet, book);
        for (index, warning) in warnings.iter().enumerate() {
            let row = (book.row)(*sheet, warning);
            for (at, column) in (0..).zip(&columns) {
                put(worksheet, (line(index)?, at), &row.cell(*column), formats.of(*column))?;
            }
        }
    }
    notes(workbook.add_worksheet(), book, &formats)?;
    workbook.save_to_writer(out)
}

/// The line of a row below the heading.
fn line(index: usize) -> Result<u32, XlsxError> {
    u32::try_from(index + 1).map_err(|_| XlsxError::RowColumnLimitError)
}

/// Headings, widths, filter, and what may be filled in.
fn frame(sheet: &mut Worksheet, columns: &[Column], rows: usize, formats: &Formats) -> Result<(), XlsxError> {
    let last_row = line(rows.saturating_sub(1))?;
    for (at, column) in (0..).zip(columns) {
        let heading = if Column::ANSWER.contains(column) { &formats.answer_heading } else { &formats.heading };
        sheet.write_string_with_format(0, at, column.heading(), heading)?;
        sheet.set_column_width(at, width(*column))?;
        match column {
            Column::Outcome => drop(sheet.add_data_validation(1, at, last_row, at, &outcomes()?)?),
            Column::OutcomeOn | Column::QuietUntil => {
                sheet.add_data_validation(1, at, last_row, at, &days()?)?;
            }
            _ => {}
        }
    }
    sheet.set_row_height(0, HEADING_HEIGHT)?;
    sheet.set_freeze_panes(1, 1)?;
    let last = u16::try_from(columns.len()).map_err(|_| XlsxError::RowColumnLimitError)?.saturating_sub(1);
    sheet.autofilter(0, 0, last_row, last)?;
    sheet.set_repeat_rows(0, 0)?;
    Ok(())
}

/// A4 across, as wide as the page, with the list's number and the pages counted.
fn printed(sheet: &mut Worksheet, book: &Book<'_, '_>) {
    // An ampersand begins a code there.
    let office = book.list.office.name.replace('&', "&&");
    sheet.set_paper_size(PAPER).set_landscape().set_print_fit_to_pages(1, 0);
    sheet.set_header(format!("&L{office}&C&A&R{}", book.list_id));
    sheet.set_footer("&L内部资料，注意保密&R第 &P 页，共 &N 页");
}

fn outcomes() -> Result<DataValidation, XlsxError> {
    DataValidation::new()
        .allow_list_strings(&Outcome::ALL.map(Outcome::term))?
        .set_error_title("反馈结果")?
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
        Cell::Blank => sheet.write_blank(row, column, format)?,
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
}

impl Formats {
    fn new() -> Formats {
        let cell = || {
            let edges = Format::new().set_border(FormatBorder::Thin).set_border_color(0xBF_BF_BF);
            edges.set_font_name("宋体").set_font_size(10).set_align(FormatAlign::VerticalCenter)
        };
        let heading = || cell().set_bold().set_text_wrap().set_align(FormatAlign::Center);
        Formats {
            heading: heading().set_background_color(0xDD_EB_F7),
            answer_heading: heading().set_background_color(0xFF_F2_CC),
            text: cell().set_text_wrap(),
            code: cell().set_num_format("@"),
            amount: cell().set_num_format("#,##0.00"),
            yuan: cell().set_num_format("#,##0.00##"),
            count: cell().set_num_format("0"),
            day: cell().set_num_format("yyyy-mm-dd"),
            about: cell().set_bold().set_text_wrap(),
        }
    }

    fn of(&self, column: Column) -> &Format {
        match column {
            Column::Warning | Column::Person | Column::Area | Column::Town | Column::ListId => &self.code,
            Column::Burden
            | Column::PreviousBurden
            | Column::Income
            | Column::TotalCost
            | Column::BasicInsurance
            | Column::CriticalIllness
            | Column::MedicalAssistance
            | Column::OtherFunds
            | Column::HospitalPart
            | Column::Commercial => &self.amount,
            Column::Threshold | Column::Excess => &self.yuan,
            Column::IncomeYear | Column::Settlements => &self.count,
            Column::FirstExceeded
            | Column::FirstSeen
            | Column::Since
            | Column::EndedOn
            | Column::AnswerDue
            | Column::OutcomeOn
            | Column::QuietUntil
            | Column::DataDay => &self.day,
            _ => &self.text,
        }
    }
}

/// In characters of a digit's width; a Chinese one takes two.
fn width(column: Column) -> u8 {
    match column {
        Column::Person => 21,
        Column::Warning => 20,
        Column::Name | Column::FirstExceeded | Column::FirstSeen | Column::Since => 12,
        Column::Category | Column::Rule | Column::Answered => 18,
        Column::Categories | Column::EndedBy | Column::Remark | Column::RuleReference | Column::WayReference => 26,
        Column::State | Column::Area | Column::IncomeYear | Column::Settlements => 10,
        Column::Outcome | Column::Way | Column::Income => 15,
        _ => 14,
    }
}

fn notes(sheet: &mut Worksheet, book: &Book<'_, '_>, formats: &Formats) -> Result<(), XlsxError> {
    sheet.set_name(NOTES)?;
    sheet.set_column_width(0, 24)?.set_column_width(1, 96)?;
    for (row, (about, text)) in (0..).zip(book.notes) {
        sheet.write_string_with_format(row, 0, cut(about), &formats.about)?;
        sheet.write_string_with_format(row, 1, cut(text), &formats.text)?;
    }
    printed(sheet, book);
    Ok(())
}
