//! The limits of a policy file on cost outside the catalogue on a day, in words.

use chrono::NaiveDate;

use super::words::{cited, whom};
use crate::model::HospitalLevel;
use crate::policy::{Patients, Policy};

/// The limits of the day; nothing where the file has none.
pub(super) fn in_words(policy: &Policy, day: NaiveDate) -> String {
    let Some(rule) = policy.out_of_catalogue_on(day) else { return String::new() };
    let patients = match rule.patients {
        Patients::Register => "everybody in the register".to_owned(),
        Patients::Named(categories) => whom(categories),
    };
    let limit = |level: HospitalLevel| Some(format!("{} at most {}%", level.term(), rule.limit(level)?));
    let limits: Vec<String> = HospitalLevel::ALL.into_iter().filter_map(limit).collect();
    let volume = match rule.minimum_stays {
        Some(stays) => format!("{stays} in-patient settlements or more, as the bureau set"),
        None => "any".to_owned(),
    };
    format!(
        "\nout of catalogue (目录外费用占比), of an institution's in-patient cost of the year\n  whom       {patients}\n  \
         limits     {}\n  volume     {volume}\n{}",
        limits.join(", "),
        cited(&rule.cited)
    )
}
