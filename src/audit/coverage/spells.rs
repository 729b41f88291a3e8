//! What the enrolments of one person say of a day and its year: a fold over a few rows in order of time.

use crate::delivery::EnrolmentSpell;
use crate::model::{AreaCode, EnrolmentStatus, InsuranceType};

/// The facts of one person.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub(super) struct Facts {
    /// The enrolment in force: one near by if there is one, else the first to begin.
    pub(super) now: Option<EnrolmentSpell>,
    /// Whether that one is near by; `None` when the row gives no area.
    pub(super) near: Option<bool>,
    /// An enrolment of the day whose scheme or status nobody knows.
    pub(super) unknown: Option<EnrolmentSpell>,
    /// An enrolment that says that the person is dead.
    pub(super) dead: Option<EnrolmentSpell>,
    /// Whether one that began after that stands as normal.
    pub(super) lives: bool,
    /// An enrolment that says that the person has moved, where none began after it.
    pub(super) moved: Option<EnrolmentSpell>,
    /// Two enrolments that both held on some day of the year.
    pub(super) twice: Option<(EnrolmentSpell, EnrolmentSpell)>,
    /// The last to begin.
    pub(super) last: Option<EnrolmentSpell>,
    /// The first day without employee insurance, of the employee insurance that ended last.
    pub(super) employee_until: Option<i32>,
}

/// The facts of one person on `day`, in a year that begins on `first`. `near` says whether an area is where the person
/// is to be enrolled.
pub(super) fn facts(spells: &[EnrolmentSpell], (first, day): (i32, i32), near: impl Fn(AreaCode) -> bool) -> Facts {
    let with = |status| spells.iter().rev().find(|spell| spell.status == Some(status)).copied();
    let (dead, last) = (with(EnrolmentStatus::Dead), spells.last().copied());
    let normal = |spell: &EnrolmentSpell| spell.status == Some(EnrolmentStatus::Normal);
    let mut facts = Facts {
        dead,
        lives: dead.is_some_and(|dead| spells.iter().any(|spell| normal(spell) && spell.begin > dead.begin)),
        moved: with(EnrolmentStatus::Moved).filter(|spell| last.is_some_and(|last| spell.begin == last.begin)),
        last,
        twice: twice(spells, (first, day)),
        ..Facts::default()
    };
    for spell in spells {
        if spell.insurance == Some(InsuranceType::Employee) && spell.end <= day {
            facts.employee_until = facts.employee_until.max(Some(spell.end));
        }
        match (spell.holds_on(day), spell.insurance, spell.status) {
            (true, Some(_), Some(EnrolmentStatus::Normal)) => {
                let is_near = spell.area.map(&near);
                // Near by is better than not known, and that than elsewhere.
                let rank = |near: Option<bool>| [Some(false), None, Some(true)].iter().position(|of| *of == near);
                if facts.now.is_none() || rank(is_near) > rank(facts.near) {
                    (facts.now, facts.near) = (Some(*spell), is_near);
                }
            }
            (true, None, _) | (true, _, None) => facts.unknown = Some(*spell),
            _ => {}
        }
    }
    facts
}

/// The first two enrolments, in two schemes or in two areas, that both held on some day from `first` until `day`.
fn twice(spells: &[EnrolmentSpell], (first, day): (i32, i32)) -> Option<(EnrolmentSpell, EnrolmentSpell)> {
    let differ = |a: &EnrolmentSpell, b: &EnrolmentSpell| {
        let schemes = a.insurance.zip(b.insurance).is_some_and(|(a, b)| a != b);
        schemes || a.area.zip(b.area).is_some_and(|(a, b)| a != b)
    };
    for (index, one) in spells.iter().enumerate() {
        let end = enrolled_until(one);
        let begun = spells[index + 1..].iter().take_while(|other| other.begin < end);
        let mut both = begun.filter(|other| {
            let common = (one.begin.max(other.begin).max(first), end.min(enrolled_until(other)));
            common.0 < common.1 && common.0 <= day && other.insurance.is_some()
        });
        if one.insurance.is_some()
            && let Some(other) = both.find(|other| differ(one, other))
        {
            return Some((*one, *other));
        }
    }
    None
}

/// The first day on which a spell no longer is one of being enrolled: one that is suspended or ended without a day was
/// not, as far as anybody can tell.
fn enrolled_until(spell: &EnrolmentSpell) -> i32 {
    match spell.status {
        Some(EnrolmentStatus::Normal) => spell.end,
        Some(_) => super::known_end(spell.end).unwrap_or(spell.begin),
        None => spell.begin,
    }
}
