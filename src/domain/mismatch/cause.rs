//! Which of the known causes explains what the witnesses say.

use super::contents::{Contents, Difference};
use super::message::{Message, MessageForm};

/// Who says something about a module version.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Witness {
    /// The message that is to be explained: what was downloaded then.
    Download,
    /// The hash that the module cache kept when it downloaded the zip.
    CacheHash,
    /// The zip, or go.mod, that is in the module cache now.
    Cache,
    /// A go.sum file.
    GoSum(String),
    /// The checksum database.
    Database(String),
    /// A module proxy.
    Proxy(String),
    /// The repository: the tag as it is now.
    Tag,
}

/// What a witness says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Testimony {
    /// This hash, of these contents where they are at hand.
    Hash(String, Option<Contents>),
    /// That there is no such thing.
    Absent,
    /// Nothing: it could not be asked.
    Failed(String),
    /// Nothing: it must not, or need not, be asked.
    NotAsked(String),
}

/// One witness and what it says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Statement {
    /// Who.
    pub who: Witness,
    /// What.
    pub what: Testimony,
}

/// All that is known.
#[derive(Clone, Debug)]
pub struct Evidence<'a> {
    /// The message.
    pub message: &'a Message,
    /// What the witnesses say.
    pub statements: &'a [Statement],
}

/// Why checksums do not match.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Cause {
    /// The tag was moved after proxies and database had recorded it.
    MovedTag,
    /// The same files, but not all of them: somebody made the zip by other rules.
    RebuiltZip,
    /// A proxy serves something else than everybody.
    ProxyRewrites,
    /// Somebody changes line ends.
    LineEnds,
    /// The module is private and the public database was asked.
    PrivateModule,
    /// The module cache was changed on this machine.
    CacheTampered,
    /// go.sum has a hash that nobody else has.
    GoSumStale,
    /// The database contradicts itself or its record.
    DatabaseMisbehaves,
    /// Everybody agrees now.
    NothingDiffers,
    /// None of these.
    Unknown,
}

/// Finds the cause.
///
/// The checksum database is believed before everybody else, as what it says is in a log that the whole world sees.
pub fn classify(evidence: &Evidence<'_>) -> Cause {
    let views = Views::new(evidence.statements);
    match evidence.message.form {
        MessageForm::Fork => return Cause::DatabaseMisbehaves,
        MessageForm::Missing if views.database.is_none() => return Cause::DatabaseMisbehaves,
        _ => {}
    }
    if let (Some(kept), Some(cached)) = (views.kept, views.cache)
        && kept != cached
    {
        return Cause::CacheTampered;
    }
    if views.database_absent && views.proxies.is_empty() && views.has_own_copy() {
        return Cause::PrivateModule;
    }
    match views.database {
        Some(truth) => against(&views, truth, evidence),
        None => without_database(&views, evidence),
    }
}

/// The hashes of the witnesses.
struct Views<'a> {
    statements: &'a [Statement],
    kept: Option<&'a str>,
    cache: Option<&'a str>,
    go_sum: Vec<&'a str>,
    database: Option<&'a str>,
    database_absent: bool,
    proxies: Vec<&'a str>,
    tag: Option<&'a str>,
}

impl<'a> Views<'a> {
    fn new(statements: &'a [Statement]) -> Self {
        let mut views = Self {
            statements,
            kept: None,
            cache: None,
            go_sum: Vec::new(),
            database: None,
            database_absent: false,
            proxies: Vec::new(),
            tag: None,
        };
        for statement in statements {
            let hash = match &statement.what {
                Testimony::Hash(hash, _) => hash.as_str(),
                Testimony::Absent => {
                    views.database_absent |= matches!(statement.who, Witness::Database(_));
                    continue;
                }
                Testimony::Failed(_) | Testimony::NotAsked(_) => continue,
            };
            match statement.who {
                Witness::Download => {}
                Witness::CacheHash => views.kept = Some(hash),
                Witness::Cache => views.cache = Some(hash),
                Witness::GoSum(_) => views.go_sum.push(hash),
                Witness::Database(_) => views.database = Some(hash),
                Witness::Proxy(_) => views.proxies.push(hash),
                Witness::Tag => views.tag = Some(hash),
            }
        }
        views
    }

    fn has_own_copy(&self) -> bool {
        self.tag.is_some() || self.cache.is_some() || !self.go_sum.is_empty()
    }

    /// Returns contents with the given hash, whoever has them.
    fn contents(&self, hash: &str) -> Option<&'a Contents> {
        self.statements
            .iter()
            .find_map(|statement| match &statement.what {
                Testimony::Hash(own, Some(contents)) if own == hash => Some(contents),
                _ => None,
            })
    }

    fn difference(&self, one: &str, other: &str) -> Option<Difference> {
        Some(self.contents(one)?.compare(self.contents(other)?))
    }

    /// Tells harmless differences from others, where both sides are at hand.
    fn kind_of(&self, one: &str, other: &str, otherwise: Cause) -> Cause {
        match self.difference(one, other) {
            Some(Difference::LineEnds) => Cause::LineEnds,
            Some(Difference::FileSet) => Cause::RebuiltZip,
            Some(Difference::None | Difference::Files) | None => otherwise,
        }
    }
}

/// Explains who differs from a hash that can be believed.
fn against(views: &Views<'_>, truth: &str, evidence: &Evidence<'_>) -> Cause {
    if let Some(tag) = views.tag.filter(|tag| *tag != truth) {
        return views.kind_of(tag, truth, Cause::MovedTag);
    }
    if let Some(proxy) = views.proxies.iter().find(|proxy| **proxy != truth) {
        return views.kind_of(proxy, truth, Cause::ProxyRewrites);
    }
    let is_false = |hash: &&str| *hash != truth;
    match (
        views.cache.filter(is_false),
        views.go_sum.iter().find(|hash| is_false(hash)),
    ) {
        // Both come from one download that nobody can repeat.
        (Some(cached), Some(_)) => views.kind_of(cached, truth, Cause::Unknown),
        (Some(cached), None) => views.kind_of(cached, truth, Cause::CacheTampered),
        (None, Some(_)) => Cause::GoSumStale,
        (None, None) => nothing_differs(views, evidence),
    }
}

/// Explains a module of which no database knows.
fn without_database(views: &Views<'_>, evidence: &Evidence<'_>) -> Cause {
    let Some(&recorded) = views.go_sum.first() else {
        return match (
            views.tag,
            views
                .proxies
                .iter()
                .find(|proxy| Some(**proxy) != views.tag),
        ) {
            (Some(tag), Some(proxy)) => views.kind_of(tag, proxy, Cause::MovedTag),
            (Some(tag), None) if views.cache.is_some_and(|cached| cached != tag) => {
                views.kind_of(tag, views.cache.unwrap_or_default(), Cause::MovedTag)
            }
            _ => nothing_differs(views, evidence),
        };
    };
    if views.go_sum.iter().any(|hash| *hash != recorded) {
        return Cause::GoSumStale;
    }
    if let Some(tag) = views.tag.filter(|tag| *tag != recorded) {
        // Others who have what go.sum has saw the tag before it was moved.
        let supported = views.cache == Some(recorded)
            || views.kept == Some(recorded)
            || views.proxies.contains(&recorded);
        let otherwise = if supported {
            Cause::MovedTag
        } else {
            Cause::GoSumStale
        };
        return views.kind_of(tag, recorded, otherwise);
    }
    if let Some(proxy) = views.proxies.iter().find(|proxy| **proxy != recorded) {
        let is_alone = views.tag == Some(recorded)
            || views.cache == Some(recorded)
            || views.proxies.contains(&recorded);
        let otherwise = if is_alone {
            Cause::ProxyRewrites
        } else {
            Cause::GoSumStale
        };
        return views.kind_of(proxy, recorded, otherwise);
    }
    match views.cache {
        Some(cached) if cached != recorded && views.tag == Some(recorded) => {
            views.kind_of(cached, recorded, Cause::CacheTampered)
        }
        Some(cached) if cached != recorded && views.proxies.contains(&recorded) => {
            views.kind_of(cached, recorded, Cause::CacheTampered)
        }
        Some(cached) if cached != recorded => Cause::Unknown,
        _ => nothing_differs(views, evidence),
    }
}

/// Everybody who could be asked agrees: what was downloaded then cannot be had any more.
fn nothing_differs(views: &Views<'_>, evidence: &Evidence<'_>) -> Cause {
    let hashes = [views.kept, views.cache, views.database, views.tag];
    let mut hashes = hashes
        .into_iter()
        .flatten()
        .chain(views.go_sum.iter().copied())
        .chain(views.proxies.iter().copied());
    let Some(first) = hashes.next() else {
        return Cause::Unknown;
    };
    if hashes.any(|hash| hash != first) {
        return Cause::Unknown;
    }
    // The message names what differed; with only one witness left nothing is known of the other.
    let told = evidence
        .message
        .other
        .as_ref()
        .map(|(_, hash)| hash.as_str());
    if told.is_some_and(|hash| hash != first) {
        return Cause::GoSumStale;
    }
    Cause::NothingDiffers
}

#[cfg(test)]
mod tests {
    use super::super::message;
    use super::*;

    fn contents(text: &str) -> Contents {
        let mut contents = Contents::default();
        for file in text.split('|') {
            let (name, body) = file.split_once('=').unwrap();
            contents.add(name, body.as_bytes());
        }
        contents
    }

    /// Each statement: the witness, then `absent`, `failed`, `private`, a letter for a hash, or contents `name=text|…`.
    #[track_caller]
    fn check(message: &str, statements: &[(&str, &str)], expect: Cause) {
        let message = message::parse(message).pop().unwrap();
        let statements: Vec<_> = statements
            .iter()
            .map(|(who, what)| Statement {
                who: match *who {
                    "kept" => Witness::CacheHash,
                    "cache" => Witness::Cache,
                    "go.sum" => Witness::GoSum("go.sum".to_owned()),
                    "database" => Witness::Database("db".to_owned()),
                    "tag" => Witness::Tag,
                    proxy => Witness::Proxy(proxy.to_owned()),
                },
                what: match *what {
                    "absent" => Testimony::Absent,
                    "failed" => Testimony::Failed("no answer".to_owned()),
                    "private" => Testimony::NotAsked("private".to_owned()),
                    text if text.contains('=') && !text.starts_with("h1:") => {
                        let contents = contents(text);
                        Testimony::Hash(contents.hash().unwrap(), Some(contents))
                    }
                    hash => Testimony::Hash(hash.to_owned(), None),
                },
            })
            .collect();
        let evidence = Evidence {
            message: &message,
            statements: &statements,
        };
        assert_eq!(classify(&evidence), expect);
    }

    const NAMED: &str = "example.com/a@v1.0.0";
    const GONE: &str = "example.com/a@v1.0.0: verifying module: example.com/a@v1.0.0: reading https://d/lookup/x: 410 Gone";

    #[test]
    fn the_tag_was_moved() {
        let all = [
            ("go.sum", "B"),
            ("database", "A"),
            ("proxy", "A"),
            ("tag", "B"),
        ];
        check(NAMED, &all, Cause::MovedTag);
        check(
            NAMED,
            &[("go.sum", "A"), ("database", "A"), ("tag", "f=2")],
            Cause::MovedTag,
        );
        check(
            NAMED,
            &[
                ("proxy", "f=1"),
                ("database", "private"),
                ("go.sum", "f=1"),
                ("tag", "f=2"),
            ],
            Cause::MovedTag,
        );
        check(
            NAMED,
            &[("cache", "A"), ("kept", "A"), ("go.sum", "A"), ("tag", "B")],
            Cause::MovedTag,
        );
        check(NAMED, &[("cache", "A"), ("tag", "B")], Cause::MovedTag);
    }

    #[test]
    fn the_zip_was_rebuilt() {
        let whole = contents("f=1|g=2").hash().unwrap();
        check(
            NAMED,
            &[("database", &whole), ("proxy", "f=1|g=2"), ("other", "f=1")],
            Cause::RebuiltZip,
        );
        check(
            NAMED,
            &[
                ("database", &whole),
                ("proxy", "f=1|g=2"),
                ("tag", "f=1|g=2|h=3"),
            ],
            Cause::RebuiltZip,
        );
        check(
            NAMED,
            &[("go.sum", &whole), ("cache", "f=1|g=2"), ("tag", "f=1")],
            Cause::RebuiltZip,
        );
    }

    #[test]
    fn a_proxy_rewrites() {
        check(
            NAMED,
            &[
                ("database", "A"),
                ("public", "A"),
                ("corporate", "B"),
                ("tag", "A"),
            ],
            Cause::ProxyRewrites,
        );
        check(
            NAMED,
            &[("go.sum", "A"), ("corporate", "B"), ("tag", "A")],
            Cause::ProxyRewrites,
        );
    }

    #[test]
    fn line_ends_differ() {
        let unix = contents("f=1\n2\n").hash().unwrap();
        check(
            NAMED,
            &[
                ("database", &unix),
                ("tag", "f=1\n2\n"),
                ("proxy", "f=1\r\n2\r\n"),
            ],
            Cause::LineEnds,
        );
        check(
            NAMED,
            &[
                ("go.sum", &unix),
                ("proxy", "f=1\n2\n"),
                ("tag", "f=1\r\n2\r\n"),
            ],
            Cause::LineEnds,
        );
    }

    #[test]
    fn the_module_is_private() {
        check(
            GONE,
            &[("database", "absent"), ("proxy", "absent"), ("tag", "A")],
            Cause::PrivateModule,
        );
        check(
            GONE,
            &[
                ("database", "absent"),
                ("proxy", "failed"),
                ("cache", "A"),
                ("tag", "failed"),
            ],
            Cause::PrivateModule,
        );
    }

    #[test]
    fn the_cache_was_changed() {
        check(
            NAMED,
            &[
                ("kept", "A"),
                ("cache", "B"),
                ("go.sum", "A"),
                ("database", "A"),
            ],
            Cause::CacheTampered,
        );
        check(
            NAMED,
            &[
                ("kept", "B"),
                ("cache", "B"),
                ("go.sum", "A"),
                ("database", "A"),
                ("proxy", "A"),
            ],
            Cause::CacheTampered,
        );
        check(
            NAMED,
            &[("cache", "B"), ("go.sum", "A"), ("tag", "A")],
            Cause::CacheTampered,
        );
    }

    #[test]
    fn go_sum_is_stale() {
        check(
            NAMED,
            &[
                ("cache", "A"),
                ("kept", "A"),
                ("go.sum", "B"),
                ("database", "A"),
                ("tag", "A"),
            ],
            Cause::GoSumStale,
        );
        check(
            NAMED,
            &[("go.sum", "A"), ("go.sum", "B"), ("tag", "A")],
            Cause::GoSumStale,
        );
        check(
            NAMED,
            &[("go.sum", "B"), ("tag", "A"), ("proxy", "A")],
            Cause::GoSumStale,
        );
    }

    #[test]
    fn the_database_misbehaves() {
        check(
            "go.sum database server misbehavior detected!",
            &[],
            Cause::DatabaseMisbehaves,
        );
        let missing =
            "example.com/a@v1.0.0: verifying module: checksum missing from sumdb response";
        check(
            missing,
            &[("proxy", "A"), ("database", "failed")],
            Cause::DatabaseMisbehaves,
        );
    }

    #[test]
    fn what_cannot_be_told_is_not_told() {
        check(
            NAMED,
            &[
                ("go.sum", "A"),
                ("database", "A"),
                ("proxy", "A"),
                ("tag", "A"),
            ],
            Cause::NothingDiffers,
        );
        check(NAMED, &[], Cause::Unknown);
        check(
            NAMED,
            &[("proxy", "failed"), ("tag", "failed")],
            Cause::Unknown,
        );
        check(
            NAMED,
            &[
                ("cache", "B"),
                ("go.sum", "B"),
                ("database", "A"),
                ("proxy", "A"),
            ],
            Cause::Unknown,
        );
        check(NAMED, &[("cache", "B"), ("go.sum", "A")], Cause::Unknown);
    }
}
