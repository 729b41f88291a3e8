//! A published night read back: each file is held to the manifest before a row of it is used. Reads only.

use std::collections::BTreeMap;
use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};

use ::parquet::arrow::ProjectionMask;
use ::parquet::arrow::arrow_reader::{ArrowPredicateFn, ParquetRecordBatchReaderBuilder, RowFilter};
use arrow_array::cast::AsArray;
use arrow_array::types::{Date32Type, Decimal128Type, Int64Type, TimestampMicrosecondType};
use arrow_array::{Array, ArrayRef, BooleanArray, RecordBatch};
use arrow_schema::DataType;
use chrono::{NaiveDate, NaiveDateTime};
use rust_decimal::Decimal;

use super::manifest::Manifest;
use super::named::MANIFEST;
use super::sha256::sha256_of_file;
use crate::contract::{self, Table};
use crate::error::Error;
use crate::model::{Fault, Fen, PersonId};

/// A night that stands in a folder.
#[derive(Debug)]
pub struct PublishedNight {
    folder: PathBuf,
    /// What it says of itself.
    pub manifest: Manifest,
    /// SHA-256 of the manifest's bytes, in hexadecimal.
    pub sha256: String,
}

/// One row of a published table; a null is absent.
#[derive(Debug, Default, Clone, PartialEq)]
pub struct PublishedRow {
    cells: BTreeMap<&'static str, Cell>,
}

#[derive(Debug, Clone, PartialEq)]
enum Cell {
    Text(String),
    Integer(i64),
    Exact(Decimal),
    Day(NaiveDate),
    Time(NaiveDateTime),
    Flag(bool),
}

impl PublishedNight {
    /// Reads the manifest of the night in `folder`.
    ///
    /// # Errors
    /// When it cannot be used.
    pub fn open(folder: &Path) -> Result<PublishedNight, Error> {
        let path = folder.join(MANIFEST);
        let manifest = Manifest::read(&path)?;
        let (sha256, _) = sha256_of_file(&path).map_err(|cause| Error::read(&path, cause))?;
        Ok(PublishedNight { folder: folder.to_path_buf(), manifest, sha256 })
    }

    /// Whether the night has the table.
    pub fn has(&self, table: &str) -> bool {
        self.manifest.outputs.iter().any(|output| output.file == file_of(table))
    }

    /// Where the table's file stands, as messages name it.
    pub fn place(&self, table: &str) -> String {
        self.folder.join(file_of(table)).display().to_string()
    }

    /// Where the manifest stands, as messages name it.
    pub fn manifest_place(&self) -> String {
        self.folder.join(MANIFEST).display().to_string()
    }

    /// The rows of one person in `table`, in the file's order.
    ///
    /// # Errors
    /// A file that the manifest does not name, that is not the one it names, or that is not the contract's.
    pub fn rows_of(&self, table: &str, person: &PersonId) -> Result<Vec<PublishedRow>, Error> {
        let file = self.verified(table)?;
        let damaged = |cause: &dyn std::fmt::Display| {
            Error::from(Fault::data(self.place(table), format!("cannot be read as Parquet: {cause}")))
        };
        let reader = ParquetRecordBatchReaderBuilder::try_new(file).map_err(|cause| damaged(&cause))?;
        let contract = contract::table(table);
        let own = ProjectionMask::columns(reader.parquet_schema(), ["person_id"]);
        let theirs = person.to_string();
        let is_theirs = move |batch: RecordBatch| {
            let numbers = batch.columns().first().and_then(|column| column.as_string_opt::<i32>());
            Ok(BooleanArray::from_iter((0..batch.num_rows()).map(|row| Some(numbers?.value(row) == theirs))))
        };
        let filter = RowFilter::new(vec![Box::new(ArrowPredicateFn::new(own, is_theirs))]);
        let batches = reader.with_row_filter(filter).build().map_err(|cause| damaged(&cause))?;
        let mut rows = Vec::new();
        for batch in batches {
            let batch = batch.map_err(|cause| damaged(&cause))?;
            rows.extend(self.rows(contract, &batch)?);
        }
        Ok(rows)
    }

    /// The table's file, after holding it to the manifest.
    fn verified(&self, table: &str) -> Result<File, Error> {
        let name = file_of(table);
        let path = self.folder.join(&name);
        let place = path.display().to_string();
        let Some(output) = self.manifest.outputs.iter().find(|output| output.file == name) else {
            return Err(Fault::missing(place, "the night has no such file: its manifest does not name it").into());
        };
        let read = sha256_of_file(&path).and_then(|found| Ok((found, File::open(&path)?)));
        let ((sha256, bytes), file) = read.map_err(|cause| match cause.kind() {
            io::ErrorKind::NotFound => Fault::missing(&place, "is missing, but the manifest names it").into(),
            _ => Error::read(&path, cause),
        })?;
        if (sha256.as_str(), bytes) != (output.sha256.as_str(), output.bytes) {
            let message = "is not the file that the manifest names: it was altered after it was published; see \
                           `fangpin verify`, and restore the night from a copy";
            return Err(Fault::data(place, message).into());
        }
        Ok(file)
    }

    /// The rows of a batch that has every column of the contract, or those that the contract can do without.
    fn rows(&self, table: &'static Table, batch: &RecordBatch) -> Result<Vec<PublishedRow>, Error> {
        let mut rows = vec![PublishedRow::default(); batch.num_rows()];
        for column in &table.columns {
            let Some(values) = batch.column_by_name(&column.name) else {
                if column.needed {
                    let message = format!("has no column `{}`, expected as {} says", column.name, table.file());
                    return Err(Fault::data(self.place(&table.table), message).into());
                }
                continue;
            };
            for (row, cells) in rows.iter_mut().enumerate().filter(|(row, _)| !values.is_null(*row)) {
                let Some(cell) = cell(values, row) else {
                    let (name, found) = (&column.name, values.data_type());
                    let message = format!("column `{name}` is {found}, expected as {} says", table.file());
                    return Err(Fault::data(self.place(&table.table), message).into());
                };
                cells.cells.insert(column.name.as_str(), cell);
            }
        }
        Ok(rows)
    }
}

impl PublishedRow {
    /// Text, or a code.
    pub fn text(&self, column: &str) -> Option<&str> {
        match self.cells.get(column)? {
            Cell::Text(text) => Some(text),
            _ => None,
        }
    }

    /// A whole number.
    pub fn integer(&self, column: &str) -> Option<i64> {
        match self.cells.get(column)? {
            Cell::Integer(number) => Some(*number),
            _ => None,
        }
    }

    /// An exact number.
    pub fn decimal(&self, column: &str) -> Option<Decimal> {
        match self.cells.get(column)? {
            Cell::Exact(number) => Some(*number),
            _ => None,
        }
    }

    /// An amount.
    pub fn amount(&self, column: &str) -> Option<Fen> {
        let mut yuan = self.decimal(column)?;
        yuan.rescale(2);
        i64::try_from(yuan.mantissa()).ok().map(Fen)
    }

    /// A day.
    pub fn day(&self, column: &str) -> Option<NaiveDate> {
        match self.cells.get(column)? {
            Cell::Day(day) => Some(*day),
            _ => None,
        }
    }

    /// A local time.
    pub fn time(&self, column: &str) -> Option<NaiveDateTime> {
        match self.cells.get(column)? {
            Cell::Time(at) => Some(*at),
            _ => None,
        }
    }

    /// Yes or no.
    pub fn flag(&self, column: &str) -> Option<bool> {
        match self.cells.get(column)? {
            Cell::Flag(flag) => Some(*flag),
            _ => None,
        }
    }
}

fn file_of(table: &str) -> String {
    format!("{table}.parquet")
}

fn cell(values: &ArrayRef, row: usize) -> Option<Cell> {
    Some(match values.data_type() {
        DataType::Utf8 => Cell::Text(values.as_string::<i32>().value(row).to_owned()),
        DataType::Int64 => Cell::Integer(values.as_primitive::<Int64Type>().value(row)),
        DataType::Decimal128(_, scale) => {
            let number = values.as_primitive::<Decimal128Type>().value(row);
            Cell::Exact(Decimal::try_from_i128_with_scale(number, u32::try_from(*scale).ok()?).ok()?)
        }
        DataType::Date32 => Cell::Day(values.as_primitive::<Date32Type>().value_as_date(row)?),
        DataType::Timestamp(..) => {
            Cell::Time(values.as_primitive_opt::<TimestampMicrosecondType>()?.value_as_datetime(row)?)
        }
        DataType::Boolean => Cell::Flag(values.as_boolean().value(row)),
        _ => return None,
    })
}
