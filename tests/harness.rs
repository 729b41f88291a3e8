//! The vocabulary of the whole-program tests: rows as a bureau writes them, a house with a job and a delivery, a night
//! run by the real program, and what it published read back as text.

#![cfg(test)]

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::Arc;

use arrow_array::cast::AsArray;
use arrow_array::types::{Date32Type, Decimal128Type, Int64Type, TimestampMicrosecondType};
use arrow_array::{
    Array, ArrayRef, Date32Array, Decimal128Array, Int64Array, RecordBatch, StringArray, TimestampMicrosecondArray,
};
use arrow_schema::DataType;
use chrono::{NaiveDate, NaiveDateTime};
use fangpin::contract::{self, Kind};
use fangpin::model::{Fen, check_digit};
use parquet::arrow::ArrowWriter;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use serde_json::Value;
use tempfile::TempDir;

/// Category 2, so flagged above 10000.00 where a test says nothing else. Nobody holds this number, nor the others.
pub(crate) const A: &str = "150721197001010011";
/// Category 5, so flagged above 20000.00.
pub(crate) const B: &str = "150721197001010038";
/// In no register.
pub(crate) const C: &str = "150721197001010070";

/// The resident id of seventeen digits: they, and the check digit.
pub(crate) fn resident_id(leading: u64) -> String {
    format!("{leading}{}", char::from(check_digit(leading)))
}

/// The day of most nights.
pub(crate) const AS_OF: &str = "2025-11-30";

/// One rule at 50 % and one at 100 % of last year's income.
pub(crate) const POLICY: &str = r#"
place = "a place of the tests"
area  = "150700"

[burden]
year_by = "settlement_date"
payers  = ["basic_insurance", "critical_illness", "medical_assistance", "other_funds", "commercial"]

[income]
series      = "rural"
area_levels = ["county", "prefecture"]
older_years = 0

[[rule]]
id         = "return_to_poverty"
title      = "因病返贫监测"
categories = ["extreme_poverty", "subsistence_allowance", "returned_to_poverty"]
tests      = "burden_total"
[[rule.in_force]]
from      = 2021-01-01
above     = { percent_of_income = "50" }
reference = { title = "an invented plan", article = "1" }
reviewed  = 2025-01-01

[[rule]]
id         = "fall_into_poverty"
title      = "因病致贫监测"
categories = ["unstable_lifted", "marginal", "sudden_hardship"]
tests      = "burden_total"
[[rule.in_force]]
from      = 2021-01-01
above     = { percent_of_income = "100" }
reference = { title = "an invented plan", article = "2" }
reviewed  = 2025-01-01
"#;

const CODES: &str = r#"
[psn_idet_type]
"1" = "extreme_poverty"
"2" = "subsistence_allowance"
"3" = "returned_to_poverty"
"4" = "unstable_lifted"
"5" = "marginal"
"6" = "sudden_hardship"
"9" = "stable_lifted"
"#;

const JOB: &str = r#"
kind      = "nightly"
delivery  = "delivery"
policy    = "policy.toml"
codes     = "codes.toml"
published = "published"

[tolerance]
reject_percent = "100"
unknown_codes  = 100
"#;

/// What the job of an audit has beside that of a night.
const PROBLEMS: &str = r#"[problems]
plain = true

[problems.AUDIT]
owner = "某县医疗保障局"
days  = 5
"#;

/// The codes of enrolments, which a house's mapping has not.
pub(crate) const ENROLMENT_CODES: &str = r#"
[insutype]
"310" = "employee"
"390" = "resident"

[psn_insu_stas]
"1" = "normal"
"2" = "suspended"
"4" = "ended"
"5" = "dead"
"6" = "moved"
"#;

/// One row of a delivered table, by the contract's column names, each value as a person writes it.
#[derive(Debug, Clone)]
pub(crate) struct Row {
    file: String,
    cells: BTreeMap<&'static str, Option<String>>,
}

impl Row {
    pub(crate) fn new(cells: &[(&'static str, &str)]) -> Row {
        let cells = cells.iter().map(|(column, value)| (*column, Some((*value).to_owned()))).collect();
        Row { file: "a.parquet".to_owned(), cells }
    }

    pub(crate) fn with(mut self, column: &'static str, value: &str) -> Row {
        self.cells.insert(column, Some(value.to_owned()));
        self
    }

    /// With nothing (null) in the column.
    pub(crate) fn without(mut self, column: &'static str) -> Row {
        self.cells.insert(column, None);
        self
    }

    pub(crate) fn of(self, certno: &str) -> Row {
        self.with("certno", certno)
    }

    pub(crate) fn at(self, time: &str) -> Row {
        self.with("setl_time", time)
    }

    pub(crate) fn updated(self, time: &str) -> Row {
        self.with("updt_time", time)
    }

    pub(crate) fn reverses(self, setl_id: &str) -> Row {
        self.with("init_setl_id", setl_id)
    }

    pub(crate) fn in_file(mut self, name: &str) -> Row {
        self.file = name.to_owned();
        self
    }

    pub(crate) fn cell(&self, column: &str) -> Option<&str> {
        self.cells.get(column).and_then(Option::as_deref)
    }
}

/// A settlement of A, in March, that nobody else paid for.
pub(crate) fn settlement(setl_id: &str, cost: &str) -> Row {
    Row::new(&[
        ("setl_id", setl_id),
        ("certno", A),
        ("insu_admdvs", "150721"),
        ("setl_time", "2025-03-01 10:00:00"),
        ("medfee_sumamt", cost),
        ("hifp_pay", "0.00"),
        ("hifmi_pay", "0.00"),
        ("maf_pay", "0.00"),
    ])
    .without("init_setl_id")
    .updated("2025-03-01 10:00:00")
}

/// An identity that began in 2021 and has no end.
pub(crate) fn identity(certno: &str, code: &str) -> Row {
    Row::new(&[
        ("certno", certno),
        ("psn_name", "测试"),
        ("psn_idet_type", code),
        ("insu_admdvs", "150721"),
        ("begndate", "2021-01-01"),
    ])
    .without("enddate")
}

/// An enrolment as a resident that began in 2022, stands as normal and has no end.
pub(crate) fn enrolment(certno: &str) -> Row {
    Row::new(&[
        ("certno", certno),
        ("psn_no", "1"),
        ("insutype", "390"),
        ("insu_admdvs", "150721"),
        ("psn_insu_stas", "1"),
        ("psn_insu_date", "2022-01-01"),
    ])
    .without("paus_insu_date")
}

/// A figure of the rural series.
pub(crate) fn income(area: &str, year: &str, yuan: &str) -> Row {
    let cells = [("area_code", area), ("year", year), ("series", "rural"), ("per_capita_disposable_income", yuan)];
    Row::new(&cells)
}

/// A commercial payment to A.
pub(crate) fn payment(id: &str, paid_on: &str, yuan: &str) -> Row {
    Row::new(&[("payment_id", id), ("certno", A), ("paid_on", paid_on), ("amount", yuan)])
}

/// One night to be run: A (category 2) and B (category 5) in the register, 20000.00 of income, unless said otherwise.
pub(crate) struct Night {
    as_of: String,
    tables: BTreeMap<&'static str, Vec<Row>>,
    pub(crate) house: House,
}

impl Night {
    pub(crate) fn on(as_of: &str) -> Night {
        let incomes = vec![income("150721", "2024", "20000.00"), income("150700", "2024", "18000.00")];
        let register = vec![identity(A, "2"), identity(B, "5")];
        let tables = BTreeMap::from([("identities", register), ("income", incomes), ("settlements", Vec::new())]);
        Night { as_of: as_of.to_owned(), tables, house: House::new() }
    }

    pub(crate) fn settlements(self, rows: impl IntoIterator<Item = Row>) -> Night {
        self.table("settlements", rows)
    }

    pub(crate) fn register(self, rows: impl IntoIterator<Item = Row>) -> Night {
        self.table("identities", rows)
    }

    pub(crate) fn incomes(self, rows: impl IntoIterator<Item = Row>) -> Night {
        self.table("income", rows)
    }

    pub(crate) fn commercial(self, rows: impl IntoIterator<Item = Row>) -> Night {
        self.table("commercial", rows)
    }

    /// Puts `new` in place of `old` in the policy.
    pub(crate) fn policy(self, old: &str, new: &str) -> Night {
        self.house.edit("policy.toml", old, new);
        self
    }

    pub(crate) fn run(self) -> Published {
        let published = self.asked();
        assert_eq!(published.ran.code, 0, "{}", published.ran.stderr);
        published.holds_together();
        published
    }

    /// Runs it whatever comes of it.
    pub(crate) fn asked(self) -> Published {
        for (table, rows) in &self.tables {
            self.house.deliver(table, rows);
        }
        let ran = self.house.run(&self.as_of, &[]);
        let folder = self.house.path("published").join(&self.as_of);
        Published { _house: self.house, folder, ran }
    }

    fn table(mut self, table: &'static str, rows: impl IntoIterator<Item = Row>) -> Night {
        self.tables.insert(table, rows.into_iter().collect());
        self
    }
}

/// A folder with `job.toml`, `policy.toml`, `codes.toml`, `delivery/` and `published/`.
pub(crate) struct House {
    pub(crate) home: TempDir,
}

impl House {
    pub(crate) fn new() -> House {
        let house = House { home: TempDir::new().unwrap() };
        for (name, text) in [("job.toml", JOB), ("policy.toml", POLICY), ("codes.toml", CODES)] {
            fs::write(house.path(name), text).unwrap();
        }
        house
    }

    /// A house whose job is one audit, by the holidays that are shipped.
    pub(crate) fn of_audit(kind: &str) -> House {
        let house = House::new();
        house.edit("job.toml", "\"nightly\"", &format!("\"{kind}\""));
        house.edit("job.toml", "\n[tolerance]", "holidays  = \"holidays.toml\"\n\n[tolerance]");
        house.append("job.toml", &PROBLEMS.replace("AUDIT", kind));
        fs::copy(shipped("reference/holidays.toml"), house.path("holidays.toml")).unwrap();
        house
    }

    /// With a policy that is shipped, and the mapping of the sample.
    pub(crate) fn under(self, policy: &str) -> House {
        fs::copy(shipped("policy").join(policy), self.path("policy.toml")).unwrap();
        fs::copy(shipped("codes/sample.toml"), self.path("codes.toml")).unwrap();
        self
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.home.path().join(name)
    }

    /// Puts `new` in place of `old` in a file of text.
    pub(crate) fn edit(&self, file: &str, old: &str, new: &str) {
        let text = fs::read_to_string(self.path(file)).unwrap();
        assert!(text.contains(old), "{file} has no {old:?}");
        fs::write(self.path(file), text.replacen(old, new, 1)).unwrap();
    }

    /// Puts `more` at the end of a file of text.
    pub(crate) fn append(&self, file: &str, more: &str) {
        let text = fs::read_to_string(self.path(file)).unwrap();
        fs::write(self.path(file), text + more).unwrap();
    }

    /// Writes rows into the files that they name.
    pub(crate) fn deliver(&self, table: &str, rows: &[Row]) {
        let mut files: BTreeMap<&str, Vec<&Row>> = BTreeMap::new();
        for row in rows {
            files.entry(&row.file).or_default().push(row);
        }
        if rows.is_empty() {
            files.insert("a.parquet", Vec::new());
        }
        for (file, rows) in files {
            write(&self.path("delivery").join(table).join(file), &batch(table, &rows));
        }
    }

    pub(crate) fn run(&self, as_of: &str, more: &[&str]) -> Ran {
        self.fangpin(&[&["run", "HOME/job.toml", "--as-of", as_of], more].concat())
    }

    /// Runs the program; HOME in an argument stands for the house.
    pub(crate) fn fangpin(&self, arguments: &[&str]) -> Ran {
        self.said(program().args(self.named(arguments)).output().unwrap())
    }

    pub(crate) fn named(&self, arguments: &[&str]) -> Vec<String> {
        let home = self.home.path().to_str().unwrap();
        arguments.iter().map(|argument| argument.replace("HOME", home)).collect()
    }

    /// What a program said, with HOME for the house.
    pub(crate) fn said(&self, output: Output) -> Ran {
        let home = self.home.path().to_str().unwrap();
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap().replace(home, "HOME");
        Ran { code: output.status.code().unwrap_or(-1), stdout: text(output.stdout), stderr: text(output.stderr) }
    }

    /// A table that was published on a day.
    pub(crate) fn read(&self, day: &str, table: &str) -> Vec<Cells> {
        read(&self.path("published").join(day).join(format!("{table}.parquet")))
    }

    /// Everything published, by path: what a refusal has to leave as it was. The lock file is no part of it.
    pub(crate) fn published(&self) -> BTreeMap<String, Vec<u8>> {
        let mut all = files_below(&self.path("published"));
        all.remove(".lock");
        all
    }
}

/// The folder of the repository.
pub(crate) fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// A file or folder of the data that are shipped.
pub(crate) fn shipped(path: &str) -> PathBuf {
    root().join("data").join(path)
}

/// The program under test.
pub(crate) fn program() -> Command {
    Command::new(assert_cmd::cargo::cargo_bin!("fangpin"))
}

/// The lines with which a policy file is refused that ends with these rules; a line's number counts from the end of the
/// file without them.
pub(crate) fn rules_refused(rules: &str) -> Vec<String> {
    let house = House::new();
    house.append("policy.toml", rules);
    let ran = house.fangpin(&["policy", "HOME/policy.toml", "--as-of", AS_OF]);
    assert_eq!(ran.code, 78, "{}", ran.stderr);
    let counted = |number: &str| number.parse::<usize>().ok()?.checked_sub(POLICY.lines().count());
    let told = |line: &&str| {
        let (number, said) = line.strip_prefix("HOME/policy.toml line ").unwrap().split_once(": ").unwrap();
        let other = said.split("line ").nth(1).and_then(|rest| rest.split(' ').next());
        let said = match other.and_then(|other| Some((other, counted(other)?))) {
            Some((other, line)) => said.replace(&format!("line {other}"), &format!("line {line}")),
            None => said.to_owned(),
        };
        format!("{}: {said}", counted(number).unwrap())
    };
    ran.told().iter().map(told).collect()
}

/// How one run ended.
#[derive(Debug)]
pub(crate) struct Ran {
    pub(crate) code: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Ran {
    /// The lines on stderr that are no log.
    pub(crate) fn told(&self) -> Vec<&str> {
        self.stderr.lines().filter(|line| !line.contains("  INFO ")).collect()
    }
}

/// A night that was run. The house goes with it.
pub(crate) struct Published {
    _house: House,
    pub(crate) folder: PathBuf,
    pub(crate) ran: Ran,
}

/// One published row as text; a null is absent.
pub(crate) type Cells = BTreeMap<String, String>;

/// A cell, or `-` where it is null.
pub(crate) fn cell<'c>(row: &'c Cells, column: &str) -> &'c str {
    row.get(column).map_or("-", String::as_str)
}

impl Published {
    pub(crate) fn read(&self, table: &str) -> Vec<Cells> {
        read(&self.folder.join(format!("{table}.parquet")))
    }

    pub(crate) fn manifest(&self) -> Value {
        manifest(&self.folder)
    }

    /// Who is flagged, with the burden.
    pub(crate) fn flagged(&self) -> Vec<(String, String)> {
        let cells = self.read("flagged");
        cells.into_iter().map(|mut row| (row.remove("person_id").unwrap(), row["burden_total"].clone())).collect()
    }

    pub(crate) fn expect_flagged(&self, expected: &[(&str, &str)]) -> &Published {
        let expected: Vec<(String, String)> =
            expected.iter().map(|(person, burden)| ((*person).to_owned(), (*burden).to_owned())).collect();
        assert_eq!(self.flagged(), expected);
        self
    }

    /// What became of the rows of a table: how many count, and how many were set aside for each reason.
    pub(crate) fn expect_rows(&self, table: &str, expected: &[(&str, u64)]) -> &Published {
        let manifest = self.manifest();
        let counted = manifest["control_totals"][table]["counted"]["rows"].as_u64().unwrap();
        let mut found = BTreeMap::from([("counted", counted)]);
        let aside = manifest["set_aside"][table].as_object();
        found.extend(aside.into_iter().flatten().map(|(id, of)| (id.as_str(), of["rows"].as_u64().unwrap())));
        found.retain(|_, rows| *rows > 0);
        assert_eq!(found, expected.iter().copied().collect::<BTreeMap<_, _>>(), "{table}");
        self
    }

    pub(crate) fn expect_settlements(&self, expected: &[(&str, u64)]) -> &Published {
        self.expect_rows("settlements", expected)
    }

    /// Which checks reported something: rows and fen.
    pub(crate) fn expect_checks(&self, expected: &[(&str, u64, i64)]) -> &Published {
        let manifest = self.manifest();
        let checks = manifest["checks"].as_object().unwrap();
        let of = |(id, of): (&String, &Value)| (id.clone(), of["rows"].as_u64().unwrap(), of["fen"].as_i64().unwrap());
        let mut found: Vec<_> = checks.iter().map(of).filter(|(_, rows, _)| *rows > 0).collect();
        found.sort();
        let mut expected: Vec<_> = expected.iter().map(|(id, rows, fen)| ((*id).to_owned(), *rows, *fen)).collect();
        expected.sort();
        assert_eq!(found, expected);
        self
    }

    /// Fields of the one flagged person.
    pub(crate) fn expect_finding(&self, expected: &[(&str, &str)]) -> &Published {
        let rows = self.read("flagged");
        assert_eq!(rows.len(), 1, "{rows:?}");
        for (column, value) in expected {
            assert_eq!(cell(&rows[0], column), *value, "{column}");
        }
        self
    }

    /// What is true of every night: totals close, every set-aside row is listed, burdens are the sum of their evidence.
    pub(crate) fn holds_together(&self) {
        let manifest = self.manifest();
        let tables = manifest["control_totals"].as_object().unwrap();
        assert!(tables.contains_key("settlements"));
        for (table, totals) in tables {
            for unit in ["rows", "fen"] {
                let of = |fate: &str| totals[fate][unit].as_i64().unwrap();
                let fates = ["rejected", "superseded", "void", "out_of_window", "orphan", "counted"];
                assert_eq!(of("read"), fates.map(of).iter().sum::<i64>(), "{table} {unit}");
            }
        }
        let aside = |of: &Value| of.as_object().unwrap().values().map(|of| of["rows"].as_u64().unwrap()).sum::<u64>();
        let listed: u64 = manifest["set_aside"].as_object().unwrap().values().map(aside).sum();
        assert_eq!(self.read("rejects").len() as u64, listed);
        if self.folder.join("evidence.parquet").exists() {
            self.burdens_are_the_sum_of_their_evidence();
        }
    }

    fn burdens_are_the_sum_of_their_evidence(&self) {
        let evidence = self.read("evidence");
        for row in self.read("flagged") {
            let theirs = evidence.iter().filter(|of| of["person_id"] == row["person_id"] && of["fate"] == "counted");
            let paid = ["basic_insurance", "critical_illness", "medical_assistance", "other_funds", "hospital_part"];
            let left = |of: &Cells| fen(of, "total_cost") - paid.map(|payer| fen(of, payer)).iter().sum::<i64>();
            let burden: i64 = theirs.map(|of| left(of) - fen(of, "commercial")).sum();
            assert_eq!(fen(&row, "burden_total"), burden, "{row:?}");
        }
    }
}

pub(crate) fn manifest(night: &Path) -> Value {
    serde_json::from_slice(&fs::read(night.join("manifest.json")).unwrap()).unwrap()
}

/// An amount in fen; 0 where there is none.
pub(crate) fn fen(row: &Cells, column: &str) -> i64 {
    row.get(column).map_or(0, |yuan| Fen::from_yuan_text(yuan).unwrap().0)
}

/// Fen as text in yuan.
pub(crate) fn yuan(fen: i64) -> String {
    Fen(fen).to_string()
}

/// Everything below a folder, by path; a folder without anything in it too.
pub(crate) fn files_below(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut found = BTreeMap::new();
    let Ok(entries) = fs::read_dir(folder) else { return found };
    for entry in entries {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        if path.is_dir() {
            found.insert(format!("{name}/"), Vec::new());
            found.extend(files_below(&path).into_iter().map(|(below, bytes)| (format!("{name}/{below}"), bytes)));
        } else {
            found.insert(name, fs::read(&path).unwrap());
        }
    }
    found
}

/// Rows as the contract's table; every column that some row names.
pub(crate) fn batch(table: &str, rows: &[&Row]) -> RecordBatch {
    let table = contract::table(table);
    let named = |column: &&contract::Column| {
        column.needed || rows.iter().any(|row| row.cells.contains_key(column.name.as_str()))
    };
    let columns = table.columns.iter().filter(named).map(|column| {
        let cells: Vec<Option<&str>> = rows.iter().map(|row| row.cell(&column.name)).collect();
        (column.name.as_str(), array(column.kind, &cells), true)
    });
    RecordBatch::try_from_iter_with_nullable(columns).unwrap()
}

pub(crate) fn write(path: &Path, batch: &RecordBatch) {
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    let mut writer = ArrowWriter::try_new(File::create(path).unwrap(), batch.schema(), None).unwrap();
    writer.write(batch).unwrap();
    writer.close().unwrap();
}

/// Values stored as a bureau stores that kind of column.
fn array(kind: Kind, cells: &[Option<&str>]) -> ArrayRef {
    match kind {
        Kind::Amount => {
            let fen = cells.iter().map(|cell| cell.map(|yuan| i128::from(Fen::from_yuan_text(yuan).unwrap().0)));
            Arc::new(fen.collect::<Decimal128Array>().with_precision_and_scale(16, 2).unwrap())
        }
        Kind::Time => {
            let time = |text: &str| text.parse::<NaiveDateTime>().ok().map(|at| at.and_utc().timestamp_micros());
            let times = cells.iter().map(|cell| cell.map(|text| time(&text.replace(' ', "T")).unwrap()));
            Arc::new(times.collect::<TimestampMicrosecondArray>())
        }
        Kind::Day => {
            let day = |text: &str| Date32Type::from_naive_date(text.parse::<NaiveDate>().unwrap());
            Arc::new(cells.iter().map(|cell| cell.map(day)).collect::<Date32Array>())
        }
        Kind::Integer => {
            Arc::new(cells.iter().map(|cell| cell.map(|text| text.parse::<i64>().unwrap())).collect::<Int64Array>())
        }
        _ => Arc::new(cells.iter().copied().collect::<StringArray>()),
    }
}

/// Every row of a published table as text.
pub(crate) fn read(path: &Path) -> Vec<Cells> {
    read_columns(path, |_| true)
}

/// Every row, as text, with the columns chosen by name.
pub(crate) fn read_columns(path: &Path, chosen: impl Fn(&str) -> bool) -> Vec<Cells> {
    let reader = ParquetRecordBatchReaderBuilder::try_new(File::open(path).unwrap()).unwrap().build().unwrap();
    let mut rows = Vec::new();
    for batch in reader {
        let batch = batch.unwrap();
        let schema = batch.schema();
        for row in 0..batch.num_rows() {
            let columns = schema.fields().iter().zip(batch.columns()).filter(|(field, _)| chosen(field.name()));
            let cells = columns.map(|(field, column)| Some((field.name().clone(), text(column, row)?)));
            rows.push(cells.flatten().collect());
        }
    }
    rows
}

fn text(column: &ArrayRef, row: usize) -> Option<String> {
    if column.is_null(row) {
        return None;
    }
    Some(match column.data_type() {
        DataType::Utf8 => column.as_string::<i32>().value(row).to_owned(),
        DataType::Boolean => column.as_boolean().value(row).to_string(),
        DataType::Int64 => column.as_primitive::<Int64Type>().value(row).to_string(),
        DataType::Date32 => column.as_primitive::<Date32Type>().value_as_date(row)?.to_string(),
        DataType::Timestamp(..) => {
            column.as_primitive::<TimestampMicrosecondType>().value_as_datetime(row)?.to_string()
        }
        DataType::Decimal128(..) => column.as_primitive::<Decimal128Type>().value_as_string(row),
        other => panic!("the tests read no {other}"),
    })
}
