//! The places of the board, from the whole area down to a township.

use std::collections::BTreeMap;

use crate::model::AreaCode;
use crate::model::board::Locality;

/// One of them. A person whose area or township is not known belongs to the unknown one.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Place {
    Whole,
    County(Option<AreaCode>),
    Town(Option<AreaCode>, Option<String>),
}

impl Place {
    /// Every place that somebody belongs to.
    pub(super) fn around(area: Option<AreaCode>, town: Option<&str>) -> [Place; 3] {
        [Place::Whole, Place::County(area), Place::Town(area, town.map(str::to_owned))]
    }

    /// Whether somebody who belongs there belongs to it.
    pub(super) fn holds(&self, area: Option<AreaCode>, town: Option<&str>) -> bool {
        match self {
            Place::Whole => true,
            Place::County(own) => *own == area,
            Place::Town(county, own) => *county == area && own.as_deref() == town,
        }
    }

    /// Its code; none of the whole area, which the policy names, and of an unknown place.
    fn code(&self) -> Option<String> {
        match self {
            Place::Whole => None,
            Place::County(area) => area.map(|area| area.to_string()),
            Place::Town(_, town) => town.clone(),
        }
    }

    pub(super) fn locality(&self, names: &BTreeMap<String, String>) -> Locality {
        let code = self.code();
        let name = code.as_ref().and_then(|code| names.get(code)).cloned();
        Locality { code, name }
    }
}

/// The counties with the townships of each.
#[derive(Debug, Default)]
pub(super) struct Places(BTreeMap<Option<AreaCode>, Vec<Option<String>>>);

impl Places {
    pub(super) fn add(&mut self, area: Option<AreaCode>, town: Option<&str>) {
        let towns = self.0.entry(area).or_default();
        if !towns.iter().any(|known| known.as_deref() == town) {
            towns.push(town.map(str::to_owned));
        }
    }

    pub(super) fn add_county(&mut self, area: Option<AreaCode>) {
        self.0.entry(area).or_default();
    }

    /// Those of which nothing is known last.
    pub(super) fn counties(&self) -> Vec<Place> {
        let mut counties: Vec<&Option<AreaCode>> = self.0.keys().collect();
        counties.sort_by_key(|area| (area.is_none(), **area));
        counties.into_iter().map(|area| Place::County(*area)).collect()
    }

    /// What a place consists of, sorted by code, the unknown one last.
    pub(super) fn parts(&self, of: &Place) -> Vec<Place> {
        match of {
            Place::Whole => self.counties(),
            Place::Town(..) => Vec::new(),
            Place::County(area) => {
                let mut towns: Vec<&Option<String>> = self.0.get(area).into_iter().flatten().collect();
                towns.sort_by_key(|town| (town.is_none(), *town));
                towns.into_iter().map(|town| Place::Town(*area, town.clone())).collect()
            }
        }
    }

    /// Every place, the whole area first.
    pub(super) fn all(&self) -> Vec<Place> {
        let counties = self.counties();
        let below = counties.iter().flat_map(|county| std::iter::once(county.clone()).chain(self.parts(county)));
        std::iter::once(Place::Whole).chain(below).collect()
    }
}
