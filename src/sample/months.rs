//! The settlements of a sample, month by month: what was planted, ordinary visits by chance, and who pays for them.

use super::beds::{Beds, Pasts};
use super::benefits::Years;
use super::commercial::Claim;
use super::people::Person;
use super::planted::List;
use super::random::Random;
use super::roll::Roll;
use super::scene::Scene;
use super::settlement::{self, Ids, Kind, Settlement, Visit};
use super::{extracts, faults, parts, providers};
use crate::error::Error;
use crate::model::Reason;

/// Writes the settlements, an extract a month, and one without rows. Returns how many rows there are, and what
/// commercial insurance is to pay for: some stays, and every twentieth settlement.
pub(super) fn write(scene: &Scene<'_>, list: &mut List) -> Result<(usize, Vec<Claim>), Error> {
    let Scene { options, each, calendar, cast, people, roll, crowd, patients } = scene;
    let mut ids = Ids::of(calendar.year());
    let random = Random::new(options.seed, 4);
    let (mut planted, thresholds) = faults::plant(calendar, cast, people, each.settlements, &mut ids, random);
    parts::plant(&cast.parts, calendar, &mut ids, &mut planted, &mut Random::new(options.seed, 11));
    providers::plant(&cast.staged, calendar, &mut ids, &mut planted, &mut Random::new(options.seed, 14));
    list.thresholds = thresholds;

    let mut random = Random::new(options.seed, 5);
    let mut chance = Chance { scene, beds: Beds::of(people, roll, &mut random), random };
    let planted_rows = planted.iter().map(Vec::len).sum::<usize>() + crowd.len() + patients.visits();
    let ordinary = (options.settlements as usize).saturating_sub(planted_rows);
    let earlier = (ordinary / 40).min(2_000);
    let (months, rest) = (calendar.months(), ordinary - earlier);
    let (mut written, mut claims) = (0, Vec::new());
    let (mut years, mut pasts) = (Years::default(), Pasts::of(options.people));
    for (month, mut rows) in planted.into_iter().enumerate() {
        let count = if month == 0 { earlier } else { rest * month / months - rest * (month - 1) / months };
        let planted = rows.len();
        rows.extend(patients.settled(calendar, month, &mut ids, &mut chance.random));
        rows.extend((0..count).map(|_| chance.settled(month, &mut ids)));
        rows.extend(crowd.of_month(month, months).iter().map(|person| chance.admitted(person, month, &mut ids)));
        pasts.part(&mut rows);
        // Of the year before nobody asks what was due.
        let years = if month == 0 { &mut Years::default() } else { &mut years };
        pay(&mut rows, years, roll);
        if month > 0 {
            claims.extend(claimed(&rows[planted..], &mut chance.random));
        }
        // Stable, so that of two rows re-sent in one extract the one planted later stays later.
        rows.sort_by_key(|row| row.updated);
        let file = calendar.extract(month);
        list.enter_all("settlements", &file, rows.iter().map(|row| (row.amounts[settlement::COST], row.mark)));
        written += rows.len();
        extracts::write_settlements(&options.out, &file, &rows, extracts::style(month))?;
    }
    extracts::write_settlements(&options.out, "settlements/setl_empty.parquet", &[], extracts::style(1))?;
    Ok((written, claims))
}

/// Somebody's position: some people come often, a good part of the register never does.
fn somebody(people: usize, random: &mut Random) -> usize {
    let reach = if random.per_mille(100) { people } else { 1 + random.index(people) };
    random.index(reach)
}

/// What comes by chance.
struct Chance<'s> {
    scene: &'s Scene<'s>,
    beds: Beds,
    random: Random,
}

impl Chance<'_> {
    /// A sound settlement of the month.
    fn settled(&mut self, month: usize, ids: &mut Ids) -> Settlement {
        let people = self.scene.people;
        let visit = Visit::by_chance(&mut self.random);
        let is_stay = visit.kind == Kind::Stay;
        let person =
            people[if is_stay { self.beds.next(&mut self.random) } else { somebody(people.len(), &mut self.random) }];
        self.row(&person, month, visit, ids)
    }

    /// A stay of a person.
    fn admitted(&mut self, person: &Person, month: usize, ids: &mut Ids) -> Settlement {
        let visit = Visit::stay(&mut self.random);
        self.row(person, month, visit, ids)
    }

    fn row(&mut self, person: &Person, month: usize, visit: Visit, ids: &mut Ids) -> Settlement {
        let Chance { scene, random, .. } = self;
        let time = scene.calendar.moment(month, random);
        let in_register = scene.roll.codes(person).next().is_some();
        let stays_within = visit.kind == Kind::Stay && in_register;
        let visit = if stays_within { visit.within_the_catalogue(random) } else { visit };
        let mut row = Settlement::new(ids, person, time, visit, random);
        row.off_site = u8::from(random.per_mille(20));
        row.mark = (month == 0).then(|| Reason::OutOfWindow.id());
        row
    }
}

/// Has critical-illness insurance and assistance pay what is due on the month's stays and chronic visits, in order of
/// time, each by the categories of its own day. What is planted about settlements themselves never reaches those
/// layers: such rows are out-patient visits, or leave nothing within the scope.
fn pay(rows: &mut [Settlement], years: &mut Years, roll: &Roll) {
    let pays = |row: &&mut Settlement| !matches!(row.med_type, Some(Kind::OutPatient | Kind::Pharmacy));
    let mut due: Vec<&mut Settlement> = rows.iter_mut().filter(pays).collect();
    due.sort_by(|a, b| (a.updated, &a.setl_id).cmp(&(b.updated, &b.setl_id)));
    for row in due {
        years.pay(row, roll);
    }
}

/// What commercial insurance is to pay for: some stays, and every twentieth settlement.
fn claimed(rows: &[Settlement], random: &mut Random) -> Vec<Claim> {
    let chosen = rows
        .iter()
        .enumerate()
        .filter(|(number, row)| number.is_multiple_of(20) || row.med_type == Some(Kind::Stay) && random.per_mille(500));
    let claim = |row: &Settlement| {
        let (setl_id, left) = (row.setl_id.clone(), row.amounts[settlement::PERSON]);
        Claim { person: row.person, setl_id, settled_on: row.ends, left }
    };
    chosen.map(|(_, row)| claim(row)).collect()
}
