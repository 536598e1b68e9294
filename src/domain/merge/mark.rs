//! Marks around the lines that nobody could decide.

use super::apply::File;
use super::decide::{Decided, Outcome};
use super::entries::{Content, Entries, Entry, Key};
use super::{line_ranges, marks};
use crate::domain::modfile::quote::auto_quote;
use crate::domain::module::ModuleVersion;

/// Puts marks around each line with a conflict: what our side says, then what theirs does.
pub(super) fn mark<F: File>(
    text: &[u8],
    result: &F,
    decided: &Decided,
    theirs: &Entries,
    width: usize,
) -> Vec<u8> {
    let ranges = line_ranges(text);
    let entries = result.entries();
    let mut marked: Vec<(usize, &Key, &Entry)> = Vec::new();
    for (key, outcome) in &decided.outcomes {
        if let (Outcome::Conflict { .. }, Some(entry)) = (outcome, entries.get(key)) {
            let line = result.syntax_of().position(entry.line).line as usize;
            marked.push((line.saturating_sub(1), key, entry));
        }
    }
    marked.sort_by_key(|(line, _, _)| *line);
    let [begin, middle, end] = marks(width);
    let mut out = Vec::with_capacity(text.len() + 128 * marked.len());
    let mut next = marked.into_iter().peekable();
    for (number, range) in ranges.into_iter().enumerate() {
        let line = &text[range];
        let Some((_, key, entry)) = next.next_if(|(at, _, _)| *at == number) else {
            out.extend_from_slice(line);
            continue;
        };
        let their = theirs.get(key);
        // The line is theirs where our side has none.
        let is_ours = their.is_none_or(|their| their.content != entry.content);
        let push = |out: &mut Vec<u8>, text: &str| {
            out.extend_from_slice(text.as_bytes());
            out.push(b'\n');
        };
        push(&mut out, &begin);
        if is_ours {
            out.extend_from_slice(line);
        }
        push(&mut out, &middle);
        match their {
            Some(_) if !is_ours => out.extend_from_slice(line),
            Some(their) => push(&mut out, &written(key, their, line)),
            None => {}
        }
        push(&mut out, &end);
    }
    out
}

/// Writes a directive in the form of the line that stands in its place: in a block or by itself.
fn written(key: &Key, entry: &Entry, beside: &[u8]) -> String {
    let beside = String::from_utf8_lossy(beside);
    let words = words(key, &entry.content).join(" ");
    let alone = beside.trim_start() == beside.as_ref();
    let mut line = if alone {
        format!("{} {words}", key.verb())
    } else {
        format!("\t{words}")
    };
    if let Content::Required { indirect: true, .. } = entry.content {
        line.push_str(" // indirect");
    }
    line
}

fn words(key: &Key, content: &Content) -> Vec<String> {
    let quoted = |word: &str| String::from_utf8_lossy(&auto_quote(word.as_bytes())).into_owned();
    let of_module = |module: &ModuleVersion| {
        let mut words = vec![quoted(module.path.as_str())];
        if !module.version.is_empty() {
            words.push(quoted(module.version.as_str()));
        }
        words
    };
    match (key, content) {
        (Key::Godebug(name), Content::Word(value)) => vec![quoted(&format!("{name}={value}"))],
        (Key::Require(path), Content::Required { version, .. }) => {
            vec![quoted(path), quoted(version)]
        }
        (Key::Replace(path, version), Content::Target(new)) => {
            let mut words = of_module(&ModuleVersion::new(path.as_str(), version.as_str()));
            words.push("=>".to_owned());
            words.extend(of_module(new));
            words
        }
        (Key::Exclude(path, version), _) => vec![quoted(path), quoted(version)],
        (Key::Tool(word) | Key::Ignore(word) | Key::Use(word), _) | (_, Content::Word(word)) => {
            vec![quoted(word)]
        }
        (_, _) => vec![content.to_string()],
    }
}
