//! What a policy file asks of chronic-disease cards on a day, in words.

use std::fmt::Write as _;

use chrono::NaiveDate;

use super::words::cited;
use crate::policy::Policy;

/// What is asked; nothing where the file does not say.
pub(super) fn in_words(policy: &Policy, day: NaiveDate) -> String {
    let Some(review) = policy.card_review_on(day) else { return String::new() };
    let mut text = format!(
        "\nchronic-disease cards (慢病卡)\n  review     {}% of each {}'s new cards of a month, rounded up\n  whose      \
         cards of {}\n  drawn by   {}\n",
        review.percent,
        review.per.name(),
        review.among.name(),
        review.mode.name(),
    );
    if let Some(months) = review.unused_months {
        let _ = writeln!(text, "  unused     a card in force without a visit for {months} months");
    }
    text + &cited(&review.cited)
}
