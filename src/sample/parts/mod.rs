//! People with a part of their own: what the register, the bureaus and the hospitals say of each, and what the audits
//! are to say of it. Nothing else befalls them.

mod benefits;
mod cards;
mod coverage;
mod five_checks;
mod stays;
mod subsidy;

use chrono::NaiveDate;
use serde::Serialize;

pub(super) use self::stays::{Stay, plant};
use crate::model::{Matter, Mechanism, Verdict};
use crate::sample::calendar::Calendar;
use crate::sample::chronic::{Card, Registration};
use crate::sample::enrolments::Enrolment;
use crate::sample::people::Person;
use crate::sample::premiums::{self, Premium};
use crate::sample::roll::Spell;

/// What is planted about one person.
#[derive(Debug, Clone)]
pub(super) struct Plan {
    /// The case, as the list of planted things names it.
    case: &'static str,
    /// The birthday, where it matters.
    born: Option<NaiveDate>,
    /// In the register.
    pub(super) identities: Vec<Spell>,
    /// In the enrolment table.
    pub(super) enrolments: Vec<Enrolment>,
    /// In the table of contributions.
    pub(super) premiums: Vec<Premium>,
    /// In the settlements, in order of time.
    stays: Vec<Stay>,
    /// On which day the policy was made known, if on any.
    pub(super) outreach: Option<NaiveDate>,
    /// The chronic-disease card.
    pub(super) card: Option<Card>,
    /// On the public-health register.
    pub(super) registered: Option<Registration>,
    expected: Vec<Expected>,
}

/// A person and the part.
#[derive(Debug, Clone)]
pub(super) struct Part {
    /// Who plays it.
    pub(super) person: Person,
    /// What it is.
    pub(super) plan: Plan,
}

/// What one audit is to say, with the figures in fen where it is about money.
#[derive(Debug, Clone, Copy)]
struct Expected {
    mechanism: Mechanism,
    verdict: Verdict,
    matter: Matter,
    found: Option<i64>,
    expected: Option<i64>,
}

/// One line of the list: what an audit is to say of one subject.
#[derive(Debug, Clone, Serialize)]
pub(super) struct Said {
    case: &'static str,
    mechanism: &'static str,
    verdict: &'static str,
    matter: &'static str,
    subject_kind: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    subject_code: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    person_id: Option<String>,
    year: i32,
    #[serde(skip_serializing_if = "Option::is_none")]
    found_fen: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    expected_fen: Option<i64>,
}

impl Said {
    /// A verdict on an institution or an area: its kind and its code.
    pub(super) fn of_subject(
        case: &'static str,
        mechanism: Mechanism,
        (verdict, matter): (Verdict, Matter),
        (subject_kind, subject_code): (&'static str, String),
        year: i32,
    ) -> Said {
        Said {
            case,
            mechanism: mechanism.name(),
            verdict: verdict.name(),
            matter: matter.name(),
            subject_kind,
            subject_code: Some(subject_code),
            person_id: None,
            year,
            found_fen: None,
            expected_fen: None,
        }
    }

    /// With the figures found and expected, in fen.
    pub(super) fn sums(self, (found, expected): (i64, i64)) -> Said {
        Said { found_fen: Some(found), expected_fen: Some(expected), ..self }
    }
}

impl Plan {
    /// Somebody of whom all is as it should be: of the category since July of the year before last, enrolled where the
    /// person belongs, with the premium paid and subsidised as it is due, and told of the policy.
    fn sound(case: &'static str, code: &'static str, calendar: &Calendar) -> Plan {
        let subsidy = match code {
            "1" => premiums::DUE,
            "2" | "3" => 20_000,
            "4" | "5" => 18_000,
            "6" => 34_000,
            _ => 0,
        };
        Plan {
            case,
            born: None,
            identities: vec![Spell { code, begins: calendar.year_day(2, 7, 1), ends: None }],
            enrolments: vec![Enrolment::resident(calendar.new_year(3))],
            premiums: vec![Premium::of(calendar, subsidy)],
            stays: Vec::new(),
            outreach: Some(calendar.as_of),
            card: None,
            registered: None,
            expected: Vec::new(),
        }
    }

    fn since(mut self, begins: NaiveDate) -> Plan {
        self.identities.iter_mut().for_each(|spell| spell.begins = begins);
        self
    }

    fn until(mut self, ends: NaiveDate) -> Plan {
        self.identities.iter_mut().for_each(|spell| spell.ends = Some(ends));
        self
    }

    fn enrolled(self, enrolments: Vec<Enrolment>) -> Plan {
        Plan { enrolments, ..self }
    }

    fn paid(self, premiums: Vec<Premium>) -> Plan {
        Plan { premiums, ..self }
    }

    fn treated(self, stays: Vec<Stay>) -> Plan {
        Plan { stays, ..self }
    }

    fn says(mut self, mechanism: Mechanism, verdict: Verdict, matter: Matter) -> Plan {
        self.expected.push(Expected { mechanism, verdict, matter, found: None, expected: None });
        self
    }

    fn fault(self, mechanism: Mechanism, matter: Matter) -> Plan {
        self.says(mechanism, Verdict::Fault, matter)
    }

    fn sums(mut self, found: i64, expected: i64) -> Plan {
        if let Some(last) = self.expected.last_mut() {
            (last.found, last.expected) = (Some(found), Some(expected));
        }
        self
    }
}

/// Every part that the day leaves room for. Those whose birthday matters come first.
pub(super) fn all(calendar: &Calendar) -> Vec<Plan> {
    let mut plans = coverage::plans(calendar);
    plans.extend(subsidy::plans(calendar));
    plans.extend(benefits::plans(calendar));
    plans.extend(five_checks::plans(calendar));
    plans.extend(cards::plans(calendar));
    plans.sort_by_key(|plan| plan.born.is_none());
    plans.into_iter().map(|plan| five_checks::complete(plan, calendar)).collect()
}

/// The birthdays that matter, of the first people.
pub(super) fn birthdays(plans: &[Plan]) -> Vec<NaiveDate> {
    plans.iter().filter_map(|plan| plan.born).collect()
}

/// What the audits are to say of each person, and of institutions for their sake.
pub(super) fn said(parts: &[Part], calendar: &Calendar) -> Vec<Said> {
    let lines = parts.iter().flat_map(|part| {
        part.plan.expected.iter().map(|expected| Said {
            case: part.plan.case,
            mechanism: expected.mechanism.name(),
            verdict: expected.verdict.name(),
            matter: expected.matter.name(),
            subject_kind: "person",
            subject_code: None,
            person_id: Some(part.person.person_id()),
            year: calendar.year(),
            found_fen: expected.found,
            expected_fen: expected.expected,
        })
    });
    lines.chain(stays::untold(parts, calendar)).collect()
}

/// Puts lines into the order of mechanisms.
pub(super) fn sort(lines: &mut [Said]) {
    lines.sort_by_key(|line| Mechanism::ALL.iter().position(|mechanism| mechanism.name() == line.mechanism));
}
