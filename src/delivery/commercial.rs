//! Payments of commercial insurance (商业保险).

use std::collections::HashMap;

use chrono::NaiveDate;

use super::columns::ABSENT;
use super::{Account, Batch, Delivery, Extract, certificates, days_since_1970, read_rows};
use crate::error::Error;
use crate::model::{Fen, Figures, PersonId, Reason, Reject, Window};

/// One payment that counts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Payment {
    /// To whom.
    pub person: PersonId,
    /// Days since 1970.
    pub day: i64,
    /// How much.
    pub amount: Fen,
    /// The extract.
    pub file: u32,
    /// The row within it, from 1.
    pub row: u32,
}

/// Every payment in the window.
#[derive(Debug, Default)]
pub struct Payments {
    /// In the order of files and rows.
    pub counted: Vec<Payment>,
    /// What was read and set aside.
    pub account: Account,
}

const COLUMNS: [&str; 5] = ["payment_id", "psn_cert_type", "certno", "paid_on", "amount"];

impl Delivery {
    /// Reads the commercial payments with `paid_on` in the policy year up to and including `as_of`. Of rows with one
    /// `payment_id`, the later file's counts, then the later row; another is a duplicate when it has the same amount, a
    /// correction when not.
    ///
    /// # Errors
    /// A file that cannot be read to its end.
    pub fn payments(&self, window: &Window) -> Result<Payments, Error> {
        let mut reading = Reading::default();
        for (extract, group) in self.row_groups("commercial") {
            read_rows(extract, group, &COLUMNS, None, |batch| {
                reading.take(extract, batch);
                Ok(())
            })?;
        }
        Ok(reading.settle(window.first_day, window.as_of))
    }
}

#[derive(Default)]
struct Reading {
    usable: Vec<(String, Payment)>,
    account: Account,
}

impl Reading {
    fn take(&mut self, extract: &Extract, batch: &Batch<'_>) {
        let people = certificates(batch);
        let (ids, days, amounts) = (batch.texts("payment_id"), batch.days("paid_on"), batch.amounts("amount"));
        self.account.read(&amounts);
        for row in 0..batch.rows() {
            let amount = amounts[row];
            let readable = Fen(amount).fits_a_row();
            let fen = if readable { amount } else { 0 };
            let (person, id) = (people.get(row), ids.text(row));
            let reason = match (&person, id) {
                (None, _) => Some(Reason::BadCertno),
                (_, None) => Some(Reason::NoPaymentId),
                _ if days[row] == ABSENT => Some(Reason::BadDate),
                _ if !readable => Some(Reason::BadAmount),
                _ => None,
            };
            match (person, id, reason) {
                (Some(person), Some(id), None) => {
                    let place = Reject::of(extract, batch.first_row, row, Reason::Duplicate, Figures::default());
                    let payment =
                        Payment { person, day: days[row], amount: Fen(fen), file: place.file, row: place.row };
                    self.usable.push((id.to_owned(), payment));
                }
                (_, _, reason) => {
                    let reason = reason.unwrap_or(Reason::BadCertno);
                    self.account.set_aside(Reject::of(
                        extract,
                        batch.first_row,
                        row,
                        reason,
                        Figures::of_one(Fen(fen)),
                    ));
                }
            }
        }
    }

    /// Supersedes, then holds to the window.
    fn settle(self, first: NaiveDate, last: NaiveDate) -> Payments {
        let Reading { usable, mut account } = self;
        let mut newest: HashMap<String, usize> = HashMap::new();
        for (index, (id, _)) in usable.iter().enumerate() {
            newest.insert(id.clone(), index);
        }
        let days = days_since_1970(first)..=days_since_1970(last);
        let mut counted = Vec::new();
        for (index, (id, payment)) in usable.iter().enumerate() {
            let winner = newest[id];
            let set_aside = |reason| Reject {
                file: payment.file,
                row: payment.row,
                reason,
                figures: Figures::of_one(payment.amount),
            };
            if winner != index {
                let (_, by) = &usable[winner];
                let reason = if by.amount == payment.amount { Reason::Duplicate } else { Reason::Correction };
                account.set_aside(set_aside(reason));
            } else if !days.contains(&payment.day) {
                account.set_aside(set_aside(Reason::OutOfWindow));
            } else {
                account.count(payment.amount.0);
                counted.push(payment.clone());
            }
        }
        Payments { counted, account }
    }
}
