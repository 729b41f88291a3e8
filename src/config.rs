//! A configuration file (job, policy, code mapping) read key by key, so that every fault in it is found at once and
//! each is one line with its place. It knows TOML, and no meaning of any key.

use std::cell::RefCell;
use std::fmt;
use std::fs;
use std::io;
use std::path::Path;

use chrono::NaiveDate;
use rust_decimal::Decimal;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::error::Error;
use crate::model::{AreaCode, Fault, Fen};

/// The text of a configuration file; `what` names its sort in messages.
///
/// # Errors
/// A missing file, a folder in its place, bytes that are not UTF-8, a failed read.
pub(crate) fn read(path: &Path, what: &str) -> Result<String, Error> {
    let place = path.display().to_string();
    let bytes = fs::read(path).map_err(|cause| match cause.kind() {
        io::ErrorKind::NotFound | io::ErrorKind::NotADirectory => {
            Fault::missing(&place, format!("no such {what}; see that the path is right")).into()
        }
        io::ErrorKind::IsADirectory => Fault::config(&place, format!("is a folder, expected a {what}")).into(),
        _ => Error::read(path, cause),
    })?;
    String::from_utf8(bytes).map_err(|error| {
        let before = &error.as_bytes()[..error.utf8_error().valid_up_to()];
        let line = 1 + before.iter().filter(|byte| **byte == b'\n').count();
        Fault::config(format!("{place} line {line}"), format!("is not UTF-8; save the {what} as UTF-8")).into()
    })
}

/// One file being read, with the faults found so far.
pub(crate) struct Reading<'t> {
    file: String,
    text: &'t str,
    faults: RefCell<Vec<(usize, Fault)>>,
}

impl<'t> Reading<'t> {
    /// Begins to read `text`, the content of the file at `path`.
    pub(crate) fn new(path: &Path, text: &'t str) -> Reading<'t> {
        Reading { file: path.display().to_string(), text, faults: RefCell::default() }
    }

    /// The file as a tree of tables.
    ///
    /// # Errors
    /// What is no TOML, one fault a line.
    pub(crate) fn parse(&self) -> Result<DeTable<'t>, Error> {
        let (tree, errors) = DeTable::parse_recoverable(self.text);
        if errors.is_empty() {
            return Ok(tree.into_inner());
        }
        let mut faults: Vec<(usize, Fault)> = Vec::new();
        for error in errors {
            let line = self.line(error.span().map_or(0, |span| span.start));
            if faults.iter().all(|(other, _)| *other != line) {
                let said = error.message().lines().collect::<Vec<_>>().join(" ");
                let hint = self.hint(line, &said);
                faults.push((line, Fault::config(self.place(line), format!("cannot be read as TOML: {said}{hint}"))));
            }
        }
        Err(refused(faults))
    }

    /// The file's outermost table.
    pub(crate) fn root<'r>(&'r self, tree: &'r DeTable<'t>) -> Section<'r, 't> {
        Section { reading: self, path: String::new(), listed: false, table: tree, line: 0, asked: RefCell::default() }
    }

    /// Notes a fault on `line`; line 0 is the file as a whole.
    pub(crate) fn fault(&self, line: usize, message: impl Into<String>) {
        // A key or an id may hold any character; a fault is one line.
        let message = message.into().replace(char::is_control, " ");
        self.faults.borrow_mut().push((line, Fault::config(self.place(line), message)));
    }

    /// Ends the reading: `value`, when nothing was at fault.
    ///
    /// # Errors
    /// Every fault noted, in the file's order.
    pub(crate) fn finish<T>(self, value: Option<T>) -> Result<T, Error> {
        let faults = self.faults.into_inner();
        match value {
            Some(value) if faults.is_empty() => Ok(value),
            _ if faults.is_empty() => Err(Error::Internal(format!("{}: refused without a reason", self.file))),
            _ => Err(refused(faults)),
        }
    }

    /// What to do about a line that `said` this, where its cause can be guessed.
    fn hint(&self, line: usize, said: &str) -> &'static str {
        let curly = |text: &str| text.contains(['“', '”', '‘', '’']);
        if self.text.lines().nth(line.saturating_sub(1)).is_some_and(curly) {
            "; the line has curly quotes: write straight ones"
        } else if said.starts_with("string values must be quoted") {
            "; write text in quotes, and a day as 2025-01-31"
        } else {
            ""
        }
    }

    fn place(&self, line: usize) -> String {
        if line == 0 { self.file.clone() } else { format!("{} line {line}", self.file) }
    }

    fn line(&self, offset: usize) -> usize {
        let before = &self.text.as_bytes()[..offset.min(self.text.len())];
        1 + before.iter().filter(|byte| **byte == b'\n').count()
    }
}

fn refused(mut faults: Vec<(usize, Fault)>) -> Error {
    faults.sort_by_key(|(line, _)| *line);
    Error::Refused(faults.into_iter().map(|(_, fault)| fault).collect())
}

/// A table of the file. Its keys are asked for one by one; `end` reports those that nobody asked for.
pub(crate) struct Section<'r, 't> {
    reading: &'r Reading<'t>,
    /// Its keys from the outermost table on, joined by dots; empty for that table itself.
    path: String,
    /// Whether it is one of a list, `[[path]]`.
    listed: bool,
    table: &'r DeTable<'t>,
    /// Where it begins.
    pub(crate) line: usize,
    asked: RefCell<Vec<&'static str>>,
}

impl<'r, 't> Section<'r, 't> {
    /// The value of `key`, if there is one.
    pub(crate) fn get(&self, key: &'static str) -> Option<Value<'r, 't>> {
        self.asked.borrow_mut().push(key);
        self.table.get(key).map(|value| Value::new(self.reading, &self.path, key, value))
    }

    /// The text of `key`, if that is what it is; whatever else it is, no fault is noted.
    pub(crate) fn peek(&self, key: &str) -> Option<&'r str> {
        self.table.get(key).and_then(|value| value.get_ref().as_str()).map(str::trim)
    }

    /// What `read` makes of `key`; `None`, with a fault noted, when it is absent or wrong.
    pub(crate) fn need<T>(&self, key: &'static str, read: impl FnOnce(&Value<'r, 't>) -> Option<T>) -> Option<T> {
        match self.get(key) {
            Some(value) => read(&value),
            None => {
                self.fault(format!("{} needs `{key}`, which is missing", self.named()));
                None
            }
        }
    }

    /// What `read` makes of `key`, or `absent` when it is not there; `None`, with a fault noted, when it is wrong.
    pub(crate) fn may<T>(
        &self,
        key: &'static str,
        absent: T,
        read: impl FnOnce(&Value<'r, 't>) -> Option<T>,
    ) -> Option<T> {
        self.get(key).map_or(Some(absent), |value| read(&value))
    }

    /// Whether `key` is there.
    pub(crate) fn has(&self, key: &str) -> bool {
        self.table.contains_key(key)
    }

    /// The tables of a list of tables, `[[key]]`, none when it is absent; `None`, with a fault noted, when it is wrong.
    pub(crate) fn tables(&self, key: &'static str) -> Option<Vec<Section<'r, 't>>> {
        self.may(key, Vec::new(), Value::tables)
    }

    /// Every key with its value, whatever it is called.
    pub(crate) fn entries(&self) -> impl Iterator<Item = (&'r str, Value<'r, 't>)> {
        self.table.iter().map(|(key, value)| {
            let name: &'r str = key.get_ref();
            (name, Value::new(self.reading, &self.path, name, value))
        })
    }

    /// Notes a fault of the table as a whole.
    pub(crate) fn fault(&self, message: impl Into<String>) {
        self.reading.fault(self.line, message);
    }

    /// Notes a fault on another line of the file.
    pub(crate) fn fault_on(&self, line: usize, message: impl Into<String>) {
        self.reading.fault(line, message);
    }

    /// Refuses every key that nobody asked for.
    pub(crate) fn end(&self) {
        let asked = self.asked.borrow();
        for (key, value) in self.table {
            if !asked.contains(&key.get_ref().as_ref()) {
                let line = self.reading.line(key.span().start);
                let sort = if holds_tables(value.get_ref()) { "table" } else { "key" };
                let expected = asked.join(", ");
                self.reading.fault(
                    line,
                    format!("{} has an unknown {sort} `{}`, expected {expected}", self.named(), key.get_ref()),
                );
            }
        }
    }

    /// As the file and messages name it: `[income]`, `[[rule]]`.
    pub(crate) fn named(&self) -> String {
        match (self.path.as_str(), self.listed) {
            ("", _) => "the file".to_owned(),
            (path, false) => format!("[{path}]"),
            (path, true) => format!("[[{path}]]"),
        }
    }
}

fn holds_tables(value: &DeValue<'_>) -> bool {
    match value {
        DeValue::Array(items) => !items.is_empty() && items.iter().all(|item| item.get_ref().is_table()),
        other => other.is_table(),
    }
}

/// The value of a key, not yet known to be of the right sort.
pub(crate) struct Value<'r, 't> {
    reading: &'r Reading<'t>,
    /// The path of the table that it stands in.
    within: String,
    key: &'r str,
    value: &'r DeValue<'t>,
    /// Where it stands.
    pub(crate) line: usize,
}

impl<'r, 't> Value<'r, 't> {
    fn new(reading: &'r Reading<'t>, within: &str, key: &'r str, value: &'r Spanned<DeValue<'t>>) -> Value<'r, 't> {
        let line = reading.line(value.span().start);
        Value { reading, within: within.to_owned(), key, value: value.get_ref(), line }
    }

    /// An element of the list that this value is.
    fn item(&self, item: &'r Spanned<DeValue<'t>>) -> Value<'r, 't> {
        Value::new(self.reading, &self.within, self.key, item)
    }

    /// Notes that the value is not what was `expected`, and what to do.
    pub(crate) fn wrong<T>(&self, expected: impl fmt::Display) -> Option<T> {
        self.reading.fault(self.line, format!("`{}` is {}, expected {expected}", self.key, self.found()));
        None
    }

    /// Notes a fault of the value in words of its own.
    pub(crate) fn fault(&self, message: impl Into<String>) {
        self.reading.fault(self.line, message);
    }

    /// The value as it stands in the file, as messages show it.
    fn found(&self) -> String {
        match self.value {
            DeValue::String(text) => format!("{text:?}"),
            DeValue::Integer(number) => number.to_string(),
            DeValue::Float(number) => number.to_string(),
            DeValue::Boolean(flag) => flag.to_string(),
            DeValue::Datetime(time) => time.to_string(),
            DeValue::Array(items) if items.is_empty() => "an empty list".to_owned(),
            DeValue::Array(_) => "a list".to_owned(),
            DeValue::Table(_) => "a table".to_owned(),
        }
    }

    /// Text of one line, not blank.
    pub(crate) fn text(&self) -> Option<String> {
        let text = self.value.as_str().map(str::trim);
        match text.filter(|text| !text.is_empty() && !text.contains(char::is_control)) {
            Some(text) => Some(text.to_owned()),
            None => self.wrong("text in quotes, on one line"),
        }
    }

    /// Yes or no.
    pub(crate) fn flag(&self) -> Option<bool> {
        self.value.as_bool().or_else(|| self.wrong("true or false"))
    }

    /// A whole number of 0 or more.
    pub(crate) fn count<N: TryFrom<u64>>(&self) -> Option<N> {
        let number =
            self.value.as_integer().and_then(|number| u64::from_str_radix(number.as_str(), number.radix()).ok());
        number.and_then(|number| N::try_from(number).ok()).or_else(|| self.wrong("a whole number of 0 or more"))
    }

    /// A year.
    pub(crate) fn year(&self) -> Option<i32> {
        let year = self.value.as_integer().and_then(|number| number.as_str().parse().ok());
        year.filter(|year| (1900..=2999).contains(year)).or_else(|| self.wrong("a year of four digits"))
    }

    /// A day.
    pub(crate) fn day(&self) -> Option<NaiveDate> {
        let date = self.value.as_datetime().filter(|time| time.time.is_none()).and_then(|time| time.date);
        date.and_then(|date| NaiveDate::from_ymd_opt(date.year.into(), date.month.into(), date.day.into()))
            .or_else(|| self.wrong("a day without quotes, such as 2025-01-31"))
    }

    /// An exact decimal number, written in quotes: a bare one would pass through a float.
    pub(crate) fn decimal(&self) -> Option<Decimal> {
        let text = self.quoted()?;
        let plain = text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.' || byte == b'-');
        let number = Decimal::from_str_exact(text).ok().filter(|_| plain);
        number.map(|number| number.normalize()).or_else(|| self.wrong("a decimal number in quotes, such as \"50\""))
    }

    /// An amount in yuan, written in quotes.
    pub(crate) fn amount(&self) -> Option<Fen> {
        let text = self.quoted()?;
        let expected = "yuan in quotes with at most two decimals, such as \"10000.00\"";
        Fen::from_yuan_text(text).or_else(|| self.wrong(expected))
    }

    /// An amount in yuan above 0, written in quotes.
    pub(crate) fn amount_above_zero(&self) -> Option<Fen> {
        let amount = self.amount()?;
        if amount > Fen::ZERO { Some(amount) } else { self.wrong("an amount above 0") }
    }

    fn quoted(&self) -> Option<&'r str> {
        match self.value {
            DeValue::String(text) => Some(text),
            DeValue::Integer(_) | DeValue::Float(_) => {
                let found = self.found();
                self.wrong(format!("exact decimal text: write it in quotes, \"{found}\""))
            }
            _ => self.wrong("decimal text in quotes"),
        }
    }

    /// A division code.
    pub(crate) fn area(&self) -> Option<AreaCode> {
        let code = self.value.as_str().and_then(|text| AreaCode::from_text(text.as_bytes()));
        code.or_else(|| self.wrong("a division code of six digits in quotes, such as \"150724\""))
    }

    /// One of `choices`, by name.
    pub(crate) fn choice<T: Copy>(&self, choices: &[(&'static str, T)]) -> Option<T> {
        let found = self.value.as_str().and_then(|text| choices.iter().find(|(name, _)| *name == text));
        found.map(|(_, choice)| *choice).or_else(|| {
            let names: Vec<&str> = choices.iter().map(|(name, _)| *name).collect();
            match names.as_slice() {
                [only] => self.wrong(format!("\"{only}\"")),
                _ => self.wrong(format!("one of {}", names.join(", "))),
            }
        })
    }

    /// A list, not empty, of different `choices`.
    pub(crate) fn choices<T: Copy + PartialEq>(&self, choices: &[(&'static str, T)]) -> Option<Vec<T>> {
        let Some(items) = self.value.as_array().filter(|items| !items.is_empty()) else {
            let names: Vec<&str> = choices.iter().map(|(name, _)| *name).collect();
            return self.wrong(format!("a list of at least one of {}", names.join(", ")));
        };
        let mut chosen = Vec::with_capacity(items.len());
        let mut sound = true;
        for item in items {
            let item = self.item(item);
            match item.choice(choices) {
                Some(choice) if chosen.contains(&choice) => {
                    item.fault(format!("`{}` names {} twice, expected it once", self.key, item.found()));
                    sound = false;
                }
                Some(choice) => chosen.push(choice),
                None => sound = false,
            }
        }
        sound.then_some(chosen)
    }

    /// The elements of a list.
    pub(crate) fn items(&self) -> Option<Vec<Value<'r, 't>>> {
        let items = self.value.as_array().or_else(|| self.wrong("a list"))?;
        Some(items.iter().map(|item| self.item(item)).collect())
    }

    /// A table, written `{ .. }` or under a heading of its own.
    pub(crate) fn table(&self) -> Option<Section<'r, 't>> {
        let table = self.value.as_table().or_else(|| self.wrong("a table"))?;
        Some(self.section(table, false))
    }

    /// A list of tables.
    pub(crate) fn tables(&self) -> Option<Vec<Section<'r, 't>>> {
        let items = self.value.as_array().or_else(|| self.wrong("a list of tables"))?;
        let mut tables = Vec::with_capacity(items.len());
        for item in items {
            let item = self.item(item);
            match item.value.as_table() {
                Some(table) => tables.push(item.section(table, true)),
                None => item.wrong("a table")?,
            }
        }
        Some(tables)
    }

    /// Whether the value is the text `word`.
    pub(crate) fn says(&self, word: &str) -> bool {
        self.value.as_str() == Some(word)
    }

    /// Whether the value is a table.
    pub(crate) fn is_table(&self) -> bool {
        self.value.is_table()
    }

    /// Whether the value is a list.
    pub(crate) fn is_list(&self) -> bool {
        self.value.is_array()
    }

    fn section(&self, table: &'r DeTable<'t>, listed: bool) -> Section<'r, 't> {
        let dot = if self.within.is_empty() { "" } else { "." };
        let path = format!("{}{dot}{}", self.within, self.key);
        Section { reading: self.reading, path, listed, table, line: self.line, asked: RefCell::default() }
    }
}
