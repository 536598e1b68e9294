//! `list` for people.
