//! `problems.parquet`: the problem list (问题清单) as a night has it, written, and read back by the night after it.
//! Changes no value.

use std::path::Path;

use chrono::NaiveDate;

use super::head::Head;
use super::named::{Predecessor, UsedReply};
use super::opening::{night_before, predecessor};
use super::parquet::{self, Columns};
use super::rows::{Read, Rows, rows_of};
use super::tables::{Out, in_order};
use crate::contract;
use crate::error::Error;
use crate::model::{
    Categories, Handled, Handling, Matter, Mechanism, Problem, ProblemChange, ProblemId, ProblemState, Shown, Solution,
    SolvedBy, Subject,
};

/// The file that holds a night's problems.
pub(super) const FILE: &str = "problems.parquet";

/// What a night of audits begins with.
#[derive(Debug, Default, Clone, PartialEq)]
pub struct OpeningProblems {
    /// The night that it was taken from; `None` for the first.
    pub predecessor: Option<Predecessor>,
    /// The problems of that night.
    pub problems: Vec<Problem>,
    /// The replies that it used: their answers are in its problems.
    pub replies: Vec<UsedReply>,
}

/// What the night of `as_of` begins with: the problems of the latest night before it, whatever the days between, which
/// has to be of the same `kind`.
///
/// # Errors
/// See [`problems_of`].
pub fn opening_problems(published: &Path, as_of: NaiveDate, kind: &str) -> Result<OpeningProblems, Error> {
    match night_before(published, as_of)? {
        Some((day, folder)) => opening_problems_with(day, &folder, kind),
        None => Ok(OpeningProblems::default()),
    }
}

/// What a night of audits begins with that follows the one in `folder`, of the day `night`.
///
/// # Errors
/// See [`problems_of`].
pub fn opening_problems_with(night: NaiveDate, folder: &Path, kind: &str) -> Result<OpeningProblems, Error> {
    let head = Head::of_kind(folder, kind)?;
    let problems = listed_in(folder, &head)?;
    Ok(OpeningProblems { predecessor: Some(predecessor(night, folder)?), problems, replies: head.replies })
}

/// The problems of a published night of one `kind`, in its order. The file is held to the manifest first.
///
/// # Errors
/// A manifest or a list that cannot be used, and a list that is not the one published.
pub fn problems_of(night: &Path, kind: &str) -> Result<Vec<Problem>, Error> {
    listed_in(night, &Head::of_kind(night, kind)?)
}

fn listed_in(night: &Path, head: &Head) -> Result<Vec<Problem>, Error> {
    rows_of(night, head, (FILE, "problems", "a list of problems"), problem)
}

/// `problems.parquet`.
pub(super) fn problems(out: Out<'_>, as_of: NaiveDate, problems: &[Problem]) -> Result<u64, Error> {
    let rows = in_order(problems, |a, b| {
        let subject = || a.subject.cmp(&b.subject).then(a.year.cmp(&b.year));
        a.mechanism.name().cmp(b.mechanism.name()).then_with(subject)
    });
    parquet::write(out, contract::table("problems"), &rows, |columns, rows| {
        let of = || rows.iter().copied();
        columns
            .day("as_of", of().map(|_| Some(as_of)))?
            .text("problem_id", of().map(|row| Some(row.id.to_string())))?
            .text("mechanism", of().map(|row| Some(row.mechanism.name())))?
            .integer("year", of().map(|row| Some(row.year.into())))?
            .text("subject_kind", of().map(|row| Some(row.subject.kind())))?
            .text("person_id", of().map(|row| row.subject.person().map(ToString::to_string)))?
            .text("subject_code", of().map(|row| row.subject.code()))?
            .text("name", of().map(|row| row.name.as_deref()))?
            .text("categories", of().map(|row| Some(row.categories.to_string())))?
            .text("area_code", of().map(|row| row.area.map(|area| area.to_string())))?
            .text("town_code", of().map(|row| row.town_code.as_deref()))?
            .text("owner", of().map(|row| Some(&row.owner)))?
            .text("state", of().map(|row| Some(row.state.name())))?
            .text("change", of().map(|row| Some(row.change.name())))?
            .text("matter", of().map(|row| Some(row.shown.matter.name())))?
            .amount("found", of().map(|row| row.shown.found))?
            .amount("expected", of().map(|row| row.shown.expected))?
            .text("detail", of().map(|row| Some(&row.shown.detail)))?
            .text("reference", of().map(|row| row.shown.reference.as_deref()))?;
        course(columns, rows)
    })
}

/// What became of the problems since they were found.
fn course(columns: &mut Columns, rows: &[&Problem]) -> Result<(), Error> {
    let of = || rows.iter().copied();
    let claims = || rows.iter().map(|row| row.claim.as_ref());
    let dismissals = || rows.iter().map(|row| row.dismissal.as_ref());
    let solutions = || rows.iter().map(|row| row.solution.as_ref());
    columns
        .day("first_seen", of().map(|row| Some(row.first_seen)))?
        .day("since", of().map(|row| Some(row.since)))?
        .day("last_seen", of().map(|row| Some(row.last_seen)))?
        .day("due", of().map(|row| row.due))?
        .integer("reopened", of().map(|row| Some(row.reopened.into())))?
        .day("claimed_on", claims().map(|claim| Some(claim?.on)))?
        .text("claim_remark", claims().map(|claim| claim?.remark.as_deref()))?
        .day("dismissed_on", dismissals().map(|dismissal| Some(dismissal?.on)))?
        .text("dismissal_reason", dismissals().map(|dismissal| dismissal?.remark.as_deref()))?
        .day("dismissed_until", dismissals().map(|dismissal: Option<&Handled>| dismissal?.until))?
        .day("solved_on", solutions().map(|solution| Some(solution?.on)))?
        .text("solved_by", solutions().map(|solution| Some(solution?.by.name())))?
        .text("solved_matter", solutions().map(|solution| Some(solution?.matter?.name())))?
        .text("solved_detail", solutions().map(|solution| solution?.detail.as_deref()))?;
    Ok(())
}

fn problem(rows: &Rows<'_>, row: usize) -> Read<Problem> {
    let text = |name| rows.text(name, row);
    let day = |name| rows.needed(name, rows.day(name, row));
    Ok(Problem {
        id: ProblemId::from_text(rows.needed("problem_id", text("problem_id"))?).ok_or("problem_id")?,
        mechanism: rows.needed("mechanism", rows.named("mechanism", row, &Mechanism::ALL, Mechanism::name))?,
        subject: Subject::published(
            rows.needed("subject_kind", text("subject_kind"))?,
            text("person_id")?,
            text("subject_code")?,
        )
        .ok_or("subject_code")?,
        year: rows.needed("year", rows.whole("year", row))?,
        name: text("name")?.map(str::to_owned),
        categories: Categories::named(rows.needed("categories", text("categories"))?).ok_or("categories")?,
        area: rows.area("area_code", row)?,
        town_code: text("town_code")?.map(str::to_owned),
        shown: Shown {
            matter: rows.needed("matter", rows.named("matter", row, &Matter::ALL, Matter::name))?,
            found: rows.amount("found", row)?,
            expected: rows.amount("expected", row)?,
            detail: rows.needed("detail", text("detail"))?.to_owned(),
            reference: text("reference")?.map(str::to_owned),
        },
        owner: rows.needed("owner", text("owner"))?.to_owned(),
        state: rows.needed("state", rows.named("state", row, &ProblemState::ALL, ProblemState::name))?,
        change: rows.needed("change", rows.named("change", row, &ProblemChange::ALL, ProblemChange::name))?,
        first_seen: day("first_seen")?,
        since: day("since")?,
        last_seen: day("last_seen")?,
        due: rows.day("due", row)?,
        reopened: rows.needed("reopened", rows.whole("reopened", row))?,
        claim: handled(rows, row, Handling::Solved, ["claimed_on", "claim_remark"])?,
        dismissal: handled(rows, row, Handling::Dismissed, ["dismissed_on", "dismissal_reason"])?,
        solution: solution(rows, row)?,
    })
}

fn handled(rows: &Rows<'_>, row: usize, handling: Handling, columns: [&'static str; 2]) -> Read<Option<Handled>> {
    let Some(on) = rows.day(columns[0], row)? else { return Ok(None) };
    let remark = rows.text(columns[1], row)?.map(str::to_owned);
    let until = if handling == Handling::Dismissed { rows.day("dismissed_until", row)? } else { None };
    Ok(Some(Handled { handling, on, remark, until }))
}

fn solution(rows: &Rows<'_>, row: usize) -> Read<Option<Solution>> {
    let Some(on) = rows.day("solved_on", row)? else { return Ok(None) };
    Ok(Some(Solution {
        on,
        by: rows.needed("solved_by", rows.named("solved_by", row, &SolvedBy::ALL, SolvedBy::name))?,
        matter: rows.named("solved_matter", row, &Matter::ALL, Matter::name)?,
        detail: rows.text("solved_detail", row)?.map(str::to_owned),
    }))
}
