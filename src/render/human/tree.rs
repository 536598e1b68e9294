//! `tree` for people.
