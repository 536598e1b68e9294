//! The `git` program, as `direct` needs it: bare copies of repositories in the module cache.
//!
//! The copies are those of the go command: same directories, same locks, same strategy. First only
//! the names of branches and tags are asked for, then the one commit that matters, and the whole
//! history only where a pseudo-version depends on it. Credentials, `insteadOf`, proxies and
//! certificates are as git's own configuration has them.

mod copy;
mod dir;
mod error;
mod objects;
mod program;
mod revision;
mod settings;
mod zip;

pub use copy::GitRepo;
pub use dir::GitDirError;
pub use error::GitError;
pub use objects::{FileOf, Objects};
pub use program::Git;
pub use revision::{LocalRepo, RevisionError};
pub use settings::{GitScope, GitSettings};
pub use zip::DirectZipError;
