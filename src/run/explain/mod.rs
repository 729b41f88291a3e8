//! Explains one person's warning from a published night alone: what was delivered, what became of it, and how it comes
//! to the burden that was flagged.
//!
//! The certificate number comes from a file or from standard input, never from the command line, where other users of
//! the machine see it; and it goes into no message. Nor does the path of the file, which may be the number itself when
//! somebody took the argument for it.

mod followed;
mod read;
mod redo;

use std::collections::HashMap;
use std::io::{self, BufRead as _, Read as _};
use std::path::Path;

use crate::config;
use crate::error::Error;
use crate::model::{Fate, Fault, PersonId};
use crate::publish::explain::{self, ExplainedRow, Explanation};
use crate::publish::{self, PublishedNight};

/// Where the certificate number is read from.
const STANDARD_INPUT: &str = "-";
/// No certificate number is longer.
const LONGEST: u64 = 1000;
/// How much of a manifest's hash names a night on a page.
const NAMED_BY: usize = 12;

/// The page of the person whose number stands in the first line of `person`, `-` for standard input: as text, and as a
/// file of HTML where `html` asks for one. For a person without a finding it says so, and no file is written: the
/// question was answered, so this is no error.
///
/// # Errors
/// A number that cannot be read; a night that cannot be used, was published without evidence, or contradicts itself.
pub fn explain(night: &Path, person: &Path, html: Option<&Path>) -> Result<String, Error> {
    let person = number(person)?;
    let night = PublishedNight::open(night)?;
    let flagged = night.rows_of("flagged", &person)?;
    if flagged.is_empty() {
        return Ok(without_finding(&night, &person, html.is_some()));
    }
    if !night.has("evidence") {
        let message = "was not published: the job switched it off (`[outputs]`, `evidence = false`), and nothing can \
                       be explained without it; run the day again with it, into a copy of the \
                       folder as it stood before that day (--published)";
        return Err(Fault::missing(night.place("evidence"), message).into());
    }
    let page = page(&night, &person, &flagged)?;
    if let Some(path) = html {
        publish::replace_private_file(path, &explain::html(&page)?)?;
    }
    Ok(explain::text(&page))
}

fn page(night: &PublishedNight, person: &PersonId, flagged: &[publish::PublishedRow]) -> Result<Explanation, Error> {
    let evidence = read::evidence(night, person)?;
    let payers = read::payers(night)?;
    let burden = redo::burden(night, &evidence)?;
    let findings = flagged
        .iter()
        .map(|row| redo::explained(night, row, (person, &payers, &burden, &evidence)))
        .collect::<Result<Vec<_>, Error>>()?;
    let mut reversals: HashMap<String, Vec<String>> = HashMap::new();
    for (row, _) in evidence.iter().filter(|(row, _)| row.fate == Fate::Counted) {
        if let (Some(reversed), Some(id)) = (&row.init_setl_id, &row.setl_id) {
            reversals.entry(reversed.clone()).or_default().push(id.clone());
        }
    }
    let rows = evidence.into_iter().map(|(row, is_payment)| {
        let by = row.setl_id.as_ref().filter(|_| row.fate == Fate::Counted && !is_payment);
        let reversed_by = by.and_then(|id| reversals.get(id)).cloned().unwrap_or_default();
        ExplainedRow { row, is_payment, reversed_by }
    });
    Ok(Explanation {
        as_of: night.manifest.as_of,
        place: night.manifest.cited.place.clone(),
        night: night.sha256.chars().take(NAMED_BY).collect(),
        number: explain::masked(person),
        payers,
        burden,
        findings,
        rows: rows.collect(),
    })
}

/// What there is to say of a person whom the night does not flag.
fn without_finding(night: &PublishedNight, person: &PersonId, asked_for_html: bool) -> String {
    let mut text = format!("{}：这一天的结果中，没有这个证件号码的预警。\n", night.manifest.as_of);
    let number = person.to_string();
    if number.len() >= 15 && PersonId::resident(number.as_bytes()).is_none() {
        text.push_str("这个号码不是校验正确的居民身份证号码，请先核对有没有输错。\n");
    }
    if asked_for_html {
        text.push_str("没有可以解释的内容，没有写 HTML 文件。\n");
    }
    text
}

/// The person whose number is the first line of a file, or of standard input.
fn number(source: &Path) -> Result<PersonId, Error> {
    let is_input = source.as_os_str() == STANDARD_INPUT;
    let text = if is_input { first_line_of_input()? } else { content_of(source)? };
    let line = text.trim_start_matches('\u{feff}').lines().next().unwrap_or_default();
    let person = PersonId::resident(line.as_bytes()).or_else(|| PersonId::other(line));
    person.ok_or_else(|| {
        let place = if is_input { "standard input" } else { "--person" };
        Fault::missing(place, "the first line is empty, expected a certificate number in it").into()
    })
}

fn first_line_of_input() -> Result<String, Error> {
    let mut line = Vec::new();
    let read = io::stdin().lock().take(LONGEST).read_until(b'\n', &mut line);
    read.map_err(|cause| Error::read(Path::new("standard input"), cause))?;
    String::from_utf8(line).map_err(|_| Fault::data("standard input", "is not text in UTF-8").into())
}

/// The text of the file. Whatever is wrong, its path is not told.
fn content_of(path: &Path) -> Result<String, Error> {
    config::read(path, "file").map_err(|_| {
        let message = "cannot be read, expected the path of a file in UTF-8 whose first line is a certificate \
                       number, or - for standard input; the number itself is never an argument";
        Fault::missing("--person", message).into()
    })
}
