//! The contract files: embedded as they stand, whole, without a name that two columns claim; and every table of a
//! published night is exactly what its file says.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File};
use std::path::Path;

use assert_cmd::Command;
use fangpin::contract::{self, Direction, Table};
use parquet::basic::Repetition;
use parquet::file::reader::{FileReader, SerializedFileReader};
use tempfile::TempDir;

use crate::harness::root;
use crate::publish::expected_type;

/// Sections 1 and 2 of the contract: each delivered table, whether a night cannot do without it, and its columns.
/// `?` marks a column that a file may leave out, `=` comes before another accepted name.
const DELIVERED: [(&str, bool, &str); 10] = [
    (
        "settlements",
        true,
        "setl_id init_setl_id? mdtrt_id? certno psn_no? psn_name? insutype? psn_type? insu_admdvs=insu_optins \
         fixmedins_code? hosp_lv? med_type? dise_no?=dise_codg begndate? enddate? setl_time medfee_sumamt \
         fulamt_ownpay_amt? overlmt_selfpay? preselfpay_amt? inscp_amt?=inscp_scp_amt hifp_pay hifmi_pay maf_pay \
         cvlserv_pay? hifes_pay? hifob_pay? hifdm_pay? othfund_pay?=oth_pay fund_pay_sumamt? \
         ownpay_hosp_part?=hosp_part_amt psn_pay?=psn_part_amt acct_pay? cash_payamt?=psn_cash_pay acct_mulaid_pay? \
         refd_setl_flag? vali_flag? deleted? setl_type? pay_loc? out_flag? year? updt_time?",
    ),
    (
        "identities",
        true,
        "certno psn_name psn_idet_type insu_admdvs begndate=begntime enddate=endtime town_code? village? \
         household_id? tel?",
    ),
    ("income", true, "area_code year series per_capita_disposable_income published_on? source?"),
    ("commercial", false, "payment_id certno paid_on amount setl_id?"),
    ("insured", false, "certno psn_no insutype insu_admdvs psn_insu_stas psn_insu_date paus_insu_date"),
    ("contributions", false, "certno year insutype insu_admdvs due_amount own_amount subsidy_amount paid_on"),
    ("chronic_cards", false, "card_id certno opsp_dise_code issued_on begndate enddate fixmedins_code"),
    ("public_health", false, "certno disease registered_on"),
    ("outreach", false, "certno done_on channel"),
    ("fund", false, "area_code month fund income spending balance"),
];

/// The contract files that lie in `schemas/`, by name.
fn on_disk() -> BTreeMap<String, String> {
    let entries = fs::read_dir(root().join("schemas")).unwrap().map(|entry| entry.unwrap());
    let read = |path: &Path| fs::read_to_string(path).unwrap();
    entries.map(|entry| (entry.file_name().into_string().unwrap(), read(&entry.path()))).collect()
}

#[test]
fn every_contract_file_is_embedded_as_it_stands() {
    let on_disk = on_disk();
    assert_eq!(on_disk.len(), contract::tables().len(), "{:?}", on_disk.keys());
    for table in contract::tables() {
        let file = table.file();
        let text = on_disk.get(file.trim_start_matches("schemas/"));
        let text = text.unwrap_or_else(|| panic!("{file} is not there: a file is called as its table and version"));
        let read: Table = toml::from_str(text).unwrap();
        assert_eq!(format!("{read:?}"), format!("{table:?}"), "{file} is not what was embedded");
    }
}

#[test]
fn a_name_belongs_to_one_column_of_a_table() {
    let mut looked_at = 0;
    for table in contract::tables() {
        let mut names = BTreeSet::new();
        for column in &table.columns {
            for name in std::iter::once(&column.name).chain(&column.also) {
                looked_at += 1;
                assert!(names.insert(name), "{}: two columns are called `{name}`", table.file());
                let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
                assert!(name.chars().all(plain), "{}: `{name}`", table.file());
            }
            assert!(!column.term.trim().is_empty(), "{}: `{}` has no Chinese term", table.file(), column.name);
        }
    }
    assert!(looked_at > 150, "only {looked_at} names were found");
}

#[test]
fn every_delivered_table_and_column_of_the_contract_is_there() {
    let delivered = contract::tables().iter().filter(|table| table.direction == Direction::Delivered);
    let names: Vec<&str> = delivered.map(|table| table.table.as_str()).collect();
    assert_eq!(names, DELIVERED.map(|(name, ..)| name));
    for (name, needed, columns) in DELIVERED {
        let table = contract::table(name);
        assert_eq!(table.needed, needed, "{name}");
        for column in columns.split_whitespace() {
            let (column, also) = column.split_once('=').map_or((column, None), |(column, also)| (column, Some(also)));
            let may_be_absent = column.ends_with('?');
            let column = table.column(column.trim_end_matches('?'));
            assert_eq!(column.needed, !may_be_absent, "{name}.{}: needed", column.name);
            assert!(also.is_none_or(|also| column.also.iter().any(|name| name == also)), "{name}.{}", column.name);
        }
    }
}

#[test]
fn every_file_of_a_night_is_what_its_contract_says() {
    let published = TempDir::new().unwrap();
    let mut night = Command::new(env!("CARGO_BIN_EXE_fangpin"));
    night.current_dir(root()).args(["run", "jobs/nightly.toml", "--as-of", "2025-11-30", "--published"]);
    night.arg(published.path()).assert().success();
    let folder = published.path().join("2025-11-30");

    let tables: Vec<&Table> = contract::tables().iter().filter(|table| table.is_published_by("nightly")).collect();
    let files = fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let mut expected: BTreeSet<String> = tables.iter().map(|table| format!("{}.parquet", table.table)).collect();
    expected.extend(["lists", "manifest.json"].map(str::to_owned));
    assert_eq!(files.collect::<BTreeSet<_>>(), expected);
    tables.into_iter().for_each(|table| keeps(&folder, table));
}

/// Holds one published file to its table: names, order, types, what may be absent, and rows to look at.
fn keeps(folder: &Path, table: &Table) {
    let rows = looks_like(folder, table);
    assert!(rows > 0, "{} is empty", table.table);
}

/// The same, whether it has rows or not. Gives back how many.
pub(crate) fn looks_like(folder: &Path, table: &Table) -> i64 {
    let file = File::open(folder.join(format!("{}.parquet", table.table))).unwrap();
    let reader = SerializedFileReader::new(file).unwrap();
    let metadata = reader.metadata().file_metadata();
    let stored = metadata.schema_descr();
    let names: Vec<&str> = stored.columns().iter().map(|column| column.name()).collect();
    assert_eq!(names, table.columns.iter().map(|column| column.name.as_str()).collect::<Vec<_>>(), "{}", table.table);
    for (stored, column) in stored.columns().iter().zip(&table.columns) {
        let place = format!("{}.{}", table.table, column.name);
        let types = (stored.physical_type(), stored.logical_type_ref().cloned());
        assert_eq!(types, expected_type(column.kind), "{place}");
        let repetition = if column.needed { Repetition::REQUIRED } else { Repetition::OPTIONAL };
        assert_eq!(stored.self_type().get_basic_info().repetition(), repetition, "{place}");
    }
    for column in &table.sorted_by {
        assert!(names.contains(&column.as_str()), "{} is sorted by `{column}`, which it lacks", table.table);
    }
    metadata.num_rows()
}
