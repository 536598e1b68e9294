//! What can go wrong with a question to a proxy, in the go command's words where it has some.

use thiserror::Error;

use crate::adapters::http::client::HttpError;
use crate::adapters::info_json::InfoError;
use crate::domain::module::path::EscapeError;
use crate::domain::module::{ModulePath, Version, pseudo, version};

/// Why a proxy did not answer a question about a module.
#[derive(Clone, Debug, Error)]
#[error("{}", text(.path, .version.as_ref(), .fault))]
pub struct ProxyError {
    /// The module asked about.
    pub path: ModulePath,
    /// The version, branch or commit asked about.
    pub version: Option<Version>,
    /// What went wrong.
    pub fault: ProxyFault,
}

/// What can go wrong with one question to one proxy.
#[derive(Clone, Debug, Error)]
pub enum ProxyFault {
    /// The path or version cannot be part of a URL.
    #[error(transparent)]
    Escape(#[from] EscapeError),
    /// There was no answer.
    #[error(transparent)]
    Http(#[from] HttpError),
    /// The answer was something else than 200.
    #[error("reading {url}: {}{}", status_text(*.status), detail_text(.detail))]
    Status {
        /// What was asked for, without secrets.
        url: String,
        /// The HTTP status.
        status: u16,
        /// What the server said, tabs and line breaks ready for the message.
        detail: String,
    },
    /// A file of a `file:` proxy could not be read.
    #[error("reading {url}: {}", io_text(*.kind, .reason))]
    File {
        /// The URL of the file.
        url: String,
        /// What kind of trouble it is.
        kind: std::io::ErrorKind,
        /// What the system said.
        reason: String,
    },
    /// A file of a `file:` proxy is larger than such a file may be.
    #[error("reading {url}: the file is larger than {limit} bytes")]
    TooLarge {
        /// The URL of the file.
        url: String,
        /// The number of bytes allowed.
        limit: u64,
    },
    /// The answer is not what the protocol says: typically HTML of a login page.
    #[error("invalid response from proxy \"{proxy}\": {url}: {source}")]
    Invalid {
        /// The proxy, without secrets.
        proxy: String,
        /// What was asked for, without secrets.
        url: String,
        /// What is wrong with it.
        source: InfoError,
    },
    /// The proxy was asked for one version and described another.
    #[error("proxy returned info for version {returned} instead of requested version")]
    OtherVersion {
        /// The version that it described.
        returned: Version,
    },
    /// The proxy knows no version at all.
    #[error("no commits")]
    NoCommits,
    /// Only canonical versions have files.
    #[error("internal error: version passed to GoMod is not canonical")]
    NotCanonical,
}

impl ProxyError {
    /// Reports whether the proxy says that there is no such thing: the cases in which `,` in GOPROXY moves on.
    pub fn is_not_found(&self) -> bool {
        self.fault.is_not_found()
    }
}

impl ProxyFault {
    /// Reports whether the proxy says that there is no such thing.
    pub fn is_not_found(&self) -> bool {
        match self {
            // 410 is for what is gone for good; the go command treats both alike.
            Self::Status { status, .. } => matches!(status, 404 | 410),
            Self::File { kind, .. } => *kind == std::io::ErrorKind::NotFound,
            Self::NoCommits => true,
            Self::Escape(_)
            | Self::Http(_)
            | Self::TooLarge { .. }
            | Self::Invalid { .. }
            | Self::OtherVersion { .. }
            | Self::NotCanonical => false,
        }
    }
}

fn text(path: &ModulePath, version: Option<&Version>, fault: &ProxyFault) -> String {
    match (version, fault) {
        // An empty version is not told twice.
        (Some(version), ProxyFault::Escape(EscapeError::Version(error))) if version.is_empty() => {
            format!("{path}@: invalid version: {}", error.fault)
        }
        _ => format!("{}: {fault}", subject(path, version)),
    }
}

/// Names what was asked about as the go command does.
fn subject(path: &ModulePath, version: Option<&Version>) -> String {
    match version
        .map(Version::as_str)
        .filter(|version| !version.is_empty())
    {
        None => format!("module {path}"),
        Some(version) if version::canonical_version(version) == version => {
            format!("{path}@{version}")
        }
        Some(version) => {
            let noun = if pseudo::is_pseudo(version) {
                "pseudo-version"
            } else {
                "version"
            };
            format!("{path}@{version}: invalid {noun}")
        }
    }
}

fn status_text(status: u16) -> String {
    let known = reqwest::StatusCode::from_u16(status)
        .ok()
        .and_then(|status| status.canonical_reason());
    known.map_or_else(|| status.to_string(), |reason| format!("{status} {reason}"))
}

/// Words a system error as Go does where that is known.
fn io_text(kind: std::io::ErrorKind, reason: &str) -> String {
    match kind {
        std::io::ErrorKind::NotFound => "no such file or directory".to_owned(),
        std::io::ErrorKind::PermissionDenied => "permission denied".to_owned(),
        _ => reason.to_owned(),
    }
}

fn detail_text(detail: &str) -> String {
    match detail {
        "" => String::new(),
        _ if detail.contains('\n') => format!("\n\tserver response:\n\t{detail}"),
        _ => format!("\n\tserver response: {detail}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn errors_name_the_module_as_in_go() {
        let path = ModulePath::new("example.com/m");
        let text = |version: Option<&str>| {
            let error = ProxyError {
                path: path.clone(),
                version: version.map(Version::new),
                fault: ProxyFault::NoCommits,
            };
            error.to_string()
        };
        assert_eq!(text(None), "module example.com/m: no commits");
        assert_eq!(text(Some("v1.0.0")), "example.com/m@v1.0.0: no commits");
        assert_eq!(
            text(Some("main")),
            "example.com/m@main: invalid version: no commits"
        );
    }
}
