//! Care beside the same months of last year (与上年同期): what a stay cost, which layer paid what share, and how many
//! stays there were per thousand people enrolled, in a month and from January to it, by area and in the whole area.
//!
//! Like is held against like: this year as it is known on the day looked at, and last year as it was known on the same
//! day of it, so that what is not settled yet is missing from both. A month that is not over is not compared.

use std::collections::{BTreeMap, BTreeSet};

use rust_decimal::Decimal;

use super::care::{CareFigures, CareRow};
use super::series::{YEAR, growth};
use crate::model::monthly::Beside;
use crate::model::{AreaCode, Care, Fen, Month};

/// What is known of last year.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct LastYear {
    /// What care came to.
    pub rows: Vec<CareRow>,
    /// The last month of it that is known whole, with all before it.
    pub through: Option<Month>,
}

/// Where care is compared. The order is that of the published table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Where {
    /// In one area; `None` where the settlements do not say.
    Area(Option<AreaCode>),
    /// Everywhere.
    Whole,
}

/// Which months are compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Span {
    /// One alone.
    Month,
    /// From January to it.
    ToDate,
}

impl Span {
    /// Both, in order.
    pub const ALL: [Span; 2] = [Span::Month, Span::ToDate];

    /// The name in published tables.
    pub fn name(self) -> &'static str {
        match self {
            Span::Month => "month",
            Span::ToDate => "to_date",
        }
    }

    fn until(self, last: Month) -> (Month, Month) {
        match self {
            Span::Month => (last, last),
            Span::ToDate => (last.january(), last),
        }
    }
}

/// One kind of care in some months, beside last year's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ComparedRow {
    /// Where.
    pub place: Where,
    /// The month, the last of those compared.
    pub month: Month,
    /// Which months.
    pub span: Span,
    /// What kind of care; `None` where the settlements do not say.
    pub care: Option<Care>,
    /// What it came to.
    pub now: CareFigures,
    /// In the same months of last year; `None` where one of them is not known.
    pub year_ago: Option<CareFigures>,
}

impl ComparedRow {
    /// An amount, and by how many percent it is more than last year's.
    pub fn amount(&self, of: impl Fn(&CareFigures) -> Option<Fen>) -> Beside<Fen> {
        let (now, year_ago) = (of(&self.now), self.year_ago.as_ref().and_then(of));
        let fen = |amount: Option<Fen>| amount.map(|amount| i128::from(amount.0));
        Beside { now, year_ago, change: growth(fen(now), fen(year_ago)) }
    }

    /// The part of the cost that one payer bore, in percent, and by how many points it is more.
    pub fn share(&self, of: impl Fn(&CareFigures) -> i128) -> Beside<Decimal> {
        let percent = |figures: &CareFigures| figures.percent(of(figures));
        let (now, year_ago) = (percent(&self.now), self.year_ago.as_ref().and_then(percent));
        Beside { now, year_ago, change: now.zip(year_ago).map(|(now, year_ago)| now - year_ago) }
    }

    /// Stays per thousand people enrolled, and by how many percent they are more.
    pub fn stays_per_thousand(&self) -> Beside<Decimal> {
        let now = self.now.stays_per_thousand();
        let year_ago = self.year_ago.as_ref().and_then(CareFigures::stays_per_thousand);
        let more =
            |(now, year_ago): (Decimal, Decimal)| ((now - year_ago) * Decimal::ONE_HUNDRED).checked_div(year_ago);
        Beside { now, year_ago, change: now.zip(year_ago).and_then(more) }
    }
}

/// Holds the months of this year that are over by the end of `through` against last year's.
pub fn compared(rows: &[CareRow], last_year: &LastYear, through: Month) -> Vec<ComparedRow> {
    let (now, before) = (Year::of(rows, through), Year::of(&last_year.rows, through.plus(-YEAR)));
    let keys: BTreeSet<&(Where, Option<Care>)> = now.months.keys().chain(before.months.keys()).collect();
    let mut compared = Vec::new();
    for key in keys {
        for month in through.january().until(through) {
            let known = last_year.through.is_some_and(|last| last >= month.plus(-YEAR));
            let row = |span: Span| {
                let (first, last) = span.until(month);
                ComparedRow {
                    place: key.0,
                    month,
                    span,
                    care: key.1,
                    now: now.came_to(key, first, last),
                    year_ago: known.then(|| before.came_to(key, first.plus(-YEAR), last.plus(-YEAR))),
                }
            };
            compared.extend(Span::ALL.map(row));
        }
    }
    compared
}

/// The months of one year, until one of them.
#[derive(Debug, Default)]
struct Year {
    months: BTreeMap<(Where, Option<Care>), BTreeMap<Month, CareFigures>>,
    /// People enrolled, who are the same in every month.
    enrolled: BTreeMap<Where, u64>,
    /// Whether stays were counted.
    has_stays: bool,
}

impl Year {
    fn of(rows: &[CareRow], through: Month) -> Year {
        let mut year = Year::default();
        let mut enrolled: BTreeMap<Option<AreaCode>, u64> = BTreeMap::new();
        for row in rows.iter().filter(|row| (through.january()..=through).contains(&row.month)) {
            for place in [Where::Area(row.area), Where::Whole] {
                let months = year.months.entry((place, row.care)).or_default();
                months.entry(row.month).or_default().add(&row.came_to);
            }
            year.has_stays |= row.came_to.stays.is_some();
            enrolled.extend(row.came_to.enrolled.map(|people| (row.area, people)));
        }
        if !enrolled.is_empty() {
            year.enrolled.insert(Where::Whole, enrolled.values().sum());
        }
        year.enrolled.extend(enrolled.into_iter().map(|(area, people)| (Where::Area(area), people)));
        year
    }

    /// What the months from `first` to `last` came to: to nothing, where nothing was settled.
    fn came_to(&self, key: &(Where, Option<Care>), first: Month, last: Month) -> CareFigures {
        let mut sum = CareFigures::default();
        self.months.get(key).into_iter().flat_map(|months| months.range(first..=last)).for_each(|(_, of)| sum.add(of));
        let in_hospital = key.1 == Some(Care::InPatient);
        sum.stays = sum.stays.or((in_hospital && self.has_stays).then(Default::default));
        sum.enrolled = self.enrolled.get(&key.0).copied().filter(|_| in_hospital);
        sum
    }
}
