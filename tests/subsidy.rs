//! Enrolment subsidised (资助参保): rules that are refused by line, the rules of the shipped files as their documents have
//! them, and people by hand, every sort of right and wrong payment among them.

use std::fs;
use std::path::{Path, PathBuf};

use chrono::NaiveDate;
use fangpin::model::{Category, Fen};
use fangpin::policy::{Policy, Subsidy, SubsidyMeasure};

use crate::harness::House;

/// A rule that nothing is wrong with.
const RULE: &str = r#"
[[subsidy]]
categories = ["subsistence_allowance"]
amount     = "200.00"
from       = 2021-01-01
reference  = { title = "示例方案", article = "第七条" }
reviewed   = 2025-01-01
"#;

fn shipped(name: &str) -> Policy {
    Policy::load(&Path::new(env!("CARGO_MANIFEST_DIR")).join("data/policy").join(name)).unwrap()
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
    let text = fs::read_to_string(&path).unwrap();
    fs::write(&path, format!("{text}{rules}")).unwrap();
    (house, path, text.lines().count())
}

/// The lines with which a file is refused that ends with these rules; a line's number counts from the end of the file
/// without them.
fn refused(rules: &str) -> Vec<String> {
    let (_house, path, before) = house_with(rules);
    let text = Policy::load(&path).expect_err("the policy was to be refused").to_string();
    let own = format!("{} line ", path.display());
    let counted = |line: &str| {
        let (number, said) = line.strip_prefix(&own).unwrap().split_once(": ").unwrap();
        let numbers = said.split("line ").nth(1).and_then(|rest| rest.split_once(' '));
        let said = match numbers.and_then(|(other, _)| Some((other, other.parse::<usize>().ok()?))) {
            Some((other, line)) => said.replace(&format!("line {other}"), &format!("line {}", line - before)),
            None => said.to_owned(),
        };
        format!("{}: {said}", number.parse::<usize>().unwrap() - before)
    };
    text.lines().map(counted).collect()
}

fn with(old: &str, new: &str) -> Vec<String> {
    assert_eq!(RULE.matches(old).count(), 1, "{old}");
    refused(&RULE.replace(old, new))
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
        refused(&format!("{RULE}{ended}")),
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
        rules.first().map(|rule| format!("{category}: {}, {}", rule.measure, rule.reference.article))
    };
    Category::ALL.into_iter().filter_map(of).collect()
}

#[test]
fn yunnan_gives_180_yuan_for_the_premium_of_2021() {
    let policy = shipped("yunnan.toml");
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
    let policy = shipped("anhui.toml");
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
    let policy = shipped("ewenki-banner.toml");
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
        let policy = shipped(name);
        for rule in &policy.subsidies {
            assert!(rule.reference.words.as_ref().is_some_and(|words| words.chars().count() >= 10), "{name}");
            assert_eq!(Some(&rule.reference.title), policy.document.as_ref());
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
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("data/policy").join(name);
        let ran = house.fangpin(&["policy", path.to_str().unwrap(), "--as-of", as_of]);
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
