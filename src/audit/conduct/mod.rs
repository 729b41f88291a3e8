//! How providers treat people.

pub mod admission_rate;
