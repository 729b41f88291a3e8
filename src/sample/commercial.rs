//! What commercial insurance paid.

use arrow_array::ArrayRef;
use chrono::{NaiveDate, TimeDelta};

use super::calendar::{Calendar, Day};
use super::extracts::{self, Compress};
use super::people::Person;
use super::planted::List;
use super::random::Random;
use super::scene::Scene;
use crate::error::Error;
use crate::model::{Fen, Reason};

/// A settlement that commercial insurance pays a part of.
#[derive(Debug, Clone)]
pub(super) struct Claim {
    /// Who is paid.
    pub(super) person: Person,
    /// The settlement's id.
    pub(super) setl_id: Option<String>,
    /// The day of the settlement.
    pub(super) settled_on: NaiveDate,
    /// What it left to the person, in fen.
    pub(super) left: i64,
}

#[derive(Debug, Clone)]
struct Payment {
    payment_id: Option<String>,
    psn_cert_type: &'static str,
    certno: Option<String>,
    paid_on: Day,
    fen: Option<i64>,
    setl_id: Option<String>,
    mark: Option<&'static str>,
}

/// Two extracts: one with days, one with times as text.
const FILES: [&str; 2] = ["commercial/commercial_1.parquet", "commercial/commercial_2.parquet"];

/// Writes a payment for each claim, and rows of every fault.
pub(super) fn write(scene: &Scene<'_>, claims: &[Claim], list: &mut List) -> Result<usize, Error> {
    let Scene { options, each, calendar, .. } = scene;
    let mut random = Random::new(options.seed, 3);
    let mut numbers = 1..;
    let mut paid = |claim: &Claim, random: &mut Random| payment(numbers.next(), claim, calendar, random);
    let mut rows: Vec<Payment> = claims.iter().map(|claim| paid(claim, &mut random)).collect();
    let text = rows.split_off(claims.len() / 2);
    let mut extracts = [rows, text];
    for turn in 0..each.commercial {
        for fault in 0..FAULTS {
            let claim = &claims[random.index(claims.len())];
            let row = at_fault(fault, turn, paid(claim, &mut random), calendar);
            let rows = &mut extracts[turn % 2];
            random.put_in(rows, row);
        }
    }
    for (file, rows) in FILES.into_iter().zip(&extracts) {
        list.enter_all("commercial", file, rows.iter().map(|row| (row.fen.unwrap_or(0), row.mark)));
        let as_text = file == FILES[1];
        let compress = if as_text { Compress::Snappy } else { Compress::Zstd };
        extracts::write(&options.out, file, &columns(rows, as_text), compress)?;
    }
    Ok(extracts.iter().map(Vec::len).sum())
}

/// A sound payment: a tenth to three tenths of what was left to the person, within weeks of the settlement.
fn payment(number: Option<u32>, claim: &Claim, calendar: &Calendar, random: &mut Random) -> Payment {
    let written = claim.person.written(random);
    let paid_on = claim.settled_on + TimeDelta::days(random.signed_below(30));
    Payment {
        payment_id: number.map(|number| format!("C{}{number:08}", calendar.year())),
        psn_cert_type: written.kind,
        certno: Some(written.number),
        paid_on: Day::Known(paid_on.min(calendar.as_of)),
        fen: Some(claim.left * (10 + random.signed_below(21)) / 100),
        setl_id: claim.setl_id.clone(),
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
            row.paid_on = Day::unusable(turn);
            Reason::BadDate
        }
        3 => {
            row.fen = odd.then_some(-Fen::ROW_MAX - 1);
            Reason::BadAmount
        }
        4 => {
            row.paid_on = Day::Known(calendar.first_day(1) - TimeDelta::days(1 + turn as i64));
            Reason::OutOfWindow
        }
        _ => {
            row.paid_on = Day::Known(calendar.as_of + TimeDelta::days(1 + turn as i64));
            Reason::OutOfWindow
        }
    };
    row.mark = Some(reason.id());
    row
}

fn columns(rows: &[Payment], as_text: bool) -> Vec<(&'static str, ArrayRef)> {
    vec![
        ("payment_id", extracts::texts(rows.iter().map(|row| row.payment_id.clone()))),
        ("psn_cert_type", extracts::dictionary(rows.iter().map(|row| Some(row.psn_cert_type)))),
        ("certno", extracts::texts(rows.iter().map(|row| row.certno.clone()))),
        ("paid_on", extracts::written_days(rows.iter().map(|row| row.paid_on), as_text)),
        ("amount", extracts::decimals(rows.iter().map(|row| row.fen), if as_text { 20 } else { 16 })),
        ("setl_id", extracts::texts(rows.iter().map(|row| row.setl_id.clone()))),
    ]
}
