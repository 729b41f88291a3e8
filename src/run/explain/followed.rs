//! What the night's ledger says of a warning.

use super::read::{day, plain, unusable};
use crate::error::Error;
use crate::model::{Answer, BurdenKind, Outcome, PersonId, State};
use crate::publish::explain::Followed;
use crate::publish::{PublishedNight, PublishedRow};

const LEDGER: &str = "ledger";

/// The warning about one person's burden of one kind in the night's policy year; `None` for a night without a ledger,
/// or whose ledger does not have it.
pub(super) fn followed(
    night: &PublishedNight,
    person: &PersonId,
    tests: BurdenKind,
) -> Result<Option<Followed>, Error> {
    if !night.has(LEDGER) {
        return Ok(None);
    }
    let rows = night.rows_of(LEDGER, person)?;
    let year = night.manifest.as_of.format("%Y").to_string();
    let is_it = |row: &&PublishedRow| {
        let of_this_year = row.integer("policy_year").is_some_and(|policy_year| policy_year.to_string() == year);
        of_this_year && row.text("burden_tested") == Some(tests.name())
    };
    let read = |row: &PublishedRow| warning(row).map_err(|column| unusable(night, LEDGER, column));
    rows.iter().find(is_it).map(read).transpose()
}

fn warning(row: &PublishedRow) -> Result<Followed, &'static str> {
    let state = row.text("state").and_then(|name| State::ALL.into_iter().find(|state| state.name() == name));
    let answer = match row.text("answer") {
        None => None,
        Some(name) => Some(Answer::first(
            Outcome::ALL.into_iter().find(|outcome| outcome.name() == name).ok_or("answer")?,
            day(row, "answer_on")?,
            row.text("answer_office").map(plain).unwrap_or_default(),
            row.day("quiet_until"),
            row.text("answer_remark").map(plain),
        )),
    };
    Ok(Followed {
        state: state.ok_or("state")?,
        first_seen: day(row, "first_seen")?,
        since: day(row, "since")?,
        sent_on: row.day("sent_on"),
        answer,
    })
}
