//! The rules for binaries.

use crate::ops::verify::report::{Level, Rule};

/// The rules of this part.
pub const RULES: &[Rule] = &[
    DIRTY,
    GO_UNSUPPORTED,
    IMAGE_DAMAGED,
    IMAGE_MISMATCH,
    INFO_MALFORMED,
    NO_SUM,
    NO_VERSION,
    NOT_GO,
    REPLACED,
    REPLACED_BY_DIRECTORY,
    SUM_MISMATCH,
    SUM_UNPROVEN,
    VERSION_UNKNOWN,
];

/// The source was changed after the commit.
pub const DIRTY: Rule = Rule {
    id: "binary-dirty",
    level: Level::Problem,
    title: "the binary was built from a changed work tree",
    help: "`vcs.modified=true` or a version that ends in `+dirty` says that files were changed, or not committed, when the binary was built: no commit has its source. Commit, and build again from a clean checkout.",
};

/// Nobody mends this Go any more.
pub const GO_UNSUPPORTED: Rule = Rule {
    id: "binary-go-unsupported",
    level: Level::Warning,
    title: "the release of Go is out of support",
    help: "A release of Go gets security fixes until there are two newer ones. The standard library in this binary gets none any more: build with a supported release.",
};

/// An image cannot be read to its end.
pub const IMAGE_DAMAGED: Rule = Rule {
    id: "binary-image-damaged",
    level: Level::Problem,
    title: "the image cannot be searched",
    help: "A layer or a file of the image is missing, malformed, compressed in an unknown way or larger than what is searched. What is in it is not known.",
};

/// A blob of an image is not what its name says.
pub const IMAGE_MISMATCH: Rule = Rule {
    id: "binary-image-mismatch",
    level: Level::Integrity,
    title: "a blob of the image has another hash than its name",
    help: "In an OCI layout each blob is named by its SHA-256. The bytes were changed, or the copy is damaged: fetch the image again.",
};

/// What a binary says of its build cannot be read.
pub const INFO_MALFORMED: Rule = Rule {
    id: "binary-info-malformed",
    level: Level::Problem,
    title: "the build information is malformed",
    help: "The linker does not write such text: the binary was changed after it was built, or the file is damaged.",
};

/// A module has no hash.
pub const NO_SUM: Rule = Rule {
    id: "binary-no-sum",
    level: Level::Warning,
    title: "a module has no hash in the binary",
    help: "Go records no hash for modules out of a vendor directory. What was built can only be checked in the source: run `modsmith verify vendor` there.",
};

/// A module has no version.
pub const NO_VERSION: Rule = Rule {
    id: "binary-no-version",
    level: Level::Warning,
    title: "a module has no version in the binary",
    help: "The binary does not tell which source it was built from. Build from a checkout with `-buildvcs=true`, or install a version: `go install PATH@VERSION`.",
};

/// A file that was named is no Go binary.
pub const NOT_GO: Rule = Rule {
    id: "binary-not-go",
    level: Level::Problem,
    title: "no build information can be read",
    help: "The file is not an executable that Go made, or it is neither a binary nor an image that can be searched. Go says the same of it.",
};

/// A module was replaced by another one.
pub const REPLACED: Rule = Rule {
    id: "binary-replaced",
    level: Level::Warning,
    title: "a module was replaced",
    help: "A `replace` line put another module or version into the build; its hash is checked. Advisories for the module that was replaced may not apply, and those for the replacement do.",
};

/// A module was replaced by files of the build machine.
pub const REPLACED_BY_DIRECTORY: Rule = Rule {
    id: "binary-replaced-by-directory",
    level: Level::Problem,
    title: "a module was replaced by a directory",
    help: "A `replace` line put a directory of the build machine into the build. It has no version and no hash: nobody can tell what was built. Publish a version, or fork the module, and replace by that.",
};

/// A hash differs.
pub const SUM_MISMATCH: Rule = Rule {
    id: "binary-sum-mismatch",
    level: Level::Integrity,
    title: "a module of the binary has another hash than the one recorded",
    help: "The binary was built from other source than what go.sum or the checksum database has for this version, or its build information was changed. Do not use it before you know why: `modsmith verify explain MODULE@VERSION` finds out who differs.",
};

/// A hash could not be checked.
pub const SUM_UNPROVEN: Rule = Rule {
    id: "binary-sum-unproven",
    level: Level::Problem,
    title: "a hash could not be checked",
    help: "No go.sum has the module version, and the checksum database could not be asked or did not answer. Run it with the network, or name a go.sum with `--sum`.",
};

/// Nobody knows this version.
pub const VERSION_UNKNOWN: Rule = Rule {
    id: "binary-version-unknown",
    level: Level::Problem,
    title: "the checksum database does not know a module version",
    help: "No such version was ever published. If the module is private, name it in GOPRIVATE, and its go.sum with `--sum`; otherwise the build information was changed.",
};
