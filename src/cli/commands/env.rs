//! `env`: arguments to operation to output.
