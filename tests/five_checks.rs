//! The five checks (五查): every answer worked out by hand, and the workbooks for those who visit households.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::BufReader;
use std::path::Path;

use calamine::{Reader, Xlsx};

use crate::harness::{AS_OF, Cells, House, Row, cell, read, settlement};
use crate::town::{Somebody, Town, holds, id, row_of};

/// The five answers about somebody, in order: `+` yes, `-` no, `?` cannot be told, `.` not asked.
fn answers(rows: &[Cells], number: u64) -> String {
    let row = row_of(rows, number);
    let sign = |question: &&str| match cell(row, question) {
        "yes" => '+',
        "no" => '-',
        "cannot_be_told" => '?',
        "not_asked" => '.',
        other => panic!("{other}"),
    };
    ["enrolled", "subsidised", "one_stop", "benefits", "told"].iter().map(sign).collect()
}

fn town() -> Town {
    let mut town = Town::of();
    for table in ["settlements", "outreach"] {
        town.tables.insert(table, Vec::new());
    }
    // Of and to somebody in no register: a table without a row would count as not delivered.
    let _ = Somebody { id: id(99), town: &mut town }.settled("11", "2025-01-02", "10.00", ("0.00", "0.00"));
    town.put("outreach", Row::new(&[("certno", &id(999)), ("done_on", "2025-01-15"), ("channel", "1")]));
    town
}

/// Somebody who is there already.
fn again(town: &mut Town, number: u64) -> Somebody<'_> {
    Somebody { id: id(number), town }
}

impl Somebody<'_> {
    fn told(self, done_on: &str) -> Self {
        let row = Row::new(&[("certno", &self.id), ("done_on", done_on), ("channel", "1")]);
        self.town.put("outreach", row);
        self
    }

    /// A stay that basic insurance left so much of in scope, and what the two layers above paid of it.
    fn treated(self, day: &str, left: &str, (critical, assistance): (&str, &str)) -> Self {
        self.settled("21", day, left, (critical, assistance))
    }

    fn settled(self, care: &str, day: &str, left: &str, (critical, assistance): (&str, &str)) -> Self {
        let number = self.town.tables["settlements"].len();
        let row = settlement(&format!("s{number}"), left)
            .of(&self.id)
            .at(&format!("{day} 10:00:00"))
            .with("med_type", care)
            .with("inscp_amt", left)
            .with("hifmi_pay", critical)
            .with("maf_pay", assistance);
        self.town.put("settlements", row);
        self
    }
}

/// Somebody of 低保 enrolled, subsidised and told, as the table below has it; of 8000.00 left in scope critical-illness
/// insurance owes 65 % of what is above 6000.00, that is 1300.00, and assistance 70 % of the other 6700.00: 4690.00.
#[test]
fn each_question_is_answered_by_the_audit_that_knows() {
    let mut town = town();
    let all = "correct all_five - -";
    let some = "fault some_of_five - -";
    let untold = "cannot_be_told no_data - -";
    let sound = |town: &mut Town, about, expected| {
        let _ = town.somebody(about, "2", expected).subsidised("200.00", "2024-10-15").told("2025-03-01");
        town.expected.len() as u64
    };
    let mut shown: Vec<(u64, &str)> = Vec::new();

    let one = sound(&mut town, "all of it", all);
    let _ = again(&mut town, one).treated("2025-03-01", "8000.00", ("1300.00", "4690.00"));
    shown.push((one, "+++++"));
    let one = sound(&mut town, "nothing settled", all);
    shown.push((one, "++..+"));
    let one = sound(&mut town, "nothing due above basic insurance but assistance", all);
    let _ = again(&mut town, one).treated("2025-03-01", "100.00", ("0.00", "70.00"));
    shown.push((one, "+++++"));
    let one = sound(&mut town, "an ordinary out-patient", all);
    let _ = again(&mut town, one).settled("11", "2025-03-01", "100.00", ("0.00", "0.00"));
    shown.push((one, "++..+"));
    let one = sound(&mut town, "assistance paid afterwards, on no cost", some);
    let _ = again(&mut town, one).treated("2025-03-01", "8000.00", ("1300.00", "0.00")).treated(
        "2025-04-01",
        "0.00",
        ("0.00", "4690.00"),
    );
    shown.push((one, "++-++"));
    // The second stay owes 650.00 and 70 % of the other 350.00, 245.00, and pays the 90.00 that the first did not.
    let one = sound(&mut town, "right over the year, not stay by stay", some);
    let _ = again(&mut town, one).treated("2025-03-01", "8000.00", ("1300.00", "4600.00")).treated(
        "2025-04-01",
        "1000.00",
        ("650.00", "335.00"),
    );
    shown.push((one, "++-++"));
    let one = sound(&mut town, "two fen less than due", some);
    let _ = again(&mut town, one).treated("2025-03-01", "8000.00", ("1300.00", "4689.98"));
    shown.push((one, "+++-+"));
    let one = sound(&mut town, "more than due", all);
    let _ = again(&mut town, one).treated("2025-03-01", "8000.00", ("1300.00", "4700.00"));
    shown.push((one, "+++++"));
    let one = sound(&mut town, "nothing paid of what is due", some);
    let _ = again(&mut town, one).treated("2025-03-01", "8000.00", ("0.00", "0.00"));
    shown.push((one, "++?-+"));
    let _ = town.somebody("never told", "2", some).subsidised("200.00", "2024-10-15");
    shown.push((10, "++..-"));
    let _ = town.somebody("told last year", "2", some).subsidised("200.00", "2024-10-15").told("2024-12-31");
    shown.push((11, "++..-"));
    let _ = town.somebody("subsidised too little", "2", some).subsidised("199.99", "2024-10-15").told("2025-01-01");
    shown.push((12, "+-..+"));
    let _ = town.somebody("subsidised too much", "2", all).subsidised("200.01", "2024-10-15").told(AS_OF);
    shown.push((13, "++..+"));
    let _ = town.somebody("nothing collected", "2", some).told(AS_OF);
    shown.push((14, "+-..+"));
    let _ = town.somebody("no subsidy due", "9", all).subsidised("0.00", "2024-10-15").told(AS_OF);
    shown.push((15, "+...+"));
    let _ = town.nobody("not enrolled", some).is("2", "2021-01-01", "").told(AS_OF);
    shown.push((16, "-...+"));
    let _ = town
        .nobody("suspended", some)
        .is("2", "2021-01-01", "")
        .enrolled("390", "2", "2023-01-01", "2025-06-01")
        .subsidised("200.00", "2024-10-15")
        .told(AS_OF);
    shown.push((17, "-+..+"));
    let _ = town
        .nobody("in an unknown scheme", untold)
        .is("2", "2021-01-01", "")
        .enrolled("999", "1", "2023-01-01", "")
        .told(AS_OF);
    shown.push((18, "??..+"));
    let _ = town.nobody("in the register until the day before", "-").is("2", "2021-01-01", AS_OF).enrolled(
        "390",
        "1",
        "2023-01-01",
        "",
    );
    town.expected.pop();

    let (_house, verdicts, rows) = holds("five_checks", &town, "sample.toml", AS_OF);
    for (number, expected) in shown {
        assert_eq!(answers(&rows, number), expected, "{}", town.expected[number as usize - 1].1);
    }
    let evidence = |number: u64, question: &str| row_of(&rows, number)[&format!("{question}_evidence")].clone();
    assert_eq!(evidence(1, "one_stop"), "1笔结算当场支付大病保险或医疗救助");
    assert_eq!(evidence(5, "one_stop"), "1笔待遇在没有费用的结算中补付，首笔2025-04-01");
    assert_eq!(evidence(6, "one_stop"), "全年合计无误，自2025-03-01起有结算未当场付足");
    assert_eq!(evidence(1, "told"), "2025-03-01宣传（方式1）");
    assert_eq!(evidence(10, "told"), "本年度无宣传记录");
    assert!(evidence(12, "subsidised").ends_with("少资助0.01元"));
    let detail = |number: usize| verdicts[number - 1]["detail"].clone();
    assert_eq!(detail(10), "查参保：是；查缴费：是；查服务：不涉及；查待遇：不涉及；查宣传：否（本年度无宣传记录）");
    assert_eq!(verdicts[0]["reference"], "示例方案 (虚构) 第十三条");
}

#[test]
fn a_table_that_is_missing_leaves_its_question_open_and_no_other() {
    let expected = [
        ("outreach", "cannot_be_told no_data - -", "++++?"),
        ("settlements", "cannot_be_told no_data - -", "++??+"),
        ("contributions", "cannot_be_told no_data - -", "+?+++"),
        ("insured", "cannot_be_told no_data - -", "??+++"),
    ];
    for (missing, said, signs) in expected {
        let mut town = town();
        let _ = town.somebody("somebody", "2", said).subsidised("200.00", "2024-10-15").told("2025-03-01").treated(
            "2025-03-01",
            "8000.00",
            ("1300.00", "4690.00"),
        );
        town.tables.remove(missing);
        let (house, _, rows) = holds("five_checks", &town, "sample.toml", AS_OF);
        assert_eq!(answers(&rows, 1), signs, "{missing}");
        let manifest = fs::read_to_string(house.path("published").join(AS_OF).join("manifest.json")).unwrap();
        assert!(manifest.contains(&format!("`{missing}` was not delivered")), "{manifest}");
    }
}

#[test]
fn a_place_whose_document_asks_no_five_questions_is_not_applicable() {
    let mut town = town();
    let _ = town.somebody("somebody", "2", "not_applicable no_rule - -").told("2021-03-01");
    let (house, verdicts, rows) = holds("five_checks", &town, "yunnan.toml", "2021-03-31");
    assert_eq!(verdicts[0]["detail"], "云医保〔2020〕128号没有规定“五查”");
    assert_eq!(rows.len(), 0);
    let manifest = fs::read_to_string(house.path("published/2021-03-31/manifest.json")).unwrap();
    let warning = "five_checks: 云南省 (530000) has no [[five_checks]] on 2021-03-31: its document (云医保〔2020〕128号) \
                   asks for none; the audit is not applicable";
    assert_eq!(manifest.matches(warning).count(), 1, "{manifest}");
}

/// 二(一)1 of the banner's plan. The subsidy of 低保对象 has no figure there: that one was paid is all that is asked.
#[test]
fn the_banners_plan_asks_whether_a_subsidy_was_paid_and_not_how_much() {
    let mut town = town();
    for (about, subsidy) in [("paid", "200.00"), ("not paid", "0.00")] {
        let expected = if subsidy == "0.00" { "cannot_be_told no_data - -" } else { "correct all_five - -" };
        let _ = town
            .nobody(about, expected)
            .is("2", "2021-01-01", "")
            .enrolled("390", "1", "2021-01-01", "")
            .paid(("2024", "380.00"), (if subsidy == "0.00" { "380.00" } else { "180.00" }, subsidy), "2023-12-15")
            .told("2024-03-01");
    }
    let (_house, _, rows) = holds("five_checks", &town, "ewenki-banner.toml", "2024-06-30");
    assert_eq!((answers(&rows, 1), answers(&rows, 2)), ("++..+".to_owned(), "+?..+".to_owned()));
}

/// The sheets of a workbook, each row as text by heading; none has a formula.
fn workbook(path: &Path) -> BTreeMap<String, Vec<BTreeMap<String, String>>> {
    let mut book = Xlsx::new(BufReader::new(File::open(path).unwrap())).unwrap();
    let mut sheets = BTreeMap::new();
    for name in book.sheet_names() {
        assert!(book.worksheet_formula(&name).unwrap().is_empty(), "{name} has a formula");
        let range = book.worksheet_range(&name).unwrap();
        let text = |row: &[calamine::Data]| row.iter().map(ToString::to_string).collect::<Vec<String>>();
        let mut rows = range.rows().map(text);
        let headings = rows.next().unwrap();
        let row = |cells: Vec<String>| headings.iter().cloned().zip(cells).collect();
        sheets.insert(name, rows.map(row).collect());
    }
    sheets
}

#[test]
fn who_visits_households_gets_a_sheet_a_township() {
    let mut town = town();
    let places =
        [("150721101", "乙村"), ("150721101", "甲村"), ("150721/2*[x]", "=1+1"), ("", ""), ("150721101", "甲村")];
    for (index, (code, village)) in places.into_iter().enumerate() {
        let told = index == 4;
        let expected = if told { "correct all_five - -" } else { "fault some_of_five - -" };
        let one = town.somebody("somebody", "2", expected).subsidised("200.00", "2024-10-15");
        let one = if told { one.told("2025-03-01") } else { one };
        let certno = one.id.clone();
        let identities = town.tables.get_mut("identities").unwrap();
        let row = identities.iter_mut().rfind(|row| row.cell("certno") == Some(certno.as_str())).unwrap();
        let named = row.clone().with("town_code", code).with("village", village).with("household_id", "007");
        *row = if code.is_empty() { named.without("town_code").without("village") } else { named };
    }
    let (house, ..) = holds("five_checks", &town, "sample.toml", AS_OF);
    let path = house.path("published").join(AS_OF).join("five_checks/150721.xlsx");
    let book = workbook(&path);
    let sheets: Vec<&str> = book.keys().map(String::as_str).collect();
    assert_eq!(sheets, ["150721101", "150721_2__x_", "未注明乡镇", "说明"]);
    let stands: Vec<(&str, &str)> =
        book["150721101"].iter().map(|row| (row["村"].as_str(), row["证件号码"].as_str())).collect();
    assert_eq!(stands, [("乙村", id(1).as_str()), ("甲村", id(2).as_str())]);
    let row = &book["150721_2__x_"][0];
    for (heading, value) in [
        ("村", "=1+1"),
        ("户编号", "007"),
        ("姓名", "测试"),
        ("人员类别", "低保对象"),
        ("查参保", "是"),
        ("查缴费", "是"),
        ("查服务", "不涉及"),
        ("查待遇", "不涉及"),
        ("查宣传", "否"),
        ("未落实事项", "查宣传：本年度无宣传记录"),
    ] {
        let heading = if heading == "人员类别" { "全部人员类别" } else { heading };
        assert_eq!(row[heading], value, "{heading}");
    }
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    }
    let ran = house.fangpin(&["verify", &format!("HOME/published/{AS_OF}")]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
}

/// Subsidies, benefits and the five checks in one night: the same answers as apart.
#[test]
fn a_month_asks_the_five_questions_of_its_own_audits() {
    let mut town = town();
    let _ = town
        .somebody("somebody", "2", "correct all_five - -")
        .subsidised("200.00", "2024-10-15")
        .told("2025-03-01")
        .treated("2025-03-01", "8000.00", ("1300.00", "4690.00"));
    let (house, _, alone) = holds("five_checks", &town, "sample.toml", AS_OF);
    let job = fs::read_to_string(house.path("job.toml")).unwrap().replace("\"five_checks\"", "\"monthly\"");
    let owners = "[problems.subsidy]\nowner = \"a\"\ndays = 5\n[problems.benefits]\nowner = \"b\"\ndays = 5\n\
                  [problems.out_of_catalogue]\nowner = \"o\"\ndays = 5\n\
                  [problems.conduct]\nowner = \"c\"\ndays = 5\n\
                  [problems.cards]\nowner = \"k\"\ndays = 5\n[problems.fund]\nowner = \"e\"\ndays = 5\n";
    let job = job.replace("\"published\"", "\"monthly\"") + owners;
    fs::write(house.path("job.toml"), job).unwrap();
    let ran = house.run(AS_OF, &[]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    let folder = house.path("monthly").join(AS_OF);
    assert_eq!(read(&folder.join("five_checks.parquet")), alone);
    for audit in ["五查 five_checks", "资助参保 subsidy", "待遇落实 benefits"] {
        assert!(ran.stdout.contains(audit), "{}", ran.stdout);
    }
}

#[test]
#[cfg(unix)]
fn with_a_password_no_workbook_opens_without_it() {
    use std::os::unix::fs::PermissionsExt;
    let mut town = town();
    let _ = town.somebody("somebody", "2", "fault some_of_five - -").subsidised("200.00", "2024-10-15");
    let (house, ..) = holds("five_checks", &town, "sample.toml", AS_OF);
    fs::write(house.path("secret"), "Kaiyuan-2025-wucha\n").unwrap();
    fs::set_permissions(house.path("secret"), fs::Permissions::from_mode(0o600)).unwrap();
    house.edit("job.toml", "plain = true", "password_file = \"secret\"");
    house.edit("job.toml", "\"published\"", "\"sealed\"");
    let ran = house.run(AS_OF, &[]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    let open = |folder: &str| {
        let path = house.path(folder).join(AS_OF).join("five_checks/150721.xlsx");
        Xlsx::new(BufReader::new(File::open(path).unwrap())).is_ok()
    };
    assert_eq!((open("published"), open("sealed")), (true, false));
}

/// Whoever reads a policy file is told where the five questions are asked, and an entry without its article is refused.
#[test]
fn the_order_to_ask_is_shown_and_needs_its_article() {
    let house = House::new();
    let before = fs::read_to_string(house.path("policy.toml")).unwrap();
    let line = before.lines().count();
    let order = r#"
[[five_checks]]
from = 2021-01-01
reference = { title = "示例方案", article = "第十三条" }
reviewed = 2025-06-01
"#;
    fs::write(house.path("policy.toml"), format!("{before}{order}")).unwrap();
    let shown = house.fangpin(&["policy", "HOME/policy.toml", "--as-of", AS_OF]);
    assert_eq!(shown.code, 0, "{}", shown.stderr);
    let expected = "\nfive checks (五查)\n  reference  示例方案 第十三条\n  in force   from 2021-01-01, no end known, reviewed \
                    2025-06-01\n";
    assert!(shown.stdout.contains(expected), "{}", shown.stdout);

    let nameless = order.replace("reference = { title = \"示例方案\", article = \"第十三条\" }\n", "");
    fs::write(house.path("policy.toml"), format!("{before}{order}{nameless}")).unwrap();
    let refused = house.fangpin(&["policy", "HOME/policy.toml", "--as-of", AS_OF]);
    let message = format!("HOME/policy.toml line {}: [[five_checks]] needs `reference`, which is missing", line + 7);
    assert_eq!((refused.code, refused.told()), (78, vec![message.as_str()]));

    fs::write(house.path("policy.toml"), format!("{before}{order}{order}")).unwrap();
    let refused = house.fangpin(&["policy", "HOME/policy.toml", "--as-of", AS_OF]);
    let message = format!(
        "HOME/policy.toml line {}: [[five_checks]] stands twice from 2021-01-01 on: that of line {} holds too; let one \
         end where the other begins",
        line + 7,
        line + 2
    );
    assert_eq!((refused.code, refused.told()), (78, vec![message.as_str()]));
}
