//! Benefits (查待遇): the worked cases of `cases/benefits.md`, read as an official writes them and run by the real program;
//! what cannot be told and what no document says; and what is true of any person's year.

#![cfg(test)]

use std::collections::BTreeMap;
use std::fs;
use std::sync::LazyLock;

use fangpin::audit::benefits::{YearDue, year_due};
use fangpin::delivery::IdentitySpell;
use fangpin::model::{Care, Category, Fen, Matter, Visit};
use fangpin::policy::{Benefits, Policy};
use proptest::prelude::*;
use rust_decimal::{Decimal, RoundingStrategy};

use crate::harness::{Cells, House, Ran, Row, cell, identity, manifest, resident_id, root, settlement, shipped};

const AS_OF: &str = "2025-12-31";

/// A house with a job of benefits under the policy of the sample.
fn house() -> House {
    House::of_audit("benefits").under("sample.toml")
}

/// What a night of benefits published.
struct Night {
    ran: Ran,
    /// `benefits.parquet`, by person.
    benefits: BTreeMap<String, Cells>,
    /// `verdicts.parquet`, by person.
    verdicts: BTreeMap<String, Cells>,
    totals: Vec<Cells>,
}

impl Night {
    fn of(house: &House, register: &[Row], settlements: &[Row]) -> Night {
        house.deliver("identities", register);
        house.deliver("settlements", settlements);
        Night::run(house)
    }

    fn run(house: &House) -> Night {
        let ran = house.run(AS_OF, &[]);
        assert_eq!(ran.code, 0, "{}", ran.stderr);
        let table = |name: &str| house.read(AS_OF, name);
        let by_person = |rows: Vec<Cells>| rows.into_iter().map(|row| (row["person_id"].clone(), row)).collect();
        let (benefits, verdicts) = (by_person(table("benefits")), by_person(table("verdicts")));
        Night { ran, benefits, verdicts, totals: table("benefit_totals") }
    }

    /// Verdict and matter of one person.
    fn said_of(&self, person: &str) -> (&str, &str) {
        let row = &self.verdicts[person];
        (row["verdict"].as_str(), row["matter"].as_str())
    }
}

/// An invented resident id.
fn person(number: u64) -> String {
    resident_id(15_072_119_700_101_100 + number)
}

/// The code of a category in the sample's mapping.
fn code(category: Category) -> &'static str {
    match category {
        Category::ExtremePoverty => "1",
        Category::SubsistenceAllowance => "2",
        Category::ReturnedToPoverty => "3",
        Category::UnstableLifted => "4",
        Category::Marginal => "5",
        Category::SuddenHardship => "6",
        Category::StableLifted => "9",
        other => panic!("the sample has no code for {other}"),
    }
}

/// A settlement of which everything lies within the policy scope.
fn visit(id: &str, person: &str, day: &str, med_type: &str, [cost, basic, critical, assistance]: [&str; 4]) -> Row {
    settlement(id, cost)
        .of(person)
        .at(&format!("{day} 10:00:00"))
        .with("med_type", med_type)
        .with("inscp_amt", cost)
        .with("hifp_pay", basic)
        .with("hifmi_pay", critical)
        .with("maf_pay", assistance)
}

/// One worked case.
struct Case {
    title: String,
    articles: Vec<String>,
    /// Category, first day, first day no longer.
    identities: Vec<(Category, String, Option<String>)>,
    /// The cells of the table.
    settlements: Vec<Vec<String>>,
    /// What stands before and after each `=`.
    working: Vec<(String, String)>,
    /// Critical illness, assistance, tilt; what it says where there are no figures.
    due: Result<[String; 3], String>,
    matter: Matter,
}

/// Every case of the sample's own rules.
fn cases() -> Vec<Case> {
    cases_of("benefits.md")
}

/// Every case of the file, read as it is written.
fn cases_of(file: &str) -> Vec<Case> {
    let text = fs::read_to_string(root().join("tests/cases").join(file)).unwrap();
    text.split("\n## ").skip(1).map(case).collect()
}

fn case(text: &str) -> Case {
    let mut lines = text.lines();
    let title = lines.next().unwrap().to_owned();
    let of = |label: &str| -> Vec<String> {
        let label = format!("{label}：");
        text.lines().filter_map(|line| line.strip_prefix(&label)).map(str::to_owned).collect()
    };
    let one = |label: &str| match of(label).as_slice() {
        [only] => only.clone(),
        found => panic!("{title}: “{label}”有{}行，应为1行", found.len()),
    };
    let cells = |line: &str| line.trim_matches('|').split('|').map(|cell| cell.trim().to_owned()).collect();
    let rows: Vec<Vec<String>> = text.lines().filter(|line| line.starts_with('|')).map(cells).collect();
    let working = text.lines().filter_map(|line| line.strip_prefix("> ")).map(|line| {
        let (_, sum) = line.rsplit_once('：').unwrap_or_else(|| panic!("{title}: {line}: 缺冒号"));
        let (left, right) = sum.split_once('=').unwrap_or_else(|| panic!("{title}: {line}: 缺等号"));
        (left.trim().to_owned(), right.trim().to_owned())
    });
    let due = one("应付");
    let figures: Vec<String> = due.split('，').map(str::to_owned).collect();
    let conclusion = one("结论");
    let matter = Matter::ALL.into_iter().find(|matter| matter.term() == conclusion);
    Case {
        articles: one("条款").split('、').filter(|article| *article != "无").map(str::to_owned).collect(),
        identities: of("身份").iter().map(|line| identity_of(&title, line)).collect(),
        settlements: rows.into_iter().skip(2).collect(),
        working: working.collect(),
        due: figures.try_into().map_err(|_| due),
        matter: matter.unwrap_or_else(|| panic!("{title}: 没有“{conclusion}”这种结论")),
        title,
    }
}

/// `低保对象，2021-01-01起，2025-06-01止`
fn identity_of(title: &str, line: &str) -> (Category, String, Option<String>) {
    let mut parts = line.split('，');
    let term = parts.next().unwrap();
    let category = Category::ALL.into_iter().find(|category| category.term() == term);
    let from = parts.next().and_then(|part| part.strip_suffix('起')).unwrap_or_else(|| panic!("{title}: {line}"));
    let until = parts.next().map(|part| part.strip_suffix('止').unwrap_or_else(|| panic!("{title}: {line}")));
    (category.unwrap_or_else(|| panic!("{title}: {term}")), from.to_owned(), until.map(str::to_owned))
}

impl Case {
    fn register(&self, person: &str) -> Vec<Row> {
        let row = |(category, from, until): &(Category, String, Option<String>)| {
            let row = identity(person, code(*category)).with("begndate", from);
            until.iter().fold(row, |row, until| row.with("enddate", until))
        };
        self.identities.iter().map(row).collect()
    }

    fn delivered(&self, person: &str) -> Vec<Row> {
        let id = |number: &str| format!("{person}{:0>4}", number);
        let row = |cells: &Vec<String>| {
            let [number, day, care, cost, basic, other, critical, assistance, reversed] = cells.as_slice() else {
                panic!("{}: {cells:?}", self.title)
            };
            let med_type = Care::ALL.into_iter().find(|of| of.term() == care).map(|of| match of {
                Care::OutPatient => "11",
                Care::Chronic => "14",
                Care::InPatient => "21",
                Care::Pharmacy => "41",
            });
            let row = visit(&id(number), person, day, med_type.unwrap_or(""), [cost, basic, critical, assistance])
                .with("othfund_pay", other);
            if reversed.is_empty() { row } else { row.reverses(&id(reversed)) }
        };
        self.settlements.iter().map(row).collect()
    }

    fn holds(&self, night: &Night, person: &str) {
        let title = &self.title;
        let of = |row: &Cells, column: &str| cell(row, column).to_owned();
        assert_eq!(night.said_of(person).1, self.matter.name(), "{title}: {:?}", night.verdicts[person]);
        let Some(row) = night.benefits.get(person) else {
            assert_eq!(self.due.as_ref().unwrap_err(), "无", "{title}");
            return;
        };
        let names = ["critical_illness_due", "medical_assistance_due", "tilt_due"];
        let due = names.map(|name| of(row, name));
        match &self.due {
            Ok(expected) => assert_eq!(due, *expected, "{title}"),
            Err(words) => {
                assert_eq!((words.as_str(), due), ("无法判断", ["-", "-", "-"].map(str::to_owned)), "{title}")
            }
        }
        let paid = |column: usize| -> Decimal { self.settlements.iter().map(|row| yuan(&row[column])).sum() };
        assert_eq!(yuan(&of(row, "critical_illness_paid")), paid(6), "{title}");
        assert_eq!(yuan(&of(row, "medical_assistance_paid")), paid(7), "{title}");
        for article in &self.articles {
            let cited = of(row, "reference");
            assert!(cited.split('；').any(|one| one.ends_with(article)), "{title}: {article} 不在依据 {cited} 中");
        }
        if self.matter == Matter::BenefitsRight {
            assert_eq!(of(row, "parted_on"), "-", "{title}: 逐次也应相符");
        }
    }
}

fn yuan(text: &str) -> Decimal {
    Decimal::from_str_exact(text).unwrap_or_else(|_| panic!("{text} 不是金额"))
}

/// The value of an expression of amounts, percentages, `+`, `−`, `×` and brackets.
fn value(expression: &str) -> Decimal {
    let signs: Vec<char> = expression.replace('-', "−").chars().filter(|sign| *sign != ' ').collect();
    let (value, rest) = sum(&signs);
    assert!(rest.is_empty(), "{expression}: 多出 {}", rest.iter().collect::<String>());
    value
}

fn sum(signs: &[char]) -> (Decimal, &[char]) {
    let (mut value, mut rest) = product(signs);
    while let Some(sign @ ('+' | '−')) = rest.first() {
        let (more, after) = product(&rest[1..]);
        value = if *sign == '+' { value + more } else { value - more };
        rest = after;
    }
    (value, rest)
}

fn product(signs: &[char]) -> (Decimal, &[char]) {
    let (mut value, mut rest) = factor(signs);
    while let Some('×') = rest.first() {
        let (more, after) = factor(&rest[1..]);
        value *= more;
        rest = after;
    }
    (value, rest)
}

fn factor(signs: &[char]) -> (Decimal, &[char]) {
    if signs.first() == Some(&'(') {
        let (value, rest) = sum(&signs[1..]);
        assert_eq!(rest.first(), Some(&')'));
        return (value, &rest[1..]);
    }
    let end = signs.iter().position(|sign| !sign.is_ascii_digit() && *sign != '.').unwrap_or(signs.len());
    let number = yuan(&signs[..end].iter().collect::<String>());
    match signs.get(end) {
        Some('%') => (number / Decimal::ONE_HUNDRED, &signs[end + 1..]),
        _ => (number, &signs[end..]),
    }
}

#[test]
fn every_worked_case_comes_out_as_it_is_worked_out() {
    let cases = cases();
    assert!(cases.len() >= 12, "only {} cases were found", cases.len());
    all_hold(&house(), &cases);
}

#[test]
fn care_that_one_layer_alone_covers_uses_up_nothing_of_the_other() {
    let house = house();
    let text = fs::read_to_string(house.path("policy.toml")).unwrap();
    let (critical, assistance) = text.split_once("[[medical_assistance]]").unwrap();
    let both = "care       = [\"chronic\", \"in_patient\"]";
    assert_eq!(critical.matches(both).count(), 2, "{critical}");
    let critical = critical.replace(both, "care       = [\"in_patient\"]");
    fs::write(house.path("policy.toml"), format!("{critical}[[medical_assistance]]{assistance}")).unwrap();
    let cases = cases_of("one_layer.md");
    assert_eq!(cases.len(), 4);
    all_hold(&house, &cases);
}

/// Runs the cases in one night, each as a person of its own.
fn all_hold(house: &House, cases: &[Case]) {
    let people: Vec<String> = (0..cases.len() as u64).map(person).collect();
    let of = |rows: fn(&Case, &str) -> Vec<Row>| -> Vec<Row> {
        cases.iter().zip(&people).flat_map(|(case, person)| rows(case, person)).collect()
    };
    let night = Night::of(house, &of(Case::register), &of(Case::delivered));
    cases.iter().zip(&people).for_each(|(case, person)| case.holds(&night, person));
    let sums = ["people", "untold_people"].map(|column| -> usize {
        let layer = night.totals.iter().filter(|row| row["layer"] == "medical_assistance");
        layer.map(|row| row[column].parse::<usize>().unwrap()).sum()
    });
    assert_eq!(sums.iter().sum::<usize>(), night.benefits.len(), "{:?}", night.totals);
    let due = |column: &str, rows: Vec<&Cells>| -> Decimal {
        rows.into_iter().filter_map(|row| row.get(column)).map(|text| yuan(text)).sum()
    };
    let critical = night.totals.iter().filter(|row| row["layer"] == "critical_illness").collect();
    assert_eq!(due("due", critical), due("critical_illness_due", night.benefits.values().collect()));
}

#[test]
fn the_working_of_every_case_adds_up() {
    let mut looked_at = 0;
    for case in cases().into_iter().chain(cases_of("one_layer.md")) {
        for (left, right) in &case.working {
            let found = value(left).round_dp_with_strategy(2, RoundingStrategy::MidpointAwayFromZero);
            assert_eq!(found, yuan(right), "{}: {left} = {right}", case.title);
            looked_at += 1;
        }
        let Ok(due) = &case.due else { continue };
        for figure in due.iter().filter(|figure| yuan(figure) != Decimal::ZERO) {
            let worked = |(_, right): &(String, String)| right == figure;
            assert!(case.working.iter().any(worked), "{}: 应付 {figure} 没有算式", case.title);
        }
    }
    assert!(looked_at > 60, "only {looked_at} lines were worked out");
}

/// One stay of 10000.00 left in scope, paid as the sample's policy has it for category 2.
fn stay(id: &str, person: &str) -> Row {
    visit(id, person, "2025-03-05", "21", ["40000.00", "30000.00", "2600.00", "5180.00"])
}

/// The row, which is valid where it says nothing else.
fn valid(row: Row) -> Row {
    if row.cell("vali_flag").is_none() { row.with("vali_flag", "1") } else { row }
}

/// The lines that a night warned with.
fn warned(house: &House) -> Vec<String> {
    let manifest = manifest(&house.path("published").join(AS_OF));
    manifest["warnings"].as_array().unwrap().iter().map(|line| line.as_str().unwrap().to_owned()).collect()
}

#[test]
fn what_a_settlement_does_not_say_is_not_guessed() {
    let people: Vec<String> = (0..9).map(person).collect();
    let register: Vec<Row> = people.iter().map(|person| identity(person, "2")).collect();
    let house = house();
    let rows = [
        stay("S0", &people[0]),
        stay("S1", &people[1]).with("med_type", "99"),
        stay("S2", &people[2]).without("med_type"),
        stay("S3", &people[3]).without("inscp_amt"),
        // A row that takes back a settlement of another year, which was not delivered.
        stay("S4", &people[4]),
        visit("S4B", &people[4], "2025-04-01", "21", ["-900.00", "-500.00", "0.00", "-280.00"]).reverses("OLD"),
        stay("S5", &people[5]),
        visit("S5B", &people[5], "2025-05-01", "21", ["900.00", "500.00", "0.00", "280.00"]).without("hifp_pay"),
        // An unusable row for ordinary care takes no part.
        stay("S6", &people[6]),
        visit("S6B", &people[6], "2025-05-01", "11", ["900.00", "500.00", "0.00", "0.00"]).without("hifp_pay"),
        // Nothing was left and nothing paid: whatever care it was, nothing is due.
        stay("S7", &people[7]),
        visit("S7B", &people[7], "2025-05-01", "99", ["900.00", "900.00", "0.00", "0.00"]),
        stay("S8", &people[8]),
    ];
    let register: Vec<Row> =
        register.into_iter().chain([identity(&people[8], "77").with("begndate", "2025-02-01")]).collect();
    let night = Night::of(&house, &register, &rows);
    let right = ("correct", "benefits_right");
    let untold = ("cannot_be_told", "no_data");
    let said: Vec<_> = people.iter().map(|person| night.said_of(person)).collect();
    assert_eq!(said, [right, untold, untold, untold, untold, untold, right, right, untold]);
    let detail = |at: usize| night.verdicts[&people[at]]["detail"].as_str();
    assert_eq!(
        detail(0),
        "结算1次，基本医保和其他基金支付后政策范围内余额10000.00元；大病保险应付2600.00元，实付2600.00元；\
         医疗救助应付5180.00元，实付5180.00元"
    );
    assert_eq!(detail(1), "2025-03-05结算的医疗类别未注明，或其代码不在对照表中");
    assert_eq!(detail(3), "2025-03-05结算未注明符合政策范围金额");
    assert_eq!(detail(4), "有冲销记录找不到所冲销的结算");
    assert_eq!(detail(5), "有结算记录残缺，无法使用");
    assert_eq!(detail(8), "2025-03-05结算时的人员身份代码不在对照表中");
    let warnings = warned(&house);
    for line in [
        "benefits: a local category code that the mapping lacks is in force on the day of a settlement (people: 1)",
        "benefits: a settlement does not say for what care it was, or by a code that the mapping lacks (people: 2)",
        "benefits: a settlement does not say what lies within the policy scope (people: 1)",
        "benefits: a settlement of theirs was set aside (a needed amount is missing, unreadable or out of range) \
         (people: 1)",
        "benefits: a settlement of theirs was set aside (reverses a settlement that was not delivered) (people: 1)",
        "settlements: codes of `med_type` that the mapping lacks: none at all (1), `99` (2)",
    ] {
        assert!(warnings.iter().any(|warning| warning == line), "{line} is not among {warnings:#?}");
    }
    let untold: u64 = night.totals.iter().map(|row| row["untold_people"].parse::<u64>().unwrap()).sum();
    assert_eq!(untold, 2 * 6, "{:?}", night.totals);
    assert!(night.ran.stdout.contains("benefits"), "{}", night.ran.stdout);
}

/// A row of which something is missing leaves the year untold only where it could have counted.
#[test]
fn an_unusable_row_that_could_not_have_counted_takes_no_part() {
    let people: Vec<String> = (0..10).map(person).collect();
    let short = |id: &str, at: usize, time: &str| {
        visit(id, &people[at], "2025-05-01", "21", ["900.00", "500.00", "0.00", "280.00"]).at(time).without("hifp_pay")
    };
    let rows = [
        // Of another year by its own time: the last moment before, the first after, and two years ago.
        short("O0", 0, "2024-12-31 23:59:59"),
        short("O1", 1, "2026-01-01 00:00:00"),
        short("O2", 2, "2023-05-01 10:00:00"),
        // Another version of the settlement came whole: a newer, and an older one.
        short("S3", 3, "2025-03-05 10:00:00").with("updt_time", "2025-03-06 00:00:00"),
        short("S4", 4, "2025-03-05 10:00:00").with("updt_time", "2025-03-08 00:00:00"),
        // Marked invalid, whatever it says.
        short("O5", 5, "2025-05-01 10:00:00").with("vali_flag", "0"),
        // Of this year: its first moment, its last, a time that is not given, and no number.
        short("O6", 6, "2025-01-01 00:00:00"),
        short("O7", 7, "2025-12-31 23:59:59"),
        short("O8", 8, "2025-05-01 10:00:00").without("setl_time"),
        short("O9", 9, "2025-05-01 10:00:00").without("setl_id"),
    ];
    let whole = people
        .iter()
        .enumerate()
        .map(|(at, person)| stay(&format!("S{at}"), person).with("updt_time", "2025-03-07 00:00:00"));
    let rows: Vec<Row> = whole.chain(rows).map(valid).collect();
    let register: Vec<Row> = people.iter().map(|person| identity(person, "2")).collect();
    let night = Night::of(&house(), &register, &rows);
    let said: Vec<_> = people.iter().map(|person| night.said_of(person)).collect();
    let (right, untold) = (("correct", "benefits_right"), ("cannot_be_told", "no_data"));
    assert_eq!(said, [right, right, right, right, right, right, untold, untold, untold, untold]);
    assert!(people[..6].iter().all(|person| night.benefits[person]["settlements"] == "1"));
}

#[test]
fn rows_that_do_not_count_change_nothing() {
    let people: Vec<String> = (0..6).map(person).collect();
    let back = |id: &str, person: &str, of: &str| {
        visit(id, person, "2025-04-01", "21", ["-40000.00", "-30000.00", "-2600.00", "-5180.00"]).reverses(of)
    };
    let rows = [
        // Sent twice; marked invalid; of last year, and reversed in this one.
        stay("S0", &people[0]),
        stay("S0", &people[0]).in_file("b.parquet"),
        stay("S1", &people[1]),
        stay("S1V", &people[1]).with("vali_flag", "0"),
        stay("S2", &people[2]),
        stay("S2O", &people[2]).at("2024-12-31 23:59:59"),
        back("S2B", &people[2], "S2O"),
        // A reversal that is itself reversed.
        stay("S3", &people[3]),
        back("S3B", &people[3], "S3"),
        visit("S3C", &people[3], "2025-04-02", "21", ["40000.00", "30000.00", "2600.00", "5180.00"]).reverses("S3B"),
        // A reversal of what is somebody else's settlement.
        stay("S4", &people[4]),
        stay("S5", &people[5]),
        back("S5B", &people[5], "S4"),
    ];
    let rows = rows.map(valid);
    let register: Vec<Row> = people.iter().map(|person| identity(person, "2")).collect();
    let night = Night::of(&house(), &register, &rows);
    let right = ("correct", "benefits_right");
    let said: Vec<_> = people.iter().map(|person| night.said_of(person)).collect();
    assert_eq!(said, [right, right, right, right, right, ("cannot_be_told", "no_data")]);
    assert_eq!(night.benefits[&people[3]]["settlements"], "1");
    assert_eq!(night.verdicts[&people[5]]["detail"], "有冲销记录找不到所冲销的结算");
}

#[test]
fn what_was_paid_wrongly_is_said_with_figures() {
    let (a, b) = (person(0), person(1));
    let house = house();
    let register = [identity(&a, "2"), identity(&b, "1")];
    let rows = [
        stay("S0", &a).with("hifmi_pay", "0.00"),
        visit("S1", &b, "2025-01-09", "11", ["300.00", "150.00", "0.00", "150.00"]),
    ];
    let night = Night::of(&house, &register, &rows);
    let of = |person: &str, column: &str| night.verdicts[person][column].clone();
    assert_eq!(night.said_of(&a), ("fault", "underpaid"));
    assert_eq!((of(&a, "found"), of(&a, "expected")), ("5180.00".to_owned(), "7780.00".to_owned()));
    assert_eq!(
        of(&a, "detail"),
        "结算1次，基本医保和其他基金支付后政策范围内余额10000.00元；大病保险应付2600.00元，实付0.00元，少付2600.00元；\
         医疗救助应付5180.00元，实付5180.00元；首次不符：2025-03-05结算"
    );
    assert_eq!(of(&a, "reference"), "示例方案 (虚构) 第九条；示例方案 (虚构) 第十一条");
    assert_eq!(night.said_of(&b), ("fault", "overpaid"));
    assert_eq!(
        of(&b, "detail"),
        "结算0次，基本医保和其他基金支付后政策范围内余额0.00元；大病保险应付0.00元，实付0.00元；\
         医疗救助应付0.00元，实付150.00元，多付150.00元；其中不在支付范围内的门诊列支150.00元；首次不符：2025-01-09结算"
    );
    let total = |layer: &str, category: &str| -> Cells {
        let found = night.totals.iter().find(|row| row["layer"] == layer && row["category"] == category);
        found.unwrap().clone()
    };
    let critical = total("critical_illness", "subsistence_allowance");
    let of = |column: &str| critical[column].as_str();
    assert_eq!([of("people"), of("due"), of("paid"), of("difference")], ["1", "2600.00", "0.00", "-2600.00"]);
    assert_eq!([of("underpaid_people"), of("underpaid"), of("overpaid_people")], ["1", "2600.00", "0"]);
    assert_eq!(total("medical_assistance", "extreme_poverty")["overpaid"], "150.00");
}

#[test]
fn without_settlements_nothing_can_be_told() {
    let (house, a) = (house(), person(0));
    house.deliver("identities", &[identity(&a, "2")]);
    let night = Night::run(&house);
    assert_eq!(night.said_of(&a), ("cannot_be_told", "no_data"));
    assert_eq!(night.verdicts[&a]["detail"], "未报送结算数据");
    let line = "benefits: no settlements were delivered, so nothing can be told (people: 1)";
    assert!(warned(&house).contains(&line.to_owned()), "{:?}", warned(&house));
}

const NO_ROW: &str = "settlements: the table was delivered without a row in any file, which counts as not delivered; \
                      look whether the extract failed";

#[test]
fn a_table_of_settlements_without_a_row_tells_nothing_and_solves_nothing() {
    let (house, a) = (house(), person(0));
    house.deliver("identities", &[identity(&a, "2")]);
    house.deliver("settlements", &[stay("S0", &a).with("hifmi_pay", "0.00")]);
    let ran = house.run("2025-12-30", &[]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    let states = |day: &str| -> Vec<String> {
        let problems = house.read(day, "problems");
        problems.into_iter().map(|row| row["state"].clone()).collect()
    };
    assert_eq!(states("2025-12-30"), ["open"]);
    house.deliver("settlements", &[]);
    let night = Night::run(&house);
    assert_eq!(night.said_of(&a), ("cannot_be_told", "no_data"));
    assert_eq!(night.verdicts[&a]["detail"], "未报送结算数据");
    assert_eq!(states(AS_OF), ["open"]);
    let warnings = warned(&house);
    assert!(warnings.contains(&NO_ROW.to_owned()), "{warnings:?}");
    let untold = "benefits: no settlements were delivered, so nothing can be told (people: 1)";
    assert!(warnings.contains(&untold.to_owned()), "{warnings:?}");
    let verified = house.fangpin(&["verify", &format!("HOME/published/{AS_OF}")]);
    assert_eq!(verified.code, 0, "{}", verified.stderr);
}

#[test]
fn the_five_checks_alone_name_a_table_of_settlements_without_a_row() {
    let (house, a) = (house(), person(0));
    house.edit("job.toml", "kind      = \"benefits\"", "kind      = \"five_checks\"");
    house.edit("job.toml", "[problems.benefits]", "[problems.five_checks]");
    house.deliver("identities", &[identity(&a, "2")]);
    house.deliver("settlements", &[]);
    let ran = house.run(AS_OF, &[]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert_eq!(warned(&house).iter().filter(|line| *line == NO_ROW).count(), 1, "{:?}", warned(&house));
}

#[test]
fn what_no_document_gives_is_not_applicable() {
    let (a, b) = (person(0), person(1));
    let register = [identity(&a, "1"), identity(&b, "2")];
    // Everything in scope was paid by basic insurance: nothing is due, whatever the figures.
    let rows = [stay("S0", &a), visit("S1", &b, "2025-03-05", "21", ["40000.00", "40000.00", "0.00", "0.00"])];
    let with = |policy: &str| {
        let house = house();
        fs::write(house.path("policy.toml"), policy).unwrap();
        let night = Night::of(&house, &register, &rows);
        (night, warned(&house))
    };
    let policy = |name: &str| fs::read_to_string(shipped("policy").join(name)).unwrap();

    let (night, warnings) = with(&policy("ewenki-banner.toml"));
    assert_eq!(night.said_of(&a), ("not_applicable", "no_rule"));
    assert_eq!(night.said_of(&b), ("correct", "benefits_right"));
    let document = "《鄂温克旗医疗保障局关于巩固拓展医疗保障脱贫攻坚成果有效衔接乡村振兴战略实施方案》";
    assert_eq!(night.verdicts[&a]["detail"], format!("{document}未规定大病保险起付标准"));
    assert!(!night.benefits[&a].contains_key("critical_illness_due"));
    let line = format!(
        "benefits: 鄂温克族自治旗 (150724): {document} does not give the deductible of critical-illness insurance, so the \
         audit is not applicable (people: 1)"
    );
    assert!(warnings.contains(&line), "{warnings:?}");

    let (night, warnings) = with(&policy("xinzhou.toml"));
    let no_rule = ("not_applicable", "no_rule");
    assert_eq!([night.said_of(&a), night.said_of(&b)], [no_rule, no_rule]);
    let line = "benefits: 忻州市 (140900): 《关于做好2021年城乡居民基本医疗保障工作的通知》 gives no rule on \
                critical-illness insurance or medical assistance, so the audit is not applicable (people: 2)";
    assert!(warnings.contains(&line.to_owned()), "{warnings:?}");
    assert!(night.benefits.is_empty());
}

#[test]
fn a_layer_that_no_document_gives_does_not_hide_the_fault_of_another() {
    let (a, b) = (person(0), person(1));
    let house = house();
    let text = fs::read_to_string(house.path("policy.toml")).unwrap();
    let critical_alone = text.split("[[medical_assistance]]").next().unwrap();
    fs::write(house.path("policy.toml"), critical_alone).unwrap();
    let rows = [stay("S0", &a), stay("S1", &b).with("hifmi_pay", "2000.00")];
    let night = Night::of(&house, &[identity(&a, "2"), identity(&b, "2")], &rows);
    assert_eq!(night.said_of(&a), ("not_applicable", "no_rule"));
    assert_eq!(night.said_of(&b), ("fault", "underpaid"));
    assert_eq!(night.benefits[&b]["critical_illness_difference"], "-600.00");
    assert!(!night.benefits[&b].contains_key("medical_assistance_due"));
    assert!(night.verdicts[&b]["detail"].contains("医疗救助：文件未规定医疗救助的支付规定，实付5180.00元"));
}

#[test]
fn a_mapping_without_kinds_of_care_is_refused_by_name() {
    let house = house();
    let text = fs::read_to_string(house.path("codes.toml")).unwrap();
    fs::write(house.path("codes.toml"), text.split("# 医疗类别").next().unwrap()).unwrap();
    house.deliver("identities", &[identity(&person(0), "2")]);
    house.deliver("settlements", &[stay("S0", &person(0))]);
    let ran = house.run(AS_OF, &[]);
    assert_eq!(ran.code, 78, "{}", ran.stderr);
    let line = "HOME/codes.toml: the file has no [med_type], which this job needs; add it, with lines such as \"21\" = \
                \"in_patient\"";
    assert_eq!(ran.told(), [line]);
}

#[test]
fn the_number_of_threads_changes_no_byte() {
    let (house, cases) = (house(), cases());
    let people: Vec<String> = (0..cases.len() as u64).map(person).collect();
    let both = || cases.iter().zip(&people);
    house.deliver("identities", &both().flat_map(|(case, person)| case.register(person)).collect::<Vec<_>>());
    house.deliver("settlements", &both().flat_map(|(case, person)| case.delivered(person)).collect::<Vec<_>>());
    let files = ["1", "8"].map(|threads| {
        let published = format!("HOME/with_{threads}");
        let ran = house.run(AS_OF, &["--published", &published, "--threads", threads]);
        assert_eq!(ran.code, 0, "{}", ran.stderr);
        crate::harness::files_below(&house.path(&format!("with_{threads}")).join(AS_OF))
    });
    assert!(files[0].len() >= 5, "{:?}", files[0].keys());
    assert!(files[0] == files[1]);
}

/// The lines with which the sample's policy is refused when `old` reads `new`.
fn refused(old: &str, new: &str) -> Vec<String> {
    let house = house();
    house.edit("policy.toml", old, new);
    let path = house.path("policy.toml");
    let text = Policy::load(&path).expect_err("the policy was to be refused").to_string();
    let own = format!("{} line ", path.display());
    let said = |line: &str| line.strip_prefix(&own).unwrap_or(line).split_once(": ").unwrap().1.to_owned();
    text.lines().map(said).collect()
}

#[test]
fn a_benefit_rule_that_says_too_little_or_too_much_is_refused() {
    let everyone = "categories = \"everyone_else\"            # whomever no other rule of this kind names";
    let expected = "`categories` is \"everybody\", expected a list of at least one of extreme_poverty, orphan, \
                    subsistence_allowance, returned_to_poverty, subsistence_marginal, unavoidable_spending, \
                    unstable_lifted, marginal, sudden_hardship, low_income, stable_lifted, ordinary_insured";
    assert_eq!(refused(everyone, "categories = \"everybody\""), [expected]);
    let (deductible, ratio) = ("deductible = \"12000.00\" ", "ratio      = \"60\" ");
    assert_eq!(refused(deductible, "#"), ["[[critical_illness]] needs `deductible`, which is missing"]);
    assert_eq!(
        refused(deductible, "deductible = \"-1.00\" #"),
        ["`deductible` is \"-1.00\", expected an amount of 0 or more"]
    );
    let expected = "a percentage in quotes above 0 and at most 100, with at most four decimals";
    assert_eq!(refused(ratio, "ratio = \"101\" #"), [format!("`ratio` is \"101\", expected {expected}")]);
    assert_eq!(refused(ratio, "ratio = \"0.00001\" #"), [format!("`ratio` is \"0.00001\", expected {expected}")]);
    let own = "a rule for everyone_else is what others are held against: give it values of its own";
    assert_eq!(refused(ratio, "ratio = { raised_by_points = \"5\" } #"), [own]);
    let twice = refused(
        "categories = [\"unstable_lifted\", \"marginal\", \"sudden_hardship\"]\ncare",
        "categories = [\"marginal\", \"extreme_poverty\"]\ncare",
    );
    let [twice] = twice.as_slice() else { panic!("{twice:?}") };
    assert!(
        twice.starts_with("[[medical_assistance]]: `extreme_poverty` has two rules from 2021-01-01 on: that of line ")
    );
    let care = "care       = [\"chronic\", \"in_patient\"]  # 门诊慢特病, 住院";
    assert_eq!(
        refused(care, "care = [\"home\"]"),
        ["`care` is \"home\", expected one of out_patient, chronic, in_patient"]
    );
    let rounding = "rounding      = \"half_up\" ";
    assert_eq!(refused(rounding, "rounding = \"down\" #"), ["`rounding` is \"down\", expected \"half_up\""]);
}

#[test]
fn the_rules_of_a_policy_are_shown_with_their_citations() {
    let house = house();
    let ran = house.fangpin(&["policy", "HOME/policy.toml", "--as-of", AS_OF]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    let shown = "critical_illness 大病保险\n  whom       特困人员, 低保对象, 返贫致贫人口\n  care       门诊慢特病, 住院\n  \
                 deductible 6000.00 yuan a year\n  ratio      65%\n  cap        none\n  reference  示例方案 (虚构) \
                 第九条\n  in force   from 2021-01-01, no end known, reviewed 2025-06-01\n";
    assert!(ran.stdout.contains(shown), "{}", ran.stdout);
    let banner = shipped("policy/ewenki-banner.toml");
    let ran = house.fangpin(&["policy", banner.to_str().unwrap(), "--as-of", AS_OF]);
    let shown =
        "  deductible everyone else's, less 50%\n  ratio      everyone else's, plus 5 points\n  cap        none\n";
    assert!(ran.stdout.contains(shown), "{}", ran.stdout);
    assert!(ran.stdout.contains("  limit      not given by the document\n"), "{}", ran.stdout);
}

/// What is held against everyone else's comes to the same as figures of one's own.
#[test]
fn a_halved_deductible_and_five_points_more_are_what_they_come_to() {
    let house = house();
    house.edit("policy.toml", "deductible = \"6000.00\" ", "deductible = { lowered_by_percent = \"50\" } ");
    house.edit("policy.toml", "ratio      = \"65\" ", "ratio      = { raised_by_points = \"5\" } ");
    let a = person(0);
    let night = Night::of(&house, &[identity(&a, "2")], &[stay("S0", &a)]);
    assert_eq!(night.said_of(&a), ("correct", "benefits_right"));
    assert_eq!(night.benefits[&a]["critical_illness_due"], "2600.00");
}

/// A rule on critical-illness insurance beside those of the sample.
const ANOTHER: &str = r#"
[[critical_illness]]
categories = ["marginal"]
care       = ["in_patient"]
deductible = "9000.00"
ratio      = "90"
cap        = "none"
from       = 2021-01-01
until      = 2025-07-01
reference  = { title = "示例方案 (虚构)", article = "第十三条" }
reviewed   = 2025-06-01

[[critical_illness]]
categories = ["marginal"]
care       = ["in_patient"]
deductible = "9000.00"
ratio      = "80"
cap        = "none"
from       = 2025-07-01
reference  = { title = "示例方案 (虚构)", article = "第十四条" }
reviewed   = 2025-06-01
"#;

/// The rule of the settlement's day and care holds, and of several the one that gives most on that settlement.
#[test]
fn of_several_rules_the_best_of_the_day_holds() {
    let house = house();
    house.append("policy.toml", ANOTHER);
    let people: Vec<String> = (0..6).map(person).collect();
    let two = |person: &str| [identity(person, "2"), identity(person, "5")];
    let register: Vec<Row> = people[..2].iter().flat_map(|person| two(person)).collect();
    let marginal = people[2..].iter().map(|person| identity(person, "5"));
    let left = |person: &str, day: &str, care: &str, cost: &str| {
        visit(&format!("{person}{day}"), person, day, care, [cost, "0.00", "0.00", "0.00"])
    };
    let rows = [
        // 65% above 6000 is 2600.00, 90% above 9000 is 900.00.
        left(&people[0], "2025-03-01", "21", "10000.00"),
        // 65% above 6000 is 22100.00, 90% above 9000 is 27900.00.
        left(&people[1], "2025-03-01", "21", "40000.00"),
        left(&people[2], "2025-06-30", "21", "10000.00"),
        left(&people[3], "2025-07-01", "21", "10000.00"),
        // Of chronic care only the rule for everyone else speaks: 60% above 12000.
        left(&people[4], "2025-03-01", "14", "13000.00"),
        left(&people[5], "2025-06-30", "21", "10000.00"),
        left(&people[5], "2025-07-01", "21", "1000.00"),
    ];
    let night = Night::of(&house, &register.into_iter().chain(marginal).collect::<Vec<_>>(), &rows);
    let due = people.iter().map(|person| night.benefits[person]["critical_illness_due"].as_str());
    // The last: 90% of 1000 by the first rule, 80% of 1000 by the second.
    assert_eq!(due.collect::<Vec<_>>(), ["2600.00", "27900.00", "900.00", "800.00", "600.00", "1700.00"]);
    let cited = night.benefits[&people[5]]["reference"].as_str();
    assert_eq!(cited, "示例方案 (虚构) 第十三条；示例方案 (虚构) 第十二条；示例方案 (虚构) 第十四条");
}

/// What chance draws for one settlement: care, fen left in scope, day of the year.
type Draw = (bool, i64, i32);

fn draws() -> impl Strategy<Value = Vec<Draw>> {
    prop::collection::vec((any::<bool>(), 0i64..9_000_000, 20_089i32..20_454), 1..12)
}

fn visits(draws: &[Draw]) -> Vec<Visit> {
    let mut visits: Vec<Visit> = draws
        .iter()
        .map(|(stay, left, day)| Visit {
            person: 0,
            day: *day,
            care: Some(if *stay { Care::InPatient } else { Care::Chronic }),
            left_in_scope: Some(Fen(*left)),
            critical_illness: Fen::ZERO,
            medical_assistance: Fen::ZERO,
        })
        .collect();
    visits.sort_by_key(|visit| visit.day);
    visits
}

/// Throughout the year of one category.
fn spell(category: Category) -> [IdentitySpell; 1] {
    [IdentitySpell { begin: 0, end: i32::MAX, category: Some(category) }]
}

fn category() -> impl Strategy<Value = Category> {
    let all = [
        Category::ExtremePoverty,
        Category::SubsistenceAllowance,
        Category::ReturnedToPoverty,
        Category::Marginal,
        Category::StableLifted,
    ];
    (0..all.len()).prop_map(move |at| all[at])
}

/// The rules of the sample.
static SAMPLE: LazyLock<Policy> = LazyLock::new(|| Policy::load(&shipped("policy/sample.toml")).unwrap());

fn sample() -> &'static Benefits {
    SAMPLE.benefits.as_ref().unwrap()
}

fn both(due: &YearDue<'_>) -> i128 {
    due.critical_illness.due + due.medical_assistance.due
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn one_fen_more_in_scope_never_lowers_what_critical_illness_owes_nor_both_together(
        draws in draws(), category in category(), at in any::<prop::sample::Index>(),
    ) {
        let benefits = sample();
        let before = visits(&draws);
        let mut after = before.clone();
        let more = &mut after[at.index(before.len())];
        more.left_in_scope = more.left_in_scope.map(|left| Fen(left.0 + 1));
        let (before, after) =
            (year_due(benefits, &spell(category), &before), year_due(benefits, &spell(category), &after));
        prop_assert_eq!(after.left_in_scope, before.left_in_scope + 1);
        prop_assert!(after.critical_illness.due >= before.critical_illness.due);
        prop_assert!(both(&after) >= both(&before), "{} {}", both(&after), both(&before));
    }

    #[test]
    fn the_layers_never_owe_more_than_was_left_nor_more_than_their_limits(draws in draws(), category in category()) {
        let visits = visits(&draws);
        let due = year_due(sample(), &spell(category), &visits);
        prop_assert!(both(&due) <= due.left_in_scope);
        prop_assert!(due.medical_assistance.due - due.tilt <= 5_000_000);
        prop_assert!(due.tilt <= 2_000_000);
        prop_assert!(due.critical_illness.due >= 0 && due.tilt >= 0);
        prop_assert_eq!(due.left_in_scope, draws.iter().map(|(_, left, _)| i128::from(*left)).sum::<i128>());
        let capped = [Category::Marginal, Category::StableLifted].contains(&category);
        prop_assert!(!capped || due.critical_illness.due <= 20_000_000);
    }

    #[test]
    fn a_settlement_split_in_two_of_one_day_changes_each_layer_by_rounding_alone(
        draws in draws(), category in category(), at in any::<prop::sample::Index>(), part in 0u32..=100,
    ) {
        let benefits = sample();
        let whole = visits(&draws);
        let at = at.index(whole.len());
        let mut split = whole.clone();
        let left = whole[at].left_in_scope.unwrap().0;
        let first = left * i64::from(part) / 100;
        split[at].left_in_scope = Some(Fen(first));
        split.insert(at + 1, Visit { left_in_scope: Some(Fen(left - first)), ..whole[at] });
        let (one, two) = (year_due(benefits, &spell(category), &whole), year_due(benefits, &spell(category), &split));
        prop_assert!((one.critical_illness.due - two.critical_illness.due).abs() <= 1);
        let parted = (one.medical_assistance.due - two.medical_assistance.due).abs();
        prop_assert!(parted <= 2 * draws.len() as i128 + 2, "{parted}");
    }

    #[test]
    fn the_order_of_care_of_one_category_changes_the_year_by_rounding_alone(draws in draws(), category in category()) {
        let benefits = sample();
        let forward = visits(&draws);
        let mut backward = forward.clone();
        backward.reverse();
        let (one, two) =
            (year_due(benefits, &spell(category), &forward), year_due(benefits, &spell(category), &backward));
        prop_assert!((one.critical_illness.due - two.critical_illness.due).abs() <= draws.len() as i128);
    }
}
