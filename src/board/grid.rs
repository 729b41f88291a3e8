//! Cells found again by what they are about, and the sums among them. The grids of one board stand among the same
//! figures, which are settled once.

use std::collections::BTreeMap;

use super::withhold::{CellId, Figures, Settled};
use crate::model::board::Cell;

/// Cells under keys, while sums are added.
#[derive(Debug)]
pub(super) struct Grid<'f, K> {
    figures: &'f mut Figures,
    cells: Cells<K>,
}

/// The cells of a [`Grid`], to be read when the figures are settled; others may add sums with them before.
#[derive(Debug)]
pub(super) struct Cells<K>(BTreeMap<K, CellId>);

impl<'f, K: Ord + Clone> Grid<'f, K> {
    /// Every count under its key; some of them may be settled already, and some be told nowhere.
    pub(super) fn of(
        figures: &'f mut Figures,
        counts: &BTreeMap<K, u64>,
        settled: &BTreeMap<K, Cell<u64>>,
        nowhere: impl Fn(&K) -> bool,
    ) -> Grid<'f, K> {
        let mut cells = BTreeMap::new();
        for (key, people) in counts {
            let cell = match settled.get(key) {
                Some(cell) => figures.settled(*cell, *people),
                None if nowhere(key) => figures.nowhere(*people),
                None => figures.cell(*people),
            };
            cells.insert(key.clone(), cell);
        }
        Grid { figures, cells: Cells(cells) }
    }

    pub(super) fn figures(&mut self) -> &mut Figures {
        self.figures
    }

    pub(super) fn id(&self, key: &K) -> Option<CellId> {
        self.cells.id(key)
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

    pub(super) fn cells(self) -> Cells<K> {
        self.cells
    }
}

impl<K: Ord> Cells<K> {
    pub(super) fn id(&self, key: &K) -> Option<CellId> {
        self.0.get(key).copied()
    }

    /// The cell under the key as it may be told; one that counts nobody where there is none.
    pub(super) fn of(&self, settled: &Settled, key: &K) -> Cell<u64> {
        self.id(key).map_or(Cell::Told(0), |cell| settled.of(cell))
    }
}
