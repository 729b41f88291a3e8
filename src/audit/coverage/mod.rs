//! Coverage (应保尽保): everyone in the register on the day is held against enrolment.
//!
//! Each person has exactly one matter, the first of these that holds. "Enrolled" means: an enrolment as resident or as
//! employee whose days include the day looked at, and which stands as normal. Premiums are not looked at here
//! (参保不缴费 is the subsidy audit's).
//!
//! 1. `no_data`: enrolment was not delivered, or without a row. *Cannot be told.*
//! 2. `dead_or_moved`: an enrolment says that the person is dead; or the last to begin says that the person has moved,
//!    and none is in force. The register is to be mended: *a fault*. `no_data` when one that began after a death stands
//!    as normal. *Cannot be told.*
//! 3. `enrolled_twice`: enrolled, and on some day of the year until now two enrolments held, in two schemes or in two
//!    areas. Where one ends on the day on which the other begins, they did not. *A fault.*
//! 4. `enrolled`, *correct*; `enrolled_elsewhere` when every enrolment in force lies outside both the person's
//!    prefecture and the policy's place, of which proof is wanted, *a fault*; `no_data` when none of them lies within
//!    and one gives no area, *cannot be told*.
//! 5. `no_data`: an enrolment of the day has a scheme or a status that the mapping lacks. *Cannot be told.*
//! 6. `suspended`: the last enrolment to begin is suspended. *A fault.*
//! 7. `newborn`: never enrolled, within the days after birth that the policy gives. Not a fault yet: *not applicable*.
//! 8. `newly_registered`: in the register without a break only since the last run, or for seven days where there was
//!    none. Not a fault yet: *not applicable*.
//! 9. `entitled_late`: the window of the year is closed, and the policy lets the person be enrolled all the same
//!    without a waiting period: by category, or soon after employee insurance. *A fault*, and nobody need wait.
//! 10. `lapsed`: there was an enrolment. *A fault.*
//! 11. `never_enrolled`: there was none. *A fault.*
//!
//! Where a row of the person could not be used, whatever is not *correct* is `no_data`: what the person lacks may have
//! stood there. *Cannot be told.*
//!
//! 7 and 9 need a policy's figures: without them, the person is `lapsed` or `never_enrolled`.
//!
//! The facts of one person are a fold over a few rows in order of time, and are folded; rates and the comparison of two
//! deliveries are frames.

mod against;
mod matter;
mod rates;
mod spells;
mod told;

use std::sync::Arc;

use chrono::{Datelike, Days, NaiveDate};
use rayon::prelude::*;

use self::matter::{Judged, Lacks, Rule};
use crate::audit::unknown;
use crate::delivery::{EnrolmentSpell, Enrolments, Listed, OPEN, Roster, codes_in_words, day_since_1970, epoch_day};
use crate::error::Error;
use crate::model::{
    Audited, Coverage, CoverageRow, Examined, HeldSpell, Matter, Mechanism, PersonId, Subject, Verdict,
};
use crate::policy::Policy;

pub use against::{Compared, Side, differences};

/// Without a run before this one, whoever came into the register within so many days is new.
const NEW_DAYS: u64 = 7;

/// The day looked at, and the last run before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Moment {
    /// The day looked at.
    pub as_of: NaiveDate,
    /// The day of the run before; `None` when this is the first.
    pub last_run: Option<NaiveDate>,
}

impl Moment {
    /// The last day on which whoever was in the register is not new.
    fn since(self) -> NaiveDate {
        let default = self.as_of.checked_sub_days(Days::new(NEW_DAYS));
        self.last_run.or(default).unwrap_or(self.as_of)
    }
}

/// Judges everybody in force. `enrolments` is `None` when the table was not delivered. The people are taken out of the
/// roster: everybody twice would be much to hold of a province's register.
///
/// # Errors
/// [`Error::Internal`] when the rates cannot be counted.
pub fn coverage(
    roster: &mut Roster,
    enrolments: Option<&Enrolments>,
    policy: &Policy,
    moment: Moment,
) -> Result<(Audited, Coverage), Error> {
    let judged = judged(roster, enrolments, policy, moment);
    let rates = rates::rates(roster, &judged, moment)?;
    let warnings = warnings(enrolments, policy, moment, &judged);
    let rule = Rule::of(policy, moment);
    let rows = judged.par_iter().map(|judged| row(roster, judged, moment.as_of)).collect();
    let examined = examined(roster.take_people(), judged, &rule);
    let audited = Audited { mechanism: Mechanism::Coverage, examined, warnings };
    Ok((audited, Coverage { rows, rates, differences: None }))
}

/// What is found of everybody in force, in the order of the roster.
fn judged(roster: &Roster, enrolments: Option<&Enrolments>, policy: &Policy, moment: Moment) -> Vec<Judged> {
    let (rule, day) = (Rule::of(policy, moment), epoch_day(moment.as_of));
    let in_force = |person: &u32| roster.people[*person as usize].in_force_on(day);
    // Counted before anybody is judged, so that what is found of millions is not moved as it grows.
    let everybody: Vec<u32> = (0..).take(roster.people.len()).filter(in_force).collect();
    let judge = |person: u32| {
        let Some(enrolments) = enrolments else { return Judged::without_table(person) };
        let judged = rule.judge(person, &roster.people[person as usize], enrolments.of(person));
        if enrolments.unusable.contains(&person) { judged.lacking_a_row() } else { judged }
    };
    everybody.into_par_iter().map(judge).collect()
}

/// What is found of everybody in force: the number in the roster, the matter, and what it rests on.
pub(super) fn found(
    roster: &Roster,
    enrolments: Option<&Enrolments>,
    policy: &Policy,
    moment: Moment,
) -> Vec<(u32, Matter, String)> {
    let rule = Rule::of(policy, moment);
    let judged = judged(roster, enrolments, policy, moment);
    let told = |judged: Judged| {
        let listed = &roster.people[judged.person as usize];
        (judged.person, judged.matter, told::detail(&judged, listed, &rule))
    };
    judged.into_par_iter().map(told).collect()
}

/// The verdicts.
fn examined(people: Vec<Listed>, judged: Vec<Judged>, rule: &Rule<'_>) -> Vec<Examined> {
    let mut judged = judged.into_iter().peekable();
    let mut examined = Vec::with_capacity(judged.len());
    let reference: Option<Arc<str>> = rule.enrolment.map(|rule| rule.cited.reference.to_string().into());
    for (index, listed) in people.into_iter().enumerate() {
        let Some(judged) = judged.next_if(|judged| judged.person as usize == index) else { continue };
        let categories = listed.categories_on(rule.day);
        examined.push(Examined {
            verdict: verdict(judged.matter),
            matter: judged.matter,
            detail: told::detail(&judged, &listed, rule).into_boxed_str().into_string(),
            reference: reference.clone(),
            name: listed.name.map(String::from),
            categories,
            town_code: listed.town_code,
            ..unknown(Subject::Person(listed.person), listed.area, rule.as_of.year())
        });
    }
    examined
}

/// What a matter of this audit means for the person who has it.
fn verdict(matter: Matter) -> Verdict {
    match matter {
        Matter::Enrolled => Verdict::Correct,
        Matter::Newborn | Matter::NewlyRegistered => Verdict::NotApplicable,
        Matter::NoData => Verdict::CannotBeTold,
        _ => Verdict::Fault,
    }
}

fn row(roster: &Roster, judged: &Judged, as_of: NaiveDate) -> CoverageRow {
    let listed = &roster.people[judged.person as usize];
    let new_year = NaiveDate::from_ymd_opt(as_of.year(), 1, 1).map_or(i32::MIN, epoch_day);
    CoverageRow {
        spells: judged.spells,
        spell: judged.spell.map(held),
        second: judged.second.map(|spell| Box::new(held(spell))),
        registered_on: entered_on(listed, epoch_day(as_of)).filter(|day| *day >= new_year).and_then(day),
    }
}

fn held(spell: EnrolmentSpell) -> HeldSpell {
    let EnrolmentSpell { begin, end, insurance, area, status, .. } = spell;
    HeldSpell { insurance, area, status, begin: day(begin), end: known_end(end).and_then(day) }
}

/// Since when the person has been in the register without a break; `None` for whoever is not in it on the day.
fn entered_on(listed: &Listed, day: i32) -> Option<i32> {
    let mut since: Option<(i32, i32)> = None;
    for spell in listed.spells.iter().filter(|spell| spell.begin < spell.end) {
        since = match since {
            Some((begin, end)) if spell.begin <= end => Some((begin, end.max(spell.end))),
            _ => Some((spell.begin, spell.end)),
        };
    }
    since.filter(|(begin, end)| *begin <= day && day < *end).map(|(begin, _)| begin)
}

fn warnings(enrolments: Option<&Enrolments>, policy: &Policy, moment: Moment, judged: &[Judged]) -> Vec<String> {
    let mut warnings = Vec::new();
    match enrolments {
        None => warnings.push(
            "`insured` was not delivered, or has no row: whether anybody is enrolled cannot be told; have it sent"
                .to_owned(),
        ),
        Some(enrolments) => {
            let unknown = [("insutype", &enrolments.unknown_types), ("psn_insu_stas", &enrolments.unknown_statuses)];
            for (table, codes) in unknown.into_iter().filter(|(_, codes)| !codes.is_empty()) {
                let listed = codes_in_words(codes);
                let line =
                    format!("insured: codes that [{table}] of the mapping lacks, with their rows: {listed}; add them");
                warnings.push(line);
            }
        }
    }
    if policy.enrolment_on(moment.as_of).is_none() {
        let document = policy.document.as_deref().unwrap_or(&policy.place);
        warnings.push(format!(
            "{document} says nothing of enrolment on {}: nobody is told to be new-born or free of a waiting period",
            moment.as_of
        ));
    }
    let lacking = judged.iter().filter(|judged| judged.lacks == Some(Lacks::Row)).count();
    if lacking > 0 {
        warnings.push(format!(
            "insured: rows of {lacking} people could not be used, so that it cannot be told how they stand; see the \
             rejects and have them sent again"
        ));
    }
    let gone = judged.iter().filter(|judged| judged.matter == Matter::DeadOrMoved).count();
    if gone > 0 {
        warnings.push(format!("{gone} people of the register are dead or have moved, by their enrolment"));
    }
    warnings.extend(policy.enrolment_to_review(moment.as_of));
    warnings
}

fn day(days: i32) -> Option<NaiveDate> {
    day_since_1970(days.into())
}

/// An end, where one is known.
fn known_end(end: i32) -> Option<i32> {
    (end != OPEN).then_some(end)
}

/// Whether a resident id bears a birthday so many days back, or fewer, and none to come.
fn born_within(person: &PersonId, days: u32, as_of: NaiveDate) -> Option<NaiveDate> {
    let born = person.born_on()?;
    let age = (as_of - born).num_days();
    (0..=i64::from(days)).contains(&age).then_some(born)
}
