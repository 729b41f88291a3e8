//! Enrolment in basic insurance (参保信息): where everybody of a sample is insured, and since when.

use arrow_array::ArrayRef;
use chrono::{Datelike, NaiveDate};

use super::calendar::Day;
use super::extracts::{self, Compress};
use super::people::{Person, Written};
use super::planted::List;
use super::random::Random;
use super::roll::Roll;
use super::scene::Scene;
use crate::error::Error;
use crate::model::Reason;

/// One enrolment of a person.
#[derive(Debug, Clone, Copy)]
pub(super) struct Enrolment {
    /// The scheme: 310 employee, 390 resident.
    pub(super) insutype: &'static str,
    /// How it stands: 1 normal, 2 suspended, 4 ended, 5 dead, 6 moved.
    pub(super) status: &'static str,
    /// Where, if not where the person belongs.
    pub(super) area: Option<u32>,
    /// The first day.
    pub(super) begins: NaiveDate,
    /// The first day on which it no longer holds, or on which it was suspended.
    pub(super) ends: Option<NaiveDate>,
}

impl Enrolment {
    /// As a resident, where the person belongs.
    pub(super) fn resident(begins: NaiveDate) -> Enrolment {
        Enrolment { insutype: "390", status: "1", area: None, begins, ends: None }
    }

    /// As an employee.
    pub(super) fn employee(begins: NaiveDate) -> Enrolment {
        Enrolment { insutype: "310", ..Enrolment::resident(begins) }
    }

    /// Until this day, with the status that it has since.
    pub(super) fn until(self, ends: NaiveDate, status: &'static str) -> Enrolment {
        Enrolment { ends: Some(ends), status, ..self }
    }
}

#[derive(Debug, Clone)]
struct Row {
    person: Person,
    written: Option<Written>,
    enrolment: Enrolment,
    begins: Day,
    mark: Option<&'static str>,
}

/// One extract as the agency's table, one as an older export with times as text and codes as numbers.
const FILES: [&str; 2] = ["insured/insured_1.parquet", "insured/insured_2.parquet"];

/// Of a thousand people outside the register, how many are insured nowhere.
const UNINSURED: u64 = 30;
/// Of a thousand people for whom no premium is subsidised, how many are insured as employees.
const EMPLOYEES: u64 = 80;

/// Whether an ordinary person is insured as an employee: nobody whose premium would be subsidised.
pub(super) fn is_employee(person: &Person, roll: &Roll) -> bool {
    roll.codes(person).all(|code| code == "9") && Random::new(u64::from(person.number), 12).per_mille(EMPLOYEES)
}

/// Everybody insured, but those whom the audits are held to.
pub(super) fn insured<'s>(scene: &'s Scene<'_>) -> impl Iterator<Item = &'s Person> {
    let ordinary = scene.people.iter().filter(|person| is_insured(person, &scene.roll));
    scene.cast.without_parts().chain(ordinary)
}

/// Whether an ordinary person is insured at all: everybody of the register is.
pub(super) fn is_insured(person: &Person, roll: &Roll) -> bool {
    roll.codes(person).next().is_some() || !Random::new(u64::from(person.number), 13).per_mille(UNINSURED)
}

/// Writes the table.
pub(super) fn write(scene: &Scene<'_>, list: &mut List) -> Result<usize, Error> {
    let mut random = Random::new(scene.options.seed, 6);
    let mut rows = Vec::new();
    for person in insured(scene) {
        ordinary(person, scene, &mut random, &mut rows);
    }
    for part in &scene.cast.parts {
        for enrolment in &part.plan.enrolments {
            rows.push(row(&part.person, *enrolment, &mut random));
        }
    }
    let second = rows.split_off(rows.len() / 2);
    let mut extracts = [rows, second];
    plant(&mut extracts, scene, &mut random);
    for (index, (file, rows)) in FILES.into_iter().zip(&extracts).enumerate() {
        list.enter_all("insured", file, rows.iter().map(|row| (0, row.mark)));
        let compress = if index == 0 { Compress::Zstd } else { Compress::Gzip };
        extracts::write(&scene.options.out, file, &columns(rows, index == 1), compress)?;
    }
    Ok(extracts.iter().map(Vec::len).sum())
}

fn row(person: &Person, enrolment: Enrolment, random: &mut Random) -> Row {
    let begins = Day::Known(enrolment.begins);
    Row { person: *person, written: Some(person.written(random)), enrolment, begins, mark: None }
}

/// Insured for years where the person belongs; some were employees before.
fn ordinary(person: &Person, scene: &Scene<'_>, random: &mut Random, rows: &mut Vec<Row>) {
    let begins = scene.calendar.new_year(random.below(6) as i32);
    if is_employee(person, &scene.roll) {
        rows.push(row(person, Enrolment::employee(begins), random));
        return;
    }
    if random.per_mille(50) {
        let earlier = begins.with_year(begins.year() - 3).unwrap_or(begins);
        rows.push(row(person, Enrolment::employee(earlier).until(begins, "4"), random));
    }
    let mut enrolment = Enrolment::resident(begins);
    if random.per_mille(300) {
        enrolment.ends = NaiveDate::from_ymd_opt(2099, 12, 31);
    }
    rows.push(row(person, enrolment, random));
}

/// Rows that cannot be used, each beside one of the same person of the register that can.
fn plant(extracts: &mut [Vec<Row>; 2], scene: &Scene<'_>, random: &mut Random) {
    for turn in 0..scene.each.identities {
        let rows = &mut extracts[turn % 2];
        let sound = random.find(rows, |row| row.mark.is_none() && scene.may_have_faults(&row.person)).clone();
        let written = sound.person.unusable(turn);
        random.put_in(rows, Row { mark: Some(Reason::BadCertno.id()), written, ..sound.clone() });
        random.put_in(rows, Row { mark: Some(Reason::BadDate.id()), begins: Day::unusable(turn), ..sound });
    }
}

fn columns(rows: &[Row], as_text: bool) -> Vec<(&'static str, ArrayRef)> {
    let certificates = rows.iter().map(|row| row.written.as_ref());
    let mut columns = extracts::certificates(certificates, as_text);
    let area = |row: &Row| Some(row.enrolment.area.unwrap_or(row.person.area).to_string());
    let code = |of: fn(&Row) -> &'static str| extracts::code(rows.iter().map(|row| Some(of(row))), as_text);
    let ends = |row: &Row| row.enrolment.ends.map_or(Day::Missing, Day::Known);
    columns.extend([
        ("psn_no", extracts::texts(rows.iter().map(|row| Some(row.person.psn_no())))),
        ("insutype", code(|row| row.enrolment.insutype)),
        ("insu_admdvs", extracts::texts(rows.iter().map(area))),
        ("psn_insu_stas", code(|row| row.enrolment.status)),
        ("psn_insu_date", extracts::written_days(rows.iter().map(|row| row.begins), as_text)),
        ("paus_insu_date", extracts::written_days(rows.iter().map(ends), as_text)),
    ]);
    columns
}
