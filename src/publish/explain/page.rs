//! The page as HTML: one file that needs no other, prints on A4, and escapes whatever stands in the data.

use minijinja::Environment;
use minijinja::value::{Serde, Value};
use serde::Serialize;

use super::waterfall::{self, Waterfall};
use super::words::{self, exact, yuan};
use super::{Explained, ExplainedRow, Explanation};
use crate::error::Error;
use crate::model::Fate;

/// The name ends in `.html`: that turns escaping on.
const NAME: &str = "page.html";
const TEMPLATE: &str = include_str!("page.html");

#[derive(Serialize)]
struct View<'a> {
    place: &'a str,
    as_of: String,
    name: &'a str,
    number: &'a str,
    area: Option<String>,
    town: Option<&'a str>,
    findings: Vec<FindingView>,
    rows: Vec<RowView>,
    closing: &'static str,
    night: &'a str,
}

#[derive(Serialize)]
struct FindingView {
    title: String,
    verdict: String,
    why: String,
    facts: Vec<(&'static str, String)>,
    document: String,
    article: String,
    words: Option<String>,
    picture: Waterfall,
    not_taken_off: Option<String>,
}

#[derive(Serialize)]
struct RowView {
    day: String,
    sort: &'static str,
    id: String,
    place: String,
    amounts: Vec<(&'static str, String)>,
    fate: String,
    counted: bool,
}

/// The page as a file of HTML.
///
/// # Errors
/// Never in practice: the template is the program's own.
pub fn html(page: &Explanation) -> Result<String, Error> {
    let first = page.findings.first().map(|one| &one.finding);
    let view = View {
        place: &page.place,
        as_of: page.as_of.to_string(),
        name: first.and_then(|finding| finding.name.as_deref()).unwrap_or("没有记录"),
        number: &page.number,
        area: first.and_then(|finding| finding.area).map(|area| area.to_string()),
        town: first.and_then(|finding| finding.town_code.as_deref()),
        findings: page.findings.iter().map(|one| finding(page, one)).collect(),
        rows: page.rows.iter().map(|of| row(page, of)).collect(),
        closing: words::CLOSING,
        night: &page.night,
    };
    let rendered = Environment::new().render_named_str(NAME, TEMPLATE, Value::from(Serde(view)));
    rendered.map_err(|error| Error::Internal(format!("the page of an explanation: {error}")))
}

fn finding(page: &Explanation, one: &Explained) -> FindingView {
    let mut facts = vec![("规则", format!("{}。", words::condition(one)))];
    facts.extend(words::income(one).map(|income| ("参照收入", income)));
    facts.push(("预警线", words::threshold(one)));
    facts.push(("高出", format!("{} 元", exact(one.excess))));
    facts.push(("首次超线", words::first_day(one)));
    facts.push(("台账", words::followed(one)));
    FindingView {
        title: one.title.clone(),
        verdict: words::verdict(one),
        why: words::why(page, one),
        facts,
        document: one.document.clone(),
        article: one.article.clone(),
        words: one.words.clone(),
        picture: waterfall::of(&words::steps(page, one.finding.tests), one),
        not_taken_off: words::not_taken_off(page),
    }
}

fn row(page: &Explanation, of: &ExplainedRow) -> RowView {
    let parts = [("机构 ", &of.row.fixmedins_code), ("类别 ", &of.row.med_type)];
    let place = parts.iter().filter_map(|(label, value)| Some(format!("{label}{}", value.as_ref()?)));
    RowView {
        day: of.row.at.map_or_else(|| "日期无法读取".to_owned(), |at| at.date().to_string()),
        sort: words::sort(of),
        id: of.row.setl_id.clone().unwrap_or_default(),
        place: place.collect::<Vec<_>>().join(" "),
        amounts: words::amounts(of).into_iter().map(|(label, amount)| (label, yuan(amount))).collect(),
        fate: words::fate(page, of),
        counted: of.row.fate == Fate::Counted,
    }
}
