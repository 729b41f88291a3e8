//! What the people of a roster were settled, for the audits that ask about it.

use crate::burden::{self, Visits, Wanted};
use crate::delivery::{Account, Delivery, Payments, Progress, Register, Roster};
use crate::error::Error;
use crate::model::Window;
use crate::policy::Codes;

/// The settlements of a roster's people that count, and the account of all rows.
pub(super) struct Settled {
    pub(super) visits: Visits,
    pub(super) account: Account,
}

impl Settled {
    /// Reads them as the nightly warning does, so that both say the same of each row; `None` when no settlements were
    /// delivered.
    pub(super) fn read(
        delivery: &Delivery,
        roster: &Roster,
        window: &Window,
        codes: &Codes,
        progress: &Progress,
    ) -> Result<Option<Settled>, Error> {
        if !delivery.holds("settlements") {
            return Ok(None);
        }
        // What became of each row is wanted, and nobody's burden.
        let (nobody, unpaid) = (Register::default(), Payments::default());
        let burdens = burden::of_everyone(delivery, window, &unpaid, Wanted::Only(&nobody), progress)?;
        let visits = burden::visits(roster, delivery, window, &burdens, |code| codes.care(code), progress)?;
        Ok(Some(Settled { visits, account: burdens.account }))
    }
}
