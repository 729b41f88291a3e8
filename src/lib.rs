//! fangpin (防贫).
pub mod contract;
pub mod error;
pub mod model;
