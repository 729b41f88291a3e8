//! What the audit of funds publishes of care: by area, month and kind what it cost and who paid, and the same beside
//! last year's months. Changes no value.

use chrono::NaiveDate;
use rust_decimal::Decimal;

use super::fund::MOST;
use crate::audit::fund::{CareFigures, CareRow, ComparedRow, Where};
use crate::contract;
use crate::error::Error;
use crate::model::monthly::Beside;
use crate::model::{Care, Fen};
use crate::publish::parquet::{self, Columns};
use crate::publish::tables::{Out, in_order};

/// The part of the cost that somebody bore.
type Part = fn(&CareFigures) -> i128;

/// What each payer bore, by the name of its columns; the person last.
const PAYERS: [(&str, Part); 6] = [
    ("basic_insurance", |figures| figures.sum.basic_insurance),
    ("critical_illness", |figures| figures.sum.critical_illness),
    ("medical_assistance", |figures| figures.sum.medical_assistance),
    ("other_funds", |figures| figures.sum.other_funds),
    ("hospital_part", |figures| figures.sum.hospital_part),
    ("person", CareFigures::person),
];

/// `care_structure.parquet`.
pub(super) fn structure(out: Out<'_>, as_of: NaiveDate, rows: &[CareRow]) -> Result<u64, Error> {
    let key = |row: &CareRow| (row.area, row.month, name(row.care));
    let rows = in_order(rows, |a, b| key(a).cmp(&key(b)));
    parquet::write(out, contract::table("care_structure"), &rows, |columns, rows| {
        let of = || rows.iter().map(|row| &row.came_to);
        columns
            .day("as_of", rows.iter().map(|_| Some(as_of)))?
            .text("area_code", rows.iter().map(|row| row.area.map(|area| area.to_string())))?
            .day("month", rows.iter().map(|row| row.month.first_day()))?
            .text("care", rows.iter().map(|row| Some(name(row.care))))?
            .integer("settlements", of().map(|of| whole(of.sum.settlements)))?
            .integer("reversals", of().map(|of| whole(of.sum.reversals)))?
            .amount("cost", of().map(|of| Some(Fen::of_sum(of.sum.cost))))?;
        for (payer, part) in PAYERS {
            let percent = |of: &CareFigures| of.percent(part(of)).and_then(telling);
            columns
                .amount(payer, of().map(|of| Some(Fen::of_sum(part(of)))))?
                .decimal(&format!("{payer}_percent"), of().map(percent))?;
        }
        columns
            .integer("stays", of().map(|of| whole(of.stays?.stays)))?
            .amount("stay_cost", of().map(|of| Some(Fen::of_sum(of.stays?.cost))))?
            .amount("cost_per_stay", of().map(CareFigures::cost_per_stay))?
            .amount("settled_later", of().map(|of| Some(Fen::of_sum(of.stays?.settled_later))))?
            .integer("enrolled", of().map(|of| whole(of.enrolled?)))?
            .decimal("stays_per_thousand", of().map(CareFigures::stays_per_thousand))?;
        Ok(())
    })
}

/// `care_compared.parquet`.
pub(super) fn compared(out: Out<'_>, as_of: NaiveDate, rows: &[ComparedRow]) -> Result<u64, Error> {
    let key = |row: &ComparedRow| (row.place, row.month, row.span.name(), name(row.care));
    let rows = in_order(rows, |a, b| key(a).cmp(&key(b)));
    parquet::write(out, contract::table("care_compared"), &rows, |columns, rows| {
        let of = || rows.iter().copied();
        let area = |row: &ComparedRow| match row.place {
            Where::Area(area) => area.map(|area| area.to_string()),
            Where::Whole => None,
        };
        columns
            .day("as_of", of().map(|_| Some(as_of)))?
            .text("scope", of().map(|row| Some(if row.place == Where::Whole { "whole" } else { "area" })))?
            .text("area_code", of().map(area))?
            .day("month", of().map(|row| row.month.first_day()))?
            .text("span", of().map(|row| Some(row.span.name())))?
            .text("care", of().map(|row| Some(name(row.care))))?;
        counts(columns, "settlements", of(), |figures| whole(figures.sum.settlements))?;
        amounts(columns, "cost", of(), |figures| Some(Fen::of_sum(figures.sum.cost)))?;
        for (payer, part) in PAYERS {
            let percent = format!("{payer}_percent");
            decimals(columns, (&percent, "change"), of().map(|row| row.share(part)))?;
        }
        counts(columns, "stays", of(), |figures| whole(figures.stays?.stays))?;
        amounts(columns, "cost_per_stay", of(), CareFigures::cost_per_stay)?;
        decimals(columns, ("stays_per_thousand", "growth"), of().map(ComparedRow::stays_per_thousand))
    })
}

fn counts<'r>(
    columns: &mut Columns,
    column: &str,
    rows: impl Iterator<Item = &'r ComparedRow> + Clone,
    of: impl Fn(&CareFigures) -> Option<i64> + Copy,
) -> Result<(), Error> {
    columns
        .integer(column, rows.clone().map(|row| of(&row.now)))?
        .integer(&format!("{column}_year_ago"), rows.map(|row| row.year_ago.as_ref().and_then(of)))?;
    Ok(())
}

fn amounts<'r>(
    columns: &mut Columns,
    column: &str,
    rows: impl Iterator<Item = &'r ComparedRow>,
    of: impl Fn(&CareFigures) -> Option<Fen> + Copy,
) -> Result<(), Error> {
    let beside: Vec<Beside<Fen>> = rows.map(|row| row.amount(of)).collect();
    columns
        .amount(column, beside.iter().map(|of| of.now))?
        .amount(&format!("{column}_year_ago"), beside.iter().map(|of| of.year_ago))?
        .decimal(&format!("{column}_growth"), beside.iter().map(|of| of.change.and_then(telling)))?;
    Ok(())
}

fn decimals(
    columns: &mut Columns,
    (column, change): (&str, &str),
    beside: impl Iterator<Item = Beside<Decimal>>,
) -> Result<(), Error> {
    let beside: Vec<Beside<Decimal>> = beside.collect();
    columns
        .decimal(column, beside.iter().map(|of| of.now.and_then(telling)))?
        .decimal(&format!("{column}_year_ago"), beside.iter().map(|of| of.year_ago.and_then(telling)))?
        .decimal(&format!("{column}_{change}"), beside.iter().map(|of| of.change.and_then(telling)))?;
    Ok(())
}

fn name(care: Option<Care>) -> &'static str {
    care.map_or("unknown", Care::name)
}

fn telling(percent: Decimal) -> Option<Decimal> {
    (percent.abs() < MOST).then_some(percent)
}

fn whole(count: u64) -> Option<i64> {
    i64::try_from(count).ok()
}
