//! The ledger (台账): each state and each reason for a clearing by example, over nights that follow one another; and what
//! is true of any series of nights.

#![cfg(test)]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::PathBuf;

use fangpin::publish::sha256_of;
use proptest::prelude::*;

use crate::harness::{
    A, B, C, Cells, House, Ran, Row, cell, files_below, identity, income, manifest, payment, read, settlement,
};

/// Further people, whom a test has to put into the register.
pub(crate) const D: &str = "150721197001010097";
pub(crate) const E: &str = "15072119700101010X";
pub(crate) const F: &str = "150721197001010126";

/// A house whose delivery changes from night to night: A (category 2, flagged above 10000.00) and B (category 5, above
/// 20000.00) in the register, unless said otherwise.
pub(crate) struct Nights {
    pub(crate) house: House,
    pub(crate) register: Vec<Row>,
    pub(crate) incomes: Vec<Row>,
    pub(crate) settlements: Vec<Row>,
    pub(crate) payments: Vec<Row>,
}

impl Nights {
    pub(crate) fn new() -> Nights {
        Nights {
            house: House::new(),
            register: vec![identity(A, "2"), identity(B, "5")],
            incomes: vec![income("150721", "2024", "20000.00"), income("150722", "2024", "30000.00")],
            settlements: Vec::new(),
            payments: Vec::new(),
        }
    }

    /// One settlement of A, on one night: what most of the tests change on the next.
    fn after_one(setl_id: &str, cost: &str) -> Nights {
        let mut nights = Nights::new();
        nights.settlements.push(settlement(setl_id, cost));
        let burden = settlement(setl_id, cost).cell("medfee_sumamt").unwrap().to_owned();
        assert_eq!(nights.night("2025-11-29"), [format!("A opened return_to_poverty {burden}")]);
        nights
    }

    pub(crate) fn deliver(&self) {
        self.house.deliver("identities", &self.register);
        self.house.deliver("income", &self.incomes);
        self.house.deliver("settlements", &self.settlements);
        self.house.deliver("commercial", &self.payments);
    }

    /// Delivers, runs the night, and gives back what it changed.
    pub(crate) fn night(&self, day: &str) -> Vec<String> {
        let ran = self.asked(day, &[]);
        assert_eq!(ran.code, 0, "{}", ran.stderr);
        self.closes(day);
        self.movements(day)
    }

    pub(crate) fn asked(&self, day: &str, more: &[&str]) -> Ran {
        self.deliver();
        self.house.run(day, more)
    }

    pub(crate) fn folder(&self, day: &str) -> PathBuf {
        self.house.path("published").join(day)
    }

    pub(crate) fn ledger(&self, day: &str) -> Vec<Cells> {
        read(&self.folder(day).join("ledger.parquet"))
    }

    /// The row of one person.
    fn row(&self, day: &str, person: &str) -> Cells {
        let rows: Vec<Cells> = self.ledger(day).into_iter().filter(|row| row["person_id"] == person).collect();
        assert_eq!(rows.len(), 1, "{rows:?}");
        rows.into_iter().next().unwrap()
    }

    /// Each movement of a night in words, by person.
    pub(crate) fn movements(&self, day: &str) -> Vec<String> {
        let mut lines: Vec<String> =
            read(&self.folder(day).join("movements.parquet")).iter().map(|row| in_words(row, day)).collect();
        lines.sort();
        lines
    }

    /// Counts the two ledgers and holds what the manifest says to that.
    fn closes(&self, day: &str) {
        let manifest = manifest(&self.folder(day));
        let standing = |day: &str| self.ledger(day).iter().filter(|row| row["state"] != "cleared").count() as u64;
        let before = manifest["predecessor"]["night"].as_str().map_or(0, standing);
        let counts = &manifest["ledger"];
        let of = |name: &str| counts[name].as_u64().unwrap();
        assert_eq!((of("opening"), of("closing")), (before, standing(day)));
        let moved = |state: &str| {
            let moved = read(&self.folder(day).join("movements.parquet"));
            moved.iter().filter(|row| row["state"] == state).count() as u64
        };
        assert_eq!(
            (of("opened"), of("reopened"), of("cleared")),
            (moved("opened"), moved("reopened"), moved("cleared"))
        );
        assert_eq!(of("opening") + of("opened") + of("reopened"), of("closing") + of("cleared"));
    }
}

/// The letter of a person of the tests.
pub(crate) fn letter(person: &str) -> &str {
    let known = [(A, "A"), (B, "B"), (C, "C"), (D, "D"), (E, "E"), (F, "F")];
    known.into_iter().find(|(id, _)| *id == person).map_or(person, |(_, letter)| letter)
}

/// `A cleared (late_payment) return_to_poverty 10000.01 > 9500.00`: rule and burden before and now, once where they are
/// the same.
fn in_words(row: &Cells, day: &str) -> String {
    assert_eq!(row["as_of"], day);
    let who = letter(&row["person_id"]);
    let clearing = row.get("clearing").map(|clearing| format!(" ({clearing})")).unwrap_or_default();
    let change = |before: &str, now: &str| {
        let of = |column: &str| cell(row, column);
        match (of(before), of(now)) {
            ("-", now) => now.to_owned(),
            (before, now) if before == now => now.to_owned(),
            (before, now) => format!("{before} > {now}"),
        }
    };
    let (rule, burden) = (change("rule_before", "rule"), change("burden_before", "burden"));
    format!("{who} {}{clearing} {rule} {burden}", row["state"])
}

fn fields(row: &Cells, columns: &[&str]) -> Vec<String> {
    columns.iter().map(|column| cell(row, column).to_owned()).collect()
}

const NOTHING: [&str; 0] = [];

// --- states ---

#[test]
fn a_warning_is_opened_once_and_then_continued_with_its_figures_then_and_now() {
    let mut nights = Nights::after_one("1", "10000.01");
    nights.settlements.push(settlement("2", "500.00").at("2025-11-30 08:00:00"));
    assert_eq!(nights.night("2025-11-30"), NOTHING);
    nights.settlements.push(settlement("3", "1.00").at("2025-12-01 08:00:00"));
    assert_eq!(nights.night("2025-12-01"), NOTHING);
    let row = nights.row("2025-12-01", A);
    let days = ["first_seen", "since", "last_seen", "cleared_on", "first_exceeded_on"];
    assert_eq!(fields(&row, &days), ["2025-11-29", "2025-11-29", "2025-12-01", "-", "2025-03-01"]);
    let figures = ["opened_burden", "previous_burden", "burden", "opened_threshold", "threshold", "settlements"];
    assert_eq!(fields(&row, &figures), ["10000.01", "10500.01", "10501.01", "10000.0000", "10000.0000", "3"]);
    let rest = ["state", "rule", "policy_year", "burden_tested", "category", "band", "clearing", "answer", "sent_on"];
    let expected =
        ["continued", "return_to_poverty", "2025", "burden_total", "subsistence_allowance", "0", "-", "-", "-"];
    assert_eq!(fields(&row, &rest), expected);
    assert!(row["warning_id"].starts_with("2025-") && row["warning_id"].len() == 17);
}

#[test]
fn a_burden_that_reaches_a_band_is_raised_and_one_that_falls_below_it_is_lowered() {
    let mut nights = Nights::after_one("1", "10000.01");
    nights.settlements.push(settlement("2", "9999.98"));
    assert_eq!(nights.night("2025-11-30"), NOTHING, "one fen below twice the threshold");
    nights.settlements.push(settlement("3", "0.01"));
    assert_eq!(nights.night("2025-12-01"), ["A raised return_to_poverty 19999.99 > 20000.00"]);
    assert_eq!(nights.night("2025-12-02"), NOTHING);
    nights.payments.push(payment("P", "2025-12-03", "0.01"));
    assert_eq!(nights.night("2025-12-03"), ["A lowered return_to_poverty 20000.00 > 19999.99"]);
}

#[test]
fn the_bands_are_the_jobs() {
    let nights = Nights::new();
    nights.house.edit("job.toml", "[tolerance]", "[ledger]\nbands = [\"120\", \"150.5\", \"200\"]\n\n[tolerance]");
    let mut nights = nights;
    nights.settlements.push(settlement("1", "12000.00"));
    assert_eq!(nights.night("2025-11-29"), ["A opened return_to_poverty 12000.00"]);
    assert_eq!(nights.row("2025-11-29", A)["band"], "1");
    nights.settlements.push(settlement("2", "8000.00"));
    assert_eq!(nights.night("2025-11-30"), ["A raised return_to_poverty 12000.00 > 20000.00"]);
    assert_eq!(nights.row("2025-11-30", A)["band"], "3");
    let bands = &manifest(&nights.folder("2025-11-30"))["options"]["bands"];
    assert_eq!(bands.to_string(), r#"["120","150.5","200"]"#);
}

#[test]
fn bands_that_do_not_rise_above_the_threshold_are_refused() {
    for bands in ["[\"200\", \"150\"]", "[\"100\"]", "[\"150\", \"150\"]"] {
        let nights = Nights::new();
        nights.house.edit("job.toml", "[tolerance]", &format!("[ledger]\nbands = {bands}\n\n[tolerance]"));
        let ran = nights.asked("2025-11-29", &[]);
        let line = "HOME/job.toml line 9: `bands` is a list, expected percentages above 100, rising, such as [\"200\", \"300\"]";
        assert_eq!((ran.code, ran.told()), (78, vec![line]));
    }
}

#[test]
fn a_rule_with_a_higher_threshold_raises_a_warning_and_one_with_a_lower_lowers_it() {
    let mut nights = Nights::new();
    nights.register = vec![
        identity(A, "2").with("enddate", "2025-11-30"),
        identity(A, "5").with("begndate", "2025-11-30").with("enddate", "2025-12-01"),
        identity(A, "2").with("begndate", "2025-12-01"),
    ];
    nights.settlements.push(settlement("1", "25000.00"));
    assert_eq!(nights.night("2025-11-29"), ["A opened return_to_poverty 25000.00"]);
    // 25000.00 is above twice 10000.00 and not above twice 20000.00: the rule weighs more than the band.
    assert_eq!(nights.night("2025-11-30"), ["A raised return_to_poverty > fall_into_poverty 25000.00"]);
    assert_eq!(nights.row("2025-11-30", A)["band"], "0");
    assert_eq!(nights.night("2025-12-01"), ["A lowered fall_into_poverty > return_to_poverty 25000.00"]);
    assert_eq!(nights.row("2025-12-01", A)["first_seen"], "2025-11-29", "it is one warning all the time");
}

#[test]
fn a_cleared_warning_stays_and_is_reopened_when_the_rule_is_met_again() {
    let mut nights = Nights::after_one("1", "10000.01");
    nights.payments.push(payment("P", "2025-11-30", "5.00"));
    assert_eq!(nights.night("2025-11-30"), ["A cleared (late_payment) return_to_poverty 10000.01 > 9995.01"]);
    assert_eq!(nights.night("2025-12-01"), NOTHING);
    let row = nights.row("2025-12-01", A);
    let columns = ["state", "clearing", "last_seen", "cleared_on", "burden"];
    assert_eq!(fields(&row, &columns), ["cleared", "late_payment", "2025-11-29", "2025-11-30", "10000.01"]);
    nights.settlements.push(settlement("2", "100.00").at("2025-12-02 09:00:00"));
    assert_eq!(nights.night("2025-12-02"), ["A reopened return_to_poverty 10000.01 > 10095.01"]);
    let row = nights.row("2025-12-02", A);
    let columns = ["clearing", "first_seen", "since", "last_seen", "cleared_on", "opened_burden"];
    assert_eq!(fields(&row, &columns), ["-", "2025-11-29", "2025-12-02", "2025-12-02", "-", "10000.01"]);
    assert_eq!(nights.night("2025-12-03"), NOTHING);
}

// --- why a warning is cleared ---

/// A's settlement of 12000.00 as it is sent again.
fn again(cost: &str, assistance: &str) -> Row {
    settlement("1", cost).with("maf_pay", assistance).updated("2025-11-30 01:00:00")
}

fn cleared_after(rows: &[Row]) -> Vec<String> {
    let mut nights = Nights::after_one("1", "12000.00");
    nights.settlements.extend(rows.iter().cloned());
    nights.night("2025-11-30")
}

#[test]
fn less_cost_is_a_reversal_whether_reversed_voided_or_corrected() {
    let reversal = settlement("2", "-12000.00").reverses("1").at("2025-11-30 09:00:00");
    assert_eq!(cleared_after(&[reversal]), ["A cleared (settlement_reversed) return_to_poverty 12000.00 > 0.00"]);
    for row in [again("12000.00", "0.00").with("deleted", "1"), again("0.00", "0.00")] {
        let expected = ["A cleared (settlement_reversed) return_to_poverty 12000.00 > 0.00"];
        assert_eq!(cleared_after(&[row]), expected);
    }
}

#[test]
fn the_same_cost_and_more_paid_is_a_late_payment() {
    let expected = ["A cleared (late_payment) return_to_poverty 12000.00 > 10000.00"];
    assert_eq!(cleared_after(&[again("12000.00", "2000.00")]), expected, "to the threshold is enough");
    assert_eq!(cleared_after(&[again("12000.00", "1999.99")]), NOTHING);

    // Reversed and settled anew: the cost is what it was.
    let back = settlement("2", "-12000.00").reverses("1").at("2025-11-30 09:00:00");
    let anew = settlement("3", "12000.00").with("hifp_pay", "2000.00").at("2025-11-30 09:01:00");
    assert_eq!(cleared_after(&[back, anew]), expected);
}

#[test]
fn of_less_cost_and_more_paid_the_payment_is_the_reason_when_only_it_was_needed() {
    let cases = [
        // Without the one 10500.00, without the other 11000.00: both were needed.
        ("11000.00", "1500.00", "settlement_reversed", "9500.00"),
        // Without the fall 9500.00, without the payment 11900.00.
        ("11900.00", "2500.00", "late_payment", "9400.00"),
        // Without the fall 11900.00, without the payment 9900.00.
        ("9900.00", "100.00", "settlement_reversed", "9800.00"),
        // Either was enough.
        ("9000.00", "2500.00", "settlement_reversed", "6500.00"),
    ];
    for (cost, paid, reason, left) in cases {
        let expected = [format!("A cleared ({reason}) return_to_poverty 12000.00 > {left}")];
        assert_eq!(cleared_after(&[again(cost, paid)]), expected, "{cost} {paid}");
    }
}

#[test]
fn the_hospitals_part_is_no_payment() {
    let expected = ["A cleared (settlement_reversed) return_to_poverty 12000.00 > 9000.00"];
    assert_eq!(cleared_after(&[again("12000.00", "0.00").with("ownpay_hosp_part", "3000.00")]), expected);
}

#[test]
fn an_identity_that_ends_clears_a_warning_because_the_register_was_left() {
    let mut nights = Nights::new();
    nights.register = vec![identity(A, "2").with("enddate", "2025-11-30")];
    nights.settlements.push(settlement("1", "12000.00"));
    assert_eq!(nights.night("2025-11-29"), ["A opened return_to_poverty 12000.00"]);
    // The first reason counts: a reversal came in the same night.
    nights.settlements.push(settlement("2", "-12000.00").reverses("1").at("2025-11-30 09:00:00"));
    assert_eq!(nights.night("2025-11-30"), ["A cleared (register_left) return_to_poverty > - 12000.00 > -"]);
}

#[test]
fn a_category_that_the_rule_does_not_cover_clears_a_warning() {
    for (code, rule) in [("5", "return_to_poverty > fall_into_poverty"), ("9", "return_to_poverty > -")] {
        let mut nights = Nights::new();
        nights.register =
            vec![identity(A, "2").with("enddate", "2025-11-30"), identity(A, code).with("begndate", "2025-11-30")];
        nights.settlements.push(settlement("1", "12000.00"));
        assert_eq!(nights.night("2025-11-29"), ["A opened return_to_poverty 12000.00"]);
        assert_eq!(nights.night("2025-11-30"), [format!("A cleared (category_changed) {rule} 12000.00")]);
    }
}

/// The policy of the tests with the first rule's value until 2025-11-30, and what follows it.
fn policy_from_30_november(nights: &Nights, value: &str) {
    let old = "from      = 2021-01-01\nabove     = { percent_of_income = \"50\" }";
    let ends =
        format!("from      = 2021-01-01\nuntil     = 2025-11-30\n{value}above     = {{ percent_of_income = \"50\" }}");
    nights.house.edit("policy.toml", old, &ends);
}

const FOLLOWED: &str = "reviewed  = 2025-01-01\n\n[[rule]]\nid         = \"fall_into_poverty\"";

fn followed_by(nights: &Nights, percent: &str) {
    policy_from_30_november(nights, "");
    let next = format!(
        "reviewed  = 2025-01-01\n[[rule.in_force]]\nfrom      = 2025-11-30\n\
         above     = {{ percent_of_income = \"{percent}\" }}\n\
         reference = {{ title = \"an invented plan\", article = \"1\" }}\n{FOLLOWED}"
    );
    nights.house.edit("policy.toml", FOLLOWED, &next);
}

#[test]
fn another_percentage_clears_a_warning_because_the_policy_changed() {
    let nights = Nights::after_one("1", "12000.00");
    followed_by(&nights, "60");
    assert_eq!(nights.night("2025-11-30"), ["A cleared (policy_changed) return_to_poverty 12000.00"]);
}

#[test]
fn a_repealed_rule_clears_its_warnings_because_the_policy_changed() {
    let nights = Nights::after_one("1", "12000.00");
    policy_from_30_november(&nights, "repealed  = { title = \"an invented repeal\", article = \"3\" }\n");
    assert_eq!(nights.night("2025-11-30"), ["A cleared (policy_changed) return_to_poverty > - 12000.00"]);
}

#[test]
fn a_stricter_policy_is_no_reason_for_a_clearing() {
    let mut nights = Nights::after_one("1", "12000.00");
    followed_by(&nights, "40");
    nights.settlements.push(again("12000.00", "5000.00"));
    assert_eq!(nights.night("2025-11-30"), ["A cleared (late_payment) return_to_poverty 12000.00 > 7000.00"]);
}

#[test]
fn another_way_of_comparing_is_another_policy() {
    let mut nights = Nights::new();
    nights.house.edit(
        "policy.toml",
        "above     = { percent_of_income = \"50\" }",
        "at_least  = { percent_of_income = \"50\" }",
    );
    nights.settlements.push(settlement("1", "10000.00"));
    assert_eq!(nights.night("2025-11-29"), ["A opened return_to_poverty 10000.00"]);
    nights.house.edit(
        "policy.toml",
        "at_least  = { percent_of_income = \"50\" }",
        "above     = { percent_of_income = \"50\" }",
    );
    assert_eq!(nights.night("2025-11-30"), ["A cleared (policy_changed) return_to_poverty 10000.00"]);
}

#[test]
fn another_area_with_a_higher_income_clears_a_warning() {
    let mut nights = Nights::new();
    nights.register = vec![
        identity(A, "2").with("enddate", "2025-11-30"),
        identity(A, "2").with("begndate", "2025-11-30").with("insu_admdvs", "150722"),
    ];
    nights.settlements.push(settlement("1", "12000.00"));
    assert_eq!(nights.night("2025-11-29"), ["A opened return_to_poverty 12000.00"]);
    assert_eq!(nights.night("2025-11-30"), ["A cleared (area_changed) return_to_poverty 12000.00"]);
    let moved = &read(&nights.folder("2025-11-30").join("movements.parquet"))[0];
    assert_eq!(
        fields(moved, &["threshold_before", "threshold", "band_before", "band"]),
        ["10000.0000", "15000.0000", "0", "-"]
    );
}

#[test]
fn another_income_figure_clears_a_warning_only_when_the_old_threshold_would_not() {
    let mut nights = Nights::after_one("1", "12000.00");
    nights.incomes[0] = income("150721", "2024", "26000.00");
    assert_eq!(nights.night("2025-11-30"), ["A cleared (income_changed) return_to_poverty 12000.00"]);

    let mut nights = Nights::after_one("1", "12000.00");
    nights.incomes[0] = income("150721", "2024", "26000.00");
    nights.settlements.push(again("12000.00", "2000.00"));
    assert_eq!(nights.night("2025-11-30"), ["A cleared (late_payment) return_to_poverty 12000.00 > 10000.00"]);
}

#[test]
fn a_new_policy_year_closes_last_years_warnings_which_are_dropped_a_year_later() {
    let mut nights = Nights::after_one("1", "12000.00");
    nights.incomes.extend([income("150721", "2025", "20000.00"), income("150721", "2026", "20000.00")]);
    nights.settlements.push(settlement("2", "11000.00").at("2026-01-02 09:00:00"));
    let ended = "A cleared (year_ended) return_to_poverty > - 12000.00 > -";
    assert_eq!(nights.night("2026-01-02"), [ended, "A opened return_to_poverty 11000.00"]);
    let years = |day: &str| -> Vec<Vec<String>> {
        nights.ledger(day).iter().map(|row| fields(row, &["policy_year", "state", "cleared_on"])).collect()
    };
    assert_eq!(years("2026-01-02"), [["2025", "cleared", "2026-01-02"], ["2026", "opened", "-"]]);
    assert_eq!(nights.night("2026-12-31"), NOTHING);
    assert_eq!(years("2026-12-31"), [["2025", "cleared", "2026-01-02"], ["2026", "continued", "-"]]);
    assert_eq!(nights.night("2027-01-01"), ["A cleared (year_ended) return_to_poverty > - 11000.00 > -"]);
    assert_eq!(years("2027-01-01"), [["2026", "cleared", "2027-01-01"]]);
    assert_eq!(nights.night("2028-01-01"), NOTHING);
    assert_eq!(nights.ledger("2028-01-01"), Vec::<Cells>::new());
}

#[test]
fn an_ordinary_insured_person_never_was_in_the_register() {
    let mut nights = Nights::new();
    nights.house.edit("policy.toml", "\"marginal\"", "\"marginal\", \"ordinary_insured\"");
    nights.settlements.push(settlement("1", "25000.00").of(C));
    assert_eq!(nights.night("2025-11-29"), ["C opened fall_into_poverty 25000.00"]);
    nights.payments.push(payment("P", "2025-11-30", "6000.00").of(C));
    assert_eq!(nights.night("2025-11-30"), ["C cleared (late_payment) fall_into_poverty 25000.00 > 19000.00"]);
    nights.payments.clear();
    assert_eq!(nights.night("2025-12-01"), ["C reopened fall_into_poverty 25000.00"]);
    nights.register.push(identity(C, "9").with("begndate", "2025-12-02"));
    assert_eq!(nights.night("2025-12-02"), ["C cleared (category_changed) fall_into_poverty > - 25000.00"]);
}

#[test]
fn a_burden_in_scope_falls_with_its_own_cost() {
    let mut nights = Nights::new();
    nights.house.edit("policy.toml", "tests      = \"burden_total\"", "tests      = \"burden_in_scope\"");
    nights.settlements.push(settlement("1", "30000.00").with("inscp_amt", "12000.00"));
    assert_eq!(nights.night("2025-11-29"), ["A opened return_to_poverty 12000.00"]);
    nights.settlements.push(again("30000.00", "0.00").with("inscp_amt", "9000.00"));
    assert_eq!(nights.night("2025-11-30"), ["A cleared (settlement_reversed) return_to_poverty 12000.00 > 9000.00"]);
}

// --- nights one after another ---

#[test]
fn a_night_begins_with_the_latest_one_before_it_whatever_the_days_between() {
    let nights = Nights::after_one("1", "12000.00");
    assert_eq!(manifest(&nights.folder("2025-11-29"))["predecessor"], serde_json::Value::Null);
    assert_eq!(nights.night("2025-12-09"), NOTHING);
    let predecessor = &manifest(&nights.folder("2025-12-09"))["predecessor"];
    assert_eq!(predecessor["night"], "2025-11-29");
    let bytes = fs::read(nights.folder("2025-11-29").join("manifest.json")).unwrap();
    assert_eq!(predecessor["sha256"], sha256_of(&bytes));
}

#[test]
fn a_ledger_that_is_not_the_one_published_begins_no_night() {
    let nights = Nights::after_one("1", "12000.00");
    let path = nights.folder("2025-11-29").join("ledger.parquet");
    let mut bytes = fs::read(&path).unwrap();
    let was = sha256_of(&bytes);
    bytes[100] ^= 1;
    fs::write(&path, &bytes).unwrap();
    let ran = nights.asked("2025-11-30", &[]);
    let told = format!(
        "HOME/published/2025-11-29/ledger.parquet: has SHA-256 {}, but the manifest names {was}; no night can begin \
         with it: restore the file",
        sha256_of(&bytes)
    );
    assert_eq!((ran.code, ran.told()), (65, vec![told.as_str()]));
    fs::remove_file(&path).unwrap();
    assert_eq!(nights.asked("2025-11-30", &[]).code, 66);
    assert!(!nights.folder("2025-11-30").exists());
}

#[test]
fn a_night_without_a_ledger_is_followed_by_one_that_opens_everything() {
    let nights = Nights::after_one("1", "12000.00");
    let folder = nights.folder("2025-11-29");
    let mut manifest = manifest(&folder);
    let outputs = manifest["outputs"].as_array_mut().unwrap();
    outputs.retain(|output| output["file"] != "ledger.parquet");
    for key in ["predecessor", "ledger"] {
        manifest.as_object_mut().unwrap().remove(key).unwrap();
    }
    fs::write(folder.join("manifest.json"), manifest.to_string()).unwrap();
    fs::remove_file(folder.join("ledger.parquet")).unwrap();
    assert_eq!(nights.asked("2025-11-30", &[]).code, 0);
    assert_eq!(nights.movements("2025-11-30"), ["A opened return_to_poverty 12000.00"]);
}

/// One row a night: whose, its cost, what assistance pays, and which earlier settlement it reverses or corrects instead.
type Step = (u8, i64, i64, u8);

fn step(index: usize, (who, cost, paid, kind): &Step, day: &str) -> Row {
    let person = [A, B][usize::from(who % 2)];
    let at = format!("{day} 10:00:00");
    let yuan = |fen: i64| crate::harness::yuan(fen);
    let earlier = index.checked_sub(1 + usize::from(*kind));
    match (kind, earlier) {
        (0..3, Some(earlier)) => {
            settlement(&format!("S{earlier}"), &yuan(*cost)).with("maf_pay", &yuan(*paid)).updated(&at).of(person)
        }
        _ => {
            settlement(&format!("S{index}"), &yuan(*cost)).with("maf_pay", &yuan(*paid)).at(&at).updated(&at).of(person)
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 6, failure_persistence: None, max_shrink_iters: 30, ..ProptestConfig::default() })]

    #[test]
    fn every_night_closes_and_the_same_nights_again_give_the_same_bytes(
        steps in prop::collection::vec((0u8..2, 0i64..3_000_000, 0i64..900_000, 0u8..5), 8..16),
    ) {
        let mut nights = Nights::new();
        let days = ["2025-11-28", "2025-11-29", "2025-12-01", "2025-12-02"];
        let mut moved = 0;
        // Whatever the steps cancel, somebody is flagged on the first night.
        nights.settlements.push(settlement("sure", "90000.00"));
        for (index, step_) in steps.iter().enumerate() {
            nights.settlements.push(step(index, step_, days[0]));
        }
        let all = nights.settlements.clone();
        for (at, day) in days.iter().enumerate() {
            nights.settlements = all[..all.len() * (at + 1) / days.len()].to_vec();
            moved += nights.night(day).len();
            let again = nights.house.run(day, &["--published", "HOME/again"]);
            prop_assert_eq!(again.code, 0, "{}", again.stderr);
            let other = files_below(&nights.house.path("again").join(day));
            for (file, bytes) in files_below(&nights.folder(day)) {
                prop_assert!(other[&file] == bytes, "{day}/{file}");
            }
            let mut keys = BTreeSet::new();
            for row in nights.ledger(day) {
                prop_assert!(keys.insert(fields(&row, &["person_id", "rule", "policy_year"])));
                prop_assert_eq!(row["state"] == "cleared", row.contains_key("clearing"));
            }
            let flagged: BTreeMap<String, String> = read(&nights.folder(day).join("flagged.parquet"))
                .into_iter().map(|row| (row["person_id"].clone(), row["burden_total"].clone())).collect();
            let standing: BTreeMap<String, String> = nights.ledger(day).into_iter()
                .filter(|row| row["state"] != "cleared")
                .map(|row| (row["person_id"].clone(), row["burden"].clone())).collect();
            prop_assert_eq!(flagged, standing);
        }
        prop_assert!(moved > 0);
    }
}
