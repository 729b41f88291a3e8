//! The tests, one module a subject.

mod sample;
