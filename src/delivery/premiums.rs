//! Premiums collected (缴费信息) for one year: what was due, what the person paid, what was subsidised.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use rayon::prelude::*;

use super::columns::ABSENT;
use super::identities::area_of;
use super::roster::of_person;
use super::unknown::{add_unknown, known};
use super::{Account, Amounts, Batch, Delivery, Extract, Roster, UnknownCodes, certificates, epoch_day, narrow};
use crate::error::Error;
use crate::model::{AreaCode, Fen, Figures, InsuranceType, PersonId, Reason, Reject};

/// One premium collected.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Premium {
    /// When, as days since 1970.
    pub paid_on: i32,
    /// For which scheme; `None` for a code that the mapping lacks.
    pub insurance: Option<InsuranceType>,
    /// Where; `None` where the row gives no well-formed area.
    pub area: Option<AreaCode>,
    /// What was to be paid.
    pub due: Fen,
    /// What the person paid.
    pub own: Fen,
    /// What was paid for the person.
    pub subsidy: Fen,
}

/// Every premium of one year, paid until the day looked at.
#[derive(Debug, Default)]
pub struct Premiums {
    /// Of people in the roster, by number: sorted by person, then in time.
    pub paid: Vec<(u32, Premium)>,
    /// Who in the roster has a row that could not be used and may be of the year, by number.
    pub unusable: BTreeSet<u32>,
    /// Of people outside the roster, where they were asked for; likewise.
    pub outside: Vec<(PersonId, Premium)>,
    /// Rows of people outside the roster, whether they were asked for or not.
    pub outside_rows: u64,
    /// Scheme codes that the mapping lacks, with the number of rows of people in the roster that bear each.
    pub unknown_types: UnknownCodes,
    /// What was read and set aside; its amounts are what person and subsidy paid.
    pub account: Account,
}

const COLUMNS: [&str; 9] = [
    "psn_cert_type",
    "certno",
    "year",
    "insutype",
    "insu_admdvs",
    "due_amount",
    "own_amount",
    "subsidy_amount",
    "paid_on",
];

impl Delivery {
    /// Reads the premiums for `year` paid until `as_of`: of everyone in `roster`, and of others those that `keep` asks
    /// for. Rows that say the same in one file are as many payments; those that another file says again are
    /// duplicates. `None` when the table was not delivered, or without a row.
    ///
    /// # Errors
    /// A file that cannot be read to its end.
    pub fn premiums(
        &self,
        roster: &Roster,
        (year, as_of): (i32, NaiveDate),
        type_of: impl Fn(&str) -> Option<InsuranceType> + Sync,
        keep: impl Fn(&Premium) -> bool + Sync,
    ) -> Result<Option<Premiums>, Error> {
        if !self.holds_rows_of("contributions") {
            return Ok(None);
        }
        let reading = Reading { roster, year: year.into(), as_of: epoch_day(as_of), type_of, keep };
        let take = |part: &mut Part, extract: &Extract, batch: &Batch<'_>| reading.take(part, extract, batch);
        let mut premiums = Premiums::default();
        let (mut inside, mut outside) = (Vec::new(), Vec::new());
        for part in self.read_table("contributions", &COLUMNS, take)? {
            inside.extend(part.inside);
            outside.extend(part.outside);
            premiums.append(part.found);
        }
        premiums.paid = premiums.account.sent_once(inside);
        premiums.outside = premiums.account.sent_once(outside);
        premiums.account.rejects.par_sort();
        Ok(Some(premiums))
    }
}

impl Premiums {
    /// The premiums of one person, in the order in which they were paid.
    pub fn of(&self, person: u32) -> &[(u32, Premium)] {
        of_person(&self.paid, person, |(payer, _)| *payer)
    }

    fn append(&mut self, part: Premiums) {
        self.unusable.extend(part.unusable);
        self.outside_rows += part.outside_rows;
        self.account.append(part.account);
        add_unknown(&mut self.unknown_types, part.unknown_types);
    }
}

/// A premium with its payer, and the file and row in which it stands.
type Row<P> = (P, Premium, u32, u32);

impl Account {
    /// Counts rows, sorted; of those that say the same, as many as the file has that says it most often. The others
    /// were sent again.
    fn sent_once<P: Ord + Send>(&mut self, mut rows: Vec<Row<P>>) -> Vec<(P, Premium)> {
        rows.par_sort_unstable();
        let mut stays = Vec::with_capacity(rows.len());
        for same in rows.chunk_by(|(a, one, ..), (b, other, ..)| a == b && one == other) {
            let mut by_file: BTreeMap<u32, usize> = BTreeMap::new();
            for (.., file, _) in same {
                *by_file.entry(*file).or_default() += 1;
            }
            let most = by_file.values().max().copied().unwrap_or_default();
            let kept = by_file.into_iter().find(|(_, rows)| *rows == most).map(|(file, _)| file);
            stays.extend(same.iter().map(|(.., file, _)| Some(*file) == kept));
        }
        let mut counted = Vec::with_capacity(rows.len());
        for ((person, premium, file, row), stays) in rows.into_iter().zip(stays) {
            let collected = Fen(premium.own.0 + premium.subsidy.0);
            if stays {
                self.count(collected.0);
                counted.push((person, premium));
            } else {
                self.set_aside(Reject { file, row, reason: Reason::Duplicate, figures: Figures::of_one(collected) });
            }
        }
        counted
    }
}

#[derive(Default)]
struct Part {
    inside: Vec<Row<u32>>,
    outside: Vec<Row<PersonId>>,
    found: Premiums,
}

struct Reading<'a, T, K> {
    roster: &'a Roster,
    year: i64,
    as_of: i32,
    type_of: T,
    keep: K,
}

impl<T, K> Reading<'_, T, K>
where
    T: Fn(&str) -> Option<InsuranceType>,
    K: Fn(&Premium) -> bool,
{
    fn take(&self, part: &mut Part, extract: &Extract, batch: &Batch<'_>) {
        let people = certificates(batch).all(batch.rows());
        let numbers = self.roster.numbers(&people);
        let (years, days, areas) = (batch.texts("year"), batch.days("paid_on"), batch.texts("insu_admdvs"));
        let types = batch.texts("insutype");
        let amounts = ["due_amount", "own_amount", "subsidy_amount"].map(|name| batch.amounts(name));
        let collected: Vec<i64> = (0..batch.rows()).map(|row| collected(&amounts, row)).collect();
        part.found.account.read(&collected);
        for index in 0..batch.rows() {
            let usable = Fen(collected[index]).fits_a_row();
            let fen = if usable { collected[index] } else { 0 };
            let reject = |reason| Reject::of(extract, batch.first_row, index, reason, Figures::of_one(Fen(fen)));
            let person = people[index].clone();
            let reason = match (&person, years.number(index)) {
                (None, _) => Some(Reason::BadCertno),
                (_, None) => Some(Reason::BadYear),
                _ if days[index] == ABSENT => Some(Reason::BadDate),
                _ if !usable => Some(Reason::BadAmount),
                _ => None,
            };
            let (Some(person), None) = (person, reason) else {
                if years.number(index).is_none_or(|year| year == self.year) {
                    part.found.unusable.extend(numbers[index]);
                }
                part.found.account.set_aside(reject(reason.unwrap_or(Reason::BadCertno)));
                continue;
            };
            let number = numbers[index];
            let asked = years.number(index) == Some(self.year) && narrow(days[index]) <= self.as_of;
            let code = types.code(index).unwrap_or_default();
            let premium = |insurance| Premium {
                paid_on: narrow(days[index]),
                insurance,
                area: area_of(&areas, index),
                due: Fen(amounts[0][index]),
                own: Fen(amounts[1][index]),
                subsidy: Fen(amounts[2][index]),
            };
            let Reject { file, row, .. } = reject(Reason::Duplicate);
            part.found.outside_rows += u64::from(number.is_none());
            match number {
                Some(_) if !asked => part.found.account.set_aside(reject(Reason::OutOfWindow)),
                Some(number) => {
                    let meaning = known(&code, (self.type_of)(&code), &mut part.found.unknown_types);
                    part.inside.push((number, premium(meaning), file, row));
                }
                None => {
                    let premium = asked.then(|| premium((self.type_of)(&code))).filter(&self.keep);
                    match premium {
                        Some(premium) => part.outside.push((person, premium, file, row)),
                        None => part.found.account.count(fen),
                    }
                }
            }
        }
    }
}

/// What a row's person and subsidy paid; [`ABSENT`] when one of its three amounts cannot be used.
fn collected([due, own, subsidy]: &[Amounts; 3], row: usize) -> i64 {
    let usable = [due[row], own[row], subsidy[row]].into_iter().all(|fen| Fen(fen).fits_a_row());
    if usable { own[row] + subsidy[row] } else { ABSENT }
}
