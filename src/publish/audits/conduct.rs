//! `conduct.parquet` and `conduct_rates.parquet`: what the patterns of providers' conduct rest on, and how often each
//! is found where. Sorts; changes no value; holds no name.

use chrono::NaiveDate;

use crate::audit::conduct::{ConductEvidence, ConductRate};
use crate::contract;
use crate::error::Error;
use crate::publish::parquet;
use crate::publish::tables::{Out, in_order};

/// What the audit of conduct publishes of its own.
#[derive(Debug, Default)]
pub struct OwnConduct {
    /// Of every pattern.
    pub evidence: Vec<ConductEvidence>,
    /// Likewise.
    pub rates: Vec<ConductRate>,
}

/// `conduct.parquet`. `files` are the extracts, by number.
pub(super) fn evidence(
    out: Out<'_>,
    as_of: NaiveDate,
    files: &[(&'static str, String)],
    rows: &[ConductEvidence],
) -> Result<u64, Error> {
    let rows = in_order(rows, |a, b| {
        let place = |row: &ConductEvidence| (row.case, row.days, row.row);
        let pattern = a.mechanism.name().cmp(b.mechanism.name());
        pattern.then_with(|| a.institution.cmp(&b.institution)).then_with(|| place(a).cmp(&place(b)))
    });
    let path = |file: u32| files.get(file as usize).map(|(_, path)| path.as_str());
    parquet::write(out, contract::table("conduct"), &rows, |columns, rows| {
        let of = || rows.iter().copied();
        columns
            .day("as_of", of().map(|_| Some(as_of)))?
            .text("mechanism", of().map(|row| Some(row.mechanism.name())))?
            .text("institution_code", of().map(|row| Some(&row.institution)))?
            .integer("case_number", of().map(|row| Some(row.case.into())))?
            .text("evidence", of().map(|row| Some(row.role.name())))?
            .text("person_id", of().map(|row| Some(row.person.to_string())))?
            .text("care", of().map(|row| Some(row.care.name())))?
            .day("begins_on", of().map(|row| day(row.days.begin)))?
            .day("ends_on", of().map(|row| day(row.days.end)))?
            .integer("nights", of().map(|row| Some(row.days.nights().into())))?
            .amount("cost", of().map(|row| Some(row.cost)))?
            .text("disease_code", of().map(|row| row.disease.as_deref()))?
            .text("settled_at_code", of().map(|row| row.settled_at.as_deref()))?
            .text("file", of().map(|row| path(row.row.file)))?
            .integer("row", of().map(|row| Some(row.row.row.into())))?;
        Ok(())
    })
}

/// `conduct_rates.parquet`.
pub(super) fn rates(out: Out<'_>, as_of: NaiveDate, rows: &[ConductRate]) -> Result<u64, Error> {
    let rows = in_order(rows, |a, b| {
        a.mechanism.name().cmp(b.mechanism.name()).then_with(|| a.institution.cmp(&b.institution))
    });
    let whole = |count: u64| i64::try_from(count).ok();
    parquet::write(out, contract::table("conduct_rates"), &rows, |columns, rows| {
        let of = || rows.iter().copied();
        columns
            .day("as_of", of().map(|_| Some(as_of)))?
            .text("mechanism", of().map(|row| Some(row.mechanism.name())))?
            .text("institution_code", of().map(|row| Some(&row.institution)))?
            .text("area_code", of().map(|row| row.area.map(|area| area.to_string())))?
            .integer("stays", of().map(|row| whole(row.stays)))?
            .integer("cases", of().map(|row| whole(row.cases)))?
            .integer("people", of().map(|row| whole(row.people)))?
            .decimal("per_thousand", of().map(|row| row.per_thousand))?
            .decimal("median", of().map(|row| row.median))?
            .text("verdict", of().map(|row| Some(row.verdict.name())))?;
        Ok(())
    })
}

/// The day of so many days since 1970.
fn day(days: i32) -> Option<NaiveDate> {
    NaiveDate::from_epoch_days(days)
}
