//! An office of the tests (民政局): its place in a job, the lists that it is sent, and how it fills them in and returns
//! them.

#![cfg(test)]

use std::fs::File;
use std::io::BufReader;
use std::path::Path;

use calamine::{Reader, Xlsx};
use rust_xlsxwriter::Workbook;

use crate::harness::{House, files_below};

const OFFICE: &str = r#"
[[office]]
id      = "civil"
name    = "民政局"
areas   = ["150700"]
rules   = ["return_to_poverty", "fall_into_poverty"]
changes = "daily"
columns = ["name", "person_id", "burden", "threshold", "answered"]
form    = "xlsx"
plain   = true
"#;

/// How help comes: category 2 is helped directly, category 5 applies.
pub(crate) const ASSISTANCE: &str = r#"
[[assistance]]
way        = "direct"
categories = ["extreme_poverty", "subsistence_allowance"]
from       = 2021-01-01
reference  = { title = "an invented plan", article = "4" }

[[assistance]]
way        = "on_application"
categories = ["returned_to_poverty", "unstable_lifted", "marginal", "sudden_hardship"]
from       = 2021-01-01
reference  = { title = "an invented plan", article = "5" }
"#;

/// From now on the house's nights send the office each change.
pub(crate) fn joins(house: &House) {
    extends(house, OFFICE);
}

/// More for the house's job, beside what its policy has to say of assistance.
pub(crate) fn extends(house: &House, job: &str) {
    for (file, more) in [("job.toml", job), ("policy.toml", ASSISTANCE)] {
        house.append(file, more);
    }
}

/// A list as a clerk has it open: each sheet of warnings, its rows as text, the header first.
#[derive(Debug)]
pub(crate) struct List {
    sheets: Vec<(String, Vec<Vec<String>>)>,
}

impl List {
    /// The one that the office was sent on a night; `None` when there was nothing to tell.
    pub(crate) fn sent(night: &Path) -> Option<List> {
        let files = files_below(&night.join("lists"));
        let names: Vec<&String> = files.keys().filter(|name| !name.ends_with('/')).collect();
        assert!(names.len() <= 1, "{names:?}");
        let mut list = List::read(&night.join("lists").join(names.first()?));
        list.sheets.retain(|(name, _)| name != "说明");
        Some(list)
    }

    /// One of a file, that of the notes among its sheets.
    pub(crate) fn read(path: &Path) -> List {
        let mut book = Xlsx::new(BufReader::new(File::open(path).unwrap())).unwrap();
        let text = |row: &[calamine::Data]| row.iter().map(ToString::to_string).collect();
        let sheets = book.worksheets().into_iter();
        List { sheets: sheets.map(|(name, range)| (name, range.rows().map(text).collect())).collect() }
    }

    /// What stands below these headings, row by row.
    pub(crate) fn below(&self, sheet: &str, headings: &[&str]) -> Vec<Vec<&str>> {
        let (_, rows) = self.sheets.iter().find(|(name, _)| name == sheet).unwrap();
        let columns: Vec<usize> = headings.iter().map(|heading| column(rows, heading)).collect();
        rows[1..].iter().map(|row| columns.iter().map(|at| row[*at].as_str()).collect()).collect()
    }

    /// What the notes say about something.
    pub(crate) fn note(&self, about: &str) -> &str {
        let (_, rows) = self.sheets.iter().find(|(name, _)| name == "说明").unwrap();
        &rows.iter().find(|row| row[0] == about).unwrap()[1]
    }

    /// Who stands where: sheet and certificate number, in the list's order.
    pub(crate) fn people(&self) -> Vec<(&str, &str)> {
        let mut people = Vec::new();
        for (name, rows) in &self.sheets {
            let column = column(rows, "证件号码");
            people.extend(rows[1..].iter().map(|row| (name.as_str(), row[column].as_str())));
        }
        people
    }

    /// Writes cells beside a person, by heading.
    pub(crate) fn fill(&mut self, person: &str, cells: &[(&str, &str)]) {
        for (_, rows) in &mut self.sheets {
            let Some(at) = rows.iter().position(|row| row.iter().any(|cell| cell == person)) else { continue };
            for (heading, text) in cells {
                let column = column(rows, heading);
                (*text).clone_into(&mut rows[at][column]);
            }
            return;
        }
        panic!("nobody in the list has this number");
    }

    /// Gives every sheet another name.
    pub(crate) fn rename(&mut self, name: &str) {
        (0..).zip(&mut self.sheets).for_each(|(number, (old, _)): (u32, _)| *old = format!("{name}{number}"));
    }

    /// The file that goes back, saved by another program.
    pub(crate) fn saved(&self) -> Vec<u8> {
        let mut book = Workbook::new();
        for (name, rows) in &self.sheets {
            let sheet = book.add_worksheet().set_name(name).unwrap();
            for (at, row) in (0..).zip(rows) {
                for (column, cell) in (0..).zip(row).filter(|(_, cell)| !cell.is_empty()) {
                    sheet.write_string(at, column, cell).unwrap();
                }
            }
        }
        book.save_to_buffer().unwrap()
    }
}

fn column(rows: &[Vec<String>], heading: &str) -> usize {
    rows[0].iter().position(|cell| cell == heading).unwrap()
}
