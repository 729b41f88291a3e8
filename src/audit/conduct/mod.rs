//! The conduct of providers: stays of everybody, held against the patterns that the documents of the place name, one
//! verdict an institution and pattern. What is found is to be reviewed (待核查): a pattern has many causes, most of them
//! good ones.
//!
//! | pattern | evidence | asked from |
//! | --- | --- | --- |
//! | split | a readmission for the same disease soon after the discharge, with the stay before it | the first on |
//! | repeated | all stays of somebody who has many | the first person on |
//! | during | a stay, and what was settled elsewhere while it lasted | the first stay on |
//! | short | a short, cheap stay for minor illness | as many as the rule says on |
//!
//! A stay is of the year in which it ends. One in doubt, or without days, is evidence of nothing, and neither is a stay
//! that names no institution. A settlement without `mdtrt_id` may be an interim bill of a longer stay, so that nothing
//! is split or repeated by it, and perhaps something is. An institution is as it should be only where it would be so
//! whatever the rows in doubt, those that cannot be used, and those that do not say for what care they are turned out
//! to be; else nothing can be told of it. What was settled before the year is not looked at, so that a readmission in
//! January whose discharge the year's settlements do not show is not seen.
//!
//! Every institution with a stay of the year is a subject, in every pattern. Beside its figures stand those of all the
//! others. Pure.

pub mod admission_rate;
mod during;
mod rates;
mod repeated;
mod short;
mod split;
mod words;

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::{Datelike, NaiveDate};
use rust_decimal::Decimal;

use crate::audit::unknown;
use crate::burden::Stays;
use crate::delivery::{Listed, Roster, epoch_day};
use crate::model::{
    AreaCode, Audited, Care, Categories, Examined, Fen, Institution, Matter, Mechanism, PaidDuring, PersonId, RowPlace,
    Stay, StayDays, Subject, Verdict,
};
use crate::policy::{Conduct, Pattern, Policy};

/// What a pattern says, and what it rests on.
#[derive(Debug)]
pub struct ConductAudit {
    /// One verdict an institution.
    pub audited: Audited,
    /// Of the institutions at fault, by institution, case and day.
    pub evidence: Vec<ConductEvidence>,
    /// One an institution that had stays to look at, by institution.
    pub rates: Vec<ConductRate>,
}

/// A stay or a settlement that is evidence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConductEvidence {
    /// Of which pattern.
    pub mechanism: Mechanism,
    /// The institution that is asked.
    pub institution: Arc<str>,
    /// Stays and settlements of one case belong together. Cases are numbered from 1, by institution.
    pub case: u32,
    /// As what it stands here.
    pub role: Role,
    /// Whose.
    pub person: PersonId,
    /// What kind of care.
    pub care: Care,
    /// From when until when.
    pub days: StayDays,
    /// Medical cost.
    pub cost: Fen,
    /// For what, as the settlement has it.
    pub disease: Option<Arc<str>>,
    /// Where it was settled, where that is known.
    pub settled_at: Option<Arc<str>>,
    /// Where its first row was delivered.
    pub row: RowPlace,
}

/// As what a row stands in the evidence.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Role {
    /// A stay.
    Stay,
    /// A stay that began soon after the one before it.
    Readmission,
    /// A settlement for other care, during the stay.
    Settlement,
}

impl Role {
    /// The name in published tables.
    pub fn name(self) -> &'static str {
        match self {
            Role::Stay => "stay",
            Role::Readmission => "readmission",
            Role::Settlement => "settlement",
        }
    }
}

/// The figures of an institution beside those of the others.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConductRate {
    /// Of which pattern.
    pub mechanism: Mechanism,
    /// Its code.
    pub institution: Arc<str>,
    /// Where it lies, by its code.
    pub area: Option<AreaCode>,
    /// Its stays of the year that are neither in doubt nor without days.
    pub stays: u64,
    /// Readmissions, people with many stays, stays with settlements elsewhere, or short stays.
    pub cases: u64,
    /// The people whose they are.
    pub people: u64,
    /// Cases a thousand stays.
    pub per_thousand: Option<Decimal>,
    /// The median of all institutions' cases a thousand stays.
    pub median: Option<Decimal>,
    /// What is said of it.
    pub verdict: Verdict,
}

/// Every institution that a pattern is asked of, by its place: those with a stay of the year or without days, or with
/// a row of a stay that cannot be used.
pub fn institutions(stays: &Stays, as_of: NaiveDate) -> Vec<u32> {
    let first = first_day(as_of);
    let mut asked: Vec<bool> = stays.institutions.iter().map(|of| of.unusable > 0).collect();
    for stay in stays.all.iter().filter(|stay| stay.days.is_none_or(|days| days.end >= first)) {
        if let Some(asked) = stay.institution.and_then(|at| asked.get_mut(at as usize)) {
            *asked = true;
        }
    }
    (0..).zip(asked).filter(|(_, asked)| *asked).map(|(at, _)| at).collect()
}

/// The first day of the year of `as_of`.
fn first_day(as_of: NaiveDate) -> i32 {
    NaiveDate::from_ymd_opt(as_of.year(), 1, 1).map_or(i32::MIN, epoch_day)
}

/// One person's stays at one institution.
#[derive(Default)]
struct Person {
    /// Those with days and without doubt, in the order of their days.
    stays: Vec<Lain>,
    /// How many are in doubt or without days.
    in_doubt: usize,
}

/// A stay of which something can be said.
struct Lain {
    /// Its place among all.
    place: u32,
    days: StayDays,
    disease: Option<u32>,
    cost: Fen,
    /// Whether it may be but a part of another stay.
    alone: bool,
    /// Whether it ends in the year looked at.
    this_year: bool,
}

/// What belongs together.
#[derive(Clone)]
struct Case {
    parts: Vec<Part>,
}

/// A stay, or a settlement during one, by its place.
#[derive(Clone, Copy)]
enum Part {
    Stay(u32),
    Readmission(u32),
    Settlement(u32),
}

/// What one person's stays at one institution give.
#[derive(Default)]
struct Found {
    cases: Vec<Case>,
    /// What the rule's number is held against.
    count: usize,
    /// How much more it might be.
    perhaps: usize,
}

/// What an institution's stays come to.
#[derive(Clone, Default)]
struct Tally {
    stays: u64,
    in_doubt: u64,
    people: u64,
    cases: Vec<Case>,
    count: u64,
    /// What the rule's number is held against, and what it might be at most.
    level: u64,
    at_most: u64,
}

impl Tally {
    fn add(&mut self, person: &Person, found: Found, pattern: &Pattern) {
        self.stays += person.stays.iter().filter(|stay| stay.this_year).count() as u64;
        self.in_doubt += person.in_doubt as u64;
        let (count, most) = (found.count as u64, (found.count + found.perhaps) as u64);
        if let Pattern::RepeatedStays { .. } = pattern {
            (self.level, self.at_most) = (self.level.max(count), self.at_most.max(most));
            self.count += found.cases.len() as u64;
        } else {
            (self.level, self.at_most) = (self.level + count, self.at_most + most);
            self.count += count;
        }
        self.people += u64::from(!found.cases.is_empty());
        self.cases.extend(found.cases);
    }

    fn verdict(&self, least: u64, institution: &Institution) -> Verdict {
        if self.level >= least {
            Verdict::Fault
        } else if self.at_most + institution.unusable + institution.unclear >= least {
            Verdict::CannotBeTold
        } else if self.stays + self.in_doubt + institution.unusable == 0 {
            Verdict::NotApplicable
        } else {
            Verdict::Correct
        }
    }
}

/// From which number on a pattern is to be reviewed.
fn least(pattern: &Pattern) -> u64 {
    match pattern {
        Pattern::RepeatedStays { stays } => u64::from(*stays),
        Pattern::ShortStays(short) => u64::from(short.stays),
        _ => 1,
    }
}

/// Holds every institution against one pattern, any but that of rates of admission.
pub fn conduct(policy: &Policy, mechanism: Mechanism, as_of: NaiveDate, known: (&Stays, &Roster)) -> ConductAudit {
    let (stays, roster) = known;
    let asked = institutions(stays, as_of);
    let Some(rule) = policy.conduct_on(mechanism.name(), as_of) else {
        return without_a_rule(policy, mechanism, as_of, (stays, &asked));
    };
    let tallies = tallied(rule, as_of, (stays, roster));
    let of = |at: u32| (&stays.institutions[at as usize], &tallies[at as usize]);
    let compared = rates::Compared::of(asked.iter().map(|at| of(*at).1).map(|tally| (tally.count, tally.stays)));
    let reference: Arc<str> = rule.cited.reference.to_string().into();
    let (mut examined, mut evidence, mut rates) = (Vec::new(), Vec::new(), Vec::new());
    for at in asked {
        let (institution, tally) = of(at);
        let verdict = tally.verdict(least(&rule.pattern), institution);
        let per_thousand = rates::per_thousand(tally.count, tally.stays);
        examined.push(Examined {
            verdict,
            matter: matter(verdict, &rule.pattern),
            detail: words::detail(rule, (tally, institution), verdict, (per_thousand, compared.median)),
            reference: Some(Arc::clone(&reference)),
            ..of_institution(institution, as_of)
        });
        if verdict == Verdict::Fault {
            evidence.extend(evidence_of(mechanism, institution, &tally.cases, stays));
        }
        if tally.stays > 0 {
            let code = Arc::clone(&institution.code);
            let (area, median) = (Institution::area_of(&code), compared.median);
            let Tally { stays, count: cases, people, .. } = *tally;
            let rate =
                ConductRate { mechanism, institution: code, area, stays, cases, people, per_thousand, median, verdict };
            rates.push(rate);
        }
    }
    let mut warnings: Vec<String> = policy.conduct_to_review(mechanism.name(), as_of).into_iter().collect();
    warnings.extend(words::warnings(mechanism, stays));
    ConductAudit { audited: Audited { mechanism, examined, warnings }, evidence, rates }
}

/// What each institution's stays come to, by its place.
fn tallied(rule: &Conduct, as_of: NaiveDate, (stays, roster): (&Stays, &Roster)) -> Vec<Tally> {
    let minor: Vec<bool> = match &rule.pattern {
        Pattern::ShortStays(short) => {
            stays.diseases.iter().map(|code| short.diagnoses.iter().any(|minor| **minor == **code)).collect()
        }
        _ => Vec::new(),
    };
    let mut tallies = vec![Tally::default(); stays.institutions.len()];
    let mut place = 0;
    for theirs in stays.all.chunk_by(|a, b| a.person == b.person) {
        let whose = Whose::of(&stays.people[theirs[0].person as usize], rule, roster, first_day(as_of));
        for (institution, person) in whose.by_institution((place..).zip(theirs)) {
            let found = match &rule.pattern {
                Pattern::SplitStays { days } => split::split(&person, *days),
                Pattern::RepeatedStays { stays } => repeated::repeated(&person, *stays),
                Pattern::PaidDuringStay => during::during(&person, stays),
                Pattern::ShortStays(rule) => short::short(&person, rule, &minor),
                Pattern::AdmissionRate(_) => Found::default(),
            };
            tallies[institution as usize].add(&person, found, &rule.pattern);
        }
        place += theirs.len() as u32;
    }
    tallies
}

/// Whose stays are taken in, as far as the rule asks.
struct Whose<'r> {
    listed: Option<&'r Listed>,
    /// Whether the register has an identity of theirs that cannot be used: of any category, on any day.
    unusable: bool,
    categories: Option<Categories>,
    first_day: i32,
}

impl<'r> Whose<'r> {
    fn of(person: &PersonId, rule: &Conduct, roster: &'r Roster, first_day: i32) -> Whose<'r> {
        let listed = roster.number(person).and_then(|number| roster.people.get(number as usize));
        Whose { listed, unusable: roster.unusable.contains(person), categories: rule.categories, first_day }
    }

    /// One person's stays by institution, each with its place among all.
    fn by_institution<'s>(&self, theirs: impl Iterator<Item = (u32, &'s Stay)>) -> BTreeMap<u32, Person> {
        let mut people: BTreeMap<u32, Person> = BTreeMap::new();
        for (place, stay) in theirs {
            let Some(institution) = stay.institution else { continue };
            let asked = self.asked(stay.days);
            if asked == Some(false) {
                continue;
            }
            let person = people.entry(institution).or_default();
            match stay.days.filter(|_| !stay.in_doubt && asked.is_some()) {
                None => person.in_doubt += 1,
                Some(days) => {
                    let this_year = days.end >= self.first_day;
                    let Stay { disease, cost, alone, .. } = *stay;
                    person.stays.push(Lain { place, days, disease, cost, alone, this_year });
                }
            }
        }
        people
    }

    /// Whether a stay of these days is asked about; `None` where that depends on days that it does not say, on a
    /// category code that the mapping lacks, or on an identity that cannot be used.
    fn asked(&self, days: Option<StayDays>) -> Option<bool> {
        let Some(categories) = self.categories else { return Some(true) };
        let Some(listed) = self.listed else { return (!self.unusable).then_some(false) };
        let begin = days?.begin;
        let of_one = listed.categories_on(begin).iter().any(|category| categories.contains(category));
        let unknown = listed.spells.iter().any(|spell| spell.category.is_none() && spell.holds_on(begin));
        if of_one || !(unknown || self.unusable) { Some(of_one) } else { None }
    }
}

/// What the cases of an institution rest on.
fn evidence_of(mechanism: Mechanism, institution: &Institution, cases: &[Case], stays: &Stays) -> Vec<ConductEvidence> {
    let row = |case: u32, part: &Part| {
        let (place, role) = match part {
            Part::Stay(place) => (*place, Role::Stay),
            Part::Readmission(place) => (*place, Role::Readmission),
            Part::Settlement(place) => (stays.during.get(*place as usize)?.stay, Role::Settlement),
        };
        let stay = stays.all.get(place as usize)?;
        let whole = ConductEvidence {
            mechanism,
            institution: Arc::clone(&institution.code),
            case,
            role,
            person: stays.people.get(stay.person as usize)?.clone(),
            care: Care::InPatient,
            days: stay.days?,
            cost: stay.cost,
            disease: stay.disease.and_then(|disease| stays.diseases.get(disease as usize)).cloned(),
            settled_at: Some(Arc::clone(&institution.code)),
            row: stay.row,
        };
        let Part::Settlement(place) = part else { return Some(whole) };
        let paid = stays.during.get(*place as usize)?.clone();
        let PaidDuring { care, days, cost, disease, institution: settled_at, row, .. } = paid;
        Some(ConductEvidence { care, days, cost, disease, settled_at, row, ..whole })
    };
    (1..).zip(cases).flat_map(|(number, case)| case.parts.iter().filter_map(move |part| row(number, part))).collect()
}

fn matter(verdict: Verdict, pattern: &Pattern) -> Matter {
    match (verdict, pattern) {
        (Verdict::CannotBeTold, _) => Matter::NoData,
        (Verdict::NotApplicable, _) => Matter::NothingSettled,
        (Verdict::Correct, _) | (_, Pattern::AdmissionRate(_)) => Matter::NothingToReview,
        (Verdict::Fault, Pattern::SplitStays { .. }) => Matter::SplitStays,
        (Verdict::Fault, Pattern::RepeatedStays { .. }) => Matter::RepeatedStays,
        (Verdict::Fault, Pattern::PaidDuringStay) => Matter::PaidDuringStay,
        (Verdict::Fault, Pattern::ShortStays(_)) => Matter::ShortStays,
    }
}

/// An institution of which nothing is said yet.
fn of_institution(institution: &Institution, as_of: NaiveDate) -> Examined {
    let code = Arc::clone(&institution.code);
    let area = Institution::area_of(&code);
    unknown(Subject::Institution(code), area, as_of.year())
}

/// No settlements were delivered: no institution is known, and nobody is asked. Said once, beside the first pattern.
pub fn without_settlements(mechanism: Mechanism) -> Audited {
    let first = mechanism == Mechanism::SplitStays;
    let warnings = first.then(|| words::WITHOUT_SETTLEMENTS.to_owned());
    Audited { mechanism, examined: Vec::new(), warnings: warnings.into_iter().collect() }
}

/// No document of the place gives the pattern.
fn without_a_rule(
    policy: &Policy,
    mechanism: Mechanism,
    as_of: NaiveDate,
    (stays, asked): (&Stays, &[u32]),
) -> ConductAudit {
    let examined = asked.iter().map(|at| Examined {
        verdict: Verdict::NotApplicable,
        matter: Matter::NoRule,
        detail: words::no_rule(policy, mechanism),
        ..of_institution(&stays.institutions[*at as usize], as_of)
    });
    let mut warnings = vec![words::warning_without_a_rule(policy, mechanism, as_of)];
    warnings.extend(words::warnings(mechanism, stays));
    let audited = Audited { mechanism, examined: examined.collect(), warnings };
    ConductAudit { audited, evidence: Vec::new(), rates: Vec::new() }
}
