//! fangpin (防贫).
pub mod assess;
pub mod burden;
pub mod cli;
mod config;
pub mod contract;
pub mod delivery;
pub mod error;
pub mod job;
pub mod model;
pub mod policy;
pub mod publish;
pub mod run;
pub mod sample;
