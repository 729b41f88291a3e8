//! The people of a sample: certificates that nobody can hold, and where each is insured.

use std::collections::HashSet;

use chrono::{Datelike, NaiveDate};

use super::random::Random;
use crate::model::check_digit;

/// The division that every resident id of a sample starts with. No county has ever had the code, so that no number is
/// anybody's.
const NOBODYS_DIVISION: u64 = 150_799;

/// The counties of the sample's prefecture, 呼伦贝尔市, and the city itself as insurance bureaus write it.
pub(super) const AREAS: [u32; 15] = [
    150_702, 150_703, 150_721, 150_722, 150_723, 150_724, 150_725, 150_726, 150_727, 150_781, 150_782, 150_783,
    150_784, 150_785, 150_799,
];

/// One person.
#[derive(Debug, Clone, Copy)]
pub(super) struct Person {
    /// Position among all people of the sample; it makes the name.
    pub(super) number: u32,
    /// The area insured in.
    pub(super) area: u32,
    certificate: Certificate,
}

#[derive(Debug, Clone, Copy)]
enum Certificate {
    /// The seventeen leading digits of a resident id.
    Resident(u64),
    /// A passport's serial number.
    Passport(u32),
}

/// How a certificate number is written in one row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Written {
    /// The certificate's type (证件类型): 01 resident id, 02 passport.
    pub(super) kind: &'static str,
    /// The number as the row has it.
    pub(super) number: String,
}

impl Person {
    /// A name that nobody has.
    pub(super) fn name(&self) -> String {
        format!("测试{}", self.number)
    }

    /// The same person, insured in that area.
    pub(super) fn living_in(self, area: u32) -> Person {
        Person { area, ..self }
    }

    /// The number that the insurance has for the person.
    pub(super) fn psn_no(&self) -> String {
        format!("1507{:012}", self.number)
    }

    /// The certificate number as the program publishes it.
    pub(super) fn person_id(&self) -> String {
        match self.certificate {
            Certificate::Resident(digits) => format!("{digits}{}", char::from(check_digit(digits))),
            Certificate::Passport(serial) => format!("TS{serial:07}"),
        }
    }

    /// The certificate number as some row has it: now and then in small letters, or of fifteen digits.
    pub(super) fn written(&self, random: &mut Random) -> Written {
        let number = self.person_id();
        let small = random.per_mille(200);
        match self.certificate {
            Certificate::Passport(_) => {
                Written { kind: "02", number: if small { number.to_lowercase() } else { number } }
            }
            Certificate::Resident(_) if self.has_old_number() && random.per_mille(500) => {
                Written { kind: "01", number: format!("{}{}", &number[..6], &number[8..17]) }
            }
            Certificate::Resident(_) => {
                Written { kind: "01", number: if small { number.to_lowercase() } else { number } }
            }
        }
    }

    /// The certificate number with a check digit that is not its own; a passport's as it is.
    pub(super) fn miswritten(&self) -> String {
        let mut number = self.person_id();
        if let Certificate::Resident(digits) = self.certificate {
            number.truncate(17);
            number.push(if check_digit(digits) == b'0' { '1' } else { '0' });
        }
        number
    }

    /// What names nobody: no certificate, or a resident id with a check digit that is not its own, by turns.
    pub(super) fn unusable(&self, turn: usize) -> Option<Written> {
        (!turn.is_multiple_of(2)).then(|| Written { kind: "01", number: self.miswritten() })
    }

    /// Whether the certificate is a resident id.
    pub(super) fn is_resident(&self) -> bool {
        matches!(self.certificate, Certificate::Resident(_))
    }

    /// Whether some rows write the id as before 1999, with fifteen digits: those born in the 1900s only.
    fn has_old_number(&self) -> bool {
        match self.certificate {
            Certificate::Resident(digits) => self.number % 50 == 7 && digits / 1_000_000_000 % 100 == 19,
            Certificate::Passport(_) => false,
        }
    }
}

/// `count` people, no two alike; the first of them born on `birthdays`, a day each.
pub(super) fn draw(count: u32, seed: u64, birthdays: &[NaiveDate]) -> Vec<Person> {
    let mut random = Random::new(seed, 1);
    let mut taken = HashSet::with_capacity(count as usize);
    let mut people = Vec::with_capacity(count as usize);
    while people.len() < count as usize {
        let number = people.len() as u32;
        let digits = resident_digits(birthdays.get(number as usize), &mut random);
        if taken.insert(digits) {
            let passport = number % 97 == 60;
            let certificate = if passport { Certificate::Passport(number) } else { Certificate::Resident(digits) };
            people.push(Person { number, area: random.pick(&AREAS), certificate });
        }
    }
    people
}

/// Division, a birthday, and a serial number.
fn resident_digits(born_on: Option<&NaiveDate>, random: &mut Random) -> u64 {
    let drawn = birthday(random);
    let birthday =
        born_on.map_or(drawn, |day| u64::from(day.year().unsigned_abs() * 10_000 + day.month() * 100 + day.day()));
    NOBODYS_DIVISION * 100_000_000_000 + birthday * 1000 + random.below(1000)
}

/// From 1935 to 2019. Days end at 28, so that every birthday exists.
fn birthday(random: &mut Random) -> u64 {
    (1935 + random.below(85)) * 10_000 + (1 + random.below(12)) * 100 + 1 + random.below(28)
}
