//! `env` for people.
