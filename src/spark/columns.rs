//! The columns of a delivered table as a plan reads them: one SELECT for all files of one layout, under the contract's
//! names and as its kinds, however the files name and store them.

use std::collections::BTreeMap;

use serde::Serialize;

use super::delivered::{DeliveredTable, Stored};
use super::quote;
use crate::contract::{self, Column, Kind, Table};
use crate::delivery::{expected, place_of};
use crate::model::Fault;

/// What is made of a column of the contract.
#[derive(Debug, Clone, Copy)]
enum Read {
    /// A text, or a code as text, as it was sent.
    Text,
    /// A whole number.
    Number,
    /// A time.
    Time,
    /// A day.
    Day,
    /// Whether something is written that is no day.
    NoDay,
    /// An amount.
    Amount,
    /// Whether a file has all of these columns.
    Has(&'static [&'static str]),
}

/// The columns of a table as views call them, what each is made from, and how.
type Columns = &'static [(&'static str, Read, &'static str)];

const SETTLEMENTS: Columns = &[
    ("psn_cert_type", Read::Text, "psn_cert_type"),
    ("certno", Read::Text, "certno"),
    ("setl_id", Read::Text, "setl_id"),
    ("init_setl_id", Read::Text, "init_setl_id"),
    ("setl_time", Read::Time, "setl_time"),
    ("updt_time", Read::Time, "updt_time"),
    ("insu_admdvs", Read::Text, "insu_admdvs"),
    ("benefit_year", Read::Number, "year"),
    ("fixmedins_code", Read::Text, "fixmedins_code"),
    ("med_type", Read::Text, "med_type"),
    ("vali_flag", Read::Text, "vali_flag"),
    ("deleted", Read::Text, "deleted"),
    ("refd_setl_flag", Read::Text, "refd_setl_flag"),
    ("out_flag", Read::Text, "out_flag"),
    ("begndate", Read::Day, "begndate"),
    ("enddate", Read::Day, "enddate"),
    ("medfee_sumamt", Read::Amount, "medfee_sumamt"),
    ("hifp_pay", Read::Amount, "hifp_pay"),
    ("hifmi_pay", Read::Amount, "hifmi_pay"),
    ("maf_pay", Read::Amount, "maf_pay"),
    ("cvlserv_pay", Read::Amount, "cvlserv_pay"),
    ("hifes_pay", Read::Amount, "hifes_pay"),
    ("hifob_pay", Read::Amount, "hifob_pay"),
    ("hifdm_pay", Read::Amount, "hifdm_pay"),
    ("othfund_pay", Read::Amount, "othfund_pay"),
    ("ownpay_hosp_part", Read::Amount, "ownpay_hosp_part"),
    ("inscp_amt", Read::Amount, "inscp_amt"),
    ("fulamt_ownpay_amt", Read::Amount, "fulamt_ownpay_amt"),
    ("overlmt_selfpay", Read::Amount, "overlmt_selfpay"),
    ("preselfpay_amt", Read::Amount, "preselfpay_amt"),
    ("fund_pay_sumamt", Read::Amount, "fund_pay_sumamt"),
    ("psn_pay", Read::Amount, "psn_pay"),
    ("acct_pay", Read::Amount, "acct_pay"),
    ("cash_payamt", Read::Amount, "cash_payamt"),
    ("parts_given", Read::Has(&["inscp_amt", "fulamt_ownpay_amt", "overlmt_selfpay", "preselfpay_amt"]), ""),
    ("payers_given", Read::Has(&["fund_pay_sumamt", "psn_pay"]), ""),
    ("person_given", Read::Has(&["psn_pay", "acct_pay", "cash_payamt"]), ""),
    ("funds_given", Read::Has(&["fund_pay_sumamt"]), ""),
];

const IDENTITIES: Columns = &[
    ("psn_cert_type", Read::Text, "psn_cert_type"),
    ("certno", Read::Text, "certno"),
    ("psn_name", Read::Text, "psn_name"),
    ("psn_idet_type", Read::Text, "psn_idet_type"),
    ("insu_admdvs", Read::Text, "insu_admdvs"),
    ("town_code", Read::Text, "town_code"),
    ("begndate", Read::Day, "begndate"),
    ("enddate", Read::Day, "enddate"),
    ("enddate_unreadable", Read::NoDay, "enddate"),
];

const INCOME: Columns = &[
    ("area_code", Read::Text, "area_code"),
    ("year", Read::Number, "year"),
    ("series", Read::Text, "series"),
    ("amount", Read::Amount, "per_capita_disposable_income"),
    ("published_on", Read::Day, "published_on"),
    ("source", Read::Text, "source"),
];

const COMMERCIAL: Columns = &[
    ("psn_cert_type", Read::Text, "psn_cert_type"),
    ("certno", Read::Text, "certno"),
    ("payment_id", Read::Text, "payment_id"),
    ("paid_on", Read::Day, "paid_on"),
    ("amount", Read::Amount, "amount"),
];

/// The tables that a plan reads.
const TABLES: [(&str, Columns); 4] =
    [("settlements", SETTLEMENTS), ("identities", IDENTITIES), ("income", INCOME), ("commercial", COMMERCIAL)];

/// A table, as the statement that reads it is told.
#[derive(Debug, Serialize)]
pub(super) struct TableRead {
    name: &'static str,
    title: &'static str,
    row: &'static str,
    parts: Vec<Part>,
}

/// Files of one layout.
#[derive(Debug, Serialize)]
struct Part {
    /// The files; `None` where nothing was delivered.
    path: Option<String>,
    /// The folder above the names of files, as the cluster names it.
    folder: String,
    columns: Vec<ColumnRead>,
}

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
struct ColumnRead {
    name: &'static str,
    sql: String,
}

/// Every amount of a settlement.
pub(super) fn amounts_of_settlements() -> Vec<&'static str> {
    SETTLEMENTS.iter().filter(|(_, read, _)| matches!(read, Read::Amount)).map(|(name, ..)| *name).collect()
}

/// How every table is read.
///
/// # Errors
/// Every column of every file that does not keep the contract.
pub(super) fn read(
    delivered: &BTreeMap<&'static str, DeliveredTable>,
    also_needed: &[(&'static str, &'static str)],
) -> Result<Vec<TableRead>, Vec<Fault>> {
    let (mut tables, mut faults) = (Vec::new(), Vec::new());
    for (name, columns) in TABLES {
        let table = contract::table(name);
        let mut layouts: BTreeMap<Vec<ColumnRead>, Vec<&str>> = BTreeMap::new();
        let files = delivered.get(name).map_or([].as_slice(), |table| table.files.as_slice());
        for file in files {
            let layout = Layout { table, place: format!("{name}/{}", file.name), columns: &file.columns };
            match layout.held(columns, also_needed) {
                Ok(layout) => layouts.entry(layout).or_default().push(&file.name),
                Err(wrong) => faults.extend(wrong),
            }
        }
        let root = delivered.get(name).map_or("", |table| table.root.as_str());
        tables.push(TableRead { name, title: &table.title, row: &table.row, parts: parts(root, layouts, columns) });
    }
    if faults.is_empty() { Ok(tables) } else { Err(faults) }
}

/// The files of each layout, those of the first file first.
fn parts(root: &str, layouts: BTreeMap<Vec<ColumnRead>, Vec<&str>>, columns: Columns) -> Vec<Part> {
    let folder = quote::text(&format!("{}/", without_host(root)));
    // Spark passes over hidden folders, which count here: those are named.
    let hidden = |name: &&str| name.split('/').any(|part| part.starts_with(['.', '_']));
    let one = layouts.len() == 1 && !layouts.values().flatten().any(hidden);
    let mut layouts: Vec<(Vec<ColumnRead>, Vec<&str>)> = layouts.into_iter().collect();
    layouts.sort_by(|(_, a), (_, b)| a.cmp(b));
    if layouts.is_empty() {
        let nothing = |(name, read, _): &(&'static str, Read, &str)| ColumnRead { name, sql: read.nothing() };
        return vec![Part { path: None, folder, columns: columns.iter().map(nothing).collect() }];
    }
    let part = |(columns, names): (Vec<ColumnRead>, Vec<&str>)| {
        let names = if one { [].as_slice() } else { names.as_slice() };
        Part { path: Some(quote::files(root, names)), folder: folder.clone(), columns }
    };
    layouts.into_iter().map(part).collect()
}

/// A URI without what stands before the path of the folder: a cluster may name a host and another not.
fn without_host(uri: &str) -> &str {
    match uri.split_once("://") {
        Some((_, rest)) => rest.find('/').map_or("", |path| &rest[path..]),
        None => uri.split_once(":/").map_or(uri, |(scheme, _)| &uri[scheme.len() + 1..]),
    }
}

/// A file's columns beside the contract's.
struct Layout<'a> {
    table: &'static Table,
    place: String,
    columns: &'a [(String, Stored)],
}

impl Layout<'_> {
    /// How each column is read, or every fault of the file.
    fn held(&self, columns: Columns, also_needed: &[(&str, &str)]) -> Result<Vec<ColumnRead>, Vec<Fault>> {
        let (names, mut faults) = (self.names(), Vec::new());
        for column in self.table.columns.iter().filter(|column| !column.ignored) {
            let needed = column.needed || also_needed.contains(&(self.table.table.as_str(), column.name.as_str()));
            match place_of(column, &names, needed) {
                Ok(place) => faults.extend(place.and_then(|place| self.misfit(column, &self.columns[place]))),
                Err(message) => faults.push(self.fault(message)),
            }
        }
        if !faults.is_empty() {
            return Err(faults);
        }
        let read =
            |(name, read, from): &(&'static str, Read, &'static str)| ColumnRead { name, sql: self.sql(*read, from) };
        Ok(columns.iter().map(read).collect())
    }

    /// The fault of a column that is stored as the contract's kind cannot be.
    fn misfit(&self, column: &Column, (name, stored): &(String, Stored)) -> Option<Fault> {
        let fits = match (column.kind, stored) {
            (_, Stored::Nothing) => true,
            (Kind::Amount, Stored::Decimal(_, behind)) => *behind <= 2,
            (Kind::Amount, _) => false,
            (Kind::Time | Kind::Day, Stored::Day | Stored::LocalTime | Stored::Instant | Stored::Nanoseconds(_)) => {
                true
            }
            // A whole number without a sign, of 64 bits, has no other type in Spark.
            (Kind::Code | Kind::Integer, Stored::Integer | Stored::Decimal(20, 0)) => true,
            (_, stored) => matches!(stored, Stored::Text | Stored::Bytes),
        };
        let message = || format!("column `{name}` is {}, expected {}", stored.in_words(), expected(column.kind));
        (!fits).then(|| self.fault(message()))
    }

    fn names(&self) -> Vec<&str> {
        self.columns.iter().map(|(name, _)| name.as_str()).collect()
    }

    fn fault(&self, message: String) -> Fault {
        Fault::data(&self.place, format!("{message} ({})", self.table.file()))
    }

    /// The file's own column for one of the contract, where it has it with anything in it.
    fn own(&self, name: &str) -> Option<(String, &Stored)> {
        let place = place_of(self.table.column(name), &self.names(), false).ok().flatten()?;
        let (own, stored) = &self.columns[place];
        (*stored != Stored::Nothing).then(|| (quote::column(own), stored))
    }

    fn sql(&self, read: Read, from: &str) -> String {
        match read {
            Read::Has(names) if names.iter().all(|name| self.has(name)) => Some("TRUE".to_owned()),
            Read::Has(_) => None,
            Read::Text => self.as_text(from),
            Read::Number => self.own(from).and_then(|(own, stored)| match stored {
                Stored::Integer | Stored::Decimal(..) => Some(format!("CAST({own} AS BIGINT)")),
                _ => Some(format!("whole_number(text({}))", self.as_text(from)?)),
            }),
            Read::Time => self.time(from),
            Read::Day => self.own(from).and_then(|(own, stored)| match stored {
                Stored::Day => Some(own),
                _ => Some(format!("CAST({} AS DATE)", self.time(from)?)),
            }),
            Read::NoDay => self.own(from).and_then(|(_, stored)| match stored {
                Stored::Text | Stored::Bytes => {
                    Some(format!("text({}) IS NOT NULL AND {} IS NULL", self.as_text(from)?, self.time(from)?))
                }
                _ => None,
            }),
            Read::Amount => self.own(from).map(|(own, stored)| self.amount(from, &own, stored)),
        }
        .unwrap_or_else(|| self.nothing(read, from))
    }

    fn has(&self, name: &str) -> bool {
        place_of(self.table.column(name), &self.names(), true).is_ok()
    }

    /// What stands for a column that the file does not have: 0 for an amount that need not be given.
    fn nothing(&self, read: Read, from: &str) -> String {
        match read {
            Read::Amount if !self.table.column(from).needed => "CAST(0 AS DECIMAL(18,2))".to_owned(),
            read => read.nothing(),
        }
    }

    /// A column of texts or whole numbers as text.
    fn as_text(&self, name: &str) -> Option<String> {
        self.own(name).map(|(own, stored)| match stored {
            Stored::Bytes | Stored::Integer | Stored::Decimal(..) => format!("CAST({own} AS STRING)"),
            _ => own,
        })
    }

    fn time(&self, name: &str) -> Option<String> {
        let (own, stored) = self.own(name)?;
        Some(match stored {
            Stored::Instant => format!("in_china({own})"),
            Stored::Nanoseconds(true) => format!("in_china(from_nanoseconds({own}))"),
            Stored::Nanoseconds(false) => format!("CAST(from_nanoseconds({own}) AS TIMESTAMP_NTZ)"),
            Stored::Text | Stored::Bytes => format!("local_time({})", self.as_text(name)?),
            _ => format!("CAST({own} AS TIMESTAMP_NTZ)"),
        })
    }

    /// An amount, in as many digits as a row may carry; nothing is 0 where it need not be given.
    fn amount(&self, name: &str, own: &str, stored: &Stored) -> String {
        let wide = matches!(stored, Stored::Decimal(digits, behind) if digits.saturating_sub(*behind) > 16);
        let amount = if wide { format!("narrowed({own})") } else { own.to_owned() };
        let amount = if self.table.column(name).needed { amount } else { format!("COALESCE({amount}, 0)") };
        format!("CAST({amount} AS DECIMAL(18,2))")
    }
}

impl Read {
    /// What stands for a column that is not there.
    fn nothing(self) -> String {
        let kind = match self {
            Read::Has(_) | Read::NoDay => return "FALSE".to_owned(),
            Read::Text => "STRING",
            Read::Number => "BIGINT",
            Read::Time => "TIMESTAMP_NTZ",
            Read::Day => "DATE",
            Read::Amount => "DECIMAL(18,2)",
        };
        format!("CAST(NULL AS {kind})")
    }
}

impl Stored {
    fn in_words(&self) -> String {
        match self {
            Stored::Text => "text".to_owned(),
            Stored::Bytes => "bytes".to_owned(),
            Stored::Integer => "an integer".to_owned(),
            Stored::Decimal(digits, behind) => format!("decimal({digits},{behind})"),
            Stored::Day => "a date".to_owned(),
            Stored::LocalTime | Stored::Instant | Stored::Nanoseconds(_) => "a timestamp".to_owned(),
            Stored::Nothing => "null throughout".to_owned(),
            Stored::Other(name) => name.clone(),
        }
    }
}
