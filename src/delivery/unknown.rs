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

/// As many codes as one line names.
const NAMED: usize = 20;
/// Longer than any code of the contract, and shorter than a number of a person or a telephone.
const LONGEST: usize = 10;

/// The codes with their rows, as messages name them: `77` (1), `88` (1).
///
/// A column that was shifted in the extract holds names and certificate numbers where codes should be: what does not
/// look like a code is counted and never shown.
pub(crate) fn codes_in_words(unknown: &UnknownCodes) -> String {
    let (mut named, mut unnamed) = (Vec::new(), 0);
    for (code, rows) in unknown {
        match code.as_str() {
            "" => named.push(format!("none at all ({rows})")),
            code if named.len() < NAMED && is_nameable(code) => named.push(format!("`{code}` ({rows})")),
            _ => unnamed += rows,
        }
    }
    if unnamed > 0 {
        named.push(format!("others, or what is no code ({unnamed})"));
    }
    named.join(", ")
}

fn is_nameable(code: &str) -> bool {
    code.len() <= LONGEST && code.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"._-".contains(&byte))
}

/// Adds the codes of another part of a table.
pub(crate) fn add_unknown(all: &mut UnknownCodes, part: UnknownCodes) {
    for (code, rows) in part {
        *all.entry(code).or_default() += rows;
    }
}
