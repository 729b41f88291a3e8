//! One meaning, two engines: a night's sections 3 and 4 of the contract as Spark SQL, a statement a step, for whoever
//! has the data in a cluster already; and for an auditor to read.
//!
//! Pure: it opens nothing and knows no cluster. What is delivered, which rules are in force and what the codes mean
//! comes in; text comes out. No row of anybody's data is part of it. The engine of one machine ([`crate::burden`],
//! [`crate::assess`]) is the reference: the same rows are set aside for the same reasons, and every fen is the same.
//!
//! The statements stand in `sql/`, one file a step of the contract.

mod columns;
mod delivered;
mod outputs;
mod quote;
mod script;
mod values;

use std::fmt;

use crate::error::Error;
use crate::model::Watch;
use crate::policy::{Codes, InForce};

pub use delivered::{Delivered, DeliveredFile, DeliveredTable, Stored};

/// What a plan is made from.
#[derive(Debug, Clone, Copy)]
pub struct Input<'a> {
    /// The rules in force on the day assessed.
    pub policy: &'a InForce,
    /// What the place's codes mean.
    pub codes: &'a Codes,
    /// What was delivered.
    pub delivered: &'a Delivered,
    /// Columns, as `(table, column)`, that the contract leaves open and the policy cannot do without.
    pub also_needed: &'a [(&'static str, &'static str)],
    /// What else is asked of the night.
    pub wanted: Wanted<'a>,
}

/// What is asked of a night beside those it flags.
#[derive(Debug, Clone, Copy, Default)]
pub struct Wanted<'a> {
    /// The rows that each finding rests on.
    pub evidence: bool,
    /// The sums of everybody with a settlement.
    pub burden: bool,
    /// Who may come to be flagged.
    pub watch: Option<Watch>,
    /// The URI of a Parquet file or folder with one text column `person_id`: whom last night's ledger speaks of,
    /// flagged tonight or not. It is data, so it is a file in the staging folder and no part of the statements.
    pub asked: Option<&'a str>,
}

/// A night as statements, in the order in which they run. All but the outputs are views, functions and settings:
/// nothing is read before an output, or a view that is kept, is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plan {
    /// The statements.
    pub steps: Vec<Step>,
    /// What is written when they have run, in this order.
    pub outputs: Vec<Output>,
}

/// One statement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// The view, function or setting that it makes.
    pub name: String,
    /// The section of the contract that it follows: `3.2`.
    pub section: String,
    /// What it does, in a sentence or two.
    pub says: String,
    /// One statement of Spark SQL, without a semicolon.
    pub sql: String,
    /// Whether it is a view that several others look at and that is dear to make: the engine writes it to the staging
    /// folder once, as `kept/NAME`, and makes the view anew over what it wrote. It changes no figure.
    pub kept: bool,
}

/// A view that the engine writes to the staging folder as Parquet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Output {
    /// The view.
    pub view: &'static str,
    /// The folder below the staging folder.
    pub folder: &'static str,
}

/// The plan of a night.
///
/// # Errors
/// Every delivered column that does not keep the contract.
pub fn plan(input: &Input<'_>) -> Result<Plan, Error> {
    let tables = columns::read(&input.delivered.tables, input.also_needed).map_err(Error::Refused)?;
    let steps = script::steps(&values::of(input, tables))?;
    Ok(Plan { steps, outputs: outputs::of(&input.wanted) })
}

/// A script that a person can read: each statement with the section of the contract that it follows and what it does.
impl fmt::Display for Plan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut section = "";
        for Step { section: of, says, sql, kept, .. } in &self.steps {
            if section != of {
                writeln!(f, "-- {0}\n-- Section {of}\n-- {0}\n", "-".repeat(77))?;
                section = of;
            }
            says.lines().try_for_each(|line| writeln!(f, "-- {line}"))?;
            if *kept {
                writeln!(f, "-- Written to the staging folder, and read from there by what follows.")?;
            }
            writeln!(f, "{sql};\n")?;
        }
        writeln!(f, "-- What is written to the staging folder.")?;
        self.outputs.iter().try_for_each(|output| writeln!(f, "SELECT * FROM {};", output.view))
    }
}
