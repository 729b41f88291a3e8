//! `subsidy.parquet`, what each verdict on a subsidy rests on, and `subsidy_totals.parquet`. Changes no value.

use chrono::NaiveDate;

use super::{beside, verdicts};
use crate::audit::subsidy::{SubsidyRow, SubsidyTotal};
use crate::contract;
use crate::error::Error;
use crate::model::{Examined, Mechanism, Verdict};
use crate::publish::parquet;
use crate::publish::tables::Out;

/// What each verdict rests on. The rows stand in the order of the verdicts, sorted by person.
pub(super) fn subsidies(
    out: Out<'_>,
    as_of: NaiveDate,
    examined: &[Examined],
    rows: &[SubsidyRow],
) -> Result<u64, Error> {
    let rows = beside(Mechanism::Subsidy, examined, rows)?;
    parquet::write(out, contract::table("subsidy"), &rows, |columns, rows| {
        let of = || rows.iter().map(|(one, _)| *one);
        let on = || rows.iter().map(|(_, row)| *row);
        verdicts::examined(columns, as_of, of())?;
        verdicts::named(columns, of())?;
        columns
            .flag("in_register", on().map(|row| Some(row.in_register)))?
            .text("category", on().map(|row| row.category.map(|category| category.name())))?
            .day("recognised_on", on().map(|row| row.recognised_on))?
            .day("decided_on", on().map(|row| row.decided.map(|(day, _)| day)))?
            .text("decided_by", on().map(|row| row.decided.map(|(_, by)| by.name())))?
            .integer("collections", on().map(|row| Some(row.collections.into())))?
            .amount("premium", on().map(|row| row.premium))?
            .amount("own_amount", on().map(|row| Some(row.own)))?
            .amount("subsidy_amount", on().map(|row| Some(row.subsidy)))?
            .amount("due_least", on().map(|row| row.due.map(|(least, _)| least)))?
            .amount("due_most", on().map(|row| row.due.map(|(_, most)| most)))?
            .amount("difference", on().map(SubsidyRow::difference))?
            .text("reference", of().map(|row| row.reference.as_deref()))?;
        Ok(())
    })
}

/// By area and category.
pub(super) fn totals(out: Out<'_>, as_of: NaiveDate, year: i32, totals: &[SubsidyTotal]) -> Result<u64, Error> {
    parquet::write(out, contract::table("subsidy_totals"), totals, |columns, rows| {
        let of = || rows.iter();
        columns
            .day("as_of", of().map(|_| Some(as_of)))?
            .integer("year", of().map(|_| Some(year.into())))?
            .text("area_code", of().map(|row| row.area.map(|area| area.to_string())))?
            .text("category", of().map(|row| row.category.map(|category| category.name())))?
            .integer("people", of().map(|row| i64::try_from(row.people).ok()))?;
        for verdict in Verdict::ALL {
            columns.integer(verdict.name(), of().map(|row| i64::try_from(row.by_verdict[verdict as usize]).ok()))?;
        }
        columns
            .amount("subsidy_amount", of().map(|row| Some(row.paid)))?
            .amount("above", of().map(|row| Some(row.above)))?
            .amount("below", of().map(|row| Some(row.below)))?;
        Ok(())
    })
}
