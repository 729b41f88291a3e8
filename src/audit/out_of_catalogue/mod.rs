//! Cost outside the catalogue (目录外费用占比): what share of an institution's in-patient cost of a year, of people of
//! the register only, was 全自费 or 超限价, against the limit at its level. Expressly never of one person or one stay:
//! the months and the settlements that weigh most are there to be read, and are held against nothing.
//!
//! Whose settlements are added up, the rule says, by their identities on the day of settlement. A row that may or may
//! not belong to the year (one that cannot be used, that does not say for what care it was or what of it lies outside
//! the catalogue, or of somebody whose identity is not known) is taken both ways: as if it never came, and as if all of
//! it lay outside the catalogue or none of it; one that takes something back likewise, by its sign. An institution is
//! above its limit, or within it, only where that is so either way; so it is where rows disagree on the level of the
//! hospital, or one gives a level that the mapping lacks. A row of nobody (its certificate cannot be read) is left out,
//! as it may be of anybody in the area, and is counted in a warning. With fewer settlements than the bureau set, it is
//! not looked at.

mod judged;
mod words;

use std::collections::{BTreeMap, HashSet};

use chrono::{Datelike, NaiveDate};
use rayon::prelude::*;

use self::judged::{Judged, Year};
use crate::audit::unknown;
use crate::burden::{InPatient, InPatients};
use crate::delivery::{IdentitySpell, Roster, day_since_1970};
use crate::model::{Audited, Examined, Fen, HospitalLevel, Institution, Mechanism, PersonId, Subject, Verdict, Window};
use crate::policy::{OutOfCatalogue, Patients, Policy};

/// How many of an institution's settlements are shown that weigh most.
const HEAVIEST: usize = 20;

/// What the audit says, and the figures that it rests on.
#[derive(Debug)]
pub struct Shares {
    /// One an institution.
    pub audited: Audited,
    /// How many institutions there were to look at, counted apart from the verdicts.
    pub institutions: u64,
    /// Of each institution the year, then each month, in the order of the verdicts.
    pub rows: Vec<ShareRow>,
    /// Of each institution above its limit, the settlements that weigh most, in the order of the verdicts.
    pub heaviest: Vec<HeavyRow>,
}

/// An institution's year, or one month of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ShareRow {
    /// Of which institution: the place among the audit's subjects.
    pub subject: usize,
    /// The first day of the month; `None` of the year.
    pub month: Option<NaiveDate>,
    /// Settlements that are added up.
    pub settlements: u64,
    /// Whose they are, each once.
    pub people: u64,
    /// Their medical cost.
    pub cost: Fen,
    /// Of that, 全自费.
    pub self_paid: Fen,
    /// And 超限价.
    pub over_limit: Fen,
    /// Rows that may belong to the year or not, or of which nothing more than the cost is known; 0 of a month.
    pub doubtful: u64,
    /// The level of the hospital; `None` where rows give none or differ.
    pub level: Option<HospitalLevel>,
}

impl ShareRow {
    /// What lies outside the catalogue.
    pub fn outside(&self) -> Fen {
        Fen(self.self_paid.0.saturating_add(self.over_limit.0))
    }
}

/// One of the settlements that weigh most.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HeavyRow {
    /// Of which institution: the place among the audit's subjects.
    pub subject: usize,
    /// 1 for the one that weighs most.
    pub rank: usize,
    /// The settlement's id.
    pub setl_id: String,
    /// Whose.
    pub person: PersonId,
    /// The day of settlement.
    pub day: NaiveDate,
    /// Medical cost.
    pub cost: Fen,
    /// Of that, 全自费.
    pub self_paid: Fen,
    /// And 超限价.
    pub over_limit: Fen,
}

/// Audits every institution with an in-patient settlement, or what may be one, of somebody whom the rule names; of
/// anybody in the register where the policy has no rule. `patients` is `None` when no settlements were delivered.
pub fn audit(policy: &Policy, roster: &Roster, window: &Window, patients: Option<&InPatients>) -> Shares {
    let asked = Asked { rule: policy.out_of_catalogue_on(window.as_of), roster, window };
    let mut warnings: Vec<String> = policy.out_of_catalogue_to_review(window.as_of).into_iter().collect();
    let looked_at: Vec<(Examined, Figures)> = patients.map_or_else(Vec::new, |patients| {
        let numbers = 0..patients.institutions.len();
        numbers.into_par_iter().filter_map(|number| asked.institution(patients, u32::try_from(number).ok()?)).collect()
    });
    let mut shares = Shares {
        audited: Audited { mechanism: Mechanism::OutOfCatalogue, examined: Vec::new(), warnings: Vec::new() },
        institutions: patients.map_or(0, |patients| asked.count(patients)),
        rows: Vec::new(),
        heaviest: Vec::new(),
    };
    for (subject, (examined, figures)) in looked_at.into_iter().enumerate() {
        shares.rows.extend(figures.rows.into_iter().map(|row| ShareRow { subject, ..row }));
        shares.heaviest.extend(figures.heaviest.into_iter().map(|row| HeavyRow { subject, ..row }));
        shares.audited.examined.push(examined);
    }
    warnings.extend(words::warnings(policy, asked.rule, patients, &shares.audited.examined));
    shares.audited.warnings = warnings;
    shares
}

/// What is asked of each institution.
struct Asked<'a> {
    rule: Option<&'a OutOfCatalogue>,
    roster: &'a Roster,
    window: &'a Window,
}

/// What one institution publishes besides its verdict.
struct Figures {
    rows: Vec<ShareRow>,
    heaviest: Vec<HeavyRow>,
}

impl Asked<'_> {
    /// Whether somebody's settlement of a day is added up; `None` where the register or the row does not say.
    fn covers(&self, person: &PersonId, day: Option<i32>) -> Option<bool> {
        let listed = self.roster.number(person).and_then(|number| self.roster.people.get(number as usize));
        let spells = listed.map_or(&[][..], |listed| &listed.spells);
        let named = |spell: &IdentitySpell| match self.rule.map_or(Patients::Register, |rule| rule.patients) {
            Patients::Register => Some(true),
            Patients::Named(categories) => spell.category.map(|category| categories.contains(category)),
        };
        let in_force = spells.iter().filter(|spell| day.is_none_or(|day| spell.holds_on(day)));
        let mut in_doubt = self.roster.unusable.contains(person);
        for spell in in_force {
            match named(spell) {
                // On some day of the year, perhaps not on that of the settlement.
                Some(true) => return day.map(|_| true),
                Some(false) => {}
                None => in_doubt = true,
            }
        }
        (!in_doubt).then_some(false)
    }

    /// One institution; `None` when nothing there is added up, and nothing may be.
    fn institution(&self, patients: &InPatients, number: u32) -> Option<(Examined, Figures)> {
        let code = patients.institutions.get(number as usize)?;
        let mut year = Year::default();
        let mut months: BTreeMap<NaiveDate, Vec<&InPatient>> = BTreeMap::new();
        for row in patients.at(number) {
            match (self.covers(&row.person, Some(row.day)), row.outside) {
                (Some(false), _) => {}
                (Some(true), Some(outside)) => {
                    year.add(row, outside);
                    months.entry(month(row.day)?).or_default().push(row);
                }
                (covered, _) => {
                    year.doubt(Some(row.cost));
                    if covered == Some(true) {
                        year.level(row);
                    }
                }
            }
        }
        let doubtful = patients.doubtful_at(number).iter();
        for row in doubtful.filter(|row| self.covers(&row.person, row.day) != Some(false)) {
            year.doubt(row.cost);
        }
        if year.settlements + year.doubtful == 0 {
            return None;
        }
        let judged = year.judged(self.rule);
        let examined = Examined {
            verdict: judged.verdict,
            matter: judged.matter,
            found: year.is_told().then_some(year.outside()),
            expected: judged.most,
            detail: words::detail(&year, &judged, self.rule, self.window),
            reference: self.rule.map(|rule| rule.cited.reference.to_string().into()),
            ..unknown(Subject::Institution(code.clone()), Institution::area_of(code), self.window.year())
        };
        Some((examined, figures(&year, &judged, &months)))
    }

    /// How many institutions have a row that is added up, or may be.
    fn count(&self, patients: &InPatients) -> u64 {
        let settled = patients.all.iter().map(|row| (row.institution, &row.person, Some(row.day)));
        let doubtful = patients.doubtful.iter().map(|row| (row.institution, &row.person, row.day));
        let rows = settled.chain(doubtful).filter(|(_, person, day)| self.covers(person, *day) != Some(false));
        let mut institutions: Vec<u32> = rows.map(|(institution, ..)| institution).collect();
        institutions.sort_unstable();
        institutions.dedup();
        institutions.len() as u64
    }
}

fn figures(year: &Year, judged: &Judged, months: &BTreeMap<NaiveDate, Vec<&InPatient>>) -> Figures {
    let row = |month, (of, people): (&Year, u64), doubtful| ShareRow {
        subject: 0,
        month,
        settlements: of.settlements,
        people,
        cost: of.cost,
        self_paid: of.self_paid,
        over_limit: of.over_limit,
        doubtful,
        level: judged.level,
    };
    let settled = || months.values().flatten().copied();
    let mut rows = vec![row(None, (year, people(settled())), year.doubtful)];
    for (month, settled) in months {
        let mut of = Year::default();
        settled.iter().for_each(|row| of.add(row, row.outside.unwrap_or_default()));
        rows.push(row(Some(*month), (&of, people(settled.iter().copied())), 0));
    }
    let heaviest = if judged.verdict == Verdict::Fault { heaviest(settled()) } else { Vec::new() };
    Figures { rows, heaviest }
}

/// How many people's settlements these are.
fn people<'p>(settled: impl Iterator<Item = &'p InPatient>) -> u64 {
    settled.map(|row| &row.person).collect::<HashSet<&PersonId>>().len() as u64
}

/// Those with most outside the catalogue; of equal ones, the earlier.
fn heaviest<'p>(settled: impl Iterator<Item = &'p InPatient>) -> Vec<HeavyRow> {
    let outside = |row: &InPatient| row.outside.map_or(0, |(full, over)| full.0.saturating_add(over.0));
    let mut rows: Vec<&InPatient> = settled.filter(|row| outside(row) > 0).collect();
    rows.sort_by(|a, b| outside(b).cmp(&outside(a)).then_with(|| (a.day, &a.setl_id).cmp(&(b.day, &b.setl_id))));
    rows.truncate(HEAVIEST);
    let shown = |(at, row): (usize, &InPatient)| {
        let (self_paid, over_limit) = row.outside?;
        Some(HeavyRow {
            subject: 0,
            rank: at + 1,
            setl_id: row.setl_id.to_string(),
            person: row.person.clone(),
            day: day_since_1970(row.day.into())?,
            cost: row.cost,
            self_paid,
            over_limit,
        })
    };
    rows.into_iter().enumerate().filter_map(shown).collect()
}

/// The first day of the month of a day.
fn month(day: i32) -> Option<NaiveDate> {
    day_since_1970(day.into())?.with_day(1)
}
