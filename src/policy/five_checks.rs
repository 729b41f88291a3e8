//! That five questions are asked about each person of the register (五查): whether enrolled, subsidised, served in one
//! stop, paid by all three layers, and told of the policy.
//!
//! The citation is all that there is to give: where no document asks them, nobody is held to them.

use chrono::NaiveDate;

use super::entry::{self, Span, is_to_review, reference, to_review};
use super::{Policy, Reference};
use crate::config::{Section, Value};

/// The order to ask the five questions over a span of days, with where that is written.
#[derive(Debug, Clone, PartialEq)]
pub struct FiveQuestions {
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

impl FiveQuestions {
    /// Whether they are asked on `day`.
    pub fn holds(&self, day: NaiveDate) -> bool {
        Span(self.from, self.until).holds(day)
    }
}

impl Policy {
    /// The order to ask the five questions on `day`; `None` where the policy has none.
    pub fn five_questions_on(&self, day: NaiveDate) -> Option<&FiveQuestions> {
        self.five_questions.iter().find(|entry| entry.holds(day))
    }

    /// A line, when the order of `as_of` has no end and was last reviewed more than 366 days before.
    pub fn five_questions_to_review(&self, as_of: NaiveDate) -> Option<String> {
        let of = self.five_questions_on(as_of).filter(|of| is_to_review(of.until, of.reviewed, as_of))?;
        Some(to_review((&self.path, of.line), "[[five_checks]]", (of.reviewed, as_of), &of.reference))
    }
}

/// What a `[[five_checks]]` holds; `None` when a fault was noted.
fn read(section: &Section<'_, '_>) -> Option<FiveQuestions> {
    let span = Span::read(section);
    let reference = section.need("reference", reference);
    let reviewed = section.need("reviewed", Value::day);
    section.end();
    let (line, Span(from, until)) = (section.line, span?);
    Some(FiveQuestions { from, until, reference: reference?, reviewed: reviewed?, line })
}

/// Every `[[five_checks]]`. Refuses two on one day.
pub(super) fn every(root: &Section<'_, '_>) -> Option<Vec<FiveQuestions>> {
    let place = |entry: &FiveQuestions| (entry.line, Span(entry.from, entry.until));
    entry::every(root, "five_checks", read, place, |_, _| Some("[[five_checks]] stands twice".to_owned()))
}
