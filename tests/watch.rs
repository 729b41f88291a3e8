//! Early warning: who is watched before a rule is met, and what the announcements of a year were worth. Every day and
//! every count worked out by hand.

#![cfg(test)]

use std::fs;

use crate::harness::{A, AS_OF, B, C, Cells, House, Night, Row, cell, identity, income, resident_id, settlement};

const WATCH: &str = "[watch]\nshare = \"80\"\npace = true\n\n[tolerance]";

/// A night whose job watches.
fn watching(as_of: &str) -> Night {
    let night = Night::on(as_of);
    night.house.edit("job.toml", "[tolerance]", WATCH);
    night
}

/// `count` settlements of A that add up to `yuan`: whole yuan in all but the last.
fn times(count: u32, yuan: &str) -> Vec<Row> {
    let (whole, decimals) = yuan.split_once('.').unwrap();
    let last = whole.parse::<u32>().unwrap() - (count - 1);
    let small = (1..count).map(|number| settlement(&format!("S{number}"), "1.00"));
    let all = small.chain([settlement("S0", &format!("{last}.{decimals}"))]);
    all.map(|row| row.at("2025-01-02 10:00:00")).collect()
}

/// Who is watched: kind and expected day of each.
fn kinds(rows: &[Cells]) -> Vec<(&str, &str)> {
    rows.iter().map(|row| (row["kind"].as_str(), cell(row, "expected_on"))).collect()
}

#[test]
fn a_burden_is_near_from_the_share_on_and_not_a_fen_below() {
    for (cost, near) in [("7999.99", false), ("8000.00", true), ("10000.00", true), ("10000.01", false)] {
        let night = watching(AS_OF).settlements([settlement("S1", cost)]).run();
        let watched = night.read("watch");
        assert_eq!(kinds(&watched), if near { vec![("near", "-")] } else { vec![] }, "{cost}");
        assert_eq!(night.read("flagged").len(), usize::from(cost == "10000.01"));
    }
}

#[test]
fn a_watched_person_is_shown_with_what_it_rests_on() {
    let night = watching(AS_OF).settlements([settlement("S1", "8500.00")]).run();
    let rows = night.read("watch");
    let expected = [
        ("as_of", AS_OF),
        ("person_id", A),
        ("name", "测试"),
        ("category", "subsistence_allowance"),
        ("area_code", "150721"),
        ("rule", "return_to_poverty"),
        ("burden_tested", "burden_total"),
        ("burden", "8500.00"),
        ("threshold", "10000.0000"),
        ("share", "85.0000"),
        ("kind", "near"),
        ("settlements", "1"),
    ];
    let expected: Cells = expected.into_iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
    assert_eq!(rows, [expected]);
    assert_eq!(night.manifest()["options"]["watch"], serde_json::json!({"share": "80", "pace": true}));
}

/// On 30 June, the 181st day: 5000.00 become 10000.00 on day 362, and more on day 363, 29 December. 4958.00 would need
/// day 365.07, so 366, which the year has not.
#[test]
fn the_pace_meets_a_rule_on_the_first_day_that_the_line_is_above_it() {
    for (rows, expected) in [
        (times(3, "5000.00"), vec![("pace", "2025-12-29")]),
        (times(3, "4958.00"), vec![]),
        (times(2, "5000.00"), vec![]),
        (times(3, "8000.00"), vec![("both", "2025-08-15")]),
        (times(2, "8000.00"), vec![("near", "-")]),
        (times(3, "10000.00"), vec![("both", "2025-07-01")]),
    ] {
        let night = watching("2025-06-30").settlements(rows).run();
        assert_eq!(kinds(&night.read("watch")), expected);
    }
}

#[test]
fn a_rule_that_the_threshold_itself_meets_is_met_a_day_earlier() {
    let night = watching("2025-06-30")
        .policy("above     = { percent_of_income = \"50\" }", "at_least  = { amount = \"10000.00\" }")
        .settlements(times(3, "5000.00"))
        .run();
    assert_eq!(kinds(&night.read("watch")), [("pace", "2025-12-28")]);
}

/// 28 February is day 59, 1 March day 60: 3000.00 by then are 10000.00 on day 200, and more on day 201, 20 July.
#[test]
fn a_pace_is_not_seen_before_the_sixtieth_day_of_the_year() {
    for (day, expected) in [("2025-02-28", vec![]), ("2025-03-01", vec![("pace", "2025-07-20")])] {
        let night = watching(day).settlements(times(3, "3000.00")).run();
        assert_eq!(kinds(&night.read("watch")), expected, "{day}");
    }
}

/// The last day of a leap year is its 366th: 1000.00 in 61 days, 1 March, are 6000.00 then, exactly.
#[test]
fn a_leap_year_has_a_day_more() {
    for (amount, expected) in [("6000.00", vec![("pace", "2024-12-31")]), ("6000.01", vec![])] {
        let rows = times(3, "1000.00").into_iter().map(|row| row.at("2024-01-02 10:00:00"));
        let night = watching("2024-03-01")
            .policy("above     = { percent_of_income = \"50\" }", &format!("at_least  = {{ amount = \"{amount}\" }}"))
            .incomes([income("150721", "2023", "20000.00")])
            .settlements(rows)
            .run();
        assert_eq!(kinds(&night.read("watch")), expected);
    }
}

#[test]
fn a_person_with_a_finding_is_not_watched_for_that_rule_but_for_another() {
    let second = r#"
[[rule]]
id         = "heavy_in_scope"
title      = "政策范围内个人自付较重"
categories = ["subsistence_allowance"]
tests      = "burden_in_scope"
[[rule.in_force]]
from      = 2021-01-01
at_least  = { amount = "12000.00" }
reference = { title = "an invented plan", article = "3" }
reviewed  = 2025-01-01

[[rule]]
id         = "fall_into_poverty""#;
    let row = settlement("S1", "11000.00").with("inscp_amt", "9600.00");
    let night = watching(AS_OF)
        .policy("\n[[rule]]\nid         = \"fall_into_poverty\"", second)
        .settlements([row, settlement("S2", "90000.00").of(C)])
        .run();
    night.expect_flagged(&[(A, "11000.00")]);
    let rows = night.read("watch");
    assert_eq!(kinds(&rows), [("near", "-")]);
    assert_eq!((rows[0]["rule"].as_str(), rows[0]["burden"].as_str()), ("heavy_in_scope", "9600.00"));
    assert_eq!(rows[0]["share"], "80.0000");
}

#[test]
fn the_job_says_whether_anybody_is_watched() {
    for (job, file) in [
        ("[tolerance]", false),
        (WATCH, true),
        ("[outputs]\nwatch = false\n\n[watch]\n\n[tolerance]", false),
        ("[outputs]\nwatch = true\n\n[tolerance]", true),
    ] {
        let night = Night::on(AS_OF).settlements([settlement("S1", "8000.00")]);
        night.house.edit("job.toml", "[tolerance]", job);
        let night = night.run();
        assert_eq!(night.folder.join("watch.parquet").exists(), file, "{job}");
        assert_eq!(night.manifest()["options"].get("watch").is_some(), file, "{job}");
    }
    let night = Night::on("2025-06-30").settlements(times(3, "8000.00"));
    night.house.edit("job.toml", "[tolerance]", "[watch]\nshare = \"80.01\"\npace = false\n\n[tolerance]");
    assert_eq!(kinds(&night.run().read("watch")), []);
}

#[test]
fn a_share_beyond_the_threshold_is_refused() {
    for share in ["0", "100", "-1"] {
        let house = House::new();
        house.edit("job.toml", "[tolerance]", &format!("[watch]\nshare = \"{share}\"\n\n[tolerance]"));
        let ran = house.run(AS_OF, &[]);
        let told = format!(
            "HOME/job.toml line 9: `share` is \"{share}\", expected a percentage of the threshold, above 0 and below 100"
        );
        assert_eq!((ran.code, ran.told()), (78, vec![told.as_str()]));
    }
}

#[test]
fn any_number_of_threads_watches_the_same_people() {
    let people: Vec<String> = (0..40).map(number).collect();
    let bytes = ["1", "3"].map(|threads| {
        let house = House::new();
        house.edit("job.toml", "[tolerance]", WATCH);
        house.deliver("identities", &people.iter().map(|id| identity(id, "2")).collect::<Vec<_>>());
        house.deliver("income", &[income("150721", "2024", "20000.00")]);
        let rows = people
            .iter()
            .enumerate()
            .map(|(at, id)| settlement(&format!("S{at}"), &format!("{}.00", 7800 + at * 20)).of(id));
        house.deliver("settlements", &rows.collect::<Vec<_>>());
        assert_eq!(house.run(AS_OF, &["--threads", threads]).code, 0);
        fs::read(house.path("published/2025-11-30/watch.parquet")).unwrap()
    });
    assert_eq!(bytes[0], bytes[1]);
    assert!(!bytes[0].is_empty());
}

/// A number that nobody holds.
fn number(at: u64) -> String {
    resident_id(15_072_119_800_101_000 + at)
}

/// Days replayed are 1 January and every tenth after it, and 30 November.
#[test]
fn a_backtest_counts_what_was_announced_in_time_too_late_never_and_in_vain() {
    let house = House::new();
    house.edit("job.toml", "[tolerance]", WATCH);
    let [never, in_vain, at_once, by_pace] = [0, 1, 2, 3].map(number);
    let register = [A, &never, &in_vain, &at_once, &by_pace].map(|id| identity(id, "2"));
    house.deliver("identities", &register.into_iter().chain([identity(B, "5")]).collect::<Vec<_>>());
    house.deliver("income", &[income("150721", "2024", "20000.00"), income("150700", "2024", "18000.00")]);
    let row = |of: &str, day: &str, cost: &str| {
        settlement(&format!("{of} {day}"), cost).of(of).at(&format!("{day} 10:00:00"))
    };
    house.deliver(
        "settlements",
        &[
            // Near on 12 March, flagged on 10 June: 90 days.
            row(A, "2025-03-05", "8500.00"),
            row(A, "2025-06-10", "2000.00"),
            // Of 20000.00: near on 1 May, flagged on 21 May: 20 days.
            row(B, "2025-05-01", "16500.00"),
            row(B, "2025-05-20", "4000.00"),
            // Flagged on 1 April, out of nothing.
            row(&never, "2025-04-01", "15000.00"),
            // Near on 10 February, and never more.
            row(&in_vain, "2025-02-01", "8000.00"),
            // Flagged on the first day.
            row(&at_once, "2025-01-01", "20000.00"),
            // The third settlement stands on 12 March, day 71, with 4500.00; flagged on 8 September without ever having
            // been near.
            row(&by_pace, "2025-01-10", "1500.00"),
            row(&by_pace, "2025-02-10", "1500.00"),
            row(&by_pace, "2025-03-10", "1500.00"),
            row(&by_pace, "2025-07-01", "1000.00"),
            row(&by_pace, "2025-09-08", "5000.00"),
            // In no register: neither watched nor missed.
            row(C, "2025-04-01", "90000.00"),
        ],
    );
    let asked = ["backtest", "--job", "HOME/job.toml", "--from", "2025-01-01", "--to", "2025-11-30"];
    let ran = house.fangpin(&asked);
    assert_eq!((ran.code, ran.told()), (0, Vec::new()));
    insta::assert_snapshot!(ran.stdout, @r"
    35 days replayed, from 2025-01-01 to 2025-11-30; announced at 80 % of the threshold, and by pace

    rule and announcement           flagged later  30 days ahead  less  never  announced  false
    因病致贫监测 fall_into_poverty
      near                                      1              0     1      0          1      0
      pace                                      1              0     0      1          0      0
      either                                    1              0     1      0          1      0
    因病返贫监测 return_to_poverty
      near                                      3              1     0      2          2      1
      pace                                      3              1     0      2          1      0
      either                                    3              2     0      1          3      1

    1 left out: flagged on the first day replayed of a year, so that nothing could be announced
    false: not flagged by 2025-11-30, or by the end of its year
    replayed on today's delivery: rows that arrived late are seen from their own day on
    ");
    assert!(!house.path("published").exists(), "a backtest publishes nothing");

    // By hand with a day between two: the announcement of B, on 1 May, and the flag, on 20 May, are the days themselves.
    let daily = house.fangpin(&[&asked[..], &["--every", "1"]].concat());
    assert!(daily.stdout.starts_with("334 days replayed, from 2025-01-01 to 2025-11-30; "), "{}", daily.stdout);
    let counts = |text: &str| text.lines().skip(3).take(8).map(str::to_owned).collect::<Vec<_>>();
    assert_eq!(counts(&daily.stdout), counts(&ran.stdout));
}

#[test]
fn a_backtest_over_two_years_begins_anew_with_the_second() {
    let house = House::new();
    house.deliver("identities", &[identity(A, "2"), identity(B, "2")]);
    house.deliver("income", &[income("150721", "2023", "20000.00"), income("150721", "2024", "20000.00")]);
    house.deliver(
        "settlements",
        &[
            // Near in December: in vain, for its year ends. Flagged in February of the next, out of nothing.
            settlement("S1", "8000.00").at("2024-12-05 10:00:00"),
            settlement("S2", "12000.00").at("2025-02-05 10:00:00"),
            // Above from before the first day on.
            settlement("S3", "12000.00").of(B).at("2024-11-01 10:00:00"),
        ],
    );
    let ran = house.fangpin(&["backtest", "--job", "HOME/job.toml", "--from", "2024-12-01", "--to", "2025-03-01"]);
    assert_eq!((ran.code, ran.told()), (0, Vec::new()));
    let line = |name: &str| {
        let after = ran.stdout.split("return_to_poverty").nth(1).unwrap();
        let line = after.lines().find(|line| line.trim_start().starts_with(name)).unwrap();
        line.split_whitespace().skip(1).map(str::to_owned).collect::<Vec<_>>()
    };
    assert_eq!(line("near"), ["1", "0", "0", "1", "1", "1"]);
    assert!(ran.stdout.contains("\n1 left out: "), "{}", ran.stdout);
}

#[test]
fn a_backtest_that_ends_before_it_begins_is_refused() {
    let house = House::new();
    let ran = house.fangpin(&["backtest", "--job", "HOME/job.toml", "--from", "2025-02-01", "--to", "2025-01-31"]);
    let told = "--to 2025-01-31 lies before --from 2025-02-01; give the later day to --to";
    assert_eq!((ran.code, ran.told()), (64, vec![told]));
}
