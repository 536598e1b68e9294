//! The HTTP client and what it needs: retries, certificate roots, credentials, proxies, redaction.

pub mod auth;
pub mod client;
mod credentials;
mod gate;
pub mod proxy_env;
pub mod redacted;
pub mod retry;
pub mod roots;
pub mod settings;
