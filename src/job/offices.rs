//! `[[office]]`: who receives which warnings, how often, in what form, and behind which password. The password itself
//! is never in the job: only where it is kept.

use std::path::PathBuf;

use chrono::Weekday;

use crate::config::{Section, Value};
use crate::model::{AreaCode, AreaLevel, Categories, Category, Column, Way};

/// An office that receives warning lists.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Office {
    /// What names it in files and replies.
    pub id: String,
    /// What its lists call it.
    pub name: String,
    /// The areas that it serves, each with what lies in it.
    pub areas: Vec<AreaCode>,
    /// The townships that it serves; all of its areas where none is named.
    pub towns: Vec<String>,
    /// The ids of the rules whose warnings it receives.
    pub rules: Vec<String>,
    /// Only those whom help reaches by this way.
    pub way: Option<Way>,
    /// Only those whose rule was selected by one of these; all where none is named.
    pub categories: Categories,
    /// Whether it receives each night's changes.
    pub changes: bool,
    /// When it receives everything that stands.
    pub full: Option<Full>,
    /// The columns it may see, in order.
    pub columns: Vec<Column>,
    /// What becomes a file of its own.
    pub split_by: Split,
    /// The file's form.
    pub form: Form,
    /// What keeps others from reading it.
    pub protection: Protection,
    /// Where it begins in the file.
    pub line: usize,
}

/// When everything that stands is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Full {
    /// 旬: on the 10th, the 20th and the last day of a month.
    EveryTenDays,
    /// On the last day of a month.
    MonthEnd,
    /// On one day of each week.
    Weekly(Weekday),
}

/// What becomes a file of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Split {
    /// Each area that the office names.
    Area,
    /// Each county in them.
    County,
    /// Each township of each county in them.
    Town,
}

/// The form of a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Form {
    /// A workbook.
    Xlsx,
    /// Text in one table.
    Csv(Encoding),
}

/// The encoding of text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Encoding {
    /// UTF-8 behind a byte order mark, without which Excel takes it for something else.
    Utf8,
    /// GB 18030.
    Gb18030,
}

/// What keeps others from reading a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Protection {
    /// Nothing but the mode of the file.
    Plain,
    /// The password in this file.
    File(PathBuf),
    /// The password in this variable of the environment.
    Variable(String),
}

const WAYS: [(&str, Way); 2] = [("direct", Way::Direct), ("on_application", Way::OnApplication)];

const FULL: [(&str, Full); 2] = [("every_10_days", Full::EveryTenDays), ("month_end", Full::MonthEnd)];

const WEEKDAYS: [(&str, Weekday); 7] = [
    ("monday", Weekday::Mon),
    ("tuesday", Weekday::Tue),
    ("wednesday", Weekday::Wed),
    ("thursday", Weekday::Thu),
    ("friday", Weekday::Fri),
    ("saturday", Weekday::Sat),
    ("sunday", Weekday::Sun),
];

const SPLITS: [(&str, Split); 3] = [("area", Split::Area), ("county", Split::County), ("town", Split::Town)];

const FORMS: [(&str, bool); 2] = [("xlsx", false), ("csv", true)];

const ENCODINGS: [(&str, Encoding); 2] = [("utf-8", Encoding::Utf8), ("gb18030", Encoding::Gb18030)];

/// The longest id: it becomes part of a file's name.
const ID_MAX: usize = 32;

impl Office {
    /// Whether `area` lies in one that the office serves; which one.
    pub fn serves(&self, area: AreaCode) -> Option<AreaCode> {
        self.areas.iter().copied().find(|served| lies_in(area, *served))
    }

    /// Whether the file of a list has a password.
    pub fn has_password(&self) -> bool {
        self.protection != Protection::Plain
    }
}

fn lies_in(area: AreaCode, other: AreaCode) -> bool {
    area == other || [AreaLevel::Prefecture, AreaLevel::Province].iter().any(|level| area.at(*level) == Some(other))
}

/// Every `[[office]]`; `None` when a fault was noted. `beside` reads a path relative to the job file.
pub(super) fn read(root: &Section<'_, '_>, beside: &impl Fn(&Value<'_, '_>) -> Option<PathBuf>) -> Option<Vec<Office>> {
    let sections = root.tables("office")?;
    let offices: Vec<Option<Office>> = sections.iter().map(|section| office(section, beside)).collect();
    for (index, section) in sections.iter().enumerate() {
        let Some(id) = section.peek("id") else { continue };
        if let Some(first) = sections[..index].iter().find(|other| other.peek("id") == Some(id)) {
            section
                .fault(format!("office `{id}` stands on line {} already; give each office its own `id`", first.line));
        }
    }
    offices.into_iter().collect()
}

fn office(section: &Section<'_, '_>, beside: &impl Fn(&Value<'_, '_>) -> Option<PathBuf>) -> Option<Office> {
    let id = section.need("id", id);
    let name = section.need("name", Value::text);
    let areas = section.need("areas", areas);
    let towns = section.may("towns", Vec::new(), |value| value.list("one township's code in quotes", Value::text));
    let rules = section.need("rules", |value| value.list("one rule's id", Value::text));
    let way = section.may("way", None, |value| value.choice(&WAYS).map(Some));
    let categories = section.may("categories", Categories::NONE, |value| {
        let names = Category::ALL.map(|category| (category.name(), category));
        value.choices(&names).map(|categories| categories.into_iter().collect())
    });
    let changes = section.may("changes", false, |value| value.choice(&[("daily", true)]));
    let full = section.may("full", None, |value| full(value).map(Some));
    if !section.has("changes") && !section.has("full") {
        section.fault(
            "[[office]] has neither `changes` nor `full`, expected `changes = \"daily\"`, a `full` list, or both",
        );
    }
    let columns = section.need("columns", |value| value.choices(&Column::CHOSEN.map(|column| (column.name(), column))));
    let split_by = section.may("split_by", Split::Area, |value| value.choice(&SPLITS));
    let form = form(section);
    let protection = protection(section, beside);
    if let (Some(Form::Csv(_)), Some(Protection::File(_) | Protection::Variable(_))) = (&form, &protection) {
        section.fault(
            "a csv file cannot have a password; write `plain = true` and send it by a safe way, or make it xlsx",
        );
    }
    section.end();
    Some(Office {
        id: id?,
        name: name?,
        areas: areas?,
        towns: towns?,
        rules: rules?,
        way: way?,
        categories: categories?,
        changes: changes?,
        full: full?,
        columns: columns?,
        split_by: split_by?,
        form: form?,
        protection: protection?,
        line: section.line,
    })
}

/// An id that can stand in the name of a file anywhere.
fn id(value: &Value<'_, '_>) -> Option<String> {
    let id = value.text()?;
    let fits = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_';
    if id.len() <= ID_MAX && id.bytes().all(fits) {
        return Some(id);
    }
    value.wrong(format!("at most {ID_MAX} small letters, digits and `_`: it becomes part of a file's name"))
}

fn areas(value: &Value<'_, '_>) -> Option<Vec<AreaCode>> {
    let areas = value.list("one division code", Value::area)?;
    let nested = areas.iter().find_map(|area| {
        let within = areas.iter().find(|other| *other != area && lies_in(*area, **other))?;
        Some((area, within))
    });
    if let Some((area, within)) = nested {
        value.fault(format!("`areas` names {area}, which lies in {within}, named too; keep one of them"));
        return None;
    }
    Some(areas)
}

fn full(value: &Value<'_, '_>) -> Option<Full> {
    if !value.is_table() {
        let named = FULL.iter().find(|(name, _)| value.says(name)).map(|(_, full)| *full);
        return named.or_else(|| value.wrong("one of every_10_days, month_end, or { weekly = \"monday\" }"));
    }
    let section = value.table()?;
    let day = section.need("weekly", |value| value.choice(&WEEKDAYS));
    section.end();
    day.map(Full::Weekly)
}

fn form(section: &Section<'_, '_>) -> Option<Form> {
    let csv = section.need("form", |value| value.choice(&FORMS));
    let encoding = section.may("encoding", None, |value| value.choice(&ENCODINGS).map(Some));
    match (csv?, encoding?) {
        (false, None) => Some(Form::Xlsx),
        (true, Some(encoding)) => Some(Form::Csv(encoding)),
        (false, Some(_)) => {
            section.fault("`encoding` is for csv, but `form` is \"xlsx\"; take it out");
            None
        }
        (true, None) => {
            section.fault("a csv file needs `encoding`, which is missing: \"utf-8\" or \"gb18030\"");
            None
        }
    }
}

/// Exactly one of `plain`, `password_file` and `password_env`: that a list is sent open is said, never forgotten.
pub(super) fn protection(
    section: &Section<'_, '_>,
    beside: &impl Fn(&Value<'_, '_>) -> Option<PathBuf>,
) -> Option<Protection> {
    let plain = section.may("plain", None, |value| match value.flag()? {
        true => Some(Some(Protection::Plain)),
        false => value.wrong("true, or no such line and a password"),
    });
    let file = section.may("password_file", None, |value| beside(value).map(|path| Some(Protection::File(path))));
    let held = section.may("password_env", None, |value| variable(value).map(|name| Some(Protection::Variable(name))));
    let keys = ["plain", "password_file", "password_env"];
    if keys.iter().filter(|key| section.has(key)).count() != 1 {
        section.fault(format!(
            "{} needs exactly one of `password_file`, `password_env` and `plain = true`: the lists name people",
            section.named()
        ));
        return None;
    }
    plain?.or(file?).or(held?)
}

/// The name of a variable of the environment.
pub(super) fn variable(value: &Value<'_, '_>) -> Option<String> {
    let name = value.text()?;
    let fits = |byte: u8| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'_';
    if name.bytes().all(fits) { Some(name) } else { value.wrong("the name of a variable, in capitals, digits and `_`") }
}
