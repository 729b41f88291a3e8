//! First pass: which rows belong together. Reads the two id columns alone and remembers only the rows whose fate hangs
//! on another row: those sent more than once, those that a reversal names, and reversals themselves. Every other row
//! can then be judged by itself, without its id.

use std::collections::HashMap;
use std::mem::take;
use std::sync::Mutex;

use rayon::prelude::*;

use super::key::SettlementKey;
use super::marks::Marks;
use super::{Group, lock};
use crate::delivery::{Batch, Step, read_rows};
use crate::error::Error;
use crate::model::Fault;

/// Ids are split by their leading bits into this many parts, each small enough for a processor's cache.
const SHARDS: usize = 256;
/// Ids that a thread holds for one part before it hands them over.
const HELD: usize = 256;
/// Room is made beforehand for so many ids: a footer may claim more rows than there are.
const RESERVED_AT_MOST: u64 = 100_000_000;

/// The ids of a row that cannot be judged by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Link {
    /// The row's own id; `None` when it has none.
    pub(crate) id: Option<SettlementKey>,
    /// The settlement that it reverses.
    pub(crate) reverses: Option<SettlementKey>,
}

/// Every row that cannot be judged by itself, with its number among all rows of the table, in the order of the rows.
#[derive(Debug, Default)]
pub(crate) struct Links(Vec<(u32, Link)>);

impl Links {
    /// From links in no order; of two for one row, the one that names what it reverses stands.
    fn of(mut links: Vec<(u32, Link)>) -> Links {
        links.par_sort_unstable_by_key(|(row, link)| (*row, link.reverses.is_none()));
        links.dedup_by_key(|(row, _)| *row);
        Links(links)
    }

    /// The links of the rows from `first` on, to walk along with them.
    pub(crate) fn from(&self, first: u32) -> impl FnMut(u32) -> Option<Link> {
        let mut rest = self.0[self.0.partition_point(|(row, _)| *row < first)..].iter();
        move |number| match rest.as_slice().first() {
            Some((row, link)) if *row == number => {
                rest.next();
                Some(*link)
            }
            _ => None,
        }
    }
}

/// The ids of one shard, and the rows that bear them.
#[derive(Default)]
struct Shard {
    ids: Vec<SettlementKey>,
    rows: Vec<u32>,
    reversed: Vec<SettlementKey>,
}

/// Finds every row that hangs on another.
///
/// # Errors
/// A file that cannot be read to its end.
pub(crate) fn find(groups: &[Group<'_>], rows: u64, progress: &Step) -> Result<Links, Error> {
    let reserve = usize::try_from(rows.min(RESERVED_AT_MOST)).unwrap_or(0) / SHARDS * 103 / 100 + 64;
    let shards: Vec<Mutex<Shard>> = (0..SHARDS).map(|_| Mutex::new(Shard::with_room_for(reserve))).collect();
    let odd: Vec<Vec<(u32, Link)>> = groups
        .par_iter()
        .try_fold(
            || Hand::of(&shards),
            |mut hand, group| {
                read_rows(group.extract, group.index, &["setl_id", "init_setl_id"], None, |batch| {
                    hand.take(batch, group.number_of(batch));
                    progress.done(batch.rows() as u64);
                    Ok(())
                })?;
                Ok(hand)
            },
        )
        .map(|hand| Ok(hand?.hand_over()))
        .collect::<Result<_, Fault>>()?;
    let tied: Vec<Vec<(u32, Link)>> = shards.into_par_iter().map(|shard| lock(&shard).tied()).collect();
    Ok(Links::of(tied.into_iter().chain(odd).flatten().collect()))
}

/// The ids that one thread has read and not handed over yet.
struct Hand<'a> {
    shards: &'a [Mutex<Shard>],
    held: Vec<Shard>,
    /// Rows without an id, and reversals: kept as they are.
    odd: Vec<(u32, Link)>,
}

impl Hand<'_> {
    fn of(shards: &[Mutex<Shard>]) -> Hand<'_> {
        Hand { shards, held: shards.iter().map(|_| Shard::default()).collect(), odd: Vec::new() }
    }

    /// Sorts a batch's ids by shard. `first` is the number of its first row.
    fn take(&mut self, batch: &Batch<'_>, first: u32) {
        let (ids, reversed) = (batch.texts("setl_id"), batch.texts("init_setl_id"));
        for index in 0..batch.rows() {
            let row = first + index as u32;
            let id = ids.text(index).map(|id| SettlementKey::of(id.as_bytes()));
            let reverses = reversed.text(index).map(|id| SettlementKey::of(id.as_bytes()));
            if id.is_none() || reverses.is_some() {
                self.odd.push((row, Link { id, reverses }));
            }
            if let Some(id) = id {
                let held = &mut self.held[shard_of(id)];
                held.ids.push(id);
                held.rows.push(row);
                if held.ids.len() == HELD {
                    lock(&self.shards[shard_of(id)]).append(held);
                }
            }
            if let Some(id) = reverses {
                self.held[shard_of(id)].reversed.push(id);
            }
        }
    }

    /// Hands what is still held to the shards; what remains are the odd rows.
    fn hand_over(mut self) -> Vec<(u32, Link)> {
        self.shards.iter().zip(&mut self.held).for_each(|(shard, held)| lock(shard).append(held));
        self.odd
    }
}

fn shard_of(id: SettlementKey) -> usize {
    (id.mixed() >> 56) as usize
}

impl Shard {
    fn with_room_for(rows: usize) -> Shard {
        Shard { ids: Vec::with_capacity(rows), rows: Vec::with_capacity(rows), reversed: Vec::new() }
    }

    fn append(&mut self, sent: &mut Shard) {
        self.ids.append(&mut sent.ids);
        self.rows.append(&mut sent.rows);
        self.reversed.append(&mut sent.reversed);
    }

    /// The rows whose id stands here more than once or is reversed by some row.
    ///
    /// Most ids stand alone, and a mark in a small field of bits shows that at once; the few that share a mark with
    /// another are then compared as they are.
    fn tied(&mut self) -> Vec<(u32, Link)> {
        let Shard { ids, rows, reversed } = take(self);
        let (mut once, mut again) = (Marks::with_room_for(ids.len()), Marks::with_room_for(ids.len()));
        for id in &reversed {
            again.set(id.mixed());
        }
        for id in &ids {
            if !once.set(id.mixed()) {
                again.set(id.mixed());
            }
        }
        let mut suspects: HashMap<SettlementKey, Suspect, foldhash::fast::FixedState> = HashMap::default();
        suspects.extend(reversed.into_iter().map(|id| (id, Suspect { rows: Vec::new(), tied: true })));
        for (id, row) in ids.into_iter().zip(rows).filter(|(id, _)| again.may_have(id.mixed())) {
            let suspect = suspects.entry(id).or_default();
            suspect.rows.push(row);
        }
        let tied = suspects.into_iter().filter(|(_, suspect)| suspect.tied || suspect.rows.len() > 1);
        let link = |id| Link { id: Some(id), reverses: None };
        tied.flat_map(|(id, suspect)| suspect.rows.into_iter().map(move |row| (row, link(id)))).collect()
    }
}

/// Rows that may be tied.
#[derive(Default)]
struct Suspect {
    rows: Vec<u32>,
    /// Whether a reversal names them.
    tied: bool,
}
