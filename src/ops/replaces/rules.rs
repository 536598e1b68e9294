//! The rules of `graph replaces`.

use crate::ops::verify::report::{Level, Rule};

/// Nobody requires what is replaced.
pub const NOT_REQUIRED: Rule = Rule {
    id: "replace-unused",
    level: Level::Warning,
    title: "nobody requires what is replaced",
    help: "No module of the graph requires the module on the left side, or it is a main module: the line has no effect.",
};

/// Another version is selected.
pub const OTHER_VERSION: Rule = Rule {
    id: "replace-other-version",
    level: Level::Warning,
    title: "another version than the replaced one is selected",
    help: "A line with a version on its left side counts for that version alone, and the build has another one: the line is \
           silently without effect since some requirement rose. Name the selected version, or none.",
};

/// Another line wins.
pub const OVERRIDDEN: Rule = Rule {
    id: "replace-overridden",
    level: Level::Warning,
    title: "another line replaces the same module",
    help: "go.work wins over go.mod, and a line with a version over one without: this line has no effect.",
};

/// What stands for a module is replaced.
pub const CHAIN: Rule = Rule {
    id: "replace-chain",
    level: Level::Warning,
    title: "a replacement is replaced",
    help: "What stands for a module is taken as it is: Go does not look for a replacement of a replacement.",
};

/// The replacement has replacements.
pub const NESTED: Rule = Rule {
    id: "replace-nested",
    level: Level::Warning,
    title: "the replacement has replacements of its own",
    help: "Only the lines of main modules and of go.work count. Those in the go.mod of a directory that stands for a module \
           are ignored, so that the module may be built with other dependencies than in its own directory.",
};

/// One target for two modules.
pub const SAME_TARGET: Rule = Rule {
    id: "replace-same-target",
    level: Level::Warning,
    title: "one module stands for two",
    help: "A build in which one module or directory is used for two module paths is refused: `used for two different module \
           paths`.",
};

/// The directory is not there.
pub const MISSING_DIR: Rule = Rule {
    id: "replace-missing-directory",
    level: Level::Problem,
    title: "the directory is not there",
    help: "The directory on the right side does not exist, or has no go.mod: as soon as the module is required, nothing can \
           be built.",
};

/// The path is one of this machine, in go.mod.
pub const LOCAL: Rule = Rule {
    id: "replace-local-path",
    level: Level::Problem,
    title: "the directory exists on no other machine",
    help: "An absolute path, or one that leads out of the repository, is not in anybody else's checkout: the build fails \
           there, and for whoever requires the module the line does not count at all.",
};

/// The path is one of this machine, in go.work.
pub const LOCAL_WORK: Rule = Rule {
    id: "replace-local-path-work",
    level: Level::Warning,
    title: "the directory exists on no other machine",
    help: "An absolute path, or one that leads out of the repository, in go.work: fine as long as go.work is not committed.",
};

/// A dependency's line.
pub const HIDDEN: Rule = Rule {
    id: "replace-hidden",
    level: Level::Note,
    title: "a dependency replaces a module, which is ignored here",
    help: "The dependency was built and tested with what its own go.mod puts in place. Here that line is ignored, and what \
           the build list says is used. Repeat the line if the dependency does not work without it.",
};

/// Every rule.
pub const RULES: [&Rule; 10] = [
    &CHAIN,
    &HIDDEN,
    &LOCAL,
    &LOCAL_WORK,
    &MISSING_DIR,
    &NESTED,
    &OTHER_VERSION,
    &OVERRIDDEN,
    &SAME_TARGET,
    &NOT_REQUIRED,
];
