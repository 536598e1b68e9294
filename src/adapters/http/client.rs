//! The HTTP client: limits on time, size and redirects.
