//! How the funds went (基金运行): a row an area, month and fund.

use std::collections::{BTreeMap, BTreeSet};

use super::identities::area_of;
use super::unknown::{add_unknown, known};
use super::{Account, Batch, Days, Delivery, Extract, Texts, UnknownCodes, day_since_1970};
use crate::error::Error;
use crate::model::{AreaCode, Fen, Figures, Fund, FundMonth, Month, Reason, Reject, Tally};

/// Every month of every fund until the last one looked at.
#[derive(Debug, Default)]
pub struct FundMonths {
    /// Sorted; one an area, fund and month.
    pub months: Vec<FundMonth>,
    /// Every area that a row names, usable or not.
    pub areas: BTreeSet<AreaCode>,
    /// The areas with a fund of which it cannot be told how it goes: by a code that the mapping lacks, or of whose last
    /// month the row cannot be used.
    pub untold: BTreeSet<AreaCode>,
    /// Codes of funds that the mapping lacks, with the number of rows that bear each.
    pub unknown: UnknownCodes,
    /// What was read and set aside; its amounts are the spending.
    pub account: Account,
}

const COLUMNS: [&str; 6] = ["area_code", "month", "fund", "income", "spending", "balance"];

impl Delivery {
    /// Reads the funds' months until `last`; `fund_of` gives the meaning of a local code. Of rows of one area, month
    /// and fund, the later file's counts, then the later row; where that one cannot be used, the month has no figures.
    /// `None` when the table was not delivered, or without a row.
    ///
    /// # Errors
    /// A file that cannot be read to its end.
    pub fn fund_months(
        &self,
        last: Month,
        fund_of: impl Fn(&str) -> Option<Fund> + Sync,
    ) -> Result<Option<FundMonths>, Error> {
        if !self.holds_rows_of("fund") {
            return Ok(None);
        }
        let take = |part: &mut Part, extract: &Extract, batch: &Batch<'_>| part.take(extract, batch, last, &fund_of);
        let mut found = FundMonths::default();
        let mut rows = Vec::new();
        for part in self.read_table("fund", &COLUMNS, take)? {
            rows.extend(part.rows);
            found.areas.extend(part.areas);
            add_unknown(&mut found.unknown, part.unknown);
            found.account.append(part.account);
        }
        found.settle(rows);
        Ok(Some(found))
    }
}

/// Which row is meant: two of them say the same thing twice. A fund that the mapping lacks goes by its code.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Named {
    Known(Fund),
    Unknown(String),
}

/// A row whose area, month and fund can be read.
struct Row {
    area: AreaCode,
    named: Named,
    month: Month,
    /// Income, spending and balance; `None` where one of them cannot be used.
    amounts: Option<[Fen; 3]>,
    /// Where it stands, and what is set aside with it.
    place: Reject,
}

#[derive(Default)]
struct Part {
    rows: Vec<Row>,
    areas: BTreeSet<AreaCode>,
    unknown: UnknownCodes,
    account: Account,
}

impl Part {
    fn take(
        &mut self,
        extract: &Extract,
        batch: &Batch<'_>,
        last: Month,
        fund_of: &(impl Fn(&str) -> Option<Fund> + Sync),
    ) {
        let (areas, months, funds) = (batch.texts("area_code"), Months::of(batch), batch.texts("fund"));
        let columns = ["income", "spending", "balance"].map(|name| batch.amounts(name));
        let amounts = |row: usize| columns.each_ref().map(|column| amount(column[row]));
        for index in 0..batch.rows() {
            let [income, spending, balance] = amounts(index);
            let spent = spending.unwrap_or_default();
            self.account.totals.read += Tally { rows: 1, fen: spent.0.into() };
            let place = |reason| Reject::of(extract, batch.first_row, index, reason, Figures::of_one(spent));
            let area = area_of(&areas, index);
            self.areas.extend(area);
            let month = months.month(index);
            let (area, month) = match (area, month) {
                (None, _) => {
                    self.account.set_aside(place(Reason::BadArea));
                    continue;
                }
                (_, None) => {
                    self.account.set_aside(place(Reason::BadDate));
                    continue;
                }
                (Some(area), Some(month)) => (area, month),
            };
            if month > last {
                self.account.set_aside(place(Reason::OutOfWindow));
                continue;
            }
            let code = funds.code(index).unwrap_or_default();
            let fund = known(&code, fund_of(&code), &mut self.unknown);
            self.rows.push(Row {
                area,
                named: fund.map_or_else(|| Named::Unknown(code.into_owned()), Named::Known),
                month,
                amounts: income
                    .zip(spending)
                    .zip(balance)
                    .map(|((income, spending), balance)| [income, spending, balance]),
                place: place(Reason::BadAmount),
            });
        }
    }
}

/// An amount that a fund's month may carry.
fn amount(fen: i64) -> Option<Fen> {
    (fen.unsigned_abs() <= FundMonth::MOST.unsigned_abs()).then_some(Fen(fen))
}

/// The column of months: any day of the month, or the month written out.
struct Months {
    days: Days,
    texts: Texts,
}

impl Months {
    fn of(batch: &Batch<'_>) -> Months {
        Months { days: batch.days("month"), texts: batch.texts("month") }
    }

    fn month(&self, row: usize) -> Option<Month> {
        match day_since_1970(self.days[row]) {
            Some(day) => Month::of(day),
            None => written(self.texts.text(row)?),
        }
    }
}

/// `2025-11` or `202511`.
fn written(text: &str) -> Option<Month> {
    let digits: String = text.bytes().filter(u8::is_ascii_digit).map(char::from).collect();
    let plain = text.len() == 6 || text.len() == 7 && text.as_bytes()[4] == b'-';
    let (year, month) = digits.split_at_checked(4).filter(|_| plain && digits.len() == 6)?;
    Month::new(year.parse().ok()?, month.parse().ok()?)
}

impl FundMonths {
    /// Supersedes: `rows` stand in the order of files and rows.
    fn settle(&mut self, rows: Vec<Row>) {
        let mut newest: BTreeMap<(AreaCode, Named, Month), usize> = BTreeMap::new();
        for (index, row) in rows.iter().enumerate() {
            newest.insert((row.area, row.named.clone(), row.month), index);
        }
        for (index, row) in rows.iter().enumerate() {
            let by = newest.get(&(row.area, row.named.clone(), row.month)).copied().unwrap_or(index);
            match row.amounts {
                None => self.account.set_aside(row.place),
                Some(_) if by != index => {
                    let same = rows[by].amounts == row.amounts;
                    let reason = if same { Reason::Duplicate } else { Reason::Correction };
                    self.account.set_aside(Reject { reason, ..row.place });
                }
                Some(amounts) => self.count(row, amounts),
            }
        }
        self.months.sort_unstable();
        self.account.rejects.sort();
        // Sorted by month within a fund, so that its last month stays.
        let latest: BTreeMap<(AreaCode, &Named), usize> =
            newest.iter().map(|((area, named, _), index)| ((*area, named), *index)).collect();
        let silent = latest.into_values().map(|index| &rows[index]).filter(|row| row.amounts.is_none());
        self.untold.extend(silent.map(|row| row.area));
    }

    fn count(&mut self, row: &Row, [income, spending, balance]: [Fen; 3]) {
        self.account.count(spending.0);
        match row.named {
            Named::Known(fund) => {
                self.months.push(FundMonth { area: row.area, fund, month: row.month, income, spending, balance });
            }
            Named::Unknown(_) => drop(self.untold.insert(row.area)),
        }
    }

    /// The months of each fund of each area, in order.
    pub fn series(&self) -> impl Iterator<Item = &[FundMonth]> {
        self.months.chunk_by(|a, b| (a.area, a.fund) == (b.area, b.fund))
    }
}
