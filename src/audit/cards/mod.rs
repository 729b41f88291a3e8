//! Chronic-disease cards (慢病卡): a part of each month's new ones is drawn for review, and the register's people are held
//! to it that their cards, the public-health register (基本公卫慢病登记) and the care that cards pay agree (账账相符).
//!
//! **The draw** is of the last month that is over on the day, by what the policy asks on that month's last day; see
//! [`draw`].
//!
//! **What is found** of each person in force, disease by disease, the first that fits:
//! 1. on the public-health register, and no card in force ([`Matter::RegisteredWithoutCard`]);
//! 2. a card in force for a disease of that register, and not on it ([`Matter::CardWithoutRegister`]);
//! 3. a card held for as many months as the policy says, and no visit for a chronic disease in them
//!    ([`Matter::CardUnused`]): whether the medicine that somebody needs is paid for at all (用药保障).
//!
//! Of several diseases the gravest gives the matter, and the detail tells all. A card holds on its first day and no
//! longer on its last. Nobody is told that something is missing which may have stood in a row that could not be used,
//! and nobody with such a row counts as correct.
//!
//! Pure: tables in, verdicts and a draw out.

pub mod draw;
mod paid;
mod reconciled;
mod words;

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::{Datelike, Days, Months, NaiveDate};
use rayon::prelude::*;

use self::draw::{Draw, NewCard};
use self::reconciled::{Asked, Records, Standing};
use crate::audit::{subjects, unexamined};
use crate::delivery::{ChronicCard, ChronicCards, Listed, PublicHealth, Roster, epoch_day, of_person};
use crate::model::{
    AreaCode, Audited, ChronicDisease, Examined, Institution, Matter, Mechanism, Month, Verdict, Window, YearBy,
};
use crate::policy::{CardHolders, CardReview, DrawMode, Policy};

pub use paid::{Holders, Measured, Paid};

/// What the audit looks at; `None` for a table that was not delivered, or without a row.
#[derive(Debug, Clone, Copy)]
pub struct Tables<'a> {
    /// The register of the year.
    pub roster: &'a Roster,
    /// Cards, of everybody.
    pub cards: Option<&'a ChronicCards>,
    /// The public-health register, of the register's people.
    pub register: Option<&'a PublicHealth>,
    /// What cards paid, in the days of [`visits_asked`].
    pub paid: Option<Paid<'a>>,
}

/// What the audit says.
#[derive(Debug)]
pub struct CardsAudit {
    /// One verdict a person in force.
    pub audited: Audited,
    /// The month's draw; `None` where no document orders one, or a table is missing.
    pub draw: Option<Draw>,
    /// By area and disease, sorted.
    pub counts: Vec<CardCount>,
}

/// How the people of one area stand with one disease.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct CardCount {
    /// The area; `None` where the register gives none.
    pub area: Option<AreaCode>,
    /// The disease.
    pub disease: Option<ChronicDisease>,
    /// On the public-health register.
    pub registered: u64,
    /// With a card in force.
    pub carded: u64,
    /// Both.
    pub both: u64,
    /// The first, and not the second.
    pub registered_without_card: u64,
    /// The second, and not the first, where there is a first.
    pub card_without_register: u64,
    /// With a card that paid nothing for as long as is asked about.
    pub unused: u64,
    /// Of whom one of these cannot be told.
    pub cannot_be_told: u64,
}

/// The policy's answers on the days that are asked about.
struct Reviews<'p> {
    /// On the last day of the month drawn.
    of_the_draw: Option<(Month, &'p CardReview)>,
    /// On the day itself.
    of_the_day: Option<&'p CardReview>,
}

impl<'p> Reviews<'p> {
    fn of(policy: &'p Policy, as_of: NaiveDate) -> Reviews<'p> {
        let last_day = |month: Month| month.plus(1).first_day()?.checked_sub_days(Days::new(1));
        let month = Month::over_on(as_of);
        let of_the_draw = month.and_then(|month| Some((month, policy.card_review_on(last_day(month)?)?)));
        Reviews { of_the_draw, of_the_day: policy.card_review_on(as_of) }
    }

    /// The first day after which a visit shows that a card is used.
    fn unused_since(&self, as_of: NaiveDate) -> Option<NaiveDate> {
        as_of.checked_sub_months(Months::new(self.of_the_day?.unused_months?))
    }

    /// The months in which a card is to have been used: the first may be one of which not every day is asked about.
    fn used_in(&self, as_of: NaiveDate) -> Option<(Month, Month)> {
        let first_day = self.unused_since(as_of)?.checked_add_days(Days::new(1))?;
        Month::of(first_day).zip(Month::over_on(as_of))
    }

    /// The month of a draw that asks what cards paid.
    fn measured(&self) -> Option<Month> {
        self.of_the_draw.and_then(|(month, review)| (review.mode != DrawMode::Random).then_some(month))
    }
}

/// Whose visits, and of which days, are asked for; `None` where nobody's are.
pub fn visits_asked(
    policy: &Policy,
    as_of: NaiveDate,
    roster: &Roster,
    cards: &ChronicCards,
) -> Option<(Holders, Window)> {
    let reviews = Reviews::of(policy, as_of);
    let (unused_since, measured) = (reviews.unused_since(as_of), reviews.measured());
    let first_of_year = measured.and_then(|last| last.plus(1 - paid::MONTHS).first_day());
    let first_day = unused_since.into_iter().chain(first_of_year).min()?;
    let day = epoch_day(as_of);
    let asked = |card: &ChronicCard| {
        let of_the_day = unused_since.is_some() && card.holds_on(day) && holder(card, roster, day).is_some();
        of_the_day || measured.is_some_and(|month| issued_in(card, month))
    };
    let holders = Holders::of(&cards.cards, asked);
    let window = Window { first_day, as_of, year_by: YearBy::SettlementDate };
    (!holders.is_empty()).then_some((holders, window))
}

/// Everybody's cards on `as_of`, and the draw of the month before.
pub fn cards(policy: &Policy, as_of: NaiveDate, tables: &Tables<'_>) -> CardsAudit {
    let reviews = Reviews::of(policy, as_of);
    let draw = reviews.of_the_draw.and_then(|(month, review)| drawn(policy, review, month, as_of, tables));
    let mut warnings: Vec<String> = policy.card_review_to_review(as_of).into_iter().collect();
    let (examined, counts) = match (reviews.of_the_day, words::no_table(tables)) {
        (None, _) => {
            let (detail, warning) = words::no_rule(policy, as_of);
            warnings.push(warning);
            (everybody(tables.roster, as_of, (Verdict::NotApplicable, Matter::NoRule), &detail), Vec::new())
        }
        (Some(_), Some(detail)) => {
            (everybody(tables.roster, as_of, (Verdict::CannotBeTold, Matter::NoData), detail), Vec::new())
        }
        (Some(review), None) => reconciled(review, reviews.unused_since(as_of), as_of, tables),
    };
    let review = reviews.of_the_day.or(reviews.of_the_draw.map(|(_, review)| review));
    warnings.extend(words::warnings(tables, review));
    let measured_in = reviews.measured().map(|last| (last.plus(1 - paid::MONTHS), last));
    warnings.extend(tables.paid.and_then(|paid| words::of_months(paid, reviews.used_in(as_of), measured_in)));
    let of_the_draw = reviews.of_the_draw.filter(|_| tables.cards.is_some());
    warnings.extend(of_the_draw.and_then(|(month, review)| words::of_draw(month, draw.as_ref(), Some(review))));
    CardsAudit { audited: Audited { mechanism: Mechanism::Cards, examined, warnings }, draw, counts }
}

/// The same said of everyone.
fn everybody(roster: &Roster, as_of: NaiveDate, (verdict, matter): (Verdict, Matter), detail: &str) -> Vec<Examined> {
    let (year, day) = (as_of.year(), epoch_day(as_of));
    let about =
        |listed: &Listed| Examined { verdict, matter, detail: detail.to_owned(), ..unexamined(listed, year, day) };
    subjects(Mechanism::Cards, roster, as_of).map(about).collect()
}

/// Everyone in force, disease by disease.
fn reconciled(
    review: &CardReview,
    unused_since: Option<NaiveDate>,
    as_of: NaiveDate,
    tables: &Tables<'_>,
) -> (Vec<Examined>, Vec<CardCount>) {
    let day = epoch_day(as_of);
    let asked = Asked { day, unused_since: unused_since.map(epoch_day) };
    let reference: Arc<str> = review.cited.reference.to_string().into();
    let number_of = |card: &&ChronicCard| card.number.unwrap_or(u32::MAX);
    let mut held: Vec<&ChronicCard> =
        tables.cards.iter().flat_map(|cards| &cards.cards).filter(|card| card.number.is_some()).collect();
    held.par_sort_unstable_by_key(|card| (card.number, card.begin, card.end, &card.id));
    let in_force = |(_, listed): &(usize, &Listed)| listed.in_force_on(day);
    let people: Vec<(usize, &Listed)> = tables.roster.people.iter().enumerate().filter(in_force).collect();
    let about = |(number, listed): &(usize, &Listed)| {
        let number = u32::try_from(*number).unwrap_or(u32::MAX);
        let records = Records {
            cards: of_person(&held, number, number_of),
            registrations: tables.register.map_or(&[], |register| register.of(number)),
            lacks_a_card: tables.cards.is_some_and(|cards| cards.unusable.contains(&number)),
            lacks_a_registration: tables.register.is_some_and(|register| register.unusable.contains(&number)),
            paid: tables.paid,
        };
        let standings = reconciled::standings(&records, asked);
        let (verdict, matter) = reconciled::verdict(&standings, &records, asked);
        let examined = Examined {
            verdict,
            matter,
            detail: words::detail(&standings, &records, review),
            reference: Some(Arc::clone(&reference)),
            ..unexamined(listed, as_of.year(), day)
        };
        (examined, standings)
    };
    let (examined, standings): (Vec<Examined>, Vec<Vec<Standing>>) = people.par_iter().map(about).unzip();
    let counts = counted(examined.iter().map(|one| one.area).zip(&standings));
    (examined, counts)
}

fn counted<'a>(people: impl Iterator<Item = (Option<AreaCode>, &'a Vec<Standing>)>) -> Vec<CardCount> {
    let mut counts: BTreeMap<(Option<AreaCode>, ChronicDisease), CardCount> = BTreeMap::new();
    for (area, standing) in people.flat_map(|(area, standings)| standings.iter().map(move |of| (area, of))) {
        let disease = standing.disease;
        let count = counts.entry((area, disease)).or_default();
        (count.area, count.disease) = (area, Some(disease));
        let add = |to: &mut u64, holds: bool| *to += u64::from(holds);
        let found = |matter| standing.found == Some(matter);
        add(&mut count.registered, standing.registered.is_some());
        add(&mut count.carded, standing.card.is_some());
        add(&mut count.both, standing.registered.is_some() && standing.card.is_some());
        add(&mut count.registered_without_card, found(Matter::RegisteredWithoutCard));
        add(&mut count.card_without_register, found(Matter::CardWithoutRegister));
        add(&mut count.unused, standing.unused);
        add(&mut count.cannot_be_told, standing.untold);
    }
    counts.into_values().collect()
}

/// The draw of a month; `None` without what it is made from.
fn drawn(policy: &Policy, review: &CardReview, month: Month, as_of: NaiveDate, tables: &Tables<'_>) -> Option<Draw> {
    let (cards, day) = (tables.cards?, epoch_day(as_of));
    let among = |card: &&ChronicCard| match review.among {
        CardHolders::Everyone => true,
        CardHolders::Register => holder(card, tables.roster, day).is_some(),
    };
    let new: Vec<&ChronicCard> = cards.cards.iter().filter(|card| issued_in(card, month)).filter(among).collect();
    let paid = tables.paid.filter(|_| review.mode != DrawMode::Random);
    if review.mode != DrawMode::Random && paid.is_none() && !new.is_empty() {
        return None;
    }
    let unclear = new.iter().filter(|card| paid.is_some_and(|paid| paid.lacks_a_visit_of(&card.person))).count();
    let new = new.into_iter().map(|card| NewCard {
        id: card.id.clone(),
        person: card.person.clone(),
        name: card.number.and_then(|number| tables.roster.people.get(number as usize)?.name.clone()),
        code: card.code.clone(),
        disease: card.disease,
        issued_on: card.issued_on,
        institution: card.institution.clone(),
        area: card.institution.as_deref().and_then(Institution::area_of),
        measured: paid.map(|paid| paid::measured(card, paid, month)),
        rank: String::new(),
        place: 0,
        of: 0,
        drawn: false,
    });
    Some(Draw { unclear, ..draw::draw(review, policy.area, month, new.collect()) })
}

/// The holder of a card, where they are of the register on the day.
fn holder<'r>(card: &ChronicCard, roster: &'r Roster, day: i32) -> Option<&'r Listed> {
    roster.people.get(card.number? as usize).filter(|listed| listed.in_force_on(day))
}

fn issued_in(card: &ChronicCard, month: Month) -> bool {
    let first = |month: Month| month.first_day().map(epoch_day);
    first(month).is_some_and(|first| first <= card.issued_on)
        && first(month.plus(1)).is_some_and(|next| card.issued_on < next)
}
