//! The module cache on disk, in the go command's own layout, locking and permissions, so that both tools share it.
//!
//! Files appear whole, by renaming, and are never changed afterwards; so reading takes no lock and works on a read-only
//! cache. Only `@v/list` is rewritten in place, under its own lock. A module is unpacked where it stays: a `.partial`
//! file says so while it is not complete. Zips, hashes and directories are written under the lock of their version.
//! See <https://go.dev/ref/mod#module-cache>.

mod compare;
mod crew;
mod extract;
mod listing;
mod scan;
mod store;
mod unpack;
mod version;

pub use compare::{Comparison, Difference, DifferenceKind, Subject, compare, zip_size};
pub use extract::{ExtractError, Extractor};
pub use listing::{FileKind, ReadError, reason};
pub use scan::CachedVersion;
pub use store::{CacheError, DirState, ModCache, ModCacheMode, Unpacked};
pub use unpack::{DirAccess, DirDraft, UnpackError};
pub use version::{VersionLock, ZipDraft, ZipState, is_valid_hash};
