//! The list of what was planted (`planted.json`): every fault by table, extract and row, and figures to expect.

use std::collections::BTreeMap;

use serde::Serialize;

use super::parts::Said;
use crate::model::{Fate, Reason, Tally};

/// A row of an extract, both as messages and `rejects.parquet` name them.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub(super) struct Place {
    file: String,
    row: u64,
}

/// The rows of one table with one thing planted in them.
#[derive(Debug, Serialize)]
struct Planted<'a> {
    #[serde(rename = "fault")]
    id: &'a str,
    table: &'a str,
    /// What a night reports: rows, or people for the two checks of people.
    count: usize,
    rows: &'a [Place],
}

/// A person whose burden stands at a threshold.
#[derive(Debug, Clone, Serialize)]
pub(super) struct AtThreshold {
    /// `at` or `one_fen_above`.
    pub(super) case: &'static str,
    /// Whether the person is flagged, under a policy that tests this percentage of this series.
    pub(super) flagged: bool,
    /// The percentage of the reference income.
    pub(super) percent: i64,
    /// The income series.
    pub(super) series: &'static str,
    /// The area insured in.
    pub(super) area_code: String,
    /// The area whose figure is the reference.
    pub(super) income_area: String,
    /// The year of the figure.
    pub(super) income_year: i32,
    /// The figure, in fen.
    pub(super) income_fen: i64,
    /// The threshold, in fen.
    pub(super) threshold_fen: i64,
    /// What is left to the person, in fen.
    pub(super) burden_fen: i64,
    /// The certificate number; nobody holds it.
    pub(super) person_id: String,
    /// The settlements that add up to the burden.
    pub(super) setl_ids: Vec<String>,
}

/// What became of a table's rows by the account of the generator.
#[derive(Debug, Clone, Copy, Serialize)]
struct Amount {
    rows: u64,
    /// Absent where some of the rows have no amount that can be read.
    #[serde(skip_serializing_if = "Option::is_none")]
    fen: Option<i128>,
}

/// Everything planted.
#[derive(Debug, Default)]
pub(super) struct List {
    faults: BTreeMap<(&'static str, &'static str), Vec<Place>>,
    sound: BTreeMap<(&'static str, &'static str), Vec<Place>>,
    totals: BTreeMap<&'static str, BTreeMap<&'static str, Tally>>,
    /// People at a threshold or a fen above.
    pub(super) thresholds: Vec<AtThreshold>,
    /// What the audits are to say of people with something planted.
    pub(super) audits: Vec<Said>,
}

/// Checks whose count is of people, with the rows that each of them has in the list.
const CHECKS_OF_PEOPLE: [(&str, usize); 1] = [("negative_person_cost", 2)];

impl List {
    /// Enters a row of an extract: its place, its medical cost or payment, and what was planted in it.
    /// A mark that starts with [`SOUND`] stands for a row that looks odd and is right.
    fn enter(&mut self, table: &'static str, file: &str, row: usize, fen: i64, mark: Option<&'static str>) {
        let place = || Place { file: file.to_owned(), row: row as u64 + 1 };
        let fate = match mark {
            None => "counted",
            Some(mark) => {
                let list = if mark.starts_with(SOUND) { &mut self.sound } else { &mut self.faults };
                list.entry((table, mark.trim_start_matches(SOUND))).or_default().push(place());
                let reason = Reason::ALL.iter().find(|reason| reason.id() == mark);
                reason.map_or("counted", |reason| reason.fate().name())
            }
        };
        let totals = self.totals.entry(table).or_default();
        totals.entry("read").or_default().rows += 1;
        totals.entry(fate).or_default().add(fen);
    }

    /// Enters all rows of an extract, in order: of each, the fen and what was planted in it.
    pub(super) fn enter_all(
        &mut self,
        table: &'static str,
        file: &str,
        rows: impl Iterator<Item = (i64, Option<&'static str>)>,
    ) {
        for (row, (fen, mark)) in rows.enumerate() {
            self.enter(table, file, row, fen, mark);
        }
    }

    /// How many rows have a fault.
    pub(super) fn rows_at_fault(&self) -> usize {
        self.faults.values().map(Vec::len).sum()
    }

    /// The whole list as JSON, one entry a line.
    ///
    /// # Errors
    /// When serde_json cannot write it.
    pub(super) fn json(&self, arguments: &impl Serialize) -> Result<String, serde_json::Error> {
        let totals: BTreeMap<_, BTreeMap<_, Amount>> =
            self.totals.iter().map(|(table, of)| (table, amounts(of))).collect();
        Ok(format!(
            "{{\n\"notice\": {},\n\"arguments\": {},\n\"control_totals\": {},\n\"thresholds\": [\n{}\n],\n\"audits\": [\n{}\n],\n\"sound\": [\n{}\n],\n\"faults\": [\n{}\n]\n}}\n",
            serde_json::to_string(NOTICE)?,
            serde_json::to_string(arguments)?,
            serde_json::to_string(&totals)?,
            lines(self.thresholds.iter())?,
            lines(self.audits.iter())?,
            lines(entries(&self.sound))?,
            lines(entries(&self.faults))?,
        ))
    }
}

/// What a mark of a sound row starts with.
const SOUND: &str = "sound: ";
const NOTICE: &str = "synthetic (虚构): no person, number or figure in this delivery is real";

fn entries<'a>(list: &'a BTreeMap<(&'static str, &'static str), Vec<Place>>) -> impl Iterator<Item = Planted<'a>> {
    list.iter().map(|((table, id), rows)| {
        let rows_each = CHECKS_OF_PEOPLE.iter().find(|(check, _)| check == id).map_or(1, |(_, rows)| *rows);
        Planted { id, table, count: rows.len() / rows_each, rows }
    })
}

/// Rows by fate, with their amount where every one of them has one that can be read.
fn amounts(of: &BTreeMap<&'static str, Tally>) -> BTreeMap<&'static str, Amount> {
    let readable = |fate: &str| fate != "read" && fate != Fate::Rejected.name();
    let amount = |fate: &str, tally: &Tally| Amount { rows: tally.rows, fen: readable(fate).then_some(tally.fen) };
    of.iter().map(|(fate, tally)| (*fate, amount(fate, tally))).collect()
}

fn lines<T: Serialize>(values: impl Iterator<Item = T>) -> Result<String, serde_json::Error> {
    let lines = values.map(|value| serde_json::to_string(&value)).collect::<Result<Vec<_>, _>>()?;
    Ok(lines.join(",\n"))
}
