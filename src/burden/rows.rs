//! A batch of settlements as its figures, and the judgement that needs no other row: rejected, void, out of the window,
//! or usable, and whether its amounts add up.

use super::amounts::{self, BatchAmounts};
use crate::delivery::{
    ABSENT, Batch, Days, Extract, MICROSECONDS_A_DAY, Texts, Times, area_of, certificates, days_since_1970,
};
use crate::model::{AreaCode, Fen, PersonId, Reason, Window, YearBy};

/// The columns that a judgement reads besides the amounts.
const COLUMNS: [&str; 9] = [
    "psn_cert_type",
    "certno",
    "insu_admdvs",
    "setl_time",
    "updt_time",
    "vali_flag",
    "deleted",
    "refd_setl_flag",
    "out_flag",
];

/// Every column that a judgement reads of this file under this policy.
pub(crate) fn columns(extract: &Extract, window: &Window) -> Vec<&'static str> {
    let mut names: Vec<&str> = COLUMNS.into_iter().chain(amounts::COLUMNS).collect();
    if window.year_by == YearBy::BenefitYear {
        names.push("year");
    }
    if extract.has("out_flag") {
        names.extend(["begndate", "enddate"]);
    }
    names
}

/// What the checks see in a row.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Seen {
    /// The checks that its amounts fail, as bits.
    pub(crate) failed: u8,
    /// Whether it is a positive row flagged 退费.
    pub(crate) refund: bool,
    /// Which side of an off-site visit it is, and a hash that both sides share.
    pub(crate) off_site: Option<(u64, u8)>,
}

/// The columns of a batch.
pub(crate) struct Rows {
    /// Whose each row is; `None` where the certificate cannot be read.
    pub(crate) people: Vec<Option<PersonId>>,
    areas: Texts,
    times: Times,
    updated: Times,
    years: Texts,
    valid: Texts,
    deleted: Texts,
    refunds: Texts,
    off_site: Option<OffSite>,
    pub(crate) amounts: BatchAmounts,
}

/// The columns that tell the two sides of an off-site visit.
struct OffSite {
    sides: Texts,
    begins: Days,
    ends: Days,
}

impl Rows {
    pub(crate) fn of(batch: &Batch<'_>, extract: &Extract) -> Rows {
        Rows {
            people: certificates(batch).all(batch.rows()),
            areas: batch.texts("insu_admdvs"),
            times: batch.times("setl_time"),
            updated: batch.times("updt_time"),
            years: batch.texts("year"),
            valid: batch.texts("vali_flag"),
            deleted: batch.texts("deleted"),
            refunds: batch.texts("refd_setl_flag"),
            off_site: extract.has("out_flag").then(|| OffSite {
                sides: batch.texts("out_flag"),
                begins: batch.days("begndate"),
                ends: batch.days("enddate"),
            }),
            amounts: BatchAmounts::of(batch, extract),
        }
    }

    /// Why the row cannot be used, judged by itself: the first reason that holds. `reverses` says whether it names a
    /// settlement that it reverses.
    #[inline]
    pub(crate) fn rejected(&self, row: usize, has_id: bool, reverses: bool) -> Result<&PersonId, Reason> {
        let person = self.people[row].as_ref().ok_or(Reason::BadCertno)?;
        if !has_id {
            return Err(Reason::NoSetlId);
        }
        if self.times[row] == ABSENT {
            return Err(Reason::BadSetlTime);
        }
        if self.amounts.unusable(row) {
            return Err(Reason::BadAmount);
        }
        if self.amounts.total_cost(row).0 < 0 && !reverses {
            return Err(Reason::NegativeCost);
        }
        Ok(person)
    }

    /// Where the person was insured, as far as the row says.
    #[inline]
    pub(crate) fn area(&self, row: usize) -> Option<AreaCode> {
        area_of(&self.areas, row)
    }

    /// Marked invalid or deleted. A row that says nothing of it is valid.
    #[inline]
    pub(crate) fn is_void(&self, row: usize) -> bool {
        let marked_valid =
            matches!(self.valid, Texts::Nothing) || self.valid.number(row) == Some(1) || self.valid.code(row).is_none();
        !marked_valid || self.deleted.number(row) == Some(1)
    }

    /// When the row was settled, in microseconds since 1970.
    #[inline]
    pub(crate) fn at(&self, row: usize) -> i64 {
        self.times[row]
    }

    /// When the row was last changed; the earliest of all times where it does not say.
    pub(crate) fn updated(&self, row: usize) -> i64 {
        self.updated[row]
    }

    /// The row's own benefit year.
    pub(crate) fn benefit_year(&self, row: usize) -> Option<i64> {
        self.years.number(row)
    }

    /// What the checks see in a row that was not rejected.
    #[inline]
    pub(crate) fn seen(&self, row: usize, person: &PersonId) -> Seen {
        let cost = self.amounts.total_cost(row);
        Seen {
            failed: self.amounts.failed(row),
            refund: cost.0 > 0 && self.refunds.number(row) == Some(1),
            off_site: self.off_site.as_ref().and_then(|sides| sides.side_of(row, person, cost)),
        }
    }
}

impl OffSite {
    /// Both sides of one visit have the same person, cost, first and last day.
    fn side_of(&self, row: usize, person: &PersonId, cost: Fen) -> Option<(u64, u8)> {
        let side = u8::try_from(self.sides.number(row)?).ok().filter(|side| [1, 2].contains(side))?;
        let visit = [cost.0, self.begins[row], self.ends[row]];
        let hash = visit.into_iter().fold(person.mixed(), |hash, part| {
            let hash = (hash ^ part as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15);
            hash ^ (hash >> 29)
        });
        Some((hash, side))
    }
}

/// The days looked at, as microseconds since 1970 and a benefit year.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Days1970 {
    from: i64,
    until: i64,
    year: Option<i64>,
}

impl Days1970 {
    pub(crate) fn of(window: &Window) -> Days1970 {
        let until = (days_since_1970(window.as_of) + 1) * MICROSECONDS_A_DAY;
        match window.year_by {
            YearBy::SettlementDate => {
                Days1970 { from: days_since_1970(window.first_day) * MICROSECONDS_A_DAY, until, year: None }
            }
            YearBy::BenefitYear => Days1970 { from: i64::MIN, until, year: Some(i64::from(window.year())) },
        }
    }

    /// Whether a row lies within.
    #[inline]
    pub(crate) fn contains(&self, rows: &Rows, row: usize) -> bool {
        let at = rows.at(row);
        self.from <= at && at < self.until && (self.year.is_none() || rows.benefit_year(row) == self.year)
    }
}
