//! Local codes that no mapping has.

use std::collections::BTreeMap;

/// Codes that the mapping lacks, with the number of rows that bear each.
pub type UnknownCodes = BTreeMap<String, u64>;

/// What a code means; noted when the mapping does not say.
pub(super) fn known<T>(code: &str, meaning: Option<T>, unknown: &mut UnknownCodes) -> Option<T> {
    if meaning.is_none() {
        *unknown.entry(code.to_owned()).or_default() += 1;
    }
    meaning
}

/// Adds the codes of another part of a table.
pub(crate) fn add_unknown(all: &mut UnknownCodes, part: UnknownCodes) {
    for (code, rows) in part {
        *all.entry(code).or_default() += rows;
    }
}
