//! Admission rates (住院率): one area where people are in hospital far more often than elsewhere, and one so small that
//! it only looks like it.

use super::{Bout, Case, Who};
use crate::model::{Matter, Mechanism, Verdict};
use crate::sample::enrolments::is_insured;
use crate::sample::institutions::LEVELS;
use crate::sample::parts::Said;
use crate::sample::people::Person;
use crate::sample::roll::Roll;

/// Where half of those who are in no register have a stay more than elsewhere.
const CROWDED: u32 = 150_782;
/// An invented division: five people are insured there, three of whom had a stay. Of people elsewhere one in five had
/// one, and of five people three may by chance.
const SMALL: u32 = 150_728;

/// People with one stay more than others have.
#[derive(Debug, Default)]
pub(in crate::sample) struct Crowd(Vec<Person>);

impl Crowd {
    /// Half of those of the area who are in no register.
    pub(in crate::sample) fn of(people: &[Person], roll: &Roll) -> Crowd {
        let ordinary = |person: &&Person| roll.codes(person).next().is_none() && is_insured(person, roll);
        Crowd(people.iter().filter(|person| person.area == CROWDED).filter(ordinary).step_by(2).copied().collect())
    }

    /// Those admitted in one of so many months.
    pub(in crate::sample) fn of_month(&self, month: usize, months: usize) -> &[Person] {
        let until = |month: usize| self.0.len() * month / months;
        &self.0[until(month.saturating_sub(1))..until(month)]
    }

    /// How many there are.
    pub(in crate::sample) fn len(&self) -> usize {
        self.0.len()
    }

    /// What is to be said of the area.
    pub(in crate::sample) fn said(&self, year: i32) -> Option<Said> {
        let (subject, said) = (("area", ordinary_of(CROWDED)), (Verdict::Fault, Matter::RateOutOfLine));
        (self.len() > 0)
            .then(|| Said::of_subject("admitted_far_more_often", Mechanism::AdmissionRate, said, subject, year))
    }
}

/// Those of an area who are in no register, as a subject's code.
pub(super) fn ordinary_of(area: u32) -> String {
    format!("{area}/ordinary_insured")
}

pub(super) fn small_area() -> Case {
    let stay = |index: usize| Bout::stay(40 + index as i64, 34).by(Who::Other(index));
    let case = Case::of("small_area_admitted_more_often", LEVELS[0], vec![stay(0), stay(2), stay(4)]);
    Case { area: Some(SMALL), ..case }.says(Mechanism::AdmissionRate, Verdict::Correct, Matter::RateInLine)
}
