//! One person's cards, registrations and visits, held against each other disease by disease.

use std::collections::BTreeSet;

use super::paid::Paid;
use crate::delivery::{ChronicCard, Registration};
use crate::model::{ChronicDisease, Matter, Verdict};

/// What there is of one person.
pub(super) struct Records<'a> {
    /// Every card, in force or not.
    pub(super) cards: &'a [&'a ChronicCard],
    /// For what the person is registered.
    pub(super) registrations: &'a [Registration],
    /// Whether a row of a card could not be used.
    pub(super) lacks_a_card: bool,
    /// Whether a row of the public-health register could not be used.
    pub(super) lacks_a_registration: bool,
    /// What cards paid; `None` where nobody can tell.
    pub(super) paid: Option<Paid<'a>>,
}

/// What is asked on the day.
#[derive(Debug, Clone, Copy)]
pub(super) struct Asked {
    /// The day, as days since 1970.
    pub(super) day: i32,
    /// A card held since this day and without a visit after it is to be looked at; `None` where nobody is asked.
    pub(super) unused_since: Option<i32>,
}

/// How one person stands with one disease.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Standing {
    pub(super) disease: ChronicDisease,
    /// Since when registered.
    pub(super) registered: Option<i32>,
    /// Since when a card is in force: the first of those that are.
    pub(super) card: Option<i32>,
    /// When the last card that is no longer in force ended.
    pub(super) ended: Option<i32>,
    /// How many visits the cards in force paid in the time that is asked about.
    pub(super) visits: usize,
    /// What is wrong with it, the gravest first.
    pub(super) found: Option<Matter>,
    /// Whether something may be wrong with it that nobody can tell.
    pub(super) untold: bool,
    /// Whether a card in force paid nothing for as long as is asked about, beside what else is wrong.
    pub(super) unused: bool,
}

/// How a person stands with each disease for which there is a card in force or a registration, in order.
pub(super) fn standings(records: &Records<'_>, asked: Asked) -> Vec<Standing> {
    let carded = records.cards.iter().filter(|card| card.holds_on(asked.day)).filter_map(|card| card.disease);
    let diseases: BTreeSet<ChronicDisease> =
        records.registrations.iter().map(|registration| registration.disease).chain(carded).collect();
    diseases.into_iter().map(|disease| standing(disease, records, asked)).collect()
}

fn standing(disease: ChronicDisease, records: &Records<'_>, asked: Asked) -> Standing {
    let of_disease = || records.cards.iter().copied().filter(move |card| card.disease == Some(disease));
    let in_force = || of_disease().filter(|card| card.holds_on(asked.day));
    let registered =
        records.registrations.iter().find(|of| of.disease == disease).map(|registration| registration.registered_on);
    let card = in_force().map(|card| card.begin).min();
    let ended = of_disease().map(|card| card.end).filter(|end| *end <= asked.day).max();
    // A card that does not say for what it is may be the one that is missed.
    let unclear = records.cards.iter().any(|card| card.disease.is_none() && card.holds_on(asked.day));
    let without_card = registered.is_some() && card.is_none();
    let without_registration = registered.is_none() && card.is_some() && disease != ChronicDisease::Other;
    let (mut unused, mut lacks_a_visit, mut visits) = (false, false, 0);
    for (card, since) in in_force().filter_map(|card| Some((card, asked.unused_since?))) {
        let paid = records.paid.map_or(0, |paid| paid.by(card).filter(|visit| visit.day > since).count());
        visits += paid;
        if paid == 0 && card.begin <= since {
            // Of months of which no settlements came, nobody can say that a card paid nothing.
            let lacks = |paid: Paid<'_>| !paid.reaches(since, asked.day) || paid.lacks_a_visit_of(&card.person);
            match records.paid.is_none_or(lacks) {
                true => lacks_a_visit = true,
                false => unused = true,
            }
        }
    }
    let lacks_a_card = records.lacks_a_card || unclear;
    let found = match (without_card && !lacks_a_card, without_registration && !records.lacks_a_registration) {
        (true, _) => Some(Matter::RegisteredWithoutCard),
        (_, true) => Some(Matter::CardWithoutRegister),
        _ => unused.then_some(Matter::CardUnused),
    };
    let untold = without_card && lacks_a_card || without_registration && records.lacks_a_registration || lacks_a_visit;
    Standing { disease, registered, card, ended, visits, found, untold, unused }
}

/// What is said of a person who stands so. A row that could not be used leaves nobody correct.
pub(super) fn verdict(standings: &[Standing], records: &Records<'_>, asked: Asked) -> (Verdict, Matter) {
    let of = |matter| standings.iter().any(|standing| standing.found == Some(matter));
    let faults = [Matter::RegisteredWithoutCard, Matter::CardWithoutRegister, Matter::CardUnused];
    let unclear = records.cards.iter().any(|card| card.disease.is_none() && card.holds_on(asked.day));
    let lacks = records.lacks_a_card || records.lacks_a_registration || unclear;
    match faults.into_iter().find(|matter| of(*matter)) {
        Some(matter) => (Verdict::Fault, matter),
        None if lacks || standings.iter().any(|standing| standing.untold) => (Verdict::CannotBeTold, Matter::NoData),
        None if standings.is_empty() => (Verdict::NotApplicable, Matter::NoChronicDisease),
        None => (Verdict::Correct, Matter::CardsAgree),
    }
}
