//! What a cluster left in staging, read back as the values that this program would have found itself.

use std::collections::{BTreeMap, HashMap};

use super::Staging;
use crate::burden::Sums;
use crate::delivery::{self, IncomeFigure, Incomes, Person, Register, UnknownCodes};
use crate::error::Error;
use crate::model::{
    AreaCode, Burden, Category, Check, ControlTotals, EvidenceRow, Fate, Fen, Figures, PersonId, Reason, Reject,
    SummaryRow, Tally,
};
use crate::publish::{BurdenRow, Read, Rows, rows_left};

/// The tables in a staging folder, of a delivery with these files.
#[derive(Debug)]
pub struct Left<'a> {
    staging: &'a Staging,
    numbers: HashMap<(&'a str, &'a str), (&'static str, u32)>,
}

/// A finding, as far as the cluster says what it is.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Flagged {
    /// The rule's id.
    pub rule: String,
    /// Who.
    pub person: PersonId,
    /// The category that selected the rule.
    pub category: Category,
    /// Where the person belongs.
    pub area: Option<AreaCode>,
    /// Everything left to the person.
    pub burden_total: Fen,
    /// What was left of the in-scope cost.
    pub burden_in_scope: Fen,
}

/// A file as the cluster sees it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Listed {
    /// Where it is.
    pub path: String,
    /// Its size.
    pub bytes: u64,
    /// SHA-256 of its content, in hexadecimal.
    pub sha256: String,
}

/// How many people there are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Counts {
    /// In the register.
    pub in_register: u64,
    /// Of these, with a counted settlement.
    pub in_register_with_settlements: u64,
    /// With a counted settlement, in the register or not.
    pub with_settlements: u64,
    /// Flagged.
    pub flagged: u64,
}

impl<'a> Left<'a> {
    /// Of a delivery with these `files`, by table and path: what rejects and evidence count.
    pub fn of(staging: &'a Staging, files: &'a [(&'static str, String)]) -> Left<'a> {
        let numbered = files.iter().zip(0..).map(|((table, file), at)| ((*table, file.as_str()), (*table, at)));
        Left { staging, numbers: numbered.collect() }
    }

    /// Everybody of whom the night may have to speak: who they are, and their sums.
    ///
    /// # Errors
    /// A table that cannot be read. So has each function below.
    pub fn people(&self) -> Result<(Register, Sums), Error> {
        let people = self.rows("people", |rows, row| {
            let id = person(rows, row)?;
            let known = rows.needed("in_register", rows.flag("in_register", row))?;
            let names = rows.texts("categories", row)?;
            let listed = Person {
                name: text(rows, "psn_name", row)?,
                categories: names
                    .iter()
                    .map(|name| Category::named(name))
                    .collect::<Option<_>>()
                    .ok_or("categories")?,
                area: rows.area("register_area", row)?,
                town_code: text(rows, "town_code", row)?,
            };
            Ok((id, known.then_some(listed), burden(rows, row)?, rows.area("settlement_area", row)?))
        })?;
        let sums = Sums::of_people(people.iter().map(|(id, _, burden, area)| (id.clone(), *burden, *area)));
        let listed = people.into_iter().filter_map(|(id, listed, ..)| Some((id, listed?)));
        Ok((Register { people: listed.collect(), ..Register::default() }, sums))
    }

    /// What the cluster found, sorted.
    ///
    /// # Errors
    /// See [`Left::people`].
    pub fn flagged(&self) -> Result<Vec<Flagged>, Error> {
        let mut flagged = self.rows("flagged", |rows, row| {
            Ok(Flagged {
                rule: rows.needed("rule", rows.text("rule", row))?.to_owned(),
                person: person(rows, row)?,
                category: category(rows, row)?,
                area: rows.area("area_code", row)?,
                burden_total: rows.fen("burden_total", row)?,
                burden_in_scope: rows.fen("burden_in_scope", row)?,
            })
        })?;
        flagged.sort();
        Ok(flagged)
    }

    /// The sums of everybody with a settlement.
    ///
    /// # Errors
    /// See [`Left::people`].
    pub fn burdens(&self) -> Result<Vec<BurdenRow>, Error> {
        self.rows("burden", |rows, row| {
            Ok(BurdenRow {
                person: person(rows, row)?,
                area: rows.area("area_code", row)?,
                burden: burden(rows, row)?,
                total: rows.fen("burden_total", row)?,
                in_scope: rows.fen("burden_in_scope", row)?,
            })
        })
    }

    /// Every row of the flagged people, sorted by person, time and place.
    ///
    /// # Errors
    /// See [`Left::people`].
    pub fn evidence(&self) -> Result<Vec<EvidenceRow>, Error> {
        let mut evidence = self.rows("evidence", |rows, row| {
            let (_, file) = self.place(rows, row)?;
            let reason = rows.named("reason", row, &Reason::ALL, Reason::id)?;
            Ok(EvidenceRow {
                person: person(rows, row)?,
                file,
                row: rows.needed("row", rows.whole("row", row))?,
                setl_id: text(rows, "setl_id", row)?,
                init_setl_id: text(rows, "init_setl_id", row)?,
                at: rows.time("settled_at", row)?,
                area: rows.area("area_code", row)?,
                fixmedins_code: text(rows, "fixmedins_code", row)?,
                med_type: text(rows, "med_type", row)?,
                fate: reason.map_or(Fate::Counted, Reason::fate),
                reason,
                figures: figures(rows, row)?,
                commercial: rows.amount("commercial", row)?.unwrap_or_default(),
            })
        })?;
        evidence.sort_by(|a, b| (&a.person, a.at, a.file, a.row).cmp(&(&b.person, b.at, b.file, b.row)));
        Ok(evidence)
    }

    /// Every row set aside.
    ///
    /// # Errors
    /// See [`Left::people`].
    pub fn rejects(&self) -> Result<Vec<Reject>, Error> {
        self.rows("rejects", |rows, row| {
            Ok(Reject {
                file: self.place(rows, row)?.1,
                row: rows.needed("row", rows.whole("row", row))?,
                reason: rows.needed("reason", rows.named("reason", row, &Reason::ALL, Reason::id))?,
                figures: figures(rows, row)?,
            })
        })
    }

    /// What the night adds up to, by area, category and rule.
    ///
    /// # Errors
    /// See [`Left::people`].
    pub fn summary(&self) -> Result<Vec<SummaryRow>, Error> {
        self.rows("summary", |rows, row| {
            Ok(SummaryRow {
                area: rows.area("area_code", row)?,
                category: category(rows, row)?,
                rule: rows.needed("rule", rows.text("rule", row))?.to_owned(),
                people: rows.needed("people", rows.whole("people", row))?,
                flagged: rows.needed("flagged", rows.whole("flagged", row))?,
                burden_total: rows.fen("burden_total", row)?,
                total_cost: rows.fen("total_cost", row)?,
            })
        })
    }

    /// By table, what became of its rows; the tables are `named`, delivered or not.
    ///
    /// # Errors
    /// Totals that do not close, too.
    pub fn totals(&self, named: &[&'static str]) -> Result<BTreeMap<&'static str, ControlTotals>, Error> {
        let mut totals: BTreeMap<&str, ControlTotals> =
            named.iter().map(|table| (*table, ControlTotals::default())).collect();
        let parts = self.rows("totals", |rows, row| {
            let table = rows.needed("table_name", rows.text("table_name", row))?;
            let table = named.iter().copied().find(|one| *one == table).ok_or("table_name")?;
            let fate = match rows.text("fate", row)? {
                Some("read") => None,
                _ => Some(rows.needed("fate", rows.named("fate", row, &Fate::ALL, Fate::name))?),
            };
            Ok((table, fate, tally(rows, row)?))
        })?;
        for (table, fate, tally) in parts {
            let of = totals.entry(table).or_default();
            *match fate {
                None => &mut of.read,
                Some(fate) => of.of_mut(fate),
            } += tally;
        }
        totals.iter().try_for_each(|(table, totals)| totals.close(table))?;
        Ok(totals)
    }

    /// By check, what it found.
    ///
    /// # Errors
    /// See [`Left::people`].
    pub fn checks(&self) -> Result<BTreeMap<Check, Tally>, Error> {
        let found = self.rows("checks", |rows, row| {
            let check = rows.needed("check_id", rows.named("check_id", row, &Check::ALL, Check::id))?;
            Ok((check, tally(rows, row)?))
        })?;
        Ok(found.into_iter().collect())
    }

    /// How many people there are.
    ///
    /// # Errors
    /// See [`Left::people`].
    pub fn counts(&self) -> Result<Counts, Error> {
        let counts = self.rows("counts", |rows, row| {
            let count = |name| rows.needed(name, rows.whole(name, row));
            Ok(Counts {
                in_register: count("in_register")?,
                in_register_with_settlements: count("in_register_with_settlements")?,
                with_settlements: count("with_settlements")?,
                flagged: count("flagged")?,
            })
        })?;
        match counts.as_slice() {
            [counts] => Ok(*counts),
            other => Err(Error::Internal(format!("a cluster left {} rows of counts, expected one", other.len()))),
        }
    }

    /// Every published income.
    ///
    /// # Errors
    /// See [`Left::people`].
    pub fn incomes(&self) -> Result<Incomes, Error> {
        let figures = self.rows("incomes", |rows, row| {
            let key = income(rows, row)?;
            let source = text(rows, "source", row)?;
            Ok((key, IncomeFigure::new(rows.fen("amount", row)?, rows.day("published_on", row)?, source)))
        })?;
        Ok(Incomes::published(figures))
    }

    /// Refuses incomes that contradict each other.
    ///
    /// # Errors
    /// Every contradiction.
    pub fn no_contradictions(&self) -> Result<(), Error> {
        let mut faults = self.rows("contradictions", |rows, row| {
            let this = figure_at(rows, ["file", "row", "amount"], row)?;
            let other = figure_at(rows, ["other_file", "other_row", "other_amount"], row)?;
            Ok(delivery::contradiction(&income(rows, row)?, &this, &other))
        })?;
        faults.sort();
        if faults.is_empty() { Ok(()) } else { Err(Error::Refused(faults)) }
    }

    /// Areas without an income that somebody is to be held against.
    ///
    /// # Errors
    /// See [`Left::people`].
    pub fn unpublished(&self) -> Result<Vec<AreaCode>, Error> {
        let mut areas = self.rows("unpublished", |rows, row| rows.needed("area_code", rows.area("area_code", row)))?;
        areas.sort();
        Ok(areas)
    }

    /// Local codes that the mapping lacks.
    ///
    /// # Errors
    /// See [`Left::people`].
    pub fn unknown_codes(&self) -> Result<UnknownCodes, Error> {
        let mut unknown = UnknownCodes::new();
        let codes = self.rows("unknown_codes", |rows, row| {
            // What does not look like a code is not named by a cluster either; a space is none.
            let code = rows.text("code", row)?.map_or_else(|| " ".to_owned(), str::to_owned);
            Ok((code, rows.needed("rows", rows.whole::<u64>("rows", row))?))
        })?;
        for (code, rows) in codes {
            *unknown.entry(code).or_default() += rows;
        }
        Ok(unknown)
    }

    /// The files of a table that the cluster lists.
    ///
    /// # Errors
    /// See [`Left::people`].
    pub fn listed(&self, folder: &str) -> Result<Vec<Listed>, Error> {
        let mut listed = self.rows(folder, |rows, row| {
            Ok(Listed {
                path: rows.needed("path", text(rows, "path", row))?,
                bytes: rows.needed("bytes", rows.whole("bytes", row))?,
                sha256: rows.needed("sha256", text(rows, "sha256", row))?,
            })
        })?;
        listed.sort();
        Ok(listed)
    }

    /// By table and file, how many rows the cluster read.
    ///
    /// # Errors
    /// See [`Left::people`].
    pub fn rows_read(&self, folder: &str) -> Result<BTreeMap<(String, String), u64>, Error> {
        let read = self.rows(folder, |rows, row| {
            let key = (
                rows.needed("table_name", text(rows, "table_name", row))?,
                rows.needed("file", text(rows, "file", row))?,
            );
            Ok((key, rows.needed("rows", rows.whole("rows", row))?))
        })?;
        Ok(read.into_iter().collect())
    }

    fn rows<T>(&self, folder: &str, row_of: impl Fn(&Rows<'_>, usize) -> Read<T>) -> Result<Vec<T>, Error> {
        let mut read = Vec::new();
        for file in self.staging.files(folder)? {
            read.extend(rows_left(&file, &row_of)?);
        }
        Ok(read)
    }

    /// The table and the file's number among all of the delivery.
    fn place(&self, rows: &Rows<'_>, row: usize) -> Read<(&'static str, u32)> {
        let table = rows.needed("table_name", rows.text("table_name", row))?;
        let file = rows.needed("file", rows.text("file", row))?;
        self.numbers.get(&(table, file)).copied().ok_or("file")
    }
}

fn text(rows: &Rows<'_>, name: &'static str, row: usize) -> Read<Option<String>> {
    Ok(rows.text(name, row)?.map(str::to_owned))
}

fn person(rows: &Rows<'_>, row: usize) -> Read<PersonId> {
    PersonId::other(rows.needed("person_id", rows.text("person_id", row))?).ok_or("person_id")
}

fn category(rows: &Rows<'_>, row: usize) -> Read<Category> {
    Category::named(rows.needed("category", rows.text("category", row))?).ok_or("category")
}

fn burden(rows: &Rows<'_>, row: usize) -> Read<Burden> {
    Ok(Burden {
        settlements: rows.needed("settlements", rows.whole("settlements", row))?,
        sums: figures(rows, row)?,
        commercial: rows.fen("commercial", row)?,
    })
}

/// A row's figures; one that has none has nothing but zeros.
fn figures(rows: &Rows<'_>, row: usize) -> Read<Figures> {
    let fen = |name| rows.amount(name, row).map(Option::unwrap_or_default);
    Ok(Figures {
        total_cost: fen("total_cost")?,
        basic_insurance: fen("basic_insurance")?,
        critical_illness: fen("critical_illness")?,
        medical_assistance: fen("medical_assistance")?,
        other_funds: fen("other_funds")?,
        hospital_part: fen("hospital_part")?,
        in_scope_cost: fen("in_scope_cost")?,
    })
}

fn tally(rows: &Rows<'_>, row: usize) -> Read<Tally> {
    let Fen(fen) = rows.amount("amount", row)?.unwrap_or_default();
    Ok(Tally { rows: rows.needed("rows", rows.whole("rows", row))?, fen: fen.into() })
}

fn income(rows: &Rows<'_>, row: usize) -> Read<(&'static str, AreaCode, i32)> {
    let series = rows.needed("series", rows.text("series", row))?;
    Ok((
        delivery::series_named(series).ok_or("series")?,
        rows.needed("area_code", rows.area("area_code", row))?,
        rows.needed("year", rows.whole("year", row))?,
    ))
}

/// Where one of two figures stands, and what it is.
fn figure_at(rows: &Rows<'_>, [file, number, amount]: [&'static str; 3], row: usize) -> Read<(String, u32, Fen)> {
    let file = rows.needed(file, rows.text(file, row))?;
    Ok((format!("income/{file}"), rows.needed(number, rows.whole(number, row))?, rows.fen(amount, row)?))
}
