//! What commercial insurance paid.

use std::path::Path;

use arrow_array::ArrayRef;
use chrono::{NaiveDate, NaiveTime, TimeDelta};

use super::calendar::Calendar;
use super::extracts::{self, Compress, time_text};
use super::people::Person;
use super::planted::List;
use super::random::Random;
use crate::error::Error;
use crate::model::{Fen, Reason};

#[derive(Debug, Clone)]
struct Payment {
    payment_id: Option<String>,
    psn_cert_type: &'static str,
    certno: Option<String>,
    paid_on: PaidOn,
    fen: Option<i64>,
    mark: Option<&'static str>,
}

#[derive(Debug, Clone, Copy)]
enum PaidOn {
    Known(NaiveDate),
    Missing,
    Unreadable,
}

/// Two extracts: one with days, one with times as text.
const FILES: [&str; 2] = ["commercial/commercial_1.parquet", "commercial/commercial_2.parquet"];

/// Writes `count` payments to `people`, and `each` rows of every fault.
pub(super) fn write(
    out: &Path,
    calendar: &Calendar,
    people: &[Person],
    (count, each): (usize, usize),
    seed: u64,
    list: &mut List,
) -> Result<usize, Error> {
    let mut random = Random::new(seed, 3);
    let mut rows: Vec<Payment> = (0..count).map(|number| payment(number, calendar, people, &mut random)).collect();
    let text = rows.split_off(count / 2);
    let mut extracts = [rows, text];
    for turn in 0..each {
        let numbers = count + turn * FAULTS..;
        for (number, fault) in numbers.zip(0..FAULTS) {
            let row = at_fault(fault, turn, payment(number, calendar, people, &mut random), calendar);
            let rows = &mut extracts[turn % 2];
            rows.insert(random.index(rows.len()), row);
        }
    }
    for (file, rows) in FILES.into_iter().zip(&extracts) {
        for (row, payment) in rows.iter().enumerate() {
            list.enter("commercial", file, row, payment.fen.unwrap_or(0), payment.mark);
        }
        let as_text = file == FILES[1];
        let compress = if as_text { Compress::Snappy } else { Compress::Zstd };
        extracts::write(out, file, &columns(rows, as_text), compress)?;
    }
    Ok(extracts.iter().map(Vec::len).sum())
}

/// A sound payment within the policy year.
fn payment(number: usize, calendar: &Calendar, people: &[Person], random: &mut Random) -> Payment {
    let written = random.pick(people).written(random);
    let month = 1 + random.index(calendar.months());
    Payment {
        payment_id: Some(format!("C{}{number:08}", calendar.year())),
        psn_cert_type: written.kind,
        certno: Some(written.number),
        paid_on: PaidOn::Known(calendar.day(month, random)),
        fen: Some(5_000 + random.signed_below(120_000)),
        mark: None,
    }
}

const FAULTS: usize = 6;

/// The payment with fault number `fault`, in the variant of `turn`.
fn at_fault(fault: usize, turn: usize, mut row: Payment, calendar: &Calendar) -> Payment {
    let odd = turn % 2 == 1;
    let reason = match fault {
        0 => {
            row.payment_id = odd.then(|| " ".to_owned());
            Reason::NoPaymentId
        }
        1 => {
            (row.psn_cert_type, row.certno) = ("01", odd.then(|| "1507990000".to_owned()));
            Reason::BadCertno
        }
        2 => {
            row.paid_on = if odd { PaidOn::Unreadable } else { PaidOn::Missing };
            Reason::BadDate
        }
        3 => {
            row.fen = odd.then_some(-Fen::ROW_MAX - 1);
            Reason::BadAmount
        }
        4 => {
            row.paid_on = PaidOn::Known(calendar.first_day(1) - TimeDelta::days(1 + turn as i64));
            Reason::OutOfWindow
        }
        _ => {
            row.paid_on = PaidOn::Known(calendar.as_of + TimeDelta::days(1 + turn as i64));
            Reason::OutOfWindow
        }
    };
    row.mark = Some(reason.id());
    row
}

fn columns(rows: &[Payment], as_text: bool) -> Vec<(&'static str, ArrayRef)> {
    let day = |row: &Payment| match row.paid_on {
        PaidOn::Known(day) => Some(day),
        PaidOn::Missing | PaidOn::Unreadable => None,
    };
    let text = |row: &Payment| match row.paid_on {
        PaidOn::Known(day) => Some(time_text(day.and_time(NaiveTime::MIN))),
        PaidOn::Missing => None,
        PaidOn::Unreadable => Some("0000-00-00 00:00:00".to_owned()),
    };
    let paid_on = if as_text { extracts::texts(rows.iter().map(text)) } else { extracts::days(rows.iter().map(day)) };
    vec![
        ("payment_id", extracts::texts(rows.iter().map(|row| row.payment_id.clone()))),
        ("psn_cert_type", extracts::dictionary(rows.iter().map(|row| Some(row.psn_cert_type)))),
        ("certno", extracts::texts(rows.iter().map(|row| row.certno.clone()))),
        ("paid_on", paid_on),
        ("amount", extracts::decimals(rows.iter().map(|row| row.fen), if as_text { 20 } else { 16 })),
    ]
}
