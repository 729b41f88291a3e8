//! `manifest.json`: what a night was made from, what it holds, and the totals that close. Written last, read first.

use std::collections::BTreeMap;
use std::path::Path;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::head::{self, Head};
use super::named::{HashedFile, InputFile, MANIFEST, NIGHTLY, Predecessor, Program, UsedReply, Written};
use super::responses::ResponseTotals;
use crate::error::Error;
use crate::model::{Balance, ControlTotals, Fault, Reason, State, Tally};

/// A night's manifest. Keys stand in the order of the fields, those of maps in alphabetical order; it holds no time of
/// day, so the same night gives the same bytes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    /// What wrote it.
    pub program: Program,
    /// The kind of job.
    pub kind: String,
    /// The day assessed.
    pub as_of: NaiveDate,
    /// The job file.
    pub job: HashedFile,
    /// The policy file.
    pub policy: HashedFile,
    /// The mapping of local codes.
    pub codes: HashedFile,
    /// The file of holidays, where working days were counted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub holidays: Option<HashedFile>,
    /// What else shaped the result.
    pub options: Options,
    /// The night whose ledger this one began with; `None` for the first.
    pub predecessor: Option<Predecessor>,
    /// The folder of the delivery, as the job resolved it.
    pub delivery: String,
    /// The algorithm of the inputs' hashes: [`INPUT_HASH`](super::named::INPUT_HASH).
    pub input_hash: String,
    /// Every extract that was read.
    pub inputs: Vec<InputFile>,
    /// Every file of the night but this one, in the order written.
    pub outputs: Vec<Written>,
    /// By table, what became of its rows.
    pub control_totals: BTreeMap<String, Totals>,
    /// By table and reason, what was set aside.
    pub set_aside: BTreeMap<String, BTreeMap<String, Amount>>,
    /// By check, what was reported and used all the same; every check is named, found or not.
    pub checks: BTreeMap<String, Amount>,
    /// How many people.
    pub people: People,
    /// How many warnings there were and are.
    #[serde(default)]
    pub ledger: LedgerCounts,
    /// The replies from which the ledger has its answers, in the order in which they count.
    #[serde(default)]
    pub replies: Vec<UsedReply>,
    /// How the warnings that were sent are answered.
    #[serde(default)]
    pub responses: ResponseTotals,
    /// What the policy said on the day: what an explanation cites.
    #[serde(default)]
    pub cited: Cited,
    /// What somebody should look at, one line each.
    pub warnings: Vec<String>,
}

/// The policy in force, in its own words, and the incomes that it was applied to. It names nobody.
#[derive(Debug, Default, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cited {
    /// The place, as its documents call it.
    pub place: String,
    /// Who pays before the person does.
    pub payers: Vec<String>,
    /// The rules in force, in the policy's order.
    pub rules: Vec<CitedRule>,
    /// The published incomes that findings were held against, by area and year.
    pub incomes: Vec<CitedIncome>,
}

/// A rule in force.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CitedRule {
    /// Its id in published tables.
    pub id: String,
    /// The title that clerks know.
    pub title: String,
    /// Whom it covers.
    pub categories: Vec<String>,
    /// Which burden it tests.
    pub tests: String,
    /// `above` (超过) or `at_least` (达到).
    pub comparison: String,
    /// The percentage of the reference income; none for a fixed amount.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub percent_of_income: Option<String>,
    /// The fixed amount in yuan; none for a percentage.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub amount: Option<String>,
    /// The document.
    pub document: String,
    /// The article in it.
    pub article: String,
    /// What the article says, word for word, where the policy file has it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub words: Option<String>,
    /// The first day it holds.
    pub from: NaiveDate,
    /// The first day on which it no longer holds, where one is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<NaiveDate>,
}

/// A published income.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct CitedIncome {
    /// Where.
    pub area: String,
    /// The year it was earned in.
    pub year: i32,
    /// Whose.
    pub series: String,
    /// How much a head, in yuan.
    pub amount: String,
    /// When it was published, where the delivery says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub published_on: Option<NaiveDate>,
    /// Where it was published, where the delivery says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
}

/// What shaped the result besides policy and data.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Options {
    /// Which of the optional outputs were asked for.
    pub outputs: Outputs,
    /// How much may be wrong before a night is refused.
    pub tolerance: Tolerance,
    /// The bands of the ledger, in percent of the threshold.
    #[serde(default)]
    pub bands: Vec<String>,
    /// Who was watched; absent where nobody was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub watch: Option<WatchOptions>,
}

/// Who was watched before a rule was met.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WatchOptions {
    /// The share of the threshold, in percent.
    pub share: String,
    /// Whether the pace was looked at.
    pub pace: bool,
}

/// The optional outputs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Outputs {
    /// `evidence.parquet`, and `first_exceeded_on`.
    pub evidence: bool,
    /// `burden.parquet`.
    pub burden: bool,
}

/// How much may be wrong before a night is refused.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tolerance {
    /// Rejected rows, in percent of the rows of a table.
    pub reject_percent: String,
    /// Identities whose local code the mapping lacks.
    pub unknown_codes: u64,
}

/// Rows and their amount in fen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Amount {
    /// Rows.
    pub rows: u64,
    /// Fen.
    pub fen: i64,
}

impl TryFrom<Tally> for Amount {
    type Error = Fault;

    /// Refused beyond the range of an `i64`: readers of JSON hold no wider integer.
    fn try_from(tally: Tally) -> Result<Amount, Fault> {
        let fen = i64::try_from(tally.fen).map_err(|_| {
            let message = "the amounts of one table add up to more than can be published (2^63 fen); \
                           look for rows of an absurd size in the delivery";
            Fault::data("control totals", message)
        })?;
        Ok(Amount { rows: tally.rows, fen })
    }
}

/// Control totals of one table (contract, section 5).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Totals {
    /// Every row of every file.
    pub read: Amount,
    /// See [`Fate::Rejected`](crate::model::Fate::Rejected).
    pub rejected: Amount,
    /// See [`Fate::Superseded`](crate::model::Fate::Superseded).
    pub superseded: Amount,
    /// See [`Fate::Void`](crate::model::Fate::Void).
    pub void: Amount,
    /// See [`Fate::OutOfWindow`](crate::model::Fate::OutOfWindow).
    pub out_of_window: Amount,
    /// See [`Fate::Orphan`](crate::model::Fate::Orphan).
    pub orphan: Amount,
    /// See [`Fate::Counted`](crate::model::Fate::Counted).
    pub counted: Amount,
}

/// The control totals of every table.
///
/// # Errors
/// [`Error::Refused`] when those of a table do not close.
pub(super) fn closed(totals: &BTreeMap<&'static str, ControlTotals>) -> Result<BTreeMap<String, Totals>, Error> {
    let faults: Vec<Fault> = totals.iter().filter_map(|(table, totals)| totals.close(table).err()).collect();
    if !faults.is_empty() {
        return Err(Error::Refused(faults));
    }
    let one = |(table, totals): (&&str, &ControlTotals)| Ok(((*table).to_owned(), Totals::try_from(*totals)?));
    Ok(totals.iter().map(one).collect::<Result<_, Fault>>()?)
}

/// What was set aside, by table and the reason's id.
///
/// # Errors
/// Amounts that cannot be published.
pub(super) fn by_reason(
    set_aside: &BTreeMap<&'static str, BTreeMap<Reason, Tally>>,
) -> Result<BTreeMap<String, BTreeMap<String, Amount>>, Error> {
    let reason = |(reason, tally): (&Reason, &Tally)| Ok((reason.id().to_owned(), Amount::try_from(*tally)?));
    let table = |(table, reasons): (&&str, &BTreeMap<Reason, Tally>)| {
        Ok(((*table).to_owned(), reasons.iter().map(reason).collect::<Result<_, Fault>>()?))
    };
    Ok(set_aside.iter().map(table).collect::<Result<_, Fault>>()?)
}

impl TryFrom<ControlTotals> for Totals {
    type Error = Fault;

    fn try_from(totals: ControlTotals) -> Result<Totals, Fault> {
        Ok(Totals {
            read: totals.read.try_into()?,
            rejected: totals.rejected.try_into()?,
            superseded: totals.superseded.try_into()?,
            void: totals.void.try_into()?,
            out_of_window: totals.out_of_window.try_into()?,
            orphan: totals.orphan.try_into()?,
            counted: totals.counted.try_into()?,
        })
    }
}

/// How many people, so that nobody is lost without a word.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct People {
    /// With an identity in force on the day.
    pub in_register: u64,
    /// Of these, without a counted settlement.
    pub in_register_without_settlements: u64,
    /// With a counted settlement.
    pub with_settlements: u64,
    /// Of these, without an identity in force on the day.
    pub with_settlements_outside_register: u64,
    /// With a finding.
    pub flagged: u64,
}

/// How many warnings there were and are: `opening + opened + reopened = closing + cleared`.
#[derive(Debug, Default, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LedgerCounts {
    /// Standing in the opening ledger.
    pub opening: u64,
    /// Opened tonight.
    pub opened: u64,
    /// Reopened tonight.
    pub reopened: u64,
    /// Cleared tonight.
    pub cleared: u64,
    /// Standing in tonight's ledger.
    pub closing: u64,
    /// By rule and state, what tonight made of them.
    pub by_rule: BTreeMap<String, BTreeMap<String, u64>>,
    /// By reason, those cleared tonight.
    pub by_clearing: BTreeMap<String, u64>,
}

impl From<&Balance> for LedgerCounts {
    fn from(balance: &Balance) -> LedgerCounts {
        let states =
            |states: &BTreeMap<State, u64>| states.iter().map(|(s, count)| (s.name().to_owned(), *count)).collect();
        LedgerCounts {
            opening: balance.opening,
            opened: balance.opened,
            reopened: balance.reopened,
            cleared: balance.cleared,
            closing: balance.closing,
            by_rule: balance.by_rule.iter().map(|(rule, of)| (rule.clone(), states(of))).collect(),
            by_clearing: balance.by_clearing.iter().map(|(why, count)| (why.name().to_owned(), *count)).collect(),
        }
    }
}

impl Manifest {
    /// Reads the `manifest.json` of a nightly warning.
    ///
    /// # Errors
    /// When there is none, when it cannot be read, and when it is no such manifest of this program.
    pub fn read(path: &Path) -> Result<Manifest, Error> {
        let bytes = head::bytes(path)?;
        Head::of(path, &bytes)?.expect_kind(path, NIGHTLY, "")?;
        head::parsed(path, &bytes)
    }

    /// The text of the file.
    ///
    /// # Errors
    /// Never in practice: all keys are text.
    pub fn to_json(&self) -> Result<String, Error> {
        json(MANIFEST, self)
    }
}

/// The text of a JSON file that is called `name`.
pub(super) fn json(name: &str, value: &impl Serialize) -> Result<String, Error> {
    let text = serde_json::to_string_pretty(value).map_err(|error| Error::Internal(format!("{name}: {error}")))?;
    Ok(text + "\n")
}
