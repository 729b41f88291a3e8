//! The page that explains one person's warning: every sum and every sentence about a row worked out by hand, for nights
//! that the program published; and whose number never stands anywhere.

#![cfg(test)]

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use fangpin::publish;

use crate::harness::{A, AS_OF, B, C, House, Night, Row, identity, income, payment, program, settlement, shipped};

/// How one explanation ended.
struct Page {
    code: i32,
    text: String,
    told: String,
}

impl Page {
    fn says(&self, lines: &[&str]) -> &Page {
        for line in lines {
            assert!(self.text.contains(line), "the page does not say {line:?}:\n{}", self.text);
        }
        self
    }
}

/// Asks for the page of a person, with the number on standard input. Whatever comes of it, the number is not told.
fn explain(night: &Path, number: &str, more: &[&str]) -> Page {
    let mut asked = assert_cmd::Command::from_std(program());
    asked.args(["explain", "--night"]).arg(night).args(["--person", "-"]).args(more);
    let done = asked.write_stdin(format!("{number}\n")).output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    let page = Page { code: done.status.code().unwrap(), text: text(done.stdout), told: text(done.stderr) };
    assert!(!page.text.contains(number) && !page.told.contains(number), "the number is told");
    page
}

/// The page of a person whom the night flags.
fn page(night: &Path, number: &str) -> Page {
    let page = explain(night, number, &[]);
    assert_eq!((page.code, page.told.as_str()), (0, ""));
    page
}

/// A's year: 21000.00 cost that counts, 9000.00 borne by others, so 12000.00 left; 10000.00 is the threshold.
fn many_rows() -> Vec<Row> {
    let paid = settlement("S1", "20000.00")
        .with("hifp_pay", "5000.00")
        .with("hifmi_pay", "1000.00")
        .with("maf_pay", "500.00")
        .with("cvlserv_pay", "300.00")
        .with("ownpay_hosp_part", "200.00");
    vec![
        paid,
        settlement("S2", "3000.00").at("2025-04-01 10:00:00"),
        settlement("S3", "-3000.00").at("2025-04-02 10:00:00").reverses("S2"),
        settlement("S4", "900.00").at("2025-05-01 10:00:00").updated("2025-05-01 10:00:00"),
        settlement("S4", "1000.00").at("2025-05-01 10:00:00").updated("2025-05-09 10:00:00"),
        settlement("S5", "700.00").at("2025-05-02 10:00:00").with("vali_flag", "0"),
        settlement("S6", "800.00").at("2024-12-31 10:00:00"),
        settlement("S7", "-50.00").at("2025-05-03 10:00:00").reverses("S0"),
        settlement("S8", "60.00").at("2025-12-01 10:00:00"),
    ]
}

/// A line of the sum, blanks between its parts aside.
fn sums(page: &Page) -> Vec<String> {
    let lines = page.text.lines().filter(|line| line.ends_with(" 元") && line.starts_with("  "));
    let plain = lines.map(|line| line.split_whitespace().collect::<Vec<_>>().join(" "));
    plain.filter(|line| !line.contains('×')).collect()
}

/// What the page says of each row, without its number: its first line, and its last.
fn fates(page: &Page) -> Vec<(String, String)> {
    let is_first = |line: &str| line.trim_start().split_once(". ").is_some_and(|(n, _)| n.parse::<u32>().is_ok());
    let rows = page.text.split("（10 笔，").nth(1).unwrap().split("\n\n").next().unwrap();
    let mut fates = Vec::new();
    for line in rows.lines().skip(1) {
        match line.trim_start().split_once(". ") {
            Some((_, head)) if is_first(line) => {
                fates.push((head.split_whitespace().collect::<Vec<_>>().join(" "), String::new()));
            }
            _ => line.trim().clone_into(&mut fates.last_mut().unwrap().1),
        }
    }
    fates
}

#[test]
fn a_page_says_what_counts_and_what_does_not_and_how_it_adds_up() {
    let night = Night::on(AS_OF).settlements(many_rows()).commercial([payment("P", "2025-06-01", "2000.00")]).run();
    let page = page(&night.folder, A);
    page.says(&[
        "姓名      测试\n",
        "证件号码  **************0011\n",
        "【因病返贫监测】",
        "个人负担 12,000.00 元，超过预警线 10,000.00 元，高出 2,000.00 元。",
        "2025-11-30 当日的人员类别是低保对象。低保对象适用“因病返贫监测”。",
        "年度个人负担超过上年农村常住居民人均可支配收入的 50%。",
        "依据      an invented plan 1\n",
        "150721 2024 年农村常住居民人均可支配收入 20,000.00 元（数据中没有\n            注明来源）。\n",
        "20,000.00 × 50% = 10,000.00 元\n",
        "2025-03-01：到这一天结束时，累计数第一次超过预警线。",
    ]);
    assert_eq!(
        sums(&page),
        [
            "医疗费总额 21,000.00 元",
            "- 基本医保 5,000.00 元",
            "- 大病保险 1,000.00 元",
            "- 医疗救助 500.00 元",
            "- 其他基金 300.00 元",
            "- 医院负担 200.00 元",
            "- 商业保险 2,000.00 元",
            "= 个人负担 12,000.00 元",
        ]
    );
    let expected = [
        ("2024-12-31 结算 S6", "未计入：不属于本年度"),
        ("2025-03-01 结算 S1", "计入"),
        ("2025-04-01 结算 S2", "计入，已由 S3 冲销，金额相抵"),
        ("2025-04-02 冲销 S3", "计入（冲销结算 S2，金额相抵）"),
        ("2025-05-01 结算 S4", "未计入：同一笔后来有更正，以最新的为准"),
        ("2025-05-01 结算 S4", "计入"),
        ("2025-05-02 结算 S5", "未计入：已作废或删除"),
        ("2025-05-03 冲销 S7", "未计入：冲销的原结算没有收到，暂不相抵"),
        ("2025-06-01 商业保险赔付", "计入"),
        ("2025-12-01 结算 S8", "未计入：在监测日之后"),
    ];
    assert_eq!(fates(&page), expected.map(|(row, fate)| (row.to_owned(), fate.to_owned())));
}

#[test]
fn a_fixed_amount_on_the_burden_within_the_scope_is_explained_as_what_it_is() {
    let row = settlement("S1", "30000.00")
        .with("hifp_pay", "5000.00")
        .with("hifmi_pay", "1000.00")
        .with("maf_pay", "500.00")
        .with("inscp_amt", "14500.00")
        .with("ownpay_hosp_part", "100.00");
    let night = Night::on(AS_OF)
        .policy("tests      = \"burden_total\"", "tests      = \"burden_in_scope\"")
        .policy("above     = { percent_of_income = \"50\" }", "at_least  = { amount = \"8000.00\" }")
        .policy("article = \"1\"", "article = \"1\", words = \"达到八千元的\"")
        .settlements([row])
        .commercial([payment("P", "2025-06-01", "999.00")])
        .run();
    let page = page(&night.folder, A);
    page.says(&[
        "政策范围内个人负担 8,000.00 元，恰好达到预警线 8,000.00 元。",
        "年度政策范围内个人负担达到 8,000.00 元。",
        "原文      “达到八千元的”\n",
        "预警线    8,000.00 元（固定数额）\n",
        "其中政策范围内 14,500.00",
    ]);
    assert!(!page.text.contains("参照收入"), "{}", page.text);
    assert_eq!(
        sums(&page),
        [
            "政策范围内费用 14,500.00 元",
            "- 基本医保 5,000.00 元",
            "- 大病保险 1,000.00 元",
            "- 医疗救助 500.00 元",
            "- 其他基金 0.00 元",
            "= 政策范围内个人负担 8,000.00 元",
        ]
    );
}

#[test]
fn of_several_rules_the_page_names_each_and_says_which_is_used() {
    let night = Night::on(AS_OF)
        .register([identity(A, "2"), identity(A, "5").in_file("b.parquet")])
        .settlements([settlement("S1", "10000.01")])
        .incomes([income("150721", "2024", "20000.01")])
        .run();
    let page = page(&night.folder, A);
    let text: String = page.text.split_whitespace().collect();
    for sentence in [
        "当日的人员类别是低保对象、边缘易致贫人口。",
        "适用的规则有“因病返贫监测”（预警线10,000.005元）、“因病致贫监测”（预警线20,000.01元），",
        "按预警线最低的一条办理：低保对象适用“因病返贫监测”。",
        "个人负担10,000.01元，超过预警线10,000.005元，高出0.005元。",
    ] {
        assert!(text.contains(sentence), "{sentence}\n{}", page.text);
    }
}

#[test]
fn an_older_income_is_called_provisional_and_its_source_is_named() {
    let older = income("150721", "2023", "18000.00").with("published_on", "2024-02-01").with("source", "统计公报");
    let night = Night::on(AS_OF)
        .policy("older_years = 0", "older_years = 1")
        .incomes([older])
        .settlements([settlement("S1", "9000.01")])
        .run();
    let text: String = page(&night.folder, A).text.split_whitespace().collect();
    let expected = "150721 2023 年农村常住居民人均可支配收入 18,000.00 元（来源：统计公报，2024-02-01 公布）。上一年的数尚未公布，\
                    这是暂用的较早年度的数，公布后重新计算。";
    assert!(text.contains(&expected.split_whitespace().collect::<String>()), "{text}");
}

#[test]
fn a_payer_that_the_policy_does_not_take_off_is_named() {
    let night = Night::on(AS_OF)
        .policy(", \"commercial\"]", "]")
        .settlements([settlement("S1", "11000.00")])
        .commercial([payment("P", "2025-06-01", "2000.00")])
        .asked();
    let page = page(&night.folder, A);
    page.says(&["商业保险支付的 2,000.00 元，按本地政策不从个人负担中扣除。", "个人负担 11,000.00 元"]);
    assert!(!sums(&page).iter().any(|line| line.contains("商业保险")), "{}", page.text);
}

/// A house with the sample delivery and its policy.
fn sample_night() -> (House, Vec<crate::harness::Cells>) {
    let house = House::new().under("sample.toml");
    let ran = house.run(AS_OF, &["--delivery", shipped("sample").to_str().unwrap()]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    let flagged = house.read(AS_OF, "flagged");
    (house, flagged)
}

/// Yuan with commas, from a published number.
fn grouped(yuan: &str) -> String {
    let (whole, decimals) = yuan.split_once('.').unwrap();
    let digits: Vec<char> = whole.chars().collect();
    let groups: Vec<String> = digits.rchunks(3).rev().map(|group| group.iter().collect()).collect();
    let decimals = decimals.trim_end_matches('0');
    format!("{}.{decimals:0<2}", groups.join(","))
}

#[test]
fn everyone_in_the_sample_night_is_explained_as_published() {
    let (house, flagged) = sample_night();
    let night = house.path("published").join(AS_OF);
    assert!(flagged.len() > 20, "{}", flagged.len());
    assert!(flagged.iter().any(|row| row["burden_tested"] == "burden_in_scope"));
    for row in &flagged {
        let page = page(&night, &row["person_id"]);
        let (total, tested) = (&row["burden_total"], &row[row["burden_tested"].as_str()]);
        let excess: String = match grouped(&row["excess"]).as_str() {
            "0.00" => "恰好".to_owned(),
            excess => format!("高出 {excess} 元。"),
        };
        let line = grouped(&row["threshold"]);
        page.says(&[&format!("个人负担 {} 元，", grouped(tested)), &format!("预警线 {line} 元"), &excess]);
        page.says(&[&row["first_exceeded_on"], &row["name"]]);
        let has_total = row["burden_tested"] == "burden_total";
        assert!(!has_total || page.text.contains(&format!(" {} 元", grouped(total))), "{}", page.text);
    }
}

#[test]
fn the_page_says_since_when_the_ledger_has_it() {
    let house = House::new();
    house.deliver("identities", &[identity(A, "2")]);
    house.deliver("income", &[income("150721", "2024", "20000.00")]);
    house.deliver("settlements", &[settlement("S1", "12000.00")]);
    for (day, state) in [("2025-11-28", "新增"), ("2025-11-30", "持续")] {
        assert_eq!(house.run(day, &[]).code, 0);
        let page = page(&house.path("published").join(day), A);
        page.says(&[&format!("台账      2025-11-28 首次列入，状态：{state}；尚无反馈。\n")]);
    }
}

#[test]
fn the_html_escapes_what_stands_in_the_data_and_is_for_its_user_alone() {
    let name = "<script>alert('x')</script>";
    let night = Night::on(AS_OF)
        .register([identity(A, "2").with("psn_name", name)])
        .incomes([income("150721", "2024", "20000.00").with("source", "a & b \"c\"")])
        .settlements(many_rows().into_iter().map(|row| row.with("fixmedins_code", "<b>H</b>")))
        .commercial([payment("P", "2025-06-01", "2000.00")])
        .run();
    let out = night.folder.parent().unwrap().parent().unwrap().join("page.html");
    let asked = explain(&night.folder, A, &["--html", out.to_str().unwrap()]);
    assert_eq!((asked.code, asked.told.as_str()), (0, ""));
    let html = fs::read_to_string(&out).unwrap();
    assert_eq!(fs::metadata(&out).unwrap().permissions().mode() & 0o777, 0o600);
    assert!(!html.contains(A) && !html.contains(&A[..17]) && !html.contains(&A[6..14]), "the number is told");
    assert!(html.contains("**************0011"));
    assert!(html.contains("&lt;script&gt;alert(") && !html.contains("<script"), "{html}");
    assert!(html.contains("&lt;b&gt;H&lt;") && !html.contains("<b>H"));
    assert!(html.contains("a &amp; b &quot;c&quot;"));
    let links: Vec<&str> = html.split("://").skip(1).map(|rest| rest.split(['"', ' ']).next().unwrap()).collect();
    assert_eq!(links, ["www.w3.org/2000/svg"], "the page needs nothing but itself");
    assert!(!html.contains("src=") && !html.contains("href=") && !html.contains("url("));

    // 400 pixels from 190 on are 21000.00: 10000.00 are 190 of them, 12000.00 are 228, down to the pixel.
    assert!(html.contains("<rect x=\"190\" y=\"46\" width=\"400\" height=\"20\" fill=\"#9fb3c8\"/>"), "{html}");
    assert!(html.contains("<line x1=\"380\""), "the threshold");
    assert!(html.contains("<rect x=\"190\" y=\"284\" width=\"228\" height=\"20\" fill=\"#d9822b\"/>"), "the burden");
    let svg = html.split("<svg").nth(1).unwrap().split("</svg>").next().unwrap();
    for part in svg.split([' ', '>']).filter_map(|part| part.split_once("=\"")) {
        let is_place = ["x", "y", "x1", "x2", "y1", "y2", "width", "height"].contains(&part.0);
        let number = part.1.trim_end_matches(['/', '"']);
        assert!(!is_place || number.parse::<i64>().is_ok(), "{part:?}");
    }
}

#[test]
fn a_person_whom_the_night_does_not_flag_is_no_error_and_gets_no_file() {
    let night = Night::on(AS_OF).settlements([settlement("S1", "12000.00")]).run();
    let out = night.folder.parent().unwrap().parent().unwrap().join("page.html");
    for number in [B, C] {
        let page = explain(&night.folder, number, &["--html", out.to_str().unwrap()]);
        assert_eq!((page.code, page.told.as_str()), (0, ""));
        let none = "2025-11-30：这一天的结果中，没有这个证件号码的预警。\n没有可以解释的内容，没有写 HTML 文件。\n";
        assert_eq!(page.text, none);
        assert!(!out.exists());
    }
    let wrong = format!("{}2", &A[..17]);
    explain(&night.folder, &wrong, &[]).says(&["这个号码不是校验正确的居民身份证号码，请先核对有没有输错。\n"]);
}

#[test]
fn the_number_comes_from_a_file_or_standard_input_and_an_argument_is_refused_without_telling_it() {
    let house = House::new();
    house.deliver("identities", &[identity("15072119700101002X", "2")]);
    house.deliver("income", &[income("150721", "2024", "20000.00")]);
    house.deliver("settlements", &[settlement("S1", "12000.00").of("15072119700101002X")]);
    assert_eq!(house.run(AS_OF, &[]).code, 0);
    let asked =
        |arguments: &[&str]| house.fangpin(&[&["explain", "--night", "HOME/published/2025-11-30"], arguments].concat());
    for text in ["15072119700101002x", "\u{feff} 15072119700101002X \r\nanother line\n"] {
        fs::write(house.path("number.txt"), text).unwrap();
        let ran = asked(&["--person", "HOME/number.txt"]);
        assert_eq!((ran.code, ran.told()), (0, Vec::new()), "{text:?}");
        assert!(ran.stdout.contains("**************002X"), "{}", ran.stdout);
    }
    let unreadable = "--person: cannot be read, expected the path of a file in UTF-8 whose first line is a certificate \
                      number, or - for standard input; the number itself is never an argument";
    let refused = "an argument is a certificate number, expected none: write it in a file, or to standard input";
    for (arguments, code, told) in [
        (vec!["--person", A], 66, unreadable),
        (vec!["--person", "HOME/nowhere"], 66, unreadable),
        (vec![A], 64, refused),
        (vec!["--person", "HOME/number.txt", A], 64, refused),
    ] {
        let ran = asked(&arguments);
        assert_eq!((ran.code, ran.told(), ran.stdout.as_str()), (code, vec![told], ""), "{arguments:?}");
    }
    fs::write(house.path("number.txt"), " \n").unwrap();
    let empty = asked(&["--person", "HOME/number.txt"]);
    let told = "--person: the first line is empty, expected a certificate number in it";
    assert_eq!((empty.code, empty.told()), (66, vec![told]));
}

#[test]
fn a_night_without_evidence_says_what_to_do() {
    let night = Night::on(AS_OF).settlements([settlement("S1", "12000.00")]);
    night.house.edit("job.toml", "[tolerance]", "[outputs]\nevidence = false\n\n[tolerance]");
    let night = night.run();
    let page = explain(&night.folder, A, &[]);
    let place = night.folder.join("evidence.parquet").display().to_string();
    let told = "was not published: the job switched it off (`[outputs]`, `evidence = false`), and nothing can be \
                explained without it; run the day again with it, into a copy of the folder as it stood before \
                that day (--published)";
    assert_eq!((page.code, page.text, page.told), (66, String::new(), format!("{place}: {told}\n")));
}

#[test]
fn an_altered_file_explains_nothing() {
    for table in ["flagged", "evidence", "ledger"] {
        let night = Night::on(AS_OF).settlements([settlement("S1", "12000.00")]).run();
        let path = night.folder.join(format!("{table}.parquet"));
        let mut bytes = fs::read(&path).unwrap();
        bytes[10] ^= 1;
        fs::write(&path, bytes).unwrap();
        let page = explain(&night.folder, A, &[]);
        let told = "is not the file that the manifest names: it was altered after it was published; see `fangpin verify`, \
                    and restore the night from a copy";
        assert_eq!((page.code, page.told), (65, format!("{}: {told}\n", path.display())), "{table}");
    }
}

#[test]
fn a_night_that_contradicts_itself_explains_nothing() {
    let night = |cost: &str| {
        let rows = [settlement("S1", cost), settlement("S2", "11000.00").at("2025-05-01 10:00:00")];
        Night::on(AS_OF).settlements(rows).run()
    };
    let (one, other) = (night("100.00"), night("12000.00"));
    let path = one.folder.join("evidence.parquet");
    fs::copy(other.folder.join("evidence.parquet"), &path).unwrap();
    let (sha256, bytes) = publish::sha256_of_file(&path).unwrap();
    let mut manifest = one.manifest();
    for output in manifest["outputs"].as_array_mut().unwrap() {
        if output["file"] == "evidence.parquet" {
            output["sha256"] = sha256.clone().into();
            output["bytes"] = bytes.into();
        }
    }
    fs::write(one.folder.join("manifest.json"), serde_json::to_vec(&manifest).unwrap()).unwrap();
    let page = explain(&one.folder, A, &[]);
    let told = format!(
        "{0}/flagged.parquet: contradicts {0}/evidence.parquet: worked out again from the evidence, `total_cost`, \
         `burden_total`, `excess`, `ratio`, `first_exceeded_on` of this person's finding under `return_to_poverty` is not \
         what was published; nothing is explained: run `fangpin verify`, and report it when the night verifies\n",
        one.folder.display()
    );
    assert_eq!((page.code, page.text.as_str(), page.told), (65, "", told));
}
