//! Care beside the same months of last year, as the monthly report may tell it.
//!
//! Every figure of an area rests on settlements and stays, and those of all areas add up to the whole area's: an area
//! of few in any month of either year is left out with another, and stays out until the year's end, as the years to
//! date of two reports differ by a month. So is one of which the rates by category leave a category out: all its stays
//! would give that one away. Of a kind of care with few settlements in the whole area nothing is told at all.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;

use super::nights::{AuditNight, CareRow, MonthTables, RateRow};
use super::place::Place;
use super::trend::one_sum;
use super::withhold::too_few;
use crate::model::board::Cell;
use crate::model::monthly::{AreaStays, Beside, CareBeside, CareLine, CareMeasure};
use crate::model::{AreaCode, Care, Category};

/// By category, the stays of each area.
type Rates<'n> = BTreeMap<Category, Vec<&'n RateRow>>;

/// The last month known, the whole area and each of its areas; `None` where no audit looked at care.
pub(super) fn beside_last_year(audits: &[AuditNight], names: &BTreeMap<String, String>) -> Option<CareBeside> {
    let tables = audits.iter().map(|audit| &audit.tables).find(|tables| !tables.care.is_empty())?;
    let month = tables.care.iter().map(|row| row.month).max()?;
    let rates = by_category(audits);
    let out = left_out(tables, &rates);
    let areas = rows_of(tables, Care::InPatient).filter(|row| !row.whole && row.month == month && row.to_date);
    let stays = |row: &CareRow| {
        let told = |measure| told(Some(row), measure, out.contains(&row.area));
        AreaStays {
            place: Place::County(row.area).locality(names),
            cost_per_stay: told(CareMeasure::CostPerStay),
            person: told(CareMeasure::Person),
            stays_per_thousand: told(CareMeasure::StaysPerThousand),
        }
    };
    let mut areas: Vec<(Option<AreaCode>, AreaStays)> = areas.map(|row| (row.area, stays(row))).collect();
    areas.sort_by_key(|(area, _)| (area.is_none(), *area));
    Some(CareBeside {
        month,
        whole: Care::ALL.into_iter().flat_map(|care| whole(tables, &rates, (care, month))).collect(),
        areas: areas.into_iter().map(|(_, stays)| stays).collect(),
    })
}

fn rows_of(tables: &MonthTables, care: Care) -> impl Iterator<Item = &CareRow> {
    tables.care.iter().filter(move |row| row.care == Some(care))
}

/// Every measure of one kind of care that says anything.
fn whole(tables: &MonthTables, rates: &Rates<'_>, (care, month): (Care, NaiveDate)) -> Vec<CareLine> {
    let rows: Vec<&CareRow> = rows_of(tables, care).filter(|row| row.whole).collect();
    let in_hospital = care == Care::InPatient;
    let few = rows.iter().any(|row| row.rests_on.into_iter().any(too_few)) || in_hospital && few_of_a_category(rates);
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

/// The areas of whose stays nothing may be told.
fn left_out(tables: &MonthTables, rates: &Rates<'_>) -> BTreeSet<Option<AreaCode>> {
    let mut out = BTreeSet::new();
    let mut leave_out = |people: &BTreeMap<Option<AreaCode>, u64>| {
        out.extend(one_sum(people).into_iter().filter(|(_, cell)| *cell == Cell::Withheld).map(|(area, _)| area));
    };
    let mut months: BTreeMap<NaiveDate, Vec<&CareRow>> = BTreeMap::new();
    for row in rows_of(tables, Care::InPatient).filter(|row| !row.whole && !row.to_date) {
        months.entry(row.month).or_default().push(row);
    }
    for rows in months.values() {
        (0..4).for_each(|at| leave_out(&rows.iter().map(|row| (row.area, row.rests_on[at])).collect()));
    }
    for rows in rates.values() {
        leave_out(&rows.iter().map(|row| (Some(row.area), row.stays)).collect());
        leave_out(&rows.iter().map(|row| (Some(row.area), row.enrolled)).collect());
    }
    out
}

/// Whether a category has few stays in all areas together: those of everybody would give them away.
fn few_of_a_category(rates: &Rates<'_>) -> bool {
    rates.values().any(|rows| too_few(rows.iter().map(|row| row.stays).sum()))
}

fn by_category(audits: &[AuditNight]) -> Rates<'_> {
    let mut by_category = Rates::new();
    let rows = audits.iter().flat_map(|audit| &audit.tables.rates);
    rows.for_each(|row| by_category.entry(row.category).or_default().push(row));
    by_category
}
