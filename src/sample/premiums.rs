//! Premiums (缴费信息): what was due, what each person of a sample paid, and what was subsidised, by the policy of the
//! sample (`data/policy/sample.toml`), reckoned apart from the audit.

use arrow_array::{ArrayRef, Int32Array};
use chrono::{Months, NaiveDate, TimeDelta};

use super::calendar::{Calendar, Day};
use super::enrolments::{insured, is_employee};
use super::extracts::{self, Compress};
use super::people::{Person, Written};
use super::planted::List;
use super::random::Random;
use super::roll::Roll;
use super::scene::Scene;
use crate::error::Error;
use crate::model::Reason;

/// The premium of a resident for a year, in fen.
pub(super) const DUE: i64 = 40_000;
/// That of an employee.
const DUE_EMPLOYEE: i64 = 312_000;

/// One premium collected.
#[derive(Debug, Clone, Copy)]
pub(super) struct Premium {
    /// For which year.
    pub(super) year: i32,
    /// The scheme: 310 employee, 390 resident.
    pub(super) insutype: &'static str,
    /// What was to be paid, in fen.
    pub(super) due: i64,
    /// What was paid for the person, in fen; the person paid the rest.
    pub(super) subsidy: i64,
    /// When.
    pub(super) paid_on: NaiveDate,
}

impl Premium {
    /// A resident's for the policy year, paid in October before it.
    pub(super) fn of(calendar: &Calendar, subsidy: i64) -> Premium {
        Premium { year: calendar.year(), insutype: "390", due: DUE, subsidy, paid_on: calendar.year_day(1, 10, 15) }
    }
}

#[derive(Debug, Clone)]
struct Row {
    person: Person,
    written: Option<Written>,
    premium: Premium,
    /// The subsidy as the row has it.
    subsidy: Option<i64>,
    paid_on: Day,
    mark: Option<&'static str>,
}

/// One extract as the agency's table, one as an older export with times as text and codes as numbers.
const FILES: [&str; 2] = ["contributions/contributions_1.parquet", "contributions/contributions_2.parquet"];

/// Writes the table.
pub(super) fn write(scene: &Scene<'_>, list: &mut List) -> Result<usize, Error> {
    let mut random = Random::new(scene.options.seed, 7);
    let mut rows = Vec::new();
    for person in insured(scene) {
        ordinary(person, scene, &mut random, &mut rows);
    }
    for part in &scene.cast.parts {
        for premium in &part.plan.premiums {
            rows.push(row(&part.person, *premium, &mut random));
        }
    }
    let second = rows.split_off(rows.len() / 2);
    let mut extracts = [rows, second];
    plant(&mut extracts, scene, &mut random);
    for (index, (file, rows)) in FILES.into_iter().zip(&extracts).enumerate() {
        list.enter_all("contributions", file, rows.iter().map(|row| (row.premium.due, row.mark)));
        let compress = if index == 0 { Compress::Zstd } else { Compress::Snappy };
        extracts::write(&scene.options.out, file, &columns(rows, index == 1), compress)?;
    }
    Ok(extracts.iter().map(Vec::len).sum())
}

fn row(person: &Person, premium: Premium, random: &mut Random) -> Row {
    let written = Some(person.written(random));
    let (subsidy, paid_on) = (Some(premium.subsidy), Day::Known(premium.paid_on));
    Row { person: *person, written, premium, subsidy, paid_on, mark: None }
}

/// The premium of the year, paid from September to December before it; some pay for the next year already.
fn ordinary(person: &Person, scene: &Scene<'_>, random: &mut Random, rows: &mut Vec<Row>) {
    let Scene { calendar, roll, .. } = scene;
    for years in [0, -1] {
        let paid_on = calendar.year_day(years + 1, 9, 1) + TimeDelta::days(random.signed_below(122));
        if years < 0 && (paid_on > calendar.as_of || !random.per_mille(150)) {
            continue;
        }
        let year = calendar.year() - years;
        let premium = if is_employee(person, roll) {
            Premium { year, insutype: "310", due: DUE_EMPLOYEE, subsidy: 0, paid_on }
        } else {
            Premium { year, insutype: "390", due: DUE, subsidy: due(person, roll, paid_on, random), paid_on }
        };
        rows.push(row(person, premium, random));
    }
}

/// The subsidy due on the day of payment, in fen: of several categories the highest, and within a band any whole fen.
fn due(person: &Person, roll: &Roll, paid_on: NaiveDate, random: &mut Random) -> i64 {
    let of = |code: &str, random: &mut Random| match code {
        "1" => DUE,
        "2" | "3" => 20_000,
        "4" | "5" => {
            let recognised = roll.recognised(person, code);
            let ends = recognised.and_then(|day| day.checked_add_months(Months::new(36)));
            if ends.is_some_and(|ends| paid_on < ends) { 18_000 } else { 0 }
        }
        "6" => DUE * 80 / 100 + random.signed_below(DUE / 10 + 1),
        _ => 0,
    };
    roll.codes_on(person, paid_on).map(|code| of(code, random)).max().unwrap_or(0)
}

/// Rows that cannot be used, each of somebody of the register whose premium stands in another row.
fn plant(extracts: &mut [Vec<Row>; 2], scene: &Scene<'_>, random: &mut Random) {
    let suits = |row: &Row| {
        row.mark.is_none() && scene.may_have_faults(&row.person) && row.premium.year == scene.calendar.year()
    };
    for turn in 0..scene.each.identities {
        let rows = &mut extracts[turn % 2];
        let sound = random.find(rows, suits).clone();
        let mut put = |reason: Reason, change: &dyn Fn(&mut Row)| {
            let mut row = Row { mark: Some(reason.id()), ..sound.clone() };
            change(&mut row);
            random.put_in(rows, row);
        };
        put(Reason::BadCertno, &|row| row.written = row.person.unusable(turn));
        put(Reason::BadAmount, &|row| row.subsidy = None);
        put(Reason::BadDate, &|row| row.paid_on = Day::unusable(turn));
    }
}

fn columns(rows: &[Row], as_text: bool) -> Vec<(&'static str, ArrayRef)> {
    let certificates = rows.iter().map(|row| row.written.as_ref());
    let mut columns = extracts::certificates(certificates, as_text);
    let years: Int32Array = rows.iter().map(|row| Some(row.premium.year)).collect();
    let own = |row: &Row| Some(row.premium.due - row.premium.subsidy);
    columns.extend([
        ("year", std::sync::Arc::new(years) as ArrayRef),
        ("insutype", extracts::code(rows.iter().map(|row| Some(row.premium.insutype)), as_text)),
        ("insu_admdvs", extracts::texts(rows.iter().map(|row| Some(row.person.area.to_string())))),
        ("due_amount", extracts::decimals(rows.iter().map(|row| Some(row.premium.due)), 16)),
        ("own_amount", extracts::decimals(rows.iter().map(own), 16)),
        ("subsidy_amount", extracts::decimals(rows.iter().map(|row| row.subsidy), 16)),
        ("paid_on", extracts::written_days(rows.iter().map(|row| row.paid_on), as_text)),
    ]);
    columns
}
