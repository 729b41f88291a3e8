//! The in-patient settlements of the register's people that count, by the account that the burdens rest on, with the
//! institution and what lies outside the catalogue: what its share of a year is held against.
//!
//! A reversal is no settlement of its own: what it takes back is taken from the settlement that it reverses, in that
//! one's month. A row that cannot be used may or may not belong to an institution's year: it is kept with its cost, so
//! that nothing is said of the institution which that row could change.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::sync::Arc;

use foldhash::fast::FixedState;
use rayon::prelude::*;

use super::evidence::rows_of_or_nobodys;
use super::key::SettlementKey;
use super::pass::{self, Judge, Judged};
use super::reversals::Reversals;
use super::rows::Rows;
use super::{Burdens, Group, numbered};
use crate::delivery::{
    ABSENT, Amounts, Delivery, MICROSECONDS_A_DAY, Progress, Roster, Texts, UnknownCodes, add_unknown,
};
use crate::error::Error;
use crate::model::{Care, Fault, Fen, HospitalLevel, PersonId, Window};

/// Columns that are read besides those that judgement needs.
const MORE: [&str; 5] = ["setl_id", "init_setl_id", "med_type", "fixmedins_code", "hosp_lv"];
/// What lies outside the catalogue. A file without both columns does not say it; a null in one is 0.
const OUTSIDE: [&str; 2] = ["fulamt_ownpay_amt", "overlmt_selfpay"];

/// One in-patient settlement that counts, together with whatever reversed a part of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InPatient {
    /// At which institution, by its place among [`InPatients::institutions`].
    pub institution: u32,
    /// Whose.
    pub person: PersonId,
    /// The settlement's id.
    pub setl_id: Box<str>,
    /// The day of settlement, as days since 1970.
    pub day: i32,
    /// The level of the hospital that the row gives; `None` where it gives none, or one that the mapping lacks.
    pub level: Option<HospitalLevel>,
    /// Whether it gives one that the mapping lacks: any level, then.
    pub of_unknown_level: bool,
    /// Medical cost.
    pub cost: Fen,
    /// What lies outside the catalogue, 全自费 and 超限价; `None` where the file does not say.
    pub outside: Option<(Fen, Fen)>,
}

/// A row that may belong to an institution's year, or may not: one that cannot be used, or that does not say for what
/// care it was.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Doubtful {
    /// At which institution.
    pub institution: u32,
    /// Whose.
    pub person: PersonId,
    /// The day of settlement; `None` where it cannot be read.
    pub day: Option<i32>,
    /// Medical cost, below 0 where the row takes something back; `None` where it cannot be read.
    pub cost: Option<Fen>,
}

/// What the register's people were settled as in-patients.
#[derive(Debug, Default)]
pub struct InPatients {
    /// Every institution with a row below, sorted.
    pub institutions: Vec<Arc<str>>,
    /// Sorted by institution, day and id.
    pub all: Vec<InPatient>,
    /// Sorted by institution, person and day.
    pub doubtful: Vec<Doubtful>,
    /// Rows that count and name no institution.
    pub nowhere: u64,
    /// By institution, rows of nobody: their certificate cannot be read, so that they may be of anybody, and they do
    /// not say that they are of another care.
    pub nobodys: BTreeMap<Option<Arc<str>>, u64>,
    /// Local codes of care that the mapping lacks, with the number of settlements that bear each.
    pub unknown_care: UnknownCodes,
    /// Local codes of levels that the mapping lacks, likewise.
    pub unknown_levels: UnknownCodes,
}

impl InPatients {
    /// The settlements at one institution.
    pub fn at(&self, institution: u32) -> &[InPatient] {
        within(&self.all, institution, |row| row.institution)
    }

    /// The rows at one institution that are in doubt.
    pub fn doubtful_at(&self, institution: u32) -> &[Doubtful] {
        within(&self.doubtful, institution, |row| row.institution)
    }
}

fn within<T>(rows: &[T], institution: u32, at: impl Fn(&T) -> u32) -> &[T] {
    let first = rows.partition_point(|row| at(row) < institution);
    &rows[first..first + rows[first..].partition_point(|row| at(row) == institution)]
}

/// Collects every in-patient settlement that counts of the people of `roster`, and of those of whom it is not known
/// whether they belong to it. `care_of` and `level_of` give the meaning of local codes.
///
/// # Errors
/// A file that cannot be read to its end.
pub fn in_patients(
    roster: &Roster,
    delivery: &Delivery,
    window: &Window,
    burdens: &Burdens,
    (care_of, level_of): (impl Fn(&str) -> Option<Care> + Sync, impl Fn(&str) -> Option<HospitalLevel> + Sync),
    progress: &Progress,
) -> Result<InPatients, Error> {
    let (groups, rows) = numbered(delivery)?;
    let step = progress.step("collecting in-patients", rows);
    let wanted = |person: &PersonId| roster.number(person).is_some() || roster.unusable.contains(person);
    let reading = Reading { wanted, window, judge: Judge::of(window, burdens), care_of, level_of };
    let parts: Vec<Part> = pass::over(&groups, &step, |group| {
        let mut part = Part::default();
        part.read(group, &reading)?;
        Ok(part)
    })?;
    let mut whole = Part::default();
    parts.into_iter().for_each(|part| whole.append(part));
    Ok(whole.finish())
}

/// One row that counts and is not known to be of another care.
#[derive(Debug)]
struct Row {
    id: SettlementKey,
    setl_id: Box<str>,
    institution: Option<Arc<str>>,
    person: PersonId,
    day: i32,
    level: Option<HospitalLevel>,
    of_unknown_level: bool,
    /// Whether it is known to be an in-patient settlement.
    certain: bool,
    cost: i64,
    outside: Option<(i64, i64)>,
}

/// A row in doubt, with the id by which a sound version of it may have come.
#[derive(Debug)]
struct Doubt {
    id: Option<SettlementKey>,
    institution: Option<Arc<str>>,
    person: PersonId,
    day: Option<i32>,
    cost: Option<i64>,
}

/// What one row group gave, or all of them.
#[derive(Default)]
struct Part {
    rows: Vec<Row>,
    /// Rows that reverse another, with what they reverse; of every care.
    reversals: Vec<(SettlementKey, Row)>,
    doubts: Vec<Doubt>,
    /// Ids of settlements that count and are of another care.
    others: HashSet<SettlementKey, FixedState>,
    nobodys: BTreeMap<Option<Arc<str>>, u64>,
    unknown_care: UnknownCodes,
    unknown_levels: UnknownCodes,
}

struct Reading<'a, W, C, L> {
    wanted: W,
    window: &'a Window,
    judge: Judge<'a>,
    care_of: C,
    level_of: L,
}

/// The columns of a batch that are read besides those that judgement needs.
struct More {
    texts: [Texts; 5],
    outside: Option<[Amounts; 2]>,
}

impl Part {
    fn read<W, C, L>(&mut self, group: &Group<'_>, reading: &Reading<'_, W, C, L>) -> Result<(), Fault>
    where
        W: Fn(&PersonId) -> bool,
        C: Fn(&str) -> Option<Care>,
        L: Fn(&str) -> Option<HospitalLevel>,
    {
        let chosen = rows_of_or_nobodys(group, &reading.wanted)?;
        let told = OUTSIDE.iter().all(|name| group.extract.has(name));
        pass::read_chosen(group, reading.window, MORE, &chosen, |rows, batch, places| {
            let more = More {
                texts: MORE.map(|name| batch.texts(name)),
                outside: told.then(|| OUTSIDE.map(|name| batch.amounts_or_zero(name))),
            };
            for (index, within) in places.iter().enumerate() {
                self.take((rows, &more), (index, group.number(*within)), reading);
            }
        })
    }

    /// Takes in a row of somebody wanted: by the same judgement as everybody's.
    fn take<W, C, L>(&mut self, (rows, more): (&Rows, &More), at: (usize, u32), reading: &Reading<'_, W, C, L>)
    where
        C: Fn(&str) -> Option<Care>,
        L: Fn(&str) -> Option<HospitalLevel>,
    {
        let (index, judge) = (at.0, &reading.judge);
        let [ids, reversed, kinds, institutions, levels] = &more.texts;
        let code = kinds.code(index).unwrap_or_default();
        let care = (reading.care_of)(&code);
        let other = care.is_some_and(|care| care != Care::InPatient);
        let institution: Option<Arc<str>> = institutions.text(index).map(Arc::from);
        let Some(person) = rows.people[index].clone() else {
            if !other && !judge.is_elsewhere(rows, index) {
                *self.nobodys.entry(institution).or_default() += 1;
            }
            return;
        };
        let key = |id: &str| SettlementKey::of(id.as_bytes());
        let (setl_id, reverses) = (ids.text(index), reversed.text(index).map(key));
        let judged = judge.judged(rows, at, (setl_id.is_some(), reverses.is_some()));
        let day = day_of(rows.at(index));
        let cost = (!rows.amounts.unusable(index)).then(|| rows.amounts.total_cost(index).0);
        let (Some(setl_id), Judged::Counts) = (setl_id, judged) else {
            if matches!(judged, Judged::Missed(_)) && !other {
                self.doubts.push(Doubt { id: setl_id.map(key), institution, person, day, cost });
            }
            return;
        };
        let id = key(setl_id);
        if reverses.is_none() {
            if other {
                self.others.insert(id);
                return;
            }
            if care.is_none() {
                *self.unknown_care.entry(code.into_owned()).or_default() += 1;
            }
        }
        let level_code = levels.code(index);
        let level = level_code.as_ref().and_then(|code| (reading.level_of)(code));
        let strange = level_code.filter(|_| level.is_none());
        let of_unknown_level = strange.is_some();
        if let Some(code) = strange.filter(|_| reverses.is_none()) {
            *self.unknown_levels.entry(code.into_owned()).or_default() += 1;
        }
        let row = Row {
            id,
            setl_id: setl_id.into(),
            institution,
            person,
            day: day.unwrap_or(i32::MAX),
            level,
            of_unknown_level,
            certain: care == Some(Care::InPatient),
            cost: rows.amounts.total_cost(index).0,
            outside: more.outside.as_ref().map(|[full, over]| (full[index], over[index])),
        };
        match reverses {
            Some(reverses) => self.reversals.push((reverses, row)),
            None => self.rows.push(row),
        }
    }

    fn append(&mut self, part: Part) {
        self.rows.extend(part.rows);
        self.reversals.extend(part.reversals);
        self.doubts.extend(part.doubts);
        self.others.extend(part.others);
        for (institution, rows) in part.nobodys {
            *self.nobodys.entry(institution).or_default() += rows;
        }
        add_unknown(&mut self.unknown_care, part.unknown_care);
        add_unknown(&mut self.unknown_levels, part.unknown_levels);
    }

    /// Nets the reversals, leaves out what a sound version of came, and sorts.
    fn finish(mut self) -> InPatients {
        let reversed = self.net();
        let place: HashSet<SettlementKey, FixedState> = self.rows.iter().map(|row| row.id).collect();
        let sound = |id: &SettlementKey| place.contains(id) || self.others.contains(id);
        self.doubts.retain(|doubt| doubt.id.is_none_or(|id| !sound(&id)));
        let institutions: BTreeSet<Arc<str>> = {
            let rows = self.rows.iter().filter_map(|row| row.institution.clone());
            rows.chain(self.doubts.iter().filter_map(|doubt| doubt.institution.clone())).collect()
        };
        let mut found = InPatients {
            institutions: institutions.into_iter().collect(),
            nobodys: self.nobodys,
            unknown_care: self.unknown_care,
            unknown_levels: self.unknown_levels,
            ..InPatients::default()
        };
        for row in self.rows {
            // A settlement with its full reversal is as if neither came.
            if !(reversed.contains(&row.id) && row.cost == 0 && row.outside.is_none_or(|of| of == (0, 0))) {
                found.enter(row);
            }
        }
        found.doubtful.extend(self.doubts.into_iter().filter_map(|doubt| {
            let institution = number(&found.institutions, doubt.institution.as_ref()?)?;
            Some(Doubtful { institution, person: doubt.person, day: doubt.day, cost: doubt.cost.map(Fen) })
        }));
        found
            .all
            .par_sort_unstable_by(|a, b| (a.institution, a.day, &a.setl_id).cmp(&(b.institution, b.day, &b.setl_id)));
        found.doubtful.par_sort_unstable_by(|a, b| {
            (a.institution, &a.person, a.day, a.cost).cmp(&(b.institution, &b.person, b.day, b.cost))
        });
        found
    }

    /// Takes what each reversal takes back from the settlement that it comes from in the end; which those are.
    fn net(&mut self) -> HashSet<SettlementKey, FixedState> {
        let reversals: Reversals = self.reversals.iter().map(|(reverses, row)| (row.id, *reverses)).collect();
        let mut reversed = HashSet::default();
        if reversals.is_empty() {
            return reversed;
        }
        let place: HashMap<SettlementKey, usize, FixedState> =
            self.rows.iter().enumerate().map(|(at, row)| (row.id, at)).collect();
        for (reverses, row) in std::mem::take(&mut self.reversals) {
            let root = reversals.root(reverses);
            match place.get(&root) {
                Some(at) if self.rows[*at].person == row.person => {
                    self.rows[*at].add(&row);
                    reversed.insert(root);
                }
                None if self.others.contains(&root) => {}
                // Somebody else's settlement, by a number that one of the two has wrong.
                _ => self.doubts.push(Doubt {
                    id: None,
                    institution: row.institution,
                    person: row.person,
                    day: Some(row.day),
                    cost: Some(row.cost),
                }),
            }
        }
        reversed
    }
}

impl Row {
    /// Adds what reversed it. Rows are held to amounts of which millions can be added.
    fn add(&mut self, row: &Row) {
        self.cost = self.cost.saturating_add(row.cost);
        self.outside = self.outside.zip(row.outside).map(|((full, over), (less_full, less_over))| {
            (full.saturating_add(less_full), over.saturating_add(less_over))
        });
    }
}

impl InPatients {
    fn enter(&mut self, row: Row) {
        let Some(institution) = row.institution.as_ref().and_then(|code| number(&self.institutions, code)) else {
            self.nowhere += 1;
            return;
        };
        let Row { person, setl_id, day, level, of_unknown_level, cost, outside, .. } = row;
        if row.certain {
            let outside = outside.map(|(full, over)| (Fen(full), Fen(over)));
            let cost = Fen(cost);
            self.all.push(InPatient { institution, person, setl_id, day, level, of_unknown_level, cost, outside });
        } else {
            let cost = Some(Fen(cost));
            self.doubtful.push(Doubtful { institution, person, day: Some(day), cost });
        }
    }
}

/// The place of an institution among all of them.
fn number(institutions: &[Arc<str>], code: &Arc<str>) -> Option<u32> {
    institutions.binary_search(code).ok().and_then(|at| u32::try_from(at).ok())
}

/// The day of a time; `None` where it cannot be read.
fn day_of(at: i64) -> Option<i32> {
    (at != ABSENT).then(|| i32::try_from(at.div_euclid(MICROSECONDS_A_DAY)).ok()).flatten()
}
