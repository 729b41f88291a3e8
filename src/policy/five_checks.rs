//! That five questions are asked about each person of the register (五查): whether enrolled, subsidised, served in one
//! stop, paid by all three layers, and told of the policy.
//!
//! The citation is all that there is to give: where no document asks them, nobody is held to them.

use chrono::NaiveDate;

use super::Policy;
use super::entry::{self, Cited, Span};
use crate::config::Section;

impl Policy {
    /// The order to ask the five questions on `day`; `None` where the policy has none.
    pub fn five_questions_on(&self, day: NaiveDate) -> Option<&Cited> {
        self.five_questions.iter().find(|entry| entry.holds(day))
    }

    /// A line, when the order of `as_of` has no end and was last reviewed more than 366 days before.
    pub fn five_questions_to_review(&self, as_of: NaiveDate) -> Option<String> {
        self.five_questions_on(as_of)?.to_review(&self.path, "[[five_checks]]", as_of)
    }
}

/// What a `[[five_checks]]` holds; `None` when a fault was noted.
fn read(section: &Section<'_, '_>) -> Option<Cited> {
    let cited = Cited::read(section, Span::read(section));
    section.end();
    cited
}

/// Every `[[five_checks]]`. Refuses two on one day.
pub(super) fn every(root: &Section<'_, '_>) -> Option<Vec<Cited>> {
    entry::every(root, "five_checks", read, Cited::place, |_, _| Some("[[five_checks]] stands twice".to_owned()))
}
