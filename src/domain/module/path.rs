//! Module and import paths: checks, major-version suffixes, gopkg.in, and the `!x` escaping of cache and proxy.
