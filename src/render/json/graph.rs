//! `graph` as versioned JSON.
