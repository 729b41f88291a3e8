//! A list that an office returned: read, held against the latest night's ledger, and kept for the nights to come.

use std::path::{Path, PathBuf};

use chrono::NaiveDate;

use crate::error::Error;
use crate::job::Job;
use crate::model::{Fault, ReplyName, Warning};
use crate::publish::{self, Beside, NewReply};
use crate::replies::{self, Given, Key, Returned, Taken};

/// What is said of a reply, beyond its job.
#[derive(Debug, Clone)]
pub struct ReplyOrder {
    /// The file as the office returned it.
    pub file: PathBuf,
    /// The office, by its id; not needed where the job has one.
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
    let office = office(job, order.office.as_deref())?;
    let received = order.received.unwrap_or(order.today);
    if received > order.today {
        return Err(Error::Arguments(format!("--received {received}: is yet to come; give the day of receipt")));
    }
    let returned = replies::open(&order.file, || key(job, &office, order.password_file.as_deref()))?;
    let file = order.file.display();
    let beside = Beside::begin(&job.published)?;
    let sha256 = publish::sha256_of(&returned.bytes);
    if let Some(kept) = publish::reply_given_before(&job.published, &sha256)? {
        return Ok(format!("{file}: was given before and is kept as {}; nothing was changed\n", kept.display()));
    }
    let (night, ledger) = latest_night(&job.published, received)?;
    let given = Given { office: &office, received, night };
    let taken = replies::matched(&returned, &ledger, &given);
    if taken.replies.is_empty() {
        return Err(nothing_usable(&order.file, &taken));
    }
    let name = ReplyName { received, sha256 };
    let kept = keep(&beside, name, &given, &returned, &taken)?;
    Ok(told(&order.file, &given, &taken, &kept))
}

/// The office that answers: the one named, or the only one that the job has.
fn office(job: &Job, named: Option<&str>) -> Result<String, Error> {
    let ids: Vec<&str> = job.offices.iter().map(|office| office.id.as_str()).collect();
    match (named, ids.as_slice()) {
        (Some(named), []) => {
            let mend = "give the job an [[office]] of that `id`, to whom lists are sent";
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

/// The password of the list: that of the office's own entry in the job, unless a file is named.
fn key(job: &Job, office: &str, named: Option<&Path>) -> Result<Option<Key<String>>, Error> {
    let (password, whence) = match named {
        Some(path) => {
            (publish::password_in(path)?, "the password in --password-file; see that it is the list's own".to_owned())
        }
        None => {
            let mend = "name the file that holds the list's own with --password-file";
            (publish::password_of(job, office)?, format!("the password of office `{office}`; {mend}"))
        }
    };
    Ok(password.map(|password| Key { password, whence }))
}

/// The latest night, and its ledger. A reply is used by the nights after it: one that was received before it would
/// change what nights that stand were made from.
fn latest_night(published: &Path, received: NaiveDate) -> Result<(NaiveDate, Vec<Warning>), Error> {
    let Some((night, folder)) = publish::nights(published)?.pop() else {
        let message = "holds no night yet, so no warning can have been answered";
        return Err(Fault::missing(published.display().to_string(), message).into());
    };
    if received < night {
        return Err(Error::Arguments(format!(
            "--received {received}: the night of {night} is published already and would have used it; give {night} or a \
             later day: when something was done is said in the list itself"
        )));
    }
    Ok((night, publish::ledger_of(&folder)?))
}

fn keep(
    beside: &Beside,
    name: ReplyName,
    given: &Given<'_>,
    returned: &Returned,
    taken: &Taken,
) -> Result<PathBuf, Error> {
    let reply = NewReply {
        name,
        office: given.office,
        night: given.night,
        bytes: &returned.bytes,
        extension: returned.extension,
        replies: &taken.replies,
        faults: &taken.faults,
        counts: taken.counts,
    };
    publish::keep_reply(beside, &reply)
}

fn nothing_usable(file: &Path, taken: &Taken) -> Error {
    let place = file.display().to_string();
    let faults: Vec<Fault> = taken.faults.iter().map(|fault| Fault::data(&place, fault.to_string())).collect();
    let message = match (taken.counts.lines, faults.is_empty()) {
        (0, true) => "has no line with a warning's number; expected the list as it was sent",
        (_, true) => "has no answer on any line; was it saved after it was filled in?",
        (_, false) => "holds nothing that can be used, and was not kept",
    };
    Error::Refused(std::iter::once(Fault::data(&place, message)).chain(faults).collect())
}

fn told(file: &Path, given: &Given<'_>, taken: &Taken, kept: &Path) -> String {
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
