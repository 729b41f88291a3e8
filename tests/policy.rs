//! Job, policy and code mapping files, through the library: the exact line of each refusal, the shipped files, the days
//! that each rule covers.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::fs;
use std::path::{Path, PathBuf};

use chrono::NaiveDate;
use fangpin::error::Error;
use fangpin::job::{Job, Kind, Outputs, Tolerance};
use fangpin::model::{AreaLevel, BurdenKind, Category, EnrolmentStatus, Fen, InsuranceType, Payer, YearBy};
use fangpin::policy::{Case, Codes, Comparison, InForce, Measure, Policy, RuleInForce, Series};
use rust_decimal::Decimal;

const JOB: &str = r#"kind      = "nightly"
delivery  = "delivery"
policy    = "policy.toml"
codes     = "codes.toml"
published = "published"
[outputs]
evidence = false
burden   = false
[tolerance]
reject_percent = "2.5"
unknown_codes  = 7
"#;

const POLICY: &str = r#"place = "示例旗"
area  = "150724"
[burden]
year_by = "settlement_date"
payers  = ["basic_insurance", "commercial"]
[income]
series      = "rural"
area_levels = ["county"]
older_years = 0
[[rule]]
id         = "return_to_poverty"
title      = "因病返贫监测"
categories = ["extreme_poverty"]
tests      = "burden_total"
[[rule.in_force]]
from      = 2021-01-01
above     = { percent_of_income = "50" }
reference = { title = "示例方案", article = "第一条" }
reviewed  = 2025-01-01
"#;

const CASE: &str = r#"[[case]]
title      = "one fen above"
day        = 2025-06-30
categories = ["extreme_poverty"]
area       = "150724"
incomes    = [{ area = "150724", year = 2024, amount = "20000.00" }]
sums       = { total_cost = "10000.01" }
finding    = { rule = "return_to_poverty", burden = "10000.01", threshold = "10000.00" }
"#;

const CODES: &str =
    "[psn_idet_type]\n\"1\" = \"extreme_poverty\"\n\"02\" = \"subsistence_allowance\"\n\"A1\" = \"marginal\"\n";

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn fen(yuan: &str) -> Fen {
    Fen::from_yuan_text(yuan).unwrap()
}

fn decimal(text: &str) -> Decimal {
    Decimal::from_str_exact(text).unwrap()
}

fn repository() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// What `load` says of a file of this content, its folder left out of the lines.
fn loading<T>(content: impl AsRef<[u8]>, load: impl Fn(&Path) -> Result<T, Error>) -> Result<T, (u8, Vec<String>)> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("f.toml");
    fs::write(&path, content).unwrap();
    load(&path).map_err(|error| refusal(&error, folder.path()))
}

fn refusal(error: &Error, folder: &Path) -> (u8, Vec<String>) {
    let text = error.to_string().replace(&format!("{}/", folder.display()), "");
    (error.exit_code(), text.lines().map(str::to_owned).collect())
}

/// The lines with which a policy file of this content is refused.
fn policy_refused(content: &str) -> Vec<String> {
    let (code, lines) = loading(content, Policy::load).expect_err("the policy was to be refused");
    assert_eq!(code, 78);
    lines
}

/// The same for `POLICY` with one piece of text replaced.
fn policy_with(old: &str, new: &str) -> Vec<String> {
    assert_eq!(POLICY.matches(old).count(), 1, "{old}");
    policy_refused(&POLICY.replace(old, new))
}

fn job_refused(content: &str) -> Vec<String> {
    let (code, lines) = loading(content, |path| Job::load(path, None, None)).expect_err("the job was to be refused");
    assert_eq!(code, 78);
    lines
}

fn codes_refused(content: &str) -> Vec<String> {
    let (code, lines) = loading(content, Codes::load).expect_err("the mapping was to be refused");
    assert_eq!(code, 78);
    lines
}

/// `POLICY` with these values instead of its rule's own.
fn dated(values: &[&str]) -> String {
    let rule = POLICY.split("[[rule.in_force]]").next().unwrap();
    let value = |value: &&str| {
        format!(
            "[[rule.in_force]]\n{value}\nabove = {{ percent_of_income = \"50\" }}\n\
             reference = {{ title = \"示例方案\", article = \"第一条\" }}\nreviewed = 2025-01-01\n"
        )
    };
    rule.to_owned() + &values.iter().map(value).collect::<String>()
}

fn shipped() -> Vec<PathBuf> {
    let mut files: Vec<PathBuf> =
        fs::read_dir(repository().join("data/policy")).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    assert!(files.len() >= 5);
    files
}

// Jobs.

#[test]
fn a_job_is_read_with_its_paths_beside_it() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("job.toml");
    fs::write(&path, JOB).unwrap();
    let job = Job::load(&path, None, None).unwrap();
    assert_eq!(job.kind, Kind::Nightly);
    assert_eq!(job.delivery, folder.path().join("delivery"));
    assert_eq!(job.policy, folder.path().join("policy.toml"));
    assert_eq!(job.codes, folder.path().join("codes.toml"));
    assert_eq!(job.published, folder.path().join("published"));
    assert_eq!(job.outputs, Outputs { evidence: false, burden: false, watch: None });
    assert_eq!(job.tolerance, Tolerance { reject_percent: decimal("2.5"), unknown_codes: 7 });
}

#[test]
fn a_job_without_outputs_and_tolerance_has_the_usual_ones() {
    let job = loading(JOB.split("[outputs]").next().unwrap(), |path| Job::load(path, None, None)).unwrap();
    assert_eq!(job.outputs, Outputs { evidence: true, burden: true, watch: None });
    assert_eq!(job.tolerance, Tolerance { reject_percent: decimal("5"), unknown_codes: 100 });
}

#[test]
fn paths_given_by_argument_stand_as_given_and_need_no_key() {
    let text = JOB.replace("delivery  = \"delivery\"\n", "").replace("published = \"published\"\n", "");
    let job = loading(&text, |path| Job::load(path, Some("a/b".into()), Some("c".into()))).unwrap();
    assert_eq!((job.delivery, job.published), (PathBuf::from("a/b"), PathBuf::from("c")));
    assert_eq!(
        job_refused(&text),
        [
            "f.toml: the file needs `delivery`, which is missing; name the folder there or give --delivery",
            "f.toml: the file needs `published`, which is missing; name the folder there or give --published",
        ]
    );
}

#[test]
fn every_fault_of_a_job_is_said_at_once() {
    let text = JOB
        .replace("\"nightly\"", "\"weekly\"")
        .replace("codes     =", "kodes     =")
        .replace("evidence = false", "evidence = \"no\"")
        .replace("\"2.5\"", "2.5")
        .replace("= 7", "= -7");
    assert_eq!(
        job_refused(&text),
        [
            "f.toml: the file needs `codes`, which is missing",
            "f.toml line 1: `kind` is \"weekly\", expected one of nightly, coverage, subsidy, benefits, five_checks, out_of_catalogue, conduct, cards, fund, monthly, report",
            "f.toml line 4: the file has an unknown key `kodes`, expected kind, delivery, policy, codes, published, \
             tolerance, holidays, engine, outputs, ledger, watch, office, replies",
            "f.toml line 7: `evidence` is \"no\", expected true or false",
            "f.toml line 10: `reject_percent` is 2.5, expected exact decimal text: write it in quotes, \"2.5\"",
            "f.toml line 11: `unknown_codes` is -7, expected a whole number of 0 or more",
        ]
    );
}

#[test]
fn a_job_says_what_is_wrong_with_each_value() {
    let cases = [
        ("\"2.5\"", "\"101\"", "f.toml line 10: `reject_percent` is \"101\", expected a percentage from 0 to 100"),
        (
            "\"2.5\"",
            "\"a few\"",
            "f.toml line 10: `reject_percent` is \"a few\", expected a decimal number in quotes, such as \"50\"",
        ),
        ("\"codes.toml\"", "\" \"", "f.toml line 4: `codes` is \" \", expected text in quotes, on one line"),
        ("\"codes.toml\"", "true", "f.toml line 4: `codes` is true, expected text in quotes, on one line"),
        (
            "burden   = false",
            "burdens  = false",
            "f.toml line 8: [outputs] has an unknown key `burdens`, expected evidence, burden, watch",
        ),
    ];
    for (old, new, line) in cases {
        assert_eq!(job_refused(&JOB.replace(old, new)), [line]);
    }
    let no_table = JOB.split("[outputs]").next().unwrap().to_owned() + "outputs = 3\n";
    assert_eq!(job_refused(&no_table), ["f.toml line 6: `outputs` is 3, expected a table"]);
}

#[test]
fn a_file_that_is_no_toml_is_refused_in_one_line_a_place() {
    assert_eq!(
        job_refused("kind = \"nightly\npolicy = \"p\"\n"),
        ["f.toml line 1: cannot be read as TOML: invalid basic string, expected `\"`"]
    );
    assert_eq!(
        job_refused("kind = \"nightly\"\nkind = \"nightly\"\n[outputs\n"),
        [
            "f.toml line 2: cannot be read as TOML: duplicate key",
            "f.toml line 3: cannot be read as TOML: unclosed table, expected `]`",
        ]
    );
}

#[test]
fn a_fault_stays_on_its_line_whatever_the_file_holds() {
    assert_eq!(
        job_refused(&(JOB.to_owned() + "\"a\\nb\\u001b\" = 1\n")),
        ["f.toml line 12: [tolerance] has an unknown key `a b `, expected reject_percent, unknown_codes"]
    );
    assert_eq!(
        policy_with("\"示例旗\"", "\"\"\"示例旗\n第二行\"\"\""),
        ["f.toml line 1: `place` is \"示例旗\\n第二行\", expected text in quotes, on one line"]
    );
}

#[test]
fn what_a_word_processor_does_to_quotes_and_days_is_refused_with_its_line() {
    assert_eq!(
        policy_with("\"示例旗\"", "“示例旗”"),
        ["f.toml line 1: cannot be read as TOML: string values must be quoted, expected literal string; the line has \
          curly quotes: write straight ones"]
    );
    assert_eq!(
        policy_with("2021-01-01", "2021-02-30"),
        ["f.toml line 16: cannot be read as TOML: invalid date, expected day between 01 and 28"]
    );
    assert_eq!(
        policy_with("2021-01-01", "2021/01/01"),
        ["f.toml line 16: cannot be read as TOML: string values must be quoted, expected literal string; write \
         text in quotes, and a day as 2025-01-31"]
    );
}

#[test]
fn a_missing_file_and_a_folder_are_told_apart() {
    let folder = tempfile::tempdir().unwrap();
    let (there, gone) = (folder.path().to_path_buf(), folder.path().join("gone.toml"));
    let root = folder.path().parent().unwrap();
    let name = folder.path().file_name().unwrap().to_str().unwrap();
    let job = |path: &Path| Job::load(path, None, None).err();
    let policy = |path: &Path| Policy::load(path).err();
    let codes = |path: &Path| Codes::load(path).err();
    let refusals = |path: &Path| [job(path), policy(path), codes(path)].map(|error| refusal(&error.unwrap(), root));
    for (index, what) in ["job file", "policy file", "code mapping file"].into_iter().enumerate() {
        let missing = format!("{name}/gone.toml: no such {what}; see that the path is right");
        assert_eq!(refusals(&gone)[index], (66, vec![missing]));
        let no_file = format!("{name}: is a folder, expected a {what}");
        assert_eq!(refusals(&there)[index], (78, vec![no_file]));
    }
}

#[test]
fn a_file_that_is_not_utf_8_is_refused() {
    let (code, lines) = loading(b"place = \"x\"\narea = \"\xcc\xd8\"\n", Policy::load).unwrap_err();
    assert_eq!(code, 78);
    assert_eq!(lines, ["f.toml line 2: is not UTF-8; save the policy file as UTF-8"]);
}

#[test]
fn a_byte_order_mark_and_windows_line_ends_are_no_fault() {
    let text = format!("\u{feff}{}", POLICY.replace('\n', "\r\n"));
    assert_eq!(loading(&text, Policy::load).unwrap().place, "示例旗");
    let wrong = text.replace("\"150724\"", "150724");
    assert_eq!(
        policy_refused(&wrong),
        ["f.toml line 2: `area` is 150724, expected a division code of six digits in quotes, such as \"150724\""]
    );
}

// Policies: what loads.

#[test]
fn a_policy_is_read_whole() {
    let policy = loading(POLICY.to_owned() + CASE, Policy::load).unwrap();
    assert_eq!((policy.place.as_str(), policy.area.to_string().as_str()), ("示例旗", "150724"));
    assert_eq!(policy.payers, [Payer::BasicInsurance, Payer::Commercial]);
    assert_eq!(policy.year_by, YearBy::SettlementDate);
    assert_eq!((policy.income.series, policy.income.older_years), (Series::Rural, 0));
    assert_eq!(policy.income.area_levels, [AreaLevel::County]);
    let in_force = policy.in_force_on(day("2025-06-30")).unwrap();
    let [rule] = in_force.rules.as_slice() else { panic!("one rule") };
    assert_eq!((rule.id.as_str(), rule.tests), ("return_to_poverty", BurdenKind::BurdenTotal));
    assert_eq!(rule.comparison, Comparison::Above);
    assert_eq!(rule.measure, Measure::PercentOfIncome(decimal("50")));
    assert_eq!(rule.reference.to_string(), "示例方案 第一条");
    assert_eq!(in_force.window().year(), 2025);
    let [case] = policy.cases.as_slice() else { panic!("one case") };
    assert_eq!((case.day, case.line), (day("2025-06-30"), 20));
    assert_eq!(case.incomes[0].series, Series::Rural);
    assert_eq!(case.sums.sums.total_cost, fen("10000.01"));
    assert_eq!(case.findings[0].threshold, decimal("10000"));
}

#[test]
fn the_hash_is_that_of_the_files_bytes() {
    let policy = loading("place = \"x\"\narea = \"530000\"\n", Policy::load).unwrap();
    assert_eq!(policy.sha256, "2c3aeccbbf02df0748ad34e056431164e3bc4832deefa669259e0c249bba2e7f");
}

#[test]
fn a_fixed_amount_and_at_least_are_read_without_an_income() {
    let text = POLICY
        .replace("above     = { percent_of_income = \"50\" }", "at_least = { amount = \"12000.00\" }")
        .replace("[income]\nseries      = \"rural\"\narea_levels = [\"county\"]\nolder_years = 0\n", "");
    let policy = loading(&text, Policy::load).unwrap();
    let value = &policy.rules[0].in_force[0];
    assert_eq!((value.comparison, value.measure), (Comparison::AtLeast, Measure::Amount(fen("12000.00"))));
    assert!(policy.income.area_levels.is_empty());
}

// Policies: what is refused.

#[test]
fn a_misspelt_key_is_refused_by_name_and_line() {
    assert_eq!(
        policy_with("reviewed ", "reveiwed "),
        [
            "f.toml line 15: [[rule.in_force]] needs `reviewed`, which is missing",
            "f.toml line 19: [[rule.in_force]] has an unknown key `reveiwed`, expected from, until, above, at_least, \
             reference, reviewed, repealed",
        ]
    );
    assert_eq!(
        policy_with("[burden]", "[burdens]"),
        [
            "f.toml: the file needs `burden`, which is missing",
            "f.toml line 3: the file has an unknown table `burdens`, expected place, area, document, rule, burden, \
             income, assistance, enrolment, subsidy, five_checks, chronic_cards, fund, out_of_catalogue, conduct, \
             critical_illness, medical_assistance, benefits, case",
        ]
    );
}

#[test]
fn a_bare_number_is_refused_where_exact_text_is_wanted() {
    let line = |found: &str| {
        format!(
            "f.toml line 17: `percent_of_income` is {found}, expected exact decimal text: write it in quotes, \
             \"{found}\""
        )
    };
    assert_eq!(policy_with("\"50\"", "50"), [line("50")]);
    assert_eq!(policy_with("\"50\"", "50.5"), [line("50.5")]);
    assert_eq!(
        policy_with("percent_of_income = \"50\"", "amount = 10000.00"),
        ["f.toml line 17: `amount` is 10000.00, expected exact decimal text: write it in quotes, \"10000.00\""]
    );
}

#[test]
fn a_threshold_out_of_range_is_refused() {
    for percent in ["0", "-50", "1000.01"] {
        assert_eq!(
            policy_with("\"50\"", &format!("\"{percent}\"")),
            [format!(
                "f.toml line 17: `percent_of_income` is \"{percent}\", expected a percentage above 0 and at most 1000"
            )]
        );
    }
    assert_eq!(
        policy_with("\"50\"", "\"33.33333\""),
        ["f.toml line 17: `percent_of_income` is \"33.33333\", expected a percentage with at most four decimals"]
    );
    for amount in ["0.00", "-1.00"] {
        assert_eq!(
            policy_with("percent_of_income = \"50\"", &format!("amount = \"{amount}\"")),
            [format!("f.toml line 17: `amount` is \"{amount}\", expected an amount above 0")]
        );
    }
    assert_eq!(
        policy_with("percent_of_income = \"50\"", "amount = \"1.005\""),
        ["f.toml line 17: `amount` is \"1.005\", expected yuan in quotes with at most two decimals, such as \
          \"10000.00\""]
    );
}

#[test]
fn both_or_neither_of_two_keys_is_refused() {
    let above = "above     = { percent_of_income = \"50\" }";
    let comparison = |found: &str| {
        format!(
            "f.toml line 15: [[rule.in_force]] has {found} of `above` and `at_least`, expected one: `above` where the \
             text says 超过, `at_least` where it says 达到"
        )
    };
    assert_eq!(policy_with(above, ""), [comparison("neither")]);
    assert_eq!(policy_with(above, &format!("{above}\nat_least = {{ amount = \"1.00\" }}")), [comparison("both")]);
    let measure = |found: &str| {
        format!(
            "f.toml line 17: the threshold has {found} of `percent_of_income` and `amount`, expected one, such as {{ \
             percent_of_income = \"50\" }}"
        )
    };
    assert_eq!(policy_with("{ percent_of_income = \"50\" }", "{}"), [measure("neither")]);
    assert_eq!(policy_with("\"50\" }", "\"50\", amount = \"1.00\" }"), [measure("both")]);
}

#[test]
fn an_unknown_name_is_refused_with_the_accepted_ones() {
    let categories = "extreme_poverty, orphan, subsistence_allowance, returned_to_poverty, subsistence_marginal, \
                      unavoidable_spending, unstable_lifted, marginal, sudden_hardship, low_income, stable_lifted, \
                      ordinary_insured";
    assert_eq!(
        policy_with("[\"extreme_poverty\"]", "[\"poor\"]"),
        [format!("f.toml line 13: `categories` is \"poor\", expected one of {categories}")]
    );
    assert_eq!(
        policy_with("[\"extreme_poverty\"]", "[]"),
        [format!("f.toml line 13: `categories` is an empty list, expected a list of at least one of {categories}")]
    );
    assert_eq!(
        policy_with("[\"extreme_poverty\"]", "[\"orphan\", \"orphan\"]"),
        ["f.toml line 13: `categories` names \"orphan\" twice, expected it once"]
    );
    assert_eq!(
        policy_with("\"commercial\"", "\"charity\""),
        ["f.toml line 5: `payers` is \"charity\", expected one of basic_insurance, critical_illness, \
          medical_assistance, other_funds, commercial"]
    );
    assert_eq!(
        policy_with("\"rural\"", "\"urban\""),
        ["f.toml line 7: `series` is \"urban\", expected one of rural, pastoral, all"]
    );
    assert_eq!(
        policy_with("\"county\"", "\"town\""),
        ["f.toml line 8: `area_levels` is \"town\", expected one of county, prefecture, province"]
    );
    assert_eq!(
        policy_with("\"settlement_date\"", "\"admission\""),
        ["f.toml line 4: `year_by` is \"admission\", expected one of settlement_date, benefit_year"]
    );
    assert_eq!(
        policy_with("\"burden_total\"", "\"cost\""),
        ["f.toml line 14: `tests` is \"cost\", expected one of burden_total, burden_in_scope"]
    );
}

#[test]
fn a_citation_is_needed_whole() {
    assert_eq!(
        policy_with("reference = { title = \"示例方案\", article = \"第一条\" }\n", ""),
        ["f.toml line 15: [[rule.in_force]] needs `reference`, which is missing"]
    );
    assert_eq!(
        policy_with(", article = \"第一条\"", ""),
        ["f.toml line 18: [rule.in_force.reference] needs `article`, which is missing"]
    );
}

#[test]
fn a_day_is_written_without_quotes() {
    assert_eq!(
        policy_with("2021-01-01", "\"2021-01-01\""),
        ["f.toml line 16: `from` is \"2021-01-01\", expected a day without quotes, such as 2025-01-31"]
    );
    assert_eq!(
        policy_with("2021-01-01", "2021-01-01T00:00:00"),
        ["f.toml line 16: `from` is 2021-01-01T00:00:00, expected a day without quotes, such as 2025-01-31"]
    );
}

#[test]
fn a_rule_without_values_is_refused() {
    assert_eq!(
        policy_refused(&dated(&[])),
        ["f.toml line 10: rule `return_to_poverty` has no [[rule.in_force]], expected at least one dated value"]
    );
    assert_eq!(
        policy_refused(&(dated(&[]) + "in_force = 3\n")),
        ["f.toml line 15: `in_force` is 3, expected a list of tables"]
    );
}

#[test]
fn values_that_overlap_are_refused() {
    assert_eq!(
        policy_refused(&dated(&["from = 2021-01-01", "from = 2023-01-01"])),
        ["f.toml line 20: rule `return_to_poverty` has two values from 2023-01-01 on: the one of line 15 has no end; \
          give that one `until = 2023-01-01`"]
    );
    assert_eq!(
        policy_refused(&dated(&["from = 2021-01-01\nuntil = 2023-01-02", "from = 2023-01-01"])),
        [
            "f.toml line 21: rule `return_to_poverty` has two values from 2023-01-01 until 2023-01-02: the one of line 15 \
          ends later than this one begins; let one begin where the other ends"
        ]
    );
}

#[test]
fn a_gap_between_values_is_refused() {
    assert_eq!(
        policy_refused(&dated(&["from = 2021-01-01\nuntil = 2022-12-31", "from = 2023-01-01"])),
        ["f.toml line 21: rule `return_to_poverty` has no value from 2022-12-31 until 2023-01-01: the one of line 15 \
          ends before this one begins; add what held between, with its citation"]
    );
}

#[test]
fn a_value_that_ends_before_it_begins_is_refused() {
    for until in ["2020-12-31", "2021-01-01"] {
        assert_eq!(
            policy_refused(&dated(&[&format!("from = 2021-01-01\nuntil = {until}")])),
            [format!("f.toml line 17: `until` is {until}, expected a day after `from`, 2021-01-01")]
        );
    }
}

#[test]
fn a_repeal_ends_the_last_value_only() {
    let repealed = "repealed = { title = \"废止通知\", article = \"第二条\" }";
    assert_eq!(
        policy_refused(&dated(&[&format!("from = 2021-01-01\n{repealed}")])),
        ["f.toml line 17: `repealed` needs `until`, the first day on which the rule no longer holds"]
    );
    let followed = dated(&[&format!("from = 2021-01-01\nuntil = 2022-01-01\n{repealed}"), "from = 2022-01-01"]);
    assert_eq!(
        policy_refused(&followed),
        [
            "f.toml line 15: rule `return_to_poverty` is `repealed` but goes on from 2022-01-01; only its last value can \
          be repealed"
        ]
    );
}

#[test]
fn an_id_that_stands_twice_is_refused() {
    let rule = &POLICY[POLICY.find("[[rule]]").unwrap()..];
    assert_eq!(
        policy_refused(&(POLICY.to_owned() + rule)),
        ["f.toml line 20: rule `return_to_poverty` stands on line 10 already; give each rule its own `id`"]
    );
}

#[test]
fn an_income_is_needed_where_a_rule_holds_against_it() {
    assert_eq!(
        policy_with("[income]\nseries      = \"rural\"\narea_levels = [\"county\"]\nolder_years = 0\n", ""),
        ["f.toml: the file needs [income], which is missing: rule `return_to_poverty` holds the burden against a \
          percentage of income"]
    );
}

#[test]
fn faults_of_every_part_are_said_at_once_in_the_files_order() {
    let text = POLICY
        .replace("\"150724\"", "\"15\"")
        .replace("\"rural\"", "\"urban\"")
        .replace("\"50\"", "50")
        .replace("2025-01-01", "true")
        + &CASE.replace("\"none\"", "\"nobody\"").replace("\"10000.01\"", "1");
    assert_eq!(
        policy_refused(&text),
        [
            "f.toml line 2: `area` is \"15\", expected a division code of six digits in quotes, such as \"150724\"",
            "f.toml line 7: `series` is \"urban\", expected one of rural, pastoral, all",
            "f.toml line 17: `percent_of_income` is 50, expected exact decimal text: write it in quotes, \"50\"",
            "f.toml line 19: `reviewed` is true, expected a day without quotes, such as 2025-01-31",
            "f.toml line 26: `total_cost` is 1, expected exact decimal text: write it in quotes, \"1\"",
            "f.toml line 27: `burden` is 1, expected exact decimal text: write it in quotes, \"1\"",
        ]
    );
}

#[test]
fn a_case_says_what_is_wrong_with_it() {
    let refused = |old: &str, new: &str| policy_refused(&(POLICY.to_owned() + &CASE.replace(old, new)));
    assert_eq!(
        refused("{ rule = \"return_to_poverty\"", "{ rule = \"x\""),
        ["f.toml line 27: `rule` is \"x\", expected the id of a rule of this file: return_to_poverty"]
    );
    assert_eq!(
        refused("{ rule = \"return_to_poverty\", burden = \"10000.01\", threshold = \"10000.00\" }", "\"nobody\""),
        ["f.toml line 27: `finding` is \"nobody\", expected \"none\", or { rule = \"..\", burden = \"..\", threshold \
          = \"..\" }, or a list of these"]
    );
    assert_eq!(
        refused("total_cost", "total"),
        ["f.toml line 26: [case.sums] has an unknown key `total`, expected total_cost, basic_insurance, \
          critical_illness, medical_assistance, other_funds, hospital_part, in_scope_cost, commercial"]
    );
    assert_eq!(
        refused("\"20000.00\"", "\"0.00\""),
        ["f.toml line 25: `amount` is \"0.00\", expected an amount above 0"]
    );
    assert_eq!(refused("year = 2024", "year = 24"), ["f.toml line 25: `year` is 24, expected a year of four digits"]);
}

#[test]
fn a_case_may_expect_nobody_or_several_findings() {
    let load = |finding: &str| {
        let case = CASE.split("finding ").next().unwrap().to_owned() + "finding = " + finding + "\n";
        loading(POLICY.to_owned() + &case, Policy::load).unwrap().cases[0].findings.len()
    };
    let one = "{ rule = \"return_to_poverty\", burden = \"1\", threshold = \"1\" }";
    assert_eq!(load("\"none\""), 0);
    assert_eq!(load(one), 1);
    assert_eq!(load(&format!("[{one}, {one}]")), 2);
}

/// Cut anywhere, or with any one line left out, a file is read or refused in whole lines that name it.
#[test]
fn a_damaged_policy_is_read_or_refused_line_by_line() {
    let whole = POLICY.to_owned() + CASE;
    let cut = whole.char_indices().map(|(at, _)| whole[..at].to_owned());
    let lines: Vec<&str> = whole.lines().collect();
    let without = (0..lines.len()).map(|left_out| {
        let kept = lines.iter().enumerate().filter(|(index, _)| *index != left_out);
        kept.map(|(_, line)| format!("{line}\n")).collect()
    });
    let mut refused = 0;
    for text in cut.chain(without) {
        if let Err((code, said)) = loading(&text, Policy::load) {
            assert_eq!(code, 78, "{text}");
            assert!(
                said.iter().all(|line| line.starts_with("f.toml: ") || line.starts_with("f.toml line ")),
                "{said:?}"
            );
            refused += 1;
        }
    }
    assert!(refused > 500, "{refused}");
}

// Policies: which rules hold on a day.

#[test]
fn each_value_holds_from_its_day_until_the_next_begins() {
    let later = dated(&["from = 2023-01-01", "from = 2021-01-01\nuntil = 2023-01-01"]);
    let policy = loading(later.replacen("\"50\"", "\"60\"", 1), Policy::load).unwrap();
    let percent = |on: &str| policy.in_force_on(day(on)).unwrap().rules[0].measure;
    assert_eq!(percent("2021-01-01"), Measure::PercentOfIncome(decimal("50")));
    assert_eq!(percent("2022-12-31"), Measure::PercentOfIncome(decimal("50")));
    assert_eq!(percent("2023-01-01"), Measure::PercentOfIncome(decimal("60")));
}

#[test]
fn a_day_that_no_value_covers_is_refused() {
    let policy = loading(dated(&["from = 2021-01-01\nuntil = 2023-01-01"]), Policy::load).unwrap();
    let refused = |on: &str| refusal(&policy.in_force_on(day(on)).unwrap_err(), policy.path.parent().unwrap());
    assert_eq!(
        refused("2020-12-31"),
        (
            78,
            vec![
                "f.toml line 10: rule `return_to_poverty` has no value on 2020-12-31: its first begins on 2021-01-01; \
                 add the one that held before, with its citation, or assess a later day"
                    .to_owned()
            ]
        )
    );
    assert!(policy.in_force_on(day("2022-12-31")).is_ok());
    assert_eq!(
        refused("2023-01-01").1,
        ["f.toml line 10: rule `return_to_poverty` has no value on 2023-01-01: its last ended on 2023-01-01; add the \
          one that follows, or `repealed` with what ended the rule"]
    );
}

#[test]
fn a_repealed_rule_is_no_longer_in_force() {
    let repealed = "from = 2021-01-01\nuntil = 2023-01-01\nrepealed = { title = \"废止通知\", article = \"第二条\" }";
    let other = &POLICY[POLICY.find("[[rule]]").unwrap()..].replace("return_to_poverty", "fall_into_poverty");
    let policy = loading(dated(&[repealed]) + other, Policy::load).unwrap();
    let ids = |on: &str| -> Vec<String> {
        policy.in_force_on(day(on)).unwrap().rules.into_iter().map(|rule| rule.id).collect()
    };
    assert_eq!(ids("2022-12-31"), ["return_to_poverty", "fall_into_poverty"]);
    assert_eq!(ids("2023-01-01"), ["fall_into_poverty"]);
    let alone = loading(dated(&[repealed]), Policy::load).unwrap();
    let error = alone.in_force_on(day("2023-01-01")).unwrap_err();
    assert_eq!(
        refusal(&error, alone.path.parent().unwrap()).1,
        ["f.toml: 示例旗 (150724) has no warning rule in force on 2023-01-01: `return_to_poverty` was repealed on \
          2023-01-01 by 废止通知 第二条; a nightly job needs a [[rule]] with its citation"]
    );
}

#[test]
fn a_policy_without_rules_loads_but_gives_no_night() {
    let expected = [
        ("anhui", "安徽省 (340000) has no warning rule: its document (皖医保发〔2020〕15号) gives no ratio"),
        (
            "xinzhou",
            "忻州市 (140900) has no warning rule: its document (《关于做好2021年城乡居民基本医疗保障工作的通知》) \
             gives no ratio",
        ),
        ("yunnan", "云南省 (530000) has no warning rule: its document (云医保〔2020〕128号) gives no ratio"),
    ];
    for (name, lacks) in expected {
        let policy = Policy::load(&repository().join(format!("data/policy/{name}.toml"))).unwrap();
        assert!(policy.rules.is_empty());
        let error = policy.in_force_on(day("2025-06-30")).unwrap_err();
        let line = format!("data/policy/{name}.toml: {lacks}; a nightly job needs a [[rule]] with its citation");
        assert_eq!(refusal(&error, repository()), (78, vec![line]));
    }
    let bare = loading("place = \"示例旗\"\narea = \"150724\"\n", Policy::load).unwrap();
    let error = bare.in_force_on(day("2025-06-30")).unwrap_err();
    assert_eq!(
        refusal(&error, bare.path.parent().unwrap()).1,
        ["f.toml: 示例旗 (150724) has no warning rule; a nightly job needs a [[rule]] with its citation"]
    );
}

#[test]
fn an_open_value_reviewed_long_ago_is_named() {
    let policy = loading(POLICY, Policy::load).unwrap();
    assert_eq!(policy.needs_review(day("2026-01-02")), [""; 0]);
    let lines = policy.needs_review(day("2026-01-03"));
    let folder = format!("{}/", policy.path.parent().unwrap().display());
    assert_eq!(
        lines.iter().map(|line| line.replace(&folder, "")).collect::<Vec<_>>(),
        ["f.toml line 15: rule `return_to_poverty` was last reviewed on 2025-01-01, more than a year before \
          2026-01-03; hold it against 示例方案 第一条 and set `reviewed`"]
    );
    let ended = loading(dated(&["from = 2021-01-01\nuntil = 2030-01-01"]), Policy::load).unwrap();
    assert_eq!(ended.needs_review(day("2029-01-01")), [""; 0]);
}

// Code mappings.

#[test]
fn a_code_of_digits_is_equal_whatever_its_leading_zeros() {
    let codes = loading(CODES, Codes::load).unwrap();
    for code in ["1", "01", "001", " 1\t"] {
        assert_eq!(codes.category(code), Some(Category::ExtremePoverty), "{code}");
    }
    assert_eq!(codes.category("2"), Some(Category::SubsistenceAllowance));
    assert_eq!(codes.category("A1"), Some(Category::Marginal));
    for code in ["", "0", "10", "A01", "3"] {
        assert_eq!(codes.category(code), None, "{code}");
    }
    assert_eq!(
        loading("[psn_idet_type]\n\"00\" = \"orphan\"\n", Codes::load).unwrap().category("0"),
        Some(Category::Orphan)
    );
}

#[test]
fn a_mapping_that_contradicts_itself_is_refused() {
    let text = CODES.to_owned() + "\"01\" = \"orphan\"\n\"2\" = \"subsistence_allowance\"\n";
    assert_eq!(
        codes_refused(&text),
        [
            "f.toml line 5: code \"01\" is orphan, but \"1\" on line 2 is the same code and is extreme_poverty; keep one \
          of them"
        ]
    );
}

#[test]
fn a_mapping_to_no_category_is_refused() {
    let categories = "extreme_poverty, orphan, subsistence_allowance, returned_to_poverty, subsistence_marginal, \
                      unavoidable_spending, unstable_lifted, marginal, sudden_hardship, low_income, stable_lifted";
    assert_eq!(
        codes_refused(&(CODES.to_owned() + "7 = \"rich\"\n8 = \"ordinary_insured\"\n")),
        [
            format!("f.toml line 5: `7` is \"rich\", expected one of {categories}"),
            "f.toml line 6: code \"8\" is mapped to ordinary_insured, which is for people in no register; take the \
             line out or map it to another category"
                .to_owned(),
        ]
    );
}

#[test]
fn a_mapping_has_no_other_tables_and_its_first_is_needed() {
    assert_eq!(
        codes_refused(&(CODES.to_owned() + "[insutypes]\n\"310\" = \"x\"\n")),
        ["f.toml line 5: the file has an unknown table `insutypes`, expected psn_idet_type, insutype, \
             psn_insu_stas, med_type, chronic_disease, fund, hosp_lv"]
    );
    assert_eq!(codes_refused(""), ["f.toml: the file needs `psn_idet_type`, which is missing"]);
    assert_eq!(
        codes_refused("[psn_idet_type]\n"),
        ["f.toml line 1: [psn_idet_type] maps no code, expected lines such as \"1\" = \"extreme_poverty\""]
    );
}

#[test]
fn schemes_and_statuses_are_mapped_where_a_file_has_them() {
    let codes = loading(CODES, Codes::load).unwrap();
    assert_eq!((codes.insurance_type("390"), codes.enrolment_status("1")), (None, None));
    let lacking = codes.lacking(&["insutype", "psn_insu_stas"]);
    let lines: Vec<String> = lacking.iter().map(|fault| fault.message.clone()).collect();
    assert_eq!(
        lines,
        [
            "the file has no [insutype], which this job needs; add it, with lines such as \"390\" = \"resident\"",
            "the file has no [psn_insu_stas], which this job needs; add it, with lines such as \"1\" = \"normal\"",
        ]
    );
    let both = "[insutype]\n310 = \"employee\"\n390 = \"resident\"\n[psn_insu_stas]\n1 = \"normal\"\n5 = \"dead\"\n";
    let codes = loading(&(CODES.to_owned() + both), Codes::load).unwrap();
    assert_eq!(codes.lacking(&["insutype", "psn_insu_stas"]), []);
    assert_eq!(codes.insurance_type("0310"), Some(InsuranceType::Employee));
    assert_eq!(codes.insurance_type("311"), None);
    assert_eq!(codes.enrolment_status("01"), Some(EnrolmentStatus::Normal));
    assert_eq!(codes.enrolment_status("2"), None);
    assert_eq!(
        codes_refused(&(CODES.to_owned() + "[insutype]\n1 = \"ordinary_insured\"\n[psn_insu_stas]\n")),
        [
            "f.toml line 6: `1` is \"ordinary_insured\", expected one of employee, resident",
            "f.toml line 7: [psn_insu_stas] maps no code, expected lines such as \"1\" = \"normal\"",
        ]
    );
}

// The shipped files.

#[test]
fn the_shipped_job_names_files_that_load() {
    let job = Job::load(&repository().join("jobs/nightly.toml"), None, None).unwrap();
    assert_eq!(job.delivery, repository().join("jobs/../data/sample"));
    assert_eq!(Policy::load(&job.policy).unwrap().rules.len(), 3);
    assert_eq!(Codes::load(&job.codes).unwrap().category("01"), Some(Category::ExtremePoverty));
    assert!(Codes::load(&repository().join("data/codes/ewenki-banner.toml")).is_ok());
}

#[test]
fn the_ewenki_rules_ask_to_be_reviewed_until_somebody_does() {
    let path = repository().join("data/policy/ewenki-banner.toml");
    let policy = Policy::load(&path).unwrap();
    assert_eq!(policy.needs_review(day("2023-09-20")), [""; 0]);
    let lines = policy.needs_review(day("2025-06-30"));
    assert_eq!(lines.len(), 2);
    assert!(lines[0].contains("rule `return_to_poverty` was last reviewed on 2022-09-19"), "{}", lines[0]);
}

/// From the first `from` to the end of 2030, each rule holds in exactly one value or the day is refused; the day before
/// is refused.
#[test]
fn every_day_of_a_shipped_policy_is_covered_or_refused() {
    let mut days = 0;
    for path in shipped() {
        let policy = Policy::load(&path).unwrap();
        let Some(first) = policy.rules.iter().map(|rule| rule.in_force[0].cited.from).min() else { continue };
        assert!(policy.in_force_on(first.pred_opt().unwrap()).is_err(), "{}", path.display());
        for on in first.iter_days().take_while(|on| *on <= day("2030-12-31")) {
            let holding = |rule: &&fangpin::policy::Rule| {
                let values = rule.in_force.iter();
                values
                    .filter(|value| value.cited.from <= on && value.cited.until.is_none_or(|until| on < until))
                    .count()
                    == 1
            };
            let held = policy.rules.iter().filter(holding).count();
            match policy.in_force_on(on) {
                Ok(in_force) => assert_eq!(in_force.rules.len(), held, "{} {on}", path.display()),
                Err(_) => assert!(held < policy.rules.len(), "{} {on}", path.display()),
            }
            days += 1;
        }
    }
    assert!(days > 5000);
}

#[test]
fn the_ewenki_rules_are_those_of_the_plan() {
    let policy = Policy::load(&repository().join("data/policy/ewenki-banner.toml")).unwrap();
    assert_eq!((policy.income.series, policy.income.older_years), (Series::Pastoral, 0));
    assert_eq!(policy.income.area_levels, [AreaLevel::County]);
    let rules = policy.in_force_on(day("2022-09-19")).unwrap().rules;
    let said: Vec<String> = rules
        .iter()
        .map(|rule| format!("{} {} {} {}", rule.id, rule.comparison.term(), rule.measure, rule.reference.article))
        .collect();
    assert_eq!(said, ["return_to_poverty 超过 50% of income 二(一)2", "fall_into_poverty 超过 100% of income 二(一)2"]);
}

/// Every shipped case against the rules in force on its day, by arithmetic written apart from the program's.
#[test]
fn every_shipped_case_follows_from_its_own_figures() {
    let (mut flagged, mut not_flagged) = (0, 0);
    for path in shipped() {
        let policy = Policy::load(&path).unwrap();
        for case in &policy.cases {
            let in_force = policy.in_force_on(case.day).unwrap();
            let expected: Vec<(String, Fen, Decimal)> =
                case.findings.iter().map(|finding| (finding.rule.clone(), finding.burden, finding.threshold)).collect();
            assert_eq!(met(&in_force, case), expected, "{} line {}", path.display(), case.line);
            if expected.is_empty() { not_flagged += 1 } else { flagged += 1 }
        }
        let untold = |rule: &fangpin::policy::Rule| {
            policy.cases.iter().all(|case| case.findings.iter().all(|finding| finding.rule != rule.id))
        };
        assert!(!policy.rules.iter().any(untold), "{}: a rule without a case", path.display());
    }
    assert!(flagged >= 15 && not_flagged >= 15, "{flagged} {not_flagged}");
}

/// The rules that a case's person meets: of those that test the same burden, the one with the lowest threshold.
fn met(in_force: &InForce, case: &Case) -> Vec<(String, Fen, Decimal)> {
    let threshold = |rule: &RuleInForce| match rule.measure {
        Measure::Amount(amount) => Decimal::new(amount.0, 2),
        Measure::PercentOfIncome(percent) => Decimal::new(income(in_force, case).0, 4) * percent,
    };
    let covers = |rule: &&RuleInForce| case.categories.iter().any(|category| rule.categories.contains(category));
    let rules: Vec<&RuleInForce> = in_force.rules.iter().filter(covers).collect();
    let lowest = |rule: &&&RuleInForce| {
        rules.iter().filter(|other| other.tests == rule.tests).all(|other| threshold(rule) <= threshold(other))
    };
    let holds = |rule: &&RuleInForce| {
        let burden = case.sums.of(rule.tests, &in_force.payers).unwrap();
        let threshold = threshold(rule);
        let met = match rule.comparison {
            Comparison::Above => Decimal::new(burden.0, 2) > threshold,
            Comparison::AtLeast => Decimal::new(burden.0, 2) >= threshold,
        };
        met.then(|| (rule.id.clone(), burden, threshold))
    };
    rules.iter().filter(lowest).filter_map(holds).collect()
}

/// Last year's figure of the policy's series, at the first level that has one.
fn income(in_force: &InForce, case: &Case) -> Fen {
    let year = in_force.window().year() - 1;
    let at = |level: &AreaLevel| {
        let area = case.area.at(*level)?;
        let figure = case
            .incomes
            .iter()
            .find(|income| income.area == area && income.year == year && income.series == in_force.income.series)?;
        Some(figure.amount)
    };
    in_force.income.area_levels.iter().find_map(at).expect("the case gives an income")
}

// The formats that the benchmark's files show.

#[test]
fn the_benchmarks_files_load_as_they_stand() {
    let job = loading(include_str!("fixtures/bench/job.toml"), |path| Job::load(path, None, None)).unwrap();
    assert_eq!(job.tolerance, Tolerance::default());
    assert_eq!(job.outputs, Outputs { evidence: false, burden: false, watch: None });
    let policy = loading(include_str!("fixtures/bench/policy.toml"), Policy::load).unwrap();
    assert_eq!(policy.in_force_on(day("2025-06-30")).unwrap().rules.len(), 2);
    let codes = loading(include_str!("fixtures/bench/codes.toml"), Codes::load).unwrap();
    assert_eq!(codes.category("9"), Some(Category::StableLifted));
}
