//! The causes of a mismatch as rules.

use crate::domain::mismatch::Cause;
use crate::ops::verify::report::{Level, Rule};

/// The rules of this part.
pub const RULES: &[Rule] = &[
    CACHE_TAMPERED,
    DATABASE,
    GO_SUM_STALE,
    LINE_ENDS,
    MOVED_TAG,
    NOTHING_DIFFERS,
    PRIVATE_MODULE,
    PROXY_REWRITES,
    REBUILT_ZIP,
    UNKNOWN,
];

/// Returns the rule for a cause.
pub(super) const fn of(cause: Cause) -> &'static Rule {
    match cause {
        Cause::MovedTag => &MOVED_TAG,
        Cause::RebuiltZip => &REBUILT_ZIP,
        Cause::ProxyRewrites => &PROXY_REWRITES,
        Cause::LineEnds => &LINE_ENDS,
        Cause::PrivateModule => &PRIVATE_MODULE,
        Cause::CacheTampered => &CACHE_TAMPERED,
        Cause::GoSumStale => &GO_SUM_STALE,
        Cause::DatabaseMisbehaves => &DATABASE,
        Cause::NothingDiffers => &NOTHING_DIFFERS,
        Cause::Unknown => &UNKNOWN,
    }
}

/// The cache was changed.
const CACHE_TAMPERED: Rule = Rule {
    id: "explain-cache-changed",
    level: Level::Integrity,
    title: "The module cache on this machine differs from everybody else",
    help: "The files were changed after they were downloaded: by hand, by a tool, by a damaged disk or by an attacker. \
           Fetch the module again with `modsmith verify cache --repair`.",
};

/// The database misbehaves.
const DATABASE: Rule = Rule {
    id: "explain-database-misbehaves",
    level: Level::Integrity,
    title: "The checksum database contradicts itself, or answers without the line that was asked for",
    help: "Somebody shows you another log than the world, or the database is broken. Build nothing; `modsmith verify \
           sumdb` saves both signed tree heads as evidence.",
};

/// go.sum has a wrong line.
const GO_SUM_STALE: Rule = Rule {
    id: "explain-go-sum-stale",
    level: Level::Integrity,
    title: "go.sum has a hash that nobody else has",
    help: "The line was edited by hand, mis-merged, or recorded from bytes that were never published. When the others \
           are to be trusted, `modsmith verify sum --fix` or deleting the line and `go mod tidy` mends it.",
};

/// Line ends.
const LINE_ENDS: Rule = Rule {
    id: "explain-line-ends",
    level: Level::Integrity,
    title: "The files differ in their line ends alone",
    help: "Somewhere on the way text is converted to or from Windows line ends. Switch that off: `* -text` in the \
           module's .gitattributes, `core.autocrlf=false` where zips are made.",
};

/// The tag was moved.
const MOVED_TAG: Rule = Rule {
    id: "explain-moved-tag",
    level: Level::Integrity,
    title: "The tag was moved after this version had been recorded",
    help: "A published version can never change. Its author publishes the new commit as a new version and retracts this \
           one; its users stay on the recorded bytes, which proxies still have, or require the next version.",
};

/// Nothing differs.
const NOTHING_DIFFERS: Rule = Rule {
    id: "explain-nothing-differs",
    level: Level::Warning,
    title: "Everybody who could be asked agrees",
    help: "Whoever sent the other bytes does so no more, or only to others. Run the command again; if the mismatch \
           comes back, run this one in the same environment.",
};

/// A private module.
const PRIVATE_MODULE: Rule = Rule {
    id: "explain-private-module",
    level: Level::Problem,
    title: "The module is private, and the public checksum database was asked for it",
    help: "The database cannot see the module, so it has no record, and the name has left your network. Name the module \
           in GOPRIVATE, on every machine and in CI.",
};

/// A proxy rewrites.
const PROXY_REWRITES: Rule = Rule {
    id: "explain-proxy-rewrites",
    level: Level::Integrity,
    title: "One proxy serves something else than everybody",
    help: "The proxy keeps a version from before a tag was moved, makes zips itself, or changes them. Its operator has \
           to purge the version; until then take the proxy out of GOPROXY for this module.",
};

/// The zip was rebuilt.
const REBUILT_ZIP: Rule = Rule {
    id: "explain-rebuilt-zip",
    level: Level::Integrity,
    title: "The zips hold the same files, but not all of them",
    help: "Somebody makes zips by other rules than Go: export-ignore in .gitattributes, submodules, vendor directories or \
           nested modules left in or out. Have that proxy pass on the zip of the module's first proxy.",
};

/// Unknown.
const UNKNOWN: Rule = Rule {
    id: "explain-unknown",
    level: Level::Integrity,
    title: "The witnesses differ in a way that no known cause explains",
    help: "Trust what the checksum database says, and nobody where it says nothing. Do not change go.sum before you know \
           who changed what.",
};
