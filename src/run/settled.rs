//! What the people of a roster were settled, and everyone's stays, for the audits that ask about them.

use crate::burden::{self, Stays, Visits, Wanted};
use crate::delivery::{Account, Delivery, Payments, Progress, Register, Roster};
use crate::error::Error;
use crate::model::Window;
use crate::policy::Codes;

/// The settlements of a roster's people that count, and the account of all rows.
pub(super) struct Settled {
    /// `None` when no file has a row: an extract that came to nothing is no word of a whole year without a settlement.
    pub(super) visits: Option<Visits>,
    /// Everyone's stays, where an audit asks about them and any file has a row.
    pub(super) stays: Option<Stays>,
    pub(super) account: Account,
}

/// Said where the table came without a row.
const WITHOUT_A_ROW: &str = "settlements: the table was delivered without a row in any file, which counts as not \
                             delivered; look whether the extract failed";

impl Settled {
    /// Reads them as the nightly warning does, so that both say the same of each row; `None` when no settlements were
    /// delivered.
    pub(super) fn read(
        delivery: &Delivery,
        roster: &Roster,
        window: &Window,
        (codes, of_stays): (&Codes, bool),
        progress: &Progress,
    ) -> Result<Option<Settled>, Error> {
        if !delivery.holds("settlements") {
            return Ok(None);
        }
        // What became of each row is wanted, and nobody's burden.
        let (nobody, unpaid) = (Register::default(), Payments::default());
        let burdens = burden::of_everyone(delivery, window, &unpaid, Wanted::Only(&nobody), progress)?;
        if burdens.account.totals.read.rows == 0 {
            return Ok(Some(Settled { visits: None, stays: None, account: burdens.account }));
        }
        let burdens = burdens.without_sums();
        let visits = burden::visits(roster, delivery, window, &burdens, |code| codes.care(code), progress)?;
        let stays = || burden::stays(delivery, window, &burdens, |code| codes.care(code), progress);
        let stays = if of_stays { Some(stays()?) } else { None };
        Ok(Some(Settled { visits: Some(visits), stays, account: burdens.account }))
    }

    /// What to say of the table besides what the audits say.
    pub(super) fn warning(&self) -> Option<String> {
        self.visits.is_none().then(|| WITHOUT_A_ROW.to_owned())
    }
}
