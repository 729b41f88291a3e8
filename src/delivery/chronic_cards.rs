//! Chronic-disease cards (慢病卡), of everybody: a month's new cards are reviewed whoever holds them, and those of a
//! roster's people are held against the public-health register.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use chrono::NaiveDate;

use super::columns::{ABSENT, Names};
use super::identities::Ends;
use super::unknown::add_unknown;
use super::{Account, Batch, Delivery, Extract, Roster, UnknownCodes, certificates, epoch_day, narrow};
use crate::error::Error;
use crate::model::{ChronicDisease, Figures, PersonId, Reason, Reject};

/// One card, known by its id.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChronicCard {
    /// The card's number (慢病卡编号).
    pub id: Box<str>,
    /// Whose.
    pub person: PersonId,
    /// The same, by number in the roster; `None` for whoever is not in it.
    pub number: Option<u32>,
    /// The local code of the disease, as sent; `None` where the row has none.
    pub code: Option<Arc<str>>,
    /// The disease: [`Other`](ChronicDisease::Other) for a code that the mapping does not list, `None` without a code.
    pub disease: Option<ChronicDisease>,
    /// When it was issued (办理日期), as days since 1970.
    pub issued_on: i32,
    /// The first day on which it holds.
    pub begin: i32,
    /// The first day on which it no longer holds; [`OPEN`](super::OPEN) when none is known.
    pub end: i32,
    /// By whom it was issued, where the row says.
    pub institution: Option<Arc<str>>,
}

impl ChronicCard {
    /// Whether it is in force on a day.
    pub fn holds_on(&self, day: i32) -> bool {
        self.begin <= day && day < self.end
    }
}

/// Every card issued until the day looked at.
#[derive(Debug, Default)]
pub struct ChronicCards {
    /// Sorted by id; none stands there twice.
    pub cards: Vec<ChronicCard>,
    /// Who of the roster has a row that could not be used, or a card under the number of somebody else's, by number:
    /// what they lack may have stood there.
    pub unusable: BTreeSet<u32>,
    /// Codes of diseases that the mapping does not list, with the number of cards that bear each; cards without any
    /// under the empty code.
    pub unlisted: UnknownCodes,
    /// What was read and set aside.
    pub account: Account,
}

const COLUMNS: [&str; 8] =
    ["card_id", "psn_cert_type", "certno", "opsp_dise_code", "issued_on", "begndate", "enddate", "fixmedins_code"];

impl Delivery {
    /// Reads the cards issued until `as_of`, numbers those of the people in `roster`, and turns local codes into
    /// diseases. Of those with one `card_id` the later file's counts, then the later row; another is a duplicate when
    /// it says the same, a correction when not. `None` when the table was not delivered, or without a row.
    ///
    /// # Errors
    /// A file that cannot be read to its end.
    pub fn chronic_cards(
        &self,
        roster: &Roster,
        as_of: NaiveDate,
        disease_of: impl Fn(&str) -> Option<ChronicDisease> + Sync,
    ) -> Result<Option<ChronicCards>, Error> {
        if !self.holds_rows_of("chronic_cards") {
            return Ok(None);
        }
        let take = |part: &mut Part, extract: &Extract, batch: &Batch<'_>| part.take(extract, batch, roster);
        let mut found = ChronicCards::default();
        let mut rows = Vec::new();
        for part in self.read_table("chronic_cards", &COLUMNS, take)? {
            rows.extend(part.rows);
            found.unusable.extend(part.unusable);
            found.account.append(part.account);
        }
        found.settle(rows, epoch_day(as_of));
        found.name_diseases(disease_of);
        found.account.rejects.sort_unstable();
        Ok(Some(found))
    }
}

impl ChronicCards {
    /// Leaves out what is not known yet, then supersedes: a card renewed under its number holds until it is.
    fn settle(&mut self, rows: Vec<Row>, as_of: i32) {
        let known = rows.iter().enumerate().filter(|(_, (card, ..))| card.issued_on <= as_of);
        let newest: HashMap<&str, usize> = known.map(|(index, (card, ..))| (&*card.id, index)).collect();
        let stands: Vec<usize> = rows
            .iter()
            .enumerate()
            .map(|(index, (card, ..))| newest.get(&*card.id).copied().unwrap_or(index))
            .collect();
        for (index, (card, file, row)) in rows.iter().enumerate() {
            let reason = match &rows[stands[index]] {
                _ if card.issued_on > as_of => Some(Reason::OutOfWindow),
                (newest, ..) if stands[index] != index && newest == card => Some(Reason::Duplicate),
                (newest, ..) if stands[index] != index => {
                    // Two people under one number: one of the two rows may have it wrong, and nobody knows which.
                    if card.person != newest.person {
                        self.unusable.extend(card.number.into_iter().chain(newest.number));
                    }
                    Some(Reason::Correction)
                }
                _ => None,
            };
            match reason {
                Some(reason) => {
                    self.account.set_aside(Reject { file: *file, row: *row, reason, figures: Figures::default() });
                }
                None => self.account.count(0),
            }
        }
        let kept =
            |(index, (card, ..)): (usize, Row)| (stands[index] == index && card.issued_on <= as_of).then_some(card);
        self.cards = rows.into_iter().enumerate().filter_map(kept).collect();
        self.cards.sort_unstable_by(|a, b| a.id.cmp(&b.id));
    }

    fn name_diseases(&mut self, disease_of: impl Fn(&str) -> Option<ChronicDisease>) {
        let mut unlisted = UnknownCodes::new();
        for card in &mut self.cards {
            let listed = card.code.as_deref().and_then(&disease_of);
            if listed.is_none() {
                *unlisted.entry(card.code.as_deref().unwrap_or_default().to_owned()).or_default() += 1;
            }
            card.disease = listed.or(card.code.as_ref().map(|_| ChronicDisease::Other));
        }
        add_unknown(&mut self.unlisted, unlisted);
    }
}

/// A card, its file and its row, so that of one id the last sent stays.
type Row = (ChronicCard, u32, u32);

#[derive(Default)]
struct Part {
    rows: Vec<Row>,
    unusable: BTreeSet<u32>,
    account: Account,
    /// Institutions and codes.
    names: Names,
}

impl Part {
    fn take(&mut self, extract: &Extract, batch: &Batch<'_>, roster: &Roster) {
        let people = certificates(batch).all(batch.rows());
        let numbers = roster.numbers(&people);
        let [ids, codes, institutions] = ["card_id", "opsp_dise_code", "fixmedins_code"].map(|name| batch.texts(name));
        let (issued, begins, ends) = (batch.days("issued_on"), batch.days("begndate"), Ends::of(batch, "enddate"));
        self.account.read_rows(batch.rows());
        for (index, (person, number)) in people.into_iter().zip(numbers).enumerate() {
            let Reject { file, row, .. } =
                Reject::of(extract, batch.first_row, index, Reason::Duplicate, Figures::default());
            let dated = [issued[index], begins[index]].iter().all(|day| *day != ABSENT);
            let reason = match (person, ids.text(index), ends.get(index)) {
                (None, ..) => Reason::BadCertno,
                (_, None, _) => Reason::NoCardId,
                (Some(person), Some(id), Some(end)) if dated => {
                    let card = ChronicCard {
                        id: id.into(),
                        person,
                        number,
                        code: codes.code(index).map(|code| self.names.shared(&code)),
                        disease: None,
                        issued_on: narrow(issued[index]),
                        begin: narrow(begins[index]),
                        end: narrow(end),
                        institution: institutions.text(index).map(|code| self.names.shared(code)),
                    };
                    self.rows.push((card, file, row));
                    continue;
                }
                _ => Reason::BadDate,
            };
            self.unusable.extend(number);
            self.account.set_aside(Reject { file, row, reason, figures: Figures::default() });
        }
    }
}
