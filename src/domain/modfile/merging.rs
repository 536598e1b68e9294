//! Edits for those who merge files: comments go from one file to another, and a new line joins the block of its kind.

use super::directive::{Exclude, GoMod, GoWork, Replace};
use super::lex::Position;
use super::quote::auto_quote;
use super::syntax::{Comment, LineId, Syntax};
use crate::domain::module::ModuleVersion;
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
    /// Sets the replacement of exactly this module version, or of all versions; a new line joins the last block.
    pub fn join_replace(&mut self, old: &ModuleVersion, new: &ModuleVersion) {
        join_replace(&mut self.syntax, &mut self.replace, old, new);
    }

    /// Adds an `exclude` line that is not there yet; it joins the last block.
    pub fn join_exclude(&mut self, module: &ModuleVersion) {
        let mut words: Vec<Vec<u8>> = vec![b"exclude".to_vec()];
        words.extend(words_of(module));
        let line = add(&mut self.syntax, &words);
        let module = module.clone();
        self.exclude.push(Exclude { module, line });
    }

    /// Returns the lines, for changes of comments alone.
    pub fn syntax_for_comments(&mut self) -> &mut Syntax {
        &mut self.syntax
    }
}

impl GoWork {
    /// Sets the replacement of exactly this module version, or of all versions; a new line joins the last block.
    pub fn join_replace(&mut self, old: &ModuleVersion, new: &ModuleVersion) {
        join_replace(&mut self.syntax, &mut self.replace, old, new);
    }

    /// Returns the lines, for changes of comments alone.
    pub fn syntax_for_comments(&mut self) -> &mut Syntax {
        &mut self.syntax
    }
}

fn join_replace(
    syntax: &mut Syntax,
    list: &mut Vec<Replace>,
    old: &ModuleVersion,
    new: &ModuleVersion,
) {
    let mut words: Vec<Vec<u8>> = vec![b"replace".to_vec()];
    words.extend(words_of(old));
    words.push(b"=>".to_vec());
    words.extend(words_of(new));
    if let Some(item) = list.iter_mut().rfind(|item| item.old == *old) {
        item.new = new.clone();
        let words: Vec<&[u8]> = words.iter().map(Vec::as_slice).collect();
        syntax.update_line(item.line, &words);
        return;
    }
    list.push(Replace {
        old: old.clone(),
        new: new.clone(),
        line: add(syntax, &words),
    });
}

fn add(syntax: &mut Syntax, words: &[Vec<u8>]) -> LineId {
    let words: Vec<&[u8]> = words.iter().map(Vec::as_slice).collect();
    syntax.add_line(None, &words)
}

/// Returns path and version, quoted where that is needed; the path alone where there is no version.
fn words_of(module: &ModuleVersion) -> Vec<Vec<u8>> {
    let mut words = vec![auto_quote(module.path.as_str().as_bytes())];
    if !module.version.is_empty() {
        words.push(auto_quote(module.version.as_str().as_bytes()));
    }
    words
}
