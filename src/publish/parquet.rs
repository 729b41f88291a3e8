//! A published table as Parquet, held to its contract file: columns by name, in the contract's order and of its kinds.
//!
//! The bytes follow from the rows alone: the writer's settings are fixed and no metadata of the moment is stored.
//! Writes to what it is given; opens nothing.

use std::io::Write;
use std::sync::{Arc, LazyLock};

use ::parquet::arrow::ArrowWriter;
use ::parquet::arrow::arrow_writer::ArrowWriterOptions;
use ::parquet::basic::{Compression, ZstdLevel};
use ::parquet::file::metadata::SortingColumn;
use ::parquet::file::properties::{WriterProperties, WriterPropertiesBuilder};
use arrow_array::types::Date32Type;
use arrow_array::{
    Array, ArrayRef, BooleanArray, Date32Array, Decimal64Array, Int64Array, RecordBatch, StringArray,
    TimestampMicrosecondArray,
};
use arrow_schema::{ArrowError, DataType, Field, Schema, SchemaRef, TimeUnit};
use chrono::{NaiveDate, NaiveDateTime};
use rust_decimal::Decimal;

use crate::contract::{Column, Direction, Kind, Table};
use crate::error::Error;
use crate::model::{Fault, Fen, PUBLISHED_DECIMALS, as_published};

/// How many rows become one batch. Only one batch is held besides what the writer has compressed.
const BATCH: usize = 1 << 16;
/// How many rows one row group has at most.
const ROW_GROUP: usize = 1 << 18;
/// The digits of a published amount, two of them decimals.
const AMOUNT_DIGITS: u8 = 16;
/// The digits of a published exact number, four of them decimals.
const DECIMAL_DIGITS: u8 = 18;

static LARGEST_DECIMAL: LazyLock<Decimal> =
    LazyLock::new(|| Decimal::new(10_i64.pow(u32::from(DECIMAL_DIGITS)) - 1, PUBLISHED_DECIMALS));

/// How a kind is published.
fn data_type(kind: Kind) -> DataType {
    match kind {
        Kind::Text | Kind::Code => DataType::Utf8,
        Kind::Amount => DataType::Decimal64(AMOUNT_DIGITS, 2),
        Kind::Time => DataType::Timestamp(TimeUnit::Microsecond, None),
        Kind::Day => DataType::Date32,
        Kind::Integer => DataType::Int64,
        Kind::Decimal => DataType::Decimal64(DECIMAL_DIGITS, PUBLISHED_DECIMALS as i8),
        Kind::Flag => DataType::Boolean,
    }
}

/// The columns of a published table as its file has them.
pub fn schema(table: &Table) -> SchemaRef {
    let fields = table.columns.iter().map(|column| Field::new(&column.name, data_type(column.kind), !column.needed));
    Arc::new(Schema::new(fields.collect::<Vec<_>>()))
}

/// Some rows of a published table, filled column by column.
#[derive(Debug)]
pub struct Columns {
    table: &'static Table,
    rows: usize,
    arrays: Vec<Option<ArrayRef>>,
}

impl Columns {
    /// None filled yet, of `rows` rows.
    pub fn of(table: &'static Table, rows: usize) -> Columns {
        Columns { table, rows, arrays: vec![None; table.columns.len()] }
    }

    /// Text, or a code.
    ///
    /// # Errors
    /// When the contract has no such column, or has it otherwise. So has each method below.
    pub fn text<S: AsRef<str>>(
        &mut self,
        name: &str,
        values: impl Iterator<Item = Option<S>>,
    ) -> Result<&mut Columns, Error> {
        self.put(name, &[Kind::Text, Kind::Code], Arc::new(values.collect::<StringArray>()))
    }

    /// Amounts.
    ///
    /// # Errors
    /// Refused, too, when an amount has more digits than can be published.
    pub fn amount(&mut self, name: &str, values: impl Iterator<Item = Option<Fen>>) -> Result<&mut Columns, Error> {
        let fits = |fen: Fen| match fen.0.unsigned_abs() < 10_u64.pow(u32::from(AMOUNT_DIGITS)) {
            true => Ok(fen.0),
            false => Err(self.too_large(name)),
        };
        let array = values.map(|value| value.map(fits).transpose()).collect::<Result<Decimal64Array, Error>>()?;
        let array = array.with_precision_and_scale(AMOUNT_DIGITS, 2).map_err(|error| self.fault(name, &error))?;
        self.put(name, &[Kind::Amount], Arc::new(array))
    }

    /// Exact numbers, rounded half up (away from zero) to four decimals: what is shown, never what is compared.
    ///
    /// # Errors
    /// Refused, too, when a number has more digits than can be published.
    pub fn decimal(
        &mut self,
        name: &str,
        values: impl Iterator<Item = Option<Decimal>>,
    ) -> Result<&mut Columns, Error> {
        let shown = |value: Decimal| ten_thousandths(value).ok_or_else(|| self.too_large(name));
        let array = values.map(|value| value.map(shown).transpose()).collect::<Result<Decimal64Array, Error>>()?;
        let array = array.with_precision_and_scale(DECIMAL_DIGITS, PUBLISHED_DECIMALS as i8);
        let array = array.map_err(|error| self.fault(name, &error))?;
        self.put(name, &[Kind::Decimal], Arc::new(array))
    }

    /// Whole numbers.
    ///
    /// # Errors
    /// See [`Columns::text`].
    pub fn integer(&mut self, name: &str, values: impl Iterator<Item = Option<i64>>) -> Result<&mut Columns, Error> {
        self.put(name, &[Kind::Integer], Arc::new(values.collect::<Int64Array>()))
    }

    /// Days.
    ///
    /// # Errors
    /// See [`Columns::text`].
    pub fn day(&mut self, name: &str, values: impl Iterator<Item = Option<NaiveDate>>) -> Result<&mut Columns, Error> {
        let days = values.map(|value| value.map(Date32Type::from_naive_date));
        self.put(name, &[Kind::Day], Arc::new(days.collect::<Date32Array>()))
    }

    /// Local times.
    ///
    /// # Errors
    /// See [`Columns::text`].
    pub fn time(
        &mut self,
        name: &str,
        values: impl Iterator<Item = Option<NaiveDateTime>>,
    ) -> Result<&mut Columns, Error> {
        let times = values.map(|value| value.map(|at| at.and_utc().timestamp_micros()));
        self.put(name, &[Kind::Time], Arc::new(times.collect::<TimestampMicrosecondArray>()))
    }

    /// Yes or no.
    ///
    /// # Errors
    /// See [`Columns::text`].
    pub fn flag(&mut self, name: &str, values: impl Iterator<Item = Option<bool>>) -> Result<&mut Columns, Error> {
        self.put(name, &[Kind::Flag], Arc::new(values.collect::<BooleanArray>()))
    }

    /// The rows, in the contract's order of columns.
    ///
    /// # Errors
    /// When a column was not filled.
    pub fn finish(self) -> Result<RecordBatch, Error> {
        let file = self.table.file();
        let named = self.table.columns.iter().zip(self.arrays);
        let filled = named.map(|(column, array)| {
            array.ok_or_else(|| Error::Internal(format!("{file}: column `{}` was not filled", column.name)))
        });
        let arrays = filled.collect::<Result<Vec<_>, _>>()?;
        RecordBatch::try_new(schema(self.table), arrays).map_err(|error| Error::Internal(format!("{file}: {error}")))
    }

    fn put(&mut self, name: &str, kinds: &[Kind], array: ArrayRef) -> Result<&mut Columns, Error> {
        let file = self.table.file();
        let wrong = |what: String| Err(Error::Internal(format!("{file}: column `{name}` {what}")));
        let Some(index) = self.table.columns.iter().position(|column| column.name == name) else {
            return wrong("was filled, but the contract has none".to_owned());
        };
        let column = &self.table.columns[index];
        if !kinds.contains(&column.kind) {
            return wrong(format!("was filled with {:?}, expected {:?}", kinds[0], column.kind));
        }
        if array.len() != self.rows {
            return wrong(format!("has {} values, expected {}", array.len(), self.rows));
        }
        if column.needed && array.null_count() > 0 {
            return wrong(format!("lacks {} values, but every row must have one", array.null_count()));
        }
        if self.arrays[index].replace(array).is_some() {
            return wrong("was filled twice".to_owned());
        }
        Ok(self)
    }

    fn fault(&self, name: &str, error: &ArrowError) -> Error {
        Error::Internal(format!("{}: column `{name}`: {error}", self.table.file()))
    }

    fn too_large(&self, name: &str) -> Error {
        let place = format!("{}.parquet: column `{name}`", self.table.table);
        let message = "an amount has more digits than can be published (fourteen before the point); \
                       look for rows of an absurd size in the delivery";
        Fault::data(place, message).into()
    }
}

/// The number rounded to four decimals and without its point.
fn ten_thousandths(value: Decimal) -> Option<i64> {
    let mut value = as_published(value);
    if value.abs() > *LARGEST_DECIMAL {
        return None;
    }
    value.rescale(PUBLISHED_DECIMALS);
    i64::try_from(value.mantissa()).ok()
}

/// Writes `rows` to `out`, some at a time; `fill` fills the columns of those it is given. Gives back how many.
///
/// # Errors
/// What `fill` refuses, and a table that is not its contract's. A failed write of `out` comes back as
/// [`Error::Internal`]: `out` itself knows the cause.
pub(super) fn write<T>(
    out: &mut (dyn Write + Send),
    table: &'static Table,
    rows: &[T],
    fill: impl Fn(&mut Columns, &[T]) -> Result<(), Error>,
) -> Result<u64, Error> {
    if table.direction == Direction::Delivered {
        return Err(Error::Internal(format!("{}: is not written", table.file())));
    }
    let failed = |error| Error::Internal(format!("{}.parquet: {error}", table.table));
    let options = ArrowWriterOptions::new().with_properties(settings(table)).with_skip_arrow_metadata(true);
    let mut writer = ArrowWriter::try_new_with_options(out, schema(table), options).map_err(failed)?;
    for rows in rows.chunks(BATCH) {
        let mut columns = Columns::of(table, rows.len());
        fill(&mut columns, rows)?;
        writer.write(&columns.finish()?).map_err(failed)?;
    }
    writer.close().map_err(failed)?;
    Ok(rows.len() as u64)
}

fn settings(table: &Table) -> WriterProperties {
    let sorted_by = table.sorted_by.iter().filter_map(|name| {
        let index = table.columns.iter().position(|column| column.name == *name)?;
        Some(SortingColumn { column_idx: i32::try_from(index).ok()?, descending: false, nulls_first: true })
    });
    let settings = WriterProperties::builder()
        .set_created_by("fangpin".to_owned())
        .set_compression(Compression::ZSTD(ZstdLevel::default()))
        .set_max_row_group_row_count(Some(ROW_GROUP))
        .set_sorting_columns(Some(sorted_by.collect()));
    // Amounts seldom repeat: a dictionary of them is looked up in vain.
    let amounts = table.columns.iter().filter(|column| column.kind == Kind::Amount);
    let without = |settings: WriterPropertiesBuilder, column: &Column| {
        settings.set_column_dictionary_enabled(column.name.as_str().into(), false)
    };
    amounts.fold(settings, without).build()
}
