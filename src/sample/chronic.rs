//! Chronic diseases: cards (慢病卡) and the public-health register (基本公卫慢病登记). Of the register's people whoever
//! stands in the one stands in the other, and was settled by the card within the last months; of others some do not.

use std::path::Path;

use chrono::{Datelike, NaiveDate, NaiveTime, TimeDelta};

use super::calendar::Calendar;
use super::extracts::{self, Compress};
use super::institutions::Institution;
use super::people::{Person, Written};
use super::planted::List;
use super::random::Random;
use super::roll::Roll;
use super::scene::Scene;
use super::settlement::{Ids, Settlement, Visit};
use crate::error::Error;
use crate::model::Reason;

/// Of a thousand people, how many have a chronic disease.
const ILL: u64 = 60;

/// A disease of the register.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Disease {
    name: &'static str,
    card: &'static str,
}

impl Disease {
    /// All four, by the name of the register and the code of cards.
    pub(super) const ALL: [Disease; 4] = [
        Disease { name: "hypertension", card: "M03900" },
        Disease { name: "diabetes", card: "M01600" },
        Disease { name: "severe_mental", card: "M02000" },
        Disease { name: "tuberculosis", card: "M00300" },
    ];

    /// The code of cards, and of what they pay.
    pub(super) fn card(self) -> &'static str {
        self.card
    }
}

/// A card.
#[derive(Debug, Clone, Copy)]
pub(super) struct Card {
    disease: Disease,
    issued: NaiveDate,
    ends: NaiveDate,
}

impl Card {
    /// In force for five years from the day after it was issued.
    pub(super) fn of(disease: Disease, issued: NaiveDate) -> Card {
        Card { disease, issued, ends: issued + TimeDelta::days(1_826) }
    }
}

/// An entry of the public-health register.
#[derive(Debug, Clone, Copy)]
pub(super) struct Registration {
    /// What for.
    pub(super) disease: Disease,
    /// Since when.
    pub(super) on: NaiveDate,
}

/// Somebody ill by chance.
#[derive(Debug, Clone, Copy)]
struct Ill {
    person: Person,
    card: Option<Card>,
    registered: Option<Registration>,
    /// When the card last paid.
    visit: Option<NaiveDate>,
}

/// Everybody ill by chance.
#[derive(Debug)]
pub(super) struct Patients(Vec<Ill>);

impl Patients {
    /// Draws them from the people without a part of their own.
    pub(super) fn draw(people: &[Person], roll: &Roll, calendar: &Calendar, seed: u64) -> Patients {
        let mut random = Random::new(seed, 9);
        let mut patients = Vec::new();
        for person in people {
            if random.per_mille(ILL) {
                patients.push(ill(person, roll, calendar, &mut random));
            }
        }
        Patients(patients)
    }

    /// What the cards paid in a month.
    pub(super) fn settled(
        &self,
        calendar: &Calendar,
        month: usize,
        ids: &mut Ids,
        random: &mut Random,
    ) -> Vec<Settlement> {
        let of_month = |day: &NaiveDate| (day.year(), day.month() as usize) == (calendar.year(), month);
        let visits = self.0.iter().filter_map(|ill| Some((ill, ill.card?, ill.visit.filter(of_month)?)));
        let row = |(ill, card, day): (&Ill, Card, NaiveDate)| {
            let time = day.and_time(NaiveTime::MIN) + TimeDelta::seconds(25_200 + random.signed_below(46_800));
            let visit = Visit::chronic(random);
            let mut row = Settlement::new(ids, &ill.person, time, visit, random);
            row.institution = Institution::of_stay(&ill.person, 0);
            row.disease = card.disease.card;
            row
        };
        visits.map(row).collect()
    }

    /// How many settlements the cards paid.
    pub(super) fn visits(&self) -> usize {
        self.0.iter().filter(|ill| ill.card.is_some()).filter(|ill| ill.visit.is_some()).count()
    }
}

/// A third of the cards are of the last two months; each paid since, and no longer ago than five months.
fn ill(person: &Person, roll: &Roll, calendar: &Calendar, random: &mut Random) -> Ill {
    let in_register = roll.codes(person).next().is_some();
    let kind = if in_register { 2 } else { random.below(20) };
    let days = if random.per_mille(330) { 60 } else { 1_500 };
    let issued = calendar.days_ago(1 + random.signed_below(days));
    let disease = random.pick(&Disease::ALL);
    let earliest = (issued + TimeDelta::days(1)).max(calendar.days_ago(150)).max(calendar.new_year(0));
    let visit = earliest + TimeDelta::days(random.signed_below((calendar.as_of - earliest).num_days() + 1));
    Ill {
        person: *person,
        card: (kind != 1).then(|| Card::of(disease, issued)),
        registered: (kind != 0).then_some(Registration { disease, on: issued }),
        visit: Some(visit),
    }
}

#[derive(Debug, Clone)]
struct Row<T> {
    person: Person,
    written: Option<Written>,
    entry: T,
    mark: Option<&'static str>,
}

/// Rows of the two tables.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Rows {
    /// Cards.
    pub(super) cards: usize,
    /// People on the register.
    pub(super) register: usize,
}

/// Writes both tables.
pub(super) fn write(scene: &Scene<'_>, list: &mut List) -> Result<Rows, Error> {
    let Scene { options, each, cast, patients, .. } = scene;
    let mut random = Random::new(options.seed, 15);
    let (mut cards, mut register) = (Vec::new(), Vec::new());
    let of_parts = cast.parts.iter().map(|part| (part.person, part.plan.card, part.plan.registered));
    let by_chance = patients.0.iter().map(|ill| (ill.person, ill.card, ill.registered));
    for (person, card, registered) in by_chance.chain(of_parts) {
        let odd = |other: bool, mark| (!other).then_some(mark);
        if let Some(entry) = card {
            let mark = odd(registered.is_some(), "sound: card_without_register");
            cards.push(Row { person, written: Some(person.written(&mut random)), entry, mark });
        }
        if let Some(entry) = registered {
            let mark = odd(card.is_some(), "sound: register_without_card");
            register.push(Row { person, written: Some(person.written(&mut random)), entry, mark });
        }
    }
    plant(&mut cards, each.identities, &mut random);
    plant(&mut register, each.identities, &mut random);
    write_cards(&options.out, &cards, list)?;
    write_register(&options.out, &register, list)?;
    Ok(Rows { cards: cards.len(), register: register.len() })
}

/// Of fewer rows, one that cannot be used is more than a job bears.
const ENOUGH: usize = 40;

/// Rows that name nobody, `each` of them.
fn plant<T: Clone>(rows: &mut Vec<Row<T>>, each: usize, random: &mut Random) {
    if rows.len() < ENOUGH {
        return;
    }
    for turn in 0..each {
        let mut row = rows[random.index(rows.len())].clone();
        row.mark = Some(Reason::BadCertno.id());
        row.written = (turn % 2 == 1).then(|| Written { kind: "01", number: "1507990000".to_owned() });
        random.put_in(rows, row);
    }
}

fn write_cards(out: &Path, rows: &[Row<Card>], list: &mut List) -> Result<(), Error> {
    let file = "chronic_cards/chronic_cards.parquet";
    list.enter_all("chronic_cards", file, rows.iter().map(|row| (0, row.mark)));
    let institution = |row: &Row<Card>| Some(Institution::of_stay(&row.person, 0).code());
    let days = |of: fn(&Card) -> NaiveDate| extracts::days(rows.iter().map(|row| Some(of(&row.entry))));
    let mut columns =
        vec![("card_id", extracts::texts(rows.iter().enumerate().map(|(index, _)| Some(format!("MB{index:010}")))))];
    columns.extend(extracts::certificates(rows.iter().map(|row| row.written.as_ref()), false));
    columns.extend([
        ("opsp_dise_code", extracts::dictionary(rows.iter().map(|row| Some(row.entry.disease.card)))),
        ("issued_on", days(|card| card.issued)),
        ("begndate", days(|card| card.issued + TimeDelta::days(1))),
        ("enddate", days(|card| card.ends)),
        ("fixmedins_code", extracts::texts(rows.iter().map(institution))),
    ]);
    extracts::write(out, file, &columns, Compress::Zstd)
}

fn write_register(out: &Path, rows: &[Row<Registration>], list: &mut List) -> Result<(), Error> {
    let file = "public_health/public_health.parquet";
    list.enter_all("public_health", file, rows.iter().map(|row| (0, row.mark)));
    let on = |row: &Row<Registration>| Some(row.entry.on);
    let mut columns = extracts::certificates(rows.iter().map(|row| row.written.as_ref()), false);
    columns.push(("disease", extracts::dictionary(rows.iter().map(|row| Some(row.entry.disease.name)))));
    columns.push(("registered_on", extracts::days(rows.iter().map(on))));
    extracts::write(out, file, &columns, Compress::Zstd)
}
