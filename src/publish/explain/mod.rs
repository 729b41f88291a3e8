//! One person's warning as a page that a clerk can read to the citizen: plain text for the terminal, and a page of HTML
//! with a picture. In Chinese, as clerks receive it. Pure: the values were verified before they came here.
//!
//! The certificate number is shown by its last four characters alone. They let two people at a counter see that they
//! speak of the same certificate; area and day of birth, which the others hold, are what would find the person in
//! another list. The name is on the page: the page is about somebody, and is given to nobody else.

mod page;
mod text;
mod waterfall;
mod words;

use chrono::NaiveDate;
use rust_decimal::Decimal;

use crate::model::{Answer, Burden, EvidenceRow, Fen, Finding, Payer, PersonId, State};

pub use page::html;
pub use text::text;

/// How many characters of a certificate number are shown at most.
const SHOWN: usize = 4;

/// Everything that a page says of one person.
#[derive(Debug)]
pub struct Explanation {
    /// The day assessed.
    pub as_of: NaiveDate,
    /// The place, as its documents call it.
    pub place: String,
    /// What names the night: the beginning of its manifest's hash.
    pub night: String,
    /// The certificate number, masked.
    pub number: String,
    /// Who pays before the person does.
    pub payers: Vec<Payer>,
    /// The sums, worked out again.
    pub burden: Burden,
    /// The findings: at least one.
    pub findings: Vec<Explained>,
    /// Every settlement and payment, in the order of time.
    pub rows: Vec<ExplainedRow>,
}

/// One finding, with what it rests on.
#[derive(Debug)]
pub struct Explained {
    /// The finding, its threshold exact.
    pub finding: Finding,
    /// The rule's title.
    pub title: String,
    /// The deciding word: 超过 or 达到.
    pub comparison: &'static str,
    /// By how much the burden lies above the threshold, in yuan, exact.
    pub excess: Decimal,
    /// The document.
    pub document: String,
    /// The article in it.
    pub article: String,
    /// What the article says, where the policy file has it.
    pub words: Option<String>,
    /// Where the income comes from; `None` for a rule with a fixed amount.
    pub income: Option<IncomeSource>,
    /// Every rule that covers the person and tests the same burden, with its threshold where it is known.
    pub candidates: Vec<(String, Option<Decimal>)>,
    /// What the ledger says; `None` for a night without one.
    pub followed: Option<Followed>,
}

/// Where an income comes from.
#[derive(Debug)]
pub struct IncomeSource {
    /// Whose income, as documents call them.
    pub whose: &'static str,
    /// When it was published.
    pub published_on: Option<NaiveDate>,
    /// Where it was published.
    pub source: Option<String>,
}

/// A warning as the night's ledger has it.
#[derive(Debug)]
pub struct Followed {
    /// What the night made of it.
    pub state: State,
    /// The night that opened it.
    pub first_seen: NaiveDate,
    /// The night that opened it or reopened it last.
    pub since: NaiveDate,
    /// The night whose list first told an office of it.
    pub sent_on: Option<NaiveDate>,
    /// The newest answer.
    pub answer: Option<Answer>,
}

/// A settlement or a payment.
#[derive(Debug)]
pub struct ExplainedRow {
    /// What was delivered, and what became of it.
    pub row: EvidenceRow,
    /// Whether it is a payment of commercial insurance.
    pub is_payment: bool,
    /// The settlements that reverse it and count.
    pub reversed_by: Vec<String>,
}

/// One step from cost to burden.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Step {
    label: String,
    /// What is taken off; the cost itself in the first step, the burden in the last.
    amount: Fen,
    /// What is left after it.
    left: Fen,
}

/// A certificate number of which only the last characters are shown: four, and at most a third of a short one.
pub fn masked(person: &PersonId) -> String {
    let number = person.to_string();
    let length = number.chars().count();
    let hidden = length - SHOWN.min(length / 3);
    number.chars().enumerate().map(|(at, c)| if at < hidden { '*' } else { c }).collect()
}
