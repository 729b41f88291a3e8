//! How the funds go (基金运行): a row an area, month and fund, of three years and the one of `as_of` until its month
//! before. Premiums of residents come in at the year's end, spending is monthly.
//!
//! Every fund takes in a little more than it spends, but for those of [`CASES`].

use arrow_array::ArrayRef;
use chrono::{Datelike, NaiveDate};

use super::calendar::Calendar;
use super::extracts::{self, Compress};
use super::parts::Said;
use super::people::AREAS;
use super::planted::List;
use super::random::Random;
use super::scene::Scene;
use crate::error::Error;
use crate::model::{Matter, Mechanism, Verdict};

/// Residents' and employees' basic insurance, critical illness, assistance. The names are the sample's own.
const FUNDS: [(&str, i64); 4] = [("resident", 100), (PLANTED, 160), ("critical_illness", 18), ("assistance", 9)];
/// The fund that something is planted about. Its income is the same every month.
const PLANTED: &str = "employee";
/// Years before that of `as_of`.
const YEARS: i32 = 3;
/// How much more comes in and is spent each year, in percent of the first.
const GROWTH: i64 = 4;

/// What is planted about the fund of employees.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Plant {
    /// Spends a quarter more than it takes in, and has hardly anything left.
    RunsOut,
    /// What is left pays for six months of average spending, and so many fen more.
    Lasts(i64),
    /// Of the last twelve months all income was spent, and so many fen more.
    Spends(i64),
}

/// By area: the case, what is planted, and what is to be said.
const CASES: [(u32, &str, Plant, Matter); 5] = [
    (150_785, "fund_runs_out", Plant::RunsOut, Matter::FundRunsOut),
    (150_784, "fund_lasts_six_months", Plant::Lasts(0), Matter::FundSound),
    (150_783, "fund_lasts_a_fen_less", Plant::Lasts(-1), Matter::FundLowCover),
    (150_781, "fund_spends_all_its_income", Plant::Spends(0), Matter::FundSound),
    (150_727, "fund_spends_a_fen_more", Plant::Spends(1), Matter::FundOverspent),
];

/// What the audit is to say of each of them.
pub(super) fn said(calendar: &Calendar) -> impl Iterator<Item = Said> {
    let year = calendar.year();
    CASES.into_iter().map(move |(area, case, _, matter)| {
        let verdict = if matter == Matter::FundSound { Verdict::Correct } else { Verdict::Fault };
        Said::of_subject(case, Mechanism::Fund, (verdict, matter), ("area", area.to_string()), year)
    })
}

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
    let months: Vec<NaiveDate> = (0..=YEARS)
        .rev()
        .flat_map(|years| (1..=12).map(move |month| calendar.year_day(years, month, 1)))
        .filter(|month| (month.year(), month.month()) < (calendar.year(), calendar.as_of.month()))
        .collect();
    let mut rows = Vec::new();
    for area in AREAS {
        for (fund, size) in FUNDS {
            let case = CASES.iter().find(|(of, ..)| *of == area && fund == PLANTED);
            let mut of_fund = ordinary(area, fund, size, &months, &mut random);
            let opening = size * 20_000_000 + random.signed_below(10_000_000);
            balance(&mut of_fund, opening, case.map(|(_, _, plant, _)| *plant));
            rows.extend(of_fund);
        }
    }
    let file = "fund/fund.parquet";
    list.enter_all("fund", file, rows.iter().map(|_| (0, None)));
    extracts::write(&options.out, file, &columns(&rows), Compress::Zstd)?;
    Ok(rows.len())
}

/// Income and spending, month by month; a twelfth of the income is left over in a year.
fn ordinary(area: u32, fund: &'static str, size: i64, months: &[NaiveDate], random: &mut Random) -> Vec<Row> {
    let first = months.first().map_or(0, Datelike::year);
    let row = |month: &NaiveDate| {
        let grown = size * (100 + GROWTH * i64::from(month.year() - first)) / 100;
        let share = match (fund, month.month()) {
            (PLANTED, _) => 100,
            (_, 10..) => 340,
            _ => 20,
        };
        let income = (grown * 1_100_000 + random.signed_below(grown * 20_000)) * share / 100;
        let spending = grown * 950_000 + random.signed_below(grown * 100_000);
        Row { area, month: *month, fund, income, spending, balance: 0 }
    };
    months.iter().map(row).collect()
}

/// Has the figures say what is planted, and fills in the balances.
fn balance(rows: &mut [Row], opening: i64, plant: Option<Plant>) {
    let year = rows.len().saturating_sub(12);
    let spent = |rows: &[Row]| rows[year..].iter().map(|row| row.spending).sum::<i64>();
    if plant == Some(Plant::RunsOut) {
        rows.iter_mut().for_each(|row| row.income = row.spending * 3 / 4);
    }
    if let (Some(Plant::Spends(fen)), Some(last)) = (plant, rows.len().checked_sub(1)) {
        let income: i64 = rows[year..].iter().map(|row| row.income).sum();
        rows[last].spending += income + fen - spent(rows);
    }
    if let (Some(Plant::Lasts(_)), Some(last)) = (plant, rows.len().checked_sub(1)) {
        rows[last].spending += spent(rows) % 2;
    }
    let saved: i64 = rows.iter().map(|row| row.income - row.spending).sum();
    let mut balance = match plant {
        Some(Plant::RunsOut) => spent(rows) / 120 - saved,
        Some(Plant::Lasts(fen)) => spent(rows) / 2 + fen - saved,
        Some(Plant::Spends(_)) | None => opening,
    };
    for row in rows {
        balance += row.income - row.spending;
        row.balance = balance;
    }
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
