//! Events that long operations report while they run.
//!
//! Operations say what happens; whether and how it is shown is decided at the terminal.

use std::fmt;

/// Receives the events of an operation. Called from any thread, often; it must not block.
pub trait Reporter: fmt::Debug + Send + Sync {
    /// Takes note of one event.
    fn report(&self, event: Event<'_>);
}

/// One thing that happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Event<'a> {
    /// So many more things are to be looked up (module files, version lists, commits).
    Wanted(u64),
    /// One of the wanted things is there; the name says which, as `path@version`.
    Arrived(&'a str),
    /// A request leaves this machine, or a program is started for one.
    Asked(&'a str),
    /// So many bytes were hashed, compared or fetched, of `total` where that is known.
    Bytes {
        /// What is being worked on.
        what: &'a str,
        /// All since the operation began, not since the last event.
        done: u64,
        /// All that there will be.
        total: Option<u64>,
    },
    /// The user should know, although the result is good.
    Warning(&'a str),
    /// A detail for `-v`.
    Detail(&'a str),
}

/// A reporter that keeps silent.
#[derive(Clone, Copy, Debug, Default)]
pub struct Silent;

impl Reporter for Silent {
    fn report(&self, _event: Event<'_>) {}
}
