//! `completions`: arguments to operation to output.
