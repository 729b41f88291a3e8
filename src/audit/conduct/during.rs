//! Payments outside a stay while it lasts (住院期间院外结算): an out-patient, chronic or pharmacy settlement of somebody in
//! hospital, at whatever institution. The institution of the stay is asked, as it may have sent the person to pay
//! elsewhere. The days of admission and of discharge are no evidence: people come from an out-patient visit, and leave
//! with medicine.

use super::{Case, Found, Part, Person};
use crate::burden::Stays;

/// What one person's stays at one institution give.
pub(super) fn during(person: &Person, of: &Stays) -> Found {
    let mut found = Found { perhaps: person.in_doubt, ..Found::default() };
    for stay in person.stays.iter().filter(|stay| stay.this_year) {
        let paid: Vec<Part> = of.paid_during(stay.place).map(|(place, _)| Part::Settlement(place)).collect();
        if !paid.is_empty() {
            found.cases.push(Case { parts: [Part::Stay(stay.place)].into_iter().chain(paid).collect() });
            found.count += 1;
        } else if of.during_untold.contains(&stay.place) {
            found.perhaps += 1;
        }
    }
    found
}
