//! One file of a table: its footer read and held to the contract.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::Read;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::SystemTime;

use arrow_schema::{DataType, Field, Schema};
use parquet::arrow::arrow_reader::{ArrowReaderMetadata, ArrowReaderOptions};
use parquet::basic::Compression;
use parquet::file::metadata::{ParquetMetaData, RowGroupMetaData};

use super::damage::decode;
use super::discover::Found;
use super::fit;
use crate::contract::{Column, Table};
use crate::model::Fault;

/// A file that keeps the contract.
#[derive(Debug)]
pub struct Extract {
    /// Its table.
    pub table: &'static Table,
    /// Its number among the delivery's files.
    pub number: u32,
    /// Its path below the table's folder.
    pub name: String,
    /// Where it is.
    pub path: PathBuf,
    /// Its size when it was opened.
    pub bytes: u64,
    /// Its rows.
    pub rows: u64,
    /// Its footer, with the types that its columns are decoded as.
    pub(crate) metadata: ArrowReaderMetadata,
    /// Where each column of the contract stands in the file, by canonical name.
    positions: BTreeMap<&'static str, usize>,
    /// The rows before each row group.
    starts: Vec<u64>,
    modified: SystemTime,
}

impl Extract {
    /// Opens a file and holds its footer to the contract.
    pub(crate) fn open(found: Found, also_needed: &[(&str, &str)]) -> Result<Extract, Vec<Fault>> {
        let Found { table, name, path } = found;
        let place = format!("{}/{name}", table.table);
        let one = |message: String| vec![Fault::data(place.clone(), message)];
        let unreadable = |cause: std::io::Error| one(format!("cannot be read: {cause}"));
        let file = File::open(&path).map_err(unreadable)?;
        let stat = file.metadata().map_err(unreadable)?;
        refuse_what_is_no_parquet(&file, stat.len()).map_err(one)?;
        let options = ArrowReaderOptions::new().with_skip_arrow_metadata(true);
        let stored = decode(|| ArrowReaderMetadata::load(&file, options))
            .map_err(|cause| one(format!("not a whole Parquet file ({cause}); have it sent again")))?;
        let starts = starts(stored.metadata()).map_err(one)?;
        let layout = Layout { table, place: &place, stored: &stored };
        let (positions, schema) = layout.hold(also_needed)?;
        let options = ArrowReaderOptions::new().with_skip_arrow_metadata(true).with_schema(Arc::new(schema));
        let metadata = decode(|| ArrowReaderMetadata::try_new(Arc::clone(stored.metadata()), options))
            .map_err(|cause| one(format!("its columns cannot be decoded ({cause}); have it sent again")))?;
        let rows = stored.metadata().file_metadata().num_rows().unsigned_abs();
        let modified = stat.modified().map_err(unreadable)?;
        Ok(Extract { table, number: 0, name, path, bytes: stat.len(), rows, metadata, positions, starts, modified })
    }

    /// The file as messages and published tables name it: `settlements/2025/03.parquet`.
    pub fn place(&self) -> String {
        format!("{}/{}", self.table.table, self.name)
    }

    /// Whether the file has the column called `name` canonically.
    pub fn has(&self, name: &str) -> bool {
        self.positions.contains_key(name)
    }

    /// Where the column called `name` canonically stands in the file.
    pub(crate) fn position(&self, name: &str) -> Option<usize> {
        self.positions.get(name).copied()
    }

    /// The columns of the contract that the file has.
    pub(crate) fn columns(&self) -> impl Iterator<Item = &'static str> + '_ {
        self.positions.keys().copied()
    }

    /// The name that the file itself gives the column called `name` canonically.
    pub(crate) fn own_name(&self, name: &str) -> Option<&str> {
        Some(self.metadata.schema().field(self.position(name)?).name())
    }

    /// The name that the file gives each column of the contract that it has, and the type that it is decoded as.
    pub(crate) fn stored(&self) -> impl Iterator<Item = (&str, &DataType)> {
        let fields = self.metadata.schema().fields();
        self.positions.values().map(|position| (fields[*position].name().as_str(), fields[*position].data_type()))
    }

    /// The number of row groups.
    pub(crate) fn row_groups(&self) -> usize {
        self.metadata.metadata().num_row_groups()
    }

    /// The rows before row group `index`.
    pub(crate) fn first_row(&self, index: usize) -> u64 {
        self.starts[index]
    }

    /// The rows of row group `index`.
    pub(crate) fn rows_of(&self, index: usize) -> u64 {
        self.metadata.metadata().row_group(index).num_rows().unsigned_abs()
    }

    /// The fault, when the file is no longer the one that was opened.
    pub(crate) fn changed(&self) -> Option<Fault> {
        let now = fs::metadata(&self.path);
        let same = now.is_ok_and(|now| now.len() == self.bytes && now.modified().is_ok_and(|at| at == self.modified));
        let message = "changed while it was read; nothing was published, run again when the delivery is complete";
        (!same).then(|| Fault::data(self.place(), message))
    }
}

/// Says in plain words what a file is that cannot be a Parquet file.
fn refuse_what_is_no_parquet(mut file: &File, bytes: u64) -> Result<(), String> {
    if bytes == 0 {
        return Err("is empty (0 bytes), expected a Parquet file; have it sent again".to_owned());
    }
    let mut magic = [0; 4];
    let readable = file.read_exact(&mut magic).is_ok();
    match &magic {
        b"PARE" => Err("is encrypted; have it sent unencrypted".to_owned()),
        b"PAR1" if readable => Ok(()),
        _ => Err(format!("is not a Parquet file ({bytes} bytes that do not start with PAR1); have it sent again")),
    }
}

/// The rows before each row group, from a footer whose counts agree.
fn starts(footer: &ParquetMetaData) -> Result<Vec<u64>, String> {
    let all = footer.file_metadata().num_rows();
    let mut starts = Vec::with_capacity(footer.num_row_groups());
    let end = footer.row_groups().iter().map(RowGroupMetaData::num_rows).try_fold(0i64, |before, rows| {
        starts.push(before.unsigned_abs());
        (rows >= 0).then(|| before.checked_add(rows)).flatten()
    });
    if end == Some(all) {
        return Ok(starts);
    }
    let message = "its footer contradicts itself: the rows of its row groups are not";
    Err(format!("{message} {all} together; have it sent again"))
}

/// A file's columns beside the contract's.
struct Layout<'a> {
    table: &'static Table,
    place: &'a str,
    stored: &'a ArrowReaderMetadata,
}

impl Layout<'_> {
    /// Where each column stands and what each is decoded as, or every fault of the file.
    fn hold(&self, also_needed: &[(&str, &str)]) -> Result<(BTreeMap<&'static str, usize>, Schema), Vec<Fault>> {
        let mut fields: Vec<Field> = self.stored.schema().fields().iter().map(|field| field.as_ref().clone()).collect();
        let mut positions = BTreeMap::new();
        let mut faults = Vec::new();
        for column in self.table.columns.iter().filter(|column| !column.ignored) {
            let needed = column.needed || also_needed.contains(&(self.table.table.as_str(), column.name.as_str()));
            match self.place_of(column, needed) {
                Ok(None) => {}
                Ok(Some(position)) => match self.decoded_as(column, position) {
                    Ok(data_type) => {
                        fields[position] = fields[position].clone().with_data_type(data_type);
                        positions.insert(column.name.as_str(), position);
                    }
                    Err(fault) => faults.push(fault),
                },
                Err(fault) => faults.push(fault),
            }
        }
        faults.extend(self.unsupported_compression(&positions));
        if faults.is_empty() { Ok((positions, Schema::new(fields))) } else { Err(faults) }
    }

    /// The fault, when a column is compressed in a way that the contract does not name.
    fn unsupported_compression(&self, positions: &BTreeMap<&'static str, usize>) -> Option<Fault> {
        let root_of = |leaf| self.stored.parquet_schema().get_column_root_idx(leaf);
        let held: Vec<bool> = (0..self.stored.parquet_schema().num_columns())
            .map(|leaf| positions.values().any(|position| *position == root_of(leaf)))
            .collect();
        let groups = self.stored.metadata().row_groups().iter();
        let mut chunks = groups.flat_map(|group| group.columns().iter().zip(&held)).filter(|(_, held)| **held);
        let (chunk, _) = chunks.find(|(chunk, _)| !is_supported(chunk.compression()))?;
        let (column, found) = (chunk.column_path().string(), chunk.compression_codec());
        let expected = "zstd, snappy, gzip, lz4 or none; have it sent so";
        Some(self.fault(format!("column `{column}` is compressed with {found}, expected {expected}")))
    }

    /// The position of the one column that bears an accepted name.
    fn place_of(&self, column: &Column, needed: bool) -> Result<Option<usize>, Fault> {
        let stored: Vec<&str> = self.stored.schema().fields().iter().map(|field| field.name().as_str()).collect();
        fit::place_of(column, &stored, needed).map_err(|message| self.fault(message))
    }

    fn decoded_as(&self, column: &Column, position: usize) -> Result<DataType, Fault> {
        let field = self.stored.schema().field(position);
        let root = &self.stored.parquet_schema().root_schema().get_fields()[position];
        fit::decoded_as(column.kind, field.data_type(), root).ok_or_else(|| {
            let (found, expected) = (fit::found(field.data_type(), root), fit::expected(column.kind));
            self.fault(format!("column `{}` is {found}, expected {expected}", field.name()))
        })
    }

    fn fault(&self, message: String) -> Fault {
        Fault::data(self.place, format!("{message} ({})", self.table.file()))
    }
}

/// What the contract's section 1 names.
fn is_supported(compression: Compression) -> bool {
    use Compression::{GZIP, LZ4, LZ4_RAW, SNAPPY, UNCOMPRESSED, ZSTD};
    matches!(compression, UNCOMPRESSED | SNAPPY | GZIP(_) | LZ4 | LZ4_RAW | ZSTD(_))
}
