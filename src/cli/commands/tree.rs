//! `tree`: arguments to operation to output.
