//! The board: figures worked out by hand from nights made by hand, and the job that publishes it from real ones.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use chrono::{Days, NaiveDate};
use fangpin::board::Figured;
use fangpin::board::nights::{
    AuditNight, Flagged, Folder, MonthTables, Near, Nights, PastNight, Quality, RuleRead, Tonight,
};
use fangpin::model::board::{Board, Cell};
use fangpin::model::{
    AreaCode, Burden, Cadence, Categories, Category, Fen, Figures, LedgerCount, Matter, Mechanism, Payer, PersonId,
    Problem, ProblemChange, ProblemId, ProblemState, Shown, Solution, SolvedBy, State, Subject, SummaryRow,
};
use rust_decimal::Decimal;

use crate::harness::{Ran, files_below, program, read, root};
use crate::site_attack;

fn board(nights: &Nights) -> Board {
    Figured::of(nights).board()
}

const AS_OF: &str = "2025-11-30";

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn area(code: u32) -> AreaCode {
    AreaCode::new(code).unwrap()
}

/// A night on which nothing happened.
pub(crate) fn quiet() -> Nights {
    let rule = RuleRead {
        id: "return_to_poverty".to_owned(),
        title: "因病返贫监测".to_owned(),
        comparison: "超过",
        tests: "burden_total".to_owned(),
        categories: vec![Category::ExtremePoverty, Category::SubsistenceAllowance],
    };
    Nights {
        as_of: day(AS_OF),
        place: "某市".to_owned(),
        area: area(150_700),
        names: BTreeMap::from([("150721".to_owned(), "一县".to_owned())]),
        tonight: Tonight {
            night: day(AS_OF),
            sha256: "0123456789abcdef".repeat(4),
            payers: vec![Payer::BasicInsurance, Payer::MedicalAssistance],
            rules: vec![rule],
            summary: Vec::new(),
            counts: Vec::new(),
            flagged: Vec::new(),
            near: None,
            responses: BTreeMap::new(),
            quality: Quality::default(),
            warnings: Vec::new(),
        },
        past: Vec::new(),
        audits: Vec::new(),
        folders: Vec::new(),
        warnings: Vec::new(),
        rules: Vec::new(),
    }
}

fn flagged(number: usize, county: u32, percent: i64) -> Flagged {
    Flagged {
        person: PersonId::other(&format!("P{number}")).unwrap(),
        rule: "return_to_poverty".to_owned(),
        area: Some(area(county)),
        town_code: None,
        burden: Burden {
            settlements: 1,
            sums: Figures {
                total_cost: Fen(10_000),
                basic_insurance: Fen(5_000),
                medical_assistance: Fen(1_000),
                hospital_part: Fen(100),
                ..Figures::default()
            },
            commercial: Fen(0),
        },
        burden_total: Fen(3_900),
        ratio: Decimal::new(percent, 2),
    }
}

fn count(county: u32, category: Category, state: State, warnings: u64) -> LedgerCount {
    let rule = "return_to_poverty".to_owned();
    LedgerCount { area: Some(area(county)), town_code: None, category, rule, state, warnings }
}

fn past(back: u64, standing: u64, opened: u64, cleared: u64, by_area: &[(u32, u64)]) -> PastNight {
    PastNight {
        night: day(AS_OF).checked_sub_days(Days::new(back)).unwrap(),
        standing,
        opened,
        cleared,
        by_rule: BTreeMap::new(),
        by_area: Some(by_area.iter().map(|(county, warnings)| (Some(area(*county)), *warnings)).collect()),
    }
}

/// Seven in one county and six in the other, each with 100.00 of cost: 50.00 and 10.00 paid, 1.00 borne by the hospital.
#[test]
fn the_cascade_and_the_ranges_are_those_of_the_flagged() {
    let mut nights = quiet();
    let percents = [101, 105, 109, 100, 110, 120, 124, 125, 149, 130, 140, 148, 600];
    for (number, percent) in percents.into_iter().enumerate() {
        nights.tonight.flagged.push(flagged(number, if number < 7 { 150_721 } else { 150_722 }, percent));
    }
    nights.tonight.counts = vec![
        count(150_721, Category::ExtremePoverty, State::Continued, 7),
        count(150_722, Category::ExtremePoverty, State::Continued, 6),
    ];
    nights.tonight.near = Some(Near {
        share: Decimal::from(90),
        percents: [90, 92, 94, 91, 93, 95, 96, 97, 98, 99].map(|of| ("return_to_poverty".to_owned(), of.into())).into(),
    });
    let board = board(&nights);
    let cascade = board.whole.cascade.unwrap();
    assert_eq!((cascade.people, cascade.total_cost, cascade.burden_total), (Cell::Told(13), Fen(130_000), Fen(50_700)));
    let taken: Vec<(&str, Fen)> = cascade.taken.iter().map(|(payer, fen)| (payer.as_str(), *fen)).collect();
    assert_eq!(taken, [("基本医保", Fen(65_000)), ("医疗救助", Fen(13_000)), ("医院负担", Fen(1_300))]);
    assert_eq!(board.counties[0].cascade.as_ref().unwrap().total_cost, Fen(70_000));

    // Four from 100 on, three from 110, five from 125, one from 500: the five are told, and no other range is.
    let bins: Vec<(u32, Option<u32>, Cell<u64>)> =
        board.whole.distributions[0].bins.iter().map(|bin| (bin.from, bin.until, bin.people)).collect();
    assert_eq!(
        bins,
        [
            (90, Some(95), Cell::Told(5)),
            (95, Some(100), Cell::Told(5)),
            (100, Some(110), Cell::Withheld),
            (110, Some(125), Cell::Withheld),
            (125, Some(150), Cell::Told(5)),
            (150, Some(200), Cell::Told(0)),
            (200, Some(300), Cell::Told(0)),
            (300, Some(500), Cell::Told(0)),
            (500, None, Cell::Withheld),
        ]
    );
}

/// Two nights: 20 stood; 6 came and 5 went, so that 21 stand. Of the counties' 20, 3 would give 17 away.
#[test]
fn the_trend_tells_of_a_night_what_it_told_then() {
    let mut nights = quiet();
    nights.past = vec![
        past(2, 20, 0, 0, &[(150_721, 3), (150_722, 6), (150_723, 11)]),
        past(1, 21, 6, 5, &[(150_721, 7), (150_722, 6), (150_723, 8)]),
        past(0, 19, 2, 4, &[(150_721, 5), (150_722, 6), (150_723, 8)]),
    ];
    nights.tonight.counts = vec![
        count(150_721, Category::ExtremePoverty, State::Continued, 5),
        count(150_722, Category::ExtremePoverty, State::Continued, 6),
        count(150_723, Category::ExtremePoverty, State::Continued, 6),
        count(150_723, Category::ExtremePoverty, State::Opened, 2),
        count(150_721, Category::ExtremePoverty, State::Cleared, 4),
    ];
    let board = board(&nights);
    let whole: Vec<_> = board.whole.trend.iter().map(|night| (night.standing, night.opened, night.cleared)).collect();
    assert_eq!(
        whole,
        [
            (Cell::Told(20), Cell::Told(0), Cell::Told(0)),
            (Cell::Told(21), Cell::Told(6), Cell::Told(5)),
            // 2 came: they are withheld, and the 4 that went with them.
            (Cell::Told(19), Cell::Withheld, Cell::Withheld),
        ]
    );
    let of = |county: usize| board.counties[county].trend.iter().map(|night| night.standing).collect::<Vec<_>>();
    assert_eq!(of(0), [Cell::Withheld, Cell::Told(7), Cell::Told(5)]);
    assert_eq!(of(1), [Cell::Withheld, Cell::Told(6), Cell::Told(6)]);
    assert_eq!(of(2), [Cell::Told(11), Cell::Told(8), Cell::Told(8)]);
    assert!(board.counties.iter().all(|county| county.trend[0].opened == Cell::Withheld));
}

fn problem(number: usize, county: u32, state: ProblemState, since: &str, solved: Option<&str>) -> Problem {
    let subject = Subject::Person(PersonId::other(&format!("Q{number}")).unwrap());
    Problem {
        state,
        first_seen: day(since),
        since: day(since),
        last_seen: day(since),
        solution: solved.map(|on| Solution { on: day(on), by: SolvedBy::FoundCorrect, matter: None, detail: None }),
        ..open_problem(Mechanism::Coverage, subject, area(county))
    }
}

/// A problem that was found in October and stands.
pub(crate) fn open_problem(mechanism: Mechanism, subject: Subject, area: AreaCode) -> Problem {
    Problem {
        id: ProblemId::of(mechanism, &subject, 2025),
        mechanism,
        subject,
        year: 2025,
        name: None,
        categories: Categories::NONE,
        area: Some(area),
        town_code: None,
        shown: Shown {
            matter: Matter::NeverEnrolled,
            found: None,
            expected: None,
            detail: String::new(),
            reference: None,
        },
        owner: "某县医疗保障局".to_owned(),
        state: ProblemState::Open,
        change: ProblemChange::Kept,
        first_seen: day("2025-10-01"),
        since: day("2025-10-01"),
        last_seen: day("2025-10-01"),
        due: Some(day("2025-12-31")),
        reopened: 0,
        claim: None,
        dismissal: None,
        solution: None,
    }
}

fn problems(of: &[(u32, ProblemState, usize)]) -> Vec<Problem> {
    let each = of.iter().flat_map(|(county, state, times)| (0..*times).map(move |_| (*county, *state)));
    each.enumerate().map(|(number, (county, state))| problem(number, county, state, "2025-11-01", None)).collect()
}

pub(crate) fn audited(problems: Vec<Problem>, before: Option<Vec<Problem>>) -> AuditNight {
    AuditNight {
        kind: "coverage".to_owned(),
        night: day(AS_OF),
        sha256: "0".repeat(64),
        verdicts: BTreeMap::new(),
        problems,
        before,
        quality: Quality::default(),
        tables: MonthTables::default(),
        warnings: Vec::new(),
    }
}

/// By what is overdue, then by what is to be solved; beside it what a county took to solve and what came to it.
#[test]
fn counties_are_looked_after_in_the_order_of_what_is_overdue() {
    use ProblemState::{Open, Overdue, Solved};
    let mut now = problems(&[
        (150_723, Overdue, 5),
        (150_723, Open, 6),
        (150_722, Overdue, 5),
        (150_722, Open, 20),
        (150_721, Overdue, 6),
    ]);
    let solved = ["2025-11-02", "2025-11-03", "2025-11-04", "2025-11-11", "2025-11-21"];
    for (number, on) in solved.into_iter().enumerate() {
        now.push(problem(100 + number, 150_723, Solved, "2025-11-01", Some(on)));
    }
    let before = problems(&[(150_721, Open, 16), (150_722, Overdue, 5)]);
    let mut nights = quiet();
    nights.audits = vec![audited(now, Some(before))];
    let board = board(&nights);
    let order: Vec<_> = board
        .dispatch
        .iter()
        .map(|one| {
            (one.place.code.as_deref().unwrap(), one.overdue, one.open, one.solved, one.days_to_close, one.change)
        })
        .collect();
    let told = Cell::Told;
    assert_eq!(
        order,
        [
            ("150721", told(6), told(6), told(0), None, Some(Cell::Told(-10))),
            ("150722", told(5), told(25), told(0), None, Some(Cell::Told(20))),
            // 1, 2, 3, 10 and 20 days: three in the middle.
            ("150723", told(5), told(11), told(5), Some(3), Some(Cell::Told(11))),
        ]
    );
    assert_eq!(board.counties[0].total.place.name.as_deref(), Some("一县"));
    assert_eq!(board.whole.problems[0].next_due, Some(day("2025-12-31")));
    assert_eq!(board.whole.problems[0].overdue_since, Some(day("2025-12-31")));
}

/// A county with two problems is withheld, and so is the next one: both stand behind those that are told and not 0.
#[test]
fn counties_with_few_problems_are_ordered_without_telling_how_few() {
    let mut nights = quiet();
    let now = problems(&[
        (150_721, ProblemState::Open, 2),
        (150_722, ProblemState::Open, 7),
        (150_723, ProblemState::Open, 9),
    ]);
    nights.audits = vec![audited(now, Some(Vec::new()))];
    let order = board(&nights).dispatch;
    let of: Vec<_> = order.iter().map(|one| (one.place.code.clone().unwrap(), one.open, one.change)).collect();
    assert_eq!(
        of,
        [
            ("150723".to_owned(), Cell::Told(9), Some(Cell::Told(9))),
            ("150721".to_owned(), Cell::Withheld, Some(Cell::Withheld)),
            ("150722".to_owned(), Cell::Withheld, Some(Cell::Withheld)),
        ]
    );
}

/// An institution may be named, and one is told; what was found is, without the counts of the detail.
#[test]
fn institutions_are_named_one_by_one() {
    let mut nights = quiet();
    let subject = Subject::Institution("H15072100001".into());
    let mut of_one = problem(1, 150_721, ProblemState::Open, "2025-11-01", None);
    of_one.id = ProblemId::of(Mechanism::ShortStays, &subject, 2025);
    (of_one.mechanism, of_one.subject, of_one.shown.detail) = (Mechanism::ShortStays, subject, "3 次".to_owned());
    nights.audits = vec![audited(vec![of_one], None)];
    let board = board(&nights);
    let named = &board.counties[0].named[0];
    assert_eq!((named.subject.as_str(), named.due), ("H15072100001", Some(day("2025-12-31"))));
    assert!(!named.detail.contains('3'), "{}", named.detail);
    assert_eq!(board.counties[0].total.open_problems, Cell::Told(1));
    assert_eq!(board.dispatch[0].change, None);
}

#[test]
fn a_job_is_late_by_the_days_its_night_is_older_than_it_may_be() {
    let late = |as_of: &str, cadence: Cadence, latest: &str| {
        let folder = Folder { kind: "coverage".to_owned(), cadence, latest: Some(day(latest)) };
        board(&Nights { as_of: day(as_of), folders: vec![folder], ..quiet() }).jobs[0].days_late()
    };
    assert_eq!(late("2025-11-30", Cadence::Daily, "2025-11-30"), Some(0));
    assert_eq!(late("2025-11-30", Cadence::Daily, "2025-11-29"), Some(1));
    assert_eq!(late("2025-11-30", Cadence::Weekly, "2025-11-24"), Some(0));
    assert_eq!(late("2025-11-30", Cadence::Weekly, "2025-11-23"), Some(1));
    assert_eq!(late("2025-11-29", Cadence::Monthly, "2025-10-31"), Some(0));
    assert_eq!(late("2025-11-30", Cadence::Monthly, "2025-10-31"), Some(30));
    let never = Folder { kind: "coverage".to_owned(), cadence: Cadence::Daily, latest: None };
    assert_eq!(board(&Nights { folders: vec![never], ..quiet() }).jobs[0].days_late(), None);
}

#[test]
fn a_warning_of_a_night_is_shown_without_its_small_counts() {
    let lines = |warnings: &[&str]| {
        let warnings = warnings.iter().map(|line| (*line).to_owned()).collect();
        board(&Nights { warnings, ..quiet() }).warnings
    };
    let given = ["4 findings (people: 1) of 2025-11-3, a_2, 1.5 and 12", "5 people"];
    assert_eq!(lines(&given), ["* findings (people: *) of 2025-11-3, a_2, * and *", "* people"]);
}

/// Whom a rule covers is told with the amounts, or neither is.
#[test]
fn amounts_of_few_people_are_withheld_with_them() {
    let mut nights = quiet();
    let row = |county, category, people| SummaryRow {
        area: Some(area(county)),
        category,
        rule: "return_to_poverty".to_owned(),
        people,
        flagged: 0,
        burden_total: Fen(100 * people as i64),
        total_cost: Fen(300 * people as i64),
    };
    nights.tonight.summary = vec![
        row(150_721, Category::ExtremePoverty, 2),
        row(150_721, Category::SubsistenceAllowance, 30),
        row(150_722, Category::ExtremePoverty, 40),
        row(150_722, Category::SubsistenceAllowance, 50),
    ];
    let board = board(&nights);
    let of = |board: &Board, county: usize, category: usize| {
        let warned = board.counties[county].rules[0].by_category[category].1;
        (warned.people, warned.total_cost)
    };
    assert_eq!(of(&board, 0, 0), (Cell::Withheld, Cell::Withheld));
    assert_eq!(of(&board, 0, 1), (Cell::Withheld, Cell::Withheld));
    assert_eq!(of(&board, 1, 0), (Cell::Withheld, Cell::Withheld));
    assert_eq!(of(&board, 1, 1), (Cell::Withheld, Cell::Withheld));
    let whole = board.whole.rules[0].all;
    assert_eq!(
        (whole.people, whole.total_cost, whole.burden_total),
        (Cell::Told(122), Cell::Told(Fen(36_600)), Cell::Told(Fen(12_200)))
    );
}

/// A folder with the nights of the sample that a board is made from, and its job.
struct Shelf(tempfile::TempDir);

impl Shelf {
    fn new() -> Shelf {
        let shelf = Shelf(tempfile::TempDir::new().unwrap());
        let job = fs::read_to_string(root().join("jobs/report.toml")).unwrap();
        let policy = root().join("data/policy/sample.toml").display().to_string();
        let job = job
            .replace("\"../published/report\"", "\"report\"")
            .replace("\"../published/weekly\"", "\"weekly\"")
            .replace("\"../published/monthly\"", "\"monthly\"")
            .replace("\"../published\"", "\"nightly\"")
            .replace("../data/policy/sample.toml", &policy);
        fs::write(shelf.path("report.toml"), job).unwrap();
        shelf
    }

    fn path(&self, name: &str) -> std::path::PathBuf {
        self.0.path().join(name)
    }

    /// Runs a job of the repository into a folder of the shelf.
    fn night(&self, job: &str, folder: &str, as_of: &str) {
        let job = root().join("jobs").join(job).display().to_string();
        let folder = self.path(folder).display().to_string();
        let ran = self.fangpin(&["run", &job, "--as-of", as_of, "--published", &folder]);
        assert_eq!(ran.code, 0, "{}", ran.stderr);
    }

    /// Runs the program; SHELF in an argument stands for the shelf.
    fn fangpin(&self, arguments: &[&str]) -> Ran {
        let here = self.0.path().to_str().unwrap();
        let output = program().args(arguments.iter().map(|of| of.replace("SHELF", here))).output().unwrap();
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap().replace(here, "SHELF");
        Ran { code: output.status.code().unwrap_or(-1), stdout: text(output.stdout), stderr: text(output.stderr) }
    }

    fn board(&self, more: &[&str]) -> Ran {
        self.fangpin(&[&["run", "SHELF/report.toml", "--as-of", AS_OF], more].concat())
    }
}

#[test]
fn the_board_of_the_sample_names_nobody_and_holds_together() {
    let shelf = Shelf::new();
    shelf.night("nightly.toml", "nightly", "2025-11-29");
    shelf.night("nightly.toml", "nightly", AS_OF);
    shelf.night("weekly.toml", "weekly", AS_OF);
    let ran = shelf.board(&["--threads", "1"]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert_eq!(
        ran.stdout,
        "published SHELF/report/2025-11-30\n  counties 16, nights 2, pages 19, late jobs 1\n  open \
         SHELF/report/2025-11-30/index.html\n"
    );
    let again = shelf.board(&["--published", "SHELF/again", "--threads", "4"]);
    assert_eq!(again.code, 0, "{}", again.stderr);
    let site = files_below(&shelf.path("report").join(AS_OF));
    assert_eq!(site, files_below(&shelf.path("again").join(AS_OF)));

    cites_every_rule(&String::from_utf8_lossy(&site["method.html"]));
    let text: String = site.values().map(|bytes| String::from_utf8_lossy(bytes)).collect();
    let (mut looked_for, night) = (0, shelf.path("nightly").join(AS_OF));
    let attacked = site_attack::attacked(&site, &night);
    assert!(attacked.small > 50 && attacked.told > 100, "{attacked:?}");
    for (folder, table) in [(&night, "flagged"), (&night, "ledger"), (&shelf.path("weekly").join(AS_OF), "problems")] {
        for row in read(&folder.join(format!("{table}.parquet"))) {
            for column in ["person_id", "name", "warning_id", "problem_id"] {
                let Some(secret) = row.get(column) else { continue };
                looked_for += 1;
                assert!(!text.contains(secret.as_str()), "a {column} of {table} is on the board");
            }
        }
    }
    assert!(looked_for > 50, "only {looked_for} were looked for");
    assert_eq!(shelf.fangpin(&["verify", "SHELF/report/2025-11-30"]).code, 0);
    let chain = shelf.fangpin(&["verify", "--chain", "SHELF/report"]);
    assert!(chain.stdout.contains("1 nights from 2025-11-30"), "{}{}", chain.stdout, chain.stderr);
}

/// The kinds of rules of the sample's policy, with how many of each hold on the day, and what the page says of one.
const RULES: [(&str, usize, &str); 10] = [
    ("assistance", 2, "特困人员、低保对象：无须申请，直接救助"),
    ("enrolment", 1, "2025 年度集中参保期为 2024-09-01 至 2024-12-31；新生儿出生 90 日内参保的"),
    ("subsidy", 5, "脱贫不稳定人口、边缘易致贫人口：每年资助 180.00 元，自认定之日起 36 个月内"),
    (
        "critical_illness",
        2,
        "其他参保人员，门诊慢特病、住院的政策范围内费用：起付标准每年 12000.00 元，支付比例 60%，年度最高支付限额 200000.00 元",
    ),
    (
        "medical_assistance",
        3,
        "特困人员，门诊慢特病、住院的政策范围内费用：救助比例 100%，年度救助限额 50000.00 元；倾斜救助：救助后年度政策范围内个人负担超过 \
         10000.00 元的部分按 50%，年度限额 20000.00 元",
    ),
    ("five_checks", 1, "逐人核查参保、资助、一站式结算、三重保障、政策知晓"),
    (
        "out_of_catalogue",
        1,
        "一级不超过 1%、二级不超过 2%、三级不超过 3%，不按人、不按次；年度住院结算不足 10 笔的机构不适用",
    ),
    (
        "conduct",
        5,
        "因病种 J06.9、J00、K29.7、R51 住院不超过 2 夜且医疗费用不超过 1500.00 元，同一机构年度内达到 3 次，列为待核查",
    ),
    ("chronic_cards", 1, "每月每个定点医药机构新办的卡（全部参保人员）随机抽取，抽查 10%，不足一张的按一张"),
    (
        "fund",
        1,
        "可支付月数低于 6 个月，或者近 12 个月支出超过收入的 100%，或者年末前预测结余少于 1 个月平均支出的未决费用的，待核查",
    ),
];

/// Holds the page of method to the policy file: every rule of the day stands there with its document, its article, its
/// first day and its words.
fn cites_every_rule(page: &str) {
    let text = fs::read_to_string(root().join("data/policy/sample.toml")).unwrap();
    let policy: toml::Table = text.parse().unwrap();
    let as_of = day(AS_OF);
    let date = |entry: &toml::Table, key: &str| entry.get(key).map(|of| day(&of.as_datetime().unwrap().to_string()));
    let mut cited = 0;
    let mut cites = |entry: &toml::Table| {
        let from = date(entry, "from").unwrap();
        if from > as_of || date(entry, "until").is_some_and(|until| until <= as_of) {
            return false;
        }
        let reference = entry["reference"].as_table().unwrap();
        let of = |key: &str| reference.get(key).map(|of| of.as_str().unwrap());
        let source = format!("依据：{} {}（{from} 起，", of("title").unwrap(), of("article").unwrap());
        let articles: Vec<&str> = page.split("<article>").filter(|article| article.contains(&source)).collect();
        let said = |words: &str| articles.iter().any(|article| article.contains(words));
        assert!(!articles.is_empty() && of("words").is_none_or(said), "{source} {:?}", of("words"));
        cited += 1;
        true
    };
    let warnings = policy["rule"].as_array().unwrap().iter().flat_map(|rule| rule["in_force"].as_array().unwrap());
    assert_eq!(warnings.filter(|entry| cites(entry.as_table().unwrap())).count(), 3);
    for (kind, count, condition) in RULES {
        let entries = policy[kind].as_array().unwrap().iter();
        assert_eq!(entries.filter(|entry| cites(entry.as_table().unwrap())).count(), count, "{kind}");
        assert!(page.contains(condition), "{kind}: {condition}");
    }
    assert_eq!(page.matches("依据：").count(), cited, "a rule stands there twice, or one that is not in force");
    // No kind of rule is left out of the list above.
    let ruled = |value: &toml::Value| {
        let entries = value.as_array().into_iter().flatten().filter_map(toml::Value::as_table);
        entries.into_iter().any(|entry| entry.contains_key("reference"))
    };
    let kinds: Vec<&String> = policy.iter().filter(|(_, value)| ruled(value)).map(|(kind, _)| kind).collect();
    assert_eq!(kinds.len(), RULES.len(), "{kinds:?}");
}

#[test]
fn the_report_of_a_month_is_one_page() {
    let shelf = Shelf::new();
    shelf.night("nightly.toml", "nightly", AS_OF);
    let ran = shelf.fangpin(&["report", "SHELF/report.toml", "--month", "2025-11", "--out", "SHELF/month.html"]);
    assert_eq!((ran.code, ran.stdout.as_str()), (0, "written SHELF/month.html\n"), "{}", ran.stderr);
    let page = fs::read_to_string(shelf.path("month.html")).unwrap();
    assert!(page.contains("因病返贫监测") && !page.contains("href=\"style.css\""));
    let ran = shelf.fangpin(&["report", "SHELF/report.toml", "--month", "2025-10", "--out", "SHELF/other.html"]);
    assert_eq!(ran.told(), ["SHELF/nightly: no night of 2025-10 is published there"]);
    assert_eq!((ran.code, Path::exists(&shelf.path("other.html"))), (66, false));
    let ran = shelf.fangpin(&["report", "SHELF/report.toml", "--month", "2025-13", "--out", "SHELF/other.html"]);
    assert!(ran.code == 64 && ran.stderr.contains("expected a month, such as 2025-11"), "{}", ran.stderr);
}

#[test]
fn a_board_that_cannot_be_made_says_why() {
    let shelf = Shelf::new();
    let refused = |arguments: &[&str], code: i32, told: &str| {
        let ran = shelf.board(arguments);
        assert_eq!((ran.code, ran.told()), (code, vec![told]));
    };
    refused(
        &[],
        66,
        "SHELF/nightly: no night of the year until 2025-11-30 is published there; run the nightly job first",
    );
    refused(
        &["--delivery", "SHELF"],
        64,
        "SHELF/report.toml is a job of kind report: it has no delivery, and no board rests on another; run each day by \
         itself",
    );
    refused(&["--nights", "fund=SHELF"], 64, "--nights fund: SHELF/report.toml names no [[folder]] of that kind");
    let job = fs::read_to_string(shelf.path("report.toml")).unwrap();
    let line = |text: &str| 1 + job.lines().position(|line| line.starts_with(text)).unwrap();
    let with = |old: &str, new: &str| fs::write(shelf.path("report.toml"), job.replace(old, new)).unwrap();
    with("\"nightly\"\nnights", "\"fund\"\nnights");
    refused(
        &[],
        78,
        "SHELF/report.toml: the board is made from nights of warnings; name their folder in a [[folder]] of kind \
         \"nightly\"",
    );
    with("kind    = \"monthly\"", "kind    = \"coverage\"");
    let (second, first) = (line("kind    = \"monthly\"") - 1, line("kind    = \"coverage\"") - 1);
    refused(
        &[],
        78,
        &format!("SHELF/report.toml line {second}: [[folder]] of kind \"coverage\" stands on line {first} already"),
    );
    with("published = ", "delivery = \".\"\npublished = ");
    let unknown = line("published");
    refused(
        &[],
        78,
        &format!(
            "SHELF/report.toml line {unknown}: the file has an unknown key `delivery`, expected kind, policy, published, \
             folder, names"
        ),
    );
}
