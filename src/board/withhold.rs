//! Which counts of people may be told: cells of one to four people are withheld first, then others, until no sum or
//! difference of what is told gives one of them away.
//!
//! The cells and the sums among them are one system of linear equations, whose unknowns are the cells withheld. A cell
//! that can be worked out is one whose unit vector lies in the row space: elimination tells, over a field so large that
//! chance plays no part. Cells may be settled beforehand, as those of a trend are: then others are withheld in their
//! place. Nought is told: that nobody is meant says nothing of anybody. Pure.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::board::Cell;

/// Fewer people than this are withheld.
pub const FEWEST: u64 = 5;

/// Whether so many people are too few to be told.
pub fn too_few(people: u64) -> bool {
    (1..FEWEST).contains(&people)
}

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
    /// It is told nowhere; who works it out learns nothing that is withheld.
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

    /// A cell that is told nowhere: what lies between two that are.
    pub fn nowhere(&mut self, people: u64) -> CellId {
        self.add(people, Standing::Nowhere)
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
    /// By cell, the equations that name it.
    named_in: Vec<Vec<usize>>,
    withheld: Vec<bool>,
}

impl<'f> Withholding<'f> {
    fn begin(figures: &'f Figures) -> Withholding<'f> {
        let mut named_in = vec![Vec::new(); figures.values.len()];
        for (index, equation) in figures.equations.iter().enumerate() {
            equation.cells().for_each(|cell| named_in[cell].push(index));
        }
        let first = |(value, standing): (&u64, &Standing)| match standing {
            Standing::Free => too_few(*value),
            Standing::Told => false,
            Standing::Withheld | Standing::Nowhere => true,
        };
        let withheld = figures.values.iter().zip(&figures.standing).map(first).collect();
        Withholding { figures, named_in, withheld }
    }

    fn finish(mut self) -> Vec<bool> {
        loop {
            if self.hide_small_remainders() {
                continue;
            }
            let found_out: Vec<usize> = self.found_out().into_iter().filter(|cell| self.is_secret(*cell)).collect();
            let mut more = false;
            for cell in found_out {
                // What was withheld for one often covers the next.
                more |= self.hide_beside(cell);
            }
            if !more {
                return self.withheld;
            }
        }
    }

    /// Whether nobody may work the cell out: it is too small, or was withheld elsewhere.
    fn is_secret(&self, cell: usize) -> bool {
        match self.figures.standing[cell] {
            Standing::Free => too_few(self.figures.values[cell]),
            Standing::Withheld => true,
            Standing::Told | Standing::Nowhere => false,
        }
    }

    /// What a sum leaves for the cells withheld from it is a cell as well: it may not be too small, nor one cell alone
    /// where that is secret. Gives back whether more was withheld.
    fn hide_small_remainders(&mut self) -> bool {
        let mut more = false;
        for index in 0..self.figures.equations.len() {
            while self.leaves_too_little(index) {
                if !self.hide_one_of(&[index]) {
                    break;
                }
                more = true;
            }
        }
        more
    }

    fn leaves_too_little(&self, index: usize) -> bool {
        let equation = &self.figures.equations[index];
        let side = |cells: &'f [usize]| cells.iter().filter(|cell| self.withheld[**cell]).copied();
        let (left, right): (Vec<usize>, Vec<usize>) = (side(&equation.left).collect(), side(&equation.right).collect());
        let one_sided = match (left.is_empty(), right.is_empty()) {
            (false, true) => left,
            (true, false) => right,
            _ => return false,
        };
        let people: u64 = one_sided.iter().map(|cell| self.figures.values[*cell]).sum();
        let alone = one_sided.len() == 1 && one_sided.iter().any(|cell| self.is_secret(*cell));
        one_sided.iter().any(|cell| self.is_secret(*cell)) && (too_few(people) || alone)
    }

    /// Withholds one more cell of these equations: the smallest that counts anybody, a part before a total. Gives back
    /// whether there was one.
    fn hide_one_of(&mut self, equations: &[usize]) -> bool {
        let cells = equations.iter().flat_map(|index| self.figures.equations[*index].cells());
        let free = cells.filter(|cell| !self.withheld[*cell] && self.figures.standing[*cell] == Standing::Free);
        let chosen = free.min_by_key(|cell| {
            let people = self.figures.values[*cell];
            (people == 0, people, *cell)
        });
        chosen.map(|cell| self.withheld[cell] = true).is_some()
    }

    /// Withholds one more cell for a secret one that can be worked out. Of the sums that hang together with it by what
    /// is withheld, those with one cell withheld are where it leaks: the cell that stands in most of them closes most,
    /// and of several the smallest is chosen. Where none does, one of the nearest sums is. Gives back whether there was
    /// one.
    fn hide_beside(&mut self, cell: usize) -> bool {
        let hang_together = self.hanging_together(cell);
        let leaks = hang_together.iter().filter(|index| self.withheld_in(**index) == 1);
        let mut closes: BTreeMap<usize, usize> = BTreeMap::new();
        for cell in leaks.flat_map(|index| self.figures.equations[*index].cells()) {
            *closes.entry(cell).or_default() += 1;
        }
        let free = closes.into_iter().filter(|(cell, _)| {
            let counts_somebody = self.figures.values[*cell] > 0;
            counts_somebody && !self.withheld[*cell] && self.figures.standing[*cell] == Standing::Free
        });
        let chosen = free.min_by_key(|(cell, times)| (std::cmp::Reverse(*times), self.figures.values[*cell], *cell));
        match chosen {
            Some((cell, _)) => {
                self.withheld[cell] = true;
                true
            }
            None => self.hide_nearby(cell),
        }
    }

    /// The sums that name a cell, those that name another cell withheld from them, and so on.
    fn hanging_together(&self, cell: usize) -> BTreeSet<usize> {
        let mut reached: BTreeSet<usize> = BTreeSet::new();
        let mut cells = vec![cell];
        while let Some(cell) = cells.pop() {
            for index in &self.named_in[cell] {
                if reached.insert(*index) {
                    cells.extend(self.figures.equations[*index].cells().filter(|cell| self.withheld[*cell]));
                }
            }
        }
        reached
    }

    fn withheld_in(&self, index: usize) -> usize {
        self.figures.equations[index].cells().filter(|cell| self.withheld[*cell]).count()
    }

    /// Withholds a cell of the sums that name this one, or else of those that their cells are named in, and so on.
    fn hide_nearby(&mut self, cell: usize) -> bool {
        let mut reached: BTreeSet<usize> = self.named_in[cell].iter().copied().collect();
        loop {
            let equations: Vec<usize> = reached.iter().copied().collect();
            if self.hide_one_of(&equations) {
                return true;
            }
            let before = reached.len();
            let cells = equations.iter().flat_map(|index| self.figures.equations[*index].cells());
            let further: Vec<usize> = cells.flat_map(|cell| self.named_in[cell].iter().copied()).collect();
            reached.extend(further);
            if reached.len() == before {
                return false;
            }
        }
    }

    /// The cells withheld that can be worked out from what is told.
    fn found_out(&self) -> Vec<usize> {
        let rows = self.figures.equations.iter().map(|equation| {
            let mut row: BTreeMap<usize, i64> = BTreeMap::new();
            equation
                .left
                .iter()
                .filter(|cell| self.withheld[**cell])
                .for_each(|cell| *row.entry(*cell).or_default() += 1);
            equation
                .right
                .iter()
                .filter(|cell| self.withheld[**cell])
                .for_each(|cell| *row.entry(*cell).or_default() -= 1);
            row.into_iter().filter(|(_, times)| *times != 0).collect::<Vec<(usize, i64)>>()
        });
        super::elimination::determined(rows.filter(|row| !row.is_empty()).collect(), self.withheld.len())
    }
}
