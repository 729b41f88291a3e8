//! The visits for chronic diseases (门诊慢特病) of chosen people that count, by the account that the burdens rest on:
//! what their cards paid.
//!
//! As among the visits of the register, a reversal is taken from the settlement that it reverses, on that one's day; a
//! settlement of which nothing is left is none.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use rayon::prelude::*;

use super::evidence::rows_of;
use super::key::SettlementKey;
use super::pass::{self, Judge, Judged};
use super::reversals::Reversals;
use super::{Burdens, Group, numbered};
use crate::delivery::{Delivery, MICROSECONDS_A_DAY, Progress, UnknownCodes, add_unknown, of_person};
use crate::error::Error;
use crate::model::{Care, Fault, Fen, Month, PersonId, Window};

/// Columns that a visit has and judgement does not need.
const MORE: [&str; 4] = ["setl_id", "init_setl_id", "med_type", "dise_no"];

/// One settlement that counts, less what was reversed of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChronicVisit {
    /// Whose, by the number that was asked for.
    pub person: u32,
    /// Days since 1970.
    pub day: i32,
    /// The code of the disease, where the settlement names one.
    pub disease: Option<Arc<str>>,
    /// Medical cost, above 0.
    pub cost: Fen,
}

/// What chosen people were settled for chronic diseases.
#[derive(Debug, Default)]
pub struct ChronicVisits {
    /// By person, and of one person in the order of settlement.
    pub all: Vec<ChronicVisit>,
    /// People with a settlement that cannot be used, or of which nobody can say for what care it was: whether it was
    /// one of these, nobody knows.
    pub untold: BTreeSet<u32>,
    /// The months in which anybody has a settlement that counts: in another, that there is no visit says nothing.
    pub months: BTreeSet<Month>,
    /// Local codes of care that the mapping lacks, with the number of settlements that bear each.
    pub unknown: UnknownCodes,
}

impl ChronicVisits {
    /// Those of one person.
    pub fn of(&self, person: u32) -> &[ChronicVisit] {
        of_person(&self.all, person, |visit| visit.person)
    }
}

/// Collects the visits in `window` of everyone to whom `number` gives a number. `care_of` gives the meaning of a local
/// code of care.
///
/// # Errors
/// A file that cannot be read to its end.
pub fn chronic_visits(
    number: impl Fn(&PersonId) -> Option<u32> + Sync,
    delivery: &Delivery,
    window: &Window,
    burdens: &Burdens,
    care_of: impl Fn(&str) -> Option<Care> + Sync,
    progress: &Progress,
) -> Result<ChronicVisits, Error> {
    let (groups, rows) = numbered(delivery)?;
    let step = progress.step("collecting visits for chronic diseases", rows);
    let judge = Judge::of(window, burdens);
    let parts: Vec<Part> = pass::over(&groups, &step, |group| {
        let mut part = Part::default();
        part.read(group, &number, (window, &judge), &care_of)?;
        Ok(part)
    })?;
    let mut whole = Part::default();
    for part in parts {
        whole.settled.extend(part.settled);
        whole.reversals.append(part.reversals);
        whole.unusable.extend(part.unusable);
        add_unknown(&mut whole.unknown, part.unknown);
    }
    Ok(ChronicVisits { months: burdens.months.clone(), ..whole.netted() })
}

type Keyed<T> = HashMap<SettlementKey, T, foldhash::fast::FixedState>;

/// One settlement or reversal that counts, for whatever care.
struct Settled {
    id: SettlementKey,
    at: i64,
    person: u32,
    care: Option<Care>,
    disease: Option<Arc<str>>,
    cost: i64,
}

/// What one row group gave.
#[derive(Default)]
struct Part {
    settled: Vec<Settled>,
    reversals: Reversals,
    /// Rows that cannot be used: whose, and their ids.
    unusable: Vec<(u32, Option<SettlementKey>)>,
    unknown: UnknownCodes,
}

impl Part {
    fn read(
        &mut self,
        group: &Group<'_>,
        number: &impl Fn(&PersonId) -> Option<u32>,
        (window, judge): (&Window, &Judge<'_>),
        care_of: &impl Fn(&str) -> Option<Care>,
    ) -> Result<(), Fault> {
        let chosen = rows_of(group, |person| number(person).is_some())?;
        pass::read_chosen(group, window, MORE, &chosen, |rows, batch, places| {
            let [ids, reversed, kinds, diseases] = MORE.map(|name| batch.texts(name));
            for (index, within) in places.iter().enumerate() {
                let Some(person) = rows.people[index].as_ref().and_then(number) else { continue };
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
                        let disease = diseases.code(index).map(|code| code.as_ref().into());
                        let (at, cost) = (rows.at(index), rows.amounts.figures(index).total_cost.0);
                        self.settled.push(Settled { id, at, person, care, disease, cost });
                    }
                    (Judged::Missed(_), _) if may_be_chronic(care) => self.unusable.push((person, id)),
                    _ => {}
                }
            }
        })
    }

    /// Each settlement with what reversed it.
    fn netted(self) -> ChronicVisits {
        let Part { mut settled, reversals, unusable, unknown } = self;
        settled.par_sort_unstable_by_key(|row| (row.person, row.at, row.id));
        let place: Keyed<usize> = settled.iter().enumerate().map(|(index, row)| (row.id, index)).collect();
        let mut visits = ChronicVisits { unknown, ..ChronicVisits::default() };
        // Another version of the settlement came that says all that is asked of it.
        let lost = |(_, id): &&(u32, Option<SettlementKey>)| id.is_none_or(|id| !place.contains_key(&id));
        visits.untold.extend(unusable.iter().filter(lost).map(|(person, _)| *person));
        let mut net: Vec<i64> = settled.iter().map(|row| row.cost).collect();
        for (index, row) in settled.iter().enumerate() {
            let Some(reverses) = reversals.of(row.id) else { continue };
            match place.get(&reversals.root(reverses)).filter(|at| settled[**at].person == row.person && **at != index)
            {
                Some(at) => net[*at] = net[*at].saturating_add(row.cost),
                // Somebody else's settlement, by a number that one of the two has wrong.
                None if may_be_chronic(row.care) => drop(visits.untold.insert(row.person)),
                None => {}
            }
            net[index] = 0;
        }
        for (row, cost) in settled.into_iter().zip(net).filter(|(_, cost)| *cost > 0) {
            match row.care {
                Some(Care::Chronic) => visits.all.push(ChronicVisit {
                    person: row.person,
                    day: i32::try_from(row.at.div_euclid(MICROSECONDS_A_DAY)).unwrap_or(i32::MAX),
                    disease: row.disease,
                    cost: Fen(cost),
                }),
                None => drop(visits.untold.insert(row.person)),
                Some(_) => {}
            }
        }
        visits
    }
}

/// Whether a row, for all that its care says, may be for a chronic disease.
fn may_be_chronic(care: Option<Care>) -> bool {
    care.is_none_or(|care| care == Care::Chronic)
}
