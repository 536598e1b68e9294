//! Text as Go sees it: characters in bytes that need not be UTF-8, white space, string literals.

pub mod printable;
pub mod quote;

/// Splits `text` into characters with their bytes; a byte that is not UTF-8 stands as U+FFFD alone.
pub fn chars(text: &[u8]) -> impl Iterator<Item = (&[u8], char)> {
    let mut rest = text;
    std::iter::from_fn(move || {
        let (c, length) = first_char(rest)?;
        let (bytes, after) = rest.split_at(length);
        rest = after;
        Some((bytes, c))
    })
}

/// Returns the first character of `text` and its length in bytes.
pub fn first_char(text: &[u8]) -> Option<(char, usize)> {
    let first = *text.first()?;
    if first.is_ascii() {
        return Some((char::from(first), 1));
    }
    let window = &text[..text.len().min(4)];
    let valid = match std::str::from_utf8(window) {
        Ok(valid) => valid,
        Err(err) => std::str::from_utf8(&window[..err.valid_up_to()]).unwrap_or_default(),
    };
    Some(
        valid
            .chars()
            .next()
            .map_or((char::REPLACEMENT_CHARACTER, 1), |c| (c, c.len_utf8())),
    )
}

/// Removes white space, as Unicode defines it, from both ends.
pub fn trim_space(text: &[u8]) -> &[u8] {
    let mut rest = text;
    while let Some((c, length)) = first_char(rest)
        && c.is_whitespace()
    {
        rest = &rest[length..];
    }
    while let Some(length) = last_space(rest) {
        rest = &rest[..rest.len() - length];
    }
    rest
}

/// Returns the length of the white space character that ends `text`.
fn last_space(text: &[u8]) -> Option<usize> {
    let last = *text.last()?;
    if last.is_ascii() {
        return char::from(last).is_whitespace().then_some(1);
    }
    // White space beyond ASCII takes two or three bytes.
    (2..=text.len().min(3)).find(|length| {
        let tail = &text[text.len() - length..];
        first_char(tail).is_some_and(|(c, size)| size == *length && c.is_whitespace())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn trims_wide_space() {
        assert_eq!(trim_space(" \u{3000}\u{85}a b\u{a0}\t".as_bytes()), b"a b");
        assert_eq!(trim_space(" \u{3000}".as_bytes()), b"");
        assert_eq!(trim_space(b"\xa0x\xa0"), b"\xa0x\xa0");
        assert_eq!(
            trim_space("\u{a0} \u{2003}a b\u{85}\r\n".as_bytes()),
            b"a b"
        );
        assert_eq!(trim_space(b" \xff \xa0 "), b"\xff \xa0");
        assert_eq!(trim_space(b"\t "), b"");
    }
}
