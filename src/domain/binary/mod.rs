//! What a Go binary says of itself: the version of Go, the modules with their hashes, the settings of the build.
//!
//! The linker leaves this text in a blob near the start of the data of every executable, in all formats and also in
//! stripped ones. Verdicts and values are those of Go's `debug/buildinfo`; see
//! <https://pkg.go.dev/debug/buildinfo> and <https://go.dev/ref/mod#go-version-m>. Go itself does not look into
//! WebAssembly; here it is read too. Only the parts of a file that matter are read, and never more than a fixed
//! multiple of its size.

mod blob;
pub mod build_info;
mod elf;
mod error;
mod image;
mod macho;
mod pe;
mod plan9;
mod read;
mod source;
mod wasm;
mod xcoff;

pub use build_info::{BuildInfo, BuildInfoError, BuildModule, BuildSetting};
pub use error::ReadError;
pub use read::{Format, GoBinary, HEAD, read, sniff};
