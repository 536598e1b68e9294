//! Settings: flag, then environment, then file, then default; each value keeps its origin.
