//! Rates of admission (住院率): stays per thousand people enrolled, of one category in one area, held against the same
//! category in every other area.
//!
//! Only a rate that is far above is asked about, and only where two tests agree: its robust z-score is at least the
//! policy's, and it lies above the upper limit of the funnel, so that a small place is not accused by the chance of a
//! few stays. Both formulas stand in [`peers`](crate::audit::peers). With fewer areas of a category than the policy
//! asks for, the one looked at among them, nothing is compared; nor where more than half of them have one rate.
//!
//! A stay belongs to the year in which it ends, to the area where its settlements say that the person is insured, and
//! to the first category that the register gives the person on the day; whoever is in no register is of the ordinary
//! insured. The people are those enrolled on the day, likewise. Of what cannot be used or told, each area is looked at
//! both ways: a rate is out of line where it is so without any stay in doubt and with everybody enrolled who may be,
//! and in line where it is so with all of those stays and without those people. Peers stand as they are.

use std::collections::BTreeMap;

use chrono::{Datelike, NaiveDate};
use rust_decimal::Decimal;

use crate::audit::peers::{Peers, Rate};
use crate::audit::unknown;
use crate::burden::Stays;
use crate::delivery::{Enrolled, Roster, codes_in_words, day_since_1970, epoch_day};
use crate::model::{
    AreaCode, Audited, Categories, Category, Examined, Matter, Mechanism, PersonId, Stay, Subject, Verdict,
    as_published,
};
use crate::policy::{AdmissionRate, Cited, Pattern, Policy};

/// What the audit says, and the figures that it rests on.
#[derive(Debug)]
pub struct Rates {
    /// One an area and category.
    pub audited: Audited,
    /// How many there were to look at, counted apart from the verdicts.
    pub subjects: u64,
    /// In the order of the verdicts.
    pub rows: Vec<RateRow>,
}

/// The figures of one category in one area.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RateRow {
    /// The area.
    pub area: AreaCode,
    /// The category.
    pub category: Category,
    /// What was counted.
    pub heads: Counted,
    /// Stays per thousand enrolled.
    pub rate: Option<Decimal>,
    /// How many areas of the category are compared, this one among them.
    pub peers: u64,
    /// What their rates have in common, per thousand; `None` where there is nothing to compare.
    pub median: Option<Decimal>,
    /// The median of their distances from it (MAD).
    pub deviation: Option<Decimal>,
    /// The robust z-score; `None` where MAD is 0.
    pub z: Option<Decimal>,
    /// All stays over all people of the category.
    pub overall: Option<Decimal>,
    /// The funnel's upper limit for as many people.
    pub limit: Option<Decimal>,
}

/// Stays and people of one category in one area.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub struct Counted {
    /// Stays that ended in the year.
    pub stays: u64,
    /// Stays besides whose days are not known, or that a row which was set aside may change.
    pub stays_in_doubt: u64,
    /// People enrolled.
    pub enrolled: u64,
    /// People besides who may be.
    pub enrolled_in_doubt: u64,
}

impl Counted {
    fn rate(&self) -> Option<Rate> {
        Rate::new(self.stays, self.enrolled)
    }

    /// With everybody enrolled who may be.
    fn at_least(&self) -> Option<Rate> {
        Rate::new(self.stays, self.enrolled + self.enrolled_in_doubt)
    }

    /// With every stay that may be one.
    fn at_most(&self) -> Option<Rate> {
        Rate::new(self.stays + self.stays_in_doubt, self.enrolled)
    }
}

/// Everything of one category.
type Places = BTreeMap<AreaCode, Counted>;

/// What was counted, and what stands nowhere.
#[derive(Default)]
struct Everywhere {
    categories: BTreeMap<Category, Places>,
    /// Stays of the year whose settlements give no well-formed area.
    stays_nowhere: u64,
}

/// Audits every area and category with a stay or somebody enrolled. `stays` is `None` when no settlements were
/// delivered, `enrolled` when nobody's enrolment was.
pub fn audit(
    policy: &Policy,
    roster: &Roster,
    as_of: NaiveDate,
    (stays, enrolled): (Option<&Stays>, Option<&Enrolled>),
) -> Rates {
    let name = Mechanism::AdmissionRate.name();
    let found = policy.conduct_on(name, as_of);
    let rule = found.and_then(|entry| match &entry.pattern {
        Pattern::AdmissionRate(rule) => Some((rule, &entry.cited)),
        _ => None,
    });
    let everywhere = counted(roster, as_of, (stays, enrolled));
    let missing = stays.is_none() || enrolled.is_none();
    let mut looked_at: Vec<(Examined, RateRow)> = Vec::new();
    for (category, places) in &everywhere.categories {
        let compared = Compared::of(places, rule.filter(|_| !missing), as_of);
        looked_at.extend(places.iter().map(|(area, heads)| compared.place(*area, *category, *heads, missing)));
    }
    looked_at.sort_by(|(a, _), (b, _)| a.subject.cmp(&b.subject));
    let subjects = everywhere.categories.values().map(|places| places.len() as u64).sum();
    let (examined, rows): (Vec<Examined>, Vec<RateRow>) = looked_at.into_iter().unzip();
    let mut warnings: Vec<String> = policy.conduct_to_review(name, as_of).into_iter().collect();
    if rule.is_none() {
        let place = format!("{} ({})", policy.place, policy.area);
        let documents = policy.document.as_ref().map_or_else(|| place.clone(), |of| format!("{place}: {of}"));
        warnings
            .push(format!("{name}: {documents} gives no rule on rates of admission, so the audit is not applicable"));
    }
    warnings.extend(lacking(&everywhere, (stays, enrolled), &examined));
    Rates { audited: Audited { mechanism: Mechanism::AdmissionRate, examined, warnings }, subjects, rows }
}

/// Stays and people by category and area.
fn counted(roster: &Roster, as_of: NaiveDate, (stays, enrolled): (Option<&Stays>, Option<&Enrolled>)) -> Everywhere {
    let day = epoch_day(as_of);
    let category_of = |number: Option<u32>| {
        let listed = number.and_then(|number| roster.people.get(number as usize));
        listed.and_then(|listed| listed.categories_on(day).iter().next()).unwrap_or(Category::OrdinaryInsured)
    };
    let mut everywhere = Everywhere::default();
    if let Some(enrolled) = enrolled {
        for one in &enrolled.listed {
            let heads = everywhere.at(category_of(Some(one.person)), one.area);
            *(if one.certain { &mut heads.enrolled } else { &mut heads.enrolled_in_doubt }) += 1;
        }
        for (area, others) in &enrolled.others {
            let heads = everywhere.at(Category::OrdinaryInsured, *area);
            heads.enrolled += others.enrolled;
            heads.enrolled_in_doubt += others.perhaps;
        }
    }
    let Some(stays) = stays else { return everywhere };
    let person = |stay: &Stay| -> Option<&PersonId> { stays.people.get(stay.person as usize) };
    for stay in &stays.all {
        let ended = stay.days.and_then(|days| day_since_1970(days.end.into()));
        if ended.is_some_and(|day| day.year() != as_of.year()) {
            continue;
        }
        let Some(area) = stay.area else {
            everywhere.stays_nowhere += 1;
            continue;
        };
        let category = category_of(person(stay).and_then(|person| roster.number(person)));
        let heads = everywhere.at(category, area);
        let certain = ended.is_some() && !stay.in_doubt;
        *(if certain { &mut heads.stays } else { &mut heads.stays_in_doubt }) += 1;
    }
    everywhere
}

impl Everywhere {
    fn at(&mut self, category: Category, area: AreaCode) -> &mut Counted {
        self.categories.entry(category).or_default().entry(area).or_default()
    }
}

/// One category with what its areas have in common.
struct Compared<'p> {
    rule: Option<(&'p AdmissionRate, &'p Cited)>,
    peers: Option<Peers>,
    as_of: NaiveDate,
}

impl<'p> Compared<'p> {
    fn of(places: &Places, rule: Option<(&'p AdmissionRate, &'p Cited)>, as_of: NaiveDate) -> Compared<'p> {
        let rates: Vec<Rate> = places.values().filter_map(Counted::rate).collect();
        Compared { rule, peers: Peers::of(&rates), as_of }
    }

    fn place(&self, area: AreaCode, category: Category, heads: Counted, missing: bool) -> (Examined, RateRow) {
        let (verdict, matter) = if missing { untold() } else { self.said(&heads) };
        let row = self.row(area, category, heads);
        let examined = Examined {
            categories: Categories::NONE.with(category),
            verdict,
            matter,
            detail: self.detail(&row, matter),
            reference: self.rule.map(|(_, cited)| cited.reference.to_string().into()),
            ..unknown(Subject::Area(area, Some(category)), Some(area), self.as_of.year())
        };
        (examined, row)
    }

    fn said(&self, heads: &Counted) -> (Verdict, Matter) {
        let Some((rule, _)) = self.rule else { return (Verdict::NotApplicable, Matter::NoRule) };
        let enough = |peers: &&Peers| peers.count >= rule.minimum_peers as usize && peers.has_spread();
        let Some(peers) = self.peers.as_ref().filter(enough) else {
            return (Verdict::NotApplicable, Matter::TooFewPeers);
        };
        let out_of_line =
            |rate: Rate| peers.z_is_at_least(rate, rule.robust_z) && peers.is_above_funnel(rate, rule.funnel_sigmas);
        match (heads.at_least().map(out_of_line), heads.at_most().map(out_of_line)) {
            (Some(true), Some(_)) => (Verdict::Fault, Matter::RateOutOfLine),
            (_, Some(false)) => (Verdict::Correct, Matter::RateInLine),
            _ => untold(),
        }
    }

    fn row(&self, area: AreaCode, category: Category, heads: Counted) -> RateRow {
        let (rate, peers) = (heads.rate(), self.peers.as_ref());
        let both = || peers.zip(rate);
        RateRow {
            area,
            category,
            heads,
            rate: rate.and_then(Rate::per_thousand),
            peers: peers.map_or(0, |peers| peers.count as u64),
            median: peers.and_then(Peers::median),
            deviation: peers.and_then(Peers::deviation),
            z: both().and_then(|(peers, rate)| peers.z(rate)),
            overall: peers.and_then(Peers::overall),
            limit: both().zip(self.rule).and_then(|((peers, rate), (rule, _))| peers.limit(rate, rule.funnel_sigmas)),
        }
    }

    fn detail(&self, row: &RateRow, matter: Matter) -> String {
        let Counted { stays, stays_in_doubt, enrolled, enrolled_in_doubt } = row.heads;
        let mut text = format!("{}年截至{}住院{stays}次，参保{enrolled}人", self.as_of.year(), self.as_of);
        if stays_in_doubt + enrolled_in_doubt > 0 {
            text += &format!("（另有{stays_in_doubt}次、{enrolled_in_doubt}人不能确定）");
        }
        let figures =
            [("每千人", row.rate), ("同类区划中位数", row.median), ("稳健Z值", row.z), ("漏斗图上限", row.limit)];
        for (term, figure) in figures {
            text += &figure.map(|figure| format!("，{term}{}", as_published(figure).normalize())).unwrap_or_default();
        }
        text + match matter {
            Matter::RateOutOfLine => "；明显高于同类，待核查",
            Matter::TooFewPeers => "；可比区划不足或彼此无差异，不作比较",
            Matter::NoRule => "；文件未规定",
            Matter::NoData => "；数据不足，无法判断",
            _ => "",
        }
    }
}

fn untold() -> (Verdict, Matter) {
    (Verdict::CannotBeTold, Matter::NoData)
}

/// What was not delivered, or stands in no area.
fn lacking(
    everywhere: &Everywhere,
    (stays, enrolled): (Option<&Stays>, Option<&Enrolled>),
    examined: &[Examined],
) -> Vec<String> {
    let name = Mechanism::AdmissionRate.name();
    let mut lines = Vec::new();
    if stays.is_none() {
        lines.push(format!("{name}: no settlements were delivered, so nothing can be told"));
    }
    let Some(enrolled) = enrolled else {
        lines.push(format!("{name}: nobody's enrolment (`insured`) was delivered, so nothing can be told"));
        return lines;
    };
    if everywhere.stays_nowhere > 0 {
        lines.push(format!(
            "{name}: stays without a well-formed area are counted nowhere ({})",
            everywhere.stays_nowhere
        ));
    }
    if enrolled.nowhere > 0 {
        lines.push(format!(
            "{name}: people enrolled without a well-formed area are counted nowhere ({})",
            enrolled.nowhere
        ));
    }
    for (column, codes) in [("insutype", &enrolled.unknown_types), ("psn_insu_stas", &enrolled.unknown_statuses)] {
        if !codes.is_empty() {
            let each = codes_in_words(codes);
            lines.push(format!("{name}: insured: codes of `{column}` that the mapping lacks: {each}"));
        }
    }
    let untold = examined.iter().filter(|one| one.verdict == Verdict::CannotBeTold).count();
    if untold > 0 && stays.is_some() {
        lines.push(format!(
            "{name}: of some areas and categories rows in doubt leave it open, or nobody there is enrolled ({untold})"
        ));
    }
    lines
}
