//! Numbers by chance, the same on every machine: SplitMix64 (Steele, Lea and Flood, OOPSLA 2014).

/// A stream of numbers that its seed alone decides. Good enough to scatter rows; no good for secrets.
#[derive(Debug, Clone)]
pub(super) struct Random(u64);

impl Random {
    /// The stream called `stream` of a seed: what one part draws does not shift what another one draws.
    pub(super) fn new(seed: u64, stream: u64) -> Random {
        let mut random = Random(seed ^ stream.wrapping_mul(0xd1b5_4a32_d192_ed03));
        random.next();
        random
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let value = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let value = (value ^ (value >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        value ^ (value >> 31)
    }

    /// A number from 0 up to, not including, `limit`: the high half of a 128-bit product. 0 when `limit` is 0.
    pub(super) fn below(&mut self, limit: u64) -> u64 {
        ((u128::from(self.next()) * u128::from(limit)) >> 64) as u64
    }

    /// A fen amount or another signed number from 0 up to, not including, `limit`.
    pub(super) fn signed_below(&mut self, limit: i64) -> i64 {
        self.below(limit.unsigned_abs()) as i64
    }

    /// An index into something of `length` elements.
    pub(super) fn index(&mut self, length: usize) -> usize {
        self.below(length as u64) as usize
    }

    /// One of `choices` that suits, drawn until one does.
    pub(super) fn find<'c, T>(&mut self, choices: &'c [T], suits: impl Fn(&T) -> bool) -> &'c T {
        loop {
            let choice = &choices[self.index(choices.len())];
            if suits(choice) {
                return choice;
            }
        }
    }

    /// Puts a row before one of `rows`.
    pub(super) fn put_in<T>(&mut self, rows: &mut Vec<T>, row: T) {
        rows.insert(self.index(rows.len()), row);
    }

    /// Yes, in so many of a thousand draws.
    pub(super) fn per_mille(&mut self, share: u64) -> bool {
        self.below(1000) < share
    }

    /// One of `choices`, each as likely as another.
    pub(super) fn pick<T: Copy>(&mut self, choices: &[T]) -> T {
        choices[self.index(choices.len())]
    }
}
