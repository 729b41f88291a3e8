//! What every table of a sample is drawn from: the day, the people, and what the register says of them.

use chrono::NaiveDate;

use super::calendar::Calendar;
use super::cast::Cast;
use super::chronic::Patients;
use super::people::Person;
use super::providers::Crowd;
use super::roll::Roll;
use super::{Each, Options};

/// One sample; each table is a view of it.
#[derive(Debug)]
pub(super) struct Scene<'a> {
    /// What was asked for.
    pub(super) options: &'a Options,
    /// How often each fault is planted.
    pub(super) each: Each,
    /// The months covered.
    pub(super) calendar: Calendar,
    /// Who has a part of their own.
    pub(super) cast: Cast,
    /// Everybody else.
    pub(super) people: &'a [Person],
    /// Who is of which category when.
    pub(super) roll: Roll,
    /// Who has a stay more than others.
    pub(super) crowd: Crowd,
    /// Who has a chronic disease.
    pub(super) patients: Patients,
}

impl Scene<'_> {
    /// The first day of the policy year until `as_of` on which the person is in the register.
    pub(super) fn first_day(&self, person: &Person) -> Option<NaiveDate> {
        self.roll.first_day(person, self.calendar.new_year(0), self.calendar.as_of)
    }

    /// Whether rows at fault may be planted beside a sound one of the person: somebody of the register, with a resident
    /// id that can be written wrong.
    pub(super) fn may_have_faults(&self, person: &Person) -> bool {
        person.is_resident() && self.first_day(person).is_some()
    }
}
