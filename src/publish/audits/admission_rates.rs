//! `admission_rates.parquet`: stays per thousand enrolled, by category and area, and what peers have in common. Sorts;
//! changes no value.

use chrono::NaiveDate;

use super::beside;
use crate::audit::conduct::admission_rate::RateRow;
use crate::contract;
use crate::error::Error;
use crate::model::{Examined, Mechanism};
use crate::publish::parquet;
use crate::publish::tables::{Out, in_order};

/// The rows stand in the order of the verdicts, and are published peers beside peers.
pub(super) fn rates(out: Out<'_>, as_of: NaiveDate, examined: &[Examined], rows: &[RateRow]) -> Result<u64, Error> {
    let rows = beside(Mechanism::AdmissionRate, examined, rows)?;
    let key = |row: &RateRow| (row.category.name(), row.area);
    let rows: Vec<(&Examined, &RateRow)> =
        in_order(&rows, |(_, a), (_, b)| key(a).cmp(&key(b))).into_iter().copied().collect();
    parquet::write(out, contract::table("admission_rates"), &rows, |columns, rows| {
        let said = || rows.iter().map(|(examined, _)| *examined);
        let of = || rows.iter().map(|(_, row)| *row);
        let whole = |count: u64| i64::try_from(count).ok();
        columns
            .day("as_of", of().map(|_| Some(as_of)))?
            .integer("year", said().map(|one| Some(one.year.into())))?
            .text("category", of().map(|row| Some(row.category.name())))?
            .text("area_code", of().map(|row| Some(row.area.to_string())))?
            .integer("stays", of().map(|row| whole(row.heads.stays)))?
            .integer("enrolled", of().map(|row| whole(row.heads.enrolled)))?
            .integer("stays_in_doubt", of().map(|row| whole(row.heads.stays_in_doubt)))?
            .integer("enrolled_in_doubt", of().map(|row| whole(row.heads.enrolled_in_doubt)))?
            .decimal("rate", of().map(|row| row.rate))?
            .integer("peers", of().map(|row| whole(row.peers)))?
            .decimal("median", of().map(|row| row.median))?
            .decimal("mad", of().map(|row| row.deviation))?
            .decimal("z", of().map(|row| row.z))?
            .decimal("overall", of().map(|row| row.overall))?
            .decimal("limit", of().map(|row| row.limit))?
            .text("verdict", said().map(|one| Some(one.verdict.name())))?
            .text("matter", said().map(|one| Some(one.matter.name())))?
            .text("reference", said().map(|one| one.reference.as_deref()))?;
        Ok(())
    })
}
