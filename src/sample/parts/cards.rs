//! Chronic diseases (慢病管理): the public-health register, cards, and what the cards paid, where they do not agree; and
//! beside each what does.

use super::{Plan, Stay};
use crate::model::{Mechanism, Verdict};
use crate::sample::calendar::Calendar;
use crate::sample::chronic::{Card, Disease, Registration};

const CARDS: Mechanism = Mechanism::Cards;

pub(super) fn plans(calendar: &Calendar) -> Vec<Plan> {
    let [hypertension, diabetes, ..] = Disease::ALL;
    let ago = |days| calendar.days_ago(days);
    let with = |case, registered: Option<Disease>, card: Option<(Disease, i64)>, used: Vec<Stay>| {
        let registered = registered.map(|disease| Registration { disease, on: ago(300) });
        let card = card.map(|(disease, days)| Card::of(disease, ago(days)));
        Plan { registered, card, ..Plan::sound(case, "2", calendar).treated(used) }
    };
    let fault = |plan: Plan| plan.judged(CARDS, Verdict::Fault);
    let used = |disease: Disease, days| vec![Stay::chronic(300).disease(disease.card()).days_ago(days)];

    let mut plans = vec![fault(with("registered_without_card", Some(hypertension), None, Vec::new()))];
    if !calendar.has(9) {
        return plans;
    }
    let both = |case, stays| with(case, Some(hypertension), Some((hypertension, 300)), stays);
    plans.extend([
        fault(with(
            "registered_and_card_ended",
            Some(hypertension),
            Some((hypertension, 1_900)),
            used(hypertension, 100),
        )),
        fault(with("card_without_registration", None, Some((diabetes, 280)), used(diabetes, 20))),
        fault(with("card_of_another_disease", Some(hypertension), Some((diabetes, 280)), used(diabetes, 20))),
        fault(both("card_never_used", Vec::new())),
        fault(both("card_last_used_seven_months_ago", used(hypertension, 215))),
        fault(both("card_and_out_patient_visits_only", vec![Stay::out_patient(300).days_ago(20)])),
        both("card_used_five_months_ago", used(hypertension, 150)).judged(CARDS, Verdict::Correct),
        both("card_and_registration_agree", used(hypertension, 10)).judged(CARDS, Verdict::Correct),
    ]);
    plans
}
