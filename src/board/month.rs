//! The monthly report (月报): what a month made of warnings, and how problems stand at its end.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use super::nights::{Nights, PastNight};
use super::withhold::too_few;
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
        audits: audits(&nights.audits, &figures.problems),
        shares: providers::shares(&nights.audits),
        conduct: providers::conduct(&nights.audits),
        funnels: providers::funnels(&nights.audits, &nights.names),
        cards: providers::cards(&nights.audits, &figures.problems),
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
    let mut by_night: BTreeMap<State, Vec<u64>> = BTreeMap::new();
    for (state, warnings) in of_month.filter_map(|night| night.by_rule.get(rule)).flatten() {
        by_night.entry(*state).or_default().push(*warnings);
    }
    let last = last.and_then(|night| night.by_rule.get(rule));
    let standing = last.into_iter().flatten().filter(|(state, _)| **state != State::Cleared).map(|(_, of)| *of).sum();
    let sum = |state: State| by_night.get(&state).map_or(Cell::Told(0), |nights| of_nights(nights));
    // What stood before and after gives what came less what went: one told alone would give the others.
    let together = [State::Opened, State::Reopened, State::Cleared].map(sum);
    let [opened, reopened, cleared] = if together.contains(&Cell::Withheld) { [Cell::Withheld; 3] } else { together };
    Moved {
        standing: if too_few(standing) { Cell::Withheld } else { Cell::Told(standing) },
        opened,
        reopened,
        raised: sum(State::Raised),
        lowered: sum(State::Lowered),
        cleared,
    }
}

/// The sum over nights whose boards told each of them, but for those that were too small: what it leaves for these has
/// to be several nights' and no small figure itself.
fn of_nights(nights: &[u64]) -> Cell<u64> {
    let small: Vec<u64> = nights.iter().copied().filter(|warnings| too_few(*warnings)).collect();
    let left: u64 = small.iter().sum();
    let gives_away = !small.is_empty() && (small.len() == 1 || too_few(left));
    if gives_away { Cell::Withheld } else { Cell::Told(nights.iter().sum()) }
}
