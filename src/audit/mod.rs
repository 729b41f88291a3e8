//! The audits beside the nightly warning, one file a mechanism: what was delivered and what the place's documents ask
//! for become one verdict a person. Pure: frames in, verdicts out. It opens nothing, and knows neither yesterday's
//! problems nor what is published.
//!
//! Every subject gets exactly one verdict, so that nothing unexamined passes as good: [`counted`] holds each audit to
//! the number of subjects that the register gives.

pub mod benefits;

use std::cmp::Ordering;

use crate::error::Error;
use crate::model::{Audited, Examined, PersonId, VerdictCounts};

/// How many subjects have which verdict. `subjects` is how many the audit had to look at, counted apart from it.
///
/// # Errors
/// [`Error::Internal`] when a subject stands twice or out of order, and when the verdicts do not add up.
pub fn counted(audited: &Audited, subjects: u64) -> Result<VerdictCounts, Error> {
    let name = audited.mechanism.name();
    let in_order = |pair: &[Examined]| subject(&pair[0]).cmp(&subject(&pair[1])) == Ordering::Less;
    if !audited.examined.windows(2).all(in_order) {
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

fn subject(examined: &Examined) -> (&PersonId, i32) {
    (&examined.person, examined.year)
}
