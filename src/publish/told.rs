//! What each office has been told, as a table: `told.parquet`. Changes no value.

use chrono::NaiveDate;

use super::parquet;
use super::tables::{Out, in_order};
use crate::contract;
use crate::error::Error;
use crate::model::Told;

/// The file that holds it.
pub(super) const FILE: &str = "told.parquet";

/// `told.parquet`.
pub(super) fn told(out: Out<'_>, as_of: NaiveDate, told: &[Told]) -> Result<u64, Error> {
    let rows = in_order(told, |a, b| (&a.office, &a.warning).cmp(&(&b.office, &b.warning)));
    parquet::write(out, contract::table("told"), &rows, |columns, rows| {
        let of = || rows.iter().copied();
        columns
            .day("as_of", of().map(|_| Some(as_of)))?
            .text("office", of().map(|row| Some(&row.office)))?
            .text("warning_id", of().map(|row| Some(row.warning.to_string())))?
            .day("told_on", of().map(|row| Some(row.told_on)))?
            .day("last_on", of().map(|row| row.last_on))?
            .text("rule", of().map(|row| Some(&row.rule)))?
            .decimal("threshold", of().map(|row| Some(row.threshold)))?
            .integer("band", of().map(|row| Some(row.band.into())))?
            .text("area_code", of().map(|row| Some(row.area.to_string())))?
            .text("town_code", of().map(|row| row.town_code.as_deref()))?
            .day("answer_due", of().map(|row| row.answer_due))?;
        Ok(())
    })
}
