//! Which tokens of a go.mod line need quotes. See <https://go.dev/ref/mod#go-mod-file-lexical>.

use crate::domain::text::chars;
use crate::domain::text::printable::is_printable;
use crate::domain::text::quote::QuotedBytes;

/// Reports whether `text` must be quoted to be one token of a go.mod line.
pub fn must_quote(text: &[u8]) -> bool {
    if text.is_empty()
        || memchr::memmem::find(text, b"//").is_some()
        || memchr::memmem::find(text, b"/*").is_some()
    {
        return true;
    }
    chars(text).any(|(_, c)| match c {
        ' ' | '"' | '\'' | '`' => true,
        '(' | ')' | '[' | ']' | '{' | '}' | ',' => text.len() > 1,
        _ => !is_printable(c),
    })
}

/// Returns `text`, quoted where go.mod needs it.
pub fn auto_quote(text: &[u8]) -> Vec<u8> {
    if must_quote(text) {
        QuotedBytes(text).to_string().into_bytes()
    } else {
        text.to_vec()
    }
}

/// Reports whether the target of a `replace` is a directory rather than a module path.
///
/// Unix and Windows forms are both known on every system, as go.mod files move between them.
pub fn is_directory_path(text: &[u8]) -> bool {
    match text {
        b"."
        | b".."
        | [b'/' | b'\\', ..]
        | [b'.', b'/' | b'\\', ..]
        | [b'.', b'.', b'/' | b'\\', ..] => true,
        [letter, b':', ..] => letter.is_ascii_alphabetic(),
        _ => false,
    }
}
