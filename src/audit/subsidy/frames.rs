//! Premiums and enrolments summed by person: lazy frames of whole numbers, one row a person at the end.

use chrono::{Datelike, NaiveDate};
use polars::prelude::*;

use crate::audit::frame::failed;
use crate::delivery::{EnrolmentSpell, Enrolments, Listed, OPEN, Premium, Premiums, Roster, epoch_day};
use crate::error::Error;
use crate::model::{AreaCode, AreaLevel, EnrolmentStatus, Fen, InsuranceType, PersonId};

/// What the tables say of one person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Sums {
    /// Of resident insurance; `None` when nothing was collected.
    pub(super) collected: Option<Collected>,
    /// Collections of a scheme that no mapping names.
    pub(super) unknown_schemes: u32,
    /// In resident insurance, on any day of the year until the one looked at.
    pub(super) enrolled: Enrolled,
}

/// What was collected of one person's premium of the year.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Collected {
    pub(super) rows: u32,
    /// The highest that was to be paid.
    pub(super) premium: Fen,
    pub(super) own: Fen,
    pub(super) subsidy: Fen,
    /// Collections with a subsidy, less those that take one back.
    pub(super) subsidised: i64,
    /// As days since 1970, as the next.
    pub(super) first_paid: i32,
    pub(super) first_subsidised: Option<i32>,
}

impl Collected {
    /// Whether nothing is left of what was collected: it was paid back.
    pub(super) fn comes_to_nothing(&self) -> bool {
        self.own == Fen::ZERO && self.subsidy == Fen::ZERO && self.premium > Fen::ZERO
    }
}

/// How somebody stands in resident insurance. Of several spells the last of these counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Enrolled {
    /// In none; in employee insurance, perhaps.
    Nowhere,
    /// Suspended, ended, dead or moved away without a day: not on any, as far as anybody can tell.
    NoDay,
    /// In a scheme that no mapping names.
    UnknownScheme,
    /// Until a day, on which it was suspended or ended, or the person died or moved away.
    Interrupted,
    /// With a status that no mapping names.
    UnknownStatus,
    /// In another prefecture, whose premiums are not in this delivery.
    Elsewhere,
    /// Where the person belongs.
    Here,
}

const ENROLLED: [Enrolled; 7] = [
    Enrolled::Nowhere,
    Enrolled::NoDay,
    Enrolled::UnknownScheme,
    Enrolled::Interrupted,
    Enrolled::UnknownStatus,
    Enrolled::Elsewhere,
    Enrolled::Here,
];

/// The sums of everybody in the roster, by number, and then of each outsider, in order.
pub(super) fn sums(
    as_of: NaiveDate,
    roster: &Roster,
    enrolments: &Enrolments,
    premiums: &Premiums,
    outsiders: &[(&PersonId, &[(PersonId, Premium)])],
) -> Result<Vec<Sums>, Error> {
    let listed = roster.people.len();
    let everyone: Vec<u32> = (0..).take(listed + outsiders.len()).collect();
    let outside = (listed..).zip(outsiders);
    let outside = outside.flat_map(|(number, (_, paid))| paid.iter().map(move |(_, premium)| (number as u32, premium)));
    let paid = premiums.paid.iter().map(|(number, premium)| (*number, premium)).chain(outside);
    let summed = || {
        let everyone = df!("person" => everyone)?.lazy();
        let collected = collected(paid)?;
        let enrolled = enrolled(as_of, roster, &enrolments.spells)?;
        let by_person = || [col("person")];
        everyone
            .join(collected, by_person(), by_person(), JoinArgs::new(JoinType::Left))
            .join(enrolled, by_person(), by_person(), JoinArgs::new(JoinType::Left))
            .sort(["person"], SortMultipleOptions::default())
            .collect()
    };
    summed().and_then(|frame| rows(&frame)).map_err(failed)
}

/// Premiums, one row a person.
fn collected<'a>(paid: impl Iterator<Item = (u32, &'a Premium)>) -> PolarsResult<LazyFrame> {
    let (mut person, mut scheme, mut paid_on) = (Vec::new(), Vec::new(), Vec::new());
    let (mut due, mut own, mut subsidy) = (Vec::new(), Vec::new(), Vec::new());
    for (number, premium) in paid {
        person.push(number);
        scheme.push(premium.insurance.map(|scheme| scheme as i32));
        paid_on.push(premium.paid_on);
        due.push(premium.due.0);
        own.push(premium.own.0);
        subsidy.push(premium.subsidy.0);
    }
    let frame = df!("person" => person, "scheme" => scheme, "paid_on" => paid_on, "due" => due, "own" => own,
        "subsidy" => subsidy)?;
    let resident = || col("scheme").eq(lit(InsuranceType::Resident as i32)).fill_null(lit(false));
    let of_residents = |name: &str| col(name).filter(resident());
    let signed = |positive: bool| {
        let subsidy = of_residents("subsidy");
        let is = if positive { subsidy.gt(lit(0)) } else { subsidy.lt(lit(0)) };
        is.sum().cast(DataType::Int64)
    };
    Ok(frame.lazy().group_by([col("person")]).agg([
        resident().sum().cast(DataType::UInt32).alias("rows"),
        col("scheme").is_null().sum().cast(DataType::UInt32).alias("unknown_schemes"),
        of_residents("due").max().alias("premium"),
        of_residents("own").sum().alias("own"),
        of_residents("subsidy").sum().alias("subsidy"),
        (signed(true) - signed(false)).alias("subsidised"),
        of_residents("paid_on").min().alias("first_paid"),
        col("paid_on").filter(resident().and(col("subsidy").gt(lit(0)))).min().alias("first_subsidised"),
    ]))
}

/// Enrolments, one row a person.
fn enrolled(as_of: NaiveDate, roster: &Roster, spells: &[EnrolmentSpell]) -> PolarsResult<LazyFrame> {
    let first = NaiveDate::from_ymd_opt(as_of.year(), 1, 1).unwrap_or(as_of);
    let stands = |spell: &EnrolmentSpell| {
        let listed = roster.people.get(spell.person as usize);
        stands(spell, listed) as i32
    };
    let frame = df!(
        "person" => spells.iter().map(|spell| spell.person).collect::<Vec<_>>(),
        "begin" => spells.iter().map(|spell| spell.begin).collect::<Vec<_>>(),
        "end" => spells.iter().map(|spell| spell.end).collect::<Vec<_>>(),
        "enrolled" => spells.iter().map(stands).collect::<Vec<_>>(),
    )?;
    let of_the_year = col("begin").lt_eq(lit(epoch_day(as_of))).and(col("end").gt(lit(epoch_day(first))));
    let on_any_day = col("begin").lt(col("end"));
    Ok(frame.lazy().filter(of_the_year.and(on_any_day)).group_by([col("person")]).agg([col("enrolled").max()]))
}

fn stands(spell: &EnrolmentSpell, listed: Option<&Listed>) -> Enrolled {
    match (spell.insurance, spell.status) {
        (Some(InsuranceType::Employee), _) => Enrolled::Nowhere,
        (_, Some(status)) if status != EnrolmentStatus::Normal && spell.end == OPEN => Enrolled::NoDay,
        (None, _) => Enrolled::UnknownScheme,
        (Some(InsuranceType::Resident), None) => Enrolled::UnknownStatus,
        (Some(InsuranceType::Resident), Some(EnrolmentStatus::Normal)) => {
            let prefecture = |area: AreaCode| area.at(AreaLevel::Prefecture);
            let theirs = listed.and_then(|listed| listed.area).and_then(prefecture);
            match (theirs, spell.area.and_then(prefecture)) {
                (Some(theirs), Some(other)) if theirs != other => Enrolled::Elsewhere,
                _ => Enrolled::Here,
            }
        }
        (Some(InsuranceType::Resident), Some(_)) => Enrolled::Interrupted,
    }
}

/// The frame's rows, in order.
fn rows(frame: &DataFrame) -> PolarsResult<Vec<Sums>> {
    let counts = |name: &str| Ok::<_, PolarsError>(frame.column(name)?.u32()?.clone());
    let days = |name: &str| Ok::<_, PolarsError>(frame.column(name)?.i32()?.clone());
    let fen = |name: &str| Ok::<_, PolarsError>(frame.column(name)?.i64()?.clone());
    let (collections, unknown) = (counts("rows")?, counts("unknown_schemes")?);
    let (premium, own, subsidy, subsidised) = (fen("premium")?, fen("own")?, fen("subsidy")?, fen("subsidised")?);
    let (first_paid, first_subsidised) = (days("first_paid")?, days("first_subsidised")?);
    let enrolled = days("enrolled")?;
    let row = |row: usize| {
        let collected = || {
            Some(Collected {
                rows: collections.get(row).filter(|rows| *rows > 0)?,
                premium: Fen(premium.get(row)?),
                own: Fen(own.get(row)?),
                subsidy: Fen(subsidy.get(row)?),
                subsidised: subsidised.get(row)?,
                first_paid: first_paid.get(row)?,
                first_subsidised: first_subsidised.get(row),
            })
        };
        let rank = enrolled.get(row).and_then(|rank| usize::try_from(rank).ok()).unwrap_or_default();
        Sums {
            collected: collected(),
            unknown_schemes: unknown.get(row).unwrap_or_default(),
            enrolled: ENROLLED.get(rank).copied().unwrap_or(Enrolled::Nowhere),
        }
    };
    Ok((0..frame.height()).map(row).collect())
}
