//! A night's summary for the terminal: who was flagged, what became of warnings and rows, where it stands. Pure text.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use rust_decimal::{Decimal, RoundingStrategy};
use unicode_width::UnicodeWidthStr;

use super::night::Night;
use super::responses::{ResponseCounts, ResponseTotals};
use crate::model::{Category, ControlTotals, State, SummaryRow};

/// The summary of a night that stands at `published`.
pub fn summary(night: &Night<'_>, published: &Path) -> String {
    let mut text = aligned(&people(night));
    text.push('\n');
    text.push_str(&aligned(&ledger(night)));
    text.push('\n');
    text.push_str(&aligned(&rows(&night.control_totals)));
    if !night.responses.is_empty() {
        text.push('\n');
        text.push_str(&aligned(&answers(night)));
    }
    ended(text, &night.warnings, published)
}

/// A summary with what it ends with: the warnings, and where the night stands.
pub(super) fn ended(mut text: String, warnings: &[String], published: &Path) -> String {
    for warning in warnings {
        text.push_str(&format!("\nwarning: {warning}"));
    }
    if !warnings.is_empty() {
        text.push('\n');
    }
    text.push_str(&format!("\npublished {}\n", published.display()));
    text
}

/// What the areas of one rule and category add up to.
#[derive(Default, Clone, Copy)]
struct Sums {
    people: u64,
    flagged: u64,
    burden: i128,
}

impl Sums {
    fn add(&mut self, row: &SummaryRow) {
        self.people += row.people;
        self.flagged += row.flagged;
        self.burden += i128::from(row.burden_total.0);
    }

    fn cells(self, label: String) -> Vec<String> {
        vec![label, grouped(self.people.into()), grouped(self.flagged.into()), yuan(self.burden)]
    }
}

/// By rule and category. A rule that covers nobody is shown all the same.
fn people(night: &Night<'_>) -> Vec<Vec<String>> {
    let mut rules: BTreeMap<&str, BTreeMap<Category, Sums>> = BTreeMap::new();
    rules.extend(night.titles.keys().map(|rule| (rule.as_str(), BTreeMap::new())));
    for row in night.summary {
        rules.entry(&row.rule).or_default().entry(row.category).or_default().add(row);
    }
    let mut lines = vec![["rule and category", "people", "flagged", "burden (yuan)"].map(str::to_owned).to_vec()];
    for (rule, categories) in rules {
        let title = night.titles.get(rule).map_or("", String::as_str);
        let mut all = Sums::default();
        for sums in categories.values() {
            all.people += sums.people;
            all.flagged += sums.flagged;
            all.burden += sums.burden;
        }
        lines.push(all.cells(format!("{title} {rule}").trim_start().to_owned()));
        let label = |category: Category| format!("  {} {category}", category.term());
        lines.extend(categories.into_iter().map(|(category, sums)| sums.cells(label(category))));
    }
    lines
}

/// By rule: the warnings that stand, and those that tonight changed. Continued ones are the rest of those that stand.
fn ledger(night: &Night<'_>) -> Vec<Vec<String>> {
    const CHANGES: [State; 5] = [State::Opened, State::Reopened, State::Raised, State::Lowered, State::Cleared];
    let by_rule = &night.ledger.balance.by_rule;
    let mut heading = vec!["warnings".to_owned(), "standing".to_owned()];
    heading.extend(CHANGES.map(|state| state.name().to_owned()));
    let mut lines = vec![heading];
    let rules: BTreeSet<&String> = night.titles.keys().chain(by_rule.keys()).collect();
    for rule in rules {
        let of = |state: State| by_rule.get(rule).and_then(|states| states.get(&state)).copied().unwrap_or_default();
        let standing: u64 = State::ALL.into_iter().filter(|state| *state != State::Cleared).map(of).sum();
        let mut line = vec![rule.clone(), grouped(standing.into())];
        line.extend(CHANGES.map(|state| grouped(of(state).into())));
        lines.push(line);
    }
    lines
}

/// By table: read, counted, set aside.
pub(super) fn rows(totals: &BTreeMap<&'static str, ControlTotals>) -> Vec<Vec<String>> {
    let mut lines = vec![["table", "rows read", "counted", "set aside"].map(str::to_owned).to_vec()];
    lines.extend(totals.iter().map(|(table, totals)| {
        let (read, counted) = (totals.read.rows, totals.counted.rows);
        let set_aside = i128::from(read) - i128::from(counted);
        vec![(*table).to_owned(), grouped(read.into()), grouped(counted.into()), grouped(set_aside)]
    }));
    lines
}

/// How many townships are shown; `responses.parquet` has all.
const TOWNS: usize = 12;

/// By rule: what was sent and what came back, and how many of the answers confirm a warning; below it, the offices that
/// it is known to be with, and the townships where anything is answered or overdue, those to which most was sent.
fn answers(night: &Night<'_>) -> Vec<Vec<String>> {
    let totals = ResponseTotals::of(night.responses);
    let header = ["answers", "sent", "answered", "confirmed", "not confirmed", "overdue", "hit rate"];
    let line = |label: String, of: &ResponseCounts| {
        let counts = [of.sent, of.answered, of.confirmed, of.not_confirmed, of.overdue];
        let counts = counts.map(|count| grouped(count.into()));
        std::iter::once(label).chain(counts).chain([hit_rate(of)]).collect()
    };
    let mut lines = vec![header.map(str::to_owned).to_vec()];
    lines.extend(totals.by_rule.iter().map(|(rule, of)| line(rule.clone(), of)));
    lines.extend(totals.by_office.iter().map(|(office, of)| line(format!("  {office}"), of)));
    let mut towns: Vec<_> = totals.by_town.iter().filter(|(_, of)| of.answered + of.overdue > 0).collect();
    towns.sort_by_key(|(_, of)| Reverse(of.sent));
    lines.extend(towns.into_iter().take(TOWNS).map(|(town, of)| line(format!("  {town}"), of)));
    lines.push(line("all".to_owned(), &totals.all));
    lines
}

/// How many of the answered warnings were confirmed, in percent.
fn hit_rate(of: &ResponseCounts) -> String {
    let share = (Decimal::from(of.confirmed) * Decimal::ONE_HUNDRED).checked_div(of.answered.into());
    let shown = |share: Decimal| share.round_dp_with_strategy(1, RoundingStrategy::MidpointAwayFromZero);
    share.map_or_else(|| "-".to_owned(), |share| format!("{:.1} %", shown(share)))
}

/// Lines with their cells below each other: the first to the left, the others to the right. Chinese characters are two
/// columns wide.
pub(crate) fn aligned(lines: &[Vec<String>]) -> String {
    let mut widths: Vec<usize> = Vec::new();
    for line in lines {
        widths.resize(widths.len().max(line.len()), 0);
        for (width, cell) in widths.iter_mut().zip(line) {
            *width = (*width).max(cell.width());
        }
    }
    let mut text = String::new();
    for line in lines {
        for (index, (cell, width)) in line.iter().zip(&widths).enumerate() {
            let blanks = " ".repeat(width - cell.width());
            match index {
                0 => text.extend([cell.as_str(), &blanks]),
                _ => text.extend(["  ", &blanks, cell.as_str()]),
            }
        }
        text.push('\n');
    }
    text
}

/// Fen as yuan with two decimals and thousands separators.
pub(super) fn yuan(fen: i128) -> String {
    let sign = if fen < 0 { "-" } else { "" };
    let fen = fen.unsigned_abs();
    format!("{sign}{}.{:02}", digits_grouped(fen / 100), fen % 100)
}

/// A whole number with thousands separators.
pub(super) fn grouped(number: i128) -> String {
    let sign = if number < 0 { "-" } else { "" };
    format!("{sign}{}", digits_grouped(number.unsigned_abs()))
}

fn digits_grouped(number: u128) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() * 4 / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}
