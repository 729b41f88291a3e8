//! Warning lists (预警名单): who receives what and when, what stands in the files, and who can read them.

#![cfg(test)]

use std::collections::BTreeMap;
use std::fs;
use std::io::Cursor;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use calamine::{Data, Reader, Xlsx};
use chrono::NaiveDate;
use fangpin::job::Job;
use fangpin::lists::{self, Before, Extent};
use fangpin::model::{
    Answer, Burden, BurdenKind, Categories, Category, Clearing, Fen, Outcome, PersonId, Sheet, Standing, State, Told,
    Warning, WarningId,
};
use fangpin::policy::{InForce, Policy};
use fangpin::replies::plain;
use rust_decimal::Decimal;

use crate::harness::{
    A, AS_OF, B, House, Ran, Row, files_below, identity, income, manifest, program, read, resident_id, settlement,
    shipped,
};

/// Category 2 in another county. Nobody holds this number.
const D: &str = "150722197001010018";

/// An office of the whole prefecture that is sent each night's changes as an open workbook.
const OFFICE: &str = r#"
[[office]]
id      = "civil"
name    = "民政局"
areas   = ["150700"]
rules   = ["return_to_poverty", "fall_into_poverty"]
columns = ["name", "person_id", "town_code", "burden", "threshold", "first_exceeded_on"]
changes = "daily"
form    = "xlsx"
plain   = true
"#;

/// OFFICE with other lines in place of its own.
fn office(changes: &[(&str, &str)]) -> String {
    changes.iter().fold(OFFICE.to_owned(), |office, (old, new)| {
        assert!(office.contains(old), "{old}");
        office.replace(old, new)
    })
}

/// A house with these offices, in which A, B and D are in the register and the settlements are theirs.
fn house(offices: &str, settlements: &[Row]) -> House {
    let house = House::new();
    crate::office::extends(&house, offices);
    let town = |row: Row, code: &str| row.with("town_code", code);
    let register = [
        town(identity(A, "2"), "150721100"),
        town(identity(B, "5"), "150721101"),
        town(identity(D, "2").with("insu_admdvs", "150722").with("psn_name", "测试丁"), "150722100"),
    ];
    house.deliver("identities", &register);
    house.deliver("income", &[income("150700", "2024", "20000.00")]);
    house.deliver("settlements", settlements);
    house
}

/// A, B and D, each above the threshold: 10000.00, 20000.00 and 10000.00.
fn all_flagged() -> [Row; 3] {
    [
        settlement("1", "10000.07"),
        settlement("2", "30000.00").of(B),
        settlement("3", "12000.00").of(D).with("insu_admdvs", "150722"),
    ]
}

fn runs(house: &House, day: &str) -> PathBuf {
    let ran = house.run(day, &[]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    house.path("published").join(day)
}

#[test]
fn rows_that_find_no_room_are_told_and_leave_nothing() {
    let people: Vec<String> = (0..600).map(|number| resident_id(15_072_118_000_000_000 + number)).collect();
    let house = house(OFFICE, &all_flagged());
    let costs: Vec<String> = (0..people.len()).map(|number| format!("S{number}")).collect();
    let rows = people.iter().zip(&costs).map(|(person, id)| settlement(id, "30000.00").of(person));
    house.deliver("settlements", &rows.collect::<Vec<_>>());
    house.deliver("identities", &people.iter().map(|person| identity(person, "2")).collect::<Vec<_>>());

    // Rows of 600 people take more than 100 KiB before they are packed, and no file of the night itself does.
    let script = "trap '' XFSZ; ulimit -f 200; exec \"$0\" run \"$1/job.toml\" --as-of \"$2\"";
    let mut shell = Command::new("sh");
    shell.args(["-c", script]).arg(program().get_program()).arg(house.home.path()).arg(AS_OF);
    let ran = house.said(shell.output().unwrap());
    let line = "HOME/published/.staging-2025-11-30: cannot be written: the rows of a list do not fit beside it; see that \
                the folder exists and can be written";
    assert_eq!((ran.code, ran.told()), (73, vec![line]));
    assert!(!house.path("published/2025-11-30").exists());
    assert!(!house.path("published/.staging-2025-11-30").exists());

    runs(&house, AS_OF);
}

fn refused(house: &House, expected: &[&str]) {
    let ran = house.run(AS_OF, &[]);
    assert_eq!(ran.told(), expected);
    assert_eq!(ran.code, if expected[0].contains("no such") { 66 } else { 78 });
    assert!(house.published().is_empty());
}

/// The files below `lists/` of a night.
fn sent(night: &Path) -> Vec<String> {
    let files = files_below(&night.join("lists"));
    files.into_keys().filter(|name| !name.ends_with('/')).collect()
}

/// A workbook by sheet, each row by heading.
type Book = BTreeMap<String, Vec<BTreeMap<String, Data>>>;

fn book(bytes: Vec<u8>) -> Book {
    let mut workbook = Xlsx::new(Cursor::new(bytes)).unwrap();
    let names = workbook.sheet_names();
    assert_eq!(names.last().unwrap(), "说明");
    let sheet = |name: String| {
        assert!(workbook.worksheet_formula(&name).unwrap().is_empty(), "{name} has a formula");
        let range = workbook.worksheet_range(&name).unwrap();
        let mut rows = range.rows();
        let headings: Vec<String> = match name.as_str() {
            "说明" => vec!["about".to_owned(), "text".to_owned()],
            _ => rows.next().unwrap().iter().map(ToString::to_string).collect(),
        };
        let row = |cells: &[Data]| headings.iter().cloned().zip(cells.iter().cloned()).collect();
        (name, rows.map(row).collect())
    };
    names.into_iter().map(sheet).collect()
}

fn opened(night: &Path, file: &str) -> Book {
    book(fs::read(night.join("lists").join(file)).unwrap())
}

/// Who stands on a sheet.
fn people(book: &Book, sheet: &str) -> Vec<String> {
    book[sheet].iter().map(|row| row["证件号码"].to_string()).collect()
}

fn noted(book: &Book, about: &str) -> String {
    let notes = book["说明"].iter().filter(|row| row["about"] == *about);
    notes.map(|row| row["text"].to_string()).collect::<Vec<_>>().join("\n")
}

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

// --- who receives what ---

#[test]
fn each_office_receives_its_areas_and_ways_and_is_told_which_with_the_article() {
    let offices = [
        office(&[("\"civil\"", "\"one_county\""), ("150700", "150722")]),
        office(&[("\"civil\"", "\"applying\""), ("areas ", "way = \"on_application\"\nareas ")]),
        office(&[("\"civil\"", "\"a_rule\""), (", \"fall_into_poverty\"", "")]),
        office(&[("\"civil\"", "\"a_town\""), ("areas ", "towns = [\"150721100\"]\nareas ")]),
        office(&[("\"civil\"", "\"a_category\""), ("areas ", "categories = [\"marginal\"]\nareas ")]),
        office(&[("\"civil\"", "\"elsewhere\""), ("150700", "150800")]),
    ];
    let house = house(&offices.concat(), &all_flagged());
    let night = runs(&house, AS_OF);
    let expected: [(&str, &str, &[&str]); 5] = [
        ("a_category", "150700", &[B]),
        ("a_rule", "150700", &[A, D]),
        ("a_town", "150700", &[A]),
        ("applying", "150700", &[B]),
        ("one_county", "150722", &[D]),
    ];
    let files = expected.map(|(office, area, _)| format!("{office}/{office}-{area}-{AS_OF}.xlsx"));
    assert_eq!(sent(&night), files);
    for ((office, _, expected), file) in expected.into_iter().zip(files) {
        assert_eq!(people(&opened(&night, &file), "新增"), expected, "{office}");
    }
    let book = opened(&night, "applying/applying-150700-2025-11-30.xlsx");
    assert_eq!(book["新增"][0]["救助方式"].to_string(), "依申请救助");
    assert!(noted(&book, "依申请救助").ends_with("依据：an invented plan 5"), "{}", noted(&book, "依申请救助"));
    assert!(noted(&book, "直接救助").starts_with("特困人员、低保对象："));
    assert_eq!(
        noted(&book, "因病致贫监测"),
        "脱贫不稳定人口、边缘易致贫人口、突发严重困难人口：本年度累计个人负担超过参照人均可支配收入的100%。依据：an invented plan 2"
    );
}

#[test]
fn whoever_is_in_no_list_is_counted() {
    let house = house(&office(&[("150700", "150722")]), &all_flagged());
    let night = runs(&house, AS_OF);
    let told = "lists: 2 warnings go to no office: none serves their area, rule, category and way of assistance";
    assert_eq!(manifest(&night)["warnings"], serde_json::json!([told]));
}

#[test]
fn files_are_split_by_county_or_town() {
    let offices = [
        office(&[("\"civil\"", "\"by_county\""), ("plain ", "split_by = \"county\"\nplain ")]),
        office(&[("\"civil\"", "\"by_town\""), ("plain ", "split_by = \"town\"\nplain ")]),
    ];
    let house = house(&offices.concat(), &all_flagged());
    let register = [
        identity(A, "2").with("town_code", "../../oops"),
        identity(B, "5").with("town_code", "150721101"),
        identity(D, "2").with("insu_admdvs", "150722").without("town_code"),
    ];
    house.deliver("identities", &register);
    let files = [
        "by_county/by_county-150721-2025-11-30.xlsx",
        "by_county/by_county-150722-2025-11-30.xlsx",
        "by_town/by_town-150721-150721101-2025-11-30.xlsx",
        "by_town/by_town-150721-other-2025-11-30.xlsx",
        "by_town/by_town-150722-other-2025-11-30.xlsx",
    ];
    assert_eq!(sent(&runs(&house, AS_OF)), files);
}

// --- when ---

#[test]
fn lists_are_due_on_the_days_of_the_calendar() {
    for (cadence, due, not_due) in [
        (
            "full = \"every_10_days\"",
            &["2025-02-10", "2025-02-20", "2025-02-28", "2024-02-29", "2025-12-31"][..],
            &["2025-02-09", "2025-02-11", "2025-02-27", "2024-02-28", "2025-01-30", "2025-03-01"][..],
        ),
        ("full = \"month_end\"", &["2025-04-30", "2025-02-28"], &["2025-04-10", "2025-04-20", "2025-05-30"]),
        ("full = { weekly = \"monday\" }", &["2025-12-01", "2025-12-29"], &["2025-11-30", "2025-12-02", "2025-12-31"]),
    ] {
        let house = house(&office(&[("changes = \"daily\"", cadence)]), &[]);
        let job = Job::load(&house.path("job.toml"), None, None).unwrap();
        for text in due {
            assert_eq!(lists::due_on(&job.offices[0], day(text)), Some(Extent::Everything), "{cadence} {text}");
        }
        for text in not_due {
            assert_eq!(lists::due_on(&job.offices[0], day(text)), None, "{cadence} {text}");
        }
    }
    let both = house(&office(&[("changes = \"daily\"", "changes = \"daily\"\nfull = \"month_end\"")]), &[]);
    let job = Job::load(&both.path("job.toml"), None, None).unwrap();
    assert_eq!(lists::due_on(&job.offices[0], day("2025-04-29")), Some(Extent::Changes));
    assert_eq!(lists::due_on(&job.offices[0], day("2025-04-30")), Some(Extent::Everything));
}

/// Four nights. A opens on the first; B opens on the second; A's burden doubles on the third, the month's end; B's
/// settlement is reversed on the fourth; on the fifth nothing changes.
#[test]
fn a_warning_is_new_once_and_then_continues_rises_and_ends() {
    let offices = [
        office(&[("changes ", "full = \"every_10_days\"\nchanges ")]),
        office(&[("\"civil\"", "\"monthly\""), ("changes = \"daily\"", "full = \"month_end\"")]),
    ];
    let a = settlement("1", "10000.07");
    let house = house(&offices.concat(), std::slice::from_ref(&a));
    let civil = |night: &Path| {
        opened(night, &format!("civil/civil-150700-{}.xlsx", night.file_name().unwrap().to_str().unwrap()))
    };
    let first = runs(&house, "2025-11-28");
    assert_eq!(sent(&first), ["civil/civil-150700-2025-11-28.xlsx"]);
    assert_eq!(people(&civil(&first), "新增"), [A]);
    assert_eq!(civil(&first).keys().map(String::as_str).collect::<Vec<_>>(), ["提高", "新增", "解除", "说明"]);
    assert_eq!(read(&first.join("ledger.parquet"))[0]["sent_on"], "2025-11-28");

    let b = settlement("2", "30000.00").of(B);
    house.deliver("settlements", &[a.clone(), b.clone()]);
    let second = runs(&house, "2025-11-29");
    assert_eq!(people(&civil(&second), "新增"), [B]);

    let more = settlement("3", "15000.00");
    house.deliver("settlements", &[a.clone(), b.clone(), more.clone()]);
    let third = runs(&house, "2025-11-30");
    let book = civil(&third);
    assert_eq!((people(&book, "提高"), people(&book, "持续")), (vec![A.to_owned()], vec![B.to_owned()]));
    assert!(people(&book, "新增").is_empty() && people(&book, "解除").is_empty());
    let monthly = opened(&third, "monthly/monthly-150700-2025-11-30.xlsx");
    assert_eq!(people(&monthly, "新增"), [A, B], "an office is told first of what began after its last list");

    let reversal = settlement("4", "-30000.00").of(B).reverses("2").at("2025-12-01 09:00:00");
    house.deliver("settlements", &[a, b, more, reversal]);
    let fourth = runs(&house, "2025-12-01");
    let book = civil(&fourth);
    assert_eq!(people(&book, "解除"), [B]);
    let ended = &book["解除"][0];
    assert_eq!(
        (ended["解除原因"].to_string(), &ended["变化"]),
        ("结算冲正、作废或更正".to_owned(), &"解除".into_data())
    );
    assert!(!ended.contains_key("反馈结果") && people(&book, "新增").is_empty());

    let fifth = runs(&house, "2025-12-02");
    assert!(sent(&fifth).is_empty(), "a list without a row is not sent");
    assert!(read(&fifth.join("exports.parquet")).is_empty());
}

trait IntoData {
    fn into_data(self) -> Data;
}

impl IntoData for &str {
    fn into_data(self) -> Data {
        Data::String(self.to_owned())
    }
}

// --- what the office's answer changes ---

/// A standing warning of the county 150721, sent before, unless changed.
fn warning(certno: &str, since: &str) -> Warning {
    let person = PersonId::resident(certno.as_bytes()).unwrap();
    let standing = Standing {
        rule: "return_to_poverty".to_owned(),
        rule_reference: "an invented plan 1".to_owned(),
        category: Category::SubsistenceAllowance,
        categories: Categories::NONE.with(Category::SubsistenceAllowance),
        area: fangpin::model::AreaCode::new(150_721),
        town_code: None,
        burden: Burden::default(),
        burden_tested: Fen(1_200_000),
        income: None,
        percent: None,
        threshold: Decimal::from(10_000),
        band: 0,
    };
    Warning {
        id: WarningId::of(&person, BurdenKind::BurdenTotal, 2025),
        person,
        name: None,
        year: 2025,
        tests: BurdenKind::BurdenTotal,
        state: if since == AS_OF { State::Opened } else { State::Continued },
        clearing: None,
        first_seen: day(since),
        since: day(since),
        last_seen: day(AS_OF),
        cleared_on: None,
        first_exceeded_on: None,
        opened_burden: standing.burden_tested,
        opened_threshold: standing.threshold,
        previous_burden: standing.burden_tested,
        standing,
        sent_on: (since != AS_OF).then(|| day(since)),
        answer_due: None,
        answer: None,
    }
}

fn answered(outcome: Outcome, quiet_until: Option<&str>) -> Option<Answer> {
    let quiet_until = quiet_until.map(day);
    Some(Answer::first(outcome, day("2025-11-20"), "civil".to_owned(), quiet_until, None))
}

/// What the office was told of the warning when it began.
fn told(warning: &Warning) -> Told {
    Told {
        office: "civil".to_owned(),
        warning: warning.id.clone(),
        told_on: warning.since,
        last_on: Some(warning.since),
        rule: warning.standing.rule.clone(),
        threshold: warning.standing.threshold,
        band: warning.standing.band,
        area: warning.standing.area.unwrap(),
        town_code: None,
        answer_due: None,
    }
}

/// Job and policy of a house with one office that is sent everything at the month's end.
fn settings(changes: &[(&str, &str)]) -> (House, Job, InForce) {
    let house = house(&office(changes), &[]);
    let job = Job::load(&house.path("job.toml"), None, None).unwrap();
    let policy = Policy::load(&house.path("policy.toml")).unwrap().in_force_on(day(AS_OF)).unwrap();
    (house, job, policy)
}

#[test]
fn an_office_is_left_in_quiet_as_long_as_it_asked_and_another_is_not() {
    let (_house, job, policy) = settings(&[("changes ", "full = \"month_end\"\nchanges ")]);
    for (until, quiet) in [("2025-11-29", 0), ("2025-11-30", 1), ("2026-01-31", 1)] {
        let mut warnings = [warning(A, "2025-10-01"), warning(D, "2025-10-02")];
        warnings[0].answer = answered(Outcome::NotConfirmed, Some(until));
        let told = [told(&warnings[0]), told(&warnings[1])];
        let before = Before { night: Some(day("2025-11-29")), told: &told };
        let lists = lists::tonight(&job.offices, &policy, before, &told, &warnings);
        assert_eq!((lists[0].rows(Sheet::Continuing), lists[0].quiet), (2 - quiet, quiet), "{until}");
        let answer = warnings[0].answer.as_mut().unwrap();
        answer.quiet = answer.quiet.values().map(|until| ("another".to_owned(), *until)).collect();
        assert_eq!(lists::tonight(&job.offices, &policy, before, &told, &warnings)[0].quiet, 0);
    }
}

#[test]
fn whoever_is_in_monitoring_is_not_sent_as_new_again() {
    let (_house, job, policy) = settings(&[]);
    let mut earlier = warning(A, "2025-10-01");
    earlier.id = WarningId::of(&earlier.person, BurdenKind::BurdenInScope, 2025);
    let warnings = [earlier, warning(A, AS_OF), warning(D, AS_OF)];
    let earlier = [told(&warnings[0])];
    let before = Before { night: Some(day("2025-11-29")), told: &earlier };
    let sent = |warnings: &[Warning]| {
        let mut warnings = warnings.to_vec();
        let told = lists::told(&job.offices, &policy, before, &warnings);
        lists::note(&told, policy.as_of, &mut warnings);
        let lists = lists::tonight(&job.offices, &policy, before, &told, &warnings);
        (lists[0].rows(Sheet::New), lists[0].monitored, warnings[1].sent_on)
    };
    assert_eq!(sent(&warnings), (2, 0, Some(day(AS_OF))));
    let mut monitored = warnings.clone();
    monitored[0].answer = answered(Outcome::Monitored, None);
    assert_eq!(sent(&monitored), (1, 1, None));

    let (_house, job, policy) = settings(&[("changes ", "full = \"month_end\"\nchanges ")]);
    let lists = lists::tonight(&job.offices, &policy, before, &[], &monitored);
    assert_eq!((lists[0].rows(Sheet::New), lists[0].rows(Sheet::Continuing)), (1, 2));
}

/// Tonight's rows of the only office by sheet: new, continuing, raised, ended.
fn sheets(job: &Job, policy: &InForce, told: &[Told], warning: &Warning) -> [u64; 4] {
    let before = Before { night: Some(day("2025-11-29")), told };
    let warnings = [warning.clone()];
    let lists = lists::tonight(&job.offices, policy, before, &[], &warnings);
    Sheet::ALL.map(|sheet| lists.first().map_or(0, |list| list.rows(sheet)))
}

fn raised(mut warning: Warning) -> Warning {
    warning.standing.band += 1;
    warning
}

fn cleared(warning: Warning) -> Warning {
    let (clearing, cleared_on) = (Some(Clearing::LatePayment), Some(day(AS_OF)));
    Warning { state: State::Cleared, clearing, cleared_on, ..warning }
}

#[test]
fn silence_holds_back_what_is_new_and_what_continues_but_no_rise_and_no_end() {
    let (_house, job, policy) = settings(&[("changes ", "full = \"month_end\"\nchanges ")]);
    let mut quiet = warning(A, "2025-10-01");
    quiet.answer = answered(Outcome::NotConfirmed, Some("2026-01-31"));
    let known = [told(&quiet)];
    for (told, warning, expected) in [
        (&known[..], quiet.clone(), [0, 0, 0, 0]),
        (&known, raised(quiet.clone()), [0, 0, 1, 0]),
        (&known, cleared(quiet.clone()), [0, 0, 0, 1]),
        (&[], quiet.clone(), [0, 0, 0, 0]),
        (&[], cleared(quiet.clone()), [0, 0, 0, 0]),
    ] {
        assert_eq!(sheets(&job, &policy, told, &warning), expected, "{:?}", warning.state);
    }
    // What was held back was not told: it is new when the silence is over.
    let before = Before { night: Some(day("2025-11-29")), told: &[] };
    assert_eq!(lists::told(&job.offices, &policy, before, &[quiet.clone()]), []);
    quiet.answer = answered(Outcome::NotConfirmed, Some("2025-11-29"));
    assert_eq!(sheets(&job, &policy, &[], &quiet), [1, 0, 0, 0]);
}

#[test]
fn the_rise_and_the_end_of_a_monitored_persons_warning_are_told() {
    let (_house, job, policy) = settings(&[]);
    let mut known = warning(A, "2025-11-28");
    known.answer = answered(Outcome::Monitored, None);
    let before = Before { night: Some(day("2025-11-29")), told: &[] };
    let told = lists::told(&job.offices, &policy, before, &[known.clone()]);
    assert_eq!((told.len(), told[0].told_on, told[0].last_on), (1, day(AS_OF), None));
    for (warning, expected) in
        [(known.clone(), [0, 0, 0, 0]), (raised(known.clone()), [0, 0, 1, 0]), (cleared(known.clone()), [0, 0, 0, 1])]
    {
        assert_eq!(sheets(&job, &policy, &told, &warning), expected, "{:?}", warning.state);
    }
    // Nothing is asked about this person, and so nothing is due.
    let mut shown = [Told { last_on: Some(day(AS_OF)), ..told[0].clone() }];
    assert!(lists::set_due(&mut shown, &[known], Ok::<_, ()>).is_empty());
    assert_eq!(shown[0].answer_due, None);
}

#[test]
fn a_clearing_is_told_to_whoever_was_told_though_it_receives_such_warnings_no_more() {
    let (_house, job, policy) = settings(&[("areas ", "way = \"on_application\"\nareas ")]);
    let direct = warning(A, "2025-10-01");
    let told = [told(&direct)];
    let before = Before { night: Some(day("2025-11-29")), told: &told };
    for (warning, gone) in [(direct.clone(), true), (cleared(direct), false)] {
        assert_eq!(sheets(&job, &policy, &told, &warning), [0, 0, 0, 1]);
        assert_eq!(lists::told(&job.offices, &policy, before, std::slice::from_ref(&warning)), []);
        let warnings = [warning];
        let lists = lists::tonight(&job.offices, &policy, before, &[], &warnings);
        assert_eq!(lists[0].sheets[&Sheet::Ended][0].gone, gone);
    }
}

// --- what each office has been told ---

#[test]
fn a_person_who_moves_is_new_to_one_office_and_leaves_the_other() {
    let offices = ["150721", "150722"].map(|area| office(&[("\"civil\"", &format!("\"o{area}\"")), ("150700", area)]));
    let house = house(&offices.concat(), &[settlement("1", "10000.07")]);
    let first = runs(&house, "2025-11-28");
    assert_eq!(sent(&first), ["o150721/o150721-150721-2025-11-28.xlsx"]);

    house.deliver("identities", &[identity(A, "2").with("insu_admdvs", "150722").with("town_code", "150722100")]);
    let second = runs(&house, "2025-11-29");
    let files = ["o150721/o150721-150721-2025-11-29.xlsx", "o150722/o150722-150722-2025-11-29.xlsx"];
    assert_eq!(sent(&second), files);
    let left = opened(&second, files[0]);
    assert_eq!((people(&left, "新增").len(), people(&left, "解除")), (0, vec![A.to_owned()]));
    let row = &left["解除"][0];
    assert_eq!((&row["解除原因"], &row["变化"]), (&"转由其他单位办理".into_data(), &"解除".into_data()));
    // 2025-11-29, as spreadsheets count days; and nothing of the person's present.
    assert!(matches!(&row["解除日"], Data::DateTime(day) if day.to_string() == "45990"), "{row:?}");
    for hidden in ["乡镇", "个人负担", "预警线", "首次超线日", "救助方式"] {
        assert_eq!(row[hidden], Data::Empty, "{hidden}");
    }
    let joined = opened(&second, files[1]);
    assert_eq!((people(&joined, "新增"), people(&joined, "解除").len()), (vec![A.to_owned()], 0));

    let third = runs(&house, "2025-11-30");
    assert!(sent(&third).is_empty());
    let told = read(&third.join("told.parquet"));
    assert_eq!(told.len(), 1);
    for (column, expected) in [
        ("as_of", "2025-11-30"),
        ("office", "o150722"),
        ("warning_id", &read(&third.join("ledger.parquet"))[0]["warning_id"]),
        ("told_on", "2025-11-29"),
        ("last_on", "2025-11-29"),
        ("rule", "return_to_poverty"),
        ("threshold", "10000.0000"),
        ("band", "0"),
        ("area_code", "150722"),
        ("town_code", "150722100"),
    ] {
        assert_eq!(told[0][column], expected, "{column}");
    }
    assert_eq!(read(&third.join("ledger.parquet"))[0]["sent_on"], "2025-11-28");
}

#[test]
fn an_office_that_joins_is_told_of_what_stands_already() {
    let house = house(OFFICE, &all_flagged());
    runs(&house, "2025-11-28");
    let job = fs::read_to_string(house.path("job.toml")).unwrap();
    fs::write(house.path("job.toml"), job + &office(&[("\"civil\"", "\"health\"")])).unwrap();
    let second = runs(&house, "2025-11-29");
    assert_eq!(sent(&second), ["health/health-150700-2025-11-29.xlsx"]);
    assert_eq!(people(&opened(&second, "health/health-150700-2025-11-29.xlsx"), "新增"), [A, B, D]);
    assert!(sent(&runs(&house, "2025-11-30")).is_empty());
}

/// An office of Mondays, which 2025-11-24 and 2025-12-01 are.
fn on_mondays() -> String {
    office(&[("changes = \"daily\"", "full = { weekly = \"monday\" }")])
}

#[test]
fn a_list_whose_day_had_no_night_is_made_up_for() {
    let a = settlement("1", "10000.07");
    let house = house(&on_mondays(), std::slice::from_ref(&a));
    assert_eq!(sent(&runs(&house, "2025-11-24")), ["civil/civil-150700-2025-11-24.xlsx"]);
    let reversal = settlement("2", "-10000.07").reverses("1").at("2025-11-25 09:00:00");
    house.deliver("settlements", &[a, reversal, settlement("3", "30000.00").of(B)]);
    assert!(sent(&runs(&house, "2025-11-26")).is_empty());

    let late = runs(&house, "2025-12-02");
    assert_eq!(sent(&late), ["civil/civil-150700-2025-12-02.xlsx"]);
    let book = opened(&late, "civil/civil-150700-2025-12-02.xlsx");
    assert_eq!((people(&book, "新增"), people(&book, "解除")), (vec![B.to_owned()], vec![A.to_owned()]));
    assert!(sent(&runs(&house, "2025-12-03")).is_empty());
}

#[test]
fn a_rise_between_two_lists_is_told_by_the_next() {
    let a = settlement("1", "10000.07");
    let house = house(&on_mondays(), std::slice::from_ref(&a));
    runs(&house, "2025-11-24");
    house.deliver("settlements", &[a, settlement("2", "15000.00")]);
    let raised = runs(&house, "2025-11-25");
    assert_eq!(read(&raised.join("ledger.parquet"))[0]["state"], "raised");
    let monday = runs(&house, "2025-12-01");
    assert_eq!(read(&monday.join("ledger.parquet"))[0]["state"], "continued");
    let book = opened(&monday, "civil/civil-150700-2025-12-01.xlsx");
    assert_eq!((people(&book, "提高"), people(&book, "持续").len()), (vec![A.to_owned()], 0));
    let book = opened(&runs(&house, "2025-12-08"), "civil/civil-150700-2025-12-08.xlsx");
    assert_eq!((people(&book, "提高").len(), people(&book, "持续")), (0, vec![A.to_owned()]));
}

/// Lets the job ask for answers within three working days.
fn asking(house: &House, holidays: &str) {
    let job = fs::read_to_string(house.path("job.toml")).unwrap();
    let job = format!("holidays = \"holidays.toml\"\n{job}\n[replies]\nanswer_within_working_days = 3\n");
    fs::write(house.path("job.toml"), job).unwrap();
    fs::write(house.path("holidays.toml"), holidays).unwrap();
}

fn holidays() -> String {
    fs::read_to_string(shipped("reference/holidays.toml")).unwrap()
}

/// The office, and by when it is to answer.
fn due(night: &Path) -> Vec<(String, Option<String>)> {
    let told = read(&night.join("told.parquet"));
    told.into_iter().map(|mut row| (row.remove("office").unwrap(), row.remove("answer_due"))).collect()
}

#[test]
fn each_office_answers_by_a_day_of_its_own() {
    let offices =
        [OFFICE.to_owned(), office(&[("\"civil\"", "\"monthly\""), ("changes = \"daily\"", "full = \"month_end\"")])];
    let house = house(&offices.concat(), &[settlement("1", "10000.07")]);
    asking(&house, &holidays());
    // Told on a Thursday and on a Sunday.
    runs(&house, "2025-11-27");
    let night = runs(&house, "2025-11-30");
    let by = |office: &str, day: &str| (office.to_owned(), Some(day.to_owned()));
    assert_eq!(due(&night), [by("civil", "2025-12-02"), by("monthly", "2025-12-03")]);
    let ledger = read(&night.join("ledger.parquet"));
    assert_eq!((&ledger[0]["sent_on"][..], &ledger[0]["answer_due"][..]), ("2025-11-27", "2025-12-02"));
    let book = opened(&night, "monthly/monthly-150700-2025-11-30.xlsx");
    // 2025-12-03, as spreadsheets count days.
    assert!(matches!(&book["新增"][0]["反馈期限"], Data::DateTime(day) if day.to_string() == "45994"));
    assert!(noted(&book, "反馈期限").ends_with("本名单最早的为 2025年12月3日。"));
}

#[test]
fn a_deadline_in_a_year_without_holidays_waits_for_them() {
    let house = house(OFFICE, &[settlement("1", "10000.07")]);
    let year = "[[year]]\nyear = 2025\noff = []\nwork = []\n\
                reference = { title = \"a notice\", number = \"1\", issued = 2024-11-12 }\n";
    asking(&house, year);
    let first = runs(&house, "2025-12-30");
    let told = format!(
        "holidays: {} lacks 2026, so that 1 answers have no day by which they are due; add its holidays and the days worked \
         in their stead, from the notice of the State Council's General Office",
        house.path("holidays.toml").display()
    );
    assert_eq!(manifest(&first)["warnings"], serde_json::json!([told]));
    assert_eq!(due(&first), [("civil".to_owned(), None)]);

    // The 31st is worked, and the 4th and 5th of January; the days between are off.
    fs::write(house.path("holidays.toml"), holidays()).unwrap();
    let second = runs(&house, "2025-12-31");
    assert_eq!(due(&second), [("civil".to_owned(), Some("2026-01-05".to_owned()))]);
    assert_eq!(manifest(&second)["warnings"], serde_json::json!([]));
}

// --- what stands in the files ---

/// A name that would start a program where a spreadsheet took it for a formula.
const NAME: &str = "=cmd|'/c calc'!A1";

#[test]
fn cells_are_what_they_are_and_a_name_is_never_a_formula() {
    let house = house(OFFICE, &all_flagged());
    house.deliver("identities", &[identity(A, "2").with("psn_name", NAME)]);
    let night = runs(&house, AS_OF);
    let book = opened(&night, "civil/civil-150700-2025-11-30.xlsx");
    let row = &book["新增"][0];
    assert_eq!(row["姓名"], NAME.into_data());
    assert_eq!(row["证件号码"], A.into_data());
    assert_eq!(row["个人负担"], Data::Float(10000.07));
    assert_eq!(row["预警线"], Data::Float(10000.0));
    // 2025-03-01, as spreadsheets count days.
    assert!(matches!(&row["首次超线日"], Data::DateTime(day) if day.to_string() == "45717"));
    assert_eq!(row["预警编号"].to_string(), read(&night.join("ledger.parquet"))[0]["warning_id"]);
    assert_eq!((&row["反馈结果"], &row["备注"]), (&Data::Empty, &Data::Empty));
    let headings = "预警编号 变化 姓名 证件号码 乡镇 个人负担 预警线 首次超线日 救助方式 反馈期限 反馈结果 办理日期 暂不再推送至 备注";
    let mut expected: Vec<&str> = headings.split(' ').collect();
    expected.sort_unstable();
    assert_eq!(row.keys().map(String::as_str).collect::<Vec<_>>(), expected);
    assert_eq!(noted(&book, "新增"), "1 条");
    assert_eq!(
        (noted(&book, "收件单位"), noted(&book, "数据日期")),
        ("民政局".to_owned(), "2025年11月30日".to_owned())
    );
    assert!(noted(&book, "名单编号").starts_with("2025-11-30-") && noted(&book, "保密要求").contains("不得外传"));
}

/// What no reader shows: drop-down, frozen heading, filter, formats, paper.
#[test]
fn a_sheet_is_made_for_a_clerk() {
    let house = house(OFFICE, &all_flagged());
    let night = runs(&house, AS_OF);
    let bytes = fs::read(night.join("lists/civil/civil-150700-2025-11-30.xlsx")).unwrap();
    let part = |name: &str| part(&bytes, name);
    let sheet = part("xl/worksheets/sheet1.xml");
    for expected in [
        "\"已纳入监测,已救助,未通过核实,已在保障,查无此人,其他\"",
        "state=\"frozen\"",
        "<autoFilter ref=\"A1:N4\"/>",
        "orientation=\"landscape\"",
        "paperSize=\"9\"",
        "<v>10000.07</v>",
    ] {
        assert!(sheet.contains(expected), "{expected}");
    }
    let styles = part("xl/styles.xml");
    for expected in ["@", "#,##0.00", "#,##0.00##", "yyyy-mm-dd"] {
        assert!(styles.contains(&format!("formatCode=\"{expected}\"")), "{expected}: {styles}");
    }
    assert!(part("xl/workbook.xml").contains("_xlnm.Print_Titles"));
    assert!(part("docProps/core.xml").contains("2025-11-30T00:00:00Z"), "the workbook's date is that of the data");
}

/// One part of a workbook as text.
fn part(workbook: &[u8], name: &str) -> String {
    let mut archive = zip::ZipArchive::new(std::io::Cursor::new(workbook)).unwrap();
    std::io::read_to_string(archive.by_name(name).unwrap()).unwrap()
}

#[test]
fn text_is_kept_from_being_a_formula_or_a_quantity_and_can_be_read_back() {
    let names = [NAME, "+1", "-1", "@x", "'quoted", " =1", "＝1", "测试䶮𠮷", "a,\"b\""];
    for (encoding, mark) in [("utf-8", "\u{feff}".as_bytes()), ("gb18030", b"")] {
        let form = format!("form = \"csv\"\nencoding = \"{encoding}\"");
        for name in names {
            let house = house(&office(&[("form    = \"xlsx\"", &form)]), &all_flagged());
            house.deliver("identities", &[identity(A, "2").with("psn_name", name)]);
            let night = runs(&house, AS_OF);
            let bytes = fs::read(night.join("lists/civil/civil-150700-2025-11-30.csv")).unwrap();
            let bytes = bytes.strip_prefix(mark).unwrap();
            let text = match encoding {
                "utf-8" => String::from_utf8(bytes.to_vec()).unwrap(),
                _ => encoding_rs::GB18030
                    .decode_without_bom_handling_and_without_replacement(bytes)
                    .unwrap()
                    .into_owned(),
            };
            let mut table = csv::Reader::from_reader(text.as_bytes());
            let headings = table.headers().unwrap().clone();
            let row = table.records().next().unwrap().unwrap();
            let field = |heading: &str| row[headings.iter().position(|found| found == heading).unwrap()].to_owned();
            // The register trims its names.
            assert_eq!(plain(&field("姓名")), name.trim(), "{encoding}");
            assert!(!field("姓名").starts_with(['=', '+', '-', '@', '＝']), "{name}");
            assert_eq!(field("证件号码"), format!("'{A}"));
            assert_eq!(
                (field("名单"), field("个人负担"), field("数据日期")),
                ("新增".into(), "10000.07".into(), AS_OF.into())
            );
            assert_eq!((field("救助依据"), field("预警线")), ("an invented plan 4".into(), "10000.00".to_owned()));
        }
    }
}

#[test]
fn a_column_that_is_withheld_stands_nowhere() {
    let withheld = office(&[("\"name\", \"person_id\", \"town_code\", ", "")]);
    let house = house(&withheld, &all_flagged());
    let night = runs(&house, AS_OF);
    let book = opened(&night, "civil/civil-150700-2025-11-30.xlsx");
    assert_eq!(book["新增"].len(), 3);
    let all = format!("{book:?}");
    for hidden in [A, B, D, "测试", "150721100"] {
        assert!(!all.contains(hidden), "{hidden}");
    }
}

#[test]
fn a_night_run_elsewhere_gives_the_same_lists_and_other_data_another_number() {
    let house = house(OFFICE, &all_flagged());
    let night = runs(&house, AS_OF);
    assert_eq!(house.run(AS_OF, &["--published", "HOME/again", "--threads", "1"]).code, 0);
    let again = house.path("again").join(AS_OF);
    assert!(files_below(&night.join("lists")) == files_below(&again.join("lists")));
    let number = |night: &Path| noted(&opened(night, "civil/civil-150700-2025-11-30.xlsx"), "名单编号");
    house.deliver("settlements", &[settlement("1", "10000.08")]);
    assert_eq!(house.run(AS_OF, &["--published", "HOME/other"]).code, 0);
    assert_ne!(number(&night), number(&house.path("other").join(AS_OF)));
}

// --- passwords ---

const PASSWORD: &str = "钥匙 Key 1#";

/// Runs the night with the password in the environment.
fn with_variable(house: &House, value: Option<&str>, published: &str) -> Ran {
    let mut command = program();
    command.env_remove("LIST_PASSWORD");
    if let Some(value) = value {
        command.env("LIST_PASSWORD", value);
    }
    let arguments = ["run", "HOME/job.toml", "--as-of", AS_OF, "--published", published];
    house.said(command.args(house.named(&arguments)).output().unwrap())
}

fn password_file(house: &House, content: &str, mode: u32) {
    fs::write(house.path("password"), content).unwrap();
    fs::set_permissions(house.path("password"), fs::Permissions::from_mode(mode)).unwrap();
}

#[test]
fn a_list_behind_a_password_opens_with_it_alone_and_is_the_same_each_time() {
    let in_file = office(&[("plain   = true", "password_file = \"password\"")]);
    let in_variable = office(&[("\"civil\"", "\"civic\""), ("plain   = true", "password_env = \"LIST_PASSWORD\"")]);
    let house = house(&(in_file + &in_variable), &all_flagged());
    password_file(&house, &format!("{PASSWORD}\n"), 0o600);
    for folder in ["HOME/published", "HOME/again"] {
        let ran = with_variable(&house, Some(PASSWORD), folder);
        assert_eq!(ran.code, 0, "{}", ran.stderr);
        assert!(!format!("{}{}", ran.stdout, ran.stderr).contains(PASSWORD));
    }
    let published = house.published();
    assert!(published == files_below(&house.path("again")).into_iter().filter(|(name, _)| name != ".lock").collect());
    for office in ["civil", "civic"] {
        let sealed = &published[&format!("{AS_OF}/lists/{office}/{office}-150700-{AS_OF}.xlsx")];
        assert!(Xlsx::new(Cursor::new(sealed.clone())).is_err(), "it opens without a password");
        // With another password there is nothing, or nothing that is a workbook.
        let guessed = office_crypto::decrypt_from_bytes(sealed.clone(), "another");
        assert!(guessed.is_err() || guessed.is_ok_and(|bytes| Xlsx::new(Cursor::new(bytes)).is_err()));
        let open = office_crypto::decrypt_from_bytes(sealed.clone(), PASSWORD).unwrap();
        assert_eq!(people(&book(open), "新增"), [A, B, D]);
    }
    let told: Vec<&String> = published
        .iter()
        .filter(|(_, bytes)| bytes.windows(PASSWORD.len()).any(|part| part == PASSWORD.as_bytes()))
        .map(|(name, _)| name)
        .collect();
    assert!(told.is_empty(), "{told:?}");
}

#[test]
fn a_password_that_is_none_or_that_others_can_read_refuses_the_night() {
    let house = house(&office(&[("plain   = true", "password_file = \"password\"")]), &all_flagged());
    refused(&house, &["HOME/password: no such password file; see that the path is right"]);
    for (content, mode, told) in [
        ("", 0o600, "is empty, expected a password"),
        ("\n", 0o600, "is empty, expected a password"),
        ("one\ntwo\n", 0o600, "holds more than one line, expected the password alone"),
        (PASSWORD, 0o644, "has mode 644, so that others can reach it; let its owner alone read it: chmod 600"),
        (PASSWORD, 0o620, "has mode 620, so that others can reach it; let its owner alone read it: chmod 600"),
    ] {
        password_file(&house, content, mode);
        let line = format!("HOME/job.toml line 12: office `civil`: the password file HOME/password {told}");
        refused(&house, &[&line]);
    }
    password_file(&house, PASSWORD, 0o400);
    assert_eq!(house.run(AS_OF, &[]).code, 0);
}

#[test]
fn a_variable_that_is_not_set_or_empty_refuses_the_night() {
    let house = house(&office(&[("plain   = true", "password_env = \"LIST_PASSWORD\"")]), &all_flagged());
    for (value, told) in [(None, "is not set"), (Some(""), "is empty, expected a password")] {
        let ran = with_variable(&house, value, "HOME/published");
        let line =
            format!("HOME/job.toml line 12: office `civil`: the variable LIST_PASSWORD of the environment {told}");
        assert_eq!((ran.code, ran.told()), (78, vec![line.as_str()]));
    }
}

// --- what a job and a policy must say ---

#[test]
fn an_office_says_what_is_wrong_with_it() {
    for (old, new, told) in [
        (
            "plain   = true",
            "",
            "line 12: [[office]] needs exactly one of `password_file`, `password_env` and `plain = true`: the lists name \
             people",
        ),
        (
            "plain   = true",
            "plain   = true\npassword_env = \"X\"",
            "line 12: [[office]] needs exactly one of `password_file`, `password_env` and `plain = true`: the lists name \
             people",
        ),
        (
            "form    = \"xlsx\"\nplain   = true",
            "form = \"csv\"\nencoding = \"utf-8\"\npassword_env = \"X\"",
            "line 12: a csv file cannot have a password; write `plain = true` and send it by a safe way, or make it xlsx",
        ),
        (
            "form    = \"xlsx\"",
            "form = \"csv\"",
            "line 12: a csv file needs `encoding`, which is missing: \"utf-8\" or \"gb18030\"",
        ),
        (
            "form    = \"xlsx\"",
            "form = \"xlsx\"\nencoding = \"utf-8\"",
            "line 12: `encoding` is for csv, but `form` is \"xlsx\"; take it out",
        ),
        (
            "changes = \"daily\"\n",
            "",
            "line 12: [[office]] has neither `changes` nor `full`, expected `changes = \"daily\"`, a `full` list, or both",
        ),
        (
            "changes = \"daily\"",
            "full = \"weekly\"",
            "line 18: `full` is \"weekly\", expected one of every_10_days, month_end, or { weekly = \"monday\" }",
        ),
        (
            "[\"150700\"]",
            "[\"150700\", \"150721\"]",
            "line 15: `areas` names 150721, which lies in 150700, named too; keep one of them",
        ),
        (
            "\"civil\"",
            "\"../civil\"",
            "line 13: `id` is \"../civil\", expected at most 32 small letters, digits and `_`: it becomes part of a file's \
             name",
        ),
        (
            "plain   = true",
            "plain   = true\ncolour  = \"red\"",
            "line 21: [[office]] has an unknown key `colour`, expected id, name, areas, towns, rules, way, categories, \
             changes, full, columns, split_by, form, encoding, plain, password_file, password_env",
        ),
    ] {
        let line = format!("HOME/job.toml {told}");
        refused(&house(&office(&[(old, new)]), &[]), &[&line]);
    }
}

#[test]
fn a_column_nobody_knows_is_refused_with_those_there_are() {
    let house = house(&office(&[("\"threshold\"", "\"diagnosis\"")]), &[]);
    let ran = house.run(AS_OF, &[]);
    assert_eq!(ran.code, 78);
    let start = "HOME/job.toml line 17: `columns` is \"diagnosis\", expected one of name, person_id, category, ";
    assert!(ran.told()[0].starts_with(start), "{}", ran.stderr);
}

#[test]
fn two_offices_have_two_ids() {
    let line = "HOME/job.toml line 22: office `civil` stands on line 12 already; give each office its own `id`";
    refused(&house(&[OFFICE, OFFICE].concat(), &[]), &[line]);
}

#[test]
fn a_rule_and_a_way_that_the_policy_lacks_refuse_the_night() {
    let house = house(&office(&[("\"fall_into_poverty\"", "\"fall\"")]), &all_flagged());
    house.edit(
        "policy.toml",
        "categories = [\"extreme_poverty\", \"subsistence_allowance\"]\nfrom",
        "categories = [\"extreme_poverty\"]\nfrom",
    );
    let ran = house.run(AS_OF, &[]);
    let expected = [
        "HOME/job.toml line 12: office `civil` receives rule `fall`, which HOME/policy.toml lacks, expected some of \
         return_to_poverty, fall_into_poverty",
        "HOME/policy.toml: rule `return_to_poverty` covers subsistence_allowance, for whom no [[assistance]] holds on \
         2025-11-30; the lists say who is helped directly and who applies: add it with its citation",
    ];
    assert_eq!((ran.code, ran.told()), (78, expected.to_vec()));
}

#[test]
fn one_category_has_one_way_at_a_time() {
    let house = house(OFFICE, &[]);
    house.edit(
        "policy.toml",
        "\"returned_to_poverty\", \"unstable_lifted\", \"marginal\"",
        "\"extreme_poverty\", \"unstable_lifted\", \"marginal\"",
    );
    let line = "HOME/policy.toml line 42: `extreme_poverty` has two ways of assistance from 2021-01-01 on: that of line 36 \
                holds too; let one end where the other begins";
    refused(&house, &[line]);
}

// --- what is kept of it ---

#[test]
fn every_list_is_entered_with_its_rows_and_hash() {
    let house = house(&[OFFICE, &office(&[("\"civil\"", "\"rural\""), ("150700", "150722")])].concat(), &all_flagged());
    let night = runs(&house, AS_OF);
    let exports = read(&night.join("exports.parquet"));
    assert_eq!(exports.len(), 2);
    for (row, (office, area, rows)) in exports.iter().zip([("civil", "150700", "3"), ("rural", "150722", "1")]) {
        let file = format!("lists/{office}/{office}-{area}-{AS_OF}.xlsx");
        for (column, expected) in [
            ("as_of", AS_OF),
            ("office", office),
            ("office_name", "民政局"),
            ("area_code", area),
            ("extent", "changes"),
            ("form", "xlsx"),
            ("encrypted", "false"),
            ("new", rows),
            ("continuing", "0"),
            ("rows", rows),
            ("file", &file),
        ] {
            assert_eq!(row[column], expected, "{office} {column}");
        }
        let bytes = fs::read(night.join(&file)).unwrap();
        assert_eq!((&row["bytes"], &row["sha256"]), (&bytes.len().to_string(), &fangpin::publish::sha256_of(&bytes)));
        let named =
            manifest(&night)["outputs"].as_array().unwrap().iter().find(|of| of["file"] == file.as_str()).cloned();
        assert_eq!(named.unwrap()["sha256"], row["sha256"].as_str());
    }
}

#[test]
fn lists_are_for_their_owner_alone_and_verified_with_the_night() {
    let house = house(OFFICE, &all_flagged());
    let night = runs(&house, AS_OF);
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    let list = night.join("lists/civil/civil-150700-2025-11-30.xlsx");
    assert_eq!((mode(&list), mode(&night.join("lists/civil")), mode(&night.join("lists"))), (0o600, 0o700, 0o700));
    let verify = || house.fangpin(&["verify", "HOME/published/2025-11-30"]);
    assert_eq!(verify().code, 0, "{}", verify().stderr);

    fs::write(night.join("lists/civil/more.xlsx"), b"").unwrap();
    let line = "HOME/published/2025-11-30/lists/civil/more.xlsx: is there, but the manifest does not name it";
    assert_eq!(verify().told(), [line]);
    fs::remove_file(night.join("lists/civil/more.xlsx")).unwrap();
    let mut bytes = fs::read(&list).unwrap();
    bytes[100] ^= 1;
    fs::write(&list, bytes).unwrap();
    assert!(
        verify().told()[0]
            .starts_with("HOME/published/2025-11-30/lists/civil/civil-150700-2025-11-30.xlsx: has SHA-256")
    );
}

#[test]
fn a_job_without_offices_sends_nothing() {
    let house = house("", &all_flagged());
    let night = runs(&house, AS_OF);
    assert!(["lists", "exports.parquet", "told.parquet"].iter().all(|name| !night.join(name).exists()));
}
