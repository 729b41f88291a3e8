//! `answers.parquet`: the usable lines of one reply, written once and read by every night after it.

use ::parquet::file::reader::ChunkReader;

use super::parquet;
use super::rows::{Read, Rows, rows_in};
use crate::contract;
use crate::error::Error;
use crate::model::{Answer, Outcome, Reply, ReplyPlace, WarningId};

/// Writes the table. Gives back how many rows.
pub(super) fn write(out: &mut Vec<u8>, replies: &[Reply]) -> Result<u64, Error> {
    let mut rows: Vec<&Reply> = replies.iter().collect();
    rows.sort_by(|a, b| a.number.cmp(&b.number));
    parquet::write(out, contract::table("answers"), &rows, |columns, rows| {
        let of = || rows.iter().copied();
        columns
            .text("warning_id", of().map(|row| Some(row.number.to_string())))?
            .text("outcome", of().map(|row| Some(row.answer.outcome.name())))?
            .day("on", of().map(|row| Some(row.answer.on)))?
            .text("remark", of().map(|row| row.answer.remark.as_deref()))?
            .day("quiet_until", of().map(|row| row.answer.quiet_until))?
            .text("office", of().map(|row| Some(&row.answer.office)))?
            .text("sheet", of().map(|row| row.place.sheet.as_deref()))?
            .integer("row", of().map(|row| Some(row.place.row.into())))?;
        Ok(())
    })
}

/// The rows of the table; `None` when it is not as [`write()`] writes it.
pub(super) fn read(file: impl ChunkReader + 'static) -> Option<Vec<Reply>> {
    rows_in(file, "answers", reply).ok()
}

fn reply(rows: &Rows<'_>, row: usize) -> Read<Reply> {
    let text = |name| rows.text(name, row);
    Ok(Reply {
        number: WarningId::from_text(rows.needed("warning_id", text("warning_id"))?).ok_or("warning_id")?,
        answer: Answer::first(
            rows.needed("outcome", rows.named("outcome", row, &Outcome::ALL, Outcome::name))?,
            rows.needed("on", rows.day("on", row))?,
            rows.needed("office", text("office"))?.to_owned(),
            rows.day("quiet_until", row)?,
            text("remark")?.map(str::to_owned),
        ),
        place: ReplyPlace {
            sheet: text("sheet")?.map(str::to_owned),
            row: rows.needed("row", rows.whole("row", row))?,
        },
    })
}
