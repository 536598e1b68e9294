//! `graph`: arguments to operation to output.
