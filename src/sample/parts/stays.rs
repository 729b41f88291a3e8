//! The stays and chronic visits of people with a part, spread over the year in the order in which the part has them.

use chrono::{Datelike, NaiveDateTime, TimeDelta};

use super::{Part, Said};
use crate::model::{Check, Matter, Mechanism, Reason, Verdict};
use crate::sample::benefits::Due;
use crate::sample::calendar::Calendar;
use crate::sample::institutions::{Institution, LEVELS};
use crate::sample::random::Random;
use crate::sample::settlement::{ASSISTANCE, IN_SCOPE, Ids, Kind, Settlement, Visit};

/// One stay or chronic visit.
#[derive(Debug, Clone, Copy)]
pub(in crate::sample) struct Stay {
    kind: Kind,
    /// What basic insurance leaves of it within the scope, in fen.
    remains: i64,
    /// By how much the two layers are off what is due.
    off: Due,
    /// In which month, if not in any.
    month: Option<usize>,
    /// How many days before `as_of`, if that matters.
    days_ago: Option<i64>,
    /// What for, if that matters.
    disease: Option<&'static str>,
    /// What the row does not say.
    lacking: Option<Lacking>,
}

/// The number of the first institution of a row that says too little.
const UNTOLD: usize = 400;

/// What a row does not say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Lacking {
    Kind,
    InScope,
    /// So that the row cannot be used.
    Assistance,
}

impl Lacking {
    /// Of an institution with such a row much cannot be told: it is one to whom nobody else comes.
    fn institution(self) -> Institution {
        Institution::apart(UNTOLD + self as usize, LEVELS[1])
    }
}

impl Stay {
    /// A stay in hospital that leaves so many yuan.
    pub(super) fn leaving(yuan: i64) -> Stay {
        Stay {
            kind: Kind::Stay,
            remains: yuan * 100,
            off: Due::default(),
            month: None,
            days_ago: None,
            disease: None,
            lacking: None,
        }
    }

    /// A visit for a chronic disease that leaves so many yuan.
    pub(super) fn chronic(yuan: i64) -> Stay {
        Stay { kind: Kind::Chronic, ..Stay::leaving(yuan) }
    }

    /// A visit without a stay that leaves so many yuan.
    pub(super) fn out_patient(yuan: i64) -> Stay {
        Stay { kind: Kind::OutPatient, ..Stay::leaving(yuan) }
    }

    /// So many days before `as_of`.
    pub(super) fn days_ago(self, days: i64) -> Stay {
        Stay { days_ago: Some(days), ..self }
    }

    /// For that disease.
    pub(super) fn disease(self, disease: &'static str) -> Stay {
        Stay { disease: Some(disease), ..self }
    }

    /// So many fen more than is due from critical-illness insurance.
    pub(super) fn critical(self, fen: i64) -> Stay {
        Stay { off: Due { critical: fen, ..self.off }, ..self }
    }

    /// So many fen more than is due from assistance.
    pub(super) fn assistance(self, fen: i64) -> Stay {
        Stay { off: Due { assistance: fen, ..self.off }, ..self }
    }

    /// In that month.
    pub(super) fn month(self, month: usize) -> Stay {
        Stay { month: Some(month), ..self }
    }

    /// Of a kind that the row does not say.
    pub(super) fn of_no_kind(self) -> Stay {
        Stay { lacking: Some(Lacking::Kind), ..self }
    }

    /// The row does not say what lies within the scope.
    pub(super) fn without_scope(self) -> Stay {
        Stay { lacking: Some(Lacking::InScope), ..self }
    }

    /// The row does not say what assistance paid, and cannot be used.
    pub(super) fn without_assistance(self) -> Stay {
        Stay { lacking: Some(Lacking::Assistance), ..self }
    }
}

/// Adds everybody's stays to the rows of their months.
pub(in crate::sample) fn plant(
    parts: &[Part],
    calendar: &Calendar,
    ids: &mut Ids,
    rows: &mut [Vec<Settlement>],
    random: &mut Random,
) {
    for part in parts {
        let moments = moments(&part.plan.stays, calendar, random);
        for (stay, (month, time)) in part.plan.stays.iter().zip(moments) {
            let visit = Visit::remaining(stay.kind, stay.remains);
            let mut row = Settlement::new(ids, &part.person, time, visit, random);
            row.off = stay.off;
            row.disease = stay.disease.unwrap_or(row.disease);
            if let Some(lacking) = stay.lacking {
                row.institution = lacking.institution();
                row.apart = true;
            }
            match stay.lacking {
                Some(Lacking::Kind) => row.med_type = None,
                // It counts all the same; a night reports that its parts do not add up.
                Some(Lacking::InScope) => (row.missing, row.mark) = (Some(IN_SCOPE), Some(Check::PartsDiffer.id())),
                Some(Lacking::Assistance) => {
                    (row.missing, row.mark) = (Some(ASSISTANCE), Some(Reason::BadAmount.id()));
                }
                None => {}
            }
            rows[month].push(row);
        }
    }
}

/// What cannot be told of the institution of a stay that cannot be used: whether it followed another one, and what was
/// paid during it.
pub(super) fn untold(parts: &[Part], calendar: &Calendar) -> Vec<Said> {
    let stays = parts.iter().flat_map(|part| part.plan.stays.iter().map(move |stay| (part, stay)));
    let unusable = stays.filter(|(_, stay)| stay.lacking == Some(Lacking::Assistance));
    let said = unusable.flat_map(|(part, _)| {
        [Mechanism::SplitStays, Mechanism::PaidDuringStay].map(|mechanism| {
            let subject = ("institution", Lacking::Assistance.institution().code());
            let said = (Verdict::CannotBeTold, Matter::NoData);
            Said::of_subject(part.plan.case, mechanism, said, subject, calendar.year())
        })
    });
    said.collect()
}

/// A month and a moment for each, in order, no two alike.
fn moments(stays: &[Stay], calendar: &Calendar, random: &mut Random) -> Vec<(usize, NaiveDateTime)> {
    let months = calendar.months();
    let drawn = stays.iter().map(|stay| {
        let day = stay.days_ago.map(|days| calendar.days_ago(days));
        let of_day = day.map(|day| day.month() as usize);
        let month = of_day.or(stay.month).unwrap_or_else(|| 1 + random.index(months));
        let drawn = calendar.moment(month, random);
        (month, day.map_or(drawn, |day| day.and_time(drawn.time())))
    });
    let mut drawn: Vec<_> = drawn.collect();
    drawn.sort();
    // Of two at one second, the one that comes first in the part is earlier.
    drawn.iter().enumerate().map(|(index, (month, time))| (*month, *time + TimeDelta::minutes(index as i64))).collect()
}
