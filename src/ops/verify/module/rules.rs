//! The rules that a module can break.

use crate::ops::verify::report::{Level, Rule};

/// All rules of this part.
pub const RULES: &[Rule] = &[
    COLLISION,
    ENTRY,
    FILE_NAME,
    GO_MOD,
    IRREGULAR,
    MALFORMED,
    NAME,
    NO_CHECKSUM,
    PATH,
    PREFIX,
    SIZE,
    STRUCTURE,
    SUM,
];

/// Names that differ in case only.
pub(super) const COLLISION: Rule = Rule {
    id: "module-file-collision",
    level: Level::Problem,
    title: "Two files of a module have one name",
    help: "Names that are equal but for upper and lower case, and names that stand for a file and a directory, cannot be unpacked on every system. Go refuses the whole module version. Rename one of the files and tag a new version.",
};
/// Contents that are not what the zip declares.
pub(super) const ENTRY: Rule = Rule {
    id: "module-entry-corrupt",
    level: Level::Integrity,
    title: "An entry of a zip is not what the zip declares",
    help: "The compressed contents cannot be read, or have another size or checksum than the directory of the zip says. The file was damaged or changed; fetch it again from a source that you trust.",
};
/// A name that no file in a module may have.
pub(super) const FILE_NAME: Rule = Rule {
    id: "module-file-name",
    level: Level::Problem,
    title: "A file has a name that modules may not have",
    help: "Names must be clean relative paths of letters, digits and a few signs, and no names of devices on Windows. Go refuses the whole module version. Rename the file and tag a new version.",
};
/// A go.mod where none may be.
pub(super) const GO_MOD: Rule = Rule {
    id: "module-go-mod-place",
    level: Level::Problem,
    title: "A go.mod is where none may be",
    help: "A module zip has one go.mod, at its root and in lower case. A go.mod further down makes its directory another module, which belongs into a zip of its own.",
};
/// An entry that claims to be a link.
pub(super) const IRREGULAR: Rule = Rule {
    id: "module-entry-irregular",
    level: Level::Warning,
    title: "An entry of a zip is marked as a link or special file",
    help: "Go takes no notice of the mark and unpacks a regular file; other programs make a link. The zip was not written by Go.",
};
/// No zip at all.
pub(super) const MALFORMED: Rule = Rule {
    id: "module-zip-malformed",
    level: Level::Problem,
    title: "The file is no zip that Go can read",
    help: "The directory at the end of the zip is missing or contradicts itself: often the rest of a download that was cut off.",
};
/// A module path or version that is invalid.
pub(super) const NAME: Rule = Rule {
    id: "module-name-invalid",
    level: Level::Problem,
    title: "The module path or version is invalid",
    help: "The version must be canonical and go with the major version in the path. Go fetches no module of this name.",
};
/// An entry without a checksum.
pub(super) const NO_CHECKSUM: Rule = Rule {
    id: "module-entry-unchecked",
    level: Level::Warning,
    title: "An entry of a zip has no checksum",
    help: "Go accepts such an entry without checking its contents against the zip; the h1 hash still covers it. The zip was not written by Go.",
};
/// A go.mod of another module.
pub(super) const PATH: Rule = Rule {
    id: "module-path-differs",
    level: Level::Warning,
    title: "The go.mod declares another module path",
    help: "Go uses a module whose go.mod names another path only as a replacement. Right for a fork that is meant for `replace`, wrong for anything else.",
};
/// A name that belongs to another module.
pub(super) const PREFIX: Rule = Rule {
    id: "module-file-prefix",
    level: Level::Problem,
    title: "An entry of a zip does not belong to the module version",
    help: "Each name in a module zip begins with `module@version/`. Go refuses a zip with any other name.",
};
/// Too large.
pub(super) const SIZE: Rule = Rule {
    id: "module-size",
    level: Level::Problem,
    title: "The module is larger than modules may be",
    help: "A zip, and all files in it together, may have 500 MiB; go.mod and LICENSE 16 MiB each. Go refuses what is larger.",
};
/// A zip that two programs read differently.
pub(super) const STRUCTURE: Rule = Rule {
    id: "module-zip-structure",
    level: Level::Problem,
    title: "Programs see different files in the same zip",
    help: "Entries share bytes, or the headers before the contents contradict the directory at the end. Go reads the directory; a scanner that goes by the headers sees something else. No honest program writes such a zip.",
};
/// Another hash than the recorded one.
pub(super) const SUM: Rule = Rule {
    id: "module-sum-mismatch",
    level: Level::Integrity,
    title: "The module is not the one that go.sum or the checksum database knows",
    help: "The hash differs from the recorded one: the tag was moved, the zip rebuilt by other rules, or the bytes were changed. `modsmith verify explain MODULE@VERSION` finds out which.",
};
