//! `verdicts.parquet`: what each audit says of everybody and everything it looked at. Sorts; changes no value.

use chrono::NaiveDate;

use crate::contract;
use crate::error::Error;
use crate::model::{Audited, Examined, Mechanism};
use crate::publish::parquet::{self, Columns};
use crate::publish::tables::Out;

/// The verdicts of every audit of the night.
pub(super) fn verdicts(out: Out<'_>, as_of: NaiveDate, audits: &[Audited]) -> Result<u64, Error> {
    let each = |audited: &'_ Audited| audited.examined.len();
    let mut rows: Vec<(Mechanism, &Examined)> = Vec::with_capacity(audits.iter().map(each).sum());
    for audited in audits {
        rows.extend(audited.examined.iter().map(|one| (audited.mechanism, one)));
    }
    rows.sort_by(|(of_a, a), (of_b, b)| {
        let subject = || a.subject.cmp(&b.subject).then(a.year.cmp(&b.year));
        of_a.name().cmp(of_b.name()).then_with(subject)
    });
    parquet::write(out, contract::table("verdicts"), &rows, |columns, rows| {
        let of = || rows.iter().map(|(_, row)| *row);
        examined(columns, as_of, of())?;
        named(columns, of())?;
        columns
            .text("subject_kind", of().map(|row| Some(row.subject.kind())))?
            .text("subject_code", of().map(|row| row.subject.code()))?
            .text("mechanism", rows.iter().map(|(mechanism, _)| Some(mechanism.name())))?
            .amount("found", of().map(|row| row.found))?
            .amount("expected", of().map(|row| row.expected))?
            .text("detail", of().map(|row| Some(&row.detail)))?
            .text("reference", of().map(|row| row.reference.as_deref()))?;
        Ok(())
    })
}

/// The columns that every table has of somebody examined: the night, who and where it is, and what is said.
pub(super) fn examined<'r>(
    columns: &mut Columns,
    as_of: NaiveDate,
    rows: impl Iterator<Item = &'r Examined> + Clone,
) -> Result<(), Error> {
    let of = || rows.clone();
    columns
        .day("as_of", of().map(|_| Some(as_of)))?
        .text("person_id", of().map(|row| row.subject.person().map(ToString::to_string)))?
        .text("categories", of().map(|row| Some(row.categories.to_string())))?
        .text("area_code", of().map(|row| row.area.map(|area| area.to_string())))?
        .text("town_code", of().map(|row| row.town_code.as_deref()))?
        .text("verdict", of().map(|row| Some(row.verdict.name())))?
        .text("matter", of().map(|row| Some(row.matter.name())))?;
    Ok(())
}

/// The year and the name, which no table has that is to hold no name.
pub(super) fn named<'r>(columns: &mut Columns, rows: impl Iterator<Item = &'r Examined> + Clone) -> Result<(), Error> {
    columns
        .integer("year", rows.clone().map(|row| Some(row.year.into())))?
        .text("name", rows.map(|row| row.name.as_deref()))?;
    Ok(())
}
