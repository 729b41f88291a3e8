//! What was delivered, as a plan has to know it: each file's columns and how they are stored.
//!
//! A cluster's own schema says nearly all of it. What Spark calls `timestamp` may be INT96, a clock to be taken as it
//! stands, or an instant, eight hours behind the local clock: a session that has `spark.sql.parquet.int96AsTimestamp`
//! off refuses to name the schema of a file with the first. A file with nanoseconds is refused unless the session has
//! `spark.sql.legacy.parquet.nanosAsLong` on; the refusal says whether they are adjusted to UTC.

use std::collections::BTreeMap;

use arrow_schema::{DataType, TimeUnit};

use crate::contract::{self, Kind};
use crate::delivery::{Delivery, Extract};

/// The tables of a delivery, by name. One that was not delivered is absent.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Delivered {
    /// By the name of the table.
    pub tables: BTreeMap<&'static str, DeliveredTable>,
}

/// One table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeliveredTable {
    /// The URI of its folder as the cluster reads it, without a slash at the end.
    pub root: String,
    /// Its files, sorted by name, byte by byte.
    pub files: Vec<DeliveredFile>,
}

/// One file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeliveredFile {
    /// The path below the table's folder, `/` between its parts. Empty for a folder whose files nobody looked at: all
    /// of them are taken to have these columns.
    pub name: String,
    /// Every column that it has, by the name that it gives it.
    pub columns: Vec<(String, Stored)>,
}

/// How a column is stored.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Stored {
    /// Text, a dictionary of texts included.
    Text,
    /// Bytes without a mark that they are text.
    Bytes,
    /// A whole number of any width.
    Integer,
    /// A decimal: digits, and how many of them stand behind the point.
    Decimal(u8, u8),
    /// A day.
    Day,
    /// A local time: TIMESTAMP not adjusted to UTC (`timestamp_ntz`), or INT96, whose clock is taken as it stands.
    LocalTime,
    /// An instant: TIMESTAMP adjusted to UTC (`timestamp`).
    Instant,
    /// A TIMESTAMP of nanoseconds, which Spark reads as a whole number; whether it is adjusted to UTC.
    Nanoseconds(bool),
    /// A column of nulls alone.
    Nothing,
    /// Anything else, as the cluster calls it: no column of the contract may be stored so.
    Other(String),
}

impl Delivered {
    /// The `tables` of a delivery on this machine, its footers read; `root` is the URI of its folder.
    pub fn local(delivery: &Delivery, root: &str, tables: &[&'static str]) -> Delivered {
        let table = |name: &'static str| {
            let files: Vec<DeliveredFile> = delivery.table(name).map(file).collect();
            let root = format!("{}/{name}", root.trim_end_matches('/'));
            (!files.is_empty()).then_some((name, DeliveredTable { root, files }))
        };
        Delivered { tables: tables.iter().copied().filter_map(table).collect() }
    }

    /// The `tables` of a delivery at which nobody looked: each with every column of the contract, by its first name.
    pub fn assumed(root: &str, tables: &[&'static str]) -> Delivered {
        let table = |name: &'static str| {
            let columns = contract::table(name).columns.iter().filter(|column| !column.ignored);
            let columns = columns.map(|column| (column.name.clone(), usual(column.kind))).collect();
            let root = format!("{}/{name}", root.trim_end_matches('/'));
            (name, DeliveredTable { root, files: vec![DeliveredFile { name: String::new(), columns }] })
        };
        Delivered { tables: tables.iter().copied().map(table).collect() }
    }
}

fn file(extract: &Extract) -> DeliveredFile {
    let columns = extract.stored().map(|(name, stored)| (name.to_owned(), Stored::of(stored))).collect();
    DeliveredFile { name: extract.name.clone(), columns }
}

/// How a kind is stored where nobody looked.
fn usual(kind: Kind) -> Stored {
    match kind {
        Kind::Text | Kind::Code => Stored::Text,
        Kind::Amount => Stored::Decimal(16, 2),
        Kind::Time => Stored::LocalTime,
        Kind::Day => Stored::Day,
        Kind::Integer => Stored::Integer,
        Kind::Decimal => Stored::Decimal(18, 4),
        Kind::Flag => Stored::Other("boolean".to_owned()),
    }
}

impl Stored {
    /// How a column is stored that is decoded as `decoded`.
    fn of(decoded: &DataType) -> Stored {
        match decoded {
            DataType::Null => Stored::Nothing,
            DataType::Utf8View => Stored::Text,
            DataType::BinaryView => Stored::Bytes,
            DataType::Date32 => Stored::Day,
            DataType::Decimal64(digits, behind) | DataType::Decimal128(digits, behind) => {
                Stored::Decimal(*digits, behind.unsigned_abs())
            }
            DataType::Timestamp(TimeUnit::Nanosecond, zone) => Stored::Nanoseconds(zone.is_some()),
            DataType::Timestamp(_, None) => Stored::LocalTime,
            DataType::Timestamp(_, Some(_)) => Stored::Instant,
            integer if integer.is_integer() => Stored::Integer,
            other => Stored::Other(other.to_string()),
        }
    }
}
