//! Cases: a person's sums on a day and the findings expected, kept beside the rules so that whoever keeps the policy
//! file can show what it means. Read here; whoever assesses people runs them.

use chrono::NaiveDate;
use rust_decimal::Decimal;

use super::Series;
use super::entry::{self, categories};
use crate::config::{Section, Value};
use crate::model::{AreaCode, Burden, Categories, Fen, Figures};

/// One case. Its figures may be invented.
#[derive(Debug, Clone, PartialEq)]
pub struct Case {
    /// What it shows.
    pub title: String,
    /// The day assessed.
    pub day: NaiveDate,
    /// The person's categories on that day.
    pub categories: Categories,
    /// The person's area.
    pub area: AreaCode,
    /// Every published income that the case knows of.
    pub incomes: Vec<CaseIncome>,
    /// The person's year so far, as one settlement; a sum that the file leaves out is 0.
    pub sums: Burden,
    /// The findings expected, in the order of the rules; none when nobody is to be flagged.
    pub findings: Vec<ExpectedFinding>,
    /// Where it begins in the file.
    pub line: usize,
}

/// A published income in a case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CaseIncome {
    /// Where.
    pub area: AreaCode,
    /// The year it was earned in.
    pub year: i32,
    /// Whose; the policy's own series where the case does not say.
    pub series: Series,
    /// How much.
    pub amount: Fen,
}

/// A finding that a case expects.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExpectedFinding {
    /// The rule's id.
    pub rule: String,
    /// The burden that the rule tests.
    pub burden: Fen,
    /// The threshold in yuan.
    pub threshold: Decimal,
}

/// The case that a `[[case]]` holds; `None` when a fault was noted. `series` is the policy's
/// own, `ids` are those of its rules.
pub(super) fn read(section: &Section<'_, '_>, series: Series, ids: &[&str]) -> Option<Case> {
    let title = section.need("title", Value::text);
    let day = section.need("day", Value::day);
    let categories = section.need("categories", categories);
    let area = section.need("area", Value::area);
    let incomes = section.may("incomes", Vec::new(), |value| incomes(value, series));
    let sums = section.need("sums", |value| sums(&value.table()?));
    let findings = section.need("finding", |value| findings(value, ids));
    section.end();
    Some(Case {
        title: title?,
        day: day?,
        categories: categories?,
        area: area?,
        incomes: incomes?,
        sums: sums?,
        findings: findings?,
        line: section.line,
    })
}

fn incomes(value: &Value<'_, '_>, policy: Series) -> Option<Vec<CaseIncome>> {
    let read = |section: &Section<'_, '_>| {
        let area = section.need("area", Value::area);
        let year = section.need("year", Value::year);
        let series = section.may("series", policy, entry::series);
        let amount = section.need("amount", Value::amount_above_zero);
        section.end();
        Some(CaseIncome { area: area?, year: year?, series: series?, amount: amount? })
    };
    value.tables()?.iter().map(read).collect()
}

fn sums(section: &Section<'_, '_>) -> Option<Burden> {
    let amount = |key| section.may(key, Fen::ZERO, Value::amount);
    let total_cost = amount("total_cost");
    let basic_insurance = amount("basic_insurance");
    let critical_illness = amount("critical_illness");
    let medical_assistance = amount("medical_assistance");
    let other_funds = amount("other_funds");
    let hospital_part = amount("hospital_part");
    let in_scope_cost = amount("in_scope_cost");
    let commercial = amount("commercial");
    section.end();
    let sums = Figures {
        total_cost: total_cost?,
        basic_insurance: basic_insurance?,
        critical_illness: critical_illness?,
        medical_assistance: medical_assistance?,
        other_funds: other_funds?,
        hospital_part: hospital_part?,
        in_scope_cost: in_scope_cost?,
    };
    Some(Burden { settlements: 1, sums, commercial: commercial? })
}

/// `"none"`, one finding, or a list of them.
fn findings(value: &Value<'_, '_>, ids: &[&str]) -> Option<Vec<ExpectedFinding>> {
    if value.says("none") {
        return Some(Vec::new());
    }
    if value.is_table() {
        return Some(vec![finding(&value.table()?, ids)?]);
    }
    if value.is_list() {
        return value.tables()?.iter().map(|section| finding(section, ids)).collect();
    }
    value.wrong("\"none\", or { rule = \"..\", burden = \"..\", threshold = \"..\" }, or a list of these")
}

fn finding(section: &Section<'_, '_>, ids: &[&str]) -> Option<ExpectedFinding> {
    let rule = section.need("rule", |value| {
        let id = value.text()?;
        if ids.contains(&id.as_str()) {
            return Some(id);
        }
        value.wrong(format!("the id of a rule of this file: {}", ids.join(", ")))
    });
    let burden = section.need("burden", Value::amount);
    let threshold = section.need("threshold", Value::decimal);
    section.end();
    Some(ExpectedFinding { rule: rule?, burden: burden?, threshold: threshold? })
}
