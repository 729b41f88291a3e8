//! The columns of a list and what stands in them.

use std::borrow::Cow;

use chrono::NaiveDate;
use rust_decimal::Decimal;

use super::{Line, List};
use crate::model::{Categories, Clearing, Column, Fen, Sheet, State};
use crate::policy::Assistance;

/// Why a warning ended for an office, though it stands: it is another's now.
const GONE: &str = "转由其他单位办理";

/// All that an office is told of a warning that is another's now.
const TOLD_OF_THE_GONE: [Column; 9] = [
    Column::Sheet,
    Column::Warning,
    Column::State,
    Column::Name,
    Column::Person,
    Column::EndedOn,
    Column::EndedBy,
    Column::DataDay,
    Column::ListId,
];

/// Every category, in the words that clerks read.
pub fn category_terms(categories: Categories) -> String {
    categories.iter().map(|category| category.term()).collect::<Vec<_>>().join("、")
}

/// What stands in one cell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Cell<'a> {
    /// Nothing: unknown, or to be filled in.
    Blank,
    /// Words.
    Text(Cow<'a, str>),
    /// A number that names something and is no quantity: every digit of it counts.
    Code(String),
    /// An amount.
    Amount(Fen),
    /// An exact number of yuan, which may be finer than a fen.
    Yuan(Decimal),
    /// A whole number.
    Count(i64),
    /// A day.
    Day(NaiveDate),
}

/// A warning on a sheet, with what its cells need besides.
#[derive(Debug, Clone, Copy)]
pub struct Row<'a> {
    /// The warning, and what it is to the office.
    pub line: Line<'a>,
    /// The sheet.
    pub sheet: Sheet,
    /// The rule's title.
    pub title: &'a str,
    /// How help comes, where the policy says.
    pub assistance: Option<&'a Assistance>,
    /// The day of the data.
    pub as_of: NaiveDate,
    /// The number of the list.
    pub list_id: &'a str,
}

/// The columns of one sheet of a list; of the only table (`None`) where a file has no sheets.
pub fn columns(list: &List<'_>, sheet: Option<Sheet>) -> Vec<Column> {
    let mut columns = match sheet {
        Some(_) => vec![Column::Warning, Column::State],
        None => vec![Column::Sheet, Column::Warning, Column::State],
    };
    columns.extend(&list.office.columns);
    if sheet.is_none_or(|sheet| sheet == Sheet::Ended) {
        columns.extend([Column::EndedOn, Column::EndedBy]);
    }
    columns.push(Column::Way);
    if sheet != Some(Sheet::Ended) {
        columns.push(Column::AnswerDue);
        columns.extend(Column::ANSWER);
    }
    if sheet.is_none() {
        columns.extend([Column::RuleReference, Column::WayReference, Column::DataDay, Column::ListId]);
    }
    columns
}

impl<'a> Row<'a> {
    /// What stands in a column.
    pub fn cell(&self, column: Column) -> Cell<'a> {
        if self.line.gone && !TOLD_OF_THE_GONE.contains(&column) {
            return Cell::Blank;
        }
        let warning = self.line.warning;
        let (standing, burden) = (&warning.standing, &warning.standing.burden);
        match column {
            Column::Sheet => text(self.sheet.term()),
            Column::Warning => Cell::Code(warning.id.to_string()),
            Column::State if self.sheet == Sheet::Ended => text(State::Cleared.term()),
            Column::State => text(warning.state.term()),
            Column::Name => maybe(warning.name.as_deref()),
            Column::Person => Cell::Code(warning.person.to_string()),
            Column::Category => text(standing.category.term()),
            Column::Categories => Cell::Text(category_terms(standing.categories).into()),
            Column::Area => standing.area.map_or(Cell::Blank, |area| Cell::Code(area.to_string())),
            Column::Town => standing.town_code.clone().map_or(Cell::Blank, Cell::Code),
            Column::Rule => text(self.title),
            Column::Burden => Cell::Amount(standing.burden_tested),
            Column::PreviousBurden => Cell::Amount(warning.previous_burden),
            Column::Threshold => Cell::Yuan(standing.threshold),
            Column::Excess => {
                let excess = Decimal::new(standing.burden_tested.0, 2).checked_sub(standing.threshold);
                excess.map_or(Cell::Blank, Cell::Yuan)
            }
            Column::Income => standing.income.map_or(Cell::Blank, |income| Cell::Amount(income.amount)),
            Column::IncomeYear => standing.income.map_or(Cell::Blank, |income| Cell::Count(income.year.into())),
            Column::Settlements => Cell::Count(burden.settlements.into()),
            Column::TotalCost => Cell::Amount(burden.sums.total_cost),
            Column::BasicInsurance => Cell::Amount(burden.sums.basic_insurance),
            Column::CriticalIllness => Cell::Amount(burden.sums.critical_illness),
            Column::MedicalAssistance => Cell::Amount(burden.sums.medical_assistance),
            Column::OtherFunds => Cell::Amount(burden.sums.other_funds),
            Column::HospitalPart => Cell::Amount(burden.sums.hospital_part),
            Column::Commercial => Cell::Amount(burden.commercial),
            _ => self.course(column),
        }
    }

    /// What stands in the columns that follow a warning from its beginning to its end.
    fn course(&self, column: Column) -> Cell<'a> {
        let warning = self.line.warning;
        match column {
            Column::FirstExceeded => day(warning.first_exceeded_on),
            Column::FirstSeen => Cell::Day(warning.first_seen),
            Column::Since => Cell::Day(warning.since),
            Column::Answered => warning
                .answer
                .as_ref()
                .map_or(Cell::Blank, |answer| Cell::Text(format!("{} {}", answer.outcome.term(), answer.on).into())),
            Column::EndedOn if self.sheet == Sheet::Ended => Cell::Day(warning.cleared_on.unwrap_or(self.as_of)),
            Column::EndedBy if self.sheet == Sheet::Ended => text(warning.clearing.map_or(GONE, Clearing::term)),
            Column::Way => self.assistance.map_or(Cell::Blank, |entry| text(entry.way.term())),
            Column::RuleReference => text(&warning.standing.rule_reference),
            Column::WayReference => {
                self.assistance.map_or(Cell::Blank, |entry| Cell::Text(entry.reference.to_string().into()))
            }
            Column::AnswerDue if warning.stands() => day(self.line.answer_due),
            Column::DataDay => Cell::Day(self.as_of),
            Column::ListId => Cell::Code(self.list_id.to_owned()),
            _ => Cell::Blank,
        }
    }
}

pub(super) fn text(text: &str) -> Cell<'_> {
    Cell::Text(text.into())
}

pub(super) fn maybe(given: Option<&str>) -> Cell<'_> {
    given.map_or(Cell::Blank, text)
}

pub(super) fn day(day: Option<NaiveDate>) -> Cell<'static> {
    day.map_or(Cell::Blank, Cell::Day)
}
