//! `manifest.json` of a night of audits: what it was made from, what was said of how many, and the totals that close.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::DrawMade;
use crate::error::Error;
use crate::model::{ProblemBalance, ProblemState, SolvedBy, Verdict, VerdictCounts};
use crate::publish::manifest::{Amount, Tolerance, Totals, json};
use crate::publish::named::{Against, HashedFile, InputFile, MANIFEST, Predecessor, Program, UsedReply, Written};

/// The manifest of a night of audits. Keys stand in the order of the fields, those of maps in alphabetical order; it
/// holds no time of day, so the same night gives the same bytes. [`Head`](crate::publish::Head) reads what it has in
/// common with that of a nightly warning.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct AuditManifest {
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
    /// The file of holidays.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub holidays: Option<HashedFile>,
    /// How much may be wrong before a night is refused.
    pub tolerance: Tolerance,
    /// The night whose problems this one began with; `None` for the first.
    pub predecessor: Option<Predecessor>,
    /// The night of last year that this one was held against; absent where none was.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_year: Option<Predecessor>,
    /// The folder of the delivery, as the job resolved it.
    pub delivery: String,
    /// The algorithm of the inputs' hashes.
    pub input_hash: String,
    /// Every extract that was read.
    pub inputs: Vec<InputFile>,
    /// The other delivery that the register was held against; absent where none was named.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub against: Option<Against>,
    /// Every file of the night but this one, in the order written.
    pub outputs: Vec<Written>,
    /// By table, what became of its rows.
    pub control_totals: BTreeMap<String, Totals>,
    /// By table and reason, what was set aside.
    pub set_aside: BTreeMap<String, BTreeMap<String, Amount>>,
    /// By audit, what was said of how many.
    pub verdicts: BTreeMap<String, Verdicts>,
    /// What the month's draw of cards was made from; absent where none was made.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub card_draw: Option<DrawMade>,
    /// By audit, how many problems there were and are.
    pub problems: BTreeMap<String, ProblemCounts>,
    /// The replies from which the problems have their answers, in the order in which they count.
    pub replies: Vec<UsedReply>,
    /// What somebody should look at, one line each.
    pub warnings: Vec<String>,
}

/// What an audit said of how many: `subjects = correct + fault + not_applicable + cannot_be_told`.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Verdicts {
    /// Those whom it had to look at.
    pub subjects: u64,
    /// As it should be.
    pub correct: u64,
    /// Not as it should be.
    pub fault: u64,
    /// No document of the place asks for anything.
    pub not_applicable: u64,
    /// The data does not say.
    pub cannot_be_told: u64,
}

impl From<&VerdictCounts> for Verdicts {
    fn from(counts: &VerdictCounts) -> Verdicts {
        let of = |verdict: Verdict| counts.of(verdict);
        Verdicts {
            subjects: counts.subjects,
            correct: of(Verdict::Correct),
            fault: of(Verdict::Fault),
            not_applicable: of(Verdict::NotApplicable),
            cannot_be_told: of(Verdict::CannotBeTold),
        }
    }
}

/// How many problems there were and are: `opening + new + reopened - solved - dismissed = closing`, each as
/// [`ProblemBalance`] says.
#[derive(Debug, Default, Clone, PartialEq, Eq, Serialize)]
pub struct ProblemCounts {
    /// Standing in the opening list.
    pub opening: u64,
    /// Found for the first time tonight.
    pub new: u64,
    /// Standing tonight, and solved or dismissed in the opening list.
    pub reopened: u64,
    /// Solved tonight, of those that stood.
    pub solved: u64,
    /// Dismissed tonight, of those that stood.
    pub dismissed: u64,
    /// Standing in tonight's list.
    pub closing: u64,
    /// Claimed before, and shown still.
    pub refuted: u64,
    /// By state, those of tonight's list; every state is named.
    pub by_state: BTreeMap<String, u64>,
    /// By what, those solved tonight, dismissed ones among them; each is named.
    pub by_solution: BTreeMap<String, u64>,
}

impl From<&ProblemBalance> for ProblemCounts {
    fn from(balance: &ProblemBalance) -> ProblemCounts {
        let state = |state: ProblemState| (state.name().to_owned(), balance.of(state));
        let solution = |by: SolvedBy| (by.name().to_owned(), balance.by_solution.get(&by).copied().unwrap_or_default());
        ProblemCounts {
            opening: balance.opening,
            new: balance.new,
            reopened: balance.reopened,
            solved: balance.solved,
            dismissed: balance.dismissed,
            closing: balance.closing,
            refuted: balance.refuted,
            by_state: ProblemState::ALL.into_iter().map(state).collect(),
            by_solution: SolvedBy::ALL.into_iter().map(solution).collect(),
        }
    }
}

impl AuditManifest {
    /// The text of the file.
    ///
    /// # Errors
    /// Never in practice: all keys are text.
    pub fn to_json(&self) -> Result<String, Error> {
        json(MANIFEST, self)
    }
}
