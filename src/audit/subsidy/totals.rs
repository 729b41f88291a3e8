//! Subsidies added up by area and category.

use polars::prelude::*;

use super::SubsidyRow;
use crate::audit::frame::failed;
use crate::error::Error;
use crate::model::{AreaCode, Category, Examined, Fen, Verdict};

/// The subsidies of one area and category.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SubsidyTotal {
    /// The area; `None` for people without one.
    pub area: Option<AreaCode>,
    /// The category that selected the rule, else the first of the day; `None` for people without one.
    pub category: Option<Category>,
    /// Everybody looked at.
    pub people: u64,
    /// How many have which verdict, in the order of [`Verdict::ALL`].
    pub by_verdict: [u64; Verdict::ALL.len()],
    /// What was paid for them.
    pub paid: Fen,
    /// What was paid above the most that was due.
    pub above: Fen,
    /// What was missing to the least that was due.
    pub below: Fen,
}

/// Stands in the frame for "none": before every other.
const NONE: i32 = -1;

/// Totals, sorted by area and category.
pub(super) fn by_area_and_category(examined: &[Examined], rows: &[SubsidyRow]) -> Result<Vec<SubsidyTotal>, Error> {
    let mut areas: Vec<AreaCode> = examined.iter().filter_map(|one| one.area).collect();
    areas.sort_unstable();
    areas.dedup();
    let area = |one: &Examined| one.area.and_then(|area| areas.binary_search(&area).ok()).map_or(NONE, |at| at as i32);
    let category = |(one, row): (&Examined, &SubsidyRow)| {
        row.category.or_else(|| one.categories.iter().next()).map_or(NONE, |category| category as i32)
    };
    let fen =
        |of: fn(i64) -> i64| rows.iter().map(|row| of(row.difference().unwrap_or_default().0)).collect::<Vec<i64>>();
    let summed = || {
        let mut sums = vec![len().cast(DataType::Int64).alias("people")];
        sums.extend(["paid", "above", "below"].map(|name| col(name).sum()));
        for (index, verdict) in Verdict::ALL.into_iter().enumerate() {
            let is = col("verdict").eq(lit(index as i32));
            sums.push(is.sum().cast(DataType::Int64).alias(verdict.name()));
        }
        let frame = df!(
            "area" => examined.iter().map(area).collect::<Vec<_>>(),
            "category" => examined.iter().zip(rows).map(category).collect::<Vec<_>>(),
            "verdict" => examined.iter().map(|one| one.verdict as i32).collect::<Vec<_>>(),
            "paid" => rows.iter().map(|row| row.subsidy.0).collect::<Vec<_>>(),
            "above" => fen(|difference| difference.max(0)),
            "below" => fen(|difference| -difference.min(0)),
        )?;
        let by = [col("area"), col("category")];
        let frame = frame.lazy().group_by(by).agg(sums);
        let frame = frame.sort(["area", "category"], SortMultipleOptions::default()).collect()?;
        totals(&frame, &areas)
    };
    summed().map_err(failed)
}

fn totals(frame: &DataFrame, areas: &[AreaCode]) -> PolarsResult<Vec<SubsidyTotal>> {
    let (area, category) = (frame.column("area")?.i32()?, frame.column("category")?.i32()?);
    let number = |name: &str, row: usize| PolarsResult::Ok(frame.column(name)?.i64()?.get(row).unwrap_or_default());
    let count = |name: &str, row: usize| PolarsResult::Ok(u64::try_from(number(name, row)?).unwrap_or_default());
    let at = |index: Option<i32>| index.and_then(|index| usize::try_from(index).ok());
    let mut totals = Vec::with_capacity(frame.height());
    for row in 0..frame.height() {
        let mut by_verdict = [0; Verdict::ALL.len()];
        for (of, verdict) in by_verdict.iter_mut().zip(Verdict::ALL) {
            *of = count(verdict.name(), row)?;
        }
        totals.push(SubsidyTotal {
            area: at(area.get(row)).and_then(|index| areas.get(index).copied()),
            category: at(category.get(row)).and_then(|index| Category::ALL.get(index).copied()),
            people: count("people", row)?,
            by_verdict,
            paid: Fen(number("paid", row)?),
            above: Fen(number("above", row)?),
            below: Fen(number("below", row)?),
        });
    }
    Ok(totals)
}
