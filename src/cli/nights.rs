//! Where the nights stand that a job of kind report reads, as typed.

use std::path::PathBuf;

use chrono::NaiveDate;
use clap::Args;

use crate::error::Error;
use crate::job::Job;

/// For a job of kind report: where other jobs' nights stand.
#[derive(Debug, Args)]
pub(super) struct NightsRead {
    /// For a job of kind report: the folder of the nights of one kind, in place of the job's. May be given for each
    #[arg(long, value_name = "KIND=DIR", value_parser = kind_and_folder)]
    nights: Vec<(String, PathBuf)>,
}

fn kind_and_folder(text: &str) -> Result<(String, PathBuf), String> {
    let parts = text.split_once('=').filter(|(kind, folder)| !kind.is_empty() && !folder.is_empty());
    let (kind, folder) = parts.ok_or("expected a kind of job and its folder, such as nightly=published")?;
    Ok((kind.to_owned(), PathBuf::from(folder)))
}

impl NightsRead {
    /// The job with these folders in place of its own.
    pub(super) fn in_place(&self, mut job: Job) -> Result<Job, Error> {
        for (kind, nights) in &self.nights {
            let own = job.report.folders.iter_mut().find(|folder| folder.kind.name() == kind);
            let Some(folder) = own else {
                let path = job.path.display();
                return Err(Error::Arguments(format!("--nights {kind}: {path} names no [[folder]] of that kind")));
            };
            folder.nights = nights.clone();
        }
        Ok(job)
    }
}

/// The first day of a month as it was typed: 2025-11.
pub(super) fn month(text: &str) -> Result<NaiveDate, String> {
    let day = format!("{text}-01").parse::<NaiveDate>().ok();
    day.filter(|day| day.format("%Y-%m").to_string() == text)
        .ok_or_else(|| "expected a month, such as 2025-11".to_owned())
}
