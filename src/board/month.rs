//! The monthly report (月报): what a month made of warnings, and how problems stand at its end.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use super::few::too_few;
use super::nights::{Nights, PastNight, RuleRead};
use super::{Figured, Place, care, named, providers, without_figures};
use crate::model::State;
use crate::model::board::{Cell, Locality, Moved, RuleStanding, Standing};
use crate::model::monthly::Month;

impl Figured<'_> {
    /// The report of the month that begins on `month`, of nights read as of its last day.
    pub fn month(&self, month: NaiveDate) -> Month {
        let Figured { nights, problems, .. } = self;
        let whole = self.standing(&Place::Whole);
        let audits_of = nights.audits.iter().max_by_key(|audit| (audit.kind == "monthly", audit.night));
        Month {
            month,
            place: Locality { code: Some(nights.area.to_string()), name: Some(nights.place.clone()) },
            nightly: Some((nights.tonight.night, named(&nights.tonight.sha256))),
            audits_of: audits_of.map(|audit| (audit.night, named(&audit.sha256))),
            warnings: warnings(nights, &whole, month),
            audits: whole.audits,
            shares: providers::shares(&nights.audits),
            conduct: providers::conduct(&nights.audits),
            funnels: providers::funnels(&nights.audits, &nights.names),
            cards: providers::cards(&nights.audits, problems),
            funds: providers::funds(&nights.audits, &nights.names),
            care: care::beside_last_year(&nights.audits, &nights.names),
            dispatch: problems.dispatch(nights.as_of, &self.localities()),
            problems: whole.problems,
            named: whole.named,
            rules: nights.rules.clone(),
            notes: nights.warnings.iter().map(|line| without_figures(line)).collect(),
        }
    }
}

/// By rule, the movements of the month's nights added up, and what stands at its end, as that night's board tells it.
///
/// A movement is told where no night of any rule is too small, and the last night's board tells it of every rule.
/// Opened, reopened and cleared are told together: what stood before and after gives what came less what went, so that
/// one told alone would give the others.
fn warnings(nights: &Nights, whole: &Standing, month: NaiveDate) -> Vec<(String, Moved)> {
    let of_month = nights.past.iter().filter(|night| night.night >= month && night.night <= nights.as_of);
    let of_month: Vec<&PastNight> = of_month.collect();
    let small = |state: State| by_rule(&of_month).any(|states| too_few(of(states, state)));
    let stands = |states: &States| states.values().sum::<u64>() - of(states, State::Cleared);
    let stood = |states: &States| {
        let came = of(states, State::Opened) + of(states, State::Reopened);
        (stands(states) + of(states, State::Cleared)).saturating_sub(came)
    };
    let around = by_rule(&of_month).any(|states| too_few(stands(states)) || too_few(stood(states)));
    let hidden = |of: fn(&Moved) -> Cell<u64>| whole.rules.iter().any(|rule| of(&rule.moved) == Cell::Withheld);
    let withheld = hidden(|moved| moved.standing)
        || hidden(|moved| moved.opened)
        || hidden(|moved| moved.reopened)
        || hidden(|moved| moved.cleared);
    // Where none went, whoever moved stands: who stands and did not may be few.
    let sum = |rule: &RuleRead, state| {
        of_month.iter().filter_map(|night| night.by_rule.get(&rule.id)).map(|states| of(states, state)).sum::<u64>()
    };
    let nearly_all = |state| {
        let stand = |rule: &RuleRead| nights.past.last().and_then(|night| night.by_rule.get(&rule.id)).map(stands);
        let rules = nights.tonight.rules.iter();
        rules.filter_map(|rule| Some(stand(rule)?.abs_diff(sum(rule, state)))).any(too_few)
    };
    let small = |state| small(state) || nearly_all(state);
    let apart = around || withheld || [State::Opened, State::Reopened, State::Cleared].into_iter().any(small);
    let raised = small(State::Raised) || hidden(|moved| moved.raised);
    let lowered = small(State::Lowered) || hidden(|moved| moved.lowered);
    let moved = |(rule, standing): (&RuleRead, &RuleStanding)| {
        let sum = |state| sum(rule, state);
        let together = |state: State| if apart { Cell::Withheld } else { Cell::Told(sum(state)) };
        let alone = |state: State, small: bool| match sum(state) {
            people if small && people > 0 => Cell::Withheld,
            people => Cell::Told(people),
        };
        let moved = Moved {
            standing: standing.moved.standing,
            opened: together(State::Opened),
            reopened: together(State::Reopened),
            raised: alone(State::Raised, raised),
            lowered: alone(State::Lowered, lowered),
            cleared: together(State::Cleared),
        };
        (rule.title.clone(), moved)
    };
    nights.tonight.rules.iter().zip(&whole.rules).map(moved).collect()
}

/// How many warnings of a rule have each state.
type States = BTreeMap<State, u64>;

/// Every rule of every night.
fn by_rule<'n>(of_month: &[&'n PastNight]) -> impl Iterator<Item = &'n States> {
    of_month.iter().flat_map(|night| night.by_rule.values())
}

fn of(states: &States, state: State) -> u64 {
    states.get(&state).copied().unwrap_or_default()
}
