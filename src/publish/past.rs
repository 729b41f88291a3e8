//! Published nights read back for the board: manifests, and the tables that are small. Of the past, only what nights
//! add up to; of the latest night, its flagged people too, whom the board counts. Every table is held to its manifest
//! first. Reads only.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use chrono::NaiveDate;
use rayon::prelude::*;
use rust_decimal::Decimal;
use serde::Deserialize;

use super::audits::Verdicts;
use super::head::{self, Head};
use super::ledger_counts;
use super::manifest::{Amount, CitedRule, Manifest, Totals};
use super::named::{MANIFEST, NIGHTLY};
use super::opening::nights;
use super::past_month;
use super::problems::problems_of;
use super::rows::{Read, Rows, rows_of};
use super::sha256::sha256_of;
use crate::board::nights::{AuditNight, Flagged, Near, PastNight, Quality, RuleRead, Tonight};
use crate::error::Error;
use crate::model::{
    Burden, Category, ControlTotals, Fault, Fen, Figures, LedgerCount, Mechanism, Payer, PersonId, Reason, ResponseKey,
    Responses, State, SummaryRow, Tally, Verdict, VerdictCounts,
};

/// The days of the nights of a folder until `as_of`.
///
/// # Errors
/// When the folder is there and cannot be read.
pub fn nights_until(published: &Path, as_of: NaiveDate) -> Result<Vec<NaiveDate>, Error> {
    Ok(nights(published)?.into_iter().map(|(night, _)| night).filter(|night| *night <= as_of).collect())
}

/// The nights of warnings of these days, in their order, as the trend needs them.
///
/// # Errors
/// A manifest or a table that cannot be used.
pub fn past(published: &Path, days: &[NaiveDate]) -> Result<Vec<PastNight>, Error> {
    let each = days.par_iter().map(|day| past_night(&published.join(day.to_string()), *day));
    each.collect::<Vec<_>>().into_iter().collect()
}

/// What a trend needs of a manifest.
#[derive(Deserialize)]
struct Counted {
    ledger: super::manifest::LedgerCounts,
}

/// The manifest of the night in `folder`: where it is, all of it, and its head.
fn manifest_in(folder: &Path) -> Result<(PathBuf, Vec<u8>, Head), Error> {
    let path = folder.join(MANIFEST);
    let bytes = head::bytes(&path)?;
    let head = Head::of(&path, &bytes)?;
    Ok((path, bytes, head))
}

fn past_night(folder: &Path, night: NaiveDate) -> Result<PastNight, Error> {
    let (path, bytes, head) = manifest_in(folder)?;
    head.expect_kind(&path, NIGHTLY, "")?;
    let Counted { ledger } = head::parsed(&path, &bytes)?;
    let counts = counts(folder, &head)?;
    let by_area = has_counts(&head).then(|| {
        let mut by_area = BTreeMap::new();
        for count in counts.iter().filter(|count| count.state != State::Cleared) {
            *by_area.entry(count.area).or_default() += count.warnings;
        }
        by_area
    });
    let states = |states: &BTreeMap<String, u64>| {
        let named = |name: &String| State::ALL.into_iter().find(|state| state.name() == name);
        states.iter().filter_map(|(name, warnings)| Some((named(name)?, *warnings))).collect()
    };
    Ok(PastNight {
        night,
        standing: ledger.closing,
        opened: ledger.opened + ledger.reopened,
        cleared: ledger.cleared,
        by_rule: ledger.by_rule.iter().map(|(rule, of)| (rule.clone(), states(of))).collect(),
        by_area,
    })
}

fn has_counts(head: &Head) -> bool {
    head.outputs.iter().any(|output| output.file == ledger_counts::FILE)
}

fn counts(folder: &Path, head: &Head) -> Result<Vec<LedgerCount>, Error> {
    let table = (ledger_counts::FILE, "ledger_counts", "the counts of a ledger");
    rows_of(folder, head, table, ledger_counts::count)
}

/// Whether a night of warnings counts its ledger, as the board needs it; nights of earlier versions do not.
///
/// # Errors
/// A manifest that cannot be used.
pub fn counts_its_ledger(published: &Path, night: NaiveDate) -> Result<bool, Error> {
    Ok(has_counts(&Head::of_kind(&published.join(night.to_string()), NIGHTLY)?))
}

/// The night of warnings of a day.
///
/// # Errors
/// A manifest or a table that cannot be used; a night published without the counts of its ledger.
pub fn tonight(published: &Path, night: NaiveDate) -> Result<Tonight, Error> {
    let folder = published.join(night.to_string());
    let (path, bytes, head) = manifest_in(&folder)?;
    head.expect_neighbour(&path, NIGHTLY)?;
    let manifest: Manifest = head::parsed(&path, &bytes)?;
    if !has_counts(&head) {
        let message = format!(
            "names no {}, which the board counts by; run the night again with this version (--replace)",
            ledger_counts::FILE
        );
        return Err(Fault::data(path.display().to_string(), message).into());
    }
    let payers = manifest.cited.payers.iter().filter_map(|name| Payer::ALL.into_iter().find(|of| of.name() == name));
    Ok(Tonight {
        night,
        sha256: sha256_of(&bytes),
        payers: payers.collect(),
        rules: manifest.cited.rules.iter().map(rule).collect(),
        summary: rows_of(&folder, &head, ("summary.parquet", "summary", "a summary"), summary)?,
        counts: counts(&folder, &head)?,
        flagged: rows_of(&folder, &head, ("flagged.parquet", "flagged", "the flagged people"), flagged)?,
        near: near(&folder, &head, &manifest)?,
        responses: rows_of(&folder, &head, ("responses.parquet", "responses", "the answers"), responses)?
            .into_iter()
            .collect(),
        quality: quality(&manifest.control_totals, &manifest.set_aside),
        warnings: manifest.warnings,
    })
}

fn rule(rule: &CitedRule) -> RuleRead {
    RuleRead {
        id: rule.id.clone(),
        title: rule.title.clone(),
        comparison: if rule.comparison == "at_least" { "达到" } else { "超过" },
        tests: rule.tests.clone(),
        categories: Category::ALL
            .into_iter()
            .filter(|of| rule.categories.iter().any(|name| name == of.name()))
            .collect(),
    }
}

fn summary(rows: &Rows<'_>, row: usize) -> Read<SummaryRow> {
    Ok(SummaryRow {
        area: rows.area("area_code", row)?,
        category: rows.needed("category", rows.named("category", row, &Category::ALL, Category::name))?,
        rule: rows.needed("rule", rows.text("rule", row))?.to_owned(),
        people: rows.needed("people", rows.whole("people", row))?,
        flagged: rows.needed("flagged", rows.whole("flagged", row))?,
        burden_total: rows.fen("burden_total", row)?,
        total_cost: rows.fen("total_cost", row)?,
    })
}

fn flagged(rows: &Rows<'_>, row: usize) -> Read<Flagged> {
    Ok(Flagged {
        person: PersonId::other(rows.needed("person_id", rows.text("person_id", row))?).ok_or("person_id")?,
        rule: rows.needed("rule", rows.text("rule", row))?.to_owned(),
        area: rows.area("area_code", row)?,
        town_code: rows.text("town_code", row)?.map(str::to_owned),
        burden: Burden {
            settlements: rows.needed("settlements", rows.whole("settlements", row))?,
            sums: Figures {
                total_cost: rows.fen("total_cost", row)?,
                basic_insurance: rows.fen("basic_insurance", row)?,
                critical_illness: rows.fen("critical_illness", row)?,
                medical_assistance: rows.fen("medical_assistance", row)?,
                other_funds: rows.fen("other_funds", row)?,
                hospital_part: rows.fen("hospital_part", row)?,
                in_scope_cost: Fen::ZERO,
            },
            commercial: rows.fen("commercial", row)?,
        },
        burden_total: rows.fen("burden_total", row)?,
        ratio: rows.needed("ratio", rows.decimal("ratio", row))?,
    })
}

/// Who was near a rule; nothing where nobody was watched.
fn near(folder: &Path, head: &Head, manifest: &Manifest) -> Result<Option<Near>, Error> {
    let Some(watch) = &manifest.options.watch else { return Ok(None) };
    let share = Decimal::from_str_exact(&watch.share).unwrap_or(Decimal::ONE_HUNDRED);
    let one = |rows: &Rows<'_>, row: usize| {
        let rule = rows.needed("rule", rows.text("rule", row))?.to_owned();
        Ok((rule, rows.needed("share", rows.decimal("share", row))?))
    };
    let percents = rows_of(folder, head, ("watch.parquet", "watch", "the people watched"), one)?;
    Ok(Some(Near { share, percents }))
}

fn responses(rows: &Rows<'_>, row: usize) -> Read<(ResponseKey, Responses)> {
    let text = |name| rows.text(name, row).map(|text| text.map(str::to_owned));
    let count = |name| rows.needed(name, rows.whole(name, row));
    let key = ResponseKey {
        rule: rows.needed("rule", rows.text("rule", row))?.to_owned(),
        office: text("office")?,
        area_code: text("area_code")?,
        town_code: text("town_code")?,
    };
    let answers = Responses {
        sent: count("sent")?,
        answered: count("answered")?,
        confirmed: count("confirmed")?,
        not_confirmed: count("not_confirmed")?,
        nobody_found: count("nobody_found")?,
        other: count("other")?,
        overdue: count("overdue")?,
    };
    Ok((key, answers))
}

/// What the board needs of the manifest of a night of audits.
#[derive(Deserialize)]
struct Audited {
    verdicts: BTreeMap<String, Verdicts>,
    control_totals: BTreeMap<String, Totals>,
    set_aside: BTreeMap<String, BTreeMap<String, Amount>>,
    warnings: Vec<String>,
}

/// The night of audits of a day, and the problem list of the one named before it.
///
/// # Errors
/// A manifest or a table that cannot be used.
pub fn audit_night(
    published: &Path,
    kind: &str,
    night: NaiveDate,
    before: Option<NaiveDate>,
) -> Result<AuditNight, Error> {
    let folder = published.join(night.to_string());
    let (path, bytes, head) = manifest_in(&folder)?;
    head.expect_neighbour(&path, kind)?;
    let Audited { verdicts, control_totals, set_aside, warnings } = head::parsed(&path, &bytes)?;
    let mechanism = |name: &String| Mechanism::ALL.into_iter().find(|mechanism| mechanism.name() == name);
    let before = before.map(|day| problems_of(&published.join(day.to_string()), kind));
    Ok(AuditNight {
        kind: kind.to_owned(),
        night,
        sha256: sha256_of(&bytes),
        verdicts: verdicts.iter().filter_map(|(name, of)| Some((mechanism(name)?, verdict_counts(of)))).collect(),
        problems: problems_of(&folder, kind)?,
        before: before.transpose()?,
        quality: quality(&control_totals, &set_aside),
        tables: past_month::tables(&folder, &head, &bytes)?,
        warnings,
    })
}

fn verdict_counts(of: &Verdicts) -> VerdictCounts {
    let by_verdict = Verdict::ALL.map(|verdict| match verdict {
        Verdict::Correct => of.correct,
        Verdict::Fault => of.fault,
        Verdict::NotApplicable => of.not_applicable,
        Verdict::CannotBeTold => of.cannot_be_told,
    });
    VerdictCounts { subjects: of.subjects, by_verdict }
}

fn quality(totals: &BTreeMap<String, Totals>, set_aside: &BTreeMap<String, BTreeMap<String, Amount>>) -> Quality {
    let tally = |amount: Amount| Tally { rows: amount.rows, fen: amount.fen.into() };
    let account = |totals: &Totals| ControlTotals {
        read: tally(totals.read),
        rejected: tally(totals.rejected),
        superseded: tally(totals.superseded),
        void: tally(totals.void),
        out_of_window: tally(totals.out_of_window),
        orphan: tally(totals.orphan),
        counted: tally(totals.counted),
    };
    let reason = |id: &String| Reason::ALL.into_iter().find(|reason| reason.id() == id);
    let reasons =
        |of: &BTreeMap<String, Amount>| of.iter().filter_map(|(id, of)| Some((reason(id)?, of.rows))).collect();
    Quality {
        totals: totals.iter().map(|(table, totals)| (table.clone(), account(totals))).collect(),
        set_aside: set_aside.iter().map(|(table, of)| (table.clone(), reasons(of))).collect(),
    }
}
