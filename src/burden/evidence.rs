//! Third pass, for a few people only: every row of theirs, with what became of it, and the day on which a burden first
//! met its rule.

use std::collections::HashSet;

use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime};
use rayon::prelude::*;

use super::pass::{self, Judge};
use super::{Burdens, Group, numbered};
use crate::delivery::{ABSENT, Delivery, Payment, Payments, Progress, certificates, day_since_1970};
use crate::error::Error;
use crate::model::{Burden, EvidenceRow, Fate, Fault, Fen, Figures, PersonId, Reason, Window};

/// Columns that evidence shows and judgement does not need.
const SHOWN: [&str; 4] = ["setl_id", "init_setl_id", "fixmedins_code", "med_type"];

/// Collects every settlement of `people`, counted, netted or set aside, and their counted commercial payments; sorted
/// by person, time and place.
///
/// # Errors
/// A file that cannot be read to its end.
pub fn of_people(
    people: &HashSet<PersonId>,
    delivery: &Delivery,
    window: &Window,
    (payments, burdens): (&Payments, &Burdens),
    progress: &Progress,
) -> Result<Vec<EvidenceRow>, Error> {
    let (groups, rows) = numbered(delivery)?;
    let step = progress.step("collecting evidence", rows);
    let judge = Judge::of(window, burdens);
    let parts = pass::over(&groups, &step, |group| of_group(group, people, window, &judge))?;
    let paid = payments.counted.iter().filter(|payment| people.contains(&payment.person)).map(of_payment);
    let mut evidence: Vec<EvidenceRow> = parts.into_iter().flatten().chain(paid).collect();
    evidence.par_sort_by(|a, b| (&a.person, a.at, a.file, a.row).cmp(&(&b.person, b.at, b.file, b.row)));
    Ok(evidence)
}

/// The first day at whose end `meets` holds for the burden so far, over one person's evidence in the order of time.
/// Settlements enter on the day of their time, commercial payments on the day they were paid.
pub fn first_day(evidence: &[EvidenceRow], meets: impl Fn(&Burden) -> bool) -> Option<NaiveDate> {
    let mut so_far = Burden::default();
    let counted: Vec<&EvidenceRow> =
        evidence.iter().filter(|row| row.fate == Fate::Counted && row.at.is_some()).collect();
    for day in counted.chunk_by(|a, b| a.at.map(|at| at.date()) == b.at.map(|at| at.date())) {
        for row in day {
            so_far.sums = so_far.sums.checked_add(&row.figures)?;
            so_far.commercial = so_far.commercial.checked_add(row.commercial)?;
        }
        if meets(&so_far) {
            return day[0].at.map(|at| at.date());
        }
    }
    None
}

fn of_group(
    group: &Group<'_>,
    people: &HashSet<PersonId>,
    window: &Window,
    judge: &Judge<'_>,
) -> Result<Vec<EvidenceRow>, Fault> {
    let chosen = rows_of(group, |person| people.contains(person))?;
    let mut found = Vec::new();
    pass::read_chosen(group, window, SHOWN, &chosen, |rows, batch, places| {
        let [ids, reversed, institutions, kinds] = SHOWN.map(|name| batch.texts(name));
        for (index, within) in places.iter().enumerate() {
            let named = (ids.text(index).is_some(), reversed.text(index).is_some());
            let reason = judge.reason(rows, (index, group.number(*within)), named);
            let Some(person) = rows.people[index].clone() else { continue };
            found.push(EvidenceRow {
                person,
                file: group.extract.number,
                row: (group.before + *within as u64 + 1) as u32,
                setl_id: ids.text(index).map(str::to_owned),
                init_setl_id: reversed.text(index).map(str::to_owned),
                at: moment(rows.at(index)),
                area: rows.area(index),
                fixmedins_code: institutions.text(index).map(str::to_owned),
                med_type: kinds.code(index).map(Into::into),
                fate: reason.map_or(Fate::Counted, Reason::fate),
                reason,
                figures: rows.amounts.figures(index),
                commercial: Fen::ZERO,
            });
        }
    })?;
    Ok(found)
}

/// The rows within a row group of those whom `wanted` names, in order.
pub(super) fn rows_of(group: &Group<'_>, wanted: impl Fn(&PersonId) -> bool) -> Result<Vec<usize>, Fault> {
    rows_where(group, |person| person.is_some_and(&wanted))
}

/// The same, with the rows of nobody: those whose certificate cannot be read.
pub(super) fn rows_of_or_nobodys(group: &Group<'_>, wanted: impl Fn(&PersonId) -> bool) -> Result<Vec<usize>, Fault> {
    rows_where(group, |person| person.is_none_or(&wanted))
}

fn rows_where(group: &Group<'_>, wanted: impl Fn(Option<&PersonId>) -> bool) -> Result<Vec<usize>, Fault> {
    pass::chosen(group, &["psn_cert_type", "certno"], |batch| {
        let certificates = certificates(batch);
        (0..batch.rows()).filter(|row| wanted(certificates.get(*row).as_ref())).collect()
    })
}

fn of_payment(payment: &Payment) -> EvidenceRow {
    EvidenceRow {
        person: payment.person.clone(),
        file: payment.file,
        row: payment.row,
        setl_id: None,
        init_setl_id: None,
        at: day_since_1970(payment.day).map(|day| day.and_time(NaiveTime::MIN)),
        area: None,
        fixmedins_code: None,
        med_type: None,
        fate: Fate::Counted,
        reason: None,
        figures: Figures::default(),
        commercial: payment.amount,
    }
}

fn moment(microseconds: i64) -> Option<NaiveDateTime> {
    if microseconds == ABSENT { None } else { DateTime::from_timestamp_micros(microseconds).map(|at| at.naive_utc()) }
}
