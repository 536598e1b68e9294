//! Comments of single lines, for those who carry them from one file to another.

use super::directive::{GoMod, GoWork};
use super::lex::Position;
use super::syntax::{Comment, LineId, Syntax};
use crate::domain::text::trim_space;

impl Syntax {
    /// Returns the comments before a line and behind it, without their `//` and without the mark `indirect`; blank lines
    /// are left out.
    pub fn remarks(&self, line: LineId) -> Vec<String> {
        let comments = &self.line(line).comments;
        let all = comments.before().iter().chain(comments.suffix());
        all.filter_map(|comment| {
            let body = String::from_utf8_lossy(trim_space(self.comment_body(*comment)));
            let body =
                body.strip_prefix("indirect")
                    .map_or(&*body, |rest| match rest.strip_prefix(';') {
                        Some(rest) => rest.trim_start(),
                        None if rest.is_empty() => "",
                        None => &body,
                    });
            (!body.is_empty()).then(|| body.to_owned())
        })
        .collect()
    }

    /// Replaces the comments of a line by those of a line of another file; the mark `indirect` stays as it is.
    pub fn take_comments(&mut self, line: LineId, from: &Self, other: LineId) {
        let indirect = self.is_indirect(line);
        let copy = |syntax: &mut Self, comments: &[Comment]| -> Vec<Comment> {
            let copied = comments.iter().map(|comment| {
                let mut copied = syntax.add_comment(from.text(comment.text));
                copied.start = Position::default();
                copied
            });
            copied.collect()
        };
        let before = copy(self, from.line(other).comments.before());
        let suffix = copy(self, from.line(other).comments.suffix());
        let comments = &mut self.line_mut(line).comments;
        comments.set_before(before);
        comments.set_suffix(suffix);
        self.set_indirect(line, indirect);
    }
}

impl GoMod {
    /// Returns the lines, for changes of comments alone.
    pub fn syntax_for_comments(&mut self) -> &mut Syntax {
        &mut self.syntax
    }
}

impl GoWork {
    /// Returns the lines, for changes of comments alone.
    pub fn syntax_for_comments(&mut self) -> &mut Syntax {
        &mut self.syntax
    }
}
