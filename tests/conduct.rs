//! The conduct of providers: every pattern on both sides of each of its limits, by days counted by hand; what becomes of
//! rows that cannot be used, are reversed or do not say enough; and what is true of any year.

#![cfg(test)]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use chrono::{NaiveDate, TimeDelta};
use fangpin::model::{Fen, Institution};
use proptest::prelude::*;

use crate::harness::{A, B, C, Cells, House, Row, cell, identity, manifest, rules_refused, settlement};

const AS_OF: &str = "2025-11-30";
/// A hospital in 150724, by its code.
const HOSPITAL: &str = "H15072400012";
/// Another, whose code says no area.
const CLINIC: &str = "P-7";

/// A settlement of A at the hospital from admission to discharge, which is the day on which it was settled.
fn stay(id: &str, begin: &str, end: &str) -> Row {
    settlement(id, "3000.00")
        .at(&format!("{end} 10:00:00"))
        .with("mdtrt_id", &format!("M{id}"))
        .with("fixmedins_code", HOSPITAL)
        .with("med_type", "21")
        .with("dise_no", "I10")
        .with("begndate", begin)
        .with("enddate", end)
}

/// A visit of A at the clinic on a day, for which nobody lies anywhere.
fn visit(id: &str, med_type: &str, day: &str) -> Row {
    stay(id, day, day).with("med_type", med_type).with("fixmedins_code", CLINIC).with("dise_no", "J06.9")
}

/// What a night of conduct published.
struct Night {
    house: House,
    verdicts: Vec<Cells>,
    evidence: Vec<Cells>,
    rates: Vec<Cells>,
}

impl Night {
    fn of(settlements: &[Row]) -> Night {
        Night::under("sample.toml", settlements)
    }

    fn under(policy: &str, settlements: &[Row]) -> Night {
        Night::on(House::of_audit("conduct").under(policy), AS_OF, settlements)
    }

    fn on(house: House, as_of: &str, settlements: &[Row]) -> Night {
        house.deliver("identities", &[identity(A, "2"), identity(B, "5")]);
        house.deliver("settlements", settlements);
        let ran = house.run(as_of, &[]);
        assert_eq!(ran.code, 0, "{}", ran.stderr);
        let [verdicts, evidence, rates] = ["verdicts", "conduct", "conduct_rates"].map(|name| house.read(as_of, name));
        Night { house, verdicts, evidence, rates }
    }

    /// Verdict and matter of an institution under one pattern.
    fn said(&self, pattern: &str, institution: &str) -> (&str, &str) {
        let row = self.verdict(pattern, institution);
        (row["verdict"].as_str(), row["matter"].as_str())
    }

    fn verdict(&self, pattern: &str, institution: &str) -> &Cells {
        let of = |row: &&Cells| row["mechanism"] == pattern && cell(row, "subject_code") == institution;
        let found: Vec<&Cells> = self.verdicts.iter().filter(of).collect();
        assert_eq!(found.len(), 1, "{pattern} {institution}: {:?}", self.verdicts);
        found[0]
    }

    /// The verdicts on the hospital by the four patterns, in the order of their names.
    fn of_the_hospital(&self) -> [&str; 4] {
        PATTERNS.map(|pattern| self.said(pattern, HOSPITAL).0)
    }

    /// The evidence of a pattern: case, role, person, first day, last day, cost.
    fn shown(&self, pattern: &str) -> Vec<[&str; 6]> {
        let of = |row: &&Cells| row["mechanism"] == pattern;
        let names = ["case_number", "evidence", "person_id", "begins_on", "ends_on", "cost"];
        self.evidence.iter().filter(of).map(|row| names.map(|name| cell(row, name))).collect()
    }

    fn warnings(&self) -> Vec<String> {
        let manifest = manifest(&self.house.path("published").join(AS_OF));
        let lines = manifest["warnings"].as_array().unwrap();
        lines.iter().map(|line| line.as_str().unwrap().to_owned()).collect()
    }
}

const PATTERNS: [&str; 4] = ["paid_during_stay", "repeated_stays", "short_stays", "split_stays"];

#[test]
fn a_readmission_on_the_tenth_day_is_a_split_stay_and_one_on_the_eleventh_is_none() {
    // From 10 March, the day of discharge: 20 March is the tenth day, 21 March the eleventh.
    for (again, expected) in [("2025-03-20", "fault"), ("2025-03-21", "correct"), ("2025-03-10", "fault")] {
        let night = Night::of(&[stay("1", "2025-03-01", "2025-03-10"), stay("2", again, "2025-03-28")]);
        assert_eq!(night.said("split_stays", HOSPITAL).0, expected, "{again}");
        let shown = night.shown("split_stays");
        if expected == "fault" {
            let rows = [
                ["1", "stay", A, "2025-03-01", "2025-03-10", "3000.00"],
                ["1", "readmission", A, again, "2025-03-28", "3000.00"],
            ];
            assert_eq!(shown, rows);
        } else {
            assert!(shown.is_empty(), "{shown:?}");
        }
    }
}

#[test]
fn a_split_stay_is_of_one_person_at_one_institution_for_one_disease() {
    let first = || stay("1", "2025-03-01", "2025-03-10");
    let again = || stay("2", "2025-03-12", "2025-03-20");
    let others = [
        again().of(B),
        again().with("fixmedins_code", CLINIC),
        again().with("dise_no", "I11"),
        // Not after the discharge, but before it.
        stay("2", "2025-03-09", "2025-03-20"),
    ];
    for other in others {
        assert_eq!(Night::of(&[first(), other]).said("split_stays", HOSPITAL), ("correct", "nothing_to_review"));
    }
    let night = Night::of(&[first(), again()]);
    assert_eq!(night.said("split_stays", HOSPITAL), ("fault", "split_stays"));
    let row = night.verdict("split_stays", HOSPITAL);
    assert_eq!(row["subject_kind"], "institution");
    assert_eq!((cell(row, "person_id"), cell(row, "area_code")), ("-", "150724"));
    assert_eq!(row["reference"], "示例方案 (虚构) 第十五条");
    // One readmission in two stays; no other institution.
    let detail =
        "本年度住院2次；出院后10日内因同一病种再次入住本机构1次，涉及1人；每千次住院500，各机构中位数500；待核查";
    assert_eq!(row["detail"], detail);
}

#[test]
fn a_chain_of_readmissions_is_one_case() {
    let night = Night::of(&[
        stay("1", "2025-03-01", "2025-03-10"),
        stay("2", "2025-03-15", "2025-03-20"),
        stay("3", "2025-03-30", "2025-04-05"),
        // On its own: the eleventh day.
        stay("4", "2025-04-16", "2025-04-20"),
        stay("5", "2025-04-20", "2025-04-22"),
    ]);
    let cases: Vec<(&str, &str, &str)> =
        night.shown("split_stays").iter().map(|[case, role, _, begin, ..]| (*case, *role, *begin)).collect();
    let expected = [
        ("1", "stay", "2025-03-01"),
        ("1", "readmission", "2025-03-15"),
        ("1", "readmission", "2025-03-30"),
        ("2", "stay", "2025-04-16"),
        ("2", "readmission", "2025-04-20"),
    ];
    assert_eq!(cases, expected);
    assert_eq!(night.rates.iter().find(|row| row["mechanism"] == "split_stays").unwrap()["cases"], "3");
}

#[test]
fn settlements_with_one_visit_are_one_stay() {
    let interim = |id: &str, begin: &str, end: &str| stay(id, begin, end).with("mdtrt_id", "M");
    // From 1 to 20 March, settled three times; and again on the tenth day after the last discharge.
    let one = [
        interim("1", "2025-03-01", "2025-03-05"),
        interim("2", "2025-03-05", "2025-03-12").with("dise_no", "I11"),
        interim("3", "2025-03-12", "2025-03-20"),
    ];
    let night = Night::of(&one);
    assert_eq!(night.of_the_hospital(), ["correct"; 4]);
    assert_eq!(night.rates[0]["stays"], "1");
    let night = Night::of(&[&one[..], &[stay("4", "2025-03-30", "2025-04-01")]].concat());
    let rows = [
        ["1", "stay", A, "2025-03-01", "2025-03-20", "9000.00"],
        ["1", "readmission", A, "2025-03-30", "2025-04-01", "3000.00"],
    ];
    assert_eq!(night.shown("split_stays"), rows);
    // The same settlements without a visit are three stays, of which the third is of the first's disease; or one.
    let apart = one.map(|row| row.without("mdtrt_id"));
    let night = Night::of(&apart);
    assert_eq!(night.said("split_stays", HOSPITAL).0, "cannot_be_told");
    assert_eq!(night.rates[0]["stays"], "3");
}

/// Half a year in one bed, settled every month: without a visit nobody can say that it is one stay, or that it is six.
#[test]
fn monthly_bills_without_a_visit_are_neither_split_nor_repeated_stays() {
    let firsts = ["01", "02", "03", "04", "05", "06"].map(|month| format!("2025-{month}-01"));
    let bill = |at: usize| stay(&at.to_string(), &firsts[at], &firsts[at + 1]).without("mdtrt_id");
    let bills: Vec<Row> = (0..5).map(bill).collect();
    let sixth = stay("5", "2025-06-01", "2025-07-01");
    let night = Night::of(&[&bills[..], &[sixth.clone().without("mdtrt_id")]].concat());
    let open = ["correct", "cannot_be_told", "correct", "cannot_be_told"];
    assert_eq!(night.of_the_hospital(), open);
    assert!(night.evidence.is_empty(), "{:?}", night.evidence);
    let line = "conduct: stays without `mdtrt_id`, each settlement taken for a stay: 6".to_owned();
    assert_eq!(night.warnings().iter().filter(|told| **told == line).count(), 1, "{:?}", night.warnings());
    // One with a visit among them may have the others for its interim bills.
    assert_eq!(Night::of(&[&bills[..], &[sixth]].concat()).of_the_hospital(), open);
    // Two with visits of their own are a split stay, whatever the bill between them belongs to.
    let night = Night::of(&[
        stay("1", "2025-03-01", "2025-03-10"),
        stay("2", "2025-03-10", "2025-03-12").without("mdtrt_id"),
        stay("3", "2025-03-15", "2025-03-20"),
    ]);
    assert_eq!(night.said("split_stays", HOSPITAL), ("fault", "split_stays"));
    assert_eq!(night.shown("split_stays").len(), 2);
}

#[test]
fn five_stays_of_one_person_are_repeated_and_four_are_not() {
    let months = ["01", "02", "03", "04", "05"];
    let all = months.map(|month| stay(month, &format!("2025-{month}-01"), &format!("2025-{month}-08")));
    let night = Night::of(&all[..4]);
    assert_eq!(night.said("repeated_stays", HOSPITAL).0, "correct");
    let night = Night::of(&all);
    assert_eq!(night.said("repeated_stays", HOSPITAL), ("fault", "repeated_stays"));
    assert_eq!(night.shown("repeated_stays").len(), 5);
    let detail = "本年度住院5次；年内在本机构住院5次及以上1人；每千次住院200，各机构中位数200；待核查";
    assert_eq!(night.verdict("repeated_stays", HOSPITAL)["detail"], detail);
    // Of two people, or at two institutions, or with one that ended last year, it is not five.
    let (first, rest) = (&all[0], &all[1..]);
    for other in [
        first.clone().of(B),
        first.clone().with("fixmedins_code", CLINIC),
        stay("01", "2024-12-20", "2024-12-31").at("2025-01-02 10:00:00"),
    ] {
        let night = Night::of(&[&[other], rest].concat());
        assert_eq!(night.said("repeated_stays", HOSPITAL).0, "correct");
    }
}

#[test]
fn what_is_settled_between_admission_and_discharge_is_looked_at_and_what_is_on_these_days_is_not() {
    let days = [("2025-03-01", false), ("2025-03-02", true), ("2025-03-09", true), ("2025-03-10", false)];
    for (day, expected) in days {
        for (med_type, care) in [("11", "out_patient"), ("14", "chronic"), ("41", "pharmacy")] {
            let night = Night::of(&[stay("1", "2025-03-01", "2025-03-10"), visit("2", med_type, day)]);
            let said = if expected { ("fault", "paid_during_stay") } else { ("correct", "nothing_to_review") };
            assert_eq!(night.said("paid_during_stay", HOSPITAL), said, "{day} {care}");
            let shown = |name: &'static str| -> Vec<&str> {
                night.evidence.iter().filter(|row| row["evidence"] == "settlement").map(|row| cell(row, name)).collect()
            };
            let expected = |value| if expected { vec![value] } else { Vec::new() };
            assert_eq!(shown("care"), expected(care));
            assert_eq!(shown("settled_at_code"), expected(CLINIC));
            assert_eq!(shown("institution_code"), expected(HOSPITAL));
        }
    }
}

#[test]
fn a_bill_that_is_handed_in_during_a_stay_was_not_paid_in_it() {
    let stay = || stay("1", "2025-03-01", "2025-03-10");
    let bill = visit("2", "11", "2025-01-07").at("2025-03-05 10:00:00");
    assert_eq!(Night::of(&[stay(), bill.clone()]).said("paid_during_stay", HOSPITAL).0, "correct");
    // Where it gives no days, it was when it was settled.
    let without = bill.without("begndate").without("enddate");
    assert_eq!(Night::of(&[stay(), without]).said("paid_during_stay", HOSPITAL).0, "fault");
    // One of somebody else says nothing.
    let others = visit("2", "11", "2025-03-05").of(B);
    assert_eq!(Night::of(&[stay(), others]).said("paid_during_stay", HOSPITAL).0, "correct");
}

#[test]
fn three_short_cheap_stays_for_minor_illness_are_looked_at() {
    let minor = |id: &str, person: &str, nights: u32, cost: &str, disease: &str| {
        let month = format!("{:0>2}", id);
        let end = format!("2025-{month}-{:0>2}", 10 + nights);
        let row = stay(id, &format!("2025-{month}-10"), &end).of(person);
        row.with("medfee_sumamt", cost).with("dise_no", disease)
    };
    let two = || vec![minor("1", A, 2, "1500.00", "J06.9"), minor("2", B, 0, "20.00", "R51")];
    let third = [
        (minor("3", C, 2, "1500.00", "J00"), "fault"),
        (minor("3", C, 3, "1500.00", "J00"), "correct"),
        (minor("3", C, 2, "1500.01", "J00"), "correct"),
        (minor("3", C, 2, "1500.00", "J01"), "correct"),
        (minor("3", C, 2, "1500.00", "J00").with("fixmedins_code", CLINIC), "correct"),
    ];
    for (row, expected) in third {
        let night = Night::of(&[two(), vec![row]].concat());
        assert_eq!(night.said("short_stays", HOSPITAL).0, expected);
        assert_eq!(night.shown("short_stays").len(), if expected == "fault" { 3 } else { 0 });
    }
    // The third does not name its disease: it might be one of the list.
    let night = Night::of(&[two(), vec![minor("3", C, 2, "1500.00", "J00").without("dise_no")]].concat());
    assert_eq!(night.said("short_stays", HOSPITAL), ("cannot_be_told", "no_data"));
    let night = Night::of(
        &[vec![minor("1", A, 2, "1.00", "R51")], vec![minor("3", C, 2, "1.00", "").without("dise_no")]].concat(),
    );
    assert_eq!(night.said("short_stays", HOSPITAL).0, "correct", "two could not be three, whatever they are");
}

/// Three visits of eleven nights and 9200.00 yuan, whose second bill does not say where: what the first bill says alone
/// would be a short, cheap stay.
#[test]
fn a_bill_that_names_no_institution_leaves_the_stay_it_belongs_to_open() {
    let visit = |id: &str, person: &str| {
        let bill = |id: &str, begin: &str, end: &str, cost: &str| {
            let row = stay(id, begin, end).of(person).with("medfee_sumamt", cost);
            row.with("dise_no", "J00")
        };
        let first = bill(id, "2025-06-01", "2025-06-02", "1200.00");
        let rest = bill(&format!("1{id}"), "2025-06-02", "2025-06-12", "8000.00").with("mdtrt_id", &format!("M{id}"));
        [first, rest]
    };
    let bills = || [visit("1", A), visit("2", B), visit("3", C)].concat();
    assert_eq!(Night::of(&bills()).said("short_stays", HOSPITAL).0, "correct");
    let second_nowhere = |(at, row): (usize, Row)| if at % 2 == 1 { row.without("fixmedins_code") } else { row };
    let night = Night::of(&bills().into_iter().enumerate().map(second_nowhere).collect::<Vec<_>>());
    assert_eq!(night.said("short_stays", HOSPITAL), ("cannot_be_told", "no_data"));
    assert!(night.evidence.is_empty(), "{:?}", night.evidence);
}

#[test]
fn a_settlement_with_its_full_reversal_is_as_if_neither_came() {
    let (first, again) = (stay("1", "2025-03-01", "2025-03-10"), stay("2", "2025-03-12", "2025-03-20"));
    let reversal = stay("3", "2025-03-12", "2025-03-20").with("medfee_sumamt", "-3000.00").reverses("2");
    let night = Night::of(&[first.clone(), again.clone(), reversal.clone()]);
    assert_eq!(night.of_the_hospital(), ["correct"; 4]);
    assert_eq!(night.rates[0]["stays"], "1");
    // Reversed in part, it stands with what is left; and so does it when the reversal is itself reversed.
    let partly = reversal.clone().with("medfee_sumamt", "-1000.00");
    let night = Night::of(&[first.clone(), again.clone(), partly]);
    assert_eq!(night.shown("split_stays")[1][5], "2000.00");
    let back = stay("4", "2025-03-12", "2025-03-20").reverses("3");
    let night = Night::of(&[first.clone(), again.clone(), reversal, back]);
    assert_eq!(night.shown("split_stays")[1][5], "3000.00");
    // A purchase that was taken back is none; the day of the taking back says nothing.
    let bought = visit("5", "41", "2025-03-05");
    let taken_back = visit("6", "41", "2025-04-05").with("medfee_sumamt", "-3000.00").reverses("5");
    assert_eq!(Night::of(&[first.clone(), bought.clone()]).said("paid_during_stay", HOSPITAL).0, "fault");
    assert_eq!(Night::of(&[first, bought, taken_back]).said("paid_during_stay", HOSPITAL).0, "correct");
}

#[test]
fn a_row_sent_twice_corrected_or_void_is_counted_as_the_burdens_count_it() {
    let first = stay("1", "2025-03-01", "2025-03-10");
    let again = stay("2", "2025-03-12", "2025-03-20");
    let night = Night::of(&[first.clone(), first.clone().in_file("b.parquet"), again.clone()]);
    assert_eq!(night.rates[0]["stays"], "2");
    let corrected = again.clone().with("begndate", "2025-03-25").with("enddate", "2025-03-28");
    let corrected = corrected.updated("2025-04-01 10:00:00").in_file("b.parquet");
    assert_eq!(Night::of(&[first.clone(), again.clone(), corrected]).said("split_stays", HOSPITAL).0, "correct");
    let void = again.with("vali_flag", "0");
    assert_eq!(Night::of(&[first, void]).of_the_hospital(), ["correct"; 4]);
}

#[test]
fn what_cannot_be_used_is_neither_an_accusation_nor_a_clean_bill() {
    let cannot = ["cannot_be_told"; 4];
    let first = || stay("1", "2025-03-01", "2025-03-10");
    let again = || stay("2", "2025-03-12", "2025-03-20");
    let unusable = |row: Row| row.without("maf_pay");
    // The readmission cannot be used: that nothing was found says nothing. Two are too few for the other two patterns.
    let night = Night::of(&[first(), unusable(again())]);
    assert_eq!(night.of_the_hospital(), ["cannot_be_told", "correct", "correct", "cannot_be_told"]);
    // The reversal of the readmission cannot be used: it may never have been.
    let reversal = again().with("setl_id", "3").with("medfee_sumamt", "-3000.00").reverses("2");
    let night = Night::of(&[first(), again(), unusable(reversal.clone())]);
    assert_eq!(night.said("split_stays", HOSPITAL).0, "cannot_be_told");
    assert!(night.evidence.is_empty());
    // A reversal of somebody else's settlement is a wrong number of one of the two.
    let night = Night::of(&[first(), again(), reversal.of(B)]);
    assert_eq!(night.said("split_stays", HOSPITAL).0, "cannot_be_told");
    // Of nobody, by its visit alone.
    let part = again().with("setl_id", "3").without("certno");
    let night = Night::of(&[first(), again(), part]);
    assert_eq!(night.said("split_stays", HOSPITAL).0, "cannot_be_told");
    // Another version of the row came that can be used.
    let night = Night::of(&[first(), unusable(again()), again().in_file("b.parquet")]);
    assert_eq!(night.said("split_stays", HOSPITAL).0, "fault");
    // One whose time says that it is not of the year is missed by nobody.
    let night = Night::of(&[first(), unusable(again().at("2024-03-20 10:00:00"))]);
    assert_eq!(night.of_the_hospital(), ["correct"; 4]);
    // Nothing but rows that cannot be used: the institution is asked, and nothing can be told.
    let many: Vec<Row> = (1..=5).map(|id| unusable(stay(&id.to_string(), "2025-03-01", "2025-03-02"))).collect();
    assert_eq!(Night::of(&many).of_the_hospital(), cannot);
}

#[test]
fn what_cannot_be_used_in_a_stay_leaves_it_open_whether_something_was_paid() {
    let stay = || stay("1", "2025-03-01", "2025-03-10");
    for (day, expected) in [("2025-03-05", "cannot_be_told"), ("2025-03-10", "correct")] {
        let night = Night::of(&[stay(), visit("2", "11", day).without("maf_pay")]);
        assert_eq!(night.of_the_hospital(), [expected, "correct", "correct", "correct"], "{day}");
        let night = Night::of(&[stay(), visit("2", "77", day)]);
        assert_eq!(night.said("paid_during_stay", HOSPITAL).0, expected, "{day}, of a care that no code says");
    }
    let bought = visit("2", "11", "2025-03-05");
    let back = visit("3", "11", "2025-03-06").with("medfee_sumamt", "-3000.00").reverses("2").without("maf_pay");
    let night = Night::of(&[stay(), bought, back]);
    assert_eq!(night.said("paid_during_stay", HOSPITAL).0, "cannot_be_told");
}

#[test]
fn stays_without_days_and_codes_without_a_meaning_are_counted_and_told() {
    let night = Night::of(&[
        stay("1", "2025-03-01", "2025-03-10"),
        stay("2", "2025-04-10", "2025-04-01"),
        stay("3", "2025-05-01", "2025-05-02").without("begndate"),
        stay("4", "2025-06-01", "2026-01-01").at("2025-06-05 10:00:00"),
        stay("5", "2025-07-01", "2025-07-05").without("fixmedins_code"),
        stay("6", "2025-08-01", "2025-08-05").with("med_type", "52"),
        stay("7", "2025-08-01", "2025-08-05").without("med_type").with("fixmedins_code", CLINIC),
    ]);
    let expected = [
        "conduct: stays that do not say from when until when they were, or say what cannot be: 3; they are no evidence",
        "conduct: stays that name no institution, so that nobody can be asked about them: 1; they are no evidence",
        "conduct: codes of `med_type` that the mapping lacks, so that they may be stays: none at all (1), `52` (1)",
    ];
    for line in expected {
        assert!(night.warnings().contains(&line.to_owned()), "{line}: {:?}", night.warnings());
    }
    // One known stay, three without days, one row of an unknown code: five might be repeated.
    assert_eq!(night.of_the_hospital(), ["cannot_be_told"; 4]);
    let detail = "本年度住院1次；年内在本机构住院5次及以上0人；每千次住院0，各机构中位数0；\
                  有无法使用的住院结算0条、未注明医疗类别的结算1条、情况不明的住院3次，无法判断";
    assert_eq!(night.verdict("repeated_stays", HOSPITAL)["detail"], detail);
    // Where nobody is known to have lain, nobody is asked.
    assert!(night.verdicts.iter().all(|row| cell(row, "subject_code") != CLINIC), "{:?}", night.verdicts);
}

#[test]
fn a_stay_in_two_years_is_of_the_year_of_its_discharge() {
    let over = stay("1", "2024-12-28", "2025-01-03");
    let night = Night::of(&[over.clone(), stay("2", "2025-01-10", "2025-01-12")]);
    assert_eq!(night.said("split_stays", HOSPITAL).0, "fault");
    assert_eq!(night.rates[0]["stays"], "2");
    // One that ended last year and was settled in this one is what a readmission follows, and no stay of the year.
    let before = stay("1", "2024-12-20", "2024-12-30").at("2025-01-02 10:00:00");
    let night = Night::of(&[before, stay("2", "2025-01-05", "2025-01-12")]);
    assert_eq!(night.said("split_stays", HOSPITAL).0, "fault");
    assert_eq!(night.rates[0]["stays"], "1");
}

#[test]
fn a_place_without_a_rule_accuses_nobody() {
    let night =
        Night::under("ewenki-banner.toml", &[stay("1", "2025-03-01", "2025-03-10"), visit("2", "11", "2025-03-05")]);
    for pattern in PATTERNS {
        assert_eq!(night.said(pattern, HOSPITAL), ("not_applicable", "no_rule"));
    }
    assert!(night.evidence.is_empty() && night.rates.is_empty());
    let told = night.warnings().into_iter().filter(|line| line.contains("[[conduct]]")).collect::<Vec<_>>();
    assert_eq!(told.len(), 4, "{told:?}");
}

#[test]
fn a_document_about_poor_people_asks_about_their_stays_alone() {
    let in_2020 = |row: Row| row.at("2020-12-20 10:00:00");
    let rows = |person: &str| {
        let stay = stay("1", "2020-12-01", "2020-12-10").of(person);
        [in_2020(stay), in_2020(visit("2", "41", "2020-12-05").of(person).with("begndate", "2020-12-05"))]
    };
    let people = [
        (A, ("fault", "paid_during_stay")),
        (B, ("not_applicable", "nothing_settled")),
        (C, ("not_applicable", "nothing_settled")),
    ];
    for (person, expected) in people {
        let register = [identity(A, "4"), identity(B, "2")].map(|row| row.with("begndate", "2019-01-01"));
        in_yunnan_it_is_said(&register, &rows(person), expected);
    }
}

/// What Yunnan's rule, which asks about some categories alone, says of the hospital in 2020.
fn in_yunnan_it_is_said(register: &[Row], settlements: &[Row], expected: (&str, &str)) {
    let house = House::of_audit("conduct").under("yunnan.toml");
    house.deliver("identities", register);
    house.deliver("settlements", settlements);
    let ran = house.run("2020-12-31", &[]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    let verdicts = house.read("2020-12-31", "verdicts");
    let of = |row: &&Cells| row["mechanism"] == "paid_during_stay" && row["subject_code"] == HOSPITAL;
    let row = verdicts.iter().find(of).unwrap();
    assert_eq!((row["verdict"].as_str(), row["matter"].as_str()), expected);
}

/// Whoever has an identity that cannot be used may be one of those asked about, whatever else the register says of them.
#[test]
fn an_identity_that_cannot_be_used_makes_nobody_an_outsider() {
    let since_2019 = |code| identity(A, code).with("begndate", "2019-01-01");
    let unusable = || since_2019("4").without("begndate");
    let registers = [
        (vec![unusable()], ("cannot_be_told", "no_data")),
        (vec![since_2019("2"), unusable()], ("cannot_be_told", "no_data")),
        (vec![since_2019("4"), unusable()], ("fault", "paid_during_stay")),
        (vec![since_2019("2")], ("not_applicable", "nothing_settled")),
    ];
    for (register, expected) in registers {
        let register = [register, vec![identity(B, "2").with("begndate", "2019-01-01")]].concat();
        let in_2020 = |row: Row| row.at("2020-12-20 10:00:00");
        let rows = [stay("1", "2020-12-01", "2020-12-10"), visit("2", "41", "2020-12-05")].map(in_2020);
        in_yunnan_it_is_said(&register, &rows, expected);
    }
}

#[test]
fn without_settlements_there_is_nobody_to_ask() {
    let house = House::of_audit("conduct").under("sample.toml");
    house.deliver("identities", &[identity(A, "2")]);
    let ran = house.run(AS_OF, &[]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert!(house.read(AS_OF, "conduct").is_empty());
    let manifest = manifest(&house.path("published").join(AS_OF));
    let line = "conduct: no settlements were delivered, so nothing can be told of any institution";
    let found = manifest["warnings"].as_array().unwrap().iter().filter(|told| told.as_str() == Some(line)).count();
    assert_eq!(found, 1, "{}", manifest["warnings"]);
}

/// A settlement of a random year.
#[derive(Debug, Clone)]
struct Draw {
    person: usize,
    place: usize,
    care: &'static str,
    /// Days since 1 March.
    begin: i64,
    nights: i64,
    disease: Option<&'static str>,
    fen: i64,
    visit: Option<usize>,
    reversed: bool,
}

const PEOPLE: [&str; 3] = [A, B, C];
const PLACES: [&str; 2] = [HOSPITAL, CLINIC];

fn draw() -> impl Strategy<Value = Draw> {
    let care = prop_oneof![3 => Just("21"), 1 => Just("11"), 1 => Just("41")];
    let disease = prop_oneof![Just(Some("J00")), Just(Some("I10")), Just(None)];
    let what = (care, disease, prop_oneof![Just(90_000), Just(300_000)], proptest::option::of(0..5_usize));
    (0..3_usize, 0..2_usize, 0..60_i64, 0..6_i64, what, 0..8_u8).prop_map(
        |(person, place, begin, nights, what, turned)| {
            let (care, disease, fen, visit) = what;
            let nights = if care == "21" { nights } else { 0 };
            Draw { person, place, care, begin, nights, disease, fen, visit, reversed: turned == 0 }
        },
    )
}

impl Draw {
    fn rows(&self, number: usize) -> Vec<Row> {
        let day = |days: i64| (NaiveDate::from_ymd_opt(2025, 3, 1).unwrap() + TimeDelta::days(days)).to_string();
        let yuan = |fen: i64| Fen(fen).to_string();
        let row = stay(&(100 + number).to_string(), &day(self.begin), &day(self.begin + self.nights));
        let row = row.of(PEOPLE[self.person]).with("fixmedins_code", PLACES[self.place]).with("med_type", self.care);
        let row = row.with("medfee_sumamt", &yuan(self.fen));
        let row = self.disease.map_or(row.clone().without("dise_no"), |disease| row.with("dise_no", disease));
        let row = match self.visit {
            Some(visit) => row.with("mdtrt_id", &format!("V{visit}")),
            None => row.without("mdtrt_id"),
        };
        let back = row.clone().with("setl_id", &(500 + number).to_string()).with("medfee_sumamt", &yuan(-self.fen));
        let back = back.reverses(&(100 + number).to_string());
        if self.reversed { vec![row, back] } else { vec![row] }
    }
}

/// A stay as the definitions have it.
struct Lain {
    person: usize,
    place: usize,
    begin: i64,
    end: i64,
    fen: i64,
    disease: Option<&'static str>,
    /// Without a visit, so that it is neither split from anything nor one of many.
    alone: bool,
}

/// By pattern and place: stays, cases and people, each pair of rows held against the definitions.
fn by_definition(draws: &[Draw]) -> BTreeMap<(&'static str, &'static str), [usize; 3]> {
    let mut visits: BTreeMap<(usize, usize, Option<usize>, usize), Vec<&Draw>> = BTreeMap::new();
    for (number, draw) in draws.iter().enumerate().filter(|(_, draw)| draw.care == "21" && !draw.reversed) {
        let apart = if draw.visit.is_some() { 0 } else { number };
        visits.entry((draw.person, draw.place, draw.visit, apart)).or_default().push(draw);
    }
    let stays: Vec<Lain> = visits
        .into_iter()
        .map(|((person, place, visit, _), rows)| {
            let last = rows.iter().filter(|row| row.disease.is_some()).max_by_key(|row| row.begin + row.nights);
            Lain {
                person,
                place,
                begin: rows.iter().map(|row| row.begin).min().unwrap(),
                end: rows.iter().map(|row| row.begin + row.nights).max().unwrap(),
                fen: rows.iter().map(|row| row.fen).sum(),
                disease: last.and_then(|row| row.disease),
                alone: visit.is_none(),
            }
        })
        .collect();
    let mut found = BTreeMap::new();
    for (place, code) in PLACES.into_iter().enumerate() {
        let here: Vec<(usize, &Lain)> = stays.iter().filter(|stay| stay.place == place).enumerate().collect();
        let again = |(at, stay): &(usize, &Lain)| {
            here.iter().any(|(before, other)| {
                // Of two that are alike in their days, the first is before the second.
                let order = (other.begin, other.end, *before) < (stay.begin, stay.end, *at);
                let same = other.person == stay.person && other.disease == stay.disease && stay.disease.is_some();
                order && same && !other.alone && !stay.alone && (0..=10).contains(&(stay.begin - other.end))
            })
        };
        let many = |person: usize| here.iter().filter(|(_, stay)| stay.person == person && !stay.alone).count() >= 5;
        let paid = |(_, stay): &(usize, &Lain)| {
            draws.iter().any(|draw| {
                let beside = draw.care != "21" && !draw.reversed && draw.person == stay.person;
                beside && stay.begin < draw.begin && draw.begin < stay.end
            })
        };
        let short = |(_, stay): &(usize, &Lain)| {
            stay.end - stay.begin <= 2 && stay.fen <= 150_000 && stay.disease == Some("J00")
        };
        let counted = |cases: Vec<&(usize, &Lain)>| {
            let people: BTreeSet<usize> = cases.iter().map(|(_, stay)| stay.person).collect();
            [here.len(), cases.len(), people.len()]
        };
        let repeated = (0..3).filter(|person| many(*person)).count();
        found.insert(("split_stays", code), counted(here.iter().filter(|stay| again(stay)).collect()));
        found.insert(("repeated_stays", code), [here.len(), repeated, repeated]);
        found.insert(("paid_during_stay", code), counted(here.iter().filter(|stay| paid(stay)).collect()));
        found.insert(("short_stays", code), counted(here.iter().filter(|stay| short(stay)).collect()));
    }
    found.retain(|_, [stays, ..]| *stays > 0);
    found
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 8, failure_persistence: None, max_shrink_iters: 30, ..ProptestConfig::default() })]

    /// Every pattern by its definition alone; and in another order, other files and other threads the very same.
    #[test]
    fn any_year_is_counted_as_the_definitions_say(draws in proptest::collection::vec(draw(), 40..90)) {
        // The disease of a stay is that of its last settlement: where two end on one day, there is no last one.
        let mut ends = BTreeSet::new();
        let draws: Vec<Draw> = draws
            .into_iter()
            .filter(|draw| draw.visit.is_none() || ends.insert((draw.person, draw.place, draw.visit, draw.begin + draw.nights)))
            .collect();
        let rows: Vec<Row> = draws.iter().enumerate().flat_map(|(number, draw)| draw.rows(number)).collect();
        let night = Night::of(&rows);
        let number = |row: &Cells, name: &str| row[name].parse::<usize>().unwrap();
        let found: BTreeMap<(&str, &str), [usize; 3]> = night
            .rates
            .iter()
            .map(|row| {
                let figures = ["stays", "cases", "people"].map(|name| number(row, name));
                ((row["mechanism"].as_str(), row["institution_code"].as_str()), figures)
            })
            .collect();
        prop_assert_eq!(found, by_definition(&draws));

        let shuffled = rows.into_iter().rev().enumerate();
        let shuffled: Vec<Row> = shuffled.map(|(at, row)| row.in_file(["a.parquet", "b.parquet"][at % 2])).collect();
        let again = Night::of(&shuffled);
        let but_place = |rows: &[Cells]| -> Vec<Cells> {
            let without = |row: &Cells| {
                let mut row = row.clone();
                row.retain(|name, _| !["file", "row"].contains(&name.as_str()));
                row
            };
            rows.iter().map(without).collect()
        };
        prop_assert_eq!(&night.verdicts, &again.verdicts);
        prop_assert_eq!(but_place(&night.evidence), but_place(&again.evidence));
        prop_assert_eq!(&night.rates, &again.rates);
        let alone = again.house.run(AS_OF, &["--published", "HOME/alone", "--threads", "1"]);
        prop_assert_eq!(alone.code, 0, "{}", alone.stderr);
        for table in ["verdicts", "conduct", "conduct_rates"] {
            let bytes = |folder: &str| {
                fs::read(again.house.path(folder).join(AS_OF).join(format!("{table}.parquet"))).unwrap()
            };
            prop_assert_eq!(bytes("published"), bytes("alone"));
        }
    }
}

#[test]
fn the_code_of_an_institution_says_where_it_lies() {
    let area = |code: &str| Institution::area_of(code).map(|area| area.to_string());
    assert_eq!(area("H15072400012").as_deref(), Some("150724"));
    assert_eq!(area("P15072400012345").as_deref(), Some("150724"));
    for other in ["H1507240001", "15072400012", "H15072400O12", "H00072400012", "医院15072400012", ""] {
        assert_eq!(area(other), None, "{other}");
    }
}

#[test]
fn a_rule_that_says_too_little_or_too_much_is_refused() {
    let rules = r#"
[[conduct]]
pattern = "split"
[[conduct]]
pattern   = "split_stays"
from      = 2021-01-01
reference = { title = "t", article = "1" }
reviewed  = 2025-06-01
repeated_stays = 5
[[conduct]]
pattern        = "repeated_stays"
repeated_stays = 1
from           = 2021-01-01
reference      = { title = "t", article = "1" }
reviewed       = 2025-06-01
[[conduct]]
pattern   = "paid_during_stay"
from      = 2021-01-01
reference = { title = "t", article = "1" }
reviewed  = 2025-06-01
[[conduct]]
pattern         = "short_stays"
short_days      = -1
short_cost      = "0.00"
minor_diagnoses = []
short_stays     = 0
from            = 2021-01-01
reference       = { title = "t", article = "1" }
reviewed        = 2025-06-01
[[conduct]]
pattern       = "admission_rate"
robust_z      = 3.5
minimum_peers = 2
funnel_sigmas = "0"
categories    = ["marginal"]
from          = 2021-01-01
reference     = { title = "t", article = "1" }
reviewed      = 2025-06-01
"#;
    let expected = [
        "2: [[conduct]] needs `from`, which is missing",
        "2: [[conduct]] needs `reference`, which is missing",
        "2: [[conduct]] needs `reviewed`, which is missing",
        "3: `pattern` is \"split\", expected one of split_stays, repeated_stays, paid_during_stay, short_stays, \
         admission_rate",
        "4: [[conduct]] needs `split_days`, which is missing",
        "9: [[conduct]] has an unknown key `repeated_stays`, expected pattern, from, until, categories, split_days, \
         reference, reviewed",
        "12: `repeated_stays` is 1, expected a whole number of 2 or more",
        "23: `short_days` is -1, expected a whole number of 0 or more",
        "24: `short_cost` is \"0.00\", expected an amount above 0",
        "25: `minor_diagnoses` is an empty list, expected a list of at least one disease code",
        "26: `short_stays` is 0, expected a whole number of 1 or more",
        "32: `robust_z` is 3.5, expected exact decimal text: write it in quotes, \"3.5\"",
        "33: `minimum_peers` is 2, expected a whole number of 3 or more",
        "34: `funnel_sigmas` is \"0\", expected a number above 0 and at most 100, with at most four decimals",
        "35: [[conduct]] has an unknown key `categories`, expected pattern, from, until, robust_z, minimum_peers, \
         funnel_sigmas, reference, reviewed",
    ];
    let told = rules_refused(rules);
    assert_eq!(told, expected);
}

#[test]
fn two_rules_of_one_pattern_on_one_day_are_refused() {
    let rule = |pattern: &str, from: &str| {
        format!(
            "[[conduct]]\npattern = \"{pattern}\"\nsplit_days = 10\nfrom = {from}\nreviewed = 2025-06-01\n\
             reference = {{ title = \"t\", article = \"1\" }}\n"
        )
    };
    let told = rules_refused(&(rule("split_stays", "2021-01-01") + &rule("split_stays", "2022-01-01")));
    let expected = "7: [[conduct]] of `split_stays` stands twice from 2022-01-01 on: that of line 1 holds too; let one \
                    end where the other begins";
    assert_eq!(told, [expected]);
}
