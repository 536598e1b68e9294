//! Comma-separated glob lists as in GOPRIVATE.
