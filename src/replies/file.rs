//! The file that an office returned is opened here, and the one with its password.

use std::fs;
use std::io;
use std::path::Path;

use super::sheet;
use super::table::{self, Table};
use crate::delivery;
use crate::error::Error;
use crate::model::{Column, Fault, ReplyFault};

/// No list is larger: beyond it a file is refused unread.
const LARGEST: u64 = 256 << 20;
/// How a zip archive begins, and so an xlsx.
const ZIP: &[u8] = b"PK\x03\x04";
/// How a compound file begins: an xlsx with a password, or a workbook of the old form.
const COMPOUND: &[u8] = b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1";

/// A returned list as it was read.
#[derive(Debug)]
pub struct Returned {
    /// The file as it came.
    pub bytes: Vec<u8>,
    /// How its name ends, by what it is: `xlsx` or `csv`.
    pub extension: &'static str,
    /// The sheets that answer warnings.
    pub(super) tables: Vec<Table>,
    /// Those that could not be read.
    pub(super) faults: Vec<ReplyFault>,
}

/// Reads the list at `path`, with the password in the file `password` where it has one.
///
/// # Errors
/// A missing file, and one that is no list of warnings.
pub fn open(path: &Path, password: Option<&Path>) -> Result<Returned, Error> {
    let refused = |message: &str| Error::from(Fault::data(path.display().to_string(), message));
    let bytes = read(path, "returned list")?;
    let sheets = if bytes.starts_with(ZIP) {
        workbook(&bytes).ok_or_else(|| refused(NO_WORKBOOK))?
    } else if bytes.starts_with(COMPOUND) {
        if !is_encrypted(&bytes) {
            return Err(refused("is a workbook of the old form (.xls); save it as .xlsx"));
        }
        let Some(password) = password else {
            return Err(refused("has a password; name the file that holds it with --password-file"));
        };
        let plain = decrypted(&bytes, &secret(password)?).and_then(|plain| workbook(&plain));
        plain.ok_or_else(|| {
            refused("does not open with the password in --password-file; see that it is the list's own")
        })?
    } else {
        vec![sheet::of_csv(&bytes).ok_or_else(|| refused(NO_LIST))?]
    };
    let extension = if bytes.starts_with(ZIP) || bytes.starts_with(COMPOUND) { "xlsx" } else { "csv" };
    let mut returned = Returned { bytes, extension, tables: Vec::new(), faults: Vec::new() };
    for found in sheets.iter().filter_map(table::of_sheet) {
        match found {
            Ok(table) => returned.tables.push(table),
            Err(fault) => returned.faults.push(fault),
        }
    }
    if returned.tables.is_empty() && returned.faults.is_empty() {
        let (number, outcome) = (Column::Warning.heading(), Column::Outcome.heading());
        let message = format!(
            "no sheet has a header with {number} and {outcome} in its first rows, so it is no list of ours; expected \
             the list as it was sent, as .xlsx or as .csv with commas"
        );
        return Err(refused(&message));
    }
    Ok(returned)
}

const NO_WORKBOOK: &str = "cannot be read as a workbook; open it, save it again as .xlsx and try that";
const NO_LIST: &str = "is neither a workbook (.xlsx) nor text in UTF-8 or GB18030; expected the list as it was sent";

fn workbook(bytes: &[u8]) -> Option<Vec<sheet::Sheet>> {
    sheet::of_workbook(bytes)
}

/// Whether a compound file holds an encrypted package: the name of that stream stands in its directory in UTF-16.
fn is_encrypted(bytes: &[u8]) -> bool {
    let name: Vec<u8> = "EncryptedPackage".encode_utf16().flat_map(u16::to_le_bytes).collect();
    bytes.windows(name.len()).any(|window| window == name)
}

fn decrypted(bytes: &[u8], password: &str) -> Option<Vec<u8>> {
    delivery::decode(|| office_crypto::decrypt_from_bytes(bytes.to_vec(), password)).ok()
}

/// The password that a file holds: its first line.
fn secret(path: &Path) -> Result<String, Error> {
    let refused = |message| Error::from(Fault::config(path.display().to_string(), message));
    let text = String::from_utf8(read(path, "password file")?).map_err(|_| refused("is not UTF-8"))?;
    match text.trim_start_matches('\u{feff}').lines().next() {
        Some(line) if !line.is_empty() => Ok(line.to_owned()),
        _ => Err(refused("holds no password; write it on the first line")),
    }
}

fn read(path: &Path, what: &str) -> Result<Vec<u8>, Error> {
    let place = path.display().to_string();
    let failed = |cause: io::Error| match cause.kind() {
        io::ErrorKind::NotFound | io::ErrorKind::NotADirectory => {
            Fault::missing(&place, format!("no such {what}; see that the path is right")).into()
        }
        io::ErrorKind::IsADirectory => Fault::data(&place, format!("is a folder, expected a {what}")).into(),
        _ => Error::read(path, cause),
    };
    if fs::metadata(path).map_err(failed)?.len() > LARGEST {
        return Err(Fault::data(&place, format!("has more than {LARGEST} bytes, which no {what} has")).into());
    }
    fs::read(path).map_err(failed)
}
