//! `modfile`: arguments to operation to output.
