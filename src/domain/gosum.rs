//! go.sum and go.work.sum: lines, lookups, additions.
