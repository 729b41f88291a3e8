//! What a night of last year published of care, read back for this year's to stand beside. Reads only.

use std::path::PathBuf;

use chrono::{Datelike, NaiveDate};

use super::head::Head;
use super::named::Predecessor;
use super::opening::predecessor;
use super::rows::{Read, Rows, rows_of};
use crate::audit::fund::{CareFigures, CareRow, CareSum, StaySum};
use crate::error::Error;
use crate::model::{Care, Month};

/// The file, which nights without settlements have not.
const FILE: &str = "care_structure.parquet";

/// What the night nearest to the day `last` published, which lies in last year: the first of that year from the day on,
/// which knew of its months what tonight knows of this year's; else the latest before it. `None` where no night of the
/// year published anything of care.
///
/// # Errors
/// A manifest or a table that cannot be used, and a night of another kind.
pub fn care_of_last_year(
    nights: &[(NaiveDate, PathBuf)],
    last: NaiveDate,
    kind: &str,
) -> Result<Option<(Predecessor, Vec<CareRow>)>, Error> {
    let of_the_year = || nights.iter().filter(|(day, _)| day.year() == last.year());
    let since = of_the_year().filter(|(day, _)| *day >= last);
    let before = of_the_year().rev().filter(|(day, _)| *day < last);
    for (day, folder) in since.chain(before) {
        let head = Head::of_kind(folder, kind)?;
        if head.outputs.iter().any(|output| output.file == FILE) {
            let rows = rows_of(folder, &head, (FILE, "care_structure", "the structure of care"), row)?;
            return Ok(Some((predecessor(*day, folder)?, rows)));
        }
    }
    Ok(None)
}

fn row(rows: &Rows<'_>, row: usize) -> Read<CareRow> {
    let fen = |name| rows.fen(name, row).map(|fen| i128::from(fen.0));
    let count = |name| rows.needed(name, rows.whole(name, row));
    let stays = match rows.whole("stays", row)? {
        None => None,
        Some(stays) => Some(StaySum { stays, cost: fen("stay_cost")?, settled_later: fen("settled_later")? }),
    };
    let sum = CareSum {
        settlements: count("settlements")?,
        reversals: count("reversals")?,
        cost: fen("cost")?,
        basic_insurance: fen("basic_insurance")?,
        critical_illness: fen("critical_illness")?,
        medical_assistance: fen("medical_assistance")?,
        other_funds: fen("other_funds")?,
        hospital_part: fen("hospital_part")?,
    };
    let care = rows.needed("care", rows.text("care", row))?;
    let month = rows.needed("month", rows.day("month", row))?;
    Ok(CareRow {
        area: rows.area("area_code", row)?,
        month: Month::of(month).ok_or("month")?,
        care: Care::ALL.into_iter().find(|of| of.name() == care),
        came_to: CareFigures { sum, stays, enrolled: rows.whole("enrolled", row)? },
    })
}
