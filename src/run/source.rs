//! What a cluster reads of a night: a delivery whose footers are read here, or one that the cluster alone reaches: then
//! it lists the files, names their columns and hashes them.

use super::made_from::{files, input_files};
use super::plan::uri_of;
use crate::cluster::{Cluster, Left, Listed, Staging};
use crate::contract::{self, Kind};
use crate::delivery::{self, Delivery, NIGHTLY};
use crate::error::Error;
use crate::job::{Job, is_elsewhere};
use crate::model::Fault;
use crate::publish::InputFile;
use crate::spark::{Delivered, DeliveredFile, DeliveredTable};

/// What a night is made from.
pub(super) struct Source {
    /// As a plan has to know it.
    pub(super) delivered: Delivered,
    /// Table and path of each file.
    pub(super) files: Vec<(&'static str, String)>,
    place: Place,
}

enum Place {
    /// Within reach of this program.
    Here(Delivery),
    /// Within that of the cluster alone: what it said of each file.
    There(Vec<Listed>),
}

impl Source {
    /// The files of the job's delivery; those within reach are held to the contract.
    ///
    /// # Errors
    /// A delivery that cannot be used.
    pub(super) fn of(
        cluster: &mut Cluster,
        staging: &Staging,
        job: &Job,
        also_needed: &[(&'static str, &'static str)],
    ) -> Result<Source, Error> {
        let root = uri_of(&job.delivery)?;
        if is_elsewhere(&job.delivery) {
            return there(cluster, staging, root.trim_end_matches('/'));
        }
        let delivery = delivery::open(&job.delivery, &NIGHTLY, also_needed)?;
        let delivered = Delivered::local(&delivery, &root, &NIGHTLY);
        Ok(Source { delivered, files: files(&delivery), place: Place::Here(delivery) })
    }

    /// The files as the manifest names them, when all of them have been read.
    ///
    /// # Errors
    /// A delivery that changed while it was read.
    pub(super) fn inputs(&self, cluster: &mut Cluster, staging: &Staging) -> Result<Vec<InputFile>, Error> {
        match &self.place {
            Place::Here(delivery) => {
                let hashes = delivery.content_hashes()?;
                delivery.still_the_same()?;
                Ok(input_files(delivery, &hashes))
            }
            Place::There(listed) => self.inputs_there(cluster, staging, listed),
        }
    }

    fn inputs_there(
        &self,
        cluster: &mut Cluster,
        staging: &Staging,
        listed: &[Listed],
    ) -> Result<Vec<InputFile>, Error> {
        let of = |table: &&str| {
            format!("SELECT '{table}' AS table_name, file, COUNT(*) AS rows FROM {table}_delivered GROUP BY file")
        };
        let each: Vec<String> = self.delivered.tables.keys().map(of).collect();
        cluster.run("rows_read", &staging.written("rows_read", &each.join(" UNION ALL ")))?;
        let rows = Left::of(staging, &self.files).rows_read("rows_read")?;
        let input = |((table, file), listed): (&(&'static str, String), &Listed)| InputFile {
            table: (*table).to_owned(),
            file: file.clone(),
            bytes: listed.bytes,
            rows: rows.get(&((*table).to_owned(), file.clone())).copied().unwrap_or_default(),
            blake3: format!("sha256:{}", listed.sha256),
        };
        Ok(self.files.iter().zip(listed).map(input).collect())
    }
}

/// A delivery at `root` that the cluster alone reaches.
fn there(cluster: &mut Cluster, staging: &Staging, root: &str) -> Result<Source, Error> {
    let mut source = Source { delivered: Delivered::default(), files: Vec::new(), place: Place::There(Vec::new()) };
    let (mut all, mut faults) = (Vec::new(), Vec::new());
    for name in NIGHTLY {
        let folder = format!("{root}/{name}");
        let mut found = listed(cluster, staging, name, &folder)?;
        // As this program orders the files that it lists itself: by their paths, byte by byte.
        found.sort_by(|(a, _), (b, _)| a.as_bytes().cmp(b.as_bytes()));
        if found.is_empty() && contract::table(name).needed {
            let message =
                "the cluster finds no *.parquet file there; deliver the table, or see that the cluster reaches it";
            faults.push(Fault::missing(&folder, message));
        }
        let mut files = Vec::new();
        let times = times(name);
        for (file, listed) in found {
            let columns = cluster.columns(&format!("{name}/{file}"), &listed.path, &times)?;
            files.push(DeliveredFile { name: file.clone(), columns });
            source.files.push((name, file));
            all.push(listed);
        }
        if !files.is_empty() {
            source.delivered.tables.insert(name, DeliveredTable { root: folder, files });
        }
    }
    source.place = Place::There(all);
    if faults.is_empty() { Ok(source) } else { Err(Error::Refused(faults)) }
}

/// Every name of the table's columns that hold a time or a day.
fn times(table: &str) -> Vec<&'static str> {
    let columns = contract::table(table).columns.iter().filter(|column| matches!(column.kind, Kind::Time | Kind::Day));
    columns.flat_map(|column| [&column.name].into_iter().chain(&column.also)).map(String::as_str).collect()
}

/// Every file of a table, with its path below the table's folder; none where there is no folder.
fn listed(cluster: &mut Cluster, staging: &Staging, table: &str, folder: &str) -> Result<Vec<(String, Listed)>, Error> {
    let left = format!("listed/{table}");
    let list = format!(
        "SELECT path, length AS bytes, sha2(content, 256) AS sha256 FROM binaryFile.`{folder}` WITH \
         ('recursiveFileLookup' = 'true', 'pathGlobFilter' = '*.parquet')"
    );
    if !cluster.run_if_there(table, &staging.written(&left, &list))? {
        return Ok(Vec::new());
    }
    // The cluster may call the host otherwise than the job does.
    let path = folder.split_once("://").and_then(|(_, rest)| rest.find('/').map(|at| &rest[at..])).unwrap_or(folder);
    let below = |listed: Listed| {
        let file = listed.path.split_once(&format!("{path}/")).map(|(_, file)| file.to_owned());
        let file = file.ok_or_else(|| Error::Internal(format!("{table}: a file that is not in its folder")))?;
        Ok((file, listed))
    };
    Left::of(staging, &[]).listed(&left)?.into_iter().map(below).collect()
}
