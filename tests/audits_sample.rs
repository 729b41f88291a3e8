//! The weekly and the monthly round over a generated sample: each audit finds what was planted for it, with its
//! figures, and nothing else. Who is looked at is counted here once more, straight from the register.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use chrono::{Datelike, NaiveDate};
use fangpin::model::{Matter, Mechanism};
use fangpin::sample;
use serde_json::Value;
use tempfile::TempDir;

use crate::harness::{AS_OF, fen, manifest, program, read, root, shipped};
use crate::sample as delivered;

/// The rounds, each with its audits and the tables that they read besides settlements.
const ROUNDS: [(&str, &[&str]); 2] = [("weekly", &["coverage"]), ("monthly", MONTHLY)];
const MONTHLY: &[&str] = &[
    "subsidy",
    "benefits",
    "five_checks",
    "out_of_catalogue",
    "split_stays",
    "repeated_stays",
    "paid_during_stay",
    "short_stays",
    "admission_rate",
    "cards",
    "fund",
];

/// What is at fault: every matter but those that are as they should be, or that nobody can tell.
const FAULTS: [Matter; 29] = [
    Matter::NeverEnrolled,
    Matter::Lapsed,
    Matter::Suspended,
    Matter::EnrolledTwice,
    Matter::EnrolledElsewhere,
    Matter::EntitledLate,
    Matter::DeadOrMoved,
    Matter::SubsidyTooLittle,
    Matter::SubsidyTooMuch,
    Matter::SubsidyTwice,
    Matter::SubsidyNotEnrolled,
    Matter::PremiumNotPaid,
    Matter::Underpaid,
    Matter::Overpaid,
    Matter::SomeOfFive,
    Matter::ShareAboveLimit,
    Matter::SplitStays,
    Matter::RepeatedStays,
    Matter::PaidDuringStay,
    Matter::ShortStays,
    Matter::RateOutOfLine,
    Matter::RegisteredWithoutCard,
    Matter::CardWithoutRegister,
    Matter::CardUnused,
    Matter::FundRunsOut,
    Matter::FundLowCover,
    Matter::FundOverspent,
    // No fault yet, and yet to be told.
    Matter::Newborn,
    Matter::NewlyRegistered,
];

/// What is said of one subject: verdict, matter, and the fen found and expected.
type Said = (String, String, Option<i64>, Option<i64>);
/// By audit and subject: a certificate number, or the code of an institution or an area.
type Everything = BTreeMap<(String, String), Said>;

/// Runs both rounds on a delivery, each by the job that is shipped, and returns their nights.
fn rounds(delivery: &Path, as_of: &str, published: &Path) -> Vec<PathBuf> {
    let ran = ROUNDS.map(|(round, _)| {
        let folder = published.join(round);
        let job = root().join("jobs").join(format!("{round}.toml"));
        let mut run = program();
        run.arg("run").arg(job).args(["--as-of", as_of]);
        run.arg("--delivery").arg(delivery).arg("--published").arg(&folder);
        let done = run.output().unwrap();
        assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
        folder.join(as_of)
    });
    ran.into()
}

/// What `planted.json` says that audits say.
fn planted(delivery: &Path) -> Everything {
    let json: Value = serde_json::from_slice(&fs::read(delivery.join("planted.json")).unwrap()).unwrap();
    let text = |of: &Value, key: &str| of[key].as_str().map(str::to_owned);
    let said = |of: &Value| {
        let verdict = text(of, "verdict").unwrap();
        let said = (verdict, text(of, "matter").unwrap(), of["found_fen"].as_i64(), of["expected_fen"].as_i64());
        let subject = text(of, "person_id").or(text(of, "subject_code")).unwrap();
        ((text(of, "mechanism").unwrap(), subject), said)
    };
    let all = json["audits"].as_array().unwrap();
    let by_subject: Everything = all.iter().map(said).collect();
    assert_eq!(by_subject.len(), all.len(), "a subject is listed twice for one audit");
    by_subject
}

/// What the nights say of everybody.
fn said(nights: &[PathBuf]) -> Everything {
    let rows = nights.iter().flat_map(|night| read(&night.join("verdicts.parquet")));
    let amount = |row: &BTreeMap<String, String>, of: &str| row.contains_key(of).then(|| fen(row, of));
    let said = rows.map(|row| {
        let said = (row["verdict"].clone(), row["matter"].clone(), amount(&row, "found"), amount(&row, "expected"));
        let subject = row.get("person_id").or(row.get("subject_code")).unwrap();
        ((row["mechanism"].clone(), subject.clone()), said)
    });
    said.collect()
}

/// Who has an identity on any day of the year until `as_of`, and who has one on the day itself.
fn register(delivery: &Path, as_of: NaiveDate) -> (BTreeSet<String>, BTreeSet<String>) {
    let (mut of_the_year, mut of_the_day) = (BTreeSet::new(), BTreeSet::new());
    let first = as_of.with_month(1).and_then(|day| day.with_day(1)).unwrap();
    for (_, row) in delivered::rows(delivery, "identities") {
        let (begins, ends) = (delivered::day(&row, ["begndate", "begntime"]), ["enddate", "endtime"]);
        let has_end = ends.iter().any(|column| row.contains_key(*column));
        let (Some(person), Some(begins)) = (delivered::person(&row), begins) else { continue };
        let ends = match delivered::day(&row, ends) {
            None if has_end => continue,
            ends => ends.unwrap_or(NaiveDate::MAX),
        };
        if begins <= as_of && ends > begins.max(first) {
            of_the_year.insert(person.to_string());
        }
        if begins <= as_of && ends > as_of {
            of_the_day.insert(person.to_string());
        }
    }
    (of_the_year, of_the_day)
}

/// Holds both rounds over a delivery to its list.
fn hold(delivery: &Path, as_of: &str) -> Everything {
    let published = TempDir::new().unwrap();
    let nights = rounds(delivery, as_of, published.path());
    let (planted, said) = (planted(delivery), said(&nights));

    let asks = |of: &Said| ["fault", "cannot_be_told"].contains(&of.0.as_str());
    let asked = |of: &Everything| -> BTreeMap<(String, String), String> {
        of.iter().filter(|(_, of)| asks(of)).map(|(who, of)| (who.clone(), of.0.clone())).collect()
    };
    assert_eq!(asked(&said), asked(&planted));
    for (who, (verdict, matter, paid, due)) in &planted {
        let found = said.get(who).unwrap_or_else(|| panic!("nothing is said of {who:?}"));
        assert_eq!((verdict, matter), (&found.0, &found.1), "{who:?}");
        for (expected, found) in [(paid, &found.2), (due, &found.3)] {
            assert!(expected.is_none() || expected == found, "{who:?}: {expected:?} {found:?}");
        }
    }

    let (of_the_year, of_the_day) = register(delivery, as_of.parse().unwrap());
    for mechanism in ["coverage", "subsidy", "benefits", "five_checks"] {
        let people: BTreeSet<String> =
            said.keys().filter(|(of, _)| of == mechanism).map(|(_, person)| person.clone()).collect();
        let of_the_day_only = ["coverage", "five_checks"].contains(&mechanism);
        let everybody = if of_the_day_only { &of_the_day } else { &of_the_year };
        // Whoever was subsidised and is in no register of the year is looked at too.
        let beside = people.difference(everybody).count();
        assert!(beside == 0 || mechanism == "subsidy", "{mechanism}: {beside}");
        assert!(everybody.is_subset(&people), "{mechanism}");
    }
    for ((_, audits), night) in ROUNDS.iter().zip(&nights) {
        let manifest = manifest(night);
        for audit in *audits {
            let counts = &manifest["verdicts"][audit];
            let of = |verdict: &str| said.iter().filter(|(who, of)| who.0 == *audit && of.0 == verdict).count();
            let verdicts = ["correct", "fault", "not_applicable", "cannot_be_told"];
            let each: u64 = verdicts.iter().map(|verdict| counts[verdict].as_u64().unwrap()).sum();
            assert_eq!(counts["subjects"].as_u64().unwrap(), each, "{audit}");
            verdicts.iter().for_each(|verdict| assert_eq!(counts[verdict], of(verdict), "{audit} {verdict}"));
        }
    }
    planted
}

#[test]
fn both_rounds_find_in_the_shipped_sample_what_was_planted_and_nothing_else() {
    let planted = hold(&shipped("sample"), AS_OF);
    let matters: BTreeSet<&str> = planted.values().map(|of| of.1.as_str()).collect();
    for matter in FAULTS {
        assert!(matters.contains(matter.name()), "no {} is planted", matter.name());
    }
    let faults = planted.values().filter(|of| of.0 == "fault").count();
    assert!(faults > 40 && planted.len() > faults + 10, "{faults} of {}", planted.len());
}

#[test]
fn beside_what_is_planted_for_each_audit_stands_what_looks_like_it_and_is_right() {
    let json: Value = serde_json::from_slice(&fs::read(shipped("sample").join("planted.json")).unwrap()).unwrap();
    let mut verdicts: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for of in json["audits"].as_array().unwrap() {
        let text = |key: &str| of[key].as_str().unwrap();
        verdicts.entry(text("mechanism")).or_default().insert(text("verdict"));
    }
    for mechanism in Mechanism::ALL.map(Mechanism::name) {
        let of = verdicts.get(mechanism).unwrap_or_else(|| panic!("nothing is planted for {mechanism}"));
        // The five checks rest on the others, whose people they take.
        let beside = mechanism == "five_checks" || of.contains("correct");
        assert!(of.contains("fault") && beside, "{mechanism}: {of:?}");
    }
}

#[test]
fn they_do_in_samples_of_another_size_seed_and_day() {
    for (people, settlements, seed, as_of) in
        [(1_500, 8_000, 11, AS_OF), (200, 500, 3, "2025-06-15"), (400, 2_000, 5, "2025-01-01")]
    {
        let folder = TempDir::new().unwrap();
        let out = folder.path().join("delivery");
        let as_of_day = as_of.parse().unwrap();
        let options = sample::Options { people, settlements, as_of: as_of_day, seed, out: out.clone() };
        sample::write(&options).unwrap();
        hold(&out, as_of);
    }
}

#[test]
fn rows_that_cannot_be_used_are_set_aside_as_planted() {
    let delivery = shipped("sample");
    let published = TempDir::new().unwrap();
    let nights = rounds(&delivery, AS_OF, published.path());
    let planted = delivered::listed(&delivery, "faults");
    for table in ["identities", "insured", "contributions", "outreach"] {
        let read = |night: &&PathBuf| manifest(night)["control_totals"][table]["read"]["rows"].as_u64();
        let nights: Vec<&PathBuf> =
            nights.iter().filter(|night| read(night).is_some_and(|rows| rows > 1_000)).collect();
        assert!(!nights.is_empty(), "nobody reads {table}");
        for night in nights {
            let reasons = ["bad_certno", "bad_date", "bad_amount"];
            let rejects = read_rejects(night, table, &reasons);
            let expected: BTreeSet<(String, u64, String)> = planted
                .iter()
                .filter(|((of, fault), _)| of == table && reasons.contains(&fault.as_str()))
                .flat_map(|((_, fault), places)| places.iter().map(|(file, row)| (file.clone(), *row, fault.clone())))
                .collect();
            assert!(expected.len() > 2, "{table}");
            assert_eq!(rejects, expected, "{table}");
        }
    }
}

fn read_rejects(night: &Path, table: &str, reasons: &[&str]) -> BTreeSet<(String, u64, String)> {
    let rows = read(&night.join("rejects.parquet")).into_iter();
    let rows = rows.filter(|row| row["table"] == table && reasons.contains(&row["check"].as_str()));
    let place = |file: &str| format!("{table}/{file}");
    rows.map(|row| (place(&row["file"]), row["row"].parse().unwrap(), row["check"].clone())).collect()
}
