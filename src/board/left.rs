//! How many people may be left of cells when parts that are told are taken from them: whether there is a way that
//! leaves few. Pure.

use super::few::FEWEST;

/// How many people may be left of cells, in one way or another: fewer than [`FEWEST`] each by its bit, more by one.
#[derive(Debug, Clone, Copy)]
pub(super) struct Left(u8);

impl Left {
    pub(super) fn of(people: u64) -> Left {
        Left(1 << people.min(FEWEST))
    }

    pub(super) fn has(self, people: u64) -> bool {
        self.0 >> people & 1 == 1
    }

    pub(super) fn or(self, other: Left) -> Left {
        Left(self.0 | other.0)
    }

    /// Of both together.
    pub(super) fn and(self, other: Left) -> Left {
        let ways = (0..=FEWEST).filter(|people| self.has(*people)).map(|people| {
            let most = (FEWEST - people..=FEWEST).any(|more| other.has(more));
            Left((other.0 << people) & ((1 << FEWEST) - 1) | u8::from(most) << FEWEST)
        });
        ways.fold(Left(0), Left::or)
    }

    /// The most of too few.
    pub(super) fn few(self) -> Option<u64> {
        (1..FEWEST).rev().find(|people| self.has(*people))
    }
}
