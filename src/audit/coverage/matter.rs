//! Facts and rule become one matter a person, in the order that the module above lists.

use chrono::{Datelike, NaiveDate};

use super::spells::{Facts, facts};
use super::{Moment, born_within, entered_on};
use crate::delivery::{EnrolmentSpell, Listed, day_since_1970, epoch_day};
use crate::model::{AreaCode, AreaLevel, Category, EnrolmentStatus, Matter};
use crate::policy::{Enrolment, Policy};

/// What was found of one person.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Judged {
    /// By number in the roster.
    pub(super) person: u32,
    /// What it is.
    pub(super) matter: Matter,
    /// How many enrolments there are.
    pub(super) spells: u32,
    /// The enrolment that it rests on.
    pub(super) spell: Option<EnrolmentSpell>,
    /// The other one of two.
    pub(super) second: Option<EnrolmentSpell>,
    /// Why the data does not say.
    pub(super) lacks: Option<Lacks>,
}

/// What the data does not say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Lacks {
    /// The table was not delivered, or without a row.
    Table,
    /// What stood in a row that could not be used.
    Row,
    /// Whether the person lives: an enrolment that began after a death stands as normal.
    Life,
    /// What a code means.
    Code,
    /// Where the person is enrolled.
    Area,
}

impl Judged {
    /// Somebody of whom no table says anything.
    pub(super) fn without_table(person: u32) -> Judged {
        let (matter, lacks) = (Matter::NoData, Some(Lacks::Table));
        Judged { person, matter, spells: 0, spell: None, second: None, lacks }
    }

    /// The same of somebody of whom a row could not be used: that they are enrolled is plain all the same.
    pub(super) fn lacking_a_row(self) -> Judged {
        match self.matter {
            Matter::Enrolled | Matter::NoData => self,
            _ => Judged { matter: Matter::NoData, lacks: Some(Lacks::Row), ..self },
        }
    }
}

/// What people are held against on a day.
pub(super) struct Rule<'p> {
    pub(super) as_of: NaiveDate,
    /// The day, its year's first, and the last day on which whoever was registered is not new, as days since 1970.
    pub(super) day: i32,
    pub(super) first: i32,
    pub(super) since: i32,
    /// The policy's place.
    pub(super) place: AreaCode,
    /// What the policy asks on the day.
    pub(super) enrolment: Option<&'p Enrolment>,
    /// Whether the window of the year is over, or is not known.
    window_is_over: bool,
}

impl<'p> Rule<'p> {
    pub(super) fn of(policy: &'p Policy, moment: Moment) -> Rule<'p> {
        let Moment { as_of, .. } = moment;
        let enrolment = policy.enrolment_on(as_of);
        let last = enrolment.and_then(|rule| rule.window?.last_for(as_of.year()));
        Rule {
            as_of,
            day: epoch_day(as_of),
            first: NaiveDate::from_ymd_opt(as_of.year(), 1, 1).map_or(i32::MIN, epoch_day),
            since: epoch_day(moment.since()),
            place: policy.area,
            enrolment,
            window_is_over: last.is_none_or(|last| as_of > last),
        }
    }

    /// What is found of one person in force.
    pub(super) fn judge(&self, person: u32, listed: &Listed, spells: &[EnrolmentSpell]) -> Judged {
        let near = |area| self.near(listed.area, area);
        let facts = facts(spells, (self.first, self.day), near);
        let count = u32::try_from(spells.len()).unwrap_or(u32::MAX);
        let judged = Judged { person, matter: Matter::NoData, spells: count, spell: None, second: None, lacks: None };
        let of = |matter, spell| Judged { matter, spell, ..judged };
        if let Some(spell) = facts.dead.filter(|_| facts.lives) {
            return Judged { lacks: Some(Lacks::Life), ..of(Matter::NoData, Some(spell)) };
        }
        if let Some(spell) = facts.dead.or(facts.moved.filter(|_| facts.now.is_none())) {
            return of(Matter::DeadOrMoved, Some(spell));
        }
        if let Some(now) = facts.now {
            return match (facts.twice, facts.near) {
                (Some((one, other)), _) => Judged { second: Some(other), ..of(Matter::EnrolledTwice, Some(one)) },
                (None, Some(true)) => of(Matter::Enrolled, Some(now)),
                (None, Some(false)) => of(Matter::EnrolledElsewhere, Some(now)),
                (None, None) => Judged { lacks: Some(Lacks::Area), ..of(Matter::NoData, Some(now)) },
            };
        }
        if let Some(spell) = facts.unknown {
            return Judged { lacks: Some(Lacks::Code), ..of(Matter::NoData, Some(spell)) };
        }
        of(self.not_enrolled(listed, &facts), facts.last)
    }

    /// What it is that somebody is not enrolled.
    fn not_enrolled(&self, listed: &Listed, facts: &Facts) -> Matter {
        let suspended = |spell: EnrolmentSpell| spell.status == Some(EnrolmentStatus::Suspended);
        if facts.last.is_some_and(suspended) {
            Matter::Suspended
        } else if self.born(listed).is_some() && facts.last.is_none() {
            Matter::Newborn
        } else if entered_on(listed, self.day).is_some_and(|day| day > self.since) {
            Matter::NewlyRegistered
        } else if self.window_is_over && self.without_waiting(listed, facts) {
            Matter::EntitledLate
        } else if facts.last.is_some() {
            Matter::Lapsed
        } else {
            Matter::NeverEnrolled
        }
    }

    /// The birthday of a child who may still be enrolled from birth.
    pub(super) fn born(&self, listed: &Listed) -> Option<NaiveDate> {
        born_within(&listed.person, self.enrolment?.newborn_days?, self.as_of)
    }

    fn without_waiting(&self, listed: &Listed, facts: &Facts) -> bool {
        self.category_without_waiting(listed).is_some() || facts.employee_until.is_some_and(|day| self.soon_after(day))
    }

    /// The first category of the person that never waits.
    pub(super) fn category_without_waiting(&self, listed: &Listed) -> Option<Category> {
        let never = self.enrolment?.without_waiting;
        listed.categories_on(self.day).iter().find(|category| never.contains(*category))
    }

    /// Whether the day lies within the term after employee insurance, which ended on `ended`.
    fn soon_after(&self, ended: i32) -> bool {
        let over = || self.enrolment?.after_employee?.after(day_since_1970(ended.into())?);
        over().is_some_and(|over| self.as_of < over)
    }

    /// Whether `area` lies in the prefecture of somebody who belongs to `own`, or in the policy's place.
    fn near(&self, own: Option<AreaCode>, area: AreaCode) -> bool {
        let wide = |own: AreaCode| own.at(AreaLevel::Prefecture).unwrap_or(own);
        lies_in(area, self.place) || own.is_some_and(|own| lies_in(area, wide(own)))
    }
}

/// Whether `area` lies in `place`, whichever level that stands at.
fn lies_in(area: AreaCode, place: AreaCode) -> bool {
    area == place || [AreaLevel::Prefecture, AreaLevel::Province].iter().any(|level| area.at(*level) == Some(place))
}
