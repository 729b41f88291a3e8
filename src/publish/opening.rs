//! The ledger of an earlier night, and what its offices had been told, read back: what a night begins with. Reads only.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use chrono::NaiveDate;
use rust_decimal::Decimal;

use super::head::Head;
use super::named::{MANIFEST, NIGHTLY, Predecessor};
use super::rows::{Read, Rows, rows_of};
use super::sha256::sha256_of_file;
use super::told;
use crate::error::Error;
use crate::model::{
    Answer, Burden, BurdenKind, Categories, Category, Clearing, Figures, Outcome, PersonId, ReferenceIncome, Standing,
    State, Told, Warning, WarningId,
};

/// The file that holds a night's ledger.
pub const LEDGER: &str = "ledger.parquet";

/// Every night published in a folder, by day. Nights that were replaced and kept aside are none of them.
///
/// # Errors
/// When the folder is there and cannot be read; one that is not there holds no night.
pub fn nights(published: &Path) -> Result<Vec<(NaiveDate, PathBuf)>, Error> {
    let entries = match fs::read_dir(published) {
        Err(cause) if cause.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        entries => entries.map_err(|cause| Error::read(published, cause))?,
    };
    let mut nights = Vec::new();
    for entry in entries {
        let name = entry.map_err(|cause| Error::read(published, cause))?.file_name();
        // Written back and compared: a day has one name.
        let day = name.to_str().and_then(|text| Some((text, text.parse::<NaiveDate>().ok()?)));
        nights
            .extend(day.filter(|(text, day)| day.to_string() == *text).map(|(text, day)| (day, published.join(text))));
    }
    nights.sort();
    Ok(nights)
}

/// The latest night before `as_of` that is published in a folder, whatever the days between.
///
/// # Errors
/// See [`nights`].
pub(super) fn night_before(published: &Path, as_of: NaiveDate) -> Result<Option<(NaiveDate, PathBuf)>, Error> {
    Ok(nights(published)?.into_iter().rfind(|(day, _)| *day < as_of))
}

/// What a night begins with.
#[derive(Debug, Default, Clone, PartialEq)]
pub struct Opening {
    /// The night that it was taken from; `None` for the first.
    pub predecessor: Option<Predecessor>,
    /// The warnings of that night's ledger.
    pub warnings: Vec<Warning>,
    /// What that night's offices had been told: nothing for a night published without the table.
    pub told: Vec<Told>,
}

/// What the night of `as_of` begins with: the ledger of the latest night before it, whatever the days between.
///
/// # Errors
/// See [`ledger_of`].
pub fn opening(published: &Path, as_of: NaiveDate) -> Result<Opening, Error> {
    match night_before(published, as_of)? {
        Some((day, folder)) => opening_with(day, &folder),
        None => Ok(Opening::default()),
    }
}

/// What a night begins with that follows the one in `folder`, of the day `night`.
///
/// # Errors
/// See [`ledger_of`].
pub fn opening_with(night: NaiveDate, folder: &Path) -> Result<Opening, Error> {
    let (warnings, told) = ledger_of(folder)?;
    Ok(Opening { predecessor: Some(predecessor(night, folder)?), warnings, told })
}

/// The latest night before `as_of`, of one `kind`, as the one that follows it names it; `None` before the first.
///
/// # Errors
/// A manifest that cannot be used, and a night of another kind.
pub fn predecessor_of(published: &Path, as_of: NaiveDate, kind: &str) -> Result<Option<Predecessor>, Error> {
    let Some((night, folder)) = night_before(published, as_of)? else { return Ok(None) };
    Head::of_kind(&folder, kind)?;
    predecessor(night, &folder).map(Some)
}

/// The night in `folder`, of the day `night`, as the one that follows it names it.
pub(super) fn predecessor(night: NaiveDate, folder: &Path) -> Result<Predecessor, Error> {
    let manifest = folder.join(MANIFEST);
    let (sha256, _) = sha256_of_file(&manifest).map_err(|cause| Error::read(&manifest, cause))?;
    Ok(Predecessor { night, sha256 })
}

/// The warnings that the ledger of a published night has, in its order, and what its offices had been told: none of a
/// table that the night was published without. The files are held to the manifest first.
///
/// # Errors
/// A manifest or a table that cannot be used, and a file that is not the one published.
pub fn ledger_of(night: &Path) -> Result<(Vec<Warning>, Vec<Told>), Error> {
    let head = Head::of_kind(night, NIGHTLY)?;
    let warnings = rows_of(night, &head, (LEDGER, "ledger", "a ledger"), |rows, row| rows.warning(row))?;
    let told = rows_of(night, &head, (told::FILE, "told", "what offices were told"), |rows, row| rows.told(row))?;
    Ok((warnings, told))
}

impl Rows<'_> {
    fn warning(&self, row: usize) -> Read<Warning> {
        let read = |name| self.text(name, row);
        Ok(Warning {
            id: WarningId::from_text(self.needed("warning_id", read("warning_id"))?).ok_or("warning_id")?,
            person: PersonId::other(self.needed("person_id", read("person_id"))?).ok_or("person_id")?,
            name: read("name")?.map(str::to_owned),
            year: self.needed("policy_year", self.whole("policy_year", row))?,
            tests: self
                .needed("burden_tested", self.named("burden_tested", row, &BurdenKind::ALL, BurdenKind::name))?,
            state: self.needed("state", self.named("state", row, &State::ALL, State::name))?,
            clearing: self.named("clearing", row, &Clearing::ALL, Clearing::name)?,
            first_seen: self.needed("first_seen", self.day("first_seen", row))?,
            since: self.needed("since", self.day("since", row))?,
            last_seen: self.needed("last_seen", self.day("last_seen", row))?,
            cleared_on: self.day("cleared_on", row)?,
            first_exceeded_on: self.day("first_exceeded_on", row)?,
            opened_burden: self.fen("opened_burden", row)?,
            opened_threshold: self.needed("opened_threshold", self.decimal("opened_threshold", row))?,
            previous_burden: self.fen("previous_burden", row)?,
            standing: self.standing(row)?,
            sent_on: self.day("sent_on", row)?,
            answer_due: self.day("answer_due", row)?,
            answer: self.answer(row)?,
        })
    }

    fn told(&self, row: usize) -> Read<Told> {
        let read = |name| self.text(name, row);
        Ok(Told {
            office: self.needed("office", read("office"))?.to_owned(),
            warning: WarningId::from_text(self.needed("warning_id", read("warning_id"))?).ok_or("warning_id")?,
            told_on: self.needed("told_on", self.day("told_on", row))?,
            last_on: self.day("last_on", row)?,
            rule: self.needed("rule", read("rule"))?.to_owned(),
            threshold: self.needed("threshold", self.decimal("threshold", row))?,
            band: self.needed("band", self.whole("band", row))?,
            area: self.needed("area_code", self.area("area_code", row))?,
            town_code: read("town_code")?.map(str::to_owned),
            answer_due: self.day("answer_due", row)?,
        })
    }

    fn standing(&self, row: usize) -> Read<Standing> {
        let read = |name| self.text(name, row);
        let income = self.income(row)?;
        let percent = self.decimal("percent", row)?;
        let published = self.needed("threshold", self.decimal("threshold", row))?;
        // The published threshold is rounded to four decimals; its factors are not.
        let exact =
            |income: ReferenceIncome| Decimal::new(income.amount.0, 2).checked_mul(percent?)?.checked_mul(PERCENT);
        Ok(Standing {
            rule: self.needed("rule", read("rule"))?.to_owned(),
            rule_reference: self.needed("rule_reference", read("rule_reference"))?.to_owned(),
            category: self.needed("category", self.named("category", row, &Category::ALL, Category::name))?,
            categories: Categories::named(self.needed("categories", read("categories"))?).ok_or("categories")?,
            area: self.area("area_code", row)?,
            town_code: read("town_code")?.map(str::to_owned),
            burden: self.burden(row)?,
            burden_tested: self.fen("burden", row)?,
            income,
            percent,
            threshold: income.and_then(exact).unwrap_or(published),
            band: self.needed("band", self.whole("band", row))?,
        })
    }

    fn burden(&self, row: usize) -> Read<Burden> {
        Ok(Burden {
            settlements: self.needed("settlements", self.whole("settlements", row))?,
            sums: Figures {
                total_cost: self.fen("total_cost", row)?,
                basic_insurance: self.fen("basic_insurance", row)?,
                critical_illness: self.fen("critical_illness", row)?,
                medical_assistance: self.fen("medical_assistance", row)?,
                other_funds: self.fen("other_funds", row)?,
                hospital_part: self.fen("hospital_part", row)?,
                in_scope_cost: self.fen("in_scope_cost", row)?,
            },
            commercial: self.fen("commercial", row)?,
        })
    }

    fn income(&self, row: usize) -> Read<Option<ReferenceIncome>> {
        let amount = self.amount("income_reference", row)?;
        let year = self.whole("income_year", row)?;
        let area = self.area("income_area", row)?;
        let provisional = self.flag("income_provisional", row)?;
        let all = amount.zip(year).zip(area).zip(provisional);
        Ok(all.map(|(((amount, year), area), provisional)| ReferenceIncome { amount, year, area, provisional }))
    }

    fn answer(&self, row: usize) -> Read<Option<Answer>> {
        let Some(outcome) = self.named("answer", row, &Outcome::ALL, Outcome::name)? else {
            return Ok(None);
        };
        Ok(Some(Answer {
            outcome,
            on: self.needed("answer_on", self.day("answer_on", row))?,
            office: self.needed("answer_office", self.text("answer_office", row))?.to_owned(),
            quiet_until: self.day("quiet_until", row)?,
            remark: self.text("answer_remark", row)?.map(str::to_owned),
            monitored: self.needed("monitored", self.flag("monitored", row))?,
            quiet: quiet(self.text("quiet_offices", row)?.unwrap_or_default()).ok_or("quiet_offices")?,
        }))
    }
}

/// A hundredth.
const PERCENT: Decimal = Decimal::from_parts(1, 0, 0, false, 2);

/// Offices and days from their text: an office, a blank and a day, joined by `,`.
fn quiet(text: &str) -> Option<BTreeMap<String, NaiveDate>> {
    let one = |part: &str| {
        let (office, until) = part.rsplit_once(' ')?;
        Some((office.to_owned(), until.parse().ok()?))
    };
    text.split(',').filter(|part| !part.is_empty()).map(one).collect()
}
