//! One page of the site as HTML: sections of text, pictures, tables and citations. It escapes whatever stands in the
//! data; the pictures alone are taken as they are, as they were escaped when they were drawn.

use minijinja::Environment;
use minijinja::value::{Serde, Value};
use serde::Serialize;

use super::table::Table;
use crate::error::Error;
use crate::model::board::RuleText;

/// The name ends in `.html`: that turns escaping on.
const NAME: &str = "page.html";
const TEMPLATE: &str = include_str!("page.html");

/// A page.
#[derive(Debug, Default, Serialize)]
pub(super) struct Page {
    pub(super) title: String,
    /// What stands below the title: day, number of the night.
    pub(super) facts: Vec<(&'static str, String)>,
    /// The pages that every page leads to.
    pub(super) links: Vec<(String, &'static str)>,
    /// What is not as it should be, first of all.
    pub(super) alerts: Vec<String>,
    pub(super) tiles: Vec<Tile>,
    pub(super) sections: Vec<Section>,
    /// The style sheet, for a page that stands alone; else it lies beside the page, and so does the script.
    pub(super) style: Option<&'static str>,
}

/// A figure at the head of a page.
#[derive(Debug, Serialize)]
pub(super) struct Tile {
    pub(super) label: &'static str,
    pub(super) figure: String,
    pub(super) class: &'static str,
}

/// One section.
#[derive(Debug, Default, Serialize)]
pub(super) struct Section {
    id: &'static str,
    title: &'static str,
    /// Paragraphs before everything else.
    text: Vec<String>,
    figures: Vec<Figure>,
    tables: Vec<Table>,
    rules: Vec<Rule>,
    /// Lines of the program, as they are.
    lines: Vec<String>,
}

/// A picture and its words.
#[derive(Debug, Serialize)]
struct Figure {
    caption: String,
    svg: String,
}

/// A rule and its citation.
#[derive(Debug, Serialize)]
struct Rule {
    subject: String,
    title: String,
    condition: String,
    source: String,
    words: Option<String>,
    span: String,
}

impl Section {
    pub(super) fn new(id: &'static str, title: &'static str) -> Section {
        Section { id, title, ..Section::default() }
    }

    pub(super) fn says(mut self, text: impl Into<String>) -> Section {
        self.text.push(text.into());
        self
    }

    pub(super) fn shows(mut self, caption: impl Into<String>, svg: Option<String>) -> Section {
        self.figures.extend(svg.map(|svg| Figure { caption: caption.into(), svg }));
        self
    }

    pub(super) fn lists(mut self, table: Table) -> Section {
        self.tables.extend(table.if_any());
        self
    }

    pub(super) fn quotes<'a>(mut self, lines: impl IntoIterator<Item = &'a String>) -> Section {
        self.lines.extend(lines.into_iter().cloned());
        self
    }

    pub(super) fn cites<'a>(mut self, rules: impl IntoIterator<Item = &'a RuleText>) -> Section {
        self.rules.extend(rules.into_iter().map(rule));
        self
    }

    /// The section, unless all that it has is its title, or words about what is not there.
    pub(super) fn if_any(self) -> Option<Section> {
        let empty = self.figures.is_empty() && self.tables.is_empty() && self.rules.is_empty() && self.lines.is_empty();
        (!empty).then_some(self)
    }
}

fn rule(of: &RuleText) -> Rule {
    let until = of.until.map_or_else(|| "至今".to_owned(), |until| format!("至 {until} 前"));
    Rule {
        subject: of.subject.clone(),
        title: of.title.clone(),
        condition: of.condition.clone(),
        source: format!("{} {}", of.document, of.article),
        words: of.words.clone(),
        span: format!("{} 起，{until}", of.from),
    }
}

impl Page {
    /// The page as a file of HTML.
    pub(super) fn html(self) -> Result<String, Error> {
        let rendered = Environment::new().render_named_str(NAME, TEMPLATE, Value::from(Serde(self)));
        rendered.map_err(|error| Error::Internal(format!("a page of the report: {error}")))
    }
}
