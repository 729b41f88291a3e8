//! Care beside the same months of last year: by what was delivered of it and by what a night of it published, every
//! figure by hand; and what the monthly report tells of it.

use std::collections::BTreeMap;
use std::fs;

use chrono::NaiveDate;
use fangpin::board::Figured;
use fangpin::board::nights::{CareRow, MonthTables, Nights, RateRow};
use fangpin::contract;
use fangpin::model::board::Cell;
use fangpin::model::monthly::{Beside, CareBeside, CareMeasure};
use fangpin::model::{AreaCode, Care, Category, Verdict};
use fangpin::publish::sha256_of;
use rust_decimal::Decimal;

use crate::fund::CODES;
use crate::harness::{A, B, C, Cells, House, Row, cell, enrolment, identity, manifest, resident_id, settlement};
use crate::report::{audited, quiet};
use crate::schemas::looks_like;

/// A house that audits the funds, with A and B enrolled in one area and C in another.
fn house() -> House {
    let house = House::of_audit("fund");
    house.append("codes.toml", CODES);
    enrolled(&house);
    house
}

fn enrolled(house: &House) {
    house.deliver("identities", &[identity(A, "2")]);
    house.deliver("insured", &[enrolment(A), enrolment(B), enrolment(C).with("insu_admdvs", "150722")]);
}

/// A stay of A from one day to another, settled on the last of them, unless it is said to be later.
fn stay(id: &str, (cost, basic): (&str, &str), (begin, end): (&str, &str)) -> Row {
    settlement(id, cost)
        .at(&format!("{end} 10:00:00"))
        .with("hifp_pay", basic)
        .with("mdtrt_id", id)
        .with("fixmedins_code", "H15072100001")
        .with("med_type", "21")
        .with("begndate", begin)
        .with("enddate", end)
}

/// January: 1000, of which 600 and 100 were paid. February: 500, of which 250 were; and a stay that was settled when
/// February was over.
fn year_2024() -> Vec<Row> {
    vec![
        stay("a", ("1000.00", "600.00"), ("2024-01-03", "2024-01-10")).with("maf_pay", "100.00"),
        stay("b", ("500.00", "250.00"), ("2024-02-05", "2024-02-12")),
        stay("c", ("9999.00", "0.00"), ("2024-02-18", "2024-02-20")).at("2024-03-05 10:00:00"),
    ]
}

/// January: 1200, half of it paid. February: 700 and 900, seven tenths paid; and 400 in the other area, a quarter paid.
/// March has begun.
fn year_2025() -> Vec<Row> {
    vec![
        stay("d", ("1200.00", "600.00"), ("2025-01-04", "2025-01-09")),
        stay("e", ("700.00", "490.00"), ("2025-02-03", "2025-02-10")),
        stay("f", ("900.00", "630.00"), ("2025-02-11", "2025-02-20")),
        stay("g", ("400.00", "100.00"), ("2025-02-01", "2025-02-02")).of(C).with("insu_admdvs", "150722"),
        stay("h", ("7777.00", "0.00"), ("2025-03-01", "2025-03-02")),
    ]
}

/// The stays of one area, or of the whole area, in a span of months.
fn row(rows: &[Cells], area: &str, month: &str, span: &str) -> Cells {
    let scope = if area == "whole" { ("whole", "-") } else { ("area", area) };
    let is = |row: &&Cells| {
        (cell(row, "scope"), cell(row, "area_code")) == scope
            && (cell(row, "month"), cell(row, "span"), cell(row, "care")) == (month, span, "in_patient")
    };
    rows.iter().find(is).unwrap_or_else(|| panic!("{area} {month} {span}")).clone()
}

/// A column with that of last year and the change.
fn beside(row: &Cells, column: &str, change: &str) -> String {
    [column, &format!("{column}_year_ago"), &format!("{column}_{change}")].map(|column| cell(row, column)).join(" ")
}

/// What both sources of last year give alike.
fn holds_last_year(rows: &[Cells]) {
    let february = row(rows, "150721", "2025-02-01", "month");
    assert_eq!(beside(&february, "cost", "growth"), "1600.00 500.00 220.0000");
    assert_eq!(beside(&february, "basic_insurance_percent", "change"), "70.0000 50.0000 20.0000");
    assert_eq!(beside(&february, "person_percent", "change"), "30.0000 50.0000 -20.0000");
    assert_eq!(beside(&february, "cost_per_stay", "growth"), "800.00 500.00 60.0000");
    assert_eq!([cell(&february, "stays"), cell(&february, "stays_year_ago")], ["2", "1"]);
    // 2800 and 1500; 1080 and 550 of them the person's; three stays and two, of 933.33 and 750.
    let to_date = row(rows, "150721", "2025-02-01", "to_date");
    assert_eq!(beside(&to_date, "cost", "growth"), "2800.00 1500.00 86.6667");
    assert_eq!(beside(&to_date, "person_percent", "change"), "38.5714 36.6667 1.9048");
    assert_eq!(beside(&to_date, "medical_assistance_percent", "change"), "0.0000 6.6667 -6.6667");
    assert_eq!(beside(&to_date, "cost_per_stay", "growth"), "933.33 750.00 24.4440");
    // January is its own year to date.
    let january = ["month", "to_date"].map(|span| beside(&row(rows, "150721", "2025-01-01", span), "cost", "growth"));
    assert_eq!(january, ["1200.00 1000.00 20.0000", "1200.00 1000.00 20.0000"]);
    // Nobody of the other area lay in hospital last year: that is known.
    let other = row(rows, "150722", "2025-02-01", "month");
    assert_eq!(beside(&other, "cost", "growth"), "400.00 0.00 -");
    assert_eq!(beside(&other, "person_percent", "change"), "75.0000 - -");
    assert_eq!(beside(&other, "cost_per_stay", "growth"), "400.00 - -");
    // 3200 over four stays, and 1500 over two.
    let whole = row(rows, "whole", "2025-02-01", "to_date");
    assert_eq!(beside(&whole, "cost", "growth"), "3200.00 1500.00 113.3333");
    assert_eq!(beside(&whole, "cost_per_stay", "growth"), "800.00 750.00 6.6667");
    assert!(rows.iter().all(|row| row["month"] != "2025-03-01"), "March is not over");
}

/// How many warnings of a night say this.
fn warns(house: &House, day: &str, of: &str) -> usize {
    let manifest = manifest(&house.path("published").join(day));
    manifest["warnings"].as_array().unwrap().iter().filter(|line| line.as_str().unwrap().contains(of)).count()
}

fn ran(house: &House, day: &str, more: &[&str]) {
    let ran = house.run(day, more);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
}

#[test]
fn last_years_months_are_read_as_this_years_where_they_were_delivered() {
    let house = house();
    house.deliver("settlements", &[year_2024(), year_2025()].concat());
    ran(&house, "2025-03-20", &[]);
    let rows = house.read("2025-03-20", "care_compared");
    holds_last_year(&rows);
    // Four stays of three people; how many were enrolled last year no night says.
    let whole = row(&rows, "whole", "2025-02-01", "to_date");
    assert_eq!(beside(&whole, "stays_per_thousand", "growth"), "1333.3333 - -");
    assert_eq!(warns(&house, "2025-03-20", "no night of last year says how many people were enrolled then"), 1);
    assert_eq!(warns(&house, "2025-03-20", "beside nothing in care_compared.parquet"), 0);
    let folder = house.path("published/2025-03-20");
    // Two areas and the whole, two months, two spans.
    assert_eq!(looks_like(&folder, contract::table("care_compared")), 12);
    let keys = |row: &Cells| ["scope", "area_code", "month", "span", "care"].map(|of| cell(row, of).replace('-', " "));
    assert!(rows.is_sorted_by_key(keys));
    // The account of the night is that of this year: the rest is out of the window.
    let totals = &manifest(&folder)["control_totals"]["settlements"];
    assert_eq!((&totals["counted"]["rows"], &totals["out_of_window"]["rows"]), (&5.into(), &3.into()));
    assert!(manifest(&folder).get("last_year").is_none());
}

#[test]
fn a_delivery_that_reaches_a_few_weeks_back_has_no_last_year() {
    let house = house();
    let february = year_2024().into_iter().skip(1);
    house.deliver("settlements", &february.chain(year_2025()).collect::<Vec<Row>>());
    ran(&house, "2025-03-20", &[]);
    assert_eq!(warns(&house, "2025-03-20", "care stands beside nothing in care_compared.parquet"), 1);
    let rows = house.read("2025-03-20", "care_compared");
    let whole = row(&rows, "whole", "2025-02-01", "to_date");
    assert_eq!(beside(&whole, "cost", "growth"), "3200.00 - -");
    assert_eq!(beside(&whole, "cost_per_stay", "growth"), "800.00 - -");
    assert_eq!(cell(&whole, "settlements_year_ago"), "-");
}

/// The nights of last year on these days, then that of 20 March with this year's settlements alone and a fourth person
/// enrolled.
fn after(days: &[&str]) -> House {
    let house = house();
    house.deliver("settlements", &year_2024());
    days.iter().for_each(|day| ran(&house, day, &[]));
    house.deliver("settlements", &year_2025());
    let fourth = enrolment(&resident_id(15_072_119_700_101_012)).with("psn_insu_date", "2025-01-01");
    house.deliver(
        "insured",
        &[enrolment(A), enrolment(B), enrolment(C).with("insu_admdvs", "150722"), fourth.in_file("b.parquet")],
    );
    ran(&house, "2025-03-20", &[]);
    house
}

#[test]
fn last_years_months_are_those_that_a_night_of_it_published_where_they_were_not_delivered() {
    // That of 10 March knew of the stay that was settled on the fifth; that of 29 February knew as much as tonight.
    let house = after(&["2024-01-31", "2024-02-29", "2024-03-10"]);
    let rows = house.read("2025-03-20", "care_compared");
    holds_last_year(&rows);
    // Three stays of three people and two of two, in the first area.
    let to_date = row(&rows, "150721", "2025-02-01", "to_date");
    assert_eq!(beside(&to_date, "stays_per_thousand", "growth"), "1000.0000 1000.0000 0.0000");
    // Four stays of four, and two of three: half as many again.
    let whole = row(&rows, "whole", "2025-02-01", "to_date");
    assert_eq!(beside(&whole, "stays_per_thousand", "growth"), "1000.0000 666.6667 50.0000");
    let named = manifest(&house.path("published/2025-03-20"))["last_year"].clone();
    let bytes = fs::read(house.path("published/2024-02-29/manifest.json")).unwrap();
    assert_eq!((&named["night"], &named["sha256"]), (&"2024-02-29".into(), &sha256_of(&bytes).into()));
    assert_eq!(warns(&house, "2025-03-20", "last year"), 0);
    assert_eq!(house.fangpin(&["verify", "--chain", "HOME/published"]).code, 0);
}

#[test]
fn what_no_night_of_last_year_knew_stands_beside_nothing() {
    let house = after(&["2024-01-31"]);
    let rows = house.read("2025-03-20", "care_compared");
    let cost = |month, span| beside(&row(&rows, "150721", month, span), "cost", "growth");
    assert_eq!(cost("2025-01-01", "to_date"), "1200.00 1000.00 20.0000");
    assert_eq!(cost("2025-02-01", "month"), "1600.00 - -");
    assert_eq!(cost("2025-02-01", "to_date"), "2800.00 - -");
    assert_eq!(warns(&house, "2025-03-20", "the latest night of last year is that of 2024-01-31"), 1);
    // In January no month of the year is over.
    let young = self::house();
    young.deliver("settlements", &year_2025());
    ran(&young, "2025-01-20", &[]);
    assert!(young.read("2025-01-20", "care_compared").is_empty());
    assert_eq!(warns(&young, "2025-01-20", "last year"), 0);
}

/// Where an old night is run again with all later ones, those are held against the new one.
#[test]
fn a_night_of_last_year_that_is_run_again_is_what_the_later_ones_are_held_against() {
    let house = house();
    house.deliver("settlements", &year_2025());
    fs::rename(house.path("delivery"), house.path("this_year")).unwrap();
    enrolled(&house);
    house.deliver("settlements", &year_2024());
    ran(&house, "2024-02-29", &[]);
    ran(&house, "2025-03-20", &["--delivery", "HOME/this_year"]);
    let cost =
        || beside(&row(&house.read("2025-03-20", "care_compared"), "150721", "2025-02-01", "month"), "cost", "growth");
    assert_eq!(cost(), "1600.00 500.00 220.0000");
    let corrected = year_2024().into_iter().map(|row| match row.cell("setl_id") {
        Some("b") => row.with("medfee_sumamt", "800.00"),
        _ => row,
    });
    house.deliver("settlements", &corrected.collect::<Vec<Row>>());
    ran(&house, "2024-02-29", &["--replace", "--through", "2025-03-20"]);
    assert_eq!(cost(), "1600.00 800.00 100.0000");
    let named = manifest(&house.path("published/2025-03-20"))["last_year"]["sha256"].clone();
    assert_eq!(named, sha256_of(&fs::read(house.path("published/2024-02-29/manifest.json")).unwrap()));
}

fn number(text: &str) -> Decimal {
    text.parse().unwrap()
}

/// What the table says of the stays of an area, or of the whole area, in a month or until it: as many settlements as
/// stays, all of them at 100.
fn care(area: Option<u32>, (month, to_date): (u32, bool), stays: u64, year_ago: u64) -> CareRow {
    let figure = Beside { now: Some(number("100")), year_ago: Some(number("80")), change: Some(number("25")) };
    CareRow {
        whole: area.is_none(),
        area: area.and_then(AreaCode::new),
        month: NaiveDate::from_ymd_opt(2025, month, 1).unwrap(),
        to_date,
        care: Some(Care::InPatient),
        rests_on: [stays, year_ago, stays, year_ago],
        measures: CareMeasure::ALL.map(|measure| (measure, figure)).into(),
    }
}

/// The months of some areas, each with its stays of this year and of last year, and all of them together.
fn months(areas: &[(u32, &[(u64, u64)])]) -> Vec<CareRow> {
    let mut rows = Vec::new();
    for month in 0..areas[0].1.len() {
        let number = u32::try_from(month).unwrap() + 1;
        let mut enter = |area, months: Vec<(u64, u64)>| {
            let sum = |of: &[(u64, u64)]| of.iter().fold((0, 0), |sum, of| (sum.0 + of.0, sum.1 + of.1));
            let ((stays, ago), (all, all_ago)) = (months[month], sum(&months[..=month]));
            rows.push(care(area, (number, false), stays, ago));
            rows.push(care(area, (number, true), all, all_ago));
        };
        areas.iter().for_each(|(area, months)| enter(Some(*area), months.to_vec()));
        let all = |at: usize| areas.iter().fold((0, 0), |sum, (_, of)| (sum.0 + of[at].0, sum.1 + of[at].1));
        enter(None, (0..areas[0].1.len()).map(all).collect());
    }
    rows
}

fn told_of(care: Vec<CareRow>, rates: Vec<RateRow>) -> CareBeside {
    let mut nights: Nights = quiet();
    let mut audit = audited(Vec::new(), None);
    audit.tables = MonthTables { care, rates, ..MonthTables::default() };
    nights.audits = vec![audit];
    Figured::of(&nights).month(NaiveDate::from_ymd_opt(2025, 11, 1).unwrap()).care.unwrap()
}

/// Which areas are told.
fn areas(care: &CareBeside) -> BTreeMap<String, bool> {
    let told = |cell: Cell<Beside>| cell.told().is_some();
    let area = |of: &fangpin::model::monthly::AreaStays| {
        let cells = [of.cost_per_stay, of.person, of.stays_per_thousand].map(told);
        assert!(cells == [cells[0]; 3], "one figure of an area gives the others");
        (of.place.code.clone().unwrap(), cells[0])
    };
    care.areas.iter().map(area).collect()
}

fn shown(of: &[(&str, bool)]) -> BTreeMap<String, bool> {
    of.iter().map(|(area, told)| ((*area).to_owned(), *told)).collect()
}

#[test]
fn areas_of_enough_stays_are_told_and_so_is_the_whole() {
    let care = told_of(months(&[(150_721, &[(5, 5), (0, 9)]), (150_722, &[(8, 6), (7, 0)])]), Vec::new());
    assert_eq!(areas(&care), shown(&[("150721", true), ("150722", true)]));
    assert_eq!(care.month, NaiveDate::from_ymd_opt(2025, 2, 1).unwrap());
    // Every measure of a stay.
    assert_eq!(care.whole.len(), 8);
    let all = Cell::Told(Beside { now: Some(number("100")), year_ago: Some(number("80")), change: Some(number("25")) });
    assert!(care.whole.iter().all(|line| (line.care, line.month, line.to_date) == (Care::InPatient, all, all)));
}

/// Four stays in January are too few, this year or last. The next smallest area goes with it, or the sum less the others
/// would tell; and both stay out, or February's year to date less February's own would.
#[test]
fn an_area_of_few_stays_in_any_month_is_left_out_with_another() {
    let out = shown(&[("150721", false), ("150722", false), ("150723", true)]);
    for of_few in [(4, 9), (9, 4)] {
        let rows =
            months(&[(150_721, &[of_few, (30, 30)]), (150_722, &[(6, 6), (30, 30)]), (150_723, &[(30, 30), (30, 30)])]);
        let care = told_of(rows, Vec::new());
        assert_eq!(areas(&care), out, "{of_few:?}");
        assert!(care.whole.iter().all(|line| line.to_date != Cell::Withheld));
    }
}

#[test]
fn a_whole_area_of_few_stays_is_not_told() {
    let care = told_of(months(&[(150_721, &[(4, 0), (30, 30)])]), Vec::new());
    assert_eq!(areas(&care), shown(&[]), "no table of nothing but withheld figures");
    assert!(care.whole.iter().all(|line| (line.month, line.to_date) == (Cell::Withheld, Cell::Withheld)));
}

fn rate(category: Category, area: u32, stays: u64) -> RateRow {
    RateRow {
        category,
        area: AreaCode::new(area).unwrap(),
        stays,
        enrolled: 1_000,
        rate: Some(Decimal::from(stays)),
        overall: Some(Decimal::from(stays)),
        limit: None,
        z: None,
        verdict: Verdict::NotApplicable,
    }
}

/// By category, the stays of three areas.
fn rates(of: &[(Category, [u64; 3])]) -> Vec<RateRow> {
    let of_one = |(category, stays): &(Category, [u64; 3])| {
        let of_area = |(area, stays)| rate(*category, area, stays);
        [150_721, 150_722, 150_723].into_iter().zip(*stays).map(of_area).collect::<Vec<RateRow>>()
    };
    of.iter().flat_map(of_one).collect()
}

/// All stays of an area less those of the categories that are told give those that are not.
#[test]
fn an_area_whose_stays_would_give_a_category_away_is_left_out() {
    use Category::{ExtremePoverty, OrdinaryInsured, SubsistenceAllowance};
    let told_by = |rates| {
        let care = told_of(months(&[(150_721, &[(30, 30)]), (150_722, &[(30, 30)]), (150_723, &[(30, 30)])]), rates);
        let of = |area: &str| areas(&care).get(area).copied().unwrap_or_default();
        (["150721", "150722", "150723"].map(of), care.whole[0].to_date != Cell::Withheld)
    };
    let all = rates(&[(ExtremePoverty, [5, 12, 15]), (OrdinaryInsured, [25, 18, 15])]);
    assert_eq!(told_by(all), ([true; 3], true));
    // The rates leave out the four, and the twelve beside them: 30 less 26 would be the one, 30 less 18 the other.
    let few = rates(&[(ExtremePoverty, [4, 12, 15]), (OrdinaryInsured, [26, 18, 15])]);
    assert_eq!(told_by(few), ([false, false, true], true));
    // Four of a category in all areas: the whole area's stays less everybody else's would be theirs.
    let few_of_all = rates(&[(ExtremePoverty, [4, 0, 0]), (OrdinaryInsured, [26, 30, 30])]);
    assert_eq!(told_by(few_of_all), ([false, true, true], false));
    // Three and four that are both left out come to seven, and nobody knows which is which.
    let several = [(ExtremePoverty, [3, 12, 15]), (SubsistenceAllowance, [4, 20, 30]), (OrdinaryInsured, [9, 9, 9])];
    assert_eq!(told_by(rates(&several)), ([true; 3], true));
}
