//! Published rows become plain values again. A value that cannot be used is a contradiction of the night.

use chrono::NaiveDate;

use crate::error::Error;
use crate::model::{AreaCode, EvidenceRow, Fate, Fault, Fen, Figures, Payer, PersonId, Reason, ReferenceIncome};
use crate::publish::{PublishedNight, PublishedRow};

/// The tables that rows of evidence come from.
const SETTLEMENTS: &str = "settlements";
const COMMERCIAL: &str = "commercial";

/// Every settlement and payment of a person, in the order of time; the flag tells a payment.
pub(super) fn evidence(night: &PublishedNight, person: &PersonId) -> Result<Vec<(EvidenceRow, bool)>, Error> {
    let rows = night.rows_of("evidence", person)?;
    let read = |row: &PublishedRow| evidence_row(person, row).map_err(|column| unusable(night, "evidence", column));
    rows.iter().map(read).collect()
}

fn evidence_row(person: &PersonId, row: &PublishedRow) -> Result<(EvidenceRow, bool), &'static str> {
    let text = |column| row.text(column).map(plain);
    let is_payment = match row.text("table") {
        Some(COMMERCIAL) => true,
        Some(SETTLEMENTS) => false,
        _ => return Err("table"),
    };
    let fate =
        row.text("fate").and_then(|name| Fate::ALL.into_iter().find(|fate| fate.name() == name)).ok_or("fate")?;
    let reason = match row.text("reason") {
        None => None,
        Some(id) => Some(Reason::ALL.into_iter().find(|reason| reason.id() == id).ok_or("reason")?),
    };
    if reason.map_or(Fate::Counted, Reason::fate) != fate {
        return Err("reason");
    }
    let evidence = EvidenceRow {
        person: person.clone(),
        file: 0,
        row: row.integer("row").and_then(|row| u32::try_from(row).ok()).ok_or("row")?,
        setl_id: text("setl_id"),
        init_setl_id: text("init_setl_id"),
        at: row.time("setl_time"),
        area: area(row, "area_code")?,
        fixmedins_code: text("fixmedins_code"),
        med_type: text("med_type"),
        fate,
        reason,
        figures: figures(row),
        commercial: row.amount("commercial").unwrap_or_default(),
    };
    Ok((evidence, is_payment))
}

fn figures(row: &PublishedRow) -> Figures {
    let amount = |column| row.amount(column).unwrap_or_default();
    Figures {
        total_cost: amount("total_cost"),
        basic_insurance: amount("basic_insurance"),
        critical_illness: amount("critical_illness"),
        medical_assistance: amount("medical_assistance"),
        other_funds: amount("other_funds"),
        hospital_part: amount("hospital_part"),
        in_scope_cost: amount("in_scope_cost"),
    }
}

/// Who pays before the person does, as the manifest has it.
pub(super) fn payers(night: &PublishedNight) -> Result<Vec<Payer>, Error> {
    if night.manifest.cited.rules.is_empty() {
        let message = "does not hold the rules in force: an older version of the program published the night; run the \
                       day again into a copy of the folder as it stood before it (--published), and explain that one";
        return Err(Fault::data(night.manifest_place(), message).into());
    }
    let named = |name: &String| Payer::ALL.into_iter().find(|payer| payer.name() == name);
    let payers: Option<Vec<Payer>> = night.manifest.cited.payers.iter().map(named).collect();
    payers.ok_or_else(|| uncited(night))
}

/// A manifest whose citations are not what the program writes.
pub(super) fn uncited(night: &PublishedNight) -> Error {
    let message = "`cited` is not what the program writes: it was altered, or another version published the night";
    Fault::data(night.manifest_place(), message).into()
}

/// The income that a finding was held against; `None` for a fixed amount.
pub(super) fn income(row: &PublishedRow) -> Result<Option<ReferenceIncome>, &'static str> {
    let Some(amount) = row.amount("income_reference") else { return Ok(None) };
    let year = row.integer("income_year").and_then(|year| i32::try_from(year).ok()).ok_or("income_year")?;
    let area = area(row, "income_area")?.ok_or("income_area")?;
    let provisional = row.flag("income_provisional").ok_or("income_provisional")?;
    Ok(Some(ReferenceIncome { amount, year, area, provisional }))
}

/// An area code.
pub(super) fn area(row: &PublishedRow, column: &'static str) -> Result<Option<AreaCode>, &'static str> {
    match row.text(column) {
        None => Ok(None),
        Some(code) => AreaCode::from_text(code.as_bytes()).map(Some).ok_or(column),
    }
}

/// An amount that every row has.
pub(super) fn amount(row: &PublishedRow, column: &'static str) -> Result<Fen, &'static str> {
    row.amount(column).ok_or(column)
}

/// A day, where there is one.
pub(super) fn day(row: &PublishedRow, column: &'static str) -> Result<NaiveDate, &'static str> {
    row.day(column).ok_or(column)
}

/// Text on one line: what a terminal would obey is taken out.
pub(super) fn plain(text: &str) -> String {
    text.replace(char::is_control, " ")
}

/// A value that is not what the contract says.
pub(super) fn unusable(night: &PublishedNight, table: &str, column: &str) -> Error {
    let message = format!("`{column}` of this person's rows is not what the program publishes; verify the night");
    Fault::data(night.place(table), message).into()
}
