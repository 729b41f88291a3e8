//! Which files belong to a table: every `*.parquet` below its folder, at any depth.

use std::fs;
use std::path::{Path, PathBuf};

use crate::contract::Table;
use crate::model::Fault;

/// A file of a table, not opened yet.
#[derive(Debug)]
pub(crate) struct Found {
    pub(crate) table: &'static Table,
    /// The path below the table's folder, with `/` between its parts: what files are ordered by, byte by byte.
    pub(crate) name: String,
    pub(crate) path: PathBuf,
}

/// The files of `table` below `root`, in order. A table that is not `needed` may be absent as a whole.
///
/// # Errors
/// A needed table that is absent, a table without a file, and a folder that cannot be listed.
pub(crate) fn files(root: &Path, table: &'static Table, needed: bool) -> Result<Vec<Found>, Fault> {
    let folder = root.join(&table.table);
    if !folder.is_dir() {
        if !needed {
            return Ok(Vec::new());
        }
        let message = format!(
            "no such folder; the delivery needs `{}` ({}), one *.parquet file at least",
            table.table, table.title
        );
        return Err(Fault::missing(folder.display().to_string(), message));
    }
    let mut found = Vec::new();
    collect(&folder, "", table, &mut found)?;
    if found.is_empty() {
        let mend =
            if needed { "deliver it" } else { "deliver it, or remove the folder if there is nothing to deliver" };
        return Err(Fault::missing(folder.display().to_string(), format!("no *.parquet file below it; {mend}")));
    }
    found.sort_by(|a, b| a.name.as_bytes().cmp(b.name.as_bytes()));
    Ok(found)
}

fn collect(folder: &Path, below: &str, table: &'static Table, found: &mut Vec<Found>) -> Result<(), Fault> {
    let unreadable =
        |cause: std::io::Error| Fault::data(folder.display().to_string(), format!("cannot be listed: {cause}"));
    for entry in fs::read_dir(folder).map_err(unreadable)? {
        let path = entry.map_err(unreadable)?.path();
        let Some(last) = path.file_name().and_then(|last| last.to_str()) else {
            let message = "a file's name here is not UTF-8; rename it";
            return Err(Fault::data(folder.display().to_string(), message));
        };
        let name = if below.is_empty() { last.to_owned() } else { format!("{below}/{last}") };
        if path.is_dir() {
            collect(&path, &name, table, found)?;
        } else if last.ends_with(".parquet") && !last.starts_with(['.', '_']) {
            found.push(Found { table, name, path });
        }
    }
    Ok(())
}
