//! Failures as the user sees them.

use std::fmt::Write as _;

use crate::ops::failure::{Excerpt, Failure};
use crate::render::human::style::Styles;
use crate::render::json;

/// The most characters of a line that an excerpt shows.
const WIDTH: usize = 100;

/// Why a formatted write cannot fail.
const STRING: &str = "writing to a string";

/// Whether failures are text or one JSON object.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ErrorFormat {
    /// `error:`, `caused by:`, a blank line, `hint:`.
    Text,
    /// One object on one line.
    Json,
}

/// Returns the message for stderr, with the newline at its end.
pub fn message(failure: &Failure, format: ErrorFormat, styles: &Styles) -> String {
    match format {
        ErrorFormat::Json => json::failure::object(failure),
        ErrorFormat::Text => text(failure, styles),
    }
}

/// Returns one line for a thing that is not quite an error.
pub fn warning(message: &str, styles: &Styles) -> String {
    let style = styles.warning;
    format!("{style}warning:{style:#} {}\n", printable(message))
}

/// Replaces what would steer the terminal; the text may come from a stranger's file.
pub fn printable(text: &str) -> String {
    let mut result = String::with_capacity(text.len());
    for character in text.chars() {
        if steers(character) {
            write!(result, "{}", character.escape_unicode()).expect(STRING);
        } else {
            result.push(character);
        }
    }
    result
}

fn text(failure: &Failure, styles: &Styles) -> String {
    let mut result = String::new();
    let (error, hint) = (styles.error, styles.hint);
    let mut line = |label: &str, style: anstyle::Style, message: &str| {
        writeln!(result, "{style}{label}{style:#} {}", printable(message)).expect(STRING);
    };
    line("error:", error, &failure.source.to_string());
    // With places to show, the causes would say everything twice.
    let is_placed = !failure.excerpts.is_empty();
    for cause in failure.told().iter().skip(1).filter(|_| !is_placed) {
        line("caused by:", error, cause);
    }
    for part in &failure.excerpts {
        excerpt(&mut result, part, styles);
    }
    if !failure.hints.is_empty() {
        result.push('\n');
    }
    for message in &failure.hints {
        writeln!(result, "{hint}hint:{hint:#} {}", printable(message)).expect(STRING);
    }
    result
}

/// Shows the line with a caret below the column.
fn excerpt(result: &mut String, excerpt: &Excerpt, styles: &Styles) {
    let (frame, error) = (styles.frame, styles.error);
    let message = printable(&excerpt.message);
    if excerpt.line == 0 {
        writeln!(
            result,
            " {frame}-->{frame:#} {}: {message}",
            printable(&excerpt.file)
        )
        .expect(STRING);
        return;
    }
    let (line, caret_at, carets) = window(excerpt);
    let number = excerpt.line.to_string();
    let margin = " ".repeat(number.len());
    let place = printable(&format!(
        "{}:{}:{}",
        excerpt.file, excerpt.line, excerpt.column
    ));
    let (indent, marks) = (" ".repeat(caret_at), "^".repeat(carets));
    write!(
        result,
        "{margin}{frame}-->{frame:#} {place}\n\
         {margin} {frame}|{frame:#}\n\
         {frame}{number} |{frame:#} {line}\n\
         {margin} {frame}|{frame:#} {indent}{error}{marks}{error:#} {message}\n"
    )
    .expect(STRING);
}

/// Returns the visible part of the line, where the caret stands in it, and how many carets there are.
fn window(excerpt: &Excerpt) -> (String, usize, usize) {
    let first = excerpt.before.saturating_sub(WIDTH * 3 / 4);
    let end = excerpt.before.saturating_add(excerpt.width.max(1));
    let (mut line, mut before, mut carets) = (String::new(), 0, 0);
    for (at, character) in excerpt.text.chars().enumerate().skip(first).take(WIDTH) {
        let shown = match character {
            '\t' => "    ".to_owned(),
            other => printable(other.encode_utf8(&mut [0; 4])),
        };
        let width = shown.chars().count();
        if at < excerpt.before {
            before += width;
        } else if at < end {
            carets += width;
        }
        line.push_str(&shown);
    }
    (line, before, carets.max(1))
}

fn steers(character: char) -> bool {
    let is_layout = matches!(character, '\n' | '\t');
    let is_direction = matches!(character, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    (character.is_control() && !is_layout) || is_direction
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ops::failure::FailureKind;

    #[track_caller]
    fn check(failure: &Failure, expect: &str) {
        assert_eq!(
            message(failure, ErrorFormat::Text, &Styles::plain()),
            expect
        );
    }

    #[test]
    fn shows_causes_and_hints() {
        let failure = Failure::new(FailureKind::Outside, anyhow::anyhow!("connection refused"))
            .context("cannot fetch `example.com/a`")
            .hint("say `--offline`")
            .hint("wait");
        check(
            &failure,
            "error: cannot fetch `example.com/a`\ncaused by: connection refused\n\nhint: say `--offline`\nhint: wait\n",
        );
    }

    #[test]
    fn shows_the_line_with_a_caret() {
        let failure = Failure::input("go.mod:3:2: unknown directive").excerpt(Excerpt {
            file: "go.mod".to_owned(),
            line: 3,
            column: 2,
            before: 1,
            width: 3,
            text: "\tfoo \u{1b}[31m".to_owned(),
            message: "expected `require`".to_owned(),
        });
        check(
            &failure,
            "error: go.mod:3:2: unknown directive\n --> go.mod:3:2\n  |\n3 |     foo \\u{1b}[31m\n  |     ^^^ expected `require`\n",
        );
    }

    #[test]
    fn a_long_line_is_cut() {
        let excerpt = Excerpt {
            before: 40_000,
            text: "é".repeat(50_000),
            ..Excerpt::default()
        };
        let (line, caret, carets) = window(&excerpt);
        assert_eq!((line.chars().count(), caret, carets), (WIDTH, 75, 1));
    }
}
