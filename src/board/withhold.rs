//! Which counts of people may be told: cells of one to four people are withheld first, then others, until no sum or
//! difference of what is told gives one of them away.
//!
//! The cells and the sums among them are one system of linear equations, whose unknowns are the cells withheld. A cell
//! that can be worked out is one whose unit vector lies in the row space: elimination tells, over a field so large that
//! chance plays no part. Cells may be settled beforehand, as those of a trend are: then others are withheld in their
//! place. A cell that is told nowhere, as it only lies between others, may not be worked out either where it is small.
//! Nought is told: that nobody is meant says nothing of anybody. Pure.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use super::alike::Alike;
use super::elimination::Equations;
use super::few::{FEWEST, too_few};
use super::left::Left;
use crate::model::board::Cell;

/// One cell of a [`Figures`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CellId(usize);

/// What is known of a cell before anything is worked out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Standing {
    /// It is told unless it has to be withheld.
    Free,
    /// It is told.
    Told,
    /// It is withheld, and nobody may work it out.
    Withheld,
    /// It is told nowhere. Nobody may work it out where it is too small.
    Nowhere,
}

/// Cells, and what adds up among them.
#[derive(Debug, Default)]
pub struct Figures {
    values: Vec<u64>,
    standing: Vec<Standing>,
    equations: Vec<Equation>,
}

/// The cells on both sides add up to the same.
#[derive(Debug)]
struct Equation {
    left: Vec<usize>,
    right: Vec<usize>,
}

impl Equation {
    fn cells(&self) -> impl Iterator<Item = usize> {
        self.left.iter().chain(&self.right).copied()
    }

    fn row(&self) -> Vec<(usize, i64)> {
        let mut row: BTreeMap<usize, i64> = BTreeMap::new();
        self.left.iter().for_each(|cell| *row.entry(*cell).or_default() += 1);
        self.right.iter().for_each(|cell| *row.entry(*cell).or_default() -= 1);
        row.into_iter().filter(|(_, times)| *times != 0).collect()
    }
}

impl Figures {
    /// A cell that is told unless it has to be withheld.
    pub fn cell(&mut self, people: u64) -> CellId {
        self.add(people, Standing::Free)
    }

    /// A cell of which it was decided elsewhere whether it is told.
    pub fn settled(&mut self, cell: Cell<u64>, people: u64) -> CellId {
        self.add(people, if cell == Cell::Withheld { Standing::Withheld } else { Standing::Told })
    }

    /// A cell that is told nowhere: what lies between two that are. Where it is too small, they may not give it away.
    pub fn nowhere(&mut self, people: u64) -> CellId {
        self.add(people, Standing::Nowhere)
    }

    /// What cells add up to, where that is told nowhere.
    pub fn together(&mut self, parts: Vec<CellId>) -> CellId {
        let total = self.nowhere(self.people(&parts));
        self.sum(total, parts);
        total
    }

    fn add(&mut self, people: u64, standing: Standing) -> CellId {
        self.values.push(people);
        self.standing.push(standing);
        CellId(self.values.len() - 1)
    }

    /// `total` is the sum of `parts`.
    pub fn sum(&mut self, total: CellId, parts: impl IntoIterator<Item = CellId>) {
        self.balance([total], parts);
    }

    /// `parts` lie within `total`, which may be cells together. Those of it who are in none of them are told nowhere;
    /// where there are none, everybody may know it.
    pub fn within(&mut self, total: impl IntoIterator<Item = CellId>, parts: impl IntoIterator<Item = CellId>) {
        let (total, parts): (Vec<CellId>, Vec<CellId>) = (total.into_iter().collect(), parts.into_iter().collect());
        match self.people(&total) == self.people(&parts) {
            true => self.balance(total, parts),
            false => self.among(total, parts),
        }
    }

    /// The same where nobody knows whether there are others.
    pub fn among(&mut self, total: impl IntoIterator<Item = CellId>, parts: impl IntoIterator<Item = CellId>) {
        let (total, mut parts): (Vec<CellId>, Vec<CellId>) = (total.into_iter().collect(), parts.into_iter().collect());
        if let Some(others) = self.people(&total).checked_sub(self.people(&parts)) {
            parts.push(self.nowhere(others));
            self.balance(total, parts);
        }
    }

    /// Both are much the same people: those by whom one of them is more are told nowhere.
    pub fn beside(&mut self, one: impl IntoIterator<Item = CellId>, other: impl IntoIterator<Item = CellId>) {
        let (one, other): (Vec<CellId>, Vec<CellId>) = (one.into_iter().collect(), other.into_iter().collect());
        match self.people(&one) < self.people(&other) {
            true => self.within(other, one),
            false => self.within(one, other),
        }
    }

    fn people(&self, cells: &[CellId]) -> u64 {
        cells.iter().map(|cell| self.values[cell.0]).sum()
    }

    /// Both sides add up to the same. Where the values do not bear it out, it is known to nobody and left away.
    pub fn balance(&mut self, left: impl IntoIterator<Item = CellId>, right: impl IntoIterator<Item = CellId>) {
        let indexes = |cells: &mut dyn Iterator<Item = CellId>| cells.map(|cell| cell.0).collect::<Vec<usize>>();
        let (left, right) = (indexes(&mut left.into_iter()), indexes(&mut right.into_iter()));
        let sum = |cells: &[usize]| cells.iter().map(|cell| u128::from(self.values[*cell])).sum::<u128>();
        if sum(&left) == sum(&right) {
            self.equations.push(Equation { left, right });
        }
    }

    /// Decides of every cell.
    pub fn settle(self) -> Settled {
        let withheld = Withholding::begin(&self).finish();
        Settled { values: self.values, withheld }
    }
}

/// What may be told.
#[derive(Debug)]
pub struct Settled {
    values: Vec<u64>,
    withheld: Vec<bool>,
}

impl Settled {
    /// A cell as it may be told.
    pub fn of(&self, cell: CellId) -> Cell<u64> {
        if self.withheld[cell.0] { Cell::Withheld } else { Cell::Told(self.values[cell.0]) }
    }
}

/// The decision under way.
struct Withholding<'f> {
    figures: &'f Figures,
    /// By equation, how often each cell counts on the left, less how often on the right.
    equations: Equations,
    withheld: Vec<bool>,
    /// The cells of which everybody may know that nobody is in them.
    nobody: Vec<bool>,
    alike: Alike,
}

impl<'f> Withholding<'f> {
    fn begin(figures: &'f Figures) -> Withholding<'f> {
        let first = |(value, standing): (&u64, &Standing)| match standing {
            Standing::Free => too_few(*value),
            Standing::Told => false,
            Standing::Withheld | Standing::Nowhere => true,
        };
        let withheld: Vec<bool> = figures.values.iter().zip(&figures.standing).map(first).collect();
        let rows = figures.equations.iter().map(Equation::row).collect();
        let nobody = vec![false; withheld.len()];
        let alike = Alike::of(withheld.len(), []);
        Withholding { figures, equations: Equations::of(rows, withheld.len()), withheld, nobody, alike }
    }

    fn finish(mut self) -> Vec<bool> {
        let mut known = vec![false; self.withheld.len()];
        loop {
            if self.hide_small_remainders(&known) {
                continue;
            }
            let found_out = self.found_out();
            let more = self.cover(found_out.iter().copied().filter(|cell| self.is_secret(*cell)).collect());
            // What was found out is as good as told.
            known.fill(false);
            found_out.iter().for_each(|cell| known[*cell] = !more);
            if !more && !self.hide_small_remainders(&known) {
                // And so it is told; but where a secret could not be covered, nothing more is.
                if !found_out.iter().any(|cell| self.is_secret(*cell)) {
                    let free = found_out.into_iter().filter(|cell| self.figures.standing[*cell] == Standing::Free);
                    free.for_each(|cell| self.withheld[cell] = false);
                }
                return self.withheld;
            }
        }
    }

    /// Withholds one more cell for each secret one that can be worked out, but where one withheld for another covers it
    /// as well. Gives back whether more was withheld.
    fn cover(&mut self, secrets: Vec<usize>) -> bool {
        let secrets: Vec<(usize, Vec<usize>)> =
            secrets.into_iter().map(|cell| (cell, self.follows_from(cell))).collect();
        let mut hidden = BTreeSet::new();
        for (cell, from) in secrets {
            if !from.iter().any(|cell| hidden.contains(cell)) {
                hidden.extend(self.hide_beside(cell, from));
            }
        }
        !hidden.is_empty()
    }

    /// Whether nobody may work the cell out: it is too small, or was withheld elsewhere.
    fn is_secret(&self, cell: usize) -> bool {
        match self.figures.standing[cell] {
            Standing::Free | Standing::Nowhere => too_few(self.figures.values[cell]),
            Standing::Withheld => true,
            Standing::Told => false,
        }
    }

    /// Whether the cell is told and may be withheld.
    fn is_free(&self, cell: usize) -> bool {
        !self.withheld[cell] && self.figures.standing[cell] == Standing::Free
    }

    /// What a sum leaves for the cells withheld from it is a cell as well: it may not be too small, nor one cell alone
    /// where that is secret. Gives back whether more was withheld.
    fn hide_small_remainders(&mut self, known: &[bool]) -> bool {
        let left = self.left(known);
        let mut touched = vec![false; self.figures.equations.len()];
        let mut more = false;
        for index in 0..self.figures.equations.len() {
            let Some(through) = self.leaves_too_little(index, known, &left) else { continue };
            // Where something was withheld for another sum it has to be looked at anew.
            if through.iter().any(|index| touched[*index]) {
                continue;
            }
            let hidden = self.hide_one_of(&through).or_else(|| {
                let mut cells = through.iter().flat_map(|index| self.figures.equations[*index].cells());
                // Else a cell of them is made known no more.
                cells
                    .find(|cell| self.withheld[*cell] && known[*cell])
                    .and_then(|cell| self.hide_beside(cell, self.follows_from(cell)))
            });
            if let Some(cell) = hidden {
                self.equations.naming(cell).iter().for_each(|index| touched[*index] = true);
                more = true;
            }
        }
        more
    }

    /// The cells of an equation for which `hidden` asks, where all stand on one side.
    fn on_one_side(&self, index: usize, hidden: impl Fn(&usize) -> bool) -> Option<Vec<usize>> {
        let Equation { left, right } = &self.figures.equations[index];
        let side = match (left.iter().any(&hidden), right.iter().any(&hidden)) {
            (true, false) => left,
            (false, true) => right,
            _ => return None,
        };
        Some(side.iter().copied().filter(hidden).collect())
    }

    /// The sums that together leave too little, if they do.
    fn leaves_too_little(&self, index: usize, known: &[bool], left: &[Left]) -> Option<Vec<usize>> {
        let cells = self.on_one_side(index, |cell| self.withheld[*cell] && !known[*cell])?;
        let mut through = vec![index];
        if let Some(few) = self.left_of(&cells, left).few() {
            self.trace(&cells, few, left, &mut through);
            return Some(through);
        }
        let people: u64 = cells.iter().map(|cell| self.figures.values[*cell]).sum();
        let alone = cells.len() == 1 && self.is_secret(cells[0]);
        // Where as many people as cells are left, it is one in each: a cell that is 0 would be told.
        let shown = |cell: &usize| self.figures.standing[*cell] != Standing::Nowhere;
        let one_each = people == cells.len() as u64 && cells.iter().all(shown);
        (alone || one_each).then_some(through)
    }

    /// Of each cell, how many people may be left when parts of it that are known are taken away.
    fn left(&self, known: &[bool]) -> Vec<Left> {
        let mut left = vec![None; self.withheld.len()];
        (0..self.withheld.len()).for_each(|cell| self.leave(cell, known, &mut left));
        left.into_iter().flatten().collect()
    }

    fn leave(&self, cell: usize, known: &[bool], left: &mut Vec<Option<Left>>) {
        if left[cell].is_some() {
            return;
        }
        let is_told = self.alike.to(cell).iter().any(|cell| !self.withheld[*cell] || known[*cell]);
        let people = if is_told { 0 } else { self.figures.values[cell] };
        let mut all = Left::of(people);
        left[cell] = Some(all);
        for index in self.apart_alike(cell).filter(|_| people >= FEWEST) {
            let mut of_parts = Left::of(0);
            for part in &self.figures.equations[index].right {
                self.leave(*part, known, left);
                of_parts = of_parts.and(left[*part].unwrap_or(Left::of(0)));
            }
            all = all.or(of_parts);
        }
        left[cell] = Some(all);
    }

    /// The sums whose total the cell is.
    fn apart(&self, cell: usize) -> impl Iterator<Item = usize> {
        self.equations.naming(cell).iter().copied().filter(move |index| self.figures.equations[*index].left == [cell])
    }

    /// The same of all cells that count its people.
    fn apart_alike(&self, cell: usize) -> impl Iterator<Item = usize> {
        self.alike.to(cell).iter().flat_map(|cell| self.apart(*cell)).filter(|index| self.one_each(*index).is_none())
    }

    fn left_of(&self, cells: &[usize], left: &[Left]) -> Left {
        cells.iter().fold(Left::of(0), |all, cell| all.and(left[*cell]))
    }

    /// Adds the sums by which cells are taken apart until so many people are left of them.
    fn trace(&self, cells: &[usize], mut people: u64, left: &[Left], through: &mut Vec<usize>) {
        for (at, cell) in cells.iter().enumerate() {
            let others = self.left_of(&cells[at + 1..], left);
            let of_cell = (0..=people).find(|of| left[*cell].has(*of) && others.has(people - of)).unwrap_or(people);
            people -= of_cell;
            let apart = self.apart_alike(*cell).filter(|index| !through.contains(index)).find(|index| {
                of_cell < self.figures.values[*cell]
                    && self.left_of(&self.figures.equations[*index].right, left).has(of_cell)
            });
            if let Some(index) = apart.filter(|_| self.withheld[*cell]) {
                through.push(index);
                self.trace(&self.figures.equations[index].right, of_cell, left, through);
            }
        }
    }

    /// Withholds one more cell of these equations: the smallest that counts anybody, a part before a total. Gives it
    /// back where there was one.
    fn hide_one_of(&mut self, equations: &[usize]) -> Option<usize> {
        let cells = equations.iter().flat_map(|index| self.figures.equations[*index].cells());
        let chosen = cells.filter(|cell| self.is_free(*cell)).min_by_key(|cell| {
            let people = self.figures.values[*cell];
            (people == 0, people, *cell)
        });
        chosen.inspect(|cell| self.withheld[*cell] = true)
    }

    /// What a cell that can be worked out follows from; nothing where that is that nobody is in it.
    fn follows_from(&self, cell: usize) -> Vec<usize> {
        if self.nobody[cell] {
            return Vec::new();
        }
        let given = self.withheld.iter().zip(&self.nobody).map(|(withheld, nobody)| !withheld || *nobody);
        self.equations.follows_from(cell, &given.collect::<Vec<bool>>())
    }

    /// Withholds one more cell, of those that a secret one follows from: the one that stands in most sums with one cell
    /// withheld, which closes most; of several the smallest. Gives it back where there was one.
    fn hide_beside(&mut self, cell: usize, from: Vec<usize>) -> Option<usize> {
        let free = from.iter().copied().filter(|cell| self.is_free(*cell));
        let chosen = free.min_by_key(|cell| {
            let closes = self.equations.naming(*cell).iter().filter(|index| self.withheld_in(**index) == 1).count();
            let people = self.figures.values[*cell];
            (people == 0, Reverse(closes), people, *cell)
        });
        let Some(chosen) = chosen else {
            // Where it follows from nobody being in a cell, that is to be known no more.
            let empty = std::iter::once(cell).chain(from).find(|cell| self.nobody[*cell])?;
            return self.hide_nearby(empty);
        };
        self.withheld[chosen] = true;
        Some(chosen)
    }

    fn withheld_in(&self, index: usize) -> usize {
        self.figures.equations[index].cells().filter(|cell| self.withheld[*cell]).count()
    }

    /// Withholds a cell of the sums that name this one, or else of those that their cells are named in, and so on.
    fn hide_nearby(&mut self, cell: usize) -> Option<usize> {
        let mut reached: BTreeSet<usize> = self.equations.naming(cell).iter().copied().collect();
        loop {
            let equations: Vec<usize> = reached.iter().copied().collect();
            if let Some(cell) = self.hide_one_of(&equations) {
                return Some(cell);
            }
            let before = reached.len();
            let cells = equations.iter().flat_map(|index| self.figures.equations[*index].cells());
            let further: Vec<usize> = cells.flat_map(|cell| self.equations.naming(cell).iter().copied()).collect();
            reached.extend(further);
            if reached.len() == before {
                return None;
            }
        }
    }

    /// The cells withheld that can be worked out from what is told. Nobody is in any part of what nobody is in.
    fn found_out(&mut self) -> Vec<usize> {
        let nobody = |cell: usize| self.figures.values[cell] == 0;
        let mut known: Vec<bool> = self.withheld.iter().map(|withheld| !withheld).collect();
        let mut empty = vec![false; known.len()];
        let mut left: Vec<usize> = self.left_empty().collect();
        let mut more = true;
        loop {
            left.extend((0..known.len()).filter(|cell| known[*cell] && nobody(*cell) && !empty[*cell]));
            while let Some(cell) = left.pop() {
                if !empty[cell] {
                    more |= !known[cell];
                    (empty[cell], known[cell]) = (true, true);
                    left.extend(self.apart(cell).flat_map(|index| self.figures.equations[index].right.iter().copied()));
                }
            }
            if !std::mem::take(&mut more) {
                self.nobody = empty;
                self.alike =
                    Alike::of(known.len(), (0..self.figures.equations.len()).filter_map(|of| self.one_each(of)));
                return (0..known.len()).filter(|cell| known[*cell] && self.withheld[*cell]).collect();
            }
            self.equations.determine(&mut known);
        }
    }

    /// The cells of an equation that are not known to count nobody, where there is one on each side: they are alike.
    fn one_each(&self, index: usize) -> Option<(usize, usize)> {
        let Equation { left, right } = &self.figures.equations[index];
        let one = |side: &[usize]| {
            let mut somebody = side.iter().copied().filter(|cell| !self.nobody[*cell]);
            somebody.next().filter(|_| somebody.next().is_none())
        };
        one(left).zip(one(right))
    }

    /// The cells for which an equation leaves nobody.
    fn left_empty(&self) -> impl Iterator<Item = usize> {
        let left = |index| self.on_one_side(index, |cell| self.withheld[*cell]);
        let left = (0..self.figures.equations.len()).filter_map(left);
        left.filter(|cells| cells.iter().all(|cell| self.figures.values[*cell] == 0)).flatten()
    }
}
