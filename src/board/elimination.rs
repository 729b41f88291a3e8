//! Which unknowns a system of linear equations determines, whatever its right-hand sides: exact, modulo a prime of 61
//! bits. Pure.

use std::collections::{BTreeMap, BTreeSet};

/// 2^61 − 1.
const PRIME: u64 = (1 << 61) - 1;

/// An equation: each unknown with its factor, which is not 0 modulo [`PRIME`].
type Row = BTreeMap<usize, u64>;

/// Adds to the unknowns that are `known` all others that have one value in every solution.
///
/// An equation with one unknown determines it. Equations with an unknown of their own say nothing of the others: they
/// are peeled off next, and what is left is reduced until each row is one pivot and free unknowns; a pivot without any
/// is determined.
pub(super) fn determine(mut rows: Vec<Vec<(usize, i64)>>, known: &mut [bool]) {
    while settle_single(&mut rows, known) {}
    let (core, peeled) = peel(&rows, known.len());
    for pivot in reduced(core.into_iter().map(|index| &rows[index])) {
        known[pivot] = true;
    }
    // The last one peeled first: its other unknowns belong to the core or to those peeled after it.
    for (index, own) in peeled.into_iter().rev() {
        let mut others = rows[index].iter().filter(|(unknown, _)| !own.contains(unknown));
        if let ([only], true) = (own.as_slice(), others.all(|(unknown, _)| known[*unknown])) {
            known[*only] = true;
        }
    }
}

/// Takes what is known out of the equations, and adds what the shortest of them determine. Gives back whether there was
/// one.
fn settle_single(rows: &mut Vec<Vec<(usize, i64)>>, known: &mut [bool]) -> bool {
    let mut more = false;
    for row in rows.iter_mut() {
        row.retain(|(unknown, _)| !known[*unknown]);
        if let [(only, _)] = row.as_slice() {
            known[*only] = true;
            more = true;
        }
    }
    rows.retain(|row| row.len() > 1);
    more
}

/// The equations that are left when each with an unknown of its own is taken off, again and again; and those taken off,
/// in order, with their own unknowns.
fn peel(rows: &[Vec<(usize, i64)>], unknowns: usize) -> (Vec<usize>, Vec<(usize, Vec<usize>)>) {
    let mut named_in: Vec<BTreeSet<usize>> = vec![BTreeSet::new(); unknowns];
    for (index, row) in rows.iter().enumerate() {
        for (unknown, _) in row {
            named_in[*unknown].insert(index);
        }
    }
    let mut left: BTreeSet<usize> = (0..rows.len()).collect();
    let mut peeled = Vec::new();
    let mut to_look_at: BTreeSet<usize> = left.clone();
    while let Some(index) = to_look_at.pop_first() {
        if !left.contains(&index) {
            continue;
        }
        let alone = |(unknown, _): &&(usize, i64)| named_in[*unknown].len() == 1;
        let own: Vec<usize> = rows[index].iter().filter(alone).map(|(unknown, _)| *unknown).collect();
        if own.is_empty() {
            continue;
        }
        left.remove(&index);
        for (unknown, _) in &rows[index] {
            named_in[*unknown].remove(&index);
            to_look_at.extend(named_in[*unknown].iter().copied());
        }
        peeled.push((index, own));
    }
    (left.into_iter().collect(), peeled)
}

/// The unknowns that stand alone in a row of the reduced form.
fn reduced<'r>(rows: impl Iterator<Item = &'r Vec<(usize, i64)>>) -> Vec<usize> {
    let mut sorted: Vec<&Vec<(usize, i64)>> = rows.collect();
    sorted.sort_by_key(|row| row.len());
    // By pivot: its factor is 1, and it stands in no other row.
    let mut by_pivot: BTreeMap<usize, Row> = BTreeMap::new();
    // By unknown that is no pivot, the pivots of the rows that name it.
    let mut named_in: BTreeMap<usize, BTreeSet<usize>> = BTreeMap::new();
    for row in sorted {
        let mut row: Row = row.iter().map(|(unknown, factor)| (*unknown, modulo(*factor))).collect();
        let pivots: Vec<usize> = row.keys().copied().filter(|unknown| by_pivot.contains_key(unknown)).collect();
        for pivot in pivots {
            let factor = row.get(&pivot).copied().unwrap_or_default();
            subtract(&mut row, &by_pivot[&pivot], factor);
        }
        // The unknown that the fewest rows name, so that the fewest are changed.
        let rarest = row.keys().min_by_key(|unknown| (named_in.get(unknown).map_or(0, BTreeSet::len), **unknown));
        let Some(pivot) = rarest.copied() else { continue };
        let inverse = power(row[&pivot], PRIME - 2);
        row.values_mut().for_each(|factor| *factor = times(*factor, inverse));
        for other in named_in.remove(&pivot).unwrap_or_default() {
            let Some(mut changed) = by_pivot.remove(&other) else { continue };
            changed.keys().for_each(|unknown| forget(&mut named_in, *unknown, other));
            let factor = changed.get(&pivot).copied().unwrap_or_default();
            subtract(&mut changed, &row, factor);
            remember(&mut named_in, &changed, other);
            by_pivot.insert(other, changed);
        }
        remember(&mut named_in, &row, pivot);
        by_pivot.insert(pivot, row);
    }
    by_pivot.into_iter().filter(|(_, row)| row.len() == 1).map(|(pivot, _)| pivot).collect()
}

fn remember(named_in: &mut BTreeMap<usize, BTreeSet<usize>>, row: &Row, pivot: usize) {
    for unknown in row.keys().filter(|unknown| **unknown != pivot) {
        named_in.entry(*unknown).or_default().insert(pivot);
    }
}

fn forget(named_in: &mut BTreeMap<usize, BTreeSet<usize>>, unknown: usize, pivot: usize) {
    if let Some(pivots) = named_in.get_mut(&unknown) {
        pivots.remove(&pivot);
    }
}

/// Takes `other`, so many times, from `row`.
fn subtract(row: &mut Row, other: &Row, factor: u64) {
    for (unknown, of_other) in other {
        let taken = times(*of_other, factor);
        let left = row.get(unknown).copied().unwrap_or_default() + PRIME - taken;
        match left % PRIME {
            0 => drop(row.remove(unknown)),
            left => drop(row.insert(*unknown, left)),
        }
    }
}

fn modulo(number: i64) -> u64 {
    match u64::try_from(number) {
        Ok(number) => number % PRIME,
        Err(_) => PRIME - number.unsigned_abs() % PRIME,
    }
}

fn times(a: u64, b: u64) -> u64 {
    let product = u128::from(a) * u128::from(b) % u128::from(PRIME);
    u64::try_from(product).unwrap_or_default()
}

fn power(mut base: u64, mut exponent: u64) -> u64 {
    let mut result = 1;
    while exponent > 0 {
        if exponent % 2 == 1 {
            result = times(result, base);
        }
        base = times(base, base);
        exponent /= 2;
    }
    result
}
