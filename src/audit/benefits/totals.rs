//! What the layers owed and paid together, by area, category and layer. Each person stands under one category.

use std::collections::BTreeMap;

use crate::model::{BenefitLayer, BenefitTotal, Examined, Fen, PersonBenefits};

/// The totals of everybody with something settled, sorted by area, category and layer.
pub(super) fn of(people: &[PersonBenefits], examined: &[Examined]) -> Vec<BenefitTotal> {
    let mut totals = BTreeMap::new();
    for person in people {
        let area = examined[person.subject].area;
        for layer in BenefitLayer::ALL {
            let total = totals.entry((area, person.category, layer));
            let total = total.or_insert_with(|| BenefitTotal {
                area,
                category: person.category,
                layer,
                people: 0,
                due: Fen::ZERO,
                paid: Fen::ZERO,
                underpaid_people: 0,
                underpaid: Fen::ZERO,
                overpaid_people: 0,
                overpaid: Fen::ZERO,
                untold_people: 0,
            });
            add(total, person);
        }
    }
    totals.into_values().collect()
}

fn add(total: &mut BenefitTotal, person: &PersonBenefits) {
    let layer = match total.layer {
        BenefitLayer::CriticalIllness => &person.critical_illness,
        BenefitLayer::MedicalAssistance => &person.medical_assistance,
    };
    let Some(due) = layer.due else {
        total.untold_people += 1;
        return;
    };
    total.people += 1;
    grow(&mut total.due, due.0);
    grow(&mut total.paid, layer.paid.0);
    let difference = layer.paid.0.saturating_sub(due.0);
    match difference {
        _ if !layer.parted => {}
        ..0 => {
            total.underpaid_people += 1;
            grow(&mut total.underpaid, difference.saturating_neg());
        }
        _ => {
            total.overpaid_people += 1;
            grow(&mut total.overpaid, difference);
        }
    }
}

/// A sum beyond the range has more digits than can be published, and is refused there.
fn grow(sum: &mut Fen, by: i64) {
    sum.0 = sum.0.saturating_add(by);
}
