//! A synthetic delivery of any size, with every kind of fault that the contract names: for trying out and for training.
//!
//! Nobody in it is real: every resident id starts with a division that no county ever had. What was planted stands in
//! `planted.json`, by the ids of [`crate::model::Reason`] and [`crate::model::Check`]. The same arguments give the same
//! bytes: nothing here reads a clock, and amounts are whole fen throughout.

mod calendar;
mod commercial;
mod extracts;
mod faults;
mod income;
mod people;
mod planted;
mod random;
mod register;
mod settlement;

use std::fmt;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use chrono::{Datelike, NaiveDate};
use serde::Serialize;

use self::calendar::Calendar;
use self::commercial::Claim;
use self::faults::Cast;
use self::people::Person;
use self::planted::List;
use self::random::Random;
use self::settlement::{Ids, Settlement, Visit};
use crate::error::Error;
use crate::model::Reason;

/// What is to be written.
#[derive(Debug, Clone)]
pub struct Options {
    /// How many people; about two in five are in the register.
    pub people: u32,
    /// How many settlement rows.
    pub settlements: u32,
    /// The day that the delivery is for: its last month is that of this day.
    pub as_of: NaiveDate,
    /// Another seed gives other rows.
    pub seed: u64,
    /// The folder: new, or empty.
    pub out: PathBuf,
}

/// What was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Summary {
    /// Rows of settlements.
    pub settlements: usize,
    /// Rows of identities.
    pub identities: usize,
    /// Rows of income figures.
    pub income: usize,
    /// Rows of commercial payments.
    pub commercial: usize,
    /// Rows with something planted that a night sets aside or reports.
    pub planted: usize,
}

impl fmt::Display for Summary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Summary { settlements, identities, income, commercial, planted } = self;
        writeln!(
            f,
            "settlements {settlements}, identities {identities}, income {income}, commercial {commercial} rows; \
             {planted} planted rows are listed in planted.json"
        )
    }
}

/// Fewest and most people.
const PEOPLE: std::ops::RangeInclusive<u32> = 200..=10_000_000;
/// Fewest settlements.
const SETTLEMENTS: u32 = 500;
/// Days that a sample can be for.
const YEARS: std::ops::RangeInclusive<i32> = 2010..=2090;

/// Writes a delivery below `options.out`, its `README.md`, and the list of what was planted, `planted.json`.
///
/// # Errors
/// [`Error::Arguments`] for a size or a day that no sample can have, and [`Error::CannotWrite`] when the folder holds
/// something already or cannot be written.
pub fn write(options: &Options) -> Result<Summary, Error> {
    check(options)?;
    prepare(&options.out)?;
    let calendar = Calendar { as_of: options.as_of };
    let each = Each::of(options);
    let people = people::draw(options.people, options.seed);
    let (cast, people) = Cast::choose(&people, each.settlements);

    let mut list = List::default();
    let (settlements, claims) = settlements(options, &calendar, &cast, people, &mut list)?;
    let identities = register::write(&options.out, &calendar, &cast, people, each.identities, options.seed, &mut list)?;
    let income = income::write(&options.out, &calendar, each.income, &mut list)?;
    let commercial = commercial::write(&options.out, &calendar, &claims, each.commercial, options.seed, &mut list)?;

    let json = list.json(&Arguments::of(options));
    let json = json.map_err(|error| Error::Internal(format!("planted.json: {error}")))?;
    write_text(&options.out.join("planted.json"), &json)?;
    write_text(&options.out.join("README.md"), &readme(options))?;
    Ok(Summary { settlements, identities, income, commercial, planted: list.rows_at_fault() })
}

/// How often each fault is planted in each table: rarely enough that the usual tolerance lets the night be published.
struct Each {
    settlements: usize,
    identities: usize,
    income: usize,
    commercial: usize,
}

impl Each {
    fn of(options: &Options) -> Each {
        let once_or_twice = |twice: bool| if twice { 2 } else { 1 };
        let many = (options.settlements / 20_000).min(options.people / 100).min(40) as usize;
        Each {
            settlements: once_or_twice(options.settlements >= 2_000) + many,
            identities: once_or_twice(options.people >= 1_000),
            income: 2,
            commercial: once_or_twice(options.settlements >= 4_000),
        }
    }
}

fn check(options: &Options) -> Result<(), Error> {
    let refuse = |message: String| Err(Error::Arguments(message));
    if !PEOPLE.contains(&options.people) {
        let (fewest, most) = (PEOPLE.start(), PEOPLE.end());
        return refuse(format!("--people is {}, expected {fewest} to {most}; give a number within", options.people));
    }
    if options.settlements < SETTLEMENTS {
        return refuse(format!(
            "--settlements is {}, expected {SETTLEMENTS} or more, so that every fault has rows of its own; give a larger number",
            options.settlements
        ));
    }
    if !YEARS.contains(&options.as_of.year()) {
        let (first, last) = (YEARS.start(), YEARS.end());
        return refuse(format!("--as-of is {}, expected a day of {first} to {last}", options.as_of));
    }
    Ok(())
}

/// Makes the folder; one that holds something is left as it is.
fn prepare(out: &Path) -> Result<(), Error> {
    fs::create_dir_all(out).map_err(|cause| Error::cannot_write(out, cause))?;
    let mut entries = fs::read_dir(out).map_err(|cause| Error::read(out, cause))?;
    if entries.next().is_some() {
        let cause = io::Error::new(io::ErrorKind::AlreadyExists, "the folder is not empty");
        return Err(Error::CannotWrite { path: out.to_path_buf(), cause, mend: "name a new folder or an empty one" });
    }
    Ok(())
}

/// Writes the settlements, an extract a month, and one without rows. Returns how many rows there are, and what
/// commercial insurance is to pay for: some stays, and every twentieth settlement.
fn settlements(
    options: &Options,
    calendar: &Calendar,
    cast: &Cast,
    people: &[Person],
    list: &mut List,
) -> Result<(usize, Vec<Claim>), Error> {
    let mut ids = Ids::of(calendar.year());
    let each = Each::of(options).settlements;
    let random = Random::new(options.seed, 4);
    let (planted, thresholds) = faults::plant(calendar, cast, people, each, &mut ids, random);
    list.thresholds = thresholds;

    let mut random = Random::new(options.seed, 5);
    let planted_rows: usize = planted.iter().map(Vec::len).sum();
    let ordinary = (options.settlements as usize).saturating_sub(planted_rows);
    let earlier = (ordinary / 40).min(2_000);
    let (months, rest) = (calendar.months(), ordinary - earlier);
    let mut written = 0;
    let mut claims = Vec::new();
    for (month, mut rows) in planted.into_iter().enumerate() {
        let count = if month == 0 { earlier } else { rest * month / months - rest * (month - 1) / months };
        for number in 0..count {
            let person = people[somebody(people.len(), &mut random)];
            let row = ordinary_settlement(calendar, month, &person, &mut ids, &mut random);
            if month > 0 && (number.is_multiple_of(20) || row.in_patient && random.per_mille(500)) {
                claims.push(claim(&person, &row));
            }
            rows.push(row);
        }
        // Stable, so that of two rows re-sent in one extract the one planted later stays later.
        rows.sort_by_key(|row| row.updated);
        let file = calendar.extract(month);
        for (index, row) in rows.iter().enumerate() {
            list.enter("settlements", &file, index, row.amounts[settlement::COST], row.mark);
        }
        written += rows.len();
        extracts::write_settlements(&options.out, &file, &rows, extracts::style(month))?;
    }
    extracts::write_settlements(&options.out, "settlements/setl_empty.parquet", &[], extracts::style(1))?;
    Ok((written, claims))
}

/// Somebody's position: some people come often, a good part of the register never does.
fn somebody(people: usize, random: &mut Random) -> usize {
    let reach = if random.per_mille(100) { people } else { 1 + random.index(people) };
    random.index(reach)
}

/// A sound settlement of the month.
fn ordinary_settlement(
    calendar: &Calendar,
    month: usize,
    person: &Person,
    ids: &mut Ids,
    random: &mut Random,
) -> Settlement {
    let time = calendar.moment(month, random);
    let visit = Visit::by_chance(random);
    let mut row = Settlement::new(ids, person, time, visit, random);
    row.off_site = u8::from(random.per_mille(20));
    row.mark = (month == 0).then(|| Reason::OutOfWindow.id());
    row
}

fn claim(person: &Person, row: &Settlement) -> Claim {
    Claim { person: *person, setl_id: row.setl_id.clone(), settled_on: row.ends, left: row.amounts[settlement::PERSON] }
}

/// The arguments, as `planted.json` names them.
#[derive(Serialize)]
struct Arguments {
    people: u32,
    settlements: u32,
    as_of: String,
    seed: u64,
}

impl Arguments {
    fn of(options: &Options) -> Arguments {
        let Options { people, settlements, as_of, seed, .. } = options;
        Arguments { people: *people, settlements: *settlements, as_of: as_of.to_string(), seed: *seed }
    }
}

fn readme(options: &Options) -> String {
    let Options { people, settlements, as_of, seed, .. } = options;
    format!(
        "# 虚构的样例数据 · A synthetic delivery

本目录由 `fangpin sample` 生成，用于试用和培训。其中没有任何真实的人、证件号码或统计数字：
身份证号一律以从未使用过的区划 150799 开头，姓名为“测试”加序号，收入数字为虚构。

Written by `fangpin sample`, for trying out and for training. No person, certificate number or figure in it is real:
every resident id starts with 150799, a division that no county ever had; names are 测试 and a number; the income
figures are invented.

    fangpin sample --people {people} --settlements {settlements} --as-of {as_of} --seed {seed} --out DIR

The same arguments give the same bytes. `planted.json` lists what was planted:

- `faults`: each row at fault by table, file and row (from 1), under the id that a night gives it; `count` is what the
  night reports (people for `negative_person_cost`, rows otherwise).
- `sound`: rows that look odd and are right; none of them may be set aside or reported.
- `thresholds`: people whose burden stands at a threshold (not flagged) or one fen above it (flagged).
- `control_totals`: rows by what becomes of them, with their amount in fen where all of them have one.
"
    )
}

fn write_text(path: &Path, text: &str) -> Result<(), Error> {
    fs::write(path, text).map_err(|cause| Error::cannot_write(path, cause))
}
