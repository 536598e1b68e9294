//! `modsmith mod`.
