//! Vectors and outputs that belong to later issues, each with its reason and count.
