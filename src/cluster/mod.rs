//! A Spark cluster at work on a night: a session with it, the folder where it leaves what it found, and that read back
//! as the values that the rest of the night is made from. It knows nothing of what the statements say.

#[cfg(not(feature = "spark"))]
mod absent;
mod left;
#[cfg(feature = "spark")]
mod refusal;
#[cfg(feature = "spark")]
mod session;
mod staging;

#[cfg(not(feature = "spark"))]
pub use absent::Cluster;
pub use left::{Counts, Flagged, Left, Listed};
#[cfg(feature = "spark")]
pub use session::Cluster;
pub use staging::Staging;
