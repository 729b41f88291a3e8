//! A night of which a Spark cluster does the heavy part.

use super::found::Found;
use crate::error::Error;
use crate::job::{Job, Spark};
use crate::model::{Fault, Warning};
use crate::policy::{Codes, InForce};

/// Refuses the night: this program was built without what talks to a cluster.
#[cfg(not(feature = "spark"))]
pub(super) fn there(
    (job, spark): (&Job, &Spark),
    _policy: &InForce,
    _codes: &Codes,
    _opening: &[Warning],
) -> Result<Found, Error> {
    let message = "[engine] is of kind \"spark\", but this program was built without it; build it with `cargo build \
                   --release --features spark` (Debian: protobuf-compiler, libprotobuf-dev)";
    Err(Fault::config(format!("{} line {}", job.path.display(), spark.line), message).into())
}
