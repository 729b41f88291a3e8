//! The file that an office returned is opened here, and the one with its password.

use std::fs;
use std::io;
use std::path::Path;

use super::sheet;
use super::table::{self, Form, Table};
use crate::delivery;
use crate::error::Error;
use crate::model::{Fault, ReplyFault};

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
    /// What sort of list it is.
    pub(super) form: Form,
    /// The sheets that answer.
    pub(super) tables: Vec<Table>,
    /// Those that could not be read.
    pub(super) faults: Vec<ReplyFault>,
}

/// The password with which a list may open.
#[derive(Debug)]
pub struct Key<P> {
    /// The password.
    pub password: P,
    /// Where it comes from, for messages, and what to do when it is another's.
    pub whence: String,
}

/// Reads the list at `path`, which is of one `form`. Where it has a password, `key` is asked for it.
///
/// # Errors
/// A missing file, and one that is no such list; those of `key`.
pub fn open<P: AsRef<str>>(
    path: &Path,
    form: Form,
    key: impl FnOnce() -> Result<Option<Key<P>>, Error>,
) -> Result<Returned, Error> {
    let refused = |message: &str| Error::from(Fault::data(path.display().to_string(), message));
    let bytes = read(path)?;
    let (sheets, faults) = if bytes.starts_with(ZIP) {
        sheet::of_workbook(&bytes).ok_or_else(|| refused(NO_WORKBOOK))?
    } else if bytes.starts_with(COMPOUND) {
        if !is_encrypted(&bytes) {
            return Err(refused("is a workbook of the old form (.xls); save it as .xlsx"));
        }
        let Some(Key { password, whence }) = key()? else {
            return Err(refused("has a password; name the file that holds it with --password-file"));
        };
        let plain = decrypted(&bytes, password.as_ref()).and_then(|plain| sheet::of_workbook(&plain));
        plain.ok_or_else(|| refused(&format!("does not open with {whence}")))?
    } else {
        (vec![sheet::of_csv(&bytes).ok_or_else(|| refused(NO_LIST))?], Vec::new())
    };
    let extension = if bytes.starts_with(ZIP) || bytes.starts_with(COMPOUND) { "xlsx" } else { "csv" };
    let mut returned = Returned { bytes, extension, form, tables: Vec::new(), faults };
    for found in sheets.iter().filter_map(|sheet| table::of_sheet(sheet, form)) {
        match found {
            Ok(table) => returned.tables.push(table),
            Err(fault) => returned.faults.push(fault),
        }
    }
    if returned.tables.is_empty() && returned.faults.is_empty() {
        let (number, outcome) = (form.number().heading(), form.outcome().heading());
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

/// Whether a compound file holds an encrypted package: the name of that stream stands in its directory in UTF-16.
fn is_encrypted(bytes: &[u8]) -> bool {
    let name: Vec<u8> = "EncryptedPackage".encode_utf16().flat_map(u16::to_le_bytes).collect();
    bytes.windows(name.len()).any(|window| window == name)
}

fn decrypted(bytes: &[u8], password: &str) -> Option<Vec<u8>> {
    delivery::decode(|| office_crypto::decrypt_from_bytes(bytes.to_vec(), password)).ok()
}

fn read(path: &Path) -> Result<Vec<u8>, Error> {
    let place = path.display().to_string();
    let failed = |cause: io::Error| match cause.kind() {
        io::ErrorKind::NotFound | io::ErrorKind::NotADirectory => {
            Fault::missing(&place, "no such returned list; see that the path is right").into()
        }
        io::ErrorKind::IsADirectory => Fault::data(&place, "is a folder, expected a returned list").into(),
        _ => Error::read(path, cause),
    };
    if fs::metadata(path).map_err(failed)?.len() > LARGEST {
        return Err(Fault::data(&place, format!("has more than {LARGEST} bytes, which no returned list has")).into());
    }
    fs::read(path).map_err(failed)
}
