//! The HTTP client and what it needs: retries, certificate roots, credentials, redaction.

pub mod auth;
pub mod client;
pub mod redacted;
pub mod retry;
pub mod roots;
