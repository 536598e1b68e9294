//! The module cache: sharing, locking, interruption.
