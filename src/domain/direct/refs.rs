//! The branches and tags that a repository offers, and the checksums of them that `Origin` records.

use std::collections::BTreeMap;
use std::sync::Arc;

use data_encoding::BASE64;
use sha2::{Digest as _, Sha256};

use super::HostError;
use crate::domain::module::{pseudo, version};
use crate::domain::text::quote::{Quoted, QuotedBytes};

/// The fewest digits that are taken for the beginning of a commit's hash.
pub const MIN_HASH_DIGITS: usize = 7;

/// What `git ls-remote` lists of `HEAD`, branches and tags; a tag stands for the commit it names.
///
/// Names are bytes: git asks for no encoding.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Refs(Arc<BTreeMap<Vec<u8>, String>>);

/// A tag and the commit that it names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tag {
    /// The name without `refs/tags/`.
    pub name: String,
    /// The hash of the commit.
    pub hash: String,
}

/// What a revision means on the server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Target {
    /// The full name of the ref; empty where only a hash is known.
    pub git_ref: String,
    /// The full hash; empty where only some digits are known.
    pub hash: String,
    /// The revision to look up locally: the tag's name, or else the hash as far as it is known.
    pub rev: String,
}

impl Refs {
    /// Reads the output of `git ls-remote`.
    pub fn parse(output: &[u8]) -> Self {
        let mut refs = BTreeMap::new();
        let mut unwrapped = Vec::new();
        for line in output.split(|byte| *byte == b'\n') {
            let mut fields = line
                .split(u8::is_ascii_whitespace)
                .filter(|field| !field.is_empty());
            let (Some(hash), Some(name), None) = (fields.next(), fields.next(), fields.next())
            else {
                continue;
            };
            let wanted = name == b"HEAD"
                || name.starts_with(b"refs/heads/")
                || name.starts_with(b"refs/tags/");
            let Ok(hash) = std::str::from_utf8(hash) else {
                continue;
            };
            match name.strip_suffix(b"^{}") {
                _ if !wanted => {}
                // An annotated tag is an object of its own; this line says which commit it is about.
                Some(tag) => unwrapped.push((tag.to_vec(), hash.to_owned())),
                None => drop(refs.insert(name.to_vec(), hash.to_owned())),
            }
        }
        refs.extend(unwrapped);
        Self(Arc::new(refs))
    }

    /// Returns the hash of the commit that the ref `name` stands for.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name.as_bytes()).map(String::as_str)
    }

    /// Returns the hash of any ref: all have the same length.
    pub fn any_hash(&self) -> Option<&str> {
        self.0.values().next().map(String::as_str)
    }

    /// Returns the tags whose names begin with `prefix`, in the order of their names.
    pub fn tags(&self, prefix: &str) -> Vec<Tag> {
        let start = format!("refs/tags/{prefix}");
        let tags = self.0.iter().filter_map(|(name, hash)| {
            let name = std::str::from_utf8(name).ok()?;
            let name = name
                .starts_with(&start)
                .then(|| &name["refs/tags/".len()..])?;
            Some(Tag {
                name: name.to_owned(),
                hash: hash.clone(),
            })
        });
        tags.collect()
    }

    /// Returns the tags that name the commit `hash`.
    pub fn tags_of<'a>(&'a self, hash: &'a str) -> impl Iterator<Item = &'a str> {
        self.0
            .iter()
            .filter(move |(_, commit)| *commit == hash)
            .filter_map(|(name, _)| std::str::from_utf8(name).ok()?.strip_prefix("refs/tags/"))
    }

    /// Returns the checksum of the tags with `prefix` that can be versions or their bases.
    pub fn tag_sum(&self, prefix: &str) -> String {
        let dir = &prefix[..prefix.rfind('/').map_or(0, |slash| slash + 1)];
        let mut sum = Sha256::new();
        for tag in self.tags(prefix) {
            if counts(tag.name.strip_prefix(dir).unwrap_or(&tag.name)) {
                sum.update(format!("{} {}\n", Quoted(&tag.name), tag.hash));
            }
        }
        format!("t1:{}", BASE64.encode(&sum.finalize()))
    }

    /// Returns the checksum of all refs: while it stays the same, what is missing stays missing.
    pub fn repo_sum(&self) -> String {
        let mut sum = Sha256::new();
        for (name, hash) in self.0.iter() {
            sum.update(format!("{} {hash}\n", QuotedBytes(name)));
        }
        format!("r1:{}", BASE64.encode(&sum.finalize()))
    }

    /// Finds out what `rev` means: a tag before a branch before `HEAD` before the beginning of a hash.
    ///
    /// `hash_len` is the length of the repository's hashes.
    pub fn resolve(&self, rev: &str, hash_len: usize) -> Result<Target, HostError> {
        for (git_ref, keeps_name) in [
            (format!("refs/tags/{rev}"), true),
            (format!("refs/heads/{rev}"), false),
        ] {
            if let Some(hash) = self.get(&git_ref) {
                // Tags are assumed to keep their meaning; branches are not.
                let rev = if keeps_name { rev } else { hash }.to_owned();
                return Ok(Target {
                    hash: hash.to_owned(),
                    git_ref,
                    rev,
                });
            }
        }
        if rev == "HEAD"
            && let Some(hash) = self.get("HEAD")
        {
            return Ok(Target {
                git_ref: "HEAD".to_owned(),
                hash: hash.to_owned(),
                rev: hash.to_owned(),
            });
        }
        if !may_be_hash(rev, hash_len) {
            return Err(HostError::UnknownRevision {
                rev: rev.to_owned(),
            });
        }
        self.resolve_hash(rev, hash_len)
    }

    fn resolve_hash(&self, digits: &str, hash_len: usize) -> Result<Target, HostError> {
        let mut found: Option<(&[u8], &str)> = None;
        for (name, hash) in self.0.iter().filter(|(_, hash)| hash.starts_with(digits)) {
            match found {
                None => found = Some((name, hash)),
                Some((_, first)) if first != hash => {
                    return Err(HostError::AmbiguousRevision {
                        rev: digits.to_owned(),
                    });
                }
                // The names come in order: the first one stays.
                Some(_) => {}
            }
        }
        if let Some((name, hash)) = found {
            let git_ref = String::from_utf8_lossy(name).into_owned();
            return Ok(Target {
                git_ref,
                hash: hash.to_owned(),
                rev: hash.to_owned(),
            });
        }
        let hash = if digits.len() == hash_len {
            digits.to_owned()
        } else {
            String::new()
        };
        Ok(Target {
            git_ref: String::new(),
            hash,
            rev: digits.to_owned(),
        })
    }
}

/// Reports whether `rev` can be the beginning of a hash of `hash_len` digits.
pub fn may_be_hash(rev: &str, hash_len: usize) -> bool {
    (MIN_HASH_DIGITS..=hash_len).contains(&rev.len()) && is_hex(rev)
}

/// Reports whether `text` has no characters but lower-case hexadecimal digits.
pub fn is_hex(text: &str) -> bool {
    text.bytes()
        .all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}

/// Reports whether a tag, without its directory, can be a version or the base of one.
fn counts(tag: &str) -> bool {
    let canonical = version::canonical(tag);
    !canonical.is_empty() && tag.starts_with(&*canonical) && !pseudo::is_pseudo(tag)
}

#[cfg(test)]
mod tests {
    use super::*;

    const A: &str = "aaaaaaa1aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";
    const B: &str = "aaaaaaa2aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";

    fn refs() -> Refs {
        let text = format!(
            "{A}\tHEAD\n{A}\trefs/heads/main\n{B}\trefs/heads/v1\n{B}\trefs/pull/1/head\n\
             {A}\trefs/tags/v1\n{B}\trefs/tags/v1.0.0\n{A}\trefs/tags/v1.0.0^{{}}\nbad line here\n"
        );
        Refs::parse(text.as_bytes())
    }

    #[test]
    fn annotated_tags_stand_for_commits() {
        assert_eq!(refs().get("refs/tags/v1.0.0"), Some(A));
        assert_eq!(refs().get("refs/pull/1/head"), None);
        assert_eq!(refs().tags_of(A).collect::<Vec<_>>(), ["v1", "v1.0.0"]);
        let names: Vec<String> = refs().tags("v1.").into_iter().map(|tag| tag.name).collect();
        assert_eq!(names, ["v1.0.0"]);
    }

    #[test]
    fn resolution() {
        let check = |rev: &str, expect: &str| {
            let got = match refs().resolve(rev, 40) {
                Ok(target) => format!("{} {} {}", target.git_ref, target.hash, target.rev),
                Err(error) => error.to_string(),
            };
            assert_eq!(got, expect, "{rev}");
        };
        check("v1", &format!("refs/tags/v1 {A} v1"));
        check("main", &format!("refs/heads/main {A} {A}"));
        check("HEAD", &format!("HEAD {A} {A}"));
        check(&A[..8], &format!("HEAD {A} {A}"));
        check(&B[..8], &format!("refs/heads/v1 {B} {B}"));
        check(&A[..7], "ambiguous revision aaaaaaa");
        check("bbbbbbb", "  bbbbbbb");
        check("bbbbbb", "unknown revision bbbbbb");
        check(&"b".repeat(40), &format!(" {0} {0}", "b".repeat(40)));
        check("gone", "unknown revision gone");
    }

    #[test]
    fn bytes_are_quoted() {
        assert_eq!(
            QuotedBytes(b"a\xff\"\xc3\xa9").to_string(),
            "\"a\\xff\\\"é\""
        );
    }
}
