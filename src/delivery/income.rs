//! Published income figures (人均可支配收入).

use std::collections::BTreeMap;

use chrono::NaiveDate;

use super::columns::ABSENT;
use super::identities::area_of;
use super::{Account, Batch, Delivery, Extract, day_since_1970, read_rows};
use crate::error::Error;
use crate::model::{AreaCode, Fault, Fen, Figures, Reason, Reject};

/// One figure and where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IncomeFigure {
    /// A year's income a head.
    pub amount: Fen,
    /// When it was published, where the table says.
    pub published_on: Option<NaiveDate>,
    /// Where it was published, where the table says.
    pub source: Option<String>,
    file: u32,
    row: u32,
}

/// Figures by series, area and year.
#[derive(Debug, Default)]
pub struct Incomes {
    figures: BTreeMap<(&'static str, AreaCode, i32), IncomeFigure>,
    /// What was read and set aside.
    pub account: Account,
}

const COLUMNS: [&str; 6] = ["area_code", "year", "series", "per_capita_disposable_income", "published_on", "source"];
const SERIES: [&str; 3] = ["rural", "pastoral", "all"];

impl IncomeFigure {
    /// A figure known otherwise than from a delivery.
    pub fn new(amount: Fen, published_on: Option<NaiveDate>, source: Option<String>) -> IncomeFigure {
        IncomeFigure { amount, published_on, source, file: 0, row: 0 }
    }
}

/// One of the contract's series by its name.
pub fn series_named(name: &str) -> Option<&'static str> {
    SERIES.into_iter().find(|known| *known == name)
}

impl Incomes {
    /// Figures known otherwise than from a delivery, with where each was published.
    pub fn published(figures: impl IntoIterator<Item = ((&'static str, AreaCode, i32), IncomeFigure)>) -> Incomes {
        Incomes { figures: figures.into_iter().collect(), account: Account::default() }
    }

    /// Figures known otherwise than from a delivery.
    pub fn of(figures: impl IntoIterator<Item = (&'static str, AreaCode, i32, Fen)>) -> Incomes {
        let figure = |amount| IncomeFigure::new(amount, None, None);
        Incomes::published(
            figures.into_iter().map(|(series, area, year, amount)| ((series, area, year), figure(amount))),
        )
    }

    /// The figure of one series, area and year.
    pub fn get(&self, series: &str, area: AreaCode, year: i32) -> Option<Fen> {
        self.figure(series, area, year).map(|figure| figure.amount)
    }

    /// The same, with where it comes from.
    pub fn figure<'a>(&'a self, series: &'a str, area: AreaCode, year: i32) -> Option<&'a IncomeFigure> {
        self.figures.get(&(series, area, year))
    }

    /// The last year before `year` for which one area has a figure of one series.
    pub fn last_year_before(&self, year: i32, series: &str, area: AreaCode) -> Option<i32> {
        let theirs = self.figures.keys().filter(|(of, at, _)| *of == series && *at == area);
        theirs.map(|(.., year)| *year).filter(|earlier| *earlier < year).max()
    }
}

impl Delivery {
    /// Reads the income table. The same figure twice is a duplicate; two figures for one area, year and series are
    /// refused, for nobody can tell which is right.
    ///
    /// # Errors
    /// Every contradiction, and a file that cannot be read to its end.
    pub fn incomes(&self) -> Result<Incomes, Error> {
        let mut incomes = Incomes::default();
        let mut faults = Vec::new();
        for (extract, group) in self.row_groups("income") {
            read_rows(extract, group, &COLUMNS, None, |batch| {
                incomes.take(self, extract, batch, &mut faults);
                Ok(())
            })?;
        }
        if faults.is_empty() { Ok(incomes) } else { Err(Error::Refused(faults)) }
    }
}

impl Incomes {
    fn take(&mut self, delivery: &Delivery, extract: &Extract, batch: &Batch<'_>, faults: &mut Vec<Fault>) {
        let (areas, years, series) = (batch.texts("area_code"), batch.texts("year"), batch.texts("series"));
        let amounts = batch.amounts("per_capita_disposable_income");
        let (published, sources) = (batch.days("published_on"), batch.texts("source"));
        self.account.read_rows(batch.rows());
        for row in 0..batch.rows() {
            let reject = |reason| Reject::of(extract, batch.first_row, row, reason, Figures::default());
            let year = years.number(row).and_then(|year| i32::try_from(year).ok());
            let named = series.text(row).and_then(series_named);
            let usable = (1..=Fen::ROW_MAX).contains(&amounts[row]) && amounts[row] != ABSENT;
            let key = match (area_of(&areas, row), year, named) {
                (None, ..) => Err(Reason::BadArea),
                (_, None, _) => Err(Reason::BadYear),
                (.., None) => Err(Reason::BadSeries),
                _ if !usable => Err(Reason::BadAmount),
                (Some(area), Some(year), Some(named)) => Ok((named, area, year)),
            };
            let key = match key {
                Ok(key) => key,
                Err(reason) => {
                    self.account.set_aside(reject(reason));
                    continue;
                }
            };
            let figure = IncomeFigure {
                amount: Fen(amounts[row]),
                published_on: day_since_1970(published[row]),
                source: sources.text(row).map(|text| text.replace(char::is_control, " ")),
                file: extract.number,
                row: reject(Reason::Duplicate).row,
            };
            match self.figures.get(&key) {
                Some(known) if known.amount == figure.amount => self.account.set_aside(reject(Reason::Duplicate)),
                Some(known) => {
                    let other = delivery.extracts[known.file as usize].place();
                    let (this, other) =
                        ((extract.place(), figure.row, figure.amount), (other, known.row, known.amount));
                    faults.push(contradiction(&key, &this, &other));
                }
                None => {
                    self.account.count(0);
                    self.figures.insert(key, figure);
                }
            }
        }
    }
}

/// Two figures for one series, area and year: the file, row and amount of each.
pub fn contradiction(
    (series, area, year): &(&str, AreaCode, i32),
    (file, row, amount): &(String, u32, Fen),
    (other_file, other_row, other): &(String, u32, Fen),
) -> Fault {
    Fault::data(
        format!("{file} row {row}"),
        format!(
            "{area} has {amount} for {year} ({series}), but {other_file} row {other_row} says {other}; keep the one that \
             was published"
        ),
    )
}
