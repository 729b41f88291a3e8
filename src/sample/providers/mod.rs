//! Institutions with a part of their own: who stays there, what is settled meanwhile, and what the audits of providers
//! are to say of each. Nobody else comes to them, and whom they treat is treated nowhere else.

mod crowd;
mod shares;
mod stays;

use chrono::{Datelike, NaiveTime, TimeDelta};

pub(super) use self::crowd::Crowd;
use crate::model::{Matter, Mechanism, Reason, Verdict};
use crate::sample::calendar::Calendar;
use crate::sample::institutions::Institution;
use crate::sample::parts::Said;
use crate::sample::people::{AREAS, Person};
use crate::sample::random::Random;
use crate::sample::settlement::{Ids, Kind, Settlement, Visit};

/// What is planted about one institution.
#[derive(Debug, Clone)]
pub(super) struct Case {
    /// As the list of planted things names it.
    name: &'static str,
    level: &'static str,
    /// Where its people live, if not in one county each; the case is about that area then.
    area: Option<u32>,
    bouts: Vec<Bout>,
    expected: Vec<(Mechanism, Verdict, Matter)>,
    /// Where it is about money: what is found, and what the limit comes to, in fen.
    sums: Option<(i64, i64)>,
}

/// One of a case's people.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Who {
    /// Of the register all year.
    Registered(usize),
    /// Insured as everybody is.
    Other(usize),
}

/// One settlement.
#[derive(Debug, Clone, Copy)]
struct Bout {
    who: Who,
    kind: Kind,
    /// The days of admission and of discharge, counted back from `as_of`.
    days: (i64, i64),
    disease: &'static str,
    /// In fen: all of it, outside the catalogue, above its prices.
    cost: (i64, i64, i64),
    /// Settlements of one number are of one visit; of 0, each is one of its own.
    visit: u32,
    /// At another institution than the one that the case is about.
    elsewhere: bool,
    reversed: bool,
}

impl Bout {
    /// A stay of somebody insured as everybody is.
    fn stay(admitted: i64, discharged: i64) -> Bout {
        Bout {
            who: Who::Other(0),
            kind: Kind::Stay,
            days: (admitted, discharged),
            disease: "K35",
            cost: (600_000, 0, 0),
            visit: 0,
            elsewhere: false,
            reversed: false,
        }
    }

    /// A visit on one day, at another institution.
    fn visit(kind: Kind, day: i64) -> Bout {
        Bout { kind, cost: (20_000, 0, 0), elsewhere: true, ..Bout::stay(day, day) }
    }

    fn by(self, who: Who) -> Bout {
        Bout { who, ..self }
    }

    fn disease(self, disease: &'static str) -> Bout {
        Bout { disease, ..self }
    }

    fn costing(self, cost: i64, outside: i64, over_limit: i64) -> Bout {
        Bout { cost: (cost, outside, over_limit), ..self }
    }

    fn of_visit(self, visit: u32) -> Bout {
        Bout { visit, ..self }
    }

    fn elsewhere(self) -> Bout {
        Bout { elsewhere: true, ..self }
    }

    fn reversed(self) -> Bout {
        Bout { reversed: true, ..self }
    }
}

impl Case {
    fn of(name: &'static str, level: &'static str, bouts: Vec<Bout>) -> Case {
        Case { name, level, area: None, bouts, expected: Vec::new(), sums: None }
    }

    fn says(mut self, mechanism: Mechanism, verdict: Verdict, matter: Matter) -> Case {
        self.expected.push((mechanism, verdict, matter));
        self
    }

    fn sums(self, found: i64, limit: i64) -> Case {
        Case { sums: Some((found, limit)), ..self }
    }

    /// How many of its people are of the register, and how many are not.
    fn people(&self) -> (usize, usize) {
        let most = |of: &dyn Fn(Who) -> Option<usize>| self.bouts.iter().filter_map(|bout| of(bout.who)).max();
        let registered = most(&|who| if let Who::Registered(index) = who { Some(index + 1) } else { None });
        let others = most(&|who| if let Who::Other(index) = who { Some(index + 1) } else { None });
        (registered.unwrap_or_default(), others.unwrap_or_default())
    }
}

/// A case, its institutions and its people.
#[derive(Debug, Clone)]
pub(super) struct Staged {
    case: Case,
    institution: Institution,
    elsewhere: Institution,
    /// Of the register all year.
    pub(super) registered: Vec<Person>,
    /// Insured as everybody is.
    pub(super) others: Vec<Person>,
}

/// From so many people and settlements on there is room for the cases, in a year that has got as far as April.
const ROOM: (u32, u32, usize) = (1_000, 4_000, 4);

/// Every case that the sample has room for.
pub(super) fn all(calendar: &Calendar, people: u32, settlements: u32) -> Vec<Case> {
    if people < ROOM.0 || settlements < ROOM.1 || !calendar.has(ROOM.2) {
        return Vec::new();
    }
    let mut cases = shares::cases();
    cases.extend(stays::cases(calendar));
    cases.push(crowd::small_area());
    cases
}

/// Takes people off the front of `people` for the cases, each insured in another county than the one before; the others
/// are left.
pub(super) fn stage(cases: Vec<Case>, mut people: &[Person]) -> (Vec<Staged>, &[Person]) {
    let mut counties = AREAS[..AREAS.len() - 1].iter().cycle();
    let mut take = |count: usize, area: Option<u32>| {
        let (taken, rest) = people.split_at(count);
        people = rest;
        let live = |(person, county): (&Person, &u32)| person.living_in(area.unwrap_or(*county));
        taken.iter().zip(&mut counties).map(live).collect::<Vec<_>>()
    };
    let staged = cases.into_iter().enumerate().map(|(index, case)| {
        let (registered, others) = case.people();
        Staged {
            institution: Institution::apart(2 * index, case.level),
            elsewhere: Institution::apart(2 * index + 1, case.level),
            registered: take(registered, case.area),
            others: take(others, case.area),
            case,
        }
    });
    (staged.collect(), people)
}

/// Adds the settlements of every case to the rows of their months.
pub(super) fn plant(
    staged: &[Staged],
    calendar: &Calendar,
    ids: &mut Ids,
    rows: &mut [Vec<Settlement>],
    random: &mut Random,
) {
    for one in staged {
        let mut visits: Vec<(u32, String)> = Vec::new();
        for bout in &one.case.bouts {
            let mut row = one.row(bout, calendar, ids, random);
            match visits.iter().find(|(number, _)| *number == bout.visit && bout.visit > 0) {
                Some((_, visit)) => row.mdtrt_id.clone_from(visit),
                None => visits.push((bout.visit, row.mdtrt_id.clone())),
            }
            if bout.visit > 0 {
                row = row.marked("sound: interim_settlement");
            }
            // What ended before the year is known by the year before.
            let month = if row.ends.year() < calendar.year() { 0 } else { row.ends.month() as usize };
            if month == 0 {
                row = row.marked(Reason::OutOfWindow.id());
            }
            if bout.reversed {
                row.refunded = true;
                row = row.marked("sound: reversed");
                let twin = row.reversed(ids, row.updated + TimeDelta::minutes(50));
                rows[month].push(twin.marked("sound: reversal"));
            }
            rows[month].push(row);
        }
    }
}

impl Staged {
    fn row(&self, bout: &Bout, calendar: &Calendar, ids: &mut Ids, random: &mut Random) -> Settlement {
        let person = match bout.who {
            Who::Registered(index) => &self.registered[index],
            Who::Other(index) => &self.others[index],
        };
        let (admitted, discharged) = bout.days;
        let time = calendar.days_ago(discharged).and_time(NaiveTime::MIN) + TimeDelta::hours(11);
        let (cost, outside, over_limit) = bout.cost;
        let visit = Visit { kind: bout.kind, ..Visit::costing(cost, outside, over_limit) };
        let mut row = Settlement::new(ids, person, time, visit, random);
        row.institution = if bout.elsewhere { self.elsewhere } else { self.institution };
        row.disease = bout.disease;
        row.begins = calendar.days_ago(admitted);
        row.apart = true;
        row
    }
}

/// What the audits are to say of each institution or area.
pub(super) fn said(staged: &[Staged], calendar: &Calendar) -> Vec<Said> {
    let lines = staged.iter().flat_map(|one| {
        let subject = match one.case.area {
            Some(area) => ("area", crowd::ordinary_of(area)),
            None => ("institution", one.institution.code()),
        };
        let line = move |(mechanism, verdict, matter): &(Mechanism, Verdict, Matter)| {
            let said =
                Said::of_subject(one.case.name, *mechanism, (*verdict, *matter), subject.clone(), calendar.year());
            one.case.sums.into_iter().fold(said, Said::sums)
        };
        one.case.expected.iter().map(line)
    });
    lines.collect()
}
