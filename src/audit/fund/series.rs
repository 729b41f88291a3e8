//! One fund of one area, month by month: what its figures come to over spans of months, and beside the same months of
//! the year before. A span that lacks a month comes to nothing at all: a gap is no month without spending.

use rust_decimal::Decimal;

use super::FundRow;
use crate::model::{AreaCode, Fen, Fund, FundMonth, Month};

/// The months of a year.
pub(super) const YEAR: i32 = 12;

/// What a month took in, or paid.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Flow {
    /// 收入.
    Income,
    /// 支出.
    Spending,
}

impl Flow {
    /// Both, in order.
    pub const ALL: [Flow; 2] = [Flow::Income, Flow::Spending];

    fn of(self, month: &FundMonth) -> Fen {
        match self {
            Flow::Income => month.income,
            Flow::Spending => month.spending,
        }
    }
}

/// The months of one fund of one area: sorted, at least one.
#[derive(Debug, Clone, Copy)]
pub(super) struct Series<'a> {
    months: &'a [FundMonth],
    /// The last of them.
    pub(super) latest: &'a FundMonth,
}

impl<'a> Series<'a> {
    pub(super) fn of(months: &'a [FundMonth]) -> Option<Series<'a>> {
        months.last().map(|latest| Series { months, latest })
    }

    pub(super) fn area(&self) -> AreaCode {
        self.latest.area
    }

    pub(super) fn fund(&self) -> Fund {
        self.latest.fund
    }

    /// The years of which there is a month, but for the latest month's own.
    pub(super) fn years_before(&self) -> impl DoubleEndedIterator<Item = i32> + use<> {
        let first = self.months.first().map_or(self.latest.month, |month| month.month);
        first.year()..self.latest.month.year()
    }

    fn at(&self, month: Month) -> Option<&'a FundMonth> {
        let at = self.months.binary_search_by_key(&month, |of| of.month).ok()?;
        self.months.get(at)
    }

    /// What a month took in or paid.
    pub(super) fn flow(&self, flow: Flow, month: Month) -> Option<Fen> {
        self.at(month).map(|month| flow.of(month))
    }

    /// The sum from `first` to `last`, both within it; `None` when one of the months is missing.
    pub(super) fn sum(&self, flow: Flow, first: Month, last: Month) -> Option<i128> {
        first.until(last).map(|month| self.flow(flow, month).map(|fen| i128::from(fen.0))).sum()
    }

    /// The sum of the twelve months until `last`.
    pub(super) fn twelve_months(&self, flow: Flow, last: Month) -> Option<i128> {
        self.sum(flow, last.plus(1 - YEAR), last)
    }

    /// One row a month.
    pub(super) fn rows(&self) -> impl Iterator<Item = FundRow> {
        self.months.iter().map(|month| self.row(month))
    }

    fn row(&self, of: &FundMonth) -> FundRow {
        let month = of.month;
        let year_ago = month.plus(-YEAR);
        let to_date = |flow, month: Month| self.sum(flow, month.january(), month);
        let [income, spending] = Flow::ALL.map(|flow| FlowRow {
            amount: flow.of(of),
            year_ago: self.flow(flow, year_ago),
            growth: growth(Some(flow.of(of).0.into()), self.flow(flow, year_ago).map(|fen| fen.0.into())),
            to_date: to_date(flow, month).map(Fen::of_sum),
            to_date_year_ago: to_date(flow, year_ago).map(Fen::of_sum),
            to_date_growth: growth(to_date(flow, month), to_date(flow, year_ago)),
            twelve_months: self.twelve_months(flow, month).map(Fen::of_sum),
        });
        let spent = spending.twelve_months.map(|spent| Decimal::from(spent.0));
        let taken_in = income.twelve_months.filter(|income| income.0 > 0).map(|income| Decimal::from(income.0));
        let before = self.at(month.plus(-1)).map(|before| before.balance);
        FundRow {
            area: of.area,
            fund: of.fund,
            month,
            balance: of.balance,
            cover_months: spent.and_then(|spent| cover_months(of.balance, spent)),
            spent_percent: spent
                .zip(taken_in)
                .and_then(|(spent, taken_in)| telling(spent * Decimal::ONE_HUNDRED / taken_in)),
            balance_gap: before.map(|before| gap(before, of)),
            income,
            spending,
            matter: None,
        }
    }
}

/// What a month took in or paid, beside other spans of months.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FlowRow {
    /// In the month.
    pub amount: Fen,
    /// In the same month of the year before.
    pub year_ago: Option<Fen>,
    /// By how many percent the month's is more than that; `None` where that was not above 0.
    pub growth: Option<Decimal>,
    /// From January to the month.
    pub to_date: Option<Fen>,
    /// In the same months of the year before.
    pub to_date_year_ago: Option<Fen>,
    /// By how many percent more.
    pub to_date_growth: Option<Decimal>,
    /// In the twelve months until this one.
    pub twelve_months: Option<Fen>,
}

/// How many months a balance lasts at the average of twelve months that came to `spent` fen; `None` where nothing was
/// spent.
pub(super) fn cover_months(balance: Fen, spent: Decimal) -> Option<Decimal> {
    let months = || Decimal::from(balance.0) * Decimal::from(YEAR) / spent;
    (spent > Decimal::ZERO).then(months).and_then(telling)
}

/// By how many percent `now` is more than `before`.
pub(super) fn growth(now: Option<i128>, before: Option<i128>) -> Option<Decimal> {
    let (now, before) = (decimal(now?)?, decimal(before?).filter(|before| *before > Decimal::ZERO)?);
    ((now - before) * Decimal::ONE_HUNDRED).checked_div(before).and_then(telling)
}

/// A ratio, unless it is so large that what it was divided by was next to nothing.
fn telling(ratio: Decimal) -> Option<Decimal> {
    (ratio.abs() < Decimal::from(1_000_000)).then_some(ratio)
}

/// The balance less what it should be by the month before: 0 where the books agree.
fn gap(before: Fen, of: &FundMonth) -> Fen {
    Fen(of.balance.0 - (before.0 + of.income.0 - of.spending.0))
}

fn decimal(number: i128) -> Option<Decimal> {
    Decimal::try_from_i128_with_scale(number, 0).ok()
}
