//! Enrolment subsidised (资助参保): what was due towards each person's premium of the year, against what was paid.
//!
//! **Which day decides.** A subsidy is due by what somebody is when the premium is paid. So the category is that of the
//! first day on which a subsidy was paid for the person, else of the first day on which anything was paid. Where
//! nothing was paid, it is that of the last day of the enrolment window, or, for somebody in no register then, of the
//! day of recognition after it. The window is that of the policy's `[[enrolment]]`, and ends with the year before where
//! the policy has none. The rule is the one of the premium's year.
//!
//! **Of several categories** on that day the one with the most to pay counts: all of the premium before any figure, an
//! amount that the document does not give before any that it does, as nobody can tell that it is less.
//!
//! **What is found**, the first that fits:
//! 1. a subsidy, and no enrolment in resident insurance on any day of the year ([`Matter::SubsidyNotEnrolled`]): one
//!    that was suspended or ended, nobody knows when, is none;
//! 2. a category that no rule names ([`Matter::NoRule`]): not applicable. A rule without a figure is no more: what was
//!    paid can be right or wrong, and cannot be told;
//! 3. enrolled, and nothing collected ([`Matter::PremiumNotPaid`]); not enrolled either, and nothing is due: whether
//!    the person should be enrolled is told by the audit of coverage, once;
//! 4. more than is due, in more than one collection ([`Matter::SubsidyTwice`]);
//! 5. a part of the premium is the person's own, and the person paid nothing (参保不缴费, [`Matter::PremiumNotPaid`]):
//!    what 云医保〔2020〕128号 二(二) calls by that name comes of a subsidy that was raised until nothing was left to pay;
//! 6. too much, too little, right, or nothing due and nothing paid.
//!
//! A premium that was wholly paid back was not collected, and a fixed amount is due up to the premium. Where a row of
//! somebody's could not be used, a fault that may hang on it cannot be told.
//!
//! Whoever was subsidised and stands in no register of the year is looked at too: by the register of the year before,
//! as premiums are paid before the year begins. Who stands in neither had nothing due. Where a subsidy was taken back
//! whole, nobody was subsidised.
//!
//! Pure: tables in, verdicts out.

mod due;
mod frames;
mod judged;
mod totals;
mod words;

use chrono::{Datelike, NaiveDate};
use rayon::prelude::*;

use self::due::{Decided, Due};
use self::frames::Sums;
use self::judged::Unusable;
use crate::audit::{subjects, unexamined, unknown};
use crate::delivery::{Enrolments, Listed, Premium, Premiums, Roster, epoch_day};
use crate::error::Error;
use crate::model::{
    AreaCode, Audited, Category, Examined, Fen, InsuranceType, Matter, Mechanism, PersonId, Subject, Verdict,
};
use crate::policy::{Policy, Subsidy};

pub use due::DecidedBy;
pub use totals::SubsidyTotal;

/// What the audit looks at; `None` for a table that was not delivered, or without a row.
#[derive(Debug, Clone, Copy)]
pub struct Tables<'a> {
    /// The register of the year.
    pub roster: &'a Roster,
    /// That of the year before, where it is needed: see [`paid_outside`].
    pub before: Option<&'a Roster>,
    /// Premiums of the year, with those subsidised of people outside the register.
    pub premiums: Option<&'a Premiums>,
    /// Enrolments of the people of the register.
    pub enrolments: Option<&'a Enrolments>,
}

/// What the audit has to show besides its verdicts.
#[derive(Debug)]
pub struct Subsidies {
    /// What each verdict rests on, in the order of the verdicts.
    pub rows: Vec<SubsidyRow>,
    /// By area and category, sorted.
    pub totals: Vec<SubsidyTotal>,
    /// Subjects besides those that the register gives.
    pub outside: u64,
}

/// What one verdict rests on.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct SubsidyRow {
    /// Whether the register of the year has the person.
    pub in_register: bool,
    /// The category that selected the rule.
    pub category: Option<Category>,
    /// Since when the person is of the category.
    pub recognised_on: Option<NaiveDate>,
    /// The day that decides, and why that one.
    pub decided: Option<(NaiveDate, DecidedBy)>,
    /// Collections of the year's premium.
    pub collections: u32,
    /// What was to be paid; the highest where collections differ.
    pub premium: Option<Fen>,
    /// What the person paid.
    pub own: Fen,
    /// What was paid for the person.
    pub subsidy: Fen,
    /// The least and the most that was due.
    pub due: Option<(Fen, Fen)>,
}

impl SubsidyRow {
    /// By how much the subsidy is above the most, or, negative, below the least that was due.
    pub fn difference(&self) -> Option<Fen> {
        let (least, most) = self.due?;
        self.subsidy.checked_sub(self.subsidy.clamp(least, most))
    }
}

/// Whether somebody was subsidised whom the register of the year does not have: then that of the year before is needed.
pub fn paid_outside(premiums: Option<&Premiums>) -> bool {
    premiums.is_some_and(|premiums| !premiums.outside.is_empty())
}

/// Everybody's subsidy of the year of `as_of`.
///
/// # Errors
/// Only a fault of the program.
pub fn subsidies(policy: &Policy, as_of: NaiveDate, tables: &Tables<'_>) -> Result<(Audited, Subsidies), Error> {
    let year = as_of.year();
    let rules: Vec<&Subsidy> = policy.subsidies_for(year).collect();
    let (Some(premiums), Some(enrolments), false) = (tables.premiums, tables.enrolments, rules.is_empty()) else {
        return without(policy, as_of, tables, &rules);
    };
    let last_of_window = policy
        .enrolment_on(as_of)
        .and_then(|entry| entry.window?.last_for(year))
        .or_else(|| NaiveDate::from_ymd_opt(year - 1, 12, 31));
    let asked = Asked { rules, as_of, window_end: epoch_day(last_of_window.unwrap_or(as_of)) };
    let outsiders = by_person(&premiums.outside);
    let sums = frames::sums(asked.as_of, tables.roster, enrolments, premiums, &outsiders)?;
    let (inside, outside) = sums.split_at(tables.roster.people.len().min(sums.len()));
    let people = tables.roster.people.par_iter().zip(inside).enumerate();
    let of_the_register = |(number, (listed, sums)): (usize, (&Listed, &Sums))| {
        let number = u32::try_from(number).unwrap_or(u32::MAX);
        let (premium, enrolment) = (premiums.unusable.contains(&number), enrolments.unusable.contains(&number));
        asked.listed(listed, sums, Unusable { premium, enrolment, identity: false })
    };
    let mut said: Vec<(Examined, SubsidyRow)> = people.map(of_the_register).collect();
    let others = outsiders.par_iter().zip(outside);
    let outsider = |((person, paid), sums): (&Outsider<'_>, &Sums)| {
        let identity = tables.roster.unusable.contains(*person);
        asked.outsider(person, paid, tables.before, sums, Unusable { identity, ..Unusable::default() })
    };
    let others: Vec<(Examined, SubsidyRow)> = others.map(outsider).collect();
    let outside = others.len() as u64;
    said.extend(others);
    said.par_sort_by(|(a, _), (b, _)| a.subject.cmp(&b.subject));
    let (examined, rows): (Vec<Examined>, Vec<SubsidyRow>) = said.into_iter().unzip();
    let mut warnings = policy.subsidies_to_review(year, as_of);
    warnings.extend(words::warnings(policy, &asked.rules, premiums, &examined, outside));
    let totals = totals::by_area_and_category(&examined, &rows)?;
    let audited = Audited { mechanism: Mechanism::Subsidy, examined, warnings };
    Ok((audited, Subsidies { rows, totals, outside }))
}

/// Somebody outside the register, with their premiums.
type Outsider<'a> = (&'a PersonId, &'a [(PersonId, Premium)]);

/// The premiums of each person outside the register for whom something was paid and not taken back, in the order of
/// people.
fn by_person(outside: &[(PersonId, Premium)]) -> Vec<Outsider<'_>> {
    let schemes = [Some(InsuranceType::Resident), Some(InsuranceType::Employee), None];
    let net = |paid: &[(PersonId, Premium)], scheme| -> i64 {
        paid.iter().filter(|(_, premium)| premium.insurance == scheme).map(|(_, premium)| premium.subsidy.0).sum()
    };
    let theirs = outside.chunk_by(|(a, _), (b, _)| a == b);
    let subsidised = theirs.filter(|paid| schemes.into_iter().any(|scheme| net(paid, scheme) > 0));
    subsidised.filter_map(|paid| Some((&paid.first()?.0, paid))).collect()
}

/// Nobody can be told anything, for want of a rule or of a table.
fn without(
    policy: &Policy,
    as_of: NaiveDate,
    tables: &Tables<'_>,
    rules: &[&Subsidy],
) -> Result<(Audited, Subsidies), Error> {
    let (year, day) = (as_of.year(), epoch_day(as_of));
    let (verdict, matter, detail, warnings) = if rules.is_empty() {
        let (detail, warning) = words::no_rule(policy, year);
        (Verdict::NotApplicable, Matter::NoRule, detail, vec![warning])
    } else {
        let lacking = [("contributions", tables.premiums.is_none()), ("insured", tables.enrolments.is_none())];
        let lacking = lacking.into_iter().filter_map(|(table, lacks)| lacks.then_some(table)).collect::<Vec<_>>();
        let (detail, warning) = words::no_table(&lacking);
        (Verdict::CannotBeTold, Matter::NoData, detail, vec![warning])
    };
    let people = subjects(Mechanism::Subsidy, tables.roster, as_of);
    let said = |listed: &Listed| Examined { verdict, matter, detail: detail.clone(), ..unexamined(listed, year, day) };
    let examined: Vec<Examined> = people.map(said).collect();
    let rows: Vec<SubsidyRow> =
        examined.iter().map(|_| SubsidyRow { in_register: true, ..SubsidyRow::default() }).collect();
    let totals = totals::by_area_and_category(&examined, &rows)?;
    let audited = Audited { mechanism: Mechanism::Subsidy, examined, warnings };
    Ok((audited, Subsidies { rows, totals, outside: 0 }))
}

/// What is asked of everybody.
struct Asked<'a> {
    /// Those of the year's premium; at least one.
    rules: Vec<&'a Subsidy>,
    as_of: NaiveDate,
    /// The last day of the enrolment window, as days since 1970.
    window_end: i32,
}

impl Asked<'_> {
    /// Somebody of the register.
    fn listed(&self, listed: &Listed, sums: &Sums, unusable: Unusable) -> (Examined, SubsidyRow) {
        let begun = unexamined(listed, self.as_of.year(), epoch_day(self.as_of));
        let decided = due::decided(Some(listed), sums.collected.as_ref(), self.window_end);
        self.said(begun, (Some(listed), true), decided, sums, unusable)
    }

    /// Somebody who was subsidised and is not of the register, by that of the year before.
    fn outsider(
        &self,
        person: &PersonId,
        paid: &[(PersonId, Premium)],
        before: Option<&Roster>,
        sums: &Sums,
        unusable: Unusable,
    ) -> (Examined, SubsidyRow) {
        let known = before.and_then(|before| before.people.get(before.number(person)? as usize));
        let (year, day) = (self.as_of.year(), epoch_day(self.as_of));
        let area: Option<AreaCode> = paid.iter().find_map(|(_, premium)| premium.area);
        let begun = known.map_or_else(
            || unknown(Subject::Person(person.clone()), area, year),
            |listed| unexamined(listed, year, day),
        );
        let decided = due::decided(known, sums.collected.as_ref(), self.window_end);
        self.said(begun, (known, false), decided, sums, unusable)
    }

    fn said(
        &self,
        begun: Examined,
        (listed, in_register): (Option<&Listed>, bool),
        decided: Decided,
        sums: &Sums,
        unusable: Unusable,
    ) -> (Examined, SubsidyRow) {
        let premium = sums.collected.as_ref().map(|collected| collected.premium);
        let due = due::due(&self.rules, listed, decided, premium);
        let said = judged::judged(&due, sums, in_register, unusable);
        let examined = Examined {
            verdict: said.verdict,
            matter: said.matter,
            found: said.found,
            expected: said.expected,
            detail: words::detail(self.as_of.year(), &due, sums, &said, unusable),
            reference: due.rule.map(|rule| rule.cited.reference.to_string().into()),
            ..begun
        };
        (examined, row(&due, sums, in_register))
    }
}

fn row(due: &Due<'_>, sums: &Sums, in_register: bool) -> SubsidyRow {
    let collected = sums.collected.as_ref();
    SubsidyRow {
        in_register,
        category: due.category,
        recognised_on: due.recognised,
        decided: due.decided.day().map(|day| (day, due.decided.by)),
        collections: collected.map_or(0, |collected| collected.rows),
        premium: collected.map(|collected| collected.premium),
        own: collected.map_or(Fen::ZERO, |collected| collected.own),
        subsidy: collected.map_or(Fen::ZERO, |collected| collected.subsidy),
        due: due.owed.between(),
    }
}
