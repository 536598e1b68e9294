//! The files that hold Go settings: the user's GOENV file and `$GOROOT/go.env`.

use std::collections::BTreeMap;

/// One setting of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Line<'a> {
    pub(super) key: &'a str,
    pub(super) value: &'a str,
    /// The line of the file, from 1.
    pub(super) number: usize,
}

/// Yields the settings of a file in order.
///
/// A line counts when it has a `=` and begins with a capital letter; all others are comments. The
/// value is the rest of the line as it stands: a carriage return or a space belongs to it.
pub(super) fn lines(text: &str) -> impl Iterator<Item = Line<'_>> {
    text.split('\n').enumerate().filter_map(|(at, line)| {
        let (key, value) = line.split_once('=')?;
        key.starts_with(|c: char| c.is_ascii_uppercase())
            .then_some(Line {
                key,
                value,
                number: at + 1,
            })
    })
}

/// Returns the last setting of each key.
pub(super) fn last(text: &str) -> BTreeMap<&str, Line<'_>> {
    lines(text).map(|line| (line.key, line)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_settings_and_skips_the_rest() {
        let text = "# GOPROXY=no\n\nGOPROXY=a=b\n goflags=x\nlower=x\n=x\nGOX= y \nGOPROXY=z\r";
        let got: Vec<_> = lines(text)
            .map(|line| (line.number, line.key, line.value))
            .collect();
        assert_eq!(
            got,
            [
                (3, "GOPROXY", "a=b"),
                (7, "GOX", " y "),
                (8, "GOPROXY", "z\r")
            ]
        );
        assert_eq!(last(text)["GOPROXY"].number, 8);
    }
}
