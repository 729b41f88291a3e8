//! How the funds go (基金运行): a row an area, month and fund, of two years, the one of `as_of` until its month before.
//! Premiums of residents come in at the year's end, spending is monthly.

use arrow_array::ArrayRef;
use chrono::{Datelike, NaiveDate};

use super::extracts::{self, Compress};
use super::people::AREAS;
use super::planted::List;
use super::random::Random;
use super::scene::Scene;
use crate::error::Error;

/// Residents' and employees' basic insurance, critical illness, assistance. The names are the sample's own.
const FUNDS: [(&str, i64); 4] = [("resident", 100), ("employee", 160), ("critical_illness", 18), ("assistance", 9)];

#[derive(Debug)]
struct Row {
    area: u32,
    month: NaiveDate,
    fund: &'static str,
    income: i64,
    spending: i64,
    balance: i64,
}

/// Writes `fund/fund.parquet`.
pub(super) fn write(scene: &Scene<'_>, list: &mut List) -> Result<usize, Error> {
    let Scene { options, calendar, .. } = scene;
    let mut random = Random::new(options.seed, 10);
    let months: Vec<NaiveDate> = (1..=12)
        .map(|month| calendar.year_day(1, month, 1))
        .chain((1..=calendar.months()).map(|month| calendar.first_day(month)))
        .filter(|month| (month.year(), month.month()) < (calendar.year(), calendar.as_of.month()))
        .collect();
    let mut rows = Vec::new();
    for area in AREAS {
        for (fund, size) in FUNDS {
            let mut balance = size * 40_000_000 + random.signed_below(10_000_000);
            for month in &months {
                let usual = size * 1_000_000 + random.signed_below(size * 200_000);
                let share = if fund == "employee" {
                    100
                } else if month.month() >= 10 {
                    340
                } else {
                    20
                };
                let income = (size * 1_100_000 + random.signed_below(size * 50_000)) * share / 100;
                balance += income - usual;
                rows.push(Row { area, month: *month, fund, income, spending: usual, balance });
            }
        }
    }
    let file = "fund/fund.parquet";
    list.enter_all("fund", file, rows.iter().map(|_| (0, None)));
    extracts::write(&options.out, file, &columns(&rows), Compress::Zstd)?;
    Ok(rows.len())
}

fn columns(rows: &[Row]) -> Vec<(&'static str, ArrayRef)> {
    vec![
        ("area_code", extracts::texts(rows.iter().map(|row| Some(row.area.to_string())))),
        ("month", extracts::days(rows.iter().map(|row| Some(row.month)))),
        ("fund", extracts::dictionary(rows.iter().map(|row| Some(row.fund)))),
        ("income", extracts::decimals(rows.iter().map(|row| Some(row.income)), 16)),
        ("spending", extracts::decimals(rows.iter().map(|row| Some(row.spending)), 16)),
        ("balance", extracts::decimals(rows.iter().map(|row| Some(row.balance)), 16)),
    ]
}
