//! `ledger_counts.parquet`: what the ledger adds up to by place, category, rule and state. Small, and nobody is in
//! it, so that a year of nights can be looked back on without their rows. Changes no value.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use super::parquet;
use super::rows::{Read, Rows};
use super::tables::Out;
use crate::contract;
use crate::error::Error;
use crate::model::{Category, LedgerCount, State, Warning};

/// The file that holds them.
pub(super) const FILE: &str = "ledger_counts.parquet";

/// What the warnings of a ledger add up to on its night. Those cleared on an earlier one count no more.
pub(super) fn counted(as_of: NaiveDate, warnings: &[Warning]) -> Vec<LedgerCount> {
    let tonight = |warning: &&Warning| warning.state != State::Cleared || warning.cleared_on == Some(as_of);
    let mut counts: BTreeMap<LedgerCount, u64> = BTreeMap::new();
    for warning in warnings.iter().filter(tonight) {
        let standing = &warning.standing;
        let key = LedgerCount {
            area: standing.area,
            town_code: standing.town_code.clone(),
            category: standing.category,
            rule: standing.rule.clone(),
            state: warning.state,
            warnings: 0,
        };
        *counts.entry(key).or_default() += 1;
    }
    let mut counts: Vec<LedgerCount> =
        counts.into_iter().map(|(key, warnings)| LedgerCount { warnings, ..key }).collect();
    counts.sort_by(|a, b| key(a).cmp(&key(b)));
    counts
}

/// By what the table is sorted.
fn key(of: &LedgerCount) -> impl Ord {
    (of.area, of.town_code.clone(), of.category.name(), of.rule.clone(), of.state.name())
}

/// `ledger_counts.parquet`.
pub(super) fn table(out: Out<'_>, as_of: NaiveDate, warnings: &[Warning]) -> Result<u64, Error> {
    let counts = counted(as_of, warnings);
    parquet::write(out, contract::table("ledger_counts"), &counts, |columns, rows| {
        let of = || rows.iter();
        columns
            .day("as_of", of().map(|_| Some(as_of)))?
            .text("area_code", of().map(|row| row.area.map(|area| area.to_string())))?
            .text("town_code", of().map(|row| row.town_code.as_deref()))?
            .text("category", of().map(|row| Some(row.category.name())))?
            .text("rule", of().map(|row| Some(&row.rule)))?
            .text("state", of().map(|row| Some(row.state.name())))?
            .integer("warnings", of().map(|row| i64::try_from(row.warnings).ok()))?;
        Ok(())
    })
}

/// A row read back.
pub(super) fn count(rows: &Rows<'_>, row: usize) -> Read<LedgerCount> {
    Ok(LedgerCount {
        area: rows.area("area_code", row)?,
        town_code: rows.text("town_code", row)?.map(str::to_owned),
        category: rows.needed("category", rows.named("category", row, &Category::ALL, Category::name))?,
        rule: rows.needed("rule", rows.text("rule", row))?.to_owned(),
        state: rows.needed("state", rows.named("state", row, &State::ALL, State::name))?,
        warnings: rows.needed("warnings", rows.whole("warnings", row))?,
    })
}
