//! The amounts of a batch, worked out column by column: what enters the sums, which rows carry an amount that cannot be
//! used, and whether a row's amounts add up.

use std::ops::Range;

use crate::delivery::{Amounts, Batch, Extract};
use crate::model::{Check, Fen, Figures};

/// The columns of amounts, in the order in which [`BatchAmounts::of`] takes them. A null in the first four is no
/// amount, in the others it is 0.
pub(crate) const COLUMNS: [&str; 18] = [
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
    "cash_payamt",
];
const NEEDED: usize = 4;
/// The funds that count as one payer.
const OTHER_FUNDS: Range<usize> = NEEDED..9;

/// The checks that a row's amounts pass or fail by themselves; their order is that of the bits in
/// [`BatchAmounts::failed`].
pub(crate) const CHECKS: [Check; 4] =
    [Check::PartsDiffer, Check::PayersDiffer, Check::PersonDiffers, Check::FundsDiffer];

/// The amounts of a batch.
pub(crate) struct BatchAmounts {
    total: Amounts,
    basic: Amounts,
    critical: Amounts,
    assistance: Amounts,
    other_funds: Vec<i64>,
    hospital: Option<Amounts>,
    in_scope: Option<Amounts>,
    failed: Vec<u8>,
    /// Rows with an amount that cannot be used; most batches have none.
    unusable: Option<Vec<bool>>,
}

impl BatchAmounts {
    pub(crate) fn of(batch: &Batch<'_>, extract: &Extract) -> BatchAmounts {
        let mut position = 0..;
        let mut columns: [Option<Amounts>; 18] = COLUMNS.map(|name| match position.next() {
            Some(0..NEEDED) => Some(batch.amounts(name)),
            _ => extract.has(name).then(|| batch.amounts_or_zero(name)),
        });
        let unusable = without_the_unusable(&mut columns, batch.rows());
        let mut other_funds = vec![0; batch.rows()];
        columns[OTHER_FUNDS].iter().for_each(|fund| add(&mut other_funds, fund));
        let failed = failed(&columns, &other_funds);
        let [total, basic, critical, assistance, _, _, _, _, _, hospital, in_scope, ..] = columns;
        BatchAmounts {
            total: total.unwrap_or_default(),
            basic: basic.unwrap_or_default(),
            critical: critical.unwrap_or_default(),
            assistance: assistance.unwrap_or_default(),
            other_funds,
            hospital,
            in_scope,
            failed,
            unusable,
        }
    }

    /// Whether a needed amount is missing, or an amount is unreadable or beyond what a row may carry.
    #[inline]
    pub(crate) fn unusable(&self, row: usize) -> bool {
        self.unusable.as_ref().is_some_and(|rows| rows[row])
    }

    /// The medical cost of every row; 0 where it cannot be used.
    pub(crate) fn total_costs(&self) -> &[i64] {
        &self.total
    }

    /// The medical cost; 0 when it cannot be used.
    #[inline]
    pub(crate) fn total_cost(&self, row: usize) -> Fen {
        Fen(self.total[row])
    }

    /// The amounts that enter a sum; 0 for those that cannot be used.
    #[inline]
    pub(crate) fn figures(&self, row: usize) -> Figures {
        let given = |column: &Option<Amounts>| Fen(column.as_ref().map_or(0, |column| column[row]));
        Figures {
            total_cost: Fen(self.total[row]),
            basic_insurance: Fen(self.basic[row]),
            critical_illness: Fen(self.critical[row]),
            medical_assistance: Fen(self.assistance[row]),
            other_funds: Fen(self.other_funds[row]),
            hospital_part: given(&self.hospital),
            in_scope_cost: given(&self.in_scope),
        }
    }

    /// The checks that the row fails: bits, in the order of [`CHECKS`].
    #[inline]
    pub(crate) fn failed(&self, row: usize) -> u8 {
        self.failed[row]
    }
}

/// Holds every amount to what a row may carry, puts 0 for those beyond it, and tells the rows that have one.
fn without_the_unusable(columns: &mut [Option<Amounts>], rows: usize) -> Option<Vec<bool>> {
    if columns.iter().flatten().all(surely_in_range) {
        return None;
    }
    let mut unusable = vec![false; rows];
    for column in columns.iter_mut().flatten() {
        for (unusable, fen) in unusable.iter_mut().zip(column.iter()) {
            *unusable |= !Fen(*fen).fits_a_row();
        }
        *column = column.iter().map(|fen| if Fen(*fen).fits_a_row() { *fen } else { 0 }).collect();
    }
    Some(unusable)
}

/// The checks that each row fails. A check is made where the file has every column that it compares.
fn failed(columns: &[Option<Amounts>; 18], other_funds: &[i64]) -> Vec<u8> {
    let [
        total,
        basic,
        critical,
        assistance,
        ..,
        hospital,
        in_scope,
        self_paid,
        over_limit,
        first_paid,
        fund_sum,
        person,
        account,
        cash,
    ] = columns;
    let mut failed = vec![0; other_funds.len()];
    let mut difference = vec![0; other_funds.len()];
    let mut check = |bit: u8, whole: &Option<Amounts>, parts: &[&Option<Amounts>], more: Option<&[i64]>| {
        let Some(whole) = whole else { return };
        difference.copy_from_slice(whole);
        parts.iter().for_each(|part| subtract(&mut difference, part));
        more.iter().for_each(|more| difference.iter_mut().zip(*more).for_each(|(left, fen)| *left -= fen));
        mark(&mut failed, bit, &difference);
    };
    let there = |parts: &[&Option<Amounts>]| parts.iter().all(|part| part.is_some());
    if there(&[in_scope, self_paid, over_limit, first_paid]) {
        check(0, total, &[in_scope, self_paid, over_limit, first_paid], None);
    }
    if there(&[fund_sum, person]) {
        check(1, total, &[fund_sum, person, hospital], None);
    }
    if there(&[account, cash]) {
        check(2, person, &[account, cash], None);
    }
    check(3, fund_sum, &[basic, critical, assistance], Some(other_funds));
    failed
}

fn add(sum: &mut [i64], column: &Option<Amounts>) {
    let Some(column) = column else { return };
    sum.iter_mut().zip(column.iter()).for_each(|(sum, fen)| *sum += fen);
}

fn subtract(left: &mut [i64], column: &Option<Amounts>) {
    let Some(column) = column else { return };
    left.iter_mut().zip(column.iter()).for_each(|(left, fen)| *left -= fen);
}

/// A difference of one fen is rounding.
fn mark(failed: &mut [u8], bit: u8, difference: &[i64]) {
    for (failed, difference) in failed.iter_mut().zip(difference) {
        *failed |= u8::from(!(-1..=1).contains(difference)) << bit;
    }
}

/// A quick look at a whole column: true only when every amount lies within ±2^39, about half of what a row may carry.
fn surely_in_range(amounts: &Amounts) -> bool {
    amounts.iter().fold(0, |bits, fen| bits | fen.wrapping_add(1 << 39) as u64) < 1 << 40
}
