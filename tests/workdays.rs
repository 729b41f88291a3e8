//! Working days, and the day by which an answer is due: worked out by hand from the notices.

#![cfg(test)]

use std::fs;

use chrono::NaiveDate;
use fangpin::policy::Workdays;

use crate::harness::{AS_OF, House, shipped};

fn file() -> std::path::PathBuf {
    shipped("reference/holidays.toml")
}

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

#[test]
fn a_term_counts_the_days_that_are_worked_after_its_first() {
    let workdays = Workdays::load(&file()).unwrap();
    for (from, count, expected) in [
        ("2025-12-02", 0, "2025-12-02"),
        ("2025-12-02", 1, "2025-12-03"),
        // Friday; a Saturday and a Sunday follow.
        ("2025-12-05", 1, "2025-12-08"),
        ("2025-11-30", 10, "2025-12-12"),
        // The Sunday before the national holiday is worked, its eight days are not, and the Saturday after it is.
        ("2025-09-26", 1, "2025-09-28"),
        ("2025-09-30", 1, "2025-10-09"),
        ("2025-09-30", 3, "2025-10-11"),
        ("2025-09-30", 4, "2025-10-13"),
        // Into the next year: Friday the 2nd is off, Sunday the 4th is worked.
        ("2025-12-31", 1, "2026-01-04"),
        ("2025-12-31", 2, "2026-01-05"),
        ("2026-02-13", 1, "2026-02-14"),
        ("2026-02-13", 2, "2026-02-24"),
        // New Year's Eve of 2024 was no holiday.
        ("2024-02-08", 1, "2024-02-09"),
        ("2024-02-08", 2, "2024-02-18"),
    ] {
        assert_eq!(workdays.after(day(from), count).unwrap(), day(expected), "{count} after {from}");
    }
}

/// Days moved are worked on others: a year has its days, less its weekends, less the legal holidays (11 days until
/// 2024, 13 since): 366 - 104 - 11 and twice 365 - 104 - 13. The last day of each of these years is worked.
#[test]
fn each_year_has_as_many_working_days_as_the_law_leaves_it() {
    let workdays = Workdays::load(&file()).unwrap();
    for (year, days) in [(2024, 251), (2025, 248), (2026, 248)] {
        let last_of = |year: i32| NaiveDate::from_ymd_opt(year, 12, 31).unwrap();
        assert_eq!(workdays.after(last_of(year - 1), days).unwrap(), last_of(year));
    }
}

#[test]
fn a_year_that_the_file_lacks_is_named() {
    let workdays = Workdays::load(&file()).unwrap();
    assert_eq!(workdays.after(day("2026-12-30"), 1), Ok(day("2026-12-31")));
    assert_eq!(workdays.after(day("2026-12-30"), 2), Err(2027));
}

#[test]
fn a_file_of_holidays_with_faults_is_refused_line_by_line() {
    let house = House::new();
    house.edit("job.toml", "kind ", "holidays = \"holidays.toml\"\nkind ");
    let job = fs::read_to_string(house.path("job.toml")).unwrap();
    fs::write(house.path("job.toml"), job + "\n[replies]\nanswer_within_working_days = 10\n").unwrap();
    let told = |text: &str| {
        fs::write(house.path("holidays.toml"), text).unwrap();
        let ran = house.run(AS_OF, &[]);
        assert_eq!(ran.code, 78, "{}", ran.stderr);
        ran.told().iter().map(|line| line.replace("HOME/holidays.toml ", "")).collect::<Vec<_>>()
    };
    let year = r#"
[[year]]
year      = 2025
reference = { title = "a notice", number = "1", issued = 2024-11-12 }
off       = [{ name = "a holiday", from = 2025-01-01, through = 2025-01-01 }]
work      = [2025-01-26]
"#;
    let with = |old: &str, new: &str| told(&year.replacen(old, new, 1));
    assert_eq!(
        with("from = 2025-01-01", "from = 2024-12-31"),
        ["line 5: `from` is 2024-12-31, expected a day of 2025"]
    );
    assert_eq!(
        with("through = 2025-01-01", "through = 2025-01-01, until = 2025-01-02"),
        ["line 5: [[year.off]] has an unknown key `until`, expected name, from, through"]
    );
    assert_eq!(
        with("from = 2025-01-01", "from = 2025-01-02"),
        ["line 5: `through` is 2025-01-01, before `from`, 2025-01-02; put them right"]
    );
    assert_eq!(
        with("2025-01-26", "2025-01-27"),
        [
            "line 6: `work` is 2025-01-27, expected a Saturday or a Sunday: other days are worked unless they are in `off`"
        ]
    );
    assert_eq!(with(", issued = 2024-11-12", ""), ["line 4: [year.reference] needs `issued`, which is missing"]);
    assert_eq!(told(&format!("{year}{year}")), ["line 8: year 2025 stands in the file twice; keep one of them"]);
    assert_eq!(told("year = []\n"), ["HOME/holidays.toml: the file has no [[year]]; add at least one"]);
}

#[test]
fn a_term_needs_a_file_of_holidays_and_at_least_a_day() {
    let house = House::new();
    let job = fs::read_to_string(house.path("job.toml")).unwrap();
    let told = |more: &str| {
        fs::write(house.path("job.toml"), format!("{more}{job}[replies]\nanswer_within_working_days = 10\n")).unwrap();
        let ran = house.run(AS_OF, &[]);
        (ran.code, ran.told().join("\n"))
    };
    let line = job.lines().count() + 2;
    let expected =
        format!("HOME/job.toml line {line}: working days are counted with a file of holidays; name it with `holidays`");
    assert_eq!(told(""), (78, expected));
    let (code, missing) = told("holidays = \"none.toml\"\n");
    assert_eq!((code, missing.as_str()), (66, "HOME/none.toml: no such file of holidays; see that the path is right"));
}
