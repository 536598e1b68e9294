//! The messages in which the go command says that a checksum does not match.

use crate::domain::gosum::SumKind;
use crate::domain::module::{ModuleVersion, path, version};

/// What a message is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    /// The module version; none where only the checksum database is to blame.
    pub module: Option<ModuleVersion>,
    /// Whether the module or its go.mod was verified.
    pub kind: SumKind,
    /// How it did not match.
    pub form: MessageForm,
    /// The hash of what was downloaded.
    pub downloaded: Option<String>,
    /// Who else has a hash, and which: a go.sum file or the database.
    pub other: Option<(String, String)>,
}

/// The forms of messages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MessageForm {
    /// No message, only the name of a module version.
    Named,
    /// What was downloaded has another hash than go.sum or the database.
    Mismatch,
    /// The answer of the database has no line for it.
    Missing,
    /// The database has no record, or refuses to make one.
    NoRecord,
    /// The module cache was changed after the download.
    CacheModified,
    /// The database contradicts itself.
    Fork,
}

/// Finds all that a pasted text says of mismatches, each module once for each kind.
///
/// Lines that say nothing of the sort are passed over; a text that is nothing but `module@version` is one.
pub fn parse(text: &str) -> Vec<Message> {
    let mut found: Vec<Message> = Vec::new();
    for line in text.lines() {
        let line = clean(line);
        if let Some(message) = start(line) {
            let same =
                |known: &Message| known.module == message.module && known.kind == message.kind;
            if !found.iter().any(same) {
                found.push(message);
            }
        } else if let Some(last) = found.last_mut() {
            detail(line, last);
        }
    }
    if found.is_empty()
        && let Some(module) = text.split_whitespace().find_map(module_version)
    {
        found.push(Message::about(module, SumKind::Module, MessageForm::Named));
    }
    found
}

impl Message {
    fn about(module: ModuleVersion, kind: SumKind, form: MessageForm) -> Self {
        Self {
            module: Some(module),
            kind,
            form,
            downloaded: None,
            other: None,
        }
    }
}

/// Takes away what a terminal, a log or an outer message has put before a line.
fn clean(line: &str) -> &str {
    let line = line.trim().trim_start_matches(['>', '|']).trim_start();
    let line = line.strip_prefix("go: ").unwrap_or(line);
    line.strip_prefix("warning: ").unwrap_or(line)
}

/// Reads the first line of a message.
fn start(line: &str) -> Option<Message> {
    if line.contains("go.sum database server misbehavior detected") {
        return Some(Message {
            module: None,
            kind: SumKind::Module,
            form: MessageForm::Fork,
            downloaded: None,
            other: None,
        });
    }
    let form = form(line)?;
    if form == MessageForm::CacheModified {
        let mut words = line.split_whitespace();
        let name = format!("{}@{}", words.next()?, words.next()?.trim_end_matches(':'));
        return Some(Message::about(
            module_version(&name)?,
            SumKind::Module,
            form,
        ));
    }
    let at = line.find("verifying ")?;
    let verified = line[at + "verifying ".len()..].split(": ").next()?;
    let (kind, name) = match verified {
        "module" => (SumKind::Module, line[..at].trim_end().trim_end_matches(':')),
        "go.mod" => (SumKind::GoMod, line[..at].trim_end().trim_end_matches(':')),
        name => match name.strip_suffix("/go.mod") {
            Some(name) => (SumKind::GoMod, name),
            None => (SumKind::Module, name),
        },
    };
    // Before the name other text may stand, such as the chain of requirements.
    let module = name.split_whitespace().rev().find_map(module_version)?;
    Some(Message::about(module, kind, form))
}

fn form(line: &str) -> Option<MessageForm> {
    let says = |text: &str| line.contains(text);
    if says("zip has been modified") || says("dir has been modified") || says("missing ziphash") {
        Some(MessageForm::CacheModified)
    } else if !says("verifying ") {
        None
    } else if says(": checksum mismatch") || says("unknown hashes in go.sum") {
        Some(MessageForm::Mismatch)
    } else if says(": checksum missing from") {
        Some(MessageForm::Missing)
    } else if says("404 Not Found") || says("410 Gone") || says("/lookup/") {
        Some(MessageForm::NoRecord)
    } else {
        None
    }
}

/// Reads a line `downloaded: h1:…` or `go.sum: h1:…` below the first one.
fn detail(line: &str, message: &mut Message) {
    let Some((who, hash)) = line.rsplit_once(": ") else {
        return;
    };
    let hash = hash.trim();
    let is_hash = hash.len() == 47 && hash.starts_with("h1:");
    if !is_hash {
        return;
    }
    if who == "downloaded" {
        message.downloaded.get_or_insert_with(|| hash.to_owned());
    } else if message.other.is_none() {
        message.other = Some((who.to_owned(), hash.to_owned()));
    }
}

/// Reads `module@version`, with or without what follows in a message.
fn module_version(word: &str) -> Option<ModuleVersion> {
    let word = word
        .trim_matches(|c: char| matches!(c, ':' | ',' | '(' | ')' | '[' | ']' | '"' | '`' | '\''));
    let word = word.strip_suffix("/go.mod").unwrap_or(word);
    let (module, found) = word.split_once('@')?;
    let is_good = path::check_path(module).is_ok() && version::canonical_version(found) == found;
    (is_good && !found.is_empty()).then(|| ModuleVersion::new(module, found))
}

#[cfg(test)]
mod tests {
    use super::*;

    const A: &str = "h1:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa=";
    const B: &str = "h1:bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb=";

    #[track_caller]
    fn check(text: &str, expect: &[&str]) {
        let text = text.replace("$A", A).replace("$B", B);
        let shown: Vec<_> = parse(&text).iter().map(show).collect();
        assert_eq!(shown, expect);
    }

    fn show(message: &Message) -> String {
        let module = message.module.as_ref().map(ToString::to_string);
        let mut text = format!(
            "{} {:?} {:?}",
            module.unwrap_or_default(),
            message.kind,
            message.form
        );
        if message.downloaded.as_deref() == Some(A) {
            text.push_str(" downloaded A");
        }
        if let Some((who, hash)) = &message.other {
            assert_eq!(hash, B);
            text = format!("{text} {who} B");
        }
        text
    }

    #[test]
    fn reads_every_form_of_go() {
        check(
            "verifying example.com/a@v1.0.0: checksum mismatch\n\tdownloaded: $A\n\tgo.sum:     $B\n\nSECURITY ERROR\nThis download does NOT match an earlier download recorded in go.sum.\n",
            &["example.com/a@v1.0.0 Module Mismatch downloaded A go.sum B"],
        );
        check(
            "verifying example.com/a@v1.0.0/go.mod: checksum mismatch\n\tdownloaded: $A\n\t/x y/go.sum:     $B\n",
            &["example.com/a@v1.0.0 GoMod Mismatch downloaded A /x y/go.sum B"],
        );
        check(
            "go: example.com/a@v1.0.0: verifying module: checksum mismatch\n\tdownloaded: $A\n\tsum.example.com: $B\n",
            &["example.com/a@v1.0.0 Module Mismatch downloaded A sum.example.com B"],
        );
        check(
            "go: example.com/b@v1.0.0 requires\n\texample.com/a@v1.2.0: verifying go.mod: checksum mismatch\r\n\tdownloaded: $A\r\n",
            &["example.com/a@v1.2.0 GoMod Mismatch downloaded A"],
        );
        check(
            "go: example.com/a@v1.0.0: verifying module: checksum missing from sumdb response\n",
            &["example.com/a@v1.0.0 Module Missing"],
        );
        check(
            "go: example.com/a@v1.0.0: verifying module: example.com/a@v1.0.0: reading https://sum.example.com/lookup/example.com/a@v1.0.0: 410 Gone\n\tserver response: not found\n",
            &["example.com/a@v1.0.0 Module NoRecord"],
        );
        check(
            "example.com/a v1.0.0: zip has been modified (/c/a.zip)\nexample.com/b v1.0.0: dir has been modified (/c/b)\n",
            &[
                "example.com/a@v1.0.0 Module CacheModified",
                "example.com/b@v1.0.0 Module CacheModified",
            ],
        );
        check(
            "SECURITY ERROR\ngo.sum database server misbehavior detected!\n\nold database:\n",
            &[" Module Fork"],
        );
        check(
            "warning: verifying example.com/a@v1.0.0: unknown hashes in go.sum: h9:x; adding $A\n",
            &["example.com/a@v1.0.0 Module Mismatch"],
        );
    }

    #[test]
    fn reads_names_and_passes_over_the_rest() {
        check(
            "example.com/a@v1.0.0",
            &["example.com/a@v1.0.0 Module Named"],
        );
        check("please look at (example.com/a@v1.0.0).", &[]);
        check(
            "see `example.com/a@v1.0.0`, thanks",
            &["example.com/a@v1.0.0 Module Named"],
        );
        for text in [
            "",
            "hello",
            "example.com/a",
            "example.com/a@latest",
            "verifying : checksum mismatch",
        ] {
            check(text, &[]);
        }
    }
}
