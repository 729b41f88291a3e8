//! The part of a sheet that answers warnings or problems: found by its header, wherever that stands, its columns by
//! name.

use std::collections::BTreeMap;

use super::cell::Cell;
use super::sheet::Sheet;
use crate::model::{Column, ReplyFault, ReplyPlace};

/// How far down a header may stand: titles and notes come before it.
const HEADER_WITHIN: usize = 30;

/// What sort of list comes back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// A list of warnings.
    Warnings,
    /// A list of problems.
    Problems,
}

impl Form {
    /// What a line of it is about, for messages.
    pub fn noun(self) -> &'static str {
        match self {
            Form::Warnings => "warning",
            Form::Problems => "problem",
        }
    }

    /// The column with the number by which an answer is matched.
    pub(super) fn number(self) -> Column {
        self.columns()[0]
    }

    /// The column with the outcome.
    pub(super) fn outcome(self) -> Column {
        self.columns()[2]
    }

    /// The columns that are read.
    fn columns(self) -> [Column; 6] {
        match self {
            Form::Warnings => [
                Column::Warning,
                Column::Person,
                Column::Outcome,
                Column::OutcomeOn,
                Column::Remark,
                Column::QuietUntil,
            ],
            Form::Problems => [
                Column::Problem,
                Column::Person,
                Column::Handling,
                Column::HandledOn,
                Column::HandledHow,
                Column::DismissedUntil,
            ],
        }
    }

    /// Those that are filled in besides the outcome.
    pub(super) fn besides(self) -> [Column; 3] {
        let [_, _, _, on, how, until] = self.columns();
        [on, how, until]
    }
}

/// The lines of one sheet.
#[derive(Debug, Clone)]
pub(super) struct Table {
    columns: BTreeMap<Column, u32>,
    /// Every row below the header with something in one of its columns.
    pub(super) lines: Vec<Line>,
}

/// One line.
#[derive(Debug, Clone)]
pub(super) struct Line {
    pub(super) place: ReplyPlace,
    cells: BTreeMap<Column, Cell>,
}

impl Table {
    /// Whether the sheet has the column at all.
    pub(super) fn has(&self, column: Column) -> bool {
        self.columns.contains_key(&column)
    }

    /// A fault of one cell.
    pub(super) fn fault(&self, line: &Line, column: Column, message: impl Into<String>) -> ReplyFault {
        let name = match self.columns.get(&column) {
            Some(index) => format!("{} {}", letters(*index), column.heading()),
            None => column.heading().to_owned(),
        };
        ReplyFault { place: line.place.clone(), column: Some(name), message: message.into() }
    }
}

impl Line {
    /// The cell in a column; `None` when it is blank, or the sheet has none.
    pub(super) fn cell(&self, column: Column) -> Option<&Cell> {
        self.cells.get(&column)
    }
}

/// The lines of `sheet`; `None` when it is no sheet of a list of that form with room for an answer.
pub(super) fn of_sheet(sheet: &Sheet, form: Form) -> Option<Result<Table, ReplyFault>> {
    let columns_of = |cells: &BTreeMap<u32, Cell>| -> Vec<(Column, u32)> {
        cells.iter().filter_map(|(index, cell)| Some((header(cell, form)?, *index))).collect()
    };
    let (row, found) = sheet.rows.iter().take(HEADER_WITHIN).find_map(|(row, cells)| {
        let found = columns_of(cells);
        let has = |column| found.iter().any(|(other, _)| *other == column);
        (has(form.number()) && has(form.outcome())).then_some((*row, found))
    })?;
    let place = |row| ReplyPlace { sheet: sheet.label.clone(), row };
    let mut columns = BTreeMap::new();
    for (column, index) in found {
        if columns.insert(column, index).is_some() {
            let name = format!("{} {}", letters(index), column.heading());
            let message = "is there twice, expected one; take the other out: the sheet was not read";
            return Some(Err(ReplyFault { place: place(row), column: Some(name), message: message.to_owned() }));
        }
    }
    let below = sheet.rows.range(row.saturating_add(1)..);
    let lines = below.map(|(row, cells)| {
        let of = |(column, index): (&Column, &u32)| Some((*column, cells.get(index)?.clone()));
        Line { place: place(*row), cells: columns.iter().filter_map(of).collect() }
    });
    let lines = lines.filter(|line| !line.cells.is_empty()).collect();
    Some(Ok(Table { columns, lines }))
}

/// The column that a header names: blanks in it, and what stands behind it in brackets or as an asterisk, do not
/// matter.
fn header(cell: &Cell, form: Form) -> Option<Column> {
    let Cell::Text(text) = cell else { return None };
    let text: String = text.chars().filter(|c| !c.is_whitespace()).collect();
    let text = text.split(['(', '（', '*', '＊']).find(|part| !part.is_empty())?;
    form.columns().into_iter().find(|column| column.heading() == text)
}

/// A column as a spreadsheet names it: `A` for 0.
fn letters(mut index: u32) -> String {
    let mut letters = Vec::new();
    loop {
        letters.push(char::from(b'A' + (index % 26) as u8));
        match index / 26 {
            0 => return letters.iter().rev().collect(),
            more => index = more - 1,
        }
    }
}
