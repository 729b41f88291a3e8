//! The audits beside the nightly warning, one file a mechanism: what was delivered and what the place's documents ask
//! for become one verdict a person. Pure: frames in, verdicts out. It opens nothing, and knows neither yesterday's
//! problems nor what is published.
//!
//! Every subject gets exactly one verdict, so that nothing unexamined passes as good: [`counted`] holds each audit to
//! the number of subjects that the register gives.

pub mod benefits;
pub mod cards;
pub mod conduct;
pub mod coverage;
pub mod five_checks;
mod frame;
pub mod fund;
pub mod out_of_catalogue;
pub mod peers;
pub mod subsidy;

use chrono::NaiveDate;

use crate::delivery::{Listed, Roster, day_since_1970, epoch_day};
use crate::error::Error;
use crate::model::{AreaCode, Audited, Categories, Examined, Matter, Mechanism, Subject, Verdict, VerdictCounts};

/// Whom an audit looks at, of the people of a roster of `as_of` and in its order: everyone with an identity in force on
/// the day or, where it asks what was paid in a year, on any day of the year until then.
pub fn subjects(mechanism: Mechanism, roster: &Roster, as_of: NaiveDate) -> impl Iterator<Item = &Listed> {
    let day = epoch_day(as_of);
    roster.people.iter().filter(move |listed| !mechanism.is_of_the_day() || listed.in_force_on(day))
}

/// A person with nothing said yet but that the data does not say: what an audit begins with. Categories are those of
/// the day.
pub fn unexamined(listed: &Listed, year: i32, day: i32) -> Examined {
    Examined {
        name: listed.name.as_deref().map(str::to_owned),
        categories: listed.categories_on(day),
        town_code: listed.town_code.clone(),
        ..unknown(Subject::Person(listed.person.clone()), listed.area, year)
    }
}

/// The same of somebody or something of which no more is known.
fn unknown(subject: Subject, area: Option<AreaCode>, year: i32) -> Examined {
    Examined {
        subject,
        name: None,
        categories: Categories::NONE,
        area,
        town_code: None,
        year,
        verdict: Verdict::CannotBeTold,
        matter: Matter::NoData,
        found: None,
        expected: None,
        detail: String::new(),
        reference: None,
    }
}

/// A day as details write it: `2025-11-30`.
fn day_in_words(days: i32) -> String {
    day_since_1970(days.into()).map(|day| day.to_string()).unwrap_or_default()
}

/// How many subjects have which verdict. `subjects` is how many the audit had to look at, counted apart from it.
///
/// # Errors
/// [`Error::Internal`] when a subject stands twice or out of order, and when the verdicts do not add up.
pub fn counted(audited: &Audited, subjects: u64) -> Result<VerdictCounts, Error> {
    let name = audited.mechanism.name();
    if !audited.examined.is_sorted_by(|a, b| subject(a) < subject(b)) {
        return Err(Error::Internal(format!("{name}: a subject stands twice or out of order")));
    }
    let mut counts = VerdictCounts { subjects, ..VerdictCounts::default() };
    for examined in &audited.examined {
        counts.by_verdict[examined.verdict as usize] += 1;
    }
    if !counts.add_up() {
        let found = audited.examined.len();
        return Err(Error::Internal(format!("{name}: {found} verdicts on {subjects} subjects")));
    }
    Ok(counts)
}

fn subject(examined: &Examined) -> (&Subject, i32) {
    (&examined.subject, examined.year)
}
