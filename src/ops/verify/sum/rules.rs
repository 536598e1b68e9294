//! The rules of go.sum.

use crate::ops::verify::report::{Level, Rule};

/// The rules of this part.
pub const RULES: &[Rule] = &[
    MALFORMED,
    CONFLICT,
    INVALID_HASH,
    UNKNOWN_HASH,
    EMPTY_GO_MOD,
    DUPLICATE,
    CONTRADICTION,
    DIFFERS_FROM_CACHE,
    GO_MOD_MISMATCH,
    GRAPH_INCOMPLETE,
    MISSING_GO_MOD,
    MISSING_MODULE,
    MISSING_INDIRECT,
    SUPERFLUOUS,
    NOT_FIXED,
];

pub(super) const MALFORMED: Rule = Rule {
    id: "sum-malformed-line",
    level: Level::Problem,
    title: "A line is not a module path, a version and a hash",
    help: "The go command refuses a go.sum with such a line; only `go mod tidy` skips it. Remove the line, then add what is missing with `modsmith verify sum --fix`.",
};

pub(super) const CONFLICT: Rule = Rule {
    id: "sum-merge-conflict",
    level: Level::Problem,
    title: "A merge was not finished",
    help: "The go command knows no conflict markers: it refuses the file, or, where a marker has three words, takes it for an ordinary line. Keep the lines of both sides and delete the markers; go.sum may have more lines than are needed.",
};

pub(super) const INVALID_HASH: Rule = Rule {
    id: "sum-invalid-hash",
    level: Level::Integrity,
    title: "A hash that nothing can ever have",
    help: "After `h1:` stands a SHA-256 in base64, 44 characters. This is something else, so every download of the module will end in a checksum mismatch. Restore the line from version control, or remove it and run `modsmith verify sum --fix`.",
};

pub(super) const UNKNOWN_HASH: Rule = Rule {
    id: "sum-unknown-hash",
    level: Level::Warning,
    title: "A hash of an unknown algorithm",
    help: "The go command takes no notice of a hash that does not start with `h1:`. The line protects nothing.",
};

pub(super) const EMPTY_GO_MOD: Rule = Rule {
    id: "sum-empty-go-mod",
    level: Level::Warning,
    title: "The hash of an empty go.mod",
    help: "Old versions of Go wrote this hash by mistake. The go command drops the line when it reads the file.",
};

pub(super) const DUPLICATE: Rule = Rule {
    id: "sum-duplicate-line",
    level: Level::Warning,
    title: "The same line twice",
    help: "Harmless; the go command writes it once. It is often what a merge left behind.",
};

pub(super) const CONTRADICTION: Rule = Rule {
    id: "sum-contradiction",
    level: Level::Integrity,
    title: "Two hashes for one module version",
    help: "Only one of them can be right. The go command stops with a checksum mismatch as soon as it meets the wrong one. Find out with `modsmith verify sumdb` which line the checksum database knows, and remove the other one.",
};

pub(super) const DIFFERS_FROM_CACHE: Rule = Rule {
    id: "sum-differs-from-cache",
    level: Level::Integrity,
    title: "go.sum and the module cache have different hashes",
    help: "Either the line was changed or the module cache was. `modsmith verify cache` tells whether the cache is what was downloaded, `modsmith verify sumdb` whether the line is what the world has seen, and `modsmith verify explain` who differs.",
};

pub(super) const GO_MOD_MISMATCH: Rule = Rule {
    id: "sum-go-mod-mismatch",
    level: Level::Integrity,
    title: "A go.mod is not the one whose hash is recorded",
    help: "The bytes that a proxy or repository delivered do not have the hash of go.sum or of the checksum database. Do not use them before you know why; `modsmith verify explain` says who differs.",
};

pub(super) const GRAPH_INCOMPLETE: Rule = Rule {
    id: "sum-graph-incomplete",
    level: Level::Problem,
    title: "A go.mod of the module graph cannot be read",
    help: "Without it nobody can tell which lines the graph needs, so no line is called superfluous. See the message for the reason.",
};

pub(super) const MISSING_GO_MOD: Rule = Rule {
    id: "sum-missing-go-mod",
    level: Level::Problem,
    title: "The hash of a go.mod in the module graph is missing",
    help: "The go command refuses to load the module graph with `missing go.sum entry for go.mod file`. `modsmith verify sum --fix` adds the line after it was verified.",
};

pub(super) const MISSING_MODULE: Rule = Rule {
    id: "sum-missing-module",
    level: Level::Problem,
    title: "The hash of a module that is required directly is missing",
    help: "go.mod says that packages of this module are imported: the requirement is not marked `// indirect`. The go command refuses to load such a package with `missing go.sum entry for module providing package`. `modsmith verify sum --fix` adds the line after it was verified.",
};

pub(super) const MISSING_INDIRECT: Rule = Rule {
    id: "sum-missing-module-indirect",
    level: Level::Warning,
    title: "The hash of a module that is required indirectly is missing",
    help: "go.mod lists the module, most often because one of its packages is imported somewhere; then the go command needs the line as soon as that package is loaded. Packages are not looked at here. `modsmith verify sum --fix` adds the line after it was verified.",
};

pub(super) const SUPERFLUOUS: Rule = Rule {
    id: "sum-superfluous-line",
    level: Level::Warning,
    title: "A line that the module graph does not need",
    help: "Harmless; it stays behind when requirements change, and `go mod tidy` drops it.",
};

pub(super) const NOT_FIXED: Rule = Rule {
    id: "sum-not-fixed",
    level: Level::Problem,
    title: "A line that is missing could not be verified, and was not written",
    help: "A line is added to go.sum only when its hash is vouched for: by the checksum database, or, for private modules, by the bytes themselves.",
};
