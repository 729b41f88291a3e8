//! A small field of bits that tells quickly that something was never marked.

/// At least eight bits for each thing marked, of which it gets two: of what was never marked, at most one in twenty
/// seems to be.
#[derive(Debug)]
pub(crate) struct Marks {
    bits: Vec<u64>,
}

impl Marks {
    /// A field for so many marks, none of them set.
    pub(crate) fn with_room_for(marks: usize) -> Marks {
        Marks { bits: vec![0; (marks / 8).next_power_of_two()] }
    }

    /// Marks what mixes to these bits; false when its mark was set already, by itself or by another.
    #[inline]
    pub(crate) fn set(&mut self, mixed: u64) -> bool {
        let (word, bits) = self.place(mixed);
        let new = self.bits[word] & bits != bits;
        self.bits[word] |= bits;
        new
    }

    /// False when what mixes to these bits was certainly never marked.
    #[inline]
    pub(crate) fn may_have(&self, mixed: u64) -> bool {
        let (word, bits) = self.place(mixed);
        self.bits[word] & bits == bits
    }

    /// The leading bits are left alone: they choose the shard.
    #[inline]
    fn place(&self, mixed: u64) -> (usize, u64) {
        (mixed as usize >> 12 & (self.bits.len() - 1), 1 << (mixed & 63) | 1 << (mixed >> 6 & 63))
    }
}
