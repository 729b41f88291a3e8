//! What was delivered, as a plan has to know it: each file's columns and how they are stored.
//!
//! A cluster's own schema says nearly all of it. What Spark calls `timestamp` may be INT96, a clock to be taken as it
//! stands, or an instant, eight hours behind the local clock: a session that has `spark.sql.parquet.int96AsTimestamp` off
//! refuses to name the schema of a file with the first. A file with nanoseconds is refused unless the session has
//! `spark.sql.legacy.parquet.nanosAsLong` on; the refusal says whether they are adjusted to UTC.

use std::collections::BTreeMap;

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
    /// The path below the table's folder, `/` between its parts. Empty for a folder whose files nobody looked at: all of
    /// them are taken to have these columns.
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
    /// A local time: TIMESTAMP not adjusted to UTC, which Spark calls `timestamp_ntz`.
    LocalTime,
    /// A local time as INT96, which Spark calls `timestamp`: the session's zone is UTC, and the clock is taken as it stands.
    Int96,
    /// An instant: TIMESTAMP adjusted to UTC, which Spark calls `timestamp` too.
    Instant,
    /// A TIMESTAMP of nanoseconds, which Spark reads as a whole number; whether it is adjusted to UTC.
    Nanoseconds(bool),
    /// A column of nulls alone.
    Nothing,
    /// Anything else, as the cluster calls it: no column of the contract may be stored so.
    Other(String),
}
