//! Decoding that may meet damaged bytes: whatever goes wrong in it is the file's fault.

use crate::error::contained;

/// Runs the decoder and says in its words what stopped it. On some damaged pages it panics; that ends here, for a file
/// that cannot be read must not look like a fault of the program.
pub(crate) fn decode<T, E: ToString>(work: impl FnOnce() -> Result<T, E>) -> Result<T, String> {
    match contained(work) {
        Some(read) => read.map_err(|cause| cause.to_string()),
        None => Err("damaged bytes".to_owned()),
    }
}
