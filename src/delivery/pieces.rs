//! The bytes of a row group's column chunks, read in large pieces: a delivery is a year of small files, and asking the
//! system for each page and each page's header of every column would cost more than reading them.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::ops::Range;
use std::path::Path;
use std::sync::{Mutex, PoisonError};

use bytes::buf::Reader;
use bytes::{Buf, Bytes};
use parquet::errors::{ParquetError, Result};
use parquet::file::reader::{ChunkReader, Length};

/// What is read of a chunk at once: all of it, mostly. A page may be larger, and is then read whole.
const PIECE: u64 = 1 << 20;

/// What a page's header takes at most: two short texts and a few numbers.
const HEADER: u64 = 1 << 16;

/// Some column chunks of a file.
pub(super) struct Pieces {
    bytes: u64,
    held: Mutex<Held>,
}

/// The file, and of each chunk the piece read last.
struct Held {
    file: File,
    pieces: Vec<Piece>,
}

struct Piece {
    /// Where its chunk stands in the file.
    chunk: Range<u64>,
    /// Where it begins itself.
    start: u64,
    bytes: Bytes,
}

impl Pieces {
    /// The chunks of the file at `path`, which is so many `bytes` long, given as where each begins and how long it is.
    ///
    /// # Errors
    /// A file that cannot be opened.
    pub(super) fn of(path: &Path, bytes: u64, chunks: impl Iterator<Item = (u64, u64)>) -> Result<Pieces> {
        let file = File::open(path)?;
        let piece = |(start, length): (u64, u64)| Piece {
            chunk: start..start.saturating_add(length),
            start,
            bytes: Bytes::new(),
        };
        Ok(Pieces { bytes, held: Mutex::new(Held { file, pieces: chunks.map(piece).collect() }) })
    }

    /// What is held from `start` on: `length` bytes at least, unless the chunk or the file ends before.
    fn from(&self, start: u64, length: u64) -> Result<Bytes> {
        let Held { file, pieces } = &mut *self.held.lock().unwrap_or_else(PoisonError::into_inner);
        let piece = pieces.iter_mut().find(|piece| piece.chunk.contains(&start));
        let piece = piece.ok_or_else(|| ParquetError::EOF(format!("no column that is read holds byte {start}")))?;
        let left = piece.chunk.end - start;
        let held_to = piece.start + piece.bytes.len() as u64;
        if start < piece.start || held_to < start + length.min(left) {
            piece.bytes = read(file, start, length.max(PIECE).min(left))?;
            piece.start = start;
        }
        Ok(piece.bytes.slice((start - piece.start) as usize..))
    }
}

/// Reads `length` bytes from `start` on, fewer where the file ends before.
fn read(file: &mut File, start: u64, length: u64) -> io::Result<Bytes> {
    let mut bytes = Vec::with_capacity(usize::try_from(length).unwrap_or(0));
    file.seek(SeekFrom::Start(start))?;
    file.take(length).read_to_end(&mut bytes)?;
    Ok(bytes.into())
}

impl Length for Pieces {
    fn len(&self) -> u64 {
        self.bytes
    }
}

impl ChunkReader for Pieces {
    type T = Reader<Bytes>;

    fn get_read(&self, start: u64) -> Result<Reader<Bytes>> {
        Ok(self.from(start, HEADER)?.reader())
    }

    fn get_bytes(&self, start: u64, length: usize) -> Result<Bytes> {
        let bytes = self.from(start, length as u64)?;
        if bytes.len() < length {
            return Err(ParquetError::EOF(format!("expected {length} bytes, found {}", bytes.len())));
        }
        Ok(bytes.slice(..length))
    }
}

#[cfg(test)]
mod tests {
    use std::io::{self, Read, Write};

    use parquet::file::reader::ChunkReader;
    use proptest::prelude::*;
    use tempfile::NamedTempFile;

    use super::Pieces;

    /// A file of so many bytes, and what stands in it.
    fn written(bytes: usize) -> io::Result<(NamedTempFile, Vec<u8>)> {
        let text: Vec<u8> = (0..bytes).map(|at| (at * at / 7 + at) as u8).collect();
        let mut file = NamedTempFile::new()?;
        file.write_all(&text)?;
        Ok((file, text))
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(32))]

        #[test]
        fn every_byte_of_a_chunk_is_the_files(
            asked in proptest::collection::vec((any::<bool>(), 0_usize..2_600_000, 1_usize..1_500_000), 1..20),
        ) {
            let (file, text) = written(2_800_000)?;
            let chunks = [(2_700_000, 100_000), (100, 2_600_000)];
            let pieces = Pieces::of(file.path(), 2_800_000, chunks.into_iter())?;
            for (in_the_later, within, length) in asked {
                let (first, end) = if in_the_later { (2_700_000, 2_800_000) } else { (100, 2_600_100) };
                let start = first + within % (end - first);
                let expected = &text[start..end.min(start + length)];
                prop_assert!(pieces.get_bytes(start as u64, expected.len())? == expected);
                let mut header = vec![0; expected.len().min(60_000)];
                pieces.get_read(start as u64)?.read_exact(&mut header)?;
                prop_assert!(header == expected[..header.len()]);
            }
        }
    }

    #[test]
    fn what_is_not_there_is_refused() -> Result<(), Box<dyn std::error::Error>> {
        let (file, _) = written(1_000)?;
        let pieces = Pieces::of(file.path(), 1_000, [(100, 300), (900, 500)].into_iter())?;
        assert!(pieces.get_bytes(50, 10).is_err(), "before every chunk");
        assert!(pieces.get_bytes(400, 10).is_err(), "between two");
        assert!(pieces.get_bytes(390, 20).is_err(), "beyond the end of one");
        assert!(pieces.get_bytes(950, 100).is_err(), "beyond the end of the file");
        assert!(pieces.get_bytes(950, 50).is_ok());
        Ok(())
    }
}
