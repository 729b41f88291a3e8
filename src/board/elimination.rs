//! Which unknowns a system of linear equations determines, whatever its right-hand sides: modulo a prime of 61 bits.
//! Pure.
//!
//! An unknown is determined if, and only if, it is 0 wherever every equation comes to 0. So one solution of the
//! equations that come to 0 is drawn from all there are: an unknown that is not determined is 0 in one draw of 2^61,
//! and would then be taken for determined, which withholds more, never less.

use std::collections::VecDeque;

use crate::model::mix;

/// 2^61 − 1.
const PRIME: u64 = (1 << 61) - 1;

/// What an equation says of its unknowns: each with its factor modulo [`PRIME`], which is not 0, in order.
type Row = Vec<(usize, u64)>;

/// Equations among unknowns, of which some may be known.
pub(super) struct Equations {
    /// Each unknown that an equation names, with its factor.
    rows: Vec<Vec<(usize, i64)>>,
    /// By unknown, the equations that name it.
    named_in: Vec<Vec<usize>>,
}

impl Equations {
    pub(super) fn of(rows: Vec<Vec<(usize, i64)>>, unknowns: usize) -> Equations {
        let mut named_in = vec![Vec::new(); unknowns];
        for (index, row) in rows.iter().enumerate() {
            row.iter().for_each(|(unknown, _)| named_in[*unknown].push(index));
        }
        Equations { rows, named_in }
    }

    /// The equations that name an unknown, in order.
    pub(super) fn naming(&self, unknown: usize) -> &[usize] {
        &self.named_in[unknown]
    }

    /// Adds to the unknowns that are `known` all others that have one value in every solution.
    ///
    /// An equation with one unknown determines it. Each of the others is solved for an unknown: first those with an
    /// unknown of their own, as they are; then what is left, each without the unknowns that those before it were solved
    /// for.
    pub(super) fn determine(&self, known: &mut [bool]) {
        self.settle_single(known);
        let (peeled, core) = self.peel(known);
        let core: Vec<Row> = core.into_iter().map(|index| self.row(index, known)).collect();
        let solved = Solved::of(core, known.len());
        let mut solution = solved.drawn();
        for (index, own) in peeled.iter().rev() {
            solution[*own] = follows(&self.row(*index, known), *own, &solution);
        }
        let unknowns = solved.rows.iter().map(|(unknown, _)| *unknown).chain(peeled.into_iter().map(|(_, own)| own));
        unknowns.for_each(|unknown| known[unknown] |= solution[unknown] == 0);
    }

    /// The known ones from whose values an unknown follows, by the equations nearest to it that determine it: those of
    /// which some are left when these are added up so that no other unknown is. None where nothing determines it.
    pub(super) fn follows_from(&self, unknown: usize, known: &[bool]) -> Vec<usize> {
        let mut solved = Solved::none(known.len());
        let mut reached = vec![false; self.rows.len()];
        let mut to_look_at = VecDeque::from([unknown]);
        while let Some(next) = to_look_at.pop_front() {
            for index in self.naming(next) {
                if std::mem::replace(&mut reached[*index], true) {
                    continue;
                }
                let row = &self.rows[*index];
                to_look_at.extend(row.iter().map(|(of, _)| *of).filter(|of| !known[*of] && *of != next));
                let left = solved.reduced(row.iter().map(|(of, factor)| (*of, modulo(*factor))).collect());
                let others = left.iter().map(|(of, _)| *of).filter(|of| !known[*of] && *of != unknown);
                match others.min_by_key(|of| self.named_in[*of].len()) {
                    Some(rarest) => solved.add(rarest, left),
                    None if left.iter().any(|(of, _)| *of == unknown) => {
                        return left.iter().map(|(of, _)| *of).filter(|of| *of != unknown).collect();
                    }
                    None => {}
                }
            }
        }
        Vec::new()
    }

    /// Adds what an equation with one unknown left determines, until none has.
    fn settle_single(&self, known: &mut [bool]) {
        let left = |row: &Vec<(usize, i64)>| row.iter().filter(|(unknown, _)| !known[*unknown]).count();
        let mut left: Vec<usize> = self.rows.iter().map(left).collect();
        let mut single: Vec<usize> = (0..left.len()).filter(|index| left[*index] == 1).collect();
        while let Some(index) = single.pop() {
            let Some((only, _)) = self.rows[index].iter().find(|(unknown, _)| !known[*unknown]) else { continue };
            known[*only] = true;
            for other in self.naming(*only) {
                left[*other] -= 1;
                if left[*other] == 1 {
                    single.push(*other);
                }
            }
        }
    }

    /// Takes off each equation with an unknown of its own, again and again: those taken off, in order, with an unknown
    /// that no later one names; and those that are left, the shortest first.
    fn peel(&self, known: &[bool]) -> (Vec<(usize, usize)>, Vec<usize>) {
        let mut named: Vec<usize> = self.named_in.iter().map(Vec::len).collect();
        let says = |index: &usize| self.rows[*index].iter().any(|(unknown, _)| !known[*unknown]);
        let mut left: Vec<bool> = (0..self.rows.len()).map(|index| says(&index)).collect();
        let mut to_look_at: Vec<usize> = (0..self.rows.len()).collect();
        let mut peeled = Vec::new();
        while let Some(index) = to_look_at.pop() {
            let unknowns = || self.rows[index].iter().map(|(unknown, _)| *unknown).filter(|unknown| !known[*unknown]);
            let Some(own) = unknowns().find(|unknown| named[*unknown] == 1).filter(|_| left[index]) else { continue };
            left[index] = false;
            for unknown in unknowns() {
                named[unknown] -= 1;
                if named[unknown] == 1 {
                    to_look_at.extend(self.naming(unknown).iter().filter(|index| left[**index]));
                }
            }
            peeled.push((index, own));
        }
        let mut core: Vec<usize> = (0..self.rows.len()).filter(|index| left[*index]).collect();
        core.sort_by_key(|index| self.rows[*index].len());
        (peeled, core)
    }

    /// What an equation says of those that are not known.
    fn row(&self, index: usize, known: &[bool]) -> Row {
        let unknowns = self.rows[index].iter().filter(|(unknown, _)| !known[*unknown]);
        unknowns.map(|(unknown, factor)| (*unknown, modulo(*factor))).collect()
    }
}

/// Equations, each solved for an unknown that no later one names.
struct Solved {
    rows: Vec<(usize, Row)>,
    /// By unknown, which equation is solved for it.
    place: Vec<Option<usize>>,
}

impl Solved {
    fn none(unknowns: usize) -> Solved {
        Solved { rows: Vec::new(), place: vec![None; unknowns] }
    }

    fn of(equations: Vec<Row>, unknowns: usize) -> Solved {
        let mut named = vec![0_usize; unknowns];
        equations.iter().flatten().for_each(|(unknown, _)| named[*unknown] += 1);
        let mut solved = Solved::none(unknowns);
        for row in equations {
            let left = solved.reduced(row);
            // The unknown that the fewest equations name, so that the fewest are changed.
            let rarest = left.iter().map(|(unknown, _)| *unknown).min_by_key(|unknown| (named[*unknown], *unknown));
            if let Some(rarest) = rarest {
                solved.add(rarest, left);
            }
        }
        solved
    }

    fn add(&mut self, unknown: usize, row: Row) {
        self.place[unknown] = Some(self.rows.len());
        self.rows.push((unknown, row));
    }

    /// The equation without the unknowns that others are solved for: those of the first of them are taken out first.
    fn reduced(&self, mut row: Row) -> Row {
        let first = |row: &Row| row.iter().filter_map(|(unknown, factor)| Some((self.place[*unknown]?, *factor))).min();
        while let Some((place, factor)) = first(&row) {
            let (unknown, other) = &self.rows[place];
            row = less(&row, other, times(factor, inverse(factor_of(other, *unknown))));
        }
        row
    }

    /// A solution in which every equation comes to 0: what none is solved for is drawn, the rest follows, the last one
    /// first.
    fn drawn(&self) -> Vec<u64> {
        let mut solution: Vec<u64> = (1..=self.place.len()).map(|number| mix(number as u64) % PRIME).collect();
        for (unknown, row) in self.rows.iter().rev() {
            solution[*unknown] = follows(row, *unknown, &solution);
        }
        solution
    }
}

/// What an unknown is where the equation comes to 0 and the others are what the solution says.
fn follows(row: &Row, unknown: usize, solution: &[u64]) -> u64 {
    let others = row.iter().filter(|(of, _)| *of != unknown);
    let sum = others.fold(0, |sum, (of, factor)| plus(sum, times(*factor, solution[*of])));
    times(plus(0, PRIME - sum), inverse(factor_of(row, unknown)))
}

fn factor_of(row: &Row, unknown: usize) -> u64 {
    row.iter().find(|(of, _)| *of == unknown).map_or(1, |(_, factor)| *factor)
}

fn inverse(factor: u64) -> u64 {
    // 1 and −1 are their own.
    if [1, PRIME - 1].contains(&factor) { factor } else { power(factor, PRIME - 2) }
}

/// One equation less another so many times.
fn less(row: &Row, other: &Row, factor: u64) -> Row {
    let (mut row, mut other) = (row.iter().peekable(), other.iter().peekable());
    let mut left = Vec::with_capacity(row.len() + other.len());
    loop {
        let unknown = match (row.peek(), other.peek()) {
            (Some((of_row, _)), Some((of_other, _))) => *of_row.min(of_other),
            (Some((only, _)), None) | (None, Some((only, _))) => *only,
            (None, None) => return left,
        };
        let of = |found: Option<&(usize, u64)>| found.map_or(0, |(_, factor)| *factor);
        let of_row = of(row.next_if(|(next, _)| *next == unknown));
        let taken = times(of(other.next_if(|(next, _)| *next == unknown)), factor);
        match plus(of_row, PRIME - taken) {
            0 => {}
            factor => left.push((unknown, factor)),
        }
    }
}

fn modulo(number: i64) -> u64 {
    match u64::try_from(number) {
        Ok(number) => number % PRIME,
        Err(_) => PRIME - number.unsigned_abs() % PRIME,
    }
}

fn plus(a: u64, b: u64) -> u64 {
    (a + b) % PRIME
}

/// 2^61 is 1 here: the bits from there on count once more.
fn times(a: u64, b: u64) -> u64 {
    let product = u128::from(a) * u128::from(b);
    plus(product as u64 & PRIME, (product >> 61) as u64)
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
