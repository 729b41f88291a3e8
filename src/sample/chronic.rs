//! Chronic diseases: cards (慢病卡) and the public-health register (基本公卫慢病登记). Most people with the one stand in
//! the other; some do not.

use std::path::Path;

use chrono::{Days, NaiveDate};

use super::calendar::Day;
use super::extracts::{self, Compress};
use super::people::{Person, Written};
use super::planted::List;
use super::random::Random;
use super::scene::Scene;
use crate::error::Error;
use crate::model::Reason;

/// Of a thousand people, how many have a chronic disease.
const ILL: u64 = 60;
/// Diseases by the name of the register and the code of cards.
const DISEASES: [(&str, &str); 4] =
    [("hypertension", "M03900"), ("diabetes", "M01600"), ("severe_mental", "M02000"), ("tuberculosis", "M00300")];

#[derive(Debug, Clone)]
struct Row {
    person: Person,
    written: Option<Written>,
    disease: (&'static str, &'static str),
    /// Of the register, and of the card.
    on: Day,
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
    let Scene { options, each, calendar, people, .. } = scene;
    let mut random = Random::new(options.seed, 9);
    let (mut cards, mut register) = (Vec::new(), Vec::new());
    // The first three are certain, so that each kind is there.
    for (index, person) in people.iter().enumerate() {
        let drawn = random.below(1000);
        let kind = if index < 3 { index as u64 } else { random.below(20) };
        if index >= 3 && drawn >= ILL {
            continue;
        }
        let on = Day::Known(calendar.days_ago(1 + random.signed_below(1_500)));
        let disease = random.pick(&DISEASES);
        let row = Row { person: *person, written: Some(person.written(&mut random)), disease, on, mark: None };
        if kind != 1 {
            cards.push(Row { mark: (kind == 0).then_some("sound: card_without_register"), ..row.clone() });
        }
        if kind != 0 {
            register.push(Row { mark: (kind == 1).then_some("sound: register_without_card"), ..row });
        }
    }
    plant(&mut cards, each.identities, &mut random);
    plant(&mut register, each.identities, &mut random);
    write_cards(&options.out, &cards, list)?;
    write_register(&options.out, &register, list)?;
    Ok(Rows { cards: cards.len(), register: register.len() })
}

/// Rows that name nobody, `each` of them.
fn plant(rows: &mut Vec<Row>, each: usize, random: &mut Random) {
    for turn in 0..each {
        let mut row = rows[random.index(rows.len())].clone();
        row.mark = Some(Reason::BadCertno.id());
        row.written = (turn % 2 == 1).then(|| Written { kind: "01", number: "1507990000".to_owned() });
        random.put_in(rows, row);
    }
}

fn write_cards(out: &Path, rows: &[Row], list: &mut List) -> Result<(), Error> {
    let file = "chronic_cards/chronic_cards.parquet";
    list.enter_all("chronic_cards", file, rows.iter().map(|row| (0, row.mark)));
    let later = |row: &Row, days: u64| row.on.known().map(|day: NaiveDate| day + Days::new(days));
    let institution = |row: &Row| Some(format!("H1507{:08}", row.person.number % 120));
    let mut columns =
        vec![("card_id", extracts::texts(rows.iter().enumerate().map(|(index, _)| Some(format!("MB{index:010}")))))];
    columns.extend(extracts::certificates(rows.iter().map(|row| row.written.as_ref()), false));
    columns.extend([
        ("opsp_dise_code", extracts::dictionary(rows.iter().map(|row| Some(row.disease.1)))),
        ("issued_on", extracts::days(rows.iter().map(|row| later(row, 0)))),
        ("begndate", extracts::days(rows.iter().map(|row| later(row, 1)))),
        ("enddate", extracts::days(rows.iter().map(|row| later(row, 1_826)))),
        ("fixmedins_code", extracts::texts(rows.iter().map(institution))),
    ]);
    extracts::write(out, file, &columns, Compress::Zstd)
}

fn write_register(out: &Path, rows: &[Row], list: &mut List) -> Result<(), Error> {
    let file = "public_health/public_health.parquet";
    list.enter_all("public_health", file, rows.iter().map(|row| (0, row.mark)));
    let mut columns = extracts::certificates(rows.iter().map(|row| row.written.as_ref()), false);
    columns.push(("disease", extracts::dictionary(rows.iter().map(|row| Some(row.disease.0)))));
    columns.push(("registered_on", extracts::days(rows.iter().map(|row| row.on.known()))));
    extracts::write(out, file, &columns, Compress::Zstd)
}
