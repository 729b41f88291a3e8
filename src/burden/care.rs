//! What everyone's care cost and who paid, by area, month and kind of care, over the settlements that count: the
//! structure of care (就医结构) that the analysis of funds asks about. Nothing of anybody is kept.
//!
//! A settlement belongs to the month in which it was settled, and so does a reversal: over a year the two cancel out,
//! in a month they need not.

use std::collections::{BTreeMap, HashMap};

use foldhash::fast::FixedState;

use super::pass::{self, Judge};
use super::rows::{self, Rows};
use super::{Burdens, Group, numbered};
use crate::delivery::{Delivery, MICROSECONDS_A_DAY, Progress, day_since_1970, read_rows};
use crate::error::Error;
use crate::model::{AreaCode, Care, Fault, Figures, Month, Window};

/// Columns that a sum needs and judgement does not.
const MORE: [&str; 3] = ["setl_id", "init_setl_id", "med_type"];

/// By area, month and care; `None` where a settlement does not say, or says it by a code that the mapping lacks.
pub type CareSums = BTreeMap<(Option<AreaCode>, Month, Option<Care>), CareSum>;

/// What settlements came to, each reversal taken off, in fen.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub struct CareSum {
    /// Settlements that reverse none.
    pub settlements: u64,
    /// Settlements that reverse one.
    pub reversals: u64,
    /// Medical cost.
    pub cost: i128,
    /// By basic insurance.
    pub basic_insurance: i128,
    /// By critical-illness insurance.
    pub critical_illness: i128,
    /// By medical assistance.
    pub medical_assistance: i128,
    /// By the other funds.
    pub other_funds: i128,
    /// Borne by the hospital.
    pub hospital_part: i128,
}

impl CareSum {
    fn add_row(&mut self, row: &Figures, reverses: bool) {
        self.settlements += u64::from(!reverses);
        self.reversals += u64::from(reverses);
        self.cost += i128::from(row.total_cost.0);
        self.basic_insurance += i128::from(row.basic_insurance.0);
        self.critical_illness += i128::from(row.critical_illness.0);
        self.medical_assistance += i128::from(row.medical_assistance.0);
        self.other_funds += i128::from(row.other_funds.0);
        self.hospital_part += i128::from(row.hospital_part.0);
    }

    /// Takes in what other settlements came to.
    pub fn add(&mut self, other: &CareSum) {
        self.settlements += other.settlements;
        self.reversals += other.reversals;
        self.cost += other.cost;
        self.basic_insurance += other.basic_insurance;
        self.critical_illness += other.critical_illness;
        self.medical_assistance += other.medical_assistance;
        self.other_funds += other.other_funds;
        self.hospital_part += other.hospital_part;
    }
}

/// Sums them. `care_of` gives the meaning of a local code of care.
///
/// # Errors
/// A file that cannot be read to its end, and sums that do not come to what counts.
pub fn care_sums(
    delivery: &Delivery,
    window: &Window,
    burdens: &Burdens,
    care_of: impl Fn(&str) -> Option<Care> + Sync,
    progress: &Progress,
) -> Result<CareSums, Error> {
    let (groups, rows) = numbered(delivery)?;
    let step = progress.step("adding up care", rows);
    let judge = Judge::of(window, burdens);
    let parts: Vec<Part> = pass::over(&groups, &step, |group| {
        let mut part = Part::default();
        part.read(group, (window, &judge), &care_of)?;
        Ok(part)
    })?;
    let mut sums = CareSums::new();
    for (key, sum) in parts.into_iter().flat_map(|part| part.sums) {
        sums.entry(key).or_default().add(&sum);
    }
    closes(&sums, burdens)?;
    Ok(sums)
}

/// Holds the sums to the rows that count, and to what they cost.
fn closes(sums: &CareSums, burdens: &Burdens) -> Result<(), Error> {
    let mut all = CareSum::default();
    sums.values().for_each(|sum| all.add(sum));
    let counted = burdens.account.totals.counted;
    if (all.settlements + all.reversals, all.cost) == (counted.rows, counted.fen) {
        return Ok(());
    }
    let rows = all.settlements + all.reversals;
    Err(Error::Internal(format!("care: {rows} rows were added up, but {} count, or they cost otherwise", counted.rows)))
}

/// What one row group gave.
#[derive(Default)]
struct Part {
    sums: HashMap<(Option<AreaCode>, Month, Option<Care>), CareSum, FixedState>,
    /// By day since 1970, of those that were met.
    months: HashMap<i64, Option<Month>, FixedState>,
}

impl Part {
    fn read(
        &mut self,
        group: &Group<'_>,
        (window, judge): (&Window, &Judge<'_>),
        care_of: &impl Fn(&str) -> Option<Care>,
    ) -> Result<(), Fault> {
        let mut columns = rows::columns(group.extract, window);
        columns.extend(MORE);
        read_rows(group.extract, group.index, &columns, None, |batch| {
            let rows = Rows::of(batch, group.extract);
            let [ids, reversed, kinds] = MORE.map(|name| batch.texts(name));
            let first = group.number_of(batch);
            for index in 0..batch.rows() {
                let reverses = reversed.text(index).is_some();
                let named = (ids.text(index).is_some(), reverses);
                if judge.reason(&rows, (index, first + index as u32), named).is_some() {
                    continue;
                }
                let Some(month) = self.month(rows.at(index).div_euclid(MICROSECONDS_A_DAY)) else { continue };
                let care = kinds.code(index).and_then(|code| care_of(&code));
                let sum = self.sums.entry((rows.area(index), month, care)).or_default();
                sum.add_row(&rows.amounts.figures(index), reverses);
            }
            Ok(())
        })
    }

    fn month(&mut self, day: i64) -> Option<Month> {
        *self.months.entry(day).or_insert_with(|| day_since_1970(day).and_then(Month::of))
    }
}
