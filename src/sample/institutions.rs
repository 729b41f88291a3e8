//! Hospitals, clinics and pharmacies: each has a code of the national form, a county and a level, and keeps them.

use super::people::{AREAS, Person};

/// One of them. The number makes the code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Institution {
    number: u32,
    level: &'static str,
}

/// Counties with hospitals; the city itself has none of its own.
const COUNTIES: u32 = AREAS.len() as u32 - 1;
/// One of each level a county.
pub(super) const HOSPITALS: u32 = 3 * COUNTIES;
/// Hospitals, and clinics where nobody stays.
const ORDINARY: u64 = 120;
/// Local codes of the levels (医院等级): three, two, one.
pub(super) const LEVELS: [&str; 3] = ["02", "05", "08"];
/// That of institutions without a level.
pub(super) const NO_LEVEL: &str = "11";
/// The first number of those with a part of their own, to whom nobody comes by chance.
const APART: u32 = 500;

impl Institution {
    /// The hospital of that number; counties are next to each other.
    pub(super) fn hospital(number: u32) -> Institution {
        let number = number % HOSPITALS;
        Institution { number, level: LEVELS[number as usize % LEVELS.len()] }
    }

    /// Where a person goes first, and after so many stays: never twice to one in a row.
    pub(super) fn of_stay(person: &Person, stays: u32) -> Institution {
        let county = AREAS.iter().position(|area| *area == person.area).unwrap_or_default() as u32;
        Institution::hospital(county * 3 + person.number % 3 + stays)
    }

    /// A hospital or a clinic, drawn below [`Institution::COUNT`].
    pub(super) fn ordinary(number: u64) -> Institution {
        match u32::try_from(number) {
            Ok(number) if number >= HOSPITALS => Institution { number, level: NO_LEVEL },
            number => Institution::hospital(number.unwrap_or_default()),
        }
    }

    /// How many there are to whom people come by chance.
    pub(super) const COUNT: u64 = ORDINARY;

    /// Number `index` of those with a part of their own.
    pub(super) fn apart(index: usize, level: &'static str) -> Institution {
        Institution { number: APART + index as u32, level }
    }

    /// Another one, of a number that nobody comes to by chance.
    pub(super) fn beside(self) -> Institution {
        Institution { number: self.number + ORDINARY as u32, level: NO_LEVEL }
    }

    /// The code (定点医药机构编号): a letter, the county, a serial number.
    pub(super) fn code(self) -> String {
        let county = match self.number {
            hospital @ 0..HOSPITALS => hospital / 3,
            other => other % COUNTIES,
        };
        format!("H{}{:05}", AREAS[county as usize], self.number)
    }

    /// The local code of the level (医院等级).
    pub(super) fn level(self) -> &'static str {
        self.level
    }
}
