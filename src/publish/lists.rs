//! The lists of a night become files, and each file a row of the register of exports (`exports.parquet`): who received
//! what, how many rows, and which bytes.

use std::collections::HashMap;
use std::path::Path;

use chrono::NaiveDate;

use super::csv;
use super::folder::Staging;
use super::named::Written;
use super::parquet;
use super::password::Passwords;
use super::tables::Out;
use super::told;
use super::workbook::{self, Book, Page};
use crate::contract;
use crate::error::Error;
use crate::job::{Encoding, Form};
use crate::lists::{self, Line, List, Row};
use crate::model::{Sheet, Told};
use crate::policy::InForce;

/// The folder of the lists in a night.
const FOLDER: &str = "lists";

/// What is sent tonight, and what the lists have to say besides their rows.
#[derive(Debug)]
pub struct Sent<'a> {
    /// The lists, sorted by file.
    pub lists: Vec<List<'a>>,
    /// `told.parquet`: what each office has been told once they are out.
    pub told: &'a [Told],
    /// The policy in force.
    pub policy: &'a InForce,
    /// The title of every rule by its id.
    pub titles: HashMap<&'a str, &'a str>,
    /// The number under which tonight's lists go out: see [`MadeFrom::list_id`](super::MadeFrom::list_id).
    pub list_id: String,
    /// The password of each office that has one.
    pub passwords: &'a Passwords,
}

/// A list that went out.
struct Export<'a> {
    list: &'a List<'a>,
    written: Written,
}

/// Writes every list, the register, and what offices have been told.
pub(super) fn write(staging: &mut Staging, sent: &Sent<'_>) -> Result<(), Error> {
    let as_of = staging.as_of();
    let mut exports = Vec::with_capacity(sent.lists.len());
    for list in &sent.lists {
        let form = match list.office.form {
            Form::Xlsx => "xlsx",
            Form::Csv(_) => "csv",
        };
        let file = format!("{FOLDER}/{}/{}.{form}", list.office.id, list.name(as_of));
        let beside = staging.folder().to_path_buf();
        let written = staging.write_file(&file, |out| one(out, (as_of, &beside), list, sent))?.clone();
        exports.push(Export { list, written });
    }
    staging.write_file("exports.parquet", |out| register(out, as_of, &exports))?;
    staging.write_file(told::FILE, |out| told::told(out, as_of, sent.told))?;
    Ok(())
}

/// The bytes of one list, made beside the others. Gives back how many warnings it holds.
fn one<'a>(
    out: Out<'_>,
    (as_of, beside): (NaiveDate, &Path),
    list: &'a List<'a>,
    sent: &'a Sent<'a>,
) -> Result<u64, Error> {
    let row = |sheet: Sheet, line: Line<'a>| Row {
        line,
        sheet,
        title: sent.titles.get(line.warning.standing.rule.as_str()).copied().unwrap_or(&line.warning.standing.rule),
        assistance: sent.policy.assistance_for(line.warning.standing.category),
        as_of,
        list_id: &sent.list_id,
    };
    let rows = list.sheets.values().map(|rows| rows.len() as u64).sum();
    match list.office.form {
        Form::Csv(encoding) => {
            let each = list.sheets.iter().flat_map(|(sheet, lines)| lines.iter().map(|of| row(*sheet, *of)));
            csv::write(out, encoding, list, each)
        }
        Form::Xlsx => {
            let notes = lists::notes(list, sent.policy, &sent.list_id);
            let password = sent.passwords.get(&list.office.id);
            if password.is_none() && list.office.has_password() {
                return Err(Error::Internal(format!("office `{}` has no password at hand", list.office.id)));
            }
            let page = |(sheet, lines): (&Sheet, &'a Vec<Line<'a>>)| {
                let (sheet, columns) = (*sheet, lists::columns(list, Some(*sheet)));
                Page {
                    name: sheet.term(),
                    columns: columns.clone(),
                    rows: lines.len(),
                    cells: Box::new(move |index| {
                        let row = row(sheet, lines[index]);
                        columns.iter().map(|column| row.cell(*column)).collect()
                    }),
                }
            };
            let book = Book {
                name: list.name(as_of),
                title: "因病返贫致贫预警名单",
                recipient: &list.office.name,
                pages: list.sheets.iter().map(page).collect(),
                notes: &notes,
                list_id: &sent.list_id,
                as_of,
                beside,
            };
            workbook::write_sealed(out, &book, password)?;
            Ok(rows)
        }
    }
}

/// `exports.parquet`, in the order of the files.
fn register(out: Out<'_>, as_of: NaiveDate, exports: &[Export<'_>]) -> Result<u64, Error> {
    parquet::write(out, contract::table("exports"), exports, |columns, exports| {
        let of = || exports.iter();
        let rows = |sheet: Sheet| of().map(move |of| i64::try_from(of.list.rows(sheet)).ok());
        columns
            .day("as_of", of().map(|_| Some(as_of)))?
            .text("office", of().map(|of| Some(&of.list.office.id)))?
            .text("office_name", of().map(|of| Some(&of.list.office.name)))?
            .text("area_code", of().map(|of| Some(of.list.area.to_string())))?
            .text("town_code", of().map(|of| of.list.town.as_ref()))?
            .text("extent", of().map(|of| Some(of.list.extent.name())))?
            .text("form", of().map(|of| Some(form(of.list.office.form))))?
            .flag("encrypted", of().map(|of| Some(of.list.office.has_password())))?
            .integer("new", rows(Sheet::New))?
            .integer("continuing", rows(Sheet::Continuing))?
            .integer("raised", rows(Sheet::Raised))?
            .integer("ended", rows(Sheet::Ended))?
            .integer("rows", of().map(|of| i64::try_from(of.written.rows).ok()))?
            .integer("quiet", of().map(|of| i64::try_from(of.list.quiet).ok()))?
            .integer("monitored", of().map(|of| i64::try_from(of.list.monitored).ok()))?
            .text("file", of().map(|of| Some(&of.written.file)))?
            .integer("bytes", of().map(|of| i64::try_from(of.written.bytes).ok()))?
            .text("sha256", of().map(|of| Some(&of.written.sha256)))?;
        Ok(())
    })
}

/// A form by its name in the register.
fn form(form: Form) -> &'static str {
    match form {
        Form::Xlsx => "xlsx",
        Form::Csv(Encoding::Utf8) => "csv, utf-8",
        Form::Csv(Encoding::Gb18030) => "csv, gb18030",
    }
}
