//! What a night of audits published of providers, cards and the fund, read back for the monthly report. A night that
//! did not look at them has none of these tables. Reads only.

use std::collections::BTreeMap;
use std::path::Path;

use rust_decimal::Decimal;
use serde::Deserialize;

use super::head::{self, Head};
use super::named::MANIFEST;
use super::rows::{Read, Rows, rows_of};
use crate::board::nights::{CareRow, ForecastRow, FundRow, MonthTables, RateRow, ShareRow};
use crate::error::Error;
use crate::model::monthly::{Beside, CareMeasure, FundForecast, FundMonth};
use crate::model::{Care, Category, Fen, Fund, Matter, Verdict};

/// What the manifest says of the draw of cards.
#[derive(Deserialize)]
struct Drawn {
    #[serde(default)]
    card_draw: Option<Draw>,
}

#[derive(Deserialize)]
struct Draw {
    seed: String,
    mode: String,
    per: String,
}

/// The tables of the night in `folder`, of which its manifest says `head` and holds `bytes`.
pub(super) fn tables(folder: &Path, head: &Head, bytes: &[u8]) -> Result<MonthTables, Error> {
    let Drawn { card_draw } = head::parsed(&folder.join(MANIFEST), bytes)?;
    let per_area = card_draw.as_ref().is_some_and(|draw| draw.per == "area");
    Ok(MonthTables {
        shares: of(folder, head, "out_of_catalogue", share)?.into_iter().flatten().collect(),
        rates: of(folder, head, "admission_rates", rate)?,
        funds: of(folder, head, "fund_months", fund)?,
        forecasts: of(folder, head, "fund_forecast", forecast)?,
        care: of(folder, head, "care_compared", care)?,
        draw: card_draw.map(|draw| (draw.seed, draw.mode)),
        cards: of(folder, head, "card_draw", |rows, row| card(rows, row, per_area))?,
        registers: of(folder, head, "cards", register)?,
    })
}

fn of<T>(folder: &Path, head: &Head, table: &str, row: impl Fn(&Rows<'_>, usize) -> Read<T>) -> Result<Vec<T>, Error> {
    rows_of(folder, head, (&format!("{table}.parquet"), table, "a table of this version"), row)
}

/// The year to date of an institution; nothing of a month of it.
fn share(rows: &Rows<'_>, row: usize) -> Read<Option<ShareRow>> {
    if rows.text("month", row)?.is_some() {
        return Ok(None);
    }
    Ok(Some(ShareRow {
        institution: text(rows, "institution", row)?,
        level: rows.text("level", row)?.map(str::to_owned),
        people: rows.needed("people", rows.whole("people", row))?,
        total_cost: rows.fen("total_cost", row)?,
        outside: rows.fen("out_of_catalogue", row)?,
        share: rows.decimal("share", row)?,
        limit: rows.decimal("limit", row)?,
        verdict: rows.needed("verdict", rows.named("verdict", row, &Verdict::ALL, Verdict::name))?,
    }))
}

fn rate(rows: &Rows<'_>, row: usize) -> Read<RateRow> {
    Ok(RateRow {
        category: rows.needed("category", rows.named("category", row, &Category::ALL, Category::name))?,
        area: rows.needed("area_code", rows.area("area_code", row))?,
        stays: rows.needed("stays", rows.whole("stays", row))?,
        enrolled: rows.needed("enrolled", rows.whole("enrolled", row))?,
        rate: rows.decimal("rate", row)?,
        overall: rows.decimal("overall", row)?,
        limit: rows.decimal("limit", row)?,
        z: rows.decimal("z", row)?,
        verdict: rows.needed("verdict", rows.named("verdict", row, &Verdict::ALL, Verdict::name))?,
    })
}

fn fund(rows: &Rows<'_>, row: usize) -> Read<FundRow> {
    Ok(FundRow {
        area: rows.needed("area_code", rows.area("area_code", row))?,
        fund: rows.needed("fund", rows.named("fund", row, &Fund::ALL, Fund::name))?,
        month: FundMonth {
            month: rows.needed("month", rows.day("month", row))?,
            income: rows.fen("income", row)?,
            spending: rows.fen("spending", row)?,
            balance: rows.fen("balance", row)?,
        },
        cover: rows.decimal("cover_months", row)?,
        spent: rows.decimal("spent_percent", row)?,
        growth: rows.decimal("spending_to_date_growth", row)?,
        matter: rows.named("matter", row, &Matter::ALL, Matter::name)?,
    })
}

fn forecast(rows: &Rows<'_>, row: usize) -> Read<ForecastRow> {
    let balance = rows.fen("balance", row)?;
    let bound = |name| rows.amount(name, row).map(|amount: Option<Fen>| amount.unwrap_or(balance));
    Ok(ForecastRow {
        area: rows.needed("area_code", rows.area("area_code", row))?,
        fund: rows.needed("fund", rows.named("fund", row, &Fund::ALL, Fund::name))?,
        forecast: FundForecast {
            month: rows.needed("month", rows.day("month", row))?,
            low: bound("balance_low")?,
            middle: balance,
            high: bound("balance_high")?,
        },
    })
}

fn care(rows: &Rows<'_>, row: usize) -> Read<CareRow> {
    let is = |name, what| Ok::<_, &'static str>(rows.needed(name, rows.text(name, row))? == what);
    let kind = rows.needed("care", rows.text("care", row))?;
    let count = |name| rows.whole(name, row).map(Option::unwrap_or_default);
    let mut measures = BTreeMap::new();
    for measure in CareMeasure::ALL {
        measures.insert(measure, beside(rows, row, measure)?);
    }
    Ok(CareRow {
        whole: is("scope", "whole")?,
        area: rows.area("area_code", row)?,
        month: rows.needed("month", rows.day("month", row))?,
        to_date: is("span", "to_date")?,
        care: Care::ALL.into_iter().find(|care| care.name() == kind),
        rests_on: [count("settlements")?, count("settlements_year_ago")?, count("stays")?, count("stays_year_ago")?],
        measures,
    })
}

/// A measure of care, by its three columns.
fn beside(rows: &Rows<'_>, row: usize, measure: CareMeasure) -> Read<Beside> {
    let [now, year_ago, change] = match measure {
        CareMeasure::CostPerStay => ["cost_per_stay", "cost_per_stay_year_ago", "cost_per_stay_growth"],
        CareMeasure::StaysPerThousand => {
            ["stays_per_thousand", "stays_per_thousand_year_ago", "stays_per_thousand_growth"]
        }
        CareMeasure::BasicInsurance => {
            ["basic_insurance_percent", "basic_insurance_percent_year_ago", "basic_insurance_percent_change"]
        }
        CareMeasure::CriticalIllness => {
            ["critical_illness_percent", "critical_illness_percent_year_ago", "critical_illness_percent_change"]
        }
        CareMeasure::MedicalAssistance => {
            ["medical_assistance_percent", "medical_assistance_percent_year_ago", "medical_assistance_percent_change"]
        }
        CareMeasure::OtherFunds => {
            ["other_funds_percent", "other_funds_percent_year_ago", "other_funds_percent_change"]
        }
        CareMeasure::HospitalPart => {
            ["hospital_part_percent", "hospital_part_percent_year_ago", "hospital_part_percent_change"]
        }
        CareMeasure::Person => ["person_percent", "person_percent_year_ago", "person_percent_change"],
    };
    let of = |name| match measure {
        CareMeasure::CostPerStay => Ok(rows.amount(name, row)?.map(|fen| Decimal::new(fen.0, 2))),
        _ => rows.decimal(name, row),
    };
    Ok(Beside { now: of(now)?, year_ago: of(year_ago)?, change: rows.decimal(change, row)? })
}

/// A new card's group, the institution or the area, and whether it was drawn.
fn card(rows: &Rows<'_>, row: usize, per_area: bool) -> Read<(String, bool)> {
    let group = rows.text(if per_area { "area_code" } else { "institution" }, row)?.unwrap_or_default().to_owned();
    Ok((group, rows.needed("drawn", rows.flag("drawn", row))?))
}

fn register(rows: &Rows<'_>, row: usize) -> Read<(String, [u64; 3])> {
    let people = |name| rows.needed(name, rows.whole(name, row));
    let counts = [people("registered_without_card")?, people("card_without_register")?, people("card_unused")?];
    Ok((text(rows, "disease", row)?, counts))
}

fn text(rows: &Rows<'_>, name: &'static str, row: usize) -> Read<String> {
    rows.needed(name, rows.text(name, row)).map(str::to_owned)
}
