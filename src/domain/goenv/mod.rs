//! The Go environment. See <https://go.dev/ref/mod#environment-variables>.
//!
//! [`resolve`] finds the value and the origin of each variable as `go env` does; the other modules
//! read one variable each: what GOPROXY, GOSUMDB, GOPRIVATE, GOFLAGS and GOAUTH say.

pub mod auth;
pub mod cgo;
pub mod checksum_db;
mod env_file;
pub mod flags;
mod go_url;
pub mod inputs;
pub mod netrc;
mod paths;
pub mod private;
pub mod proxy_list;
mod public;
pub mod quoted;
pub mod redact;
pub mod resolve;
mod sources;
mod variables;

pub use checksum_db::SumDb;
pub use flags::{GoFlags, ModFlag, ModMode};
pub use private::Private;
pub use proxy_list::ProxyList;
pub use resolve::{GoEnv, GoEnvError, Inputs, ModuleMode, Origin, Setting};
