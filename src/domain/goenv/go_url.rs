//! URLs as the go command reads them: which it refuses, and with what reason.
//!
//! Go's URL parser is laxer than the WHATWG rules of browsers: it keeps the text and looks only at
//! the parts. What it lets through in GOPROXY is decided here; requests parse the URL again.

use std::net::Ipv6Addr;

use super::redact;
use crate::domain::text::quote::Quoted;

/// The parts of a URL, as written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Parts<'a> {
    /// The scheme; empty where there is none. Its case is as written.
    pub(super) scheme: &'a str,
    /// What follows the scheme where that does not begin with a slash.
    pub(super) opaque: &'a str,
    /// What stands between `//` and the next slash; `None` without `//`.
    pub(super) authority: Option<&'a str>,
    /// The path with its escapes.
    pub(super) path: &'a str,
    /// What follows `?`; `Some` even if empty.
    pub(super) query: Option<&'a str>,
    /// What follows `#`.
    pub(super) fragment: &'a str,
}

/// Why a text is not a URL, in Go's words.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum UrlFault {
    /// It holds a control character.
    #[error("net/url: invalid control character in URL")]
    Control,
    /// It begins with a colon.
    #[error("missing protocol scheme")]
    NoScheme,
    /// It looks like a path whose first element has a colon.
    #[error("first path segment in URL cannot contain colon")]
    ColonInPath,
    /// The port is not a number; what stands there may be a secret.
    #[error("invalid port after host")]
    HiddenPort,
    /// The port is not a number.
    #[error("invalid port {} after host", Quoted(.port))]
    Port {
        /// The port with its colon.
        port: String,
    },
    /// The host has a character that hosts do not have.
    #[error("invalid character {} in host name", Quoted(.found))]
    HostCharacter {
        /// The character.
        found: String,
    },
    /// A `%` is not followed by two hexadecimal digits, or by a pair that may not stand there.
    #[error("invalid URL escape {}", Quoted(.escape))]
    Escape {
        /// The escape, cut to three bytes.
        escape: String,
    },
    /// `[` without `]`.
    #[error("missing ']' in host")]
    OpenBracket,
    /// What stands in brackets is not an IPv6 address.
    #[error("invalid IP-literal")]
    Address,
    /// The user information has a character that must be escaped there.
    #[error("net/url: invalid userinfo")]
    UserInfo,
}

impl UrlFault {
    /// Returns the fault without the text that it quotes.
    ///
    /// Where a password is not escaped, parts of it can look like a port or a host.
    pub(super) fn redacted(self) -> Self {
        match self {
            Self::Port { .. } => Self::HiddenPort,
            Self::Escape { .. } => Self::Escape {
                escape: redact::MASK.to_owned(),
            },
            Self::HostCharacter { .. } => Self::HostCharacter {
                found: redact::MASK.to_owned(),
            },
            fault => fault,
        }
    }
}

/// Which part an escape stands in.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    Host,
    Zone,
    Other,
}

/// Takes `text` apart, or says why it is not a URL.
///
/// The error comes with the text that Go names in its message: without the fragment, unless the
/// fault is in the fragment.
pub(super) fn parse(text: &str) -> Result<Parts<'_>, (UrlFault, &str)> {
    let (main, fragment) = text.split_once('#').unwrap_or((text, ""));
    let parts = parse_main(main).map_err(|fault| (fault, main))?;
    check_escapes(fragment, Place::Other).map_err(|fault| (fault, text))?;
    Ok(Parts { fragment, ..parts })
}

fn parse_main(text: &str) -> Result<Parts<'_>, UrlFault> {
    if text.bytes().any(|byte| byte < b' ' || byte == 0x7f) {
        return Err(UrlFault::Control);
    }
    let (scheme, rest) = split_scheme(text)?;
    let (rest, query) = match rest.split_once('?') {
        Some((rest, query)) => (rest, Some(query)),
        None => (rest, None),
    };
    if !rest.starts_with('/') {
        if !scheme.is_empty() {
            return Ok(Parts {
                scheme,
                opaque: rest,
                query,
                ..Parts::default()
            });
        }
        if rest
            .split('/')
            .next()
            .is_some_and(|first| first.contains(':'))
        {
            return Err(UrlFault::ColonInPath);
        }
    }
    let has_authority = !scheme.is_empty() || !rest.starts_with("///");
    let (authority, path) = match rest.strip_prefix("//") {
        Some(rest) if has_authority => {
            let (authority, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
            (Some(authority), path)
        }
        _ => (None, rest),
    };
    if let Some(authority) = authority {
        check_authority(scheme, authority)?;
    }
    check_escapes(path, Place::Other)?;
    Ok(Parts {
        scheme,
        authority,
        path,
        query,
        ..Parts::default()
    })
}

fn split_scheme(text: &str) -> Result<(&str, &str), UrlFault> {
    let end = text.find(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.')));
    match end {
        Some(0) if text.starts_with(':') => Err(UrlFault::NoScheme),
        Some(end)
            if text[end..].starts_with(':')
                && text.starts_with(|c: char| c.is_ascii_alphabetic()) =>
        {
            Ok((&text[..end], &text[end + 1..]))
        }
        _ => Ok(("", text)),
    }
}

fn check_authority(scheme: &str, authority: &str) -> Result<(), UrlFault> {
    let (user, host) = match authority.rsplit_once('@') {
        Some((user, host)) => (Some(user), host),
        None => (None, authority),
    };
    check_host(scheme, host)?;
    let Some(user) = user else { return Ok(()) };
    let allowed = |c: char| c.is_ascii_alphanumeric() || "-._:~!$&'()*+,;=%@".contains(c);
    if !user.chars().all(allowed) {
        return Err(UrlFault::UserInfo);
    }
    check_escapes(user, Place::Other)
}

fn check_host(scheme: &str, host: &str) -> Result<(), UrlFault> {
    match host.rfind('[') {
        Some(0) => return check_bracketed(host),
        Some(_) => return Err(UrlFault::Address),
        None => {}
    }
    // Addresses of databases and the like may have several colons; HTTP has only the one of the port.
    let is_http = scheme.eq_ignore_ascii_case("http") || scheme.eq_ignore_ascii_case("https");
    let colon = if is_http {
        host.find(':')
    } else {
        host.rfind(':')
    };
    if let Some(at) = colon {
        check_port(&host[at..])?;
    }
    check_escapes(host, Place::Host)
}

fn check_bracketed(host: &str) -> Result<(), UrlFault> {
    let end = host.rfind(']').ok_or(UrlFault::OpenBracket)?;
    check_port(&host[end + 1..])?;
    let inside = &host[1..end];
    let (address, zone) = inside.split_at(inside.find("%25").unwrap_or(inside.len()));
    check_escapes(address, Place::Host)?;
    check_escapes(zone, Place::Zone)?;
    address.parse::<Ipv6Addr>().map_err(|_| UrlFault::Address)?;
    Ok(())
}

fn check_port(port: &str) -> Result<(), UrlFault> {
    let digits = port.strip_prefix(':');
    if port.is_empty()
        || digits.is_some_and(|digits| digits.bytes().all(|byte| byte.is_ascii_digit()))
    {
        return Ok(());
    }
    Err(UrlFault::Port {
        port: port.to_owned(),
    })
}

fn check_escapes(text: &str, place: Place) -> Result<(), UrlFault> {
    let bytes = text.as_bytes();
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        if byte != b'%' {
            if place != Place::Other && byte.is_ascii() && !is_host_byte(byte) {
                return Err(UrlFault::HostCharacter {
                    found: char::from(byte).to_string(),
                });
            }
            at += 1;
            continue;
        }
        let escape = &bytes[at..bytes.len().min(at + 3)];
        if !is_allowed_escape(escape, place) {
            return Err(UrlFault::Escape {
                escape: String::from_utf8_lossy(escape).into_owned(),
            });
        }
        at += 3;
    }
    Ok(())
}

fn is_allowed_escape(escape: &[u8], place: Place) -> bool {
    let [_, high, low] = escape else { return false };
    let digit = |byte: u8| char::from(byte).to_digit(16);
    let (Some(high), Some(low)) = (digit(*high), digit(*low)) else {
        return false;
    };
    let value = high * 16 + low;
    match place {
        Place::Other => true,
        // Hosts escape only bytes that are not ASCII, and the `%` before a zone.
        Place::Host => value >= 0x80 || value == 0x25,
        Place::Zone => {
            let byte = u8::try_from(value).expect("two hexadecimal digits fit a byte");
            byte == b'%' || byte == b' ' || is_host_byte(byte)
        }
    }
}

fn is_host_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"-_.~!$&'()*+,;=:[]<>\"".contains(&byte)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expect: &str) {
        let got = parse(text)
            .err()
            .map(|(fault, at)| format!("{}: {fault}", Quoted(at)))
            .unwrap_or_default();
        assert_eq!(got, expect);
    }

    #[test]
    fn lets_pass_what_go_lets_pass() {
        for text in [
            "https://a",
            "https://",
            "https://u:p%40@a:80/b?c#d",
            "a/b",
            "",
            "*",
            "https://[fe80::1%25en0]:80",
            "file:/x",
            "mailto:a b",
            "https://a:",
        ] {
            check(text, "");
        }
    }

    #[test]
    fn says_what_is_wrong() {
        check("://x", "\"://x\": missing protocol scheme");
        check(
            "https://a b#c",
            "\"https://a b\": invalid character \" \" in host name",
        );
        check(
            "https://a:b",
            "\"https://a:b\": invalid port \":b\" after host",
        );
        check(
            "https://a:1:2",
            "\"https://a:1:2\": invalid port \":1:2\" after host",
        );
        check(
            "https://a/%zz",
            "\"https://a/%zz\": invalid URL escape \"%zz\"",
        );
        check(
            "https://a/#%z",
            "\"https://a/#%z\": invalid URL escape \"%z\"",
        );
        check(
            "https://a%41",
            "\"https://a%41\": invalid URL escape \"%41\"",
        );
        check("https://[::1", "\"https://[::1\": missing ']' in host");
        check("https://u/p@a", "");
        check(
            "https://u\"@a",
            "\"https://u\\\"@a\": net/url: invalid userinfo",
        );
        check(
            "a\nb",
            "\"a\\nb\": net/url: invalid control character in URL",
        );
        check(
            "1a:b",
            "\"1a:b\": first path segment in URL cannot contain colon",
        );
    }

    #[test]
    fn takes_apart() {
        let parts = parse("HTTPS://u@a:1/b%20?q#f").unwrap();
        assert_eq!(
            (parts.scheme, parts.authority, parts.path),
            ("HTTPS", Some("u@a:1"), "/b%20")
        );
        assert_eq!((parts.query, parts.fragment), (Some("q"), "f"));
    }
}
