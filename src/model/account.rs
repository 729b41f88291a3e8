//! The account of rows: what became of each, and totals that must close.

use std::ops::AddAssign;

use super::{Fault, Figures};

/// What becomes of a delivered row. Each row has exactly one fate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Fate {
    /// It cannot be used.
    Rejected,
    /// A newer row of the same id counts.
    Superseded,
    /// It is marked invalid or deleted, or reverses a settlement that is.
    Void,
    /// It lies outside the policy year up to `as_of`, or reverses a settlement that does.
    OutOfWindow,
    /// It reverses a settlement that was not delivered or was rejected.
    Orphan,
    /// It enters the sums.
    Counted,
}

impl Fate {
    /// Every fate, in the order of the control totals.
    pub const ALL: [Fate; 6] =
        [Fate::Rejected, Fate::Superseded, Fate::Void, Fate::OutOfWindow, Fate::Orphan, Fate::Counted];

    /// The name in control totals and published tables.
    pub fn name(self) -> &'static str {
        match self {
            Fate::Rejected => "rejected",
            Fate::Superseded => "superseded",
            Fate::Void => "void",
            Fate::OutOfWindow => "out_of_window",
            Fate::Orphan => "orphan",
            Fate::Counted => "counted",
        }
    }
}

/// Why a row was set aside. The id is stable: reports and audits refer to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Reason {
    /// No certificate number, or a malformed one.
    BadCertno,
    /// No settlement id.
    NoSetlId,
    /// No payment id.
    NoPaymentId,
    /// No card id.
    NoCardId,
    /// No settlement time, or an unreadable one.
    BadSetlTime,
    /// No date, or an unreadable one.
    BadDate,
    /// No year, or an unreadable one.
    BadYear,
    /// An area code that is not six digits.
    BadArea,
    /// An income series that the contract does not have.
    BadSeries,
    /// A needed amount is missing, or an amount is unreadable or beyond ±10^12 fen.
    BadAmount,
    /// Medical cost below 0 without the settlement that it reverses.
    NegativeCost,
    /// A row of the same id and the same figures counts.
    Duplicate,
    /// A newer row of the same id with other figures counts.
    Correction,
    /// Marked invalid or deleted.
    Void,
    /// Reverses a settlement that is void.
    ReversesVoid,
    /// Outside the policy year up to `as_of`; an identity that is not in force on `as_of`.
    OutOfWindow,
    /// Reverses a settlement that is out of the window.
    ReversesOutOfWindow,
    /// Reverses a settlement that was not delivered.
    OrphanNotDelivered,
    /// Reverses a settlement that was rejected.
    OrphanRejected,
}

impl Reason {
    /// Every reason.
    pub const ALL: [Reason; 19] = [
        Reason::BadCertno,
        Reason::NoSetlId,
        Reason::NoPaymentId,
        Reason::NoCardId,
        Reason::BadSetlTime,
        Reason::BadDate,
        Reason::BadYear,
        Reason::BadArea,
        Reason::BadSeries,
        Reason::BadAmount,
        Reason::NegativeCost,
        Reason::Duplicate,
        Reason::Correction,
        Reason::Void,
        Reason::ReversesVoid,
        Reason::OutOfWindow,
        Reason::ReversesOutOfWindow,
        Reason::OrphanNotDelivered,
        Reason::OrphanRejected,
    ];

    /// The id in `rejects.parquet` and in the manifest.
    pub fn id(self) -> &'static str {
        match self {
            Reason::BadCertno => "bad_certno",
            Reason::NoSetlId => "no_setl_id",
            Reason::NoPaymentId => "no_payment_id",
            Reason::NoCardId => "no_card_id",
            Reason::BadSetlTime => "bad_setl_time",
            Reason::BadDate => "bad_date",
            Reason::BadYear => "bad_year",
            Reason::BadArea => "bad_area",
            Reason::BadSeries => "bad_series",
            Reason::BadAmount => "bad_amount",
            Reason::NegativeCost => "negative_cost",
            Reason::Duplicate => "duplicate",
            Reason::Correction => "correction",
            Reason::Void => "void",
            Reason::ReversesVoid => "reverses_void",
            Reason::OutOfWindow => "out_of_window",
            Reason::ReversesOutOfWindow => "reverses_out_of_window",
            Reason::OrphanNotDelivered => "orphan_not_delivered",
            Reason::OrphanRejected => "orphan_rejected",
        }
    }

    /// What the reason means, in a few words.
    pub fn detail(self) -> &'static str {
        match self {
            Reason::BadCertno => "no certificate number, or one that is not well formed",
            Reason::NoSetlId => "no settlement id",
            Reason::NoPaymentId => "no payment id",
            Reason::NoCardId => "no card id",
            Reason::BadSetlTime => "no settlement time, or an unreadable one",
            Reason::BadDate => "no date, or an unreadable one",
            Reason::BadYear => "no year, or an unreadable one",
            Reason::BadArea => "no area code of six digits",
            Reason::BadSeries => "a series other than rural, pastoral and all",
            Reason::BadAmount => "a needed amount is missing, unreadable or out of range",
            Reason::NegativeCost => "medical cost below 0, but no init_setl_id to say what it reverses",
            Reason::Duplicate => "sent again with the same figures",
            Reason::Correction => "sent again with other figures: the newest row counts",
            Reason::Void => "marked invalid or deleted",
            Reason::ReversesVoid => "reverses a settlement that is void",
            Reason::OutOfWindow => "outside the days looked at",
            Reason::ReversesOutOfWindow => "reverses a settlement outside the days looked at",
            Reason::OrphanNotDelivered => "reverses a settlement that was not delivered",
            Reason::OrphanRejected => "reverses a settlement that was rejected",
        }
    }

    /// What becomes of a row for this reason.
    pub fn fate(self) -> Fate {
        match self {
            Reason::Duplicate | Reason::Correction => Fate::Superseded,
            Reason::Void | Reason::ReversesVoid => Fate::Void,
            Reason::OutOfWindow | Reason::ReversesOutOfWindow => Fate::OutOfWindow,
            Reason::OrphanNotDelivered | Reason::OrphanRejected => Fate::Orphan,
            _ => Fate::Rejected,
        }
    }
}

/// A row set aside: which, why, and its own amounts. It names the row, never the person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Reject {
    /// The extract, as its index among all files of the delivery.
    pub file: u32,
    /// The row within the file, from 1.
    pub row: u32,
    /// Why.
    pub reason: Reason,
    /// The row's own amounts, where they could be read.
    pub figures: Figures,
}

/// A finding about a row or a person that was used all the same (contract, section 3 step 6, and section 4).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Check {
    /// Medical cost is not the sum of self-paid, over-limit, first-paid and in-scope amounts.
    PartsDiffer,
    /// Medical cost is not funds + person + hospital.
    PayersDiffer,
    /// The person's amount is not account + cash.
    PersonDiffers,
    /// The funds' total is not the sum of the fund columns.
    FundsDiffer,
    /// A person's medical cost over the year is below 0.
    NegativePersonCost,
    /// A positive row flagged 退费 that no counted row reverses: its cost stands in the burden.
    RefundWithoutReversal,
    /// Rows of both sides of one off-site visit.
    OffSiteTwice,
    /// A local category code that the mapping lacks.
    UnknownCode,
    /// A person for whom neither register nor settlements give an area: held against the policy's own area.
    NoArea,
}

impl Check {
    /// Every check.
    pub const ALL: [Check; 9] = [
        Check::PartsDiffer,
        Check::PayersDiffer,
        Check::PersonDiffers,
        Check::FundsDiffer,
        Check::NegativePersonCost,
        Check::RefundWithoutReversal,
        Check::OffSiteTwice,
        Check::UnknownCode,
        Check::NoArea,
    ];

    /// The id in the manifest.
    pub fn id(self) -> &'static str {
        match self {
            Check::PartsDiffer => "parts_differ",
            Check::PayersDiffer => "payers_differ",
            Check::PersonDiffers => "person_differs",
            Check::FundsDiffer => "funds_differ",
            Check::NegativePersonCost => "negative_person_cost",
            Check::RefundWithoutReversal => "refund_without_reversal",
            Check::OffSiteTwice => "off_site_twice",
            Check::UnknownCode => "unknown_code",
            Check::NoArea => "no_area",
        }
    }

    /// What the check found, in a few words.
    pub fn detail(self) -> &'static str {
        match self {
            Check::PartsDiffer => "medical cost is not the sum of its four parts",
            Check::PayersDiffer => "medical cost is not what funds, person and hospital paid",
            Check::PersonDiffers => "what the person paid is not account and cash",
            Check::FundsDiffer => "the funds' total is not the sum of the fund columns",
            Check::NegativePersonCost => "people whose medical cost is below 0 in all",
            Check::RefundWithoutReversal => "marked as refunded, but no row that counts reverses it",
            Check::OffSiteTwice => "rows of both sides of one off-site visit",
            Check::UnknownCode => "a local category code that the mapping lacks",
            Check::NoArea => "people for whom neither register nor settlements give an area",
        }
    }
}

/// A number of rows and their amount: medical cost for settlements, the payment for commercial insurance, nothing for
/// tables without an amount.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub struct Tally {
    /// Rows.
    pub rows: u64,
    /// Fen. Wide enough for any delivery: rows are bounded by `u64`, each amount by 10^12.
    pub fen: i128,
}

impl Tally {
    /// One row more.
    pub fn add(&mut self, fen: i64) {
        self.rows += 1;
        self.fen += i128::from(fen);
    }
}

impl AddAssign for Tally {
    fn add_assign(&mut self, other: Tally) {
        self.rows += other.rows;
        self.fen += other.fen;
    }
}

/// What was read of one table and what became of it (contract, section 5).
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub struct ControlTotals {
    /// Every row of every file.
    pub read: Tally,
    /// See [`Fate::Rejected`].
    pub rejected: Tally,
    /// See [`Fate::Superseded`].
    pub superseded: Tally,
    /// See [`Fate::Void`].
    pub void: Tally,
    /// See [`Fate::OutOfWindow`].
    pub out_of_window: Tally,
    /// See [`Fate::Orphan`].
    pub orphan: Tally,
    /// See [`Fate::Counted`].
    pub counted: Tally,
}

impl ControlTotals {
    /// The tally of one fate.
    pub fn of(&self, fate: Fate) -> Tally {
        match fate {
            Fate::Rejected => self.rejected,
            Fate::Superseded => self.superseded,
            Fate::Void => self.void,
            Fate::OutOfWindow => self.out_of_window,
            Fate::Orphan => self.orphan,
            Fate::Counted => self.counted,
        }
    }

    /// The tally of one fate, to add to.
    pub fn of_mut(&mut self, fate: Fate) -> &mut Tally {
        match fate {
            Fate::Rejected => &mut self.rejected,
            Fate::Superseded => &mut self.superseded,
            Fate::Void => &mut self.void,
            Fate::OutOfWindow => &mut self.out_of_window,
            Fate::Orphan => &mut self.orphan,
            Fate::Counted => &mut self.counted,
        }
    }

    /// Holds `read = rejected + superseded + void + out_of_window + orphan + counted`, in rows and in fen.
    ///
    /// # Errors
    /// The two sides, when they differ.
    pub fn close(&self, table: &str) -> Result<(), Fault> {
        let mut sum = Tally::default();
        for part in [self.rejected, self.superseded, self.void, self.out_of_window, self.orphan, self.counted] {
            sum += part;
        }
        if sum == self.read {
            return Ok(());
        }
        let Tally { rows, fen } = self.read;
        Err(Fault::data(
            table,
            format!(
                "control totals do not close: read {rows} rows and {fen} fen, accounted for {} rows and {} fen",
                sum.rows, sum.fen
            ),
        ))
    }
}

impl AddAssign for ControlTotals {
    fn add_assign(&mut self, other: ControlTotals) {
        self.read += other.read;
        self.rejected += other.rejected;
        self.superseded += other.superseded;
        self.void += other.void;
        self.out_of_window += other.out_of_window;
        self.orphan += other.orphan;
        self.counted += other.counted;
    }
}
