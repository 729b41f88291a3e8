//! Tonight's warnings become the lists that are due (预警名单): for each office what its areas, rules and ways give it,
//! sheet by sheet. Pure: it opens no file, and knows neither workbooks nor passwords.
//!
//! What is new to an office is judged by the ledger and the calendar alone, so that a night run again gives the same
//! lists. A warning is new while no list has told of it, or when it was opened, or opened again, after the office's
//! last list. A person already taken into monitoring is never sent as new: the warning stands among those that
//! continue.

mod cadence;
mod cells;
mod notes;
mod place;

use std::collections::{BTreeMap, HashMap, HashSet};

use chrono::NaiveDate;

use crate::error::Error;
use crate::job::{Job, Office, Split};
use crate::model::{AreaCode, AreaLevel, Fault, PersonId, Sheet, Warning};
use crate::policy::{InForce, Policy};

pub use cadence::{Extent, due as due_on};
pub use cells::{Cell, Row, columns};
pub use notes::{Note, notes};

/// Stands in a file's name for townships without a code that could.
const OTHER_TOWNS: &str = "other";

/// The longest code of a township that becomes part of a file's name.
const TOWN_MAX: usize = 12;

/// One list: what one office receives tonight about one area.
#[derive(Debug)]
pub struct List<'a> {
    /// Who receives it.
    pub office: &'a Office,
    /// The area that the file is about.
    pub area: AreaCode,
    /// The township, where each has a file.
    pub town: Option<String>,
    /// How much it holds.
    pub extent: Extent,
    /// The rows of each sheet; a list of changes has no [`Sheet::Continuing`].
    pub sheets: BTreeMap<Sheet, Vec<&'a Warning>>,
    /// Warnings left out because the office asked not to be sent them for now.
    pub quiet: u64,
    /// New warnings left out of a list of changes because the person is in monitoring already.
    pub monitored: u64,
}

impl List<'_> {
    /// How many rows stand on a sheet.
    pub fn rows(&self, sheet: Sheet) -> u64 {
        self.sheets.get(&sheet).map_or(0, |rows| rows.len() as u64)
    }

    /// The file's name, without what says its form.
    pub fn name(&self, as_of: NaiveDate) -> String {
        let town = self.town.as_ref().map(|town| format!("-{town}")).unwrap_or_default();
        format!("{}-{}{town}-{as_of}", self.office.id, self.area)
    }
}

/// Holds the offices to the policy: rules that it has, and for everybody whom a rule covers a way by which help comes.
///
/// # Errors
/// Every rule that an office names and the policy lacks; every category without a way.
pub fn fit(job: &Job, policy: &Policy, in_force: &InForce) -> Result<(), Error> {
    let mut faults = Vec::new();
    for office in &job.offices {
        let place = format!("{} line {}", job.path.display(), office.line);
        for rule in office.rules.iter().filter(|id| policy.rules.iter().all(|rule| rule.id != **id)) {
            let ids: Vec<&str> = policy.rules.iter().map(|rule| rule.id.as_str()).collect();
            let message = format!(
                "office `{}` receives rule `{rule}`, which {} lacks, expected some of {}",
                office.id,
                policy.path.display(),
                ids.join(", ")
            );
            faults.push(Fault::config(&place, message));
        }
    }
    let covered = |rule: &str| job.offices.iter().any(|office| office.rules.iter().any(|id| id == rule));
    for rule in in_force.rules.iter().filter(|rule| covered(&rule.id)) {
        let lacking = rule.categories.iter().filter(|category| in_force.assistance_for(*category).is_none());
        let lacking: Vec<&str> = lacking.map(|category| category.name()).collect();
        if !lacking.is_empty() {
            let message = format!(
                "rule `{}` covers {}, for whom no [[assistance]] holds on {}; the lists say who is helped directly and \
                 who applies: add it with its citation",
                rule.id,
                lacking.join(", "),
                in_force.as_of
            );
            faults.push(Fault::config(policy.path.display().to_string(), message));
        }
    }
    if faults.is_empty() { Ok(()) } else { Err(Error::Refused(faults)) }
}

/// Notes on each warning of which a list tells somebody tonight for the first time that it does. By when an answer is
/// due follows from it, and is set by whoever knows the working days before the lists are made.
pub fn mark_sent(offices: &[Office], policy: &InForce, warnings: &mut [Warning]) {
    let monitored = monitored(warnings);
    let told = |warning: &Warning| {
        offices.iter().any(|office| {
            due_on(office, policy.as_of).is_some_and(|extent| {
                receives(office, policy, warning).is_some()
                    && matches!(place::of(office, extent, policy.as_of, warning, &monitored), place::Place::On(_))
            })
        })
    };
    let told: Vec<bool> = warnings.iter().map(told).collect();
    for (warning, told) in warnings.iter_mut().zip(told) {
        if told && warning.stands() {
            warning.sent_on.get_or_insert(policy.as_of);
        }
    }
}

/// The lists that are due tonight, sorted by file; one without a row is not sent.
pub fn tonight<'a>(offices: &'a [Office], policy: &InForce, warnings: &'a [Warning]) -> Vec<List<'a>> {
    let monitored = monitored(warnings);
    let mut lists = Vec::new();
    for office in offices {
        let Some(extent) = due_on(office, policy.as_of) else { continue };
        let mut by_file: BTreeMap<(AreaCode, Option<String>), List<'a>> = BTreeMap::new();
        for warning in warnings {
            let Some(served) = receives(office, policy, warning) else { continue };
            let place = place::of(office, extent, policy.as_of, warning, &monitored);
            if matches!(place, place::Place::Nowhere) {
                continue;
            }
            let (area, town) = file_of(office.split_by, served, warning);
            let list = by_file.entry((area, town.clone())).or_insert_with(|| empty(office, extent, area, town));
            match place {
                place::Place::On(sheet) => list.sheets.entry(sheet).or_default().push(warning),
                place::Place::Quiet => list.quiet += 1,
                place::Place::Monitored => list.monitored += 1,
                place::Place::Nowhere => {}
            }
        }
        lists.extend(by_file.into_values().filter(|list| list.sheets.values().any(|rows| !rows.is_empty())));
    }
    lists.iter_mut().flat_map(|list| list.sheets.values_mut()).for_each(|rows| sort(rows));
    lists.sort_by(|a, b| (&a.office.id, a.area, &a.town).cmp(&(&b.office.id, b.area, &b.town)));
    lists
}

/// How many standing warnings no office receives, on whatever day: nobody is to be lost without a word.
pub fn without_office(offices: &[Office], policy: &InForce, warnings: &[Warning]) -> u64 {
    let standing = warnings.iter().filter(|warning| warning.stands());
    let lost = |warning: &&Warning| offices.iter().all(|office| receives(office, policy, warning).is_none());
    standing.filter(lost).count() as u64
}

/// The office that receives the warning, on whatever day; `None` when none does, and when several do.
pub fn only_office<'a>(offices: &'a [Office], policy: &InForce, warning: &Warning) -> Option<&'a str> {
    let mut receiving = offices.iter().filter(|office| receives(office, policy, warning).is_some());
    match (receiving.next(), receiving.next()) {
        (Some(only), None) => Some(&only.id),
        _ => None,
    }
}

/// The area under which the office receives the warning; `None` when it does not.
fn receives(office: &Office, policy: &InForce, warning: &Warning) -> Option<AreaCode> {
    let standing = &warning.standing;
    let way = || policy.assistance_for(standing.category).map(|entry| entry.way);
    let town = || standing.town_code.as_ref().is_some_and(|town| office.towns.contains(town));
    let wanted = office.rules.contains(&standing.rule)
        && (office.towns.is_empty() || town())
        && (office.categories.is_empty() || office.categories.contains(standing.category))
        && office.way.is_none_or(|wanted| way() == Some(wanted));
    office.serves(standing.area?).filter(|_| wanted)
}

/// Everybody whom some office took into monitoring, by this or an earlier warning.
fn monitored(warnings: &[Warning]) -> HashSet<PersonId> {
    let taken = |warning: &&Warning| warning.answer.as_ref().is_some_and(|answer| answer.monitored);
    warnings.iter().filter(taken).map(|warning| warning.person.clone()).collect()
}

/// The area and township of the file in which a warning stands. A code that cannot stand in a file's name, or none at
/// all, shares a file with its like.
fn file_of(split: Split, served: AreaCode, warning: &Warning) -> (AreaCode, Option<String>) {
    let county = warning.standing.area.and_then(|area| area.at(AreaLevel::County)).unwrap_or(served);
    let named = |town: &&String| town.len() <= TOWN_MAX && town.bytes().all(|byte| byte.is_ascii_alphanumeric());
    match split {
        Split::Area => (served, None),
        Split::County => (county, None),
        Split::Town => {
            let town = warning.standing.town_code.as_ref().filter(named).map_or(OTHER_TOWNS, |town| town.as_str());
            (county, Some(town.to_owned()))
        }
    }
}

fn empty(office: &Office, extent: Extent, area: AreaCode, town: Option<String>) -> List<'_> {
    let of = |sheet: &Sheet| extent == Extent::Everything || *sheet != Sheet::Continuing;
    let sheets = Sheet::ALL.into_iter().filter(of).map(|sheet| (sheet, Vec::new())).collect();
    List { office, area, town, extent, sheets, quiet: 0, monitored: 0 }
}

/// By place, the heaviest burden first.
fn sort(rows: &mut [&Warning]) {
    rows.sort_by(|a, b| {
        let place = |warning: &'_ Warning| (warning.standing.area, warning.standing.town_code.clone());
        let heavier = b.standing.burden_tested.cmp(&a.standing.burden_tested);
        place(a).cmp(&place(b)).then(heavier).then_with(|| a.id.cmp(&b.id))
    });
}

/// The titles of every rule that the policy ever had, by id.
pub fn titles(policy: &Policy) -> HashMap<&str, &str> {
    policy.rules.iter().map(|rule| (rule.id.as_str(), rule.title.as_str())).collect()
}
