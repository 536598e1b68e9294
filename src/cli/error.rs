//! Failures as the user sees them.
