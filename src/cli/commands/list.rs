//! `list`: arguments to operation to output.
