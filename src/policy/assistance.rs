//! How a flagged person is helped: whose assistance starts by itself, and who has to apply for it (依申请救助).

use chrono::NaiveDate;

use super::Reference;
use super::read::{categories, reference};
use crate::config::{Section, Value};
use crate::model::{Categories, Category, Way};

/// The way for some categories over a span of days, with where that is written.
#[derive(Debug, Clone, PartialEq)]
pub struct Assistance {
    /// Which way.
    pub way: Way,
    /// Whose.
    pub categories: Categories,
    /// The first day.
    pub from: NaiveDate,
    /// The first day on which it no longer holds; `None` when no end is known.
    pub until: Option<NaiveDate>,
    /// Where it is written.
    pub reference: Reference,
    /// Where it begins in the file.
    pub line: usize,
}

impl Assistance {
    /// Whether it holds for `category` on `day`.
    pub fn holds(&self, category: Category, day: NaiveDate) -> bool {
        self.categories.contains(category) && self.from <= day && self.until.is_none_or(|until| day < until)
    }
}

/// What an `[[assistance]]` holds; `None` when a fault was noted.
pub(super) fn read(section: &Section<'_, '_>) -> Option<Assistance> {
    let way = section.need("way", |value| value.choice(&Way::ALL.map(|way| (way.name(), way))));
    let categories = section.need("categories", categories);
    let from = section.need("from", Value::day);
    let until = section.may("until", None, |value| {
        let until = value.day()?;
        match from {
            Some(from) if until <= from => value.wrong(format!("a day after `from`, {from}")),
            _ => Some(Some(until)),
        }
    });
    let reference = section.need("reference", reference);
    section.end();
    let line = section.line;
    Some(Assistance { way: way?, categories: categories?, from: from?, until: until?, reference: reference?, line })
}

/// Refuses two ways for one category on one day.
pub(super) fn one_way_at_a_time(root: &Section<'_, '_>, entries: &[Assistance]) {
    for (index, later) in entries.iter().enumerate() {
        for earlier in &entries[..index] {
            let both = later.categories.iter().find(|category| earlier.categories.contains(*category));
            let begins = |a: &Assistance, b: &Assistance| b.until.is_none_or(|until| a.from < until);
            if let Some(category) = both
                && begins(later, earlier)
                && begins(earlier, later)
            {
                root.fault_on(
                    later.line,
                    format!(
                        "`{category}` has two ways of assistance from {} on: that of line {} holds too; let one end \
                         where the other begins",
                        later.from.max(earlier.from),
                        earlier.line
                    ),
                );
            }
        }
    }
}
