//! One file of a table: its footer read and held to the contract.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::Read;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::SystemTime;

use arrow_schema::{Field, Schema};
use parquet::arrow::arrow_reader::{ArrowReaderMetadata, ArrowReaderOptions};
use parquet::basic::Type as Physical;

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
        let stored = ArrowReaderMetadata::load(&file, options)
            .map_err(|cause| one(format!("not a whole Parquet file ({cause}); have it sent again")))?;
        let layout = Layout { table, place: &place, stored: &stored };
        let (positions, schema) = layout.hold(also_needed)?;
        let options = ArrowReaderOptions::new().with_skip_arrow_metadata(true).with_schema(Arc::new(schema));
        let metadata = ArrowReaderMetadata::try_new(Arc::clone(stored.metadata()), options)
            .map_err(|cause| one(format!("its columns cannot be decoded ({cause}); have it sent again")))?;
        let rows = stored.metadata().file_metadata().num_rows().unsigned_abs();
        let modified = stat.modified().map_err(unreadable)?;
        Ok(Extract { table, number: 0, name, path, bytes: stat.len(), rows, metadata, positions, modified })
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

    /// The number of row groups.
    pub(crate) fn row_groups(&self) -> usize {
        self.metadata.metadata().num_row_groups()
    }

    /// The rows before row group `index`.
    pub(crate) fn first_row(&self, index: usize) -> u64 {
        self.metadata.metadata().row_groups()[..index].iter().map(|group| group.num_rows().unsigned_abs()).sum()
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
        for column in &self.table.columns {
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
        if faults.is_empty() { Ok((positions, Schema::new(fields))) } else { Err(faults) }
    }

    /// The position of the one column that bears an accepted name.
    fn place_of(&self, column: &Column, needed: bool) -> Result<Option<usize>, Fault> {
        let names: Vec<&str> = std::iter::once(&column.name).chain(&column.also).map(String::as_str).collect();
        let stored = self.stored.schema().fields().iter().enumerate();
        let bearing: Vec<(usize, &String)> = stored
            .map(|(index, field)| (index, field.name()))
            .filter(|(_, name)| names.contains(&name.as_str()))
            .collect();
        match bearing.as_slice() {
            [] if needed => {
                let also = if column.also.is_empty() {
                    String::new()
                } else {
                    format!(", also named `{}`", column.also.join("`, `"))
                };
                Err(self.fault(format!("column `{}` ({}{also}) is missing", column.name, column.term)))
            }
            [] => Ok(None),
            [(index, _)] => Ok(Some(*index)),
            [(_, first), (_, second), ..] if first == second => {
                Err(self.fault(format!("column `{first}` stands there twice, expected it once")))
            }
            [(_, first), (_, second), ..] => {
                let message = format!(
                    "columns `{first}` and `{second}` are two names of one column ({}), expected one of them",
                    column.term
                );
                Err(self.fault(message))
            }
        }
    }

    fn decoded_as(&self, column: &Column, position: usize) -> Result<arrow_schema::DataType, Fault> {
        let field = self.stored.schema().field(position);
        fit::decoded_as(column.kind, field.data_type(), self.narrow(position)).ok_or_else(|| {
            let (found, expected) = (fit::found(field.data_type()), fit::expected(column.kind));
            self.fault(format!("column `{}` is {found}, expected {expected}", field.name()))
        })
    }

    /// Whether the column's decimals can be decoded as 64-bit integers: the decoder cannot do so for BYTE_ARRAY.
    fn narrow(&self, position: usize) -> bool {
        let root = &self.stored.parquet_schema().root_schema().get_fields()[position];
        root.is_primitive() && root.get_physical_type() != Physical::BYTE_ARRAY
    }

    fn fault(&self, message: String) -> Fault {
        Fault::data(self.place, format!("{message} ({})", self.table.file()))
    }
}
