//! Rows of the register (身份信息) as whoever reads them needs them: whose, from when until when, where, as what.

use super::columns::{ABSENT, Days, Texts};
use super::{Batch, Certificates, certificates};
use crate::model::{AreaCode, Category, PersonId, Reason};

/// What every reader of the register asks for.
pub(super) const COLUMNS: [&str; 8] =
    ["psn_cert_type", "certno", "psn_name", "psn_idet_type", "insu_admdvs", "begndate", "enddate", "town_code"];

/// A batch's identities.
pub(super) struct Identities {
    people: Certificates,
    pub(super) names: Texts,
    pub(super) towns: Texts,
    codes: Texts,
    areas: Texts,
    begins: Days,
    ends: Ends,
}

/// One identity that can be used: whose it is, the day on which it begins, and the first day on which it no longer
/// holds, `i64::MAX` when it is open.
pub(super) struct Span {
    pub(super) person: PersonId,
    pub(super) begin: i64,
    pub(super) end: i64,
}

impl Identities {
    /// Those of a batch that was read with [`COLUMNS`].
    pub(super) fn of(batch: &Batch<'_>) -> Identities {
        Identities {
            people: certificates(batch),
            names: batch.texts("psn_name"),
            towns: batch.texts("town_code"),
            codes: batch.texts("psn_idet_type"),
            areas: batch.texts("insu_admdvs"),
            begins: batch.days("begndate"),
            ends: Ends::of(batch, "enddate"),
        }
    }

    /// Whose a row is, whether it can be used or not.
    pub(super) fn whose(&self, row: usize) -> Option<PersonId> {
        self.people.get(row)
    }

    /// Whose a row is and when it holds, or why it cannot be used.
    pub(super) fn span(&self, row: usize) -> Result<Span, Reason> {
        let person = self.people.get(row).ok_or(Reason::BadCertno)?;
        let end = self.ends.get(row).ok_or(Reason::BadDate)?;
        match self.begins[row] {
            ABSENT => Err(Reason::BadDate),
            begin => Ok(Span { person, begin, end }),
        }
    }

    /// The area of a row, where it gives a well-formed one.
    pub(super) fn area(&self, row: usize) -> Option<AreaCode> {
        area_of(&self.areas, row)
    }

    /// The category of a row's local code, or the code; blank where there is none.
    pub(super) fn category(
        &self,
        row: usize,
        category_of: &impl Fn(&str) -> Option<Category>,
    ) -> Result<Category, String> {
        let code = self.codes.code(row).unwrap_or_default();
        category_of(&code).ok_or_else(|| code.into_owned())
    }
}

/// The ends of spells: open where nothing is written, unreadable where something is that is no day.
pub(super) struct Ends {
    days: Days,
    texts: Texts,
}

impl Ends {
    /// Those in the column called `name`.
    pub(super) fn of(batch: &Batch<'_>, name: &str) -> Ends {
        Ends { days: batch.days(name), texts: batch.texts(name) }
    }

    /// The first day on which the spell no longer holds, `i64::MAX` when it is open; `None` when unreadable.
    pub(super) fn get(&self, row: usize) -> Option<i64> {
        match self.days[row] {
            ABSENT if self.texts.text(row).is_some() => None,
            ABSENT => Some(i64::MAX),
            end => Some(end),
        }
    }
}

/// The area of a row, where it gives a well-formed one.
pub(crate) fn area_of(areas: &Texts, row: usize) -> Option<AreaCode> {
    match areas {
        Texts::Number(values) => AreaCode::new(u32::try_from(values[row]?).ok()?),
        _ => AreaCode::from_text(areas.bytes(row)),
    }
}
