//! What a server says about a failure, cut to what may stand in a message.

use crate::adapters::http::client::Response;

/// The lines of a server's message that are shown, as in the go command.
const MAX_DETAIL_LINES: usize = 8;
/// The bytes of a server's message that are shown.
const MAX_DETAIL_BYTES: usize = MAX_DETAIL_LINES * 81;

/// Returns the beginning of what a server says about a failure, if it says so in plain text.
pub(super) fn detail(response: &Response) -> String {
    let content_type = response.content_type.as_deref().unwrap_or_default();
    if !is_plain_text(content_type) {
        return String::new();
    }
    let head = response
        .body
        .split_inclusive(|&byte| byte == b'\n')
        .take(MAX_DETAIL_LINES + 1);
    let Ok(text) = String::from_utf8(head.flatten().copied().collect()) else {
        return String::new();
    };
    // The server gets no say in how the terminal behaves.
    if text
        .chars()
        .any(|c| is_unprintable(c) && !c.is_whitespace())
    {
        return String::new();
    }
    let mut detail = String::new();
    for (index, line) in text.split('\n').enumerate() {
        if line.trim().is_empty() {
            break;
        }
        if 0 < index {
            detail.push_str("\n\t");
        }
        if MAX_DETAIL_LINES <= index {
            detail.push_str("[Truncated: too many lines.]");
            break;
        }
        if MAX_DETAIL_BYTES < detail.len() + line.len() {
            detail.push_str("[Truncated: too long.]");
            break;
        }
        detail.push_str(line);
    }
    detail
}

fn is_plain_text(content_type: &str) -> bool {
    let mut parts = content_type
        .split(';')
        .map(|part| part.trim().to_ascii_lowercase());
    let is_text = parts.next().as_deref() == Some("text/plain");
    let mut charsets =
        parts.filter_map(|part| Some(part.strip_prefix("charset=")?.trim_matches('"').to_owned()));
    is_text && charsets.all(|charset| matches!(charset.as_str(), "utf-8" | "us-ascii" | ""))
}

/// Control characters, those that change how others are shown, and those without a meaning of their own.
fn is_unprintable(c: char) -> bool {
    c.is_control()
        || matches!(u32::from(c),
            0xAD | 0x600..=0x605 | 0x61C | 0x6DD | 0x70F | 0x890..=0x891 | 0x8E2 | 0x180E
            | 0x200B..=0x200F | 0x202A..=0x202E | 0x2060..=0x206F | 0xE000..=0xF8FF | 0xFEFF
            | 0xFFF0..=0xFFFB | 0x110BD | 0x110CD | 0x13430..=0x1343F | 0x1BCA0..=0x1BCA3
            | 0x1D173..=0x1D17A | 0xE0000..=0x10_FFFF)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::adapters::http::redacted::RedactedUrl;
    use url::Url;

    #[track_caller]
    fn check_detail(content_type: &str, body: &str, expect: &str) {
        let url = Url::parse("https://example.com/x").unwrap();
        let response = Response {
            status: 404,
            requested: RedactedUrl::new(&url),
            url,
            content_type: Some(content_type.to_owned()),
            body: body.as_bytes().to_vec(),
        };
        assert_eq!(detail(&response), expect, "{content_type} {body:?}");
    }

    #[test]
    fn server_messages_are_shown_when_plain_and_short() {
        check_detail(
            "text/plain; charset=UTF-8",
            "not found: a\n",
            "not found: a",
        );
        check_detail("text/plain", "one\ntwo\n\nthree", "one\n\ttwo");
        check_detail("text/html", "<p>", "");
        check_detail("text/plain; charset=latin1", "a", "");
        check_detail("text/plain", "\x1b[31mred", "");
        check_detail("text/plain", "turn\u{202e}ed", "");
        check_detail("text/plain", &"x".repeat(649), "[Truncated: too long.]");
        check_detail(
            "text/plain",
            &"l\n".repeat(20),
            &format!("{}[Truncated: too many lines.]", "l\n\t".repeat(8)),
        );
    }
}
