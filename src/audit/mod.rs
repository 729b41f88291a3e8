//! The audits beside the nightly warning, one file a mechanism.

pub mod benefits;
