//! `answers.parquet`: the usable lines of one reply, written once and read by every night after it.

use ::parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use ::parquet::file::reader::ChunkReader;
use arrow_array::{Array, Date32Array, Int64Array, RecordBatch, StringArray};

use super::parquet;
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
    let mut replies = Vec::new();
    for batch in ParquetRecordBatchReaderBuilder::try_new(file).ok()?.build().ok()? {
        replies.extend(rows(&batch.ok()?)?);
    }
    Some(replies)
}

fn rows(batch: &RecordBatch) -> Option<Vec<Reply>> {
    let text = |name| batch.column_by_name(name)?.as_any().downcast_ref::<StringArray>();
    let day = |name| batch.column_by_name(name)?.as_any().downcast_ref::<Date32Array>();
    let (warning, outcome, on, remark) = (text("warning_id")?, text("outcome")?, day("on")?, text("remark")?);
    let (quiet_until, office, sheet) = (day("quiet_until")?, text("office")?, text("sheet")?);
    let number = batch.column_by_name("row")?.as_any().downcast_ref::<Int64Array>()?;
    let may = |texts: &StringArray, row: usize| texts.is_valid(row).then(|| texts.value(row).to_owned());
    let reply = |row: usize| {
        let name = outcome.value(row);
        Some(Reply {
            number: WarningId::from_text(warning.value(row))?,
            answer: Answer::first(
                Outcome::ALL.into_iter().find(|outcome| outcome.name() == name)?,
                on.value_as_date(row)?,
                office.value(row).to_owned(),
                quiet_until.is_valid(row).then(|| quiet_until.value_as_date(row)).flatten(),
                may(remark, row),
            ),
            place: ReplyPlace { sheet: may(sheet, row), row: u32::try_from(number.value(row)).ok()? },
        })
    };
    (0..batch.num_rows()).map(reply).collect()
}
