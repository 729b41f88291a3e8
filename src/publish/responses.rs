//! How warnings are answered, as a night publishes it: `responses.parquet`, and the counts of its manifest. Shares
//! follow from the counts and are not written: a count is exact.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::parquet::{self, Columns};
use super::tables::Out;
use crate::contract;
use crate::error::Error;
use crate::model::{ResponseKey, Responses};

/// Warnings that were sent, and what came back.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct ResponseCounts {
    /// See [`Responses::sent`].
    pub sent: u64,
    /// See [`Responses::answered`].
    pub answered: u64,
    /// See [`Responses::confirmed`].
    pub confirmed: u64,
    /// See [`Responses::not_confirmed`].
    pub not_confirmed: u64,
    /// See [`Responses::overdue`].
    pub overdue: u64,
}

/// The counts of a night.
#[derive(Debug, Default, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ResponseTotals {
    /// Of all warnings that were sent.
    pub all: ResponseCounts,
    /// By rule.
    pub by_rule: BTreeMap<String, ResponseCounts>,
    /// By office, as far as it is known which one a warning is with.
    pub by_office: BTreeMap<String, ResponseCounts>,
    /// By township, where the register gives one.
    #[serde(default)]
    pub by_town: BTreeMap<String, ResponseCounts>,
}

impl ResponseCounts {
    fn add(&mut self, more: &Responses) {
        self.sent += more.sent;
        self.answered += more.answered;
        self.confirmed += more.confirmed;
        self.not_confirmed += more.not_confirmed;
        self.overdue += more.overdue;
    }
}

impl ResponseTotals {
    /// What the groups add up to.
    pub fn of(responses: &BTreeMap<ResponseKey, Responses>) -> ResponseTotals {
        let mut totals = ResponseTotals::default();
        for (key, counts) in responses {
            totals.all.add(counts);
            totals.by_rule.entry(key.rule.clone()).or_default().add(counts);
            if let Some(office) = &key.office {
                totals.by_office.entry(office.clone()).or_default().add(counts);
            }
            if let Some(town) = &key.town_code {
                totals.by_town.entry(town.clone()).or_default().add(counts);
            }
        }
        totals
    }
}

/// `responses.parquet`.
pub(super) fn table(
    out: Out<'_>,
    as_of: NaiveDate,
    responses: &BTreeMap<ResponseKey, Responses>,
) -> Result<u64, Error> {
    let rows: Vec<(&ResponseKey, &Responses)> = responses.iter().collect();
    parquet::write(out, contract::table("responses"), &rows, |columns, rows| {
        let of = || rows.iter().map(|(key, _)| *key);
        columns
            .day("as_of", of().map(|_| Some(as_of)))?
            .text("rule", of().map(|key| Some(&key.rule)))?
            .text("office", of().map(|key| key.office.as_deref()))?
            .text("area_code", of().map(|key| key.area_code.as_deref()))?
            .text("town_code", of().map(|key| key.town_code.as_deref()))?;
        counts(columns, rows)
    })
}

fn counts(columns: &mut Columns, rows: &[(&ResponseKey, &Responses)]) -> Result<(), Error> {
    let of = |count: fn(&Responses) -> u64| rows.iter().map(move |(_, counts)| i64::try_from(count(counts)).ok());
    columns
        .integer("sent", of(|counts| counts.sent))?
        .integer("answered", of(|counts| counts.answered))?
        .integer("confirmed", of(|counts| counts.confirmed))?
        .integer("not_confirmed", of(|counts| counts.not_confirmed))?
        .integer("nobody_found", of(|counts| counts.nobody_found))?
        .integer("other", of(|counts| counts.other))?
        .integer("overdue", of(|counts| counts.overdue))?;
    Ok(())
}
