//! What can be wrong with the tags of one's own modules.

use crate::ops::verify::report::{Level, Rule};

/// The rules of this part.
pub const RULES: &[Rule] = &[
    MOVED,
    NEVER_TAGGED,
    NOT_PUBLISHED,
    PROXY_DIFFERS,
    UNREACHABLE,
];

/// The tag is not what was recorded.
pub(super) const MOVED: Rule = Rule {
    id: "tags-moved",
    level: Level::Integrity,
    title: "A tag gives other files than the world has recorded for it",
    help: "The tag was moved after it was published, or somebody has published other files under its name. Users get the \
           recorded files and never yours; those who fetch directly get a security error. Publish a new version and \
           retract this one.",
};

/// A version without tag.
pub(super) const NEVER_TAGGED: Rule = Rule {
    id: "tags-never-tagged",
    level: Level::Problem,
    title: "A proxy has a version that has no tag in the repository",
    help: "The tag was deleted after somebody had fetched it, or you have never made it. The version can be used for \
           ever; if it should not be, retract it in a newer version.",
};

/// A tag that nobody has fetched.
pub(super) const NOT_PUBLISHED: Rule = Rule {
    id: "tags-not-published",
    level: Level::Warning,
    title: "A tag is known to no proxy",
    help: "Nobody has fetched this version through the proxies in GOPROXY, so nothing is recorded of it and the tag could \
           still be moved unseen. `go list -m MODULE@VERSION` publishes it.",
};

/// A proxy does not have what the database has recorded.
pub(super) const PROXY_DIFFERS: Rule = Rule {
    id: "tags-proxy-differs",
    level: Level::Integrity,
    title: "A proxy serves other files than the checksum database has recorded",
    help: "Users of that proxy get a security error for this version. `modsmith verify explain MODULE@VERSION` tells \
           which of the known causes it is.",
};

/// Somebody could not be asked.
pub(super) const UNREACHABLE: Rule = Rule {
    id: "tags-unreachable",
    level: Level::Problem,
    title: "The repository, a proxy or the checksum database could not be asked",
    help: "Without an answer nothing is proven. Run it again when the network, credentials and settings allow it.",
};
