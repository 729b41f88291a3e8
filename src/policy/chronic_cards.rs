//! That a part of each month's new chronic-disease cards (慢病卡) is drawn for review, and that cards, the public-health
//! register and the care that cards pay agree.
//!
//! The percentage is what a document must give. After how many months a card without a settlement is one to look at,
//! few say: where the file does not, nobody is asked about it.

use chrono::NaiveDate;
use rust_decimal::Decimal;

use super::Policy;
use super::entry::{self, Cited, Span, percentage};
use crate::config::Section;

/// What is asked of cards over a span of days, with where that is written.
#[derive(Debug, Clone, PartialEq)]
pub struct CardReview {
    /// How much of each group is drawn, at least: above 0, at most 100.
    pub percent: Decimal,
    /// What makes a group.
    pub per: CardGroup,
    /// Whose cards are drawn from.
    pub among: CardHolders,
    /// By what cards are drawn.
    pub mode: DrawMode,
    /// For how many months a card in force may be without a settlement; `None` where the document does not say.
    pub unused_months: Option<u32>,
    /// On which days, and where it is written.
    pub cited: Cited,
}

/// Of what at least so much is drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum CardGroup {
    /// Of the cards that one institution issued.
    Institution,
    /// Of those that the institutions of one area issued.
    Area,
}

/// Whose new cards are drawn from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum CardHolders {
    /// Everybody's.
    Everyone,
    /// Those of the people of the register on the day of the audit.
    Register,
}

/// By what cards are drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum DrawMode {
    /// At random, as anybody can work out again.
    Random,
    /// Those that paid for most.
    Value,
    /// Those that paid most unevenly.
    Variance,
}

impl CardGroup {
    const ALL: [CardGroup; 2] = [CardGroup::Institution, CardGroup::Area];

    /// The name in policy files and manifests.
    pub fn name(self) -> &'static str {
        match self {
            CardGroup::Institution => "institution",
            CardGroup::Area => "area",
        }
    }

    /// The word that clerks know.
    pub fn term(self) -> &'static str {
        match self {
            CardGroup::Institution => "定点医药机构",
            CardGroup::Area => "区划",
        }
    }
}

impl CardHolders {
    const ALL: [CardHolders; 2] = [CardHolders::Everyone, CardHolders::Register];

    /// The name in policy files and manifests.
    pub fn name(self) -> &'static str {
        match self {
            CardHolders::Everyone => "everyone",
            CardHolders::Register => "register",
        }
    }

    /// The words that clerks know.
    pub fn term(self) -> &'static str {
        match self {
            CardHolders::Everyone => "全部参保人员",
            CardHolders::Register => "在册监测对象",
        }
    }
}

impl DrawMode {
    const ALL: [DrawMode; 3] = [DrawMode::Random, DrawMode::Value, DrawMode::Variance];

    /// The name in policy files, manifests and published tables.
    pub fn name(self) -> &'static str {
        match self {
            DrawMode::Random => "random",
            DrawMode::Value => "value",
            DrawMode::Variance => "variance",
        }
    }

    /// The words that clerks know.
    pub fn term(self) -> &'static str {
        match self {
            DrawMode::Random => "随机抽取",
            DrawMode::Value => "按近十二个月费用由高到低",
            DrawMode::Variance => "按近十二个月各月费用的方差由大到小",
        }
    }
}

impl Policy {
    /// What is asked of cards on `day`; `None` where the policy does not say.
    pub fn card_review_on(&self, day: NaiveDate) -> Option<&CardReview> {
        self.card_reviews.iter().find(|entry| entry.cited.holds(day))
    }

    /// A line, when what is asked on `as_of` has no end and was last reviewed more than 366 days before.
    pub fn card_review_to_review(&self, as_of: NaiveDate) -> Option<String> {
        self.card_review_on(as_of)?.cited.to_review(&self.path, "[[chronic_cards]]", as_of)
    }
}

/// What a `[[chronic_cards]]` holds; `None` when a fault was noted.
fn read(section: &Section<'_, '_>) -> Option<CardReview> {
    let span = Span::read(section);
    let percent = section.need("percent", |value| percentage(value, Decimal::ONE_HUNDRED));
    let per = section.need("per", |value| value.choice(&CardGroup::ALL.map(|of| (of.name(), of))));
    let among = section.need("among", |value| value.choice(&CardHolders::ALL.map(|of| (of.name(), of))));
    let mode = section.need("mode", |value| value.choice(&DrawMode::ALL.map(|of| (of.name(), of))));
    let unused_months = section.may("unused_months", None, |value| match value.count()? {
        0 => value.wrong("a number of months above 0"),
        months => Some(Some(months)),
    });
    let cited = Cited::read(section, span);
    section.end();
    Some(CardReview {
        percent: percent?,
        per: per?,
        among: among?,
        mode: mode?,
        unused_months: unused_months?,
        cited: cited?,
    })
}

/// Every `[[chronic_cards]]`. Refuses two on one day.
pub(super) fn every(root: &Section<'_, '_>) -> Option<Vec<CardReview>> {
    let place = |entry: &CardReview| entry.cited.place();
    entry::every(root, "chronic_cards", read, place, |_, _| Some("[[chronic_cards]] stands twice".to_owned()))
}
