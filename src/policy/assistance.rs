//! How a flagged person is helped: whose assistance starts by itself, and who has to apply for it (依申请救助).

use chrono::NaiveDate;

use super::Reference;
use super::entry::{self, Span, categories, reference, shared};
use crate::config::Section;
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
        self.categories.contains(category) && Span(self.from, self.until).holds(day)
    }
}

/// What an `[[assistance]]` holds; `None` when a fault was noted.
fn read(section: &Section<'_, '_>) -> Option<Assistance> {
    let way = section.need("way", |value| value.choice(&Way::ALL.map(|way| (way.name(), way))));
    let categories = section.need("categories", categories);
    let span = Span::read(section);
    let reference = section.need("reference", reference);
    section.end();
    let (line, Span(from, until)) = (section.line, span?);
    Some(Assistance { way: way?, categories: categories?, from, until, reference: reference?, line })
}

/// Every `[[assistance]]`. Refuses two ways for one category on one day.
pub(super) fn every(root: &Section<'_, '_>) -> Option<Vec<Assistance>> {
    let place = |entry: &Assistance| (entry.line, Span(entry.from, entry.until));
    let twice = |earlier: &Assistance, later: &Assistance| {
        let category = shared(later.categories, earlier.categories)?;
        Some(format!("`{category}` has two ways of assistance"))
    };
    entry::every(root, "assistance", read, place, twice)
}
