//! Settlements become stays: those of one person at one institution with one visit are one.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::Arc;

use foldhash::fast::FixedState;
use rayon::prelude::*;

use super::Stays;
use super::netted::Netted;
use super::read::{Row, Unusable};
use crate::burden::key::SettlementKey;
use crate::delivery::{ABSENT, MICROSECONDS_A_DAY};
use crate::model::{Fen, Institution, PersonId, Stay, StayDays};

/// What rows that cannot be used, or that do not say where somebody lay, put in doubt.
#[derive(Default)]
struct Doubts {
    visits: HashSet<SettlementKey, FixedState>,
    /// Visits with a row that counts and names no institution: what other rows of them say is not the whole.
    nowhere: HashSet<SettlementKey, FixedState>,
    /// Everything of somebody at an institution, or anywhere where the row does not say at which.
    people: HashMap<PersonId, BTreeSet<Option<u32>>, FixedState>,
}

impl Doubts {
    fn of(unusable: &[Unusable], rows: &[Row]) -> Doubts {
        let nowhere = rows.iter().filter(|row| row.institution.is_none()).map(|row| row.visit).collect();
        let mut doubts = Doubts { nowhere, ..Doubts::default() };
        for row in unusable.iter().filter(|row| row.may_be_of_a_stay()) {
            doubts.visits.extend(row.visit);
            if let Some(person) = &row.person {
                doubts.people.entry(person.clone()).or_default().insert(row.institution);
            }
        }
        doubts
    }

    fn hold(&self, row: &Row) -> bool {
        let at = self.people.get(&row.person);
        row.in_doubt
            || self.visits.contains(&row.visit)
            || row.institution.is_some() && self.nowhere.contains(&row.visit)
            || at.is_some_and(|at| at.contains(&None) || at.contains(&row.institution))
    }
}

/// The stays of `netted`, of which none ends after the day `last`.
pub(super) fn grouped(netted: &mut Netted, last: i32) -> Stays {
    let mut rows = std::mem::take(&mut netted.rows);
    rows.par_sort_unstable_by(|a, b| {
        let visit = |row: &Row| (row.institution, row.visit, row.begin, row.end, row.at, row.id);
        a.person.cmp(&b.person).then_with(|| visit(a).cmp(&visit(b)))
    });
    let doubts = Doubts::of(&netted.unusable, &rows);
    let mut stays = Stays {
        institutions: institutions(netted, &rows),
        diseases: std::mem::take(&mut netted.diseases),
        unknown: std::mem::take(&mut netted.unknown),
        ..Stays::default()
    };
    for theirs in rows.chunk_by(|a, b| a.person == b.person) {
        let person = u32::try_from(stays.people.len()).unwrap_or(u32::MAX);
        stays.people.push(theirs[0].person.clone());
        let same = |a: &Row, b: &Row| (a.institution, a.visit) == (b.institution, b.visit);
        let mut of_one: Vec<(Stay, SettlementKey)> =
            theirs.chunk_by(same).map(|rows| (stay(rows, (person, last), &doubts), rows[0].id)).collect();
        of_one.sort_by_key(|(stay, id)| (stay.days, stay.institution, stay.settled, *id));
        stays.all.extend(of_one.into_iter().map(|(stay, _)| stay));
    }
    stays
}

/// One stay, of rows in the order of their days.
fn stay(rows: &[Row], (person, last): (u32, i32), doubts: &Doubts) -> Stay {
    let newest = |of: &Row| (of.end, of.at, of.id);
    let last_that_says = |says: fn(&Row) -> bool| rows.iter().filter(|row| says(row)).max_by_key(|row| newest(row));
    Stay {
        person,
        institution: rows[0].institution,
        disease: last_that_says(|row| row.disease.is_some()).and_then(|row| row.disease),
        area: last_that_says(|row| row.area.is_some()).and_then(|row| row.area),
        days: days(rows, last),
        settled: rows.iter().map(|row| day(row.at)).max().unwrap_or(i32::MAX),
        cost: Fen(rows.iter().fold(0, |sum, row| sum.saturating_add(row.cost))),
        row: rows[0].place,
        alone: rows[0].alone,
        in_doubt: rows.iter().any(|row| doubts.hold(row)),
    }
}

/// From the first admission to the last discharge, where every row gives both.
fn days(rows: &[Row], last: i32) -> Option<StayDays> {
    if rows.iter().any(|row| row.begin == ABSENT || row.end == ABSENT || row.begin > row.end) {
        return None;
    }
    let begin = rows.iter().map(|row| row.begin).min().and_then(|day| i32::try_from(day).ok())?;
    let end = rows.iter().map(|row| row.end).max().and_then(|day| i32::try_from(day).ok())?;
    (end <= last).then_some(StayDays { begin, end })
}

/// The day of a time in microseconds since 1970.
pub(super) fn day(at: i64) -> i32 {
    i32::try_from(at.div_euclid(MICROSECONDS_A_DAY)).unwrap_or(i32::MAX)
}

/// Every institution that any row names, with its unclear rows. A row that is somebody's and names none is unclear for
/// every institution where that person lay.
fn institutions(netted: &Netted, rows: &[Row]) -> Vec<Institution> {
    let of = |code: &Arc<str>| Institution { code: Arc::clone(code), unusable: 0, unclear: 0 };
    let mut all: Vec<Institution> = netted.institutions.iter().map(of).collect();
    for (institution, rows) in &netted.of_unknown_care {
        all[*institution as usize].unclear += rows;
    }
    for row in netted.unusable.iter().filter(|row| row.may_be_of_a_stay()) {
        let of_a_stay = row.care.is_some();
        let mut unclear = |institution: u32| {
            let institution = &mut all[institution as usize];
            if of_a_stay { institution.unusable += 1 } else { institution.unclear += 1 }
        };
        if let Some(institution) = row.institution {
            unclear(institution);
        } else if let Some(person) = &row.person {
            let from = rows.partition_point(|row| row.person < *person);
            let theirs = rows[from..].iter().take_while(|row| row.person == *person);
            let mut of_theirs: Vec<u32> = theirs.filter_map(|row| row.institution).collect();
            of_theirs.dedup();
            of_theirs.into_iter().for_each(&mut unclear);
        }
    }
    all
}
