//! `[[folder]]` and `[names]` of a job of kind report: which folders of published nights the board is made from, how
//! often each is to have a new one, and what codes are called on its pages.

use std::collections::BTreeMap;
use std::path::PathBuf;

use super::Kind;
use crate::config::{Section, Value};
use crate::model::Cadence;

/// What a report is made from.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Report {
    /// The folders, that of the nightly warning among them.
    pub folders: Vec<ReportFolder>,
    /// What codes of areas and townships, and ids of offices, are called.
    pub names: BTreeMap<String, String>,
}

/// A folder of published nights.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReportFolder {
    /// The kind of job that publishes there.
    pub kind: Kind,
    /// Where.
    pub nights: PathBuf,
    /// How often.
    pub cadence: Cadence,
    /// Where it begins in the file.
    pub line: usize,
}

const CADENCES: [(&str, Cadence); 3] =
    [("daily", Cadence::Daily), ("weekly", Cadence::Weekly), ("monthly", Cadence::Monthly)];

/// Both tables; `None` when a fault was noted. `beside` reads a path relative to the job file.
pub(super) fn read(root: &Section<'_, '_>, beside: &impl Fn(&Value<'_, '_>) -> Option<PathBuf>) -> Option<Report> {
    let sections = root.tables("folder");
    let folders = sections.and_then(|sections| {
        let each: Vec<Option<ReportFolder>> = sections.iter().map(|section| folder(section, beside)).collect();
        each.into_iter().collect::<Option<Vec<_>>>()
    });
    let names = root.may("names", BTreeMap::new(), |value| names(&value.table()?));
    let folders = folders?;
    if !folders.iter().any(|folder| folder.kind == Kind::Nightly) {
        root.fault("the board is made from nights of warnings; name their folder in a [[folder]] of kind \"nightly\"");
        return None;
    }
    for (index, folder) in folders.iter().enumerate() {
        if let Some(other) = folders[..index].iter().find(|other| other.kind == folder.kind) {
            let (kind, line) = (folder.kind.name(), other.line);
            root.fault_on(folder.line, format!("[[folder]] of kind \"{kind}\" stands on line {line} already"));
            return None;
        }
    }
    Some(Report { folders, names: names? })
}

fn folder(section: &Section<'_, '_>, beside: &impl Fn(&Value<'_, '_>) -> Option<PathBuf>) -> Option<ReportFolder> {
    let kinds: Vec<(&str, Kind)> =
        Kind::ALL.iter().filter(|kind| **kind != Kind::Report).map(|kind| (kind.name(), *kind)).collect();
    let kind = section.need("kind", |kind| kind.choice(&kinds));
    let nights = section.need("nights", beside);
    let cadence = section.need("cadence", |cadence| cadence.choice(&CADENCES));
    section.end();
    Some(ReportFolder { kind: kind?, nights: nights?, cadence: cadence?, line: section.line })
}

fn names(section: &Section<'_, '_>) -> Option<BTreeMap<String, String>> {
    section.entries().map(|(code, name)| Some((code.to_owned(), name.text()?))).collect()
}
