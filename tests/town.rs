//! A town: what the bureaus deliver of a few people, and what an audit is to say of each of them, side by side.

#![cfg(test)]

use std::collections::BTreeMap;

use fangpin::model::Fen;

use crate::harness::{Cells, House, Row, cell, enrolment, identity, resident_id};

/// A resident id that nobody holds.
pub(crate) fn id(number: u64) -> String {
    resident_id(15_072_119_700_101_000 + number)
}

/// What is delivered of several people, and what is to be said of each.
#[derive(Default)]
pub(crate) struct Town {
    pub(crate) tables: BTreeMap<&'static str, Vec<Row>>,
    pub(crate) expected: Vec<(String, &'static str, String)>,
}

/// One person of a town: a category since 2021 where nothing else is said, and enrolled since 2023.
pub(crate) struct Somebody<'t> {
    pub(crate) town: &'t mut Town,
    pub(crate) id: String,
}

impl Town {
    pub(crate) fn of() -> Town {
        let mut town = Town::default();
        for table in ["identities", "insured", "contributions"] {
            town.tables.insert(table, Vec::new());
        }
        town
    }

    pub(crate) fn put(&mut self, table: &'static str, row: Row) {
        self.tables.get_mut(table).unwrap().push(row);
    }

    /// Somebody of no category and not enrolled, of whom this is to be said: verdict, matter, found and expected.
    pub(crate) fn nobody(&mut self, about: &'static str, expected: &str) -> Somebody<'_> {
        let id = id(self.expected.len() as u64 + 1);
        self.expected.push((id.clone(), about, expected.to_owned()));
        Somebody { town: self, id }
    }

    /// Somebody enrolled and of a category since 2021.
    pub(crate) fn somebody(&mut self, about: &'static str, code: &str, expected: &str) -> Somebody<'_> {
        self.nobody(about, expected).is(code, "2021-01-01", "").enrolled("390", "1", "2023-01-01", "")
    }
}

impl Somebody<'_> {
    pub(crate) fn is(self, code: &str, begin: &str, end: &str) -> Self {
        let row = identity(&self.id, code).with("begndate", begin);
        let row = if end.is_empty() { row } else { row.with("enddate", end) };
        self.town.put("identities", row);
        self
    }

    pub(crate) fn enrolled(self, scheme: &str, status: &str, begin: &str, end: &str) -> Self {
        let row =
            enrolment(&self.id).with("insutype", scheme).with("psn_insu_stas", status).with("psn_insu_date", begin);
        let row = if end.is_empty() { row } else { row.with("paus_insu_date", end) };
        self.town.put("insured", row);
        self
    }

    /// A premium of 400.00 for 2025, the rest paid by the person.
    pub(crate) fn subsidised(self, subsidy: &str, paid_on: &str) -> Self {
        let own = Fen(40_000 - Fen::from_yuan_text(subsidy).unwrap().0).to_string();
        self.paid(("2025", "400.00"), (&own, subsidy), paid_on)
    }

    pub(crate) fn paid(self, (year, due): (&str, &str), (own, subsidy): (&str, &str), paid_on: &str) -> Self {
        let row = Row::new(&[
            ("certno", &self.id),
            ("year", year),
            ("insutype", "390"),
            ("insu_admdvs", "150721"),
            ("due_amount", due),
            ("own_amount", own),
            ("subsidy_amount", subsidy),
            ("paid_on", paid_on),
        ]);
        self.town.put("contributions", row);
        self
    }
}

/// Holds a night of one audit, by a shipped policy, to what is to be said of everybody: the verdicts, and the table of
/// the audit's own.
#[track_caller]
pub(crate) fn holds(kind: &str, town: &Town, policy: &str, as_of: &str) -> (House, Vec<Cells>, Vec<Cells>) {
    let house = House::of_audit(kind).under(policy);
    for (table, rows) in &town.tables {
        house.deliver(table, rows);
    }
    let ran = house.run(as_of, &[]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    let (verdicts, rows) = (house.read(as_of, "verdicts"), house.read(as_of, kind));
    let said: BTreeMap<&str, String> = verdicts
        .iter()
        .map(|row| {
            let said = ["verdict", "matter", "found", "expected"].map(|column| cell(row, column));
            (row["person_id"].as_str(), said.join(" "))
        })
        .collect();
    assert_eq!(said.len(), town.expected.len());
    for (id, about, expected) in &town.expected {
        assert_eq!(said.get(id.as_str()), Some(expected), "{about}");
    }
    (house, verdicts, rows)
}

/// The row of somebody by number.
pub(crate) fn row_of(rows: &[Cells], number: u64) -> &Cells {
    rows.iter().find(|row| row["person_id"] == id(number)).unwrap()
}
