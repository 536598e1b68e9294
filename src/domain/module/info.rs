//! What a repository or proxy says of one version: the contents of a `.info` file.
//!
//! See <https://go.dev/ref/mod#goproxy-protocol>.

use super::Version;

/// One version of a module, as a `.info` file describes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RevInfo {
    /// The canonical version, such as `v1.2.3` or a pseudo-version.
    pub version: Version,
    /// The time of the commit: RFC 3339 in UTC, exactly as the go command prints it; none where unknown.
    pub time: Option<String>,
    /// Where the version came from, if the source says so.
    pub origin: Option<Origin>,
}

/// Where in version control a version was found; the fields of `Origin` in `go list -m -json`, in its order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Origin {
    /// The kind of version control, such as `git`.
    pub vcs: String,
    /// The repository's URL.
    pub url: String,
    /// The subdirectory of the module in the repository.
    pub subdir: String,
    /// The full commit hash.
    pub hash: String,
    /// The tag prefix that a list of versions was made from.
    pub tag_prefix: String,
    /// A checksum of all tags with that prefix.
    pub tag_sum: String,
    /// The ref that was resolved, such as `refs/tags/v1.0.0`.
    pub git_ref: String,
    /// A checksum of the repository's state.
    pub repo_sum: String,
}
