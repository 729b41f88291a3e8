//! The nights until tonight, and what may be told of each.
//!
//! What one night's board tells, every later one tells again: so what is told of a night follows from that night alone
//! and from the one before it, and all other tables give way to it. How many warnings stand is one sum a night, the
//! counties'. Opened and cleared are told of the whole area, both or neither: what stood before and after gives their
//! difference, so that one alone would give the other. Neither is told where few stayed, nor where that none came, or
//! went, would give a county's few away. By county a night opens and clears too few to be told night by night.

use std::collections::{BTreeMap, BTreeSet};

use super::few::{alone, too_few};
use super::nights::PastNight;
use super::withhold::Figures;
use crate::model::AreaCode;
use crate::model::board::{Cell, TrendNight};

/// What may be told of each county.
pub(super) type ByArea = BTreeMap<Option<AreaCode>, Cell<u64>>;

/// The trend of the whole area and of each county.
#[derive(Debug, Default)]
pub(super) struct Trend {
    pub(super) whole: Vec<TrendNight>,
    by_area: BTreeMap<Option<AreaCode>, Vec<TrendNight>>,
}

impl Trend {
    pub(super) fn of(past: &[PastNight]) -> Trend {
        let mut trend = Trend::default();
        // The window may begin long after the ledger did: what stood before its first night follows from that night.
        let mut stood_before =
            past.first().map_or(0, |first| (first.standing + first.cleared).saturating_sub(first.opened));
        let mut before: Option<(&PastNight, ByArea)> = None;
        for night in past {
            let told = by_area(night);
            let stayed = night.standing.saturating_sub(night.opened);
            let few = [stood_before, night.standing, night.opened, night.cleared, stayed].into_iter().any(too_few);
            let unknown = few || stood_before > 0 && gives_few_away(before.as_ref(), (night, &told));
            stood_before = night.standing;
            let either = |people| if unknown { Cell::Withheld } else { Cell::Told(people) };
            trend.whole.push(TrendNight {
                night: night.night,
                standing: alone(night.standing),
                opened: either(night.opened),
                cleared: either(night.cleared),
            });
            for (area, standing) in &told {
                let (opened, cleared) = (Cell::Withheld, Cell::Withheld);
                let entry = trend.by_area.entry(*area).or_default();
                entry.push(TrendNight { night: night.night, standing: *standing, opened, cleared });
            }
            before = Some((night, told));
        }
        trend
    }

    /// The nights of one county.
    pub(super) fn county(&self, area: Option<AreaCode>) -> Vec<TrendNight> {
        self.by_area.get(&area).cloned().unwrap_or_default()
    }
}

/// Whether what stood in counties and what stands would tell of few that they came, or went: where none at all came, or
/// went, and where none stood in a county before, or none stands. The other counties together may not be few either.
fn gives_few_away(before: Option<&(&PastNight, ByArea)>, (night, told): (&PastNight, &ByArea)) -> bool {
    if night.opened == 0 && night.cleared == 0 {
        return false;
    }
    let before = before.and_then(|(before, told)| Some((before.by_area.as_ref()?, told)));
    let ((stood, told_before), stands) = match (before, &night.by_area) {
        (Some(before), Some(stands)) => (before, stands),
        (before, stands) => return before.is_some() || stands.is_some(),
    };
    let areas: BTreeSet<&Option<AreaCode>> = stood.keys().chain(stands.keys()).collect();
    let (mut came, mut went) = (night.opened, night.cleared);
    let one_way = came == 0 || went == 0;
    let mut few = false;
    for area in areas {
        let people = |of: &BTreeMap<Option<AreaCode>, u64>| of.get(area).copied().unwrap_or_default();
        let withheld = [told_before, told].into_iter().any(|told| told.get(area) == Some(&Cell::Withheld));
        let (stood, stands) = (people(stood), people(stands));
        if !withheld && (one_way || stood == 0 || stands == 0) {
            few |= too_few(stood.abs_diff(stands));
            came = came.saturating_sub(stands.saturating_sub(stood));
            went = went.saturating_sub(stood.saturating_sub(stands));
        }
    }
    few || too_few(came) || too_few(went)
}

/// How many stand in each county, as it may be told of one night.
pub(super) fn by_area(night: &PastNight) -> ByArea {
    night.by_area.as_ref().map(one_sum).unwrap_or_default()
}

/// Counties that add up to a total which is told wherever it is not too small.
pub(super) fn one_sum(by_area: &BTreeMap<Option<AreaCode>, u64>) -> ByArea {
    let mut figures = Figures::default();
    let people: u64 = by_area.values().sum();
    let total = figures.settled(alone(people), people);
    let cells: Vec<_> = by_area.iter().map(|(area, people)| (*area, figures.cell(*people))).collect();
    figures.sum(total, cells.iter().map(|(_, cell)| *cell));
    let settled = figures.settle();
    cells.into_iter().map(|(area, cell)| (area, settled.of(cell))).collect()
}
