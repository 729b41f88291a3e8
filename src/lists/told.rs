//! What each office has been told, brought up to date by tonight's lists: by it the next night knows what is new to
//! whom, what rose since, and who is still to hear that a warning ended or went to another office.

use std::collections::{HashMap, HashSet};

use chrono::NaiveDate;

use super::cadence::due_since;
use super::place::{self, Place, Seen};
use super::{Extent, monitored, receives};
use crate::job::Office;
use crate::model::{AreaCode, PersonId, Sheet, Told, Warning, WarningId, as_published};
use crate::policy::InForce;

/// What had been told before tonight.
#[derive(Debug, Default, Clone, Copy)]
pub struct Before<'a> {
    /// The night that tonight follows; `None` for the first.
    pub night: Option<NaiveDate>,
    /// What each office had been told by then.
    pub told: &'a [Told],
}

/// One office's night: what it receives, and what it was told before.
pub(super) struct OfficeNight<'a> {
    office: &'a Office,
    /// What it receives tonight, if anything.
    pub(super) extent: Option<Extent>,
    policy: &'a InForce,
    told: HashMap<&'a WarningId, &'a Told>,
}

impl<'a> OfficeNight<'a> {
    pub(super) fn new(office: &'a Office, policy: &'a InForce, before: Before<'a>) -> OfficeNight<'a> {
        let extent = due_since(office, before.night, policy.as_of);
        let own = before.told.iter().filter(|told| told.office == office.id);
        OfficeNight { office, extent, policy, told: own.map(|told| (&told.warning, told)).collect() }
    }

    /// The warning as the office knows it, its place in tonight's list, and the area under which the office receives
    /// it.
    pub(super) fn place(
        &self,
        warning: &Warning,
        monitored: &HashSet<PersonId>,
    ) -> (Option<&'a Told>, Place, Option<AreaCode>) {
        let told = self.told.get(&warning.id).copied();
        let served = receives(self.office, self.policy, warning);
        let monitored = monitored.contains(&warning.person);
        let seen = Seen { warning, told, received: served.is_some(), monitored };
        let place = |extent| place::of(self.office, extent, self.policy.as_of, &seen);
        (told, self.extent.map_or(Place::Nowhere, place), served)
    }
}

/// What each office has been told once tonight's lists are out, by office and warning. Nothing is known any more of an
/// office that the job no longer names, nor of a warning that the ledger no longer has.
pub fn told(offices: &[Office], policy: &InForce, before: Before<'_>, warnings: &[Warning]) -> Vec<Told> {
    let monitored = monitored(warnings);
    let mut told = Vec::new();
    for office in offices {
        let night = OfficeNight::new(office, policy, before);
        told.extend(warnings.iter().filter_map(|warning| {
            let (before, place, _) = night.place(warning, &monitored);
            match place {
                Place::On(Sheet::Ended) => None,
                Place::On(_) => entered(office, policy.as_of, warning, before, true),
                Place::Monitored => entered(office, policy.as_of, warning, before, false),
                Place::Quiet | Place::Nowhere => before.cloned(),
            }
        }));
    }
    told.sort_by(|a, b| (&a.office, &a.warning).cmp(&(&b.office, &b.warning)));
    told
}

/// What the office knows of a warning of which tonight's list tells it.
fn entered(office: &Office, as_of: NaiveDate, warning: &Warning, before: Option<&Told>, in_list: bool) -> Option<Told> {
    let before = before.filter(|told| told.told_on >= warning.since);
    let standing = &warning.standing;
    Some(Told {
        office: office.id.clone(),
        warning: warning.id.clone(),
        told_on: before.map_or(as_of, |told| told.told_on),
        last_on: in_list.then_some(as_of),
        rule: standing.rule.clone(),
        threshold: as_published(standing.threshold),
        band: standing.band,
        area: standing.area?,
        town_code: standing.town_code.clone(),
        answer_due: before.and_then(|told| told.answer_due),
    })
}

/// Sets by when each office is to answer, a term that begins on the night that it was first told. Nothing is asked
/// about a warning that has ended, nor about a person in monitoring already, nor before it stood in a list. Gives back
/// what stands in the way of each day that is not to be known.
pub fn set_due<E>(told: &mut [Told], warnings: &[Warning], term: impl Fn(NaiveDate) -> Result<NaiveDate, E>) -> Vec<E> {
    let monitored = monitored(warnings);
    let asks = |warning: &&Warning| warning.stands() && !monitored.contains(&warning.person);
    let asked: HashMap<&WarningId, &Warning> =
        warnings.iter().filter(asks).map(|warning| (&warning.id, warning)).collect();
    let mut unknown = Vec::new();
    for told in told.iter_mut().filter(|told| told.answer_due.is_none() && told.last_on.is_some()) {
        if asked.get(&told.warning).is_some_and(|warning| told.told_on >= warning.since) {
            match term(told.told_on) {
                Ok(day) => told.answer_due = Some(day),
                Err(why) => unknown.push(why),
            }
        }
    }
    unknown
}

/// Notes on each standing warning that a list told somebody of it, and the earliest day by which an answer is due.
pub fn note(told: &[Told], as_of: NaiveDate, warnings: &mut [Warning]) {
    let mut of: HashMap<&WarningId, Vec<&Told>> = HashMap::new();
    told.iter().for_each(|told| of.entry(&told.warning).or_default().push(told));
    for warning in warnings.iter_mut().filter(|warning| warning.stands()) {
        let Some(told) = of.get(&warning.id) else { continue };
        if told.iter().any(|told| told.last_on == Some(as_of)) {
            warning.sent_on.get_or_insert(as_of);
        }
        let since = warning.since;
        let now = told.iter().filter(|told| told.told_on >= since);
        warning.answer_due = now.filter_map(|told| told.answer_due).min();
    }
}
