//! Rows become Parquet extracts, each month stored and named another way, as real extracts are.

use std::fs::{self, File};
use std::path::Path;
use std::sync::Arc;

use arrow_array::types::Int32Type;
use arrow_array::{
    ArrayRef, Date32Array, Decimal128Array, DictionaryArray, Int32Array, RecordBatch, StringArray,
    TimestampMicrosecondArray, TimestampMillisecondArray, TimestampNanosecondArray,
};
use arrow_schema::{ArrowError, Field, Schema};
use chrono::{Datelike, NaiveDate};
use parquet::arrow::ArrowWriter;
use parquet::basic::{Compression, GzipLevel, ZstdLevel};
use parquet::errors::ParquetError;
use parquet::file::properties::WriterProperties;

use super::calendar::{Day, HIVE_MONTH, time_text};
use super::people::Written;
use super::settlement::{ACCOUNT, AMOUNT_NAMES, OTHER, OTHER_END, Settlement, Time};
use crate::error::Error;

/// The month whose extract has times as text.
pub(super) const TEXT_MONTH: usize = 2;

/// How the pages of an extract are compressed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Compress {
    Zstd,
    Gzip,
    Snappy,
    Lz4,
    Not,
}

/// How times are stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Times {
    Milliseconds,
    Microseconds,
    Nanoseconds,
    Text,
}

/// How codes are stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Codes {
    Dictionary,
    Text,
    Integers,
}

/// How the settlements of one month are stored and named.
#[derive(Debug, Clone, Copy)]
pub(super) struct Style {
    times: Times,
    codes: Codes,
    compress: Compress,
    /// The amounts' precision: up to 9 digits are stored as INT32, up to 18 as INT64, more as bytes.
    precision: u8,
    /// Columns as the hospital interfaces 2207 and 5203 name them.
    hospital_names: bool,
    /// Columns that the contract does not know, and the others back to front.
    extra_columns: bool,
    /// Blanks and tabs around ids.
    blanks: bool,
    /// Null in the other funds' columns where they paid nothing.
    nulls: bool,
}

const PLAIN: Style = Style {
    times: Times::Microseconds,
    codes: Codes::Dictionary,
    compress: Compress::Zstd,
    precision: 16,
    hospital_names: false,
    extra_columns: false,
    blanks: false,
    nulls: false,
};

/// The style of a month's extract.
pub(super) fn style(month: usize) -> Style {
    match month {
        TEXT_MONTH => Style { nulls: true, times: Times::Text, precision: 38, compress: Compress::Snappy, ..PLAIN },
        3 => Style { hospital_names: true, times: Times::Milliseconds, compress: Compress::Gzip, ..PLAIN },
        4 => {
            Style { codes: Codes::Integers, times: Times::Nanoseconds, precision: 9, compress: Compress::Lz4, ..PLAIN }
        }
        HIVE_MONTH => Style { codes: Codes::Text, extra_columns: true, blanks: true, ..PLAIN },
        6 => Style { compress: Compress::Not, ..PLAIN },
        _ => PLAIN,
    }
}

/// Canonical names and what the hospital interfaces call the same.
const HOSPITAL_NAMES: [(&str, &str); 7] = [
    ("insu_admdvs", "insu_optins"),
    ("dise_no", "dise_codg"),
    ("inscp_amt", "inscp_scp_amt"),
    ("othfund_pay", "oth_pay"),
    ("ownpay_hosp_part", "hosp_part_amt"),
    ("psn_pay", "psn_part_amt"),
    ("cash_payamt", "psn_cash_pay"),
];

/// The columns of an extract of settlements.
pub(super) fn settlement_columns(rows: &[Settlement], style: Style) -> Vec<(&'static str, ArrayRef)> {
    let mut columns = identifying_columns(rows, style);
    for (index, name) in AMOUNT_NAMES.into_iter().enumerate() {
        let may_be_null = style.nulls && (OTHER..OTHER_END).contains(&index);
        let is_null = |row: &Settlement| row.missing == Some(index) || may_be_null && row.amounts[index] == 0;
        let fen = |row: &Settlement| (!is_null(row)).then_some(row.amounts[index]);
        columns.push((name, decimals(rows.iter().map(fen), style.precision)));
    }
    columns.extend(state_columns(rows, style));
    if style.extra_columns {
        columns.push(("rid", texts(rows.iter().map(|row| Some(format!("R{}", row.mdtrt_id))))));
        // A part of the account's amount, never one of its own.
        let shared = |row: &Settlement| Some(row.amounts[ACCOUNT] / 2);
        columns.push(("acct_mulaid_pay", decimals(rows.iter().map(shared), style.precision)));
        columns.push(("act_pay_dedc", decimals(rows.iter().map(|_| None), style.precision)));
        columns.reverse();
    }
    if style.hospital_names {
        for (name, _) in &mut columns {
            *name = HOSPITAL_NAMES.iter().find(|(canonical, _)| canonical == name).map_or(*name, |(_, other)| other);
        }
    }
    columns
}

fn identifying_columns(rows: &[Settlement], style: Style) -> Vec<(&'static str, ArrayRef)> {
    let id = |text: &Option<String>| match text {
        Some(text) if style.blanks => Some(format!(" {text}\t ")),
        _ => text.clone(),
    };
    let code = |of: &dyn Fn(&Settlement) -> Option<String>| codes(rows.iter().map(of), style.codes);
    let days = |of: fn(&Settlement) -> NaiveDate| days(rows.iter().map(|row| Some(of(row))));
    vec![
        ("setl_id", texts(rows.iter().map(|row| id(&row.setl_id)))),
        ("init_setl_id", texts(rows.iter().map(|row| id(&row.init_setl_id)))),
        ("mdtrt_id", texts(rows.iter().map(|row| Some(row.mdtrt_id.clone())))),
        ("psn_cert_type", code(&|row| Some(row.psn_cert_type.to_owned()))),
        ("certno", texts(rows.iter().map(|row| id(&row.certno)))),
        ("psn_name", texts(rows.iter().map(|row| Some(row.psn_name.clone())))),
        ("insutype", code(&|_| Some("390".to_owned()))),
        ("insu_admdvs", code(&|row| row.area.map(|area| area.to_string()))),
        ("fixmedins_code", texts(rows.iter().map(|row| Some(row.institution.code())))),
        ("hosp_lv", code(&|row| Some(row.institution.level().to_owned()))),
        ("med_type", code(&|row| row.med_type.map(|kind| kind.code().to_owned()))),
        ("dise_no", texts(rows.iter().map(|row| Some(row.disease.to_owned())))),
        ("begndate", days(|row| row.begins)),
        ("enddate", days(|row| row.ends)),
        ("setl_time", times(rows.iter().map(|row| row.time), style.times)),
    ]
}

fn state_columns(rows: &[Settlement], style: Style) -> Vec<(&'static str, ArrayRef)> {
    let flag =
        |of: fn(&Settlement) -> bool| codes(rows.iter().map(|row| Some(u8::from(of(row)).to_string())), style.codes);
    let year = |row: &Settlement| match row.time {
        Time::Known(time) => Some(time.year()),
        Time::Missing | Time::Unreadable(_) => None,
    };
    vec![
        ("refd_setl_flag", flag(|row| row.refunded)),
        ("vali_flag", flag(|row| row.valid)),
        ("deleted", flag(|row| row.deleted)),
        ("out_flag", codes(rows.iter().map(|row| Some(row.off_site.to_string())), style.codes)),
        ("year", Arc::new(rows.iter().map(year).collect::<Int32Array>())),
        ("updt_time", times(rows.iter().map(|row| Time::Known(row.updated)), style.times)),
    ]
}

/// Text.
pub(super) fn texts(values: impl Iterator<Item = Option<String>>) -> ArrayRef {
    Arc::new(values.collect::<StringArray>())
}

/// Codes as a dictionary.
pub(super) fn dictionary<'a>(values: impl Iterator<Item = Option<&'a str>>) -> ArrayRef {
    Arc::new(values.collect::<DictionaryArray<Int32Type>>())
}

/// Codes as whole numbers: `"01"` is 1.
pub(super) fn integers<'a>(values: impl Iterator<Item = Option<&'a str>>) -> ArrayRef {
    Arc::new(values.map(|value| value?.parse().ok()).collect::<Int32Array>())
}

fn codes(values: impl Iterator<Item = Option<String>>, stored: Codes) -> ArrayRef {
    let values: Vec<Option<String>> = values.collect();
    let borrowed = values.iter().map(Option::as_deref);
    match stored {
        Codes::Dictionary => dictionary(borrowed),
        Codes::Text => Arc::new(borrowed.collect::<StringArray>()),
        Codes::Integers => integers(borrowed),
    }
}

/// Days.
pub(super) fn days(values: impl Iterator<Item = Option<NaiveDate>>) -> ArrayRef {
    let epoch = NaiveDate::default();
    let day = |day: NaiveDate| (day - epoch).num_days() as i32;
    Arc::new(values.map(|value| value.map(day)).collect::<Date32Array>())
}

/// Days as an extract has them: an older export has times as text.
pub(super) fn written_days(values: impl Iterator<Item = Day>, as_text: bool) -> ArrayRef {
    if as_text { texts(values.map(Day::text)) } else { days(values.map(Day::known)) }
}

/// Codes as a dictionary, or as whole numbers in an older export.
pub(super) fn code<'a>(values: impl Iterator<Item = Option<&'a str>>, as_numbers: bool) -> ArrayRef {
    if as_numbers { integers(values) } else { dictionary(values) }
}

/// Type and number of certificates; a row that has none is taken for a resident's.
pub(super) fn certificates<'a>(
    rows: impl Iterator<Item = Option<&'a Written>> + Clone,
    as_numbers: bool,
) -> Vec<(&'static str, ArrayRef)> {
    let kinds = rows.clone().map(|written| Some(written.map_or("01", |written| written.kind)));
    let numbers = rows.map(|written| Some(written?.number.clone()));
    vec![("psn_cert_type", code(kinds, as_numbers)), ("certno", texts(numbers))]
}

/// Amounts with two decimals and `precision` digits.
pub(super) fn decimals(fen: impl Iterator<Item = Option<i64>>, precision: u8) -> ArrayRef {
    let values: Decimal128Array = fen.map(|fen| fen.map(i128::from)).collect();
    Arc::new(values.with_data_type(arrow_schema::DataType::Decimal128(precision, 2)))
}

fn times(values: impl Iterator<Item = Time>, stored: Times) -> ArrayRef {
    let known = |time: Time| match time {
        Time::Known(time) => Some(time.and_utc()),
        Time::Missing | Time::Unreadable(_) => None,
    };
    let text = |time: Time| match time {
        Time::Known(time) => Some(time_text(time)),
        Time::Missing => None,
        Time::Unreadable(text) => Some(text.to_owned()),
    };
    match stored {
        Times::Text => texts(values.map(text)),
        Times::Milliseconds => {
            Arc::new(values.map(|time| Some(known(time)?.timestamp_millis())).collect::<TimestampMillisecondArray>())
        }
        Times::Microseconds => {
            Arc::new(values.map(|time| Some(known(time)?.timestamp_micros())).collect::<TimestampMicrosecondArray>())
        }
        Times::Nanoseconds => {
            Arc::new(values.map(|time| known(time)?.timestamp_nanos_opt()).collect::<TimestampNanosecondArray>())
        }
    }
}

/// Writes an extract of settlements, `file` below `out`.
pub(super) fn write_settlements(out: &Path, file: &str, rows: &[Settlement], style: Style) -> Result<(), Error> {
    write(out, file, &settlement_columns(rows, style), style.compress)
}

/// Writes an extract, `file` below `out`, with its folders.
pub(super) fn write(
    out: &Path,
    file: &str,
    columns: &[(&'static str, ArrayRef)],
    compress: Compress,
) -> Result<(), Error> {
    let path = out.join(file);
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).map_err(|cause| Error::cannot_write(folder, cause))?;
    }
    let fields: Vec<Field> =
        columns.iter().map(|(name, array)| Field::new(*name, array.data_type().clone(), true)).collect();
    let arrays = columns.iter().map(|(_, array)| Arc::clone(array)).collect();
    let batch = RecordBatch::try_new(Arc::new(Schema::new(fields)), arrays).map_err(|error| internal(file, &error))?;

    let cannot_write = |error: ParquetError| match error {
        ParquetError::External(cause) => Error::cannot_write(&path, std::io::Error::other(cause)),
        error => Error::Internal(format!("{file}: {error}")),
    };
    let opened = File::create(&path).map_err(|cause| Error::cannot_write(&path, cause))?;
    let properties = properties(compress).map_err(cannot_write)?;
    let mut writer = ArrowWriter::try_new(opened, batch.schema(), Some(properties)).map_err(cannot_write)?;
    writer.write(&batch).map_err(cannot_write)?;
    writer.close().map_err(cannot_write)?;
    Ok(())
}

fn internal(file: &str, error: &ArrowError) -> Error {
    Error::Internal(format!("{file}: {error}"))
}

fn properties(compress: Compress) -> Result<WriterProperties, ParquetError> {
    let compression = match compress {
        Compress::Zstd => Compression::ZSTD(ZstdLevel::try_new(9)?),
        Compress::Gzip => Compression::GZIP(GzipLevel::try_new(9)?),
        Compress::Snappy => Compression::SNAPPY,
        Compress::Lz4 => Compression::LZ4_RAW,
        Compress::Not => Compression::UNCOMPRESSED,
    };
    Ok(WriterProperties::builder()
        .set_compression(compression)
        .set_created_by("fangpin sample".to_owned())
        .set_max_row_group_row_count(Some(ROWS_A_GROUP))
        .build())
}

/// Rows of a row group: few enough that a small sample has several in an extract.
const ROWS_A_GROUP: usize = 1_000;
