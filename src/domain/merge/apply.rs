//! What was decided, written into our side's file: its layout and its comments stay.

use std::collections::BTreeSet;

use super::decide::{Decided, Outcome};
use super::entries::{Content, Entries, Key, of_mod, of_work};
use super::{Note, Sides};
use crate::domain::modfile::{
    EditError, GoMod, GoWork, ParseErrors, Requirement, Syntax, VersionInterval,
};
use crate::domain::module::{ModuleVersion, Version, goversion};

/// From this Go version on, indirect requirements stand in a block of their own.
const SEPARATE_INDIRECT: &str = "1.17";

/// A file with directives.
pub(super) trait File: Sized {
    /// Parses it.
    fn parse_text(name: &str, text: &[u8]) -> Result<Self, ParseErrors>;
    /// Returns its directives.
    fn entries(&self) -> Entries;
    /// Makes it say what was decided.
    fn set(&mut self, decided: &Decided) -> Result<(), EditError>;
    /// Returns it in canonical form.
    fn format_text(&self) -> Vec<u8>;
    /// Returns its lines and comments.
    fn syntax_of(&self) -> &Syntax;
    /// Returns them to be changed.
    fn syntax_mut(&mut self) -> &mut Syntax;
}

impl File for GoMod {
    fn parse_text(name: &str, text: &[u8]) -> Result<Self, ParseErrors> {
        Self::parse(name, text, None)
    }

    fn entries(&self) -> Entries {
        of_mod(self)
    }

    fn set(&mut self, decided: &Decided) -> Result<(), EditError> {
        let before = self.entries();
        for (key, outcome) in &decided.outcomes {
            if before.get(key).map(|entry| &entry.content) != outcome.content() {
                set_in_mod(self, key, outcome.content())?;
            }
        }
        let wanted = requirements(decided);
        if wanted != requirements_of(&before) || wanted.len() != self.require.len() {
            let go = self.go.as_ref().map_or("", |go| go.version.as_str());
            if goversion::compare(go, SEPARATE_INDIRECT).is_lt() {
                self.set_require(&wanted)?;
            } else {
                self.set_require_separate_indirect(&wanted)?;
            }
        }
        self.cleanup();
        self.sort_blocks();
        Ok(())
    }

    fn format_text(&self) -> Vec<u8> {
        self.format()
    }

    fn syntax_of(&self) -> &Syntax {
        self.syntax()
    }

    fn syntax_mut(&mut self) -> &mut Syntax {
        self.syntax_for_comments()
    }
}

impl File for GoWork {
    fn parse_text(name: &str, text: &[u8]) -> Result<Self, ParseErrors> {
        Self::parse(name, text, None)
    }

    fn entries(&self) -> Entries {
        of_work(self)
    }

    fn set(&mut self, decided: &Decided) -> Result<(), EditError> {
        let before = self.entries();
        for (key, outcome) in &decided.outcomes {
            if before.get(key).map(|entry| &entry.content) != outcome.content() {
                set_in_work(self, key, outcome.content())?;
            }
        }
        self.cleanup();
        self.sort_blocks();
        Ok(())
    }

    fn format_text(&self) -> Vec<u8> {
        self.format()
    }

    fn syntax_of(&self) -> &Syntax {
        self.syntax()
    }

    fn syntax_mut(&mut self) -> &mut Syntax {
        self.syntax_for_comments()
    }
}

fn set_in_mod(file: &mut GoMod, key: &Key, content: Option<&Content>) -> Result<(), EditError> {
    match (key, content) {
        (Key::Module, Some(Content::Word(path))) => file.set_module(path),
        // Requirements are set all at once; a module always has its path, and go.mod no `use`.
        (Key::Require(_) | Key::Use(_) | Key::Module, _) => {}
        (Key::Go, Some(Content::Word(version))) => file.set_go(version)?,
        (Key::Go, _) => file.drop_go(),
        (Key::Toolchain, Some(Content::Word(name))) => file.set_toolchain(name)?,
        (Key::Toolchain, _) => file.drop_toolchain(),
        (Key::Godebug(name), Some(Content::Word(value))) => file.set_godebug(name, value),
        (Key::Godebug(name), _) => file.drop_godebug(name),
        (Key::Exclude(path, version), Some(_)) => {
            file.join_exclude(&ModuleVersion::new(path.as_str(), version.as_str()));
        }
        (Key::Exclude(path, version), None) => file.drop_exclude(path, version),
        (Key::Replace(path, version), Some(Content::Target(new))) => {
            file.join_replace(&ModuleVersion::new(path.as_str(), version.as_str()), new);
        }
        (Key::Replace(path, version), _) => {
            file.drop_replace(&ModuleVersion::new(path.as_str(), version.as_str()));
        }
        (Key::Retract(low, high), Some(_)) => file.add_retract(&interval(low, high), "")?,
        (Key::Retract(low, high), None) => file.drop_retract(&interval(low, high)),
        (Key::Tool(path), Some(_)) => file.add_tool(path),
        (Key::Tool(path), None) => file.drop_tool(path),
        (Key::Ignore(path), Some(_)) => file.add_ignore(path),
        (Key::Ignore(path), None) => file.drop_ignore(path),
    }
    Ok(())
}

fn set_in_work(file: &mut GoWork, key: &Key, content: Option<&Content>) -> Result<(), EditError> {
    match (key, content) {
        (Key::Use(path), Some(_)) => file.add_use(path, ""),
        (Key::Use(path), None) => file.drop_use(path),
        (Key::Go, Some(Content::Word(version))) => file.set_go(version)?,
        (Key::Go, _) => file.drop_go(),
        (Key::Toolchain, Some(Content::Word(name))) => file.set_toolchain(name)?,
        (Key::Toolchain, _) => file.drop_toolchain(),
        (Key::Godebug(name), Some(Content::Word(value))) => file.set_godebug(name, value),
        (Key::Godebug(name), _) => file.drop_godebug(name),
        (Key::Replace(path, version), Some(Content::Target(new))) => {
            file.join_replace(&ModuleVersion::new(path.as_str(), version.as_str()), new);
        }
        (Key::Replace(path, version), _) => {
            file.drop_replace(&ModuleVersion::new(path.as_str(), version.as_str()));
        }
        // go.work has none of these.
        (
            Key::Module
            | Key::Require(_)
            | Key::Exclude(..)
            | Key::Retract(..)
            | Key::Tool(_)
            | Key::Ignore(_),
            _,
        ) => {}
    }
    Ok(())
}

fn interval(low: &str, high: &str) -> VersionInterval {
    VersionInterval::new(Version::new(low), Version::new(high))
}

fn requirements(decided: &Decided) -> Vec<Requirement> {
    let outcomes = decided.outcomes.iter();
    outcomes
        .filter_map(|(key, outcome)| requirement(key, Outcome::content(outcome)?))
        .collect()
}

fn requirements_of(entries: &Entries) -> Vec<Requirement> {
    let entries = entries.iter();
    entries
        .filter_map(|(key, entry)| requirement(key, &entry.content))
        .collect()
}

fn requirement(key: &Key, content: &Content) -> Option<Requirement> {
    let (Key::Require(path), Content::Required { version, indirect }) = (key, content) else {
        return None;
    };
    Some(Requirement {
        module: ModuleVersion::new(path.as_str(), version.as_str()),
        indirect: *indirect,
    })
}

/// Takes over the comments that only their side has or changed, line by line.
pub(super) fn comments<F: File>(
    merged: &mut F,
    theirs: &F,
    base: &Entries,
    ours: &Entries,
    of_theirs: &Entries,
) {
    let lines = merged.entries();
    for (key, entry) in &lines {
        let Some(their) = of_theirs.get(key) else {
            continue;
        };
        let comments = |entries: &Entries| entries.get(key).map(|entry| entry.comments.clone());
        let taken = match (comments(base), comments(ours)) {
            (_, None) => true,
            (Some(base), Some(ours)) => ours == base && their.comments != base,
            (None, Some(ours)) => ours.is_empty() && !their.comments.is_empty(),
        };
        if taken {
            let syntax = merged.syntax_mut();
            syntax.take_comments(entry.line, theirs.syntax_of(), their.line);
        }
    }
}

/// Notes the comments of their side that are new there and found no place.
pub(super) fn note_comments(notes: &mut Vec<Note>, sides: &Sides<'_>, result: &[u8]) {
    let known = [sides.base, sides.ours, result].map(comment_texts);
    for text in comment_texts(sides.theirs) {
        if !known.iter().any(|known| known.contains(&text)) && text != "// indirect" {
            notes.push(Note::CommentLeft { text });
        }
    }
}

fn comment_texts(text: &[u8]) -> BTreeSet<String> {
    let text = String::from_utf8_lossy(text);
    let comment = |line: &str| Some(line[line.find("//")?..].trim().to_owned());
    // A `//` within a quoted word is no comment, and is the same text on both sides as well.
    text.lines().filter_map(comment).collect()
}
