//! `list` as versioned JSON.
