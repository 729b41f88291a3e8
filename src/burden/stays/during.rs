//! What people in hospital were settled outside their stay: out-patient visits, visits for chronic diseases and
//! medicine from pharmacies whose days lie strictly between admission and discharge.
//!
//! A settlement's days are those that it gives, and the day on which it was settled where it gives none: a bill of
//! January that is handed in during a stay in March was not paid in that stay.

use std::collections::BTreeSet;
use std::sync::Arc;

use rayon::prelude::*;

use super::Stays;
use super::grouped::day;
use super::netted::{Left, Taken};
use super::read::place_of;
use crate::burden::Group;
use crate::burden::key::SettlementKey;
use crate::burden::marks::Marks;
use crate::burden::pass::{self, Judge, Judged};
use crate::delivery::{ABSENT, Batch, Days, Step, Times, certificates, of_person};
use crate::error::Error;
use crate::model::{Care, Fault, Fen, PaidDuring, PersonId, StayDays, Window};

/// Columns that are shown or looked for, besides those that judge a row.
const MORE: [&str; 5] = ["setl_id", "init_setl_id", "fixmedins_code", "med_type", "dise_no"];

/// Finds the stays of a person.
struct Lain<'s> {
    stays: &'s Stays,
    marks: Marks,
}

impl<'s> Lain<'s> {
    fn of(stays: &'s Stays) -> Lain<'s> {
        let mut marks = Marks::with_room_for(2 * stays.people.len());
        for person in &stays.people {
            marks.set(person.mixed());
        }
        Lain { stays, marks }
    }

    /// The places of somebody's stays that strictly hold the days; of all their stays where the days are not known.
    fn around(&self, person: &PersonId, days: Option<StayDays>) -> Vec<u32> {
        if !self.marks.may_have(person.mixed()) {
            return Vec::new();
        }
        let Ok(number) = self.stays.people.binary_search(person) else { return Vec::new() };
        let first = self.stays.all.partition_point(|stay| (stay.person as usize) < number);
        let theirs = of_person(&self.stays.all, number as u32, |stay| stay.person);
        let holds = |stay: Option<StayDays>| match (stay, days) {
            (Some(stay), Some(days)) => stay.strictly_hold(days),
            (Some(_), None) => true,
            (None, _) => false,
        };
        let places = theirs.iter().enumerate().filter(|(_, stay)| holds(stay.days));
        places.filter_map(|(at, _)| u32::try_from(first + at).ok()).collect()
    }
}

/// When rows were, as far as they say.
struct When {
    begins: Days,
    ends: Days,
    times: Times,
}

impl When {
    fn of(batch: &Batch<'_>) -> When {
        When { begins: batch.days("begndate"), ends: batch.days("enddate"), times: batch.times("setl_time") }
    }

    /// The days of a row; `None` when it says nothing that can be read.
    fn days(&self, row: usize) -> Option<StayDays> {
        let given = |day: i64| (day != ABSENT).then(|| i32::try_from(day).ok()).flatten();
        let settled = (self.times[row] != ABSENT).then(|| day(self.times[row]));
        let begin = given(self.begins[row]).or(given(self.ends[row])).or(settled)?;
        let end = given(self.ends[row]).unwrap_or(begin);
        Some(StayDays { begin, end: end.max(begin) })
    }
}

/// What one row group gave.
#[derive(Default)]
struct Part {
    found: Vec<Candidate>,
    untold: BTreeSet<u32>,
}

/// A settlement that counts, within some stays.
struct Candidate {
    person: PersonId,
    id: SettlementKey,
    within: Vec<u32>,
    paid: PaidDuring,
}

/// Finds them, and says of the stays of whose days a settlement cannot be used or does not say for what care it was.
///
/// # Errors
/// A file that cannot be read to its end.
pub(super) fn find(
    stays: &Stays,
    groups: &[Group<'_>],
    (window, judge, taken): (&Window, &Judge<'_>, &Taken),
    care_of: &(impl Fn(&str) -> Option<Care> + Sync),
    step: &Step,
) -> Result<(Vec<PaidDuring>, BTreeSet<u32>), Error> {
    let lain = Lain::of(stays);
    let parts: Vec<Part> = pass::over(groups, step, |group| Part::of(group, &lain, (window, judge), care_of))?;
    let (mut all, mut untold) = (Vec::new(), BTreeSet::new());
    for part in parts {
        untold.extend(part.untold);
        for Candidate { person, id, within, paid: found } in part.found {
            let cost = match taken.leaves(id, &person, found.cost.0) {
                Left::Whole => found.cost.0,
                Left::Part(back) => found.cost.0.saturating_add(back),
                Left::Nothing => continue,
                Left::InDoubt => {
                    untold.extend(within);
                    continue;
                }
            };
            all.extend(within.into_iter().map(|stay| (id, PaidDuring { stay, cost: Fen(cost), ..found.clone() })));
        }
    }
    all.par_sort_unstable_by_key(|(id, paid): &(SettlementKey, PaidDuring)| (paid.stay, paid.days, *id));
    Ok((all.into_iter().map(|(_, paid)| paid).collect(), untold))
}

impl Part {
    fn of(
        group: &Group<'_>,
        lain: &Lain<'_>,
        (window, judge): (&Window, &Judge<'_>),
        care_of: &impl Fn(&str) -> Option<Care>,
    ) -> Result<Part, Fault> {
        let mut part = Part::default();
        let chosen = chosen(group, lain, care_of)?;
        let columns = MORE.into_iter().chain(["begndate", "enddate"]);
        pass::read_chosen(group, window, columns, &chosen, |rows, batch, places| {
            let when = When::of(batch);
            let [ids, reversed, institutions, kinds, diseases] = MORE.map(|name| batch.texts(name));
            let shared = |code: Option<&str>| code.map(Arc::<str>::from);
            for (index, within) in places.iter().enumerate() {
                let Some(person) = &rows.people[index] else { continue };
                let around = lain.around(person, when.days(index));
                let id = ids.text(index).map(|id| SettlementKey::of(id.as_bytes()));
                let named = (id.is_some(), reversed.text(index).is_some());
                let judged = judge.judged(rows, (index, group.number(*within)), named);
                let care = kinds.code(index).and_then(|code| care_of(&code));
                match (judged, id, care, when.days(index)) {
                    (Judged::Counts, Some(id), Some(care), Some(days)) => part.found.push(Candidate {
                        person: person.clone(),
                        id,
                        within: around,
                        paid: PaidDuring {
                            stay: 0,
                            care,
                            days,
                            institution: shared(institutions.text(index)),
                            disease: shared(diseases.text(index)),
                            cost: rows.amounts.total_cost(index),
                            row: place_of(group, *within),
                        },
                    }),
                    (Judged::Counts | Judged::Missed(_), ..) => part.untold.extend(around),
                    (Judged::Gone, ..) => {}
                }
            }
        })?;
        Ok(part)
    }
}

/// The rows of a group of people in hospital on their days, but those of the stay itself, and reversals.
fn chosen(group: &Group<'_>, lain: &Lain<'_>, care_of: &impl Fn(&str) -> Option<Care>) -> Result<Vec<usize>, Fault> {
    let columns = ["psn_cert_type", "certno", "init_setl_id", "med_type", "setl_time", "begndate", "enddate"];
    pass::chosen(group, &columns, |batch| {
        let (people, when) = (certificates(batch), When::of(batch));
        let (kinds, reversed) = (batch.texts("med_type"), batch.texts("init_setl_id"));
        let looked_for = |row: &usize| {
            let Some(person) = people.get(*row) else { return false };
            reversed.text(*row).is_none()
                && !lain.around(&person, when.days(*row)).is_empty()
                && kinds.code(*row).and_then(|code| care_of(&code)) != Some(Care::InPatient)
        };
        (0..batch.rows()).filter(looked_for).collect()
    })
}
