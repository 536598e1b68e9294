//! Events that long operations report.
