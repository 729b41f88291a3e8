//! What a workbook unpacks to, measured before anything is made of it: a damaged or hostile one may claim or hold more
//! than the machine has, and the claim alone would end the program.

use std::io::{self, Cursor, Read};

use zip::ZipArchive;
use zip::result::ZipError;

use crate::delivery;

/// No list unpacks to more.
const LARGEST: u64 = 512 << 20;
/// The part whose count of texts is believed by the reader of workbooks, which makes room for so many at once.
const TEXTS: &str = "sharedstrings.xml";
const COUNT: &[u8] = b"uniqueCount";
/// The shortest text of that part: `<si/>`.
const SHORTEST: u64 = 5;

/// Whether every part can be unpacked, all of them to a size that a list can have, and none claims more texts than it
/// has room for.
pub(super) fn is_sound(bytes: &[u8]) -> bool {
    let measured = delivery::decode(|| -> Result<bool, ZipError> {
        let mut archive = ZipArchive::new(Cursor::new(bytes))?;
        let mut left = LARGEST;
        for index in 0..archive.len() {
            let part = archive.by_index(index)?;
            let holds_texts = part.name()?.to_ascii_lowercase().ends_with(TEXTS);
            // The sizes that the archive gives are claims too, so the bytes themselves are counted.
            let mut part = part.take(left.saturating_add(1));
            let size = if holds_texts {
                let mut texts = Vec::new();
                part.read_to_end(&mut texts)?;
                if claims_too_much(&texts) {
                    return Ok(false);
                }
                texts.len() as u64
            } else {
                io::copy(&mut part, &mut io::sink())?
            };
            let Some(rest) = left.checked_sub(size) else { return Ok(false) };
            left = rest;
        }
        Ok(true)
    });
    measured.is_ok_and(|sound| sound)
}

/// Whether a count in the part is above what the part has room for.
fn claims_too_much(texts: &[u8]) -> bool {
    let room = texts.len() as u64 / SHORTEST;
    // In UTF-16 every second byte is nought.
    let narrow: Vec<u8> = texts.iter().copied().filter(|byte| *byte != 0).collect();
    let after = |at: usize| narrow.get(at + COUNT.len()..).unwrap_or_default();
    let mut found = (0..narrow.len()).filter(|at| narrow[*at..].starts_with(COUNT));
    found.any(|at| claimed(after(at)).is_some_and(|count| count > room))
}

/// The number that stands behind the attribute's name; the largest where it is larger still.
fn claimed(after: &[u8]) -> Option<u64> {
    let digits = after.iter().skip_while(|byte| !byte.is_ascii_digit() && **byte != b'>');
    let digits = digits.take_while(|byte| byte.is_ascii_digit());
    digits.fold(None, |number: Option<u64>, digit| {
        Some(number.unwrap_or(0).saturating_mul(10).saturating_add(u64::from(digit - b'0')))
    })
}
