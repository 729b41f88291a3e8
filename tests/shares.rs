//! Cost outside the catalogue: every verdict on an institution's year worked out by hand, on each side of each limit.

#![cfg(test)]

use std::collections::BTreeMap;

use crate::harness::{A, AS_OF, B, C, Cells, House, Row, cell, identity, manifest, rules_refused, settlement};

/// Level 1, 2, 3 and none in the sample's mapping.
const ONE: &str = "08";
const TWO: &str = "05";
const THREE: &str = "02";
const NONE: &str = "11";

/// In-patient settlements of A, each at an institution.
#[derive(Default)]
struct Ward {
    rows: Vec<Row>,
}

impl Ward {
    /// One settlement of A: 1000.00 yuan, nothing of it outside the catalogue.
    fn stay(&self, institution: &str, level: &str) -> Row {
        settlement(&format!("s{:04}", self.rows.len()), "1000.00")
            .with("med_type", "21")
            .with("fixmedins_code", institution)
            .with("hosp_lv", level)
            .with("fulamt_ownpay_amt", "0.00")
            .with("overlmt_selfpay", "0.00")
    }

    /// So many settlements of 1000.00 yuan, the first with this much outside the catalogue.
    fn year(&mut self, institution: &str, level: &str, settlements: usize, (own, over): (&str, &str)) -> &mut Ward {
        for number in 0..settlements {
            let row = self.stay(institution, level);
            let first = || row.clone().with("fulamt_ownpay_amt", own).with("overlmt_selfpay", over);
            self.rows.push(if number == 0 { first() } else { row.clone() });
        }
        self
    }

    /// One more row, made of a settlement of 1000.00 yuan.
    fn and(&mut self, institution: &str, level: &str, make: impl FnOnce(Row) -> Row) -> &mut Ward {
        let row = make(self.stay(institution, level));
        self.rows.push(row);
        self
    }

    fn audited(&self) -> House {
        let house = house();
        house.deliver("settlements", &self.rows);
        run(&house);
        house
    }
}

fn house() -> House {
    let house = House::of_audit("out_of_catalogue").under("sample.toml");
    house.deliver("identities", &[identity(A, "2"), identity(B, "5")]);
    house
}

fn run(house: &House) {
    let ran = house.run(AS_OF, &[]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
}

/// By institution: verdict, matter, found and expected.
fn said(house: &House) -> BTreeMap<String, String> {
    let of = |row: &Cells| {
        assert_eq!(cell(row, "subject_kind"), "institution");
        assert_eq!(cell(row, "person_id"), "-");
        let said = ["verdict", "matter", "found", "expected"].map(|column| cell(row, column));
        (row["subject_code"].clone(), said.join(" "))
    };
    house.read(AS_OF, "verdicts").iter().map(of).collect()
}

fn expect(house: &House, expected: &[(&str, &str)]) {
    let expected: BTreeMap<String, String> =
        expected.iter().map(|(institution, said)| ((*institution).to_owned(), (*said).to_owned())).collect();
    assert_eq!(said(house), expected);
}

/// Ten settlements of 1000.00 are 10000.00: the limits are 100.00, 200.00 and 300.00.
#[test]
fn a_share_at_the_limit_is_within_it_and_one_fen_more_is_above() {
    let mut ward = Ward::default();
    ward.year("one-less", ONE, 10, ("50.00", "49.99"))
        .year("one-at", ONE, 10, ("50.00", "50.00"))
        .year("one-more", ONE, 10, ("50.00", "50.01"))
        .year("three-at", THREE, 10, ("300.00", "0.00"))
        .year("three-more", THREE, 10, ("0.00", "300.01"))
        .year("two-at", TWO, 10, ("200.00", "0.00"))
        .year("two-less", TWO, 10, ("199.99", "0.00"))
        .year("two-more", TWO, 10, ("200.01", "0.00"))
        .year("unrated", NONE, 10, ("900.00", "0.00"));
    let house = ward.audited();
    expect(
        &house,
        &[
            ("one-less", "correct share_within_limit 99.99 100.00"),
            ("one-at", "correct share_within_limit 100.00 100.00"),
            ("one-more", "fault share_above_limit 100.01 100.00"),
            ("three-at", "correct share_within_limit 300.00 300.00"),
            ("three-more", "fault share_above_limit 300.01 300.00"),
            ("two-at", "correct share_within_limit 200.00 200.00"),
            ("two-less", "correct share_within_limit 199.99 200.00"),
            ("two-more", "fault share_above_limit 200.01 200.00"),
            ("unrated", "not_applicable no_level 900.00 -"),
        ],
    );
    // A problem is the institution's, and nobody's.
    let problems = house.read(AS_OF, "problems");
    let codes: Vec<&str> = problems.iter().map(|row| cell(row, "subject_code")).collect();
    assert_eq!(codes, ["one-more", "three-more", "two-more"]);
    assert!(problems.iter().all(|row| cell(row, "person_id") == "-" && cell(row, "detail").contains("待核查")));
}

/// Of a year together: one settlement wholly outside the catalogue is nothing by itself.
#[test]
fn below_the_volume_nothing_is_said() {
    let mut ward = Ward::default();
    ward.year("nine", TWO, 9, ("900.00", "0.00")).year("ten", TWO, 10, ("900.00", "0.00"));
    expect(
        &ward.audited(),
        &[("nine", "not_applicable too_few_stays 900.00 180.00"), ("ten", "fault share_above_limit 900.00 200.00")],
    );
}

#[test]
fn only_in_patients_of_the_register_are_added_up() {
    let mut ward = Ward::default();
    ward.year("h", TWO, 10, ("200.00", "0.00"));
    let outside = |row: Row| row.with("fulamt_ownpay_amt", "1000.00");
    // C is in no register, the others are no stays, or not of the year: none of them changes the share.
    ward.and("h", TWO, |row| outside(row).of(C))
        .and("h", TWO, |row| outside(row).with("med_type", "11"))
        .and("h", TWO, |row| outside(row).with("med_type", "14"))
        .and("h", TWO, |row| outside(row).at("2024-12-31 23:59:59"))
        .and("h", TWO, |row| outside(row).with("vali_flag", "0"))
        .and("only-others", TWO, |row| outside(row).of(C));
    expect(&ward.audited(), &[("h", "correct share_within_limit 200.00 200.00")]);
}

/// Whose identity holds on the day of settlement, whatever became of it since.
#[test]
fn the_identity_of_the_settlements_day_decides() {
    let mut ward = Ward::default();
    ward.year("h", TWO, 10, ("200.00", "0.00"))
        .and("h", TWO, |row| row.of(B).at("2025-05-31 10:00:00").with("fulamt_ownpay_amt", "1.00"))
        .and("h", TWO, |row| row.of(B).at("2025-06-01 10:00:00").with("fulamt_ownpay_amt", "1000.00"));
    let house = house();
    house.deliver("identities", &[identity(A, "2"), identity(B, "5").with("enddate", "2025-06-01")]);
    house.deliver("settlements", &ward.rows);
    run(&house);
    expect(&house, &[("h", "correct share_within_limit 201.00 220.00")]);
}

/// What is taken back is taken from the settlement, in that one's month: with its full reversal it never came.
#[test]
fn a_reversal_takes_back_what_it_reverses() {
    let mut ward = Ward::default();
    let back = |row: Row, of: &str, cost: &str, own: &str| {
        row.at("2025-04-02 10:00:00").with("medfee_sumamt", cost).with("fulamt_ownpay_amt", own).reverses(of)
    };
    ward.year("h", TWO, 10, ("300.00", "0.00"))
        .and("h", TWO, |row| row.with("setl_id", "gone").with("fulamt_ownpay_amt", "1000.00"))
        .and("h", TWO, |row| back(row, "gone", "-1000.00", "-1000.00"))
        .and("h", TWO, |row| back(row, "s0000", "-100.00", "-100.00"));
    let house = ward.audited();
    // 300.00 - 100.00 of 10000.00 - 100.00: the limit is 198.00.
    expect(&house, &[("h", "fault share_above_limit 200.00 198.00")]);
    let rows = house.read(AS_OF, "out_of_catalogue");
    let months: Vec<(&str, &str, &str)> =
        rows.iter().map(|row| (cell(row, "month"), cell(row, "settlements"), cell(row, "total_cost"))).collect();
    assert_eq!(months, [("-", "10", "9900.00"), ("2025-03", "10", "9900.00")]);
}

/// A row that cannot be used may have lain outside the catalogue or not: where either way says the same, it is said.
#[test]
fn a_row_that_cannot_be_used_neither_accuses_nor_clears() {
    let mut ward = Ward::default();
    let untimed = |row: Row| row.without("setl_time");
    let unpriced = |row: Row| row.without("hifp_pay").without("medfee_sumamt");
    let unclear = |row: Row| row.with("med_type", "99");
    // 10000.00 and 1000.00 in doubt: above 220.00 in any case, at 201.00 perhaps, and below in no case.
    ward.year("above", TWO, 10, ("220.01", "0.00")).and("above", TWO, untimed);
    ward.year("perhaps", TWO, 10, ("201.00", "0.00")).and("perhaps", TWO, untimed);
    ward.year("perhaps-not", TWO, 10, ("0.00", "0.00")).and("perhaps-not", TWO, untimed);
    ward.year("priceless", TWO, 10, ("900.00", "0.00")).and("priceless", TWO, unpriced);
    ward.year("unclear", TWO, 10, ("100.00", "0.00")).and("unclear", TWO, unclear);
    ward.year("too-few", TWO, 8, ("900.00", "0.00")).and("too-few", TWO, untimed);
    ward.year("perhaps-enough", TWO, 9, ("900.00", "0.00")).and("perhaps-enough", TWO, untimed);
    // 40 in doubt of 100000.00 leave 2040.00 as the most that may lie outside.
    ward.year("within", TWO, 100, ("1960.00", "0.00"));
    ward.and("within", TWO, |row| untimed(row).with("medfee_sumamt", "40.00"));
    ward.year("not-quite", TWO, 100, ("1960.81", "0.00"));
    ward.and("not-quite", TWO, |row| untimed(row).with("medfee_sumamt", "40.00"));
    expect(
        &ward.audited(),
        &[
            ("above", "fault share_above_limit 220.01 200.00"),
            ("not-quite", "cannot_be_told no_data 1960.81 2000.00"),
            ("perhaps", "cannot_be_told no_data 201.00 200.00"),
            ("perhaps-enough", "cannot_be_told no_data 900.00 180.00"),
            ("perhaps-not", "cannot_be_told no_data 0.00 200.00"),
            ("priceless", "cannot_be_told no_data 900.00 200.00"),
            ("too-few", "not_applicable too_few_stays 900.00 160.00"),
            ("unclear", "cannot_be_told no_data 100.00 200.00"),
            ("within", "correct share_within_limit 1960.00 2000.00"),
        ],
    );
}

/// 1000.00 may be taken back, by a number that one of two people has wrong: 99000.00 are left then, of which 1980.00 may
/// lie outside the catalogue, where it was 2000.00 of 100000.00.
#[test]
fn what_may_be_taken_back_is_taken_both_ways() {
    let mut ward = Ward::default();
    let back = |row: Row| {
        let row = row.of(B).with("medfee_sumamt", "-1000.00").with("fulamt_ownpay_amt", "-1000.00");
        row.reverses("s0000")
    };
    // 1500.00 if it lay outside, 2500.00 if not.
    ward.year("perhaps", TWO, 100, ("2500.00", "0.00")).and("perhaps", TWO, back);
    ward.year("at-best-at", TWO, 100, ("2980.00", "0.00")).and("at-best-at", TWO, back);
    ward.year("above", TWO, 100, ("2980.01", "0.00")).and("above", TWO, back);
    ward.year("at-worst-above", TWO, 100, ("1980.01", "0.00")).and("at-worst-above", TWO, back);
    ward.year("within", TWO, 100, ("1980.00", "0.00")).and("within", TWO, back);
    expect(
        &ward.audited(),
        &[
            ("above", "fault share_above_limit 2980.01 2000.00"),
            ("at-best-at", "cannot_be_told no_data 2980.00 2000.00"),
            ("at-worst-above", "cannot_be_told no_data 1980.01 2000.00"),
            ("perhaps", "cannot_be_told no_data 2500.00 2000.00"),
            ("within", "correct share_within_limit 1980.00 2000.00"),
        ],
    );
}

/// A row whose certificate cannot be read may be of anybody: it is in no share, and it is not passed over in silence.
#[test]
fn a_row_of_nobody_is_counted_in_a_warning() {
    let mut ward = Ward::default();
    ward.year("h", TWO, 10, ("0.00", "0.00"));
    let nobodys = |row: Row| row.without("certno").with("fulamt_ownpay_amt", "1000.00");
    ward.and("h", TWO, nobodys).and("h", TWO, |row| nobodys(row).with("med_type", "99"));
    ward.and("other", TWO, nobodys).and("h", TWO, |row| nobodys(row).without("fixmedins_code"));
    // Not of in-patients, void, or of another year.
    ward.and("h", TWO, |row| nobodys(row).with("med_type", "11"))
        .and("h", TWO, |row| nobodys(row).with("vali_flag", "0"))
        .and("h", TWO, |row| nobodys(row).at("2024-12-31 23:59:59"));
    let house = ward.audited();
    expect(&house, &[("h", "correct share_within_limit 0.00 200.00")]);
    let warnings = manifest(&house.path("published").join(AS_OF))["warnings"].to_string();
    let line = "out_of_catalogue: settlements that are or may be of in-patients have a certificate that cannot be read, so \
                that they are in nobody's share (rows: 4; institutions: 2)";
    assert_eq!(warnings.matches(line).count(), 1, "{warnings}");
}

/// A sound version of a row makes the one that cannot be used nobody's loss.
#[test]
fn a_row_sent_again_soundly_is_missed_by_nobody() {
    let mut ward = Ward::default();
    ward.year("h", TWO, 10, ("0.00", "0.00")).and("h", TWO, |row| row.with("setl_id", "s0003").without("setl_time"));
    expect(&ward.audited(), &[("h", "correct share_within_limit 0.00 200.00")]);
}

#[test]
fn rows_that_differ_on_the_level_say_nothing_where_it_matters() {
    let mut ward = Ward::default();
    let as_three = |row: Row| row.with("hosp_lv", THREE);
    ward.year("above-both", TWO, 9, ("300.01", "0.00")).and("above-both", TWO, as_three);
    ward.year("between", TWO, 9, ("250.00", "0.00")).and("between", TWO, as_three);
    ward.year("within-both", TWO, 9, ("200.00", "0.00")).and("within-both", TWO, as_three);
    ward.year("unknown", "77", 10, ("900.00", "0.00"));
    // 1.5 % is above the limit at level 1, and within that at level 2, which the eleven others may be of.
    ward.year("one-stray", "77", 11, ("180.00", "0.00")).and("one-stray", ONE, |row| row);
    ward.year("one-strange", TWO, 11, ("180.00", "0.00")).and("one-strange", "78", |row| row);
    ward.year("once-unknown", TWO, 10, ("900.00", "0.00")).and("once-unknown", TWO, |row| row.without("hosp_lv"));
    let house = ward.audited();
    expect(
        &house,
        &[
            ("above-both", "fault share_above_limit 300.01 -"),
            ("between", "cannot_be_told no_data 250.00 -"),
            ("once-unknown", "fault share_above_limit 900.00 220.00"),
            ("one-strange", "cannot_be_told no_data 180.00 -"),
            ("one-stray", "cannot_be_told no_data 180.00 -"),
            ("unknown", "cannot_be_told no_data 900.00 -"),
            ("within-both", "correct share_within_limit 200.00 -"),
        ],
    );
    let warnings = manifest(&house.path("published").join(AS_OF))["warnings"].clone();
    let warned: Vec<&str> = warnings.as_array().unwrap().iter().map(|line| line.as_str().unwrap()).collect();
    assert!(
        warned.contains(&"settlements: codes of `hosp_lv` of in-patients that the mapping lacks: `77` (21), `78` (1)"),
        "{warned:?}"
    );
}

#[test]
fn the_year_stands_before_its_months_and_the_heaviest_settlements_beside_it() {
    let mut ward = Ward::default();
    ward.year("H15072400012", TWO, 9, ("100.00", "50.00")).and("H15072400012", TWO, |row| {
        row.at("2025-07-09 10:00:00").with("medfee_sumamt", "2000.00").with("fulamt_ownpay_amt", "150.01")
    });
    let house = ward.audited();
    let shown = |table: &str, columns: &[&str]| -> Vec<String> {
        let line = |row: &Cells| columns.iter().map(|column| cell(row, column)).collect::<Vec<_>>().join(" ");
        house.read(AS_OF, table).iter().map(line).collect()
    };
    let columns = [
        "area_code",
        "month",
        "level",
        "settlements",
        "people",
        "total_cost",
        "self_paid",
        "over_limit",
        "out_of_catalogue",
        "share",
        "limit",
        "doubtful",
        "verdict",
    ];
    assert_eq!(
        shown("out_of_catalogue", &columns),
        [
            "150724 - 2 10 1 11000.00 250.01 50.00 300.01 2.7274 2.0000 0 fault",
            "150724 2025-03 2 9 1 9000.00 100.00 50.00 150.00 1.6667 2.0000 - -",
            "150724 2025-07 2 1 1 2000.00 150.01 0.00 150.01 7.5005 2.0000 - -",
        ]
    );
    assert_eq!(
        shown("out_of_catalogue_settlements", &["rank", "setl_id", "person_id", "settled_on", "out_of_catalogue"]),
        [format!("1 s0009 {A} 2025-07-09 150.01"), format!("2 s0000 {A} 2025-03-01 150.00")]
    );
    assert_eq!(
        cell(&house.read(AS_OF, "verdicts")[0], "detail"),
        "2025-01-01至2025-11-30，监测对象住院结算10笔，医疗总费用11000.00元，目录外300.01元（全自费250.01元、超限价50.00元），\
         占2.7274%；二级医疗机构限额2%，即220.00元；超出限额，待核查"
    );
}

#[test]
fn rows_in_other_files_and_another_order_say_the_same() {
    let mut ward = Ward::default();
    ward.year("one", ONE, 12, ("150.00", "0.00")).year("two", TWO, 11, ("0.00", "500.00")).year(
        "few",
        TWO,
        3,
        ("1.00", "1.00"),
    );
    ward.and("one", ONE, |row| row.without("setl_time")).and("two", TWO, |row| {
        row.with("medfee_sumamt", "-200.00").with("overlmt_selfpay", "-200.00").reverses("s0012")
    });
    let as_sent = ward.audited();
    let files = ["c.parquet", "b.parquet", "a.parquet"];
    ward.rows = ward.rows.iter().rev().enumerate().map(|(at, row)| row.clone().in_file(files[at % 3])).collect();
    let turned = ward.audited();
    for table in ["verdicts", "out_of_catalogue", "out_of_catalogue_settlements"] {
        let rows = as_sent.read(AS_OF, table);
        assert!(!rows.is_empty(), "{table}");
        assert_eq!(rows, turned.read(AS_OF, table), "{table}");
    }
}

#[test]
fn what_was_not_delivered_is_named_once_and_accuses_nobody() {
    // A file without the columns does not say what lies outside the catalogue; a null in one of them is 0.
    let house = house();
    let told = Ward::default().year("h", TWO, 10, ("900.00", "0.00")).rows.clone();
    let plain = |row: &Row| {
        settlement(row.cell("setl_id").unwrap(), "1000.00")
            .with("med_type", "21")
            .with("fixmedins_code", "h")
            .with("hosp_lv", TWO)
    };
    house.deliver("settlements", &told.iter().map(plain).collect::<Vec<_>>());
    run(&house);
    expect(&house, &[("h", "cannot_be_told no_data - -")]);

    let house = self::house();
    let nulls = told.iter().map(|row| row.clone().without("fulamt_ownpay_amt").without("overlmt_selfpay"));
    house.deliver("settlements", &nulls.collect::<Vec<_>>());
    run(&house);
    expect(&house, &[("h", "correct share_within_limit 0.00 200.00")]);

    // Not delivered at all, or without a row in any file.
    for (table, empty) in [(None, 0), (Some([]), 1)] {
        let house = self::house();
        table.into_iter().for_each(|rows: [Row; 0]| house.deliver("settlements", &rows));
        run(&house);
        expect(&house, &[]);
        let warnings = manifest(&house.path("published").join(AS_OF))["warnings"].to_string();
        let line = "out_of_catalogue: no settlements were delivered, so there is no institution to look at";
        assert_eq!(warnings.matches(line).count(), 1, "{warnings}");
        assert_eq!(warnings.matches("the table was delivered without a row").count(), empty, "{warnings}");
    }
}

/// YUN: 建档立卡贫困人口 alone, and no volume below which nothing is said; after the action it asks for nothing.
#[test]
fn yunnan_looks_at_poor_people_of_its_own_year() {
    let mut ward = Ward::default();
    let of_2020 = |row: Row| row.at("2020-12-01 10:00:00");
    ward.and("h", TWO, |row| of_2020(row).of(B).with("fulamt_ownpay_amt", "20.00"))
        .and("h", TWO, |row| of_2020(row).of(A).with("fulamt_ownpay_amt", "1000.00"))
        .and("two", TWO, |row| of_2020(row).of(B).with("overlmt_selfpay", "20.01"));
    let house = House::of_audit("out_of_catalogue").under("yunnan.toml");
    let since_2019 = |certno, code| identity(certno, code).with("begndate", "2019-01-01");
    house.deliver("identities", &[since_2019(A, "2"), since_2019(B, "4")]);
    house.deliver("settlements", &ward.rows);
    let said_on = |day: &str| {
        let ran = house.run(day, &[]);
        assert_eq!(ran.code, 0, "{}", ran.stderr);
        let of =
            |row: &Cells| ["subject_code", "verdict", "matter", "found", "reference"].map(|c| cell(row, c).to_owned());
        house.read(day, "verdicts").iter().map(|row| of(row).join(" ")).collect::<Vec<_>>()
    };
    assert_eq!(
        said_on("2020-12-31"),
        [
            "h correct share_within_limit 20.00 云医保〔2020〕128号 二(五)",
            "two fault share_above_limit 20.01 云医保〔2020〕128号 二(五)",
        ]
    );
    house.deliver("settlements", &[ward.stay("h", TWO).at("2021-02-01 10:00:00")]);
    assert_eq!(said_on("2021-02-28"), ["h not_applicable no_rule 0.00 -"]);
}

#[test]
fn a_faulty_rule_is_refused_with_every_fault() {
    let faulty = r#"
[[out_of_catalogue]]
patients      = "everybody"
limits        = { level_1 = "0", level_2 = "2" }
minimum_stays = "10"
from          = 2021-01-01
reference     = { title = "an invented plan", article = "14" }
[[out_of_catalogue]]
patients  = "register"
limits    = { level_1 = "1", level_2 = "2", level_3 = "3.00001" }
from      = 2022-01-01
reference = { title = "an invented plan", article = "14" }
reviewed  = 2025-01-01
"#;
    insta::assert_snapshot!(rules_refused(faulty).join("\n"), @r#"
    2: [[out_of_catalogue]] needs `reviewed`, which is missing
    3: `patients` is "everybody", expected "register", or a list of categories
    4: `level_1` is "0", expected a percentage above 0 and at most 100
    4: [out_of_catalogue.limits] needs `level_3`, which is missing
    5: `minimum_stays` is "10", expected a whole number of 0 or more
    10: `level_3` is "3.00001", expected a percentage with at most four decimals
    "#);
    let twice = r#"
[[out_of_catalogue]]
patients  = "register"
limits    = { level_1 = "1", level_2 = "2", level_3 = "3" }
from      = 2021-01-01
reference = { title = "an invented plan", article = "14" }
reviewed  = 2025-01-01
[[out_of_catalogue]]
patients  = ["marginal"]
limits    = { level_1 = "1", level_2 = "2", level_3 = "3" }
from      = 2022-01-01
reference = { title = "an invented plan", article = "14" }
reviewed  = 2025-01-01
"#;
    assert_eq!(
        rules_refused(twice),
        [
            "8: [[out_of_catalogue]] stands twice from 2022-01-01 on: that of line 2 holds too; let one end where the other \
          begins"
        ]
    );
}

#[test]
fn a_mapping_without_levels_is_refused_by_name() {
    let house = House::of_audit("out_of_catalogue");
    house.append("codes.toml", "\n[med_type]\n\"21\" = \"in_patient\"\n");
    house.deliver("identities", &[identity(A, "2")]);
    let ran = house.run(AS_OF, &[]);
    assert_eq!(ran.code, 78);
    assert_eq!(
        ran.told(),
        ["HOME/codes.toml: the file has no [hosp_lv], which this job needs; add it, with lines such as \"02\" = \"3\""]
    );
}

#[test]
fn the_policy_shows_the_limits_with_their_citation() {
    let house = House::new();
    let shown = |file: &str, day: &str| {
        let path = crate::harness::shipped("policy").join(file).to_str().unwrap().to_owned();
        let text = house.fangpin(&["policy", &path, "--as-of", day]).stdout;
        let from = text.find("out of catalogue").map(|at| text[at..].to_owned()).unwrap_or_default();
        from.split("\n\n").next().unwrap_or_default().to_owned()
    };
    insta::assert_snapshot!(shown("sample.toml", AS_OF), @r"
    out of catalogue (目录外费用占比), of an institution's in-patient cost of the year
      whom       everybody in the register
      limits     一级 at most 1%, 二级 at most 2%, 三级 at most 3%
      volume     10 in-patient settlements or more, as the bureau set
      reference  示例方案 (虚构) 第十四条
      in force   from 2021-01-01, no end known, reviewed 2025-06-01
    ");
    insta::assert_snapshot!(shown("yunnan.toml", "2021-01-31"), @r"
    out of catalogue (目录外费用占比), of an institution's in-patient cost of the year
      whom       返贫致贫人口, 脱贫不稳定人口, 稳定脱贫人口
      limits     一级 at most 1%, 二级 at most 2%, 三级 at most 3%
      volume     any
      reference  云医保〔2020〕128号 二(五)
      in force   from 2020-10-01, until 2021-02-01, reviewed 2020-11-12
    ");
    assert_eq!(shown("yunnan.toml", "2021-02-01"), "");
    assert_eq!(shown("ewenki-banner.toml", AS_OF), "");
}
