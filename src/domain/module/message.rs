//! Messages that authors of modules write for others: deprecations and the reasons of retractions.
//!
//! See <https://go.dev/ref/mod#go-mod-file-module-deprecation> and
//! <https://go.dev/ref/mod#go-mod-file-retract>.

use crate::domain::text::printable::is_printable;

/// The longest message that is shown, in bytes.
const LONGEST: usize = 500;

/// Returns the first line of a message, or `default` if it is blank, or a note where showing it would be unsafe.
pub fn short_message<'a>(message: &'a str, default: &'a str) -> &'a str {
    let line = message.split('\n').next().unwrap_or(message).trim();
    if line.is_empty() {
        return default;
    }
    if LONGEST < line.len() {
        return "(message omitted: too long)";
    }
    // A go.mod comes from strangers: control characters could rewrite what the terminal shows.
    if !line
        .chars()
        .all(|character| is_printable(character) || character.is_whitespace())
    {
        return "(message omitted: contains non-printable characters)";
    }
    line
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hides_what_could_deceive() {
        assert_eq!(
            short_message(" use x.y/z \u{2014} soon\nmore", "none"),
            "use x.y/z \u{2014} soon"
        );
        assert_eq!(short_message("\nx", "none"), "none");
        assert_eq!(
            short_message("a\u{1b}[2Jb", "none"),
            "(message omitted: contains non-printable characters)"
        );
    }
}
