//! How good the early warning would have been: past days are assessed again, one after the other, and whoever came to
//! be flagged is held against whoever had been watched. Publishes nothing.
//!
//! Every day is replayed on today's delivery. A settlement is there from its own day on, so a row that arrived late is
//! seen earlier than it was on that night.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use chrono::{Datelike, Days, NaiveDate};

use super::found::{also_needed, summed};
use crate::assess;
use crate::delivery::{self, Progress};
use crate::error::{Error, both};
use crate::job::Job;
use crate::model::{BurdenKind, Category, Fault, Finding, PersonId, Watch, WatchKind, Watched};
use crate::policy::{Codes, InForce, Policy};
use crate::publish::terminal::aligned;

/// How many days ahead an announcement is early.
const EARLY_DAYS: i64 = 30;

/// Which days are replayed: every so many from the first on, the last, and the last of each year between.
#[derive(Debug, Clone, Copy)]
pub struct Span {
    /// The first.
    pub from: NaiveDate,
    /// The last.
    pub to: NaiveDate,
    /// How many days lie between two.
    pub every: u32,
}

/// Whom a warning would be about: person, burden and policy year.
type About = (PersonId, BurdenKind, i32);

/// A day, and the rule on that day.
type Seen = (NaiveDate, String);

/// What was seen of one person's burden in one year, until it was flagged.
#[derive(Debug, Default)]
struct Trace {
    /// When the share of the threshold, and when the pace, first announced it.
    near: Option<Seen>,
    pace: Option<Seen>,
    flagged: Option<Seen>,
    /// Whether it was flagged on the first day replayed of its year.
    from_the_start: bool,
}

/// Replays the days of `span` and says what the early warning was worth: as text for the terminal.
///
/// # Errors
/// A span that ends before it begins, and whatever would refuse the night of one of its days.
pub fn backtest(job: &Job, span: Span, progress: &Progress) -> Result<String, Error> {
    let days = days(span)?;
    let watch = job.watch.unwrap_or_default();
    let (policy, codes) = both(Policy::load(&job.policy), Codes::load(&job.codes))?;
    let policies = in_force(&policy, &days)?;
    let needed: BTreeSet<_> = policies.iter().flat_map(also_needed).collect();
    let needed: Vec<_> = needed.into_iter().collect();
    let delivery = delivery::open(&job.delivery, &delivery::NIGHTLY, &needed)?;

    let mut traces: HashMap<About, Trace> = HashMap::new();
    let mut titles: BTreeMap<String, String> = BTreeMap::new();
    let mut year = None;
    for policy in &policies {
        titles.extend(policy.rules.iter().map(|rule| (rule.id.clone(), rule.title.clone())));
        let (inputs, burdens) = summed(&delivery, policy, &codes, false, progress)?;
        let assessed = assess::everyone(policy, &inputs.register, &inputs.incomes, &burdens.sums)?;
        let watched = assess::watched(policy, &inputs.register, &inputs.incomes, &burdens.sums, &watch);
        let first_of_year = year.replace(policy.as_of.year()) != Some(policy.as_of.year());
        see(&mut traces, policy.as_of, first_of_year, (&assessed.findings, &watched));
    }
    delivery.still_the_same()?;
    Ok(report(span, days.len(), &watch, &titles, &traces))
}

fn days(span: Span) -> Result<BTreeSet<NaiveDate>, Error> {
    let Span { from, to, every } = span;
    if to < from {
        return Err(Error::Arguments(format!("--to {to} lies before --from {from}; give the later day to --to")));
    }
    let step = Days::new(u64::from(every.max(1)));
    let mut days: BTreeSet<NaiveDate> =
        std::iter::successors(Some(from), |day| day.checked_add_days(step)).take_while(|day| *day < to).collect();
    days.extend((from.year()..to.year()).filter_map(|year| NaiveDate::from_ymd_opt(year, 12, 31)));
    days.insert(to);
    Ok(days)
}

/// The rules of every day, or every fault of all of them.
fn in_force(rules: &Policy, days: &BTreeSet<NaiveDate>) -> Result<Vec<InForce>, Error> {
    let mut policies = Vec::new();
    let mut faults: Vec<Fault> = Vec::new();
    for day in days {
        match rules.in_force_on(*day) {
            Ok(policy) => policies.push(policy),
            Err(Error::Refused(wrong)) => faults.extend(wrong),
            Err(other) => return Err(other),
        }
    }
    if faults.is_empty() { Ok(policies) } else { Err(Error::Refused(faults)) }
}

/// Enters what one day shows. Whoever was flagged before is left as it was: an announcement comes before.
fn see(
    traces: &mut HashMap<About, Trace>,
    day: NaiveDate,
    first_of_year: bool,
    (findings, watched): (&[Finding], &[Watched]),
) {
    // Nobody outside the register is watched, so nobody there is missed.
    for finding in findings.iter().filter(|finding| finding.category != Category::OrdinaryInsured) {
        let trace = traces.entry((finding.person.clone(), finding.tests, day.year())).or_default();
        if trace.flagged.is_none() {
            trace.flagged = Some((day, finding.rule.clone()));
            trace.from_the_start = first_of_year;
        }
    }
    for one in watched {
        let trace = traces.entry((one.person.clone(), one.tests, day.year())).or_default();
        if trace.flagged.is_some() {
            continue;
        }
        let seen = || (day, one.rule.clone());
        if one.kind.is_near() {
            trace.near.get_or_insert_with(seen);
        }
        if one.kind.is_pace() {
            trace.pace.get_or_insert_with(seen);
        }
    }
}

/// What announcements of one sort under one rule came to.
#[derive(Debug, Default, Clone, Copy)]
struct Score {
    flagged: u64,
    early: u64,
    late: u64,
    never: u64,
    announced: u64,
    wrong: u64,
}

/// The sorts of announcement: by the share, by the pace, by whichever came first.
const SORTS: [(&str, WatchKind); 3] =
    [("near", WatchKind::Near), ("pace", WatchKind::Pace), ("either", WatchKind::Both)];

impl Trace {
    fn announced(&self, sort: WatchKind) -> Option<&Seen> {
        match sort {
            WatchKind::Near => self.near.as_ref(),
            WatchKind::Pace => self.pace.as_ref(),
            WatchKind::Both => self.near.iter().chain(&self.pace).min(),
        }
    }
}

fn scores(traces: &HashMap<About, Trace>) -> BTreeMap<(&str, usize), Score> {
    let mut scores: BTreeMap<(&str, usize), Score> = BTreeMap::new();
    for trace in traces.values().filter(|trace| !trace.from_the_start) {
        for (index, (_, sort)) in SORTS.into_iter().enumerate() {
            let announced = trace.announced(sort);
            if let Some((day, rule)) = &trace.flagged {
                let score = scores.entry((rule, index)).or_default();
                score.flagged += 1;
                match announced {
                    None => score.never += 1,
                    Some((before, _)) if (*day - *before).num_days() >= EARLY_DAYS => score.early += 1,
                    Some(_) => score.late += 1,
                }
            }
            if let Some((_, rule)) = announced {
                let score = scores.entry((rule, index)).or_default();
                score.announced += 1;
                score.wrong += u64::from(trace.flagged.is_none());
            }
        }
    }
    scores
}

fn report(
    span: Span,
    days: usize,
    watch: &Watch,
    titles: &BTreeMap<String, String>,
    traces: &HashMap<About, Trace>,
) -> String {
    let scores = scores(traces);
    let head = ["rule and announcement", "flagged later", "30 days ahead", "less", "never", "announced", "false"];
    let mut lines = vec![head.map(str::to_owned).to_vec()];
    for (rule, title) in titles {
        lines.push(vec![format!("{title} {rule}")]);
        for (index, (name, sort)) in SORTS.into_iter().enumerate() {
            if sort == WatchKind::Near || watch.pace {
                let score = scores.get(&(rule.as_str(), index)).copied().unwrap_or_default();
                let Score { flagged, early, late, never, announced, wrong } = score;
                let counts = [flagged, early, late, never, announced, wrong].map(|count| count.to_string());
                lines.push([format!("  {name}")].into_iter().chain(counts).collect());
            }
        }
    }
    let Span { from, to, .. } = span;
    let pace = if watch.pace { ", and by pace" } else { "" };
    let table: Vec<String> = aligned(&lines).lines().map(|line| format!("{}\n", line.trim_end())).collect();
    let left_out = traces.values().filter(|trace| trace.from_the_start).count();
    format!(
        "{days} days replayed, from {from} to {to}; announced at {} % of the threshold{pace}\n\n{}\n\
         {left_out} left out: flagged on the first day replayed of a year, so that nothing could be announced\n\
         false: not flagged by {to}, or by the end of its year\n\
         replayed on today's delivery: rows that arrived late are seen from their own day on\n",
        watch.share,
        table.concat()
    )
}
