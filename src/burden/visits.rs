//! The settlements of a roster's people that count, by the account that the burdens rest on, each together with what
//! reversed it: what the benefits above basic insurance were paid on.
//!
//! A reversal is no visit of its own. What it takes back is taken from the settlement that it reverses, on that one's
//! day: a settlement with its full reversal is as if neither came.

use std::collections::{BTreeMap, HashSet};

use rayon::prelude::*;

use super::evidence::rows_of;
use super::key::SettlementKey;
use super::pass::{self, Judge, Judged};
use super::reversals::Reversals;
use super::rows::Rows;
use super::{Burdens, Group, numbered};
use crate::delivery::{ABSENT, Delivery, MICROSECONDS_A_DAY, Progress, Roster, UnknownCodes, add_unknown, of_person};
use crate::error::Error;
use crate::model::{Care, Fault, Fen, Reason, Visit, Window};

/// Columns that a visit has and judgement does not need.
const MORE: [&str; 3] = ["setl_id", "init_setl_id", "med_type"];

/// What a roster's people were settled.
#[derive(Debug, Default)]
pub struct Visits {
    /// By person, and of one person in the order of settlement: by time, then by id.
    pub all: Vec<Visit>,
    /// People with a settlement that cannot be used, and why the first of them cannot. What their year comes to, nobody
    /// can say. A row that is void, that lies outside the days looked at by its own time, or of which another version
    /// counts, is missed by nobody.
    pub unusable: BTreeMap<u32, Reason>,
    /// Local codes of care that the mapping lacks, with the number of settlements that bear each.
    pub unknown: UnknownCodes,
}

impl Visits {
    /// Those of one person.
    pub fn of(&self, person: u32) -> &[Visit] {
        of_person(&self.all, person, |visit| visit.person)
    }
}

/// Collects every settlement of the people of `roster` that counts. `care_of` gives the meaning of a local code of
/// care.
///
/// # Errors
/// A file that cannot be read to its end.
pub fn visits(
    roster: &Roster,
    delivery: &Delivery,
    window: &Window,
    burdens: &Burdens,
    care_of: impl Fn(&str) -> Option<Care> + Sync,
    progress: &Progress,
) -> Result<Visits, Error> {
    let (groups, rows) = numbered(delivery)?;
    let step = progress.step("collecting visits", rows);
    let judge = Judge::of(window, burdens);
    let parts: Vec<Part> = pass::over(&groups, &step, |group| {
        let mut part = Part::default();
        part.read(group, roster, (window, &judge), &care_of)?;
        Ok(part)
    })?;
    let mut visits = Visits::default();
    let (mut settled, mut reversals, mut unusable) = (Vec::new(), Reversals::default(), Vec::new());
    for part in parts {
        settled.extend(part.settled);
        reversals.append(part.reversals);
        unusable.extend(part.unusable);
        add_unknown(&mut visits.unknown, part.unknown);
    }
    let sent_soundly = sent_soundly(&unusable, &settled);
    unusable.retain(|row: &Unusable| row.id.is_none_or(|id| !sent_soundly.contains(&id)));
    unusable.iter().for_each(|row| visits.cannot_use(row.person, row.reason));
    settled.par_sort_unstable_by_key(|row| (row.person, row.at, row.id));
    visits.all.reserve_exact(settled.len());
    for theirs in settled.chunk_by(|a, b| a.person == b.person) {
        visits.net(theirs, &reversals);
    }
    Ok(visits)
}

/// Which of the ids of unusable rows are borne by a row that counts: another version of the settlement came that says
/// all that is asked of it.
fn sent_soundly(unusable: &[Unusable], settled: &[Settled]) -> Ids {
    let asked: Ids = unusable.iter().filter_map(|row| row.id).collect();
    if asked.is_empty() {
        return asked;
    }
    settled.par_iter().map(|row| row.id).filter(|id| asked.contains(id)).collect()
}

/// One settlement or reversal that counts.
#[derive(Debug, Clone, Copy)]
struct Settled {
    id: SettlementKey,
    at: i64,
    /// [`ABSENT`] where the row does not say.
    in_scope: i64,
    /// By basic insurance and the other funds.
    paid_before: i64,
    critical_illness: i64,
    medical_assistance: i64,
    person: u32,
    care: Option<Care>,
}

type Ids = HashSet<SettlementKey, foldhash::fast::FixedState>;

/// A row of the year that cannot be used.
#[derive(Debug, Clone, Copy)]
struct Unusable {
    person: u32,
    id: Option<SettlementKey>,
    reason: Reason,
}

/// What one row group gave.
#[derive(Default)]
struct Part {
    settled: Vec<Settled>,
    reversals: Reversals,
    unusable: Vec<Unusable>,
    unknown: UnknownCodes,
}

impl Part {
    fn read(
        &mut self,
        group: &Group<'_>,
        roster: &Roster,
        (window, judge): (&Window, &Judge<'_>),
        care_of: &impl Fn(&str) -> Option<Care>,
    ) -> Result<(), Fault> {
        let chosen = rows_of(group, |person| roster.number(person).is_some())?;
        pass::read_chosen(group, window, MORE, &chosen, |rows, batch, places| {
            let [ids, reversed, kinds] = MORE.map(|name| batch.texts(name));
            let in_scope = batch.amounts("inscp_amt");
            for (index, within) in places.iter().enumerate() {
                let Some(person) = rows.people[index].as_ref().and_then(|person| roster.number(person)) else {
                    continue;
                };
                let key = |id: &str| SettlementKey::of(id.as_bytes());
                let (id, reverses) = (ids.text(index).map(key), reversed.text(index).map(key));
                let named = (id.is_some(), reverses.is_some());
                let judged = judge.judged(rows, (index, group.number(*within)), named);
                let code = kinds.code(index).unwrap_or_default();
                let care = care_of(&code);
                match (judged, id) {
                    (Judged::Counts, Some(id)) => {
                        if care.is_none() {
                            *self.unknown.entry(code.into_owned()).or_default() += 1;
                        }
                        self.reversals.extend(reverses.map(|reverses| (id, reverses)));
                        self.settled.push(settled(rows, index, (person, id), care, in_scope[index]));
                    }
                    (Judged::Missed(reason), _) if !care.is_some_and(Care::is_ordinary) => {
                        self.unusable.push(Unusable { person, id, reason });
                    }
                    _ => {}
                }
            }
        })
    }
}

fn settled(rows: &Rows, row: usize, (person, id): (u32, SettlementKey), care: Option<Care>, in_scope: i64) -> Settled {
    let figures = rows.amounts.figures(row);
    Settled {
        id,
        at: rows.at(row),
        in_scope,
        paid_before: figures.basic_insurance.0 + figures.other_funds.0,
        critical_illness: figures.critical_illness.0,
        medical_assistance: figures.medical_assistance.0,
        person,
        care,
    }
}

impl Visits {
    fn cannot_use(&mut self, person: u32, reason: Reason) {
        self.unusable.entry(person).or_insert(reason);
    }

    /// Takes in one person's rows, each reversal together with what it reverses.
    fn net(&mut self, theirs: &[Settled], reversals: &Reversals) {
        let reversing = theirs.iter().any(|row| reversals.of(row.id).is_some());
        if !reversing {
            self.all.extend(theirs.iter().map(visit));
            return;
        }
        let mut net: BTreeMap<usize, Settled> = theirs.iter().copied().enumerate().collect();
        let place = |id: SettlementKey| theirs.iter().position(|row| row.id == id);
        for (at, row) in theirs.iter().enumerate() {
            let Some(reverses) = reversals.of(row.id) else { continue };
            net.remove(&at);
            match place(reversals.root(reverses)).and_then(|at| net.get_mut(&at)) {
                Some(settled) => settled.add(row),
                // Somebody else's settlement, by a number that one of the two has wrong.
                None => self.cannot_use(row.person, Reason::OrphanNotDelivered),
            }
        }
        self.all.extend(net.values().map(visit));
    }
}

impl Settled {
    /// Adds what reversed it. Rows are held to amounts of which millions can be added.
    fn add(&mut self, row: &Settled) {
        let known = self.in_scope != ABSENT && row.in_scope != ABSENT;
        self.in_scope = if known { self.in_scope.saturating_add(row.in_scope) } else { ABSENT };
        self.paid_before = self.paid_before.saturating_add(row.paid_before);
        self.critical_illness = self.critical_illness.saturating_add(row.critical_illness);
        self.medical_assistance = self.medical_assistance.saturating_add(row.medical_assistance);
    }
}

fn visit(row: &Settled) -> Visit {
    Visit {
        person: row.person,
        day: i32::try_from(row.at.div_euclid(MICROSECONDS_A_DAY)).unwrap_or(i32::MAX),
        care: row.care,
        left_in_scope: (row.in_scope != ABSENT).then(|| Fen(row.in_scope.saturating_sub(row.paid_before))),
        critical_illness: Fen(row.critical_illness),
        medical_assistance: Fen(row.medical_assistance),
    }
}
