//! A batch of settlements as its figures, and the judgement that needs no other row: rejected, void, out of the window,
//! or usable, and whether its amounts add up.

use crate::delivery::{ABSENT, Amounts, Batch, Days, Extract, Texts, Times, area_of, certificates, days_since_1970};
use crate::model::{AreaCode, Check, Fen, Figures, PersonId, Reason, Window, YearBy};

/// Every column that a judgement reads.
pub(crate) const COLUMNS: [&str; 27] = [
    "psn_cert_type",
    "certno",
    "insu_admdvs",
    "setl_time",
    "updt_time",
    "year",
    "vali_flag",
    "deleted",
    "refd_setl_flag",
    "out_flag",
    "medfee_sumamt",
    "hifp_pay",
    "hifmi_pay",
    "maf_pay",
    "cvlserv_pay",
    "hifes_pay",
    "hifob_pay",
    "hifdm_pay",
    "othfund_pay",
    "ownpay_hosp_part",
    "inscp_amt",
    "fulamt_ownpay_amt",
    "overlmt_selfpay",
    "preselfpay_amt",
    "fund_pay_sumamt",
    "psn_pay",
    "acct_pay",
];

/// The columns of [`COLUMNS`] and those that hang on a file or the policy.
pub(crate) fn columns(extract: &Extract, window: &Window) -> Vec<&'static str> {
    let by_year = window.year_by == YearBy::BenefitYear;
    let mut names: Vec<&str> = COLUMNS.into_iter().filter(|name| *name != "year" || by_year).collect();
    names.push("cash_payamt");
    if extract.has("out_flag") {
        names.extend(["begndate", "enddate"]);
    }
    names
}

/// What the checks see in a row.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Seen {
    /// The checks that it fails, as bits of [`Check`].
    pub(crate) failed: u8,
    /// Whether it is a positive row flagged 退费.
    pub(crate) refund: bool,
    /// Which side of an off-site visit it is, and a hash that both sides share.
    pub(crate) off_site: Option<(u64, u8)>,
}

/// The checks that a row fails or passes by itself.
pub(crate) const ROW_CHECKS: [Check; 4] =
    [Check::PartsDiffer, Check::PayersDiffer, Check::PersonDiffers, Check::FundsDiffer];

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
    needed: [Amounts; 4],
    funds: [Amounts; 5],
    hospital: Amounts,
    in_scope: Amounts,
    checked: Checked,
    /// Whether no amount of the batch can be out of range.
    all_in_range: bool,
}

/// The columns that are there to be checked against the others.
struct Checked {
    parts: Option<[Amounts; 3]>,
    fund_sum: Option<Amounts>,
    person: Option<Amounts>,
    account_and_cash: Option<[Amounts; 2]>,
}

/// The columns that tell the two sides of an off-site visit.
struct OffSite {
    sides: Texts,
    begins: Days,
    ends: Days,
}

impl Rows {
    pub(crate) fn of(batch: &Batch<'_>, extract: &Extract) -> Rows {
        let optional = |name| batch.amounts_or_zero(name);
        let given = |name| extract.has(name).then(|| optional(name));
        let both = |a, b| Some([given(a)?, given(b)?]);
        let parts = || Some([given("fulamt_ownpay_amt")?, given("overlmt_selfpay")?, given("preselfpay_amt")?]);
        let mut rows = Rows {
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
            needed: ["medfee_sumamt", "hifp_pay", "hifmi_pay", "maf_pay"].map(|name| batch.amounts(name)),
            funds: ["cvlserv_pay", "hifes_pay", "hifob_pay", "hifdm_pay", "othfund_pay"].map(optional),
            hospital: optional("ownpay_hosp_part"),
            in_scope: optional("inscp_amt"),
            checked: Checked {
                parts: extract.has("inscp_amt").then(parts).flatten(),
                fund_sum: given("fund_pay_sumamt"),
                person: given("psn_pay"),
                account_and_cash: both("acct_pay", "cash_payamt"),
            },
            all_in_range: false,
        };
        let all_in_range = rows.amounts().all(surely_in_range);
        rows.all_in_range = all_in_range;
        rows
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
        if !self.all_in_range && self.amounts().any(|amounts| !in_range(amounts[row])) {
            return Err(Reason::BadAmount);
        }
        if self.needed[0][row] < 0 && !reverses {
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

    /// The amounts that enter a sum; 0 for those that cannot be read.
    #[inline]
    pub(crate) fn figures(&self, row: usize) -> Figures {
        let read = |amounts: &Amounts| {
            let fen = amounts[row];
            Fen(if self.all_in_range || in_range(fen) { fen } else { 0 })
        };
        let [total, basic, critical, assistance] = &self.needed;
        let [first, second, third, fourth, fifth] = &self.funds;
        Figures {
            total_cost: read(total),
            basic_insurance: read(basic),
            critical_illness: read(critical),
            medical_assistance: read(assistance),
            other_funds: Fen(read(first).0 + read(second).0 + read(third).0 + read(fourth).0 + read(fifth).0),
            hospital_part: read(&self.hospital),
            in_scope_cost: read(&self.in_scope),
        }
    }

    /// What the checks see in a row that was not rejected.
    #[inline]
    pub(crate) fn seen(&self, row: usize, person: &PersonId, figures: &Figures) -> Seen {
        Seen {
            failed: self.checked.failed(row, figures),
            refund: figures.total_cost.0 > 0 && self.refunds.number(row) == Some(1),
            off_site: self.off_site.as_ref().and_then(|sides| sides.side_of(row, person, figures.total_cost)),
        }
    }

    fn amounts(&self) -> impl Iterator<Item = &Amounts> {
        let Checked { parts, fund_sum, person, account_and_cash } = &self.checked;
        let checked = parts.iter().flatten().chain(fund_sum).chain(person).chain(account_and_cash.iter().flatten());
        self.needed.iter().chain(&self.funds).chain([&self.hospital, &self.in_scope]).chain(checked)
    }
}

impl Checked {
    /// The checks that a row fails: a difference of one fen is rounding.
    #[inline]
    fn failed(&self, row: usize, figures: &Figures) -> u8 {
        let differs = |a: i64, b: i64| (a - b).unsigned_abs() > 1;
        let funds = figures.basic_insurance.0
            + figures.critical_illness.0
            + figures.medical_assistance.0
            + figures.other_funds.0;
        let total = figures.total_cost.0;
        let mut failed = 0;
        if let Some([self_paid, over_limit, first_paid]) = &self.parts {
            let parts = self_paid[row] + over_limit[row] + first_paid[row] + figures.in_scope_cost.0;
            failed |= u8::from(differs(total, parts));
        }
        if let (Some(fund_sum), Some(person)) = (&self.fund_sum, &self.person) {
            failed |= u8::from(differs(total, fund_sum[row] + person[row] + figures.hospital_part.0)) << 1;
        }
        if let (Some(person), Some([account, cash])) = (&self.person, &self.account_and_cash) {
            failed |= u8::from(differs(person[row], account[row] + cash[row])) << 2;
        }
        if let Some(fund_sum) = &self.fund_sum {
            failed |= u8::from(differs(fund_sum[row], funds)) << 3;
        }
        failed
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

const MICROSECONDS_A_DAY: i64 = 86_400_000_000;

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

#[inline]
fn in_range(fen: i64) -> bool {
    fen.unsigned_abs() <= Fen::ROW_MAX.unsigned_abs()
}

/// A quick look at a whole column: true only when every amount lies within ±2^39, about half of what a row may carry.
fn surely_in_range(amounts: &Amounts) -> bool {
    amounts.iter().fold(0, |bits, fen| bits | fen.wrapping_add(1 << 39) as u64) < 1 << 40
}
