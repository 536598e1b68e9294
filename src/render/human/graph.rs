//! `graph` for people.
