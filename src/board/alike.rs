//! Cells of which everybody may know that they count the same people. Pure.

use std::rc::Rc;

/// By cell, those alike, itself among them.
#[derive(Debug)]
pub(super) struct Alike(Vec<Rc<Vec<usize>>>);

impl Alike {
    /// So many cells, of which these pairs are alike.
    pub(super) fn of(cells: usize, pairs: impl IntoIterator<Item = (usize, usize)>) -> Alike {
        let mut alike: Vec<Rc<Vec<usize>>> = (0..cells).map(|cell| Rc::new(vec![cell])).collect();
        for (one, other) in pairs {
            if !alike[one].contains(&other) {
                let both = Rc::new([alike[one].as_slice(), alike[other].as_slice()].concat());
                both.iter().for_each(|cell| alike[*cell] = Rc::clone(&both));
            }
        }
        Alike(alike)
    }

    pub(super) fn to(&self, cell: usize) -> &[usize] {
        &self.0[cell]
    }
}
