//! What is due towards one person's premium: which day decides, which of the categories of that day, and how much.

use chrono::NaiveDate;

use super::frames::Collected;
use crate::delivery::{Listed, day_since_1970};
use crate::model::{Category, Fen};
use crate::policy::{Subsidy, SubsidyMeasure};

/// Why a day decides.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum DecidedBy {
    /// The premium was paid on it.
    Payment,
    /// Nothing was paid; the enrolment window ended with it.
    WindowEnd,
    /// Nothing was paid; the person was recognised on it, after the window.
    Recognition,
}

impl DecidedBy {
    /// The name in published tables.
    pub fn name(self) -> &'static str {
        match self {
            DecidedBy::Payment => "payment",
            DecidedBy::WindowEnd => "window_end",
            DecidedBy::Recognition => "recognition",
        }
    }

    /// The words that clerks read.
    pub fn term(self) -> &'static str {
        match self {
            DecidedBy::Payment => "缴费日",
            DecidedBy::WindowEnd => "集中缴费期末",
            DecidedBy::Recognition => "认定日",
        }
    }
}

/// The day that decides, as days since 1970.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Decided {
    pub(super) on: i32,
    pub(super) by: DecidedBy,
}

impl Decided {
    pub(super) fn day(self) -> Option<NaiveDate> {
        day_since_1970(self.on.into())
    }
}

/// What somebody is owed, and by what.
#[derive(Debug, Clone)]
pub(super) struct Due<'p> {
    pub(super) decided: Decided,
    /// The category that selected the rule, or one of those that no rule names.
    pub(super) category: Option<Category>,
    pub(super) rule: Option<&'p Subsidy>,
    /// Since when the person is of the category.
    pub(super) recognised: Option<NaiveDate>,
    /// Since when the rule's time is over for the person.
    pub(super) over_since: Option<NaiveDate>,
    pub(super) owed: Owed,
}

/// How much is owed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Owed {
    /// Between these, both of them right.
    Between(Fen, Fen),
    /// All, or a share, of a premium that nobody collected.
    OfUnknownPremium,
    /// The document orders a subsidy and gives no figure.
    NotGiven,
    /// The document names none of the categories.
    NoRule,
    /// No mapping names the category.
    UnknownCategory,
}

impl Owed {
    const NOTHING: Owed = Owed::Between(Fen::ZERO, Fen::ZERO);

    /// The least and the most, where there is a figure.
    pub(super) fn between(self) -> Option<(Fen, Fen)> {
        match self {
            Owed::Between(least, most) => Some((least, most)),
            _ => None,
        }
    }
}

/// The day that decides.
pub(super) fn decided(listed: Option<&Listed>, collected: Option<&Collected>, window_end: i32) -> Decided {
    if let Some(collected) = collected.filter(|collected| !collected.comes_to_nothing()) {
        let on = collected.first_subsidised.unwrap_or(collected.first_paid);
        return Decided { on, by: DecidedBy::Payment };
    }
    let later = listed.filter(|listed| !listed.in_force_on(window_end)).and_then(|listed| {
        let begins = listed.spells.iter().map(|spell| spell.begin);
        begins.filter(|begin| *begin > window_end).min()
    });
    match later {
        Some(on) => Decided { on, by: DecidedBy::Recognition },
        None => Decided { on: window_end, by: DecidedBy::WindowEnd },
    }
}

/// What is due by the category of the day: of several, the one with the most to pay.
pub(super) fn due<'p>(
    rules: &[&'p Subsidy],
    listed: Option<&Listed>,
    decided: Decided,
    premium: Option<Fen>,
) -> Due<'p> {
    let nothing = Due { decided, category: None, rule: None, recognised: None, over_since: None, owed: Owed::NOTHING };
    let Some(listed) = listed else { return nothing };
    let categories = listed.categories_on(decided.on);
    let mut best: Option<Due<'p>> = None;
    for category in categories.iter() {
        let Some(rule) = rules.iter().copied().find(|rule| rule.categories.contains(category)) else { continue };
        let one = by_rule(rule, category, listed, decided, premium);
        if best.as_ref().is_none_or(|best| weight(&one) > weight(best)) {
            best = Some(one);
        }
    }
    match (best, categories.iter().next()) {
        (Some(best), _) => best,
        (None, Some(category)) => Due { category: Some(category), owed: Owed::NoRule, ..nothing },
        (None, None) if listed.in_force_on(decided.on) => Due { owed: Owed::UnknownCategory, ..nothing },
        (None, None) => nothing,
    }
}

fn by_rule<'p>(
    rule: &'p Subsidy,
    category: Category,
    listed: &Listed,
    decided: Decided,
    premium: Option<Fen>,
) -> Due<'p> {
    let recognised = listed.recognised_on(category).and_then(|day| day_since_1970(day.into()));
    let end = recognised.and_then(|recognised| rule.end_for(recognised));
    let over_since = end.filter(|end| decided.day().is_some_and(|day| day >= *end));
    let owed = match (over_since, rule.measure, rule.measure.due(premium)) {
        (Some(_), ..) => Owed::NOTHING,
        // Nobody is owed more than there is to pay.
        (None, SubsidyMeasure::Amount(amount), _) => {
            let amount = premium.map_or(amount, |premium| amount.min(premium.max(Fen::ZERO)));
            Owed::Between(amount, amount)
        }
        (None, _, Some((least, most))) => Owed::Between(least, most),
        (None, SubsidyMeasure::NotGiven, None) => Owed::NotGiven,
        (None, _, None) => Owed::OfUnknownPremium,
    };
    Due { decided, category: Some(category), rule: Some(rule), recognised, over_since, owed }
}

/// Of two, the heavier counts. All of the premium is never less than another subsidy; an amount that is not given may
/// be more than any that is.
fn weight(due: &Due<'_>) -> (u8, Fen, Fen) {
    let full = due.over_since.is_none() && due.rule.is_some_and(|rule| rule.measure == SubsidyMeasure::Full);
    match due.owed {
        _ if full => (3, Fen::ZERO, Fen::ZERO),
        Owed::NotGiven => (2, Fen::ZERO, Fen::ZERO),
        Owed::OfUnknownPremium => (1, Fen::ZERO, Fen::ZERO),
        Owed::Between(least, most) => (0, most, least),
        Owed::NoRule | Owed::UnknownCategory => (0, Fen::ZERO, Fen::ZERO),
    }
}
