//! Rates of admission against peers: medians, distances and limits worked out by hand, what cannot be told, and what is
//! true of any group of peers.

#![cfg(test)]

use std::collections::BTreeMap;

use fangpin::audit::peers::{Peers, Rate};
use proptest::prelude::*;
use rust_decimal::Decimal;

use crate::harness::{AS_OF, Cells, House, Row, cell, enrolment, identity, manifest, resident_id, settlement};

/// Somebody of an area.
fn person(area: u64, number: u64) -> String {
    resident_id(area * 100_000_000_000 + 19_700_101_000 + number)
}

/// So many people of an area, all enrolled there, of whom the first stayed in hospital so many times.
struct Place {
    area: u64,
    people: u64,
    stays: u64,
}

/// Six areas of forty people: 100, 100, 125, 125, 150 and 750 stays per thousand.
const SIX: [Place; 6] = [
    Place { area: 150_721, people: 40, stays: 4 },
    Place { area: 150_722, people: 40, stays: 4 },
    Place { area: 150_723, people: 40, stays: 5 },
    Place { area: 150_724, people: 40, stays: 5 },
    Place { area: 150_725, people: 40, stays: 6 },
    Place { area: 150_726, people: 40, stays: 30 },
];
/// Where 5 stays of ten people look like many.
const SMALL: Place = Place { area: 150_727, people: 10, stays: 5 };

fn insured(places: &[Place]) -> Vec<Row> {
    let of = |place: &Place| {
        let area = place.area;
        (0..place.people).map(move |number| enrolment(&person(area, number)).with("insu_admdvs", &area.to_string()))
    };
    places.iter().flat_map(of).collect()
}

fn stay(area: u64, number: u64) -> Row {
    settlement(&format!("{area}{number}"), "3000.00")
        .of(&person(area, number))
        .with("insu_admdvs", &area.to_string())
        .with("fixmedins_code", "H15072100001")
        .with("med_type", "21")
        .with("begndate", "2025-02-20")
        .with("enddate", "2025-03-01")
}

fn stays(places: &[Place]) -> Vec<Row> {
    places.iter().flat_map(|place| (0..place.stays).map(|number| stay(place.area, number))).collect()
}

fn night(settlements: &[Row], insured: Option<&[Row]>) -> House {
    night_with(settlements, insured, &[identity(&person(110_101, 1), "2")])
}

fn night_with(settlements: &[Row], insured: Option<&[Row]>, register: &[Row]) -> House {
    let house = House::of_audit("conduct").under("sample.toml");
    house.deliver("identities", register);
    house.deliver("settlements", settlements);
    if let Some(insured) = insured {
        house.deliver("insured", insured);
    }
    let ran = house.run(AS_OF, &[]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    house
}

/// By area: some columns of the ordinary insured.
fn shown(house: &House, columns: &[&str]) -> BTreeMap<String, String> {
    let ordinary = |row: &&Cells| row["category"] == "ordinary_insured";
    let line = |row: &Cells| columns.iter().map(|column| cell(row, column)).collect::<Vec<_>>().join(" ");
    house
        .read(AS_OF, "admission_rates")
        .iter()
        .filter(ordinary)
        .map(|row| (row["area_code"].clone(), line(row)))
        .collect()
}

fn verdicts(house: &House) -> BTreeMap<String, String> {
    shown(house, &["verdict", "matter"])
}

/// The median of 100, 100, 125, 125, 150, 750 is 125; the distances are 25, 25, 0, 0, 25, 625, whose median is 25. So
/// z of 750 is 0.6745 × 625 / 25 = 16.8625. All together had 54 stays of 240 people, p = 0.225, and p + 3.09 ×
/// sqrt(0.225 / 40) is 0.225 + 3.09 × 0.075 = 0.45675.
#[test]
fn a_rate_far_above_its_peers_is_to_be_reviewed() {
    let house = night(&stays(&SIX), Some(&insured(&SIX)));
    let columns = ["stays", "enrolled", "rate", "peers", "median", "mad", "z", "overall", "limit", "verdict"];
    let same = "6 125.0000 25.0000";
    let line = |stays: &str, rate: &str, z: &str, verdict: &str| {
        format!("{stays} 40 {rate} {same} {z} 225.0000 456.7500 {verdict}")
    };
    let expected = [
        ("150721", line("4", "100.0000", "-0.6745", "correct")),
        ("150722", line("4", "100.0000", "-0.6745", "correct")),
        ("150723", line("5", "125.0000", "0.0000", "correct")),
        ("150724", line("5", "125.0000", "0.0000", "correct")),
        ("150725", line("6", "150.0000", "0.6745", "correct")),
        ("150726", line("30", "750.0000", "16.8625", "fault")),
    ];
    assert_eq!(shown(&house, &columns), expected.map(|(area, line)| (area.to_owned(), line)).into());
    let problems = house.read(AS_OF, "problems");
    let of_rates: Vec<&Cells> = problems.iter().filter(|row| row["mechanism"] == "admission_rate").collect();
    assert_eq!(of_rates.len(), 1);
    assert_eq!(cell(of_rates[0], "subject_code"), "150726/ordinary_insured");
    assert_eq!(
        cell(of_rates[0], "detail"),
        "2025年截至2025-11-30住院30次，参保40人，每千人750，同类区划中位数125，稳健Z值16.8625，漏斗图上限456.75；明显高于同类，待核查"
    );
}

/// With ten people more who had five stays, p is 59 / 250 = 0.236, and the limit for ten people 0.236 + 3.09 ×
/// sqrt(0.0236) = 0.7107: their 0.5 lies below it, though its z is 0.6745 × 375 / 25 = 10.1175.
#[test]
fn a_small_place_is_not_accused_by_the_chance_of_a_few_stays() {
    let places: Vec<Place> = SIX.into_iter().chain([SMALL]).collect();
    let house = night(&stays(&places), Some(&insured(&places)));
    let said = shown(&house, &["rate", "z", "limit", "verdict", "matter"]);
    assert_eq!(said["150727"], "500.0000 10.1175 710.6948 correct rate_in_line");
    assert_eq!(said["150726"], "750.0000 16.8625 473.3474 fault rate_out_of_line");
}

#[test]
fn fewer_than_five_areas_are_not_compared() {
    let four = &SIX[2..];
    let house = night(&stays(four), Some(&insured(four)));
    assert!(verdicts(&house).values().all(|said| said == "not_applicable too_few_peers"), "{:?}", verdicts(&house));
    let five = &SIX[1..];
    let house = night(&stays(five), Some(&insured(five)));
    assert_eq!(verdicts(&house)["150726"], "fault rate_out_of_line");
}

/// More than half of the areas have one rate: there is no distance to measure by.
#[test]
fn where_most_peers_are_alike_nothing_is_compared() {
    let alike = |area, stays| Place { area, people: 40, stays };
    let places: Vec<Place> =
        (150_721..150_726).map(|area| alike(area, 4)).chain([alike(150_726, 30), alike(150_727, 5)]).collect();
    let house = night(&stays(&places), Some(&insured(&places)));
    assert!(verdicts(&house).values().all(|said| said == "not_applicable too_few_peers"), "{:?}", verdicts(&house));
}

/// People in doubt are taken as enrolled before anybody is accused: with 26 more, 30 stays of 66 people are 0.4545, above
/// the limit of 0.225 + 3.09 × sqrt(0.225 / 66) = 0.4054; with 40 more they are 0.375, below that of 80 people, 0.3889.
#[test]
fn enrolments_that_cannot_be_used_neither_accuse_nor_clear() {
    for (more, expected) in [(26, "fault rate_out_of_line"), (40, "cannot_be_told no_data")] {
        let undated = (100..100 + more)
            .map(|number| enrolment(&person(150_726, number)).with("insu_admdvs", "150726").without("psn_insu_date"));
        let insured: Vec<Row> = insured(&SIX).into_iter().chain(undated).collect();
        let house = night(&stays(&SIX), Some(&insured));
        assert_eq!(verdicts(&house)["150726"], expected, "{more}");
        assert_eq!(shown(&house, &["enrolled", "enrolled_in_doubt"])["150726"], format!("40 {more}"));
    }
}

/// A stay in doubt may be one: 6 and 13 would be above the limit of 18.27 stays of forty people, 6 and 12 would not.
#[test]
fn stays_without_days_neither_accuse_nor_clear() {
    for (more, expected) in [(12, "correct rate_in_line"), (13, "cannot_be_told no_data")] {
        let undated = (0..more).map(|number| stay(150_725, 20 + number).without("begndate"));
        let rows: Vec<Row> = stays(&SIX).into_iter().chain(undated).collect();
        let house = night(&rows, Some(&insured(&SIX)));
        assert_eq!(verdicts(&house)["150725"], expected, "{more}");
        assert_eq!(shown(&house, &["stays", "stays_in_doubt"])["150725"], format!("6 {more}"));
    }
}

#[test]
fn everybody_enrolled_on_the_day_is_counted_once_in_one_place() {
    let mut rows = insured(&SIX);
    let moved = |number| enrolment(&person(150_721, number));
    let elsewhere = |row: Row| row.with("insu_admdvs", "150725");
    // Of 40 people of 150721: sent again, as an employee too, moved, ended the day before, from the day on, from the day
    // after on, suspended, of a scheme that is none of basic insurance beside a sound one.
    rows.push(moved(0).in_file("b.parquet"));
    rows.push(moved(1).with("insutype", "310").with("psn_insu_date", "2021-01-01"));
    rows.push(elsewhere(moved(2)).with("psn_insu_date", "2025-01-01"));
    rows.push(moved(3).with("paus_insu_date", AS_OF).in_file("b.parquet"));
    rows.push(moved(50).with("psn_insu_date", AS_OF));
    rows.push(moved(51).with("psn_insu_date", "2025-12-01"));
    rows.push(moved(4).with("psn_insu_stas", "2").in_file("b.parquet"));
    rows.push(moved(5).with("insutype", "510").with("psn_insu_date", "2025-01-01"));
    let house = night(&stays(&SIX), Some(&rows));
    let enrolled = shown(&house, &["enrolled", "enrolled_in_doubt"]);
    assert_eq!(enrolled["150721"], "38 0");
    assert_eq!(enrolled["150725"], "41 0");
    let warnings = manifest(&house.path("published").join(AS_OF))["warnings"].to_string();
    assert!(warnings.contains("insured: codes of `insutype` that the mapping lacks: `510` (1)"), "{warnings}");
}

/// The first category that the register gives on the day; whoever has left it is of the ordinary insured.
#[test]
fn people_of_the_register_are_peers_of_their_own_category() {
    let register = [
        identity(&person(150_726, 0), "2"),
        identity(&person(150_726, 1), "2").with("enddate", AS_OF),
        identity(&person(150_721, 0), "5"),
        identity(&person(150_721, 0), "1"),
    ];
    let house = night_with(&stays(&SIX), Some(&insured(&SIX)), &register);
    let rows = house.read(AS_OF, "admission_rates");
    let listed: Vec<String> = rows
        .iter()
        .filter(|row| row["category"] != "ordinary_insured")
        .map(|row| ["category", "area_code", "stays", "enrolled", "matter"].map(|column| cell(row, column)).join(" "))
        .collect();
    assert_eq!(listed, ["extreme_poverty 150721 1 1 too_few_peers", "subsistence_allowance 150726 1 1 too_few_peers"]);
    assert_eq!(shown(&house, &["stays", "enrolled"])["150726"], "29 39");
}

#[test]
fn rows_in_other_files_and_another_order_say_the_same() {
    let tables = |house: &House| ["verdicts", "admission_rates"].map(|table| house.read(AS_OF, table));
    let [settled, enrolled] = [stays(&SIX), insured(&SIX)];
    let turned = |rows: &[Row]| -> Vec<Row> {
        let of = |(at, row): (usize, &Row)| row.clone().in_file(["c.parquet", "b.parquet", "a.parquet"][at % 3]);
        rows.iter().rev().enumerate().map(of).collect()
    };
    let one = night(&settled, Some(&enrolled));
    let other = night(&turned(&settled), Some(&turned(&enrolled)));
    assert_eq!(tables(&one), tables(&other));
}

#[test]
fn without_enrolments_nothing_is_told() {
    let house = night(&stays(&SIX), None);
    assert!(verdicts(&house).values().all(|said| said == "cannot_be_told no_data"), "{:?}", verdicts(&house));
    assert_eq!(verdicts(&house).len(), 6);
    let warnings = manifest(&house.path("published").join(AS_OF))["warnings"].to_string();
    let line = "admission_rate: nobody's enrolment (`insured`) was delivered, so nothing can be told";
    assert_eq!(warnings.matches(line).count(), 1, "{warnings}");
}

fn decimal(text: &str) -> Decimal {
    Decimal::from_str_exact(text).unwrap()
}

fn group(rates: &[(u64, u64)]) -> Vec<Rate> {
    rates.iter().map(|(events, people)| Rate::new(*events, *people).unwrap()).collect()
}

/// Of 5000, 8651, 10000, 11349 and 17000 the median is 10000, MAD 1349, and z of 17000 0.6745 × 7000 / 1349 = 3.5.
#[test]
fn a_z_of_exactly_the_policys_is_out_of_line() {
    let least = decimal("3.5");
    for (events, expected) in [(16_999, false), (17_000, true), (17_001, true)] {
        let rates = [(5000, 100_000), (8651, 100_000), (10_000, 100_000), (11_349, 100_000), (events, 100_000)];
        let rates = group(&rates);
        let peers = Peers::of(&rates).unwrap();
        assert_eq!(peers.z_is_at_least(rates[4], least), expected, "{events}");
    }
}

/// 250 of 1000 together: for a hundred people the limit of two deviations is 0.25 + 2 × sqrt(0.25 / 100) = 0.35.
#[test]
fn a_rate_at_the_funnels_limit_is_not_above_it() {
    for (events, expected) in [(35, false), (36, true)] {
        let rates = group(&[(events, 100), (250 - events, 900)]);
        let peers = Peers::of(&rates).unwrap();
        assert_eq!(peers.is_above_funnel(rates[0], decimal("2")), expected, "{events}");
        assert_eq!(peers.limit(rates[0], decimal("2")).unwrap().normalize(), decimal("350"));
    }
}

/// The same where products have more than 128 bits: the largest counts, and a thousand peers.
#[test]
fn the_largest_counts_are_held_exactly() {
    let largest = 1 << 26;
    assert_eq!(Rate::new(0, 0), None);
    assert_eq!(Rate::new(1, largest + 1), None);
    assert_eq!(Rate::new(largest + 1, 1), None);
    let half: Vec<(u64, u64)> = (0..999).map(|number| (largest / 2 - 500 + number, largest)).collect();
    let rates: Vec<(u64, u64)> = half.into_iter().chain([(largest, largest)]).collect();
    let rates = group(&rates);
    let peers = Peers::of(&rates).unwrap();
    // The median is that of -500..=498 with one far above, -0.5; the distances have the median 250.
    assert!(peers.z_is_at_least(rates[999], decimal("100")));
    assert!(peers.z_is_at_least(rates[998], decimal("1.3449")));
    assert!(!peers.z_is_at_least(rates[998], decimal("1.3451")));
    assert!(peers.is_above_funnel(rates[999], decimal("100")));
    assert!(!peers.is_above_funnel(rates[998], decimal("3.09")));
}

fn groups() -> impl Strategy<Value = Vec<(u64, u64)>> {
    prop::collection::vec((1_u64..5000).prop_flat_map(|people| (0..=people, Just(people))), 3..40)
}

/// The middle of some numbers, or the mean of the two in the middle.
fn median(mut of: Vec<Decimal>) -> Decimal {
    of.sort();
    (of[(of.len() - 1) / 2] + of[of.len() / 2]) / Decimal::TWO
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, ..ProptestConfig::default() })]

    /// As a person would work it out, but for numbers so near the limit that 28 digits do not tell.
    #[test]
    fn the_exact_comparisons_agree_with_those_of_many_digits(rates in groups(), tenths in 1_i64..100) {
        let least = Decimal::new(tenths, 1);
        let of_each: Vec<Decimal> = rates.iter().map(|(s, n)| Decimal::from(*s) / Decimal::from(*n)).collect();
        let middle = median(of_each.clone());
        let mad = median(of_each.iter().map(|rate| (*rate - middle).abs()).collect());
        let (s, n) = rates.iter().fold((0, 0), |(s, n), rate| (s + rate.0, n + rate.1));
        let p = Decimal::from(s) / Decimal::from(n);
        let all = group(&rates);
        let peers = Peers::of(&all).unwrap();
        prop_assert_eq!(peers.has_spread(), mad > decimal("0.00000000000000000001"));
        let near = decimal("0.000000000000001");
        for (rate, (x, (_, n))) in all.iter().zip(of_each.iter().zip(&rates)) {
            if peers.has_spread() {
                let z = decimal("0.6745") * (*x - middle) / mad;
                prop_assume!((z - least).abs() > near);
                prop_assert_eq!(peers.z_is_at_least(*rate, least), z >= least);
            }
            // Without a root: both sides of x - p > k sqrt(p / n), squared.
            let (above, width) = (*x - p, least * least * p / Decimal::from(*n));
            prop_assume!((above * above - width).abs() > near);
            prop_assert_eq!(peers.is_above_funnel(*rate, least), above > Decimal::ZERO && above * above > width);
        }
    }

    #[test]
    fn the_order_of_peers_changes_nothing(rates in groups(), seed in any::<u64>()) {
        let mut shuffled = rates.clone();
        shuffled.sort_by_key(|(s, n)| (s * 31 + n * 17 + seed % 101) % 97);
        prop_assert_eq!(Peers::of(&group(&rates)), Peers::of(&group(&shuffled)));
    }

    /// Rates that are equal, though of other counts, are what an order could show in: half of the group has a third.
    #[test]
    fn nor_does_it_where_rates_are_equal(rates in groups(), people in prop::collection::vec(1_u64..1600, 1..40)) {
        let equal = people.iter().map(|people| (*people, people * 3));
        let all: Vec<(u64, u64)> = rates.into_iter().chain(equal).collect();
        let backwards: Vec<(u64, u64)> = all.iter().rev().copied().collect();
        prop_assert_eq!(Peers::of(&group(&all)), Peers::of(&group(&backwards)));
    }

    /// The same rates among more people: z stands, and the funnel narrows.
    #[test]
    fn more_people_narrow_the_funnel_and_leave_the_z(rates in groups(), times in 2_u64..9, tenths in 1_i64..100) {
        let limit = Decimal::new(tenths, 1);
        let larger: Vec<(u64, u64)> = rates.iter().map(|(s, n)| (s * times, n * times)).collect();
        let (few, many) = (group(&rates), group(&larger));
        let (of_few, of_many) = (Peers::of(&few).unwrap(), Peers::of(&many).unwrap());
        prop_assert_eq!(of_few.median(), of_many.median());
        for (one, other) in few.iter().zip(&many) {
            prop_assert_eq!(of_few.z_is_at_least(*one, limit), of_many.z_is_at_least(*other, limit));
            prop_assert!(!of_few.is_above_funnel(*one, limit) || of_many.is_above_funnel(*other, limit));
        }
    }

    /// At a higher limit nobody is accused who was not at a lower one; and nobody at or below the median ever is.
    #[test]
    fn a_stricter_limit_accuses_no_more(rates in groups(), tenths in 1_i64..99) {
        let (low, high) = (Decimal::new(tenths, 1), Decimal::new(tenths + 1, 1));
        let all = group(&rates);
        let peers = Peers::of(&all).unwrap();
        for rate in &all {
            prop_assert!(!peers.z_is_at_least(*rate, high) || peers.z_is_at_least(*rate, low));
            prop_assert!(!peers.is_above_funnel(*rate, high) || peers.is_above_funnel(*rate, low));
            let at_most_the_median = rate.per_thousand().unwrap() < peers.median().unwrap();
            prop_assert!(!(at_most_the_median && peers.z_is_at_least(*rate, low)));
        }
    }
}
