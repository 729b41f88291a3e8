//! SHA-256 in hexadecimal: of what is published, and of the files that shape a night.

use std::fmt::Write as _;
use std::fs::File;
use std::io::{self, BufReader, Read};
use std::path::Path;

use sha2::{Digest, Sha256};

/// How much is read at a time.
const CHUNK: usize = 1 << 16;

/// The hash of `bytes`.
pub fn sha256_of(bytes: &[u8]) -> String {
    hexadecimal(Sha256::new().chain_update(bytes))
}

/// The hash and the size of a file.
///
/// # Errors
/// When it cannot be opened or read.
pub fn sha256_of_file(path: &Path) -> io::Result<(String, u64)> {
    let mut file = BufReader::with_capacity(CHUNK, File::open(path)?);
    let mut hash = Sha256::new();
    let mut chunk = vec![0; CHUNK];
    let mut bytes = 0;
    loop {
        let read = match file.read(&mut chunk) {
            Ok(0) => return Ok((hexadecimal(hash), bytes)),
            Ok(read) => read,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(error),
        };
        hash.update(&chunk[..read]);
        bytes += read as u64;
    }
}

/// What a hash has come to.
pub(super) fn hexadecimal(hash: Sha256) -> String {
    hash.finalize().iter().fold(String::with_capacity(64), |mut text, byte| {
        // Writing to a string cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}
