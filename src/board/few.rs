//! How few people are too few to be told. Pure.

use crate::model::board::Cell;

/// Fewer people than this are withheld.
pub const FEWEST: u64 = 5;

/// Whether so many people are too few to be told.
pub fn too_few(people: u64) -> bool {
    (1..FEWEST).contains(&people)
}

/// A count as it may be told by itself.
pub fn alone(people: u64) -> Cell<u64> {
    if too_few(people) { Cell::Withheld } else { Cell::Told(people) }
}
