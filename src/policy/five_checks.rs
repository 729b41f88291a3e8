//! That five questions are asked about each person of the register (五查): whether enrolled, subsidised, served in one
//! stop, paid by all three layers, and told of the policy.
//!
//! The citation is all that there is to give: where no document asks them, nobody is held to them.

use chrono::NaiveDate;

use super::in_force::REVIEW_DAYS;
use super::read::reference;
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
        self.from <= day && self.until.is_none_or(|until| day < until)
    }
}

impl Policy {
    /// The order to ask the five questions on `day`; `None` where the policy has none.
    pub fn five_questions_on(&self, day: NaiveDate) -> Option<&FiveQuestions> {
        self.five_questions.iter().find(|entry| entry.holds(day))
    }

    /// A line, when the order of `as_of` has no end and was last reviewed more than 366 days before.
    pub fn five_questions_to_review(&self, as_of: NaiveDate) -> Option<String> {
        let entry = self.five_questions_on(as_of).filter(|entry| entry.until.is_none())?;
        let (reviewed, reference) = (entry.reviewed, &entry.reference);
        ((as_of - reviewed).num_days() > REVIEW_DAYS).then(|| {
            format!(
                "{} line {}: [[five_checks]] was last reviewed on {reviewed}, more than a year before {as_of}; hold it \
                 against {reference} and set `reviewed`",
                self.path.display(),
                entry.line
            )
        })
    }
}

/// What a `[[five_checks]]` holds; `None` when a fault was noted.
pub(super) fn read(section: &Section<'_, '_>) -> Option<FiveQuestions> {
    let from = section.need("from", Value::day);
    let until = section.may("until", None, |value| {
        let until = value.day()?;
        match from {
            Some(from) if until <= from => value.wrong(format!("a day after `from`, {from}")),
            _ => Some(Some(until)),
        }
    });
    let reference = section.need("reference", reference);
    let reviewed = section.need("reviewed", Value::day);
    section.end();
    let line = section.line;
    Some(FiveQuestions { from: from?, until: until?, reference: reference?, reviewed: reviewed?, line })
}

/// Refuses two entries on one day.
pub(super) fn one_at_a_time(root: &Section<'_, '_>, entries: &[FiveQuestions]) {
    let begins = |a: &FiveQuestions, b: &FiveQuestions| b.until.is_none_or(|until| a.from < until);
    for (index, later) in entries.iter().enumerate() {
        for earlier in entries[..index].iter().filter(|earlier| begins(later, earlier) && begins(earlier, later)) {
            let from = later.from.max(earlier.from);
            let message = format!(
                "[[five_checks]] stands twice from {from} on: that of line {} holds too; let one end where the other \
                 begins",
                earlier.line
            );
            root.fault_on(later.line, message);
        }
    }
}
