//! The ledger (台账) and its movements as tables. Sorts; changes no value.

use chrono::NaiveDate;
use rust_decimal::Decimal;

use super::parquet::{self, Columns};
use super::tables::{Out, figures, in_order};
use crate::contract;
use crate::error::Error;
use crate::model::{Answer, Movement, Place, Warning};

/// `ledger.parquet`.
pub(super) fn ledger(out: Out<'_>, as_of: NaiveDate, warnings: &[Warning]) -> Result<u64, Error> {
    let rows = in_order(warnings, |a, b| {
        let key = |row: &Warning| (row.person.clone(), row.year, row.id.clone());
        a.standing.rule.cmp(&b.standing.rule).then_with(|| key(a).cmp(&key(b)))
    });
    parquet::write(out, contract::table("ledger"), &rows, |columns, rows| {
        let of = || rows.iter().copied();
        columns
            .day("as_of", of().map(|_| Some(as_of)))?
            .text("warning_id", of().map(|row| Some(row.id.to_string())))?
            .text("person_id", of().map(|row| Some(row.person.to_string())))?
            .text("name", of().map(|row| row.name.as_deref()))?
            .integer("policy_year", of().map(|row| Some(row.year.into())))?
            .text("state", of().map(|row| Some(row.state.name())))?
            .text("clearing", of().map(|row| row.clearing.map(|clearing| clearing.name())))?
            .day("first_seen", of().map(|row| Some(row.first_seen)))?
            .day("since", of().map(|row| Some(row.since)))?
            .day("last_seen", of().map(|row| Some(row.last_seen)))?
            .day("cleared_on", of().map(|row| row.cleared_on))?
            .day("first_exceeded_on", of().map(|row| row.first_exceeded_on))?
            .text("burden_tested", of().map(|row| Some(row.tests.name())))?
            .amount("opened_burden", of().map(|row| Some(row.opened_burden)))?
            .amount("previous_burden", of().map(|row| Some(row.previous_burden)))?
            .decimal("opened_threshold", of().map(|row| Some(row.opened_threshold)))?;
        standing(columns, rows)?;
        sent_and_answered(columns, rows)
    })
}

/// The figures on which it stands, or stood last.
fn standing(columns: &mut Columns, rows: &[&Warning]) -> Result<(), Error> {
    let of = || rows.iter().map(|row| &row.standing);
    columns
        .text("rule", of().map(|of| Some(&of.rule)))?
        .text("rule_reference", of().map(|of| Some(&of.rule_reference)))?
        .text("category", of().map(|of| Some(of.category.name())))?
        .text("categories", of().map(|of| Some(of.categories.to_string())))?
        .text("area_code", of().map(|of| of.area.map(|area| area.to_string())))?
        .text("town_code", of().map(|of| of.town_code.as_deref()))?
        .integer("settlements", of().map(|of| Some(of.burden.settlements.into())))?;
    figures(columns, rows, |row| Some(&row.standing.burden.sums))?;
    columns
        .amount("commercial", of().map(|of| Some(of.burden.commercial)))?
        .amount("burden", of().map(|of| Some(of.burden_tested)))?
        .amount("income_reference", of().map(|of| of.income.map(|income| income.amount)))?
        .integer("income_year", of().map(|of| of.income.map(|income| income.year.into())))?
        .text("income_area", of().map(|of| of.income.map(|income| income.area.to_string())))?
        .flag("income_provisional", of().map(|of| Some(of.income.is_some_and(|income| income.provisional))))?
        .decimal("percent", of().map(|of| of.percent))?
        .decimal("threshold", of().map(|of| Some(of.threshold)))?
        .integer("band", of().map(|of| Some(of.band.into())))?;
    Ok(())
}

fn sent_and_answered(columns: &mut Columns, rows: &[&Warning]) -> Result<(), Error> {
    let of = || rows.iter().copied();
    let answers = || rows.iter().map(|row| row.answer.as_ref());
    columns
        .day("sent_on", of().map(|row| row.sent_on))?
        .day("answer_due", of().map(|row| row.answer_due))?
        .text("answer", answers().map(|answer| Some(answer?.outcome.name())))?
        .day("answer_on", answers().map(|answer| Some(answer?.on)))?
        .text("answer_office", answers().map(|answer| Some(answer?.office.as_str())))?
        .day("quiet_until", answers().map(|answer: Option<&Answer>| answer?.quiet_until))?
        .text("answer_remark", answers().map(|answer| answer?.remark.as_deref()))?
        .flag("monitored", answers().map(|answer| Some(answer.is_some_and(|answer| answer.monitored))))?
        .text("quiet_offices", answers().map(|answer| quiet(answer?)))?;
    Ok(())
}

/// The offices that asked for quiet, and until when.
fn quiet(answer: &Answer) -> Option<String> {
    let each: Vec<String> = answer.quiet.iter().map(|(office, until)| format!("{office} {until}")).collect();
    (!each.is_empty()).then(|| each.join(","))
}

/// `movements.parquet`.
pub(super) fn movements(out: Out<'_>, as_of: NaiveDate, movements: &[Movement]) -> Result<u64, Error> {
    let rows = in_order(movements, |a, b| a.id.cmp(&b.id));
    parquet::write(out, contract::table("movements"), &rows, |columns, rows| {
        let of = || rows.iter().copied();
        columns
            .day("as_of", of().map(|_| Some(as_of)))?
            .text("warning_id", of().map(|row| Some(row.id.to_string())))?
            .text("person_id", of().map(|row| Some(row.person.to_string())))?
            .integer("policy_year", of().map(|row| Some(row.year.into())))?
            .text("state_before", of().map(|row| row.state_before.map(|state| state.name())))?
            .text("state", of().map(|row| Some(row.state.name())))?
            .text("clearing", of().map(|row| row.clearing.map(|clearing| clearing.name())))?
            .text("burden_tested", of().map(|row| Some(row.tests.name())))?
            .text("rule", of().map(|row| row.rule.as_deref()))?
            .amount("burden", of().map(|row| row.burden))?
            .decimal("threshold", of().map(|row| row.threshold))?
            .integer("band", of().map(|row| row.band.map(i64::from)))?;
        let before = || rows.iter().map(|row| row.before.as_ref());
        columns
            .text("rule_before", before().map(|place| Some(place?.rule.as_str())))?
            .amount("burden_before", before().map(|place| Some(place?.burden)))?
            .decimal(
                "threshold_before",
                before().map(|place: Option<&Place>| -> Option<Decimal> { Some(place?.threshold) }),
            )?
            .integer("band_before", before().map(|place| Some(place?.band.into())))?;
        Ok(())
    })
}
