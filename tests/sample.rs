//! The synthetic delivery: it is the same every time, and what `planted.json` says of it is all that is wrong with it.
//! The account of rows is made here once more, apart from the program, straight from section 3 of the contract.

#![cfg(test)]

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fs::{self, File};
use std::path::{Path, PathBuf};

use arrow_array::cast::AsArray;
use arrow_array::types::{Int32Type, TimestampMicrosecondType, TimestampMillisecondType, TimestampNanosecondType};
use arrow_array::{Array, ArrayRef, RecordBatch};
use arrow_schema::{DataType, TimeUnit};
use chrono::{DateTime, Datelike, NaiveDate, NaiveDateTime};
use fangpin::error::Error;
use fangpin::model::{Check, PersonId, Reason};
use fangpin::sample::{self, Options, Summary};
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use serde_json::Value;

const FUNDS: [&str; 8] =
    ["hifp_pay", "hifmi_pay", "maf_pay", "cvlserv_pay", "hifes_pay", "hifob_pay", "hifdm_pay", "othfund_pay"];
const FIGURES: [&str; 10] = [
    "medfee_sumamt",
    "inscp_amt",
    "hifp_pay",
    "hifmi_pay",
    "maf_pay",
    "cvlserv_pay",
    "hifes_pay",
    "hifob_pay",
    "hifdm_pay",
    "othfund_pay",
];
const HOSPITAL_NAMES: [(&str, &str); 7] = [
    ("insu_optins", "insu_admdvs"),
    ("dise_codg", "dise_no"),
    ("inscp_scp_amt", "inscp_amt"),
    ("oth_pay", "othfund_pay"),
    ("hosp_part_amt", "ownpay_hosp_part"),
    ("psn_part_amt", "psn_pay"),
    ("psn_cash_pay", "cash_payamt"),
];

/// The tables that the nightly job does not read, each with the days and the amounts that no row may lack.
const BESIDE: [(&str, &[&str], &[&str]); 5] = [
    ("insured", &["psn_insu_date"], &[]),
    ("contributions", &["paid_on"], &["due_amount", "own_amount", "subsidy_amount"]),
    ("outreach", &["done_on"], &[]),
    ("chronic_cards", &["issued_on", "begndate", "enddate"], &[]),
    ("public_health", &["registered_on"], &[]),
];

pub(crate) type Place = (String, u64);
/// A row of an off-site visit: which side settled it (异地标志), and where it stands.
type Side<'a> = (&'a str, &'a Place);
pub(crate) type Faults = BTreeMap<(String, String), BTreeSet<Place>>;

fn write(people: u32, settlements: u32, as_of: &str, out: &Path) -> Summary {
    sample::write(&options(people, settlements, as_of, out)).unwrap()
}

fn options(people: u32, settlements: u32, as_of: &str, out: &Path) -> Options {
    Options { people, settlements, as_of: as_of.parse().unwrap(), seed: 7, out: out.to_path_buf() }
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() { found.extend(files(&path)) } else { found.push(path) }
    }
    found.sort();
    found
}

/// Everything below a folder, by path.
fn bytes(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let name = |path: &PathBuf| path.strip_prefix(folder).unwrap().to_str().unwrap().to_owned();
    files(folder).iter().map(|path| (name(path), fs::read(path).unwrap())).collect()
}

/// One row by canonical column name: text as trimmed text, amounts as fen, times as text.
pub(crate) type Row = HashMap<String, String>;

/// Every row of a table, with its place.
pub(crate) fn rows(out: &Path, table: &str) -> Vec<(Place, Row)> {
    let mut found = Vec::new();
    for path in files(&out.join(table)) {
        let name = path.strip_prefix(out).unwrap().to_str().unwrap().to_owned();
        let reader = ParquetRecordBatchReaderBuilder::try_new(File::open(&path).unwrap()).unwrap().build().unwrap();
        let mut number = 0;
        for batch in reader {
            let batch = batch.unwrap();
            for row in 0..batch.num_rows() {
                number += 1;
                found.push(((name.clone(), number), read_row(&batch, row)));
            }
        }
    }
    found
}

fn read_row(batch: &RecordBatch, row: usize) -> Row {
    let schema = batch.schema();
    let columns = schema.fields().iter().zip(batch.columns());
    let canonical =
        |name: &str| HOSPITAL_NAMES.iter().find(|(other, _)| *other == name).map_or(name, |(_, name)| name).to_owned();
    let columns = columns.map(|(field, column)| Some((canonical(field.name()), text(column, row)?)));
    columns.flatten().filter(|(_, text)| !text.is_empty()).collect()
}

fn text(column: &ArrayRef, row: usize) -> Option<String> {
    if column.is_null(row) {
        return None;
    }
    let time = |time: DateTime<chrono::Utc>| time.naive_utc().to_string();
    Some(match column.data_type() {
        DataType::Utf8 => column.as_string::<i32>().value(row).trim().to_owned(),
        DataType::Dictionary(..) => {
            let codes = column.as_dictionary::<Int32Type>();
            codes.values().as_string::<i32>().value(codes.keys().value(row) as usize).to_owned()
        }
        DataType::Int32 => column.as_primitive::<Int32Type>().value(row).to_string(),
        DataType::Decimal128(_, 2) => {
            column.as_primitive::<arrow_array::types::Decimal128Type>().value(row).to_string()
        }
        DataType::Date32 => column.as_primitive::<arrow_array::types::Date32Type>().value_as_date(row)?.to_string(),
        DataType::Timestamp(TimeUnit::Millisecond, None) => {
            time(DateTime::from_timestamp_millis(column.as_primitive::<TimestampMillisecondType>().value(row))?)
        }
        DataType::Timestamp(TimeUnit::Microsecond, None) => {
            time(DateTime::from_timestamp_micros(column.as_primitive::<TimestampMicrosecondType>().value(row))?)
        }
        DataType::Timestamp(TimeUnit::Nanosecond, None) => {
            time(DateTime::from_timestamp_nanos(column.as_primitive::<TimestampNanosecondType>().value(row)))
        }
        other => panic!("a column of type {other}"),
    })
}

pub(crate) fn listed(out: &Path, list: &str) -> Faults {
    let json: Value = serde_json::from_slice(&fs::read(out.join("planted.json")).unwrap()).unwrap();
    let place = |row: &Value| (row["file"].as_str().unwrap().to_owned(), row["row"].as_u64().unwrap());
    let entry = |entry: &Value| {
        let id = |key: &str| entry[key].as_str().unwrap().to_owned();
        ((id("table"), id("fault")), entry["rows"].as_array().unwrap().iter().map(place).collect())
    };
    json[list].as_array().unwrap().iter().map(entry).collect()
}

pub(crate) fn person(row: &Row) -> Option<PersonId> {
    let number = row.get("certno")?;
    let resident = row.get("psn_cert_type").is_none_or(|kind| kind == "01" || kind == "1");
    if resident { PersonId::resident(number.as_bytes()) } else { PersonId::other(number) }
}

fn fen(row: &Row, column: &str) -> i64 {
    row.get(column).map_or(0, |text| text.parse().unwrap())
}

fn moment(text: &str) -> Option<NaiveDateTime> {
    text.parse().ok().or_else(|| NaiveDateTime::parse_from_str(text, "%Y-%m-%d %H:%M:%S").ok())
}

pub(crate) fn day(row: &Row, columns: [&str; 2]) -> Option<NaiveDate> {
    let text = columns.iter().find_map(|column| row.get(*column))?;
    text.parse().ok().or_else(|| Some(moment(text)?.date()))
}

/// Why a settlement cannot be used (contract, section 3 step 1).
fn unusable(row: &Row) -> Option<Reason> {
    let needed = ["medfee_sumamt", "hifp_pay", "hifmi_pay", "maf_pay"];
    if person(row).is_none() {
        return Some(Reason::BadCertno);
    }
    if !row.contains_key("setl_id") {
        return Some(Reason::NoSetlId);
    }
    if row.get("setl_time").and_then(|time| moment(time)).is_none() {
        return Some(Reason::BadSetlTime);
    }
    if needed.iter().any(|column| row.get(*column).is_none_or(|_| fen(row, column).abs() > 1_000_000_000_000)) {
        return Some(Reason::BadAmount);
    }
    (fen(row, "medfee_sumamt") < 0 && !row.contains_key("init_setl_id")).then_some(Reason::NegativeCost)
}

/// Steps 1 to 5: why each settlement is set aside, or that it counts.
fn account(rows: &[(Place, Row)], as_of: NaiveDate) -> Vec<Option<Reason>> {
    let mut fates: Vec<Option<Reason>> = rows.iter().map(|(_, row)| unusable(row)).collect();
    let delivered: BTreeSet<&String> = rows.iter().filter_map(|(_, row)| row.get("setl_id")).collect();
    let mut newest: HashMap<&String, usize> = HashMap::new();
    let rank = |index: usize| (moment(&rows[index].1["updt_time"]), &rows[index].0);
    for index in (0..rows.len()).filter(|index| fates[*index].is_none()).collect::<Vec<_>>() {
        let before = newest.entry(&rows[index].1["setl_id"]).or_insert(index);
        let older = if rank(index) > rank(*before) { std::mem::replace(before, index) } else { index };
        if older != *before {
            let same = FIGURES.iter().all(|column| fen(&rows[older].1, column) == fen(&rows[*before].1, column));
            fates[older] = Some(if same { Reason::Duplicate } else { Reason::Correction });
        }
    }
    let own = |row: &Row| {
        let day = moment(&row["setl_time"]).unwrap().date();
        let code = |column: &str, otherwise: &str| row.get(column).map_or(otherwise.to_owned(), Clone::clone);
        if code("vali_flag", "1") != "1" || code("deleted", "0") == "1" {
            return Some(Reason::Void);
        }
        (day.year() != as_of.year() || day > as_of).then_some(Reason::OutOfWindow)
    };
    let decided = newest.values().copied().collect::<Vec<_>>();
    decided.iter().for_each(|index| fates[*index] = own(&rows[*index].1));
    for index in decided {
        if fates[index].is_none() {
            fates[index] = follow(rows, &fates, &newest, &delivered, index);
        }
    }
    fates
}

/// What becomes of a row that reverses another one: what becomes of that one, through any number of reversals.
fn follow(
    rows: &[(Place, Row)],
    fates: &[Option<Reason>],
    newest: &HashMap<&String, usize>,
    delivered: &BTreeSet<&String>,
    index: usize,
) -> Option<Reason> {
    let reversed = rows[index].1.get("init_setl_id")?;
    let Some(of) = newest.get(reversed) else {
        let rejected = delivered.contains(reversed);
        return Some(if rejected { Reason::OrphanRejected } else { Reason::OrphanNotDelivered });
    };
    match fates[*of] {
        None => follow(rows, fates, newest, delivered, *of),
        Some(Reason::Void) => Some(Reason::ReversesVoid),
        Some(Reason::OutOfWindow) => Some(Reason::ReversesOutOfWindow),
        other => other,
    }
}

/// Step 6, of counted rows.
fn checks(counted: &[&(Place, Row)]) -> BTreeMap<&'static str, BTreeSet<Place>> {
    let mut found: BTreeMap<&'static str, BTreeSet<Place>> = BTreeMap::new();
    let mut report = |check: Check, place: &Place| found.entry(check.id()).or_default().insert(place.clone());
    let reversed: BTreeSet<&String> = counted.iter().filter_map(|(_, row)| row.get("init_setl_id")).collect();
    let mut costs: HashMap<PersonId, i64> = HashMap::new();
    let mut visits: HashMap<(PersonId, i64, String), Vec<Side<'_>>> = HashMap::new();
    for (place, row) in counted {
        let sum = |columns: &[&str]| columns.iter().map(|column| fen(row, column)).sum::<i64>();
        let off = |one: &[&str], other: &[&str]| (sum(one) - sum(other)).abs() > 1;
        let parts = ["fulamt_ownpay_amt", "overlmt_selfpay", "preselfpay_amt", "inscp_amt"];
        for (check, is_off) in [
            (Check::PartsDiffer, off(&["medfee_sumamt"], &parts)),
            (Check::PayersDiffer, off(&["medfee_sumamt"], &["fund_pay_sumamt", "psn_pay", "ownpay_hosp_part"])),
            (Check::PersonDiffers, off(&["psn_pay"], &["acct_pay", "cash_payamt"])),
            (Check::FundsDiffer, off(&["fund_pay_sumamt"], &FUNDS)),
        ] {
            if is_off {
                report(check, place);
            }
        }
        let cost = fen(row, "medfee_sumamt");
        if row["refd_setl_flag"] == "1" && cost > 0 && !reversed.contains(&row["setl_id"]) {
            report(Check::RefundWithoutReversal, place);
        }
        *costs.entry(person(row).unwrap()).or_default() += cost;
        let days = format!("{} {} {}", row["begndate"], row["enddate"], row["fixmedins_code"]);
        for visit in [row["mdtrt_id"].clone(), days] {
            visits.entry((person(row).unwrap(), cost, visit)).or_default().push((&row["out_flag"], place));
        }
    }
    for sides in visits.values().filter(|sides| ["1", "2"].iter().all(|flag| sides.iter().any(|(of, _)| of == flag))) {
        sides.iter().for_each(|(_, place)| _ = report(Check::OffSiteTwice, place));
    }
    for (place, row) in counted {
        if costs[&person(row).unwrap()] < 0 {
            report(Check::NegativePersonCost, place);
        }
    }
    found
}

fn holds_to_its_list(people: u32, settlements: u32, as_of: &str) {
    let folder = tempfile::tempdir().unwrap();
    let summary = write(people, settlements, as_of, folder.path());
    let as_of: NaiveDate = as_of.parse().unwrap();
    let mut found = Faults::new();
    let mut report = |table: &str, id: &str, place: &Place| {
        found.entry((table.to_owned(), id.to_owned())).or_default().insert(place.clone());
    };

    let settlement_rows = rows(folder.path(), "settlements");
    assert_eq!(settlement_rows.len(), settlements as usize);
    assert_eq!(summary.settlements, settlements as usize);
    let fates = account(&settlement_rows, as_of);
    for ((place, _), reason) in settlement_rows.iter().zip(&fates) {
        if let Some(reason) = reason {
            report("settlements", reason.id(), place);
        }
    }
    let counted: Vec<_> =
        settlement_rows.iter().zip(&fates).filter(|(_, fate)| fate.is_none()).map(|(row, _)| row).collect();
    for (id, places) in checks(&counted) {
        places.iter().for_each(|place| report("settlements", id, place));
    }

    let somewhere: BTreeSet<String> = counted
        .iter()
        .filter(|(_, row)| row.contains_key("insu_admdvs"))
        .map(|(_, row)| person(row).unwrap().to_string())
        .collect();
    for (place, row) in &rows(folder.path(), "identities") {
        let (begins, ends) = (day(row, ["begndate", "begntime"]), day(row, ["enddate", "endtime"]));
        let ends_unreadable = ends.is_none() && (row.contains_key("enddate") || row.contains_key("endtime"));
        let id = match (person(row), begins) {
            (None, _) => Reason::BadCertno.id(),
            (_, None) => Reason::BadDate.id(),
            _ if ends_unreadable => Reason::BadDate.id(),
            (_, Some(begins)) if begins > as_of || ends.is_some_and(|ends| ends <= as_of) => Reason::OutOfWindow.id(),
            _ if !["1", "2", "3", "4", "5", "6", "9"].contains(&row["psn_idet_type"].as_str()) => {
                Check::UnknownCode.id()
            }
            (Some(person), _) if !row.contains_key("insu_admdvs") && !somewhere.contains(&person.to_string()) => {
                Check::NoArea.id()
            }
            _ => continue,
        };
        report("identities", id, place);
    }
    for (place, row) in &rows(folder.path(), "commercial") {
        let amount = row.get("amount").map(|_| fen(row, "amount"));
        let reason = match day(row, ["paid_on", "paid_on"]) {
            _ if !row.contains_key("payment_id") => Reason::NoPaymentId,
            _ if person(row).is_none() => Reason::BadCertno,
            None => Reason::BadDate,
            _ if amount.is_none_or(|fen| fen.abs() > 1_000_000_000_000) => Reason::BadAmount,
            Some(day) if day.year() != as_of.year() || day > as_of => Reason::OutOfWindow,
            _ => continue,
        };
        report("commercial", reason.id(), place);
    }
    for (place, row) in &rows(folder.path(), "income") {
        let series = row.get("series").is_some_and(|series| ["rural", "pastoral", "all"].contains(&series.as_str()));
        let reason = match () {
            () if !row.get("area_code").is_some_and(|code| code.len() == 6 && code.parse::<u32>().is_ok()) => {
                Reason::BadArea
            }
            () if !series => Reason::BadSeries,
            () if !row.contains_key("year") => Reason::BadYear,
            () if fen(row, "per_capita_disposable_income") <= 0 => Reason::BadAmount,
            () => continue,
        };
        report("income", reason.id(), place);
    }

    for (table, days, amounts) in BESIDE {
        let table_rows = rows(folder.path(), table);
        assert!(table_rows.len() > 3, "{table}");
        for (place, row) in &table_rows {
            let reason = match () {
                () if person(row).is_none() => Reason::BadCertno,
                () if amounts.iter().any(|column| !row.contains_key(*column)) => Reason::BadAmount,
                () if days.iter().any(|column| day(row, [*column; 2]).is_none()) => Reason::BadDate,
                () => continue,
            };
            report(table, reason.id(), place);
        }
    }

    let mut totals: BTreeMap<&str, u64> = BTreeMap::from([("read", u64::from(settlements))]);
    for fate in &fates {
        *totals.entry(fate.map_or("counted", |reason| reason.fate().name())).or_default() += 1;
    }
    let json: Value = serde_json::from_slice(&fs::read(folder.path().join("planted.json")).unwrap()).unwrap();
    for (fate, rows) in totals {
        assert_eq!(json["control_totals"]["settlements"][fate]["rows"], rows, "{fate}");
    }
    let sound = listed(folder.path(), "sound");
    assert!(sound.values().flatten().count() > 10);
    let at_fault: BTreeSet<&Place> = found.values().flatten().collect();
    assert!(sound.values().flatten().all(|place| !at_fault.contains(place)));

    let listed = listed(folder.path(), "faults");
    for (fault, places) in &listed {
        assert_eq!(found.get(fault), Some(places), "{fault:?}");
    }
    assert_eq!(found, listed);
    let ids: BTreeSet<&str> = listed.keys().map(|(_, id)| id.as_str()).collect();
    // A card without an id is planted nowhere: the tests of cards have one.
    let planted = Reason::ALL.into_iter().filter(|reason| *reason != Reason::NoCardId).map(Reason::id);
    let every: BTreeSet<&str> = planted.chain(Check::ALL.map(Check::id)).collect();
    assert_eq!(ids, every);
}

#[test]
fn what_the_list_says_is_planted_and_nothing_else_is() {
    holds_to_its_list(1_000, 4_000, "2025-11-30");
}

#[test]
fn the_smallest_sample_has_every_fault() {
    holds_to_its_list(200, 500, "2025-06-15");
}

#[test]
fn a_sample_for_new_years_day_has_every_fault() {
    holds_to_its_list(300, 2_000, "2025-01-01");
}

#[test]
fn a_sample_for_the_last_day_of_a_year_has_every_fault() {
    holds_to_its_list(300, 2_000, "2024-12-31");
}

#[test]
fn the_same_arguments_give_the_same_bytes() {
    let (one, other, third) =
        (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    write(400, 2_000, "2025-11-30", one.path());
    write(400, 2_000, "2025-11-30", other.path());
    assert_eq!(bytes(one.path()), bytes(other.path()));
    sample::write(&Options { seed: 8, ..options(400, 2_000, "2025-11-30", third.path()) }).unwrap();
    assert_ne!(bytes(one.path()), bytes(third.path()));
}

#[test]
fn the_burden_of_people_at_a_threshold_is_as_listed() {
    let folder = tempfile::tempdir().unwrap();
    write(400, 2_000, "2025-11-30", folder.path());
    let mut burdens: HashMap<String, i64> = HashMap::new();
    for (_, row) in rows(folder.path(), "settlements") {
        if let Some(person) = person(&row) {
            let paid: i64 = FUNDS.iter().map(|fund| fen(&row, fund)).sum();
            *burdens.entry(person.to_string()).or_default() +=
                fen(&row, "medfee_sumamt") - paid - fen(&row, "ownpay_hosp_part");
        }
    }
    let json: Value = serde_json::from_slice(&fs::read(folder.path().join("planted.json")).unwrap()).unwrap();
    let thresholds = json["thresholds"].as_array().unwrap();
    assert_eq!(thresholds.len(), 16);
    for entry in thresholds {
        let fen = |key: &str| entry[key].as_i64().unwrap();
        assert_eq!(fen("income_fen") * fen("percent"), fen("threshold_fen") * 100);
        let flagged = fen("burden_fen") > fen("threshold_fen");
        assert_eq!(entry["flagged"], flagged);
        assert_eq!(fen("burden_fen") - fen("threshold_fen"), i64::from(flagged));
        assert_eq!(burdens[entry["person_id"].as_str().unwrap()], fen("burden_fen"));
    }
}

#[test]
fn nobody_in_a_sample_can_be_real() {
    let folder = tempfile::tempdir().unwrap();
    write(400, 2_000, "2025-11-30", folder.path());
    let people: Vec<String> =
        rows(folder.path(), "settlements").iter().filter_map(|(_, row)| Some(person(row)?.to_string())).collect();
    assert!(people.len() > 1_900);
    assert!(people.iter().all(|id| id.starts_with("150799") || id.starts_with("TS")));
    assert!(people.iter().any(|id| id.starts_with("TS")));
}

#[test]
fn a_folder_that_holds_something_is_left_as_it_is() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("mine"), "").unwrap();
    let error = sample::write(&options(400, 2_000, "2025-11-30", folder.path())).unwrap_err();
    let expected = format!(
        "{}: cannot be written: the folder is not empty; name a new folder or an empty one",
        folder.path().display()
    );
    assert_eq!(error.to_string(), expected);
    assert_eq!(error.exit_code(), 73);
    assert_eq!(bytes(folder.path()).len(), 1);
}

#[test]
fn sizes_that_no_sample_can_have_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("out");
    for (people, settlements, as_of, expected) in [
        (199, 500, "2025-11-30", "--people is 199, expected 200 to 10000000; give a number within"),
        (
            200,
            499,
            "2025-11-30",
            "--settlements is 499, expected 500 or more, so that every fault has rows of its own; give a larger number",
        ),
        (200, 500, "1999-11-30", "--as-of is 1999-11-30, expected a day of 2010 to 2090"),
    ] {
        let error = sample::write(&options(people, settlements, as_of, &out)).unwrap_err();
        assert!(matches!(error, Error::Arguments(_)));
        assert_eq!(error.to_string(), expected);
    }
    assert!(!out.exists());
}
