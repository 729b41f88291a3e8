//! How many of whom are enrolled, by area and category.

use std::collections::BTreeMap;

use polars::prelude::{DataType, IntoLazy, LazyFrame, col, df, len, lit};
use rust_decimal::Decimal;

use super::Moment;
use super::matter::Judged;
use crate::audit::frame::{collected, failed, integers, long_integers};
use crate::delivery::{Roster, epoch_day};
use crate::error::Error;
use crate::model::{AreaCode, Category, CoverageRate, Matter, RateArea};

/// Stands for all areas together, and for everybody whatever their category.
const ALL: i32 = -1;
/// Stands for no area.
const NONE: i32 = 0;

/// The matters of those who are enrolled.
const ENROLLED: [Matter; 3] = [Matter::Enrolled, Matter::EnrolledTwice, Matter::EnrolledElsewhere];
/// The matters of those who count neither as enrolled nor as not: nothing is due, or it cannot be told.
const APART: [Matter; 2] = [Matter::DeadOrMoved, Matter::NoData];

/// One group a row, and one more for each area and each category whole.
pub(super) fn rates(roster: &Roster, judged: &[Judged], moment: Moment) -> Result<Vec<CoverageRate>, Error> {
    let by_area = groups(roster, judged, moment)?;
    let everywhere = by_area.clone().with_columns([lit(ALL).alias("area")]);
    let mut groups: BTreeMap<(i32, i32), Vec<(Matter, u64)>> = BTreeMap::new();
    for frame in [everywhere, by_area] {
        let counted = frame
            .group_by([col("area"), col("category"), col("matter")])
            .agg([col("people").sum()])
            .collect()
            .map_err(failed)?;
        let keys = integers(&counted, "area")?.into_iter().zip(integers(&counted, "category")?);
        let counts = integers(&counted, "matter")?.into_iter().zip(long_integers(&counted, "people")?);
        for (key, (matter, people)) in keys.zip(counts) {
            let Some(matter) = Matter::ALL.get(usize::try_from(matter).unwrap_or(usize::MAX)) else { continue };
            groups.entry(key).or_default().push((*matter, people.unsigned_abs()));
        }
    }
    Ok(groups.into_iter().map(|((area, category), matters)| rate(area, category, matters)).collect())
}

/// How many people there are of each area, category and matter; each person once more whatever their categories.
fn groups(roster: &Roster, judged: &[Judged], moment: Moment) -> Result<LazyFrame, Error> {
    let day = epoch_day(moment.as_of);
    let (mut areas, mut categories, mut matters) = (Vec::new(), Vec::new(), Vec::new());
    for judged in judged {
        let listed = &roster.people[judged.person as usize];
        let theirs = listed.categories_on(day).iter().map(|category| category as i32);
        for category in std::iter::once(ALL).chain(theirs) {
            areas.push(listed.area.map_or(NONE, AreaCode::number));
            categories.push(category);
            matters.push(place_of(judged.matter));
        }
    }
    let frame = df!("area" => areas, "category" => categories, "matter" => matters).map_err(failed)?;
    let grouped = frame
        .lazy()
        .group_by([col("area"), col("category"), col("matter")])
        .agg([len().cast(DataType::Int64).alias("people")]);
    Ok(collected(grouped)?.lazy())
}

/// Where a matter stands among all of them.
fn place_of(matter: Matter) -> i32 {
    let place = Matter::ALL.iter().position(|of| *of == matter);
    place.and_then(|place| i32::try_from(place).ok()).unwrap_or(ALL)
}

fn rate(area: i32, category: i32, mut matters: Vec<(Matter, u64)>) -> CoverageRate {
    matters.sort_unstable();
    let of = |wanted: &[Matter]| -> u64 {
        matters.iter().filter(|(matter, _)| wanted.contains(matter)).map(|(_, people)| people).sum()
    };
    let people = matters.iter().map(|(_, people)| people).sum();
    let (enrolled, due) = (of(&ENROLLED), people - of(&APART));
    let percent = Decimal::from(enrolled) * Decimal::ONE_HUNDRED;
    CoverageRate {
        area: match area {
            ALL => None,
            area => Some(AreaCode::from_number(area).map_or(RateArea::Unknown, RateArea::Known)),
        },
        category: Category::ALL.into_iter().find(|of| *of as i32 == category),
        people,
        rate: percent.checked_div(Decimal::from(due)),
        matters,
    }
}
