//! The draw of a month's new cards for review, so that anyone can work it out again.
//!
//! The seed is built of public facts alone: the place, the month, how many new cards there are, and the SHA-256 of
//! their ids, sorted as bytes and joined by line feeds. A card's rank is HMAC-SHA256 with the seed as its key and the
//! card's id as its message, in hexadecimal; the lowest ranks of each group are drawn. Nobody who issues a card can
//! know its rank before the month is over, nobody chooses the seed, and one card more or less changes every rank.
//!
//! All of it in Python, from lines `card_id<TAB>group` as `card_draw.parquet` has them (a group is an institution or an
//! area):
//!
//! ```python
//! import hashlib, hmac, math, sys
//! from fractions import Fraction
//! area, month, percent = sys.argv[1:]
//! group_of = dict(line.rstrip("\n").split("\t") for line in sys.stdin)
//! ids = "\n".join(sorted(group_of, key=str.encode))
//! seed = f"fangpin|{area}|{month}|{len(group_of)}|{hashlib.sha256(ids.encode()).hexdigest()}"
//! rank = lambda card: hmac.new(seed.encode(), card.encode(), "sha256").hexdigest()
//! for group in sorted(set(group_of.values())):
//!     cards = sorted((card for card in group_of if group_of[card] == group), key=rank)
//!     print(*cards[: math.ceil(Fraction(percent) * len(cards) / 100)], sep="\n")
//! ```
//!
//! By value and by variance, the cards that paid most, or most unevenly, go first, and ranks decide between equals.

use std::sync::Arc;

use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;
use sha2::{Digest, Sha256};

use super::paid::Measured;
use crate::model::{AreaCode, ChronicDisease, Month, PersonId};
use crate::policy::{CardGroup, CardHolders, CardReview, DrawMode};

/// The bytes of a block of SHA-256.
const BLOCK: usize = 64;

/// A month's draw.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Draw {
    /// Of which month's new cards.
    pub month: Month,
    /// From which everything else follows.
    pub seed: Seed,
    /// How much of each group is drawn, in percent.
    pub percent: Decimal,
    /// What makes a group.
    pub per: CardGroup,
    /// Whose cards are drawn from.
    pub among: CardHolders,
    /// By what cards are drawn.
    pub mode: DrawMode,
    /// Document and article that order it.
    pub reference: String,
    /// Every new card, group by group, those drawn first.
    pub cards: Vec<NewCard>,
    /// How many of them are measured without a settlement that could not be used.
    pub unclear: usize,
}

/// One new card.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewCard {
    /// The card's number.
    pub id: Box<str>,
    /// Whose.
    pub person: PersonId,
    /// The holder's name, where the register has it.
    pub name: Option<Box<str>>,
    /// The local code of the disease.
    pub code: Option<Arc<str>>,
    /// The disease.
    pub disease: Option<ChronicDisease>,
    /// When it was issued, as days since 1970.
    pub issued_on: i32,
    /// By whom it was issued.
    pub institution: Option<Arc<str>>,
    /// Where that is.
    pub area: Option<AreaCode>,
    /// What its holder was settled, in the modes that ask.
    pub measured: Option<Measured>,
    /// HMAC-SHA256 in hexadecimal.
    pub rank: String,
    /// Its place in its group, from 1.
    pub place: u32,
    /// How many cards its group has.
    pub of: u32,
    /// Whether it is drawn.
    pub drawn: bool,
}

/// What a draw is seeded with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seed {
    /// The place.
    pub area: AreaCode,
    /// How many new cards there are.
    pub cards: usize,
    /// The SHA-256 of their ids, in hexadecimal.
    pub sha256: String,
    /// `fangpin|<area>|<month>|<cards>|<sha256>`.
    pub text: String,
}

impl Seed {
    /// That of a month whose new cards have these ids, in any order.
    pub fn of(area: AreaCode, month: Month, ids: &[&str]) -> Seed {
        let mut sorted = ids.to_vec();
        sorted.sort_unstable();
        let sha256 = hexadecimal(&Sha256::digest(sorted.join("\n")));
        let cards = sorted.len();
        let text = format!("fangpin|{area}|{month}|{cards}|{sha256}");
        Seed { area, cards, sha256, text }
    }

    /// The rank of a card, in hexadecimal.
    pub fn rank(&self, id: &str) -> String {
        hexadecimal(&hmac_sha256(self.text.as_bytes(), id.as_bytes()))
    }
}

/// How many of a group's `cards` are drawn: so many percent of them, rounded up.
pub fn to_draw(percent: Decimal, cards: usize) -> usize {
    let share = percent.checked_mul(Decimal::from(cards)).map(|share| (share / Decimal::ONE_HUNDRED).ceil());
    share.and_then(|share| share.to_usize()).map_or(cards, |drawn| drawn.min(cards))
}

/// The keyed hash of RFC 2104.
pub fn hmac_sha256(key: &[u8], message: &[u8]) -> [u8; 32] {
    let mut block = [0; BLOCK];
    let hashed: [u8; 32] = Sha256::digest(key).into();
    let key = if key.len() > BLOCK { &hashed } else { key };
    block[..key.len()].copy_from_slice(key);
    let inner = Sha256::new().chain_update(block.map(|byte| byte ^ 0x36)).chain_update(message).finalize();
    Sha256::new().chain_update(block.map(|byte| byte ^ 0x5c)).chain_update(inner).finalize().into()
}

fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Draws from the new cards of a month by what is asked. Rank, place, group and whether it is drawn are filled in here.
pub(super) fn draw(review: &CardReview, area: AreaCode, month: Month, mut cards: Vec<NewCard>) -> Draw {
    let ids: Vec<&str> = cards.iter().map(|card| &*card.id).collect();
    let seed = Seed::of(area, month, &ids);
    for card in &mut cards {
        card.rank = seed.rank(&card.id);
    }
    let group = |card: &NewCard| match review.per {
        CardGroup::Institution => (card.institution.clone(), None),
        CardGroup::Area => (None, card.area),
    };
    let weight = |card: &NewCard| match review.mode {
        DrawMode::Random => 0,
        DrawMode::Value => card.measured.map_or(0, |measured| i128::from(measured.cost.0)),
        DrawMode::Variance => card.measured.map_or(0, |measured| measured.spread),
    };
    cards.sort_by(|a, b| {
        let heavier = || weight(b).cmp(&weight(a));
        group(a).cmp(&group(b)).then_with(heavier).then_with(|| (&a.rank, &a.id).cmp(&(&b.rank, &b.id)))
    });
    for theirs in cards.chunk_by_mut(|a, b| group(a) == group(b)) {
        let (of, drawn) = (theirs.len(), to_draw(review.percent, theirs.len()));
        for (index, card) in theirs.iter_mut().enumerate() {
            card.place = u32::try_from(index + 1).unwrap_or(u32::MAX);
            card.of = u32::try_from(of).unwrap_or(u32::MAX);
            card.drawn = index < drawn;
        }
    }
    Draw {
        month,
        seed,
        percent: review.percent,
        per: review.per,
        among: review.among,
        mode: review.mode,
        reference: review.cited.reference.to_string(),
        cards,
        unclear: 0,
    }
}
