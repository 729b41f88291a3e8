//! The problem list (问题清单), over nights of the audit of enrolment that follow one another, each worked out by hand;
//! what offices return; and what is true of any series of verdicts.

#![cfg(test)]

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use chrono::{Days, NaiveDate};
use fangpin::audit;
use fangpin::contract;
use fangpin::model::{
    Audited, Categories, Examined, Fen, Handled, Handling, Matter, Mechanism, PersonId, Problem, ProblemId,
    ProblemSheet, ProblemState, SolvedBy, Subject, Verdict,
};
use fangpin::problems::{Tonight, carry_forward};
use proptest::prelude::*;

use crate::harness::{
    A, B, C, Cells, ENROLMENT_CODES, House, Ran, Row, cell, enrolment, files_below, identity, manifest, read,
};
use crate::ledger::{D, letter};
use crate::office::List;
use crate::schemas;

const ENROLMENT: &str = r#"
[[enrolment]]
from      = 2021-01-01
window    = { first = "09-01", last = "12-31" }
reference = { title = "an invented plan", article = "6" }
reviewed  = 2025-01-01
"#;

/// A house whose audit runs each Monday: A, B and C not enrolled, D enrolled throughout.
struct Weeks {
    house: House,
    register: Vec<Row>,
    insured: Option<Vec<Row>>,
}

/// An enrolment as resident without an end.
fn insured(certno: &str, begins: &str) -> Row {
    enrolment(certno).with("psn_insu_date", begins)
}

impl Weeks {
    fn new() -> Weeks {
        let house = House::of_audit("coverage");
        house.append("codes.toml", ENROLMENT_CODES);
        house.append("policy.toml", ENROLMENT);
        let register = vec![identity(A, "2"), identity(B, "5"), identity(C, "9"), identity(D, "1")];
        Weeks { house, register, insured: Some(vec![insured(D, "2024-12-01")]) }
    }

    fn asked(&self, day: &str, more: &[&str]) -> Ran {
        self.house.deliver("identities", &self.register);
        let table = self.house.path("delivery/insured");
        match &self.insured {
            Some(rows) => self.house.deliver("insured", rows),
            None => drop(fs::remove_dir_all(table)),
        }
        self.house.run(day, more)
    }

    /// Runs the night and gives back each problem in words.
    fn night(&self, day: &str) -> Vec<String> {
        let ran = self.asked(day, &[]);
        assert_eq!(ran.code, 0, "{}", ran.stderr);
        self.closes(day);
        self.problems(day).iter().map(in_words).collect()
    }

    fn folder(&self, day: &str) -> PathBuf {
        self.house.path("published").join(day)
    }

    fn problems(&self, day: &str) -> Vec<Cells> {
        self.house.read(day, "problems")
    }

    fn problem(&self, day: &str, person: &str) -> Cells {
        let found: Vec<Cells> = self.problems(day).into_iter().filter(|row| row["person_id"] == person).collect();
        assert_eq!(found.len(), 1, "{found:?}");
        found.into_iter().next().unwrap()
    }

    /// Counts two lists and holds what the manifest says to that; the verdicts add up to the people in force.
    fn closes(&self, day: &str) {
        let manifest = manifest(&self.folder(day));
        let stands = |row: &Cells| ["open", "overdue", "claimed"].contains(&row["state"].as_str());
        let standing = |day: &str| -> BTreeMap<String, bool> {
            self.problems(day).iter().map(|row| (row["problem_id"].clone(), stands(row))).collect()
        };
        let before = manifest["predecessor"]["night"].as_str().map(standing).unwrap_or_default();
        let now = standing(day);
        let counts = &manifest["problems"]["coverage"];
        let of = |name: &str| counts[name].as_u64().unwrap();
        let many = |count: usize| count as u64;
        assert_eq!(of("opening"), many(before.values().filter(|stood| **stood).count()), "{day}");
        assert_eq!(of("closing"), many(now.values().filter(|stand| **stand).count()), "{day}");
        assert_eq!(of("new"), many(now.keys().filter(|id| !before.contains_key(*id)).count()), "{day}");
        let came = now.iter().filter(|(id, stand)| **stand && before.get(*id) == Some(&false));
        assert_eq!(of("reopened"), many(came.count()), "{day}");
        let went = |state: &str| {
            let rows = self.problems(day);
            let gone = rows.iter().filter(|row| row["state"] == state && before.get(&row["problem_id"]) == Some(&true));
            many(gone.count())
        };
        assert_eq!((of("solved"), of("dismissed")), (went("solved"), went("dismissed")), "{day}");
        assert_eq!(of("opening") + of("new") + of("reopened"), of("closing") + of("solved") + of("dismissed"));

        let verdicts = &manifest["verdicts"]["coverage"];
        let four = ["correct", "fault", "not_applicable", "cannot_be_told"];
        let sum: u64 = four.iter().map(|verdict| verdicts[verdict].as_u64().unwrap()).sum();
        assert_eq!(verdicts["subjects"].as_u64(), Some(sum));
        assert_eq!(self.house.read(day, "verdicts").len() as u64, sum);
    }

    /// The workbook that the owner was sent on a night.
    fn list(&self, day: &str) -> List {
        List::sent(&self.folder(day)).unwrap()
    }

    fn reply(&self, list: &List, received: &str) -> Ran {
        fs::write(self.house.path("returned.xlsx"), list.saved()).unwrap();
        self.house.fangpin(&["reply", "HOME/returned.xlsx", "--job", "HOME/job.toml", "--received", received])
    }
}

/// `A kept open never_enrolled, due 2025-11-10`.
fn in_words(row: &Cells) -> String {
    let of = |column: &str| cell(row, column);
    let ending = match row["state"].as_str() {
        "solved" => format!("solved_by {}", of("solved_by")),
        "dismissed" => format!("until {}", of("dismissed_until")),
        _ => format!("due {}", of("due")),
    };
    format!("{} {} {} {}, {ending}", letter(&row["person_id"]), row["change"], row["state"], row["matter"])
}

const SOLVED: &str = "已整改";
const DISMISSED: &str = "不属实或不予处理";

#[test]
fn a_problem_goes_from_new_to_overdue_to_claimed_and_is_solved_by_the_data_alone() {
    let mut weeks = Weeks::new();
    // A Monday; five working days later it is Monday again.
    let due = |day: &str| format!("due {day}");
    assert_eq!(
        weeks.night("2025-11-03"),
        ["A", "B", "C"].map(|who| format!("{who} new open never_enrolled, {}", due("2025-11-10")))
    );
    let kept = ["A", "B", "C"].map(|who| format!("{who} kept open never_enrolled, {}", due("2025-11-10")));
    assert_eq!(weeks.night("2025-11-10"), kept, "due on this very day");
    let late = ["A", "B", "C"].map(|who| format!("{who} kept overdue never_enrolled, {}", due("2025-11-10")));
    assert_eq!(weeks.night("2025-11-11"), late);

    // The office says that A is solved and that nothing is done about B for now.
    let mut list = weeks.list("2025-11-11");
    assert_eq!(list.people(), [("待整改", A), ("待整改", B), ("待整改", C)]);
    list.fill(A, &[("处理结果", SOLVED), ("处理日期", "2025-11-12"), ("处理说明", "已动员参保")]);
    list.fill(B, &[("处理结果", DISMISSED), ("处理说明", "长期在外，核实中"), ("暂缓至", "2025-11-24")]);
    let ran = weeks.reply(&list, "2025-11-12");
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert!(ran.stdout.contains("lines 3, taken 2, repeated 0, unanswered 1, refused 0"), "{}", ran.stdout);

    // An office's word is believed until the data of the next run.
    let third = "C kept overdue never_enrolled, due 2025-11-10".to_owned();
    assert_eq!(
        weeks.night("2025-11-17"),
        [
            "A claimed claimed never_enrolled, due 2025-11-10".to_owned(),
            "B dismissed dismissed never_enrolled, until 2025-11-24".to_owned(),
            third.clone(),
        ]
    );
    assert_eq!(manifest(&weeks.folder("2025-11-17"))["replies"].as_array().unwrap().len(), 1);

    // The data still shows A, so it reopens; B is left alone to the very end of its day; C has left the register.
    weeks.register[2] = identity(C, "9").with("enddate", "2025-11-20");
    assert_eq!(
        weeks.night("2025-11-24"),
        [
            "A reopened overdue never_enrolled, due 2025-11-10",
            "B kept dismissed never_enrolled, until 2025-11-24",
            "C solved solved never_enrolled, solved_by register_left",
        ]
    );
    let counts = manifest(&weeks.folder("2025-11-24"))["problems"]["coverage"].clone();
    assert_eq!((&counts["refuted"], &counts["by_solution"]["register_left"]), (&1.into(), &1.into()));
    let reopened = weeks.problem("2025-11-24", A);
    let history = ["claimed_on", "claim_remark", "since", "first_seen", "reopened"].map(|column| &*reopened[column]);
    assert_eq!(history, ["2025-11-12", "已动员参保", "2025-11-03", "2025-11-03", "1"], "and buys no time");

    // A is enrolled: the data solves it, and says by what. B's day is over.
    weeks.insured.as_mut().unwrap().push(insured(A, "2025-11-25"));
    assert_eq!(
        weeks.night("2025-12-01"),
        [
            "A solved solved never_enrolled, solved_by found_correct",
            "B reopened open never_enrolled, due 2025-12-08",
            "C kept solved never_enrolled, solved_by register_left",
        ]
    );
    let solved = weeks.problem("2025-12-01", A);
    let evidence = ["solved_on", "solved_matter", "solved_detail"].map(|column| &*solved[column]);
    assert_eq!(evidence, ["2025-12-01", "enrolled", "居民医保（150721），2025-11-25起"]);
    assert_eq!(weeks.list("2025-12-01").people(), [("待整改", B), ("本次销号", A)]);

    // And A comes back under the number that it had.
    weeks.insured.as_mut().unwrap().pop();
    assert_eq!(weeks.night("2025-12-08")[0], "A reopened open never_enrolled, due 2025-12-15");
    let again = weeks.problem("2025-12-08", A);
    assert_eq!((&again["problem_id"], &*again["reopened"]), (&solved["problem_id"], "2"));
    assert!(!again.contains_key("solved_on"));
    everything_is_proved(&weeks);
}

/// The chain stands; one altered byte in any file of an old night breaks it; so does a changed reply.
fn everything_is_proved(weeks: &Weeks) {
    let verify = || weeks.house.fangpin(&["verify", "--chain", "HOME/published"]);
    let ran = verify();
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert!(ran.stdout.starts_with("HOME/published: 7 nights from 2025-11-03 to 2025-12-08"), "{}", ran.stdout);
    // The delivery has gone on since.
    assert_eq!(weeks.house.fangpin(&["verify", "HOME/published/2025-11-17", "--delivery", "HOME/none"]).code, 0);
    let mut files: Vec<PathBuf> = files_below(&weeks.folder("2025-11-17"))
        .into_keys()
        .map(|file| weeks.folder("2025-11-17").join(file))
        .collect();
    files.retain(|file| !file.to_str().unwrap().ends_with('/'));
    assert!(files.len() > 5, "{files:?}");
    let replies = weeks.house.path("published/replies");
    let kept = files_below(&replies).into_keys().filter(|name| !name.ends_with('/'));
    files.extend(kept.map(|name| replies.join(name)));
    for file in files {
        let bytes = fs::read(&file).unwrap();
        let mut altered = bytes.clone();
        altered[bytes.len() / 2] ^= 1;
        fs::write(&file, &altered).unwrap();
        assert_eq!(verify().code, 65, "{}", file.display());
        fs::write(&file, bytes).unwrap();
    }
    assert_eq!(verify().code, 0);
}

#[test]
fn what_the_data_does_not_tell_solves_nothing() {
    let mut weeks = Weeks::new();
    weeks.night("2025-11-03");
    weeks.insured = None;
    let ran = weeks.asked("2025-11-12", &[]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    weeks.closes("2025-11-12");
    assert_eq!(manifest(&weeks.folder("2025-11-12"))["verdicts"]["coverage"]["cannot_be_told"], 4);
    assert_eq!(ran.stdout.lines().filter(|line| line.starts_with("warning: ")).count(), 1, "{}", ran.stdout);
    let words: Vec<String> = weeks.problems("2025-11-12").iter().map(in_words).collect();
    assert_eq!(words, ["A", "B", "C"].map(|who| format!("{who} kept overdue never_enrolled, due 2025-11-10")));
    assert_eq!(weeks.problem("2025-11-12", A)["last_seen"], "2025-11-03");
}

#[test]
fn the_same_night_run_again_is_the_same_bytes_and_takes_the_same_replies() {
    let weeks = Weeks::new();
    weeks.night("2025-11-03");
    let mut list = weeks.list("2025-11-03");
    list.fill(A, &[("处理结果", SOLVED)]);
    assert_eq!(weeks.reply(&list, "2025-11-04").code, 0);
    weeks.night("2025-11-10");
    let first = files_below(&weeks.folder("2025-11-10"));
    let ran = weeks.asked("2025-11-10", &["--replace"]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert_eq!(files_below(&weeks.folder("2025-11-10")), first);
    assert_eq!(weeks.problem("2025-11-10", A)["state"], "claimed");
    let again = ["reply", "HOME/returned.xlsx", "--job", "HOME/job.toml", "--received", "2025-11-10"];
    assert!(weeks.house.fangpin(&again).stdout.contains("was given before"));

    // An answer that came in before the night was run, and after its day, is of the next one.
    let mut late = weeks.list("2025-11-10");
    late.fill(B, &[("处理结果", SOLVED)]);
    assert_eq!(weeks.reply(&late, "2025-11-15").code, 0);
    assert_eq!(weeks.night("2025-11-14")[1], "B kept overdue never_enrolled, due 2025-11-10");
    // What was given against an earlier list is in this one already.
    let next = weeks.night("2025-11-17");
    assert_eq!(
        next[..2],
        ["A kept overdue never_enrolled, due 2025-11-10", "B claimed claimed never_enrolled, due 2025-11-10"]
    );
    assert_eq!(weeks.asked("2025-11-10", &["--replace"]).code, 73, "a later night rests on it");

    // All of them again, from the second on: the same once more.
    let published = files_below(&weeks.house.path("published"));
    let ran = weeks.asked("2025-11-10", &["--replace", "--through", "2025-11-17"]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    for (name, bytes) in published {
        assert_eq!(fs::read(weeks.house.path("published").join(&name)).unwrap_or_default(), bytes, "{name}");
    }
    assert_eq!(weeks.house.fangpin(&["verify", "--chain", "HOME/published"]).code, 0);
}

#[test]
fn each_line_that_cannot_be_used_is_told_with_its_reason() {
    let mut weeks = Weeks::new();
    weeks.insured.as_mut().unwrap().push(insured(A, "2025-11-04"));
    let was = weeks.insured.take();
    weeks.insured = Some(vec![insured(D, "2024-12-01")]);
    weeks.night("2025-11-03");
    let first = weeks.list("2025-11-03");
    weeks.insured = was;
    weeks.night("2025-11-10");

    let refused = |fills: &[(&str, &[(&str, &str)])]| {
        let mut list = List::sent(&weeks.folder("2025-11-03")).unwrap();
        fills.iter().for_each(|(person, cells)| list.fill(person, cells));
        let ran = weeks.reply(&list, "2025-11-12");
        assert_eq!(ran.code, 65, "{}{}", ran.stdout, ran.stderr);
        ran.told().iter().skip(1).map(|line| (*line).to_owned()).collect::<Vec<String>>()
    };
    let place = "HOME/returned.xlsx: sheet 待整改 row";
    assert_eq!(
        refused(&[(B, &[("处理结果", DISMISSED)])]),
        [
            format!("{place} 3 column U 处理说明: is blank, but 不属实或不予处理 needs it: write the reason"),
            format!(
                "{place} 3 column V 暂缓至: is blank, but 不属实或不予处理 needs it: write the day until which nothing is done"
            ),
        ]
    );
    assert_eq!(
        refused(&[
            (A, &[("处理结果", SOLVED)]),
            (B, &[("处理结果", "好了"), ("处理日期", "2025-11-02")]),
            (C, &[("处理结果", DISMISSED), ("处理说明", "外出"), ("暂缓至", "2025-11-12"), ("证件号码", A)]),
        ]),
        [
            format!(
                "{place} 2 column A 问题编号: is that of a problem that is solved or dismissed already; there is nothing \
                 to answer"
            ),
            format!("{place} 3 column S 处理结果: holds text that is none of 已整改, 不属实或不予处理"),
            format!("{place} 3 column T 处理日期: is before the problem was there, expected a day from 2025-11-03 on"),
            format!(
                "{place} 4 column E 证件号码: is not that of the problem on this row; was the sheet sorted in part? answer \
                 in the list as it was sent"
            ),
            format!("{place} 4 column V 暂缓至: is not after the day of receipt, 2025-11-12, expected a later day"),
        ]
    );
    assert_eq!(
        refused(&[
            (B, &[("处理结果", SOLVED), ("暂缓至", "2025-12-31")]),
            (C, &[("问题编号", "12"), ("处理结果", SOLVED)])
        ]),
        [
            format!(
                "{place} 3 column V 暂缓至: is filled in, but only 不属实或不予处理 has such a day; take one of them out"
            ),
            format!("{place} 4 column A 问题编号: holds text that is no problem's number, expected it as it was sent"),
        ]
    );
    assert_eq!(weeks.reply(&first, "2025-11-12").code, 65, "nothing was answered");
    assert!(!weeks.house.path("published/replies").exists(), "nothing was kept");
}

#[test]
fn nobody_is_named_outside_the_tables_and_nobody_else_can_read_them() {
    let weeks = Weeks::new();
    let mut told = String::new();
    for day in ["2025-11-03", "2025-11-12"] {
        let ran = weeks.asked(day, &["--metrics", "HOME/metrics.prom"]);
        assert_eq!(ran.code, 0, "{}", ran.stderr);
        told.extend([ran.stdout, ran.stderr, fs::read_to_string(weeks.house.path("metrics.prom")).unwrap()]);
        let mut list = weeks.list(day);
        list.fill(
            A,
            &[("处理结果", SOLVED), ("处理说明", "测试"), ("暂缓至", if day > "2025-11-04" { "测试" } else { "" })],
        );
        let ran = weeks.reply(&list, "2025-11-12");
        told.extend([ran.stdout, ran.stderr]);
    }
    for (name, bytes) in files_below(&weeks.house.path("published")) {
        if name.ends_with(".json") {
            told.push_str(&String::from_utf8(bytes).unwrap());
        }
        told.push_str(&name);
    }
    assert!(told.contains("is filled in, but only"), "{told}");
    assert!(told.contains("fangpin_problems{job=\"coverage\",audit=\"coverage\",state=\"overdue\"} 2"), "{told}");
    let rows = weeks.problems("2025-11-12");
    let mut secrets: BTreeSet<String> = [A, B, C, D].iter().map(|number| number[..17].to_owned()).collect();
    secrets.extend(rows.iter().flat_map(|row| [row["problem_id"]["2025-".len()..].to_owned(), row["name"].clone()]));
    assert_eq!(secrets.len(), 4 + 3 + 1);
    for secret in secrets {
        assert!(!told.contains(&secret), "somebody is named");
    }
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    for name in files_below(&weeks.house.path("published")).into_keys() {
        let expected = if name.ends_with('/') { 0o700 } else { 0o600 };
        assert_eq!(mode(&weeks.house.path("published").join(&name)), expected, "{name}");
    }
}

#[test]
fn every_file_of_a_night_of_audits_is_what_its_contract_says() {
    let weeks = Weeks::new();
    weeks.night("2025-11-03");
    let folder = weeks.folder("2025-11-03");
    let files = fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let tables: BTreeSet<String> = files.filter_map(|file| Some(file.strip_suffix(".parquet")?.to_owned())).collect();
    for table in ["problem_lists", "problems", "rejects", "verdicts"] {
        assert!(tables.contains(table), "{tables:?}");
    }
    for name in &tables {
        let table = contract::table(name);
        assert!(table.is_published_by("coverage"), "{name}");
        assert!(schemas::looks_like(&folder, table) > 0 || name == "rejects", "{name} is empty");
    }
}

#[test]
fn each_county_can_have_a_list_of_its_own() {
    let mut weeks = Weeks::new();
    weeks.house.edit("job.toml", "plain = true", "plain = true\nsplit_by = \"county\"");
    weeks.register[0] = identity(A, "2").with("insu_admdvs", "150722");
    weeks.register[1] = identity(B, "5").with("insu_admdvs", "no code");
    weeks.night("2025-11-03");
    let sent = read(&weeks.folder("2025-11-03").join("problem_lists.parquet"));
    let files: Vec<(&str, &str)> = sent.iter().map(|row| (&*row["file"], &*row["to_solve"])).collect();
    assert_eq!(
        files,
        [
            ("lists/problems-coverage-no_area-2025-11-03.xlsx", "1"),
            ("lists/problems-coverage-150721-2025-11-03.xlsx", "1"),
            ("lists/problems-coverage-150722-2025-11-03.xlsx", "1"),
        ]
    );
    for (file, _) in files {
        assert!(weeks.folder("2025-11-03").join(file).is_file(), "{file}");
    }
}

/// A and C in one county, of which C comes later and stands in the first township; B in another.
#[test]
fn a_countys_list_says_who_is_to_solve_what_by_when_and_in_which_order() {
    let mut weeks = Weeks::new();
    weeks.house.edit("job.toml", "plain = true", "plain = true\nsplit_by = \"county\"");
    let in_town = |certno, town| identity(certno, "2").with("town_code", town);
    let b = in_town(B, "150722100000").with("insu_admdvs", "150722");
    weeks.register = vec![in_town(A, "150721200000"), b];
    weeks.night("2025-11-03");
    weeks.register.push(in_town(C, "150721100000"));
    weeks.night("2025-11-12");
    let list = |county: &str| {
        List::read(&weeks.folder("2025-11-12").join(format!("lists/problems-coverage-{county}-2025-11-12.xlsx")))
    };
    let headings = ["证件号码", "责任单位", "整改期限", "剩余天数", "状态"];
    // Five working days: from the third to 10 November, the 45971st day of a workbook; from the twelfth to the 19th.
    let owner = "某县医疗保障局";
    let (late, open) = (ProblemState::Overdue.term(), ProblemState::Open.term());
    let expected = [[A, owner, "45971", "-2", late], [C, owner, "45980", "7", open]];
    assert_eq!(list("150721").below(ProblemSheet::ToSolve.term(), &headings), expected);
    let expected = [[B, owner, "45971", "-2", late]];
    assert_eq!(list("150722").below(ProblemSheet::ToSolve.term(), &headings), expected);
    assert_eq!(["责任单位", "区划"].map(|about| list("150721").note(about).to_owned()), [owner, "150721"]);
    assert!(list("150721").note("排列次序").starts_with("逾期的在前，其余按整改期限由近到远"));
    assert!(list("150721").note("整改期限").contains("5 个工作日"));
}

#[test]
fn a_list_of_problems_can_have_a_password() {
    let weeks = Weeks::new();
    weeks.house.edit("job.toml", "plain = true", "password_file = \"password\"");
    fs::write(weeks.house.path("password"), "sesam\n").unwrap();
    let ran = weeks.asked("2025-11-03", &[]);
    assert_eq!(ran.code, 78, "{}", ran.stderr);
    assert!(
        ran.stderr.contains("HOME/job.toml line 12: [problems]: the password file HOME/password has mode"),
        "{}",
        ran.stderr
    );
    fs::set_permissions(weeks.house.path("password"), fs::Permissions::from_mode(0o600)).unwrap();
    weeks.night("2025-11-03");
    let list = weeks.folder("2025-11-03").join("lists/problems-coverage-2025-11-03.xlsx");
    assert!(fs::read(&list).unwrap().starts_with(b"\xD0\xCF\x11\xE0"), "a compound file");
    assert_eq!(read(&weeks.folder("2025-11-03").join("problem_lists.parquet"))[0]["encrypted"], "true");
    fs::copy(&list, weeks.house.path("returned.xlsx")).unwrap();
    let asked = ["reply", "HOME/returned.xlsx", "--job", "HOME/job.toml", "--received", "2025-11-04"];
    let ran = weeks.house.fangpin(&asked);
    let line = "HOME/returned.xlsx: has no answer on any line; was it saved after it was filled in?";
    assert_eq!((ran.code, ran.told()), (65, vec![line]), "it opens with the job's password");
}

#[test]
fn keys_that_are_of_no_use_to_a_kind_are_refused_by_name() {
    let weeks = Weeks::new();
    let job = fs::read_to_string(weeks.house.path("job.toml")).unwrap();
    let told = |text: String| {
        fs::write(weeks.house.path("job.toml"), text).unwrap();
        let ran = weeks.asked("2025-11-03", &[]);
        assert_eq!(ran.code, 78, "{}", ran.stderr);
        ran.told().iter().map(|line| line.replace("HOME/job.toml ", "")).collect::<Vec<String>>()
    };
    assert_eq!(
        told(format!("{job}\n[ledger]\nbands = [\"200\"]\n[watch]\n")),
        [
            "line 19: `ledger` is of no use to a job of kind coverage; take it out",
            "line 21: `watch` is of no use to a job of kind coverage; take it out",
        ]
    );
    assert_eq!(
        told(job.replace("\"coverage\"", "\"nightly\"")),
        ["line 12: `problems` is of no use to a job of kind nightly; take it out"]
    );
    assert_eq!(
        told(job.replace("[problems.coverage]", "[problems.subsidy]")),
        [
            "line 12: [problems] needs `coverage`, which is missing",
            "line 15: [problems] has an unknown table `subsidy`, expected plain, password_file, password_env, split_by, \
             coverage",
        ]
    );
    assert_eq!(
        told(job.replace("days  = 5", "days  = 0").replace("plain = true", "")),
        [
            "line 12: [problems] needs exactly one of `password_file`, `password_env` and `plain = true`: the lists name \
             people",
            "line 17: `days` is 0, expected a number of working days above 0",
        ]
    );
}

#[test]
fn nights_of_two_kinds_do_not_share_a_folder() {
    let weeks = Weeks::new();
    weeks.night("2025-11-03");
    weeks.house.edit("job.toml", "\"coverage\"", "\"subsidy\"");
    weeks.house.edit("job.toml", "[problems.coverage]", "[problems.subsidy]");
    let ran = weeks.asked("2025-11-10", &[]);
    let line = "HOME/published/2025-11-03/manifest.json: is that of a night of kind coverage, expected subsidy; give each \
                job a folder of its own (`published`)";
    assert_eq!((ran.code, ran.told()), (65, vec![line]));
    assert!(!weeks.folder("2025-11-10").exists());
}

#[test]
fn a_night_of_another_kind_is_not_replaced() {
    let weeks = Weeks::new();
    weeks.night("2025-11-03");
    let before = files_below(&weeks.folder("2025-11-03"));
    weeks.house.edit("job.toml", "\"coverage\"", "\"subsidy\"");
    weeks.house.edit("job.toml", "[problems.coverage]", "[problems.subsidy]");
    let line = "HOME/published/2025-11-03/manifest.json: is that of a night of kind coverage, expected subsidy; give each \
                job a folder of its own (`published`)";
    for more in [&["--replace"][..], &["--replace", "--through", "2025-11-03"]] {
        let ran = weeks.asked("2025-11-03", more);
        assert_eq!((ran.code, ran.told()), (65, vec![line]));
    }
    let job = weeks.house.path("job.toml");
    let text = fs::read_to_string(&job).unwrap().replace("\"subsidy\"", "\"nightly\"");
    let (nightly, _) = text.split_once("[problems]").unwrap();
    fs::write(&job, nightly).unwrap();
    let ran = weeks.asked("2025-11-03", &["--replace"]);
    assert_eq!((ran.code, ran.told()), (65, vec![line.replace("subsidy;", "nightly;").as_str()]));
    assert_eq!(files_below(&weeks.folder("2025-11-03")), before);
}

#[test]
fn what_a_night_was_held_against_is_verified_and_not_forgotten() {
    let weeks = Weeks::new();
    weeks.house.deliver("identities", &weeks.register);
    weeks.house.deliver("insured", weeks.insured.as_ref().unwrap());
    fs::rename(weeks.house.path("delivery"), weeks.house.path("other")).unwrap();
    let other = weeks.house.path("other");
    let against = ["--against", other.to_str().unwrap()];
    assert_eq!(weeks.asked("2025-11-03", &against).code, 0);
    weeks.night("2025-11-10");
    let again = ["--replace", "--through", "2025-11-10"];
    let ran = weeks.asked("2025-11-03", &again);
    let line =
        "HOME/published/2025-11-03/manifest.json: was held against HOME/other; name it, or another, with --against";
    assert_eq!((ran.code, ran.told()), (65, vec![line]));
    assert_eq!(weeks.asked("2025-11-03", &[&again[..], &against].concat()).code, 0);

    // Two extracts here, and two there.
    let verified = || weeks.house.fangpin(&["verify", "HOME/published/2025-11-03"]);
    let ran = verified();
    assert!(ran.stdout.contains("and 4 extracts are as published"), "{} {}", ran.stdout, ran.stderr);
    let extract = files_below(&other).into_keys().find(|name| name.starts_with("insured/") && !name.ends_with('/'));
    let extract = other.join(extract.unwrap());
    let mut bytes = fs::read(&extract).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    fs::write(&extract, bytes).unwrap();
    let ran = verified();
    assert_eq!((ran.code, ran.told().len()), (65, 1), "{}", ran.stderr);
    assert!(ran.told()[0].starts_with("HOME/other/insured/"), "{}", ran.stderr);
}

#[test]
fn an_office_that_the_job_calls_by_another_name_answers_what_went_out() {
    let weeks = Weeks::new();
    weeks.night("2025-11-03");
    let mut list = weeks.list("2025-11-03");
    list.fill(A, &[("处理结果", SOLVED)]);
    fs::write(weeks.house.path("returned.xlsx"), list.saved()).unwrap();
    weeks.house.edit("job.toml", "某县医疗保障局", "新局");
    let given = |office: &str| {
        let asked = ["reply", "HOME/returned.xlsx", "--job", "HOME/job.toml", "--received", "2025-11-04", "--office"];
        weeks.house.fangpin(&[&asked[..], &[office]].concat())
    };
    assert_eq!(given("别局").told(), ["--office 别局: expected one of 新局, 某县医疗保障局"]);
    let ran = given("某县医疗保障局");
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    weeks.night("2025-11-10");
    let problem = weeks.problem("2025-11-10", A);
    assert_eq!((&*problem["state"], &*problem["owner"]), ("claimed", "新局"));
}

#[test]
fn a_dismissal_that_reaches_to_no_run_is_told() {
    let weeks = Weeks::new();
    weeks.night("2025-11-03");
    let mut list = weeks.list("2025-11-03");
    for (person, until) in [(A, "2025-11-09"), (B, "2025-11-10")] {
        list.fill(person, &[("处理结果", DISMISSED), ("处理说明", "核实中"), ("暂缓至", until)]);
    }
    assert_eq!(weeks.reply(&list, "2025-11-04").code, 0);
    let said = weeks.asked("2025-11-10", &[]).stdout;
    let line = "warning: problems: 1 dismissed by an office until a day before 2025-11-10, the first run since, go on \
                standing; the day has to reach to the next run";
    assert!(said.contains(line), "{said}");
    assert_eq!(
        ["state", "dismissed_until"].map(|of| weeks.problem("2025-11-10", A)[of].clone()),
        ["open", "2025-11-09"]
    );
    assert_eq!(weeks.problem("2025-11-10", B)["state"], "dismissed");
}

/// Who is missing from what was sent has not left the register.
#[test]
fn a_register_that_lacks_somebody_solves_nothing() {
    let mut weeks = Weeks::new();
    weeks.night("2025-11-03");
    weeks.register[0] = identity(A, "2").with("certno", "");
    weeks.register.remove(2);
    weeks.register[1] = identity(B, "5").with("enddate", "2025-11-05");
    assert_eq!(
        weeks.night("2025-11-10"),
        [
            "A kept open never_enrolled, due 2025-11-10",
            "B solved solved never_enrolled, solved_by register_left",
            "C kept open never_enrolled, due 2025-11-10",
        ]
    );
}

/// The month's audits, each with an office of its own; only what the five checks need was delivered, and not all of it.
#[test]
fn an_office_answers_for_its_own_problems_alone() {
    let weeks = Weeks::new();
    let owners = ["subsidy", "benefits", "five_checks", "out_of_catalogue", "conduct", "cards", "fund"]
        .map(|of| format!("[problems.{of}]\nowner = \"{of}科\"\ndays = 5\n"));
    let job = fs::read_to_string(weeks.house.path("job.toml")).unwrap();
    let (job, _) = job.split_once("[problems.coverage]").unwrap();
    fs::write(weeks.house.path("job.toml"), job.replace("\"coverage\"", "\"monthly\"") + &owners.concat()).unwrap();
    let more = "\n[med_type]\n\"21\" = \"in_patient\"\n[hosp_lv]\n\"02\" = \"3\"\n\
                [fund]\n\"1\" = \"resident\"\n[chronic_disease]\n\"M1\" = \"other\"\n";
    let checks = "\n[[five_checks]]\nfrom = 2021-01-01\nreviewed = 2025-01-01\n\
                  reference = { title = \"an invented plan\", article = \"7\" }\n";
    weeks.house.append("codes.toml", more);
    weeks.house.append("policy.toml", checks);
    let ran = weeks.asked("2025-11-03", &[]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    let found: Vec<Cells> = weeks.problems("2025-11-03");
    let whose: BTreeSet<(&str, &str)> = found.iter().map(|row| (&*row["mechanism"], &*row["owner"])).collect();
    assert_eq!(whose, BTreeSet::from([("five_checks", "five_checks科")]), "{found:?}");
    let verdicts = manifest(&weeks.folder("2025-11-03"))["verdicts"].clone();
    assert_eq!((&verdicts["subsidy"]["correct"], &verdicts["benefits"]["correct"]), (&0.into(), &0.into()));

    let mut list = weeks.list("2025-11-03");
    list.fill(A, &[("处理结果", SOLVED)]);
    fs::write(weeks.house.path("returned.xlsx"), list.saved()).unwrap();
    let given = |office: &[&str]| {
        let asked = ["reply", "HOME/returned.xlsx", "--job", "HOME/job.toml", "--received", "2025-11-04"];
        weeks.house.fangpin(&[asked.as_slice(), office].concat())
    };
    let (nobody, another) = (given(&[]), given(&["--office", "subsidy科"]));
    let expected = "expected one of benefits科, cards科, conduct科, five_checks科, fund科, out_of_catalogue科, \
                    subsidy科";
    assert_eq!((nobody.code, nobody.told()), (64, vec![format!("say with --office who answers, {expected}").as_str()]));
    let line = "HOME/returned.xlsx: sheet 待整改 row 2 column A 问题编号: is that of a problem of another office than subsidy科";
    assert_eq!((another.code, another.told()[1]), (65, line));
    assert_eq!(given(&["--office", "five_checks科"]).code, 0);
    let ran = weeks.asked("2025-11-10", &[]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert_eq!(weeks.problem("2025-11-10", A)["state"], "claimed");
}

/// A list of one audit's problems, carried over to a night, with what offices answered and who has left.
fn carried(
    list: &[Problem],
    day: &str,
    (mechanism, examined): (Mechanism, Vec<Examined>),
    (answers, left): (&[(usize, Handled)], &[usize]),
) -> Vec<Problem> {
    let as_of: NaiveDate = day.parse().unwrap();
    let owners = BTreeMap::from([(mechanism, day)]);
    let answers = answers
        .iter()
        .map(|(index, answer)| (ProblemId::of(mechanism, &Subject::Person(person(*index)), 2025), answer.clone()));
    let (answers, left) = (answers.collect(), left.iter().map(|index| person(*index)).collect());
    let audits = [Audited { mechanism, examined, warnings: Vec::new() }];
    let tonight = Tonight { as_of, audits: &audits, owners: &owners, answers: &answers, left: &left };
    carry_forward(list, &tonight, |_, day| Some(day + Days::new(10))).unwrap().problems
}

fn next(list: &[Problem], day: &str, mechanism: Mechanism, examined: Vec<Examined>) -> Vec<Problem> {
    carried(list, day, (mechanism, examined), (&[], &[]))
}

fn of_2026(index: usize, verdict: u8) -> Examined {
    Examined { year: 2026, ..examined(index, verdict) }
}

/// `P0 2025 kept open`.
fn stands(list: &[Problem]) -> Vec<String> {
    let words = |problem: &Problem| {
        let (change, state) = (problem.change.name(), problem.state.name());
        format!("{} {} {change} {state}", problem.subject.person().unwrap(), problem.year)
    };
    list.iter().map(words).collect()
}

#[test]
fn only_who_is_in_the_register_with_identities_that_ended_has_left_it() {
    let list = next(&[], "2025-12-29", Mechanism::Subsidy, vec![examined(0, 0), examined(1, 0)]);
    assert_eq!(stands(&list), ["P0 2025 new open", "P1 2025 new open"]);

    // Another year, nobody at all, nobody who could be judged, another audit: nothing is known, whoever has left.
    let subsidy = |examined| carried(&list, "2026-01-05", (Mechanism::Subsidy, examined), (&[], &[0, 1]));
    let kept = ["P0 2025 kept open", "P1 2025 kept open"];
    assert_eq!(stands(&subsidy(vec![of_2026(0, 2), of_2026(1, 2)])), kept);
    assert_eq!(stands(&subsidy(Vec::new())), kept);
    assert_eq!(stands(&subsidy(vec![examined(0, 3)])), kept);
    assert_eq!(next(&list, "2026-01-05", Mechanism::Benefits, vec![examined(0, 2)]), list);
    assert_eq!(subsidy(Vec::new())[0].owner, "2026-01-05", "whom the job names takes over what stands");

    // The same year without the second of them: absent altogether, or with identities that have ended.
    assert_eq!(stands(&next(&list, "2025-12-30", Mechanism::Subsidy, vec![examined(0, 0)])), kept);
    let after = carried(&list, "2025-12-30", (Mechanism::Subsidy, vec![examined(0, 0)]), (&[], &[1]));
    assert_eq!(stands(&after), ["P0 2025 kept open", "P1 2025 solved solved"]);
    let solution = after[1].solution.as_ref().unwrap();
    assert_eq!((solution.by, solution.matter), (SolvedBy::RegisterLeft, None));

    // What was solved is carried through the year after it, and no longer.
    let kept = next(&after, "2026-12-28", Mechanism::Subsidy, vec![of_2026(0, 2)]);
    assert_eq!(stands(&kept), ["P0 2025 kept overdue", "P1 2025 kept solved"]);
    let of_2027 = Examined { year: 2027, ..examined(0, 2) };
    assert_eq!(stands(&next(&kept, "2027-01-04", Mechanism::Subsidy, vec![of_2027])), ["P0 2025 kept overdue"]);
}

#[test]
fn what_offices_say_holds_no_longer_than_its_day_where_the_data_says_nothing() {
    let of = Mechanism::Subsidy;
    let list = next(&[], "2025-12-22", of, vec![examined(0, 0), examined(1, 0)]);
    let day = |text: &str| text.parse::<NaiveDate>().unwrap();
    let claim = Handled { handling: Handling::Solved, on: day("2025-12-23"), remark: None, until: None };
    let dismissal = Handled { handling: Handling::Dismissed, until: Some(day("2026-01-05")), ..claim.clone() };
    let answers = [(0, claim.clone()), (1, dismissal)];
    let both = vec![examined(0, 0), examined(1, 0)];
    let list = carried(&list, "2025-12-29", (of, both), (&answers, &[]));
    assert_eq!(stands(&list), ["P0 2025 claimed claimed", "P1 2025 dismissed dismissed"]);

    // Due on 1 January. The new year's audit says nothing of what was owed in the old one.
    let night = |list: &[Problem], day: &str| next(list, day, of, vec![of_2026(0, 2), of_2026(1, 2)]);
    let kept = ["P0 2025 kept claimed", "P1 2025 kept dismissed"];
    assert_eq!(stands(&night(&list, "2026-01-01")), kept);
    let list = night(&list, "2026-01-05");
    assert_eq!(stands(&list), ["P0 2025 kept overdue", "P1 2025 kept dismissed"]);
    assert_eq!((list[0].claim.as_ref(), list[0].reopened), (Some(&claim), 0), "as it happened");
    let list = night(&list, "2026-01-06");
    assert_eq!(stands(&list), ["P0 2025 kept overdue", "P1 2025 reopened open"]);
    assert_eq!((list[1].since, list[1].due), (day("2026-01-06"), Some(day("2026-01-16"))));
    assert_eq!(stands(&night(&list, "2026-01-17"))[1], "P1 2025 kept overdue");
}

#[test]
fn a_claim_that_the_data_refutes_keeps_its_day() {
    let of = Mechanism::Coverage;
    let first = next(&[], "2025-03-03", of, vec![examined(0, 0)]);
    let claim = Handled { handling: Handling::Solved, on: first[0].since, remark: None, until: None };
    let claimed = carried(&first, "2025-03-10", (of, vec![examined(0, 0)]), (&[(0, claim)], &[]));
    for (day, now) in [("2025-03-13", "P0 2025 reopened open"), ("2025-03-14", "P0 2025 reopened overdue")] {
        let refuted = next(&claimed, day, of, vec![examined(0, 0)]);
        assert_eq!(stands(&refuted), [now], "{day}");
        let same = |problem: &Problem| (problem.since, problem.due);
        assert_eq!((same(&refuted[0]), refuted[0].reopened), (same(&first[0]), 1));
    }
}

#[test]
fn the_new_year_speaks_for_the_old_one_where_no_money_is_owed_by_the_year() {
    for of in [Mechanism::Coverage, Mechanism::FiveChecks] {
        let list = next(&[], "2025-12-29", of, vec![examined(0, 0), examined(1, 0), examined(2, 0), examined(3, 0)]);
        let tonight = vec![of_2026(0, 0), of_2026(1, 2), of_2026(2, 3)];
        let list = carried(&list, "2026-01-05", (of, tonight), (&[], &[3]));
        assert_eq!(
            stands(&list),
            ["P0 2025 kept open", "P1 2025 solved solved", "P2 2025 kept open", "P3 2025 solved solved"]
        );
        assert_eq!(list[0].last_seen.to_string(), "2026-01-05");
        assert_eq!(list[1].solution.as_ref().map(|solution| solution.by), Some(SolvedBy::FoundCorrect));
        // What was solved stays so; what is found anew is of the new year, and is then followed like any other.
        let list = next(&list, "2026-01-06", of, vec![of_2026(0, 2), of_2026(1, 0), of_2026(2, 0)]);
        assert_eq!(
            stands(&list),
            [
                "P0 2025 solved solved",
                "P1 2025 kept solved",
                "P1 2026 new open",
                "P2 2025 kept open",
                "P3 2025 kept solved",
            ]
        );
    }
    for of in [Mechanism::Subsidy, Mechanism::Benefits] {
        let list = next(&[], "2025-12-29", of, vec![examined(0, 0), examined(1, 0)]);
        let list = next(&list, "2026-01-05", of, vec![of_2026(0, 0), of_2026(1, 2)]);
        assert_eq!(stands(&list), ["P0 2025 kept open", "P0 2026 new open", "P1 2025 kept open"], "each is owed");
    }
}

#[test]
fn verdicts_that_do_not_add_up_are_a_fault_of_the_program() {
    let audited = |examined| Audited { mechanism: Mechanism::Subsidy, examined, warnings: Vec::new() };
    let all = audited((0..5).map(|index| examined(index, index as u8)).collect());
    let counts = audit::counted(&all, 5).unwrap();
    assert_eq!((counts.subjects, counts.by_verdict), (5, [1, 2, 1, 1]));
    let told = |audited: &Audited, subjects| {
        let error = audit::counted(audited, subjects).unwrap_err();
        assert_eq!(error.exit_code(), 70);
        error.to_string().split(';').next().unwrap().to_owned()
    };
    assert_eq!(told(&all, 6), "subsidy: 5 verdicts on 6 subjects");
    let twice = audited(vec![examined(0, 0), examined(1, 2), examined(1, 2)]);
    assert_eq!(told(&twice, 3), "subsidy: a subject stands twice or out of order");
    let turned = audited(vec![examined(1, 0), examined(0, 2)]);
    assert_eq!(told(&turned, 2), "subsidy: a subject stands twice or out of order");
}

/// What one night of a random series brings: a verdict for some of the people, and answers.
type RandomNight = (Vec<Option<u8>>, Vec<Option<u8>>);

fn random_nights() -> impl Strategy<Value = Vec<RandomNight>> {
    let verdicts = prop::collection::vec(prop::option::weighted(0.85, 0_u8..5), 5);
    let answers = prop::collection::vec(prop::option::weighted(0.3, 0_u8..6), 5);
    prop::collection::vec((verdicts, answers), 1..10)
}

fn person(index: usize) -> PersonId {
    PersonId::other(&format!("P{index}")).unwrap()
}

fn examined(index: usize, verdict: u8) -> Examined {
    let (verdict, matter) = match verdict {
        0 | 1 => (Verdict::Fault, Matter::SubsidyTooLittle),
        2 => (Verdict::Correct, Matter::SubsidyRight),
        3 => (Verdict::CannotBeTold, Matter::NoData),
        _ => (Verdict::NotApplicable, Matter::NoRule),
    };
    Examined {
        subject: Subject::Person(person(index)),
        name: None,
        categories: Categories::NONE,
        area: None,
        town_code: None,
        year: 2025,
        verdict,
        matter,
        found: Some(Fen(17_900)),
        expected: Some(Fen(18_000)),
        detail: String::new(),
        reference: None,
    }
}

proptest! {
    /// The balance closes as counted from the lists themselves; nothing but the data solves; what nobody looked at, or
    /// of which nothing can be told, goes on standing.
    #[test]
    fn opening_and_what_came_less_what_went_is_closing(nights in random_nights()) {
        let mechanism = Mechanism::Subsidy;
        let owners = BTreeMap::from([(mechanism, "somebody")]);
        let first: NaiveDate = "2025-01-06".parse().unwrap();
        let mut list: Vec<Problem> = Vec::new();
        for (number, (verdicts, answers)) in (0_u64..).zip(&nights) {
            let as_of = first + Days::new(7 * number);
            let looked = verdicts.iter().enumerate().filter_map(|(index, of)| Some(examined(index, (*of)?)));
            let audits = [Audited { mechanism, examined: looked.collect(), warnings: Vec::new() }];
            let answer = |(index, of): (usize, &Option<u8>)| {
                let until = |days: u8| Some(as_of + Days::new(days.into()));
                let (handling, until) = match (*of)? {
                    0..=2 => (Handling::Solved, None),
                    days => (Handling::Dismissed, until(days)),
                };
                let handled = Handled { handling, on: as_of, remark: None, until };
                Some((ProblemId::of(mechanism, &Subject::Person(person(index)), 2025), handled))
            };
            let answers: BTreeMap<ProblemId, Handled> = answers.iter().enumerate().filter_map(answer).collect();
            // Of those whom nobody looked at, some have left the register and some are absent from it.
            let left: HashSet<PersonId> = (0..5).filter(|index| (index + number as usize).is_multiple_of(2)).map(person).collect();
            let tonight = Tonight { as_of, audits: &audits, owners: &owners, answers: &answers, left: &left };
            let due = |_, day: NaiveDate| Some(day + Days::new(10));
            let next = carry_forward(&list, &tonight, due).unwrap();
            let again = carry_forward(&list, &tonight, due).unwrap();
            prop_assert_eq!(&next, &again);

            let before: BTreeMap<&ProblemId, &Problem> = list.iter().map(|of| (&of.id, of)).collect();
            let (mut came, mut went) = (0_i64, 0_i64);
            for problem in &next.problems {
                let was = before.get(&problem.id);
                let stood = was.is_some_and(|was| was.stands());
                came += i64::from(!stood && problem.stands());
                went += i64::from(stood && !problem.stands());
                let index: usize = problem.subject.person().unwrap().to_string()[1..].parse().unwrap();
                let says = verdicts[index];
                if problem.state == ProblemState::Solved && was.is_none_or(|was| was.state != ProblemState::Solved) {
                    let anybody = verdicts.iter().flatten().any(|verdict| *verdict != 3);
                    let has_left = problem.subject.person().is_some_and(|person| left.contains(person)) && anybody;
                    prop_assert!(says == Some(2) || says.is_none() && has_left, "{:?} solved it", says);
                }
                if says == Some(0) || says == Some(1) {
                    prop_assert!(problem.state != ProblemState::Solved);
                    prop_assert_eq!(problem.last_seen, as_of);
                    // A word is believed once: twice in a row claimed means that the data said nothing.
                    let twice = problem.state == ProblemState::Claimed
                        && was.is_some_and(|was| was.state == ProblemState::Claimed);
                    prop_assert!(!twice);
                }
            }
            let balance = &next.balance[&mechanism];
            let of = |count: u64| i64::try_from(count).unwrap();
            prop_assert_eq!(of(balance.new + balance.reopened), came);
            prop_assert_eq!(of(balance.solved + balance.dismissed), went);
            prop_assert_eq!(of(balance.opening) + came - went, of(balance.closing));
            prop_assert_eq!(list.len() <= next.problems.len(), true, "nothing is lost");
            list = next.problems;
        }
    }
}
