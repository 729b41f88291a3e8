//! The board (调度看板): what other jobs published becomes a site that is opened from its folder, and the report of a
//! month becomes one page. Reads published nights and the policy, and no delivery.

use std::path::Path;

use chrono::{Datelike, Days, Months, NaiveDate};
use tracing::info;

use super::nightly::{Order, Outcome, write_metrics};
use super::rule_texts;
use crate::board::Figured;
use crate::board::nights::{AuditNight, Folder, Nights};
use crate::error::Error;
use crate::job::{Job, Kind, ReportFolder};
use crate::model::Fault;
use crate::model::board::Board;
use crate::model::monthly::Month;
use crate::policy::Policy;
use crate::publish::{self, BoardManifest, BoardNight, HashedFile, Staging, report};

/// How far the trend looks back, in days.
const TREND: u64 = 365;

/// Publishes the board of a day: all of it, or nothing.
///
/// # Errors
/// Whatever stands in the way; what was published before is left as it was.
pub fn report(job: &Job, order: &Order) -> Result<Outcome, Error> {
    let policy = Policy::load(&job.policy)?;
    let kind = job.kind.name();
    let staging = Staging::begin(&job.published, order.as_of, order.replace)?.of_kind(kind)?;
    let predecessor = publish::predecessor_of(&job.published, order.as_of, kind)?;
    let mut nights = nights(job, &policy, order.as_of)?;
    info!(nights = nights.past.len(), audits = nights.audits.len(), "read the published nights");
    let last_month = last_month(order.as_of).map(|month| if_counted(job, month, &mut nights.warnings));
    let last_month = last_month.transpose()?.flatten();
    let figured = Figured::of(&nights);
    let month = match last_month {
        // What the board counts, the month does.
        Some((month, last)) if last == order.as_of => Some(figured.month(month)),
        Some(month) => Some(month_of(job, &policy, month)?),
        None => None,
    };
    let board = figured.board();
    let files = report::site(&board, month.as_ref())?;
    let made_from = (hashed(&job.path)?, HashedFile { file: job.policy.display().to_string(), sha256: policy.sha256 });
    let manifest = BoardManifest::of(order.as_of, made_from, predecessor, used(&nights));
    let metrics = metrics(&board);
    let folder = publish::staged_board(staging, &files, manifest)?.commit()?;
    write_metrics(order, &metrics)?;
    let summary = format!(
        "published {}\n  counties {}, nights {}, pages {}, late jobs {}\n  open {}\n",
        folder.display(),
        board.counties.len(),
        nights.past.len(),
        files.iter().filter(|file| file.name.ends_with(".html")).count(),
        late(&board),
        folder.join("index.html").display()
    );
    Ok(Outcome { folder, summary })
}

/// The board of a day, as its pages show it.
///
/// # Errors
/// A policy or a night that cannot be used.
pub fn board_of(job: &Job, as_of: NaiveDate) -> Result<Board, Error> {
    let policy = Policy::load(&job.policy)?;
    Ok(Figured::of(&nights(job, &policy, as_of)?).board())
}

/// Writes the report of a month, given by its first day, as one page that needs no other file.
///
/// # Errors
/// A month of which nothing was published, and whatever stands in the way.
pub fn month(job: &Job, month: NaiveDate, out: &Path) -> Result<String, Error> {
    if job.kind != Kind::Report {
        let (path, kind) = (job.path.display(), job.kind.name());
        return Err(Error::Arguments(format!("report: {path} is a job of kind {kind}, expected one of kind report")));
    }
    let policy = Policy::load(&job.policy)?;
    let Some((last, _)) = last_night_of(job, month)? else {
        let nightly = nightly(job)?;
        let message = format!("no night of {} is published there", month.format("%Y-%m"));
        return Err(Fault::missing(nightly.nights.display().to_string(), message).into());
    };
    let report = month_of(job, &policy, (month, last))?;
    publish::replace_file(out, &report::monthly(&report)?)?;
    Ok(format!("written {}\n", out.display()))
}

/// The report of a month, given by its first day and its last.
fn month_of(job: &Job, policy: &Policy, (month, last): (NaiveDate, NaiveDate)) -> Result<Month, Error> {
    Ok(Figured::of(&nights(job, policy, last)?).month(month))
}

/// The first day and the last of the month that begins on `month`, where a nightly warning of it stands; with a warning
/// not where the last of them is an earlier version's: the board does not need it.
fn if_counted(
    job: &Job,
    month: NaiveDate,
    warnings: &mut Vec<String>,
) -> Result<Option<(NaiveDate, NaiveDate)>, Error> {
    let Some((last, night)) = last_night_of(job, month)? else { return Ok(None) };
    if publish::counts_its_ledger(&nightly(job)?.nights, night)? {
        return Ok(Some((month, last)));
    }
    warnings.push(format!("report: the report of last month is left out, as night {night} counts no ledger"));
    Ok(None)
}

/// The last day of a month, and the last night of warnings published in it.
fn last_night_of(job: &Job, month: NaiveDate) -> Result<Option<(NaiveDate, NaiveDate)>, Error> {
    let next = month.checked_add_months(Months::new(1)).and_then(|next| next.pred_opt());
    let last = next.ok_or_else(|| Error::Arguments(format!("--month {month}: has no end")))?;
    let days = publish::nights_until(&nightly(job)?.nights, last)?;
    Ok(days.last().filter(|night| **night >= month).map(|night| (last, *night)))
}

/// The first day of the last month that is over, `as_of` included where it is the last of its month.
fn last_month(as_of: NaiveDate) -> Option<NaiveDate> {
    let first = as_of.succ_opt()?.with_day(1)?;
    first.checked_sub_months(Months::new(1))
}

fn nightly(job: &Job) -> Result<&ReportFolder, Error> {
    let folder = job.report.folders.iter().find(|folder| folder.kind == Kind::Nightly);
    folder.ok_or_else(|| Error::Internal(format!("{}: names no nightly folder", job.path.display())))
}

/// Reads everything that the board of `as_of` is made from.
fn nights(job: &Job, policy: &Policy, as_of: NaiveDate) -> Result<Nights, Error> {
    let folder = nightly(job)?;
    let from = as_of.checked_sub_days(Days::new(TREND)).unwrap_or(as_of);
    let mut days = publish::nights_until(&folder.nights, as_of)?;
    days.retain(|day| *day > from);
    let Some(latest) = days.last() else {
        let message = format!("no night of the year until {as_of} is published there; run the nightly job first");
        return Err(Fault::missing(folder.nights.display().to_string(), message).into());
    };
    let tonight = publish::tonight(&folder.nights, *latest)?;
    let past = publish::past(&folder.nights, &days)?;
    let (audits, folders) = audits(job, as_of)?;
    let mut warnings: Vec<String> = tonight.warnings.clone();
    warnings.extend(audits.iter().flat_map(|audit| audit.warnings.iter().cloned()));
    warnings.sort();
    warnings.dedup();
    Ok(Nights {
        as_of,
        place: policy.place.clone(),
        area: policy.area,
        names: job.report.names.clone(),
        rules: rule_texts::of(policy, as_of),
        tonight,
        past,
        audits,
        folders,
        warnings,
    })
}

/// The latest night of each folder of audits, and how every folder stands.
fn audits(job: &Job, as_of: NaiveDate) -> Result<(Vec<AuditNight>, Vec<Folder>), Error> {
    let (mut audits, mut folders) = (Vec::new(), Vec::new());
    let month_began = as_of.with_day(1).unwrap_or(as_of);
    for ReportFolder { kind, nights, cadence, .. } in &job.report.folders {
        let days = publish::nights_until(nights, as_of)?;
        let latest = days.last().copied();
        folders.push(Folder { kind: kind.name().to_owned(), cadence: *cadence, latest });
        if let (Some(latest), true) = (latest, *kind != Kind::Nightly) {
            let before = days.iter().rev().find(|day| **day < month_began).copied();
            audits.push(publish::audit_night(nights, kind.name(), latest, before)?);
        }
    }
    Ok((audits, folders))
}

/// The nights that the manifest names.
fn used(nights: &Nights) -> Vec<BoardNight> {
    let tonight = ("nightly", nights.tonight.night, &nights.tonight.sha256);
    let audits = nights.audits.iter().map(|audit| (audit.kind.as_str(), audit.night, &audit.sha256));
    let named = std::iter::once(tonight).chain(audits);
    named.map(|(kind, night, sha256)| BoardNight { kind: kind.to_owned(), night, sha256: sha256.clone() }).collect()
}

fn hashed(path: &Path) -> Result<HashedFile, Error> {
    let (sha256, _) = publish::sha256_of_file(path).map_err(|cause| Error::read(path, cause))?;
    Ok(HashedFile { file: path.display().to_string(), sha256 })
}

/// How many jobs are late, those that never ran among them.
fn late(board: &Board) -> usize {
    board.jobs.iter().filter(|job| job.days_late() != Some(0)).count()
}

/// For a Prometheus textfile collector: whether jobs are late.
fn metrics(board: &Board) -> String {
    let mut text = "# HELP fangpin_job_days_late Days by which a job's latest night is older than it may be; -1 where \
                    it never ran.\n# TYPE fangpin_job_days_late gauge\n"
        .to_owned();
    for job in &board.jobs {
        let days = job.days_late().unwrap_or(-1);
        text += &format!("fangpin_job_days_late{{kind=\"{}\"}} {days}\n", job.kind);
    }
    text + &format!(
        "# HELP fangpin_board_counties Counties on the board.\n# TYPE fangpin_board_counties gauge\n\
         fangpin_board_counties {}\n",
        board.counties.len()
    )
}
