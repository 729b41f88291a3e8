//! What stands for a cluster in a program that was built without one: nothing can be connected to.

use std::convert::Infallible;

use crate::error::Error;
use crate::model::Fault;
use crate::spark::Stored;

/// No cluster.
#[derive(Debug)]
pub struct Cluster(Infallible);

impl Cluster {
    /// Refuses.
    ///
    /// # Errors
    /// How a program is built that can.
    pub fn connect(remote: &str, _token: Option<&str>) -> Result<Cluster, Error> {
        let message = "this program was built without Spark; build it with `cargo build --release --features spark` \
                       (Debian: protobuf-compiler and libprotobuf-dev)";
        Err(Fault::config(remote, message).into())
    }

    /// Cannot be asked.
    ///
    /// # Errors
    /// None.
    pub fn run(&mut self, _name: &str, _sql: &str) -> Result<(), Error> {
        match self.0 {}
    }

    /// Cannot be asked.
    ///
    /// # Errors
    /// None.
    pub fn run_if_there(&mut self, _name: &str, _sql: &str) -> Result<bool, Error> {
        match self.0 {}
    }

    /// Cannot be asked.
    ///
    /// # Errors
    /// None.
    pub fn columns(&mut self, _name: &str, _uri: &str, _times: &[&str]) -> Result<Vec<(String, Stored)>, Error> {
        match self.0 {}
    }
}
