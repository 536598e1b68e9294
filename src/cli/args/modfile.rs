//! Arguments of `modfile`.
