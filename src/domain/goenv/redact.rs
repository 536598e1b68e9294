//! Secrets in settings: proxy URLs carry passwords, GOAUTH commands carry tokens.
//!
//! Nothing that was redacted can be used as a setting any more; it is for eyes and logs.

use std::borrow::Cow;

/// What stands in the place of a secret, as in Go's own messages.
pub const MASK: &str = "xxxxx";

/// Returns the value of the variable `name` without secrets.
///
/// - Every URL loses its user information and its query: `https://user:password@host/path?key=v`
///   becomes `https://xxxxx@host/path?xxxxx`.
/// - GOPROXY entries need no scheme: `user:password@host` becomes `xxxxx@host`.
/// - A command in GOAUTH loses its arguments; `netrc`, `off` and `git DIR` are shown.
pub fn value<'a>(name: &str, value: &'a str) -> Cow<'a, str> {
    match name {
        "GOAUTH" => goauth(value),
        "GOPROXY" => entries(value, |c| matches!(c, ',' | '|'), true),
        _ => entries(value, char::is_whitespace, false),
    }
}

/// Returns a URL without user information and query.
pub fn url(text: &str) -> Cow<'_, str> {
    entries(text, |_| false, true)
}

/// Returns one URL of a list that has user information somewhere: what looks like a cut password goes too.
pub(super) fn url_in_list(text: &str) -> Cow<'_, str> {
    let mut shown = String::new();
    mask_entry(text, true, true, &mut shown);
    Cow::Owned(shown)
}

fn goauth(value: &str) -> Cow<'_, str> {
    let shown: Vec<String> = value.split(';').map(command).collect();
    let shown = shown.join(";");
    if shown == value {
        Cow::Borrowed(value)
    } else {
        Cow::Owned(shown)
    }
}

fn command(command: &str) -> String {
    let trimmed = command.trim();
    let program = trimmed
        .split(char::is_whitespace)
        .next()
        .unwrap_or_default();
    if program == "git" || program == trimmed {
        return entries(command, char::is_whitespace, false).into_owned();
    }
    format!("{} {MASK}", entries(program, |_| false, false))
}

/// Masks each entry between separators. With `bare`, an entry needs no `://` to be a URL.
fn entries(value: &str, is_separator: impl Fn(char) -> bool, bare: bool) -> Cow<'_, str> {
    if !value.contains(['@', '?']) {
        return Cow::Borrowed(value);
    }
    let has_user = value.contains('@');
    let mut shown = String::new();
    for piece in value.split_inclusive(&is_separator) {
        let entry = piece.trim_end_matches(&is_separator);
        mask_entry(entry, bare, has_user, &mut shown);
        shown.push_str(&piece[entry.len()..]);
    }
    if shown == value {
        Cow::Borrowed(value)
    } else {
        Cow::Owned(shown)
    }
}

fn mask_entry(entry: &str, bare: bool, has_user: bool, shown: &mut String) {
    let start = match entry.find("://") {
        Some(at) => at + "://".len(),
        None if bare => 0,
        None => return shown.push_str(entry),
    };
    let (before, rest) = entry.split_at(start);
    shown.push_str(before);
    let (rest, query) = rest.split_at(rest.find('?').unwrap_or(rest.len()));
    let end = rest.find(['/', '#']).unwrap_or(rest.len());
    let (authority, path) = rest.split_at(end);
    match authority.rsplit_once('@') {
        Some((_, host)) => shown.extend([MASK, "@", host, path]),
        // Not a host and port: the password has a slash, or it was cut at a comma.
        None if has_user && has_odd_port(authority) => match rest.rsplit_once('@') {
            Some((_, host)) => shown.extend([MASK, "@", host]),
            None => shown.push_str(MASK),
        },
        None => shown.push_str(rest),
    }
    if query.len() > 1 {
        shown.extend(["?", MASK]);
    } else {
        shown.push_str(query);
    }
}

fn has_odd_port(authority: &str) -> bool {
    let port = authority.rsplit_once(':').map_or("", |(_, port)| port);
    !authority.ends_with(']') && !port.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(name: &str, text: &str, expect: &str) {
        assert_eq!(value(name, text), expect);
    }

    #[test]
    fn masks_proxies() {
        check(
            "GOPROXY",
            "https://a.example.com,direct",
            "https://a.example.com,direct",
        );
        check(
            "GOPROXY",
            "https://u:p@a/x|http://t@b,direct",
            "https://xxxxx@a/x|http://xxxxx@b,direct",
        );
        check(
            "GOPROXY",
            "u:p@a.example.com, direct",
            "xxxxx@a.example.com, direct",
        );
        check("GOPROXY", "https://u:p/w@a/x", "https://xxxxx@a/x");
        check("GOPROXY", "https://u:pa,ss@a/x", "https://xxxxx,xxxxx@a/x");
        check("GOPROXY", "https://u:p@q@a/x", "https://xxxxx@a/x");
        check("GOPROXY", "https://a/x?token=1", "https://a/x?xxxxx");
        check("GOPROXY", "https://a:80/x@v1", "https://a:80/x@v1");
    }

    #[test]
    fn masks_other_values() {
        check(
            "GOSUMDB",
            "db.example.com+1+AA https://u:p@a",
            "db.example.com+1+AA https://xxxxx@a",
        );
        check(
            "GOFLAGS",
            "-mod=mod -ldflags=-X=a.b=https://u:p@c",
            "-mod=mod -ldflags=-X=a.b=https://xxxxx@c",
        );
        check("GOPRIVATE", "a@b,*.c?", "a@b,*.c?");
    }

    #[test]
    fn masks_commands() {
        check("GOAUTH", "netrc", "netrc");
        check("GOAUTH", "git /home/x/a; netrc", "git /home/x/a; netrc");
        check("GOAUTH", "helper --token=1 x;netrc", "helper xxxxx;netrc");
    }
}
