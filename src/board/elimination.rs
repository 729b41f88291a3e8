//! Which unknowns a system of linear equations determines, whatever its right-hand sides: modulo a prime of 61 bits.
//! Pure.
//!
//! An unknown is determined if, and only if, it is 0 wherever every equation comes to 0. So one solution of the
//! equations that come to 0 is drawn from all there are: an unknown that is not determined is 0 in one draw of 2^61,
//! and would then be taken for determined, which withholds more, never less.

use crate::model::mix;

/// 2^61 − 1.
const PRIME: u64 = (1 << 61) - 1;

/// An equation: each unknown with its factor, which is not 0 modulo [`PRIME`], in order.
type Row = Vec<(usize, u64)>;

/// Adds to the unknowns that are `known` all others that have one value in every solution.
///
/// An equation with one unknown determines it. Each of the others is solved for an unknown: first those with an unknown
/// of their own, as they are; then what is left, each without the unknowns that those before it were solved for.
pub(super) fn determine(mut rows: Vec<Vec<(usize, i64)>>, known: &mut [bool]) {
    settle_single(&mut rows, known);
    let mut solved = Solved { rows: Vec::new(), place: vec![None; known.len()] };
    let (core, peeled) = peel(&rows, known.len());
    peeled.into_iter().for_each(|(index, own)| solved.solve_for(own, row(&rows[index])));
    let mut named = vec![0_usize; known.len()];
    core.iter().flat_map(|index| &rows[*index]).for_each(|(unknown, _)| named[*unknown] += 1);
    for index in core {
        let left = solved.reduced(row(&rows[index]));
        // The unknown that the fewest equations name, so that the fewest are changed.
        if let Some(rarest) = left.iter().map(|(unknown, _)| *unknown).min_by_key(|unknown| (named[*unknown], *unknown))
        {
            solved.solve_for(rarest, left);
        }
    }
    let solution = solved.drawn();
    solved.rows.iter().for_each(|(unknown, _)| known[*unknown] |= solution[*unknown] == 0);
}

/// Adds what an equation with one unknown left determines, until none has; takes what is known out of the equations.
fn settle_single(rows: &mut Vec<Vec<(usize, i64)>>, known: &mut [bool]) {
    let named_in = named_in(rows, known.len());
    let left = |row: &Vec<(usize, i64)>| row.iter().filter(|(unknown, _)| !known[*unknown]).count();
    let mut left: Vec<usize> = rows.iter().map(left).collect();
    let mut single: Vec<usize> = (0..rows.len()).filter(|index| left[*index] == 1).collect();
    while let Some(index) = single.pop() {
        let Some((only, _)) = rows[index].iter().find(|(unknown, _)| !known[*unknown]) else { continue };
        known[*only] = true;
        for other in &named_in[*only] {
            left[*other] -= 1;
            if left[*other] == 1 {
                single.push(*other);
            }
        }
    }
    rows.iter_mut().for_each(|row| row.retain(|(unknown, _)| !known[*unknown]));
    rows.retain(|row| !row.is_empty());
}

/// By unknown, the equations that name it.
fn named_in(rows: &[Vec<(usize, i64)>], unknowns: usize) -> Vec<Vec<usize>> {
    let mut named_in = vec![Vec::new(); unknowns];
    for (index, row) in rows.iter().enumerate() {
        row.iter().for_each(|(unknown, _)| named_in[*unknown].push(index));
    }
    named_in
}

/// The equations that are left when each with an unknown of its own is taken off, again and again;
/// and those taken off, in order, with an unknown that no later one names.
fn peel(rows: &[Vec<(usize, i64)>], unknowns: usize) -> (Vec<usize>, Vec<(usize, usize)>) {
    let named_in = named_in(rows, unknowns);
    let mut named: Vec<usize> = named_in.iter().map(Vec::len).collect();
    let mut left = vec![true; rows.len()];
    let mut to_look_at: Vec<usize> = (0..rows.len()).collect();
    let mut peeled = Vec::new();
    while let Some(index) = to_look_at.pop() {
        let own = rows[index].iter().find(|(unknown, _)| named[*unknown] == 1);
        let Some((own, _)) = own.filter(|_| left[index]) else { continue };
        left[index] = false;
        for (unknown, _) in &rows[index] {
            named[*unknown] -= 1;
            if named[*unknown] == 1 {
                to_look_at.extend(named_in[*unknown].iter().filter(|index| left[**index]));
            }
        }
        peeled.push((index, *own));
    }
    let mut core: Vec<usize> = (0..rows.len()).filter(|index| left[*index]).collect();
    core.sort_by_key(|index| rows[*index].len());
    (core, peeled)
}

/// Equations, each solved for an unknown that no later one names.
struct Solved {
    /// The unknown, and the equation with 1 as its factor.
    rows: Vec<(usize, Row)>,
    /// By unknown, which equation is solved for it.
    place: Vec<Option<usize>>,
}

impl Solved {
    fn solve_for(&mut self, unknown: usize, mut row: Row) {
        let factor = row.iter().find(|(of, _)| *of == unknown).map_or(1, |(_, factor)| *factor);
        // 1 and −1 are their own.
        let inverse = if [1, PRIME - 1].contains(&factor) { factor } else { power(factor, PRIME - 2) };
        row.iter_mut().for_each(|(_, factor)| *factor = times(*factor, inverse));
        self.place[unknown] = Some(self.rows.len());
        self.rows.push((unknown, row));
    }

    /// The equation without the unknowns that others are solved for: those of the first of them are taken out first.
    fn reduced(&self, mut row: Row) -> Row {
        let first = |row: &Row| row.iter().filter_map(|(unknown, factor)| Some((self.place[*unknown]?, *factor))).min();
        while let Some((place, factor)) = first(&row) {
            row = less(&row, &self.rows[place].1, factor);
        }
        row
    }

    /// A solution in which every equation comes to 0: what none is solved for is drawn, the rest follows, the last one
    /// first.
    fn drawn(&self) -> Vec<u64> {
        let mut solution: Vec<u64> = (1..=self.place.len()).map(|number| mix(number as u64) % PRIME).collect();
        for (unknown, row) in self.rows.iter().rev() {
            let others = row.iter().filter(|(of, _)| of != unknown);
            let sum = others.fold(0, |sum, (of, factor)| plus(sum, times(*factor, solution[*of])));
            solution[*unknown] = plus(0, PRIME - sum);
        }
        solution
    }
}

fn row(equation: &[(usize, i64)]) -> Row {
    equation.iter().map(|(unknown, factor)| (*unknown, modulo(*factor))).collect()
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
