//! What is wrong with what was given.

use std::fmt;

/// The sort of a fault; it decides the exit code (contract, section 6).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FaultKind {
    /// The data cannot be used: 65.
    Data,
    /// An input is missing: 66.
    Missing,
    /// A job, policy or mapping file is wrong: 78.
    Config,
}

/// One thing wrong with an input, in one line: where, what was found, what was expected, what to do. It never holds a
/// name or a certificate number.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Fault {
    /// What sort of input is at fault.
    pub kind: FaultKind,
    /// File, and row, line or column where there is one.
    pub place: String,
    /// What was found, what was expected, what to do; lower case, no full stop.
    pub message: String,
}

impl Fault {
    /// A fault of the data.
    pub fn data(place: impl Into<String>, message: impl Into<String>) -> Fault {
        Fault { kind: FaultKind::Data, place: place.into(), message: message.into() }
    }

    /// A missing input.
    pub fn missing(place: impl Into<String>, message: impl Into<String>) -> Fault {
        Fault { kind: FaultKind::Missing, place: place.into(), message: message.into() }
    }

    /// A wrong job, policy or mapping file.
    pub fn config(place: impl Into<String>, message: impl Into<String>) -> Fault {
        Fault { kind: FaultKind::Config, place: place.into(), message: message.into() }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.place, self.message)
    }
}
