//! What a night's manifest says of all that the night was made from: extracts, files that people wrote, and options.

use std::path::Path;

use rust_decimal::Decimal;

use crate::delivery::{ContentHash, Delivery, Extract};
use crate::error::Error;
use crate::job::Job;
use crate::policy::Workdays;
use crate::publish::{self, HashedFile, InputFile, Options, Outputs, Tolerance, WatchOptions};

/// Table and path of each extract: what rejects and evidence count.
pub(super) fn files(delivery: &Delivery) -> Vec<(&'static str, String)> {
    delivery.extracts.iter().map(|extract| (extract.table.table.as_str(), extract.name.clone())).collect()
}

/// Each extract as it was read.
pub(super) fn input_files(delivery: &Delivery, hashes: &[ContentHash]) -> Vec<InputFile> {
    let input = |(extract, hash): (&Extract, &ContentHash)| InputFile {
        table: extract.table.table.clone(),
        file: extract.name.clone(),
        bytes: hash.bytes,
        rows: extract.rows,
        blake3: hash.blake3.clone(),
    };
    delivery.extracts.iter().zip(hashes).map(input).collect()
}

/// A file that a person wrote, with its hash.
pub(super) fn hashed(path: &Path) -> Result<HashedFile, Error> {
    let (sha256, _) = publish::sha256_of_file(path).map_err(|cause| Error::read(path, cause))?;
    Ok(HashedFile { file: path.display().to_string(), sha256 })
}

/// The file of holidays.
pub(super) fn holidays(days: &Workdays) -> HashedFile {
    HashedFile { file: days.path.display().to_string(), sha256: days.sha256.clone() }
}

/// How much the job bears.
pub(super) fn tolerance(job: &Job) -> Tolerance {
    Tolerance { reject_percent: job.tolerance.reject_percent.to_string(), unknown_codes: job.tolerance.unknown_codes }
}

/// What of the job shaped the result.
pub(super) fn options(job: &Job) -> Options {
    Options {
        outputs: Outputs { evidence: job.outputs.evidence, burden: job.outputs.burden },
        tolerance: tolerance(job),
        bands: job.bands.iter().map(Decimal::to_string).collect(),
        watch: job.watches().map(|watch| WatchOptions { share: watch.share.to_string(), pace: watch.pace }),
    }
}
