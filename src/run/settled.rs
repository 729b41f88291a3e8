//! What the people of a roster were settled, and everyone's stays, for the audits that ask about them.

use super::audit_rules::asks_about_stays;
use super::last_year;
use crate::audit::fund::CareRow;
use crate::burden::{self, CareSums, InPatients, Stays, Visits, Wanted};
use crate::delivery::{Account, Delivery, Payments, Progress, Register, Roster};
use crate::error::Error;
use crate::model::{Mechanism, Window};
use crate::policy::Codes;

/// What the audits ask of the settlements that count, and the account of all rows. Each is `None` when no audit asks
/// for it, and when no file has a row: an extract that came to nothing is no word of a whole year without a settlement.
pub(super) struct Settled {
    /// What the register's people were settled.
    pub(super) visits: Option<Visits>,
    /// As in-patients, by institution.
    pub(super) in_patients: Option<InPatients>,
    /// Everyone's stays.
    pub(super) stays: Option<Stays>,
    /// What everyone's care cost, and who paid.
    pub(super) care: Option<CareSums>,
    /// What it came to in the same months of last year, where the delivery has all of them.
    pub(super) care_last_year: Option<Vec<CareRow>>,
    /// Whether any file has a row.
    has_rows: bool,
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
        (codes, mechanisms): (&Codes, &[Mechanism]),
        progress: &Progress,
    ) -> Result<Option<Settled>, Error> {
        if !delivery.holds("settlements") {
            return Ok(None);
        }
        // What became of each row is wanted, and nobody's burden.
        let (nobody, unpaid) = (Register::default(), Payments::default());
        let burdens = burden::of_everyone(delivery, window, &unpaid, Wanted::Only(&nobody), progress)?;
        if burdens.account.totals.read.rows == 0 {
            let account = burdens.account;
            return Ok(Some(Settled {
                visits: None,
                in_patients: None,
                stays: None,
                care: None,
                care_last_year: None,
                has_rows: false,
                account,
            }));
        }
        let burdens = burdens.without_sums();
        let care_of = |code: &str| codes.care(code);
        let asks = |of: &[Mechanism]| of.iter().any(|mechanism| mechanisms.contains(mechanism));
        let visits = asks(&[Mechanism::Benefits, Mechanism::FiveChecks])
            .then(|| burden::visits(roster, delivery, window, &burdens, care_of, progress))
            .transpose()?;
        let meanings = (care_of, |code: &str| codes.hospital_level(code));
        let in_patients = asks(&[Mechanism::OutOfCatalogue])
            .then(|| burden::in_patients(roster, delivery, window, &burdens, meanings, progress))
            .transpose()?;
        let stays = mechanisms
            .iter()
            .any(|mechanism| asks_about_stays(*mechanism))
            .then(|| burden::stays(delivery, window, &burdens, care_of, progress))
            .transpose()?;
        let care = asks(&[Mechanism::Fund])
            .then(|| burden::care_sums(delivery, window, &burdens, care_of, progress))
            .transpose()?;
        // Rows of last year are out of the window, whatever else they are.
        let may_hold_more = care.is_some() && burdens.account.totals.out_of_window.rows > 0;
        let care_last_year = match may_hold_more {
            true => last_year::delivered(delivery, (window.as_of, window.year_by), care_of, progress)?,
            false => None,
        };
        let account = burdens.account;
        Ok(Some(Settled { visits, in_patients, stays, care, care_last_year, has_rows: true, account }))
    }

    /// What to say of the table besides what the audits say.
    pub(super) fn warning(&self) -> Option<String> {
        (!self.has_rows).then(|| WITHOUT_A_ROW.to_owned())
    }
}
