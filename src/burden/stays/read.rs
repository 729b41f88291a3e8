//! The rows that are or may be of a stay, and every reversal, judged as the account of the burdens judged them.

use std::collections::BTreeMap;

use crate::burden::Group;
use crate::burden::interned::Interned;
use crate::burden::key::SettlementKey;
use crate::burden::pass::{self, Judge, Judged};
use crate::burden::rows::Rows;
use crate::delivery::{Days, Texts, UnknownCodes};
use crate::model::{AreaCode, Care, Fault, PersonId, RowPlace, Window};

/// Columns that a stay has and judgement does not need, or not always.
const MORE: [&str; 6] = ["setl_id", "init_setl_id", "mdtrt_id", "fixmedins_code", "med_type", "dise_no"];

/// A settlement of a stay that counts.
#[derive(Debug, Clone)]
pub(super) struct Row {
    pub(super) person: PersonId,
    pub(super) id: SettlementKey,
    /// The visit that it belongs to: itself where it names none.
    pub(super) visit: SettlementKey,
    /// Whether it names none.
    pub(super) alone: bool,
    pub(super) at: i64,
    pub(super) cost: i64,
    /// [`ABSENT`](crate::delivery::ABSENT) where the row does not say; so is the last day.
    pub(super) begin: i64,
    pub(super) end: i64,
    pub(super) institution: Option<u32>,
    pub(super) disease: Option<u32>,
    pub(super) area: Option<AreaCode>,
    pub(super) place: RowPlace,
    pub(super) in_doubt: bool,
}

/// A reversal that counts, of whatever care.
#[derive(Debug, Clone)]
pub(super) struct Reversal {
    pub(super) reverses: SettlementKey,
    pub(super) person: PersonId,
    pub(super) cost: i64,
}

/// A row that cannot be used, and that is missed: of a stay, perhaps, or a reversal.
#[derive(Debug, Clone)]
pub(super) struct Unusable {
    pub(super) person: Option<PersonId>,
    pub(super) id: Option<SettlementKey>,
    pub(super) visit: Option<SettlementKey>,
    pub(super) reverses: Option<SettlementKey>,
    pub(super) institution: Option<u32>,
    pub(super) care: Option<Care>,
}

impl Unusable {
    /// Whether it says that it is of a stay, or does not say of what it is.
    pub(super) fn may_be_of_a_stay(&self) -> bool {
        self.care.is_none_or(|care| care == Care::InPatient)
    }
}

/// What one row group gave.
#[derive(Debug, Default)]
pub(super) struct Part {
    pub(super) rows: Vec<Row>,
    pub(super) reversals: Vec<(SettlementKey, Reversal)>,
    pub(super) unusable: Vec<Unusable>,
    /// By institution, rows that count and do not say for what care.
    pub(super) of_unknown_care: BTreeMap<u32, u64>,
    pub(super) unknown: UnknownCodes,
    pub(super) institutions: Interned,
    pub(super) diseases: Interned,
}

/// What is read of a batch besides what judges its rows.
struct More {
    ids: Texts,
    reversed: Texts,
    visits: Texts,
    institutions: Texts,
    kinds: Texts,
    diseases: Texts,
    begins: Days,
    ends: Days,
}

/// A row of a batch, with what tells it from others.
struct At {
    index: usize,
    number: u32,
    place: RowPlace,
    id: Option<SettlementKey>,
    reverses: Option<SettlementKey>,
    care: Option<Care>,
}

impl Part {
    /// Reads a row group.
    pub(super) fn of(
        group: &Group<'_>,
        (window, judge): (&Window, &Judge<'_>),
        care_of: &(impl Fn(&str) -> Option<Care> + Sync),
    ) -> Result<Part, Fault> {
        let mut part = Part::default();
        let chosen = chosen(group, care_of)?;
        let columns = MORE.into_iter().chain(["begndate", "enddate"]);
        pass::read_chosen(group, window, columns, &chosen, |rows, batch, places| {
            let [ids, reversed, visits, institutions, kinds, diseases] = MORE.map(|name| batch.texts(name));
            let (begins, ends) = (batch.days("begndate"), batch.days("enddate"));
            let more = More { ids, reversed, visits, institutions, kinds, diseases, begins, ends };
            for (index, within) in places.iter().enumerate() {
                let code = more.kinds.code(index).unwrap_or_default();
                let care = care_of(&code);
                let at = More::at(&more, group, (index, *within), care);
                if part.take(&at, rows, &more, judge) && care.is_none() {
                    *part.unknown.entry(code.into_owned()).or_default() += 1;
                }
            }
        })?;
        Ok(part)
    }

    /// Takes a row as what it is; false when it does not count.
    fn take(&mut self, at: &At, rows: &Rows, more: &More, judge: &Judge<'_>) -> bool {
        let index = at.index;
        let judged = judge.judged(rows, (index, at.number), (at.id.is_some(), at.reverses.is_some()));
        if judged == Judged::Gone {
            return false;
        }
        let institution = more.institutions.text(index).map(|code| self.institutions.number(code));
        let (Some(person), Some(id), Judged::Counts) = (&rows.people[index], at.id, judged) else {
            self.unusable.push(Unusable {
                person: rows.people[index].clone(),
                id: at.id,
                visit: more.visit(index),
                reverses: at.reverses,
                institution,
                care: at.care,
            });
            return false;
        };
        if let Some(reverses) = at.reverses {
            let (cost, person) = (rows.amounts.total_cost(index).0, person.clone());
            self.reversals.push((id, Reversal { reverses, person, cost }));
        } else if at.care == Some(Care::InPatient) {
            let row = self.row(at, rows, more, (person, id, institution));
            self.rows.push(row);
        } else if at.care.is_none() {
            institution.into_iter().for_each(|at| *self.of_unknown_care.entry(at).or_default() += 1);
        }
        true
    }

    fn row(
        &mut self,
        at: &At,
        rows: &Rows,
        more: &More,
        (person, id, institution): (&PersonId, SettlementKey, Option<u32>),
    ) -> Row {
        let index = at.index;
        let visit = more.visit(index);
        Row {
            person: person.clone(),
            id,
            visit: visit.unwrap_or_else(|| id.alone()),
            alone: visit.is_none(),
            at: rows.at(index),
            cost: rows.amounts.total_cost(index).0,
            begin: more.begins[index],
            end: more.ends[index],
            institution,
            disease: more.diseases.text(index).map(|code| self.diseases.number(code)),
            area: rows.area(index),
            place: at.place,
            in_doubt: false,
        }
    }
}

impl More {
    fn at(&self, group: &Group<'_>, (index, within): (usize, usize), care: Option<Care>) -> At {
        let key = |id: &str| SettlementKey::of(id.as_bytes());
        At {
            index,
            number: group.number(within),
            place: place_of(group, within),
            id: self.ids.text(index).map(key),
            reverses: self.reversed.text(index).map(key),
            care,
        }
    }

    fn visit(&self, index: usize) -> Option<SettlementKey> {
        self.visits.text(index).map(|id| SettlementKey::of(id.as_bytes()))
    }
}

/// Where a row of a group was delivered.
pub(super) fn place_of(group: &Group<'_>, within: usize) -> RowPlace {
    let row = group.before + within as u64 + 1;
    RowPlace { file: group.extract.number, row: u32::try_from(row).unwrap_or(u32::MAX) }
}

/// The rows of a group that are or may be of a stay, and the reversals.
fn chosen(group: &Group<'_>, care_of: &impl Fn(&str) -> Option<Care>) -> Result<Vec<usize>, Fault> {
    pass::chosen(group, &["med_type", "init_setl_id"], |batch| {
        let (kinds, reversed) = (batch.texts("med_type"), batch.texts("init_setl_id"));
        let may_be = |row: &usize| {
            let care = kinds.code(*row).and_then(|code| care_of(&code));
            care.is_none_or(|care| care == Care::InPatient) || reversed.text(*row).is_some()
        };
        (0..batch.rows()).filter(may_be).collect()
    })
}
