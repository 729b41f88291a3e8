//! Chronic diseases (慢病管理): the public-health register, cards, and what the cards paid, where they do not agree; and
//! beside each what does.

use super::{Plan, Stay};
use crate::model::{Matter, Mechanism, Verdict};
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
    let used = |disease: Disease, days| vec![Stay::chronic(300).disease(disease.card()).days_ago(days)];

    let mut plans = vec![
        with("registered_without_card", Some(hypertension), None, Vec::new())
            .fault(CARDS, Matter::RegisteredWithoutCard),
    ];
    if !calendar.has(9) {
        return plans;
    }
    let both = |case, stays| with(case, Some(hypertension), Some((hypertension, 300)), stays);
    plans.extend([
        with("registered_and_card_ended", Some(hypertension), Some((hypertension, 1_900)), used(hypertension, 100))
            .fault(CARDS, Matter::RegisteredWithoutCard),
        with("card_without_registration", None, Some((diabetes, 280)), used(diabetes, 20))
            .fault(CARDS, Matter::CardWithoutRegister),
        with("card_of_another_disease", Some(hypertension), Some((diabetes, 280)), used(diabetes, 20))
            .fault(CARDS, Matter::RegisteredWithoutCard),
        both("card_never_used", Vec::new()).fault(CARDS, Matter::CardUnused),
        both("card_last_used_seven_months_ago", used(hypertension, 215)).fault(CARDS, Matter::CardUnused),
        both("card_and_out_patient_visits_only", vec![Stay::out_patient(300).days_ago(20)])
            .fault(CARDS, Matter::CardUnused),
        both("card_used_five_months_ago", used(hypertension, 150)).says(CARDS, Verdict::Correct, Matter::CardsAgree),
        both("card_and_registration_agree", used(hypertension, 10)).says(CARDS, Verdict::Correct, Matter::CardsAgree),
    ]);
    plans
}
