//! Enrolment subsidised (资助参保): rules that are refused by line, the rules of the shipped files as their documents have
//! them, and people by hand, every sort of right and wrong payment among them.

use std::fs;
use std::path::PathBuf;

use chrono::NaiveDate;
use fangpin::model::{Category, Fen};
use fangpin::policy::{Policy, Subsidy, SubsidyMeasure};

use crate::harness::{House, POLICY, cell, rules_refused, shipped};
use crate::town::{Somebody, Town, holds, id, row_of};

/// A rule that nothing is wrong with.
const RULE: &str = r#"
[[subsidy]]
categories = ["subsistence_allowance"]
amount     = "200.00"
from       = 2021-01-01
reference  = { title = "示例方案", article = "第七条" }
reviewed   = 2025-01-01
"#;

fn policy_of(name: &str) -> Policy {
    Policy::load(&shipped("policy").join(name)).unwrap()
}

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn fen(yuan: &str) -> Fen {
    Fen::from_yuan_text(yuan).unwrap()
}

/// A house whose policy file ends with these rules, and the number of the line before them.
fn house_with(rules: &str) -> (House, PathBuf, usize) {
    let house = House::new();
    let path = house.path("policy.toml");
    house.append("policy.toml", rules);
    (house, path, POLICY.lines().count())
}

fn with(old: &str, new: &str) -> Vec<String> {
    assert_eq!(RULE.matches(old).count(), 1, "{old}");
    rules_refused(&RULE.replace(old, new))
}

#[test]
fn a_subsidy_has_exactly_one_measure() {
    let amount = "amount     = \"200.00\"";
    assert_eq!(
        with(amount, ""),
        ["2: [[subsidy]] has no measure, expected exactly one of full, amount, percent_of_premium, nothing, not_given"]
    );
    assert_eq!(
        with(amount, "full = true\namount = \"200.00\""),
        ["2: [[subsidy]] has `full` and `amount`, expected exactly one of full, amount, percent_of_premium, nothing, \
          not_given"]
    );
    assert_eq!(with(amount, "full = false"), ["4: `full` is false, expected true"]);
    assert_eq!(
        with(amount, "amount = 200.00"),
        ["4: `amount` is 200.00, expected exact decimal text: write it in quotes, \"200.00\""]
    );
    assert_eq!(with(amount, "amount = \"0.00\""), ["4: `amount` is \"0.00\", expected an amount above 0"]);
    assert_eq!(
        with(amount, "percent_of_premium = { from = \"90\", to = \"80\" }"),
        ["4: `from` is 90, expected a percentage of at most `to`, 80"]
    );
    assert_eq!(
        with(amount, "percent_of_premium = { from = \"0\", to = \"101\" }"),
        [
            "4: `from` is \"0\", expected a percentage above 0 and at most 100",
            "4: `to` is \"101\", expected a percentage above 0 and at most 100",
        ]
    );
}

#[test]
fn a_subsidy_has_a_citation_and_a_sensible_time() {
    assert_eq!(
        with("reviewed   = 2025-01-01\n", "months_from_recognition = 0\n"),
        [
            "2: [[subsidy]] needs `reviewed`, which is missing",
            "7: `months_from_recognition` is 0, expected a number of months above 0",
        ]
    );
    assert_eq!(
        with("amount     = \"200.00\"", "nothing = true\nmonths_from_recognition = 36"),
        ["2: a subsidy of nothing has no time; take `months_from_recognition` out"]
    );
    assert_eq!(
        with("from       = 2021-01-01", "from = 2021-01-01\nuntil = 2021-01-01"),
        ["6: `until` is 2021-01-01, expected a day after `from`, 2021-01-01"]
    );
    assert_eq!(
        with("\n[[subsidy]]\n", "\n[[subsidy]]\nyears = 2\n"),
        ["3: [[subsidy]] has an unknown key `years`, expected categories, full, amount, percent_of_premium, nothing, \
          not_given, months_from_recognition, from, until, reference, reviewed"]
    );
}

#[test]
fn two_subsidies_for_one_category_on_one_day_are_refused() {
    let ended = RULE.replace("from       = 2021-01-01", "from = 2020-01-01\nuntil = 2021-01-02");
    assert_eq!(
        rules_refused(&format!("{RULE}{ended}")),
        [
            "9: `subsistence_allowance` has two subsidies from 2021-01-01 on: that of line 2 holds too; let one end where \
          the other begins"
        ]
    );
    let (_house, path, _) = house_with(&format!("{RULE}{}", ended.replace("2021-01-02", "2021-01-01")));
    assert_eq!(Policy::load(&path).unwrap().subsidies.len(), 2);
}

/// What each category's premium of a year is subsidised with: `-` where nothing is said.
fn said(policy: &Policy, year: i32) -> Vec<String> {
    let of = |category: Category| {
        let rules: Vec<&Subsidy> =
            policy.subsidies_for(year).filter(|rule| rule.categories.contains(category)).collect();
        assert!(rules.len() < 2, "{category}");
        rules.first().map(|rule| format!("{category}: {}, {}", rule.measure, rule.cited.reference.article))
    };
    Category::ALL.into_iter().filter_map(of).collect()
}

#[test]
fn yunnan_gives_180_yuan_for_the_premium_of_2021() {
    let policy = policy_of("yunnan.toml");
    assert_eq!(
        said(&policy, 2021),
        [
            "returned_to_poverty: 180.00 yuan a year, 二(二)",
            "unstable_lifted: 180.00 yuan a year, 二(二)",
            "stable_lifted: 180.00 yuan a year, 二(二)",
        ]
    );
    assert_eq!((said(&policy, 2020).len(), said(&policy, 2022).len()), (0, 0));
}

#[test]
fn anhui_gives_all_or_80_to_90_percent_for_the_premium_of_2020() {
    let policy = policy_of("anhui.toml");
    assert_eq!(
        said(&policy, 2020),
        [
            "extreme_poverty: the whole premium, 一(三)",
            "subsistence_allowance: 80% to 90% of the premium, 一(三)",
            "returned_to_poverty: 80% to 90% of the premium, 一(三)",
            "unstable_lifted: 80% to 90% of the premium, 一(三)",
            "stable_lifted: an amount that the document does not give, 一(三)",
        ]
    );
    assert_eq!((said(&policy, 2019).len(), said(&policy, 2021).len()), (0, 0));
}

/// The plan is of 2022-09-19: the premium of 2022 had been collected.
#[test]
fn the_banner_gives_all_or_what_it_does_not_say_from_2023() {
    let policy = policy_of("ewenki-banner.toml");
    assert_eq!(said(&policy, 2022), [""; 0]);
    assert_eq!(
        said(&policy, 2023),
        [
            "extreme_poverty: the whole premium, 二(二)",
            "subsistence_allowance: an amount that the document does not give, 二(二)",
            "unstable_lifted: an amount that the document does not give, 二(二)",
            "marginal: an amount that the document does not give, 二(二)",
            "stable_lifted: none, 二(二)",
        ]
    );
}

/// Every rule of a real place quotes words that stand in the document, blanks and line breaks apart.
#[test]
fn every_subsidy_of_a_real_place_quotes_its_article() {
    let mut quoted = 0;
    for name in ["anhui.toml", "ewenki-banner.toml", "yunnan.toml"] {
        let policy = policy_of(name);
        for rule in &policy.subsidies {
            assert!(rule.cited.reference.words.as_ref().is_some_and(|words| words.chars().count() >= 10), "{name}");
            assert_eq!(Some(&rule.cited.reference.title), policy.document.as_ref());
            quoted += 1;
        }
    }
    assert_eq!(quoted, 8);
}

#[test]
fn a_share_is_right_between_whole_fen() {
    let percent = |text: &str| text.parse().unwrap();
    let band = SubsidyMeasure::PercentOfPremium { from: percent("80"), to: percent("90") };
    assert_eq!(band.due(Some(fen("400.00"))), Some((fen("320.00"), fen("360.00"))));
    // 80 % of 280.01 are 224.008, 90 % are 252.009: 224.00 is too little, and 252.01 too much.
    assert_eq!(band.due(Some(fen("280.01"))), Some((fen("224.01"), fen("252.00"))));
    assert_eq!(band.due(None), None);
    assert_eq!(SubsidyMeasure::Full.due(Some(fen("400.00"))), Some((fen("400.00"), fen("400.00"))));
    assert_eq!(SubsidyMeasure::Full.due(None), None);
    assert_eq!(SubsidyMeasure::Amount(fen("180.00")).due(None), Some((fen("180.00"), fen("180.00"))));
    assert_eq!(SubsidyMeasure::Nothing.due(None), Some((Fen::ZERO, Fen::ZERO)));
    assert_eq!(SubsidyMeasure::NotGiven.due(Some(fen("400.00"))), None);
}

#[test]
fn a_limited_time_ends_on_the_day_so_many_months_later() {
    let (_house, path, _) = house_with(&RULE.replace("from  ", "months_from_recognition = 36\nfrom"));
    let policy = Policy::load(&path).unwrap();
    let rule = &policy.subsidies[0];
    let recognised = day("2022-02-28");
    assert!(!rule.is_over(recognised, day("2025-02-27")));
    assert!(rule.is_over(recognised, day("2025-02-28")));
    assert_eq!(rule.end_for(day("2024-02-29")), Some(day("2027-02-28")));
}

#[test]
fn the_subsidies_of_a_file_are_shown_with_their_citations() {
    let house = House::new();
    let policy = |name: &str, as_of: &str| {
        let ran = house.fangpin(&["policy", shipped("policy").join(name).to_str().unwrap(), "--as-of", as_of]);
        assert_eq!((ran.code, ran.told()), (0, Vec::new()));
        ran.stdout
    };
    insta::assert_snapshot!(policy("yunnan.toml", "2021-03-31"), @r"
    云南省 (530000), rules in force on 2021-03-31

    no warning rule

    enrolment subsidy (资助参保), premium of 2021

      whom       返贫致贫人口, 脱贫不稳定人口, 稳定脱贫人口
      subsidy    180.00 yuan a year
      reference  云医保〔2020〕128号 二(二)
      in force   from 2021-01-01, until 2022-01-01, reviewed 2020-11-12
    ");
    let later = policy("yunnan.toml", "2025-11-30");
    assert!(later.contains("(资助参保), premium of 2025\n  none in force\n"), "{later}");
    let sample = policy("sample.toml", "2025-11-30");
    let limited = "  whom       脱贫不稳定人口, 边缘易致贫人口\n  subsidy    180.00 yuan a year, for 36 months from \
                   recognition\n  reference  示例方案 (虚构) 第七条\n  in force   from 2021-01-01, no end known, \
                   reviewed 2025-06-01\n";
    assert!(sample.contains(limited), "{sample}");
}

/// A year after the last review of a rule without an end, whoever looks is told; the day before, not.
#[test]
fn a_subsidy_reviewed_long_ago_is_named() {
    let (house, _, before) = house_with(RULE);
    let shown = |as_of: &str| house.fangpin(&["policy", "HOME/policy.toml", "--as-of", as_of]).stdout;
    let warning = format!(
        "warning: HOME/policy.toml line {}: the subsidy was last reviewed on 2025-01-01, more than a year before \
         2026-01-03; hold it against 示例方案 第七条 and set `reviewed`\n",
        before + 2
    );
    assert!(shown("2026-01-03").contains(&warning));
    assert!(!shown("2026-01-02").contains("the subsidy was last reviewed"));
}

// People, by hand.

/// The premium of 2025 was to be paid until 31 December 2024.
#[test]
fn every_payment_is_right_too_little_too_much_or_none() {
    let mut town = Town::of();
    let paid = "2024-10-15";
    for (about, code, subsidy, expected) in [
        ("in full", "1", "400.00", "correct subsidy_right 400.00 400.00"),
        ("a fen less than all", "1", "399.99", "fault subsidy_too_little 399.99 400.00"),
        ("a fixed amount", "2", "200.00", "correct subsidy_right 200.00 200.00"),
        ("a fen less", "3", "199.99", "fault subsidy_too_little 199.99 200.00"),
        ("a fen more", "3", "200.01", "fault subsidy_too_much 200.01 200.00"),
        ("nothing", "2", "0.00", "fault subsidy_too_little 0.00 200.00"),
        ("the lower edge", "6", "320.00", "correct subsidy_right 320.00 320.00"),
        ("within the band", "6", "333.33", "correct subsidy_right 333.33 333.33"),
        ("the upper edge", "6", "360.00", "correct subsidy_right 360.00 360.00"),
        ("a fen below the band", "6", "319.99", "fault subsidy_too_little 319.99 320.00"),
        ("a fen above the band", "6", "360.01", "fault subsidy_too_much 360.01 360.00"),
        ("leavers receive none", "9", "0.00", "correct no_subsidy_due 0.00 0.00"),
        ("a leaver paid for", "9", "0.01", "fault subsidy_too_much 0.01 0.00"),
    ] {
        town.somebody(about, code, expected).subsidised(subsidy, paid);
    }
    let (_house, verdicts, rows) = holds("subsidy", &town, "sample.toml", "2025-11-30");
    let band = row_of(&rows, 11);
    for (column, value) in [
        ("category", "sudden_hardship"),
        ("recognised_on", "2021-01-01"),
        ("decided_on", "2024-10-15"),
        ("decided_by", "payment"),
        ("premium", "400.00"),
        ("own_amount", "39.99"),
        ("due_least", "320.00"),
        ("due_most", "360.00"),
        ("difference", "0.01"),
        ("reference", "示例方案 (虚构) 第七条"),
    ] {
        assert_eq!(cell(band, column), value, "{column}");
    }
    let detail = &row_of(&verdicts, 10)["detail"];
    assert_eq!(
        detail,
        "2025年度居民医保应缴400.00元，个人缴80.01元，资助319.99元（1笔，首笔2024-10-15）；缴费日2024-10-15为突发严重困难人口，\
         应资助320.00元至360.00元；少资助0.01元"
    );
}

#[test]
fn a_premium_paid_twice_or_for_nobody_enrolled_or_by_nobody_is_found() {
    let mut town = Town::of();
    town.somebody("twice", "2", "fault subsidy_twice 400.00 200.00")
        .subsidised("200.00", "2024-10-15")
        .subsidised("200.00", "2024-11-20");
    town.somebody("in two parts", "2", "correct subsidy_right 200.00 200.00")
        .paid(("2025", "400.00"), ("100.00", "100.00"), "2024-10-15")
        .paid(("2025", "400.00"), ("100.00", "100.00"), "2024-11-20");
    town.somebody("twice, and one taken back", "2", "correct subsidy_right 200.00 200.00")
        .subsidised("200.00", "2024-10-15")
        .subsidised("200.00", "2024-11-20")
        .paid(("2025", "400.00"), ("-200.00", "-200.00"), "2024-12-01");
    town.somebody("that of another year is another's", "2", "correct subsidy_right 200.00 200.00")
        .subsidised("200.00", "2024-10-15")
        .paid(("2026", "400.00"), ("200.00", "200.00"), "2025-10-15")
        .paid(("2024", "380.00"), ("180.00", "200.00"), "2023-10-15");
    town.nobody("not enrolled", "fault subsidy_not_enrolled 200.00 0.00")
        .is("2", "2021-01-01", "")
        .subsidised("200.00", "2024-10-15");
    town.nobody("enrolled as an employee alone", "fault subsidy_not_enrolled 200.00 0.00")
        .is("2", "2021-01-01", "")
        .enrolled("310", "1", "2023-01-01", "")
        .subsidised("200.00", "2024-10-15");
    town.nobody("enrolled until the new year", "fault subsidy_not_enrolled 200.00 0.00")
        .is("2", "2021-01-01", "")
        .enrolled("390", "4", "2023-01-01", "2025-01-01")
        .subsidised("200.00", "2024-10-15");
    town.nobody("enrolled until the day after", "correct subsidy_right 200.00 200.00")
        .is("2", "2021-01-01", "")
        .enrolled("390", "4", "2023-01-01", "2025-01-02")
        .subsidised("200.00", "2024-10-15");
    town.somebody("enrolled, nobody paid", "2", "fault premium_not_paid 0.00 200.00");
    town.somebody("enrolled, nobody paid, nothing due", "9", "fault premium_not_paid - -");
    town.somebody("enrolled, all to be subsidised, nobody paid", "1", "fault premium_not_paid - -");
    town.somebody("a collection of nothing", "2", "fault premium_not_paid 0.00 200.00").paid(
        ("2025", "400.00"),
        ("0.00", "0.00"),
        "2024-10-15",
    );
    // 云医保〔2020〕128号 二(二): raised until the person pays nothing.
    town.somebody("the person pays nothing", "2", "fault premium_not_paid 400.00 200.00")
        .subsidised("400.00", "2024-10-15");
    town.nobody("neither enrolled nor paid", "not_applicable no_subsidy_due - -").is("2", "2021-01-01", "");
    town.nobody("suspended before anybody paid", "not_applicable no_subsidy_due - -")
        .is("2", "2021-01-01", "")
        .enrolled("390", "2", "2023-01-01", "2025-03-01");
    holds("subsidy", &town, "sample.toml", "2025-11-30");
}

#[test]
fn the_category_of_the_day_that_decides_counts() {
    let mut town = Town::of();
    let enrolled = |somebody: Somebody<'_>, code: &str, begin: &str, end: &str| {
        let _ = somebody.is(code, begin, end).enrolled("390", "1", "2025-01-01", "");
    };
    let late = town
        .nobody("of the category only from June, paid in October before", "correct no_subsidy_due 0.00 0.00")
        .subsidised("0.00", "2024-10-15");
    enrolled(late, "2", "2025-06-01", "");
    let late = town
        .nobody("subsidised before being of the category", "fault subsidy_too_much 200.00 0.00")
        .subsidised("200.00", "2025-05-31");
    enrolled(late, "2", "2025-06-01", "");
    let late = town
        .nobody("subsidised on the day of recognition", "correct subsidy_right 200.00 200.00")
        .subsidised("200.00", "2025-06-01");
    enrolled(late, "2", "2025-06-01", "");
    let late = town
        .nobody("paid before, subsidised after recognition", "correct subsidy_right 200.00 200.00")
        .paid(("2025", "400.00"), ("400.00", "0.00"), "2024-10-15")
        .paid(("2025", "400.00"), ("-200.00", "200.00"), "2025-07-01");
    enrolled(late, "2", "2025-06-01", "");
    enrolled(
        town.nobody("left the category after the premium was paid", "correct subsidy_right 200.00 200.00")
            .subsidised("200.00", "2024-10-15"),
        "2",
        "2021-01-01",
        "2025-02-01",
    );
    enrolled(
        town.nobody("of another category since, still judged as then", "fault subsidy_too_much 200.00 180.00")
            .is("2", "2025-02-01", "")
            .subsidised("200.00", "2024-10-15"),
        "5",
        "2023-01-01",
        "2025-02-01",
    );
    enrolled(
        town.nobody("of several, the one with the most", "correct subsidy_right 400.00 400.00")
            .is("1", "2023-01-01", "")
            .is("6", "2023-01-01", "")
            .subsidised("400.00", "2024-10-15"),
        "5",
        "2023-01-01",
        "",
    );
    enrolled(
        town.nobody("the last of 36 months", "correct subsidy_right 180.00 180.00").subsidised("180.00", "2024-10-14"),
        "4",
        "2021-10-15",
        "",
    );
    enrolled(
        town.nobody("the day after them", "fault subsidy_too_much 180.00 0.00").subsidised("180.00", "2024-10-15"),
        "4",
        "2021-10-15",
        "",
    );
    enrolled(
        town.nobody("recognised first in another spell", "fault subsidy_too_much 180.00 0.00")
            .is("4", "2021-01-01", "2022-01-01")
            .subsidised("180.00", "2024-10-15"),
        "4",
        "2023-01-01",
        "",
    );
    enrolled(
        town.nobody("nothing paid: the window's end", "fault premium_not_paid 0.00 200.00"),
        "2",
        "2024-12-31",
        "",
    );
    enrolled(
        town.nobody("nothing paid: recognised later", "fault premium_not_paid 0.00 180.00"),
        "5",
        "2025-06-01",
        "",
    );
    let (_house, verdicts, rows) = holds("subsidy", &town, "sample.toml", "2025-11-30");
    let decided: Vec<String> = [11, 12]
        .map(|number| row_of(&rows, number))
        .map(|row| format!("{} {}", row["decided_on"], row["decided_by"]))
        .to_vec();
    assert_eq!(decided, ["2024-12-31 window_end", "2025-06-01 recognition"]);
    let over = &row_of(&verdicts, 9)["detail"];
    assert!(over.contains("资助期限至2024-10-15已满；多资助180.00元"), "{over}");
}

/// Who is subsidised and in no register is looked at, by the register of the year before.
#[test]
fn people_outside_the_register_are_found() {
    let mut town = Town::of();
    town.somebody("somebody of the register", "2", "correct subsidy_right 200.00 200.00")
        .subsidised("200.00", "2024-10-15");
    town.nobody("in no register", "fault subsidy_too_much 200.00 0.00").subsidised("200.00", "2024-10-15");
    town.nobody("left the register before the new year", "correct subsidy_right 200.00 200.00")
        .is("2", "2021-01-01", "2024-12-01")
        .subsidised("200.00", "2024-10-15");
    town.nobody("left it before the payment", "fault subsidy_too_much 200.00 0.00")
        .is("2", "2021-01-01", "2024-10-15")
        .subsidised("200.00", "2024-10-15");
    let (house, _, rows) = holds("subsidy", &town, "sample.toml", "2025-11-30");
    let in_register: Vec<&str> = rows.iter().map(|row| row["in_register"].as_str()).collect();
    assert_eq!(in_register, ["true", "false", "false", "false"]);
    let manifest = fs::read_to_string(house.path("published/2025-11-30/manifest.json")).unwrap();
    assert!(manifest.contains("subsidy: 3 people were subsidised who are not in the register of the year"));
}

#[test]
fn codes_that_no_mapping_names_are_never_guessed() {
    let mut town = Town::of();
    town.somebody("of an unknown category", "77", "cannot_be_told no_data 200.00 -").subsidised("200.00", "2024-10-15");
    town.nobody("in an unknown scheme", "cannot_be_told no_data - -")
        .is("2", "2021-01-01", "")
        .enrolled("999", "1", "2023-01-01", "")
        .subsidised("200.00", "2024-10-15");
    town.nobody("of an unknown status, nothing paid", "cannot_be_told no_data - -").is("2", "2021-01-01", "").enrolled(
        "390",
        "77",
        "2023-01-01",
        "",
    );
    holds("subsidy", &town, "sample.toml", "2025-11-30");
}

/// The last row of a table has nothing in a column.
fn spoilt(town: &mut Town, table: &str, column: &'static str) {
    let row = town.tables.get_mut(table).unwrap().last_mut().unwrap();
    *row = row.clone().without(column);
}

#[test]
fn of_whom_a_row_could_not_be_used_nothing_wrong_is_told() {
    let mut town = Town::of();
    let told = |row: &str| format!("有{row}记录不能使用，无法判断");
    let _ = town
        .somebody("the premium has no day", "2", "cannot_be_told no_data 0.00 -")
        .subsidised("200.00", "2024-10-15");
    spoilt(&mut town, "contributions", "paid_on");
    let _ = town
        .somebody("a part of it is unreadable", "2", "cannot_be_told no_data 50.00 -")
        .subsidised("50.00", "2024-10-15")
        .subsidised("150.00", "2024-10-16");
    spoilt(&mut town, "contributions", "paid_on");
    let _ = town.somebody("what is unreadable is of another year", "2", "fault premium_not_paid 0.00 200.00").paid(
        ("2024", "380.00"),
        ("180.00", "200.00"),
        "2023-10-15",
    );
    spoilt(&mut town, "contributions", "paid_on");
    let _ = town
        .nobody("the enrolment is unreadable", "cannot_be_told no_data 200.00 -")
        .is("2", "2021-01-01", "")
        .subsidised("200.00", "2024-10-15")
        .enrolled("390", "1", "2023-01-01", "");
    spoilt(&mut town, "insured", "psn_insu_date");
    let _ = town
        .nobody("the identity is unreadable", "cannot_be_told no_data 200.00 -")
        .subsidised("200.00", "2024-10-15")
        .is("2", "2021-01-01", "");
    spoilt(&mut town, "identities", "begndate");
    let _ =
        town.nobody("of no register at all", "fault subsidy_too_much 200.00 0.00").subsidised("200.00", "2024-10-15");
    let (_house, verdicts, _) = holds("subsidy", &town, "sample.toml", "2025-11-30");
    for (number, row) in [(1, "缴费"), (2, "缴费"), (4, "参保"), (5, "身份")] {
        let of = row_of(&verdicts, number);
        assert!(of["detail"].ends_with(&told(row)), "{}", of["detail"]);
    }
}

#[test]
fn what_was_paid_and_taken_back_was_not_paid() {
    let mut town = Town::of();
    let _ = town
        .somebody("paid back whole, and enrolled all the same", "2", "fault premium_not_paid 0.00 200.00")
        .subsidised("200.00", "2024-10-15")
        .paid(("2025", "400.00"), ("-200.00", "-200.00"), "2024-12-01");
    let _ = town
        .nobody("paid back whole, and not enrolled", "not_applicable no_subsidy_due - -")
        .is("2", "2021-01-01", "")
        .subsidised("200.00", "2024-10-15")
        .paid(("2025", "400.00"), ("-200.00", "-200.00"), "2024-12-01");
    let _ = town
        .nobody("of no register, half taken back", "fault subsidy_too_much 150.00 0.00")
        .subsidised("400.00", "2024-10-15")
        .paid(("2025", "400.00"), ("0.00", "-250.00"), "2024-12-01");
    holds("subsidy", &town, "sample.toml", "2025-11-30");
    // Whoever is of no register, and had all of it taken back, is nobody to look at.
    let _ = Somebody { id: id(90), town: &mut town }.subsidised("400.00", "2024-10-15").paid(
        ("2025", "400.00"),
        ("0.00", "-400.00"),
        "2024-12-01",
    );
    holds("subsidy", &town, "sample.toml", "2025-11-30");
}

#[test]
fn an_enrolment_that_stopped_without_a_day_is_none() {
    let mut town = Town::of();
    for status in ["2", "4", "5", "6"] {
        let _ = town
            .nobody("stopped, nobody knows when", "fault subsidy_not_enrolled 200.00 0.00")
            .is("2", "2021-01-01", "")
            .enrolled("390", status, "2023-01-01", "")
            .subsidised("200.00", "2024-10-15");
    }
    let _ = town
        .nobody("stopped on a day of the year", "correct subsidy_right 200.00 200.00")
        .is("2", "2021-01-01", "")
        .enrolled("390", "2", "2023-01-01", "2025-06-01")
        .subsidised("200.00", "2024-10-15");
    let _ = town
        .nobody("begun and ended on one day", "fault subsidy_not_enrolled 200.00 0.00")
        .is("2", "2021-01-01", "")
        .enrolled("390", "1", "2025-03-01", "2025-03-01")
        .subsidised("200.00", "2024-10-15");
    let _ = town
        .nobody("stopped, and nobody paid", "not_applicable no_subsidy_due - -")
        .is("2", "2021-01-01", "")
        .enrolled("390", "2", "2023-01-01", "");
    holds("subsidy", &town, "sample.toml", "2025-11-30");
}

#[test]
fn nobody_is_owed_more_than_the_premium() {
    let mut town = Town::of();
    for (about, own, subsidy, expected) in [
        ("all of it", "0.00", "150.00", "correct subsidy_right 150.00 150.00"),
        ("a fen less", "0.01", "149.99", "fault subsidy_too_little 149.99 150.00"),
        ("as if it were more", "0.00", "200.00", "fault subsidy_too_much 200.00 150.00"),
    ] {
        let _ = town.somebody(about, "2", expected).paid(("2025", "150.00"), (own, subsidy), "2024-10-15");
    }
    holds("subsidy", &town, "sample.toml", "2025-11-30");
}

#[test]
fn a_table_without_a_row_is_as_good_as_missing() {
    for (empty, term) in [("contributions", "缴费信息"), ("insured", "参保信息")] {
        let mut town = Town::of();
        let _ = town.somebody("somebody", "2", "cannot_be_told no_data - -").subsidised("200.00", "2024-10-15");
        town.tables.insert(empty, Vec::new());
        let (_house, verdicts, _) = holds("subsidy", &town, "sample.toml", "2025-11-30");
        assert_eq!(verdicts[0]["detail"], format!("未提供{term}"));
    }
}

#[test]
fn a_table_that_is_missing_makes_nobody_right() {
    for (missing, term) in [("contributions", "缴费信息"), ("insured", "参保信息")] {
        let mut town = Town::of();
        town.somebody("somebody", "2", "cannot_be_told no_data - -").subsidised("200.00", "2024-10-15");
        town.tables.remove(missing);
        let (house, verdicts, _) = holds("subsidy", &town, "sample.toml", "2025-11-30");
        assert_eq!(verdicts[0]["detail"], format!("未提供{term}"));
        let manifest = fs::read_to_string(house.path("published/2025-11-30/manifest.json")).unwrap();
        let warning =
            format!("subsidy: `{missing}` was not delivered, or has no row, so that nothing can be told of anybody");
        assert_eq!(manifest.matches(&warning).count(), 1);
    }
}

#[test]
fn a_policy_without_subsidies_is_not_applicable_and_names_its_document() {
    let mut town = Town::of();
    town.somebody("somebody", "2", "not_applicable no_rule - -").subsidised("200.00", "2024-10-15");
    let (house, verdicts, _) = holds("subsidy", &town, "xinzhou.toml", "2025-11-30");
    assert_eq!(verdicts[0]["detail"], "《关于做好2021年城乡居民基本医疗保障工作的通知》没有规定2025年度参保资助");
    let manifest = fs::read_to_string(house.path("published/2025-11-30/manifest.json")).unwrap();
    let warning = "subsidy: 忻州市 (140900) has no enrolment subsidy for 2025: its document \
                   (《关于做好2021年城乡居民基本医疗保障工作的通知》) gives none; the audit is not applicable";
    assert_eq!(manifest.matches(warning).count(), 1, "{manifest}");
}

/// One premium each: about whom, of which category, what they and the subsidy paid, and what is to be said.
type Collected = (&'static str, &'static str, &'static str, &'static str, &'static str);

/// People of a category and enrolled since two days, with the premium of one year.
fn collected(since: (&str, &str), premium: (&str, &str), paid_on: &str, people: &[Collected]) -> Town {
    let mut town = Town::of();
    for (about, code, own, subsidy, expected) in people {
        let one = town.nobody(about, expected).is(code, since.0, "").enrolled("390", "1", since.1, "");
        let _ = one.paid(premium, (own, subsidy), paid_on);
    }
    town
}

/// 云医保〔2020〕128号 二(二): exactly 180 yuan of the premium of 2021, which was 280 yuan.
#[test]
fn in_yunnan_179_and_181_yuan_are_both_found() {
    let people = [
        ("180", "3", "100.00", "180.00", "correct subsidy_right 180.00 180.00"),
        ("179", "3", "101.00", "179.00", "fault subsidy_too_little 179.00 180.00"),
        ("181", "3", "99.00", "181.00", "fault subsidy_too_much 181.00 180.00"),
        ("a fen less", "3", "100.01", "179.99", "fault subsidy_too_little 179.99 180.00"),
        ("a fen more", "3", "99.99", "180.01", "fault subsidy_too_much 180.01 180.00"),
        ("参保不缴费", "3", "0.00", "280.00", "fault premium_not_paid 280.00 180.00"),
        ("参保不缴费, with the subsidy as it is due", "3", "0.00", "180.00", "fault premium_not_paid 180.00 180.00"),
        ("贫困边缘户: no rule", "5", "100.00", "180.00", "not_applicable no_rule 180.00 -"),
    ];
    let town = collected(("2019-01-01", "2019-01-01"), ("2021", "280.00"), "2020-12-15", &people);
    let (_house, verdicts, _) = holds("subsidy", &town, "yunnan.toml", "2021-03-31");
    assert!(verdicts[5]["detail"].ends_with("个人应缴部分未缴（参保不缴费）"), "{}", verdicts[5]["detail"]);
    assert_eq!(verdicts[0]["reference"], "云医保〔2020〕128号 二(二)");
}

/// 皖医保发〔2020〕15号 一(三): the premium of 2020, here 280 yuan; 80 % of it are 224, 90 % are 252.
#[test]
fn in_anhui_80_and_90_percent_are_both_right() {
    let people = [
        ("特困 in full", "1", "0.00", "280.00", "correct subsidy_right 280.00 280.00"),
        ("特困 at 90 %", "1", "28.00", "252.00", "fault subsidy_too_little 252.00 280.00"),
        ("低保 at 80 %", "2", "56.00", "224.00", "correct subsidy_right 224.00 224.00"),
        ("低保 at 90 %", "2", "28.00", "252.00", "correct subsidy_right 252.00 252.00"),
        ("a fen below 80 %", "3", "56.01", "223.99", "fault subsidy_too_little 223.99 224.00"),
        ("a fen above 90 %", "4", "27.99", "252.01", "fault subsidy_too_much 252.01 252.00"),
        ("stable: no figure", "9", "140.00", "140.00", "cannot_be_told no_rule 140.00 -"),
    ];
    let town = collected(("2018-01-01", "2019-01-01"), ("2020", "280.00"), "2019-12-15", &people);
    holds("subsidy", &town, "anhui.toml", "2020-10-31");
}

/// The banner's plan gives a figure to 特困人员 alone: all of the premium.
#[test]
fn at_the_banner_what_has_no_figure_is_judged_by_nobody() {
    let people = [
        ("特困", "1", "0.00", "380.00", "correct subsidy_right 380.00 380.00"),
        ("特困, a fen less", "1", "0.01", "379.99", "fault subsidy_too_little 379.99 380.00"),
        ("低保", "2", "180.00", "200.00", "cannot_be_told no_rule 200.00 -"),
        ("脱贫不稳定", "4", "180.00", "200.00", "cannot_be_told no_rule 200.00 -"),
        ("返贫致贫", "3", "180.00", "200.00", "not_applicable no_rule 200.00 -"),
        ("稳定脱贫", "9", "180.00", "200.00", "fault subsidy_too_much 200.00 0.00"),
    ];
    let town = collected(("2021-01-01", "2021-01-01"), ("2024", "380.00"), "2023-12-15", &people);
    let (house, verdicts, _) = holds("subsidy", &town, "ewenki-banner.toml", "2024-06-30");
    assert!(verdicts[2]["detail"].ends_with("文件规定资助而未载明数额"), "{}", verdicts[2]["detail"]);
    let manifest = fs::read_to_string(house.path("published/2024-06-30/manifest.json")).unwrap();
    assert_eq!(manifest.matches("orders a subsidy and gives no figure").count(), 2);
    assert!(manifest.contains("subsidy: 3 people were subsidised without a figure to hold it against"));
}

#[test]
fn totals_by_area_and_category_are_the_sum_of_the_rows() {
    let mut town = Town::of();
    town.somebody("right", "2", "correct subsidy_right 200.00 200.00").subsidised("200.00", "2024-10-15");
    town.somebody("less", "2", "fault subsidy_too_little 150.00 200.00").subsidised("150.00", "2024-10-15");
    town.somebody("more", "2", "fault subsidy_too_much 230.00 200.00").subsidised("230.00", "2024-10-15");
    town.somebody("in full", "1", "correct subsidy_right 400.00 400.00").subsidised("400.00", "2024-10-15");
    let (house, ..) = holds("subsidy", &town, "sample.toml", "2025-11-30");
    let totals = house.read("2025-11-30", "subsidy_totals");
    let columns = ["area_code", "category", "people", "correct", "fault", "subsidy_amount", "above", "below"];
    let said: Vec<String> = totals.iter().map(|row| columns.map(|column| cell(row, column)).join(" ")).collect();
    assert_eq!(
        said,
        ["150721 extreme_poverty 1 1 0 400.00 0.00 0.00", "150721 subsistence_allowance 3 1 2 580.00 30.00 50.00",]
    );
}
