//! What the audit of enrolment (应保尽保) publishes besides its verdicts.

use chrono::NaiveDate;
use rust_decimal::Decimal;

use super::{AreaCode, Category, EnrolmentStatus, InsuranceType, Matter, PersonId};

/// The tables of a night that audits enrolment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Coverage {
    /// One row a verdict, in the order of the verdicts.
    pub rows: Vec<CoverageRow>,
    /// By area and category.
    pub rates: Vec<CoverageRate>,
    /// Where another delivery says otherwise, when one was named.
    pub differences: Option<Vec<Difference>>,
}

/// What one person's verdict rests on.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct CoverageRow {
    /// How many enrolments there are until the day looked at.
    pub spells: u32,
    /// The enrolment that the verdict rests on.
    pub spell: Option<HeldSpell>,
    /// The other one, for whoever is enrolled twice.
    pub second: Option<Box<HeldSpell>>,
    /// The day on which the person came into the register, for those who came this year.
    pub registered_on: Option<NaiveDate>,
}

/// One enrolment, without its person.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HeldSpell {
    /// In which scheme.
    pub insurance: Option<InsuranceType>,
    /// Where.
    pub area: Option<AreaCode>,
    /// How it stands.
    pub status: Option<EnrolmentStatus>,
    /// The first day.
    pub begin: Option<NaiveDate>,
    /// The first day on which it no longer holds; `None` when none is known.
    pub end: Option<NaiveDate>,
}

/// How many of a group of people are enrolled.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CoverageRate {
    /// The area; `None` for all of them together.
    pub area: Option<RateArea>,
    /// The category; `None` for everybody, each once.
    pub category: Option<Category>,
    /// How many people.
    pub people: u64,
    /// How many of them of each matter.
    pub matters: Vec<(Matter, u64)>,
    /// The enrolled in percent of those who are to be and of whom it can be told; `None` where there is nobody.
    pub rate: Option<Decimal>,
}

/// One area, or the people for whom the register gives none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum RateArea {
    /// The area.
    Known(AreaCode),
    /// None was given.
    Unknown,
}

/// In what two deliveries differ about a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum DifferenceKind {
    /// In the register here, not there.
    NotThere,
    /// In the register there, not here.
    NotHere,
    /// Of another category.
    Category,
    /// Of another area.
    Area,
    /// Enrolled otherwise.
    Enrolment,
}

impl DifferenceKind {
    /// Every kind, in order.
    pub const ALL: [DifferenceKind; 5] = [
        DifferenceKind::NotThere,
        DifferenceKind::NotHere,
        DifferenceKind::Category,
        DifferenceKind::Area,
        DifferenceKind::Enrolment,
    ];

    /// The name in published tables.
    pub fn name(self) -> &'static str {
        match self {
            DifferenceKind::NotThere => "not_there",
            DifferenceKind::NotHere => "not_here",
            DifferenceKind::Category => "category",
            DifferenceKind::Area => "area",
            DifferenceKind::Enrolment => "enrolment",
        }
    }
}

/// One difference about one person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// Who.
    pub person: PersonId,
    /// In what.
    pub kind: DifferenceKind,
    /// Where the person belongs here.
    pub area: Option<AreaCode>,
    /// Where the person belongs there.
    pub area_there: Option<AreaCode>,
    /// What stands here: categories, an area, or how the person is enrolled.
    pub here: Option<String>,
    /// What stands there.
    pub there: Option<String>,
}
