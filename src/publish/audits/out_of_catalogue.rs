//! `out_of_catalogue.parquet`, each institution's year and months, and `out_of_catalogue_settlements.parquet`, the
//! settlements that weigh most. Changes no value; holds no name.

use chrono::NaiveDate;
use rust_decimal::Decimal;

use crate::audit::out_of_catalogue::{HeavyRow, ShareRow};
use crate::contract;
use crate::error::Error;
use crate::model::{Examined, Fen};
use crate::publish::parquet::{self, Columns};
use crate::publish::tables::Out;

/// What the audit publishes of its own.
#[derive(Debug)]
pub struct OwnShares {
    /// Years and months, in the order of the verdicts.
    pub rows: Vec<ShareRow>,
    /// The settlements that weigh most, likewise.
    pub heaviest: Vec<HeavyRow>,
    /// The limits at levels 1, 2, 3 and none, in percent; none where the policy has no rule.
    pub limits: [Option<Decimal>; 4],
}

/// `out_of_catalogue.parquet`. `examined` are the audit's subjects, which the rows refer to.
pub(super) fn shares(out: Out<'_>, as_of: NaiveDate, own: &OwnShares, examined: &[Examined]) -> Result<u64, Error> {
    let rows: Vec<(&ShareRow, &Examined)> = own.rows.iter().map(|row| (row, &examined[row.subject])).collect();
    parquet::write(out, contract::table("out_of_catalogue"), &rows, |columns, rows| {
        let of = || rows.iter().map(|(row, _)| *row);
        let of_the_year = || rows.iter().map(|(row, examined)| row.month.is_none().then_some(*examined));
        institution(columns, as_of, rows.iter().map(|(_, examined)| *examined))?;
        columns
            .text("area_code", rows.iter().map(|(_, examined)| examined.area.map(|area| area.to_string())))?
            .text("month", of().map(|row| row.month.map(|month| month.format("%Y-%m").to_string())))?
            .text("level", of().map(|row| row.level.map(|level| level.name())))?
            .integer("settlements", of().map(|row| i64::try_from(row.settlements).ok()))?
            .integer("people", of().map(|row| i64::try_from(row.people).ok()))?;
        amounts(columns, of().map(|row| (row.cost, row.self_paid, row.over_limit)))?;
        columns
            .decimal("share", of().map(share))?
            .decimal("limit", of().map(|row| own.limits[row.level? as usize]))?
            .integer("doubtful", of().map(|row| i64::try_from(row.doubtful).ok().filter(|_| row.month.is_none())))?
            .text("verdict", of_the_year().map(|year| year.map(|examined| examined.verdict.name())))?
            .text("matter", of_the_year().map(|year| year.map(|examined| examined.matter.name())))?
            .text("reference", of_the_year().map(|year| year.and_then(|examined| examined.reference.as_deref())))?;
        Ok(())
    })
}

/// `out_of_catalogue_settlements.parquet`, likewise.
pub(super) fn heaviest(out: Out<'_>, as_of: NaiveDate, own: &OwnShares, examined: &[Examined]) -> Result<u64, Error> {
    let rows: Vec<(&HeavyRow, &Examined)> = own.heaviest.iter().map(|row| (row, &examined[row.subject])).collect();
    parquet::write(out, contract::table("out_of_catalogue_settlements"), &rows, |columns, rows| {
        let of = || rows.iter().map(|(row, _)| *row);
        institution(columns, as_of, rows.iter().map(|(_, examined)| *examined))?;
        columns
            .integer("rank", of().map(|row| i64::try_from(row.rank).ok()))?
            .text("setl_id", of().map(|row| Some(&row.setl_id)))?
            .text("person_id", of().map(|row| Some(row.person.to_string())))?
            .day("settled_on", of().map(|row| Some(row.day)))?;
        amounts(columns, of().map(|row| (row.cost, row.self_paid, row.over_limit)))
    })
}

/// The night, the year and the institution.
fn institution<'r>(
    columns: &mut Columns,
    as_of: NaiveDate,
    rows: impl Iterator<Item = &'r Examined> + Clone,
) -> Result<(), Error> {
    columns
        .day("as_of", rows.clone().map(|_| Some(as_of)))?
        .integer("year", rows.clone().map(|row| Some(row.year.into())))?
        .text("institution", rows.map(|row| row.subject.code()))?;
    Ok(())
}

/// Medical cost, and what of it lies outside the catalogue.
fn amounts(columns: &mut Columns, rows: impl Iterator<Item = (Fen, Fen, Fen)> + Clone) -> Result<(), Error> {
    columns
        .amount("total_cost", rows.clone().map(|(cost, ..)| Some(cost)))?
        .amount("self_paid", rows.clone().map(|(_, own, _)| Some(own)))?
        .amount("over_limit", rows.clone().map(|(.., over)| Some(over)))?
        .amount("out_of_catalogue", rows.map(|(_, own, over)| own.checked_add(over)))?;
    Ok(())
}

/// In percent; `None` where there is no cost.
fn share(row: &ShareRow) -> Option<Decimal> {
    Decimal::from(row.outside().0).checked_mul(Decimal::ONE_HUNDRED)?.checked_div(Decimal::from(row.cost.0))
}
