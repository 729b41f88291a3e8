//! Settlements with something planted in them. Each fault has settlements of its own, so that none hides another.

use chrono::{NaiveDateTime, NaiveTime, TimeDelta};

use super::calendar::{Calendar, HIVE_MONTH};
use super::cast::Cast;
use super::extracts::TEXT_MONTH;
use super::income;
use super::people::Person;
use super::planted::AtThreshold;
use super::random::Random;
use super::settlement::{
    ASSISTANCE, Amounts, BASIC, CASH, COST, IN_SCOPE, Ids, OTHER_FUND, PERSON, Settlement, Time, Visit,
};
use crate::model::{Check, Fen, Reason};

/// The area of the person at threshold number `index`.
pub(super) fn threshold_area(index: usize) -> u32 {
    THRESHOLD_AREAS[index / 8]
}

/// Areas of the people at a threshold: the first has no figure of its own, so that its prefecture's is the reference.
const THRESHOLD_AREAS: [u32; 2] = [150_724, 150_702];
const THRESHOLD_SERIES: [&str; 2] = ["rural", "pastoral"];
/// Percentages, each with the local code of a category that the warning rules test by it.
const THRESHOLD_PERCENTS: [(i64, &str); 2] = [(50, "2"), (100, "5")];
const THRESHOLD_CASES: [(&str, i64); 2] = [("at", 0), ("one_fen_above", 1)];
/// How many people stand at a threshold.
pub(super) const AT_THRESHOLD: usize = 16;

/// The local code of the category of the person at threshold number `index`.
pub(super) fn threshold_category(index: usize) -> &'static str {
    THRESHOLD_PERCENTS[index / 2 % 2].1
}

/// Plants rows by month.
pub(super) struct Planter<'a> {
    calendar: &'a Calendar,
    people: &'a [Person],
    ids: &'a mut Ids,
    random: Random,
    rows: Vec<Vec<Settlement>>,
}

/// Every planted settlement by month (index 0: December of the year before), and the people at a threshold.
/// `each` is how many times each fault is planted, `people` whom the faults befall that need no person of their own.
pub(super) fn plant(
    calendar: &Calendar,
    cast: &Cast,
    people: &[Person],
    each: usize,
    ids: &mut Ids,
    random: Random,
) -> (Vec<Vec<Settlement>>, Vec<AtThreshold>) {
    let rows = vec![Vec::new(); calendar.months() + 1];
    let mut planter = Planter { calendar, people, ids, random, rows };
    planter.thresholds_of_time();
    planter.tie_between_files();
    for turn in 0..each {
        planter.unusable(turn);
        planter.unusable_amounts(turn);
        planter.sent_again(turn);
        planter.void(turn);
        planter.out_of_window(turn);
        planter.orphans(turn);
        planter.reversals();
        planter.mismatches(turn);
        planter.refund_without_reversal();
        planter.off_site_twice(turn);
    }
    cast.negative.iter().for_each(|person| planter.negative_cost_of(person));
    cast.without_area.iter().for_each(|person| planter.without_area(person));
    let thresholds = cast.at_threshold.iter().enumerate();
    let thresholds = thresholds.map(|(index, person)| planter.at_threshold(index, person)).collect();
    (planter.rows, thresholds)
}

impl Planter<'_> {
    fn put(&mut self, month: usize, row: Settlement) {
        self.rows[month].push(row);
    }

    /// A month of the policy year.
    fn some_month(&mut self) -> usize {
        1 + self.random.index(self.calendar.months())
    }

    fn visit_of(&mut self, person: &Person, month: usize, visit: Visit) -> Settlement {
        let time = self.calendar.moment(month, &mut self.random);
        Settlement::new(self.ids, person, time, visit, &mut self.random)
    }

    /// A sound out-patient settlement of somebody who holds a resident id.
    fn visit(&mut self, month: usize) -> Settlement {
        let person = self.resident();
        let visit = Visit::out_patient(&mut self.random);
        self.visit_of(&person, month, visit)
    }

    fn resident(&mut self) -> Person {
        *self.random.find(self.people, Person::is_resident)
    }

    /// A reversal of `row`, which stands in `month`, later in that month or in the month after.
    fn put_reversal(&mut self, month: usize, row: &Settlement, mark: &'static str) -> Settlement {
        let Time::Known(time) = row.time else { return row.clone() };
        let next = month + 1;
        let later = next <= self.calendar.months() && self.random.per_mille(500);
        let (month, time) = if later {
            (next, self.calendar.moment(next, &mut self.random))
        } else {
            (month, time + TimeDelta::minutes(50))
        };
        let twin = row.reversed(self.ids, time).marked(mark);
        self.put(month, twin.clone());
        twin
    }

    fn unusable(&mut self, turn: usize) {
        let month = self.some_month();
        let mut blank = self.visit(month).marked(Reason::BadCertno.id());
        blank.certno = (turn % 2 == 1).then(|| "   ".to_owned());
        self.put(month, blank);

        let month = self.some_month();
        let person = self.resident();
        let mut malformed = self.visit(month).marked(Reason::BadCertno.id());
        let number = person.miswritten();
        malformed.certno = Some(match turn % 3 {
            0 => number,
            1 => number[..17].to_owned(),
            _ => format!("{}Z{}", &number[..9], &number[10..]),
        });
        self.put(month, malformed);

        let month = self.some_month();
        let mut nameless = self.visit(month).marked(Reason::NoSetlId.id());
        nameless.setl_id = (turn % 2 == 1).then(|| "  ".to_owned());
        self.put(month, nameless);

        let month = self.some_month();
        let mut timeless = self.visit(month).marked(Reason::BadSetlTime.id());
        timeless.time = Time::Missing;
        self.put(month, timeless);

        if self.calendar.has(TEXT_MONTH) {
            let mut unreadable = self.visit(TEXT_MONTH).marked(Reason::BadSetlTime.id());
            unreadable.time = Time::Unreadable(["不详", "2025-13-45 08:00:00"][turn % 2]);
            self.put(TEXT_MONTH, unreadable);
        }
    }

    fn unusable_amounts(&mut self, turn: usize) {
        let month = self.some_month();
        let mut missing = self.visit(month).marked(Reason::BadAmount.id());
        missing.missing = Some([BASIC, COST, ASSISTANCE][turn % 3]);
        self.put(month, missing);

        // Only these months store amounts that wide.
        let month = self.calendar.month_or_newest(1 + turn % 2);
        let mut beyond = self.visit(month).marked(Reason::BadAmount.id());
        beyond.amounts[COST] = Fen::ROW_MAX + 1;
        self.put(month, beyond);

        let month = self.some_month();
        let mut negative = self.visit(month).marked(Reason::NegativeCost.id());
        negative.amounts = negative.amounts.map(|fen| -fen);
        self.put(month, negative);
    }

    /// One row re-sent as it was, one with other figures. The newest counts wherever it stands.
    fn sent_again(&mut self, turn: usize) {
        let month = self.some_month();
        let newer_month = if turn.is_multiple_of(2) { self.calendar.month_or_newest(month + 1) } else { month };
        let again = self.visit(month);
        let mut newer = again.clone();
        if turn.is_multiple_of(2) {
            newer.updated += TimeDelta::days(1);
        }
        self.put(month, again.marked(Reason::Duplicate.id()));
        self.put(newer_month, newer);

        let month = self.some_month();
        let other_month = self.calendar.month_or_newest(month + 1);
        let corrected = self.visit(month);
        let mut newer = corrected.clone();
        newer.amounts = self.other_amounts(&corrected.amounts);
        newer.updated += TimeDelta::hours(30);
        let (older_month, newer_month) =
            if turn.is_multiple_of(2) { (month, other_month) } else { (other_month, month) };
        self.put(older_month, corrected.marked(Reason::Correction.id()));
        self.put(newer_month, newer);
    }

    /// Two rows of one id and one update time: the later path counts. The Hive folder's path is the last of all.
    fn tie_between_files(&mut self) {
        let (first, second) = match self.calendar.has(HIVE_MONTH + 1) {
            true => (HIVE_MONTH, HIVE_MONTH + 1),
            false => (self.calendar.months() - 1, self.calendar.months()),
        };
        let one = self.visit(second);
        let mut other = one.clone();
        other.amounts = self.other_amounts(&one.amounts);
        let (older, newer) = match self.calendar.extract(first) < self.calendar.extract(second) {
            true => (first, second),
            false => (second, first),
        };
        self.put(older, one.marked(Reason::Correction.id()));
        self.put(newer, other);
    }

    fn other_amounts(&mut self, than: &Amounts) -> Amounts {
        loop {
            let amounts = Visit::out_patient(&mut self.random).amounts;
            if amounts[COST] != than[COST] {
                return amounts;
            }
        }
    }

    fn void(&mut self, turn: usize) {
        let month = self.some_month();
        let mut void = self.visit(month).marked(Reason::Void.id());
        let deleted = turn % 2 == 1;
        (void.valid, void.deleted) = (deleted, deleted);
        self.put(month, void);

        let month = self.some_month();
        let mut void = self.visit(month).marked(Reason::Void.id());
        let deleted = turn.is_multiple_of(2);
        (void.valid, void.deleted) = (deleted, deleted);
        self.put_reversal(month, &void, Reason::ReversesVoid.id());
        self.put(month, void);
    }

    fn out_of_window(&mut self, turn: usize) {
        let newest = self.calendar.months();
        let midnight = self.calendar.as_of.and_time(NaiveTime::MIN) + TimeDelta::days(1);
        let row = self.visit_at(midnight + TimeDelta::hours(turn as i64 * 7));
        self.put(newest, row.marked(Reason::OutOfWindow.id()));

        let row = self.visit(0).marked(Reason::OutOfWindow.id());
        self.put(0, row.clone());
        let month = self.some_month();
        let time = self.calendar.moment(month, &mut self.random);
        let twin = row.reversed(self.ids, time);
        self.put(month, twin.marked(Reason::ReversesOutOfWindow.id()));
    }

    fn visit_at(&mut self, time: NaiveDateTime) -> Settlement {
        let mut row = self.visit(1);
        (row.begins, row.ends, row.time, row.updated) = (time.date(), time.date(), Time::Known(time), time);
        row
    }

    /// The last second before the year, its first one, and the last one of `as_of`.
    fn thresholds_of_time(&mut self) {
        let year = self.calendar.first_day(1).and_time(NaiveTime::MIN);
        let end = self.calendar.as_of.and_time(NaiveTime::MIN) + TimeDelta::days(1);
        let second = TimeDelta::seconds(1);
        let row = self.visit_at(year - second);
        self.put(0, row.marked(Reason::OutOfWindow.id()));
        let row = self.visit_at(year);
        self.put(1, row.marked("sound: first_second_of_the_year"));
        let row = self.visit_at(end - second);
        self.put(self.calendar.months(), row.marked("sound: last_second_of_as_of"));
    }

    fn orphans(&mut self, turn: usize) {
        let month = self.some_month();
        let undelivered = self.ids.take_undelivered();
        let mut row = self.visit(month);
        row.setl_id = Some(undelivered);
        self.put_reversal(month, &row, Reason::OrphanNotDelivered.id());

        let month = self.some_month();
        let row = self.visit(month);
        self.put_reversal(month, &row, Reason::OrphanRejected.id());
        let mut rejected = row.marked(Reason::BadCertno.id());
        rejected.certno = if turn.is_multiple_of(2) { Some("无".to_owned()) } else { None };
        self.put(month, rejected);
    }

    /// A settlement and its reversal, which net to zero; and one whose reversal is reversed.
    fn reversals(&mut self) {
        let month = self.some_month();
        let mut row = self.visit(month).marked("sound: reversed");
        row.refunded = true;
        self.put_reversal(month, &row, "sound: reversal");
        self.put(month, row);

        let row = self.visit(1).marked("sound: reversed_in_vain");
        let first = self.put_reversal(1, &row, "sound: reversal_that_is_reversed");
        let second_month = self.calendar.months();
        let time = first.updated + TimeDelta::minutes(50);
        let mut second = first.reversed(self.ids, time).marked("sound: reversal_of_a_reversal");
        second.refunded = false;
        self.put(second_month, second);
        self.put(1, row);
    }

    /// One row for each equation that it breaks, and one that is a fen off, which is rounding.
    fn mismatches(&mut self, turn: usize) {
        let off = if turn == 0 { 2 } else { 137 };
        let rounding = if turn.is_multiple_of(2) { 1 } else { -1 };
        let equations: [(Check, &[usize]); 4] = [
            (Check::PartsDiffer, &[IN_SCOPE]),
            (Check::PayersDiffer, &[PERSON, CASH]),
            (Check::PersonDiffers, &[CASH]),
            (Check::FundsDiffer, &[OTHER_FUND]),
        ];
        for (check, columns) in equations {
            for (fen, mark) in [(off, check.id()), (rounding, "sound: rounding")] {
                let month = self.some_month();
                let mut row = self.visit(month).marked(mark);
                columns.iter().for_each(|column| row.amounts[*column] += fen);
                self.put(month, row);
            }
        }
    }

    fn refund_without_reversal(&mut self) {
        let month = self.some_month();
        let mut row = self.visit(month).marked(Check::RefundWithoutReversal.id());
        row.refunded = true;
        self.put(month, row);
    }

    /// One off-site visit as both sides settled it: known by its visit id, or by its days and institution.
    fn off_site_twice(&mut self, turn: usize) {
        let month = self.some_month();
        let mut here = self.visit(month).marked(Check::OffSiteTwice.id());
        here.off_site = 1;
        let mut there = here.clone();
        there.setl_id = Some(self.ids.take());
        there.off_site = 2;
        if turn.is_multiple_of(2) {
            there.institution = here.institution.beside();
        } else {
            there.mdtrt_id = format!("{}B", here.mdtrt_id);
        }
        self.put(month, here);
        self.put(month, there);
    }

    fn negative_cost_of(&mut self, person: &Person) {
        let month = self.some_month();
        let mut row = self.visit_of(person, month, Visit::leaving(30_000)).marked(Check::NegativePersonCost.id());
        row.refunded = true;
        let mut larger = row.clone();
        larger.amounts = Visit::leaving(45_000).amounts;
        self.put_reversal(month, &larger, Check::NegativePersonCost.id());
        self.put(month, row);
    }

    fn without_area(&mut self, person: &Person) {
        let month = self.some_month();
        let visit = Visit::out_patient(&mut self.random);
        let mut row = self.visit_of(person, month, visit).marked("sound: settlement_without_area");
        row.area = None;
        self.put(month, row);
    }

    /// Two visits of a person that add up to a percentage of the reference income, or to a fen more.
    fn at_threshold(&mut self, index: usize, person: &Person) -> AtThreshold {
        let (case, above) = THRESHOLD_CASES[index % 2];
        let (percent, _) = THRESHOLD_PERCENTS[index / 2 % 2];
        let series = THRESHOLD_SERIES[index / 4 % 2];
        let reference = income::reference(person.area, series);
        let threshold = reference.fen * percent / 100;
        let burden = threshold + above;
        let first = burden * 2 / 5;
        let setl_ids = [first, burden - first].into_iter().filter_map(|part| {
            let month = self.some_month();
            let row = self.visit_of(person, month, Visit::leaving(part));
            let setl_id = row.setl_id.clone();
            self.put(month, row);
            setl_id
        });
        AtThreshold {
            case,
            flagged: above > 0,
            percent,
            series,
            setl_ids: setl_ids.collect(),
            area_code: person.area.to_string(),
            income_area: reference.area.to_string(),
            income_year: self.calendar.year() - 1,
            income_fen: reference.fen,
            threshold_fen: threshold,
            burden_fen: burden,
            person_id: person.person_id(),
        }
    }
}
