//! One settlement row before it is written, and amounts that add up.

use chrono::{NaiveDate, NaiveDateTime, TimeDelta};

use super::benefits::Due;
use super::institutions::Institution;
use super::people::Person;
use super::random::Random;

/// Medical cost.
pub(super) const COST: usize = 0;
/// Paid by the person altogether: outside the catalogue.
pub(super) const OWN: usize = 1;
const OVER_LIMIT: usize = 2;
const FIRST_PAID: usize = 3;
/// Cost within the policy scope.
pub(super) const IN_SCOPE: usize = 4;
/// Paid by basic insurance.
pub(super) const BASIC: usize = 5;
/// Paid by critical-illness insurance.
pub(super) const CRITICAL: usize = 6;
/// Paid by medical assistance.
pub(super) const ASSISTANCE: usize = 7;
/// The five other funds stand from here to [`OTHER_END`].
pub(super) const OTHER: usize = 8;
/// One after the other funds.
pub(super) const OTHER_END: usize = 13;
/// Other funds, the last of the five.
pub(super) const OTHER_FUND: usize = 12;
/// The funds' total.
pub(super) const FUNDS: usize = 13;
const HOSPITAL: usize = 14;
/// Left to the person.
pub(super) const PERSON: usize = 15;
/// Of that, from the personal account.
pub(super) const ACCOUNT: usize = 16;
/// And in cash.
pub(super) const CASH: usize = 17;

/// The amount columns, in the order of the constants above, as the agency table names them.
pub(super) const AMOUNT_NAMES: [&str; 18] = [
    "medfee_sumamt",
    "fulamt_ownpay_amt",
    "overlmt_selfpay",
    "preselfpay_amt",
    "inscp_amt",
    "hifp_pay",
    "hifmi_pay",
    "maf_pay",
    "cvlserv_pay",
    "hifes_pay",
    "hifob_pay",
    "hifdm_pay",
    "othfund_pay",
    "fund_pay_sumamt",
    "ownpay_hosp_part",
    "psn_pay",
    "acct_pay",
    "cash_payamt",
];

/// The amounts of a row in fen, by the constants above.
pub(super) type Amounts = [i64; AMOUNT_NAMES.len()];

/// A time as the extract has it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Time {
    /// It can be read.
    Known(NaiveDateTime),
    /// Null.
    Missing,
    /// Text that is no time.
    Unreadable(&'static str),
}

/// One settlement row.
#[derive(Debug, Clone)]
pub(super) struct Settlement {
    pub(super) setl_id: Option<String>,
    pub(super) init_setl_id: Option<String>,
    pub(super) mdtrt_id: String,
    pub(super) psn_cert_type: &'static str,
    pub(super) certno: Option<String>,
    pub(super) psn_name: String,
    pub(super) area: Option<u32>,
    pub(super) institution: Institution,
    /// The kind of visit (医疗类别), where the row says it.
    pub(super) med_type: Option<Kind>,
    pub(super) disease: &'static str,
    pub(super) begins: NaiveDate,
    pub(super) ends: NaiveDate,
    pub(super) time: Time,
    pub(super) amounts: Amounts,
    /// The amount column that is null, where one is.
    pub(super) missing: Option<usize>,
    pub(super) refunded: bool,
    pub(super) valid: bool,
    pub(super) deleted: bool,
    pub(super) off_site: u8,
    pub(super) updated: NaiveDateTime,
    /// Whose visit it was; a row at fault may name nobody.
    pub(super) person: Person,
    /// By how much the two layers after basic insurance are to pay more than is due, or less.
    pub(super) off: Due,
    /// What was planted in the row, for the list of planted rows.
    pub(super) mark: Option<&'static str>,
    /// Part of what was planted about an institution: its days and its disease are meant.
    pub(super) apart: bool,
}

/// The settlement ids of a sample: serial numbers, so that no two rows share one by accident.
#[derive(Debug)]
pub(super) struct Ids {
    year: i32,
    next: u64,
}

impl Ids {
    /// Ids of a policy year, from the first.
    pub(super) fn of(year: i32) -> Ids {
        Ids { year, next: 0 }
    }

    /// The next id.
    pub(super) fn take(&mut self) -> String {
        self.next += 1;
        format!("1507{}{:012}", self.year, self.next)
    }

    /// An id that no row of the delivery has.
    pub(super) fn take_undelivered(&mut self) -> String {
        self.next += 1;
        format!("1507{}9{:011}", self.year, self.next)
    }
}

impl Settlement {
    /// A sound settlement of `person` at `time`.
    pub(super) fn new(
        ids: &mut Ids,
        person: &Person,
        time: NaiveDateTime,
        visit: Visit,
        random: &mut Random,
    ) -> Settlement {
        let setl_id = ids.take();
        let written = person.written(random);
        let stay = if visit.kind == Kind::Stay { 2 + random.signed_below(18) } else { 0 };
        Settlement {
            init_setl_id: None,
            mdtrt_id: format!("M{}", &setl_id[4..]),
            setl_id: Some(setl_id),
            psn_cert_type: written.kind,
            certno: Some(written.number),
            psn_name: person.name(),
            area: Some(person.area),
            institution: Institution::ordinary(random.below(Institution::COUNT)),
            med_type: Some(visit.kind),
            disease: random.pick(&DISEASES),
            begins: time.date() - TimeDelta::days(stay),
            ends: time.date(),
            time: Time::Known(time),
            amounts: visit.amounts,
            missing: None,
            refunded: false,
            valid: true,
            deleted: false,
            off_site: 0,
            updated: time,
            person: *person,
            off: Due::default(),
            mark: None,
            apart: false,
        }
    }

    /// The negative twin of this settlement, settled at `time`: it names the settlement that it cancels.
    pub(super) fn reversed(&self, ids: &mut Ids, time: NaiveDateTime) -> Settlement {
        let mut twin = self.clone();
        twin.init_setl_id = twin.setl_id.replace(ids.take());
        twin.amounts = self.amounts.map(|fen| -fen);
        twin.time = Time::Known(time);
        twin.updated = time;
        (twin.refunded, twin.valid, twin.deleted) = (true, true, false);
        twin.mark = None;
        twin
    }

    /// The same row, named as planted.
    pub(super) fn marked(mut self, mark: &'static str) -> Settlement {
        self.mark = Some(mark);
        self
    }
}

/// What people come for by chance; none of it is minor.
pub(super) const DISEASES: [&str; 8] = ["I10", "E11", "J18", "K35", "C34", "N18", "S72", "I63"];

/// The kind of a visit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    OutPatient,
    Chronic,
    Stay,
    Pharmacy,
}

impl Kind {
    /// The national code.
    pub(super) fn code(self) -> &'static str {
        match self {
            Kind::OutPatient => "11",
            Kind::Chronic => "14",
            Kind::Stay => "21",
            Kind::Pharmacy => "41",
        }
    }
}

/// What a visit cost and who paid, before critical-illness insurance and assistance.
#[derive(Debug, Clone, Copy)]
pub(super) struct Visit {
    /// What kind it was of.
    pub(super) kind: Kind,
    /// The amounts, which add up.
    pub(super) amounts: Amounts,
}

/// Medical cost in yuan by tenths of the visits: many cheap ones, few expensive ones.
const OUT_PATIENT_YUAN: [i64; 10] = [18, 30, 45, 65, 90, 130, 190, 280, 430, 900];
const CHRONIC_YUAN: [i64; 5] = [240, 420, 800, 1_600, 4_200];
const IN_PATIENT_YUAN: [i64; 10] = [2_600, 3_800, 4_900, 6_200, 7_900, 10_200, 13_800, 19_500, 33_000, 88_000];

impl Visit {
    /// A visit by chance: one in twenty is a stay, one in thirty for a chronic disease, one in fifty to a pharmacy.
    pub(super) fn by_chance(random: &mut Random) -> Visit {
        match random.below(1000) {
            0..50 => Visit::stay(random),
            50..83 => Visit::chronic(random),
            83..103 => Visit { kind: Kind::Pharmacy, ..Visit::out_patient(random) },
            _ => Visit::out_patient(random),
        }
    }

    /// A visit without a stay, on which no layer but basic insurance pays.
    pub(super) fn out_patient(random: &mut Random) -> Visit {
        let cost = around(random.pick(&OUT_PATIENT_YUAN), random);
        let mut amounts = shared_out(cost, 5_000, 12, random);
        if random.per_mille(5) {
            amounts[HOSPITAL] = cost / 100;
            settle(&mut amounts);
        }
        Visit { kind: Kind::OutPatient, amounts }
    }

    /// A visit for a chronic disease.
    pub(super) fn chronic(random: &mut Random) -> Visit {
        let cost = around(random.pick(&CHRONIC_YUAN), random);
        Visit { kind: Kind::Chronic, amounts: shared_out(cost, 0, 12, random) }
    }

    /// A stay in hospital.
    pub(super) fn stay(random: &mut Random) -> Visit {
        let cost = around(random.pick(&IN_PATIENT_YUAN), random);
        Visit { kind: Kind::Stay, amounts: shared_out(cost, 60_000, 25, random) }
    }

    /// A visit without a stay that leaves exactly `burden` fen to the person, all of it out of the scope.
    pub(super) fn leaving(burden: i64) -> Visit {
        let mut amounts = Amounts::default();
        amounts[COST] = burden * 3;
        amounts[OWN] = burden;
        amounts[IN_SCOPE] = burden * 2;
        amounts[BASIC] = burden * 2;
        settle(&mut amounts);
        Visit { kind: Kind::OutPatient, amounts }
    }

    /// A stay of this cost, of which so much lies outside the catalogue (全自费) and above its prices (超限价自费).
    pub(super) fn costing(cost: i64, own: i64, over_limit: i64) -> Visit {
        let mut amounts = Amounts::default();
        (amounts[COST], amounts[OWN], amounts[OVER_LIMIT]) = (cost, own, over_limit);
        amounts[IN_SCOPE] = cost - own - over_limit;
        amounts[BASIC] = amounts[IN_SCOPE] * 7 / 10;
        settle(&mut amounts);
        Visit { kind: Kind::Stay, amounts }
    }

    /// The same visit with less than one percent of its cost outside the catalogue; the person pays as much as before.
    pub(super) fn within_the_catalogue(mut self, random: &mut Random) -> Visit {
        let amounts = &mut self.amounts;
        let outside = amounts[COST] * random.signed_below(10) / 1000;
        amounts[FIRST_PAID] += amounts[OWN] + amounts[OVER_LIMIT] - outside;
        (amounts[OWN], amounts[OVER_LIMIT]) = (outside, 0);
        self
    }

    /// A visit of which exactly `remains` fen are left within the scope by basic insurance, which paid as much.
    pub(super) fn remaining(kind: Kind, remains: i64) -> Visit {
        let mut amounts = Amounts::default();
        amounts[COST] = remains * 2;
        amounts[IN_SCOPE] = remains * 2;
        amounts[BASIC] = remains;
        settle(&mut amounts);
        Visit { kind, amounts }
    }
}

/// Up to three tenths more or less than `yuan`, in fen.
fn around(yuan: i64, random: &mut Random) -> i64 {
    yuan * (70 + random.signed_below(60)) + random.signed_below(100)
}

/// Shares a cost out among the parts and the payers; less than `own` percent lie outside the catalogue.
fn shared_out(cost: i64, deductible: i64, own: i64, random: &mut Random) -> Amounts {
    let mut amounts = Amounts::default();
    amounts[COST] = cost;
    amounts[OWN] = cost * random.signed_below(own) / 100;
    amounts[OVER_LIMIT] = if random.per_mille(50) { cost / 50 } else { 0 };
    let left = cost - amounts[OWN] - amounts[OVER_LIMIT];
    amounts[FIRST_PAID] = left * random.signed_below(9) / 100;
    amounts[IN_SCOPE] = left - amounts[FIRST_PAID];
    amounts[BASIC] = (amounts[IN_SCOPE] - deductible).max(0) * (60 + random.signed_below(21)) / 100;
    if random.per_mille(15) {
        amounts[OTHER + random.index(OTHER_END - OTHER)] = (amounts[IN_SCOPE] - amounts[BASIC]) / 10;
    }
    amounts[ACCOUNT] = if random.per_mille(300) { 5_000 } else { 0 };
    settle(&mut amounts);
    amounts
}

/// Fills in the funds' total and what is left to the person; the account pays no more than that.
pub(super) fn settle(amounts: &mut Amounts) {
    amounts[FUNDS] = amounts[BASIC..OTHER_END].iter().sum();
    amounts[PERSON] = amounts[COST] - amounts[FUNDS] - amounts[HOSPITAL];
    amounts[ACCOUNT] = amounts[ACCOUNT].min(amounts[PERSON].max(0));
    amounts[CASH] = amounts[PERSON] - amounts[ACCOUNT];
}
