//! How the funds go (基金运行): every figure, forecast and verdict worked out by hand.

use std::fs;
use std::sync::Arc;

use arrow_array::{ArrayRef, Decimal128Array, RecordBatch, StringArray};
use fangpin::contract;
use serde_json::Value;

use crate::harness::{
    A, B, Cells, House, Row, cell, enrolment, identity, manifest, read, rules_refused, settlement, shipped, write, yuan,
};
use crate::schemas::looks_like;

const AREA: &str = "150721";
pub(crate) const CODES: &str = r#"
[insutype]
"390" = "resident"
[psn_insu_stas]
"1" = "normal"
[med_type]
"11" = "out_patient"
"21" = "in_patient"
[fund]
"1" = "resident"
"2" = "employee"
"#;

/// A rule of the funds; `asks` are its thresholds.
fn rule(asks: &str) -> String {
    format!(
        "\n[[fund]]\nfunds = [\"resident\", \"employee\"]\n{asks}\nlag_months = 1\nfrom = 2021-01-01\nreference = {{ \
         title = \"an invented plan\", article = \"7\" }}\nreviewed = 2025-01-01\n"
    )
}

/// The months of one fund from January of a year, each as income and spending in yuan; the balance follows.
struct Fund {
    area: &'static str,
    code: &'static str,
    balance: i64,
    rows: Vec<Row>,
}

impl Fund {
    fn of(area: &'static str, code: &'static str, balance: i64) -> Fund {
        Fund { area, code, balance, rows: Vec::new() }
    }

    fn year(mut self, year: i32, months: impl IntoIterator<Item = (i64, i64)>) -> Fund {
        for (index, (income, spending)) in months.into_iter().enumerate() {
            self.balance += income - spending;
            let month = format!("{year}-{:02}-01", index + 1);
            let [income, spending, balance] = [income, spending, self.balance].map(|amount| yuan(amount * 100));
            self.rows.push(row(self.area, &month, self.code, [&income, &spending, &balance]));
        }
        self
    }

    /// With this balance in the last month, whatever it follows from.
    fn left(mut self, balance: &str) -> Fund {
        let last = self.rows.pop().unwrap();
        self.rows.push(last.with("balance", balance));
        self
    }
}

fn row(area: &str, month: &str, code: &str, [income, spending, balance]: [&str; 3]) -> Row {
    Row::new(&[
        ("area_code", area),
        ("month", month),
        ("fund", code),
        ("income", income),
        ("spending", spending),
        ("balance", balance),
    ])
}

/// So many months alike.
fn alike(months: usize, income: i64, spending: i64) -> Vec<(i64, i64)> {
    vec![(income, spending); months]
}

/// What a night published.
struct Night {
    house: House,
    day: String,
}

impl Night {
    fn on(day: &str, rules: &str, rows: Vec<Row>) -> Night {
        let house = House::of_audit("fund");
        house.append("policy.toml", rules);
        house.append("codes.toml", CODES);
        house.deliver("identities", &[identity(A, "2")]);
        if !rows.is_empty() {
            house.deliver("fund", &rows);
        }
        let ran = house.run(day, &[]);
        assert_eq!(ran.code, 0, "{}", ran.stderr);
        Night { house, day: day.to_owned() }
    }

    fn read(&self, table: &str) -> Vec<Cells> {
        self.house.read(&self.day, table)
    }

    fn manifest(&self) -> Value {
        manifest(&self.house.path("published").join(&self.day))
    }

    /// How many of the warnings say this.
    fn warns(&self, of: &str) -> usize {
        let manifest = self.manifest();
        let warnings = manifest["warnings"].as_array().unwrap();
        warnings.iter().filter(|line| line.as_str().unwrap().contains(of)).count()
    }

    /// The row of one area, fund and month.
    fn row(&self, table: &str, area: &str, fund: &str, month: &str) -> Cells {
        let is = |row: &Cells| cell(row, "area_code") == area && cell(row, "fund") == fund && row["month"] == month;
        self.read(table).into_iter().find(is).unwrap_or_else(|| panic!("{table} has no {area} {fund} {month}"))
    }

    /// Verdict, matter, and what was found and expected, of each area.
    fn verdicts(&self) -> Vec<String> {
        let told = |row: &Cells| {
            assert_eq!((cell(row, "subject_kind"), cell(row, "person_id")), ("area", "-"));
            ["subject_code", "verdict", "matter", "found", "expected"].map(|column| cell(row, column)).join(" ")
        };
        self.read("verdicts").iter().map(told).collect()
    }
}

fn holds(row: &Cells, expected: &[(&str, &str)]) {
    for (column, value) in expected {
        assert_eq!(cell(row, column), *value, "{column}: {row:?}");
    }
}

/// 20 a month of premiums until September and 340 in each month of the last quarter, 1200 a year, 100 a month spent; in
/// 2025 a tenth more of each.
fn premiums_at_the_years_end() -> Fund {
    let year = |part: i64| [alike(9, 20 * part / 10, 10 * part), alike(3, 34 * part, 10 * part)].concat();
    Fund::of(AREA, "1", 1000).year(2024, year(10)).year(2025, year(11).into_iter().take(10))
}

#[test]
fn a_month_stands_beside_the_same_month_of_last_year() {
    let rules = rule("cover_months = \"6\"\nspent_percent = \"100\"\nrun_out = \"forecast\"\nallowance_months = \"1\"");
    let night = Night::on("2025-10-31", &rules, premiums_at_the_years_end().rows);
    let october = night.row("fund_months", AREA, "resident", "2025-10-01");
    holds(&october, &[("income", "374.00"), ("income_year_ago", "340.00"), ("income_growth", "10.0000")]);
    holds(&october, &[("spending", "110.00"), ("spending_year_ago", "100.00"), ("spending_growth", "10.0000")]);
    // 9 × 22 + 374, and 9 × 20 + 340.
    holds(&october, &[("income_to_date", "572.00"), ("income_to_date_year_ago", "520.00")]);
    holds(&october, &[("income_to_date_growth", "10.0000"), ("spending_to_date", "1100.00")]);
    // 572 and the 680 of last November and December; 1100 and 200.
    holds(&october, &[("income_twelve_months", "1252.00"), ("spending_twelve_months", "1300.00")]);
    // 1000 + 572 - 1100; over 1300 ÷ 12; 1300 over 1252.
    holds(&october, &[("balance", "472.00"), ("cover_months", "4.3569"), ("spent_percent", "103.8339")]);
    holds(&october, &[("balance_gap", "0.00"), ("matter", "fund_low_cover")]);
    // The first month of all has nothing before it.
    let first = night.row("fund_months", AREA, "resident", "2024-01-01");
    holds(&first, &[("income_year_ago", "-"), ("income_growth", "-"), ("income_to_date", "20.00")]);
    holds(&first, &[("income_twelve_months", "-"), ("cover_months", "-"), ("balance_gap", "-"), ("matter", "-")]);
    // Six months at 1300 ÷ 12.
    assert_eq!(night.verdicts(), ["150721 fault fund_low_cover 472.00 650.00"]);
    let verdict = &night.read("verdicts")[0];
    assert_eq!(
        verdict["detail"],
        "居民基本医保基金截至2025年10月累计结余472.00元；预测2025年12月末结余1000.00元，应留未决费用108.34元；可支付4.3569个月\
         （预警线6个月），待核查；近12个月收入1252.00元，支出1300.00元（预警线为收入的100%），待核查"
    );
    assert_eq!(verdict["reference"], "an invented plan 7");
}

#[test]
fn a_forecast_goes_by_the_share_of_the_same_months() {
    let night = Night::on("2025-10-31", &rule("run_out = \"forecast\""), premiums_at_the_years_end().rows);
    // 572 × 340 ÷ 520 = 374 and 1100 × 100 ÷ 1000 = 110, where a twelfth of the year so far would be 57 of income.
    let november = night.row("fund_forecast", AREA, "resident", "2025-11-01");
    holds(&november, &[("income_to_date", "946.00"), ("spending_to_date", "1210.00"), ("balance", "736.00")]);
    let december = night.row("fund_forecast", AREA, "resident", "2025-12-01");
    holds(&december, &[("income_to_date", "1320.00"), ("spending_to_date", "1320.00"), ("balance", "1000.00")]);
    // One year before: nothing to try the forecast on.
    holds(&december, &[("years", "1"), ("tested_years", "0"), ("balance_low", "-"), ("income_basis", "share")]);
    holds(&december, &[("through", "2025-10-01"), ("short", "false"), ("allowance", "0.00")]);
    assert_eq!(night.read("fund_forecast").len(), 2);
    assert!(night.read("fund_backtest").is_empty());
    assert_eq!(night.verdicts(), ["150721 correct fund_sound - -"]);
}

/// Four years of a fund that takes in 100 a month and spends 100, but 110 in November and December of 2023, and 120 a
/// month in 2025, at the end of October of which 1000 are left.
fn four_years(area: &'static str, late_2023: i64) -> Fund {
    Fund::of(area, "2", 0)
        .year(2022, alike(12, 100, 100))
        .year(2023, [alike(10, 100, 100), alike(2, 100, late_2023)].concat())
        .year(2024, alike(12, 100, 100))
        .year(2025, alike(10, 100, 120))
        .left("1000.00")
}

#[test]
fn a_forecast_is_as_wide_as_it_was_wrong_before() {
    let night = Night::on("2025-10-31", &rule("run_out = \"worst\""), four_years(AREA, 110).rows);
    // 2023 by 2022: 100 a month, and 110 came. 2024 by both: 1000 × 210 ÷ 2000 = 105, and 100 came.
    let tested = |month: &str| night.row("fund_backtest", AREA, "employee", month);
    holds(&tested("2023-11-01"), &[("spending_forecast", "100.00"), ("spending_actual", "110.00")]);
    holds(&tested("2023-11-01"), &[("spending_error", "10.0000"), ("years", "1"), ("through", "2023-10-01")]);
    holds(&tested("2023-12-01"), &[("spending_forecast", "200.00"), ("spending_actual", "220.00")]);
    holds(&tested("2024-11-01"), &[("spending_forecast", "105.00"), ("spending_error", "-4.7619"), ("years", "2")]);
    holds(&tested("2024-12-01"), &[("spending_forecast", "210.00"), ("income_error", "0.0000")]);
    assert_eq!(night.read("fund_backtest").len(), 4);
    // By three years: 1200 × 310 ÷ 3000 = 124 a month. A tenth off at most, in two years: 0.1 × 3 ÷ 2.
    let november = night.row("fund_forecast", AREA, "employee", "2025-11-01");
    holds(&november, &[("spending_to_date", "1324.00"), ("spending_margin", "18.60"), ("income_margin", "0.00")]);
    holds(&november, &[("balance", "976.00"), ("balance_low", "957.40"), ("balance_high", "994.60")]);
    let december = night.row("fund_forecast", AREA, "employee", "2025-12-01");
    holds(&december, &[("spending_to_date", "1448.00"), ("spending_margin", "37.20"), ("tested_years", "2")]);
    holds(&december, &[("balance", "952.00"), ("balance_low", "914.80"), ("balance_high", "989.20"), ("years", "3")]);
    assert_eq!(night.verdicts(), ["150721 correct fund_sound - -"]);
}

#[test]
fn few_years_are_measured_by_those_of_all_areas() {
    let rows = [four_years(AREA, 110).rows, four_years("150722", 150).rows].concat();
    let night = Night::on("2025-10-31", &rule("run_out = \"forecast\""), rows);
    // The other area's 2023 was off by a half: 124 × 0.5 × 3 ÷ 2.
    holds(&night.row("fund_forecast", AREA, "employee", "2025-11-01"), &[("spending_margin", "93.00")]);
    // With three years of its own a fund is measured by them alone, and by a third more: 0.1 × 4 ÷ 3.
    let longer = |area, late| {
        let fund = Fund::of(area, "2", 0).year(2021, alike(12, 100, 100));
        [fund.rows, four_years(area, late).rows].concat()
    };
    let night =
        Night::on("2025-10-31", &rule("run_out = \"forecast\""), [longer(AREA, 110), longer("150722", 150)].concat());
    // By four years: 1200 × 410 ÷ 4000 = 123; 123 × 0.1 × 4 ÷ 3 = 16.4.
    let november = night.row("fund_forecast", AREA, "employee", "2025-11-01");
    holds(&november, &[("spending_to_date", "1323.00"), ("spending_margin", "16.40"), ("tested_years", "3")]);
}

/// A fund that takes in and spends 100 a month, with this balance at the end of October 2025.
fn steady(balance: &str) -> Vec<Row> {
    Fund::of(AREA, "2", 500).year(2024, alike(12, 100, 100)).year(2025, alike(10, 100, 100)).left(balance).rows
}

#[test]
fn a_fund_on_the_line_of_cover_is_sound_and_a_fen_below_is_not() {
    let verdicts = |balance| Night::on("2025-10-31", &rule("cover_months = \"6\""), steady(balance)).verdicts();
    assert_eq!(verdicts("600.00"), ["150721 correct fund_sound - -"]);
    assert_eq!(verdicts("599.99"), ["150721 fault fund_low_cover 599.99 600.00"]);
    let night = Night::on("2025-10-31", &rule("cover_months = \"6\""), steady("599.99"));
    assert!(night.read("verdicts")[0]["detail"].ends_with("；可支付5.9999个月（预警线6个月），待核查"));
}

#[test]
fn a_fund_that_spends_what_it_takes_in_is_sound_and_a_fen_more_is_not() {
    let mut rows = steady("500.00");
    let verdicts = |rows| Night::on("2025-10-31", &rule("spent_percent = \"100\""), rows).verdicts();
    assert_eq!(verdicts(rows.clone()), ["150721 correct fund_sound - -"]);
    let october = rows.pop().unwrap();
    rows.push(october.with("spending", "100.01"));
    assert_eq!(verdicts(rows), ["150721 fault fund_overspent 1200.01 1200.00"]);
}

/// 100 a month in 2024 and 2025; but in 2024 the last two months spent 150 each, so 150 are forecast for both again.
fn falling(balance: &str) -> Vec<Row> {
    let year_2024 = [alike(10, 100, 100), alike(2, 100, 150)].concat();
    Fund::of(AREA, "2", 500).year(2024, year_2024).year(2025, alike(10, 100, 100)).left(balance).rows
}

#[test]
fn a_fund_runs_out_in_the_month_in_which_less_is_left_than_must_be() {
    // Twelve months spent 1300, so half a month is 54.1666..: 54.17 must be left. 100 are lost until December.
    let asks = rule("run_out = \"forecast\"\nallowance_months = \"0.5\"");
    let night = |balance| Night::on("2025-10-31", &asks, falling(balance));
    assert_eq!(night("154.17").verdicts(), ["150721 correct fund_sound - -"]);
    let short = night("154.16");
    assert_eq!(short.verdicts(), ["150721 fault fund_runs_out 54.16 54.17"]);
    let december = short.row("fund_forecast", AREA, "employee", "2025-12-01");
    holds(&december, &[("balance", "54.16"), ("allowance", "54.17"), ("short", "true")]);
    holds(&short.row("fund_forecast", AREA, "employee", "2025-11-01"), &[("balance", "104.16"), ("short", "false")]);
    assert!(short.read("verdicts")[0]["detail"].ends_with("，应留未决费用54.17元，2025年12月末起不足，待核查"));
    // Where it is short already, that is said of the month itself.
    assert_eq!(night("54.16").verdicts(), ["150721 fault fund_runs_out 54.16 54.17"]);
    // The lowest end cannot be told where no year that is over could be forecast, unless it is short already.
    let worst = asks.replace("forecast", "worst");
    assert_eq!(Night::on("2025-10-31", &worst, falling("500.00")).verdicts(), ["150721 cannot_be_told no_data - -"]);
    assert_eq!(
        Night::on("2025-10-31", &worst, falling("54.16")).verdicts(),
        ["150721 fault fund_runs_out 54.16 54.17"]
    );
}

/// Twelve months of one year are no complete year before November's.
#[test]
fn what_is_left_now_is_told_without_a_year_to_forecast_by() {
    let rows = |balance| {
        let fund = Fund::of(AREA, "2", 500).year(2024, alike(12, 100, 100)).year(2025, alike(11, 100, 100));
        fund.left(balance).rows.into_iter().skip(11).collect::<Vec<Row>>()
    };
    let night = |balance| Night::on("2025-11-30", &rule("run_out = \"forecast\""), rows(balance));
    let short = night("-5000000.00");
    assert_eq!(short.verdicts(), ["150721 fault fund_runs_out -5000000.00 0.00"]);
    assert!(short.read("verdicts")[0]["detail"].ends_with("累计结余-5000000.00元，2025年11月末起不足，待核查"));
    assert_eq!(night("0.00").verdicts(), ["150721 cannot_be_told no_data - -"]);
    // Nor are twelve months needed where nothing must be left.
    let new = Fund::of(AREA, "2", 0).year(2025, alike(10, 100, 100)).left("-0.01").rows;
    let night = Night::on("2025-10-31", &rule("run_out = \"forecast\""), new);
    assert_eq!(night.verdicts(), ["150721 fault fund_runs_out -0.01 0.00"]);
}

#[test]
fn premiums_still_to_come_keep_a_fund_from_running_out() {
    // At the end of September 150 are left for a month and a half; 340 come in each month from then on.
    let year = || [alike(9, 20, 100), alike(3, 340, 100)].concat();
    let rows = Fund::of(AREA, "1", 0).year(2024, year()).year(2025, year().into_iter().take(9)).left("150.00").rows;
    let night = Night::on("2025-09-30", &rule("run_out = \"forecast\""), rows);
    assert_eq!(night.verdicts(), ["150721 correct fund_sound - -"]);
    holds(&night.row("fund_forecast", AREA, "resident", "2025-10-01"), &[("balance", "390.00")]);
}

#[test]
fn where_nothing_came_in_by_then_last_years_months_are_taken() {
    let year = || [alike(9, 0, 100), alike(3, 400, 100)].concat();
    let rows = Fund::of(AREA, "1", 2000).year(2024, year()).year(2025, year().into_iter().take(9)).rows;
    let night = Night::on("2025-09-30", &rule("run_out = \"forecast\""), rows);
    let december = night.row("fund_forecast", AREA, "resident", "2025-12-01");
    holds(&december, &[("income_to_date", "1200.00"), ("income_basis", "last_year"), ("spending_basis", "share")]);
}

#[test]
fn in_december_nothing_is_left_to_forecast() {
    let rows = Fund::of(AREA, "2", 500).year(2024, alike(12, 100, 100)).year(2025, alike(12, 100, 100)).rows;
    let night = Night::on("2025-12-31", &rule("run_out = \"worst\"\nallowance_months = \"5\""), rows.clone());
    assert_eq!(night.verdicts(), ["150721 correct fund_sound - -"]);
    assert!(night.read("fund_forecast").is_empty());
    let night = Night::on("2025-12-31", &rule("run_out = \"worst\"\nallowance_months = \"5.01\""), rows.clone());
    assert_eq!(night.verdicts(), ["150721 fault fund_runs_out 500.00 501.00"]);
    // Nor is a year before it needed then.
    let of_2025 = rows.into_iter().skip(12).collect();
    let night = Night::on("2025-12-31", &rule("run_out = \"worst\"\nallowance_months = \"5\""), of_2025);
    assert_eq!(night.verdicts(), ["150721 correct fund_sound - -"]);
}

#[test]
fn the_gravest_of_an_areas_funds_is_its_verdict() {
    let asks = rule("cover_months = \"6\"\nspent_percent = \"100\"\nrun_out = \"forecast\"\nallowance_months = \"1\"");
    let resident =
        Fund::of(AREA, "1", 0).year(2024, alike(12, 100, 100)).year(2025, alike(10, 100, 101)).left("700.00");
    let rows = [resident.rows, falling("154.16")].concat();
    let night = Night::on("2025-10-31", &asks, rows);
    // Half of what must be left: 1300 ÷ 12 rounded up, of 54.16 in December; the resident fund only spends too much.
    assert_eq!(night.verdicts(), ["150721 fault fund_runs_out 104.16 108.34"]);
    let matter = |fund| cell(&night.row("fund_months", AREA, fund, "2025-10-01"), "matter").to_owned();
    assert_eq!([matter("resident"), matter("employee")], ["fund_overspent", "fund_runs_out"]);
}

#[test]
fn the_article_cited_is_that_of_the_fund_that_is_warned_of() {
    let of = |fund: &str, article: &str| {
        let rule = rule("cover_months = \"6\"").replace("\"resident\", \"employee\"", &format!("\"{fund}\""));
        rule.replace("article = \"7\"", &format!("article = \"{article}\""))
    };
    let sound = Fund::of(AREA, "1", 0).year(2024, alike(12, 100, 100)).year(2025, alike(10, 100, 100)).left("700.00");
    let rules = of("resident", "7") + &of("employee", "8");
    let night = Night::on("2025-10-31", &rules, [sound.rows, steady("599.99")].concat());
    assert_eq!(night.verdicts(), ["150721 fault fund_low_cover 599.99 600.00"]);
    assert_eq!(night.read("verdicts")[0]["reference"], "an invented plan 8");
}

#[test]
fn what_cannot_be_told_is_neither_sound_nor_a_warning() {
    let asks = rule("cover_months = \"6\"\nspent_percent = \"100\"");
    let untold = ["150721 cannot_be_told no_data - -"];
    let verdicts = |day, rows| Night::on(day, &asks, rows).verdicts();
    // One month behind is what the rule allows; two are not.
    assert_eq!(verdicts("2025-11-30", steady("600.00")), ["150721 correct fund_sound - -"]);
    assert_eq!(verdicts("2025-12-31", steady("600.00")), untold);
    // A month of the twelve is missing, or cannot be used.
    let without = |edit: &dyn Fn(Row) -> Option<Row>| {
        let rows = steady("600.00").into_iter().filter_map(|row| match row.cell("month") {
            Some("2025-03-01") => edit(row),
            _ => Some(row),
        });
        rows.collect::<Vec<Row>>()
    };
    assert_eq!(verdicts("2025-10-31", without(&|_| None)), untold);
    assert_eq!(verdicts("2025-10-31", without(&|row| Some(row.without("spending")))), untold);
    // A month before the twelve is not asked for.
    let early = steady("600.00").into_iter().filter(|row| row.cell("month") != Some("2024-03-01")).collect();
    assert_eq!(verdicts("2025-10-31", early), ["150721 correct fund_sound - -"]);
    // Beside a sound fund, one without a usable row, and one by a code that nobody explained.
    let other = |code, balance| vec![row(AREA, "2025-10-01", code, ["1.00", "1.00", balance])];
    assert_eq!(verdicts("2025-10-31", [steady("600.00"), other("9", "1.00")].concat()), untold);
    let beyond = "10000000000000.01";
    assert_eq!(verdicts("2025-10-31", [steady("600.00"), other("1", beyond)].concat()), untold);
    // The latest month came and cannot be used: the one before it is not the latest.
    let november = |row: Row| [steady("600.00"), vec![row]].concat();
    let row_of_november = || row(AREA, "2025-11-01", "2", ["100.00", "100.00", "600.00"]);
    assert_eq!(verdicts("2025-11-30", november(row_of_november())), ["150721 correct fund_sound - -"]);
    assert_eq!(verdicts("2025-11-30", november(row_of_november().without("balance"))), untold);
    // But what is found is said.
    let warned = verdicts("2025-10-31", [steady("599.99"), other("9", "1.00")].concat());
    assert_eq!(warned, ["150721 fault fund_low_cover 599.99 600.00"]);
}

#[test]
fn a_row_that_cannot_be_used_takes_the_place_of_the_one_before_it() {
    let mut rows = steady("600.00");
    rows.push(row(AREA, "2025-03-01", "2", ["100.00", "1.00", "1.00"]).without("spending"));
    let night = Night::on("2025-10-31", &rule("cover_months = \"6\""), rows);
    assert_eq!(night.verdicts(), ["150721 cannot_be_told no_data - -"]);
    let aside: Vec<String> = night.read("rejects").iter().map(|row| row["check"].clone()).collect();
    assert_eq!(aside, ["correction", "bad_amount"]);
}

#[test]
fn every_row_is_accounted_for_and_the_last_of_a_month_counts() {
    let again = |row: Row, file: &str| row.in_file(file);
    let mut rows = steady("600.00");
    rows.push(again(row(AREA, "2025-10-15", "2", ["100.00", "100.00", "599.00"]), "b.parquet"));
    rows.push(again(row(AREA, "2025-09-01", "2", ["100.00", "100.00", "500.00"]), "b.parquet"));
    rows.push(row(AREA, "2025-11-01", "2", ["100.00", "7.00", "600.00"]));
    rows.push(row("15072", "2025-10-01", "2", ["100.00", "11.00", "600.00"]));
    rows.push(row(AREA, "2025-10-01", "2", ["100.00", "13.00", "600.00"]).without("month"));
    let night = Night::on("2025-10-31", &rule("cover_months = \"6\""), rows);
    assert_eq!(night.verdicts(), ["150721 fault fund_low_cover 599.00 600.00"]);
    let mut aside: Vec<String> = night.read("rejects").iter().map(|row| row["check"].clone()).collect();
    aside.sort();
    assert_eq!(aside, ["bad_area", "bad_date", "correction", "duplicate", "out_of_window"]);
    let manifest = night.manifest();
    let totals = &manifest["control_totals"]["fund"];
    // 22 months and the five above; the amounts are the spending.
    assert_eq!((&totals["read"]["rows"], &totals["counted"]["rows"]), (&27.into(), &22.into()));
    assert_eq!((&totals["read"]["fen"], &totals["counted"]["fen"]), (&243_100.into(), &220_000.into()));
    assert_eq!(night.warns("fund: in 1 months the balance is not the month before's with income and spending"), 1);
}

#[test]
fn a_month_may_be_written_out() {
    let house = House::of_audit("fund");
    house.append("policy.toml", &rule("cover_months = \"6\""));
    house.append("codes.toml", CODES);
    house.deliver("identities", &[identity(A, "2")]);
    let months = ["2025-09", "202510", "2025年8月", "2025-13"];
    let text = |values: [&str; 4]| Arc::new(StringArray::from(values.to_vec())) as ArrayRef;
    let amount = || {
        let fen = Decimal128Array::from(vec![100_i128; 4]);
        Arc::new(fen.with_precision_and_scale(16, 2).unwrap()) as ArrayRef
    };
    let batch = RecordBatch::try_from_iter([
        ("area_code", text([AREA; 4])),
        ("month", text(months)),
        ("fund", text(["2"; 4])),
        ("income", amount()),
        ("spending", amount()),
        ("balance", amount()),
    ]);
    write(&house.path("delivery/fund/a.parquet"), &batch.unwrap());
    assert_eq!(house.run("2025-10-31", &[]).code, 0);
    let read: Vec<String> = house.read("2025-10-31", "fund_months").iter().map(|row| row["month"].clone()).collect();
    assert_eq!(read, ["2025-09-01", "2025-10-01"]);
    assert_eq!(house.read("2025-10-31", "rejects").len(), 2);
}

#[test]
fn without_the_table_or_a_rule_it_is_said_once() {
    let night = Night::on("2025-10-31", &rule("cover_months = \"6\""), Vec::new());
    assert!(night.verdicts().is_empty());
    assert!(night.read("fund_months").is_empty());
    assert_eq!(night.warns("fund: the table was not delivered"), 1);
    assert_eq!(night.warns("fund: no settlements were delivered"), 1);

    let night = Night::on("2025-10-31", "", steady("1.00"));
    assert_eq!(night.verdicts(), ["150721 not_applicable no_rule - -"]);
    assert_eq!(night.warns("gives no threshold for a fund"), 1);
    holds(&night.row("fund_months", AREA, "employee", "2025-10-01"), &[("cover_months", "0.0100"), ("matter", "-")]);
    holds(&night.row("fund_forecast", AREA, "employee", "2025-12-01"), &[("short", "-"), ("allowance", "-")]);

    // A fund that no rule names is not asked about.
    let only = rule("cover_months = \"6\"").replace("\"resident\", \"employee\"", "\"resident\"");
    assert_eq!(Night::on("2025-10-31", &only, steady("1.00")).verdicts(), ["150721 not_applicable no_rule - -"]);
}

/// A settlement of A in hospital, with its days.
fn stay(id: &str, cost: &str, (begin, end, settled): (&str, &str, &str)) -> Row {
    settlement(id, cost)
        .at(&format!("{settled} 10:00:00"))
        .with("mdtrt_id", id)
        .with("fixmedins_code", "H15072100001")
        .with("med_type", "21")
        .with("begndate", begin)
        .with("enddate", end)
}

#[test]
fn care_is_added_up_by_area_month_and_kind() {
    let house = House::of_audit("fund");
    house.append("codes.toml", CODES);
    house.deliver("identities", &[identity(A, "2")]);
    house.deliver("insured", &[enrolment(A), enrolment(B)]);
    let visit = |id: &str, cost, basic, at| settlement(id, cost).with("hifp_pay", basic).with("med_type", "11").at(at);
    let rows = [
        stay("1", "1000.00", ("2025-03-01", "2025-03-08", "2025-03-10"))
            .with("hifp_pay", "600.00")
            .with("hifmi_pay", "50.00")
            .with("maf_pay", "100.00"),
        stay("2", "500.00", ("2025-03-20", "2025-03-28", "2025-04-02")).with("hifp_pay", "300.00"),
        visit("3", "80.00", "40.00", "2025-03-15 10:00:00"),
        visit("4", "-80.00", "-40.00", "2025-04-15 10:00:00").reverses("3"),
        visit("5", "20.00", "0.00", "2025-04-16 10:00:00").with("insu_admdvs", "150722").with("med_type", "77"),
        // Sent twice: one of them counts.
        visit("5", "20.00", "0.00", "2025-04-16 10:00:00").with("insu_admdvs", "150722").with("med_type", "77"),
    ];
    house.deliver("settlements", &rows);
    let ran = house.run("2025-10-31", &[]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    let found = house.read("2025-10-31", "care_structure");
    let row = |month: &str, care: &str| {
        found
            .iter()
            .find(|row| row["month"] == month && row["care"] == care)
            .unwrap_or_else(|| panic!("{month} {care}"))
    };
    let march = row("2025-03-01", "in_patient");
    holds(march, &[("area_code", "150721"), ("settlements", "1"), ("cost", "1000.00"), ("person", "250.00")]);
    holds(march, &[("basic_insurance_percent", "60.0000"), ("critical_illness_percent", "5.0000")]);
    holds(march, &[("medical_assistance_percent", "10.0000"), ("person_percent", "25.0000")]);
    // Both stays ended in March; one of them was settled in April. Two people are enrolled.
    holds(march, &[("stays", "2"), ("stay_cost", "1500.00"), ("cost_per_stay", "750.00"), ("settled_later", "500.00")]);
    holds(march, &[("enrolled", "2"), ("stays_per_thousand", "1000.0000")]);
    let april = row("2025-04-01", "in_patient");
    holds(april, &[("settlements", "1"), ("cost", "500.00"), ("stays", "0"), ("cost_per_stay", "-")]);
    holds(row("2025-03-01", "out_patient"), &[("settlements", "1"), ("cost", "80.00"), ("stays", "-")]);
    let back = row("2025-04-01", "out_patient");
    holds(back, &[("settlements", "0"), ("reversals", "1"), ("basic_insurance", "-40.00"), ("person_percent", "-")]);
    holds(row("2025-04-01", "unknown"), &[("area_code", "150722"), ("settlements", "1"), ("cost", "20.00")]);
    assert_eq!(found.len(), 5);
    let folder = house.path("published/2025-10-31");
    assert_eq!(looks_like(&folder, contract::table("care_structure")), 5);
    assert!(found.is_sorted_by_key(|row| [row["area_code"].clone(), row["month"].clone(), row["care"].clone()]));
    // What it was made from is all there, and so is what became of it.
    assert_eq!(manifest(&folder)["control_totals"]["settlements"]["counted"]["rows"], 5);
}

#[test]
fn what_is_published_is_what_the_contract_says() {
    let rows = [four_years(AREA, 110).rows, premiums_at_the_years_end().rows].concat();
    let night = Night::on("2025-10-31", &rule("run_out = \"forecast\""), rows);
    let folder = night.house.path("published").join("2025-10-31");
    for table in ["fund_months", "fund_forecast", "fund_backtest"] {
        assert!(looks_like(&folder, contract::table(table)) > 0, "{table}");
        let keys = |row: &Cells| [row["area_code"].clone(), row["fund"].clone(), row["month"].clone()];
        assert!(read(&folder.join(format!("{table}.parquet"))).is_sorted_by_key(keys), "{table}");
    }
}

#[test]
fn faulty_rules_are_refused_with_their_lines() {
    let sound = rule("run_out = \"forecast\"\nallowance_months = \"1\"");
    let refused = |old: &str, new: &str| rules_refused(&sound.replace(old, new));
    assert_eq!(
        refused("run_out = \"forecast\"\nallowance_months = \"1\"", ""),
        ["2: [[fund]] has none of `cover_months`, `spent_percent` and `run_out`, expected at least one; where the \
              document gives no threshold, leave the entry out"]
    );
    assert_eq!(
        refused("run_out = \"forecast\"", "cover_months = \"0\""),
        [
            "4: `cover_months` is \"0\", expected a number of months above 0 and at most 100, with at most two decimals",
            "5: `allowance_months` needs `run_out`: it is held against nothing else",
        ]
    );
    assert_eq!(refused("lag_months = 1\n", ""), ["2: [[fund]] needs `lag_months`, which is missing"]);
    let ended = sound.replace("from = 2021-01-01", "from = 2020-01-01\nuntil = 2021-01-02");
    assert_eq!(
        rules_refused(&format!("{sound}{ended}")),
        ["11: `resident` has two [[fund]] rules from 2021-01-01 on: that of line 2 holds too; let one end where the \
             other begins"]
    );
}

#[test]
fn two_codes_for_one_fund_are_refused_and_so_is_a_mapping_without_any() {
    let house = House::of_audit("fund");
    house.append("codes.toml", &CODES.replace("\"2\" = \"employee\"", "\"2\" = \"resident\""));
    house.deliver("identities", &[identity(A, "2")]);
    let ran = house.run("2025-10-31", &[]);
    assert_eq!(ran.code, 78);
    assert!(ran.stderr.contains("[fund] maps two codes to resident; keep the one that the fund has"), "{}", ran.stderr);
    let text = fs::read_to_string(house.path("codes.toml")).unwrap();
    fs::write(house.path("codes.toml"), text.split("[fund]").next().unwrap()).unwrap();
    let ran = house.run("2025-10-31", &[]);
    assert_eq!(ran.code, 78);
    assert!(ran.stderr.contains("the file has no [fund], which this job needs"), "{}", ran.stderr);
}

#[test]
fn the_policy_shows_the_thresholds_with_their_citation() {
    let house = House::new();
    let path = shipped("policy/sample.toml");
    let ran = house.fangpin(&["policy", path.to_str().unwrap(), "--as-of", "2025-11-30"]);
    let expected = "
fund (基金运行)
  funds      居民基本医保基金, 职工基本医保基金, 大病保险资金, 医疗救助资金
  cover      below 6 months of the last twelve's average spending
  spending   above 100% of income, over twelve months
  run out    the forecast balance below 1 months of average spending before the year's end
  accounts   at most 2 months behind
  reference  示例方案 (虚构) 第二十一条
  in force   from 2021-01-01, no end known, reviewed 2025-06-01
";
    assert!(ran.stdout.contains(expected), "{}", ran.stdout);
}
