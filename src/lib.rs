//! fangpin (防贫).
pub mod contract;
pub mod error;
pub mod model;
pub mod sample;
