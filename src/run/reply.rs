//! A list that an office returned: read, held against the latest night's ledger or problem list, and kept for the
//! nights to come.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use chrono::NaiveDate;

use crate::error::Error;
use crate::job::{Job, Kind};
use crate::model::{Fault, Problem, ReplyLine, ReplyName};
use crate::publish::{self, Beside, NewReply, ReplyLines};
use crate::replies::{self, Form, Given, Key, Returned, Taken};

/// What is said of a reply, beyond its job.
#[derive(Debug, Clone)]
pub struct ReplyOrder {
    /// The file as the office returned it.
    pub file: PathBuf,
    /// The office: by its id in a nightly job, by its name as `owner` in a job of audits; not needed where there is but
    /// one.
    pub office: Option<String>,
    /// The day on which it was received; without it, today.
    pub received: Option<NaiveDate>,
    /// The file with the list's password, in place of the one that the job gives the office.
    pub password_file: Option<PathBuf>,
    /// Today.
    pub today: NaiveDate,
}

/// Takes a reply: what can be used is kept, and every line that cannot is told.
///
/// # Errors
/// Whatever stands in the way, a file of which nothing can be used among it; nothing was kept then.
pub fn reply(job: &Job, order: &ReplyOrder) -> Result<String, Error> {
    match job.kind {
        Kind::Nightly => {
            let ids = job.offices.iter().map(|office| office.id.as_str()).collect();
            let office = office(job, ids, "[[office]] of that `id`, to whom lists are sent", order)?;
            let key = || key(order, || publish::password_of(job, &office), &format!("office `{office}`"));
            let matched = |returned: &Returned, night: &Path, given: &Given<'_>| {
                let (warnings, told) = publish::ledger_of(night)?;
                Ok(replies::matched(returned, (&warnings, &told), given))
            };
            let how = How { form: Form::Warnings, office: &office };
            taken_in(job, order, how, key, matched, ReplyLines::of_warnings)
        }
        Kind::Audit(_) | Kind::Conduct | Kind::Monthly => {
            let sent = sent_to(job)?;
            let named = job.problems.owners.values().map(|owner| owner.name.as_str());
            let owners: BTreeSet<&str> = named.chain(sent.iter().map(String::as_str)).collect();
            let office = office(job, owners.into_iter().collect(), "`owner` of that name in [problems]", order)?;
            let key = || key(order, || publish::problems_password_text(job), "[problems]");
            let matched = |returned: &Returned, night: &Path, given: &Given<'_>| {
                Ok(replies::matched_problems(returned, &publish::problems_of(night, job.kind.name())?, given))
            };
            let how = How { form: Form::Problems, office: &office };
            taken_in(job, order, how, key, matched, ReplyLines::of_problems)
        }
        Kind::Report => {
            let path = job.path.display();
            Err(Error::Arguments(format!("{path} is a job of kind report: nothing is answered to it")))
        }
    }
}

/// The offices that the latest night's problems are with: their lists went out under these names, whatever the job
/// calls them since.
fn sent_to(job: &Job) -> Result<BTreeSet<String>, Error> {
    let Some((_, folder)) = publish::nights(&job.published)?.pop() else {
        return Ok(BTreeSet::new());
    };
    let problems = publish::problems_of(&folder, job.kind.name())?;
    Ok(problems.into_iter().filter(Problem::stands).map(|problem| problem.owner).collect())
}

/// What sort of list it is, and whose.
#[derive(Clone, Copy)]
struct How<'a> {
    form: Form,
    office: &'a str,
}

/// Reads the file, holds it against the list of the latest night by `matched`, and keeps what can be used, written by
/// `lines`.
fn taken_in<I, A>(
    job: &Job,
    order: &ReplyOrder,
    how: How<'_>,
    key: impl FnOnce() -> Result<Option<Key<String>>, Error>,
    matched: impl FnOnce(&Returned, &Path, &Given<'_>) -> Result<Taken<I, A>, Error>,
    lines: impl FnOnce(&[ReplyLine<I, A>]) -> Result<ReplyLines, Error>,
) -> Result<String, Error> {
    let received = order.received.unwrap_or(order.today);
    if received > order.today {
        return Err(Error::Arguments(format!("--received {received}: is yet to come; give the day of receipt")));
    }
    let returned = replies::open(&order.file, how.form, key)?;
    let file = order.file.display();
    let beside = Beside::begin(&job.published)?;
    let sha256 = publish::sha256_of(&returned.bytes);
    if let Some(kept) = publish::reply_given_before(&job.published, &sha256)? {
        return Ok(format!("{file}: was given before and is kept as {}; nothing was changed\n", kept.display()));
    }
    let (night, folder) = latest_night(&job.published, received, how.form)?;
    let given = Given { office: how.office, received, night };
    let taken = matched(&returned, &folder, &given)?;
    if taken.replies.is_empty() {
        return Err(nothing_usable(&order.file, how.form, &taken));
    }
    let reply = NewReply {
        name: ReplyName { received, sha256 },
        office: given.office,
        night: given.night,
        bytes: &returned.bytes,
        extension: returned.extension,
        lines: lines(&taken.replies)?,
        faults: &taken.faults,
        counts: taken.counts,
    };
    let kept = publish::keep_reply(&beside, &reply)?;
    Ok(told(&order.file, &given, &taken, &kept))
}

/// The office that answers: the one named, or the only one that the job has.
fn office(job: &Job, ids: Vec<&str>, lacking: &str, order: &ReplyOrder) -> Result<String, Error> {
    match (order.office.as_deref(), ids.as_slice()) {
        (Some(named), []) => {
            let mend = format!("give the job an {lacking}");
            Err(Error::Arguments(format!("--office {named}: {} names no office; {mend}", job.path.display())))
        }
        (Some(named), ids) if ids.contains(&named) => Ok(named.to_owned()),
        (Some(named), ids) => Err(Error::Arguments(format!("--office {named}: expected one of {}", ids.join(", ")))),
        (None, [only]) => Ok((*only).to_owned()),
        (None, ids) => {
            let expected = if ids.is_empty() { "an id".to_owned() } else { format!("one of {}", ids.join(", ")) };
            Err(Error::Arguments(format!("say with --office who answers, expected {expected}")))
        }
    }
}

/// The password of the list: the one that the job gives, `whose` it is, unless a file is named.
fn key(
    order: &ReplyOrder,
    given: impl FnOnce() -> Result<Option<String>, Error>,
    whose: &str,
) -> Result<Option<Key<String>>, Error> {
    let (password, whence) = match &order.password_file {
        Some(path) => {
            (publish::password_in(path)?, "the password in --password-file; see that it is the list's own".to_owned())
        }
        None => {
            let mend = "name the file that holds the list's own with --password-file";
            (given()?, format!("the password of {whose}; {mend}"))
        }
    };
    Ok(password.map(|password| Key { password, whence }))
}

/// The latest night, and where it stands. A reply is used by the nights after it: one that was received before it would
/// change what nights that stand were made from.
fn latest_night(published: &Path, received: NaiveDate, form: Form) -> Result<(NaiveDate, PathBuf), Error> {
    let Some((night, folder)) = publish::nights(published)?.pop() else {
        let message = format!("holds no night yet, so no {} can have been answered", form.noun());
        return Err(Fault::missing(published.display().to_string(), message).into());
    };
    if received < night {
        return Err(Error::Arguments(format!(
            "--received {received}: the night of {night} is published already and would have used it; give {night} or a \
             later day: when something was done is said in the list itself"
        )));
    }
    Ok((night, folder))
}

fn nothing_usable<I, A>(file: &Path, form: Form, taken: &Taken<I, A>) -> Error {
    let place = file.display().to_string();
    let faults: Vec<Fault> = taken.faults.iter().map(|fault| Fault::data(&place, fault.to_string())).collect();
    let message = match (taken.counts.lines, faults.is_empty()) {
        (0, true) => format!("has no line with a {}'s number; expected the list as it was sent", form.noun()),
        (_, true) => "has no answer on any line; was it saved after it was filled in?".to_owned(),
        (_, false) => "holds nothing that can be used, and was not kept".to_owned(),
    };
    Error::Refused(std::iter::once(Fault::data(&place, message)).chain(faults).collect())
}

fn told<I, A>(file: &Path, given: &Given<'_>, taken: &Taken<I, A>, kept: &Path) -> String {
    let Given { office, received, night } = given;
    let counts = taken.counts;
    let mut text = format!(
        "{}: from {office}, received {received}, held against the night of {night}\n\
         lines {}, taken {}, repeated {}, unanswered {}, refused {}\n",
        file.display(),
        counts.lines,
        counts.taken,
        counts.repeated,
        counts.unanswered,
        counts.refused
    );
    for fault in &taken.faults {
        text.push_str(&format!("refused: {fault}\n"));
    }
    text.push_str(&format!("kept {}\n", kept.display()));
    text
}
