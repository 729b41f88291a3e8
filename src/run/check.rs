//! Holds a delivery to the contract and says everything that is wrong with it. Publishes nothing.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;

use chrono::NaiveDate;

use crate::burden::{self, Wanted};
use crate::contract::{self, Direction};
use crate::delivery::{self, Account, Delivery, Progress};
use crate::error::Error;
use crate::model::{Check, Reason, Reject};

/// What was found in the rows of a delivery whose files keep the contract: a report for a person to read. Up to
/// `examples` rows are named for each reason.
///
/// # Errors
/// Every fault of every file.
pub fn check(root: &Path, as_of: Option<NaiveDate>, examples: usize, progress: &Progress) -> Result<String, Error> {
    let delivered = contract::tables().iter().filter(|table| table.direction == Direction::Delivered);
    let names: Vec<&str> = delivered.map(|table| table.table.as_str()).collect();
    let delivery = delivery::open(root, &names, &[])?;
    let window = crate::model::Window::all_time();
    let payments = delivery.payments(&window)?;
    let register = delivery.register(as_of.unwrap_or(NaiveDate::MAX), |_| None)?;
    let incomes = delivery.incomes()?;
    let burdens = burden::of_everyone(&delivery, &window, &payments, Wanted::Everyone, progress)?;
    delivery.still_the_same()?;

    let mut report = format!("{}: every file keeps the contract\n", root.display());
    for (table, account) in [
        ("settlements", &burdens.account),
        ("identities", &register.account),
        ("income", &incomes.account),
        ("commercial", &payments.account),
    ] {
        describe(&mut report, table, account, &delivery, examples);
    }
    for check in Check::ALL {
        if let Some(tally) = burdens.checks.get(&check).filter(|tally| tally.rows > 0) {
            let _ = writeln!(report, "settlements: {} {}: used all the same, and reported", tally.rows, check.id());
        }
    }
    Ok(report)
}

fn describe(report: &mut String, table: &str, account: &Account, delivery: &Delivery, examples: usize) {
    let _ = writeln!(report, "{table}: {} rows read", account.totals.read.rows);
    let mut by_reason: BTreeMap<Reason, Vec<&Reject>> = BTreeMap::new();
    for reject in account.rejects.iter().filter(|reject| reject.reason != Reason::OutOfWindow) {
        by_reason.entry(reject.reason).or_default().push(reject);
    }
    for (reason, rows) in by_reason {
        let _ = writeln!(report, "  {} {}: {}", rows.len(), reason.id(), reason.detail());
        for row in rows.iter().take(examples) {
            let _ = writeln!(report, "    {} row {}", delivery.extracts[row.file as usize].place(), row.row);
        }
    }
}
