//! Chronic-disease cards: the draw by known answers and in Python, what cards paid by hand, and how each person's cards,
//! registrations and visits are held against each other.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{BufReader, Write};
use std::process::{Command, Stdio};

use calamine::{Reader, Xlsx};
use fangpin::audit::cards::Measured;
use fangpin::audit::cards::draw::{Seed, hmac_sha256, to_draw};
use fangpin::model::{AreaCode, Fen, Month};
use proptest::prelude::*;
use rust_decimal::Decimal;

use crate::harness::{AS_OF, Cells, House, Row, cell, identity, manifest, root, rules_refused, settlement};
use crate::town::id;

const HYPERTENSION: &str = "M03900";
const DIABETES: &str = "M01600";

/// A card of November for hypertension, without an end.
fn card(card_id: &str, certno: &str) -> Row {
    Row::new(&[
        ("card_id", card_id),
        ("certno", certno),
        ("opsp_dise_code", HYPERTENSION),
        ("issued_on", "2025-11-10"),
        ("begndate", "2025-11-11"),
        ("fixmedins_code", "H15072100001"),
    ])
    .without("enddate")
}

fn registration(certno: &str, disease: &str) -> Row {
    Row::new(&[("certno", certno), ("disease", disease), ("registered_on", "2024-01-05")])
}

/// A visit for hypertension that its card paid.
fn visit(setl_id: &str, certno: &str, day: &str, yuan: &str) -> Row {
    let row = settlement(setl_id, yuan).of(certno).at(&format!("{day} 10:00:00"));
    row.with("med_type", "14").with("dise_no", HYPERTENSION)
}

/// A house with these tables, under the sample's policy and mapping.
fn house(tables: &[(&'static str, Vec<Row>)]) -> House {
    let house = House::of_audit("cards").under("sample.toml");
    tables.iter().for_each(|(table, rows)| house.deliver(table, rows));
    house
}

/// Somebody else's visits, one in each month of two years: settlements came of all of them.
fn of_every_month(certno: &str) -> Vec<Row> {
    let months = [2024, 2025].into_iter().flat_map(|year| (1..=12).map(move |month| format!("{year}-{month:02}")));
    months.map(|month| visit(&format!("of {month}"), certno, &format!("{month}-01"), "1.00")).collect()
}

/// The tables of a night in which nothing but the cards matters.
fn of_cards(cards: Vec<Row>) -> [(&'static str, Vec<Row>); 4] {
    let elsewhere = id(999);
    [
        ("identities", vec![identity(&id(1), "2")]),
        ("public_health", vec![registration(&elsewhere, "diabetes")]),
        ("settlements", of_every_month(&elsewhere)),
        ("chronic_cards", cards),
    ]
}

#[track_caller]
fn runs(house: &House, as_of: &str) {
    let ran = house.run(as_of, &[]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
}

/// The ids of the cards drawn, in order.
fn drawn(rows: &[Cells]) -> Vec<&str> {
    rows.iter().filter(|row| row["drawn"] == "true").map(|row| row["card_id"].as_str()).collect()
}

/// Twenty-one cards of one month: the first eleven of one institution, the others of another.
fn new_cards() -> Vec<Row> {
    let institution = |number: u64| if number <= 11 { "H15072100001" } else { "H15072200002" };
    let row = |number| card(&format!("MB{number:03}"), &id(number)).with("fixmedins_code", institution(number));
    (1..=21).map(row).collect()
}

/// RFC 4231, test cases 1, 2 and 6, the last with a key longer than a block.
#[test]
fn the_keyed_hash_is_that_of_the_standard() {
    let hex = |bytes: [u8; 32]| bytes.iter().map(|byte| format!("{byte:02x}")).collect::<String>();
    assert_eq!(
        hex(hmac_sha256(&[0x0b; 20], b"Hi There")),
        "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"
    );
    assert_eq!(
        hex(hmac_sha256(b"Jefe", b"what do ya want for nothing?")),
        "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
    );
    assert_eq!(
        hex(hmac_sha256(&[0xaa; 131], b"Test Using Larger Than Block-Size Key - Hash Key First")),
        "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"
    );
}

/// By Python's hashlib and hmac.
#[test]
fn a_seed_and_its_ranks_are_known() {
    let (area, month) = (AreaCode::new(150_700).unwrap(), Month::new(2025, 11).unwrap());
    let seed = Seed::of(area, month, &["卡3", "MB2", "MB10", "MB1"]);
    assert_eq!(seed.text, "fangpin|150700|2025-11|4|b9b39e5514dc0a5720a25e69b9a28f652fa3dc6001ccbe9283f5bee85701b366");
    let ranks = [
        ("MB1", "9f0a6bf67abe967c47f9ce21e143684792391fa4bdb7e383d4bd7de4170a5cea"),
        ("MB2", "6f7e6ce47213582b37f2a819c298c08820903360cf87b778e5c6bb33e655ac51"),
        ("MB10", "254169130703806051edd17217b11ee8487dfbeb711f57cc17d4ecc6f5516208"),
        ("卡3", "33a9c1956b8e7103d4ba2ce500f4a8f6010bd428186a47d785f3226708b58586"),
    ];
    ranks.into_iter().for_each(|(card, rank)| assert_eq!(seed.rank(card), rank, "{card}"));
}

proptest! {
    /// The fewest that come to at least so many percent.
    #[test]
    fn no_fewer_are_drawn_than_asked_and_not_one_more(cards in 1_usize..5_000, hundredths in 1_i64..=10_000) {
        let drawn = to_draw(Decimal::new(hundredths, 2), cards);
        let asked = |drawn: usize| drawn as i64 * 10_000 >= hundredths * cards as i64;
        prop_assert!(asked(drawn) && !asked(drawn - 1) && drawn <= cards, "{drawn} of {cards}");
    }
}

/// Of eleven two, of ten one. The ranks were worked out in Python.
#[test]
fn a_tenth_of_each_institutions_new_cards_is_drawn_rounded_up() {
    let house = house(&of_cards(new_cards()));
    runs(&house, AS_OF);
    let rows = house.read(AS_OF, "card_draw");
    assert_eq!(drawn(&rows), ["MB001", "MB004", "MB019"]);
    let order: Vec<&str> = rows.iter().take(4).map(|row| row["card_id"].as_str()).collect();
    assert_eq!(order, ["MB001", "MB004", "MB011", "MB009"]);
    assert!(rows[0]["rank"].starts_with("26c6c5cc") && rows[11]["rank"].starts_with("094db3e2"));
    assert_eq!(
        ["place", "cards", "area_code", "month"].map(|of| cell(&rows[11], of)),
        ["1", "10", "150722", "2025-11"]
    );
    // The one holder of the register has a name.
    assert_eq!((cell(&rows[0], "name"), cell(&rows[1], "name")), ("测试", "-"));

    let made = &manifest(&house.path("published").join(AS_OF))["card_draw"];
    let seed = "fangpin|150700|2025-11|21|2cc5d62da045a9377f780a40387df4217c0ede410f13c5cb2658e461e0743755";
    assert_eq!(
        (made["seed"].as_str(), made["new_cards"].as_u64(), made["drawn"].as_u64()),
        (Some(seed), Some(21), Some(3))
    );

    let path = house.path("published").join(AS_OF).join("card_draw/150721.xlsx");
    let mut book = Xlsx::new(BufReader::new(File::open(path).unwrap())).unwrap();
    let text = |range: calamine::Range<calamine::Data>| {
        let row = |row: &[calamine::Data]| row.iter().map(ToString::to_string).collect::<Vec<_>>();
        range.rows().map(row).collect::<Vec<_>>()
    };
    let list = text(book.worksheet_range("抽审名单").unwrap());
    assert_eq!(list[0], ["定点医药机构编号", "组内序号", "慢病卡编号", "姓名", "证件号码", "病种", "办卡日期", "备注"]);
    assert_eq!(list[1][..6], ["H15072100001", "1/11", "MB001", "测试", &id(1), "高血压（M03900）"]);
    assert_eq!(list.len(), 3);
    let notes = text(book.worksheet_range("说明").unwrap());
    assert!(notes.iter().any(|note| note[..] == ["随机种子", seed]), "{notes:?}");
    let ran = house.fangpin(&["verify", &format!("HOME/published/{AS_OF}")]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
}

#[test]
#[cfg(unix)]
fn with_a_password_no_list_of_cards_opens_without_it() {
    use std::os::unix::fs::PermissionsExt;
    let house = house(&of_cards(new_cards()));
    fs::write(house.path("secret"), "Kaiyuan-2025-manbing\n").unwrap();
    fs::set_permissions(house.path("secret"), fs::Permissions::from_mode(0o600)).unwrap();
    house.edit("job.toml", "plain = true", "password_file = \"secret\"");
    runs(&house, AS_OF);
    let path = house.path("published").join(AS_OF).join("card_draw/150721.xlsx");
    assert!(path.exists() && Xlsx::new(BufReader::new(File::open(path).unwrap())).is_err());
}

/// The example in the documentation of the draw, as it stands there.
#[test]
fn anyone_can_draw_again_in_python() {
    let source = fs::read_to_string(root().join("src/audit/cards/draw.rs")).unwrap();
    let lines = source.lines().map_while(|line| line.strip_prefix("//!"));
    let example = lines.skip_while(|line| !line.contains("```python")).skip(1).take_while(|line| !line.contains("```"));
    let example: String = example.map(|line| line.strip_prefix(' ').unwrap_or(line).to_owned() + "\n").collect();
    assert_eq!(example.lines().count(), 10);
    if Command::new("python3").arg("--version").output().is_err() {
        return;
    }
    for percent in ["10", "12.5"] {
        let house = house(&of_cards(new_cards()));
        house.edit("policy.toml", "percent       = \"10\"", &format!("percent = \"{percent}\""));
        runs(&house, AS_OF);
        let rows = house.read(AS_OF, "card_draw");
        let mut python = Command::new("python3");
        python.args(["-c", &example, "150700", "2025-11", percent]).stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut python = python.spawn().unwrap();
        let mut stdin = python.stdin.take().unwrap();
        rows.iter().rev().for_each(|row| writeln!(stdin, "{}\t{}", row["card_id"], row["institution"]).unwrap());
        drop(stdin);
        let said = python.wait_with_output().unwrap();
        assert!(said.status.success());
        let said = String::from_utf8(said.stdout).unwrap();
        assert_eq!(said.lines().collect::<Vec<_>>(), drawn(&rows), "{percent}");
    }
}

/// The draw is that of the last month which is over, and of the cards that count.
#[test]
fn a_months_cards_are_those_issued_in_it() {
    let issued = |card_id: &str, day: &str| card(card_id, &id(1)).with("issued_on", day);
    let cards = vec![
        issued("last of October", "2025-10-31"),
        issued("first", "2025-11-01"),
        issued("last", "2025-11-30"),
        issued("December", "2025-12-01"),
        issued("sent again", "2025-11-05"),
        issued("sent again", "2025-11-05").in_file("b.parquet"),
        issued("mended", "2025-11-06"),
        issued("mended", "2025-10-06").in_file("b.parquet"),
        issued("", "2025-11-07"),
        issued("nobody's", "2025-11-07").of("1507990000"),
        issued("undated", "2025-11-07").without("issued_on"),
    ];
    let expected: [(&str, &str, &[&str]); 4] = [
        ("2025-11-29", "2025-10", &["last of October", "mended"]),
        ("2025-11-30", "2025-11", &["first", "last", "sent again"]),
        ("2025-12-30", "2025-11", &["first", "last", "sent again"]),
        ("2025-12-31", "2025-12", &["December"]),
    ];
    for (as_of, month, ids) in expected {
        let house = house(&of_cards(cards.clone()));
        runs(&house, as_of);
        let rows = house.read(as_of, "card_draw");
        let mut found: Vec<&str> = rows.iter().map(|row| row["card_id"].as_str()).collect();
        found.sort_unstable();
        assert_eq!(found, ids, "{as_of}");
        assert!(rows.iter().all(|row| row["month"] == month), "{as_of}");
    }
    let house = house(&of_cards(cards));
    runs(&house, AS_OF);
    let rejects = house.read(AS_OF, "rejects");
    let mut reasons: Vec<&str> =
        rejects.iter().filter(|row| row["table"] == "chronic_cards").map(|row| row["check"].as_str()).collect();
    reasons.sort_unstable();
    assert_eq!(reasons, ["bad_certno", "bad_date", "correction", "duplicate", "no_card_id", "out_of_window"]);
}

#[test]
fn however_cards_are_sent_the_same_are_drawn() {
    let mut cards = new_cards();
    let first = house(&of_cards(cards.clone()));
    runs(&first, AS_OF);
    cards.reverse();
    let cards = cards.into_iter().enumerate().map(|(index, card)| card.in_file(&format!("{}.parquet", index % 3)));
    let second = house(&of_cards(cards.collect()));
    runs(&second, AS_OF);
    assert_eq!(first.read(AS_OF, "card_draw"), second.read(AS_OF, "card_draw"));
}

/// Over December to November: the first 100.00 in three months each, the second 290.00 in one, the third all of its
/// 1000.00 before. Of the months' sums in fen, 12 Σx² − (Σx)² is 27·10⁸, 9 251 000 000 and 0; by 144, in yuan squared.
#[test]
fn by_value_the_dearest_and_by_variance_the_most_uneven_card_is_drawn() {
    let mut tables = of_cards((1..=3).map(|number| card(&format!("V{number}"), &id(number))).collect());
    let visits = &mut tables[2].1;
    for (month, day) in ["2024-12-01", "2025-03-31", "2025-11-30"].into_iter().enumerate() {
        visits.push(visit(&format!("a{month}"), &id(1), day, "100.00"));
    }
    visits.push(visit("b", &id(2), "2025-06-10", "290.00"));
    visits.push(visit("c", &id(3), "2024-11-30", "1000.00"));
    visits.push(visit("d", &id(3), "2025-06-10", "500.00"));
    visits.push(visit("-d", &id(3), "2025-06-11", "-500.00").reverses("d"));
    visits.push(visit("e", &id(3), "2025-06-10", "800.00").with("med_type", "11"));
    visits.push(visit("f", &id(3), "2025-06-10", "900.00").without("med_type"));
    for (mode, expected) in [("random", "-"), ("value", "V1"), ("variance", "V2")] {
        let house = house(&tables);
        house.edit("policy.toml", "mode          = \"random\"", &format!("mode = \"{mode}\""));
        runs(&house, AS_OF);
        let mut rows = house.read(AS_OF, "card_draw");
        if mode == "random" {
            assert!(rows.iter().all(|row| !row.contains_key("cost") && !row.contains_key("variance")));
            continue;
        }
        assert_eq!(drawn(&rows), [expected]);
        let warnings = manifest(&house.path("published").join(AS_OF))["warnings"].to_string();
        assert!(
            warnings.contains("cards: 1 of the new cards of 2025-11 are measured without a settlement"),
            "{warnings}"
        );
        rows.sort_by_key(|row| row["card_id"].clone());
        let figures: Vec<[&str; 2]> = rows.iter().map(|row| ["cost", "variance"].map(|of| cell(row, of))).collect();
        assert_eq!(figures, [["300.00", "1875.0000"], ["290.00", "6424.3056"], ["0.00", "0.0000"]]);
        assert!(!warnings.contains("measured without them"), "{warnings}");
    }
    let even = Measured::of(&[100; 12]);
    assert_eq!((even.cost, even.spread), (Fen(1_200), 0));
}

/// What is delivered of a few people, and what is to be said of each.
#[derive(Default)]
struct People {
    tables: BTreeMap<&'static str, Vec<Row>>,
    expected: Vec<(&'static str, &'static str)>,
}

impl People {
    fn of() -> People {
        let tables = of_cards(vec![card("elsewhere", &id(999))]).map(|(table, rows)| (table, rows));
        let mut people = People { tables: tables.into_iter().collect(), ..People::default() };
        people.tables.insert("identities", Vec::new());
        people
    }

    /// Somebody of the register, by number from 1.
    fn add(&mut self, about: &'static str, expected: &'static str) -> String {
        self.expected.push((about, expected));
        let certno = id(self.expected.len() as u64);
        self.put("identities", identity(&certno, "2"));
        certno
    }

    fn put(&mut self, table: &'static str, row: Row) {
        self.tables.get_mut(table).unwrap().push(row);
    }

    /// With a card since a day.
    fn carded(&mut self, certno: &str, code: &str, begin: &str) {
        let number = self.tables["chronic_cards"].len();
        let row = card(&format!("K{number}"), certno).with("opsp_dise_code", code);
        self.put("chronic_cards", row.with("issued_on", begin).with("begndate", begin));
    }

    /// Registered and with a card for hypertension since a day.
    fn ill(&mut self, about: &'static str, begin: &str, expected: &'static str) -> String {
        let certno = self.add(about, expected);
        self.put("public_health", registration(&certno, "hypertension"));
        self.carded(&certno, HYPERTENSION, begin);
        certno
    }

    fn visit(&mut self, certno: &str, day: &str, change: impl Fn(Row) -> Row) {
        let number = self.tables["settlements"].len();
        self.put("settlements", change(visit(&format!("s{number}"), certno, day, "100.00")));
    }

    /// Holds a night to what is to be said of everybody.
    #[track_caller]
    fn hold(&self, policy: &str, as_of: &str) -> (House, Vec<Cells>) {
        let house = House::of_audit("cards").under(policy);
        self.tables.iter().for_each(|(table, rows)| house.deliver(table, rows));
        runs(&house, as_of);
        let verdicts = house.read(as_of, "verdicts");
        let of = |number: usize| verdicts.iter().find(|row| row["person_id"] == id(number as u64 + 1)).unwrap();
        for (number, (about, expected)) in self.expected.iter().enumerate() {
            let row = of(number);
            assert_eq!(format!("{} {}", row["verdict"], row["matter"]), *expected, "{about}: {}", row["detail"]);
        }
        assert_eq!(verdicts.len(), self.expected.len());
        (house, verdicts)
    }
}

const AGREE: &str = "correct cards_agree";
const WITHOUT_CARD: &str = "fault registered_without_card";
const WITHOUT_REGISTER: &str = "fault card_without_register";
const UNUSED: &str = "fault card_unused";
const UNTOLD: &str = "cannot_be_told no_data";

#[test]
fn cards_and_the_public_health_register_are_held_against_each_other() {
    let mut people = People::of();
    people.add("neither", "not_applicable no_chronic_disease");
    people.ill("both", "2025-09-01", AGREE);
    let one = people.add("no card", WITHOUT_CARD);
    people.put("public_health", registration(&one, "tuberculosis"));
    for (about, end, expected) in
        [("ended on the day", AS_OF, WITHOUT_CARD), ("ends on the day after", "2025-12-01", AGREE)]
    {
        people.ill(about, "2025-09-01", expected);
        let last = people.tables.get_mut("chronic_cards").unwrap().last_mut().unwrap();
        *last = last.clone().with("enddate", end);
    }
    people.ill("begins on the day", AS_OF, AGREE);
    let one = people.add("begins on the day after", WITHOUT_CARD);
    people.put("public_health", registration(&one, "severe_mental"));
    people
        .put("chronic_cards", card("tomorrow's", &one).with("opsp_dise_code", "M02000").with("begndate", "2025-12-01"));
    let one = people.add("not registered", WITHOUT_REGISTER);
    people.carded(&one, DIABETES, "2025-09-01");
    let one = people.add("not registered until the day after", WITHOUT_REGISTER);
    people.carded(&one, HYPERTENSION, "2025-09-01");
    people.put("public_health", registration(&one, "hypertension").with("registered_on", "2025-12-01"));
    let one = people.add("a disease that the register does not keep", AGREE);
    people.carded(&one, "M99999", "2025-09-01");
    let one = people.add("a card for another disease", WITHOUT_CARD);
    people.put("public_health", registration(&one, "hypertension"));
    people.carded(&one, DIABETES, "2025-09-01");
    let number = people.expected.len();

    let (house, verdicts) = people.hold("sample.toml", AS_OF);
    let of = |number: usize| verdicts.iter().find(|row| row["person_id"] == id(number as u64)).unwrap();
    assert_eq!(of(4)["detail"], "高血压：2024-01-05公卫登记，无有效慢病卡（原卡2025-11-30止）");
    let both = "高血压：2024-01-05公卫登记，无慢病卡；糖尿病：无公卫登记，慢病卡2025-09-01起有效，持卡未满6个月";
    assert_eq!(of(number)["detail"], both);
    assert_eq!(of(2)["reference"], "示例方案 (虚构) 第二十条");

    let counts = house.read(AS_OF, "cards");
    let columns = ["registered", "carded", "both", "registered_without_card", "card_without_register", "card_unused"];
    let row = |disease: &str| {
        let row = counts.iter().find(|row| row["disease"] == disease).unwrap();
        columns.map(|column| row[column].parse::<u32>().unwrap())
    };
    assert_eq!(row("hypertension"), [5, 4, 3, 2, 1, 0]);
    assert_eq!(row("diabetes"), [0, 2, 0, 0, 2, 0]);
    assert_eq!(row("tuberculosis"), [1, 0, 0, 1, 0, 0]);
    assert_eq!(row("other"), [0, 1, 0, 0, 0, 0]);
    assert_eq!(row("severe_mental"), [1, 0, 0, 1, 0, 0]);
    assert_eq!(counts.len(), 5);

    let warnings = manifest(&house.path("published").join(AS_OF))["warnings"].to_string();
    assert!(
        warnings.contains("for another disease than those of the public-health register: `M99999` (1)"),
        "{warnings}"
    );
}

/// Six months before 30 November is 30 May: a visit on that day is too long ago, one on the next is not.
#[test]
fn a_card_that_paid_nothing_for_six_months_is_to_be_looked_at() {
    let as_sent = |row: Row| row;
    let mut people = People::of();
    people.ill("held for six months", "2025-05-30", UNUSED);
    people.ill("held for a day less", "2025-05-31", AGREE);
    let long = "2024-01-01";
    let one = people.ill("used within six months", long, AGREE);
    people.visit(&one, "2025-05-31", as_sent);
    let one = people.ill("used before", long, UNUSED);
    people.visit(&one, "2025-05-30", as_sent);
    let one = people.ill("an ordinary out-patient", long, UNUSED);
    people.visit(&one, "2025-10-01", |row| row.with("med_type", "11"));
    let one = people.ill("void", long, UNUSED);
    people.visit(&one, "2025-10-01", |row| row.with("vali_flag", "0"));
    let one = people.ill("reversed", long, UNUSED);
    people.visit(&one, "2025-10-01", |row| row.with("setl_id", "whole"));
    people.visit(&one, "2025-10-02", |row| row.with("medfee_sumamt", "-100.00").reverses("whole"));
    let one = people.ill("reversed in part", long, AGREE);
    people.visit(&one, "2025-10-01", |row| row.with("setl_id", "part"));
    people.visit(&one, "2025-10-02", |row| row.with("medfee_sumamt", "-99.99").reverses("part"));
    let one = people.ill("for nobody knows what care", long, UNTOLD);
    people.visit(&one, "2025-10-01", |row| row.without("med_type"));
    let one = people.ill("set aside", long, UNTOLD);
    people.visit(&one, "2025-10-01", |row| row.without("medfee_sumamt"));
    let one = people.ill("set aside, and another", long, AGREE);
    people.visit(&one, "2025-10-01", |row| row.without("medfee_sumamt"));
    people.visit(&one, "2025-10-01", as_sent);
    for (about, named, expected) in [("all for one of two cards", HYPERTENSION, UNUSED), ("for either", "I10", AGREE)] {
        let one = people.ill(about, long, expected);
        people.put("public_health", registration(&one, "diabetes"));
        people.carded(&one, DIABETES, long);
        people.visit(&one, "2025-10-01", |row| row.with("dise_no", named));
    }
    let (house, verdicts) = people.hold("sample.toml", AS_OF);
    let warnings = manifest(&house.path("published").join(AS_OF))["warnings"].to_string();
    let warning = "so that they may be visits for chronic diseases: none at all (1)";
    assert!(warnings.contains(warning), "{warnings}");
    let of = |number: usize| verdicts.iter().find(|row| row["person_id"] == id(number)).unwrap();
    fn id(number: usize) -> String {
        crate::town::id(number as u64)
    }
    assert_eq!(of(1)["detail"], "高血压：2024-01-05公卫登记，慢病卡2025-05-30起有效，近6个月无门诊慢特病结算");
    assert_eq!(of(3)["detail"], "高血压：2024-01-05公卫登记，慢病卡2024-01-01起有效，近6个月门诊慢特病结算1次");
}

#[test]
fn of_two_cards_for_one_disease_the_unused_one_is_named() {
    let mut people = People::of();
    let one = people.ill("two codes", "2024-01-01", UNUSED);
    people.carded(&one, "M03901", "2024-01-01");
    people.visit(&one, "2025-10-01", |row| row);
    let house = house(&people.tables.into_iter().collect::<Vec<_>>());
    house.edit("codes.toml", "[chronic_disease]", "[chronic_disease]\n\"M03901\" = \"hypertension\"");
    runs(&house, AS_OF);
    let verdict = &house.read(AS_OF, "verdicts")[0];
    assert_eq!(format!("{} {}", verdict["verdict"], verdict["matter"]), UNUSED);
    let said = "高血压：2024-01-05公卫登记，慢病卡2024-01-01起有效，近6个月门诊慢特病结算1次，另有同病种慢病卡无结算";
    assert_eq!(verdict["detail"], said);
}

/// A card of which no visit came says nothing where a month of the six came without any settlement; one that was used in
/// the others was used.
#[test]
fn of_months_that_did_not_come_nobody_is_told_that_a_card_was_unused() {
    for (month, expected) in [("2025-05", UNTOLD), ("2025-08", UNTOLD), ("2025-11", UNTOLD), ("2025-04", UNUSED)] {
        let mut people = People::of();
        people.ill("no visit", "2024-01-01", expected);
        let one = people.ill("used", "2024-01-01", AGREE);
        people.visit(&one, "2025-10-01", |row| row);
        people.ill("held for less", "2025-09-01", AGREE);
        let rows = people.tables.get_mut("settlements").unwrap();
        rows.retain(|row| !row.cell("setl_time").unwrap().starts_with(month));
        // A void settlement does not show that the month's came.
        rows.push(visit("void", &id(999), &format!("{month}-02"), "1.00").with("vali_flag", "0"));
        let (house, verdicts) = people.hold("sample.toml", AS_OF);
        let warnings = manifest(&house.path("published").join(AS_OF))["warnings"].to_string();
        let warning = format!("cards: `settlements` has none that counts of {month}, so that whether a card without");
        assert_eq!(warnings.matches(&warning).count(), usize::from(expected == UNTOLD), "{warnings}");
        let said = verdicts.iter().any(|row| row["detail"].ends_with("近6个月有无门诊慢特病结算不能判断"));
        assert_eq!(said, expected == UNTOLD);
    }
}

/// The days looked at reach back over the new year.
#[test]
fn what_was_paid_in_the_year_before_counts_too() {
    let mut people = People::of();
    let one = people.ill("used in October", "2024-01-01", AGREE);
    people.visit(&one, "2024-10-01", |row| row);
    people.hold("sample.toml", "2025-03-31");
}

#[test]
fn a_row_that_cannot_be_used_is_neither_an_accusation_nor_correct() {
    let mut people = People::of();
    let one = people.add("a card without its first day", UNTOLD);
    people.put("public_health", registration(&one, "hypertension"));
    people.put("chronic_cards", card("undated", &one).without("begndate"));
    let one = people.add("a card without a disease", UNTOLD);
    people.put("public_health", registration(&one, "hypertension"));
    people.put("chronic_cards", card("of what", &one).without("opsp_dise_code"));
    let one = people.ill("a registration of no disease that anybody knows", "2025-09-01", UNTOLD);
    people.put("public_health", registration(&one, "高血压"));
    let one = people.add("a registration without its day", UNTOLD);
    people.carded(&one, HYPERTENSION, "2025-09-01");
    people.put("public_health", registration(&one, "hypertension").without("registered_on"));
    let one = people.add("no card, whatever else was registered", WITHOUT_CARD);
    people.put("public_health", registration(&one, "hypertension"));
    people.put("public_health", registration(&one, "stroke"));
    // A column that was shifted in the extract: whose number it is stays untold.
    let shifted = people.add("somebody's name and number where a disease should be", UNTOLD);
    people.carded(&shifted, HYPERTENSION, "2025-09-01");
    people.put("public_health", registration(&shifted, &format!("张三 {shifted}")));
    let one = people.add("nothing but a row that cannot be used", UNTOLD);
    people.put("chronic_cards", card("ends nowhere", &one).without("issued_on"));
    let (house, _) = people.hold("sample.toml", AS_OF);
    let warnings = manifest(&house.path("published").join(AS_OF))["warnings"].to_string();
    let line = "names of `disease` that the contract does not have: `stroke` (1), others, or what is no code (2)";
    assert!(warnings.contains(line), "{warnings}");
    assert!(!warnings.contains(&shifted) && !warnings.contains("张三"), "{warnings}");
}

/// One number for two people: whose card it is, nobody knows. A card renewed under its number holds until it is.
#[test]
fn a_number_that_comes_twice_accuses_nobody() {
    let mut people = People::of();
    for about in ["one holder of two", "the other"] {
        let one = people.add(about, UNTOLD);
        people.put("public_health", registration(&one, "hypertension"));
        people.put("chronic_cards", card("SAME0001", &one));
    }
    let one = people.add("renewed after the day", AGREE);
    people.put("public_health", registration(&one, "hypertension"));
    people.put("chronic_cards", card("RENEW001", &one).with("issued_on", "2025-09-01").with("begndate", "2025-09-01"));
    let renewed = card("RENEW001", &one).with("issued_on", "2025-12-03").with("begndate", "2025-12-03");
    people.put("chronic_cards", renewed.in_file("b.parquet"));
    let (house, _) = people.hold("sample.toml", AS_OF);
    let rejects = house.read(AS_OF, "rejects");
    let aside = rejects.iter().filter(|row| row["table"] == "chronic_cards").map(|row| row["check"].as_str());
    assert_eq!(aside.collect::<Vec<_>>(), ["correction", "out_of_window"]);
}

#[test]
fn without_a_table_nothing_is_told_that_hangs_on_it() {
    let said = |table: &str| format!("`{table}` was not delivered, or has no row");
    for (missing, expected, untold_of_nobody) in
        [("chronic_cards", UNTOLD, true), ("public_health", UNTOLD, true), ("settlements", UNTOLD, false)]
    {
        let mut people = People::of();
        people.ill("ill", "2024-01-01", expected);
        people.add("not ill", if untold_of_nobody { UNTOLD } else { "not_applicable no_chronic_disease" });
        people.tables.remove(missing);
        let (house, _) = people.hold("sample.toml", AS_OF);
        let manifest = manifest(&house.path("published").join(AS_OF));
        let warnings = manifest["warnings"].to_string();
        assert_eq!(warnings.matches(&said(missing)).count(), 1, "{warnings}");
        assert_eq!(manifest["card_draw"].is_null(), missing == "chronic_cards");
    }
}

/// 二(四): a tenth of the poor people's new cards, in force until the end of January 2021. No figure for cards without a
/// settlement.
#[test]
fn yunnan_draws_from_the_registers_cards_and_gives_no_months() {
    let mut people = People::of();
    let one = people.ill("a card of January that paid nothing", "2021-01-05", AGREE);
    let row = registration(&one, "hypertension").with("registered_on", "2021-01-04");
    people.put("public_health", row);
    for number in 2..5 {
        let outside = card(&format!("other{number}"), &id(900 + number)).with("issued_on", "2021-01-10");
        people.put("chronic_cards", outside.with("begndate", "2021-01-10"));
    }
    let (house, _) = people.hold("yunnan.toml", "2021-01-31");
    let rows = house.read("2021-01-31", "card_draw");
    assert_eq!(rows.len(), 1);
    let made = &manifest(&house.path("published/2021-01-31"))["card_draw"];
    assert_eq!((&made["per"], &made["among"]), (&"area".into(), &"register".into()));

    // In February the action is over: nobody is held to it, and January's cards are drawn all the same.
    people.expected[0].1 = "not_applicable no_rule";
    let (house, verdicts) = people.hold("yunnan.toml", "2021-02-20");
    assert_eq!(house.read("2021-02-20", "card_draw").len(), 1);
    assert_eq!(verdicts[0]["detail"], "云医保〔2020〕128号没有规定慢病卡的核对和抽审");
    let warnings = manifest(&house.path("published/2021-02-20"))["warnings"].to_string();
    assert!(
        warnings.contains("has no [[chronic_cards]] on 2021-02-20: its document (云医保〔2020〕128号)"),
        "{warnings}"
    );
}

#[test]
fn whoever_reads_a_policy_file_is_told_what_is_asked_of_cards() {
    let shown = house(&[]).fangpin(&["policy", "HOME/policy.toml", "--as-of", AS_OF]);
    assert!(
        shown.stdout.contains(
            "chronic-disease cards (慢病卡)\n  review     10% of each institution's new cards of a month, rounded up\n  \
             whose      cards of everyone\n  drawn by   random\n  unused     a card in force without a visit for 6 \
             months\n  reference  示例方案 (虚构) 第二十条\n"
        ),
        "{}",
        shown.stdout
    );
    let entry = "[[chronic_cards]]\npercent = \"10\"\nper = \"area\"\namong = \"register\"\nmode = \"random\"\n\
                 from = 2021-01-01\nreference = { title = \"a plan\", article = \"1\" }\nreviewed = 2025-01-01\n";
    let changed = |old: &str, new: &str| rules_refused(&entry.replace(old, new));
    let told = [
        ("percent = \"10\"\n", "", "1: [[chronic_cards]] needs `percent`, which is missing"),
        ("\"10\"", "\"100.1\"", "2: `percent` is \"100.1\", expected a percentage above 0 and at most 100"),
        ("\"random\"", "\"lots\"", "5: `mode` is \"lots\", expected one of random, value, variance"),
        ("\"area\"", "\"town\"", "3: `per` is \"town\", expected one of institution, area"),
        ("mode", "unused_months = 0\nmode", "5: `unused_months` is 0, expected a number of months above 0"),
    ];
    told.into_iter().for_each(|(old, new, said)| assert_eq!(changed(old, new), [said]));
    assert_eq!(
        rules_refused(&format!("{entry}\n{entry}")),
        [
            "10: [[chronic_cards]] stands twice from 2021-01-01 on: that of line 1 holds too; let one end where the other begins"
        ]
    );
}

#[test]
fn a_mapping_without_diseases_is_refused_by_name() {
    let house = house(&of_cards(new_cards()));
    house.edit("codes.toml", "[chronic_disease]", "[other_disease]");
    let ran = house.run(AS_OF, &[]);
    assert_eq!(ran.code, 78);
    house.edit("codes.toml", "[other_disease]", "# [chronic_disease]");
    let text = fs::read_to_string(house.path("codes.toml")).unwrap();
    let text: String =
        text.lines().filter(|line| !line.starts_with("\"M0")).map(|line| line.to_owned() + "\n").collect();
    fs::write(house.path("codes.toml"), text).unwrap();
    let ran = house.run(AS_OF, &[]);
    assert_eq!(ran.code, 78);
    let message = "HOME/codes.toml: the file has no [chronic_disease], which this job needs; add it, with lines such as \
                   \"M03900\" = \"hypertension\"";
    assert_eq!(ran.told(), [message]);
}
