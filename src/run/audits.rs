//! The audits beside the nightly warning: what was delivered, held against what the place's documents ask for, person
//! by person; and the problems followed from night to night.

use std::collections::{BTreeMap, HashSet};
use std::path::Path;

use chrono::NaiveDate;
use tracing::info;

use super::audit_inputs::Inputs;
use super::audit_rules::{Rules, opened};
use super::cards::cards;
use super::conduct::conduct;
use super::coverage::coverage;
use super::found::tolerated;
use super::fund::funds;
use super::last_year::Nights;
use super::made_from::{files, input_files, made_from, tolerance};
use super::monthly;
use super::nightly::{Order, Outcome, Tonight, set_aside, unknown_codes};
use super::problem_list::{Answers, tonights_problems};
use super::providers;
use crate::audit;
use crate::audit::benefits::BenefitsAudit;
use crate::audit::cards::CardsAudit;
use crate::audit::coverage::Moment;
use crate::delivery::{Delivery, Progress, Roster, UnknownCodes, epoch_day};
use crate::error::Error;
use crate::job::Job;
use crate::lists;
use crate::model::{Audited, ControlTotals, Mechanism, PersonId, Reject, VerdictCounts};
use crate::publish::audits::{self, AuditNight, Own, OwnBenefits, OwnCards};
use crate::publish::{self, OpeningProblems, SentProblems, Staging};

/// What the audits of a night say, and what there is to show for the rows that they read.
#[derive(Default)]
struct Found {
    audits: Vec<Audited>,
    /// Whom the register shows to have left it.
    left: HashSet<PersonId>,
    counts: BTreeMap<Mechanism, VerdictCounts>,
    own: Own,
    unknown: UnknownCodes,
    totals: BTreeMap<&'static str, ControlTotals>,
    rejects: Vec<Reject>,
}

/// Runs one night of audits: all of it is published, or nothing.
///
/// # Errors
/// Whatever stands in the way; what was published before is left as it was.
pub fn audits(job: &Job, order: &Order, progress: &Progress) -> Result<Outcome, Error> {
    let rules = Rules::load(job)?;
    let staging = Staging::begin(&job.published, order.as_of, order.replace)?.of_kind(job.kind.name())?;
    let opening = publish::opening_problems(&job.published, order.as_of, job.kind.name())?;
    let before = Before { opening, nights: nights_before(job, order.as_of)? };
    staged(job, &rules, staging, before, (order.against.as_deref(), progress))?.published(order)
}

/// What a night of audits can look back on.
pub(super) struct Before {
    /// What it begins with.
    pub(super) opening: OpeningProblems,
    /// Every night of the folder before it.
    pub(super) nights: Nights,
}

/// The nights of the job's folder before a day.
pub(super) fn nights_before(job: &Job, day: NaiveDate) -> Result<Nights, Error> {
    let mut nights = publish::nights(&job.published)?;
    nights.retain(|(night, _)| *night < day);
    Ok(nights)
}

/// Everything of a night but its place.
pub(super) fn staged(
    job: &Job,
    rules: &Rules,
    staging: Staging,
    Before { opening, nights }: Before,
    (against, progress): (Option<&Path>, &Progress),
) -> Result<Tonight, Error> {
    let as_of = staging.as_of();
    let delivery = opened(&job.delivery, job.kind)?;
    info!(files = delivery.extracts.len(), "the delivery keeps the contract");
    let moment = Moment { as_of, last_run: opening.predecessor.as_ref().map(|before| before.night) };
    let found = found(job, rules, (moment, against, &nights), &delivery, progress);
    let found = found.map_err(|error| delivery.refused_as_a_whole(error))?;
    tolerated(job, &found.unknown, &found.totals)?;
    let answers = Answers::since(&job.published, as_of, &opening.replies)?;
    let (list, to_look_at) =
        tonights_problems(job, rules, (as_of, &found.audits, &found.left), &opening.problems, &answers)?;
    let hashes = delivery.content_hashes()?;
    delivery.still_the_same()?;

    let files = files(&delivery);
    let told = found.audits.iter().flat_map(|audited| audited.warnings.clone());
    let warnings = unknown_codes(&found.unknown).into_iter().chain(told).chain(to_look_at).collect();
    let read = (&rules.policy, &rules.codes, Some(&rules.workdays));
    let made_from = made_from(job, read, input_files(&delivery, &hashes), opening.predecessor, answers.used)?;
    let night = AuditNight {
        tolerance: tolerance(job),
        files: &files,
        audits: &found.audits,
        counts: &found.counts,
        own: &found.own,
        problems: &list,
        sent: SentProblems {
            lists: lists::problems_of(job, &list.problems),
            by_county: job.problems.by_county,
            place: &rules.policy.place,
            list_id: made_from.list_id(as_of),
            password: rules.password.as_ref(),
        },
        rejects: &found.rejects,
        control_totals: &found.totals,
        set_aside: set_aside(&found.rejects, &files),
        warnings,
        made_from,
    };
    let staged = audits::staged(staging, &night)?;
    let metrics = audits::metrics::text(as_of, &night);
    let summary = audits::terminal::summary(&night, &staged.place());
    Ok(Tonight { staged, metrics, summary })
}

/// Reads what the audits of the job need and asks each of them: one call a mechanism.
fn found(
    job: &Job,
    rules: &Rules,
    (moment, against, nights): (Moment, Option<&Path>, &Nights),
    delivery: &Delivery,
    progress: &Progress,
) -> Result<Found, Error> {
    let as_of = moment.as_of;
    let mut inputs = Inputs::read(job.kind, rules, as_of, delivery, progress)?;
    info!(people = inputs.roster.people.len(), "read the register of the year");
    let mut found = Found { left: left(&inputs.roster, as_of), ..Found::default() };
    for mechanism in job.kind.mechanisms() {
        let people = audit::subjects(mechanism, &inputs.roster, as_of).count() as u64;
        let (audited, subjects) = match mechanism {
            Mechanism::Coverage => (coverage(&mut inputs, rules, (moment, against), &mut found.own)?, people),
            Mechanism::Subsidy => {
                let (audited, own) = monthly::subsidies(&inputs, rules, moment)?;
                let outside = own.outside;
                found.own.subsidies = Some(own);
                (audited, people + outside)
            }
            Mechanism::Benefits => {
                let BenefitsAudit { audited, people: figures, totals } = monthly::benefits(&inputs, rules, moment);
                found.own.benefits = Some(OwnBenefits { people: figures, totals });
                (audited, people)
            }
            Mechanism::FiveChecks => {
                let (audited, own) = monthly::five_checks(&inputs, rules, moment, (&found.audits, &found.own))?;
                found.own.five_checks = own;
                (audited, people)
            }
            Mechanism::Cards => {
                let CardsAudit { audited, draw, counts } = cards(&inputs, rules, moment, (delivery, progress))?;
                found.own.cards = Some(OwnCards { draw, counts });
                (audited, people)
            }
            Mechanism::OutOfCatalogue => providers::out_of_catalogue(&inputs, rules, moment, &mut found.own),
            Mechanism::SplitStays | Mechanism::RepeatedStays | Mechanism::PaidDuringStay | Mechanism::ShortStays => {
                conduct(&inputs, rules, (mechanism, as_of), &mut found.own.conduct)?
            }
            Mechanism::AdmissionRate => providers::admission_rate(&inputs, rules, moment, &mut found.own),
            Mechanism::Fund => funds(&inputs, rules, moment, (job.kind.name(), nights), &mut found.own)?,
        };
        found.counts.insert(mechanism, audit::counted(&audited, subjects)?);
        found.audits.push(audited);
        info!(audit = mechanism.name(), subjects, "looked at everybody");
    }
    found.unknown = inputs.unknown();
    for (table, account) in inputs.accounts() {
        found.totals.insert(table, account.totals);
        found.rejects.extend(account.rejects);
    }
    Ok(found)
}

/// Everyone of the register whose identities have all ended. An audit may take the people out, so it is asked first.
fn left(roster: &Roster, as_of: NaiveDate) -> HashSet<PersonId> {
    let day = epoch_day(as_of);
    roster.people.iter().filter(|listed| !listed.in_force_on(day)).map(|listed| listed.person.clone()).collect()
}
