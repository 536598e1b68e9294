//! `modsmith env`.
