//! What the audit of enrolment publishes besides its verdicts: what each rests on, the rates, and in what two
//! deliveries differ. Changes no value; holds no name.

use chrono::NaiveDate;

use super::{beside, verdicts};
use crate::contract;
use crate::error::Error;
use crate::model::{
    AreaCode, CoverageRate, CoverageRow, Difference, EnrolmentStatus, Examined, HeldSpell, InsuranceType, Matter,
    Mechanism, RateArea,
};
use crate::publish::parquet;
use crate::publish::tables::{Out, in_order};

/// `coverage.parquet`: `rows` in the order of `examined`.
pub(super) fn people(
    out: Out<'_>,
    as_of: NaiveDate,
    examined: &[Examined],
    rows: &[CoverageRow],
) -> Result<u64, Error> {
    let rows = beside(Mechanism::Coverage, examined, rows)?;
    parquet::write(out, contract::table("coverage"), &rows, |columns, rows| {
        let of = || rows.iter().map(|(examined, _)| *examined);
        let spells = || rows.iter().map(|(_, row)| row.spell);
        let second = || rows.iter().map(|(_, row)| row.second.as_deref().copied());
        let scheme = |spell: Option<HeldSpell>| spell?.insurance.map(InsuranceType::name);
        let area = |spell: Option<HeldSpell>| spell?.area.map(|area| area.to_string());
        let begin = |spell: Option<HeldSpell>| spell?.begin;
        let end = |spell: Option<HeldSpell>| spell?.end;
        verdicts::examined(columns, as_of, of())?;
        columns
            .integer("spells", rows.iter().map(|(_, row)| Some(row.spells.into())))?
            .text("insurance", spells().map(scheme))?
            .text("insured_area", spells().map(area))?
            .text("status", spells().map(|spell| spell?.status.map(EnrolmentStatus::name)))?
            .day("insured_from", spells().map(begin))?
            .day("insured_until", spells().map(end))?
            .text("second_insurance", second().map(scheme))?
            .text("second_area", second().map(area))?
            .day("second_from", second().map(begin))?
            .day("second_until", second().map(end))?;
        new_this_year(columns, rows)
    })
}

/// 新增一人、标识一人、参保一人. No table says when somebody was marked.
fn new_this_year(columns: &mut parquet::Columns, rows: &[(&Examined, &CoverageRow)]) -> Result<(), Error> {
    let registered = || rows.iter().map(|(_, row)| row.registered_on);
    let enrolled = |(examined, row): &(&Examined, &CoverageRow)| {
        let (begin, registered) = (row.spell?.begin?, row.registered_on?);
        is_enrolled(examined.matter).then(|| (begin - registered).num_days().max(0))
    };
    columns
        .day("registered_on", registered())?
        .day("marked_on", registered().map(|_| None))?
        .integer("days_until_marked", registered().map(|_| None))?
        .integer("days_until_enrolled", rows.iter().map(enrolled))?;
    Ok(())
}

fn is_enrolled(matter: Matter) -> bool {
    matches!(matter, Matter::Enrolled | Matter::EnrolledTwice | Matter::EnrolledElsewhere)
}

/// `coverage_rates.parquet`.
pub(super) fn rates(out: Out<'_>, as_of: NaiveDate, rates: &[CoverageRate]) -> Result<u64, Error> {
    let area = |row: &CoverageRate| match row.area {
        None => "all".to_owned(),
        Some(RateArea::Known(area)) => area.to_string(),
        Some(RateArea::Unknown) => "none".to_owned(),
    };
    let category = |row: &CoverageRate| row.category.map_or("all", |category| category.name());
    let rates = in_order(rates, |a, b| area(a).cmp(&area(b)).then_with(|| category(a).cmp(category(b))));
    let people = |row: &CoverageRate, matter: Matter| {
        let found = row.matters.iter().find(|(of, _)| *of == matter);
        Some(found.map_or(0, |(_, people)| i64::try_from(*people).unwrap_or(i64::MAX)))
    };
    parquet::write(out, contract::table("coverage_rates"), &rates, |columns, rows| {
        let of = || rows.iter().copied();
        columns
            .day("as_of", of().map(|_| Some(as_of)))?
            .text("area_code", of().map(|row| Some(area(row))))?
            .text("category", of().map(|row| Some(category(row))))?
            .integer("people", of().map(|row| i64::try_from(row.people).ok()))?;
        for matter in MATTERS {
            columns.integer(matter.name(), of().map(|row| people(row, matter)))?;
        }
        columns.decimal("rate", of().map(|row| row.rate))?;
        Ok(())
    })
}

/// Every matter that the audit may find.
const MATTERS: [Matter; 11] = [
    Matter::Enrolled,
    Matter::NeverEnrolled,
    Matter::Lapsed,
    Matter::Suspended,
    Matter::EnrolledTwice,
    Matter::EnrolledElsewhere,
    Matter::EntitledLate,
    Matter::Newborn,
    Matter::NewlyRegistered,
    Matter::DeadOrMoved,
    Matter::NoData,
];

/// `differences.parquet`.
pub(super) fn differences(out: Out<'_>, as_of: NaiveDate, differences: &[Difference]) -> Result<u64, Error> {
    let area = |area: Option<AreaCode>| area.map(|area| area.to_string());
    parquet::write(out, contract::table("differences"), differences, |columns, rows| {
        let of = || rows.iter();
        columns
            .day("as_of", of().map(|_| Some(as_of)))?
            .text("person_id", of().map(|row| Some(row.person.to_string())))?
            .text("difference", of().map(|row| Some(row.kind.name())))?
            .text("area_code", of().map(|row| area(row.area)))?
            .text("area_code_there", of().map(|row| area(row.area_there)))?
            .text("here", of().map(|row| row.here.as_deref()))?
            .text("there", of().map(|row| row.there.as_deref()))?;
        Ok(())
    })
}
