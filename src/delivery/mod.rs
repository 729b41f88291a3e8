//! What the bureaus sent.

pub mod fingerprint;
