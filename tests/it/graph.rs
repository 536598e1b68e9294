//! `modsmith graph`.
