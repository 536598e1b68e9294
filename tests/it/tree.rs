//! `modsmith graph tree`.
