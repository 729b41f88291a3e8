//! Reading rows: chosen columns of a row group, batch by batch.

use std::fs::File;
use std::ops::Range;

use arrow_array::{ArrayRef, RecordBatch};
use parquet::arrow::ProjectionMask;
use parquet::arrow::arrow_reader::{ParquetRecordBatchReader, ParquetRecordBatchReaderBuilder, RowSelection};

use super::columns::{self, Amounts, Days, Texts, Times};
use super::extract::Extract;
use crate::model::Fault;

/// Rows decoded at a time: small enough for a processor's cache, large enough that the loop around them is free.
const BATCH_ROWS: usize = 8192;

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
        let field = self.extract.metadata.schema().field(self.extract.position(name)?);
        self.columns.column_by_name(field.name())
    }
}

/// Reads `columns` (canonical names) of row group `group`, all rows or only those in `chosen` (ranges of rows within the
/// group), and hands each batch over.
///
/// # Errors
/// A file that breaks off or cannot be decoded, and what `take` returns.
pub fn read_rows(
    extract: &Extract,
    group: usize,
    columns: &[&str],
    chosen: Option<Vec<Range<usize>>>,
    mut take: impl FnMut(&Batch<'_>) -> Result<(), Fault>,
) -> Result<(), Fault> {
    let mut first_row = extract.first_row(group);
    for columns in reader(extract, group, columns, chosen)? {
        let columns = columns.map_err(|cause| broken(extract, &cause))?;
        let batch = Batch { extract, first_row, columns };
        take(&batch)?;
        first_row += batch.rows() as u64;
    }
    Ok(())
}

fn reader(
    extract: &Extract,
    group: usize,
    columns: &[&str],
    chosen: Option<Vec<Range<usize>>>,
) -> Result<ParquetRecordBatchReader, Fault> {
    let file = File::open(&extract.path).map_err(|cause| broken(extract, &cause))?;
    let positions = columns.iter().filter_map(|name| extract.position(name));
    let mask = ProjectionMask::roots(extract.metadata.parquet_schema(), positions);
    let builder = ParquetRecordBatchReaderBuilder::new_with_metadata(file, extract.metadata.clone())
        .with_row_groups(vec![group])
        .with_projection(mask)
        .with_batch_size(BATCH_ROWS);
    let builder = match chosen {
        Some(ranges) => {
            let rows = extract.metadata.metadata().row_group(group).num_rows();
            let rows = usize::try_from(rows).unwrap_or(0);
            builder.with_row_selection(RowSelection::from_consecutive_ranges(ranges.into_iter(), rows))
        }
        None => builder,
    };
    builder.build().map_err(|cause| broken(extract, &cause))
}

fn broken(extract: &Extract, cause: &dyn std::error::Error) -> Fault {
    Fault::data(extract.place(), format!("cannot be read to its end ({cause}); have it sent again"))
}
