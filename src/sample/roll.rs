//! Who is of which category on which day: the register of a sample, as one who reads it would find it.

use std::collections::HashMap;

use chrono::NaiveDate;

use super::calendar::Day;
use super::people::Person;
use super::register::Identity;

/// A category of a person, by its local code, and the days on which it holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Spell {
    /// The local code.
    pub(super) code: &'static str,
    /// The first day.
    pub(super) begins: NaiveDate,
    /// The first day on which it no longer holds; none for an open one.
    pub(super) ends: Option<NaiveDate>,
}

impl Spell {
    /// Whether it holds on a day.
    pub(super) fn holds_on(&self, day: NaiveDate) -> bool {
        self.begins <= day && self.ends.is_none_or(|ends| day < ends)
    }
}

/// Everybody's spells.
#[derive(Debug, Default)]
pub(super) struct Roll(HashMap<u32, Vec<Spell>>);

impl Roll {
    /// From the rows of the register that can be used.
    pub(super) fn of(extracts: &[Vec<Identity>]) -> Roll {
        let mut roll = Roll::default();
        for identity in extracts.iter().flatten().filter(|identity| identity.holds()) {
            if let Day::Known(begins) = identity.begins {
                let spell = Spell { code: identity.code, begins, ends: identity.ends.known() };
                roll.0.entry(identity.person.number).or_default().push(spell);
            }
        }
        roll
    }

    fn spells(&self, person: &Person) -> &[Spell] {
        self.0.get(&person.number).map_or(&[], Vec::as_slice)
    }

    /// The codes that hold on a day.
    pub(super) fn codes_on(&self, person: &Person, day: NaiveDate) -> impl Iterator<Item = &'static str> {
        self.spells(person).iter().filter(move |spell| spell.holds_on(day)).map(|spell| spell.code)
    }

    /// Every code that the person ever has.
    pub(super) fn codes(&self, person: &Person) -> impl Iterator<Item = &'static str> {
        self.spells(person).iter().map(|spell| spell.code)
    }

    /// The day on which the person was first of that category (认定日期).
    pub(super) fn recognised(&self, person: &Person, code: &str) -> Option<NaiveDate> {
        self.spells(person).iter().filter(|spell| spell.code == code).map(|spell| spell.begins).min()
    }

    /// The first of these days, both included, on which the person is in the register.
    pub(super) fn first_day(&self, person: &Person, first: NaiveDate, last: NaiveDate) -> Option<NaiveDate> {
        let within = self.spells(person).iter().filter(|spell| spell.begins <= last);
        within.filter(|spell| spell.ends.is_none_or(|ends| ends > first)).map(|spell| spell.begins.max(first)).min()
    }
}
