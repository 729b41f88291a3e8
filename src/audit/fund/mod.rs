//! How the funds go (基金运行): income, spending and balance by area, fund and month beside the same months of last year,
//! the year forecast to its end, and what the place's documents take for an early warning. One verdict an area, by the
//! gravest of what its funds show.
//!
//! A threshold is a question, not an answer: an area above or below one is to be looked at.

mod care;
mod compared;
mod forecast;
mod judged;
mod series;

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::{Datelike, NaiveDate};
use rust_decimal::Decimal;

use self::forecast::Errors;
use self::judged::{Judged, Warned};
use self::series::Series;
use crate::audit::unknown;
use crate::delivery::{FundMonths, codes_in_words};
use crate::model::{AreaCode, Audited, Examined, Fen, Fund, FundMonth, Matter, Mechanism, Month, Subject, Verdict};
use crate::policy::{FundRule, Policy};

pub use crate::burden::CareSum;
pub use care::{CareFigures, CareRow, StaySum, structure};
pub use compared::{ComparedRow, LastYear, Span, Where, compared};
pub use forecast::{Basis, Forecast, ForecastRow, Tested, TestedRow};
pub use series::{Flow, FlowRow};

/// One month of one fund of one area, beside other spans of months.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FundRow {
    /// Whose fund.
    pub area: AreaCode,
    /// Which fund.
    pub fund: Fund,
    /// Which month.
    pub month: Month,
    /// What came in.
    pub income: FlowRow,
    /// What was paid.
    pub spending: FlowRow,
    /// What was left at the month's end.
    pub balance: Fen,
    /// By how much that is more than the month before's balance, income and spending make; `None` where that month is
    /// missing.
    pub balance_gap: Option<Fen>,
    /// 可支付月数: how many months the balance lasts at the average spending of the last twelve.
    pub cover_months: Option<Decimal>,
    /// Spending of the last twelve months in percent of their income.
    pub spent_percent: Option<Decimal>,
    /// What the thresholds say of the fund, on its latest month and where a rule asks.
    pub matter: Option<Matter>,
}

/// What the audit publishes of its own.
#[derive(Debug, Default)]
pub struct Funds {
    /// By area, fund and month.
    pub months: Vec<FundRow>,
    /// Likewise, of the months that are still to come of the latest month's year.
    pub forecast: Vec<PublishedForecast>,
    /// Likewise, of the years that are over.
    pub tested: Vec<TestedRow>,
    /// By area, month and care; `None` where no settlements were delivered.
    pub care: Option<Vec<CareRow>>,
    /// By place, care, month and span, beside last year's; empty likewise.
    pub compared: Vec<ComparedRow>,
}

/// A month that is forecast, and what must be left at its end by the rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublishedForecast {
    /// The forecast.
    pub row: ForecastRow,
    /// What must be left for care that is not settled yet; `None` where no rule asks.
    pub allowance: Option<Fen>,
}

/// The verdicts on the areas, and what they rest on. `delivered` is `None` where the table did not come.
pub fn audit(policy: &Policy, as_of: NaiveDate, delivered: Option<&FundMonths>) -> (Audited, Funds) {
    let mut audited = Audited { mechanism: Mechanism::Fund, examined: Vec::new(), warnings: Vec::new() };
    let Some(delivered) = delivered else {
        audited.warnings.push(NOT_DELIVERED.to_owned());
        return (audited, Funds::default());
    };
    let Some(month) = Month::over_on(as_of) else { return (audited, Funds::default()) };
    let rules: Vec<&FundRule> = policy.funds_on(as_of).collect();
    let mut funds = Funds::default();
    let all: Vec<Series<'_>> = delivered.series().filter_map(Series::of).collect();
    all.iter().for_each(|series| funds.tested.extend(forecast::tested(series)));
    let errors = Errors::of(&funds.tested);
    let mut by_area: BTreeMap<AreaCode, Vec<(Judged, Arc<str>)>> = BTreeMap::new();
    for series in &all {
        let rule = rules.iter().copied().find(|rule| rule.covers(series.fund()));
        let forecast = forecast::forecast(series, &errors);
        let judged = rule.map(|rule| judged::judged(series, rule, month, forecast.as_deref()));
        funds.months.extend(series.rows());
        if let Some(last) = funds.months.last_mut() {
            last.matter = judged.as_ref().map(Judged::matter);
        }
        let allowance = rule.filter(|rule| rule.run_out.is_some()).and_then(|rule| judged::allowance(series, rule));
        funds.forecast.extend(forecast.into_iter().flatten().map(|row| PublishedForecast { row, allowance }));
        let theirs = by_area.entry(series.area()).or_default();
        theirs.extend(judged.zip(rule).map(|(judged, rule)| (judged, rule.cited.reference.to_string().into())));
    }
    let asked = Asked { rules: &rules, delivered, year: as_of.year() };
    audited.examined = delivered.areas.iter().map(|area| asked.area(*area, by_area.remove(area))).collect();
    audited.examined.sort_by(|a, b| a.subject.cmp(&b.subject));
    audited.warnings = warnings(policy, as_of, &asked, &funds);
    (audited, funds)
}

/// Said where the table did not come.
const NOT_DELIVERED: &str =
    "fund: the table was not delivered, or without a row; of no fund it can be told how it goes";

struct Asked<'a> {
    rules: &'a [&'a FundRule],
    delivered: &'a FundMonths,
    year: i32,
}

impl Asked<'_> {
    /// What is said of one area, by each of its funds that a rule asks about.
    fn area(&self, area: AreaCode, funds: Option<Vec<(Judged, Arc<str>)>>) -> Examined {
        let examined = unknown(Subject::Area(area, None), Some(area), self.year);
        if self.rules.is_empty() {
            return Examined { verdict: Verdict::NotApplicable, matter: Matter::NoRule, ..examined };
        }
        let funds = funds.unwrap_or_default();
        let lacking = self.delivered.untold.contains(&area);
        let mut words: Vec<&str> = funds.iter().map(|(judged, _)| judged.words.as_str()).collect();
        if lacking {
            words.push("有基金代码未在对照表中或数据不可用，无法判断");
        }
        let detail = words.join("。");
        let reference = funds.first().map(|(_, reference)| Arc::clone(reference));
        let examined = Examined { detail, reference, ..examined };
        let warned = funds
            .iter()
            .flat_map(|(judged, reference)| judged.warned.first().map(|first| (gravity(first), first, reference)));
        // Of several alike the first, in the order of the funds.
        let gravest = warned.rev().max_by_key(|(gravity, ..)| *gravity);
        if let Some((_, Warned { matter, found, expected }, reference)) = gravest {
            let (found, expected, reference) = (Some(*found), Some(*expected), Some(Arc::clone(reference)));
            return Examined { verdict: Verdict::Fault, matter: *matter, found, expected, reference, ..examined };
        }
        // Of an area whose rows are all unusable there is no fund to ask about either.
        let untold = lacking || funds.is_empty() && !self.has_months(area) || funds.iter().any(|(of, _)| of.untold);
        match (untold, funds.is_empty()) {
            (true, _) => examined,
            (false, true) => Examined { verdict: Verdict::NotApplicable, matter: Matter::NoRule, ..examined },
            (false, false) => Examined { verdict: Verdict::Correct, matter: Matter::FundSound, ..examined },
        }
    }

    fn has_months(&self, area: AreaCode) -> bool {
        self.delivered.months.iter().any(|month: &FundMonth| month.area == area)
    }
}

/// How grave a warning is among others of one area.
fn gravity(warned: &Warned) -> u8 {
    match warned.matter {
        Matter::FundRunsOut => 2,
        Matter::FundLowCover => 1,
        _ => 0,
    }
}

/// What somebody should look at besides.
fn warnings(policy: &Policy, as_of: NaiveDate, asked: &Asked<'_>, funds: &Funds) -> Vec<String> {
    let mut warnings = policy.funds_to_review(as_of);
    if asked.rules.is_empty() {
        let document = policy.document.as_deref().unwrap_or(&policy.place);
        warnings.push(format!("fund: {document} gives no threshold for a fund in force on {as_of}; none is warned of"));
    }
    if !asked.delivered.unknown.is_empty() {
        let codes = codes_in_words(&asked.delivered.unknown);
        warnings.push(format!("fund: codes of `fund` that the mapping lacks: {codes}"));
    }
    let gaps = funds.months.iter().filter(|row| row.balance_gap.is_some_and(|gap| gap != Fen::ZERO)).count();
    if gaps > 0 {
        warnings.push(format!(
            "fund: in {gaps} months the balance is not the month before's with income and spending; see balance_gap in \
             fund_months.parquet and ask who keeps the accounts"
        ));
    }
    warnings
}
