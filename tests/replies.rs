//! What offices return: the lists that can be read, the lines that cannot be used, and the nights that know of them.

#![cfg(test)]

use std::collections::BTreeMap;
use std::fs;
use std::io::{Cursor, Read, Write};
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;

use encoding_rs::GB18030;
use ms_offcrypto_writer::Ecma376AgileWriter;
use rand_chacha::ChaCha20Rng;
use rand_chacha::rand_core::SeedableRng;
use rust_xlsxwriter::{ExcelDateTime, Format, Workbook};

use crate::harness::{
    A, B, C, Cells, House, Ran, cell, files_below, identity, income, manifest, read, resident_id, settlement,
};

/// The last night before the list went out.
const NIGHT: &str = "2025-12-02";
/// The day on which it came back.
const RECEIVED: &str = "2025-12-04";
/// The night that knows of it.
const NEXT: &str = "2025-12-05";

const OFFICE: &str = r#"
[[office]]
id      = "civil_affairs"
name    = "民政局"
areas   = ["150700"]
rules   = ["return_to_poverty", "fall_into_poverty"]
changes = "daily"
columns = ["name", "person_id"]
form    = "xlsx"
plain   = true
"#;

/// The file of holidays that comes with the program.
const HOLIDAYS: &str = concat!("holidays = \"", env!("CARGO_MANIFEST_DIR"), "/data/reference/holidays.toml\"");

const HEADER: [&str; 8] = ["预警编号", "证件号码", "姓名", "个人负担", "反馈结果", "办理日期", "备注", "暂不再推送至"];

/// One cell of a workbook.
#[derive(Debug, Clone)]
enum Put {
    Text(String),
    Number(u32),
    /// A number shown as a day.
    Day(u16, u8, u8),
    Blank,
}

impl From<&str> for Put {
    fn from(text: &str) -> Put {
        if text.is_empty() { Put::Blank } else { Put::Text(text.to_owned()) }
    }
}

fn row<const N: usize>(cells: [&str; N]) -> Vec<Put> {
    cells.map(Put::from).to_vec()
}

/// A workbook as bytes: its sheets, each with its rows.
fn workbook(sheets: &[(&str, Vec<Vec<Put>>)]) -> Vec<u8> {
    let mut book = Workbook::new();
    let day = Format::new().set_num_format("yyyy\"年\"m\"月\"d\"日\"");
    for (name, rows) in sheets {
        let sheet = book.add_worksheet().set_name(*name).unwrap();
        for (at, cells) in (0..).zip(rows) {
            for (column, cell) in (0..).zip(cells) {
                match cell {
                    Put::Text(text) => drop(sheet.write_string(at, column, text).unwrap()),
                    Put::Number(number) => drop(sheet.write_number(at, column, *number).unwrap()),
                    Put::Day(year, month, of_month) => {
                        let date = ExcelDateTime::from_ymd(*year, *month, *of_month).unwrap();
                        sheet.write_datetime_with_format(at, column, &date, &day).unwrap();
                    }
                    Put::Blank => {}
                }
            }
        }
    }
    book.save_to_buffer().unwrap()
}

/// Five flagged people, one night published, and a job with one office.
struct Returned {
    house: House,
    people: Vec<String>,
    ids: Vec<String>,
}

impl Returned {
    fn new() -> Returned {
        Returned::of_job("")
    }

    /// The same with more in the job.
    fn of_job(more: &str) -> Returned {
        let house = House::new();
        house.edit("job.toml", "kind ", &format!("{HOLIDAYS}\nkind "));
        crate::office::extends(&house, &format!("{OFFICE}{more}"));
        let more = [15_072_119_800_101_001_u64, 15_072_119_800_101_002].map(resident_id);
        let people: Vec<String> = [A, B, C].into_iter().map(str::to_owned).chain(more).collect();
        // The fourth lives in a township, the fifth falls under the other rule.
        let code = |who: usize| if who == 4 { "5" } else { "2" };
        let mut register: Vec<_> =
            people.iter().enumerate().map(|(who, person)| identity(person, code(who)).without("town_code")).collect();
        register[3] = register[3].clone().with("town_code", "150721100");
        let cost = |who: usize| if who == 4 { "25000.00" } else { "15000.00" };
        let costs = people.iter().enumerate();
        let costs: Vec<_> = costs.map(|(who, person)| settlement(&format!("S{who}"), cost(who)).of(person)).collect();
        house.deliver("identities", &register);
        house.deliver("settlements", &costs);
        house.deliver("income", &[income("150721", "2024", "20000.00")]);
        let ran = house.run(NIGHT, &[]);
        assert_eq!(ran.code, 0, "{}", ran.stderr);
        let mut returned = Returned { house, people, ids: Vec::new() };
        let ledger = returned.ledger(NIGHT);
        returned.ids = returned.people.iter().map(|person| ledger[person]["warning_id"].clone()).collect();
        returned
    }

    fn ledger(&self, night: &str) -> BTreeMap<String, Cells> {
        let rows = self.house.read(night, "ledger");
        rows.into_iter().map(|row| (row["person_id"].clone(), row)).collect()
    }

    /// The line of the person numbered `who`, as it was sent, with what the office filled in.
    fn line(&self, who: usize, filled: [&str; 4]) -> Vec<Put> {
        let sent = [self.ids[who].as_str(), &self.people[who], "测试", "15000.00"];
        sent.into_iter().chain(filled).map(Put::from).collect()
    }

    fn file(&self, name: &str, bytes: &[u8]) -> PathBuf {
        let path = self.house.path(name);
        fs::write(&path, bytes).unwrap();
        path
    }

    /// Gives the file to the program, which says nothing of anybody.
    fn reply(&self, name: &str, bytes: &[u8], more: &[&str]) -> Ran {
        self.file(name, bytes);
        let file = format!("HOME/{name}");
        let mut arguments = vec!["reply", &file, "--job", "HOME/job.toml"];
        if !more.contains(&"--received") {
            arguments.extend(["--received", RECEIVED]);
        }
        self.tells_nobody(self.house.fangpin(&[&arguments, more].concat()))
    }

    fn tells_nobody(&self, ran: Ran) -> Ran {
        let said = format!("{}{}", ran.stdout, ran.stderr);
        assert!(!said.is_empty());
        let digits = self.ids.iter().map(|id| &id[5..]);
        let secret = digits.chain(self.people.iter().map(|person| &person[..15])).chain(["测试", "密"]);
        secret.for_each(|secret| assert!(!said.contains(secret), "{secret} is told: {said}"));
        ran
    }

    fn kept(&self) -> BTreeMap<String, Vec<u8>> {
        files_below(&self.house.path("published/replies"))
    }

    /// The only reply's folder.
    fn folder(&self) -> PathBuf {
        let names: Vec<String> = self.kept().into_keys().filter(|name| name.matches('/').count() == 1).collect();
        let folders: Vec<&String> = names.iter().filter(|name| name.ends_with('/')).collect();
        assert_eq!(folders.len(), 1, "{names:?}");
        self.house.path("published/replies").join(folders[0].trim_end_matches('/'))
    }

    fn night(&self, as_of: &str) -> Ran {
        let ran = self.tells_nobody(self.house.run(as_of, &[]));
        assert_eq!(ran.code, 0, "{}", ran.stderr);
        ran
    }

    /// Who is answered on a night, by number: the outcome, the day, the remark and until when to be quiet.
    fn answers(&self, night: &str) -> Vec<(usize, String)> {
        let ledger = self.ledger(night);
        let of = |row: &Cells, column: &str| row.get(column).cloned().unwrap_or_else(|| "-".to_owned());
        let columns = ["answer", "answer_on", "answer_remark", "quiet_until"];
        let answered = self.people.iter().enumerate().filter(|(_, person)| ledger[*person].contains_key("answer"));
        answered.map(|(who, person)| (who, columns.map(|column| of(&ledger[person], column)).join(" "))).collect()
    }

    fn expect_answers(&self, night: &str, expected: &[(usize, &str)]) {
        let expected: Vec<(usize, String)> = expected.iter().map(|(who, text)| (*who, (*text).to_owned())).collect();
        assert_eq!(self.answers(night), expected);
    }
}

#[test]
fn a_list_that_was_moved_about_and_saved_again_answers_the_next_night() {
    let returned = Returned::new();
    let [a, b, c, d, e] = [0, 1, 2, 3, 4].map(|who| returned.ids[who].as_str());
    let people: Vec<&str> = returned.people.iter().map(String::as_str).collect();
    let day = |year, month, of_month| Put::Day(year, month, of_month);
    let sheets = [
        ("合计", vec![row(["项目", "数"]), row(["预警编号", "5"])]),
        (
            "提高",
            vec![
                row(["防返贫监测预警名单"]),
                row(["", "制表 密某"]),
                row(["备注（必填）", "序号", "反馈\n结果*", "办理日期", "预警编号", "我局意见"]),
                vec![Put::Blank, Put::Number(1), "已救助".into(), Put::Number(45_994), b.into(), "密".into()],
                vec!["查无 密".into(), Put::Number(2), " 查无此人　".into(), Put::Number(20_251_202), c.into()],
                vec!["填报人 密某".into()],
            ],
        ),
        (
            "新增",
            vec![
                row(["证件号码", "反馈结果", "预警编号", "暂不再推送至", "备注", "办理日期"]),
                vec![people[0].into(), "已纳入监测".into(), a.into(), Put::Blank, Put::Blank, day(2025, 12, 3)],
                vec![
                    people[3].into(),
                    "未通过核实".into(),
                    Put::Text(format!(" {} ", d.to_lowercase())),
                    "2026年1月31日".into(),
                    "已核实\n不属实".into(),
                    "2025/12/3 00:00:00".into(),
                ],
                vec![people[4].into(), Put::Blank, e.into()],
            ],
        ),
    ];
    let ran = returned.reply("returned.xlsx", &workbook(&sheets), &[]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    let folder = returned.folder();
    let name = folder.file_name().unwrap().to_str().unwrap();
    assert_eq!(
        ran.stdout,
        format!(
            "HOME/returned.xlsx: from civil_affairs, received 2025-12-04, held against the night of 2025-12-02\n\
             lines 5, taken 4, repeated 0, unanswered 1, refused 0\n\
             kept HOME/published/replies/{name}\n"
        )
    );

    returned.night(NEXT);
    returned.expect_answers(
        NEXT,
        &[
            (0, "monitored 2025-12-03 - -"),
            (1, "assisted 2025-12-03 - -"),
            (2, "nobody_found 2025-12-02 查无 密 -"),
            (3, "not_confirmed 2025-12-03 已核实 不属实 2026-01-31"),
        ],
    );
    let ledger = returned.ledger(NEXT);
    assert!(
        ledger.values().filter(|row| row.contains_key("answer")).all(|row| row["answer_office"] == "civil_affairs")
    );
}

/// Rows as CSV. Nothing in them needs quotes but what has them.
fn csv(end: &str, rows: &[Vec<Put>]) -> String {
    let cell = |cell: &Put| match cell {
        Put::Text(text) => text.clone(),
        Put::Number(number) => number.to_string(),
        Put::Day(..) | Put::Blank => String::new(),
    };
    rows.iter().map(|row| row.iter().map(cell).collect::<Vec<_>>().join(",") + end).collect()
}

#[test]
fn a_csv_is_read_in_every_encoding_it_comes_back_in() {
    let utf8: fn(&str) -> Vec<u8> = |text| text.as_bytes().to_vec();
    let marked: fn(&str) -> Vec<u8> = |text| [b"\xEF\xBB\xBF", text.as_bytes()].concat();
    let gb18030: fn(&str) -> Vec<u8> = |text| GB18030.encode(text).0.into_owned();
    let encodings = [
        ("utf-8", "\n", utf8),
        ("utf-8 with a mark", "\r\n", marked),
        ("gb18030", "\r\n", gb18030),
        ("gb18030 on Unix", "\n", gb18030),
    ];
    for (encoding, end, encoded) in encodings {
        let returned = Returned::new();
        // As a list is written: an apostrophe before what must stay text.
        let sent = |who: usize, filled: [&str; 4]| {
            let mut line = returned.line(who, filled);
            line[0] = Put::Text(format!("'{}", returned.ids[who]));
            line[1] = Put::Text(format!("'{}", returned.people[who]));
            line
        };
        let rows = [
            row(HEADER),
            sent(0, ["已救助", "2025.12.3", "'=cmd|密", ""]),
            row([]),
            sent(1, ["已在保障", "20251203", "\"两行\n一注, 㐂\"", ""]),
            sent(2, ["错", "", "", ""]),
            sent(3, ["", "", "", ""]),
            returned.line(4, ["其他", "２０２５年１２月３日", "住院", "2025-12-31"]),
        ];
        let ran = returned.reply("returned.csv", &encoded(&csv(end, &rows)), &[]);
        assert_eq!(ran.code, 0, "{encoding}: {}", ran.stderr);
        // The blank line and the two lines of a remark count as a spreadsheet counts them: row 5.
        let told: Vec<&str> = ran.stdout.lines().skip(1).take(2).collect();
        let refused = "refused: row 5 column E 反馈结果: holds text that is none of 已纳入监测, 已救助, 未通过核实, \
                       已在保障, 查无此人, 其他";
        assert_eq!(told, ["lines 5, taken 3, repeated 0, unanswered 1, refused 1", refused], "{encoding}");
        returned.night(NEXT);
        let expected = [
            (0, "assisted 2025-12-03 =cmd|密 -"),
            (1, "already_covered 2025-12-03 两行 一注, 㐂 -"),
            (4, "other 2025-12-03 住院 2025-12-31"),
        ];
        returned.expect_answers(NEXT, &expected);
    }
}

#[test]
fn every_line_that_cannot_be_used_is_told_by_its_place_and_the_others_are_taken() {
    let returned = Returned::new();
    let ids = &returned.ids;
    let with = |who: usize, column: usize, cell: Put| {
        let mut line = returned.line(who, ["已救助", "2025-12-03", "", ""]);
        line[column] = cell;
        line
    };
    let words = "已纳入监测, 已救助, 未通过核实, 已在保障, 查无此人, 其他";
    let cases: Vec<(Vec<Put>, Vec<String>)> = vec![
        (with(1, 0, "2025-密密".into()), vec!["A 预警编号: holds text that is no warning's number, expected it as it was sent".into()]),
        (with(1, 0, Put::Blank), vec!["A 预警编号: is blank beside an answer, expected the warning's number as it was sent".into()]),
        (
            with(1, 0, "2025-000000000000".into()),
            vec!["A 预警编号: no warning of the night of 2025-12-02 has this number, expected one as it was sent".into()],
        ),
        (
            with(1, 1, returned.people[2].as_str().into()),
            vec![
                "B 证件号码: is not that of the warning on this row; was the sheet sorted in part? answer in the list as it \
                 was sent"
                    .into(),
            ],
        ),
        (
            with(1, 1, Put::Blank),
            vec![
                "B 证件号码: is blank, expected that of the warning on this row; was the sheet sorted in part? answer in \
                 the list as it was sent"
                    .into(),
            ],
        ),
        (with(1, 4, "密".into()), vec![format!("E 反馈结果: holds text that is none of {words}")]),
        (with(1, 4, Put::Number(1)), vec![format!("E 反馈结果: holds a number that is none of {words}")]),
        (
            with(1, 4, Put::Blank),
            vec![format!("E 反馈结果: is blank beside a date or a remark, expected one of {words}")],
        ),
        (
            with(1, 5, "上周".into()),
            vec!["F 办理日期: holds text that is no day of this century, expected one such as 2025-12-03".into()],
        ),
        (
            with(1, 5, Put::Number(7)),
            vec!["F 办理日期: holds a number that is no day of this century, expected one such as 2025-12-03".into()],
        ),
        (
            with(1, 5, "2025-12-05".into()),
            vec!["F 办理日期: is after the day of receipt, 2025-12-04, expected a day up to it".into()],
        ),
        (
            with(1, 5, "2025-12-01".into()),
            vec!["F 办理日期: is before the warning was there, expected a day from 2025-12-02 on".into()],
        ),
        (with(1, 4, "其他".into()), vec!["G 备注: is blank, but 其他 needs it: write what was found".into()]),
        (
            with(1, 7, "2025-12-04".into()),
            vec![
                "H 暂不再推送至: is not after the day of receipt, 2025-12-04, expected a later day".into(),
                "G 备注: is blank, but 暂不再推送至 needs it: write the reason".into(),
            ],
        ),
    ];
    assert!(ids.len() > 2);
    for (line, expected) in cases {
        let mut of_b = line.clone();
        // A list of its own, as two lines for one warning would contradict each other.
        of_b.resize(8, Put::Blank);
        let sheets = [("新增", vec![row(HEADER), returned.line(0, ["已救助", "", "", ""]), of_b])];
        let ran = returned.reply("returned.xlsx", &workbook(&sheets), &[]);
        assert_eq!(ran.code, 0, "{}", ran.stderr);
        let refused: Vec<String> =
            ran.stdout.lines().filter_map(|line| line.strip_prefix("refused: ")).map(str::to_owned).collect();
        let expected: Vec<String> = expected.iter().map(|fault| format!("sheet 新增 row 3 column {fault}")).collect();
        assert_eq!(refused, expected);
        assert!(ran.stdout.contains("lines 2, taken 1, repeated 0, unanswered 0, refused 1\n"), "{}", ran.stdout);
        let record = fs::read_to_string(returned.folder().join("reply.json")).unwrap();
        let recorded: serde_json::Value = serde_json::from_str(&record).unwrap();
        assert_eq!(recorded["faults"].as_array().unwrap().len(), expected.len());
        assert!(returned.ids.iter().all(|id| !record.contains(&id[5..])) && !record.contains('密'), "{record}");
        fs::remove_dir_all(returned.house.path("published/replies")).unwrap();
    }
}

#[test]
fn a_certificate_number_that_became_a_number_is_refused() {
    let returned = Returned::new();
    let mut book = Workbook::new();
    let sheet = book.add_worksheet().set_name("新增").unwrap();
    for (column, header) in (0..).zip(HEADER) {
        sheet.write_string(0, column, header).unwrap();
    }
    sheet.write_string(1, 0, &returned.ids[0]).unwrap();
    sheet.write_number(1, 1, returned.people[0].parse::<u64>().unwrap() as f64).unwrap();
    sheet.write_string(1, 4, "已救助").unwrap();
    let ran = returned.reply("returned.xlsx", &book.save_to_buffer().unwrap(), &[]);
    assert_eq!(
        (ran.code, ran.told()),
        (
            65,
            vec![
                "HOME/returned.xlsx: holds nothing that can be used, and was not kept",
                "HOME/returned.xlsx: sheet 新增 row 2 column B 证件号码: has become a number, whose last digits are lost, \
                 expected text; answer in the list as it was sent",
            ]
        )
    );
}

#[test]
fn a_sheet_sorted_in_part_answers_nobody_by_mistake() {
    let returned = Returned::new();
    let mut lines: Vec<Vec<Put>> = (0..5).map(|who| returned.line(who, ["已救助", "", "", ""])).collect();
    // Two certificate numbers change places, as when a part of the columns is sorted.
    let (first, second) = (lines[1][1].clone(), lines[2][1].clone());
    (lines[1][1], lines[2][1]) = (second, first);
    lines.insert(0, row(HEADER));
    let ran = returned.reply("returned.xlsx", &workbook(&[("新增", lines)]), &[]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert_eq!(ran.stdout.matches("is not that of the warning on this row").count(), 2, "{}", ran.stdout);
    returned.night(NEXT);
    let who: Vec<usize> = returned.answers(NEXT).into_iter().map(|(who, _)| who).collect();
    assert_eq!(who, [0, 3, 4]);
}

#[test]
fn lines_that_contradict_each_other_are_both_refused_and_equal_ones_count_once() {
    let returned = Returned::new();
    let filled = |outcome| [outcome, "2025-12-03", "", ""];
    let sheets = [
        ("新增", vec![row(HEADER), returned.line(0, filled("已救助")), returned.line(1, filled("已救助"))]),
        ("持续", vec![row(HEADER), returned.line(0, filled("未通过核实")), returned.line(1, filled("已救助"))]),
        (
            "我局",
            vec![
                row(HEADER),
                returned.line(2, filled("已救助")),
                returned.line(2, filled("密")),
                returned.line(1, [""; 4]),
            ],
        ),
    ];
    let ran = returned.reply("returned.xlsx", &workbook(&sheets), &[]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    let told: Vec<&str> = ran.stdout.lines().skip(1).take(6).collect();
    let words = "已纳入监测, 已救助, 未通过核实, 已在保障, 查无此人, 其他";
    let other = |place: &str| format!("answers the same warning as {place}, but not in the same way; keep one");
    let expected = [
        "lines 7, taken 1, repeated 1, unanswered 1, refused 4".to_owned(),
        format!("refused: sheet 新增 row 2 column A 预警编号: {}", other("sheet 持续 row 2")),
        format!("refused: sheet 持续 row 2 column A 预警编号: {}", other("sheet 新增 row 2")),
        format!("refused: sheet 3 row 2 column A 预警编号: {}", other("sheet 3 row 3")),
        format!("refused: sheet 3 row 3 column E 反馈结果: holds text that is none of {words}"),
        format!("refused: sheet 3 row 3 column A 预警编号: {}", other("sheet 3 row 2")),
    ];
    assert_eq!(told, expected);
    returned.night(NEXT);
    returned.expect_answers(NEXT, &[(1, "assisted 2025-12-03 - -")]);
}

#[test]
fn the_same_file_given_twice_changes_nothing() {
    let returned = Returned::new();
    let bytes = workbook(&[("新增", vec![row(HEADER), returned.line(0, ["已救助", "", "", ""])])]);
    assert_eq!(returned.reply("returned.xlsx", &bytes, &[]).code, 0);
    let before = returned.house.published();
    let name = returned.folder();
    let name = name.file_name().unwrap().to_str().unwrap();
    for received in [RECEIVED, "2025-12-09"] {
        let ran = returned.reply("again.xlsx", &bytes, &["--received", received]);
        let expected = format!(
            "HOME/again.xlsx: was given before and is kept as HOME/published/replies/{name}; nothing was changed\n"
        );
        assert_eq!((ran.code, ran.stdout), (0, expected));
    }
    assert_eq!(returned.house.published(), before);
}

#[test]
fn a_list_with_a_password_is_opened_with_the_one_in_the_file() {
    let returned = Returned::new();
    let plain = workbook(&[("新增", vec![row(HEADER), returned.line(0, ["已救助", "", "", ""])])]);
    let mut random = ChaCha20Rng::from_seed([7; 32]);
    let mut writer = Ecma376AgileWriter::create(&mut random, "防贫 2025", Cursor::new(Vec::new())).unwrap();
    writer.write_all(&plain).unwrap();
    let locked = writer.into_inner().unwrap().into_inner();
    let private = |name: &str, text: &str| {
        let path = returned.file(name, text.as_bytes());
        fs::set_permissions(path, fs::Permissions::from_mode(0o600)).unwrap();
    };
    private("right", "防贫 2025\n");
    private("wrong", "2025\n");
    private("blank", "\n");
    let open = returned.file("open", "防贫 2025\n".as_bytes());
    fs::set_permissions(open, fs::Permissions::from_mode(0o644)).unwrap();
    let cases = [
        (vec![], 65, "HOME/returned.xlsx: has a password; name the file that holds it with --password-file"),
        (
            vec!["--password-file", "HOME/wrong"],
            65,
            "HOME/returned.xlsx: does not open with the password in --password-file; see that it is the list's own",
        ),
        (
            vec!["--password-file", "HOME/blank"],
            78,
            "--password-file: the password file HOME/blank is empty, expected a password",
        ),
        (
            vec!["--password-file", "HOME/open"],
            78,
            "--password-file: the password file HOME/open has mode 644, so that others can reach it; let its owner \
             alone read it: chmod 600",
        ),
        (vec!["--password-file", "HOME/none"], 66, "HOME/none: no such password file; see that the path is right"),
    ];
    for (more, code, told) in cases {
        let ran = returned.reply("returned.xlsx", &locked, &more);
        assert_eq!((ran.code, ran.told()), (code, vec![told]));
    }
    // The office's own password, unless a file is named.
    returned.house.edit("job.toml", "plain   = true", "password_file = \"wrong\"");
    let ran = returned.reply("returned.xlsx", &locked, &[]);
    let told = "HOME/returned.xlsx: does not open with the password of office `civil_affairs`; name the file that holds \
                the list's own with --password-file";
    assert_eq!((ran.code, ran.told()), (65, vec![told]));
    let named = returned.reply("returned.xlsx", &locked, &["--password-file", "HOME/right"]);
    assert_eq!(named.code, 0, "{}", named.stderr);
    fs::remove_dir_all(returned.house.path("published/replies")).unwrap();
    returned.house.edit("job.toml", "\"wrong\"", "\"right\"");
    let ran = returned.reply("returned.xlsx", &locked, &[]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert_eq!(fs::read(returned.folder().join("original.xlsx")).unwrap(), locked);
    returned.night(NEXT);
    returned.expect_answers(NEXT, &[(0, "assisted 2025-12-04 - -")]);
}

/// The workbook with each of its parts as `change` has it, and without those for which it has none.
fn repacked(bytes: &[u8], change: impl Fn(&str, String) -> Option<String>) -> Vec<u8> {
    let mut from = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
    let mut to = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for index in 0..from.len() {
        let mut part = from.by_index(index).unwrap();
        let name = part.name().unwrap().into_owned();
        let mut text = String::new();
        part.read_to_string(&mut text).unwrap();
        if let Some(text) = change(&name, text) {
            to.start_file(name, zip::write::SimpleFileOptions::default()).unwrap();
            to.write_all(text.as_bytes()).unwrap();
        }
    }
    to.finish().unwrap().into_inner()
}

#[test]
fn a_workbook_that_claims_more_texts_than_it_holds_is_refused() {
    let returned = Returned::new();
    let list = workbook(&[("新增", vec![row(HEADER), returned.line(0, ["已救助", "", "", ""])])]);
    // Eight headings, and of the line its number, the person's, the name, the cost and the outcome.
    let claiming = |count: &str| {
        repacked(&list, |name, text| {
            let changed = text.replace("uniqueCount=\"13\"", &format!("uniqueCount = '{count}'"));
            assert_eq!(changed != text, name == "xl/sharedStrings.xml", "{name}: {text}");
            Some(changed)
        })
    };
    let ran = returned.reply("returned.xlsx", &claiming("99999999999999"), &[]);
    let told = "HOME/returned.xlsx: cannot be read as a workbook; open it, save it again as .xlsx and try that";
    assert_eq!((ran.code, ran.told()), (65, vec![told]));
    assert_eq!(returned.reply("returned.xlsx", &claiming("14"), &[]).code, 0);
}

#[test]
fn a_sheet_that_does_not_open_is_told_and_the_others_are_read() {
    let returned = Returned::new();
    let sheets = ["新增", "持续"].into_iter().zip([0, 1]);
    let sheets: Vec<_> =
        sheets.map(|(name, who)| (name, vec![row(HEADER), returned.line(who, ["已救助", "", "", ""])])).collect();
    let list = repacked(&workbook(&sheets), |name, text| (name != "xl/worksheets/sheet2.xml").then_some(text));
    let ran = returned.reply("returned.xlsx", &list, &[]);
    let told = "refused: sheet 持续 row 1: the sheet does not open, and nothing on it was read; open the list, save it \
                again as .xlsx and give it once more\n";
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert!(ran.stdout.contains("taken 1,") && ran.stdout.contains(told), "{}", ran.stdout);
}

#[test]
fn what_is_no_list_of_ours_is_refused_and_nothing_is_kept() {
    let returned = Returned::new();
    let no_header = "HOME/returned: no sheet has a header with 预警编号 and 反馈结果 in its first rows, so it is no list of \
                     ours; expected the list as it was sent, as .xlsx or as .csv with commas";
    let no_list = "HOME/returned: is neither a workbook (.xlsx) nor text in UTF-8 or GB18030; expected the list as it was \
                   sent";
    let line = |filled| returned.line(0, filled);
    let twice = [HEADER.as_slice(), &["备注"]].concat().into_iter().map(Put::from).collect();
    let cases: Vec<(Vec<u8>, Vec<&str>)> = vec![
        (Vec::new(), vec![no_header]),
        (b"a,b\n1,2\n".to_vec(), vec![no_header]),
        (csv("\n", &[row(HEADER)]).replace(',', ";").into_bytes(), vec![no_header]),
        (workbook(&[("新增", vec![row(["预警编号", "姓名"])])]), vec![no_header]),
        (vec![0xFF, 0xFE, 0, 0xFF], vec![no_list]),
        (
            b"PK\x03\x04 and nothing more".to_vec(),
            vec!["HOME/returned: cannot be read as a workbook; open it, save it again as .xlsx and try that"],
        ),
        (
            b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1".to_vec(),
            vec!["HOME/returned: is a workbook of the old form (.xls); save it as .xlsx"],
        ),
        (
            workbook(&[("新增", vec![row(HEADER)])]),
            vec!["HOME/returned: has no line with a warning's number; expected the list as it was sent"],
        ),
        (
            workbook(&[("新增", vec![row(HEADER), line([""; 4])])]),
            vec!["HOME/returned: has no answer on any line; was it saved after it was filled in?"],
        ),
        (
            workbook(&[("新增", vec![twice, line(["已救助", "", "", ""])])]),
            vec![
                "HOME/returned: holds nothing that can be used, and was not kept",
                "HOME/returned: sheet 新增 row 1 column I 备注: is there twice, expected one; take the other out: the sheet was \
             not read",
            ],
        ),
    ];
    let before = returned.house.published();
    for (bytes, told) in cases {
        let ran = returned.reply("returned", &bytes, &[]);
        assert_eq!((ran.code, ran.told()), (65, told));
    }
    assert_eq!(returned.house.published(), before);
}

#[test]
fn a_reply_says_who_and_when_and_comes_after_the_nights_that_stand() {
    let returned = Returned::new();
    let bytes = workbook(&[("新增", vec![row(HEADER), returned.line(0, ["已救助", "", "", ""])])]);
    let told = |more: &[&str]| {
        let ran = returned.reply("returned.xlsx", &bytes, more);
        (ran.code, ran.told().join("\n"))
    };
    let early = "--received 2025-12-01: the night of 2025-12-02 is published already and would have used it; give 2025-12-02 \
                 or a later day: when something was done is said in the list itself";
    assert_eq!(told(&["--received", "2025-12-01"]), (64, early.to_owned()));
    let (code, future) = told(&["--received", "2999-01-01"]);
    assert_eq!((code, future.as_str()), (64, "--received 2999-01-01: is yet to come; give the day of receipt"));
    assert_eq!(told(&["--office", "health"]), (64, "--office health: expected one of civil_affairs".to_owned()));
    let other = OFFICE.replace("civil_affairs", "health");
    let job = fs::read_to_string(returned.house.path("job.toml")).unwrap();
    fs::write(returned.house.path("job.toml"), format!("{job}{other}")).unwrap();
    let who = "say with --office who answers, expected one of civil_affairs, health";
    assert_eq!(told(&[]), (64, who.to_owned()));
    let ran = returned.house.fangpin(&["reply", "HOME/none.csv", "--job", "HOME/job.toml", "--office", "health"]);
    let missing = "HOME/none.csv: no such returned list; see that the path is right";
    assert_eq!((ran.code, ran.told()), (66, vec![missing]));
    fs::create_dir(returned.house.path("empty")).unwrap();
    let elsewhere = told(&["--office", "health", "--published", "HOME/empty"]);
    assert_eq!(elsewhere, (66, "HOME/empty: holds no night yet, so no warning can have been answered".to_owned()));
    assert_eq!(told(&["--office", "civil_affairs"]), (0, String::new()));
}

#[test]
fn the_newest_answer_counts_and_a_night_run_again_uses_the_same_replies() {
    let returned = Returned::new();
    let one = |name: &str, filled: [&str; 4], received: &str| {
        let bytes = workbook(&[("新增", vec![row(HEADER), returned.line(0, filled)])]);
        let ran = returned.reply(name, &bytes, &["--received", received]);
        assert_eq!(ran.code, 0, "{}", ran.stderr);
    };
    // Of those of one day the one that was given last counts, whatever day it gives: who sends a list again the same
    // afternoon corrects it, and the day of the handling may be what was wrong.
    one("a1.xlsx", ["已救助", "2025-12-03", "", ""], RECEIVED);
    one("a2.xlsx", ["已在保障", "2025-12-04", "", ""], RECEIVED);
    one("a3.xlsx", ["其他", "2025-12-04", "住院", ""], RECEIVED);
    one("b.xlsx", ["未通过核实", "2025-12-02", "", ""], RECEIVED);
    one("c.xlsx", ["已在保障", "2025-12-02", "", ""], "2025-12-06");
    returned.night(NEXT);
    returned.expect_answers(NEXT, &[(0, "not_confirmed 2025-12-02 - -")]);
    let used =
        |night: &str| manifest(&returned.house.path("published").join(night))["replies"].as_array().unwrap().len();
    assert_eq!((used(NIGHT), used(NEXT)), (0, 4));
    // Received on the day of a night that stands: the next one uses it, that one never.
    one("d.xlsx", ["已纳入监测", "2025-12-05", "", ""], NEXT);
    let before = files_below(&returned.house.path("published").join(NEXT));
    let ran = returned.house.run(NEXT, &["--replace"]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert_eq!(files_below(&returned.house.path("published").join(NEXT)), before);
    returned.night("2025-12-06");
    // Received later, though made earlier.
    returned.expect_answers("2025-12-06", &[(0, "already_covered 2025-12-02 - -")]);
    assert_eq!(used("2025-12-06"), 6);
}

/// Costs of everybody but the first two, so that their warnings are cleared; with `all`, of these too.
fn deliver_costs(returned: &Returned, all: bool) {
    let cost = |who: usize| if who == 4 { "25000.00" } else { "15000.00" };
    let people = returned.people.iter().enumerate().filter(|(who, _)| all || *who > 1);
    let costs: Vec<_> = people.map(|(who, person)| settlement(&format!("S{who}"), cost(who)).of(person)).collect();
    returned.house.deliver("settlements", &costs);
}

#[test]
fn monitoring_lasts_and_each_office_is_left_in_quiet_as_it_asked_itself() {
    let returned = Returned::of_job(&OFFICE.replace("civil_affairs", "health").replace("民政局", "卫健委"));
    let reply = |name: &str, office: &str, received: &str, lines: Vec<Vec<Put>>| {
        let rows = [vec![row(HEADER)], lines].concat();
        let more = ["--office", office, "--received", received];
        let ran = returned.reply(name, &workbook(&[("新增", rows)]), &more);
        assert_eq!(ran.code, 0, "{}", ran.stderr);
        ran.stdout
    };
    let of = |night: &str, who: usize| {
        let mut ledger = returned.ledger(night);
        let row = ledger.remove(&returned.people[who]).unwrap();
        let columns = ["state", "answer", "monitored", "quiet_offices"];
        columns.map(|column| cell(&row, column)).join(" ")
    };
    let line = |who, filled| returned.line(who, filled);
    let asked = ["已纳入监测", "2025-12-03", "月底统一", "2026-01-31"];
    reply("a.xlsx", "civil_affairs", RECEIVED, vec![line(0, asked), line(1, ["已救助", "", "月底", "2025-12-31"])]);
    reply("b.xlsx", "health", RECEIVED, vec![line(0, ["已救助", "", "", ""])]);
    returned.night(NEXT);
    assert_eq!(of(NEXT, 0), "continued assisted true civil_affairs 2026-01-31");
    assert_eq!(of(NEXT, 1), "continued assisted false civil_affairs 2025-12-31");

    // Opened again: who is monitored stays so; the other is to be looked at anew.
    deliver_costs(&returned, false);
    returned.night("2025-12-06");
    deliver_costs(&returned, true);
    returned.night("2025-12-07");
    assert_eq!(of("2025-12-07", 0), "reopened assisted true civil_affairs 2026-01-31");
    assert_eq!(of("2025-12-07", 1), "reopened - false -");

    // What was done before it was opened again is no answer to it, unless it is that the person is monitored.
    let early = |outcome| vec![line(1, [outcome, "2025-12-03", "", ""]), line(2, ["已救助", "", "", ""])];
    let told = reply("c.xlsx", "health", "2025-12-07", early("已救助"));
    let refused = "refused: sheet 新增 row 2 column F 办理日期: is before the warning was there, expected a day from \
                   2025-12-07 on\n";
    assert!(told.contains("taken 1,") && told.contains(refused), "{told}");
    let told = reply("d.xlsx", "civil_affairs", "2025-12-07", early("已纳入监测"));
    assert!(told.contains("taken 2,"), "{told}");
    reply("e.xlsx", "health", "2025-12-07", vec![line(0, ["未通过核实", "2025-12-07", "", ""])]);
    returned.night("2025-12-08");
    assert_eq!(of("2025-12-08", 0), "continued not_confirmed false civil_affairs 2026-01-31");
    assert_eq!(of("2025-12-08", 1), "continued monitored true -");
    // The office's own newest answer no longer asks for quiet.
    reply("f.xlsx", "civil_affairs", "2025-12-08", vec![line(0, ["已在保障", "2025-12-08", "", ""])]);
    returned.night("2025-12-09");
    assert_eq!(of("2025-12-09", 0), "continued already_covered false -");
}

#[test]
fn a_warning_of_which_no_list_has_told_cannot_be_answered() {
    let returned = Returned::new();
    returned.house.edit("job.toml", "[\"150700\"]", "[\"150800\"]");
    assert_eq!(returned.house.run(NIGHT, &["--replace"]).code, 0);
    let bytes = workbook(&[("新增", vec![row(HEADER), returned.line(0, ["已救助", "", "", ""])])]);
    let ran = returned.reply("returned.xlsx", &bytes, &[]);
    let told = "HOME/returned.xlsx: sheet 新增 row 2 column A 预警编号: is that of a warning of which no list has told yet, \
                or none since it was opened again; answer it in the list that will";
    assert_eq!((ran.code, ran.told().last().copied()), (65, Some(told)));
}

#[test]
fn an_office_answers_only_what_lists_told_it() {
    let health = OFFICE.replace("civil_affairs", "health").replace("民政局", "卫健委");
    let returned = Returned::of_job(&health.replace(", \"fall_into_poverty\"]", "]"));
    // The last of the people stands under the rule that the health office does not receive.
    let rows = vec![row(HEADER), returned.line(0, ["已救助", "", "", ""]), returned.line(4, ["已救助", "", "", ""])];
    let ran = returned.reply("returned.xlsx", &workbook(&[("新增", rows.clone())]), &["--office", "health"]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    let refused = "refused: sheet 新增 row 3 column A 预警编号: is that of a warning of which lists told other offices, \
                   not health; say who answers\n";
    assert!(ran.stdout.contains("taken 1,") && ran.stdout.contains(refused), "{}", ran.stdout);
    let ran = returned.reply("other.xlsx", &workbook(&[("持续", rows)]), &["--office", "civil_affairs"]);
    assert!(ran.stdout.contains("taken 2,"), "{}", ran.stdout);
}

#[test]
fn a_reply_that_was_changed_refuses_the_night() {
    let returned = Returned::new();
    let bytes = workbook(&[("新增", vec![row(HEADER), returned.line(0, ["已救助", "", "", ""])])]);
    assert_eq!(returned.reply("returned.xlsx", &bytes, &[]).code, 0);
    returned.night(NEXT);
    let folder = returned.folder();
    let name = folder.file_name().unwrap().to_str().unwrap().to_owned();
    let refused = |told: &str| {
        let before = returned.house.published();
        let ran = returned.tells_nobody(returned.house.run("2025-12-06", &[]));
        let found = ran.told().join("\n");
        assert_eq!(ran.code, 65, "{found}");
        assert!(found.starts_with(&format!("HOME/published/replies/{name}{told}")), "{found}");
        assert_eq!(returned.house.published(), before);
    };
    for file in ["original.xlsx", "answers.parquet"] {
        let path = folder.join(file);
        let kept = fs::read(&path).unwrap();
        let mut changed = kept.clone();
        changed[kept.len() / 2] ^= 1;
        fs::write(&path, changed).unwrap();
        refused(&format!("/{file}: has SHA-256 "));
        fs::remove_file(&path).unwrap();
        refused(&format!("/{file}: is missing; put the reply back as it was kept, from a copy"));
        fs::write(&path, kept).unwrap();
    }
    let record = folder.join("reply.json");
    let kept = fs::read_to_string(&record).unwrap();
    fs::write(&record, kept.replace("\"refused\": 0", "\"refused\": 1")).unwrap();
    refused(": is not what the night at HOME/published/2025-12-05 was made from");
    fs::write(&record, &kept).unwrap();
    fs::rename(&folder, returned.house.path("aside")).unwrap();
    refused(": is not what the night at HOME/published/2025-12-05 was made from");
    fs::rename(returned.house.path("aside"), &folder).unwrap();
    returned.night("2025-12-06");
}

#[test]
fn a_reply_is_kept_whole_and_nobody_else_can_read_it() {
    let returned = Returned::new();
    let rows = vec![
        row(HEADER),
        returned.line(0, ["其他", "2025-12-03", "住院", "2025-12-31"]),
        returned.line(1, ["密", "", "", ""]),
    ];
    let bytes = workbook(&[("新增", rows)]);
    assert_eq!(returned.reply("returned.xlsx", &bytes, &[]).code, 0);
    let folder = returned.folder();
    let all = files_below(&folder);
    assert_eq!(all.keys().collect::<Vec<_>>(), ["answers.parquet", "original.xlsx", "reply.json"]);
    assert_eq!(all["original.xlsx"], bytes);
    let mode = |path: PathBuf| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    all.keys().for_each(|name| assert_eq!(mode(folder.join(name)), 0o600, "{name}"));
    assert_eq!((mode(folder.clone()), mode(returned.house.path("published/replies"))), (0o700, 0o700));

    let table = fangpin::contract::table("answers");
    let answers = read(&folder.join("answers.parquet"));
    let expected = [
        ("warning_id", returned.ids[0].as_str()),
        ("outcome", "other"),
        ("on", "2025-12-03"),
        ("remark", "住院"),
        ("quiet_until", "2025-12-31"),
        ("office", "civil_affairs"),
        ("sheet", "新增"),
        ("row", "2"),
    ];
    assert_eq!(
        answers,
        [expected.map(|(name, value)| (name.to_owned(), value.to_owned())).into_iter().collect::<Cells>()]
    );
    assert_eq!(
        table.columns.iter().map(|column| column.name.as_str()).collect::<Vec<_>>(),
        expected.map(|(name, _)| name)
    );

    let record: serde_json::Value = serde_json::from_slice(&all["reply.json"]).unwrap();
    assert_eq!(record["counts"]["lines"], 2);
    assert_eq!(record["faults"][0]["row"], 3);
    assert_eq!((&record["office"], &record["night"]), (&"civil_affairs".into(), &NIGHT.into()));
    assert_eq!(
        record["original"]["sha256"].as_str().unwrap()[..16],
        folder.to_str().unwrap()[folder.to_str().unwrap().len() - 16..]
    );
}

#[test]
fn a_stray_cell_in_the_last_corner_costs_nothing() {
    let returned = Returned::new();
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    for (column, cell) in (0..).zip(HEADER) {
        sheet.write_string(0, column, cell).unwrap();
    }
    sheet.write_string(1, 0, &returned.ids[0]).unwrap();
    sheet.write_string(1, 1, &returned.people[0]).unwrap();
    sheet.write_string(1, 4, "已救助").unwrap();
    sheet.write_string(1_048_575, 16_383, "密").unwrap();
    let ran = returned.reply("returned.xlsx", &book.save_to_buffer().unwrap(), &[]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert!(ran.stdout.contains("lines 1, taken 1,"), "{}", ran.stdout);
}

/// A row of `responses.parquet`: rule, office, township, and the counts in its order.
fn responses(returned: &Returned, night: &str) -> Vec<String> {
    let rows = returned.house.read(night, "responses");
    let columns = [
        "rule",
        "office",
        "area_code",
        "town_code",
        "sent",
        "answered",
        "confirmed",
        "not_confirmed",
        "nobody_found",
        "other",
        "overdue",
    ];
    let text = |row: &Cells| columns.map(|column| cell(row, column)).join(" ");
    rows.iter().map(text).collect()
}

#[test]
fn answers_are_due_in_working_days_and_those_that_are_overdue_are_counted() {
    let returned = Returned::of_job("\n[replies]\nanswer_within_working_days = 3\n");
    // Told on Tuesday; Wednesday, Thursday and Friday are worked.
    let due: Vec<String> =
        returned.ledger(NIGHT).into_values().map(|row| format!("{} {}", row["sent_on"], row["answer_due"])).collect();
    assert_eq!(due, ["2025-12-02 2025-12-05"; 5]);
    let nobody = |count| format!("civil_affairs 150721 {count} 0 0 0 0 0 0");
    let untouched = [
        "fall_into_poverty civil_affairs 150721 - 1 0 0 0 0 0 0".to_owned(),
        format!("return_to_poverty {}", nobody("- 3")),
        format!("return_to_poverty {}", nobody("150721100 1")),
    ];
    assert_eq!(responses(&returned, NIGHT), untouched);
    let filled = |outcome| [outcome, "", "", ""];
    let rows = vec![
        row(HEADER),
        returned.line(0, filled("已在保障")),
        returned.line(1, filled("未通过核实")),
        returned.line(3, filled("查无此人")),
    ];
    assert_eq!(returned.reply("returned.xlsx", &workbook(&[("新增", rows)]), &[]).code, 0);

    // On the day itself nothing is overdue.
    returned.night(NEXT);
    let answered = |overdue: u32| {
        [
            format!("fall_into_poverty civil_affairs 150721 - 1 0 0 0 0 0 {overdue}"),
            format!("return_to_poverty civil_affairs 150721 - 3 2 1 1 0 0 {overdue}"),
            "return_to_poverty civil_affairs 150721 150721100 1 1 0 0 1 0 0".to_owned(),
        ]
    };
    assert_eq!(responses(&returned, NEXT), answered(0));
    let ran = returned.tells_nobody(returned.house.run("2025-12-06", &["--metrics", "HOME/metrics.prom"]));
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert_eq!(responses(&returned, "2025-12-06"), answered(1));
    let table = "
answers            sent  answered  confirmed  not confirmed  overdue  hit rate
fall_into_poverty     1         0          0              0        1         -
return_to_poverty     4         3          1              1        1    33.3 %
  civil_affairs       5         3          1              1        2    33.3 %
  150721100           1         1          0              0        0     0.0 %
all                   5         3          1              1        2    33.3 %
";
    assert!(ran.stdout.contains(table), "{}", ran.stdout);
    let of = |sent: u32, answered: u32, confirmed: u32, overdue: u32| {
        serde_json::json!({"sent": sent, "answered": answered, "confirmed": confirmed,
                           "not_confirmed": confirmed, "overdue": overdue})
    };
    let expected = serde_json::json!({
        "all": of(5, 3, 1, 2),
        "by_rule": {"fall_into_poverty": of(1, 0, 0, 1), "return_to_poverty": of(4, 3, 1, 1)},
        "by_office": {"civil_affairs": of(5, 3, 1, 2)},
        "by_town": {"150721100": of(1, 1, 0, 0)},
    });
    let manifest = manifest(&returned.house.path("published/2025-12-06"));
    assert_eq!(manifest["responses"], expected);
    assert_eq!(manifest["replies"].as_array().unwrap().len(), 1);
    assert!(manifest["holidays"]["file"].as_str().unwrap().ends_with("holidays.toml"));
    let metrics = fs::read_to_string(returned.house.path("metrics.prom")).unwrap();
    for line in [
        "fangpin_answers{rule=\"return_to_poverty\",what=\"answered\"} 3\n",
        "fangpin_answers{rule=\"return_to_poverty\",what=\"confirmed\"} 1\n",
        "fangpin_answers_overdue 2\n",
        "fangpin_answers_overdue{office=\"civil_affairs\"} 2\n",
    ] {
        assert!(metrics.contains(line), "{line}{metrics}");
    }
}

#[test]
fn the_list_that_a_night_wrote_comes_back_as_text() {
    let returned = Returned::new();
    let house = &returned.house;
    house.edit("job.toml", "form    = \"xlsx\"", "form = \"csv\"\nencoding = \"gb18030\"");
    assert_eq!(house.run(NIGHT, &["--replace"]).code, 0);
    let lists = house.path("published").join(NIGHT).join("lists/civil_affairs");
    let (_, list) = files_below(&lists).pop_first().unwrap();
    let (text, _, broken) = GB18030.decode(&list);
    assert!(!broken);
    let mut lines = text.lines().map(|line| line.split(',').map(str::to_owned).collect::<Vec<_>>());
    let header = lines.next().unwrap();
    let at = header.iter().position(|cell| cell == "反馈结果").unwrap();
    let mut filled = vec![header];
    filled.extend(lines.map(|mut line| {
        line[at] = "已纳入监测".to_owned();
        line
    }));
    let filled: String = filled.into_iter().map(|line| line.join(",") + "\r\n").collect();
    let ran = returned.reply("returned.csv", &GB18030.encode(&filled).0, &[]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert!(ran.stdout.contains("lines 5, taken 5, repeated 0, unanswered 0, refused 0\n"), "{}", ran.stdout);
    returned.night(NEXT);
    assert_eq!(returned.answers(NEXT).len(), 5);
}
