//! What the entries of a policy file say alike, whatever they rule: whom they cover, on which days they hold, where it
//! is written, and when somebody last looked.

use std::path::Path;

use chrono::NaiveDate;
use rust_decimal::Decimal;

use super::{Reference, Series};
use crate::config::{Section, Value};
use crate::model::{Categories, Category};

/// Decimals of a percentage that the published tables can show.
const PERCENT_DECIMALS: u32 = 4;
/// After so many days without a review, somebody is to look again.
const REVIEW_DAYS: i64 = 366;

/// The days on which an entry holds: the first, and the first on which it no longer does, where one is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Span(pub(super) NaiveDate, pub(super) Option<NaiveDate>);

impl Span {
    /// Whether it holds on `day`.
    pub(super) fn holds(self, day: NaiveDate) -> bool {
        self.0 <= day && self.1.is_none_or(|until| day < until)
    }

    /// The first day on which both hold.
    fn common(self, other: Span) -> Option<NaiveDate> {
        let first = self.0.max(other.0);
        (self.holds(first) && other.holds(first)).then_some(first)
    }

    /// `from` and, where it is given, `until`.
    pub(super) fn read(section: &Section<'_, '_>) -> Option<Span> {
        let from = section.need("from", Value::day);
        let until = section.may("until", None, |value| {
            let until = value.day()?;
            match from {
                Some(from) if until <= from => value.wrong(format!("a day after `from`, {from}")),
                _ => Some(Some(until)),
            }
        });
        Some(Span(from?, until?))
    }
}

/// What an entry rests on: the days on which it holds, where it is written, and when somebody last looked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cited {
    /// The first day.
    pub from: NaiveDate,
    /// The first day on which it no longer holds; `None` when no end is known.
    pub until: Option<NaiveDate>,
    /// Where it is written.
    pub reference: Reference,
    /// When somebody last held it against the document.
    pub reviewed: NaiveDate,
    /// Where it begins in the file.
    pub line: usize,
}

impl Cited {
    /// Whether it holds on `day`.
    pub fn holds(&self, day: NaiveDate) -> bool {
        self.span().holds(day)
    }

    fn span(&self) -> Span {
        Span(self.from, self.until)
    }

    /// Its line and days, for [`every`].
    pub(super) fn place(&self) -> (usize, Span) {
        (self.line, self.span())
    }

    /// `reference` and `reviewed` of an entry whose days are read.
    pub(super) fn read(section: &Section<'_, '_>, span: Option<Span>) -> Option<Cited> {
        let reference = section.need("reference", reference);
        let reviewed = section.need("reviewed", Value::day);
        let Span(from, until) = span?;
        Some(Cited { from, until, reference: reference?, reviewed: reviewed?, line: section.line })
    }

    /// A line on `what` of the file at `path`, when it has no end and was last looked at too long before `as_of`.
    pub(super) fn to_review(&self, path: &Path, what: &str, as_of: NaiveDate) -> Option<String> {
        let Cited { reference, reviewed, line, .. } = self;
        let old = self.until.is_none() && (as_of - *reviewed).num_days() > REVIEW_DAYS;
        old.then(|| {
            format!(
                "{} line {line}: {what} was last reviewed on {reviewed}, more than a year before {as_of}; hold it \
                 against {reference} and set `reviewed`",
                path.display()
            )
        })
    }
}

/// All of them, when each is there. Each was read before any is missed, so that the faults of all are noted.
pub(super) fn whole<T>(parts: Vec<Option<T>>) -> Option<Vec<T>> {
    parts.into_iter().collect()
}

/// Every `[[name]]`, none when there is none. Refuses two that hold on one day where `twice` says what stands twice
/// then; `place` gives an entry's line and days.
pub(super) fn every<T>(
    root: &Section<'_, '_>,
    name: &'static str,
    read: impl Fn(&Section<'_, '_>) -> Option<T>,
    place: impl Fn(&T) -> (usize, Span),
    twice: impl Fn(&T, &T) -> Option<String>,
) -> Option<Vec<T>> {
    let sections = root.tables(name)?;
    let entries = whole(sections.iter().map(read).collect())?;
    for (index, later) in entries.iter().enumerate() {
        let (line, span) = place(later);
        for earlier in &entries[..index] {
            let (other, before) = place(earlier);
            if let (Some(first), Some(what)) = (span.common(before), twice(earlier, later)) {
                let mend = "let one end where the other begins";
                root.fault_on(line, format!("{what} from {first} on: that of line {other} holds too; {mend}"));
            }
        }
    }
    Some(entries)
}

/// A category that both cover.
pub(super) fn shared(one: Categories, other: Categories) -> Option<Category> {
    one.iter().find(|category| other.contains(*category))
}

/// The categories that `admitted` admits, by name.
pub(super) fn category_names(admitted: impl Fn(Category) -> bool) -> Vec<(&'static str, Category)> {
    Category::ALL
        .into_iter()
        .filter(|category| admitted(*category))
        .map(|category| (category.name(), category))
        .collect()
}

/// A list of categories.
pub(super) fn categories(value: &Value<'_, '_>) -> Option<Categories> {
    value.choices(&category_names(|_| true)).map(|categories| categories.into_iter().collect())
}

/// A series of income figures, by its name.
pub(super) fn series(value: &Value<'_, '_>) -> Option<Series> {
    value.choice(&Series::ALL.map(|series| (series.name(), series)))
}

/// A percentage above 0 and at most `most`.
pub(super) fn percentage(value: &Value<'_, '_>, most: Decimal) -> Option<Decimal> {
    let percent = value.decimal()?;
    if percent <= Decimal::ZERO || percent > most {
        return value.wrong(format!("a percentage above 0 and at most {most}"));
    }
    if percent.scale() > PERCENT_DECIMALS {
        return value.wrong("a percentage with at most four decimals");
    }
    Some(percent)
}

/// A citation. Document and article are needed: a rule that nobody can look up is no rule.
pub(super) fn reference(value: &Value<'_, '_>) -> Option<Reference> {
    let section = value.table()?;
    let title = section.need("title", Value::text);
    let article = section.need("article", Value::text);
    let words = section.may("words", None, |value| value.text().map(Some));
    section.end();
    Some(Reference { title: title?, article: article?, words: words? })
}
