//! Early warning (及时预警, 提前介入): people of the register whose burden has not met a rule yet, but is near it, or would
//! meet it before the policy year is over if it went on as it did. For the bureau's own use: this is no finding.
//!
//! *Near*: the burden has reached a set share of the threshold. The job gives the share; 80 % unless it does.
//!
//! *Pace*: a straight line from nothing at the beginning of the year to the burden of tonight is drawn on; the
//! expected day is the first one on which it meets the rule. After `e` days of the year, with the burden `b` and the
//! threshold `t`, that is the first day `d` with `b·d > t·e` (`≥` where the rule says 达到). This is the drift method:
//! Hyndman and Athanasopoulos, *Forecasting: Principles and Practice*, 2nd edition (OTexts 2018), section 3.1: a line
//! from the first observation to the last, extrapolated; one of the simple methods that better ones are measured by. It
//! knows no season and no diagnosis, and one costly stay in January would announce half the register. So it speaks only
//! of people with three counted settlements, and only from the sixtieth day of the year on. `fangpin backtest` says how
//! often it was right on a place's own data.
//!
//! The sums are there already, so this costs one look-up a person of the register. It knows nothing of yesterday.

use chrono::{Datelike, NaiveDate};
use rayon::prelude::*;
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;

use super::{Applied, Subject, applied, meets};
use crate::burden::Sums;
use crate::delivery::{Incomes, Register};
use crate::model::{Fen, Watch, WatchKind, Watched};
use crate::policy::{Comparison, InForce};

/// How many counted settlements a pace is seen in, at least.
const PACE_SETTLEMENTS: u32 = 3;
/// How many days of the year a pace is seen in, at least.
const PACE_DAYS: u32 = 60;

/// Everyone to be watched, by rule and person. A person whom a rule flags is not watched for it.
pub fn watched(policy: &InForce, register: &Register, incomes: &Incomes, sums: &Sums, watch: &Watch) -> Vec<Watched> {
    let people = register.people.par_iter().flat_map_iter(|(id, person)| {
        let found = sums.of(id).filter(|found| found.burden.settlements > 0);
        let of_one = found.map(|found| {
            let area = person.area.or(found.area);
            let subject = Subject { id, person, area, burden: &found.burden };
            let each = applied(policy, incomes, &subject).into_iter();
            each.filter_map(|applied| one(policy, &subject, &applied, watch)).collect::<Vec<_>>()
        });
        of_one.unwrap_or_default()
    });
    let mut watched: Vec<Watched> = people.collect();
    watched.par_sort_unstable_by(|a, b| (&a.rule, &a.person).cmp(&(&b.rule, &b.person)));
    watched
}

fn one(policy: &InForce, subject: &Subject<'_>, applied: &Applied<'_>, watch: &Watch) -> Option<Watched> {
    let (rule, threshold) = (applied.rule, applied.threshold?);
    let burden = subject.burden.of(rule.tests, &policy.payers)?;
    if burden <= Fen::ZERO || meets(burden, rule.comparison, threshold) {
        return None;
    }
    let yuan = Decimal::new(burden.0, 2);
    let near = yuan.checked_mul(Decimal::ONE_HUNDRED)? >= threshold.checked_mul(watch.share)?;
    let seen = watch.pace && subject.burden.settlements >= PACE_SETTLEMENTS && policy.as_of.ordinal() >= PACE_DAYS;
    let expected_on = if seen { expected_on(yuan, threshold, rule.comparison, policy.as_of) } else { None };
    let kind = match (near, expected_on) {
        (true, None) => WatchKind::Near,
        (false, Some(_)) => WatchKind::Pace,
        (true, Some(_)) => WatchKind::Both,
        (false, None) => return None,
    };
    Some(Watched {
        person: subject.id.clone(),
        name: subject.person.name.clone(),
        category: applied.category,
        area: subject.area,
        town_code: subject.person.town_code.clone(),
        rule: rule.id.clone(),
        tests: rule.tests,
        burden,
        threshold,
        kind,
        expected_on,
        settlements: subject.burden.settlements,
    })
}

/// The first day on which a burden above 0 that goes on as until `as_of` meets the rule; `None` when that is not in the
/// year of `as_of`.
fn expected_on(burden: Decimal, threshold: Decimal, comparison: Comparison, as_of: NaiveDate) -> Option<NaiveDate> {
    // The quotient lies further from any whole day that it does not hit than its last decimal: thresholds have eight
    // decimals at most, and burdens sixteen digits. So rounding it to 28 digits moves no day.
    let days = threshold.checked_mul(Decimal::from(as_of.ordinal()))?.checked_div(burden)?;
    let day = match comparison {
        Comparison::Above => days.floor().checked_add(Decimal::ONE)?,
        Comparison::AtLeast => days.ceil(),
    };
    NaiveDate::from_yo_opt(as_of.year(), day.to_u32()?)
}
