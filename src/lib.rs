//! fangpin (防贫).
pub mod burden;
pub mod contract;
pub mod delivery;
pub mod error;
pub mod model;
