//! One commit of a repository, as a revision was resolved to it.

use super::refs::{Refs, is_hex};
use crate::domain::module::info::Origin;
use crate::domain::module::timestamp::Timestamp;

/// The format for `git log` that [`Commit::parse`] reads.
pub const LOG_FORMAT: &str = "--format=format:%H %ct %D";

/// A commit and the revision that it was asked for by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Commit {
    /// The full hash.
    pub hash: String,
    /// The hash as pseudo-versions have it: twelve digits.
    pub short: String,
    /// The committer's time.
    pub time: Timestamp,
    /// The tag that the commit was asked for by, or else its hash.
    pub version: String,
    /// The tags that name it, sorted.
    pub tags: Vec<String>,
    /// Where it was found.
    pub origin: Origin,
}

/// What git printed about a commit is not what it was asked for.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("unexpected response from git log: {line:?}")]
pub struct LogError {
    /// The line that git printed.
    pub line: String,
}

impl Commit {
    /// Reads the line that `git log -n1` prints in [`LOG_FORMAT`] for the local revision `rev`.
    ///
    /// `version` is what was asked for; it counts where it is a tag of the commit.
    pub fn parse(
        output: &[u8],
        version: &str,
        rev: &str,
        refs: Option<&Refs>,
        url: &str,
    ) -> Result<Self, LogError> {
        let line = String::from_utf8_lossy(output);
        let bad = || LogError {
            line: line.chars().take(200).collect(),
        };
        let mut fields = line.split_whitespace();
        let hash = fields
            .next()
            .filter(|hash| is_hex(hash) && 40 <= hash.len())
            .ok_or_else(bad)?;
        let seconds = fields
            .next()
            .and_then(|text| text.parse().ok())
            .ok_or_else(bad)?;
        let mut tags = Vec::new();
        while let Some(field) = fields.next() {
            if field == "tag:" {
                tags.extend(
                    fields
                        .next()
                        .map(|tag| tag.strip_suffix(',').unwrap_or(tag).to_owned()),
                );
            }
        }
        // A shallow fetch may leave tags of the commit behind; the server's list has them all.
        tags.extend(
            refs.into_iter()
                .flat_map(|refs| refs.tags_of(hash))
                .map(str::to_owned),
        );
        tags.sort_unstable();
        tags.dedup();
        let is_tag = tags.iter().any(|tag| tag == version);
        let git_ref = if hash.starts_with(rev) { "" } else { rev };
        Ok(Self {
            hash: hash.to_owned(),
            short: hash[..12].to_owned(),
            time: Timestamp::from_unix(seconds),
            version: if is_tag { version } else { hash }.to_owned(),
            tags,
            origin: Origin {
                vcs: "git".to_owned(),
                url: url.to_owned(),
                hash: hash.to_owned(),
                git_ref: git_ref.to_owned(),
                ..Origin::default()
            },
        })
    }
}

/// Joins what two answers say about where a version came from; none if they contradict each other.
///
/// The go command does so where a query needs both the list of versions and one of them.
pub fn merge_origins(first: &Origin, second: &Origin) -> Option<Origin> {
    let same_place =
        (&first.vcs, &first.url, &first.subdir) == (&second.vcs, &second.url, &second.subdir);
    let mut merged = first.clone();
    let take = |into: &mut String, from: &String, contradicts: bool| {
        if !from.is_empty() {
            if !into.is_empty() && contradicts {
                return false;
            }
            into.clone_from(from);
        }
        true
    };
    let tags_differ = first.tag_sum != second.tag_sum || first.tag_prefix != second.tag_prefix;
    let agree = same_place
        && take(&mut merged.hash, &second.hash, first.hash != second.hash)
        && take(&mut merged.tag_sum, &second.tag_sum, tags_differ)
        && take(
            &mut merged.repo_sum,
            &second.repo_sum,
            first.repo_sum != second.repo_sum,
        )
        && take(
            &mut merged.git_ref,
            &second.git_ref,
            first.git_ref != second.git_ref,
        );
    if !second.tag_sum.is_empty() {
        merged.tag_prefix.clone_from(&second.tag_prefix);
    }
    agree.then_some(merged)
}

#[cfg(test)]
mod tests {
    use super::*;

    const HASH: &str = "ede458df7cd0fdca520df19a33158086a8a68e81";

    fn parse(line: &str, version: &str, rev: &str) -> Result<Commit, LogError> {
        Commit::parse(line.as_bytes(), version, rev, None, "https://h/r")
    }

    #[test]
    fn lines_of_git_log() {
        let line = format!(
            "{HASH} 1523994202 HEAD -> master, tag: v1.2.4-annotated, tag: v1.2.3, origin/master"
        );
        let commit = parse(&line, "v1.2.3", "refs/tags/v1.2.3").unwrap();
        assert_eq!(commit.tags, ["v1.2.3", "v1.2.4-annotated"]);
        assert_eq!(
            (commit.version.as_str(), commit.short.as_str()),
            ("v1.2.3", "ede458df7cd0")
        );
        assert_eq!(commit.time.to_string(), "2018-04-17T19:43:22Z");
        assert_eq!(commit.origin.git_ref, "refs/tags/v1.2.3");
        let commit = parse(&line, "ede458d", "ede458d").unwrap();
        assert_eq!(
            (commit.version.as_str(), commit.origin.git_ref.as_str()),
            (HASH, "")
        );
        for bad in ["", "zz 1", HASH, &format!("{HASH} x")] {
            assert!(parse(bad, "v1", "v1").is_err(), "{bad}");
        }
    }

    #[test]
    fn origins_that_agree_and_that_do_not() {
        let origin = |hash: &str, tag_sum: &str, tag_prefix: &str| Origin {
            vcs: "git".to_owned(),
            hash: hash.to_owned(),
            tag_sum: tag_sum.to_owned(),
            tag_prefix: tag_prefix.to_owned(),
            ..Origin::default()
        };
        let merged = merge_origins(&origin("", "t1:x", ""), &origin("h", "", ""));
        assert_eq!(merged, Some(origin("h", "t1:x", "")));
        assert_eq!(
            merge_origins(&origin("a", "", ""), &origin("b", "", "")),
            None
        );
        assert_eq!(
            merge_origins(&origin("a", "t", ""), &origin("a", "t", "v2.")),
            None
        );
        assert_eq!(
            merge_origins(&origin("a", "t", "p"), &Origin::default()),
            None
        );
    }
}
