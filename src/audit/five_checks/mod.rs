//! The five checks (五查): five questions about everyone in the register on the day, each with its answer and what that
//! rests on, for the people who visit households.
//!
//! | question | answered by |
//! | --- | --- |
//! | enrolled (查参保) | the audit of coverage |
//! | premium subsidised (查缴费) | the audit of subsidies |
//! | served in one stop (查服务) | the settlements themselves, and whether each paid what was due on it |
//! | paid by all layers (查待遇) | the audit of benefits |
//! | told of the policy (查宣传) | an act of making it known in the year |
//!
//! An answer is *yes*, *no*, *cannot be told*, or *not asked*: nobody can be subsidised to whom nothing is due, or
//! served to whom nothing was settled. The questions are narrower than the audits: more than was due is a fault of
//! subsidies or of benefits, and the premium was subsidised, the benefit paid, all the same.
//!
//! **One stop.** No code of the contract says whether a settlement was made in one stop (`setl_type` and `pay_loc` have
//! no documented meaning), and no column whether treatment came before payment (先诊疗后付费), which is answered by nobody.
//! What can be told is whether critical-illness insurance and assistance paid in the settlement that left the cost: a
//! payment in a settlement that left nothing in scope was made afterwards, and so was what is right over the year but
//! not settlement by settlement. Only stays and visits for chronic diseases count, as 二(一)1 and 二(四)4 of the banner's
//! plan have it.
//!
//! A *no* to any question is a fault. Without one, an answer that cannot be told leaves the person untold.
//!
//! Pure: what the audits found in, verdicts out.

mod asked;

use std::sync::Arc;

use chrono::{Datelike, NaiveDate};
use rayon::prelude::*;

use self::asked::Asked;
use crate::audit::coverage::{self, Moment};
use crate::audit::subsidy::Subsidies;
use crate::audit::{subjects, unexamined};
use crate::burden::Visits;
use crate::delivery::{Enrolments, Listed, Outreach, Premiums, Roster, epoch_day};
use crate::model::{Audited, Examined, Matter, Mechanism, PersonBenefits, Verdict};
use crate::policy::Policy;

pub use asked::{Answer, Answered};

/// A question of the five, in their order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Question {
    /// 查参保: is the person enrolled?
    Enrolled,
    /// 查缴费: is the premium subsidised?
    Subsidised,
    /// 查服务: was the person served in one stop?
    OneStop,
    /// 查待遇: did every layer pay?
    Benefits,
    /// 查宣传: was the person told of the policy?
    Told,
}

impl Question {
    /// All five, in order.
    pub const ALL: [Question; 5] =
        [Question::Enrolled, Question::Subsidised, Question::OneStop, Question::Benefits, Question::Told];

    /// The name in published tables.
    pub fn name(self) -> &'static str {
        match self {
            Question::Enrolled => "enrolled",
            Question::Subsidised => "subsidised",
            Question::OneStop => "one_stop",
            Question::Benefits => "benefits",
            Question::Told => "told",
        }
    }

    /// The name that clerks know.
    pub fn term(self) -> &'static str {
        match self {
            Question::Enrolled => "查参保",
            Question::Subsidised => "查缴费",
            Question::OneStop => "查服务",
            Question::Benefits => "查待遇",
            Question::Told => "查宣传",
        }
    }
}

/// What the answers rest on; `None` for a table that was not delivered.
#[derive(Debug, Clone, Copy)]
pub struct Evidence<'a> {
    /// The register of the year.
    pub roster: &'a Roster,
    /// Enrolments of its people.
    pub enrolments: Option<&'a Enrolments>,
    /// Premiums, from which the audit of subsidies was made.
    pub premiums: Option<&'a Premiums>,
    /// What the audit of subsidies says.
    pub subsidies: (&'a [Examined], &'a Subsidies),
    /// What the audit of benefits says of everybody in the roster, in its order.
    pub benefits: (&'a [Examined], &'a [PersonBenefits]),
    /// Settlements of its people.
    pub visits: Option<&'a Visits>,
    /// Acts of making the policy known, in the year until the day.
    pub outreach: Option<&'a Outreach>,
}

/// The five answers about one person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FiveAnswers {
    /// In the order of [`Question::ALL`].
    pub answers: [Answered; 5],
    /// The village, where the register gives one.
    pub village: Option<Arc<str>>,
    /// The household, likewise.
    pub household: Option<Box<str>>,
}

impl FiveAnswers {
    /// Whether any question is answered with no.
    pub fn lacks_something(&self) -> bool {
        self.answers.iter().any(|answered| answered.answer == Answer::No)
    }
}

/// Asks the five questions about everyone in force: the verdicts, and the answers in the same order. No answers where
/// no document asks.
pub fn five_checks(policy: &Policy, moment: Moment, evidence: &Evidence<'_>) -> (Audited, Vec<FiveAnswers>) {
    let as_of = moment.as_of;
    let Some(order) = policy.five_questions_on(as_of) else { return (not_asked(policy, as_of, evidence), Vec::new()) };
    let reference: Arc<str> = order.reference.to_string().into();
    let asked = Asked::of(evidence);
    let found = coverage::found(evidence.roster, evidence.enrolments, policy, moment);
    let about = |(number, matter, detail): (u32, Matter, String)| {
        let listed = evidence.roster.people.get(number as usize)?;
        let answers = asked.about(number, listed, (matter, detail));
        let (verdict, matter) = verdict(&answers);
        let examined = Examined {
            verdict,
            matter,
            detail: in_words(&answers),
            reference: Some(Arc::clone(&reference)),
            ..unexamined(listed, as_of.year(), epoch_day(as_of))
        };
        let (village, household) = (listed.village.clone(), listed.household.clone());
        Some((examined, FiveAnswers { answers, village, household }))
    };
    let said: Vec<Option<(Examined, FiveAnswers)>> = found.into_par_iter().map(about).collect();
    let (examined, answers) = said.into_iter().flatten().unzip();
    let mut warnings: Vec<String> = policy.five_questions_to_review(as_of).into_iter().collect();
    warnings.extend(asked.lacking());
    (Audited { mechanism: Mechanism::FiveChecks, examined, warnings }, answers)
}

/// No document of the place asks the five questions.
fn not_asked(policy: &Policy, as_of: NaiveDate, evidence: &Evidence<'_>) -> Audited {
    let (year, day) = (as_of.year(), epoch_day(as_of));
    let document = policy.document.as_deref();
    let detail = format!("{}没有规定“五查”", document.unwrap_or("本地政策文件"));
    let about = |listed: &Listed| Examined {
        verdict: Verdict::NotApplicable,
        matter: Matter::NoRule,
        detail: detail.clone(),
        ..unexamined(listed, year, day)
    };
    let in_force = subjects(Mechanism::FiveChecks, evidence.roster, as_of);
    let named = document.map(|document| format!(": its document ({document}) asks for none")).unwrap_or_default();
    let warning = format!(
        "five_checks: {} ({}) has no [[five_checks]] on {as_of}{named}; the audit is not applicable",
        policy.place, policy.area
    );
    Audited { mechanism: Mechanism::FiveChecks, examined: in_force.map(about).collect(), warnings: vec![warning] }
}

fn verdict(answers: &[Answered; 5]) -> (Verdict, Matter) {
    let any = |answer| answers.iter().any(|answered| answered.answer == answer);
    if any(Answer::No) {
        (Verdict::Fault, Matter::SomeOfFive)
    } else if any(Answer::CannotBeTold) {
        (Verdict::CannotBeTold, Matter::NoData)
    } else {
        (Verdict::Correct, Matter::AllFive)
    }
}

/// Every question with its answer, and what the ones rest on that need somebody's eye.
fn in_words(answers: &[Answered; 5]) -> String {
    let one = |(question, answered): (Question, &Answered)| {
        let said = format!("{}：{}", question.term(), answered.answer.term());
        match answered.answer {
            Answer::No | Answer::CannotBeTold => format!("{said}（{}）", answered.evidence),
            Answer::Yes | Answer::NotAsked => said,
        }
    };
    Question::ALL.into_iter().zip(answers).map(one).collect::<Vec<_>>().join("；")
}
