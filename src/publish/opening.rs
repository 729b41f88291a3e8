//! The ledger of an earlier night, and what its offices had been told, read back: what a night begins with. Reads only.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use ::parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use arrow_array::cast::AsArray;
use arrow_array::types::{Date32Type, Decimal128Type, Int64Type};
use arrow_array::{Array, ArrayRef, RecordBatch};
use chrono::NaiveDate;
use rust_decimal::Decimal;

use super::manifest::{MANIFEST, Manifest, Predecessor};
use super::parquet;
use super::sha256::sha256_of_file;
use super::told;
use crate::contract;
use crate::error::Error;
use crate::model::{
    Answer, AreaCode, Burden, BurdenKind, Categories, Category, Clearing, Fault, Fen, Figures, Outcome, PersonId,
    ReferenceIncome, Standing, State, Told, Warning, WarningId,
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
pub fn night_before(published: &Path, as_of: NaiveDate) -> Result<Option<PathBuf>, Error> {
    let earlier = nights(published)?.into_iter().rfind(|(day, _)| *day < as_of);
    Ok(earlier.map(|(_, night)| night))
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
    match nights(published)?.into_iter().rfind(|(day, _)| *day < as_of) {
        Some((day, folder)) => opening_with(day, &folder),
        None => Ok(Opening::default()),
    }
}

/// What a night begins with that follows the one in `folder`, of the day `night`.
///
/// # Errors
/// See [`ledger_of`].
pub fn opening_with(night: NaiveDate, folder: &Path) -> Result<Opening, Error> {
    let warnings = ledger_of(folder)?;
    let told = rows_of(folder, (told::FILE, "told", "what offices were told"), |rows, row| rows.told(row))?;
    let manifest = folder.join(MANIFEST);
    let (sha256, _) = sha256_of_file(&manifest).map_err(|cause| Error::read(&manifest, cause))?;
    Ok(Opening { predecessor: Some(Predecessor { night, sha256 }), warnings, told })
}

/// The warnings that the ledger of a published night has, in its order: none for a night that was published without a
/// ledger. The file is held to the manifest first.
///
/// # Errors
/// A manifest or a ledger that cannot be used, and a ledger that is not the one published.
pub fn ledger_of(night: &Path) -> Result<Vec<Warning>, Error> {
    rows_of(night, (LEDGER, "ledger", "a ledger"), |rows, row| rows.warning(row))
}

/// The rows of one file of a night: its name, its table, and what it is called.
fn rows_of<T>(
    night: &Path,
    (file, table, what): (&str, &str, &str),
    row_of: impl Fn(&Rows<'_>, usize) -> Read<T>,
) -> Result<Vec<T>, Error> {
    let manifest = Manifest::read(&night.join(MANIFEST))?;
    let Some(named) = manifest.outputs.iter().find(|output| output.file == file) else {
        return Ok(Vec::new());
    };
    let path = night.join(file);
    let place = path.display().to_string();
    let missing = |cause: io::Error| match cause.kind() {
        io::ErrorKind::NotFound => Fault::missing(&place, "is missing, but the manifest names it").into(),
        _ => Error::read(&path, cause),
    };
    let (sha256, _) = sha256_of_file(&path).map_err(missing)?;
    if sha256 != named.sha256 {
        let message = format!(
            "has SHA-256 {sha256}, but the manifest names {}; no night can begin with it: restore the file",
            named.sha256
        );
        return Err(Fault::data(&place, message).into());
    }
    let broken = |cause: &dyn std::fmt::Display| Fault::data(&place, format!("is not {what}: {cause}"));
    let file = File::open(&path).map_err(|cause| Error::read(&path, cause))?;
    let reader = ParquetRecordBatchReaderBuilder::try_new(file).and_then(|builder| builder.build());
    let mut read = Vec::new();
    for batch in reader.map_err(|cause| broken(&cause))? {
        let batch = batch.map_err(|cause| broken(&cause))?;
        let rows = Rows::of(&batch, table).map_err(|cause| broken(&cause))?;
        for row in 0..batch.num_rows() {
            let value = row_of(&rows, row).map_err(|column| {
                let number = read.len() + 1;
                broken(&format!("row {number}: `{column}` is not what {} says", contract::table(table).file()))
            })?;
            read.push(value);
        }
    }
    Ok(read)
}

/// Some rows of a table. Every value is looked up by its column's name, which is the fault when it cannot be used.
struct Rows<'a> {
    batch: &'a RecordBatch,
}

type Read<T> = Result<T, &'static str>;

impl Rows<'_> {
    /// Holds the columns to the contract: the rest trusts their types.
    fn of<'b>(batch: &'b RecordBatch, table: &str) -> Result<Rows<'b>, String> {
        let expected = parquet::schema(contract::table(table));
        let found = batch.schema();
        let named = expected.fields().iter().map(|field| field.name());
        if !named.eq(found.fields().iter().map(|field| field.name())) {
            return Err("its columns are not those of the contract; was it written by another version?".to_owned());
        }
        Ok(Rows { batch })
    }

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

    fn needed<T>(&self, name: &'static str, value: Read<Option<T>>) -> Read<T> {
        value?.ok_or(name)
    }

    /// The column, unless its row is null.
    fn cell(&self, name: &'static str, row: usize) -> Read<Option<&ArrayRef>> {
        let column = self.batch.column_by_name(name).ok_or(name)?;
        Ok(column.is_valid(row).then_some(column))
    }

    fn text(&self, name: &'static str, row: usize) -> Read<Option<&str>> {
        let text = |column: &'_ ArrayRef| column.as_string_opt::<i32>().is_some();
        match self.cell(name, row)? {
            None => Ok(None),
            Some(column) if text(column) => Ok(Some(column.as_string::<i32>().value(row))),
            Some(_) => Err(name),
        }
    }

    fn named<T: Copy>(&self, name: &'static str, row: usize, all: &[T], of: fn(T) -> &'static str) -> Read<Option<T>> {
        let Some(text) = self.text(name, row)? else { return Ok(None) };
        all.iter().copied().find(|one| of(*one) == text).map(Some).ok_or(name)
    }

    fn area(&self, name: &'static str, row: usize) -> Read<Option<AreaCode>> {
        let Some(text) = self.text(name, row)? else { return Ok(None) };
        AreaCode::from_text(text.as_bytes()).map(Some).ok_or(name)
    }

    fn day(&self, name: &'static str, row: usize) -> Read<Option<NaiveDate>> {
        let Some(column) = self.cell(name, row)? else { return Ok(None) };
        let days = column.as_primitive_opt::<Date32Type>().ok_or(name)?;
        days.value_as_date(row).map(Some).ok_or(name)
    }

    fn whole<N: TryFrom<i64>>(&self, name: &'static str, row: usize) -> Read<Option<N>> {
        let Some(column) = self.cell(name, row)? else { return Ok(None) };
        let numbers = column.as_primitive_opt::<Int64Type>().ok_or(name)?;
        N::try_from(numbers.value(row)).map(Some).map_err(|_| name)
    }

    fn flag(&self, name: &'static str, row: usize) -> Read<Option<bool>> {
        let Some(column) = self.cell(name, row)? else { return Ok(None) };
        Ok(Some(column.as_boolean_opt().ok_or(name)?.value(row)))
    }

    fn fen(&self, name: &'static str, row: usize) -> Read<Fen> {
        self.needed(name, self.amount(name, row))
    }

    fn amount(&self, name: &'static str, row: usize) -> Read<Option<Fen>> {
        let Some(column) = self.cell(name, row)? else { return Ok(None) };
        let amounts = column.as_primitive_opt::<Decimal128Type>().ok_or(name)?;
        i64::try_from(amounts.value(row)).map(|fen| Some(Fen(fen))).map_err(|_| name)
    }

    fn decimal(&self, name: &'static str, row: usize) -> Read<Option<Decimal>> {
        let Some(column) = self.cell(name, row)? else { return Ok(None) };
        let numbers = column.as_primitive_opt::<Decimal128Type>().ok_or(name)?;
        Decimal::try_from_i128_with_scale(numbers.value(row), 4).map(Some).map_err(|_| name)
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
