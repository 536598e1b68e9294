//! The rules: what counts where two sides changed the same directive.

use std::collections::{BTreeMap, BTreeSet};

use super::entries::{Content, Entries, Entry, Key};
use super::{Conflict, Note, Reason};
use crate::domain::module::goversion;
use crate::domain::mvs::compare_versions;

/// What becomes of a directive.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Outcome {
    /// It says this.
    Keep(Content),
    /// It goes.
    Drop,
    /// Nobody knows; the line that carries the marks says this.
    Conflict { carrier: Content, reason: Reason },
}

/// What becomes of all directives.
#[derive(Default)]
pub(super) struct Decided {
    pub(super) outcomes: BTreeMap<Key, Outcome>,
    pub(super) notes: Vec<Note>,
}

/// Decides every directive that one of the files has.
pub(super) fn decide(base: &Entries, ours: &Entries, theirs: &Entries) -> Decided {
    let mut decided = Decided::default();
    let all: [&Entries; 3] = [base, ours, theirs];
    let keys: BTreeSet<&Key> = all.into_iter().flat_map(BTreeMap::keys).collect();
    for key in keys {
        let content = |entries: &'_ Entries| entries.get(key).map(|entry| entry.content.clone());
        let three = (content(base), content(ours), content(theirs));
        let outcome = decided.one(key, three.0.as_ref(), three.1, three.2);
        decided.outcomes.insert(key.clone(), outcome);
    }
    decided.settle_toolchain(ours, theirs);
    decided.find_excluded(ours, theirs);
    decided
}

impl Decided {
    /// Reports whether the result says something else than our side, or says it twice where our side does.
    pub(super) fn changes(&self, ours: &Entries) -> bool {
        let said = |key: &Key| ours.get(key).map(|entry| &entry.content);
        self.outcomes
            .iter()
            .any(|(key, outcome)| outcome.content() != said(key))
    }

    /// Returns the conflicts with what either side says.
    pub(super) fn conflicts(&self, ours: &Entries, theirs: &Entries) -> Vec<Conflict> {
        let said = |entries: &Entries, key: &Key| {
            let entry: Option<&Entry> = entries.get(key);
            entry.map(|entry| entry.content.to_string())
        };
        let conflict = |(key, outcome): (&Key, &Outcome)| match outcome {
            Outcome::Keep(_) | Outcome::Drop => None,
            Outcome::Conflict { reason, .. } => Some(Conflict {
                subject: key.to_string(),
                reason: *reason,
                ours: said(ours, key),
                theirs: said(theirs, key),
            }),
        };
        self.outcomes.iter().filter_map(conflict).collect()
    }

    fn one(
        &mut self,
        key: &Key,
        base: Option<&Content>,
        ours: Option<Content>,
        theirs: Option<Content>,
    ) -> Outcome {
        if ours == theirs || theirs.as_ref() == base {
            return ours.map_or(Outcome::Drop, Outcome::Keep);
        }
        if ours.as_ref() == base {
            return theirs.map_or(Outcome::Drop, Outcome::Keep);
        }
        match (key, ours, theirs) {
            (_, None, None) => Outcome::Drop,
            (Key::Require(path), Some(ours), Some(theirs)) => {
                Outcome::Keep(self.required(path, base, &ours, &theirs))
            }
            (Key::Require(_), Some(left), None) | (Key::Require(_), None, Some(left)) => {
                self.removed_or_changed(key, base, left)
            }
            (Key::Go, Some(Content::Word(ours)), Some(Content::Word(theirs))) => {
                let word = self.higher(key, ours, theirs, goversion::compare);
                Outcome::Keep(Content::Word(word))
            }
            (Key::Toolchain, Some(Content::Word(ours)), Some(Content::Word(theirs)))
                if ours != "default" && theirs != "default" =>
            {
                let word = self.higher(key, ours, theirs, goversion::compare_names);
                Outcome::Keep(Content::Word(word))
            }
            (Key::Go | Key::Toolchain, Some(left), None)
            | (Key::Go | Key::Toolchain, None, Some(left)) => {
                self.kept(key, &left);
                Outcome::Keep(left)
            }
            (_, Some(carrier), _) | (_, None, Some(carrier)) => Outcome::Conflict {
                carrier,
                reason: Reason::BothChanged,
            },
        }
    }

    /// Merges two requirements: the higher version, and direct where a side says so that did not before.
    fn required(
        &mut self,
        path: &str,
        base: Option<&Content>,
        ours: &Content,
        theirs: &Content,
    ) -> Content {
        let [(our_version, our_mark), (their_version, their_mark)] =
            [ours, theirs].map(Content::requirement);
        let (base_version, base_mark) = base.map_or(("", true), Content::requirement);
        let compare = |a: &str, b: &str| compare_versions(path, a, b);
        let version = if our_version == base_version && base.is_some() {
            their_version.to_owned()
        } else if their_version == base_version && base.is_some() {
            our_version.to_owned()
        } else {
            let key = Key::Require(path.to_owned());
            self.higher(
                &key,
                our_version.to_owned(),
                their_version.to_owned(),
                compare,
            )
        };
        let indirect = if our_mark == base_mark {
            their_mark
        } else {
            our_mark
        };
        Content::Required { version, indirect }
    }

    /// One side removed a requirement, the other changed it. It is kept where something may need the change: one
    /// requirement too many makes no build wrong, one that is missing may.
    fn removed_or_changed(&mut self, key: &Key, base: Option<&Content>, left: Content) -> Outcome {
        let (version, indirect) = left.requirement();
        let only_mark = base.is_some_and(|base| base.requirement().0 == version);
        if only_mark && indirect {
            return Outcome::Drop;
        }
        self.kept(key, &left);
        Outcome::Keep(left)
    }

    fn kept(&mut self, key: &Key, content: &Content) {
        self.notes.push(Note::KeptChanged {
            subject: key.to_string(),
            kept: content.to_string(),
        });
    }

    fn higher(
        &mut self,
        key: &Key,
        ours: String,
        theirs: String,
        compare: impl Fn(&str, &str) -> std::cmp::Ordering,
    ) -> String {
        let (taken, left) = if compare(&ours, &theirs).is_lt() {
            (theirs, ours)
        } else {
            (ours, theirs)
        };
        if taken != left {
            self.notes.push(Note::Higher {
                subject: key.to_string(),
                taken: taken.clone(),
                left,
            });
        }
        taken
    }

    /// Drops a toolchain that is not newer than the Go version, as the go command does, unless a side had it so.
    fn settle_toolchain(&mut self, ours: &Entries, theirs: &Entries) {
        let word = |key: &Key| match self.outcomes.get(key) {
            Some(Outcome::Keep(Content::Word(word))) => Some(word.as_str()),
            Some(_) | None => None,
        };
        let (Some(go), Some(toolchain)) = (word(&Key::Go), word(&Key::Toolchain)) else {
            return;
        };
        let version = goversion::from_toolchain(toolchain);
        let is_newer = version.is_empty() || goversion::compare(go, version).is_lt();
        let said = |entries: &Entries, key: &Key, word: &str| {
            entries
                .get(key)
                .is_some_and(|entry| entry.content == Content::Word(word.to_owned()))
        };
        let was_so = [ours, theirs].iter().any(|entries| {
            said(entries, &Key::Go, go) && said(entries, &Key::Toolchain, toolchain)
        });
        if !is_newer && !was_so {
            self.outcomes.insert(Key::Toolchain, Outcome::Drop);
        }
    }

    /// Finds requirements that one side excludes and the other one makes.
    fn find_excluded(&mut self, ours: &Entries, theirs: &Entries) {
        let mut found = Vec::new();
        for (key, outcome) in &self.outcomes {
            let (Key::Require(path), Outcome::Keep(content)) = (key, outcome) else {
                continue;
            };
            let exclude = Key::Exclude(path.clone(), content.requirement().0.to_owned());
            let is_excluded = matches!(self.outcomes.get(&exclude), Some(Outcome::Keep(_)));
            let has_both = |entries: &Entries| {
                let required = entries.get(key).map(|entry| entry.content.requirement().0);
                required == Some(content.requirement().0) && entries.contains_key(&exclude)
            };
            if is_excluded && !has_both(ours) && !has_both(theirs) {
                let carrier = ours.get(key).or_else(|| theirs.get(key));
                found.extend(carrier.map(|entry| (key.clone(), entry.content.clone())));
            }
        }
        for (key, carrier) in found {
            let reason = Reason::Excluded;
            self.outcomes
                .insert(key, Outcome::Conflict { carrier, reason });
        }
    }
}

impl Outcome {
    /// Returns what the file says, marks aside.
    pub(super) fn content(&self) -> Option<&Content> {
        match self {
            Self::Keep(content) => Some(content),
            Self::Drop => None,
            Self::Conflict { carrier, .. } => Some(carrier),
        }
    }
}

impl Content {
    /// Returns version and mark of a requirement; nothing of others.
    fn requirement(&self) -> (&str, bool) {
        match self {
            Self::Required { version, indirect } => (version, *indirect),
            Self::Present | Self::Word(_) | Self::Target(_) => ("", false),
        }
    }
}
