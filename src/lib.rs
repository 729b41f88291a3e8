//! fangpin (防贫).
mod config;
pub mod contract;
pub mod error;
pub mod job;
pub mod model;
pub mod policy;
