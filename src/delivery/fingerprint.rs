//! The content hash of an extract: what the manifest says was read, and what `fangpin verify` holds a delivery against.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

/// How much is read at a time.
const CHUNK: usize = 1 << 20;

/// A file's content, told apart from any other.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ContentHash {
    /// BLAKE3, in hexadecimal.
    pub blake3: String,
    /// The size.
    pub bytes: u64,
}

/// Reads a file through once, without holding it in memory.
///
/// # Errors
/// When it cannot be opened or read.
pub fn content_hash(path: &Path) -> io::Result<ContentHash> {
    let mut file = File::open(path)?;
    let mut hasher = blake3::Hasher::new();
    let mut chunk = vec![0; CHUNK];
    let mut bytes = 0;
    loop {
        let read = match file.read(&mut chunk) {
            Ok(0) => break,
            Ok(read) => read,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(error),
        };
        hasher.update(&chunk[..read]);
        bytes += read as u64;
    }
    Ok(ContentHash { blake3: hasher.finalize().to_hex().to_string(), bytes })
}
