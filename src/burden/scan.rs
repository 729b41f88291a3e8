//! Second pass: every row judged, and those that count added up.

use std::collections::{BTreeMap, HashMap};

use rayon::prelude::*;

use super::amounts;
use super::links::{Link, Links};
use super::months::DaysSeen;
use super::rows::{self, Days1970, Rows, Seen};
use super::settle::{Tied, settle};
use super::sums::{Counted, Hand, Sums, Wanted};
use super::{Burdens, Group};
use crate::delivery::{Account, Batch, Payments, Step, read_rows};
use crate::error::Error;
use crate::model::{Check, Fault, Fen, Reason, Reject, Tally, Window};

/// What some row groups gave, one after the other.
#[derive(Default)]
struct Part {
    account: Account,
    checks: Checks,
    days: DaysSeen,
    tied: Vec<Tied>,
    rejected: Vec<Link>,
}

/// Findings about rows that count.
#[derive(Default)]
struct Checks {
    tallies: BTreeMap<Check, Tally>,
    /// Sides of off-site visits: what both share, which side, the medical cost.
    off_site: Vec<(u64, u8, i64)>,
}

/// Judges every row and sums those that count.
pub(super) fn judge_and_sum(
    groups: &[Group<'_>],
    window: &Window,
    links: &Links,
    (wanted, payments): (Wanted<'_>, &Payments),
    progress: &Step,
) -> Result<Burdens, Error> {
    let sums = Sums::new(wanted);
    let days = Days1970::of(window);
    let parts: Vec<Part> = groups
        .par_iter()
        .try_fold(
            || (Part::default(), sums.hand()),
            |(mut part, mut hand), group| {
                read_rows(group.extract, group.index, &rows::columns(group.extract, window), None, |batch| {
                    part.take(group, batch, links, &days, &mut hand);
                    progress.done(batch.rows() as u64);
                    Ok(())
                })?;
                Ok((part, hand))
            },
        )
        .map(|part| {
            let (part, hand) = part?;
            hand.hand_over();
            Ok(part)
        })
        .collect::<Result<_, Fault>>()?;
    let mut whole = parts.into_iter().reduce(Part::and).unwrap_or_default();
    let tied = whole.settle(groups, &sums);
    sums.finish(&payments.counted)?;
    let Part { mut account, mut checks, days, .. } = whole;
    // Mostly in order already, which the stable sort makes use of.
    account.rejects.par_sort();
    checks.find_off_site_pairs();
    checks.tallies.insert(Check::NegativePersonCost, sums.below_zero());
    Ok(Burdens { sums, account, checks: checks.tallies, months: days.months(), tied })
}

impl Part {
    fn take(&mut self, group: &Group<'_>, batch: &Batch<'_>, links: &Links, days: &Days1970, hand: &mut Hand<'_>) {
        let rows = Rows::of(batch, group.extract);
        self.account.read(rows.amounts.total_costs());
        let not_wanted: Vec<Option<u64>> = rows.people.iter().map(|person| hand.not_wanted(person.as_ref())).collect();
        let first = group.number_of(batch);
        let mut link_of = links.from(first);
        for (index, not_wanted) in not_wanted.into_iter().enumerate() {
            let number = first + index as u32;
            let link = link_of(number);
            let (has_id, reverses) = link.map_or((true, None), |link| (link.id.is_some(), link.reverses));
            let set_aside =
                |reason| Reject::of(group.extract, batch.first_row, index, reason, rows.amounts.figures(index));
            let person = match rows.rejected(index, has_id, reverses.is_some()) {
                Ok(person) => person,
                Err(reason) => {
                    self.rejected.extend(link);
                    self.account.set_aside(set_aside(reason));
                    continue;
                }
            };
            let barred = barred(&rows, index, days);
            let seen = || rows.seen(index, person);
            let counted = || Counted {
                person: person.clone(),
                figures: rows.amounts.figures(index),
                at: rows.at(index),
                area: rows.area(index),
            };
            if let Some(Link { id: Some(id), reverses }) = link {
                let updated = rows.updated(index);
                let (row, seen) = (counted(), seen());
                self.tied.push(Tied { number, id, reverses, updated, barred, row, seen });
            } else if let Some(reason) = barred {
                self.account.set_aside(set_aside(reason));
            } else {
                let cost = rows.amounts.total_cost(index);
                self.count((cost, rows.at(index)), &seen(), false);
                match not_wanted {
                    Some(number) => hand.add_other(number, cost),
                    None => hand.add(counted()),
                }
            }
        }
    }

    /// Enters a row that counts into the account and the checks.
    #[inline]
    fn count(&mut self, (cost, at): (Fen, i64), seen: &Seen, reversed: bool) {
        self.account.count(cost.0);
        self.days.see(at);
        self.checks.look_at(cost.0, seen, reversed);
    }

    /// Settles the tied rows and says what became of each.
    fn settle(
        &mut self,
        groups: &[Group<'_>],
        sums: &Sums,
    ) -> HashMap<u32, Option<Reason>, foldhash::fast::FixedState> {
        let tied = std::mem::take(&mut self.tied);
        let settled = settle(&tied, &self.rejected);
        let mut fates = HashMap::default();
        let mut hand = sums.hand();
        for ((tied, reason), reversed) in tied.into_iter().zip(settled.reasons).zip(settled.reversed) {
            fates.insert(tied.number, reason);
            match reason {
                None => {
                    self.count((tied.row.figures.total_cost, tied.row.at), &tied.seen, reversed);
                    hand.add(tied.row);
                }
                Some(reason) => {
                    let group = &groups[groups.partition_point(|group| group.first <= tied.number) - 1];
                    let within = group.before + u64::from(tied.number - group.first);
                    self.account.set_aside(Reject::of(group.extract, within, 0, reason, tied.row.figures));
                }
            }
        }
        hand.hand_over();
        fates
    }

    fn and(mut self, mut later: Part) -> Part {
        self.account.totals += later.account.totals;
        self.days.append(&later.days);
        self.account.rejects.append(&mut later.account.rejects);
        self.tied.append(&mut later.tied);
        self.rejected.append(&mut later.rejected);
        self.checks.off_site.append(&mut later.checks.off_site);
        for (check, tally) in later.checks.tallies {
            *self.checks.tallies.entry(check).or_default() += tally;
        }
        self
    }
}

/// Why a row that is not rejected would be set aside all the same, judged by itself.
#[inline]
pub(super) fn barred(rows: &Rows, row: usize, days: &Days1970) -> Option<Reason> {
    if rows.is_void(row) {
        Some(Reason::Void)
    } else if !days.contains(rows, row) {
        Some(Reason::OutOfWindow)
    } else {
        None
    }
}

impl Checks {
    #[inline]
    fn look_at(&mut self, cost: i64, row: &Seen, reversed: bool) {
        if row.failed != 0 {
            for (bit, check) in amounts::CHECKS.into_iter().enumerate() {
                if row.failed >> bit & 1 == 1 {
                    self.tallies.entry(check).or_default().add(cost);
                }
            }
        }
        if row.refund && !reversed {
            self.tallies.entry(Check::RefundWithoutReversal).or_default().add(cost);
        }
        if let Some((visit, side)) = row.off_site {
            self.off_site.push((visit, side, cost));
        }
    }

    /// Finds the rows that stand there for both sides of one off-site visit.
    fn find_off_site_pairs(&mut self) {
        self.off_site.par_sort_unstable();
        for visit in self.off_site.chunk_by(|a, b| a.0 == b.0) {
            if visit.iter().any(|(_, side, _)| *side == 1) && visit.iter().any(|(_, side, _)| *side == 2) {
                let tally = self.tallies.entry(Check::OffSiteTwice).or_default();
                visit.iter().for_each(|(.., cost)| tally.add(*cost));
            }
        }
    }
}
