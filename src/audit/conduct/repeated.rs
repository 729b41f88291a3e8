//! Repeated stays (重复住院): somebody has many stays at one institution in a calendar year, each counted in the year of
//! its discharge.

use super::{Case, Found, Part, Person};

/// What one person's stays at one institution give: one case, from `least` on.
pub(super) fn repeated(person: &Person, least: u32) -> Found {
    let this_year = person.stays.iter().filter(|stay| stay.this_year);
    let parts: Vec<Part> = this_year.map(|stay| Part::Stay(stay.place)).collect();
    let count = parts.len();
    let cases = if count >= least as usize { vec![Case { parts }] } else { Vec::new() };
    Found { cases, count, perhaps: person.in_doubt }
}
