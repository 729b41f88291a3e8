//! The lists of problems of a night become workbooks, and each workbook a row of their register
//! (`problem_lists.parquet`): who received what, how many rows, and which bytes.

use std::path::Path;

use chrono::NaiveDate;

use super::folder::Staging;
use super::named::Written;
use super::parquet;
use super::password::Password;
use super::tables::Out;
use super::workbook::{self, Book, Page};
use crate::contract;
use crate::error::Error;
use crate::lists::{self, ProblemsOf};
use crate::model::{Problem, ProblemSheet};

/// The folder of the lists in a night.
const FOLDER: &str = "lists";

/// What is sent tonight.
#[derive(Debug)]
pub struct SentProblems<'a> {
    /// The lists, one an office.
    pub lists: Vec<ProblemsOf<'a>>,
    /// Whether each county has one of its own.
    pub by_county: bool,
    /// The place, as its documents call it.
    pub place: &'a str,
    /// The number under which they go out: see [`MadeFrom::list_id`](super::MadeFrom::list_id).
    pub list_id: String,
    /// The password that all of them have, where they have one.
    pub password: Option<&'a Password>,
}

/// Writes every list, and the register.
pub(super) fn write(staging: &mut Staging, sent: &SentProblems<'_>) -> Result<(), Error> {
    let as_of = staging.as_of();
    let beside = staging.folder().to_path_buf();
    let mut register: Vec<(&ProblemsOf<'_>, Written)> = Vec::new();
    for list in &sent.lists {
        let name = format!("{FOLDER}/{}.xlsx", list.name(as_of, sent.by_county));
        register.push((list, staging.write_file(&name, |out| render(out, (as_of, &beside), list, sent))?.clone()));
    }
    register.sort_by(|(a, _), (b, _)| (a.owner, a.area).cmp(&(b.owner, b.area)));
    let encrypted = sent.password.is_some();
    staging.write_file("problem_lists.parquet", |out| registered(out, (as_of, encrypted), &register))?;
    Ok(())
}

fn render<'a>(
    out: Out<'_>,
    (as_of, beside): (NaiveDate, &Path),
    list: &'a ProblemsOf<'a>,
    sent: &SentProblems<'_>,
) -> Result<u64, Error> {
    let notes = list.notes(sent.place, as_of, &sent.list_id);
    let page = |(sheet, problems): (&ProblemSheet, &'a Vec<&'a Problem>)| {
        let columns = lists::problem_columns(*sheet);
        Page {
            name: sheet.term(),
            columns: columns.clone(),
            rows: problems.len(),
            cells: Box::new(move |index| {
                columns.iter().map(|column| lists::problem_cell((problems[index], as_of), *column)).collect()
            }),
        }
    };
    let book = Book {
        name: list.name(as_of, sent.by_county),
        title: "问题清单",
        recipient: list.owner,
        pages: list.sheets.iter().map(page).collect(),
        notes: &notes,
        list_id: &sent.list_id,
        as_of,
        beside,
    };
    workbook::write_sealed(out, &book, sent.password)?;
    Ok(ProblemSheet::ALL.into_iter().map(|sheet| list.rows(sheet)).sum())
}

/// `problem_lists.parquet`, in the order of the offices.
fn registered(
    out: Out<'_>,
    (as_of, encrypted): (NaiveDate, bool),
    register: &[(&ProblemsOf<'_>, Written)],
) -> Result<u64, Error> {
    parquet::write(out, contract::table("problem_lists"), register, |columns, register| {
        let lists = || register.iter().map(|(list, _)| *list);
        let files = || register.iter().map(|(_, written)| written);
        let rows = |sheet: ProblemSheet| lists().map(move |list| i64::try_from(list.rows(sheet)).ok());
        let mechanisms = |list: &ProblemsOf<'_>| {
            let names: Vec<&str> = list.mechanisms.keys().map(|mechanism| mechanism.name()).collect();
            names.join(",")
        };
        columns
            .day("as_of", lists().map(|_| Some(as_of)))?
            .text("owner", lists().map(|list| Some(list.owner)))?
            .text("area_code", lists().map(|list| list.area.map(|area| area.to_string())))?
            .text("mechanisms", lists().map(|list| Some(mechanisms(list))))?
            .flag("encrypted", lists().map(|_| Some(encrypted)))?
            .integer("to_solve", rows(ProblemSheet::ToSolve))?
            .integer("claimed", rows(ProblemSheet::Claimed))?
            .integer("dismissed", rows(ProblemSheet::Dismissed))?
            .integer("solved", rows(ProblemSheet::Solved))?
            .integer("rows", files().map(|file| i64::try_from(file.rows).ok()))?
            .text("file", files().map(|file| Some(&file.file)))?
            .integer("bytes", files().map(|file| i64::try_from(file.bytes).ok()))?
            .text("sha256", files().map(|file| Some(&file.sha256)))?;
        Ok(())
    })
}
