//! The tables of what a night found, each from its own rows. Sorts what is not sorted; changes no value.

use std::cmp::Ordering;
use std::io::Write;

use chrono::NaiveDate;
use rust_decimal::Decimal;

use super::parquet::{self, Columns};
use crate::contract;
use crate::error::Error;
use crate::model::{AreaCode, Burden, EvidenceRow, Fen, Figures, Finding, PersonId, Reject, SummaryRow};

/// The sums of one person with a settlement in the window.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BurdenRow {
    /// Who.
    pub person: PersonId,
    /// Where the person belongs.
    pub area: Option<AreaCode>,
    /// The sums.
    pub burden: Burden,
    /// Everything left to the person.
    pub total: Fen,
    /// What was left of the in-scope cost.
    pub in_scope: Fen,
}

/// The extracts of a delivery, as rows name them by index: the table, and the path below the table's folder.
pub(super) type Files<'a> = &'a [(&'static str, String)];

/// Where rows are written to.
pub(super) type Out<'a> = &'a mut (dyn Write + Send);

/// `flagged.parquet`.
pub(super) fn flagged(out: Out<'_>, as_of: NaiveDate, findings: &[Finding]) -> Result<u64, Error> {
    let rows = in_order(findings, |a, b| a.rule.cmp(&b.rule).then_with(|| a.person.cmp(&b.person)));
    parquet::write(out, contract::table("flagged"), &rows, |columns, rows| {
        let of = || rows.iter().copied();
        columns
            .day("as_of", of().map(|_| Some(as_of)))?
            .text("person_id", of().map(|row| Some(row.person.to_string())))?
            .text("name", of().map(|row| row.name.as_deref()))?
            .text("category", of().map(|row| Some(row.category.name())))?
            .text("categories", of().map(|row| Some(row.categories.to_string())))?
            .text("area_code", of().map(|row| row.area.map(|area| area.to_string())))?
            .text("town_code", of().map(|row| row.town_code.as_deref()))?
            .text("rule", of().map(|row| Some(&row.rule)))?
            .text("rule_reference", of().map(|row| Some(&row.rule_reference)))?
            .integer("settlements", of().map(|row| Some(row.burden.settlements.into())))?;
        payers(columns, rows, |row| Some(&row.burden.sums))?;
        columns
            .amount("commercial", of().map(|row| Some(row.burden.commercial)))?
            .amount("burden_total", of().map(|row| Some(row.burden_total)))?
            .amount("burden_in_scope", of().map(|row| Some(row.burden_in_scope)))?
            .text("burden_tested", of().map(|row| Some(row.tests.name())))?;
        held_against(columns, rows)?;
        columns.day("first_exceeded_on", of().map(|row| row.first_exceeded_on))?;
        Ok(())
    })
}

/// What a finding's burden was held against, and by how much it lies above.
fn held_against(columns: &mut Columns, rows: &[&Finding]) -> Result<(), Error> {
    let of = || rows.iter().copied();
    let tested = |row: &Finding| Decimal::new(row.burden_tested().0, 2);
    columns
        .amount("income_reference", of().map(|row| row.income.map(|income| income.amount)))?
        .integer("income_year", of().map(|row| row.income.map(|income| income.year.into())))?
        .text("income_area", of().map(|row| row.income.map(|income| income.area.to_string())))?
        .flag("income_provisional", of().map(|row| Some(row.income.is_some_and(|income| income.provisional))))?
        .decimal("percent", of().map(|row| row.percent))?
        .decimal("threshold", of().map(|row| Some(row.threshold)))?
        .decimal("excess", of().map(|row| tested(row).checked_sub(row.threshold)))?
        .decimal("ratio", of().map(|row| tested(row).checked_div(row.threshold)))?;
    Ok(())
}

/// `burden.parquet`.
pub(super) fn burden(out: Out<'_>, as_of: NaiveDate, burdens: &[BurdenRow]) -> Result<u64, Error> {
    let rows = in_order(burdens, |a, b| a.person.cmp(&b.person));
    parquet::write(out, contract::table("burden"), &rows, |columns, rows| {
        let of = || rows.iter().copied();
        columns
            .day("as_of", of().map(|_| Some(as_of)))?
            .text("person_id", of().map(|row| Some(row.person.to_string())))?
            .text("area_code", of().map(|row| row.area.map(|area| area.to_string())))?
            .integer("settlements", of().map(|row| Some(row.burden.settlements.into())))?;
        figures(columns, rows, |row| Some(&row.burden.sums))?;
        columns
            .amount("commercial", of().map(|row| Some(row.burden.commercial)))?
            .amount("burden_total", of().map(|row| Some(row.total)))?
            .amount("burden_in_scope", of().map(|row| Some(row.in_scope)))?;
        Ok(())
    })
}

/// `evidence.parquet`.
pub(super) fn evidence(
    out: Out<'_>,
    as_of: NaiveDate,
    files: Files<'_>,
    evidence: &[EvidenceRow],
) -> Result<u64, Error> {
    all_known(files, evidence.iter().map(|row| row.file))?;
    let file = |row: &EvidenceRow| &files[row.file as usize];
    let rows = in_order(evidence, |a, b| {
        let key = |row| (file(row), row.row);
        a.person.cmp(&b.person).then_with(|| a.at.cmp(&b.at)).then_with(|| key(a).cmp(&key(b)))
    });
    let settled = |row: &EvidenceRow| file(row).0 == SETTLEMENTS;
    parquet::write(out, contract::table("evidence"), &rows, |columns, rows| {
        let of = || rows.iter().copied();
        columns
            .day("as_of", of().map(|_| Some(as_of)))?
            .text("person_id", of().map(|row| Some(row.person.to_string())))?
            .text("table", of().map(|row| Some(file(row).0)))?
            .text("file", of().map(|row| Some(&file(row).1)))?
            .integer("row", of().map(|row| Some(row.row.into())))?
            .text("setl_id", of().map(|row| row.setl_id.as_deref()))?
            .text("init_setl_id", of().map(|row| row.init_setl_id.as_deref()))?
            .time("setl_time", of().map(|row| row.at))?
            .text("area_code", of().map(|row| row.area.map(|area| area.to_string())))?
            .text("fixmedins_code", of().map(|row| row.fixmedins_code.as_deref()))?
            .text("med_type", of().map(|row| row.med_type.as_deref()))?
            .text("fate", of().map(|row| Some(row.fate.name())))?
            .text("reason", of().map(|row| row.reason.map(|reason| reason.id())))?;
        figures(columns, rows, |row| settled(row).then_some(&row.figures))?;
        columns.amount("commercial", of().map(|row| (!settled(row)).then_some(row.commercial)))?;
        Ok(())
    })
}

/// `rejects.parquet`. A commercial payment carries its amount as the medical cost of its figures.
pub(super) fn rejects(out: Out<'_>, files: Files<'_>, rejects: &[Reject]) -> Result<u64, Error> {
    all_known(files, rejects.iter().map(|row| row.file))?;
    let file = |row: &Reject| &files[row.file as usize];
    let rows = in_order(rejects, |a, b| (file(a), a).cmp(&(file(b), b)));
    let settled = |row: &Reject| file(row).0 == SETTLEMENTS;
    let paid = |row: &Reject| file(row).0 == COMMERCIAL;
    parquet::write(out, contract::table("rejects"), &rows, |columns, rows| {
        let of = || rows.iter().copied();
        columns
            .text("table", of().map(|row| Some(file(row).0)))?
            .text("file", of().map(|row| Some(&file(row).1)))?
            .integer("row", of().map(|row| Some(row.row.into())))?
            .text("check", of().map(|row| Some(row.reason.id())))?
            .text("detail", of().map(|row| Some(row.reason.detail())))?;
        figures(columns, rows, |row| settled(row).then_some(&row.figures))?;
        columns.amount("amount", of().map(|row| paid(row).then_some(row.figures.total_cost)))?;
        Ok(())
    })
}

/// `summary.parquet`.
pub(super) fn summary(out: Out<'_>, as_of: NaiveDate, summary: &[SummaryRow]) -> Result<u64, Error> {
    let key = |row: &SummaryRow| (row.area, row.category.name());
    let rows = in_order(summary, |a, b| key(a).cmp(&key(b)).then_with(|| a.rule.cmp(&b.rule)));
    parquet::write(out, contract::table("summary"), &rows, |columns, rows| {
        let of = || rows.iter().copied();
        columns
            .day("as_of", of().map(|_| Some(as_of)))?
            .text("area_code", of().map(|row| row.area.map(|area| area.to_string())))?
            .text("category", of().map(|row| Some(row.category.name())))?
            .text("rule", of().map(|row| Some(&row.rule)))?
            .integer("people", of().map(|row| i64::try_from(row.people).ok()))?
            .integer("flagged", of().map(|row| i64::try_from(row.flagged).ok()))?
            .amount("burden_total", of().map(|row| Some(row.burden_total)))?
            .amount("total_cost", of().map(|row| Some(row.total_cost)))?;
        Ok(())
    })
}

const SETTLEMENTS: &str = "settlements";
const COMMERCIAL: &str = "commercial";

/// Medical cost and what each payer and the hospital bore of it.
fn payers<T>(columns: &mut Columns, rows: &[&T], figures: impl Fn(&T) -> Option<&Figures>) -> Result<(), Error> {
    let of = || rows.iter().map(|row| figures(row));
    columns
        .amount("total_cost", of().map(|of| Some(of?.total_cost)))?
        .amount("basic_insurance", of().map(|of| Some(of?.basic_insurance)))?
        .amount("critical_illness", of().map(|of| Some(of?.critical_illness)))?
        .amount("medical_assistance", of().map(|of| Some(of?.medical_assistance)))?
        .amount("other_funds", of().map(|of| Some(of?.other_funds)))?
        .amount("hospital_part", of().map(|of| Some(of?.hospital_part)))?;
    Ok(())
}

/// All seven figures.
pub(super) fn figures<T>(
    columns: &mut Columns,
    rows: &[&T],
    figures: impl Fn(&T) -> Option<&Figures>,
) -> Result<(), Error> {
    payers(columns, rows, &figures)?;
    columns.amount("in_scope_cost", rows.iter().map(|row| Some(figures(row)?.in_scope_cost)))?;
    Ok(())
}

/// The rows in the order in which they are published. Costs one comparison a row when they are in order already.
pub(super) fn in_order<T>(rows: &[T], compare: impl Fn(&T, &T) -> Ordering) -> Vec<&T> {
    let mut rows: Vec<&T> = rows.iter().collect();
    rows.sort_by(|a, b| compare(a, b));
    rows
}

/// Holds that each row's extract is among `files`.
fn all_known(files: Files<'_>, mut named: impl Iterator<Item = u32>) -> Result<(), Error> {
    match named.find(|file| *file as usize >= files.len()) {
        None => Ok(()),
        Some(file) => Err(Error::Internal(format!("a row names file {file} of {}", files.len()))),
    }
}
