//! Acts of making the policy known (政策宣传记录): to everybody of the register, and to some others.

use chrono::TimeDelta;

use super::calendar::Day;
use super::extracts::{self, Compress};
use super::people::{Person, Written};
use super::planted::List;
use super::random::Random;
use super::scene::Scene;
use crate::error::Error;
use crate::model::Reason;

#[derive(Debug, Clone)]
struct Row {
    person: Person,
    written: Option<Written>,
    done_on: Day,
    channel: &'static str,
    mark: Option<&'static str>,
}

/// By visit, at a meeting, by leaflet, by message. The codes are the sample's own.
const CHANNELS: [&str; 4] = ["1", "2", "3", "4"];
/// Of a thousand people outside the register, how many were told.
const TOLD: u64 = 60;

/// Writes `outreach/outreach.parquet`.
pub(super) fn write(scene: &Scene<'_>, list: &mut List) -> Result<usize, Error> {
    let Scene { calendar, cast, people, .. } = scene;
    let mut random = Random::new(scene.options.seed, 8);
    let mut rows = Vec::new();
    for person in cast.without_parts().chain(*people) {
        let first = scene.first_day(person);
        let told = random.per_mille(TOLD);
        if let Some(first) = first.or(told.then_some(calendar.new_year(0))) {
            let days = (calendar.as_of - first).num_days() + 1;
            let done_on = Day::Known(first + TimeDelta::days(random.signed_below(days)));
            rows.push(row(person, done_on, &mut random));
        }
    }
    for part in &cast.parts {
        rows.extend(part.plan.outreach.map(|day| row(&part.person, Day::Known(day), &mut random)));
    }
    plant(&mut rows, scene, &mut random);
    let file = "outreach/outreach.parquet";
    list.enter_all("outreach", file, rows.iter().map(|row| (0, row.mark)));
    let mut columns = extracts::certificates(rows.iter().map(|row| row.written.as_ref()), false);
    columns.push(("done_on", extracts::written_days(rows.iter().map(|row| row.done_on), false)));
    columns.push(("channel", extracts::dictionary(rows.iter().map(|row| Some(row.channel)))));
    extracts::write(&scene.options.out, file, &columns, Compress::Zstd)?;
    Ok(rows.len())
}

fn row(person: &Person, done_on: Day, random: &mut Random) -> Row {
    let written = Some(person.written(random));
    Row { person: *person, written, done_on, channel: random.pick(&CHANNELS), mark: None }
}

/// Rows that cannot be used, each of somebody of the register who was told in another row.
fn plant(rows: &mut Vec<Row>, scene: &Scene<'_>, random: &mut Random) {
    for turn in 0..scene.each.identities {
        let sound = random.find(rows, |row| row.mark.is_none() && scene.may_have_faults(&row.person)).clone();
        let written = sound.person.unusable(turn);
        random.put_in(rows, Row { mark: Some(Reason::BadCertno.id()), written, ..sound.clone() });
        random.put_in(rows, Row { mark: Some(Reason::BadDate.id()), done_on: Day::Missing, ..sound });
    }
}
