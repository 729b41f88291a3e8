//! Cells found again by what they are about, and the sums among them.

use std::collections::BTreeMap;

use super::withhold::{CellId, Figures, Settled};
use crate::model::board::Cell;

/// Cells under keys.
#[derive(Debug)]
pub(super) struct Grid<K> {
    figures: Figures,
    cells: BTreeMap<K, CellId>,
}

/// The cells of a [`Grid`] as they may be told.
#[derive(Debug)]
pub(super) struct Told<K> {
    settled: Settled,
    cells: BTreeMap<K, CellId>,
}

impl<K: Ord + Clone> Grid<K> {
    pub(super) fn new() -> Grid<K> {
        Grid { figures: Figures::default(), cells: BTreeMap::new() }
    }

    /// Every count under its key; some of them may be settled already, and some be told nowhere.
    pub(super) fn of(
        counts: &BTreeMap<K, u64>,
        settled: &BTreeMap<K, Cell<u64>>,
        nowhere: impl Fn(&K) -> bool,
    ) -> Grid<K> {
        let mut grid = Grid::new();
        for (key, people) in counts {
            let cell = match settled.get(key) {
                Some(cell) => grid.figures.settled(*cell, *people),
                None if nowhere(key) => grid.figures.nowhere(*people),
                None => grid.figures.cell(*people),
            };
            grid.cells.insert(key.clone(), cell);
        }
        grid
    }

    pub(super) fn figures(&mut self) -> &mut Figures {
        &mut self.figures
    }

    pub(super) fn id(&self, key: &K) -> Option<CellId> {
        self.cells.get(key).copied()
    }

    /// `total` is the sum of those of `parts` that have a cell. Where none has, nothing is said.
    pub(super) fn sum(&mut self, total: &K, parts: impl IntoIterator<Item = K>) {
        let parts: Vec<CellId> = parts.into_iter().filter_map(|part| self.id(&part)).collect();
        if let (Some(total), false) = (self.id(total), parts.is_empty()) {
            self.figures.sum(total, parts);
        }
    }

    /// The same where the parts may leave somebody of the total.
    pub(super) fn within(&mut self, total: &K, parts: impl IntoIterator<Item = K>) {
        let parts: Vec<CellId> = parts.into_iter().filter_map(|part| self.id(&part)).collect();
        if let Some(total) = self.id(total) {
            self.figures.within([total], parts);
        }
    }

    pub(super) fn settle(self) -> Told<K> {
        Told { settled: self.figures.settle(), cells: self.cells }
    }
}

impl<K: Ord> Told<K> {
    /// The cell under the key; one that counts nobody where there is none.
    pub(super) fn of(&self, key: &K) -> Cell<u64> {
        self.cells.get(key).map_or(Cell::Told(0), |cell| self.settled.of(*cell))
    }

    /// The cell in another system, which has to keep to what this one tells: what is known of it, and what is not.
    pub(super) fn settled_in(&self, figures: &mut Figures, key: &K) -> Vec<CellId> {
        let Some(cell) = self.cells.get(key) else { return Vec::new() };
        let left = self.settled.left(*cell);
        let disclosed = self.settled.people(*cell) - left;
        let known = figures.settled(Cell::Told(disclosed), disclosed);
        let rest = (left > 0).then(|| figures.settled(Cell::Withheld, left));
        [known].into_iter().chain(rest).collect()
    }
}
