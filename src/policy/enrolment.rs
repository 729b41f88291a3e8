//! That everyone of the register is to be enrolled (应保尽保), and when they may be without a waiting period (等待期).
//!
//! The citation is all that an entry must have: that somebody is not enrolled is told without a figure. What a document
//! does not say (when the window is, how long a new-born has) stays out, and nobody is measured by it.

use std::fmt;

use chrono::{Datelike, Days, Months, NaiveDate};

use super::Policy;
use super::entry::{self, Cited, Span, categories};
use crate::config::{Section, Value};
use crate::model::Categories;

/// What is asked of enrolment over a span of days, with where that is written.
#[derive(Debug, Clone, PartialEq)]
pub struct Enrolment {
    /// When next year's enrolment is open to everyone (集中参保期); `None` when the document gives no days.
    pub window: Option<EnrolmentWindow>,
    /// For how many days from birth a child is enrolled as from birth; `None` when the document gives none.
    pub newborn_days: Option<u32>,
    /// For how long after employee insurance nobody waits; `None` when the document does not say.
    pub after_employee: Option<Term>,
    /// Who never waits.
    pub without_waiting: Categories,
    /// On which days, and where it is written.
    pub cited: Cited,
}

/// The window, both ends within it. It begins in the year before the one that it is for, and ends there too, or, where
/// the last day comes earlier in the calendar than the first, in the year itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EnrolmentWindow {
    first: MonthDay,
    last: MonthDay,
}

/// A day of every year: month and day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct MonthDay(u32, u32);

/// So many days, or so many months of the calendar.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Term {
    /// Days.
    Days(u32),
    /// Months.
    Months(u32),
}

/// `90 days`, or `3 months`.
impl fmt::Display for Term {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Term::Days(days) => write!(f, "{days} days"),
            Term::Months(months) => write!(f, "{months} months"),
        }
    }
}

impl Term {
    /// The first day that comes after the term, which begins on `day`.
    pub fn after(self, day: NaiveDate) -> Option<NaiveDate> {
        match self {
            Term::Days(days) => day.checked_add_days(Days::new(days.into())),
            Term::Months(months) => day.checked_add_months(Months::new(months)),
        }
    }
}

impl EnrolmentWindow {
    /// Its first day for a year.
    pub fn first_for(self, year: i32) -> Option<NaiveDate> {
        self.first.of(year - 1)
    }

    /// Its last day for a year.
    pub fn last_for(self, year: i32) -> Option<NaiveDate> {
        self.last.of(if self.last < self.first { year } else { year - 1 })
    }
}

impl MonthDay {
    fn of(self, year: i32) -> Option<NaiveDate> {
        NaiveDate::from_ymd_opt(year, self.0, self.1)
    }
}

impl Policy {
    /// What is asked of enrolment on `day`; `None` where the policy does not say.
    pub fn enrolment_on(&self, day: NaiveDate) -> Option<&Enrolment> {
        self.enrolments.iter().find(|entry| entry.cited.holds(day))
    }

    /// A line, when what is asked on `as_of` has no end and was last reviewed more than 366 days before.
    pub fn enrolment_to_review(&self, as_of: NaiveDate) -> Option<String> {
        self.enrolment_on(as_of)?.cited.to_review(&self.path, "[[enrolment]]", as_of)
    }
}

/// What an `[[enrolment]]` holds; `None` when a fault was noted.
fn read(section: &Section<'_, '_>) -> Option<Enrolment> {
    let span = Span::read(section);
    let window = section.may("window", None, |value| window(value).map(Some));
    let newborn_days = section.may("newborn_days", None, |value| value.count().map(Some));
    let days = section.may("after_employee_days", None, |value| value.count().map(Term::Days).map(Some));
    let months = section.may("after_employee_months", None, |value| {
        if section.has("after_employee_days") {
            value
                .fault("`after_employee_months` stands beside `after_employee_days`; keep the one that the text gives");
        }
        value.count().map(Term::Months).map(Some)
    });
    let without_waiting = section.may("without_waiting", Categories::NONE, categories);
    let cited = Cited::read(section, span);
    section.end();
    Some(Enrolment {
        window: window?,
        newborn_days: newborn_days?,
        after_employee: days?.or(months?),
        without_waiting: without_waiting?,
        cited: cited?,
    })
}

fn window(value: &Value<'_, '_>) -> Option<EnrolmentWindow> {
    let section = value.table()?;
    let first = section.need("first", month_day);
    let last = section.need("last", month_day);
    section.end();
    Some(EnrolmentWindow { first: first?, last: last? })
}

/// Month and day of a year that is no leap year, so that every year has it.
fn month_day(value: &Value<'_, '_>) -> Option<MonthDay> {
    let text = value.text()?;
    let day = text.split_once('-').and_then(|(month, day)| {
        let sound = text.len() == 5 && text.bytes().all(|byte| byte == b'-' || byte.is_ascii_digit());
        let day = sound.then_some(MonthDay(month.parse().ok()?, day.parse().ok()?))?;
        day.of(2021).map(|date| MonthDay(date.month(), date.day()))
    });
    day.or_else(|| value.wrong("month and day of every year in quotes, such as \"12-31\""))
}

/// Every `[[enrolment]]`. Refuses two on one day.
pub(super) fn every(root: &Section<'_, '_>) -> Option<Vec<Enrolment>> {
    let place = |entry: &Enrolment| entry.cited.place();
    entry::every(root, "enrolment", read, place, |_, _| Some("[[enrolment]] stands twice".to_owned()))
}
