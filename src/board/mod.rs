//! Published nights become what the board (调度看板) shows: counted, told as far as nobody is given away by it, and put in
//! order. Pure: it opens nothing, and draws nothing.
//!
//! What is withheld is decided in [`withhold`], here and nowhere else; a page shows what it is given.

mod alike;
mod care;
mod covered;
mod elimination;
pub mod few;
mod grid;
mod jobs;
mod left;
mod month;
pub mod nights;
mod people;
mod place;
mod problems;
mod providers;
mod replies;
mod trend;
mod warnings;
pub mod withhold;

use chrono::NaiveDate;

use covered::Covered;
use nights::{AuditNight, Nights, Quality, RuleRead};
use people::Ranges;
use place::{Place, Places};
use problems::Problems;
use replies::Replies;
use trend::Trend;
use warnings::{Of, Warnings, key};
use withhold::{Figures, Settled};

use crate::model::board::{AuditStanding, Board, Cell, Locality, PartStanding, RuleStanding, Standing, TableQuality};
use crate::model::{Category, Mechanism, Verdict, VerdictCounts};

/// How many digits of its manifest's hash name a night.
const DIGITS: usize = 12;

/// What names a night: the beginning of its manifest's hash.
fn named(sha256: &str) -> String {
    sha256.chars().take(DIGITS).collect()
}

/// Every figure of a board, as it may be told; its month rests on the same.
#[derive(Debug)]
pub struct Figured<'n> {
    nights: &'n Nights,
    places: Places,
    ranges: Ranges,
    warnings: Warnings,
    covered: Covered,
    replies: Replies,
    /// What may be told of these.
    settled: Settled,
    problems: Problems<'n>,
    trend: Trend,
}

impl<'n> Figured<'n> {
    /// Counts, and decides what is withheld.
    pub fn of(nights: &'n Nights) -> Figured<'n> {
        let places = places(nights);
        let ranges = Ranges::of(&nights.tonight);
        let mut figures = Figures::default();
        let trend = Trend::of(&nights.past);
        let warnings = Warnings::of(&mut figures, nights, &places, &trend, &ranges.above);
        Figured {
            replies: Replies::of(&mut figures, &nights.tonight, &places, &warnings),
            covered: Covered::of(&mut figures, &nights.tonight, &places, &warnings),
            warnings,
            settled: figures.settle(),
            problems: Problems::of(nights.as_of, &nights.audits, &places),
            trend,
            nights,
            places,
            ranges,
        }
    }

    /// The board of the night.
    pub fn board(&self) -> Board {
        let Figured { nights, .. } = self;
        let counties = self.places.counties();
        Board {
            as_of: nights.tonight.night,
            night: named(&nights.tonight.sha256),
            whole: self.standing(&Place::Whole),
            counties: counties.iter().map(|county| self.standing(county)).collect(),
            dispatch: self.problems.dispatch(nights.as_of, &self.localities()),
            quality: quality(nights),
            jobs: jobs::states(nights.as_of, &nights.folders),
            warnings: nights.warnings.iter().map(|line| without_figures(line)).collect(),
            rules: nights.rules.clone(),
        }
    }

    /// Every county, and what it is called.
    fn localities(&self) -> Vec<(Place, Locality)> {
        let counties = self.places.counties().into_iter();
        counties.map(|county| (county.clone(), county.locality(&self.nights.names))).collect()
    }

    fn standing(&self, place: &Place) -> Standing {
        let tonight = &self.nights.tonight;
        let (whole, county) = match place {
            Place::County(area) => (false, Some(*area)),
            _ => (true, None),
        };
        Standing {
            total: self.part(place),
            rules: tonight.rules.iter().enumerate().map(|(index, rule)| self.rule(place, index, rule)).collect(),
            parts: self.places.parts(place).iter().map(|part| self.part(part)).collect(),
            trend: county.map_or_else(|| self.trend.whole.clone(), |area| self.trend.county(area)),
            cascade: people::cascade(tonight, place, self.warned(place, None, None, Of::Flagged)),
            distributions: if whole {
                self.ranges.distributions(tonight, |rule, range| self.warned(place, Some(rule), None, Of::Range(range)))
            } else {
                Vec::new()
            },
            replies: self.replies.standing(&self.settled, place, &tonight.rules, &self.nights.names),
            audits: if whole { audits(&self.nights.audits, &self.problems) } else { Vec::new() },
            problems: self.problems.standing(place),
            named: self.problems.named(place),
        }
    }

    fn warned(&self, place: &Place, rule: Option<usize>, category: Option<Category>, of: Of) -> Cell<u64> {
        self.warnings.cell(&self.settled, &key(place, rule, category, of))
    }

    fn rule(&self, place: &Place, index: usize, rule: &RuleRead) -> RuleStanding {
        let flagged = |category| self.warned(place, Some(index), category, Of::Standing);
        let of = |category| self.covered.warned(&self.settled, place, Some(index), category, flagged(category));
        RuleStanding {
            rule: rule.id.clone(),
            title: rule.title.clone(),
            all: of(None),
            moved: self.warnings.moved(&self.settled, place, Some(index)),
            by_category: rule.categories.iter().map(|category| (*category, of(Some(*category)))).collect(),
        }
    }

    fn part(&self, place: &Place) -> PartStanding {
        let mut locality = place.locality(&self.nights.names);
        if *place == Place::Whole {
            locality = Locality { code: Some(self.nights.area.to_string()), name: Some(self.nights.place.clone()) };
        }
        let flagged = self.warned(place, None, None, Of::Flagged);
        let rules = 0..self.nights.tonight.rules.len();
        PartStanding {
            place: locality,
            all: self.covered.warned(&self.settled, place, None, None, flagged),
            by_rule: rules.map(|rule| self.warned(place, Some(rule), None, Of::Standing)).collect(),
            moved: self.warnings.moved(&self.settled, place, None),
            overdue_answers: self.replies.overdue(&self.settled, place),
            open_problems: self.problems.open(place),
            overdue_problems: self.problems.overdue(place),
        }
    }
}

/// Every place that a figure of the nights is about.
fn places(nights: &Nights) -> Places {
    let mut places = Places::default();
    let tonight = &nights.tonight;
    tonight.summary.iter().for_each(|row| places.add_county(row.area));
    tonight.counts.iter().for_each(|row| places.add(row.area, row.town_code.as_deref()));
    for key in tonight.responses.keys() {
        let area = key.area_code.as_deref().and_then(|code| crate::model::AreaCode::from_text(code.as_bytes()));
        places.add(area, key.town_code.as_deref());
    }
    let problems = nights.audits.iter().flat_map(|audit| &audit.problems);
    problems.for_each(|problem| places.add(problem.area, problem.town_code.as_deref()));
    nights.past.last().and_then(|night| night.by_area.as_ref()).into_iter().flatten().for_each(|(area, _)| {
        places.add_county(*area);
    });
    places
}

/// What each audit said of how many.
fn audits(nights: &[AuditNight], problems: &Problems<'_>) -> Vec<AuditStanding> {
    let each =
        |night: &'_ AuditNight| night.verdicts.iter().map(|(of, counts)| (*of, counts.clone())).collect::<Vec<_>>();
    let all = nights.iter().flat_map(|night| each(night).into_iter().map(|(of, counts)| (night.night, of, counts)));
    let mut standing: Vec<AuditStanding> = all.map(|(night, of, counts)| audit(night, of, &counts, problems)).collect();
    standing.sort_by_key(|audit| audit.mechanism);
    standing
}

/// What has to be looked at stands in the list of problems as well: it is told where every figure of that list is.
/// Those of the list whom tonight's data says nothing of may be few.
fn audit(as_of: NaiveDate, mechanism: Mechanism, counts: &VerdictCounts, problems: &Problems<'_>) -> AuditStanding {
    let mut figures = Figures::default();
    let verdicts = Verdict::ALL.map(|verdict| (verdict == Verdict::Fault, counts.of(verdict)));
    let listed = problems.unsolved(mechanism).is_some();
    let cells: Vec<_> = std::iter::once((false, counts.subjects))
        .chain(verdicts)
        .map(|(is_fault, subjects)| match problems::is_of_people(mechanism) {
            true if is_fault && !listed => figures.settled(Cell::Withheld, subjects),
            true => figures.cell(subjects),
            false => figures.settled(Cell::Told(subjects), subjects),
        })
        .collect();
    figures.sum(cells[0], cells[1..].iter().copied());
    if let (Some(unsolved), true) = (problems.unsolved(mechanism), problems::is_of_people(mechanism)) {
        let unsolved = figures.settled(Cell::Told(unsolved), unsolved);
        figures.within([unsolved], [cells[1 + Verdict::Fault as usize]]);
    }
    let settled = figures.settle();
    let of = |verdict: Verdict| settled.of(cells[1 + verdict as usize]);
    AuditStanding {
        mechanism,
        as_of,
        subjects: settled.of(cells[0]),
        correct: of(Verdict::Correct),
        fault: of(Verdict::Fault),
        not_applicable: of(Verdict::NotApplicable),
        cannot_be_told: of(Verdict::CannotBeTold),
    }
}

/// What became of the rows of each table of each job.
fn quality(nights: &Nights) -> Vec<TableQuality> {
    let own = std::iter::once(("nightly", &nights.tonight.quality));
    let all = own.chain(nights.audits.iter().map(|audit| (audit.kind.as_str(), &audit.quality)));
    all.flat_map(|(job, Quality { totals, set_aside })| {
        totals.iter().map(move |(table, totals)| TableQuality {
            job: job.to_owned(),
            table: table.clone(),
            totals: *totals,
            set_aside: set_aside.get(table).cloned().unwrap_or_default(),
        })
    })
    .collect()
}

/// A line without what may count or name people: every number but those of days, of longer names and of versions, and
/// whatever is quoted, as it may be delivered text.
fn without_figures(line: &str) -> String {
    let mut shown = String::with_capacity(line.len());
    let mut rest = line;
    while let Some(start) = rest.find(['`', '"']) {
        let (before, quoted) = rest.split_at(start);
        let quote = &quoted[..1];
        shown += &format!("{}{quote}…{quote}", without_numbers(before));
        rest = quoted[1..].split_once(quote).map_or("", |(_, after)| after);
    }
    shown + &without_numbers(rest)
}

fn without_numbers(text: &str) -> String {
    let part_of_a_word = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | '-' | '/');
    let mut shown = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find(part_of_a_word) {
        let end = rest[start..].find(|c| !part_of_a_word(c)).map_or(rest.len(), |length| start + length);
        let word = &rest[start..end];
        let kept = word.contains(|c: char| c.is_ascii_alphabetic())
            || !word.contains(|c: char| c.is_ascii_digit())
            || word.parse::<NaiveDate>().is_ok();
        shown.push_str(&rest[..start]);
        shown.push_str(if kept { word } else { "*" });
        rest = &rest[end..];
    }
    shown + rest
}
