//! A synthetic delivery of any size, with every kind of fault that the contract names: for trying out and for training.
//!
//! Nobody in it is real: every resident id starts with a division that no county ever had. What was planted stands in
//! `planted.json`, by the ids of [`crate::model::Reason`] and [`crate::model::Check`]. The same arguments give the same
//! bytes: nothing here reads a clock, and amounts are whole fen throughout.

mod beds;
mod benefits;
mod calendar;
mod cast;
mod chronic;
mod commercial;
mod enrolments;
mod extracts;
mod faults;
mod fund;
mod income;
mod institutions;
mod months;
mod outreach;
mod parts;
mod people;
mod planted;
mod premiums;
mod providers;
mod random;
mod register;
mod roll;
mod scene;
mod settlement;

use std::fmt;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use chrono::{Datelike, NaiveDate};
use serde::Serialize;

use self::calendar::Calendar;
use self::cast::Cast;
use self::chronic::Patients;
use self::planted::List;
use self::providers::Crowd;
use self::roll::Roll;
use self::scene::Scene;
use crate::error::Error;

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
    /// Rows of enrolments.
    pub insured: usize,
    /// Rows of premiums.
    pub contributions: usize,
    /// Rows of chronic-disease cards.
    pub chronic_cards: usize,
    /// Rows of the public-health register.
    pub public_health: usize,
    /// Rows of acts of making the policy known.
    pub outreach: usize,
    /// Rows of the funds' months.
    pub fund: usize,
    /// Rows with something planted that a night sets aside or reports.
    pub planted: usize,
}

impl fmt::Display for Summary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Summary { settlements, identities, income, commercial, insured, contributions, .. } = self;
        let Summary { chronic_cards, public_health, outreach, fund, planted, .. } = self;
        writeln!(
            f,
            "settlements {settlements}, identities {identities}, income {income}, commercial {commercial}, insured \
             {insured}, contributions {contributions}, chronic_cards {chronic_cards}, public_health {public_health}, \
             outreach {outreach}, fund {fund} rows; {planted} planted rows are listed in planted.json"
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
    let plans = parts::all(&calendar);
    let people = people::draw(options.people, options.seed, &parts::birthdays(&plans));
    let cases = providers::all(&calendar, options.people, options.settlements);
    let has_providers = !cases.is_empty();
    let (cast, people) = Cast::choose(plans, cases, &people, each.settlements);
    let register = register::draw(&calendar, &cast, people, each.identities, options.seed);
    let roll = Roll::of(&register);
    let crowd = if has_providers { Crowd::of(people, &roll) } else { Crowd::default() };
    let patients = Patients::draw(people, &roll, &calendar, options.seed);
    let mut list = List::default();
    list.audits = parts::said(&cast.parts, &calendar);
    list.audits.extend(providers::said(&cast.staged, &calendar));
    list.audits.extend(crowd.said(calendar.year()));
    list.audits.extend(fund::said(&calendar));
    parts::sort(&mut list.audits);

    let scene = Scene { options, each, calendar, cast, people, roll, crowd, patients };
    let (settlements, claims) = months::write(&scene, &mut list)?;
    let identities = register::write(&options.out, &register, &mut list)?;
    let income = income::write(&scene, &mut list)?;
    let commercial = commercial::write(&scene, &claims, &mut list)?;
    let insured = enrolments::write(&scene, &mut list)?;
    let contributions = premiums::write(&scene, &mut list)?;
    let outreach = outreach::write(&scene, &mut list)?;
    let chronic = chronic::write(&scene, &mut list)?;
    let fund = fund::write(&scene, &mut list)?;

    let json = list.json(&Arguments::of(options));
    let json = json.map_err(|error| Error::Internal(format!("planted.json: {error}")))?;
    write_text(&options.out.join("planted.json"), &json)?;
    write_text(&options.out.join("README.md"), &readme(options))?;
    let (chronic_cards, public_health, planted) = (chronic.cards, chronic.register, list.rows_at_fault());
    Ok(Summary {
        settlements,
        identities,
        income,
        commercial,
        insured,
        contributions,
        chronic_cards,
        public_health,
        outreach,
        fund,
        planted,
    })
}

/// How often each fault is planted in each table: rarely enough that the usual tolerance lets the night be published.
#[derive(Debug)]
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
- `audits`: what the audits are to say of each person, institution or area with something planted: `mechanism`,
  `verdict` and `matter` under the names of published tables, with `found_fen` and `expected_fen` where it is about
  money. Nobody and nothing else is at fault.
- `control_totals`: rows by what becomes of them, with their amount in fen where all of them have one.
"
    )
}

fn write_text(path: &Path, text: &str) -> Result<(), Error> {
    fs::write(path, text).map_err(|cause| Error::cannot_write(path, cause))
}
