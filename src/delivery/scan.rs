//! Reading rows: chosen columns of a row group, batch by batch.

use std::ops::Range;
use std::sync::Arc;

use arrow_array::cast::AsArray;
use arrow_array::types::BinaryViewType;
use arrow_array::{ArrayRef, RecordBatch};
use arrow_schema::{ArrowError, DataType, Field, Schema};
use parquet::arrow::ProjectionMask;
use parquet::arrow::arrow_reader::{ParquetRecordBatchReader, ParquetRecordBatchReaderBuilder, RowSelection};
use parquet::errors::ParquetError;

use super::columns::{self, Amounts, Days, Texts, Times};
use super::damage::decode;
use super::extract::Extract;
use super::pieces::Pieces;
use crate::model::Fault;

/// Rows decoded at a time: small enough for a processor's cache, large enough that the loop around them is free.
const BATCH_ROWS: usize = 4096;

/// Some rows of an extract, with the columns that were asked for.
#[derive(Debug)]
pub struct Batch<'a> {
    extract: &'a Extract,
    /// The rows before this batch, within the file, when no rows were skipped.
    pub first_row: u64,
    columns: RecordBatch,
}

impl Batch<'_> {
    /// The number of rows.
    pub fn rows(&self) -> usize {
        self.columns.num_rows()
    }

    /// A column of amounts; all absent when the file has no such column.
    pub fn amounts(&self, name: &str) -> Amounts {
        self.column(name).map_or_else(|| columns::nothing(self.rows()), columns::amounts)
    }

    /// A column of amounts in which nothing is 0, a column that the file does not have included.
    pub fn amounts_or_zero(&self, name: &str) -> Amounts {
        self.column(name).map_or_else(|| vec![0; self.rows()].into(), columns::amounts_or_zero)
    }

    /// A column of times; all absent when the file has no such column.
    pub fn times(&self, name: &str) -> Times {
        self.column(name).map_or_else(|| columns::nothing(self.rows()), columns::times)
    }

    /// A column of days; all absent when the file has no such column.
    pub fn days(&self, name: &str) -> Days {
        self.column(name).map_or_else(|| columns::nothing(self.rows()), columns::days)
    }

    /// A column of texts or codes.
    pub fn texts(&self, name: &str) -> Texts {
        self.column(name).map_or(Texts::Nothing, columns::texts)
    }

    fn column(&self, name: &str) -> Option<&ArrayRef> {
        self.columns.column_by_name(self.extract.own_name(name)?)
    }
}

/// Reads `columns` (canonical names) of row group `group`, all rows or only those in `chosen` (ranges of rows within
/// the group), and hands each batch over: never more rows than the footer speaks of.
///
/// # Errors
/// A file that breaks off, cannot be decoded or has another number of rows, and what `take` returns.
pub fn read_rows(
    extract: &Extract,
    group: usize,
    columns: &[&str],
    chosen: Option<Vec<Range<usize>>>,
    mut take: impl FnMut(&Batch<'_>) -> Result<(), Fault>,
) -> Result<(), Fault> {
    let whole = chosen.is_none();
    let (mut first_row, end) = (extract.first_row(group), extract.first_row(group) + extract.rows_of(group));
    let damaged = |cause: String| broken(extract, group, columns, &cause);
    let mut batches = decode(|| reader(extract, group, columns, chosen)).map_err(damaged)?;
    while let Some(columns) =
        decode(|| batches.next().map(|batch| text_checked(batch?)).transpose()).map_err(damaged)?
    {
        let batch = Batch { extract, first_row, columns };
        first_row += batch.rows() as u64;
        if first_row > end {
            break;
        }
        take(&batch)?;
    }
    if whole && first_row != end {
        return Err(unreadable(extract, "its footer speaks of another number of rows"));
    }
    Ok(())
}

fn reader(
    extract: &Extract,
    group: usize,
    columns: &[&str],
    chosen: Option<Vec<Range<usize>>>,
) -> Result<ParquetRecordBatchReader, ParquetError> {
    let positions = columns.iter().filter_map(|name| extract.position(name));
    let mask = ProjectionMask::roots(extract.metadata.parquet_schema(), positions);
    let chunks = extract.metadata.metadata().row_group(group).columns().iter().enumerate();
    let read = chunks.filter(|(leaf, _)| mask.leaf_included(*leaf)).map(|(_, chunk)| chunk.byte_range());
    let pieces = Pieces::of(&extract.path, extract.bytes, read)?;
    let builder = ParquetRecordBatchReaderBuilder::new_with_metadata(pieces, extract.metadata.clone())
        .with_row_groups(vec![group])
        .with_projection(mask)
        .with_batch_size(BATCH_ROWS);
    let builder = match chosen {
        Some(ranges) => {
            let rows = usize::try_from(extract.rows_of(group)).unwrap_or(0);
            builder.with_row_selection(RowSelection::from_consecutive_ranges(ranges.into_iter(), rows))
        }
        None => builder,
    };
    builder.build()
}

/// Text that the file does not mark as such comes as bytes; from here on it is text.
fn text_checked(batch: RecordBatch) -> Result<RecordBatch, ArrowError> {
    let is_bytes = |field: &Arc<Field>| *field.data_type() == DataType::BinaryView;
    if !batch.schema_ref().fields().iter().any(is_bytes) {
        return Ok(batch);
    }
    let (schema, mut columns, _) = batch.into_parts();
    let mut fields: Vec<Field> = schema.fields().iter().map(|field| field.as_ref().clone()).collect();
    for (column, field) in columns.iter_mut().zip(&mut fields) {
        if let Some(bytes) = column.as_byte_view_opt::<BinaryViewType>() {
            let text = bytes.clone().to_string_view()?;
            *column = Arc::new(text);
            field.set_data_type(DataType::Utf8View);
        }
    }
    RecordBatch::try_new(Arc::new(Schema::new(fields)), columns)
}

/// Names the first column that cannot be read, and what is wrong with it.
fn broken(extract: &Extract, group: usize, columns: &[&str], cause: &str) -> Fault {
    let alone = |name: &&str| {
        let read = || reader(extract, group, &[*name], None)?.try_for_each(|batch| text_checked(batch?).map(drop));
        Some((extract.own_name(name)?, decode(read).err()?))
    };
    match columns.iter().find_map(alone) {
        // The decoder has no error of its own for this.
        Some((column, cause)) if cause.to_lowercase().contains("utf-8") => {
            let message =
                format!("column `{column}` holds bytes that are not UTF-8 (GBK, perhaps); have it sent as UTF-8");
            Fault::data(extract.place(), message)
        }
        Some((column, cause)) => unreadable(extract, &format!("column `{column}`: {cause}")),
        None => unreadable(extract, cause),
    }
}

fn unreadable(extract: &Extract, cause: &str) -> Fault {
    Fault::data(extract.place(), format!("cannot be read to its end ({cause}); have it sent again"))
}
