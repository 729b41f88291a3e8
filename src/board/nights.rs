//! What the board reads of published nights: plain values, as the nights have them, nothing withheld yet.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use rust_decimal::Decimal;

use crate::model::board::RuleText;
use crate::model::monthly::{Beside, CareMeasure, FundForecast, FundMonth};
use crate::model::{
    AreaCode, Burden, Cadence, Care, Category, ControlTotals, Fen, Fund, LedgerCount, Matter, Mechanism, Payer,
    PersonId, Problem, Reason, ResponseKey, Responses, State, SummaryRow, Verdict, VerdictCounts,
};

/// Everything that one board is made from.
#[derive(Debug)]
pub struct Nights {
    /// The day of the board.
    pub as_of: NaiveDate,
    /// The place, as its documents call it.
    pub place: String,
    /// Its code.
    pub area: AreaCode,
    /// What codes of areas and townships, and ids of offices, are called.
    pub names: BTreeMap<String, String>,
    /// The latest night of warnings.
    pub tonight: Tonight,
    /// The nights of warnings of a year, tonight's last.
    pub past: Vec<PastNight>,
    /// By kind of job, its latest night of audits.
    pub audits: Vec<AuditNight>,
    /// Each folder that was read.
    pub folders: Vec<Folder>,
    /// What somebody should look at, one line each.
    pub warnings: Vec<String>,
    /// Every rule that a figure rests on.
    pub rules: Vec<RuleText>,
}

/// The latest night of warnings.
#[derive(Debug)]
pub struct Tonight {
    /// Its day.
    pub night: NaiveDate,
    /// SHA-256 of its manifest.
    pub sha256: String,
    /// Who pays before the person does.
    pub payers: Vec<Payer>,
    /// The rules in force, in the policy's order.
    pub rules: Vec<RuleRead>,
    /// By area, category and rule, whom it covers.
    pub summary: Vec<SummaryRow>,
    /// By area, township, category and rule, what the night made of warnings.
    pub counts: Vec<LedgerCount>,
    /// Who is flagged, by what.
    pub flagged: Vec<Flagged>,
    /// Who is near a rule, and at how many percent of its threshold; nothing where nobody was watched.
    pub near: Option<Near>,
    /// How warnings are answered.
    pub responses: BTreeMap<ResponseKey, Responses>,
    /// What became of the rows that it read.
    pub quality: Quality,
    /// What somebody should look at.
    pub warnings: Vec<String>,
}

/// A rule in force.
#[derive(Debug, Clone)]
pub struct RuleRead {
    /// Its id.
    pub id: String,
    /// The title that clerks know.
    pub title: String,
    /// The deciding word: 超过 or 达到.
    pub comparison: &'static str,
    /// Which burden it tests, by name.
    pub tests: String,
    /// Whom it covers.
    pub categories: Vec<Category>,
}

/// One person flagged by one rule.
#[derive(Debug)]
pub struct Flagged {
    /// Who: told apart from others, and never told.
    pub person: PersonId,
    /// By which rule.
    pub rule: String,
    /// Where.
    pub area: Option<AreaCode>,
    /// The township.
    pub town_code: Option<String>,
    /// The sums.
    pub burden: Burden,
    /// What was left in all.
    pub burden_total: Fen,
    /// The burden tested over the threshold.
    pub ratio: Decimal,
}

/// People short of a rule.
#[derive(Debug, Clone)]
pub struct Near {
    /// From how many percent of the threshold they were looked for.
    pub share: Decimal,
    /// By rule, at how many percent each of them stands.
    pub percents: Vec<(String, Decimal)>,
}

/// What one night of the past is to the trend.
#[derive(Debug)]
pub struct PastNight {
    /// Its day.
    pub night: NaiveDate,
    /// Warnings standing.
    pub standing: u64,
    /// Opened or reopened.
    pub opened: u64,
    /// Cleared.
    pub cleared: u64,
    /// By rule and state.
    pub by_rule: BTreeMap<String, BTreeMap<State, u64>>,
    /// By area, how many stand; nothing of a night published without those counts.
    pub by_area: Option<BTreeMap<Option<AreaCode>, u64>>,
}

/// The latest night of one kind of audits.
#[derive(Debug)]
pub struct AuditNight {
    /// The kind of job.
    pub kind: String,
    /// Its day.
    pub night: NaiveDate,
    /// SHA-256 of its manifest.
    pub sha256: String,
    /// By audit, how many subjects have which verdict.
    pub verdicts: BTreeMap<Mechanism, VerdictCounts>,
    /// The problem list.
    pub problems: Vec<Problem>,
    /// The problem list of the last night before the month began; `None` where there is none.
    pub before: Option<Vec<Problem>>,
    /// What became of the rows that it read.
    pub quality: Quality,
    /// What it says of providers, cards and the fund.
    pub tables: MonthTables,
    /// What somebody should look at.
    pub warnings: Vec<String>,
}

/// What one night of audits says of providers, cards and the fund; empty where it did not look at them.
#[derive(Debug, Default)]
pub struct MonthTables {
    /// The year to date of each institution.
    pub shares: Vec<ShareRow>,
    /// The admission rate of each category in each area.
    pub rates: Vec<RateRow>,
    /// The months of each fund.
    pub funds: Vec<FundRow>,
    /// The months to come of each fund.
    pub forecasts: Vec<ForecastRow>,
    /// Care beside last year's.
    pub care: Vec<CareRow>,
    /// What the draw of cards was made from: its seed, and how cards are chosen, by name.
    pub draw: Option<(String, String)>,
    /// Each new card: its group, and whether it was drawn.
    pub cards: Vec<(String, bool)>,
    /// By area and disease: registered without a card, with a card unregistered, with a card unused.
    pub registers: Vec<(String, [u64; 3])>,
}

/// One institution's share of the cost outside the catalogue.
#[derive(Debug)]
pub struct ShareRow {
    /// Its code.
    pub institution: String,
    /// Its level, as published.
    pub level: Option<String>,
    /// People with in-patient settlements.
    pub people: u64,
    /// Their medical cost.
    pub total_cost: Fen,
    /// What of it lies outside the catalogue.
    pub outside: Fen,
    /// The share, in percent.
    pub share: Option<Decimal>,
    /// What it may be at most, in percent.
    pub limit: Option<Decimal>,
    /// What is said of it.
    pub verdict: Verdict,
}

/// The stays of one category in one area.
#[derive(Debug)]
pub struct RateRow {
    /// Which category.
    pub category: Category,
    /// Which area.
    pub area: AreaCode,
    /// Stays that ended in the year.
    pub stays: u64,
    /// People enrolled.
    pub enrolled: u64,
    /// Stays per thousand of them.
    pub rate: Option<Decimal>,
    /// The rate of all areas together.
    pub overall: Option<Decimal>,
    /// The funnel's upper limit for so many.
    pub limit: Option<Decimal>,
    /// The modified robust z.
    pub z: Option<Decimal>,
    /// What is said of it.
    pub verdict: Verdict,
}

/// One month of one fund.
#[derive(Debug)]
pub struct FundRow {
    /// Whose.
    pub area: AreaCode,
    /// Which fund.
    pub fund: Fund,
    /// Its figures.
    pub month: FundMonth,
    /// Months that the balance would last.
    pub cover: Option<Decimal>,
    /// Spending in percent of income, of twelve months.
    pub spent: Option<Decimal>,
    /// Spending of the year to date against last year's same months, in percent.
    pub growth: Option<Decimal>,
    /// What was found in the latest month, where a rule asks.
    pub matter: Option<Matter>,
}

/// One month to come of one fund.
#[derive(Debug)]
pub struct ForecastRow {
    /// Whose.
    pub area: AreaCode,
    /// Which fund.
    pub fund: Fund,
    /// Its figures.
    pub forecast: FundForecast,
}

/// One kind of care in one place, beside last year's.
#[derive(Debug, Clone)]
pub struct CareRow {
    /// Whether it is about all areas together.
    pub whole: bool,
    /// Else which area; `None` where the settlements do not say.
    pub area: Option<AreaCode>,
    /// The first day of the month.
    pub month: NaiveDate,
    /// Whether it is about all months from January to that one.
    pub to_date: bool,
    /// Which kind; `None` where the settlements do not say.
    pub care: Option<Care>,
    /// How many settlements and stays it rests on, of this year and of last year, as far as they are known.
    pub rests_on: [u64; 4],
    /// Every measure.
    pub measures: BTreeMap<CareMeasure, Beside>,
}

/// What became of rows, by table.
#[derive(Debug, Default)]
pub struct Quality {
    /// The accounts.
    pub totals: BTreeMap<String, ControlTotals>,
    /// What was set aside.
    pub set_aside: BTreeMap<String, Vec<(Reason, u64)>>,
}

/// A folder of nights and how it stands.
#[derive(Debug, Clone)]
pub struct Folder {
    /// The kind of job that publishes there.
    pub kind: String,
    /// How often.
    pub cadence: Cadence,
    /// Its latest night until the board's day.
    pub latest: Option<NaiveDate>,
}
