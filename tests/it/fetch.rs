//! Proxies: fallback, faults, limits, credentials.
