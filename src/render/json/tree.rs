//! `tree` as versioned JSON.
