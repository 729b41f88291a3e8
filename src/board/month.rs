//! The monthly report (月报): what a month made of warnings, and how problems stand at its end.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use super::nights::{Nights, PastNight};
use super::withhold::{Figures, too_few};
use super::{Figured, Place, audits, named, providers, without_small_counts};
use crate::model::State;
use crate::model::board::{Cell, Locality, Moved};
use crate::model::monthly::Month;

/// The report of the month that begins on `month`, from nights read as of its last day.
pub fn month(nights: &Nights, month: NaiveDate) -> Month {
    let figures = Figured::of(nights);
    let whole = figures.standing(&Place::Whole);
    let counties: Vec<_> =
        figures.places.counties().into_iter().map(|county| (county.clone(), county.locality(&nights.names))).collect();
    let audits_of = nights.audits.iter().max_by_key(|audit| (audit.kind == "monthly", audit.night));
    Month {
        month,
        place: Locality { code: Some(nights.area.to_string()), name: Some(nights.place.clone()) },
        nightly: Some((nights.tonight.night, named(&nights.tonight.sha256))),
        audits_of: audits_of.map(|audit| (audit.night, named(&audit.sha256))),
        warnings: warnings(nights, month),
        audits: audits(&nights.audits),
        shares: providers::shares(&nights.audits),
        conduct: providers::conduct(&nights.audits),
        funnels: providers::funnels(&nights.audits, &nights.names),
        cards: providers::cards(&nights.audits),
        funds: providers::funds(&nights.audits, &nights.names),
        dispatch: figures.problems.dispatch(nights.as_of, &counties),
        problems: whole.problems,
        named: whole.named,
        rules: nights.rules.clone(),
        notes: nights.warnings.iter().map(|line| without_small_counts(line)).collect(),
    }
}

/// By rule, the movements of the month's nights added up, and what stands at its end.
fn warnings(nights: &Nights, month: NaiveDate) -> Vec<(String, Moved)> {
    let of_month = || nights.past.iter().filter(|night| night.night >= month && night.night <= nights.as_of);
    let rules = &nights.tonight.rules;
    rules.iter().map(|rule| (rule.title.clone(), moved(of_month(), &rule.id, nights.past.last()))).collect()
}

fn moved<'n>(of_month: impl Iterator<Item = &'n PastNight>, rule: &str, last: Option<&PastNight>) -> Moved {
    let mut sums: BTreeMap<State, u64> = BTreeMap::new();
    for (state, warnings) in of_month.filter_map(|night| night.by_rule.get(rule)).flatten() {
        *sums.entry(*state).or_default() += warnings;
    }
    let last = last.and_then(|night| night.by_rule.get(rule));
    let standing = last.into_iter().flatten().filter(|(state, _)| **state != State::Cleared).map(|(_, of)| *of).sum();
    let of = |state: State| sums.get(&state).copied().unwrap_or_default();
    let (opened, reopened, cleared) = (of(State::Opened), of(State::Reopened), of(State::Cleared));
    // What stood before and after gives what came less what went: one told alone would give the others.
    let together = [opened, reopened, cleared].into_iter().any(too_few);
    let either = |warnings: u64| if together { Cell::Withheld } else { Cell::Told(warnings) };
    let mut figures = Figures::default();
    let (standing, raised, lowered) =
        (figures.cell(standing), figures.cell(of(State::Raised)), figures.cell(of(State::Lowered)));
    let settled = figures.settle();
    Moved {
        standing: settled.of(standing),
        opened: either(opened),
        reopened: either(reopened),
        raised: settled.of(raised),
        lowered: settled.of(lowered),
        cleared: either(cleared),
    }
}
