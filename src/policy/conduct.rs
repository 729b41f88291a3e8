//! How providers are looked at: stays split in two (分解住院) or repeated (重复住院), payments outside a stay while it
//! lasts (住院期间院外结算), stays for minor illness (小病大治), and rates of admission out of line (住院率畸高).
//!
//! Each `[[conduct]]` is one pattern, so that each cites its own article. A document that names a pattern and gives no
//! number for it has no entry: nothing is assumed in its place. What a pattern finds is to be reviewed (待核查), no more.

use chrono::NaiveDate;
use rust_decimal::Decimal;

use super::Policy;
use super::entry::{self, Cited, Span};
use crate::config::{Section, Value};
use crate::model::Fen;

/// One pattern that is looked for, over a span of days.
#[derive(Debug, Clone, PartialEq)]
pub struct Conduct {
    /// What is looked for.
    pub pattern: Pattern,
    /// Whether only stays of people of the register are looked at.
    pub register_only: bool,
    /// On which days, and where it is written.
    pub cited: Cited,
}

/// A pattern, with its numbers.
#[derive(Debug, Clone, PartialEq)]
pub enum Pattern {
    /// Somebody is admitted again to the same institution for the same disease within so many days of the discharge; an
    /// admission on the day of discharge is one within 0 days.
    SplitStays {
        /// Days from discharge to admission, at most.
        days: u32,
    },
    /// Somebody has at least so many stays at one institution in a calendar year.
    RepeatedStays {
        /// Stays.
        stays: u32,
    },
    /// An out-patient, chronic or pharmacy settlement of somebody in hospital, strictly between admission and discharge.
    PaidDuringStay,
    /// Short and cheap stays for diseases that need none.
    ShortStays(ShortStays),
    /// Many more stays than elsewhere.
    AdmissionRate(AdmissionRate),
}

/// What a short stay is, and how many make a pattern.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ShortStays {
    /// At most so many nights.
    pub nights: u32,
    /// At most this medical cost.
    pub cost: Fen,
    /// For one of these disease codes (病种编号), as settlements have them.
    pub diagnoses: Vec<String>,
    /// From so many such stays at an institution in the year on.
    pub stays: u32,
}

/// When a rate of admission is out of line with those of peers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AdmissionRate {
    /// The modified robust z-score, 0.6745 × (x − median) / MAD, at which a rate is out of line.
    pub robust_z: Decimal,
    /// With fewer peers, nobody is compared.
    pub minimum_peers: u32,
    /// How many standard deviations above its middle the funnel's upper limit lies.
    pub funnel_sigmas: Decimal,
}

impl Pattern {
    /// The names in policy files and published tables.
    pub const NAMES: [&'static str; 5] =
        ["split_stays", "repeated_stays", "paid_during_stay", "short_stays", "admission_rate"];

    /// The name in policy files and published tables.
    pub fn name(&self) -> &'static str {
        let [split, repeated, during, short, rate] = Pattern::NAMES;
        match self {
            Pattern::SplitStays { .. } => split,
            Pattern::RepeatedStays { .. } => repeated,
            Pattern::PaidDuringStay => during,
            Pattern::ShortStays(_) => short,
            Pattern::AdmissionRate(_) => rate,
        }
    }
}

impl Policy {
    /// What is looked for on `day` under the `name` of a pattern; `None` where the policy has no such rule.
    pub fn conduct_on(&self, name: &str, day: NaiveDate) -> Option<&Conduct> {
        self.conduct.iter().find(|entry| entry.pattern.name() == name && entry.cited.holds(day))
    }

    /// A line for each pattern, when what is looked for on `as_of` has no end and was last reviewed more than 366 days
    /// before.
    pub fn conduct_to_review(&self, name: &str, as_of: NaiveDate) -> Option<String> {
        self.conduct_on(name, as_of)?.cited.to_review(&self.path, &format!("[[conduct]] ({name})"), as_of)
    }
}

/// What a `[[conduct]]` holds; `None` when a fault was noted.
fn read(section: &Section<'_, '_>) -> Option<Conduct> {
    let names = Pattern::NAMES.map(|name| (name, name));
    let name = section.need("pattern", |value| value.choice(&names));
    let span = Span::read(section);
    let register_only = match name {
        // A rate asks for everyone who is enrolled.
        Some("admission_rate") => Some(false),
        _ => section.may("register_only", false, Value::flag),
    };
    let pattern = name.and_then(|name| pattern(section, name));
    let cited = Cited::read(section, span);
    // Which keys there are to be is known by the pattern alone.
    if name.is_some() {
        section.end();
    }
    Some(Conduct { pattern: pattern?, register_only: register_only?, cited: cited? })
}

fn pattern(section: &Section<'_, '_>, name: &str) -> Option<Pattern> {
    match name {
        "split_stays" => section.need("split_days", |value| value.count()).map(|days| Pattern::SplitStays { days }),
        "repeated_stays" => {
            section.need("repeated_stays", |value| at_least(value, 2)).map(|stays| Pattern::RepeatedStays { stays })
        }
        "paid_during_stay" => Some(Pattern::PaidDuringStay),
        "short_stays" => {
            let nights = section.need("short_days", |value| value.count());
            let cost = section.need("short_cost", Value::amount_above_zero);
            let codes = |value: &Value<'_, '_>| value.list("one disease code", Value::text);
            let diagnoses = section.need("minor_diagnoses", codes);
            let stays = section.need("short_stays", |value| at_least(value, 1));
            let (nights, cost, diagnoses, stays) = (nights?, cost?, diagnoses?, stays?);
            Some(Pattern::ShortStays(ShortStays { nights, cost, diagnoses, stays }))
        }
        _ => {
            let robust_z = section.need("robust_z", above_zero);
            let minimum_peers = section.need("minimum_peers", |value| at_least(value, 3));
            let funnel_sigmas = section.need("funnel_sigmas", above_zero);
            let (robust_z, minimum_peers, funnel_sigmas) = (robust_z?, minimum_peers?, funnel_sigmas?);
            Some(Pattern::AdmissionRate(AdmissionRate { robust_z, minimum_peers, funnel_sigmas }))
        }
    }
}

fn at_least(value: &Value<'_, '_>, least: u32) -> Option<u32> {
    let number: u32 = value.count()?;
    if number >= least { Some(number) } else { value.wrong(format!("a whole number of {least} or more")) }
}

/// Above this a number of deviations is a slip of the pen; so are more decimals than these.
const DEVIATIONS_MAX: Decimal = Decimal::ONE_HUNDRED;
const DEVIATIONS_DECIMALS: u32 = 4;

fn above_zero(value: &Value<'_, '_>) -> Option<Decimal> {
    let number = value.decimal()?;
    let sound = number > Decimal::ZERO && number <= DEVIATIONS_MAX && number.scale() <= DEVIATIONS_DECIMALS;
    let expected = "a number above 0 and at most 100, with at most four decimals";
    if sound { Some(number) } else { value.wrong(expected) }
}

/// Every `[[conduct]]`. Refuses two of one pattern on one day.
pub(super) fn every(root: &Section<'_, '_>) -> Option<Vec<Conduct>> {
    let place = |entry: &Conduct| entry.cited.place();
    let twice = |earlier: &Conduct, later: &Conduct| {
        let name = later.pattern.name();
        (earlier.pattern.name() == name).then(|| format!("[[conduct]] of `{name}` stands twice"))
    };
    entry::every(root, "conduct", read, place, twice)
}
