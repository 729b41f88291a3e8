//! Care beside the same months of last year, as the monthly report may tell it.
//!
//! Every figure of an area rests on settlements and stays, and those of all areas add up to the whole area's: an area
//! of few in any month of either year is left out with another, and stays out until the year's end, as the years to
//! date of two reports differ by a month. So is one whose stays, less those that the rates tell by category, would give
//! a category away that they leave out. Of a kind of care with few settlements in the whole area nothing is told.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;

use super::few::{alone, too_few};
use super::nights::{AuditNight, CareRow, MonthTables};
use super::place::Place;
use super::providers;
use super::trend::one_sum;
use super::withhold::{CellId, Figures};
use crate::model::board::Cell;
use crate::model::monthly::{AreaStays, Beside, CareBeside, CareLine, CareMeasure};
use crate::model::{AreaCode, Care};

/// The last month known, the whole area and each of its areas; `None` where no audit looked at care.
pub(super) fn beside_last_year(audits: &[AuditNight], names: &BTreeMap<String, String>) -> Option<CareBeside> {
    let tables = audits.iter().map(|audit| &audit.tables).find(|tables| !tables.care.is_empty())?;
    let month = tables.care.iter().map(|row| row.month).max()?;
    let out = LeftOut::of(tables, audits);
    let areas = stays_to_date(tables);
    let stays = |row: &CareRow| {
        let told = |measure| told(Some(row), measure, out.areas.contains(&row.area));
        AreaStays {
            place: Place::County(row.area).locality(names),
            cost_per_stay: told(CareMeasure::CostPerStay),
            person: told(CareMeasure::Person),
            stays_per_thousand: told(CareMeasure::StaysPerThousand),
        }
    };
    let all_out = areas.clone().all(|row| out.areas.contains(&row.area));
    let mut areas: Vec<(Option<AreaCode>, AreaStays)> = areas.map(|row| (row.area, stays(row))).collect();
    areas.sort_by_key(|(area, _)| (area.is_none(), *area));
    // A table of nothing but withheld figures says nothing.
    areas.retain(|_| !all_out);
    Some(CareBeside {
        month,
        whole: Care::ALL.into_iter().flat_map(|care| whole(tables, out.whole, (care, month))).collect(),
        areas: areas.into_iter().map(|(_, stays)| stays).collect(),
    })
}

fn rows_of(tables: &MonthTables, care: Care) -> impl Iterator<Item = &CareRow> + Clone {
    tables.care.iter().filter(move |row| row.care == Some(care))
}

/// Every measure of one kind of care that says anything.
fn whole(tables: &MonthTables, stays_out: bool, (care, month): (Care, NaiveDate)) -> Vec<CareLine> {
    let rows: Vec<&CareRow> = rows_of(tables, care).filter(|row| row.whole).collect();
    let in_hospital = care == Care::InPatient;
    let few = rows.iter().any(|row| row.rests_on.into_iter().any(too_few)) || in_hospital && stays_out;
    let row = |to_date: bool| rows.iter().copied().find(|row| row.month == month && row.to_date == to_date);
    let line = |measure| {
        let [month, to_date] = [false, true].map(|to_date| told(row(to_date), measure, few));
        CareLine { care, measure, month, to_date }
    };
    let says = |line: &CareLine| [line.month, line.to_date].into_iter().any(says_anything);
    CareMeasure::ALL.into_iter().filter(|of| in_hospital || of.is_share()).map(line).filter(says).collect()
}

/// Whether there is a figure other than 0, or one that is withheld.
fn says_anything(cell: Cell<Beside>) -> bool {
    cell.told().is_none_or(|of| [of.now, of.year_ago].into_iter().flatten().any(|figure| !figure.is_zero()))
}

fn told(row: Option<&CareRow>, measure: CareMeasure, withheld: bool) -> Cell<Beside> {
    let figure = row.and_then(|row| row.measures.get(&measure)).copied().unwrap_or_default();
    if withheld { Cell::Withheld } else { Cell::Told(figure) }
}

/// Of whose stays nothing may be told.
struct LeftOut {
    areas: BTreeSet<Option<AreaCode>>,
    /// Whether nothing may be told of the whole area's either.
    whole: bool,
}

impl LeftOut {
    fn of(tables: &MonthTables, audits: &[AuditNight]) -> LeftOut {
        let few = few_in_any_month(tables);
        let rates = providers::by_category(audits);
        if rates.is_empty() {
            return LeftOut { areas: few, whole: false };
        }
        let mut figures = Figures::default();
        let mut sums: BTreeMap<Option<AreaCode>, u64> = BTreeMap::new();
        let mut of_area: BTreeMap<Option<AreaCode>, Vec<CellId>> = BTreeMap::new();
        let mut parts = Vec::new();
        for rows in rates.values() {
            let points = providers::told(rows);
            let all: u64 = rows.iter().map(|row| row.stays).sum();
            let total = figures.settled(alone(all), all);
            let each = rows.iter().map(|row| {
                let told = if points.contains(&row.area) { Cell::Told(row.stays) } else { Cell::Withheld };
                let cell = figures.settled(told, row.stays);
                *sums.entry(Some(row.area)).or_default() += row.stays;
                of_area.entry(Some(row.area)).or_default().push(cell);
                cell
            });
            let each: Vec<CellId> = each.collect();
            figures.sum(total, each);
            parts.push(total);
        }
        // Where the rates count nobody, the settlements do not say where somebody is insured, or nobody is enrolled.
        for row in stays_to_date(tables).filter(|row| !sums.contains_key(&row.area)).collect::<Vec<_>>() {
            sums.insert(row.area, row.rests_on[2]);
        }
        let whole = figures.cell(sums.values().sum());
        let mut areas = BTreeMap::new();
        for (area, stays) in sums {
            let cell = if few.contains(&area) { figures.settled(Cell::Withheld, stays) } else { figures.cell(stays) };
            match of_area.remove(&area) {
                Some(categories) => figures.sum(cell, categories),
                None => parts.push(cell),
            }
            areas.insert(area, cell);
        }
        figures.sum(whole, areas.values().copied());
        figures.sum(whole, parts);
        let settled = figures.settle();
        let withheld = |cell: CellId| settled.of(cell) == Cell::Withheld;
        let out = areas.into_iter().filter(|(_, cell)| withheld(*cell)).map(|(area, _)| area);
        LeftOut { areas: few.iter().copied().chain(out).collect(), whole: withheld(whole) }
    }
}

/// The areas of few stays or settlements in any month of either year, each with another.
fn few_in_any_month(tables: &MonthTables) -> BTreeSet<Option<AreaCode>> {
    let mut few = BTreeSet::new();
    let mut months: BTreeMap<NaiveDate, Vec<&CareRow>> = BTreeMap::new();
    for row in rows_of(tables, Care::InPatient).filter(|row| !row.whole && !row.to_date) {
        months.entry(row.month).or_default().push(row);
    }
    for rows in months.values() {
        for at in 0..4 {
            let told = one_sum(&rows.iter().map(|row| (row.area, row.rests_on[at])).collect());
            few.extend(told.into_iter().filter(|(_, cell)| *cell == Cell::Withheld).map(|(area, _)| area));
        }
    }
    few
}

/// The stays of each area from January to the last month.
fn stays_to_date(tables: &MonthTables) -> impl Iterator<Item = &CareRow> + Clone {
    let month = tables.care.iter().map(|row| row.month).max();
    rows_of(tables, Care::InPatient).filter(move |row| !row.whole && row.to_date && Some(row.month) == month)
}
