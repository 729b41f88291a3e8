//! What a policy file looks for in the conduct of providers on a day, in words.

use std::fmt::Write as _;

use chrono::NaiveDate;

use super::words::{cited, whom};
use crate::policy::{AdmissionRate, Conduct, Pattern, Policy, ShortStays};

/// Every pattern of the day; nothing where the file has none.
pub(super) fn in_words(policy: &Policy, day: NaiveDate) -> String {
    let mut text = String::new();
    for name in Pattern::NAMES {
        let Some(Conduct { pattern, categories, cited: source }) = policy.conduct_on(name, day) else { continue };
        let _ = write!(text, "\nconduct of providers, to be reviewed (待核查): {name}\n  pattern    {}\n", of(pattern));
        if let Some(categories) = categories {
            let _ = writeln!(text, "  whom       {}", whom(*categories));
        }
        text += &cited(source);
    }
    text
}

fn of(pattern: &Pattern) -> String {
    match pattern {
        Pattern::SplitStays { days } => {
            format!("admitted again to the same institution for the same disease within {days} days of the discharge")
        }
        Pattern::RepeatedStays { stays } => {
            format!("{stays} or more stays of one person at one institution in a calendar year")
        }
        Pattern::PaidDuringStay => {
            "an out-patient, chronic or pharmacy settlement strictly between admission and discharge".to_owned()
        }
        Pattern::ShortStays(ShortStays { nights, cost, diagnoses, stays }) => {
            let diagnoses = diagnoses.join(", ");
            format!("{stays} or more stays of at most {nights} nights and {cost} yuan for {diagnoses}")
        }
        Pattern::AdmissionRate(AdmissionRate { robust_z, minimum_peers, funnel_sigmas }) => format!(
            "stays per thousand enrolled at a robust z of {robust_z} or more among {minimum_peers} peers or more, and \
             above the funnel at {funnel_sigmas} deviations"
        ),
    }
}
