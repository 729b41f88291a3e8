//! `benefits.parquet` and `benefit_totals.parquet`: what the layers above basic insurance owed and paid. Sorts; changes
//! no value.

use chrono::NaiveDate;

use super::verdicts;
use crate::contract;
use crate::error::Error;
use crate::model::{BenefitTotal, Examined, Fen, LayerYear, PersonBenefits};
use crate::publish::parquet;
use crate::publish::tables::Out;

/// What the audit of benefits publishes of its own.
#[derive(Debug)]
pub struct OwnBenefits {
    /// Of everybody with something settled.
    pub people: Vec<PersonBenefits>,
    /// By area, category and layer, in this order.
    pub totals: Vec<BenefitTotal>,
}

/// `benefits.parquet`. `examined` are the audit's subjects, which the rows refer to.
pub(super) fn benefits(
    out: Out<'_>,
    as_of: NaiveDate,
    people: &[PersonBenefits],
    examined: &[Examined],
) -> Result<u64, Error> {
    // In the order of the subjects, who are sorted by person.
    let rows: Vec<(&PersonBenefits, &Examined)> = people.iter().map(|of| (of, &examined[of.subject])).collect();
    parquet::write(out, contract::table("benefits"), &rows, |columns, rows| {
        let of = || rows.iter().map(|(of, _)| *of);
        let subject = || rows.iter().map(|(_, subject)| *subject);
        verdicts::examined(columns, as_of, subject())?;
        verdicts::named(columns, subject())?;
        columns
            .text("category", of().map(|row| Some(row.category.name())))?
            .integer("settlements", of().map(|row| Some(row.visits.into())))?
            .amount("left_in_scope", of().map(|row| row.left_in_scope))?
            .amount("critical_illness_due", of().map(|row| row.critical_illness.due))?
            .amount("critical_illness_paid", of().map(|row| Some(row.critical_illness.paid)))?
            .amount("critical_illness_difference", of().map(|row| difference(&row.critical_illness)))?
            .amount("medical_assistance_due", of().map(|row| row.medical_assistance.due))?
            .amount("tilt_due", of().map(|row| row.tilt_due))?
            .amount("medical_assistance_paid", of().map(|row| Some(row.medical_assistance.paid)))?
            .amount("medical_assistance_difference", of().map(|row| difference(&row.medical_assistance)))?
            .amount("paid_outside", of().map(|row| Some(row.paid_outside)))?
            .day("parted_on", of().map(|row| row.parted_on))?
            .text("detail", subject().map(|row| Some(&row.detail)))?
            .text("reference", subject().map(|row| row.reference.as_deref()))?;
        Ok(())
    })
}

/// Paid less due. Beyond the range neither of them can be published.
fn difference(layer: &LayerYear) -> Option<Fen> {
    layer.paid.checked_sub(layer.due?)
}

/// `benefit_totals.parquet`.
pub(super) fn totals(out: Out<'_>, as_of: NaiveDate, year: i32, totals: &[BenefitTotal]) -> Result<u64, Error> {
    let rows: Vec<&BenefitTotal> = totals.iter().collect();
    let whole = |count: u64| i64::try_from(count).ok();
    parquet::write(out, contract::table("benefit_totals"), &rows, |columns, rows| {
        let of = || rows.iter().copied();
        columns
            .day("as_of", of().map(|_| Some(as_of)))?
            .integer("year", of().map(|_| Some(year.into())))?
            .text("area_code", of().map(|row| row.area.map(|area| area.to_string())))?
            .text("category", of().map(|row| Some(row.category.name())))?
            .text("layer", of().map(|row| Some(row.layer.name())))?
            .integer("people", of().map(|row| whole(row.people)))?
            .amount("due", of().map(|row| Some(row.due)))?
            .amount("paid", of().map(|row| Some(row.paid)))?
            .amount("difference", of().map(|row| row.paid.checked_sub(row.due)))?
            .integer("underpaid_people", of().map(|row| whole(row.underpaid_people)))?
            .amount("underpaid", of().map(|row| Some(row.underpaid)))?
            .integer("overpaid_people", of().map(|row| whole(row.overpaid_people)))?
            .amount("overpaid", of().map(|row| Some(row.overpaid)))?
            .integer("untold_people", of().map(|row| whole(row.untold_people)))?;
        Ok(())
    })
}
