//! Tonight's warnings become the lists that are due (预警名单): for each office what its areas, rules and ways give it,
//! sheet by sheet. Pure: it opens no file, and knows neither workbooks nor passwords.
//!
//! What a warning is to an office is judged by what the office has been told ([`told()`]), which each night hands on to
//! the next: it is new until told, or when it was opened again since; it rose when it is higher than as last told; and
//! whoever was told is told of its end too, or that it went to another office. A person already taken into monitoring
//! is never sent as new: the warning stands among those that continue.

mod cadence;
mod cells;
mod notes;
mod place;
mod problems;
mod told;

use std::collections::{BTreeMap, HashMap, HashSet};

use chrono::NaiveDate;

use self::place::Place;
use self::told::OfficeNight;
use crate::error::Error;
use crate::job::{Job, Office, Split};
use crate::model::{AreaCode, AreaLevel, Fault, PersonId, Sheet, Told, Warning, WarningId};
use crate::policy::{InForce, Policy};

pub use cadence::{Extent, due as due_on};
pub use cells::{Cell, Row, category_terms, columns};
pub use notes::{Note, chinese, notes};
pub use problems::{NO_AREA, ProblemsOf, problem_cell, problem_columns, problems_of};
pub use told::{Before, note, set_due, told};

/// Stands in a file's name for townships without a code that could.
const OTHER_TOWNS: &str = "other";

/// The longest code of a township that becomes part of a file's name.
const TOWN_MAX: usize = 12;

/// A warning in a list.
#[derive(Debug, Clone, Copy)]
pub struct Line<'a> {
    /// The warning.
    pub warning: &'a Warning,
    /// The day by which the office that receives the list is to answer.
    pub answer_due: Option<NaiveDate>,
    /// Whether it went to another office: this one is told so, and nothing of what has become of the person since.
    pub gone: bool,
}

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
    pub sheets: BTreeMap<Sheet, Vec<Line<'a>>>,
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

/// The lists that are due tonight, sorted by file; one without a row is not sent. `told` is what [`told()`] gives
/// for the same night.
pub fn tonight<'a>(
    offices: &'a [Office],
    policy: &InForce,
    before: Before<'_>,
    told: &[Told],
    warnings: &'a [Warning],
) -> Vec<List<'a>> {
    let monitored = monitored(warnings);
    let due: HashMap<(&str, &WarningId), Option<NaiveDate>> =
        told.iter().map(|told| ((told.office.as_str(), &told.warning), told.answer_due)).collect();
    let mut lists = Vec::new();
    for office in offices {
        let night = OfficeNight::new(office, policy, before);
        let Some(extent) = night.extent else { continue };
        let mut by_file: BTreeMap<(AreaCode, Option<String>), List<'a>> = BTreeMap::new();
        for warning in warnings {
            let (known, place, served) = night.place(warning, &monitored);
            let ended = place == Place::On(Sheet::Ended);
            // The end is told where the beginning was.
            let (area, town) = match known.filter(|_| ended) {
                Some(told) => (Some(told.area), &told.town_code),
                None => (warning.standing.area, &warning.standing.town_code),
            };
            let Some(area) = area.filter(|_| place != Place::Nowhere) else { continue };
            let (area, town) = file_of(office, area, town.as_ref());
            let list = by_file.entry((area, town.clone())).or_insert_with(|| empty(office, extent, area, town));
            let answer_due = due.get(&(office.id.as_str(), &warning.id)).copied().flatten();
            let elsewhere = || warning.standing.area.and_then(|area| office.serves(area)).is_none();
            let gone = served.is_none() && (warning.stands() || elsewhere());
            match place {
                Place::On(sheet) => list.sheets.entry(sheet).or_default().push(Line { warning, answer_due, gone }),
                Place::Quiet => list.quiet += 1,
                Place::Monitored => list.monitored += 1,
                Place::Nowhere => {}
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

/// The area and township of the file in which the warnings of a place stand. A code that cannot stand in a file's name,
/// or none at all, shares a file with its like.
fn file_of(office: &Office, area: AreaCode, town: Option<&String>) -> (AreaCode, Option<String>) {
    let served = office.serves(area).unwrap_or(area);
    let county = area.at(AreaLevel::County).unwrap_or(served);
    let named = |town: &&String| town.len() <= TOWN_MAX && town.bytes().all(|byte| byte.is_ascii_alphanumeric());
    match office.split_by {
        Split::Area => (served, None),
        Split::County => (county, None),
        Split::Town => {
            let town = town.filter(named).map_or(OTHER_TOWNS, |town| town.as_str());
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
fn sort(rows: &mut [Line<'_>]) {
    rows.sort_by(|Line { warning: a, .. }, Line { warning: b, .. }| {
        let place = |warning: &'_ Warning| (warning.standing.area, warning.standing.town_code.clone());
        let heavier = b.standing.burden_tested.cmp(&a.standing.burden_tested);
        place(a).cmp(&place(b)).then(heavier).then_with(|| a.id.cmp(&b.id))
    });
}

/// The titles of every rule that the policy ever had, by id.
pub fn titles(policy: &Policy) -> HashMap<&str, &str> {
    policy.rules.iter().map(|rule| (rule.id.as_str(), rule.title.as_str())).collect()
}
