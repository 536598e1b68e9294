//! Lists of words with quotes, as in `GOFLAGS` and `CGO_CFLAGS`, and Go's way to quote a string.

/// What is wrong with a quoted list.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum QuotedError {
    /// A quote was opened and not closed.
    #[error("unterminated {quote} string")]
    Unterminated {
        /// The quote: `'` or `"`.
        quote: char,
    },
}

/// Splits a list at white space.
///
/// A word that begins with a quote goes on to the next such quote; there is no escape, and quotes
/// inside a word are ordinary.
pub fn split(list: &str) -> Result<Vec<&str>, QuotedError> {
    let mut words = Vec::new();
    let mut rest = list.trim_start_matches(is_space);
    while let Some(first) = rest.chars().next() {
        let (word, after) = if matches!(first, '"' | '\'') {
            rest[1..]
                .split_once(first)
                .ok_or(QuotedError::Unterminated { quote: first })?
        } else {
            rest.split_at(rest.find(is_space).unwrap_or(rest.len()))
        };
        words.push(word);
        rest = after.trim_start_matches(is_space);
    }
    Ok(words)
}

/// Joins words to a list that [`split`] takes apart again, or `None` where a word has both quotes.
pub fn join(words: &[&str]) -> Option<String> {
    let mut list = String::new();
    for (at, word) in words.iter().enumerate() {
        if at > 0 {
            list.push(' ');
        }
        if !word.contains(|c| is_space(c) || matches!(c, '"' | '\'')) {
            list.push_str(word);
            continue;
        }
        let quote = ['\'', '"']
            .into_iter()
            .find(|quote| !word.contains(*quote))?;
        list.extend([quote]);
        list.push_str(word);
        list.extend([quote]);
    }
    Some(list)
}

fn is_space(c: char) -> bool {
    matches!(c, ' ' | '\t' | '\n' | '\r')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(list: &str, expect: &[&str]) {
        assert_eq!(split(list).unwrap(), expect);
    }

    #[test]
    fn splits_words_and_quotes() {
        check("", &[]);
        check(" \t\n", &[]);
        check("-a -b=c", &["-a", "-b=c"]);
        check(" 'a b'  \"c 'd\" ", &["a b", "c 'd"]);
        check("a'b c'd", &["a'b", "c'd"]);
        check("'a'b", &["a", "b"]);
        check("''", &[""]);
        check("ä\u{a0}b", &["ä\u{a0}b"]);
    }

    #[test]
    fn refuses_open_quotes() {
        assert_eq!(
            split("a 'b").unwrap_err().to_string(),
            "unterminated ' string"
        );
    }

    #[test]
    fn joins_what_split_reads() {
        assert_eq!(join(&["a", "b c", "d'e"]).unwrap(), "a 'b c' \"d'e\"");
        assert_eq!(join(&["'\""]), None);
    }
}
