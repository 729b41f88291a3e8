//! Holds a delivery to the contract and says everything that is wrong with it. Publishes nothing.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;

use chrono::NaiveDate;

use crate::burden::{self, Wanted};
use crate::contract::{self, Direction, Table};
use crate::delivery::{self, Account, Delivery, Progress};
use crate::error::Error;
use crate::model::{Check, Reason, Reject, Window, YearBy};

/// What was found in a delivery whose files keep the contract and can be read to their ends: a report for a person to
/// read. Up to `examples` rows are named for each reason. Without `as_of`, every day is looked at.
///
/// # Errors
/// Every fault of every file.
pub fn check(root: &Path, as_of: Option<NaiveDate>, examples: usize, progress: &Progress) -> Result<String, Error> {
    let tables: Vec<&Table> =
        contract::tables().iter().filter(|table| table.direction == Direction::Delivered).collect();
    let names: Vec<&str> = tables.iter().map(|table| table.table.as_str()).collect();
    let delivery = delivery::open(root, &names, &[])?;
    delivery.read_to_the_end()?;
    let window = as_of.map_or_else(Window::all_time, |day| Window::policy_year(day, YearBy::SettlementDate));
    let payments = delivery.payments(&window)?;
    let register = delivery.register(window.as_of, |_| None)?;
    let incomes = delivery.incomes()?;
    let burdens = burden::of_everyone(&delivery, &window, &payments, Wanted::Everyone, progress)?;
    delivery.still_the_same()?;

    let accounts = BTreeMap::from([
        ("settlements", &burdens.account),
        ("identities", &register.account),
        ("income", &incomes.account),
        ("commercial", &payments.account),
    ]);
    let mut report = format!("{}: every file keeps the contract and can be read to its end\n", root.display());
    for table in tables {
        let files = delivery.table(&table.table).count();
        if files == 0 {
            let _ = writeln!(report, "{} ({}): not delivered, and not needed", table.table, table.title);
            continue;
        }
        let rows: u64 = delivery.table(&table.table).map(|extract| extract.rows).sum();
        let _ = writeln!(
            report,
            "{} ({}): {}, {}",
            table.table,
            table.title,
            counted(files as u64, "file"),
            counted(rows, "row")
        );
        match accounts.get(table.table.as_str()) {
            Some(account) => describe(&mut report, account, &delivery, examples, as_of),
            None => report.push_str("  the nightly job does not use it: its rows were read, not judged\n"),
        }
        if table.table == "settlements" {
            for check in Check::ALL {
                if let Some(tally) = burdens.checks.get(&check).filter(|tally| tally.rows > 0) {
                    let _ = writeln!(report, "  {} {}: {}; used all the same", tally.rows, check.id(), check.detail());
                }
            }
        }
    }
    Ok(report)
}

/// What becomes of a table's rows, and why. That rows lie outside the days looked at is nothing wrong with them.
fn describe(report: &mut String, account: &Account, delivery: &Delivery, examples: usize, as_of: Option<NaiveDate>) {
    let mut by_reason: BTreeMap<Reason, Vec<&Reject>> = BTreeMap::new();
    for reject in &account.rejects {
        by_reason.entry(reject.reason).or_default().push(reject);
    }
    let outside = by_reason.remove(&Reason::OutOfWindow).map_or(0, |rows| rows.len());
    let counted = account.totals.counted.rows;
    let _ = match as_of {
        Some(day) => writeln!(report, "  {counted} count on {day}, {outside} lie outside the days looked at"),
        None => writeln!(report, "  {} can be used", counted + outside as u64),
    };
    for (reason, rows) in by_reason {
        let _ = writeln!(report, "  {} {}: {}; set aside", rows.len(), reason.id(), reason.detail());
        for row in rows.iter().take(examples) {
            let _ = writeln!(report, "    {} row {}", delivery.extracts[row.file as usize].place(), row.row);
        }
        if rows.len() > examples {
            let _ = writeln!(report, "    and {} more", rows.len() - examples);
        }
    }
}

fn counted(number: u64, noun: &str) -> String {
    if number == 1 { format!("1 {noun}") } else { format!("{number} {noun}s") }
}
