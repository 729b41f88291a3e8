//! The content hash of an input (BLAKE3), so that anyone can tell later what a night was made from.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

/// What a file holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ContentHash {
    /// BLAKE3, in hexadecimal.
    pub blake3: String,
    /// Bytes hashed.
    pub bytes: u64,
}

/// Hashes a file of any size in little memory.
///
/// # Errors
/// What the system says when the file cannot be read.
pub fn content_hash(path: &Path) -> io::Result<ContentHash> {
    let mut file = File::open(path)?;
    let mut hasher = blake3::Hasher::new();
    let mut buffer = vec![0; 1 << 20];
    loop {
        let read = file.read(&mut buffer)?;
        if read == 0 {
            return Ok(ContentHash { blake3: hasher.finalize().to_hex().to_string(), bytes: hasher.count() });
        }
        hasher.update(&buffer[..read]);
    }
}
