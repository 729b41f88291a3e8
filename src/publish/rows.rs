//! Rows of a table of an earlier night, or of one that a cluster left, read back. Reads only.

use std::fs::File;
use std::io;
use std::path::Path;

use ::parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use ::parquet::file::reader::ChunkReader;
use arrow_array::cast::AsArray;
use arrow_array::types::{Date32Type, Decimal128Type, Int32Type, Int64Type, TimestampMicrosecondType};
use arrow_array::{Array, ArrayRef, RecordBatch};
use chrono::{NaiveDate, NaiveDateTime};
use rust_decimal::Decimal;

use super::head::Head;
use super::parquet;
use super::sha256::sha256_of_file;
use crate::contract;
use crate::error::Error;
use crate::model::{AreaCode, Fault, Fen};

/// The rows of one file of a night, of which its manifest says `head`: the file's name, its table, and what it is
/// called. None where the night was published without it. The file is held to the manifest first.
///
/// # Errors
/// A file that cannot be used, and one that is not the one published.
pub(super) fn rows_of<T>(
    night: &Path,
    head: &Head,
    (file, table, what): (&str, &str, &str),
    row_of: impl Fn(&Rows<'_>, usize) -> Read<T>,
) -> Result<Vec<T>, Error> {
    let Some(named) = head.outputs.iter().find(|output| output.file == file) else {
        return Ok(Vec::new());
    };
    let path = night.join(file);
    let place = path.display().to_string();
    let missing = |cause: io::Error| match cause.kind() {
        io::ErrorKind::NotFound => Fault::missing(&place, "is missing, but the manifest names it").into(),
        _ => Error::read(&path, cause),
    };
    let (sha256, _) = sha256_of_file(&path).map_err(missing)?;
    if sha256 != named.sha256 {
        let message = format!(
            "has SHA-256 {sha256}, but the manifest names {}; no night can begin with it: restore the file",
            named.sha256
        );
        return Err(Fault::data(&place, message).into());
    }
    let file = File::open(&path).map_err(|cause| Error::read(&path, cause))?;
    let read = rows_in(file, table, row_of);
    Ok(read.map_err(|cause| Fault::data(&place, format!("is not {what}: {cause}")))?)
}

/// The rows of one file of `table`; the cause when it is not as the contract has it.
pub(super) fn rows_in<T>(
    file: impl ChunkReader + 'static,
    table: &str,
    row_of: impl Fn(&Rows<'_>, usize) -> Read<T>,
) -> Result<Vec<T>, String> {
    let wrong = |number: usize, column: &str| {
        format!("row {number}: `{column}` is not what {} says", contract::table(table).file())
    };
    every_row(file, |batch| Rows::of(batch, table), row_of, wrong)
}

/// The rows of a file that is no published table, whose columns have the types of one.
///
/// # Errors
/// A file that cannot be read, and a value that is not what `row_of` takes it for.
pub(crate) fn rows_left<T>(path: &Path, row_of: impl Fn(&Rows<'_>, usize) -> Read<T>) -> Result<Vec<T>, Error> {
    let file = File::open(path).map_err(|cause| Error::read(path, cause))?;
    let wrong = |_, column: &str| format!("`{column}` is missing or not what was asked for");
    let read = every_row(file, |batch| Ok(Rows { batch }), row_of, wrong);
    Ok(read.map_err(|cause| Fault::data(path.display().to_string(), cause))?)
}

/// Every row of a file by `row_of`; `wrong` says what is wrong with a column of a row, by its number.
fn every_row<T>(
    file: impl ChunkReader + 'static,
    rows_of: impl Fn(&RecordBatch) -> Result<Rows<'_>, String>,
    row_of: impl Fn(&Rows<'_>, usize) -> Read<T>,
    wrong: impl Fn(usize, &str) -> String,
) -> Result<Vec<T>, String> {
    let reader = ParquetRecordBatchReaderBuilder::try_new(file).and_then(|builder| builder.build());
    let mut read = Vec::new();
    for batch in reader.map_err(|cause| cause.to_string())? {
        let batch = batch.map_err(|cause| cause.to_string())?;
        let rows = rows_of(&batch)?;
        for row in 0..batch.num_rows() {
            let value = row_of(&rows, row).map_err(|column| wrong(read.len() + 1, column))?;
            read.push(value);
        }
    }
    Ok(read)
}

/// Some rows of a table. Every value is looked up by its column's name, which is the fault when it cannot be used.
pub(crate) struct Rows<'a> {
    batch: &'a RecordBatch,
}

pub(crate) type Read<T> = Result<T, &'static str>;

impl Rows<'_> {
    /// Holds the columns to the contract: the rest trusts their types.
    fn of<'b>(batch: &'b RecordBatch, table: &str) -> Result<Rows<'b>, String> {
        let expected = parquet::schema(contract::table(table));
        let found = batch.schema();
        let named = expected.fields().iter().map(|field| field.name());
        if !named.eq(found.fields().iter().map(|field| field.name())) {
            return Err("its columns are not those of the contract; was it written by another version?".to_owned());
        }
        Ok(Rows { batch })
    }

    pub(crate) fn needed<T>(&self, name: &'static str, value: Read<Option<T>>) -> Read<T> {
        value?.ok_or(name)
    }

    /// The column, unless its row is null.
    fn cell(&self, name: &'static str, row: usize) -> Read<Option<&ArrayRef>> {
        let column = self.batch.column_by_name(name).ok_or(name)?;
        Ok(column.is_valid(row).then_some(column))
    }

    pub(crate) fn text(&self, name: &'static str, row: usize) -> Read<Option<&str>> {
        let text = |column: &'_ ArrayRef| column.as_string_opt::<i32>().is_some();
        match self.cell(name, row)? {
            None => Ok(None),
            Some(column) if text(column) => Ok(Some(column.as_string::<i32>().value(row))),
            Some(_) => Err(name),
        }
    }

    pub(crate) fn named<T: Copy>(
        &self,
        name: &'static str,
        row: usize,
        all: &[T],
        of: fn(T) -> &'static str,
    ) -> Read<Option<T>> {
        let Some(text) = self.text(name, row)? else { return Ok(None) };
        all.iter().copied().find(|one| of(*one) == text).map(Some).ok_or(name)
    }

    pub(crate) fn area(&self, name: &'static str, row: usize) -> Read<Option<AreaCode>> {
        let Some(text) = self.text(name, row)? else { return Ok(None) };
        AreaCode::from_text(text.as_bytes()).map(Some).ok_or(name)
    }

    pub(crate) fn day(&self, name: &'static str, row: usize) -> Read<Option<NaiveDate>> {
        let Some(column) = self.cell(name, row)? else { return Ok(None) };
        let days = column.as_primitive_opt::<Date32Type>().ok_or(name)?;
        days.value_as_date(row).map(Some).ok_or(name)
    }

    pub(crate) fn whole<N: TryFrom<i64>>(&self, name: &'static str, row: usize) -> Read<Option<N>> {
        let Some(column) = self.cell(name, row)? else { return Ok(None) };
        let wide = column.as_primitive_opt::<Int64Type>().map(|numbers| numbers.value(row));
        let narrow = || column.as_primitive_opt::<Int32Type>().map(|numbers| numbers.value(row).into());
        N::try_from(wide.or_else(narrow).ok_or(name)?).map(Some).map_err(|_| name)
    }

    pub(crate) fn time(&self, name: &'static str, row: usize) -> Read<Option<NaiveDateTime>> {
        let Some(column) = self.cell(name, row)? else { return Ok(None) };
        let times = column.as_primitive_opt::<TimestampMicrosecondType>().ok_or(name)?;
        times.value_as_datetime(row).map(Some).ok_or(name)
    }

    /// A list of texts, none of them null; empty where the row is.
    pub(crate) fn texts(&self, name: &'static str, row: usize) -> Read<Vec<String>> {
        let Some(column) = self.cell(name, row)? else { return Ok(Vec::new()) };
        let list = column.as_list_opt::<i32>().ok_or(name)?.value(row);
        let texts = list.as_string_opt::<i32>().ok_or(name)?;
        texts.iter().map(|text| text.map(str::to_owned).ok_or(name)).collect()
    }

    pub(crate) fn flag(&self, name: &'static str, row: usize) -> Read<Option<bool>> {
        let Some(column) = self.cell(name, row)? else { return Ok(None) };
        Ok(Some(column.as_boolean_opt().ok_or(name)?.value(row)))
    }

    pub(crate) fn fen(&self, name: &'static str, row: usize) -> Read<Fen> {
        self.needed(name, self.amount(name, row))
    }

    pub(crate) fn amount(&self, name: &'static str, row: usize) -> Read<Option<Fen>> {
        let Some(column) = self.cell(name, row)? else { return Ok(None) };
        let amounts = column.as_primitive_opt::<Decimal128Type>().ok_or(name)?;
        i64::try_from(amounts.value(row)).map(|fen| Some(Fen(fen))).map_err(|_| name)
    }

    pub(crate) fn decimal(&self, name: &'static str, row: usize) -> Read<Option<Decimal>> {
        let Some(column) = self.cell(name, row)? else { return Ok(None) };
        let numbers = column.as_primitive_opt::<Decimal128Type>().ok_or(name)?;
        Decimal::try_from_i128_with_scale(numbers.value(row), 4).map(Some).map_err(|_| name)
    }
}
