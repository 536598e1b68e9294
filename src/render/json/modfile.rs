//! `modfile` as versioned JSON.
