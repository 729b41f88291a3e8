//! The problems of the audits by place: how many stand, what they are due, and the order in which counties are to be
//! looked after (调度).
//!
//! Problems of people are counted, and told as far as they may be; those of institutions and areas are told one by one.
//! How many people's problems a county has to solve is one sum, settled first: the next month's board tells how it
//! changed.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{Datelike, NaiveDate};

use super::few::FEWEST;
use super::grid::{Cells, Grid};
use super::nights::AuditNight;
use super::place::{Place, Places};
use super::trend::one_sum;
use super::withhold::{Figures, Settled};
use crate::model::board::{Cell, Dispatch, NamedProblem, ProblemStanding};
use crate::model::{AreaCode, Mechanism, Problem, ProblemState, Subject};

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Of {
    In(ProblemState),
    /// Open or overdue.
    ToSolve,
    SolvedThisMonth,
    /// Told nowhere.
    SolvedBefore,
}

/// No audit stands for all of them together.
type Key = (Place, Option<Mechanism>, Of);

/// The problem lists of the latest nights, as they may be told.
#[derive(Debug)]
pub(super) struct Problems<'n> {
    audits: &'n [AuditNight],
    settled: Settled,
    cells: Cells<Key>,
    /// By place, the problems to be solved that concern no person, overdue ones apart.
    named: BTreeMap<(Place, bool), u64>,
    /// By county, how many people's problems were to be solved when last month ended, as it may be told.
    before: Option<BTreeMap<Option<AreaCode>, Cell<u64>>>,
}

/// Whether somebody still has to solve it.
fn to_solve(problem: &Problem) -> bool {
    matches!(problem.state, ProblemState::Open | ProblemState::Overdue)
}

fn around(problem: &Problem) -> [Place; 3] {
    Place::around(problem.area, problem.town_code.as_deref())
}

fn of_people(problem: &&Problem) -> bool {
    problem.subject.person().is_some()
}

/// Whether the subjects of an audit are people.
pub(super) fn is_of_people(mechanism: Mechanism) -> bool {
    use Mechanism::{Benefits, Cards, Coverage, FiveChecks, Subsidy};
    matches!(mechanism, Coverage | Subsidy | Benefits | FiveChecks | Cards)
}

impl<'n> Problems<'n> {
    pub(super) fn of(as_of: NaiveDate, audits: &'n [AuditNight], places: &Places) -> Problems<'n> {
        let all = || audits.iter().flat_map(|audit| &audit.problems);
        let mut counts: BTreeMap<Key, u64> = BTreeMap::new();
        for problem in all().filter(of_people) {
            let solved_on = problem.solution.as_ref().map(|solution| solution.on);
            let this_month = solved_on.is_some_and(|on| (on.year(), on.month()) == (as_of.year(), as_of.month()));
            let mut of = vec![Of::In(problem.state)];
            of.extend(to_solve(problem).then_some(Of::ToSolve));
            of.extend((problem.state == ProblemState::Solved).then_some(match this_month {
                true => Of::SolvedThisMonth,
                false => Of::SolvedBefore,
            }));
            for (place, of) in
                around(problem).into_iter().flat_map(|place| of.iter().map(move |of| (place.clone(), of)))
            {
                *counts.entry((place.clone(), None, *of)).or_default() += 1;
                if !matches!(place, Place::Town(..)) {
                    *counts.entry((place, Some(problem.mechanism), *of)).or_default() += 1;
                }
            }
        }
        let mut named: BTreeMap<(Place, bool), u64> = BTreeMap::new();
        for problem in all().filter(|problem| !of_people(problem) && to_solve(problem)) {
            for place in around(problem) {
                *named.entry((place, problem.state == ProblemState::Overdue)).or_default() += 1;
            }
        }
        let mut figures = Figures::default();
        let cells = cells(&mut figures, &mut counts, places);
        Problems { audits, settled: figures.settle(), cells, named, before: before(audits) }
    }

    fn count(&self, place: &Place, mechanism: Option<Mechanism>, of: Of) -> Cell<u64> {
        self.cells.of(&self.settled, &(place.clone(), mechanism, of))
    }

    /// An audit's problems of the whole area that are not solved; nothing where anything of them is withheld.
    pub(super) fn unsolved(&self, mechanism: Mechanism) -> Option<u64> {
        let told = |state| self.count(&Place::Whole, Some(mechanism), Of::In(state)).told();
        let by_state: Option<Vec<u64>> = ProblemState::ALL.into_iter().map(told).collect();
        let solved = told(ProblemState::Solved)?;
        by_state.map(|by_state| by_state.iter().sum::<u64>() - solved)
    }

    /// Problems to be solved at a place, in time or not.
    pub(super) fn open(&self, place: &Place) -> Cell<u64> {
        let named = [true, false].map(|overdue| self.named_at(place, overdue)).iter().sum();
        more(self.count(place, None, Of::ToSolve), named)
    }

    /// Those of them that are overdue.
    pub(super) fn overdue(&self, place: &Place) -> Cell<u64> {
        more(self.count(place, None, Of::In(ProblemState::Overdue)), self.named_at(place, true))
    }

    fn named_at(&self, place: &Place, overdue: bool) -> u64 {
        self.named.get(&(place.clone(), overdue)).copied().unwrap_or_default()
    }

    /// Each audit that has problems at the place.
    pub(super) fn standing(&self, place: &Place) -> Vec<ProblemStanding> {
        let mut mechanisms: BTreeMap<Mechanism, Vec<&Problem>> = BTreeMap::new();
        for problem in self.at(place) {
            mechanisms.entry(problem.mechanism).or_default().push(problem);
        }
        mechanisms.into_iter().map(|(mechanism, problems)| self.one_audit(place, mechanism, &problems)).collect()
    }

    fn one_audit(&self, place: &Place, mechanism: Mechanism, problems: &[&Problem]) -> ProblemStanding {
        let of = |state: ProblemState| match is_of_people(mechanism) {
            true => self.count(place, Some(mechanism), Of::In(state)),
            false => Cell::Told(problems.iter().filter(|problem| problem.state == state).count() as u64),
        };
        let due = |state: ProblemState, told: Cell<u64>| {
            let days = problems.iter().filter(|problem| problem.state == state).filter_map(|problem| problem.due);
            told.told().and_then(|_| days.min())
        };
        let (open, overdue) = (of(ProblemState::Open), of(ProblemState::Overdue));
        ProblemStanding {
            mechanism,
            owner: problems.first().map(|problem| problem.owner.clone()).unwrap_or_default(),
            open,
            overdue,
            claimed: of(ProblemState::Claimed),
            dismissed: of(ProblemState::Dismissed),
            solved: of(ProblemState::Solved),
            next_due: due(ProblemState::Open, open),
            overdue_since: due(ProblemState::Overdue, overdue),
        }
    }

    fn at(&self, place: &Place) -> impl Iterator<Item = &'n Problem> {
        let place = place.clone();
        let all = self.audits.iter().flat_map(|audit| &audit.problems);
        all.filter(move |problem| place.holds(problem.area, problem.town_code.as_deref()))
    }

    /// The problems of institutions and areas that stand at the place, those due first.
    pub(super) fn named(&self, place: &Place) -> Vec<NamedProblem> {
        let mut named: Vec<NamedProblem> = self
            .at(place)
            .filter(|problem| !of_people(problem) && problem.stands())
            .map(|problem| NamedProblem {
                mechanism: problem.mechanism,
                subject: subject(&problem.subject),
                // The detail counts stays, so it may count people: the word for what was found does not.
                detail: problem.shown.matter.term().to_owned(),
                owner: problem.owner.clone(),
                state: problem.state,
                due: problem.due,
            })
            .collect();
        named.sort_by(|a, b| {
            let key = |of: &NamedProblem| (of.due.is_none(), of.due, of.mechanism, of.subject.clone());
            key(a).cmp(&key(b))
        });
        named
    }

    /// The counties, most urgent first: by those overdue, those to be solved, the days that one takes, what came to
    /// them since last month, and their codes. A figure that is not told counts as one below all told and not 0.
    pub(super) fn dispatch(
        &self,
        as_of: NaiveDate,
        counties: &[(Place, crate::model::board::Locality)],
    ) -> Vec<Dispatch> {
        let mut order: Vec<Dispatch> = counties
            .iter()
            .map(|(place, locality)| Dispatch {
                place: locality.clone(),
                open: self.open(place),
                overdue: self.overdue(place),
                solved: self.count(place, None, Of::SolvedThisMonth),
                days_to_close: self.days_to_close(place, as_of.year()),
                change: self.change(place),
            })
            .collect();
        order.sort_by_key(|one| {
            let rank = |cell: Cell<u64>| std::cmp::Reverse(cell.told().unwrap_or(1));
            let change = one.change.map_or(0, |change| change.told().unwrap_or_default());
            let slow = std::cmp::Reverse(one.days_to_close);
            (rank(one.overdue), rank(one.open), slow, std::cmp::Reverse(change), one.place.code.clone())
        });
        order
    }

    /// The median of the days from the night that found a problem to the one that showed it solved, of those solved in
    /// the year; of an even number, the lower of the two in the middle.
    fn days_to_close(&self, place: &Place, year: i32) -> Option<u32> {
        let mut days: Vec<i64> = self
            .at(place)
            .filter_map(|problem| {
                let solved = problem.solution.as_ref().filter(|solution| solution.on.year() == year)?;
                Some((solved.on - problem.since).num_days())
            })
            .collect();
        days.sort_unstable();
        let enough = days.len() as u64 >= FEWEST;
        let middle = days.get(days.len().saturating_sub(1) / 2).filter(|_| enough)?;
        u32::try_from(*middle).ok()
    }

    /// How many more people's problems there are to solve than when last month ended.
    fn change(&self, place: &Place) -> Option<Cell<i64>> {
        let Place::County(area) = place else { return None };
        let before = self.before.as_ref()?.get(area).copied().unwrap_or(Cell::Told(0));
        let now = self.count(place, None, Of::ToSolve);
        Some(match (now, before) {
            (Cell::Told(now), Cell::Told(before)) => Cell::Told(i64::try_from(now).ok()? - i64::try_from(before).ok()?),
            _ => Cell::Withheld,
        })
    }
}

/// An institution's code, or an area's with its category; nothing of a person.
fn subject(of: &Subject) -> String {
    match of {
        Subject::Person(_) => String::new(),
        Subject::Institution(code) => code.to_string(),
        Subject::Area(area, None) => area.to_string(),
        Subject::Area(area, Some(category)) => format!("{area} {}", category.term()),
    }
}

fn more(people: Cell<u64>, named: u64) -> Cell<u64> {
    people.told().map_or(Cell::Withheld, |people| Cell::Told(people + named))
}

/// What was to be solved when last month ended, as that month's board told it; nothing where a list of then is missing.
fn before(audits: &[AuditNight]) -> Option<BTreeMap<Option<AreaCode>, Cell<u64>>> {
    let mut by_area: BTreeMap<Option<AreaCode>, u64> = BTreeMap::new();
    for audit in audits {
        for problem in audit.before.as_ref()?.iter().filter(of_people).filter(|problem| to_solve(problem)) {
            *by_area.entry(problem.area).or_default() += 1;
        }
    }
    (!audits.is_empty()).then(|| one_sum(&by_area))
}

fn cells(figures: &mut Figures, counts: &mut BTreeMap<Key, u64>, places: &Places) -> Cells<Key> {
    let mechanisms: BTreeSet<Mechanism> = counts.keys().filter_map(|(_, mechanism, _)| *mechanism).collect();
    // A county without one is a cell of the sum as any other.
    for place in std::iter::once(Place::Whole).chain(places.counties()) {
        for mechanism in std::iter::once(None).chain(mechanisms.iter().copied().map(Some)) {
            let solved = [Of::SolvedThisMonth, Of::SolvedBefore];
            let states = ProblemState::ALL.map(Of::In).into_iter().chain([Of::ToSolve]).chain(solved);
            for of in states {
                counts.entry((place.clone(), mechanism, of)).or_default();
            }
        }
    }
    let county = |(key, people): (&Key, &u64)| match key {
        (Place::County(area), None, Of::ToSolve) => Some((*area, *people)),
        _ => None,
    };
    let by_area: BTreeMap<Option<AreaCode>, u64> = counts.iter().filter_map(county).collect();
    let settled = one_sum(&by_area).into_iter().map(|(area, cell)| ((Place::County(area), None, Of::ToSolve), cell));
    let mut grid = Grid::of(figures, counts, &settled.collect(), |(_, _, of)| *of == Of::SolvedBefore);
    for (place, mechanism, of) in counts.keys() {
        let total = (place.clone(), *mechanism, *of);
        grid.sum(&total, places.parts(place).into_iter().map(|part| (part, *mechanism, *of)));
        if mechanism.is_none() {
            grid.sum(&total, mechanisms.iter().map(|mechanism| (place.clone(), Some(*mechanism), *of)));
        }
        if *of == Of::ToSolve {
            let states = [ProblemState::Open, ProblemState::Overdue];
            grid.sum(&total, states.map(|state| (place.clone(), *mechanism, Of::In(state))));
        }
        if *of == Of::In(ProblemState::Solved) {
            grid.sum(&total, [Of::SolvedThisMonth, Of::SolvedBefore].map(|of| (place.clone(), *mechanism, of)));
        }
    }
    grid.cells()
}
