//! Exit codes and streams.
