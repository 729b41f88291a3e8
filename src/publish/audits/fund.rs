//! What the audit of funds publishes of its own: their months, the year forecast to its end, and the same forecast of
//! years that are over. Changes no value.

use chrono::NaiveDate;
use rust_decimal::Decimal;

use crate::audit::fund::{FlowRow, Forecast, FundRow, PublishedForecast, Tested, TestedRow};
use crate::contract;
use crate::error::Error;
use crate::model::{AreaCode, Fen, Fund, Matter, Month};
use crate::publish::parquet::{self, Columns};
use crate::publish::tables::{Out, in_order};

/// A percentage from here on says only that it is one of next to nothing.
pub(super) const MOST: Decimal = Decimal::from_parts(1_000_000, 0, 0, false, 0);

/// `fund_months.parquet`.
pub(super) fn months(out: Out<'_>, as_of: NaiveDate, rows: &[FundRow]) -> Result<u64, Error> {
    let rows = in_order(rows, |a, b| place(a.area, a.fund, a.month).cmp(&place(b.area, b.fund, b.month)));
    parquet::write(out, contract::table("fund_months"), &rows, |columns, rows| {
        let of = || rows.iter().copied();
        key(columns, as_of, of().map(|row| (row.area, row.fund, row.month)))?;
        flow(columns, "income", || of().map(|row| &row.income))?;
        flow(columns, "spending", || of().map(|row| &row.spending))?;
        columns
            .amount("balance", of().map(|row| Some(row.balance)))?
            .amount("balance_gap", of().map(|row| row.balance_gap))?
            .decimal("cover_months", of().map(|row| row.cover_months))?
            .decimal("spent_percent", of().map(|row| row.spent_percent))?
            .text("matter", of().map(|row| row.matter.map(Matter::name)))?;
        Ok(())
    })
}

fn flow<'r, R>(columns: &mut Columns, name: &str, rows: impl Fn() -> R) -> Result<(), Error>
where
    R: Iterator<Item = &'r FlowRow>,
{
    columns
        .amount(name, rows().map(|row| Some(row.amount)))?
        .amount(&format!("{name}_year_ago"), rows().map(|row| row.year_ago))?
        .decimal(&format!("{name}_growth"), rows().map(|row| row.growth))?
        .amount(&format!("{name}_to_date"), rows().map(|row| row.to_date))?
        .amount(&format!("{name}_to_date_year_ago"), rows().map(|row| row.to_date_year_ago))?
        .decimal(&format!("{name}_to_date_growth"), rows().map(|row| row.to_date_growth))?
        .amount(&format!("{name}_twelve_months"), rows().map(|row| row.twelve_months))?;
    Ok(())
}

/// `fund_forecast.parquet`.
pub(super) fn forecast(out: Out<'_>, as_of: NaiveDate, rows: &[PublishedForecast]) -> Result<u64, Error> {
    let of = |row: &PublishedForecast| place(row.row.area, row.row.fund, row.row.month);
    let rows = in_order(rows, |a, b| of(a).cmp(&of(b)));
    parquet::write(out, contract::table("fund_forecast"), &rows, |columns, rows| {
        let of = || rows.iter().map(|row| &row.row);
        let short = |row: &PublishedForecast| row.allowance.map(|allowance| row.row.balance < allowance);
        key(columns, as_of, of().map(|row| (row.area, row.fund, row.month)))?;
        columns.day("through", of().map(|row| row.through.first_day()))?;
        forecast_flow(columns, "income", || of().map(|row| row.income))?;
        forecast_flow(columns, "spending", || of().map(|row| row.spending))?;
        columns
            .amount("balance", of().map(|row| Some(row.balance)))?
            .amount("balance_low", of().map(|row| row.interval.map(|(low, _)| low)))?
            .amount("balance_high", of().map(|row| row.interval.map(|(_, high)| high)))?
            .amount("allowance", rows.iter().map(|row| row.allowance))?
            .flag("short", rows.iter().map(|row| short(row)))?
            .integer("years", of().map(|row| whole(row.income.years.min(row.spending.years))))?
            .integer("tested_years", of().map(|row| whole(row.tested_years)))?;
        Ok(())
    })
}

fn forecast_flow<R>(columns: &mut Columns, name: &str, rows: impl Fn() -> R) -> Result<(), Error>
where
    R: Iterator<Item = Forecast>,
{
    columns
        .amount(&format!("{name}_to_date"), rows().map(|row| Some(row.to_date)))?
        .amount(&format!("{name}_margin"), rows().map(|row| row.margin))?
        .text(&format!("{name}_basis"), rows().map(|row| Some(row.basis.name())))?;
    Ok(())
}

/// `fund_backtest.parquet`.
pub(super) fn tested(out: Out<'_>, as_of: NaiveDate, rows: &[TestedRow]) -> Result<u64, Error> {
    let rows = in_order(rows, |a, b| place(a.area, a.fund, a.month).cmp(&place(b.area, b.fund, b.month)));
    parquet::write(out, contract::table("fund_backtest"), &rows, |columns, rows| {
        let of = || rows.iter().copied();
        key(columns, as_of, of().map(|row| (row.area, row.fund, row.month)))?;
        columns
            .day("through", of().map(|row| row.through.first_day()))?
            .integer("years", of().map(|row| whole(row.years)))?;
        tested_flow(columns, "income", of().map(|row| row.income))?;
        tested_flow(columns, "spending", of().map(|row| row.spending))
    })
}

fn tested_flow(columns: &mut Columns, name: &str, rows: impl Iterator<Item = Tested> + Clone) -> Result<(), Error> {
    columns
        .amount(&format!("{name}_forecast"), rows.clone().map(|of| Some(of.forecast)))?
        .amount(&format!("{name}_actual"), rows.clone().map(|of| Some(of.actual)))?
        .decimal(&format!("{name}_error"), rows.map(error))?;
    Ok(())
}

/// In percent of what was forecast.
fn error(of: Tested) -> Option<Decimal> {
    let Tested { forecast: Fen(forecast), actual: Fen(actual) } = of;
    let off = Decimal::from(actual) - Decimal::from(forecast);
    let percent = (off * Decimal::ONE_HUNDRED).checked_div(Decimal::from(forecast)).filter(|_| forecast > 0)?;
    (percent.abs() < MOST).then_some(percent)
}

/// Where a row stands: funds by their names, as whoever reads the file sorts them.
fn place(area: AreaCode, fund: Fund, month: Month) -> (AreaCode, &'static str, Month) {
    (area, fund.name(), month)
}

fn key(
    columns: &mut Columns,
    as_of: NaiveDate,
    keys: impl Iterator<Item = (AreaCode, Fund, Month)> + Clone,
) -> Result<(), Error> {
    columns
        .day("as_of", keys.clone().map(|_| Some(as_of)))?
        .text("area_code", keys.clone().map(|(area, ..)| Some(area.to_string())))?
        .text("fund", keys.clone().map(|(_, fund, _)| Some(fund.name())))?
        .day("month", keys.map(|(.., month)| month.first_day()))?;
    Ok(())
}

fn whole(count: usize) -> Option<i64> {
    i64::try_from(count).ok()
}
