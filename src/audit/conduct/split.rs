//! Split stays (分解住院): somebody leaves and is admitted again to the same institution for the same disease within
//! some days. Counted from the day of discharge, which is day 0.
//!
//! The discharge before a stay is the latest one of all stays that ended by the day of its admission; one of last year
//! counts where the delivery of the year has it. A chain of readmissions is one case. Where either of two may be but a
//! part of another stay, nobody knows whether anybody left.

use super::{Case, Found, Lain, Part, Person};

/// What one person's stays at one institution give. `days` is how many may lie between discharge and admission.
pub(super) fn split(person: &Person, days: u32) -> Found {
    let stays = &person.stays;
    let mut found = Found::default();
    // Of each stay, the case that it belongs to.
    let mut case_of: Vec<Option<usize>> = vec![None; stays.len()];
    for (at, again) in stays.iter().enumerate().filter(|(_, again)| again.this_year) {
        let within = |before: &Lain| {
            let gap = i64::from(again.days.begin) - i64::from(before.days.end);
            (0..=i64::from(days)).contains(&gap)
        };
        let earlier = || stays[..at].iter().enumerate().filter(|(_, before)| within(before));
        let same = |before: &Lain| again.disease.is_some() && before.disease == again.disease;
        let apart = |before: &Lain| !before.alone && !again.alone;
        let unsaid = |before: &Lain| before.disease.is_none() || again.disease.is_none();
        match earlier()
            .filter(|(_, before)| same(before) && apart(before))
            .max_by_key(|(at, before)| (before.days.end, *at))
        {
            Some((before, _)) => {
                let case = *case_of[before].get_or_insert_with(|| {
                    found.cases.push(Case { parts: vec![Part::Stay(stays[before].place)] });
                    found.cases.len() - 1
                });
                found.cases[case].parts.push(Part::Readmission(again.place));
                case_of[at] = Some(case);
                found.count += 1;
            }
            None if earlier().any(|(_, before)| same(before) || unsaid(before)) => {
                found.perhaps += 1;
            }
            None => {}
        }
    }
    // A stay in doubt may be split from any other.
    if stays.len() + person.in_doubt > 1 {
        found.perhaps += person.in_doubt;
    }
    found
}
