//! `env` as versioned JSON.
