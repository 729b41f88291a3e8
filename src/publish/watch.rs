//! `watch.parquet`: who may come to be flagged. Sorts what is not sorted; changes no value.

use chrono::NaiveDate;
use rust_decimal::Decimal;

use super::parquet;
use super::tables::{Out, in_order};
use crate::contract;
use crate::error::Error;
use crate::model::Watched;

/// The people watched.
pub(super) fn watch(out: Out<'_>, as_of: NaiveDate, watched: &[Watched]) -> Result<u64, Error> {
    let rows = in_order(watched, |a, b| a.rule.cmp(&b.rule).then_with(|| a.person.cmp(&b.person)));
    parquet::write(out, contract::table("watch"), &rows, |columns, rows| {
        let of = || rows.iter().copied();
        columns
            .day("as_of", of().map(|_| Some(as_of)))?
            .text("person_id", of().map(|row| Some(row.person.to_string())))?
            .text("name", of().map(|row| row.name.as_deref()))?
            .text("category", of().map(|row| Some(row.category.name())))?
            .text("area_code", of().map(|row| row.area.map(|area| area.to_string())))?
            .text("town_code", of().map(|row| row.town_code.as_deref()))?
            .text("rule", of().map(|row| Some(&row.rule)))?
            .text("burden_tested", of().map(|row| Some(row.tests.name())))?
            .amount("burden", of().map(|row| Some(row.burden)))?
            .decimal("threshold", of().map(|row| Some(row.threshold)))?
            .decimal("share", of().map(share))?
            .text("kind", of().map(|row| Some(row.kind.name())))?
            .day("expected_on", of().map(|row| row.expected_on))?
            .integer("settlements", of().map(|row| Some(row.settlements.into())))?;
        Ok(())
    })
}

/// The burden in percent of the threshold, which is above 0.
fn share(row: &Watched) -> Option<Decimal> {
    Decimal::new(row.burden.0, 0).checked_div(row.threshold)
}
