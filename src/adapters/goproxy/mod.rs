//! The module proxy protocol over http(s) and file. See <https://go.dev/ref/mod#goproxy-protocol>.

mod client;
mod detail;
mod error;
mod url;

pub use client::{ProxyClient, ProxyFile};
pub use error::{ProxyError, ProxyFault};
pub use url::{ProxyUrl, ProxyUrlError};
