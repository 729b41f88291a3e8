//! The register of a sample: who is of which category, and since when.

use std::path::Path;

use arrow_array::ArrayRef;
use chrono::{NaiveDate, TimeDelta};

use super::calendar::{Calendar, Day};
use super::cast::Cast;
use super::extracts::{self, Compress};
use super::faults::threshold_category;
use super::people::Person;
use super::planted::List;
use super::random::Random;
use super::roll::Spell;
use crate::error::Error;
use crate::model::{Check, Reason};

/// One row of the register.
#[derive(Debug, Clone)]
pub(super) struct Identity {
    pub(super) person: Person,
    psn_cert_type: &'static str,
    certno: Option<String>,
    /// The local code of the category.
    pub(super) code: &'static str,
    area: Option<u32>,
    /// The first day.
    pub(super) begins: Day,
    /// The first day on which it no longer holds.
    pub(super) ends: Day,
    mark: Option<&'static str>,
}

impl Identity {
    /// Whether it says of its person what holds: it can be used, and its code is one of a category.
    pub(super) fn holds(&self) -> bool {
        self.mark.is_none_or(|mark| mark == Reason::OutOfWindow.id() || mark == Check::NoArea.id())
    }
}

/// Of a thousand people, how many are in the register.
const REGISTERED: u64 = 400;
/// Local codes by weight in hundredths of the register: most are stable, lifted out of poverty (9).
const CODES: [(&str, u64); 7] = [("9", 55), ("2", 19), ("1", 5), ("3", 3), ("4", 6), ("5", 8), ("6", 4)];
/// Extracts of identities: one as the agency's table, one as an older export with times as text and codes as numbers.
const FILES: [&str; 2] = ["identities/identities_1.parquet", "identities/identities_2.parquet"];

/// Draws the register, two extracts of it. `each` is how often each fault is planted.
pub(super) fn draw(calendar: &Calendar, cast: &Cast, people: &[Person], each: usize, seed: u64) -> [Vec<Identity>; 2] {
    let mut random = Random::new(seed, 2);
    let mut rows = Vec::new();
    for person in people {
        if random.per_mille(REGISTERED) {
            ordinary(person, calendar, &mut random, &mut rows);
        }
    }
    for (index, person) in cast.at_threshold.iter().enumerate() {
        rows.push(Identity { code: threshold_category(index), ..sound(person, calendar, &mut random) });
    }
    for person in &cast.without_area {
        let mark = Some(Check::NoArea.id());
        rows.push(Identity { code: "2", area: None, mark, ..sound(person, calendar, &mut random) });
    }
    for person in cast.staged.iter().flat_map(|one| &one.registered) {
        rows.push(sound(person, calendar, &mut random));
    }
    for part in &cast.parts {
        for spell in &part.plan.identities {
            rows.push(of_part(&part.person, spell, calendar, &mut random));
        }
    }
    let middle = rows.len() / 2;
    let second = rows.split_off(middle);
    let mut extracts = [rows, second];
    plant(&mut extracts, calendar, people, each, &mut random);
    extracts
}

/// Writes the register.
pub(super) fn write(out: &Path, extracts: &[Vec<Identity>; 2], list: &mut List) -> Result<usize, Error> {
    for (index, (file, rows)) in FILES.into_iter().zip(extracts).enumerate() {
        list.enter_all("identities", file, rows.iter().map(|row| (0, row.mark)));
        let (columns, compress) =
            if index == 0 { (agency_columns(rows), Compress::Zstd) } else { (older_columns(rows), Compress::Gzip) };
        extracts::write(out, file, &columns, compress)?;
    }
    Ok(extracts.iter().map(Vec::len).sum())
}

/// A stable identity in force for years: since so long ago that a term of three years is over, or not by far.
fn sound(person: &Person, calendar: &Calendar, random: &mut Random) -> Identity {
    let years = if random.per_mille(500) { 4 } else { 1 };
    let forever = NaiveDate::from_ymd_opt(2099, 12, 31).unwrap_or(NaiveDate::MAX);
    let written = person.written(random);
    Identity {
        person: *person,
        psn_cert_type: written.kind,
        certno: Some(written.number),
        code: "9",
        area: Some(person.area),
        begins: Day::Known(calendar.new_year(years)),
        ends: if random.per_mille(500) { Day::Known(forever) } else { Day::Missing },
        mark: None,
    }
}

fn of_part(person: &Person, spell: &Spell, calendar: &Calendar, random: &mut Random) -> Identity {
    let outside = spell.begins > calendar.as_of || spell.ends.is_some_and(|ends| ends <= calendar.as_of);
    let unknown = CODES.iter().all(|(code, _)| *code != spell.code);
    let mark = match (outside, unknown) {
        (true, _) => Some(Reason::OutOfWindow.id()),
        (false, true) => Some(Check::UnknownCode.id()),
        (false, false) => None,
    };
    Identity {
        code: spell.code,
        begins: Day::Known(spell.begins),
        ends: spell.ends.map_or(Day::Missing, Day::Known),
        mark,
        ..sound(person, calendar, random)
    }
}

/// One or two identities of a person; some have ended, some begin within the year or after `as_of`.
fn ordinary(person: &Person, calendar: &Calendar, random: &mut Random, rows: &mut Vec<Identity>) {
    let mut identity = Identity { code: code(random), ..sound(person, calendar, random) };
    let days = |random: &mut Random| TimeDelta::days(random.signed_below(25));
    match random.below(100) {
        0..4 => {
            identity.ends = Day::Known(calendar.as_of - days(random));
            identity.mark = Some(Reason::OutOfWindow.id());
        }
        4..7 => {
            identity.begins = Day::Known(calendar.as_of + TimeDelta::days(1) + days(random));
            identity.mark = Some(Reason::OutOfWindow.id());
        }
        7..10 => identity.begins = Day::Known(calendar.as_of - days(random)),
        10..12 => identity.ends = Day::Known(calendar.as_of + TimeDelta::days(1) + days(random)),
        _ => {}
    }
    if identity.code != "9" && random.per_mille(60) {
        let code = if identity.code == "2" { "5" } else { "2" };
        rows.push(Identity { code, ..sound(person, calendar, random) });
    }
    rows.push(identity);
}

fn code(random: &mut Random) -> &'static str {
    let mut drawn = random.below(100);
    for (code, weight) in CODES {
        if drawn < weight {
            return code;
        }
        drawn -= weight;
    }
    CODES[0].0
}

/// Identities that cannot be used, and codes that no mapping has.
fn plant(extracts: &mut [Vec<Identity>; 2], calendar: &Calendar, people: &[Person], each: usize, random: &mut Random) {
    for turn in 0..each {
        let mut put = |extract: usize, random: &mut Random, change: &dyn Fn(&mut Identity)| {
            let person = random.find(people, Person::is_resident);
            let mut identity = sound(person, calendar, random);
            change(&mut identity);
            random.put_in(&mut extracts[extract], identity);
        };
        put(turn % 2, random, &|row| {
            row.certno = row.person.unusable(turn).map(|written| written.number);
            row.mark = Some(Reason::BadCertno.id());
        });
        put(turn % 2, random, &|row| {
            row.begins = Day::unusable(turn);
            row.mark = Some(Reason::BadDate.id());
        });
        if turn % 2 == 1 {
            put(1, random, &|row| {
                row.ends = Day::Unreadable;
                row.mark = Some(Reason::BadDate.id());
            });
        }
    }
}

fn agency_columns(rows: &[Identity]) -> Vec<(&'static str, ArrayRef)> {
    let mut columns = shared_columns(rows);
    columns.push(("psn_cert_type", extracts::dictionary(rows.iter().map(|row| Some(row.psn_cert_type)))));
    columns.push(("psn_idet_type", extracts::dictionary(rows.iter().map(|row| Some(row.code)))));
    columns.push(("begndate", extracts::days(rows.iter().map(|row| row.begins.known()))));
    columns.push(("enddate", extracts::days(rows.iter().map(|row| row.ends.known()))));
    columns
}

fn older_columns(rows: &[Identity]) -> Vec<(&'static str, ArrayRef)> {
    let mut columns = shared_columns(rows);
    columns.push(("endtime", extracts::texts(rows.iter().map(|row| row.ends.text()))));
    columns.push(("begntime", extracts::texts(rows.iter().map(|row| row.begins.text()))));
    columns.push(("psn_idet_type", extracts::integers(rows.iter().map(|row| Some(row.code)))));
    columns.push(("psn_cert_type", extracts::integers(rows.iter().map(|row| Some(row.psn_cert_type)))));
    columns
}

fn shared_columns(rows: &[Identity]) -> Vec<(&'static str, ArrayRef)> {
    let town = |row: &Identity| row.area.map(|area| format!("{area}{:03}", 100 + row.person.number % 6));
    vec![
        ("certno", extracts::texts(rows.iter().map(|row| row.certno.clone()))),
        ("psn_name", extracts::texts(rows.iter().map(|row| Some(row.person.name())))),
        ("insu_admdvs", extracts::texts(rows.iter().map(|row| row.area.map(|area| area.to_string())))),
        ("town_code", extracts::texts(rows.iter().map(town))),
        ("household_id", extracts::texts(rows.iter().map(|row| Some(format!("T{}", row.person.number / 3))))),
    ]
}
