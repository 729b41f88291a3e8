//! Short and cheap stays for minor illness (小病大治): at most some nights, at most some cost, for a disease of a list.
//! One such stay is no pattern; how many are is said of the institution as a whole.

use super::{Case, Found, Part, Person};
use crate::policy::ShortStays;

/// What one person's stays at one institution give. `is_minor` says of each disease code, by its number, whether it is
/// listed.
pub(super) fn short(person: &Person, rule: &ShortStays, is_minor: &[bool]) -> Found {
    let mut found = Found { perhaps: person.in_doubt, ..Found::default() };
    for stay in person.stays.iter().filter(|stay| stay.this_year) {
        if i64::from(stay.days.nights()) > i64::from(rule.nights) || stay.cost > rule.cost {
            continue;
        }
        match stay.disease {
            None => found.perhaps += 1,
            Some(disease) if is_minor.get(disease as usize) == Some(&true) => {
                found.cases.push(Case { parts: vec![Part::Stay(stay.place)] });
                found.count += 1;
            }
            Some(_) => {}
        }
    }
    found
}
