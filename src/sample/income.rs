//! Per-capita disposable income, invented, for every area of the sample but one.

use std::sync::Arc;

use arrow_array::{ArrayRef, Int32Array, StringArray};

use super::extracts::{self, Compress};
use super::people::AREAS;
use super::planted::List;
use super::scene::Scene;
use crate::error::Error;
use crate::model::Reason;

/// The county without a figure of its own: its prefecture's is used.
const WITHOUT_FIGURE: u32 = 150_724;
const PREFECTURE: u32 = 150_700;
const PROVINCE: u32 = 150_000;
/// Where herders live: besides the prefecture and the province, only these have a figure of the pastoral series.
const PASTORAL: [u32; 3] = [150_725, 150_726, 150_727];
/// How many years of figures are delivered, up to the one before the policy year.
const YEARS: i32 = 8;
const SOURCE: &str = "invented for the sample (虚构)";

/// A figure and whose it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Reference {
    pub(super) area: u32,
    pub(super) fen: i64,
}

/// The figure that a burden is held against: of the year before the policy year, the area's own or its prefecture's.
pub(super) fn reference(area: u32, series: &str) -> Reference {
    let area = if has_figure(area, series) { area } else { PREFECTURE };
    Reference { area, fen: figure(area, series, 1) }
}

fn has_figure(area: u32, series: &str) -> bool {
    match area {
        PREFECTURE | PROVINCE => true,
        WITHOUT_FIGURE | 150_799 => false,
        _ => series != "pastoral" || PASTORAL.contains(&area),
    }
}

/// Whole yuan, as figures are published, in fen. `age` is 1 for the year before the policy year, 2 for the one before.
fn figure(area: u32, series: &str, age: i32) -> i64 {
    let base = match series {
        "rural" => 21_540,
        "pastoral" => 22_960,
        _ => 33_870,
    };
    (base + 73 * i64::from(area % 97) - 1_130 * i64::from(age)) * 100
}

#[derive(Debug, Clone)]
struct Row {
    area: String,
    year: Option<i32>,
    series: String,
    fen: Option<i64>,
    mark: Option<&'static str>,
}

/// Writes `income/income.parquet`.
pub(super) fn write(scene: &Scene<'_>, list: &mut List) -> Result<usize, Error> {
    let mut rows = Vec::new();
    for area in [PROVINCE, PREFECTURE].into_iter().chain(AREAS) {
        for series in ["rural", "pastoral", "all"] {
            for age in (1..=YEARS).filter(|_| has_figure(area, series)) {
                let (year, fen) = (Some(scene.calendar.year() - age), Some(figure(area, series, age)));
                rows.push(Row { area: area.to_string(), year, series: series.to_owned(), fen, mark: None });
            }
        }
    }
    plant(&mut rows, scene.each.income);
    let file = "income/income.parquet";
    list.enter_all("income", file, rows.iter().map(|row| (0, row.mark)));
    extracts::write(&scene.options.out, file, &columns(&rows), Compress::Zstd)?;
    Ok(rows.len())
}

/// Rows that cannot be used; no other row is lost to them.
fn plant(rows: &mut Vec<Row>, each: usize) {
    let sound = rows.clone();
    for (turn, row) in sound.iter().step_by(17).take(each.min(4)).enumerate() {
        let mut put = |reason: Reason, change: &dyn Fn(&mut Row)| {
            let mut row = Row { mark: Some(reason.id()), ..row.clone() };
            change(&mut row);
            rows.insert(rows.len() / 2, row);
        };
        put(Reason::BadArea, &|row| row.area = ["1507", "呼伦贝尔"][turn % 2].to_owned());
        put(Reason::BadSeries, &|row| row.series = ["urban", ""][turn % 2].to_owned());
        put(Reason::BadYear, &|row| row.year = None);
        put(Reason::BadAmount, &|row| row.fen = (turn.is_multiple_of(2)).then_some(0));
    }
}

fn columns(rows: &[Row]) -> Vec<(&'static str, ArrayRef)> {
    let areas: StringArray = rows.iter().map(|row| Some(row.area.as_str())).collect();
    let years: Int32Array = rows.iter().map(|row| row.year).collect();
    let series: StringArray = rows.iter().map(|row| Some(row.series.as_str())).collect();
    let source: StringArray = rows.iter().map(|_| Some(SOURCE)).collect();
    vec![
        ("area_code", Arc::new(areas)),
        ("year", Arc::new(years)),
        ("series", Arc::new(series)),
        ("per_capita_disposable_income", extracts::decimals(rows.iter().map(|row| row.fen), 16)),
        ("source", Arc::new(source)),
    ]
}
