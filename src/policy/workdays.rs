//! Working days (工作日): Monday to Friday, but for the public holidays and with the days worked in their stead, as the
//! State Council's General Office orders them for each year.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use chrono::{Datelike, Days, NaiveDate, Weekday};

use crate::config::{Section, Value};

/// A file of holidays.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Workdays {
    /// The file.
    pub path: PathBuf,
    /// SHA-256 of the file's bytes, in hexadecimal.
    pub sha256: String,
    years: BTreeMap<i32, Year>,
}

#[derive(Debug, Default, Clone, PartialEq, Eq)]
struct Year {
    /// Holidays, whatever day of the week they fall on.
    off: BTreeSet<NaiveDate>,
    /// Days of a weekend that are worked.
    work: BTreeSet<NaiveDate>,
}

impl Workdays {
    /// The last of the `count` working days that follow `day`: the day by which a term of so many working days is up,
    /// the day that begins it not counted.
    ///
    /// # Errors
    /// The year that the term reaches into and the file lacks.
    pub fn after(&self, day: NaiveDate, count: u32) -> Result<NaiveDate, i32> {
        let mut last = day;
        let mut left = count;
        while left > 0 {
            last = last.checked_add_days(Days::new(1)).ok_or(last.year())?;
            if self.is_worked(last).ok_or(last.year())? {
                left -= 1;
            }
        }
        Ok(last)
    }

    /// Whether a day is worked; `None` in a year that the file lacks.
    fn is_worked(&self, day: NaiveDate) -> Option<bool> {
        let year = self.years.get(&day.year())?;
        let weekend = matches!(day.weekday(), Weekday::Sat | Weekday::Sun);
        Some(if weekend { year.work.contains(&day) } else { !year.off.contains(&day) })
    }
}

/// The years that the file at `path` holds; `None` when a fault was noted.
pub(super) fn read(root: &Section<'_, '_>, path: &Path, sha256: String) -> Option<Workdays> {
    let sections = root.tables("year");
    root.end();
    let sections = sections?;
    if sections.is_empty() {
        root.fault("the file has no [[year]]; add at least one");
    }
    let mut years = BTreeMap::new();
    for section in &sections {
        let number = section.need("year", Value::year);
        let reference = section.need("reference", |value| cited(&value.table()?));
        let off = section.need("off", |value| value.tables());
        let off = off.and_then(|off| spans(&off, number?));
        let work = section.need("work", |value| worked(value, number));
        section.end();
        let (Some(number), Some(()), Some(off), Some(work)) = (number, reference, off, work) else { continue };
        if years.insert(number, Year { off, work }).is_some() {
            section.fault(format!("year {number} stands in the file twice; keep one of them"));
        }
    }
    Some(Workdays { path: path.to_path_buf(), sha256, years })
}

/// Holds that the year says where it comes from.
fn cited(reference: &Section<'_, '_>) -> Option<()> {
    let title = reference.need("title", Value::text);
    let number = reference.need("number", Value::text);
    let issued = reference.need("issued", Value::day);
    reference.end();
    title.and(number).and(issued).map(|_| ())
}

fn spans(holidays: &[Section<'_, '_>], year: i32) -> Option<BTreeSet<NaiveDate>> {
    let mut days = BTreeSet::new();
    let mut sound = true;
    for holiday in holidays {
        let name = holiday.need("name", Value::text);
        let from = holiday.need("from", |value| within(value, value.day(), year));
        let through = holiday.need("through", |value| within(value, value.day(), year));
        holiday.end();
        let (Some(_), Some(from), Some(through)) = (name, from, through) else {
            sound = false;
            continue;
        };
        if through < from {
            holiday.fault(format!("`through` is {through}, before `from`, {from}; put them right"));
            sound = false;
        }
        days.extend(from.iter_days().take_while(|day| *day <= through));
    }
    sound.then_some(days)
}

fn worked(value: &Value<'_, '_>, year: Option<i32>) -> Option<BTreeSet<NaiveDate>> {
    let mut days = BTreeSet::new();
    for item in value.items()? {
        let day = within(&item, item.day(), year?)?;
        if !matches!(day.weekday(), Weekday::Sat | Weekday::Sun) {
            return item.wrong("a Saturday or a Sunday: other days are worked unless they are in `off`");
        }
        days.insert(day);
    }
    Some(days)
}

fn within(value: &Value<'_, '_>, day: Option<NaiveDate>, year: i32) -> Option<NaiveDate> {
    let day = day?;
    if day.year() == year { Some(day) } else { value.wrong(format!("a day of {year}")) }
}
