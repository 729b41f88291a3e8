//! How far one place's rate lies above those of its peers, in exact whole numbers: the robust z-score and the upper
//! limit of a funnel plot. Pure; it knows neither areas nor stays.
//!
//! A rate is x = s / n: s events (stays) among n people. The group of peers is every place of one sort, the one looked
//! at among them.
//!
//! * **Robust z** (Iglewicz and Hoaglin 1993): z = 0.6745 (x - m) / MAD. m is the median of the group's rates, MAD the
//!   median of their absolute distances from m; of an even number, the median is the mean of the two in the middle.
//!   Where MAD is 0, more than half of the group have one rate, and there is no z.
//! * **Funnel** (Spiegelhalter 2005): L = p + k sqrt(p / n), with p = S / N, all events over all people of the group.
//!   One person may have several stays, so what varies is a count, whose variance is its mean (Poisson), and not a
//!   share, whose variance would be p (1 - p) / n. The smaller a place, the higher its limit.
//!
//! What is compared is cross-multiplied and never rounded: x > L exactly when s N > n S and
//! (s N - n S)² > k² n S N. What is shown is rounded as it is published.

use std::cmp::Ordering;

use rust_decimal::Decimal;

/// Counts above this are no place's: up to here no product below can overflow.
const LARGEST: u64 = 1 << 26;
/// More peers than there are counties in the world; their sums fit.
const MOST_PEERS: usize = 1 << 16;
/// 0.6745 in ten-thousandths.
const NORMAL_QUARTILE: u128 = 6_745;
/// Ten-thousandths in one.
const ONE: u128 = 10_000;

/// So many events among so many people.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rate {
    events: i128,
    people: i128,
}

impl Rate {
    /// `None` without anybody, and for counts beyond 2^26, about 67 million.
    pub fn new(events: u64, people: u64) -> Option<Rate> {
        let sound = (1..=LARGEST).contains(&people) && events <= LARGEST;
        sound.then_some(Rate { events: events.into(), people: people.into() })
    }

    /// Per thousand people.
    pub fn per_thousand(self) -> Option<Decimal> {
        ratio(self.events, self.people)
    }
}

/// What a group of rates has in common.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Peers {
    /// How many there are.
    pub count: usize,
    events: u128,
    people: u128,
    /// The median is `median` / `unit`.
    median: i128,
    unit: i128,
    /// The one or two distances in the middle, each a numerator over `people` times `unit`.
    middle: [Distance; 2],
}

/// How far a rate lies from the median, in either direction: `from_median` over `people` times the group's unit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Distance {
    from_median: i128,
    people: i128,
}

impl Peers {
    /// `None` of no rates, and of more than 65,536.
    pub fn of(rates: &[Rate]) -> Option<Peers> {
        if rates.is_empty() || rates.len() > MOST_PEERS {
            return None;
        }
        let mut rates = rates.to_vec();
        rates.sort_by(|a, b| by_height((a.events, a.people), (b.events, b.people)));
        let [low, high] = in_the_middle(&rates);
        let unit = 2 * low.people * high.people;
        let median = low.events * high.people + high.events * low.people;
        let mut distances: Vec<Distance> = rates.iter().map(|rate| distance(*rate, median, unit).absolute()).collect();
        distances.sort_by(|a, b| by_height((a.from_median, a.people), (b.from_median, b.people)));
        let sum = |of: fn(&Rate) -> i128| rates.iter().map(of).sum::<i128>().unsigned_abs();
        Some(Peers {
            count: rates.len(),
            events: sum(|rate| rate.events),
            people: sum(|rate| rate.people),
            median,
            unit,
            middle: in_the_middle(&distances),
        })
    }

    /// Whether the rates differ enough for a z: MAD is not 0.
    pub fn has_spread(&self) -> bool {
        self.middle.iter().any(|distance| distance.from_median > 0)
    }

    /// Whether the robust z of a rate is at least `least`, which is above 0 and has at most four decimals. Never, where
    /// more than half of the group have one rate.
    pub fn z_is_at_least(&self, rate: Rate, least: Decimal) -> bool {
        let above = distance(rate, self.median, self.unit);
        let [low, high] = self.middle;
        // Twice MAD, over the people of both.
        let spread = low.from_median * high.people + high.from_median * low.people;
        if above.from_median <= 0 || spread == 0 {
            return false;
        }
        let people = (low.people * high.people).unsigned_abs();
        let left = product(above.from_median.unsigned_abs(), 2 * NORMAL_QUARTILE * people);
        let right = product(spread.unsigned_abs(), ten_thousandths(least) * rate.people.unsigned_abs());
        left >= right
    }

    /// Whether a rate lies above the funnel's upper limit of so many `sigmas`, which have at most four decimals.
    pub fn is_above_funnel(&self, rate: Rate, sigmas: Decimal) -> bool {
        let (events, people) = (rate.events.unsigned_abs(), rate.people.unsigned_abs());
        let Some(above) = (events * self.people).checked_sub(people * self.events) else { return false };
        let sigmas = ten_thousandths(sigmas);
        product(above * ONE, above * ONE) > product(sigmas * sigmas * people, self.events * self.people)
    }

    /// The rate of all together, per thousand people.
    pub fn overall(&self) -> Option<Decimal> {
        ratio(i128::try_from(self.events).ok()?, i128::try_from(self.people).ok()?)
    }

    /// The median, per thousand people.
    pub fn median(&self) -> Option<Decimal> {
        ratio(self.median, self.unit)
    }

    /// The median of the distances from it (MAD), per thousand people.
    pub fn deviation(&self) -> Option<Decimal> {
        let [low, high] = self.middle;
        Some((self.shown(low)? + self.shown(high)?) / Decimal::TWO)
    }

    /// The robust z of a rate; `None` where MAD is 0.
    pub fn z(&self, rate: Rate) -> Option<Decimal> {
        let above = self.shown(distance(rate, self.median, self.unit))?;
        let quartile = Decimal::try_from_i128_with_scale(NORMAL_QUARTILE.cast_signed(), 4).ok()?;
        quartile.checked_mul(above)?.checked_div(self.deviation()?)
    }

    /// The funnel's upper limit for a place of so many people, per thousand people.
    pub fn limit(&self, rate: Rate, sigmas: Decimal) -> Option<Decimal> {
        let sigmas = ten_thousandths(sigmas);
        // In units of 10^-10: k has four decimals, and six more stand before the root.
        let width = (sigmas * sigmas * self.events)
            .checked_mul(10_u128.pow(12))
            .map(|whole| (whole / (self.people * rate.people.unsigned_abs())).isqrt())?;
        let width = Decimal::try_from_i128_with_scale(i128::try_from(width).ok()?, 10).ok()?;
        self.overall()?.checked_add(width.checked_mul(Decimal::ONE_THOUSAND)?)
    }

    fn shown(&self, distance: Distance) -> Option<Decimal> {
        ratio(distance.from_median, distance.people * self.unit)
    }
}

impl Distance {
    fn absolute(self) -> Distance {
        Distance { from_median: self.from_median.abs(), ..self }
    }
}

fn distance(rate: Rate, median: i128, unit: i128) -> Distance {
    Distance { from_median: rate.events * unit - median * rate.people, people: rate.people }
}

/// Fractions by height; those that are equal by what they are of, so that no order of places can show.
fn by_height((part, whole): (i128, i128), (other, of): (i128, i128)) -> Ordering {
    (part * of).cmp(&(other * whole)).then(whole.cmp(&of))
}

/// The two in the middle of some that are sorted, twice the same one of an odd number.
fn in_the_middle<T: Copy>(sorted: &[T]) -> [T; 2] {
    [sorted[(sorted.len() - 1) / 2], sorted[sorted.len() / 2]]
}

/// A rate, per thousand.
fn ratio(part: i128, whole: i128) -> Option<Decimal> {
    let number = |of| Decimal::try_from_i128_with_scale(of, 0).ok();
    number(part)?.checked_mul(Decimal::ONE_THOUSAND)?.checked_div(number(whole)?)
}

/// A number of at most four decimals, in ten-thousandths; 0 of one below 0.
fn ten_thousandths(number: Decimal) -> u128 {
    let mut number = number;
    number.rescale(4);
    u128::try_from(number.mantissa()).unwrap_or(0)
}

/// A product of any size, its upper and its lower half.
fn product(one: u128, other: u128) -> (u128, u128) {
    let halves = |of: u128| (of >> 64, of & u128::from(u64::MAX));
    let ((a, b), (c, d)) = (halves(one), halves(other));
    let (middle, carried) = (a * d).overflowing_add(b * c);
    let (low, one_more) = (b * d).overflowing_add(middle << 64);
    let high = a * c + (middle >> 64) + (u128::from(carried) << 64) + u128::from(one_more);
    (high, low)
}

#[cfg(test)]
mod tests {
    use super::product;

    #[test]
    fn a_product_of_any_size_is_whole() {
        assert_eq!(product(3, 7), (0, 21));
        assert_eq!(product(1 << 100, 1 << 100), (1 << 72, 0));
        assert_eq!(product(u128::MAX, u128::MAX), (u128::MAX - 1, 1));
        assert_eq!(product(u128::MAX, 2), (1, u128::MAX - 1));
    }
}
