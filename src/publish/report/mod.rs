//! The board as a static site (调度看板), and the monthly report as one page: opened from a folder, with no server and no
//! network. In Chinese, as leaders and clerks read it. Pure: it draws what it is given, and adds nothing up, as it
//! cannot know what was withheld.
//!
//! Every page has the same making: a head with a few figures, then sections of text, pictures, tables and citations.
//! `place.rs` says how one place is shown, and does so for the whole area and for each county; `index.rs` adds what
//! there is once a night, `month.rs` what there is once a month, `method.rs` how each figure is made. `page.rs`,
//! `table.rs` and `charts/` turn that into HTML.

mod care;
mod charts;
mod index;
mod method;
mod month;
mod page;
mod place;
mod table;
mod words;

use rayon::prelude::*;

use crate::error::Error;
use crate::model::board::{Board, Locality};
use crate::model::monthly::Month;

const STYLE: &str = include_str!("style.css");
const SCRIPT: &str = include_str!("script.js");

/// One file of the site.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SiteFile {
    /// Its name; all lie in one folder.
    pub name: String,
    /// What it holds.
    pub text: String,
}

/// Every file of the site, sorted by name: begin with `index.html`.
///
/// # Errors
/// Never in practice: the templates are the program's own.
pub fn site(board: &Board, month: Option<&Month>) -> Result<Vec<SiteFile>, Error> {
    let links = links(month);
    let mut files = vec![
        SiteFile { name: "index.html".to_owned(), text: index::page(board, &links)?.html()? },
        SiteFile { name: "method.html".to_owned(), text: method::page(board, month, &links).html()? },
        SiteFile { name: "style.css".to_owned(), text: STYLE.to_owned() },
        SiteFile { name: "script.js".to_owned(), text: SCRIPT.to_owned() },
    ];
    if let Some(month) = month {
        files.push(SiteFile { name: month_file(month), text: month::page(month, &links)?.html()? });
    }
    let county = |county| {
        let text = index::county(board, county, &links)?.html()?;
        Ok(SiteFile { name: county_file(&county.total.place), text })
    };
    let counties: Result<Vec<SiteFile>, Error> = board.counties.par_iter().map(county).collect();
    files.extend(counties?);
    files.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(files)
}

/// The monthly report as one file that needs no other.
///
/// # Errors
/// As [`site`].
pub fn monthly(month: &Month) -> Result<String, Error> {
    page::Page { style: Some(STYLE), ..month::page(month, &[])? }.html()
}

/// The pages that every page leads to.
fn links(month: Option<&Month>) -> Vec<(String, &'static str)> {
    let mut links = vec![("index.html".to_owned(), "总览")];
    links.extend(month.map(|month| (month_file(month), "月报")));
    links.push(("method.html".to_owned(), "口径和依据"));
    links
}

fn month_file(month: &Month) -> String {
    format!("month-{}.html", month.month.format("%Y-%m"))
}

/// The page of one county.
fn county_file(place: &Locality) -> String {
    format!("county-{}.html", place.code.as_deref().unwrap_or("unknown"))
}
