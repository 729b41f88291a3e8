//! Words that several kinds of rule share.

use chrono::NaiveDate;

use crate::model::Categories;
use crate::policy::Cited;

/// The terms of categories.
pub(super) fn whom(categories: Categories) -> String {
    categories.iter().map(|category| category.term()).collect::<Vec<_>>().join(", ")
}

/// Where an entry is written, and when it holds.
pub(super) fn cited(of: &Cited) -> String {
    let Cited { from, until, reference, reviewed, .. } = of;
    format!("  reference  {reference}\n  in force   from {from}, {}, reviewed {reviewed}\n", end(*until))
}

/// Until when an entry holds.
pub(super) fn end(until: Option<NaiveDate>) -> String {
    until.map_or_else(|| "no end known".to_owned(), |until| format!("until {until}"))
}
