//! Repeated stays (重复住院): somebody has many stays at one institution in a calendar year, each counted in the year of
//! its discharge. One that may be but a part of another may be one more, and may not.

use super::{Case, Found, Part, Person};

/// What one person's stays at one institution give: one case, from `least` on.
pub(super) fn repeated(person: &Person, least: u32) -> Found {
    let this_year = || person.stays.iter().filter(|stay| stay.this_year);
    let parts: Vec<Part> = this_year().filter(|stay| !stay.alone).map(|stay| Part::Stay(stay.place)).collect();
    let alone = this_year().filter(|stay| stay.alone).count();
    let count = parts.len();
    let cases = if count >= least as usize { vec![Case { parts }] } else { Vec::new() };
    Found { cases, count, perhaps: person.in_doubt + alone }
}
