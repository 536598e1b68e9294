//! Which files of the layers are in the image in the end.
//!
//! Layers are looked at from the last to the first. A name that an upper layer has, or has crossed out with a `.wh.`
//! name, is not that of a lower layer any more; nor is what lies below a file, a crossed-out name or an opaque
//! directory. See <https://github.com/opencontainers/image-spec/blob/main/layer.md#whiteouts>.

use std::collections::HashSet;
use std::collections::hash_map::RandomState;
use std::hash::BuildHasher as _;

use super::tar::Kind;

/// What a crossed-out name begins with.
const WHITEOUT: &[u8] = b".wh.";
/// What makes a directory opaque.
const OPAQUE: &[u8] = b".wh..wh..opq";

/// The most names of all layers that are kept.
const MAX_NAMES: usize = 1 << 22;

/// The longest name that systems have.
const MAX_PATH: usize = 4096;

/// What upper layers hide.
#[derive(Debug, Default)]
pub struct Overlay {
    /// Names that upper layers have.
    covered: HashSet<Key>,
    /// Names below which nothing of lower layers is left.
    closed: HashSet<Key>,
    /// The same of the current layer: they count for lower ones only.
    new: Vec<(Key, bool)>,
    hashers: [RandomState; 2],
}

/// A name, as two hashes with secret keys: short, and nobody can make two names one.
type Key = (u64, u64);

/// What an entry means.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Meaning {
    /// It is in the image under this name, which has no dots and no slashes at its ends.
    Visible(Vec<u8>),
    /// It is hidden by an upper layer.
    Hidden(Vec<u8>),
    /// It says what is hidden.
    Whiteout,
    /// It is the root.
    Root,
    /// Its name leads out of the image.
    Outside,
    /// There are more names than an image has.
    TooMany,
}

impl Overlay {
    /// Takes an entry of the current layer.
    pub fn take(&mut self, path: &[u8], kind: Kind) -> Meaning {
        let Some(path) = clean(path) else {
            return Meaning::Outside;
        };
        if MAX_NAMES <= self.covered.len() + self.new.len() {
            return Meaning::TooMany;
        }
        let start = path.iter().rposition(|byte| *byte == b'/');
        let (directory, name) = match start {
            Some(at) => (&path[..at], &path[at + 1..]),
            None => (&path[..0], &path[..]),
        };
        if name == OPAQUE {
            self.add(directory, true);
            return Meaning::Whiteout;
        }
        if let Some(name) = name.strip_prefix(WHITEOUT) {
            let mut crossed_out = directory.to_vec();
            if !directory.is_empty() {
                crossed_out.push(b'/');
            }
            crossed_out.extend(name);
            self.add(&crossed_out, true);
            return Meaning::Whiteout;
        }
        if path.is_empty() {
            return Meaning::Root;
        }
        self.add(&path, kind != Kind::Directory);
        if self.is_hidden(&path) {
            Meaning::Hidden(path)
        } else {
            Meaning::Visible(path)
        }
    }

    /// Goes down to the next layer.
    pub fn end_layer(&mut self) {
        for (key, is_closed) in self.new.drain(..) {
            self.covered.insert(key);
            if is_closed {
                self.closed.insert(key);
            }
        }
    }

    fn add(&mut self, path: &[u8], is_closed: bool) {
        let key = self.key(path);
        self.new.push((key, is_closed));
    }

    fn is_hidden(&self, path: &[u8]) -> bool {
        let above = path.iter().enumerate().filter(|(_, byte)| **byte == b'/');
        let mut above = above.map(|(at, _)| &path[..at]);
        self.covered.contains(&self.key(path))
            || self.closed.contains(&self.key(b""))
            || above.any(|directory| self.closed.contains(&self.key(directory)))
    }

    fn key(&self, path: &[u8]) -> Key {
        let [first, second] = &self.hashers;
        (first.hash_one(path), second.hash_one(path))
    }
}

/// Returns a name without what does not count; none where it leads out of the image, or no system could have it.
pub fn clean(path: &[u8]) -> Option<Vec<u8>> {
    if MAX_PATH < path.len() {
        return None;
    }
    let mut clean = Vec::new();
    for part in path.split(|byte| *byte == b'/') {
        match part {
            b"" | b"." => {}
            b".." => return None,
            part if part.contains(&0) => return None,
            part => {
                if !clean.is_empty() {
                    clean.push(b'/');
                }
                clean.extend(part);
            }
        }
    }
    Some(clean)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Returns the names that are visible; layers from the last to the first, directories with a slash at the end.
    #[track_caller]
    fn check(layers: &[&[&str]], expect: &[&str]) {
        let mut overlay = Overlay::default();
        let mut visible = Vec::new();
        for layer in layers {
            for path in *layer {
                let kind = if path.ends_with('/') {
                    Kind::Directory
                } else {
                    Kind::File
                };
                if let Meaning::Visible(path) = overlay.take(path.as_bytes(), kind) {
                    visible.push(String::from_utf8(path).unwrap());
                }
            }
            overlay.end_layer();
        }
        assert_eq!(visible, expect);
    }

    #[test]
    fn upper_layers_hide_lower_ones() {
        check(&[&["bin/a"], &["bin/a", "bin/b"]], &["bin/a", "bin/b"]);
        check(&[&["bin/"], &["bin/a"]], &["bin", "bin/a"]);
        check(&[&["bin"], &["bin/a", "binary"]], &["bin", "binary"]);
        check(&[&["a/"], &["a"]], &["a"]);
    }

    #[test]
    fn whiteouts_hide_lower_layers_only() {
        check(
            &[&["bin/.wh.a", "bin/a"], &["bin/a", "bin/b"]],
            &["bin/a", "bin/b"],
        );
        check(&[&["bin/.wh.a"], &["bin/a/x", "bin/ab"]], &["bin/ab"]);
        check(
            &[&["bin/.wh..wh..opq", "bin/n"], &["bin/a", "c"]],
            &["bin/n", "c"],
        );
        check(&[&[".wh..wh..opq"], &["a", "b/c"]], &[]);
        check(&[&["./.wh.a"], &["/a", "./b"], &["b", "c"]], &["b", "c"]);
    }

    #[test]
    fn names_stay_in_the_image() {
        let mut overlay = Overlay::default();
        for path in ["../a", "a/../../b", "a/..", "a\0b"] {
            assert_eq!(overlay.take(path.as_bytes(), Kind::File), Meaning::Outside);
        }
        assert_eq!(overlay.take(b"./", Kind::Directory), Meaning::Root);
        assert_eq!(
            overlay.take(b"//a//./b/", Kind::File),
            Meaning::Visible(b"a/b".to_vec())
        );
    }
}
