//! Whether the nights of a folder are still those that were published, each resting on the one before it. Reads only.
//!
//! Each manifest hashes its night's files and names its predecessor's manifest by SHA-256, so that the last manifest
//! vouches for everything before it, the replies that offices gave included. For the last one itself nobody vouches:
//! its hash is given back, to be kept elsewhere.

use std::path::{Path, PathBuf};

use chrono::NaiveDate;
use rayon::prelude::*;

use super::head::Head;
use super::named::{MANIFEST, Predecessor};
use super::opening::nights;
use super::replies::replies_hold;
use super::sha256::sha256_of_file;
use super::verify::outputs_differ;
use crate::error::Error;
use crate::model::Fault;

/// What was looked at and what was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chain {
    /// Everything that is wrong, night by night.
    pub faults: Vec<Fault>,
    /// The days of the nights, in order.
    pub nights: Vec<NaiveDate>,
    /// How many files their manifests name.
    pub outputs: usize,
    /// SHA-256 of the last night's manifest; empty when it cannot be used.
    pub last: String,
}

/// One night as it was found; what is not known of it is at fault.
struct Link {
    day: NaiveDate,
    place: PathBuf,
    sha256: Option<String>,
    manifest: Option<Head>,
    faults: Vec<Fault>,
}

/// Holds every night of the folder `published` to its manifest, and every manifest to its predecessor's. Nights that
/// were replaced and kept aside are no part of the chain.
///
/// # Errors
/// When a file that is there cannot be read, and when there is no night.
pub fn chain(published: &Path) -> Result<Chain, Error> {
    let found = nights(published)?;
    if found.is_empty() {
        let message = "no night is published there; name the folder that holds the nights";
        return Err(Fault::missing(published.display().to_string(), message).into());
    }
    let links: Vec<Result<Link, Error>> = found.into_par_iter().map(|(day, place)| Link::read(day, place)).collect();
    let mut links = links.into_iter().collect::<Result<Vec<Link>, Error>>()?;
    for at in 0..links.len() {
        let (before, link) = links.split_at(at);
        let wrong = link[0].follows(before);
        links[at].faults.extend(wrong);
    }
    if let Some(last) = links.last_mut() {
        last.faults.extend(replies_changed(published, last)?);
    }
    Ok(Chain {
        nights: links.iter().map(|link| link.day).collect(),
        outputs: links.iter().filter_map(|link| Some(link.manifest.as_ref()?.outputs.len())).sum(),
        last: links.last().and_then(|link| link.sha256.clone()).unwrap_or_default(),
        faults: links.into_iter().flat_map(|link| link.faults).collect(),
    })
}

/// What is wrong with the replies that the nights were made from: the last night has used all that any before it has.
fn replies_changed(published: &Path, last: &Link) -> Result<Vec<Fault>, Error> {
    let Some((head, next)) = last.manifest.as_ref().zip(last.day.succ_opt()) else { return Ok(Vec::new()) };
    match replies_hold(published, next, &head.kind) {
        Err(Error::Refused(faults)) => Ok(faults),
        Err(error) => Err(error),
        Ok(()) => Ok(Vec::new()),
    }
}

impl Link {
    fn read(day: NaiveDate, place: PathBuf) -> Result<Link, Error> {
        let path = place.join(MANIFEST);
        let manifest = match Head::read(&path) {
            Ok(manifest) => manifest,
            Err(Error::Refused(faults)) => return Ok(Link { day, place, sha256: None, manifest: None, faults }),
            Err(error) => return Err(error),
        };
        let (sha256, _) = sha256_of_file(&path).map_err(|cause| Error::read(&path, cause))?;
        let differences = outputs_differ(&place, &manifest)?.into_iter();
        let mut faults: Vec<Fault> =
            differences.map(|of| Fault::data(of.place.display().to_string(), of.message)).collect();
        if manifest.as_of != day {
            faults.push(Fault::data(path.display().to_string(), format!("is that of the night of {}", manifest.as_of)));
        }
        Ok(Link { day, place, sha256: Some(sha256), manifest: Some(manifest), faults })
    }

    /// What is wrong with the night's place after those `before` it.
    fn follows(&self, before: &[Link]) -> Option<Fault> {
        let place = self.place.join(MANIFEST).display().to_string();
        let predecessor = self.manifest.as_ref()?.predecessor.as_ref();
        let (Some(Predecessor { night, sha256 }), last) = (predecessor, before.last()) else {
            let stands = before.last()?.day;
            return Some(Fault::data(place, format!("names no night before it, but that of {stands} stands there")));
        };
        match last {
            Some(last) if last.day == *night => {
                let found = last.sha256.as_ref().filter(|found| *found != sha256)?;
                let place = last.place.join(MANIFEST).display().to_string();
                Some(Fault::data(
                    place,
                    format!("has SHA-256 {found}, but the night of {} rests on {sha256}", self.day),
                ))
            }
            Some(last) if before.iter().any(|link| link.day == *night) => {
                let message = format!("rests on the night of {night}, but that of {} stands between", last.day);
                Some(Fault::data(place, message))
            }
            _ => Some(Fault::missing(place, format!("rests on the night of {night}, which is not there"))),
        }
    }
}
