//! What the audits of one night read: each table once, for all of them.

use chrono::{Datelike, NaiveDate};

use super::audit_rules::{Rules, tables};
use super::settled::Settled;
use crate::audit::subsidy;
use crate::burden::{Stays, Visits};
use crate::delivery::{
    Account, ChronicCards, Delivery, Enrolled, Enrolments, FundMonths, Outreach, Premiums, Progress, PublicHealth,
    Roster, UnknownCodes,
};
use crate::error::Error;
use crate::job::Kind;
use crate::model::{Fen, Mechanism, Month, Window};

/// The register of the year, and the tables that the job's audits need; `None` where one was not delivered with any
/// row, or nobody needs it.
pub(super) struct Inputs {
    pub(super) roster: Roster,
    /// The register of the year before, where a subsidy was paid for somebody outside that of the year.
    pub(super) before: Option<Roster>,
    pub(super) enrolments: Option<Enrolments>,
    /// Everybody enrolled on the day, by area.
    pub(super) enrolled: Option<Enrolled>,
    pub(super) premiums: Option<Premiums>,
    pub(super) outreach: Option<Outreach>,
    pub(super) settled: Option<Settled>,
    pub(super) chronic_cards: Option<ChronicCards>,
    pub(super) public_health: Option<PublicHealth>,
    pub(super) funds: Option<FundMonths>,
}

impl Inputs {
    /// Reads them.
    pub(super) fn read(
        kind: Kind,
        rules: &Rules,
        as_of: NaiveDate,
        delivery: &Delivery,
        progress: &Progress,
    ) -> Result<Inputs, Error> {
        let (codes, year) = (&rules.codes, as_of.year());
        let wanted = tables(kind);
        let wants = |table: &str| wanted.contains(&table);
        let roster = delivery.roster(as_of, |code| codes.category(code))?;
        let type_of = |code: &str| codes.insurance_type(code);
        let status_of = |code: &str| codes.enrolment_status(code);
        let mechanisms = kind.mechanisms();
        let asks = |of: &[Mechanism]| of.iter().any(|mechanism| mechanisms.contains(mechanism));
        let enrolments = match asks(&[Mechanism::Coverage, Mechanism::Subsidy, Mechanism::FiveChecks]) {
            true => delivery.enrolments(&roster, as_of, type_of, status_of)?,
            false => None,
        };
        let enrolled = match asks(&[Mechanism::AdmissionRate, Mechanism::Fund]) {
            true => delivery.enrolled(&roster, as_of, type_of, status_of)?,
            false => None,
        };
        // Who was paid for and stands in no register is a matter of subsidies alone: with what was taken back again.
        let subsidies = kind.mechanisms().contains(&Mechanism::Subsidy);
        let premiums = match wants("contributions") {
            true => delivery
                .premiums(&roster, (year, as_of), type_of, |premium| subsidies && premium.subsidy != Fen::ZERO)?,
            false => None,
        };
        let last_year = NaiveDate::from_ymd_opt(year - 1, 12, 31).filter(|_| subsidy::paid_outside(premiums.as_ref()));
        let before = last_year.map(|day| delivery.roster(day, |code| codes.category(code))).transpose()?;
        let since = NaiveDate::from_ymd_opt(year, 1, 1).unwrap_or(as_of);
        let outreach = if wants("outreach") { delivery.outreach(&roster, since, as_of)? } else { None };
        let window = Window::policy_year(as_of, rules.policy.year_by);
        let settled = match wants("settlements") {
            true => Settled::read(delivery, &roster, &window, (codes, &mechanisms), progress)?,
            false => None,
        };
        let chronic_cards = match wants("chronic_cards") {
            true => delivery.chronic_cards(&roster, as_of, |code| codes.chronic_disease(code))?,
            false => None,
        };
        let public_health = if wants("public_health") { delivery.public_health(&roster, as_of)? } else { None };
        let funds = match Month::over_on(as_of).filter(|_| wants("fund")) {
            Some(last) => delivery.fund_months(last, |code| codes.fund(code))?,
            None => None,
        };
        Ok(Inputs {
            roster,
            before,
            enrolments,
            enrolled,
            premiums,
            outreach,
            settled,
            chronic_cards,
            public_health,
            funds,
        })
    }

    /// What the register's people were settled, where there is something to go by.
    pub(super) fn visits(&self) -> Option<&Visits> {
        self.settled.as_ref()?.visits.as_ref()
    }

    /// Everyone's stays, likewise.
    pub(super) fn stays(&self) -> Option<&Stays> {
        self.settled.as_ref()?.stays.as_ref()
    }

    /// Local codes of categories that the mapping lacks.
    pub(super) fn unknown(&self) -> UnknownCodes {
        self.roster.unknown.clone()
    }

    /// What became of the rows of each table.
    pub(super) fn accounts(self) -> Vec<(&'static str, Account)> {
        let enrolments = self.enrolments.map(|enrolments| enrolments.account);
        let enrolled = self.enrolled.map(|enrolled| enrolled.account);
        let read = [
            Some(("identities", self.roster.account)),
            // Where both read the table, that of the register's own enrolments tells what replaced what.
            enrolments.or(enrolled).map(|account| ("insured", account)),
            self.premiums.map(|premiums| ("contributions", premiums.account)),
            self.outreach.map(|outreach| ("outreach", outreach.account)),
            self.settled.map(|settled| ("settlements", settled.account)),
            self.chronic_cards.map(|cards| ("chronic_cards", cards.account)),
            self.public_health.map(|register| ("public_health", register.account)),
            self.funds.map(|funds| ("fund", funds.account)),
        ];
        read.into_iter().flatten().collect()
    }
}
