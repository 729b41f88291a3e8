//! Codes that few have and many rows bear, as small numbers.

use std::collections::HashMap;
use std::sync::Arc;

use foldhash::fast::FixedState;

/// The codes of one part of a table, each by its number.
#[derive(Debug, Default)]
pub(super) struct Interned {
    numbers: HashMap<Arc<str>, u32, FixedState>,
    codes: Vec<Arc<str>>,
}

impl Interned {
    /// The number of a code.
    pub(super) fn number(&mut self, code: &str) -> u32 {
        if let Some(number) = self.numbers.get(code) {
            return *number;
        }
        let code: Arc<str> = code.into();
        let number = u32::try_from(self.codes.len()).unwrap_or(u32::MAX);
        self.codes.push(Arc::clone(&code));
        self.numbers.insert(code, number);
        number
    }
}

/// All codes of many parts, sorted, so that their numbers say nothing of how the table was parted.
pub(super) fn sorted<'i>(parts: impl Iterator<Item = &'i Interned>) -> Vec<Arc<str>> {
    let mut codes: Vec<Arc<str>> = parts.flat_map(|part| part.codes.iter().cloned()).collect();
    codes.sort_unstable();
    codes.dedup();
    codes
}

/// The number among `all`, which are sorted, of each number of a part.
pub(super) fn renumbered(part: &Interned, all: &[Arc<str>]) -> Vec<u32> {
    let place = |code: &Arc<str>| all.partition_point(|other| other < code);
    part.codes.iter().map(|code| u32::try_from(place(code)).unwrap_or(u32::MAX)).collect()
}
