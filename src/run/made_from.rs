//! What a night's manifest says of all that the night was made from: extracts, files that people wrote, and options.

use std::path::Path;

use rust_decimal::Decimal;

use crate::delivery::{ContentHash, Delivery, Extract};
use crate::error::Error;
use crate::job::Job;
use crate::policy::{Codes, Policy, Workdays};
use crate::publish::{
    self, HashedFile, InputFile, MadeFrom, Options, Outputs, Predecessor, Tolerance, UsedReply, WatchOptions,
};

/// Table and path of each extract: what rejects and evidence count.
pub(super) fn files(delivery: &Delivery) -> Vec<(&'static str, String)> {
    delivery.extracts.iter().map(|extract| (extract.table.table.as_str(), extract.name.clone())).collect()
}

/// All that a night of the job was made from: its policy, mapping and file of holidays, the extracts with their hashes,
/// the night before it, and the replies that it uses.
pub(super) fn made_from(
    job: &Job,
    (policy, codes, workdays): (&Policy, &Codes, Option<&Workdays>),
    inputs: Vec<InputFile>,
    predecessor: Option<Predecessor>,
    replies: Vec<UsedReply>,
) -> Result<MadeFrom, Error> {
    let (job_sha256, _) = publish::sha256_of_file(&job.path).map_err(|cause| Error::read(&job.path, cause))?;
    let hashed = |path: &Path, sha256: &String| HashedFile { file: path.display().to_string(), sha256: sha256.clone() };
    Ok(MadeFrom {
        kind: job.kind.name(),
        job: hashed(&job.path, &job_sha256),
        policy: hashed(&job.policy, &policy.sha256),
        codes: hashed(&job.codes, &codes.sha256),
        holidays: workdays.map(|days| hashed(&days.path, &days.sha256)),
        predecessor,
        delivery: job.delivery.display().to_string(),
        inputs,
        replies,
    })
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
