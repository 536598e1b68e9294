//! The pseudo-modules `go` and `toolchain`: their versions are those of the module that Go toolchains are downloaded from.
//!
//! See <https://go.dev/doc/toolchain> and <https://go.dev/ref/mod#go-mod-file-toolchain>. Nothing is downloaded here;
//! only the list of versions counts.

use thiserror::Error;

use super::{Version, goversion};

/// The module that toolchains are downloaded from.
pub const DOWNLOADS: &str = "golang.org/toolchain";

/// The platform whose toolchain stands for a release: there has always been one for it.
const PLATFORM: &str = "linux-amd64";

/// A version that no toolchain has.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum ToolchainError {
    /// It is no version of Go.
    #[error("invalid {path} version {version}")]
    Invalid {
        /// `go` or `toolchain`.
        path: String,
        /// What was asked for.
        version: String,
    },
    /// A language version such as `1.21` is more than one release.
    #[error("go language version {version} is not a toolchain version")]
    Language {
        /// What was asked for.
        version: String,
    },
}

/// What is known of a revision of `go` or `toolchain`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Known {
    /// It exists; nobody need be asked.
    Here(Version),
    /// It exists if [`DOWNLOADS`] has the version `download`.
    Asked {
        /// What it is called then.
        version: Version,
        /// The version to ask for.
        download: Version,
    },
}

/// Understands a revision of `go` or `toolchain`; `1.21.0` and `go1.21.0` mean the same for both.
///
/// `local` is the release that is reproduced: it and, for `go`, everything before it is known without asking.
pub fn stat(path: &str, revision: &str, local: &str) -> Result<Known, ToolchainError> {
    let release = revision.strip_prefix("go").unwrap_or(revision);
    if !goversion::is_valid(release) {
        return Err(ToolchainError::Invalid {
            path: path.to_owned(),
            version: revision.to_owned(),
        });
    }
    let version = named(path, release);
    let is_here = match path {
        "go" => goversion::compare(release, local).is_le(),
        _ => release == local,
    };
    if is_here {
        return Ok(Known::Here(version));
    }
    if goversion::is_lang(release) {
        return Err(ToolchainError::Language {
            version: revision.to_owned(),
        });
    }
    let download = Version::new(format!("v0.0.1-go{release}.{PLATFORM}"));
    Ok(Known::Asked { version, download })
}

/// Turns the versions of [`DOWNLOADS`] into those of `go` or `toolchain`, ascending, with `local` among them.
pub fn versions<'a>(
    path: &str,
    downloads: impl IntoIterator<Item = &'a str>,
    local: &'a str,
) -> Vec<Version> {
    let mut releases: Vec<_> = downloads.into_iter().filter_map(release).collect();
    releases.push(local);
    releases.sort_by(|left, right| goversion::compare(left, right).then_with(|| left.cmp(right)));
    releases.dedup();
    releases
        .into_iter()
        .map(|release| named(path, release))
        .collect()
}

/// Returns the release in a version such as `v0.0.1-go1.22.0.linux-amd64`.
fn release(download: &str) -> Option<&str> {
    let (_, rest) = download.split_once('-')?;
    let (release, platform) = rest.rsplit_once('.')?;
    platform
        .contains('-')
        .then(|| release.strip_prefix("go").unwrap_or(release))
}

fn named(path: &str, release: &str) -> Version {
    if path == "toolchain" {
        Version::new(goversion::to_toolchain(release))
    } else {
        Version::new(release)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_hold_each_release_once_and_our_own() {
        let downloads = [
            "v0.0.1-go1.22.0.linux-amd64",
            "v0.0.1-go1.22.0.windows-amd64",
            "v0.0.1-go1.22rc1.linux-amd64",
            "v0.0.1-go1.22",
            "v0.0.1",
        ];
        let text = |path| {
            versions(path, downloads, "1.21.3")
                .iter()
                .map(ToString::to_string)
                .collect::<Vec<_>>()
        };
        assert_eq!(text("go"), ["1.21.3", "1.22rc1", "1.22.0"]);
        assert_eq!(text("toolchain"), ["go1.21.3", "go1.22rc1", "go1.22.0"]);
    }

    #[test]
    fn only_what_may_be_newer_is_asked_for() {
        let here = |version: &str| Ok(Known::Here(Version::new(version)));
        let asked = |version: &str, download: &str| {
            Ok(Known::Asked {
                version: Version::new(version),
                download: Version::new(download),
            })
        };
        assert_eq!(stat("go", "go1.20", "1.21.3"), here("1.20"));
        assert_eq!(stat("toolchain", "1.21.3", "1.21.3"), here("go1.21.3"));
        assert_eq!(
            stat("toolchain", "1.20.1", "1.21.3"),
            asked("go1.20.1", "v0.0.1-go1.20.1.linux-amd64")
        );
        assert_eq!(
            stat("go", "1.22.0", "1.21.3"),
            asked("1.22.0", "v0.0.1-go1.22.0.linux-amd64")
        );
        assert_eq!(
            stat("go", "1.22", "1.21.3").unwrap_err().to_string(),
            "go language version 1.22 is not a toolchain version"
        );
        assert_eq!(
            stat("go", "v1.0.0", "1.21.3").unwrap_err().to_string(),
            "invalid go version v1.0.0"
        );
    }
}
