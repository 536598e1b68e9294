//! URLs and secrets that cannot be printed by accident.

use std::fmt;

use url::Url;

/// What stands in the place of a secret, as in the go command's messages.
const MASK: &str = "xxxxx";

/// A URL as messages show it: its password, or a user name that stands alone and may be a token, replaced by `xxxxx`.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RedactedUrl(String);

/// A secret: printing it in any form prints `xxxxx`.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl RedactedUrl {
    /// Returns `url` without its secrets.
    pub fn new(url: &Url) -> Self {
        Self(text(url.as_str()))
    }

    /// Returns the text without secrets.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl From<&Url> for RedactedUrl {
    fn from(url: &Url) -> Self {
        Self::new(url)
    }
}

impl fmt::Display for RedactedUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for RedactedUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Secret {
    /// Wraps a secret.
    pub fn new(secret: impl Into<String>) -> Self {
        Self(secret.into())
    }

    /// Returns the secret itself, for the one place that sends it.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(MASK)
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(MASK)
    }
}

/// Returns `text` with the credentials of every URL in it replaced.
///
/// It works on text, not on a parsed URL: what does not parse must not leak either, and programs print URLs in their own messages.
pub fn text(text: &str) -> String {
    let mut clean = String::new();
    let mut rest = text;
    while let Some(at) = rest.find("://") {
        let (before, after) = rest.split_at(at + 3);
        clean.push_str(before);
        let end = after.find(ends_authority).unwrap_or(after.len());
        let (authority, tail) = after.split_at(end);
        clean.push_str(&mask_authority(authority));
        rest = tail;
    }
    clean.push_str(rest);
    clean
}

/// Replaces the credentials before the last `@` of an authority.
fn mask_authority(authority: &str) -> String {
    let Some((user_info, host)) = authority.rsplit_once('@') else {
        return authority.to_owned();
    };
    match user_info.split_once(':') {
        Some((user, _password)) => format!("{user}:{MASK}@{host}"),
        // `git@` of ssh is no secret, and hiding it would make messages about it useless.
        None if user_info == "git" => authority.to_owned(),
        None => format!("{MASK}@{host}"),
    }
}

fn ends_authority(c: char) -> bool {
    matches!(c, '/' | '?' | '#' | '"' | '\'' | '<' | '>' | '`') || c.is_whitespace()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(input: &str, expect: &str) {
        assert_eq!(text(input), expect);
    }

    #[test]
    fn hides_passwords_and_lone_tokens() {
        check("https://example.com/a@v1", "https://example.com/a@v1");
        check(
            "https://me:pw@example.com/a@v1",
            "https://me:xxxxx@example.com/a@v1",
        );
        check(
            "https://me:p@w:x@example.com",
            "https://me:xxxxx@example.com",
        );
        check("https://token@example.com/", "https://xxxxx@example.com/");
        check("ssh://git@example.com/", "ssh://git@example.com/");
    }

    #[test]
    fn hides_every_url_in_a_message() {
        check(
            "fatal: 'https://a:b@c/d' or http://e:f@g?h, i@j",
            "fatal: 'https://a:xxxxx@c/d' or http://e:xxxxx@g?h, i@j",
        );
        check("://", "://");
        check("x://:@", "x://:xxxxx@");
    }

    #[test]
    fn secrets_do_not_print() {
        let secret = Secret::new("hunter2");
        assert_eq!(format!("{secret} {secret:?}"), "xxxxx xxxxx");
        assert_eq!(secret.expose(), "hunter2");
    }
}
