//! The audit of chronic-disease cards in a night, with the visits that it asks for: their days reach back over the new
//! year, so they are read apart from those of the policy year.

use chrono::Datelike;

use super::audit_inputs::Inputs;
use super::audit_rules::Rules;
use crate::audit::cards::{self, CardsAudit, Holders, Paid, Tables};
use crate::audit::coverage::Moment;
use crate::burden::{self, ChronicVisits, Wanted};
use crate::delivery::{Delivery, Payments, Progress, Register};
use crate::error::Error;
use crate::model::Window;
use crate::policy::Codes;

/// Draws, and holds everybody's cards against what else is known.
pub(super) fn cards(
    inputs: &Inputs,
    rules: &Rules,
    moment: Moment,
    (delivery, progress): (&Delivery, &Progress),
) -> Result<CardsAudit, Error> {
    let Inputs { roster, chronic_cards, public_health, .. } = inputs;
    let (policy, as_of) = (&rules.policy, moment.as_of);
    let delivered = delivery.holds_rows_of("settlements");
    let asked = chronic_cards.as_ref().filter(|_| delivered);
    let asked = asked.and_then(|cards| cards::visits_asked(policy, as_of, roster, cards));
    let (holders, visits) = match asked {
        Some((holders, window)) => {
            let visits = visits(&holders, &window, &rules.codes, delivery, progress)?;
            (holders, visits)
        }
        None => (Holders::default(), ChronicVisits::default()),
    };
    let paid = delivered.then_some(Paid { holders: &holders, visits: &visits });
    let (cards, register) = (chronic_cards.as_ref(), public_health.as_ref());
    Ok(cards::cards(policy, as_of, &Tables { roster, cards, register, paid }))
}

/// The visits of the holders, by the account of those days.
fn visits(
    holders: &Holders,
    window: &Window,
    codes: &Codes,
    delivery: &Delivery,
    progress: &Progress,
) -> Result<ChronicVisits, Error> {
    let (nobody, unpaid) = (Register::default(), Payments::default());
    // A whole month at the beginning: whether its settlements came is not told by a day or two of it.
    let whole = Window { first_day: window.first_day.with_day(1).unwrap_or(window.first_day), ..*window };
    let burdens = burden::of_everyone(delivery, &whole, &unpaid, Wanted::Only(&nobody), progress)?.without_sums();
    let number = |person: &_| holders.number(person);
    burden::chronic_visits(number, delivery, window, &burdens, |code| codes.care(code), progress)
}
