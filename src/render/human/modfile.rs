//! `modfile` for people.
