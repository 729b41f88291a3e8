//! `handlings.parquet`: the usable lines of one returned list of problems, written once and read by every night after
//! it.

use ::parquet::file::reader::ChunkReader;

use super::parquet;
use super::rows::{Read, Rows, rows_in};
use crate::contract;
use crate::error::Error;
use crate::model::{Handled, Handling, ProblemId, ProblemReply, ReplyPlace};

/// Writes the table. Gives back how many rows.
pub(super) fn write(out: &mut Vec<u8>, replies: &[ProblemReply]) -> Result<u64, Error> {
    let mut rows: Vec<&ProblemReply> = replies.iter().collect();
    rows.sort_by(|a, b| a.number.cmp(&b.number));
    parquet::write(out, contract::table("handlings"), &rows, |columns, rows| {
        let of = || rows.iter().copied();
        columns
            .text("problem_id", of().map(|row| Some(row.number.to_string())))?
            .text("handling", of().map(|row| Some(row.answer.handling.name())))?
            .day("on", of().map(|row| Some(row.answer.on)))?
            .text("remark", of().map(|row| row.answer.remark.as_deref()))?
            .day("until", of().map(|row| row.answer.until))?
            .text("sheet", of().map(|row| row.place.sheet.as_deref()))?
            .integer("row", of().map(|row| Some(row.place.row.into())))?;
        Ok(())
    })
}

/// The rows of the table; `None` when it is not as [`write()`] writes it.
pub(super) fn read(file: impl ChunkReader + 'static) -> Option<Vec<ProblemReply>> {
    rows_in(file, "handlings", reply).ok()
}

fn reply(rows: &Rows<'_>, row: usize) -> Read<ProblemReply> {
    let number = rows.needed("problem_id", rows.text("problem_id", row))?;
    Ok(ProblemReply {
        number: ProblemId::from_text(number).ok_or("problem_id")?,
        answer: Handled {
            handling: rows.needed("handling", rows.named("handling", row, &Handling::ALL, Handling::name))?,
            on: rows.needed("on", rows.day("on", row))?,
            remark: rows.text("remark", row)?.map(str::to_owned),
            until: rows.day("until", row)?,
        },
        place: ReplyPlace {
            sheet: rows.text("sheet", row)?.map(str::to_owned),
            row: rows.needed("row", rows.whole("row", row))?,
        },
    })
}
