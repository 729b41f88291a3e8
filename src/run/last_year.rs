//! What care came to in the months of last year, for this year's to stand beside: by the delivery, where it holds every
//! one of them, else as a night of last year published them. How many people were enrolled then only that night says: a
//! delivery has the enrolments of today.

use std::path::PathBuf;

use chrono::NaiveDate;

use crate::audit::fund::{CareFigures, CareRow, LastYear, structure};
use crate::burden::{self, Wanted};
use crate::delivery::{Delivery, Payments, Progress, Register};
use crate::error::Error;
use crate::model::{Care, Month, Window, YearBy};
use crate::publish::{self, Predecessor};

/// The nights of a folder before tonight, by day.
pub(super) type Nights = Vec<(NaiveDate, PathBuf)>;

/// Last year, and where it is from.
#[derive(Debug, Default)]
pub(super) struct Found {
    pub(super) last_year: LastYear,
    /// The night that was read.
    pub(super) night: Option<Predecessor>,
    /// What to say of it.
    pub(super) warning: Option<String>,
}

/// Said where nothing tells of last year.
const NOTHING: &str = "fund: neither the delivery nor a night of last year tells of the same months, so care stands \
                       beside nothing in care_compared.parquet; deliver last year's settlements too";
/// Said where nobody knows how many were enrolled.
const NOBODY: &str = "fund: last year's settlements were delivered, but no night of last year says how many people \
                      were enrolled then: its stays per thousand are not known";

/// The last month of the year that is over on a day.
pub(super) fn through(as_of: NaiveDate) -> Option<Month> {
    let this_year = Month::of(as_of)?.year();
    Month::over_on(as_of).filter(|month| month.year() == this_year)
}

/// The months of last year as far as this year's are over, by the delivery, as the same night of last year would have
/// read them; `None` unless something was settled in each of them. A delivery that reaches a few weeks back has not.
pub(super) fn delivered(
    delivery: &Delivery,
    (as_of, year_by): (NaiveDate, YearBy),
    care_of: impl Fn(&str) -> Option<Care> + Sync,
    progress: &Progress,
) -> Result<Option<Vec<CareRow>>, Error> {
    let Some((through, last)) = a_year_ago(as_of) else { return Ok(None) };
    let window = Window::policy_year(last, year_by);
    let (nobody, unpaid) = (Register::default(), Payments::default());
    let burdens = burden::of_everyone(delivery, &window, &unpaid, Wanted::Only(&nobody), progress)?;
    if !through.january().until(through).all(|month| burdens.months.contains(&month)) {
        return Ok(None);
    }
    let burdens = burdens.without_sums();
    let sums = burden::care_sums(delivery, &window, &burdens, &care_of, progress)?;
    let stays = burden::stays(delivery, &window, &burdens, &care_of, progress)?;
    Ok(Some(structure(&sums, Some(&stays), None)))
}

/// Last year by what was `delivered` of it and by the `nights` of one `kind`.
pub(super) fn found(
    delivered: Option<&[CareRow]>,
    (as_of, kind): (NaiveDate, &str),
    nights: &Nights,
) -> Result<Found, Error> {
    let Some((through, last)) = a_year_ago(as_of) else { return Ok(Found::default()) };
    let before = publish::care_of_last_year(nights, last, kind)?;
    let (night, published) = before.map_or((None, None), |(night, rows)| (Some(night), Some(rows)));
    let mut found = Found { night, ..Found::default() };
    match (delivered, published) {
        (Some(delivered), published) => {
            found.last_year = LastYear { rows: delivered.to_vec(), through: Some(through) };
            found.last_year.rows.extend(published.into_iter().flatten().map(of_enrolled));
            found.warning = found.night.is_none().then(|| NOBODY.to_owned());
        }
        (None, Some(rows)) => {
            let over = found.night.as_ref().and_then(|night| Month::over_on(night.night));
            found.warning = found.night.as_ref().filter(|_| over < Some(through)).map(too_early);
            found.last_year = LastYear { rows, through: over };
        }
        (None, None) => found.warning = Some(NOTHING.to_owned()),
    }
    Ok(found)
}

/// The month of last year that is the same as the last one over, and its last day.
fn a_year_ago(as_of: NaiveDate) -> Option<(Month, NaiveDate)> {
    let month = through(as_of)?.plus(-12);
    Some((month, month.plus(1).first_day()?.pred_opt()?))
}

/// What a row says of people enrolled, and nothing else.
fn of_enrolled(row: CareRow) -> CareRow {
    let enrolled = row.came_to.enrolled;
    CareRow { came_to: CareFigures { enrolled, ..CareFigures::default() }, ..row }
}

fn too_early(night: &Predecessor) -> String {
    let night = night.night;
    format!("fund: the latest night of last year is that of {night}: what care came to later that year is not known")
}
