//! Decoding that may meet damaged bytes: whatever goes wrong in it is the file's fault.

use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind};

thread_local! {
    static DECODING: Cell<bool> = const { Cell::new(false) };
}

/// Whether this thread is decoding a file, so that a panic is no fault of the program.
pub fn is_decoding() -> bool {
    DECODING.get()
}

/// Runs the decoder and says in its words what stopped it. On some damaged pages it panics; that ends here, for a file
/// that cannot be read must not look like a fault of the program. Nothing of the decoder may be used after that.
pub(crate) fn decode<T, E: ToString>(work: impl FnOnce() -> Result<T, E>) -> Result<T, String> {
    DECODING.set(true);
    let done = catch_unwind(AssertUnwindSafe(work));
    DECODING.set(false);
    match done {
        Ok(read) => read.map_err(|cause| cause.to_string()),
        Err(_) => Err("damaged bytes".to_owned()),
    }
}
