//! What a night becomes: tables held to their contract, a folder that is whole or absent, hashes that tell.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::Write;
use std::path::{Path, PathBuf};

use arrow_array::cast::AsArray;
use arrow_array::types::{Decimal64Type, Int64Type};
use arrow_array::{Array, RecordBatch};
use chrono::NaiveDate;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use parquet::basic::{Compression, LogicalType, TimeUnit, Type};
use parquet::file::reader::{FileReader, SerializedFileReader};
use rust_decimal::Decimal;
use tempfile::TempDir;

use fangpin::contract::{self, Kind};
use fangpin::delivery::content_hash;
use fangpin::error::Error;
use fangpin::model::{
    Answer, AreaCode, Balance, Burden, BurdenKind, Categories, Category, Check, Clearing, ControlTotals, EvidenceRow,
    Fate, Fen, Figures, Finding, Ledger, Movement, Outcome, PersonId, Place, Reason, ReferenceIncome, Reject,
    ResponseKey, Responses, Standing, State, SummaryRow, Tally, Warning, WarningId, check_digit,
};
use fangpin::publish::parquet::Columns;
use fangpin::publish::{
    BurdenRow, Cited, HashedFile, InputFile, MadeFrom, Manifest, Night, Options, Outputs, People, Staging, Tolerance,
    Verified, ledger_of, metrics, replace_file, sha256_of, terminal, verify,
};

fn as_of() -> NaiveDate {
    NaiveDate::from_ymd_opt(2025, 6, 30).unwrap()
}

/// An invented resident id of area 150724.
fn person(number: u64) -> PersonId {
    let leading = 15_072_419_800_101_000 + number;
    let text = format!("{leading}{}", char::from(check_digit(leading)));
    PersonId::resident(text.as_bytes()).unwrap()
}

fn figures(total_cost: i64, basic_insurance: i64) -> Figures {
    Figures {
        total_cost: Fen(total_cost),
        basic_insurance: Fen(basic_insurance),
        in_scope_cost: Fen(total_cost),
        ..Figures::default()
    }
}

fn finding(number: u64, rule: &str) -> Finding {
    let burden = Burden { settlements: 2, sums: figures(2_000_000, 100_001), commercial: Fen::ZERO };
    Finding {
        person: person(number),
        name: Some("某某".to_owned()),
        category: Category::ExtremePoverty,
        categories: [Category::ExtremePoverty, Category::Marginal].into_iter().collect::<Categories>(),
        area: AreaCode::new(150_724),
        town_code: None,
        rule: rule.to_owned(),
        rule_reference: "an invented plan, article 1".to_owned(),
        burden,
        burden_total: Fen(1_899_999),
        burden_in_scope: Fen(1_899_999),
        tests: BurdenKind::BurdenTotal,
        income: Some(ReferenceIncome {
            amount: Fen(1_713_111),
            year: 2024,
            area: AreaCode::new(150_700).unwrap(),
            provisional: true,
        }),
        percent: Some(Decimal::from(50)),
        threshold: Decimal::from_str_exact("8565.55500").unwrap(),
        first_exceeded_on: None,
    }
}

/// A ledger of two warnings: one that tonight opened, and one that it cleared.
fn ledger() -> Ledger {
    let standing = |burden| Standing {
        rule: "return".to_owned(),
        rule_reference: "an invented plan, article 1".to_owned(),
        category: Category::ExtremePoverty,
        categories: [Category::ExtremePoverty, Category::Marginal].into_iter().collect::<Categories>(),
        area: AreaCode::new(150_724),
        town_code: Some("150724100".to_owned()),
        burden: Burden { settlements: 2, sums: figures(2_000_000, 100_001), commercial: Fen(1) },
        burden_tested: Fen(burden),
        income: finding(1, "return").income,
        percent: Some(Decimal::from(50)),
        threshold: Decimal::from_str_exact("8565.5550").unwrap(),
        band: 1,
    };
    let opened = Warning {
        id: WarningId::of(&person(1), BurdenKind::BurdenTotal, 2025),
        person: person(1),
        name: Some("某某".to_owned()),
        year: 2025,
        tests: BurdenKind::BurdenTotal,
        state: State::Opened,
        clearing: None,
        first_seen: as_of(),
        since: as_of(),
        last_seen: as_of(),
        cleared_on: None,
        first_exceeded_on: as_of().pred_opt(),
        opened_burden: Fen(1_899_998),
        opened_threshold: Decimal::from_str_exact("8565.5550").unwrap(),
        previous_burden: Fen(1_899_998),
        standing: standing(1_899_998),
        sent_on: Some(as_of()),
        answer_due: NaiveDate::from_ymd_opt(2025, 7, 14),
        answer: None,
    };
    let answer = Answer {
        outcome: Outcome::Monitored,
        on: as_of(),
        office: "civil_affairs".to_owned(),
        quiet_until: NaiveDate::from_ymd_opt(2025, 12, 31),
        remark: Some("已入户".to_owned()),
        monitored: true,
        quiet: [("civil_affairs", "2025-12-31"), ("health", "2025-09-30")]
            .map(|(office, until)| (office.to_owned(), until.parse().unwrap()))
            .into(),
    };
    let cleared = Warning {
        id: WarningId::of(&person(2), BurdenKind::BurdenInScope, 2025),
        person: person(2),
        name: None,
        tests: BurdenKind::BurdenInScope,
        state: State::Cleared,
        clearing: Some(Clearing::LatePayment),
        first_seen: NaiveDate::from_ymd_opt(2025, 3, 1).unwrap(),
        cleared_on: Some(as_of()),
        standing: Standing { income: None, percent: None, ..standing(900_000) },
        answer: Some(answer),
        ..opened.clone()
    };
    let opening = Movement {
        id: opened.id.clone(),
        person: person(1),
        year: 2025,
        tests: BurdenKind::BurdenTotal,
        state_before: None,
        state: State::Opened,
        clearing: None,
        before: None,
        rule: Some("return".to_owned()),
        burden: Some(Fen(1_899_998)),
        threshold: Some(Decimal::from_str_exact("8565.5550").unwrap()),
        band: Some(1),
    };
    let before = Place {
        rule: "return".to_owned(),
        burden: Fen(900_000),
        threshold: Decimal::from_str_exact("8565.5550").unwrap(),
        band: 1,
    };
    let clearing = Movement {
        id: cleared.id.clone(),
        person: person(2),
        state_before: Some(State::Continued),
        state: State::Cleared,
        clearing: Some(Clearing::LatePayment),
        before: Some(before),
        band: None,
        ..opening.clone()
    };
    let balance = Balance {
        opening: 1,
        opened: 1,
        reopened: 0,
        cleared: 1,
        closing: 1,
        by_rule: BTreeMap::from([("return".to_owned(), BTreeMap::from([(State::Opened, 1), (State::Cleared, 1)]))]),
        by_clearing: BTreeMap::from([(Clearing::LatePayment, 1)]),
    };
    Ledger { warnings: vec![opened, cleared], movements: vec![opening, clearing], balance }
}

#[test]
fn a_ledger_reads_back_as_it_was_published() {
    let home = TempDir::new().unwrap();
    let rows = Rows::small();
    let night = publish(home.path(), &rows.night());
    let (mut read, _) = ledger_of(&night).unwrap();
    read.sort_by_key(|warning| warning.person.to_string());
    assert_eq!(read, rows.ledger.warnings);
}

/// The rows of a small night, all tables filled.
struct Rows {
    findings: Vec<Finding>,
    burdens: Vec<BurdenRow>,
    evidence: Vec<EvidenceRow>,
    rejects: Vec<Reject>,
    summary: Vec<SummaryRow>,
    ledger: Ledger,
    responses: BTreeMap<ResponseKey, Responses>,
    files: Vec<(&'static str, String)>,
}

impl Rows {
    fn small() -> Rows {
        let burden = |number| BurdenRow {
            person: person(number),
            area: None,
            burden: Burden { settlements: 1, sums: figures(123, 23), commercial: Fen(1) },
            total: Fen(99),
            in_scope: Fen(100),
        };
        let evidence = |file, row| EvidenceRow {
            person: person(1),
            file,
            row,
            setl_id: Some(format!("S{row}")),
            init_setl_id: None,
            at: as_of().and_hms_micro_opt(8, 30, 0, 1),
            area: AreaCode::new(150_724),
            fixmedins_code: None,
            med_type: Some("21".to_owned()),
            fate: Fate::Counted,
            reason: None,
            figures: figures(500, 200),
            commercial: Fen(70),
        };
        let reject = |file, row, reason| Reject { file, row, reason, figures: figures(-700, 0) };
        let summary = |area, category, people, flagged| SummaryRow {
            area: AreaCode::new(area),
            category,
            rule: "return".to_owned(),
            people,
            flagged,
            burden_total: Fen(123_456_789),
            total_cost: Fen(223_456_789),
        };
        Rows {
            findings: vec![finding(3, "return"), finding(1, "return"), finding(2, "fall")],
            burdens: vec![burden(2), burden(1)],
            evidence: vec![evidence(1, 9), evidence(0, 1), evidence(1, 2)],
            rejects: vec![
                reject(1, 9, Reason::Void),
                reject(0, 3, Reason::BadCertno),
                reject(2, 1, Reason::BadYear),
                reject(1, 2, Reason::NegativeCost),
            ],
            summary: vec![
                summary(150_724, Category::ExtremePoverty, 1_204, 2),
                summary(150_702, Category::SubsistenceAllowance, 31, 0),
                summary(150_702, Category::ExtremePoverty, 10, 1),
                summary(0, Category::ExtremePoverty, 1, 0),
            ],
            responses: BTreeMap::new(),
            ledger: ledger(),
            files: vec![
                ("commercial", "a.parquet".to_owned()),
                ("settlements", "b.parquet".to_owned()),
                ("income", "c.parquet".to_owned()),
            ],
        }
    }

    fn night(&self) -> Night<'_> {
        let hashed = |file: &str| HashedFile { file: file.to_owned(), sha256: sha256_of(file.as_bytes()) };
        let read = Tally { rows: 1_000, fen: 5_000 };
        let void = Tally { rows: 2, fen: -1_400 };
        let counted = Tally { rows: 998, fen: 6_400 };
        Night {
            made_from: MadeFrom {
                kind: "nightly",
                job: hashed("jobs/nightly.toml"),
                policy: hashed("data/policy/place.toml"),
                codes: hashed("data/codes/place.toml"),
                holidays: None,
                predecessor: None,
                delivery: "nowhere".to_owned(),
                inputs: Vec::new(),
                replies: Vec::new(),
            },
            options: Options {
                outputs: Outputs { evidence: true, burden: true },
                tolerance: Tolerance { reject_percent: "5".to_owned(), unknown_codes: 100 },
                bands: vec!["200".to_owned()],
                watch: None,
            },
            files: &self.files,
            titles: BTreeMap::from([("return", "因病返贫监测"), ("fall", "因病致贫监测")].map(owned)),
            findings: &self.findings,
            burdens: Some(&self.burdens),
            evidence: Some(&self.evidence),
            rejects: &self.rejects,
            summary: &self.summary,
            ledger: &self.ledger,
            responses: &self.responses,
            lists: None,
            control_totals: BTreeMap::from([(
                "settlements",
                ControlTotals { read, void, counted, ..ControlTotals::default() },
            )]),
            set_aside: BTreeMap::from([("settlements", BTreeMap::from([(Reason::Void, void)]))]),
            checks: BTreeMap::from([(Check::PartsDiffer, Tally { rows: 7, fen: 12 })]),
            people: People { in_register: 1_246, flagged: 3, ..People::default() },
            cited: Cited::default(),
            watched: None,
            warnings: vec!["the rule `fall` was last reviewed on 2022-09-19".to_owned()],
        }
    }
}

fn owned((id, title): (&str, &str)) -> (String, String) {
    (id.to_owned(), title.to_owned())
}

fn publish(published: &Path, night: &Night<'_>) -> PathBuf {
    let staging = Staging::begin(published, as_of(), false).unwrap();
    fangpin::publish::night(staging, night).unwrap()
}

/// The names in a folder, sorted.
fn names(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> =
        fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

fn read_back(path: &Path) -> RecordBatch {
    let reader = ParquetRecordBatchReaderBuilder::try_new(File::open(path).unwrap()).unwrap().build().unwrap();
    let batches: Vec<RecordBatch> = reader.map(|batch| batch.unwrap()).collect();
    assert_eq!(batches.len(), 1, "the tests' tables are one batch");
    batches.into_iter().next().unwrap()
}

fn texts(batch: &RecordBatch, column: &str) -> Vec<String> {
    let array = batch.column_by_name(column).unwrap().as_string::<i32>();
    array.iter().map(|value| value.unwrap_or("-").to_owned()).collect()
}

fn integers(batch: &RecordBatch, column: &str) -> Vec<i64> {
    batch.column_by_name(column).unwrap().as_primitive::<Int64Type>().values().to_vec()
}

/// Values without their point; `None` for null. The reader gives decimals 128 bits.
fn decimals(batch: &RecordBatch, column: &str) -> Vec<Option<i128>> {
    let array = batch.column_by_name(column).unwrap();
    match array.as_primitive_opt::<Decimal64Type>() {
        Some(array) => array.iter().map(|value| value.map(i128::from)).collect(),
        None => array.as_primitive::<arrow_array::types::Decimal128Type>().iter().collect(),
    }
}

#[test]
fn every_published_table_is_stored_as_its_contract_says() {
    let home = TempDir::new().unwrap();
    let rows = Rows::small();
    let night = publish(home.path(), &rows.night());
    for name in ["flagged", "burden", "evidence", "rejects", "summary", "ledger", "movements"] {
        let table = contract::table(name);
        let reader = SerializedFileReader::new(File::open(night.join(format!("{name}.parquet"))).unwrap()).unwrap();
        let metadata = reader.metadata();
        assert_eq!(metadata.file_metadata().created_by(), Some("fangpin"), "{name}");
        assert_eq!(metadata.file_metadata().key_value_metadata(), None, "{name}");
        let columns = metadata.file_metadata().schema_descr().columns();
        let stored: Vec<&str> = columns.iter().map(|column| column.name()).collect();
        let expected: Vec<&str> = table.columns.iter().map(|column| column.name.as_str()).collect();
        assert_eq!(stored, expected, "{name}");
        for (column, stored) in table.columns.iter().zip(columns) {
            let place = format!("{name}.{}", column.name);
            let (physical, logical) = expected_type(column.kind);
            assert_eq!(stored.physical_type(), physical, "{place}");
            assert_eq!(stored.logical_type_ref(), logical.as_ref(), "{place}");
            assert_eq!(stored.self_type().is_optional(), !column.needed, "{place}");
        }
        for chunk in metadata.row_group(0).columns() {
            assert!(matches!(chunk.compression(), Compression::ZSTD(_)), "{name}");
            assert!(chunk.statistics().is_some(), "{name}");
        }
    }
}

/// How values of a kind stand in a published file.
pub(crate) fn expected_type(kind: Kind) -> (Type, Option<LogicalType>) {
    match kind {
        Kind::Text | Kind::Code => (Type::BYTE_ARRAY, Some(LogicalType::String)),
        Kind::Amount => (Type::INT64, Some(LogicalType::decimal(2, 16))),
        Kind::Decimal => (Type::INT64, Some(LogicalType::decimal(4, 18))),
        Kind::Time => (Type::INT64, Some(LogicalType::timestamp(false, TimeUnit::MICROS))),
        Kind::Day => (Type::INT32, Some(LogicalType::Date)),
        Kind::Integer => (Type::INT64, None),
        Kind::Flag => (Type::BOOLEAN, None),
    }
}

#[test]
fn every_table_that_the_contract_publishes_is_sorted_by_columns_of_its_own() {
    let published: Vec<_> =
        contract::tables().iter().filter(|table| table.direction == contract::Direction::Published).collect();
    assert!(published.len() > 10, "only {} tables were found", published.len());
    for table in published {
        assert!(!table.sorted_by.is_empty(), "{}", table.table);
        for name in &table.sorted_by {
            assert_eq!(&table.column(name).name, name);
        }
    }
}

#[test]
fn findings_are_sorted_by_rule_and_person_and_their_figures_are_exact() {
    let home = TempDir::new().unwrap();
    let rows = Rows::small();
    let night = publish(home.path(), &rows.night());
    let flagged = read_back(&night.join("flagged.parquet"));
    assert_eq!(texts(&flagged, "rule"), ["fall", "return", "return"]);
    let people = [2, 1, 3].map(|number| person(number).to_string());
    assert_eq!(texts(&flagged, "person_id"), people);
    assert_eq!(texts(&flagged, "categories")[0], "extreme_poverty,marginal");
    assert_eq!(texts(&flagged, "burden_tested")[0], "burden_total");
    assert_eq!(decimals(&flagged, "burden_total")[0], Some(1_899_999));
    assert_eq!(decimals(&flagged, "threshold")[0], Some(85_655_550));
    assert_eq!(decimals(&flagged, "excess")[0], Some(104_344_350));
    assert_eq!(decimals(&flagged, "ratio")[0], Some(22_182));
    assert_eq!(flagged.column_by_name("first_exceeded_on").unwrap().null_count(), 3);
}

#[test]
fn numbers_of_more_than_four_decimals_are_rounded_half_up() {
    let mut columns = Columns::of(contract::table("flagged"), 3);
    let values = ["0.00005", "0.00004999", "-0.00005"].map(|text| Decimal::from_str_exact(text).ok());
    columns.decimal("threshold", values.into_iter()).unwrap();
    let home = TempDir::new().unwrap();
    let mut rows = Rows::small();
    rows.findings.truncate(1);
    rows.findings[0].threshold = Decimal::from_str_exact("8565.55005").unwrap();
    let night = publish(home.path(), &rows.night());
    let flagged = read_back(&night.join("flagged.parquet"));
    assert_eq!(decimals(&flagged, "threshold"), [Some(85_655_501)]);
    assert_eq!(decimals(&flagged, "excess"), [Some(104_344_400)], "18999.99 - 8565.55005 = 10434.43995");
}

#[test]
fn a_rule_with_a_fixed_amount_leaves_income_and_percent_empty() {
    let home = TempDir::new().unwrap();
    let mut rows = Rows::small();
    rows.findings.truncate(1);
    rows.findings[0].income = None;
    rows.findings[0].percent = None;
    let night = publish(home.path(), &rows.night());
    let flagged = read_back(&night.join("flagged.parquet"));
    for column in ["income_reference", "income_year", "income_area", "percent"] {
        assert_eq!(flagged.column_by_name(column).unwrap().null_count(), 1, "{column}");
    }
    assert!(!flagged.column_by_name("income_provisional").unwrap().as_boolean().value(0));
}

#[test]
fn rejects_name_the_row_and_carry_its_own_amounts() {
    let home = TempDir::new().unwrap();
    let rows = Rows::small();
    let night = publish(home.path(), &rows.night());
    let rejects = read_back(&night.join("rejects.parquet"));
    assert_eq!(texts(&rejects, "table"), ["commercial", "income", "settlements", "settlements"]);
    assert_eq!(texts(&rejects, "file"), ["a.parquet", "c.parquet", "b.parquet", "b.parquet"]);
    assert_eq!(integers(&rejects, "row"), [3, 1, 2, 9]);
    assert_eq!(texts(&rejects, "check"), ["bad_certno", "bad_year", "negative_cost", "void"]);
    assert_eq!(decimals(&rejects, "total_cost"), [None, None, Some(-700), Some(-700)]);
    assert_eq!(decimals(&rejects, "amount"), [Some(-700), None, None, None]);
}

#[test]
fn evidence_is_sorted_and_payments_have_no_figures_of_a_settlement() {
    let home = TempDir::new().unwrap();
    let rows = Rows::small();
    let night = publish(home.path(), &rows.night());
    let evidence = read_back(&night.join("evidence.parquet"));
    assert_eq!(texts(&evidence, "table"), ["commercial", "settlements", "settlements"]);
    assert_eq!(integers(&evidence, "row"), [1, 2, 9]);
    assert_eq!(decimals(&evidence, "total_cost"), [None, Some(500), Some(500)]);
    assert_eq!(decimals(&evidence, "commercial"), [Some(70), None, None]);
    assert_eq!(texts(&evidence, "fate"), ["counted"; 3]);
}

#[test]
fn burdens_are_sorted_by_person_and_the_summary_by_area_category_and_rule() {
    let home = TempDir::new().unwrap();
    let rows = Rows::small();
    let night = publish(home.path(), &rows.night());
    let burden = read_back(&night.join("burden.parquet"));
    assert_eq!(texts(&burden, "person_id"), [1, 2].map(|number| person(number).to_string()));
    assert_eq!(decimals(&burden, "commercial"), [Some(1); 2]);
    let summary = read_back(&night.join("summary.parquet"));
    assert_eq!(texts(&summary, "area_code"), ["-", "150702", "150702", "150724"]);
    let categories = ["extreme_poverty", "extreme_poverty", "subsistence_allowance", "extreme_poverty"];
    assert_eq!(texts(&summary, "category"), categories);
    assert_eq!(integers(&summary, "people"), [1, 10, 31, 1_204]);
}

#[test]
fn more_rows_than_a_batch_and_a_row_group_hold_arrive_whole_and_in_order() {
    let home = TempDir::new().unwrap();
    let mut rows = Rows::small();
    let count = 300_000_u32;
    let reject = |row| Reject { file: 1, row, reason: Reason::Void, figures: figures(row.into(), 0) };
    rows.rejects = (1..=count).rev().map(reject).collect();
    let night = publish(home.path(), &rows.night());
    let file = File::open(night.join("rejects.parquet")).unwrap();
    let reader = ParquetRecordBatchReaderBuilder::try_new(file).unwrap();
    assert_eq!(reader.metadata().num_row_groups(), 2);
    let mut expected = 1;
    for batch in reader.build().unwrap() {
        for row in integers(&batch.unwrap(), "row") {
            assert_eq!(row, expected);
            expected += 1;
        }
    }
    assert_eq!(expected, i64::from(count) + 1);
}

#[test]
fn the_same_night_gives_the_same_bytes_whatever_the_order_of_its_rows() {
    let (one, other) = (TempDir::new().unwrap(), TempDir::new().unwrap());
    let mut rows = Rows::small();
    let first = publish(one.path(), &rows.night());
    rows.findings.reverse();
    rows.burdens.reverse();
    rows.evidence.reverse();
    rows.rejects.reverse();
    rows.summary.reverse();
    rows.ledger.warnings.reverse();
    rows.ledger.movements.reverse();
    let second = publish(other.path(), &rows.night());
    assert_eq!(names(&first).len(), 10);
    for name in names(&first) {
        assert!(fs::read(first.join(&name)).unwrap() == fs::read(second.join(&name)).unwrap(), "{name} differs");
    }
}

#[test]
fn a_night_in_which_nothing_happened_is_published_with_empty_tables() {
    let home = TempDir::new().unwrap();
    let mut rows = Rows::small();
    rows.findings.clear();
    rows.evidence.clear();
    let mut night = rows.night();
    night.burdens = None;
    let published = publish(home.path(), &night);
    let expected =
        ["evidence", "flagged", "ledger", "ledger_counts", "manifest", "movements", "rejects", "responses", "summary"];
    let published_names = names(&published);
    let stems: Vec<&str> = published_names.iter().map(|name| name.split('.').next().unwrap()).collect();
    assert_eq!(stems, expected);
    let reader = SerializedFileReader::new(File::open(published.join("flagged.parquet")).unwrap()).unwrap();
    assert_eq!(reader.metadata().file_metadata().num_rows(), 0);
}

#[test]
fn columns_that_are_not_the_contracts_are_a_fault_of_the_program() {
    let summary = || Columns::of(contract::table("summary"), 1);
    let told = |error: Error| match error {
        Error::Internal(message) => message,
        other => panic!("expected a fault of the program, found {other}"),
    };
    let message = told(summary().text("nobody", [Some("x")].into_iter()).unwrap_err());
    assert_eq!(message, "schemas/summary.v1.toml: column `nobody` was filled, but the contract has none");
    let message = told(summary().integer("rule", [Some(1)].into_iter()).unwrap_err());
    assert_eq!(message, "schemas/summary.v1.toml: column `rule` was filled with Integer, expected Text");
    let message = told(summary().text("rule", [None::<&str>].into_iter()).unwrap_err());
    assert_eq!(message, "schemas/summary.v1.toml: column `rule` lacks 1 values, but every row must have one");
    let message = told(summary().text("rule", [Some("a"), Some("b")].into_iter()).unwrap_err());
    assert_eq!(message, "schemas/summary.v1.toml: column `rule` has 2 values, expected 1");
    let mut twice = summary();
    twice.text("rule", [Some("a")].into_iter()).unwrap();
    let message = told(twice.text("rule", [Some("a")].into_iter()).unwrap_err());
    assert_eq!(message, "schemas/summary.v1.toml: column `rule` was filled twice");
    assert_eq!(told(twice.finish().unwrap_err()), "schemas/summary.v1.toml: column `as_of` was not filled");
}

#[test]
fn an_amount_too_large_to_publish_refuses_the_night_and_leaves_nothing() {
    let home = TempDir::new().unwrap();
    let mut rows = Rows::small();
    rows.burdens[0].total = Fen(10_000_000_000_000_000);
    let staging = Staging::begin(home.path(), as_of(), false).unwrap();
    let error = fangpin::publish::night(staging, &rows.night()).unwrap_err();
    assert_eq!(
        error.to_string(),
        "burden.parquet: column `burden_total`: an amount has more digits than can be published (fourteen before the \
         point); look for rows of an absurd size in the delivery"
    );
    assert_eq!(error.exit_code(), 65);
    assert_eq!(names(home.path()), [".lock"]);
}

#[test]
fn totals_that_do_not_close_refuse_the_night() {
    let home = TempDir::new().unwrap();
    let rows = Rows::small();
    let mut night = rows.night();
    night.control_totals.get_mut("settlements").unwrap().counted.fen -= 1;
    let staging = Staging::begin(home.path(), as_of(), false).unwrap();
    let error = fangpin::publish::night(staging, &night).unwrap_err();
    assert!(error.to_string().starts_with("settlements: control totals do not close: read 1000 rows"), "{error}");
    assert_eq!(names(home.path()), [".lock"]);
}

#[test]
fn totals_too_large_for_an_integer_of_json_refuse_the_night() {
    let home = TempDir::new().unwrap();
    let rows = Rows::small();
    let mut night = rows.night();
    night.checks.insert(Check::PayersDiffer, Tally { rows: 1, fen: i128::from(i64::MAX) + 1 });
    let staging = Staging::begin(home.path(), as_of(), false).unwrap();
    let error = fangpin::publish::night(staging, &night).unwrap_err();
    assert_eq!(
        error.to_string(),
        "control totals: the amounts of one table add up to more than can be published (2^63 fen); look for rows of \
         an absurd size in the delivery"
    );
    assert_eq!(names(home.path()), [".lock"]);
}

#[test]
fn the_manifest_reads_back_and_names_every_file_and_every_check() {
    let home = TempDir::new().unwrap();
    let rows = Rows::small();
    let night = publish(home.path(), &rows.night());
    let manifest = Manifest::read(&night.join("manifest.json")).unwrap();
    let files: Vec<&str> = manifest.outputs.iter().map(|output| output.file.as_str()).collect();
    let expected =
        ["flagged", "burden", "evidence", "rejects", "summary", "ledger", "movements", "ledger_counts", "responses"];
    assert_eq!(files, expected.map(|name| format!("{name}.parquet")));
    assert_eq!(manifest.outputs.iter().map(|output| output.rows).collect::<Vec<_>>(), [3, 2, 3, 4, 4, 2, 2, 2, 0]);
    assert_eq!(manifest.predecessor, None);
    assert_eq!(manifest.options.bands, ["200"]);
    let ledger = manifest.ledger;
    assert_eq!((ledger.opening, ledger.opened, ledger.cleared, ledger.closing), (1, 1, 1, 1));
    assert_eq!(ledger.by_rule["return"], BTreeMap::from([("cleared".to_owned(), 1), ("opened".to_owned(), 1)]));
    assert_eq!(ledger.by_clearing, BTreeMap::from([("late_payment".to_owned(), 1)]));
    let manifest = Manifest::read(&night.join("manifest.json")).unwrap();
    assert_eq!(manifest.checks.len(), Check::ALL.len());
    assert_eq!(manifest.checks["parts_differ"].rows, 7);
    assert_eq!(manifest.checks["off_site_twice"].rows, 0);
    assert_eq!(manifest.control_totals["settlements"].void.fen, -1_400);
    assert_eq!(manifest.set_aside["settlements"]["void"].rows, 2);
    assert_eq!(manifest.input_hash, "blake3");
    let text = fs::read_to_string(night.join("manifest.json")).unwrap();
    assert_eq!(text, manifest.to_json().unwrap());
    assert!(text.starts_with("{\n  \"program\": {\n    \"name\": \"fangpin\",\n"), "{text}");
}

#[test]
fn a_folder_without_a_manifest_is_no_night() {
    let home = TempDir::new().unwrap();
    let error = verify(home.path(), None).unwrap_err();
    assert_eq!(error.exit_code(), 66);
    let path = home.path().join("manifest.json");
    assert_eq!(error.to_string(), format!("{}: is not there; name the folder of a published night", path.display()));
    fs::write(&path, "{}").unwrap();
    assert_eq!(verify(home.path(), None).unwrap_err().exit_code(), 65);
}

#[test]
fn a_second_run_beside_the_first_is_turned_away() {
    let home = TempDir::new().unwrap();
    let first = Staging::begin(home.path(), as_of(), false).unwrap();
    let error = Staging::begin(home.path(), as_of(), false).unwrap_err();
    assert!(matches!(error, Error::Locked(_)), "{error}");
    assert_eq!(error.exit_code(), 75);
    assert!(home.path().join(".staging-2025-06-30").is_dir(), "the first run's staging folder was left alone");
    drop(first);
    assert_eq!(names(home.path()), [".lock"], "a run that is given up leaves nothing");
    Staging::begin(home.path(), as_of(), false).unwrap();
}

#[test]
fn a_night_that_stands_is_left_as_it_is() {
    let home = TempDir::new().unwrap();
    let rows = Rows::small();
    let night = publish(home.path(), &rows.night());
    let before = fs::read(night.join("manifest.json")).unwrap();
    let error = Staging::begin(home.path(), as_of(), false).unwrap_err();
    assert!(matches!(error, Error::Published(_)), "{error}");
    assert_eq!(error.exit_code(), 73);
    assert_eq!(fs::read(night.join("manifest.json")).unwrap(), before);
}

#[test]
fn a_replaced_night_is_kept_under_the_lowest_free_number() {
    let home = TempDir::new().unwrap();
    let mut rows = Rows::small();
    let night = publish(home.path(), &rows.night());
    let first = fs::read(night.join("flagged.parquet")).unwrap();
    rows.findings.pop();
    for _ in 0..2 {
        let staging = Staging::begin(home.path(), as_of(), true).unwrap();
        fangpin::publish::night(staging, &rows.night()).unwrap();
    }
    let expected = [".lock", "2025-06-30", "2025-06-30.replaced-1", "2025-06-30.replaced-2"];
    assert_eq!(names(home.path()), expected);
    let kept = home.path().join("2025-06-30.replaced-1");
    assert!(fs::read(kept.join("flagged.parquet")).unwrap() == first, "the first night is the one kept first");
    assert_eq!(verify(&kept, None).unwrap().differences, []);
}

#[test]
fn a_replacement_that_is_given_up_leaves_the_old_night() {
    let home = TempDir::new().unwrap();
    let rows = Rows::small();
    let night = publish(home.path(), &rows.night());
    let mut broken = rows.night();
    broken.control_totals.get_mut("settlements").unwrap().read.rows += 1;
    let staging = Staging::begin(home.path(), as_of(), true).unwrap();
    fangpin::publish::night(staging, &broken).unwrap_err();
    assert_eq!(names(home.path()), [".lock", "2025-06-30"]);
    assert_eq!(verify(&night, None).unwrap().differences, []);
}

#[test]
fn what_a_killed_run_left_is_removed_by_the_next() {
    let home = TempDir::new().unwrap();
    let left = home.path().join(".staging-2025-06-29");
    fs::create_dir(&left).unwrap();
    fs::write(left.join("flagged.parquet"), "half").unwrap();
    let rows = Rows::small();
    publish(home.path(), &rows.night());
    assert_eq!(names(home.path()), [".lock", "2025-06-30"]);
}

#[test]
fn a_run_killed_while_it_replaced_a_night_is_undone_or_finished_by_the_next() {
    let home = TempDir::new().unwrap();
    let rows = Rows::small();
    let night = publish(home.path(), &rows.night());
    let aside = home.path().join(".replacing-2025-06-30");

    // Killed before the new night arrived: the old one is put back.
    fs::rename(&night, &aside).unwrap();
    fs::create_dir(home.path().join(".staging-2025-06-30")).unwrap();
    let tomorrow = as_of().succ_opt().unwrap();
    drop(Staging::begin(home.path(), tomorrow, false).unwrap());
    assert_eq!(names(home.path()), [".lock", "2025-06-30"]);
    assert_eq!(verify(&night, None).unwrap().differences, []);

    // Killed after it arrived: the old one is kept under its other name.
    fs::rename(&night, &aside).unwrap();
    publish_beside_leftovers(&home, &aside);
    drop(Staging::begin(home.path(), tomorrow, false).unwrap());
    assert_eq!(names(home.path()), [".lock", "2025-06-30", "2025-06-30.replaced-1"]);
}

/// Copies the night at `aside` to its place, as a run killed between the last two renames leaves it.
fn publish_beside_leftovers(home: &TempDir, aside: &Path) {
    let night = home.path().join("2025-06-30");
    fs::create_dir(&night).unwrap();
    for name in names(aside) {
        fs::copy(aside.join(&name), night.join(&name)).unwrap();
    }
}

#[test]
fn a_file_that_cannot_be_written_says_which_and_leaves_nothing() {
    let home = TempDir::new().unwrap();
    let mut staging = Staging::begin(home.path(), as_of(), false).unwrap();
    let path = home.path().join(".staging-2025-06-30/flagged.parquet");
    fs::create_dir(&path).unwrap();
    let error = staging.write_file("flagged.parquet", |_| Ok(0)).unwrap_err();
    assert!(matches!(&error, Error::CannotWrite { path: named, .. } if *named == path), "{error}");
    assert_eq!(error.exit_code(), 73);
    drop(staging);
    assert_eq!(names(home.path()), [".lock"]);
}

#[test]
fn a_published_folder_that_is_a_file_is_told_as_such() {
    let home = TempDir::new().unwrap();
    let path = home.path().join("published");
    fs::write(&path, "").unwrap();
    let error = Staging::begin(&path, as_of(), false).unwrap_err();
    assert!(matches!(error, Error::CannotWrite { .. }), "{error}");
}

#[cfg(unix)]
#[test]
fn nobody_else_can_read_a_night() {
    use std::os::unix::fs::PermissionsExt;
    let home = TempDir::new().unwrap();
    let rows = Rows::small();
    let published = home.path().join("deep/published");
    let night = publish(&published, &rows.night());
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&published), 0o700);
    assert_eq!(mode(&night), 0o700);
    assert!(!names(&night).is_empty());
    for name in names(&night) {
        assert_eq!(mode(&night.join(&name)), 0o600, "{name}");
    }
}

/// A night made from a delivery of one extract.
fn night_of_a_delivery(home: &TempDir) -> (PathBuf, PathBuf) {
    let delivery = home.path().join("delivery");
    let extract = delivery.join("settlements/day=1/a.parquet");
    fs::create_dir_all(extract.parent().unwrap()).unwrap();
    fs::write(&extract, "no reader looks at this").unwrap();
    let hash = content_hash(&extract).unwrap();
    let rows = Rows::small();
    let mut night = rows.night();
    night.made_from.delivery = delivery.display().to_string();
    night.made_from.inputs = vec![InputFile {
        table: "settlements".to_owned(),
        file: "day=1/a.parquet".to_owned(),
        bytes: hash.bytes,
        rows: 1,
        blake3: hash.blake3,
    }];
    (publish(&home.path().join("published"), &night), extract)
}

fn differences(night: &Path) -> Vec<String> {
    let verified = verify(night, None).unwrap();
    verified
        .differences
        .iter()
        .map(|difference| difference.to_string().replace(&*night.to_string_lossy(), "NIGHT"))
        .collect()
}

#[test]
fn a_night_as_it_was_published_verifies() {
    let home = TempDir::new().unwrap();
    let (night, _) = night_of_a_delivery(&home);
    assert_eq!(verify(&night, None).unwrap(), Verified { differences: vec![], outputs: 9, inputs: Some(1) });
}

#[test]
fn one_flipped_byte_a_missing_and_an_extra_file_are_noticed() {
    let home = TempDir::new().unwrap();
    let (night, _) = night_of_a_delivery(&home);
    let flagged = night.join("flagged.parquet");
    let before = sha256_of(&fs::read(&flagged).unwrap());
    let mut bytes = fs::read(&flagged).unwrap();
    bytes[100] ^= 1;
    fs::write(&flagged, &bytes).unwrap();
    fs::remove_file(night.join("burden.parquet")).unwrap();
    fs::write(night.join("notes.txt"), "").unwrap();
    File::options().append(true).open(night.join("summary.parquet")).unwrap().write_all(b"!").unwrap();
    let summary = fs::metadata(night.join("summary.parquet")).unwrap().len();
    let expected = [
        format!("NIGHT/flagged.parquet: has SHA-256 {}, but the manifest names {before}", sha256_of(&bytes)),
        "NIGHT/burden.parquet: is missing, but the manifest names it".to_owned(),
        format!("NIGHT/summary.parquet: has {summary} bytes, but the manifest names {}", summary - 1),
        "NIGHT/notes.txt: is there, but the manifest does not name it".to_owned(),
    ];
    assert_eq!(differences(&night), expected);
}

#[test]
fn an_extract_that_has_changed_or_gone_is_noticed() {
    let home = TempDir::new().unwrap();
    let (night, extract) = night_of_a_delivery(&home);
    fs::write(&extract, "no reader looks at that").unwrap();
    let found = differences(&night);
    assert_eq!(found.len(), 1);
    assert!(found[0].starts_with(&format!("{}: has BLAKE3 ", extract.display())), "{}", found[0]);
    fs::remove_file(&extract).unwrap();
    assert_eq!(differences(&night), [format!("{}: is missing, but the manifest names it", extract.display())]);
    let elsewhere = verify(&night, Some(&home.path().join("nowhere"))).unwrap();
    assert_eq!(elsewhere.inputs, None, "a delivery out of reach is left out, and that is told");
}

#[test]
fn metrics_name_every_rule_table_and_check() {
    let rows = Rows::small();
    insta::assert_snapshot!(metrics::text(as_of(), &rows.night()), @r#"
# HELP fangpin_night_as_of The day of the latest night, in seconds since 1970.
# TYPE fangpin_night_as_of gauge
fangpin_night_as_of 1751241600
# HELP fangpin_rows_read Rows read.
# TYPE fangpin_rows_read gauge
fangpin_rows_read{table="settlements"} 1000
# HELP fangpin_rows Rows by what became of them; a table's fates add up to its rows read.
# TYPE fangpin_rows gauge
fangpin_rows{table="settlements",fate="rejected"} 0
fangpin_rows{table="settlements",fate="superseded"} 0
fangpin_rows{table="settlements",fate="void"} 2
fangpin_rows{table="settlements",fate="out_of_window"} 0
fangpin_rows{table="settlements",fate="orphan"} 0
fangpin_rows{table="settlements",fate="counted"} 998
# HELP fangpin_flagged People flagged by a rule.
# TYPE fangpin_flagged gauge
fangpin_flagged{rule="fall"} 1
fangpin_flagged{rule="return"} 2
# HELP fangpin_warnings Warnings by what the night made of them.
# TYPE fangpin_warnings gauge
fangpin_warnings{rule="fall",state="cleared"} 0
fangpin_warnings{rule="fall",state="continued"} 0
fangpin_warnings{rule="fall",state="lowered"} 0
fangpin_warnings{rule="fall",state="opened"} 0
fangpin_warnings{rule="fall",state="raised"} 0
fangpin_warnings{rule="fall",state="reopened"} 0
fangpin_warnings{rule="return",state="cleared"} 1
fangpin_warnings{rule="return",state="continued"} 0
fangpin_warnings{rule="return",state="lowered"} 0
fangpin_warnings{rule="return",state="opened"} 1
fangpin_warnings{rule="return",state="raised"} 0
fangpin_warnings{rule="return",state="reopened"} 0
# HELP fangpin_people People in the register and in the settlements.
# TYPE fangpin_people gauge
fangpin_people{who="in_register"} 1246
fangpin_people{who="in_register_without_settlements"} 0
fangpin_people{who="with_settlements"} 0
fangpin_people{who="with_settlements_outside_register"} 0
fangpin_people{who="flagged"} 3
# HELP fangpin_checks_rows Rows that a check reported and that were used all the same.
# TYPE fangpin_checks_rows gauge
fangpin_checks_rows{check="parts_differ"} 7
fangpin_checks_rows{check="payers_differ"} 0
fangpin_checks_rows{check="person_differs"} 0
fangpin_checks_rows{check="funds_differ"} 0
fangpin_checks_rows{check="negative_person_cost"} 0
fangpin_checks_rows{check="refund_without_reversal"} 0
fangpin_checks_rows{check="off_site_twice"} 0
fangpin_checks_rows{check="unknown_code"} 0
fangpin_checks_rows{check="no_area"} 0
# HELP fangpin_answers Warnings sent to offices, by what came back.
# TYPE fangpin_answers gauge
# HELP fangpin_answers_overdue Warnings without an answer on the day after it was due, by office as far as it is known.
# TYPE fangpin_answers_overdue gauge
fangpin_answers_overdue 0
"#);
}

#[test]
fn a_metrics_file_is_replaced_whole() {
    let home = TempDir::new().unwrap();
    let path = home.path().join("fangpin.prom");
    replace_file(&path, "one\n").unwrap();
    replace_file(&path, "two\n").unwrap();
    assert_eq!(fs::read_to_string(&path).unwrap(), "two\n");
    assert_eq!(names(home.path()), ["fangpin.prom"]);
    let nowhere = home.path().join("nowhere/fangpin.prom");
    assert_eq!(replace_file(&nowhere, "").unwrap_err().exit_code(), 73);
}

#[test]
fn the_terminal_shows_rules_rows_and_place_in_columns() {
    let rows = Rows::small();
    insta::assert_snapshot!(terminal::summary(&rows.night(), Path::new("published/2025-06-30")), @r#"
rule and category                 people  flagged  burden (yuan)
因病致贫监测 fall                      0        0           0.00
因病返贫监测 return                1,246        3   4,938,271.56
  特困人员 extreme_poverty         1,215        3   3,703,703.67
  低保对象 subsistence_allowance      31        0   1,234,567.89

warnings  standing  opened  reopened  raised  lowered  cleared
fall             0       0         0       0        0        0
return           1       1         0       0        0        1

table        rows read  counted  set aside
settlements      1,000      998          2

warning: the rule `fall` was last reviewed on 2022-09-19

published published/2025-06-30
"#);
}
