//! The contract as data: one file a table in `schemas/`, embedded in the program, for what comes in and what goes out.

use std::sync::LazyLock;

use serde::Deserialize;

/// What the values of a column are. How each may be stored is the delivery's affair; how it is published stands beside
/// each.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// UTF-8 text, blanks trimmed. Published as text.
    Text,
    /// A local code: text, dictionary or integer (`"01"` = 1). Published as text.
    Code,
    /// An amount in yuan with at most two decimals. Published as Decimal(16,2).
    Amount,
    /// A local time, to the microsecond. Published as TIMESTAMP (us, without a zone).
    Time,
    /// A day. Published as DATE.
    Day,
    /// A whole number. Published as INT64.
    Integer,
    /// An exact number with four decimals: a percentage, a ratio. Published as Decimal(18,4).
    Decimal,
    /// Yes or no. Published as BOOLEAN.
    Flag,
}

/// One column of a table.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Column {
    /// The canonical name.
    pub name: String,
    /// The Chinese term.
    pub term: String,
    /// Other names that a file may give it.
    #[serde(default)]
    pub also: Vec<String>,
    /// What its values are.
    pub kind: Kind,
    /// In a delivered table: whether every file has the column. In a published one: whether every row has a value.
    #[serde(default)]
    pub needed: bool,
    /// Whether the column is never looked at, so that nothing is asked of it.
    #[serde(default)]
    pub ignored: bool,
    /// The unit, where the kind does not say it.
    #[serde(default)]
    pub unit: Option<String>,
    /// What is checked in it, and what follows.
    #[serde(default)]
    pub checks: Vec<String>,
}

/// Which way a table goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Direction {
    /// Sent by the bureaus.
    Delivered,
    /// Written by the program.
    Published,
    /// Written by the program, and read again by it; kept beside the nights.
    Kept,
}

/// One table of the contract.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Table {
    /// The table's name: the folder of a delivered one, the file of a published one.
    pub table: String,
    /// The version; it is part of the file's name.
    pub version: u32,
    /// The Chinese title.
    pub title: String,
    /// What one row is.
    pub row: String,
    /// Which way it goes.
    pub direction: Direction,
    /// Whether the nightly job cannot do without it.
    #[serde(default)]
    pub needed: bool,
    /// The kinds of job that publish it; the nightly one alone where none is named.
    #[serde(default)]
    pub published_by: Vec<String>,
    /// The columns that the rows of a published table are sorted by.
    #[serde(default)]
    pub sorted_by: Vec<String>,
    /// The columns, in order.
    #[serde(rename = "column")]
    pub columns: Vec<Column>,
}

impl Table {
    /// The contract file, as messages name it.
    pub fn file(&self) -> String {
        format!("schemas/{}.v{}.toml", self.table, self.version)
    }

    /// Whether nights of jobs of this kind publish it.
    pub fn is_published_by(&self, kind: &str) -> bool {
        let named = self.published_by.iter().any(|by| by == kind);
        self.direction == Direction::Published && (named || self.published_by.is_empty() && kind == "nightly")
    }

    /// The column called `name` canonically.
    ///
    /// # Panics
    /// When the table has no such column: code and contract disagree, which a test would have shown.
    pub fn column(&self, name: &str) -> &Column {
        let found = self.columns.iter().find(|column| column.name == name);
        found.unwrap_or_else(|| panic!("{} has no column {name}", self.file()))
    }
}

static TABLES: LazyLock<Vec<Table>> = LazyLock::new(|| {
    let read = |(name, text): &(&str, &str)| -> Table {
        toml::from_str(text).unwrap_or_else(|error| panic!("schemas/{name} is not a contract file: {error}"))
    };
    FILES.iter().map(read).collect()
});

macro_rules! contract_files {
    ($($name:literal),* $(,)?) => { [$(($name, include_str!(concat!("../schemas/", $name)))),*] };
}

/// Every contract file, in reading order.
const FILES: &[(&str, &str)] = &contract_files![
    "settlements.v1.toml",
    "identities.v1.toml",
    "income.v1.toml",
    "commercial.v1.toml",
    "insured.v1.toml",
    "contributions.v1.toml",
    "chronic_cards.v1.toml",
    "public_health.v1.toml",
    "outreach.v1.toml",
    "fund.v1.toml",
    "flagged.v1.toml",
    "burden.v1.toml",
    "evidence.v1.toml",
    "rejects.v1.toml",
    "summary.v1.toml",
    "ledger.v1.toml",
    "movements.v1.toml",
    "ledger_counts.v1.toml",
    "exports.v1.toml",
    "told.v1.toml",
    "responses.v1.toml",
    "answers.v1.toml",
    "watch.v1.toml",
    "verdicts.v1.toml",
    "problems.v1.toml",
    "subsidy.v1.toml",
    "subsidy_totals.v1.toml",
    "five_checks.v1.toml",
    "problem_lists.v1.toml",
    "handlings.v1.toml",
    "coverage.v1.toml",
    "coverage_rates.v1.toml",
    "differences.v1.toml",
    "benefits.v1.toml",
    "benefit_totals.v1.toml",
    "card_draw.v1.toml",
    "cards.v1.toml",
    "out_of_catalogue.v1.toml",
    "out_of_catalogue_settlements.v1.toml",
    "admission_rates.v1.toml",
    "conduct.v1.toml",
    "conduct_rates.v1.toml",
    "fund_months.v1.toml",
    "fund_forecast.v1.toml",
    "fund_backtest.v1.toml",
    "care_structure.v1.toml",
    "care_compared.v1.toml",
];

/// Every table of the contract.
pub fn tables() -> &'static [Table] {
    &TABLES
}

/// The table called `name`.
///
/// # Panics
/// When there is none: code and contract disagree, which a test would have shown.
pub fn table(name: &str) -> &'static Table {
    TABLES.iter().find(|table| table.table == name).unwrap_or_else(|| panic!("the contract has no table {name}"))
}
