//! Twelve consecutive nights on one delivery that grows by a day each time: every movement and its reason, as worked out
//! by hand. Income is 20000.00 in 2024 and 22000.00 in 2025, so that A, C, D and F (category 2) are flagged above
//! 10000.00 in 2025 and above 11000.00 in 2026, B and E (category 5) above 20000.00 and 22000.00; twice that is the band.
//! An office is sent the changes of each night, and answers once.

#![cfg(test)]

use std::collections::BTreeMap;
use std::fs;
use std::process::{Child, Stdio};

use crate::harness::{
    A, B, C, Cells, Row, cell, files_below, identity, income, manifest, payment, program, settlement,
};
use crate::ledger::{D, E, F, Nights, letter};
use crate::office::{self, List};

/// The nights, what each delivers for the first time, and what comes of it.
struct Story {
    nights: Nights,
}

impl Story {
    fn new() -> Story {
        let mut nights = Nights::new();
        office::joins(&nights.house);
        nights.register = vec![
            identity(A, "2"),
            identity(B, "5"),
            identity(C, "2"),
            identity(D, "2").with("enddate", "2025-12-28"),
            identity(D, "5").with("begndate", "2025-12-28"),
            identity(E, "5"),
            identity(F, "2").with("enddate", "2026-01-04"),
        ];
        nights.incomes = vec![income("150721", "2024", "20000.00"), income("150721", "2025", "22000.00")];
        Story { nights }
    }

    /// Adds a file of settlements for the day.
    fn delivered(&mut self, day: &str, rows: impl IntoIterator<Item = Row>) -> &mut Story {
        let file = format!("day={day}/a.parquet");
        self.nights.settlements.extend(rows.into_iter().map(|row| row.in_file(&file)));
        self
    }

    fn paid(&mut self, id: &str, person: &str, day: &str, yuan: &str) -> &mut Story {
        self.nights.payments.push(payment(id, day, yuan).of(person).in_file(&format!("day={day}/a.parquet")));
        self
    }

    /// Runs the night: what it changed is what was worked out.
    fn night(&self, day: &str, expected: &[&str]) {
        assert_eq!(self.nights.night(day), expected, "{day}");
    }
}

/// A settlement of `person` on `day`.
fn on(day: &str, id: &str, person: &str, cost: &str) -> Row {
    settlement(id, cost).of(person).at(&format!("{day} 10:00:00")).updated(&format!("{day} 10:00:00"))
}

/// The first eight nights, until the year is over.
fn first_year(story: &mut Story) {
    story.delivered("2025-12-24", [on("2025-12-24", "A1", A, "10000.01"), on("2025-12-24", "B1", B, "20000.00")]);
    story.night("2025-12-24", &["A opened return_to_poverty 10000.01"]);

    story.delivered("2025-12-25", [on("2025-12-25", "B2", B, "0.01"), on("2025-12-25", "C1", C, "15000.00")]);
    story.night("2025-12-25", &["B opened fall_into_poverty 20000.01", "C opened return_to_poverty 15000.00"]);

    // A reversal of a part of C1; A reaches twice the threshold.
    let reversal = on("2025-12-26", "C2", C, "-6000.00").reverses("C1");
    story.delivered("2025-12-26", [reversal, on("2025-12-26", "A2", A, "9999.99")]);
    let expected = [
        "A raised return_to_poverty 10000.01 > 20000.00",
        "C cleared (settlement_reversed) return_to_poverty 15000.00 > 9000.00",
    ];
    story.night("2025-12-26", &expected);

    // A correction of A2; D opens on the last day of the category.
    let correction = on("2025-12-26", "A2", A, "5000.00").updated("2025-12-27 09:00:00");
    story.delivered("2025-12-27", [correction, on("2025-12-27", "D1", D, "12000.00")]);
    let expected = ["A lowered return_to_poverty 20000.00 > 15000.01", "D opened return_to_poverty 12000.00"];
    story.night("2025-12-27", &expected);

    story.delivered("2025-12-28", [on("2025-12-28", "E1", E, "21000.00")]);
    let expected = [
        "D cleared (category_changed) return_to_poverty > fall_into_poverty 12000.00",
        "E opened fall_into_poverty 21000.00",
    ];
    story.night("2025-12-28", &expected);

    // The office returns the list of the 25th. Then a night that is killed, and run again.
    returned(story, "2025-12-25", "2025-12-29");
    story.delivered("2025-12-29", [on("2025-12-29", "B3", B, "100.00")]);
    killed_in_the_middle(story, "2025-12-29");
    story.night("2025-12-29", &[]);

    // Assistance pays late for E1: the cost is as it was.
    let late = on("2025-12-28", "E1", E, "21000.00").with("maf_pay", "1500.00").updated("2025-12-30 09:00:00");
    story.delivered("2025-12-30", [late, on("2025-12-30", "C3", C, "2000.00")]);
    let expected = [
        "C reopened return_to_poverty 15000.00 > 11000.00",
        "E cleared (late_payment) fall_into_poverty 21000.00 > 19500.00",
    ];
    story.night("2025-12-30", &expected);

    // A settlement of the 26th that comes on the 31st.
    story.delivered("2025-12-31", [on("2025-12-26", "F1", F, "13000.00").updated("2025-12-31 09:00:00")]);
    story.paid("P1", A, "2025-12-31", "1.00");
    story.night("2025-12-31", &["F opened return_to_poverty 13000.00"]);
}

/// The other four, from the year's change on: what they change, to be told twice.
const SECOND_YEAR: [(&str, &[&str]); 4] = [
    (
        "2026-01-01",
        &[
            "A cleared (year_ended) return_to_poverty > - 14999.01 > -",
            "B cleared (year_ended) fall_into_poverty > - 20100.01 > -",
            "C cleared (year_ended) return_to_poverty > - 11000.00 > -",
            "F cleared (year_ended) return_to_poverty > - 13000.00 > -",
        ],
    ),
    ("2026-01-02", &["A opened return_to_poverty 11000.01"]),
    ("2026-01-03", &["B opened fall_into_poverty 50000.00", "F opened return_to_poverty 12000.00"]),
    (
        "2026-01-04",
        &[
            "B lowered fall_into_poverty 50000.00 > 40000.00",
            "F cleared (register_left) return_to_poverty > - 12000.00 > -",
        ],
    ),
];

fn second_year(story: &mut Story) {
    let [first, second, third, fourth] = SECOND_YEAR;
    story.delivered(first.0, [on(first.0, "A3", A, "11000.00")]);
    story.night(first.0, first.1);
    story.delivered(second.0, [on(second.0, "A4", A, "0.01")]);
    story.night(second.0, second.1);
    story.delivered(third.0, [on(third.0, "B4", B, "50000.00"), on(third.0, "F2", F, "12000.00")]);
    story.night(third.0, third.1);
    story.paid("P2", B, fourth.0, "10000.00");
    story.night(fourth.0, fourth.1);
}

/// What each night tells the office. C is in monitoring when the warning is opened again, and is not sent as new; of B
/// the office wants to hear nothing until the 2nd, but the end of the warning is told all the same; the one that is
/// opened on the 3rd is another.
const TOLD: [(&str, &[&str]); 12] = [
    ("2025-12-24", &["新增 A"]),
    ("2025-12-25", &["新增 B", "新增 C"]),
    ("2025-12-26", &["提高 A", "解除 C"]),
    ("2025-12-27", &["新增 D"]),
    ("2025-12-28", &["新增 E", "解除 D"]),
    ("2025-12-29", &[]),
    ("2025-12-30", &["解除 E"]),
    ("2025-12-31", &["新增 F"]),
    ("2026-01-01", &["解除 A", "解除 B", "解除 C", "解除 F"]),
    ("2026-01-02", &["新增 A"]),
    ("2026-01-03", &["新增 B", "新增 F"]),
    ("2026-01-04", &["解除 F"]),
];

/// The same, where the 26th's settlement of F and the late payment for E are known from the 29th on.
const TOLD_AGAIN: [(&str, &[&str]); 3] =
    [("2025-12-29", &["新增 F", "解除 E"]), ("2025-12-30", &[]), ("2025-12-31", &[])];

/// The answers as every night from the 29th on has them: by person and policy year.
const ANSWERS: [&str; 2] =
    ["B 2025 not_confirmed 2025-12-28 civil 2026-01-02 家中有存款", "C 2025 monitored 2025-12-27 civil - -"];

/// The office answers two warnings of a night's list, and the list comes back.
fn returned(story: &Story, night: &str, received: &str) {
    let mut list = List::sent(&story.nights.folder(night)).unwrap();
    list.fill(C, &[("反馈结果", "已纳入监测"), ("办理日期", "2025-12-27")]);
    let quiet = [("备注", "家中有存款"), ("暂不再推送至", "2026-01-02")];
    list.fill(B, &[&[("反馈结果", "未通过核实"), ("办理日期", "2025-12-28")], quiet.as_slice()].concat());
    let house = &story.nights.house;
    fs::write(house.path("returned.xlsx"), list.saved()).unwrap();
    let ran = house.fangpin(&["reply", "HOME/returned.xlsx", "--job", "HOME/job.toml", "--received", received]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert!(ran.stdout.contains("\nlines 2, taken 2, repeated 0, unanswered 0, refused 0\n"), "{}", ran.stdout);
}

/// Holds each night to what it should have told the office, and to the answers that it should know of.
fn told_and_answered(story: &Story, told: impl IntoIterator<Item = (&'static str, &'static [&'static str])>) {
    for (day, expected) in told {
        let folder = story.nights.folder(day);
        let list = List::sent(&folder);
        let people = list.iter().flat_map(List::people);
        let mut people: Vec<String> = people.map(|(sheet, person)| format!("{sheet} {}", letter(person))).collect();
        people.sort();
        let mut expected = expected.to_vec();
        expected.sort_unstable();
        assert_eq!(people, expected, "{day}");

        let replied = day >= "2025-12-29";
        let ledger = story.nights.ledger(day);
        let mut answers: Vec<String> = ledger.iter().filter_map(answer).collect();
        answers.sort();
        assert_eq!(answers, if replied { ANSWERS.as_slice() } else { &[] }, "{day}");
        assert_eq!(manifest(&folder)["replies"].as_array().unwrap().len(), usize::from(replied), "{day}");
    }
}

fn answer(row: &Cells) -> Option<String> {
    let of = |column: &str| cell(row, column);
    let columns = ["policy_year", "answer", "answer_on", "answer_office", "quiet_until", "answer_remark"];
    row.contains_key("answer").then(|| format!("{} {}", letter(&row["person_id"]), columns.map(of).join(" ")))
}

/// Kills the program while it works on the night. A run that was quicker is taken away again, and another one killed.
fn killed_in_the_middle(story: &Story, day: &str) {
    let house = &story.nights.house;
    story.nights.deliver();
    let before = house.published();
    let (night, staging) = (story.nights.folder(day), story.nights.folder(&format!(".staging-{day}")));
    for _ in 0..50 {
        let mut run = started(story, day);
        while !staging.exists() && run.try_wait().unwrap().is_none() {
            std::hint::spin_loop();
        }
        run.kill().unwrap();
        run.wait().unwrap();
        if staging.exists() {
            let mut left = house.published();
            left.retain(|name, _| !name.starts_with(".staging-"));
            assert!(left == before, "{:?}", left.keys());
            return;
        }
        if night.exists() {
            fs::remove_dir_all(&night).unwrap();
        }
    }
    panic!("no run was killed in the middle");
}

fn started(story: &Story, day: &str) -> Child {
    let arguments = story.nights.house.named(&["run", "HOME/job.toml", "--as-of", day]);
    program().args(arguments).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap()
}

fn verified(story: &Story) -> i32 {
    story.nights.house.fangpin(&["verify", "--chain", "HOME/published"]).code
}

#[test]
fn twelve_nights_in_a_row_and_an_old_one_again() {
    let mut story = Story::new();
    first_year(&mut story);
    second_year(&mut story);
    let house = &story.nights.house;
    assert_eq!(verified(&story), 0);
    let first = house.published();
    let is_night = |name: &&String| name.strip_suffix('/').is_some_and(|name| name.len() == "2025-12-24".len());
    assert_eq!(first.keys().filter(is_night).count(), 12);
    told_and_answered(&story, TOLD);

    // The night of the 29th again, with all that was delivered since: the 26th's settlement of F and the late payment for
    // E belong to days before it. Alone it is refused.
    let again = ["--replace", "--through", "2026-01-04"];
    assert_eq!(house.run("2025-12-29", &["--replace"]).code, 73);
    assert!(house.published() == first);
    let ran = house.run("2025-12-29", &again);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    let changed: [(&str, &[&str]); 3] = [
        (
            "2025-12-29",
            &["E cleared (late_payment) fall_into_poverty 21000.00 > 19500.00", "F opened return_to_poverty 13000.00"],
        ),
        ("2025-12-30", &["C reopened return_to_poverty 15000.00 > 11000.00"]),
        ("2025-12-31", &[]),
    ];
    for (day, expected) in changed.into_iter().chain(SECOND_YEAR) {
        assert_eq!(story.nights.movements(day), expected, "{day}, again");
    }
    assert_eq!(verified(&story), 0);
    told_and_answered(&story, TOLD.into_iter().filter(|(day, _)| *day < "2025-12-29" || *day > "2025-12-31"));
    told_and_answered(&story, TOLD_AGAIN);

    // The nights before it and the reply are as they were, and the replaced ones are kept as they were.
    let second = house.published();
    let untouched = |name: &str| name < "2025-12-29" || name.starts_with("replies/");
    let kept = |name: &str| name.split_once('/').map(|(day, file)| format!("{day}.replaced-1/{file}"));
    for (name, bytes) in &first {
        let held = if untouched(name) { Some(name.clone()) } else { kept(name) };
        assert!(held.is_some_and(|held| second.get(&held) == Some(bytes)), "{name}");
    }

    // Once more, nothing changes, in this folder or in another one.
    assert_eq!(house.run("2025-12-29", &again).code, 0);
    let third = house.published();
    let standing = |all: &BTreeMap<String, Vec<u8>>| -> BTreeMap<String, Vec<u8>> {
        all.iter().filter(|(name, _)| !name.contains("replaced")).map(|(name, of)| (name.clone(), of.clone())).collect()
    };
    assert!(standing(&third) == standing(&second));
    for (name, bytes) in third.iter().filter(|(name, _)| untouched(name)) {
        let path = house.path("elsewhere").join(name);
        match name.ends_with('/') {
            true => fs::create_dir_all(path).unwrap(),
            false => fs::write(path, bytes).unwrap(),
        }
    }
    assert_eq!(house.run("2025-12-29", &["--published", "HOME/elsewhere"]).code, 0);
    for (file, bytes) in files_below(&house.path("elsewhere").join("2025-12-29")) {
        assert!(third[&format!("2025-12-29/{file}")] == bytes, "{file}");
    }
}
