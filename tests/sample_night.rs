//! The night over a generated sample: it sets aside and reports what was planted, and nothing else.

#![cfg(test)]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use fangpin::sample;
use serde_json::Value;

use crate::harness::{AS_OF, House, manifest, read, shipped};

/// A table, a file of it, a row, and what is said of the row.
type Planted = (String, String, u64, String);

/// A house with a sample for AS_OF and the policy that is shipped for it.
fn sampled() -> House {
    let house = House::new().under("sample.toml");
    let (people, settlements) = (1_000, 6_000);
    let out = house.path("delivery");
    sample::write(&sample::Options { people, settlements, as_of: AS_OF.parse().unwrap(), seed: 7, out }).unwrap();
    house.edit("job.toml", "reject_percent = \"100\"", "reject_percent = \"5\"");
    house
}

/// `planted.json`, and the places that one of its lists names.
fn planted(house: &House) -> Value {
    serde_json::from_slice(&fs::read(house.path("delivery/planted.json")).unwrap()).unwrap()
}

/// The tables that the nightly job reads.
const TABLES: [&str; 4] = ["commercial", "identities", "income", "settlements"];

/// What was planted in them.
fn faults(list: &Value) -> impl Iterator<Item = &Value> {
    let all = list["faults"].as_array().unwrap().iter();
    all.filter(|fault| TABLES.contains(&fault["table"].as_str().unwrap()))
}

/// The ids of what a night reports and counts all the same.
const CHECKS: [&str; 9] = [
    "parts_differ",
    "payers_differ",
    "person_differs",
    "funds_differ",
    "negative_person_cost",
    "refund_without_reversal",
    "off_site_twice",
    "unknown_code",
    "no_area",
];

#[test]
fn a_night_sets_aside_and_reports_what_was_planted_and_nothing_else() {
    let house = sampled();
    let ran = house.run(AS_OF, &[]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    let night = house.path("published").join(AS_OF);
    let (list, manifest) = (planted(&house), manifest(&night));

    let mut rows: BTreeSet<Planted> = BTreeSet::new();
    let mut reported: BTreeMap<String, u64> = CHECKS.map(|check| (check.to_owned(), 0)).into();
    for fault in faults(&list) {
        let text = |key: &str| fault[key].as_str().unwrap().to_owned();
        let (id, table) = (text("fault"), text("table"));
        if let Some(count) = reported.get_mut(&id) {
            *count += fault["count"].as_u64().unwrap();
            continue;
        }
        for place in fault["rows"].as_array().unwrap() {
            let file = place["file"].as_str().unwrap();
            let file = file.strip_prefix(&format!("{table}/")).unwrap().to_owned();
            rows.insert((table.clone(), file, place["row"].as_u64().unwrap(), id.clone()));
        }
    }
    let found: BTreeSet<Planted> = read(&night.join("rejects.parquet"))
        .into_iter()
        .map(|row| (row["table"].clone(), row["file"].clone(), row["row"].parse().unwrap(), row["check"].clone()))
        .collect();
    assert!(rows.len() > 100, "{}", rows.len());
    assert_eq!(found.difference(&rows).collect::<Vec<_>>(), Vec::<&Planted>::new(), "set aside, but sound");
    assert_eq!(rows.difference(&found).collect::<Vec<_>>(), Vec::<&Planted>::new(), "planted, but not set aside");

    let checks = manifest["checks"].as_object().unwrap();
    let found: BTreeMap<String, u64> =
        checks.iter().map(|(id, of)| (id.clone(), of["rows"].as_u64().unwrap())).collect();
    assert_eq!(found, reported);
    assert!(reported.values().all(|count| *count > 0), "{reported:?}");
}

#[test]
fn control_totals_are_those_of_the_generator() {
    let house = sampled();
    assert_eq!(house.run(AS_OF, &[]).code, 0);
    let (list, manifest) = (planted(&house), manifest(&house.path("published").join(AS_OF)));
    let tables = list["control_totals"].as_object().unwrap();
    let read = tables.iter().filter(|(table, _)| TABLES.contains(&table.as_str()));
    assert_eq!(read.clone().count(), 4);
    for (table, fates) in read {
        for (fate, expected) in fates.as_object().unwrap() {
            let found = &manifest["control_totals"][table][fate];
            assert_eq!(found["rows"], expected["rows"], "{table} {fate}");
            if !expected["fen"].is_null() {
                assert_eq!(found["fen"], expected["fen"], "{table} {fate}");
            }
        }
    }
}

#[test]
fn people_at_a_threshold_are_not_flagged_and_people_a_fen_above_are() {
    for series in ["rural", "pastoral"] {
        let house = sampled();
        house.edit("policy.toml", "series      = \"rural\"", &format!("series      = \"{series}\""));
        let ran = house.run(AS_OF, &[]);
        assert_eq!(ran.code, 0, "{}", ran.stderr);
        let flagged = house.read(AS_OF, "flagged");
        let mut looked_at = 0;
        let list = planted(&house);
        for one in list["thresholds"].as_array().unwrap().iter().filter(|one| one["series"] == series) {
            let rule = if one["percent"] == 50 { "return_to_poverty" } else { "fall_into_poverty" };
            let found = flagged
                .iter()
                .find(|row| row["person_id"] == one["person_id"].as_str().unwrap() && row["rule"] == rule);
            assert_eq!(found.is_some(), one["flagged"].as_bool().unwrap(), "{one}");
            if let Some(row) = found {
                assert_eq!(row["excess"], "0.0100", "{one}");
                assert_eq!(row["income_area"], one["income_area"].as_str().unwrap());
            }
            looked_at += 1;
        }
        assert_eq!(looked_at, 8);
    }
}

#[test]
fn a_night_over_the_sample_verifies_until_a_byte_changes() {
    let house = sampled();
    assert_eq!(house.run(AS_OF, &[]).code, 0);
    let verify = || house.fangpin(&["verify", "HOME/published/2025-11-30"]);
    let sound = verify();
    assert_eq!(sound.stdout, "HOME/published/2025-11-30: 9 files and 18 extracts are as published\n");
    assert_eq!((sound.code, sound.told()), (0, Vec::new()));

    let extract = house.path("delivery/income/income.parquet");
    let mut bytes = fs::read(&extract).unwrap();
    bytes[100] ^= 1;
    fs::write(&extract, bytes).unwrap();
    fs::remove_file(house.path("published/2025-11-30/burden.parquet")).unwrap();
    let changed = verify();
    let told = changed.told();
    assert_eq!(changed.code, 65);
    assert_eq!(told.len(), 2, "{told:?}");
    assert_eq!(told[0], "HOME/published/2025-11-30/burden.parquet: is missing, but the manifest names it");
    assert!(told[1].starts_with("HOME/delivery/income/income.parquet: has BLAKE3 "), "{}", told[1]);
}

#[test]
fn check_tells_what_was_planted_and_publishes_nothing() {
    let house = sampled();
    let ran = house.fangpin(&["check", "HOME/delivery", "--rows", "1"]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert!(
        ran.stdout.starts_with("HOME/delivery: every file keeps the contract and can be read to its end\n"),
        "{}",
        ran.stdout
    );
    let list = planted(&house);
    let mut looked_at = 0;
    for fault in faults(&list) {
        let id = fault["fault"].as_str().unwrap();
        // Without a day nothing is out of a window, and without a policy no code is unknown and nobody lacks an area.
        if !id.contains("window") && !["unknown_code", "no_area", "negative_person_cost"].contains(&id) {
            assert!(ran.stdout.contains(&format!("{} {id}: ", fault["count"])), "{fault}\n{}", ran.stdout);
            looked_at += 1;
        }
    }
    assert!(looked_at > 15, "{looked_at}");
    assert!(!house.path("published").exists());
}

#[test]
fn the_cases_of_every_shipped_policy_come_out_as_expected() {
    let house = House::new();
    let mut looked_at = 0;
    for entry in fs::read_dir(shipped("policy")).unwrap() {
        let path = entry.unwrap().path();
        let text = fs::read_to_string(&path).unwrap();
        let has_rules = text.contains("\n[[rule]]");
        let asks_for_something = has_rules || text.contains("\n[[subsidy]]") || text.contains("\n[[enrolment]]");
        let ran = house.fangpin(&["policy", path.to_str().unwrap(), "--as-of", AS_OF]);
        assert_eq!(ran.code, if asks_for_something { 0 } else { 78 }, "{} {}", path.display(), ran.stderr);
        assert_eq!(ran.stdout.contains("cases, all as expected\n"), has_rules, "{}", ran.stdout);
        looked_at += 1;
    }
    assert!(looked_at >= 5, "{looked_at}");
}

#[test]
fn the_rules_of_the_banner_are_shown_with_their_citations() {
    let policy = shipped("policy/ewenki-banner.toml");
    let ran = House::new().fangpin(&["policy", policy.to_str().unwrap(), "--as-of", "2023-06-30"]);
    assert_eq!(ran.told(), Vec::<&str>::new());
    let warnings = ran.stdout.split_inclusive("cases, all as expected\n").next().unwrap();
    insta::assert_snapshot!(warnings, @r#"
    鄂温克族自治旗 (150724), rules in force on 2023-06-30

    return_to_poverty 因病返贫监测
      whom       特困人员, 低保对象
      condition  burden_total 超过 50% of income
      reference  《鄂温克旗医疗保障局关于巩固拓展医疗保障脱贫攻坚成果有效衔接乡村振兴战略实施方案》 二(一)2
      in force   from 2022-09-19, no end known, reviewed 2022-09-19

    fall_into_poverty 因病致贫监测
      whom       返贫致贫人口, 低保边缘家庭成员, 刚性支出困难家庭成员, 脱贫不稳定人口, 边缘易致贫人口, 突发严重困难人口, 低收入人口
      condition  burden_total 超过 100% of income
      reference  《鄂温克旗医疗保障局关于巩固拓展医疗保障脱贫攻坚成果有效衔接乡村振兴战略实施方案》 二(一)2
      in force   from 2022-09-19, no end known, reviewed 2022-09-19

    20 cases, all as expected
    "#);
}

#[test]
fn a_case_that_comes_out_otherwise_is_told_with_its_line() {
    let house = House::new();
    fs::copy(shipped("policy/ewenki-banner.toml"), house.path("policy.toml")).unwrap();
    house.edit(
        "policy.toml",
        "burden = \"15000.01\", threshold = \"15000.00\"",
        "burden = \"15000.02\", threshold = \"15000.00\"",
    );
    house.edit(
        "policy.toml",
        "sums       = { total_cost = \"25000.00\", basic_insurance = \"10000.01\" }",
        "sums       = { total_cost = \"25000.00\" }",
    );
    let ran = house.fangpin(&["policy", "HOME/policy.toml", "--as-of", AS_OF]);
    assert_eq!((ran.code, ran.stdout.as_str()), (78, ""));
    insta::assert_snapshot!(ran.stderr, @r#"
    HOME/policy.toml line 97: case "低保对象，个人负担比上年人均可支配收入的 50% 少一分：不预警": found return_to_poverty with burden 25000.00 and threshold 15000, expected none
    HOME/policy.toml line 115: case "低保对象，个人负担比上年人均可支配收入的 50% 多一分：预警": found return_to_poverty with burden 15000.01 and threshold 15000, expected return_to_poverty with burden 15000.02 and threshold 15000
    "#);
}
