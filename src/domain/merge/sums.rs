//! go.sum and go.work.sum: hashes of both sides, unless they contradict each other.
//!
//! A line that only one side removed stays: the other side may have come to need it, and a line too many makes no build
//! wrong. `go mod tidy` removes it.

use std::collections::{BTreeMap, BTreeSet};

use super::error::{MergeError, Side};
use super::{Conflict, Merged, Note, Reason, Sides, marks};
use crate::domain::gosum::GoSum;

/// The hashes that the go command can check.
const KNOWN: &str = "h1:";

/// Path and version, which may end in `/go.mod`.
type Line = (String, String);
type Hashes = BTreeMap<Line, BTreeSet<String>>;

/// Merges three files; where the hashes of a module version differ, the lines of both sides get marks.
pub(super) fn merge(name: &str, sides: &Sides<'_>, width: usize) -> Result<Merged, MergeError> {
    let read = |side: Side, text: &[u8]| match GoSum::parse(name, text) {
        Ok(sum) => Ok(hashes(&sum)),
        Err(source) => Err(MergeError::Sum { side, source }),
    };
    read(Side::Base, sides.base)?;
    let ours = read(Side::Ours, sides.ours)?;
    let theirs = read(Side::Theirs, sides.theirs)?;
    let mut sum = GoSum::default();
    let mut conflicts: Vec<(&Line, [&BTreeSet<String>; 2])> = Vec::new();
    let none = BTreeSet::new();
    let lines: BTreeSet<&Line> = ours.keys().chain(theirs.keys()).collect();
    for line in lines {
        let [our, their] = [&ours, &theirs].map(|side| side.get(line).unwrap_or(&none));
        if contradict(our, their) {
            conflicts.push((line, [our, their]));
        }
        for hash in our.union(their) {
            sum.insert(&line.0, &line.1, hash);
        }
    }
    let text = sum.to_bytes();
    let text = if conflicts.is_empty() {
        text
    } else {
        mark(&text, &conflicts, width)
    };
    let list = |hashes: &BTreeSet<String>| hashes.iter().cloned().collect::<Vec<_>>().join(" ");
    let conflict = |(line, [our, their]): &(&Line, [&BTreeSet<String>; 2])| Conflict {
        subject: format!("{} {}", line.0, line.1),
        reason: Reason::Hashes,
        ours: Some(list(our)),
        theirs: Some(list(their)),
    };
    Ok(Merged {
        text,
        conflicts: conflicts.iter().map(conflict).collect(),
        notes: Vec::new(),
    })
}

/// Notes the module versions whose hashes are other ones than before.
pub(super) fn changed_hashes(sides: &Sides<'_>) -> Vec<Note> {
    let [base, ours, theirs] = [sides.base, sides.ours, sides.theirs].map(GoSum::parse_lax);
    let (base, sides) = (hashes(&base), [hashes(&ours), hashes(&theirs)]);
    let changed = |(line, was): (&Line, &BTreeSet<String>)| {
        let is_changed = |side: &Hashes| side.get(line).is_some_and(|now| contradict(was, now));
        let subject = format!("{} {}", line.0, line.1);
        sides
            .iter()
            .any(is_changed)
            .then_some(Note::HashChanged { subject })
    };
    base.iter().filter_map(changed).collect()
}

fn hashes(sum: &GoSum) -> Hashes {
    let mut hashes = Hashes::new();
    for (path, version, hash) in sum.iter() {
        let line = (path.to_owned(), version.to_owned());
        hashes.entry(line).or_default().insert(hash.to_owned());
    }
    hashes
}

/// Reports whether both sides have hashes that can be checked, and not the same ones.
fn contradict(ours: &BTreeSet<String>, theirs: &BTreeSet<String>) -> bool {
    let known = |hashes: &BTreeSet<String>| -> BTreeSet<String> {
        let known = hashes.iter().filter(|hash| hash.starts_with(KNOWN));
        known.cloned().collect()
    };
    let (ours, theirs) = (known(ours), known(theirs));
    !ours.is_empty() && !theirs.is_empty() && ours != theirs
}

/// Replaces the lines of each conflict, which stand together, by those of both sides between marks.
fn mark(text: &[u8], conflicts: &[(&Line, [&BTreeSet<String>; 2])], width: usize) -> Vec<u8> {
    let text = String::from_utf8_lossy(text);
    let [begin, middle, end] = marks(width);
    let mut out = String::new();
    let mut last: Option<&Line> = None;
    for line in text.lines() {
        let mut words = line.split(' ');
        let key = (words.next().unwrap_or(""), words.next().unwrap_or(""));
        let found = conflicts
            .iter()
            .find(|(line, _)| (line.0.as_str(), line.1.as_str()) == key);
        let Some((found, [ours, theirs])) = found else {
            out.push_str(line);
            out.push('\n');
            continue;
        };
        // The second and third line of a conflict are in it already.
        if last.replace(found) == Some(*found) {
            continue;
        }
        let mut push = |mark: &str, hashes: &BTreeSet<String>| {
            out.push_str(mark);
            out.push('\n');
            for hash in hashes {
                for part in [&found.0, " ", &found.1, " ", hash, "\n"] {
                    out.push_str(part);
                }
            }
        };
        push(&begin, ours);
        push(&middle, theirs);
        push(&end, &BTreeSet::new());
    }
    out.into_bytes()
}
