//! Base64 as keys, signatures and hashes of the checksum database use it.
//!
//! The go command's decoder is more lenient than RFC 4648: it skips line breaks anywhere and does not look at the
//! unused low bits of the last character. What it accepts in a key or a note has to be accepted here too.

use std::borrow::Cow;
use std::sync::LazyLock;

use data_encoding::{BASE64, Encoding, Specification};

/// The alphabet with padding, and with the unused bits at the end ignored.
static LENIENT: LazyLock<Encoding> = LazyLock::new(|| {
    let mut specification = Specification::new();
    specification
        .symbols
        .push_str("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/");
    specification.padding = Some('=');
    specification.check_trailing_bits = false;
    specification
        .encoding()
        .expect("the alphabet has 64 symbols")
});

/// Returns the bytes that `text` stands for, or nothing if it is not base64.
pub(super) fn decode(text: &str) -> Option<Vec<u8>> {
    let text = if text.contains(['\r', '\n']) {
        Cow::Owned(text.replace(['\r', '\n'], ""))
    } else {
        Cow::Borrowed(text)
    };
    // The crate reads on after padding, as if texts were put one behind the other; Go refuses that.
    let body = text.trim_end_matches('=');
    if body.contains('=') || text.len() - body.len() > 2 {
        return None;
    }
    LENIENT.decode(text.as_bytes()).ok()
}

/// Returns the text for some bytes, padded.
pub(super) fn encode(bytes: &[u8]) -> String {
    BASE64.encode(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, want: Option<&[u8]>) {
        assert_eq!(decode(text).as_deref(), want, "{text:?}");
    }

    #[test]
    fn decodes_what_go_decodes() {
        check("", Some(b""));
        check("YQ==", Some(b"a"));
        check("YR==", Some(b"a"));
        check("Y\nQ=\r\n=\n", Some(b"a"));
        check("YWI=", Some(b"ab"));
        check("YWJj", Some(b"abc"));
    }

    #[test]
    fn refuses_what_go_refuses() {
        for text in [
            "=", "Y", "YQ", "YQ=", "YWI", "YQ==YQ==", "YWJj====", "YW=j", "YWJ_", " YWJj", "YWJj=",
            "====",
        ] {
            check(text, None);
        }
    }
}
