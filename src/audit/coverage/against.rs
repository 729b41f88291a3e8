//! Two deliveries of one day, say a county's and its prefecture's, held against each other person by person
//! (口径统一、数据一致), for the areas that both hold.

use std::collections::BTreeSet;

use polars::prelude::{DataFrame, IntoLazy, JoinArgs, JoinType, LazyFrame, col, df};

use super::Moment;
use super::matter::Judged;
use crate::audit::frame::{collected, failed, integers, long_integers};
use crate::delivery::{Enrolments, Listed, Roster, epoch_day};
use crate::error::Error;
use crate::model::{AreaCode, Categories, Difference, DifferenceKind, InsuranceType, Matter};
use crate::policy::Policy;

/// What stands for a person who is not enrolled, and for one of whom it cannot be told.
const NOT_ENROLLED: i64 = 0;
const NOT_TOLD: i64 = -1;
/// Sets the scheme apart from the area.
const SCHEME: i64 = 1_000_000;

/// One delivery, read.
#[derive(Debug, Clone, Copy)]
pub struct Side<'a> {
    /// Its register.
    pub roster: &'a Roster,
    /// Its enrolments; `None` when they were not delivered.
    pub enrolments: Option<&'a Enrolments>,
}

/// What two deliveries come to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Compared {
    /// Every difference, sorted by person.
    pub differences: Vec<Difference>,
    /// What there is to tell of them all, in a line.
    pub summary: String,
}

/// Everyone in force whom the one side has and the other has not, or has otherwise. Enrolment is compared where both
/// sides delivered it.
///
/// # Errors
/// [`Error::Internal`] when a frame cannot be made.
pub fn differences(here: Side<'_>, there: Side<'_>, policy: &Policy, moment: Moment) -> Result<Compared, Error> {
    let day = epoch_day(moment.as_of);
    let ours = people(here, policy, moment, |person, _| person)?;
    let beyond = here.roster.people.len();
    let number = |index: i32, listed: &Listed| match here.roster.number(&listed.person) {
        Some(number) => i32::try_from(number).unwrap_or(i32::MAX),
        None => i32::try_from(beyond).unwrap_or(i32::MAX).saturating_add(index),
    };
    let theirs = people(there, policy, moment, number)?;
    let shared: BTreeSet<i32> = {
        let both = areas(&ours).join(areas(&theirs), [col("area")], [col("area")], JoinArgs::new(JoinType::Semi));
        integers(&collected(both)?, "area")?.into_iter().collect()
    };
    let found = Found { here, there, day, shared, enrolment: here.enrolments.and(there.enrolments).is_some() };
    let mut differences = found.of_one_side(&ours, &theirs, DifferenceKind::NotThere)?;
    differences.extend(found.of_one_side(&theirs, &ours, DifferenceKind::NotHere)?);
    differences.extend(found.of_both(&ours, &theirs)?);
    differences.sort_by(|a, b| a.person.cmp(&b.person).then(a.kind.cmp(&b.kind)));
    let summary = found.summary(&ours, &theirs, &differences)?;
    Ok(Compared { differences, summary })
}

/// Everyone in force: by number, with their place in their own roster, area, categories and how they are enrolled.
fn people(
    side: Side<'_>,
    policy: &Policy,
    moment: Moment,
    number: impl Fn(i32, &Listed) -> i32,
) -> Result<DataFrame, Error> {
    let judged = super::judged(side.roster, side.enrolments, policy, moment);
    let (mut numbers, mut places, mut areas) = (Vec::new(), Vec::new(), Vec::new());
    let (mut categories, mut enrolled) = (Vec::new(), Vec::new());
    for judged in judged {
        let listed = &side.roster.people[judged.person as usize];
        let place = i32::try_from(judged.person).unwrap_or(i32::MAX);
        numbers.push(number(place, listed));
        places.push(place);
        areas.push(listed.area.map_or(0, AreaCode::number));
        let bits = listed.categories_on(epoch_day(moment.as_of)).iter().map(|category| 1 << category as i32);
        categories.push(bits.sum::<i32>());
        enrolled.push(enrolment(&judged));
    }
    let frame = df!(
        "person" => numbers, "place" => places, "area" => areas, "categories" => categories, "enrolled" => enrolled
    );
    frame.map_err(failed)
}

/// Scheme and area of the enrolment in force.
fn enrolment(judged: &Judged) -> i64 {
    match (judged.matter, judged.spell) {
        (Matter::NoData, _) => NOT_TOLD,
        (Matter::Enrolled | Matter::EnrolledTwice | Matter::EnrolledElsewhere, Some(spell)) => {
            let scheme = spell.insurance.map_or(0, |of| of as i64 + 1);
            scheme * SCHEME + i64::from(spell.area.map_or(0, AreaCode::number))
        }
        _ => NOT_ENROLLED,
    }
}

fn areas(people: &DataFrame) -> LazyFrame {
    people.clone().lazy().group_by([col("area")]).agg([col("person").max()]).select([col("area")])
}

struct Found<'a> {
    here: Side<'a>,
    there: Side<'a>,
    day: i32,
    /// The areas that both sides hold; 0 for none.
    shared: BTreeSet<i32>,
    enrolment: bool,
}

impl Found<'_> {
    /// Those of one side whom the other does not have.
    fn of_one_side(&self, one: &DataFrame, other: &DataFrame, kind: DifferenceKind) -> Result<Vec<Difference>, Error> {
        let by = [col("person")];
        let alone = one.clone().lazy().join(other.clone().lazy(), by.clone(), by, JoinArgs::new(JoinType::Anti));
        let alone = collected(alone)?;
        let is_here = kind == DifferenceKind::NotThere;
        let roster = if is_here { self.here.roster } else { self.there.roster };
        let rows = integers(&alone, "place")?.into_iter().zip(integers(&alone, "area")?);
        let rows = rows.filter(|(_, area)| self.shared.contains(area));
        let difference = |place: i32| {
            let listed = roster.people.get(usize::try_from(place).ok()?)?;
            let categories = Some(listed.categories_on(self.day).to_string());
            let (here, there) = if is_here { (categories, None) } else { (None, categories) };
            let (area, area_there) = if is_here { (listed.area, None) } else { (None, listed.area) };
            Some(Difference { person: listed.person.clone(), kind, area, area_there, here, there })
        };
        Ok(rows.filter_map(|(place, _)| difference(place)).collect())
    }

    /// Those whom both sides have, each otherwise.
    fn of_both(&self, ours: &DataFrame, theirs: &DataFrame) -> Result<Vec<Difference>, Error> {
        let by = [col("person")];
        let differs = |name: &str| col(name).neq(col(format!("{name}_right")));
        let both = ours
            .clone()
            .lazy()
            .join(theirs.clone().lazy(), by.clone(), by, JoinArgs::new(JoinType::Inner))
            .filter(differs("area").or(differs("categories")).or(differs("enrolled")));
        let both = collected(both)?;
        let column = |name: &str| integers(&both, name);
        let (places, places_there) = (column("place")?, column("place_right")?);
        let areas = (column("area")?, column("area_right")?);
        let enrolled = (long_integers(&both, "enrolled")?, long_integers(&both, "enrolled_right")?);
        let mut differences = Vec::new();
        for row in 0..both.height() {
            if !self.shared.contains(&areas.0[row]) && !self.shared.contains(&areas.1[row]) {
                continue;
            }
            let at =
                |roster: &'_ Roster, place: i32| usize::try_from(place).ok().filter(|at| *at < roster.people.len());
            let (Some(here), Some(there)) =
                (at(self.here.roster, places[row]), at(self.there.roster, places_there[row]))
            else {
                continue;
            };
            let sides = (&self.here.roster.people[here], &self.there.roster.people[there]);
            self.compare(sides, (enrolled.0[row], enrolled.1[row]), &mut differences);
        }
        Ok(differences)
    }

    fn compare(&self, (here, there): (&Listed, &Listed), enrolled: (i64, i64), differences: &mut Vec<Difference>) {
        let mut differ = |kind, ours: String, theirs: String| {
            differences.push(Difference {
                person: here.person.clone(),
                kind,
                area: here.area,
                area_there: there.area,
                here: Some(ours),
                there: Some(theirs),
            });
        };
        let categories = |listed: &Listed| -> Categories { listed.categories_on(self.day) };
        if categories(here) != categories(there) {
            differ(DifferenceKind::Category, categories(here).to_string(), categories(there).to_string());
        }
        let area = |listed: &Listed| listed.area.map_or_else(String::new, |area| area.to_string());
        if here.area != there.area {
            differ(DifferenceKind::Area, area(here), area(there));
        }
        if self.enrolment && enrolled.0 != enrolled.1 {
            differ(DifferenceKind::Enrolment, enrolled_in_words(enrolled.0), enrolled_in_words(enrolled.1));
        }
    }

    fn summary(&self, ours: &DataFrame, theirs: &DataFrame, differences: &[Difference]) -> Result<String, Error> {
        let held = |people: &DataFrame| -> Result<usize, Error> {
            Ok(integers(people, "area")?.into_iter().filter(|area| self.shared.contains(area)).count())
        };
        let of = |kind: DifferenceKind| differences.iter().filter(|of| of.kind == kind).count();
        let each: Vec<String> =
            DifferenceKind::ALL.into_iter().map(|kind| format!("{} {}", kind.name(), of(kind))).collect();
        let uncompared = if self.enrolment { "" } else { "; enrolment was not compared: one side lacks `insured`" };
        Ok(format!(
            "in the {} areas that both deliveries hold, {} people stand in the register here and {} there; {} \
             differences: {}{uncompared}",
            self.shared.len(),
            held(ours)?,
            held(theirs)?,
            differences.len(),
            each.join(", ")
        ))
    }
}

fn enrolled_in_words(enrolled: i64) -> String {
    match enrolled {
        NOT_ENROLLED => "未参保".to_owned(),
        NOT_TOLD => "无法判断".to_owned(),
        enrolled => {
            let scheme = InsuranceType::ALL.into_iter().find(|of| *of as i64 + 1 == enrolled / SCHEME);
            let area = match enrolled % SCHEME {
                0 => String::new(),
                area => format!("（{area:06}）"),
            };
            format!("{}{area}", scheme.map_or("", InsuranceType::term))
        }
    }
}
