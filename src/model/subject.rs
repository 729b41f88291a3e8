//! Whom or what an audit looks at.

use std::cmp::Ordering;
use std::sync::Arc;

use super::{AreaCode, Category, PersonId};

/// The subject of an audit. Ordered by kind, then as its number is.
///
/// `Debug` shows nothing of a person's number.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Subject {
    /// Somebody, by certificate number.
    Person(PersonId),
    /// A hospital, clinic or pharmacy, by its code (定点医药机构编号).
    Institution(Arc<str>),
    /// An area, or those of one category in it.
    Area(AreaCode, Option<Category>),
}

impl Subject {
    /// The name of each kind in published tables, in order.
    const KINDS: [&'static str; 3] = ["person", "institution", "area"];

    /// The name of its kind in published tables.
    pub fn kind(&self) -> &'static str {
        Subject::KINDS[self.rank()]
    }

    fn rank(&self) -> usize {
        match self {
            Subject::Person(_) => 0,
            Subject::Institution(_) => 1,
            Subject::Area(..) => 2,
        }
    }

    /// Who it is, where it is a person.
    pub fn person(&self) -> Option<&PersonId> {
        match self {
            Subject::Person(person) => Some(person),
            Subject::Institution(_) | Subject::Area(..) => None,
        }
    }

    /// Its code, where it is nobody: that of an institution, or of an area with the category behind a slash.
    pub fn code(&self) -> Option<String> {
        match self {
            Subject::Person(_) => None,
            Subject::Institution(code) => Some(code.to_string()),
            Subject::Area(area, None) => Some(area.to_string()),
            Subject::Area(area, Some(category)) => Some(format!("{area}/{}", category.name())),
        }
    }

    /// Reads what a published table says of a subject; `None` where it says too little or too much.
    pub fn published(kind: &str, person: Option<&str>, code: Option<&str>) -> Option<Subject> {
        match (kind, person, code) {
            ("person", Some(person), None) => PersonId::other(person).map(Subject::Person),
            ("institution", None, Some(code)) => Some(Subject::Institution(code.into())),
            ("area", None, Some(code)) => {
                let (area, category) = code.split_once('/').map_or((code, None), |(area, of)| (area, Some(of)));
                let category = match category {
                    Some(name) => Some(Category::named(name)?),
                    None => None,
                };
                Some(Subject::Area(AreaCode::from_text(area.as_bytes())?, category))
            }
            _ => None,
        }
    }
}

impl Ord for Subject {
    fn cmp(&self, other: &Subject) -> Ordering {
        match (self, other) {
            (Subject::Person(ours), Subject::Person(theirs)) => ours.cmp(theirs),
            _ => self.rank().cmp(&other.rank()).then_with(|| self.code().cmp(&other.code())),
        }
    }
}

impl PartialOrd for Subject {
    fn partial_cmp(&self, other: &Subject) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}
