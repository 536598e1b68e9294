//! The Go environment. See <https://go.dev/ref/mod#environment-variables>.

pub mod flags;
pub mod netrc;
pub mod private;
pub mod proxy_list;
pub mod resolve;
