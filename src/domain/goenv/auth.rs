//! GOAUTH: where credentials for HTTPS come from. See `go help goauth`.

use super::paths::Style;
use super::quoted::{self, QuotedError};

/// One entry of GOAUTH. Earlier entries win over later ones.
#[derive(Clone, PartialEq, Eq)]
pub enum AuthMethod {
    /// No credentials at all; stands alone.
    Off,
    /// The netrc file.
    Netrc,
    /// `git credential fill`, run in a directory.
    Git {
        /// The directory; absolute.
        dir: String,
    },
    /// A program that prints URLs and headers. Its words may hold secrets.
    Command {
        /// The program and its arguments; at least one.
        words: Vec<String>,
    },
}

/// Why GOAUTH cannot be used. The value itself is not shown: it may hold secrets.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AuthError {
    /// Nothing between two semicolons.
    #[error("GOAUTH encountered an empty command")]
    Empty,
    /// `off` together with others.
    #[error("GOAUTH=off cannot be combined with other authentication commands")]
    OffWithOthers,
    /// `git` without a directory, or with a relative one.
    #[error("GOAUTH=git dir method requires an absolute path to the git working directory")]
    GitDir,
    /// A quote is not closed.
    #[error("cannot parse GOAUTH command: {0}")]
    Quoted(#[from] QuotedError),
}

/// Reads the value of GOAUTH, on the platform `os` (a GOOS); in the order of preference.
pub fn parse(goauth: &str, os: &str) -> Result<Vec<AuthMethod>, AuthError> {
    if goauth == "off" {
        return Ok(vec![AuthMethod::Off]);
    }
    let commands: Vec<&str> = goauth.split(';').map(str::trim).collect();
    commands
        .iter()
        .map(|command| method(command, commands.len(), Style::of(os)))
        .collect()
}

fn method(command: &str, count: usize, style: Style) -> Result<AuthMethod, AuthError> {
    let words: Vec<&str> = command.split_whitespace().collect();
    match words.as_slice() {
        [] => Err(AuthError::Empty),
        ["off", ..] if count > 1 => Err(AuthError::OffWithOthers),
        ["off", ..] => Ok(AuthMethod::Off),
        ["netrc", ..] => Ok(AuthMethod::Netrc),
        ["git", dir] if style.is_abs(dir) => Ok(AuthMethod::Git {
            dir: (*dir).to_owned(),
        }),
        ["git", ..] => Err(AuthError::GitDir),
        _ => {
            let words = quoted::split(command)?;
            Ok(AuthMethod::Command {
                words: words.into_iter().map(str::to_owned).collect(),
            })
        }
    }
}

impl std::fmt::Debug for AuthMethod {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Off => f.write_str("Off"),
            Self::Netrc => f.write_str("Netrc"),
            Self::Git { dir } => f.debug_struct("Git").field("dir", dir).finish(),
            Self::Command { words } => f.debug_tuple("Command").field(&words.first()).finish(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn refuses(goauth: &str, expect: &str) {
        assert_eq!(parse(goauth, "linux").unwrap_err().to_string(), expect);
    }

    #[test]
    fn reads_methods() {
        assert_eq!(parse("off", "linux"), Ok(vec![AuthMethod::Off]));
        let command = AuthMethod::Command {
            words: vec!["a".to_owned(), "b c".to_owned()],
        };
        let git = AuthMethod::Git {
            dir: "/d".to_owned(),
        };
        assert_eq!(
            parse(" netrc ;git /d;a 'b c'", "linux"),
            Ok(vec![AuthMethod::Netrc, git, command.clone()])
        );
        assert!(!format!("{command:?}").contains("b c"));
    }

    #[test]
    fn refuses_what_go_refuses() {
        refuses("", "GOAUTH encountered an empty command");
        refuses("netrc;", "GOAUTH encountered an empty command");
        refuses(
            "off;netrc",
            "GOAUTH=off cannot be combined with other authentication commands",
        );
        refuses(
            "git",
            "GOAUTH=git dir method requires an absolute path to the git working directory",
        );
        refuses(
            "git d",
            "GOAUTH=git dir method requires an absolute path to the git working directory",
        );
        refuses("a 'b", "cannot parse GOAUTH command: unterminated ' string");
    }
}
