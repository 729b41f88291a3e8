//! `[problems]`: which office owns the problems that an audit finds, within which term each is to be solved, and what
//! keeps others from reading the lists of them.

use std::collections::BTreeMap;
use std::path::PathBuf;

use super::Kind;
use super::offices::{Protection, protection};
use crate::config::{Section, Value};
use crate::model::Mechanism;

/// What the job says of problems.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problems {
    /// What keeps others from reading the lists.
    pub protection: Protection,
    /// Whether each county has a list of its own.
    pub by_county: bool,
    /// Who owns the problems of each audit of the job.
    pub owners: BTreeMap<Mechanism, Owner>,
    /// Where the table begins in the file.
    pub line: usize,
}

/// Who owns the problems of an audit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Owner {
    /// The office, as lists call it.
    pub name: String,
    /// Within how many working days a problem is to be solved.
    pub days: u32,
}

impl Default for Problems {
    fn default() -> Problems {
        Problems { protection: Protection::Plain, by_county: false, owners: BTreeMap::new(), line: 0 }
    }
}

/// The table `[problems]` of a job of `kind`; `None` when a fault was noted. `beside` reads a path relative to the job
/// file.
pub(super) fn read(
    root: &Section<'_, '_>,
    kind: Kind,
    beside: &impl Fn(&Value<'_, '_>) -> Option<PathBuf>,
) -> Option<Problems> {
    let holidays = root.has("holidays");
    if !holidays {
        root.fault("working days are counted with a file of holidays; name it with `holidays`");
    }
    let section = root.need("problems", Value::table)?;
    let protection = protection(&section, beside);
    let by_county = section.may("split_by", false, |value| value.choice(&[("county", true)]));
    let mut owners: BTreeMap<Mechanism, Owner> = BTreeMap::new();
    let mechanisms = kind.mechanisms();
    for family in mechanisms.chunk_by(|a, b| a.family() == b.family()) {
        let owner = section.need(family[0].family(), |value| owner(&value.table()?));
        owners.extend(owner.into_iter().flat_map(|owner| family.iter().map(move |of| (*of, owner.clone()))));
    }
    section.end();
    (holidays && owners.len() == mechanisms.len()).then_some(Problems {
        protection: protection?,
        by_county: by_county?,
        owners,
        line: section.line,
    })
}

fn owner(section: &Section<'_, '_>) -> Option<Owner> {
    let name = section.need("owner", Value::text);
    let days = section.need("days", |value| match value.count()? {
        0 => value.wrong("a number of working days above 0"),
        days => Some(days),
    });
    section.end();
    Some(Owner { name: name?, days: days? })
}
