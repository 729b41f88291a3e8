//! Frames of integers: what the audits join and group is numbers of people, days, codes and fen, never text or
//! decimals.

use polars::prelude::{DataFrame, LazyFrame, PolarsError};

use crate::error::Error;

/// What a lazy frame comes to.
///
/// # Errors
/// [`Error::Internal`]: a frame of our own making cannot fail but by a fault of the program. So is each below.
pub(super) fn collected(frame: LazyFrame) -> Result<DataFrame, Error> {
    frame.collect().map_err(failed)
}

/// A column of 32-bit integers. None of them is null.
///
/// # Errors
/// See [`collected`].
pub(super) fn integers(frame: &DataFrame, name: &str) -> Result<Vec<i32>, Error> {
    let column = frame.column(name).and_then(|column| column.i32()).map_err(failed)?;
    Ok(column.iter().flatten().collect())
}

/// A column of 64-bit integers. None of them is null.
///
/// # Errors
/// See [`collected`].
pub(super) fn long_integers(frame: &DataFrame, name: &str) -> Result<Vec<i64>, Error> {
    let column = frame.column(name).and_then(|column| column.i64()).map_err(failed)?;
    Ok(column.iter().flatten().collect())
}

/// A frame that could not be made, joined or grouped.
pub(super) fn failed(error: PolarsError) -> Error {
    Error::Internal(format!("a frame of the audits: {error}"))
}
