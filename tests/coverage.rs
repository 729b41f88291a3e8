//! The audit of enrolment (应保尽保): every matter and which of two goes first, worked out by hand on small deliveries;
//! what cannot be told; the rates; and two deliveries held against each other.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use fangpin::contract;
use fangpin::model::PersonId;

use crate::harness::{
    A, B, C, Cells, ENROLMENT_CODES, House, Ran, Row, batch, cell, enrolment, identity, manifest, resident_id,
    rules_refused, shipped, write,
};
use crate::schemas::looks_like;

const RULE: &str = r#"
[[enrolment]]
from                = 2021-01-01
window              = { first = "09-01", last = "12-31" }
newborn_days        = 90
after_employee_days = 90
without_waiting     = ["extreme_poverty", "subsistence_allowance"]
reference           = { title = "an invented plan", article = "6" }
reviewed            = 2025-01-01
"#;

/// A person who never waits, and one of a category that does.
const NEVER_WAITS: &str = "2";
const WAITS: &str = "9";

/// One night of the audit: whoever stands in the register, and their enrolments.
struct Audit {
    house: House,
    register: Vec<Row>,
    insured: Option<Vec<Row>>,
}

impl Audit {
    fn new() -> Audit {
        let house = House::of_audit("coverage");
        house.append("policy.toml", RULE);
        house.append("codes.toml", ENROLMENT_CODES);
        // Somebody of no register, so that the table says something.
        let insured = Some(vec![enrolment(&born("1980-01-01"))]);
        Audit { house, register: Vec::new(), insured }
    }

    /// One more of the register, with what they have of enrolments.
    fn with(mut self, identity: Row, enrolments: impl IntoIterator<Item = Row>) -> Audit {
        self.register.push(identity);
        self.insured.as_mut().unwrap().extend(enrolments);
        self
    }

    fn without_rule(self) -> Audit {
        self.house.edit("policy.toml", RULE, "");
        self
    }

    fn deliver(&self) {
        self.house.deliver("identities", &self.register);
        if let Some(insured) = &self.insured {
            self.house.deliver("insured", insured);
        }
    }

    fn run_on(&self, as_of: &str, more: &[&str]) -> Ran {
        self.deliver();
        let ran = self.house.run(as_of, more);
        assert_eq!(ran.code, 0, "{}", ran.stderr);
        ran
    }

    fn run(&self) -> Ran {
        self.run_on("2025-11-30", &[])
    }

    fn read(&self, as_of: &str, table: &str) -> Vec<Cells> {
        self.house.read(as_of, table)
    }

    /// Matter and verdict of everybody.
    fn verdicts(&self, as_of: &str) -> BTreeMap<String, (String, String)> {
        let rows = self.read(as_of, "verdicts");
        rows.into_iter()
            .map(|row| (row["person_id"].clone(), (row["matter"].clone(), row["verdict"].clone())))
            .collect()
    }
}

/// What is found of one person on the last day of November.
fn found(identity: Row, enrolments: impl IntoIterator<Item = Row>) -> (String, String) {
    let person = identity.cell("certno").unwrap().to_owned();
    let audit = Audit::new().with(identity, enrolments);
    audit.run();
    let verdicts = audit.verdicts("2025-11-30");
    assert_eq!(verdicts.len(), 1);
    verdicts[&person].clone()
}

#[track_caller]
fn expect(identity: Row, enrolments: impl IntoIterator<Item = Row>, matter: &str, verdict: &str) {
    let (found, said) = found(identity, enrolments);
    assert_eq!((found.as_str(), said.as_str()), (matter, verdict));
}

fn employee(certno: &str) -> Row {
    enrolment(certno).with("insutype", "310")
}

/// With a status, from then on until a day that is no more of it.
fn standing(row: Row, status: &str, until: &str) -> Row {
    row.with("psn_insu_stas", status).with("paus_insu_date", until)
}

/// A certificate of somebody born on a day.
fn born(day: &str) -> String {
    let digits = format!("150721{}001", day.replace('-', ""));
    resident_id(digits.parse().unwrap())
}

#[test]
fn an_enrolment_in_force_is_enrolled() {
    expect(identity(A, WAITS), [enrolment(A)], "enrolled", "correct");
    expect(identity(A, WAITS), [employee(A)], "enrolled", "correct");
    expect(identity(A, WAITS), [enrolment(A).with("paus_insu_date", "2099-12-31")], "enrolled", "correct");
}

#[test]
fn an_enrolment_counts_from_its_first_day_until_the_day_before_its_end() {
    let from = |day| enrolment(A).with("psn_insu_date", day);
    expect(identity(A, WAITS), [from("2025-11-30")], "enrolled", "correct");
    expect(identity(A, WAITS), [from("2025-12-01")], "never_enrolled", "fault");
    let until = |day| enrolment(A).with("paus_insu_date", day);
    expect(identity(A, WAITS), [until("2025-12-01")], "enrolled", "correct");
    expect(identity(A, WAITS), [until("2025-11-30")], "lapsed", "fault");
}

#[test]
fn whoever_is_not_enrolled_never_was_or_lapsed_or_was_suspended() {
    expect(identity(A, WAITS), [], "never_enrolled", "fault");
    expect(identity(A, WAITS), [standing(enrolment(A), "4", "2025-01-01")], "lapsed", "fault");
    expect(identity(A, WAITS), [standing(enrolment(A), "2", "2025-10-01")], "suspended", "fault");
    expect(identity(A, WAITS), [enrolment(A).with("psn_insu_stas", "2")], "suspended", "fault");
    // What began last says how it stands.
    let earlier = standing(enrolment(A), "2", "2023-01-01");
    let later = standing(enrolment(A).with("psn_insu_date", "2024-01-01"), "4", "2025-01-01");
    expect(identity(A, WAITS), [later, earlier], "lapsed", "fault");
}

#[test]
fn two_schemes_or_two_areas_on_one_day_of_the_year_are_one_too_many() {
    expect(identity(A, WAITS), [enrolment(A), employee(A)], "enrolled_twice", "fault");
    let elsewhere = enrolment(A).with("insu_admdvs", "150722");
    expect(identity(A, WAITS), [enrolment(A), elsewhere.clone()], "enrolled_twice", "fault");
    // The same enrolment twice is one; and one that began again in the same place is not another.
    expect(identity(A, WAITS), [enrolment(A), enrolment(A)], "enrolled", "correct");
    expect(identity(A, WAITS), [enrolment(A), enrolment(A).with("psn_insu_date", "2023-01-01")], "enrolled", "correct");
    // A suspended one without a day was no enrolment, as far as anybody can tell.
    expect(identity(A, WAITS), [enrolment(A), elsewhere.with("psn_insu_stas", "2")], "enrolled", "correct");
}

#[test]
fn enrolments_that_touch_do_not_overlap_and_those_of_another_year_do_not_matter() {
    let until = |day| standing(employee(A), "4", day);
    let resident = |day| enrolment(A).with("psn_insu_date", day);
    expect(identity(A, WAITS), [until("2025-06-01"), resident("2025-06-01")], "enrolled", "correct");
    expect(identity(A, WAITS), [until("2025-06-02"), resident("2025-06-01")], "enrolled_twice", "fault");
    expect(identity(A, WAITS), [until("2025-01-01"), resident("2024-06-01")], "enrolled", "correct");
    expect(identity(A, WAITS), [until("2025-01-02"), resident("2024-06-01")], "enrolled_twice", "fault");
}

#[test]
fn elsewhere_is_outside_both_the_prefecture_and_the_place_of_the_policy() {
    let at = |area| enrolment(A).with("insu_admdvs", area);
    expect(identity(A, WAITS), [at("230103")], "enrolled_elsewhere", "fault");
    expect(identity(A, WAITS), [at("150899")], "enrolled_elsewhere", "fault");
    expect(identity(A, WAITS), [at("150799")], "enrolled", "correct");
    // The policy's place is 150700, the person's prefecture another.
    expect(identity(A, WAITS).with("insu_admdvs", "150802"), [at("150721")], "enrolled", "correct");
    expect(identity(A, WAITS).with("insu_admdvs", "150802"), [at("150822")], "enrolled", "correct");
    // One near by is enough, even if the other one makes two.
    expect(identity(A, WAITS), [at("230103"), at("150721")], "enrolled_twice", "fault");
    expect(identity(A, WAITS), [enrolment(A).without("insu_admdvs")], "no_data", "cannot_be_told");
}

#[test]
fn the_dead_and_the_moved_are_told_before_all_else() {
    expect(identity(A, WAITS), [standing(enrolment(A), "5", "2025-08-01")], "dead_or_moved", "fault");
    expect(identity(A, WAITS), [standing(enrolment(A), "6", "2025-08-01")], "dead_or_moved", "fault");
    expect(identity(A, WAITS), [standing(enrolment(A), "5", "2025-08-01"), employee(A)], "dead_or_moved", "fault");
    // Whoever moved may be enrolled again.
    let again = enrolment(A).with("psn_insu_date", "2025-08-01").with("insu_admdvs", "230103");
    let moved = standing(enrolment(A), "6", "2025-08-01");
    expect(identity(A, WAITS), [moved, again], "enrolled_elsewhere", "fault");
}

#[test]
fn a_code_that_nobody_knows_is_no_guess() {
    expect(identity(A, WAITS), [enrolment(A).with("insutype", "340")], "no_data", "cannot_be_told");
    expect(identity(A, WAITS), [enrolment(A).with("psn_insu_stas", "7")], "no_data", "cannot_be_told");
    expect(identity(A, WAITS), [enrolment(A).without("psn_insu_stas")], "no_data", "cannot_be_told");
    // Beside an enrolment that is known, it takes nothing away.
    expect(identity(A, WAITS), [enrolment(A), enrolment(A).with("insutype", "340")], "enrolled", "correct");
    // One that is over says that there was one.
    let over = enrolment(A).with("insutype", "340").with("paus_insu_date", "2024-01-01");
    expect(identity(A, WAITS), [over], "lapsed", "fault");

    let audit =
        Audit::new().with(identity(A, WAITS), [enrolment(A).with("insutype", "340").with("psn_insu_stas", "7")]);
    let said = audit.run().stdout;
    let line = "insured: codes that [insutype] of the mapping lacks, with their rows: `340` (1); add them";
    assert!(said.contains(line), "{said}");
    assert!(said.contains("[psn_insu_stas] of the mapping lacks, with their rows: `7` (1)"), "{said}");
}

#[test]
fn a_newborn_has_ninety_days_and_no_fault() {
    let on = |day: &str| identity(&born(day), WAITS).with("begndate", "2025-09-10");
    expect(on("2025-09-01"), [], "newborn", "not_applicable");
    expect(on("2025-08-31"), [], "never_enrolled", "fault");
    // Who is enrolled is enrolled; who was, is no new-born to this audit.
    let child = born("2025-09-01");
    let from = enrolment(&child).with("psn_insu_date", "2025-09-01");
    expect(on("2025-09-01"), [from.clone()], "enrolled", "correct");
    expect(on("2025-09-01"), [standing(from, "4", "2025-10-01")], "lapsed", "fault");
    // A day of birth that has not come is none.
    expect(on("2026-09-01"), [], "never_enrolled", "fault");
}

#[test]
fn whoever_is_new_in_the_register_has_until_the_next_run() {
    let since = |day| identity(A, NEVER_WAITS).with("begndate", day);
    // Seven days, where there was no run.
    expect(since("2025-11-24"), [], "newly_registered", "not_applicable");
    expect(since("2025-11-23"), [], "entitled_late", "fault");
    expect(since("2025-11-24"), [standing(enrolment(A), "2", "2025-10-01")], "suspended", "fault");
    expect(since("2025-11-24"), [enrolment(A)], "enrolled", "correct");

    let audit = Audit::new().with(identity(A, WAITS).with("begndate", "2025-11-10"), []);
    audit.run_on("2025-11-09", &[]);
    audit.run_on("2025-11-16", &[]);
    audit.run_on("2025-11-23", &[]);
    let of = |as_of| audit.verdicts(as_of)[A].0.clone();
    assert_eq!(audit.verdicts("2025-11-09").len(), 0);
    assert_eq!((of("2025-11-16").as_str(), of("2025-11-23").as_str()), ("newly_registered", "never_enrolled"));
}

#[test]
fn an_identity_that_follows_another_at_once_makes_nobody_new() {
    let before = |until| identity(A, NEVER_WAITS).with("enddate", until);
    let after = identity(A, WAITS).with("begndate", "2025-11-28");
    for (until, matter) in [("2025-11-28", "never_enrolled"), ("2025-11-27", "newly_registered")] {
        let audit = Audit::new().with(before(until), []).with(after.clone(), []);
        audit.run();
        assert_eq!(audit.verdicts("2025-11-30")[A].0, matter, "{until}");
    }
}

#[test]
fn whoever_need_not_wait_is_told_so_once_the_window_is_closed() {
    expect(identity(A, NEVER_WAITS), [], "entitled_late", "fault");
    expect(identity(A, NEVER_WAITS), [standing(enrolment(A), "4", "2025-01-01")], "entitled_late", "fault");
    // Ninety days after employee insurance: from the first day without it, 2025-09-02, until 2025-11-30.
    let employee_until = |day| [standing(employee(A), "4", day)];
    expect(identity(A, WAITS), employee_until("2025-09-02"), "entitled_late", "fault");
    expect(identity(A, WAITS), employee_until("2025-09-01"), "lapsed", "fault");
    let resident_until = |day| [standing(enrolment(A), "4", day)];
    expect(identity(A, WAITS), resident_until("2025-09-02"), "lapsed", "fault");
}

#[test]
fn while_the_window_is_open_nobody_is_late() {
    let audit = Audit::new().with(identity(A, NEVER_WAITS), []);
    audit.house.edit("policy.toml", "last = \"12-31\"", "last = \"02-28\"");
    audit.run_on("2025-02-28", &[]);
    audit.run_on("2025-03-01", &[]);
    assert_eq!(audit.verdicts("2025-02-28")[A].0, "never_enrolled");
    assert_eq!(audit.verdicts("2025-03-01")[A].0, "entitled_late");
}

#[test]
fn without_a_rule_the_plain_matters_are_told_and_nothing_that_needs_a_figure() {
    let child = born("2025-09-01");
    let audit = Audit::new()
        .with(identity(A, NEVER_WAITS), [])
        .with(identity(B, WAITS), [enrolment(B)])
        .with(identity(&child, WAITS).with("begndate", "2025-09-10"), [])
        .without_rule();
    let said = audit.run().stdout;
    assert!(manifest(&audit.house.path("published/2025-11-30")).get("against").is_none());
    let verdicts = audit.verdicts("2025-11-30");
    let of = |person: &str| verdicts[person].0.as_str();
    assert_eq!((of(A), of(B), of(&child)), ("never_enrolled", "enrolled", "never_enrolled"));
    assert!(audit.read("2025-11-30", "verdicts").iter().all(|row| !row.contains_key("reference")));
    let line = "a place of the tests says nothing of enrolment on 2025-11-30: nobody is told to be new-born or free of a \
                waiting period";
    assert!(said.contains(line), "{said}");
}

#[test]
fn without_the_table_nobody_is_correct() {
    let mut audit = Audit::new().with(identity(A, NEVER_WAITS), []).with(identity(B, WAITS), []);
    audit.insured = None;
    let said = audit.run().stdout;
    let expected = ("no_data".to_owned(), "cannot_be_told".to_owned());
    assert_eq!(audit.verdicts("2025-11-30"), [A, B].map(|person| (person.to_owned(), expected.clone())).into());
    assert_eq!(said.matches("`insured` was not delivered").count(), 1, "{said}");
    // A table without a row says nothing of anybody either.
    audit.insured = Some(Vec::new());
    let said = audit.run_on("2025-12-07", &[]).stdout;
    assert_eq!(audit.verdicts("2025-12-07"), [A, B].map(|person| (person.to_owned(), expected.clone())).into());
    assert_eq!(said.matches("`insured` was not delivered, or has no row").count(), 1, "{said}");
}

#[test]
fn only_people_in_force_on_the_day_are_looked_at_and_each_once() {
    let audit = Audit::new()
        .with(identity(A, NEVER_WAITS), [enrolment(A)])
        .with(identity(A, WAITS), [])
        .with(identity(B, WAITS).with("enddate", "2025-11-30"), [enrolment(B)])
        .with(identity(C, WAITS).with("begndate", "2025-12-01"), [enrolment(C)]);
    audit.run();
    assert_eq!(audit.verdicts("2025-11-30").into_keys().collect::<Vec<_>>(), [A]);
    let manifest = manifest(&audit.house.path("published/2025-11-30"));
    assert_eq!(manifest["verdicts"]["coverage"]["subjects"], 1);
    // B was in force in the year, and so is looked up; C is not known yet.
    let insured = &manifest["control_totals"]["insured"];
    assert_eq!((&insured["read"]["rows"], &insured["counted"]["rows"]), (&4.into(), &4.into()));
    let identities = &manifest["control_totals"]["identities"];
    assert_eq!((&identities["read"]["rows"], &identities["out_of_window"]["rows"]), (&4.into(), &1.into()));
}

#[test]
fn of_whom_a_row_could_not_be_used_nothing_wrong_is_told() {
    let unreadable = || enrolment(A).without("psn_insu_date");
    expect(identity(A, WAITS), [unreadable()], "no_data", "cannot_be_told");
    let lapsed = standing(enrolment(A), "4", "2025-01-01");
    expect(identity(A, NEVER_WAITS), [lapsed.clone(), unreadable()], "no_data", "cannot_be_told");
    expect(identity(A, NEVER_WAITS), [lapsed, enrolment(B).without("psn_insu_date")], "entitled_late", "fault");
    // Enrolled is enrolled, whatever else there was.
    expect(identity(A, WAITS), [unreadable(), employee(A)], "enrolled", "correct");
    let audit = Audit::new().with(identity(A, WAITS), [unreadable()]);
    let said = audit.run().stdout;
    assert_eq!(audit.read("2025-11-30", "verdicts")[0]["detail"], "有参保信息记录不能使用，无法判断");
    assert_eq!(said.matches("insured: rows of 1 people could not be used").count(), 1, "{said}");
}

#[test]
fn an_enrolment_that_is_sent_again_stands_as_it_was_last_sent() {
    let open = || enrolment(A).in_file("2025-01.parquet");
    let ended = || standing(enrolment(A), "4", "2025-03-01").in_file("2025-04.parquet");
    expect(identity(A, WAITS), [open(), ended()], "lapsed", "fault");
    expect(identity(A, WAITS), [ended(), open()], "lapsed", "fault");
    // Within one file the later row is the last.
    let ended_there = || ended().in_file("2025-01.parquet");
    expect(identity(A, WAITS), [open(), ended_there()], "lapsed", "fault");
    expect(identity(A, WAITS), [ended_there(), open()], "enrolled", "correct");
    // Another scheme, area or first day is another enrolment.
    expect(identity(A, WAITS), [open().with("insutype", "310"), ended()], "enrolled_twice", "fault");
    expect(identity(A, WAITS), [open().with("insu_admdvs", "150722"), ended()], "enrolled_twice", "fault");
    expect(identity(A, WAITS), [open().with("psn_insu_date", "2025-02-01"), ended()], "enrolled", "correct");
    // The one that stands is counted, what it replaces is a correction, and what says the same a duplicate.
    let audit = Audit::new().with(identity(A, WAITS), [open(), ended_there(), ended()]);
    audit.run();
    let manifest = manifest(&audit.house.path("published/2025-11-30"));
    let aside = &manifest["set_aside"]["insured"];
    assert_eq!((&aside["correction"]["rows"], &aside["duplicate"]["rows"]), (&1.into(), &1.into()));
    // With the one of somebody of no register.
    assert_eq!(manifest["control_totals"]["insured"]["counted"]["rows"], 2);
}

#[test]
fn what_an_earlier_enrolment_says_does_not_beat_the_present() {
    let moved = || standing(enrolment(A), "6", "2023-01-01");
    let dead = || standing(enrolment(A), "5", "2023-01-01");
    let back = || enrolment(A).with("psn_insu_date", "2024-01-01");
    // Whoever came back and then lapsed has not moved.
    expect(identity(A, WAITS), [moved(), standing(back(), "4", "2025-01-01")], "lapsed", "fault");
    expect(
        identity(A, WAITS),
        [back().with("psn_insu_stas", "6"), dead().with("psn_insu_stas", "4")],
        "dead_or_moved",
        "fault",
    );
    // Nobody can tell whether whoever is dead, and enrolled again, lives.
    expect(identity(A, WAITS), [dead(), back()], "no_data", "cannot_be_told");
    expect(identity(A, WAITS), [dead(), standing(back(), "4", "2025-01-01")], "dead_or_moved", "fault");
}

#[test]
fn rows_that_cannot_be_used_are_set_aside_with_their_reason() {
    let audit = Audit::new().with(
        identity(A, WAITS),
        [
            enrolment(A),
            enrolment(A).in_file("b.parquet"),
            enrolment("15072119700101001X"),
            enrolment(A).without("psn_insu_date"),
            enrolment(A).with("psn_insu_date", "2026-01-01"),
            enrolment(B),
        ],
    );
    audit.run();
    let manifest = manifest(&audit.house.path("published/2025-11-30"));
    let aside = manifest["set_aside"]["insured"].as_object().unwrap();
    let aside: Vec<(&str, u64)> = aside.iter().map(|(id, of)| (id.as_str(), of["rows"].as_u64().unwrap())).collect();
    let aside: Vec<(&str, u64)> = aside.into_iter().filter(|(_, rows)| *rows > 0).collect();
    assert_eq!(aside, [("bad_certno", 1), ("bad_date", 1), ("duplicate", 1), ("out_of_window", 1)]);
    let totals = &manifest["control_totals"]["insured"];
    assert_eq!((&totals["read"]["rows"], &totals["counted"]["rows"]), (&7.into(), &3.into()));
}

#[test]
fn a_job_without_the_meaning_of_schemes_is_refused_by_name() {
    let audit = Audit::new().with(identity(A, WAITS), []);
    audit.house.edit("codes.toml", "[insutype]\n\"310\" = \"employee\"\n\"390\" = \"resident\"\n", "");
    audit.deliver();
    let ran = audit.house.run("2025-11-30", &[]);
    assert_eq!(ran.code, 78);
    let line = "HOME/codes.toml: the file has no [insutype], which this job needs; add it, with lines such as \"390\" = \
                \"resident\"";
    assert!(ran.stderr.contains(line), "{}", ran.stderr);
}

#[test]
fn what_the_verdict_rests_on_is_shown_without_a_name() {
    let audit = Audit::new()
        .with(identity(A, WAITS).with("begndate", "2025-03-01"), [enrolment(A).with("psn_insu_date", "2025-03-11")])
        .with(identity(B, WAITS), [enrolment(B), standing(employee(B), "4", "2025-06-01")])
        .with(identity(C, WAITS).with("begndate", "2025-05-01"), [enrolment(C)]);
    audit.run();
    let rows = audit.read("2025-11-30", "coverage");
    let cells = |row: &Cells, columns: &[&str]| -> Vec<String> {
        columns.iter().map(|column| cell(row, column).to_owned()).collect()
    };
    let new = ["registered_on", "marked_on", "days_until_marked", "days_until_enrolled"];
    let of = |person: &str| rows.iter().find(|row| row["person_id"] == person).unwrap();
    assert_eq!(cells(of(A), &new), ["2025-03-01", "-", "-", "10"]);
    assert_eq!(cells(of(B), &new), ["-", "-", "-", "-"]);
    assert_eq!(cells(of(C), &new), ["2025-05-01", "-", "-", "0"]);
    let spell = ["matter", "spells", "insurance", "insured_area", "status", "insured_from", "insured_until"];
    assert_eq!(cells(of(A), &spell), ["enrolled", "1", "resident", "150721", "normal", "2025-03-11", "-"]);
    let second = ["matter", "insurance", "insured_until", "second_insurance", "second_from", "second_until"];
    assert_eq!(cells(of(B), &second), ["enrolled_twice", "employee", "2025-06-01", "resident", "2022-01-01", "-"]);
    assert!(rows.iter().all(|row| !row.contains_key("name")));
    let verdicts = audit.read("2025-11-30", "verdicts");
    let detail = verdicts.iter().find(|row| row["person_id"] == B).unwrap();
    assert_eq!(detail["detail"], "职工医保（150721），2022-01-01起，2025-06-01止；居民医保（150721），2022-01-01起");
    assert_eq!(detail["reference"], "an invented plan 6");
    let folder = audit.house.path("published/2025-11-30");
    let tables: Vec<_> = contract::tables().iter().filter(|table| table.is_published_by("coverage")).collect();
    assert!(tables.len() > 3);
    assert!(tables.into_iter().all(|table| looks_like(&folder, table) >= 0));
}

#[test]
fn rates_add_up_by_area_and_by_category() {
    let people: Vec<String> = (1..=8).map(|day| born(&format!("1980-01-0{day}"))).collect();
    let at = |person: &str, code: &str, area: &str| identity(person, code).with("insu_admdvs", area);
    let [a, b, c, d, e, f, g, h] = [0, 1, 2, 3, 4, 5, 6, 7].map(|index: usize| people[index].as_str());
    let audit = Audit::new()
        .with(at(a, "2", "150721"), [enrolment(a)])
        .with(at(a, "9", "150721"), [])
        .with(at(b, "9", "150721"), [])
        .with(at(c, "9", "150721"), [enrolment(c), employee(c)])
        .with(at(d, "9", "150721"), [standing(enrolment(d), "5", "2025-03-01")])
        .with(at(e, "2", "150722"), [enrolment(e)])
        .with(at(f, "2", "150722"), [standing(enrolment(f), "2", "2025-03-01")])
        .with(at(g, "9", "150722"), [enrolment(g).with("psn_insu_stas", "8")])
        .with(identity(h, "9").without("insu_admdvs"), [enrolment(h).with("insu_admdvs", "230103")]);
    audit.run();
    let rows = audit.read("2025-11-30", "coverage_rates");
    let of = |area: &str, category: &str| {
        let row = rows.iter().find(|row| row["area_code"] == area && row["category"] == category).unwrap();
        let rate = cell(row, "rate").to_owned();
        (row["people"].parse::<u64>().unwrap(), row["enrolled"].parse::<u64>().unwrap(), rate)
    };
    // a enrolled, b never, c twice, d dead: two of three.
    assert_eq!(of("150721", "all"), (4, 1, "66.6667".to_owned()));
    assert_eq!(of("150721", "subsistence_allowance"), (1, 1, "100.0000".to_owned()));
    assert_eq!(of("150721", "stable_lifted"), (4, 1, "66.6667".to_owned()));
    // e enrolled, f suspended; of g it cannot be told.
    assert_eq!(of("150722", "all"), (3, 1, "50.0000".to_owned()));
    assert_eq!(of("150722", "stable_lifted"), (1, 0, "-".to_owned()));
    // h elsewhere, and without an area.
    assert_eq!(of("none", "all"), (1, 0, "100.0000".to_owned()));
    // Four of six.
    assert_eq!(of("all", "all"), (8, 2, "66.6667".to_owned()));
    let whole = rows.iter().find(|row| row["area_code"] == "all" && row["category"] == "all").unwrap();

    let verdicts = audit.verdicts("2025-11-30");
    let columns = [
        "enrolled",
        "never_enrolled",
        "lapsed",
        "suspended",
        "enrolled_twice",
        "enrolled_elsewhere",
        "entitled_late",
        "newborn",
        "newly_registered",
        "dead_or_moved",
        "no_data",
    ];
    let count = |row: &Cells, column: &str| row[column].parse::<usize>().unwrap();
    for row in &rows {
        assert_eq!(columns.iter().map(|column| count(row, column)).sum::<usize>(), count(row, "people"), "{row:?}");
    }
    for column in columns {
        let said = verdicts.values().filter(|(matter, _)| matter == column).count();
        let areas = rows.iter().filter(|row| row["area_code"] != "all" && row["category"] == "all");
        assert_eq!(areas.map(|row| count(row, column)).sum::<usize>(), said, "{column}");
        assert_eq!(count(whole, column), said, "{column}");
    }
}

#[test]
fn any_number_of_threads_and_any_order_of_rows_give_the_same_bytes() {
    let people: Vec<String> = (10..40).map(|day| born(&format!("19{day}-02-03"))).collect();
    let row = |person: &String| {
        let code = if person.ends_with('1') { WAITS } else { NEVER_WAITS };
        (identity(person, code), [enrolment(person), employee(person).with("psn_insu_date", "2024-01-01")])
    };
    let published = |people: Vec<&String>, threads: &str| {
        let audit = people.into_iter().map(row).fold(Audit::new(), |audit, (who, rows)| audit.with(who, rows));
        audit.run_on("2025-11-30", &["--threads", threads]);
        let mut files = audit.house.published();
        // A workbook bears a number that follows from the bytes delivered, and this file the workbook's hash.
        files.retain(|name, _| name.ends_with(".parquet") && !name.contains("problem_lists"));
        files
    };
    let one = published(people.iter().collect(), "1");
    assert!(one.len() > 3, "{:?}", one.keys());
    let other = published(people.iter().rev().collect(), "4");
    assert_eq!(other.keys().collect::<Vec<_>>(), one.keys().collect::<Vec<_>>());
    let differ: Vec<&String> = one.keys().filter(|name| one[*name] != other[*name]).collect();
    assert_eq!(differ, [""; 0]);
}

/// Writes the register and the enrolments of another delivery.
fn other(audit: &Audit, register: &[Row], insured: Option<&[Row]>) {
    let write_table = |table: &str, rows: &[Row]| {
        let rows: Vec<&Row> = rows.iter().collect();
        write(&audit.house.path("other").join(table).join("a.parquet"), &batch(table, &rows));
    };
    write_table("identities", register);
    if let Some(insured) = insured {
        write_table("insured", insured);
    }
}

/// The differences as person, kind, here and there.
fn differences(audit: &Audit) -> Vec<[String; 4]> {
    let rows = audit.read("2025-11-30", "differences");
    let columns = ["person_id", "difference", "here", "there"];
    rows.iter().map(|row| columns.map(|column| cell(row, column).to_owned())).collect()
}

#[test]
fn two_deliveries_are_compared_person_by_person_in_the_areas_that_both_hold() {
    let (only_here, only_there, apart) = (born("1981-01-01"), born("1982-01-01"), born("1983-01-01"));
    let audit = Audit::new()
        .with(identity(A, "2"), [enrolment(A)])
        .with(identity(B, "9"), [enrolment(B)])
        .with(identity(C, "9"), [enrolment(C)])
        .with(identity(&only_here, "9"), []);
    let theirs = [
        identity(A, "9"),
        identity(B, "9").with("insu_admdvs", "150722"),
        identity(C, "9"),
        identity(&only_there, "5"),
        // An area that is not held here is another's affair.
        identity(&apart, "9").with("insu_admdvs", "150723"),
    ];
    let insured = [enrolment(A), enrolment(B), standing(enrolment(C), "4", "2025-02-01"), enrolment(&only_there)];
    other(&audit, &theirs, Some(&insured));
    let said = audit.run_on("2025-11-30", &["--against", audit.house.path("other").to_str().unwrap()]).stdout;
    let expected = [
        [A, "category", "subsistence_allowance", "stable_lifted"],
        [B, "area", "150721", "150722"],
        [C, "enrolment", "居民医保（150721）", "未参保"],
        [only_here.as_str(), "not_there", "stable_lifted", "-"],
        [only_there.as_str(), "not_here", "-", "marginal"],
    ];
    assert_eq!(differences(&audit), expected.map(|row| row.map(str::to_owned)));
    let line = "warning: against HOME/other: in the 1 areas that both deliveries hold, 4 people stand in the register \
                here and 3 there; 5 differences: not_there 1, not_here 1, category 1, area 1, enrolment 1";
    assert!(said.contains(line), "{said}");
    let night = manifest(&audit.house.path("published/2025-11-30"));
    let inputs = night["against"]["inputs"].as_array().unwrap();
    assert_eq!(inputs.iter().map(|input| input["rows"].as_u64().unwrap()).collect::<Vec<_>>(), [5, 4]);
    let table = contract::table("differences");
    assert_eq!(looks_like(&audit.house.path("published/2025-11-30"), table), 5);
}

#[test]
fn two_deliveries_that_agree_differ_in_nothing() {
    let audit = Audit::new().with(identity(A, "2"), [enrolment(A)]).with(identity(B, "9"), [employee(B)]);
    audit.deliver();
    let said = audit.run_on("2025-11-30", &["--against", audit.house.path("delivery").to_str().unwrap()]).stdout;
    assert_eq!(differences(&audit), [[""; 4]; 0]);
    assert!(said.contains("2 people stand in the register here and 2 there; 0 differences"), "{said}");
}

#[test]
fn enrolment_is_compared_only_where_both_delivered_it() {
    let audit = Audit::new().with(identity(A, "2"), [enrolment(A)]);
    other(&audit, &[identity(A, "2")], None);
    let said = audit.run_on("2025-11-30", &["--against", audit.house.path("other").to_str().unwrap()]).stdout;
    assert_eq!(differences(&audit), [[""; 4]; 0]);
    assert!(said.contains("; enrolment was not compared: one side lacks `insured`"), "{said}");
}

#[test]
fn only_the_audit_of_enrolment_is_held_against_another_delivery() {
    let house = House::new();
    let ran = house.run("2025-11-30", &["--against", "HOME/other"]);
    assert_eq!(ran.code, 64);
    let line = "--against: HOME/job.toml is a job of kind nightly, expected one of kind coverage";
    assert!(ran.stderr.contains(line), "{}", ran.stderr);
}

#[test]
fn a_resident_id_bears_its_birthday() {
    let on = |text: &str| PersonId::resident(text.as_bytes()).unwrap().born_on();
    assert_eq!(on(A), NaiveDate::from_ymd_opt(1970, 1, 1));
    assert_eq!(on(&born("2024-02-29")), NaiveDate::from_ymd_opt(2024, 2, 29));
    assert_eq!(on(&born("2025-02-29")), None);
    assert_eq!(PersonId::other("H12345678").unwrap().born_on(), None);
}

#[test]
fn a_rule_of_enrolment_with_faults_is_refused_line_by_line() {
    let with = |old: &str, new: &str| rules_refused(&RULE.replace(old, new));
    assert_eq!(
        with("first = \"09-01\"", "first = \"02-29\""),
        ["4: `first` is \"02-29\", expected month and day of every year in quotes, such as \"12-31\""]
    );
    assert_eq!(
        with("last = \"12-31\"", "last = \"12-3\""),
        ["4: `last` is \"12-3\", expected month and day of every year in quotes, such as \"12-31\""]
    );
    assert_eq!(
        with("newborn_days        = 90", "newborn_days = -1"),
        ["5: `newborn_days` is -1, expected a whole number of 0 or more"]
    );
    assert_eq!(
        with("after_employee_days = 90", "after_employee_days = 90\nafter_employee_months = 3"),
        ["7: `after_employee_months` stands beside `after_employee_days`; keep the one that the text gives"]
    );
    assert_eq!(with("reviewed            = 2025-01-01\n", ""), ["2: [[enrolment]] needs `reviewed`, which is missing"]);
    assert_eq!(
        with("from                = 2021-01-01", "from = 2021-01-01\nuntil = 2021-01-01"),
        ["4: `until` is 2021-01-01, expected a day after `from`, 2021-01-01"]
    );
    let twice = rules_refused(&(RULE.to_owned() + RULE));
    assert_eq!(twice.len(), 1);
    assert!(twice[0].starts_with("11: [[enrolment]] stands twice from 2021-01-01 on: that of line "), "{}", twice[0]);
    let first = RULE.replace("from                = 2021-01-01", "from = 2020-01-01\nuntil = 2021-01-01");
    let house = House::new();
    house.append("policy.toml", &(first + RULE));
    assert_eq!(house.fangpin(&["policy", "HOME/policy.toml", "--as-of", "2025-11-30"]).code, 0);
}

#[test]
fn what_is_asked_of_enrolment_is_shown_with_its_citation() {
    let shown = |file: &str, as_of: &str| {
        let ran = House::new().fangpin(&["policy", shipped("policy").join(file).to_str().unwrap(), "--as-of", as_of]);
        assert_eq!(ran.code, 0, "{}", ran.stderr);
        let from = ran.stdout.find("enrolment (应保尽保)").map(|at| ran.stdout[at..].to_owned());
        from.map_or_else(String::new, |text| text.split("\n\n").next().unwrap().trim_end().to_owned())
    };
    let sample = "enrolment (应保尽保)\n  window     2024-09-01 to 2024-12-31, for 2025\n  new-born   within 90 days of \
                  birth\n  no waiting within 90 days of leaving employee insurance\n  no waiting 特困人员, 孤儿, 低保对象, \
                  返贫致贫人口, 低保边缘家庭成员, 刚性支出困难家庭成员, 脱贫不稳定人口, 边缘易致贫人口, 突发严重困难人口, \
                  低收入人口\n  reference  示例方案 (虚构) 第六条\n  in force   from 2021-01-01, no end known, reviewed \
                  2025-06-01";
    assert_eq!(shown("sample.toml", "2025-11-30"), sample);
    let xinzhou = shown("xinzhou.toml", "2022-03-01");
    assert!(
        xinzhou.contains("\n  no waiting within 3 months of leaving employee insurance\n  no waiting 低收入人口\n")
    );
    assert!(!xinzhou.contains("window") && !xinzhou.contains("new-born"), "{xinzhou}");
    assert!(shown("yunnan.toml", "2021-01-31").contains("云医保〔2020〕128号 二(二)"));
    assert_eq!(shown("yunnan.toml", "2021-02-01"), "");
    assert_eq!(shown("anhui.toml", "2025-11-30"), "");
}

#[test]
fn a_rule_of_enrolment_reviewed_long_ago_is_named() {
    let audit = Audit::new().with(identity(A, WAITS), [enrolment(A)]);
    audit.run_on("2026-01-02", &[]);
    let said = audit.run_on("2026-01-03", &[]).stdout;
    let line = "[[enrolment]] was last reviewed on 2025-01-01, more than a year before 2026-01-03; hold it against an \
                invented plan 6 and set `reviewed`";
    assert!(said.contains(line), "{said}");
    let before = manifest(&audit.house.path("published/2026-01-02"));
    assert!(!before["warnings"].to_string().contains("was last reviewed"));
}
