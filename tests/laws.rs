//! What is true of every delivery: laws on the whole program, over random small ones crowded with re-sent rows,
//! reversals of all sorts and rows that cannot be used.

#![cfg(test)]

use std::collections::{BTreeMap, BTreeSet};

use chrono::{Days, NaiveDate, TimeDelta};
use proptest::prelude::*;

use crate::harness::{
    AS_OF, Cells, House, Row, files_below, identity, income, manifest, payment, read, resident_id, settlement, yuan,
};

/// What chance draws for one settlement.
#[derive(Debug, Clone)]
struct Draw {
    id: u8,
    person: u8,
    day: u16,
    fen: i64,
    paid_percent: i64,
    kind: u8,
    other: u8,
}

fn draws() -> impl Strategy<Value = Vec<Draw>> {
    let draw = (0u8..60, 0u8..24, 0u16..380, 1i64..1_500_000, 0i64..60, 0u8..24, 0u8..60);
    let draw = draw.prop_map(|(id, person, day, fen, paid_percent, kind, other)| Draw {
        id,
        person,
        day,
        fen,
        paid_percent,
        kind,
        other,
    });
    prop::collection::vec(draw, 20..200)
}

/// An invented resident id.
fn person(number: u8) -> String {
    resident_id(15_072_119_700_101_100 + u64::from(number))
}

/// The draw as a row. No two rows have one update time, so no row hangs on the name of its file.
fn row(index: usize, draw: &Draw) -> Row {
    let first: NaiveDate = "2024-12-10".parse().unwrap();
    let day = first.checked_add_days(Days::new(u64::from(draw.day))).unwrap();
    let updated = day.and_hms_opt(12, 0, 0).unwrap() + TimeDelta::seconds(index as i64);
    let sign = if (3..8).contains(&draw.kind) { -1 } else { 1 };
    let paid = draw.fen * draw.paid_percent / 100;
    let row = settlement(&format!("S{}", draw.id), &yuan(sign * draw.fen))
        .of(&person(draw.person))
        .at(&format!("{day} 08:00:00"))
        .updated(&updated.to_string())
        .with("hifp_pay", &yuan(sign * paid))
        .with("inscp_amt", &yuan(sign * draw.fen))
        .with("vali_flag", if draw.kind == 0 { "0" } else { "1" });
    match draw.kind {
        1 => row.with("deleted", "1"),
        2 => row.of("150721197001010010"),
        3..=8 => row.reverses(&format!("S{}", draw.other)),
        9 => row.without("hifp_pay"),
        10 => row.without("setl_time"),
        11 => row.of(" e12345678").with("psn_cert_type", "3"),
        _ => row,
    }
}

/// A house in which half of the people are in the register, and two have payments.
fn house(rows: &[Row]) -> House {
    let house = House::new();
    house.deliver("settlements", rows);
    let codes = ["1", "2", "4", "5", "9", "77"];
    let register: Vec<Row> =
        (0..12).map(|number| identity(&person(number), codes[usize::from(number) % codes.len()])).collect();
    house.deliver("identities", &register);
    house.deliver("income", &[income("150700", "2024", "18000.00")]);
    let paid = |id: &str, number| payment(id, "2025-02-02", "900.00").of(&person(number));
    house.deliver("commercial", &[paid("P1", 0), paid("P2", 1)]);
    house
}

fn rows(draws: &[Draw]) -> Vec<Row> {
    draws.iter().enumerate().map(|(index, draw)| row(index, draw)).collect()
}

/// Runs the night into a folder of its own and gives back its files.
fn night(house: &House, name: &str, threads: &str) -> BTreeMap<String, Vec<u8>> {
    let published = format!("HOME/{name}");
    let ran = house.run(AS_OF, &["--published", &published, "--threads", threads]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    let files = files_below(&house.path(name).join(AS_OF));
    assert_eq!(files.len(), 10, "{:?}", files.keys());
    files
}

fn flagged(house: &House, name: &str) -> Vec<Cells> {
    night(house, name, "2");
    read(&house.path(name).join(AS_OF).join("flagged.parquet"))
}

fn people(flagged: &[Cells]) -> BTreeSet<String> {
    flagged.iter().map(|row| row["person_id"].clone()).collect()
}

fn config() -> ProptestConfig {
    ProptestConfig { cases: 16, failure_persistence: None, max_shrink_iters: 200, ..ProptestConfig::default() }
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn the_same_night_again_and_with_any_number_of_threads_gives_the_same_bytes(draws in draws()) {
        let house = house(&rows(&draws));
        let first = night(&house, "first", "2");
        for (name, threads) in [("again", "2"), ("one", "1"), ("eight", "8")] {
            let other = night(&house, name, threads);
            for (file, bytes) in &first {
                prop_assert!(other[file] == *bytes, "{name}: {file}");
            }
        }
    }

    #[test]
    fn split_merged_renamed_shuffled_and_sent_again_the_rows_give_the_same_flagged_people(
        draws in draws(),
        shape in prop::collection::vec((any::<u32>(), 0usize..5, 0u8..5), 200),
    ) {
        let rows = rows(&draws);
        let whole = house(&rows);
        let names = ["z.parquet", "a/b.parquet", "year=2025/month=3/x.parquet", "0.parquet", "结算.parquet"];
        let mut reshaped = Vec::new();
        for (row, (place, name, again)) in rows.iter().zip(shape) {
            reshaped.push((place, row.clone().in_file(names[name])));
            if again == 0 {
                reshaped.push((!place, row.clone().in_file(names[(name + 1) % names.len()])));
            }
        }
        reshaped.sort_by_key(|(place, _)| *place);
        let reshaped: Vec<Row> = reshaped.into_iter().map(|(_, row)| row).collect();
        let other = house(&reshaped);
        let (expected, found) = (night(&whole, "published", "2"), night(&other, "published", "2"));
        for file in ["flagged.parquet", "burden.parquet", "summary.parquet"] {
            prop_assert!(expected[file] == found[file], "{file}");
        }
    }

    #[test]
    fn a_settlement_with_its_full_reversal_is_as_if_neither_came(draws in draws(), pairs in draws()) {
        let rows = rows(&draws);
        let mut more = rows.clone();
        for (index, pair) in pairs.iter().enumerate() {
            let pair = Draw { kind: 20, day: 22 + pair.day % 300, ..pair.clone() };
            let (id, back) = (format!("PAIR{index}"), format!("BACK{index}"));
            more.push(row(1_000 + index, &pair).with("setl_id", &id));
            more.push(row(2_000 + index, &Draw { kind: 3, ..pair }).with("setl_id", &back).reverses(&id));
        }
        let without_count = |house: &House| -> Vec<Cells> {
            let mut rows = flagged(house, "published");
            rows.iter_mut().for_each(|row| assert!(row.remove("settlements").is_some()));
            rows
        };
        prop_assert_eq!(without_count(&house(&rows)), without_count(&house(&more)));
    }

    #[test]
    fn a_lower_threshold_never_flags_fewer_people(draws in draws(), percent in 1u32..50) {
        let house = house(&rows(&draws));
        let usual = people(&flagged(&house, "usual"));
        for usual in [50, 100] {
            let lower = format!("percent_of_income = \"{}\"", usual * percent / 50);
            house.edit("policy.toml", &format!("percent_of_income = \"{usual}\""), &lower);
        }
        let lower = people(&flagged(&house, "lower"));
        prop_assert!(usual.is_subset(&lower), "{} of {} are gone", usual.difference(&lower).count(), usual.len());
    }

    #[test]
    fn outputs_that_are_switched_off_change_nothing_else(draws in draws()) {
        let house = house(&rows(&draws));
        let whole = night(&house, "whole", "2");
        let with_all = read(&house.path("whole").join(AS_OF).join("flagged.parquet"));
        let job = "[outputs]\nevidence = false\nburden = false\n\n[tolerance]";
        house.edit("job.toml", "[tolerance]", job);
        let ran = house.run(AS_OF, &["--published", "HOME/small"]);
        prop_assert_eq!(ran.code, 0, "{}", ran.stderr);
        let small = house.path("small").join(AS_OF);
        let files = files_below(&small);
        let names: Vec<&str> = files.keys().map(String::as_str).collect();
        let expected = [
            "flagged",
            "ledger",
            "ledger_counts",
            "manifest",
            "movements",
            "rejects",
            "responses",
            "summary",
        ];
        prop_assert_eq!(names.iter().map(|name| name.split('.').next().unwrap()).collect::<Vec<_>>(), expected);
        for file in ["movements.parquet", "rejects.parquet", "responses.parquet", "summary.parquet"] {
            prop_assert!(files[file] == whole[file], "{file}");
        }
        let without_day = |mut rows: Vec<Cells>| -> Vec<Cells> {
            rows.iter_mut().for_each(|row| drop(row.remove("first_exceeded_on")));
            rows
        };
        prop_assert_eq!(without_day(read(&small.join("flagged.parquet"))), without_day(with_all));
        let ledgers = [&house.path("whole").join(AS_OF), &small].map(|night| read(&night.join("ledger.parquet")));
        let [all, few] = ledgers.map(without_day);
        prop_assert_eq!(all, few);
        let (all, few) = (manifest(&house.path("whole").join(AS_OF)), manifest(&small));
        for part in ["control_totals", "set_aside", "checks", "people", "ledger", "warnings"] {
            prop_assert_eq!(&all[part], &few[part], "{}", part);
        }
    }

    #[test]
    fn control_totals_close_and_a_burden_is_the_sum_of_its_evidence(draws in draws()) {
        let night = crate::harness::Night::on(AS_OF)
            .register((0..24).map(|number| identity(&person(number), "2")))
            .incomes([income("150700", "2024", "2000.00")])
            .settlements(rows(&draws));
        let night = night.run();
        let read = night.manifest()["control_totals"]["settlements"]["read"]["rows"].as_u64();
        prop_assert_eq!(read, Some(draws.len() as u64));
        prop_assert!(!night.flagged().is_empty(), "nobody was looked at");
    }
}
